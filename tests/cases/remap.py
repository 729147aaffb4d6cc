"""remap: oracle, laws, a peer and hostile calls."""

import numpy as np
from hypothesis import strategies as st

import maskengine as me
from maskengine.testing import strategies
from maskengine.testing.cases import Case

UNSIGNED, SIGNED = ["u1", "u2", "u4", "u8"], ["i1", "i2", "i4", "i8"]


@st.composite
def tables(draw):
    label_map = draw(strategies.label_maps())
    if draw(st.booleans()):  # labels that are searched, not looked up
        info = np.iinfo(label_map.dtype)
        label_map = np.where(label_map != 0, label_map + (info.max - 8), label_map)
        label_map = label_map.astype(info.dtype)
    labels = sorted({int(label) for label in np.unique(label_map)} | {0, 3})
    top = draw(st.sampled_from([200, 60_000, 2**31, 2**63]))
    low = draw(st.sampled_from([0, 0, -5]))
    default = draw(st.sampled_from([None, "keep", 0, 7]))
    if default == "keep" and labels[-1] >= 2**63:
        low = 0  # no dtype has such a label and a negative one: a hostile call, not an input
    if default == "keep" and label_map.dtype.kind == "i":
        top = min(top, 2**63 - 1)  # likewise: such labels may be negative
    value = st.integers(low, top if low == 0 else min(top, 2**62))
    keys = labels if default is None else draw(st.lists(st.sampled_from(labels), unique=True))
    return label_map, {key: draw(value) for key in keys}, default


def narrowest(values, label_map):
    low, high = min(values, default=0), max(values, default=0)
    for name in SIGNED if low < 0 else UNSIGNED:
        if np.iinfo(name).min <= low and high <= np.iinfo(name).max:
            return np.dtype(name)
    return np.dtype("i8")


def oracle(label_map, table, default):
    values = list(table.values())
    if default == "keep":
        info = np.iinfo(label_map.dtype)
        values += [int(info.min), int(info.max)]
    elif default is not None:
        values.append(default)
    out = np.zeros(label_map.shape, narrowest(values, label_map))
    for place, label in np.ndenumerate(label_map):
        other = int(label) if default == "keep" else default
        out[place] = table.get(int(label), other)
    return out


def in_place_and_into_any_array(label_map, table, default):
    wanted = me.remap(label_map, table, default)
    if not all(0 <= int(value) <= 200 for value in [*table.values(), *np.unique(label_map)]):
        return True
    wide = np.full((*wanted.shape, 2), 9, np.int64)
    me.remap(label_map, table, default, out=wide[..., 1])
    own = np.array(label_map, np.uint8)
    given = own.copy()
    result = me.remap(own, table, default, out=own)
    turned = given.T.copy().T
    me.remap(turned, table, default, out=turned)
    return (
        np.array_equal(wide[..., 1], wanted)
        and bool((wide[..., 0] == 9).all())
        and result is own
        and np.array_equal(own, wanted)
        and np.array_equal(turned, wanted)
    )


def numpy_take(label_map, table, default):
    labels, places = np.unique(label_map, return_inverse=True)
    new = [table.get(int(k), int(k) if default == "keep" else default) for k in labels]
    picked = np.array(new, object)[places.reshape(label_map.shape)]
    return picked.astype(oracle(label_map[:0], table, default).dtype)


MAP = np.array([[1, 2, 3]], np.uint8)
LARGE = np.array([[1, 2**63]], np.uint64)

CASES = [
    Case(
        name="remap",
        run=me.remap,
        inputs=tables(),
        oracle=oracle,
        laws={"in_place_and_into_any_array": in_place_and_into_any_array},
        peers={"numpy": numpy_take},
        hostile={
            "keep signed labels beside 2^63": lambda: me.remap(
                np.zeros((1, 1), np.int8), {0: 2**63}, "keep"
            ),
            "a label without entry": lambda: me.remap(MAP, {1: 1, 2: 2}),
            "a label beyond the array": lambda: me.remap(MAP, [0, 1, 2]),
            "a table of rows": lambda: me.remap(MAP, np.ones((4, 2), int)),
            "a ragged table": lambda: me.remap(MAP, [[1], [1, 2]]),
            "a table of floats": lambda: me.remap(MAP, [0.0, 1.0, 2.0, 3.0]),
            "a table with a float": lambda: me.remap(MAP, {1: 0.5}, 0),
            "a table with text": lambda: me.remap(MAP, {"1": 1}, 0),
            "a table with None": lambda: me.remap(MAP, {1: None}, 0),
            "a label of 65 bits": lambda: me.remap(MAP, {1: 2**64}, 0),
            "another default": lambda: me.remap(MAP, {1: 1}, "drop"),
            "a default that does not fit": lambda: me.remap(MAP, {1: 1}, 300, dtype="u1"),
            "a label that does not fit": lambda: me.remap(MAP, {1: -1}, 0, dtype="u1"),
            "kept labels that fit no dtype with the new": lambda: me.remap(LARGE, {1: -1}, "keep"),
            "a dtype of floats": lambda: me.remap(MAP, {1: 1}, 0, dtype="f4"),
            "floats": lambda: me.remap(MAP / 2, {1: 1}, 0),
            "bool": lambda: me.remap(MAP > 1, {1: 1}, 0),
            "a list": lambda: me.remap([[1]], {1: 1}, 0),
            "out of another shape": lambda: me.remap(MAP, {1: 1}, 0, out=MAP.T.copy()),
            "out of floats": lambda: me.remap(MAP, {1: 1}, 0, out=MAP / 2),
            "out and dtype": lambda: me.remap(MAP, {1: 1}, 0, out=MAP.copy(), dtype="u1"),
        },
    ),
]
