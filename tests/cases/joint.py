"""joint: oracle, laws, peers and hostile calls."""

import itertools

import numpy as np
from hypothesis import strategies as st

import maskengine as me
from devices import to_host
from maskengine.testing import strategies
from maskengine.testing.cases import Case

DTYPES = ["?", "u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8"]


def _values(rng, shape, patch, dtype, labels):
    coarse = rng.integers(0, labels, (*shape[:-2], *(-(-side // patch) for side in shape[-2:])))
    values = np.kron(coarse, np.ones((patch, patch), int))[..., : shape[-2], : shape[-1]]
    if dtype.kind == "b":
        return values % 2 == 1
    low = np.iinfo(dtype).min
    step = (min(np.iinfo(dtype).max, 2**63 - 1) - low) // labels
    ends = np.array([low + k * step for k in range(labels)], dtype)
    return ends[values]


@st.composite
def maps(draw, most=4, max_side=140, dtypes=tuple(DTYPES)):
    """Draw maps of one shape whose labels reach both ends of their dtypes."""
    height, width = draw(strategies.sizes(max_side))
    stack = draw(st.sampled_from([(), (), (0,), (1,), (3,)]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    patch = draw(st.sampled_from([1, 2, 5, 40]))
    labels = draw(st.sampled_from([1, 2, 7, 100]))
    found = []
    for _ in range(draw(st.integers(1, most))):
        dtype = np.dtype(draw(st.sampled_from(dtypes)))
        values = _values(rng, (*stack, height, width), patch, dtype, labels)
        found.append(draw(strategies.layouts(values)))
    return tuple(found)


@st.composite
def large_maps(draw):
    """Draw two maps of bytes, large enough for the table of all pairs."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    shape = (draw(st.integers(130, 140)), draw(st.integers(500, 520)))
    both = []
    for _ in range(2):
        patch = draw(st.sampled_from([1, 2, 3, 9, 70]))
        dtype = np.dtype(draw(st.sampled_from(["u1", "i1", "?"])))
        values = _values(rng, shape, patch, dtype, draw(st.sampled_from([1, 3, 100])))
        values[: draw(st.integers(0, shape[0]))] = values[0, 0]
        both.append(draw(strategies.layouts(values)))
    return tuple(both)


@st.composite
def rows_of_words(draw):
    """Draw one or two maps of bytes whose rows start at multiples of eight bytes."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    shape = (draw(st.integers(1, 5)), 8 * draw(st.integers(8, 18)))
    found = []
    for _ in range(draw(st.integers(1, 2))):
        dtype = np.dtype(draw(st.sampled_from(["?", "u1", "i1"])))
        labels = draw(st.sampled_from([1, 3, 100]))
        found.append(_values(rng, shape, draw(st.sampled_from([1, 5, 40])), dtype, labels))
    return tuple(found)


def oracle(*arrays):
    """Look at one pixel after another."""
    found = {}
    for labels in zip(*(array.ravel().tolist() for array in arrays), strict=True):
        row = tuple(int(label) for label in labels)
        found[row] = found.get(row, 0) + 1
    rows = sorted(found)
    return (
        np.array(rows, np.int64).reshape(-1, len(arrays)),
        np.array([found[row] for row in rows], np.int64),
    )


def run(*arrays):
    found = me.joint(*arrays)
    return found.labels, found.pixels


def run_without(*arrays):
    """Leave out a label of the first map that it has, and one of the last."""
    found = me.joint(*arrays, void=voids(arrays))
    return found.labels, found.pixels


def voids(arrays):
    labels = oracle(*(to_host(array) for array in arrays))[0]
    first = [int(labels[len(labels) // 2, 0]), 5] if len(labels) else [0]
    return [first, *[None] * (len(arrays) - 2), 0][: len(arrays)]


def oracle_without(*arrays):
    labels, pixels = oracle(*arrays)
    keep = np.ones(len(pixels), bool)
    for m, values in enumerate(voids(arrays)):
        keep &= ~np.isin(labels[:, m], [] if values is None else values)
    return labels[keep], pixels[keep]


def as_runs(array, rng):
    """Give a map as runs, some of them cut in two, one of these perhaps empty."""
    stack = array if array.ndim == 3 else array[None]
    lengths, labels, offsets = [], [], [0]
    for one in stack:
        pixels = one.ravel(order="F")
        starts = np.flatnonzero(np.r_[pixels.size > 0, pixels[1:] != pixels[:-1]])
        for start, end in itertools.pairwise([*starts.tolist(), pixels.size]):
            cut = int(rng.integers(start, end + 1)) if rng.random() < 0.2 else end
            parts = [cut - start, end - cut] if cut < end or rng.random() < 0.1 else [end - start]
            lengths += parts
            labels += [pixels[start]] * len(parts)
        if pixels.size == 0:
            lengths.append(0)
            labels.append(array.dtype.type(0))
        offsets.append(len(lengths))
    dtype = np.uint8 if array.dtype == np.bool_ else array.dtype
    return me.LabelRuns(lengths, np.array(labels, dtype), offsets, [stack.shape[1:]] * len(stack))


def run_runs(*arrays):
    rng = np.random.default_rng(arrays[0].size)
    return run(*(as_runs(array, rng) for array in arrays))


def run_mixed(*arrays):
    rng = np.random.default_rng(arrays[0].size)
    return run(*(as_runs(a, rng) if i % 2 == 0 else a for i, a in enumerate(arrays)))


def sums_to_the_area(*arrays):
    return int(me.joint(*arrays).pixels.sum()) == arrays[0].size


def parts_add_up(*arrays):
    cut = arrays[0].shape[-2] // 3
    parts = [me.joint(*(a[..., :cut, :] for a in arrays))]
    parts.append(me.joint(*(a[..., cut:, :] for a in arrays)))
    total = sum(parts)
    whole = me.joint(*arrays)
    return np.array_equal(total.labels, whole.labels) and np.array_equal(total.pixels, whole.pixels)


def order_of_maps_orders_the_columns(*arrays):
    ours = me.joint(*arrays)
    turned = me.joint(*arrays[::-1])
    rows = {tuple(r[::-1]): n for r, n in zip(turned.labels.tolist(), turned.pixels, strict=True)}
    return rows == {tuple(r): n for r, n in zip(ours.labels.tolist(), ours.pixels, strict=True)}


def void_leaves_out(*arrays):
    labels, pixels = oracle(*arrays)
    if len(pixels) == 0:
        return len(me.joint(*arrays, void=0)) == 0
    one = int(labels[len(labels) // 2, 0])
    keep = labels[:, 0] != one
    first = me.joint(*arrays, void=[[one], *[None] * (len(arrays) - 1)])
    anywhere = me.joint(*arrays, void=one)
    everywhere = ~(labels == one).any(axis=1)
    return (
        np.array_equal(first.labels, labels[keep])
        and np.array_equal(first.pixels, pixels[keep])
        and np.array_equal(anywhere.labels, labels[everywhere])
        and np.array_equal(anywhere.pixels, pixels[everywhere])
    )


def numpy_unique(*arrays):
    rows = np.stack([a.ravel().astype(np.int64) for a in arrays], axis=1)
    labels, pixels = np.unique(rows, axis=0, return_counts=True)
    return labels, pixels.astype(np.int64)


@st.composite
def tables(draw, most, max_side, dtypes=tuple(DTYPES)):
    """Draw maps, the combinations in them and some more, in any order, and a value for each."""
    found = draw(maps(most, max_side, dtypes))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    labels, _ = oracle(*found)
    others = rng.integers(-3, 300, (20, len(found)))
    rows = rng.permutation(np.unique(np.concatenate([labels, others]), axis=0))
    dtype = np.dtype(draw(st.sampled_from(["?", "u1", "i2", "u4", "i8", "f4", "f8"])))
    return list(found), rows, rng.integers(0, 100, len(rows)).astype(dtype)


def write_one_after_another(arrays, rows, values):
    """Look up one pixel after another."""
    wanted = {tuple(row): value for row, value in zip(rows.tolist(), values, strict=True)}
    out = np.empty(arrays[0].shape, values.dtype)
    for at in np.ndindex(out.shape):
        out[at] = wanted[tuple(int(array[at]) for array in arrays)]
    return out


def the_joint_of_values_has_their_pixels(arrays, rows, values):
    numbers = me.assign(arrays, rows, np.arange(len(rows)))
    found = me.joint(numbers)
    labels, pixels = oracle(*arrays)
    counts = {tuple(r): n for r, n in zip(labels.tolist(), pixels.tolist(), strict=True)}
    ours = {tuple(rows[k].tolist()): int(n) for (k,), n in zip(found.labels, found.pixels)}  # noqa: B905
    return counts == ours


LAWS = {
    "sums_to_the_area": sums_to_the_area,
    "parts_add_up": parts_add_up,
    "order_of_maps_orders_the_columns": order_of_maps_orders_the_columns,
    "void_leaves_out": void_leaves_out,
}
ONE = np.ones((2, 3), np.uint8)

TABLE = [[1, 1]]

CASES = [
    Case(
        name="assign",
        run=me.assign,
        inputs=tables(4, 40),
        oracle=write_one_after_another,
        laws={"the_joint_of_values_has_their_pixels": the_joint_of_values_has_their_pixels},
        hostile={
            "no map": lambda: me.assign([], np.zeros((0, 0), int), []),
            "text": lambda: me.assign("ab", TABLE, [1]),
            "one map": lambda: me.assign(ONE, [[1]], [1]),
            "a number": lambda: me.assign(5, TABLE, [1]),
            "65 maps": lambda: me.assign([ONE] * 65, np.ones((1, 65), int), [1]),
            "another shape": lambda: me.assign([ONE, ONE.T], TABLE, [1]),
            "too few labels": lambda: me.assign([ONE, ONE], [[1]], [1]),
            "too few values": lambda: me.assign([ONE, ONE], TABLE, []),
            "a combination twice": lambda: me.assign([ONE, ONE], TABLE * 2, [1, 2]),
            "a combination that is not listed": lambda: me.assign([ONE, ONE], [[1, 2]], [1]),
            "one that no map can have": lambda: me.assign([ONE, ONE], [[257, 1]], [1]),
            "values of text": lambda: me.assign([ONE, ONE], TABLE, ["a"]),
            "values of 16 bits": lambda: me.assign([ONE, ONE], TABLE, np.ones(1, np.float16)),
            "labels of floats": lambda: me.assign([ONE, ONE], [[1.0, 1.0]], [1]),
        },
    ),
    Case(
        name="assign of many maps",
        run=me.assign,
        inputs=tables(9, 20, ("u1", "i2", "u4", "i8")),
        oracle=write_one_after_another,
    ),
    Case(
        name="joint of some maps",
        cuda=(0, 1, 2, 3),
        run=run,
        inputs=maps(most=4, max_side=70),
        oracle=oracle,
    ),
    Case(
        name="joint of up to eleven maps",
        cuda=tuple(range(11)),
        run=run,
        inputs=maps(most=11, max_side=20),
        oracle=oracle,
    ),
    Case(
        name="joint without some labels",
        cuda=(0, 1, 2),
        run=run_without,
        inputs=maps(most=3, max_side=30),
        oracle=oracle_without,
    ),
    Case(
        name="joint of two maps of bytes in rows of whole words",
        cuda=(0, 1),
        run=run,
        inputs=rows_of_words(),
        oracle=oracle,
    ),
    Case(
        name="joint of two large maps of bytes",
        cuda=(0, 1),
        run=run,
        inputs=large_maps(),
        oracle=oracle,
    ),
    Case(
        name="joint",
        run=run,
        inputs=maps(),
        oracle=oracle,
        laws=LAWS,
        peers={"numpy": numpy_unique},
        hostile={
            "no map": me.joint,
            "65 maps": lambda: me.joint(*[ONE] * 65),
            "floats": lambda: me.joint(ONE, ONE.astype(float)),
            "a list": lambda: me.joint(ONE, [[1, 2, 3]]),
            "one row": lambda: me.joint(ONE, ONE[0]),
            "another shape": lambda: me.joint(ONE, ONE.T),
            "a stack and a map": lambda: me.joint(ONE, ONE[None]),
            "a label of 2^63": lambda: me.joint(ONE, np.full((2, 3), 2**63, np.uint64)),
            "void of too few maps": lambda: me.joint(ONE, ONE, void=[0]),
            "void of text": lambda: me.joint(ONE, ONE, void="ab"),
            "void of floats": lambda: me.joint(ONE, ONE, void=[0.5, None]),
            "void of a bool": lambda: me.joint(ONE, ONE, void=[True, None]),
            "void of 2^63": lambda: me.joint(ONE, ONE, void=2**63),
            "void a float": lambda: me.joint(ONE, ONE, void=0.5),
        },
    ),
    Case(
        name="joint of many maps",
        run=run,
        inputs=maps(most=9, max_side=30, dtypes=("u1", "i2", "u4", "i8")),
        oracle=oracle,
        laws=LAWS,
    ),
    Case(
        name="joint of large maps of bytes",
        run=run,
        inputs=large_maps(),
        oracle=numpy_unique,
        laws={"sums_to_the_area": sums_to_the_area},
    ),
    Case(
        name="joint of runs",
        run=run_runs,
        inputs=maps(),
        oracle=oracle,
        hostile={
            "runs of another size": lambda: me.joint(
                me.encode_labels(ONE), me.encode_labels(ONE.T)
            ),
            "runs and a map of another size": lambda: me.joint(me.encode_labels(ONE), ONE.T),
            "runs of fewer maps": lambda: me.joint(
                me.encode_labels(ONE), me.encode_labels(np.stack([ONE, ONE]))
            ),
            "masks alone": lambda: me.joint(ONE, me.encode(ONE)),
            "masks that overlap": lambda: me.joint(ONE, (me.encode(np.stack([ONE, ONE])), [1, 2])),
            "2^63 in runs": lambda: me.joint(
                me.encode_labels(ONE), me.encode_labels(np.full((2, 3), 2**63, np.uint64))
            ),
        },
    ),
    Case(
        name="joint of many maps as runs",
        run=run_runs,
        inputs=maps(most=9, max_side=30, dtypes=("u1", "i2", "u4", "i8")),
        oracle=oracle,
    ),
    Case(name="joint of runs and maps", run=run_mixed, inputs=maps(most=3), oracle=oracle),
    Case(
        name="joint of large maps of bytes as runs",
        run=run_runs,
        inputs=large_maps(),
        oracle=numpy_unique,
    ),
]
