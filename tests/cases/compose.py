"""compose: oracle, laws and hostile calls."""

import numpy as np
from hypothesis import strategies as st

import maskengine as me
from maskengine.testing import oracles, strategies
from maskengine.testing.cases import Case


@st.composite
def layers(draw):
    masks = draw(strategies.masks(1, 5, same_size=True))
    n = len(masks)
    labels = draw(st.none() | st.lists(st.integers(0, 300), min_size=n, max_size=n))
    z = draw(st.none() | st.lists(st.integers(-2, 2), min_size=n, max_size=n))
    return masks, labels, z


def oracle(masks, labels, z):
    dense = oracles.decode(masks)
    labels = list(range(1, len(dense) + 1)) if labels is None else labels
    z = [0] * len(dense) if z is None else z
    label_map = np.zeros(dense[0].shape, np.uint8 if max(labels) < 256 else np.uint16)
    for i in sorted(range(len(dense)), key=lambda i: (z[i], i)):
        label_map[dense[i]] = labels[i]
    return label_map


def into_any_array(masks, labels, z):
    wanted = me.compose(masks, labels, z).astype(np.int32)
    for order in "CF":
        out = np.full(wanted.shape, 9, np.int32, order)
        if not np.array_equal(me.compose(masks, labels, z, out=out), wanted):
            return False
    wide = np.full((*wanted.shape, 2), 9, np.int64)
    me.compose(masks, labels, z, out=wide[..., 1])
    return np.array_equal(wide[..., 1], wanted) and bool((wide[..., 0] == 9).all())


def two(height=2, width=3):
    return oracles.encode(np.ones((2, height, width), bool))


CASES = [
    Case(
        name="compose",
        cuda=(0,),
        run=me.compose,
        inputs=layers(),
        oracle=oracle,
        laws={"into_any_array": into_any_array},
        hostile={
            "an array": lambda: me.compose(np.ones((2, 2), bool)),
            "sizes that differ": lambda: me.compose(me.Masks.concatenate([two(), two(3, 2)])),
            "no mask": lambda: me.compose(two()[:0]),
            "too few labels": lambda: me.compose(two(), [1]),
            "labels of floats": lambda: me.compose(two(), [1.5, 2.0]),
            "too many z": lambda: me.compose(two(), z=[1, 2, 3]),
            "a label that does not fit": lambda: me.compose(two(), [1, 256], dtype="u1"),
            "a negative label": lambda: me.compose(two(), [1, -1], dtype="u1"),
            "dtype of floats": lambda: me.compose(two(), dtype=float),
            "out of floats": lambda: me.compose(two(), out=np.zeros((2, 3))),
            "out of another shape": lambda: me.compose(two(), out=np.zeros((3, 2), int)),
            "out and dtype": lambda: me.compose(two(), out=np.zeros((2, 3), int), dtype="u1"),
            "a huge mask": lambda: me.compose(me.Masks([2**32 - 1, 0, 1], [0, 3], [(2**16,) * 2])),
        },
    ),
]
