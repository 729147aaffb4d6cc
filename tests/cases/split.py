"""split: oracle, laws and hostile calls."""

import numpy as np
from hypothesis import strategies as st

import maskengine as me
from maskengine.testing import oracles, strategies
from maskengine.testing.cases import Case


@st.composite
def maps(draw):
    """Draw a map of a few labels, in patches, of any integer dtype and layout."""
    height, width = draw(strategies.sizes(70))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    patch = draw(st.sampled_from([1, 2, 5]))
    shape = (-(-height // patch), -(-width // patch))
    dtype = np.dtype(draw(st.sampled_from(["u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8"])))
    info = np.iinfo(dtype)
    palette = np.array([0, 1, 2, info.max, info.min, info.max - 1], dtype)
    coarse = palette[rng.integers(0, draw(st.integers(1, 6)), shape)]
    values = np.kron(coarse, np.ones((patch, patch), dtype))[:height, :width]
    return draw(strategies.layouts(values.astype(dtype)))


def oracle(label_map):
    ids = np.unique(label_map)
    ids = ids[ids != 0]
    masks = oracles.encode([label_map == label for label in ids])
    y = [np.nonzero(label_map == label)[0] for label in ids]
    x = [np.nonzero(label_map == label)[1] for label in ids]
    centres = [(p.mean() + 0.5, q.mean() + 0.5) for p, q in zip(x, y, strict=True)]
    boxes = [(p.min(), q.min(), np.ptp(p) + 1, np.ptp(q) + 1) for p, q in zip(x, y, strict=True)]
    return (
        masks,
        ids,
        np.array([len(p) for p in x], np.int64),
        np.array(boxes, np.int64).reshape(-1, 4),
        np.array(centres, np.float64).reshape(-1, 2).round(6),
        np.array([(p[0], q[0]) for p, q in zip(x, y, strict=True)], np.int64).reshape(-1, 2),
    )


def run(label_map):
    masks, ids, stats = me.split(label_map, stats=True)
    return masks, ids, stats.area, stats.bbox, stats.centroid.round(6), stats.first_pixel


def compose_undoes_it(label_map):
    masks, ids = me.split(label_map)
    out = np.full(label_map.shape, 1, label_map.dtype)
    return np.array_equal(me.compose(masks, ids, out=out), label_map)


CASES = [
    Case(
        name="split",
        run=run,
        inputs=st.tuples(maps()),
        oracle=oracle,
        laws={"compose_undoes_it": compose_undoes_it},
        hostile={
            "floats": lambda: me.split(np.ones((2, 2))),
            "bool": lambda: me.split(np.ones((2, 2), bool)),
            "a stack": lambda: me.split(np.ones((2, 2, 2), int)),
            "a line": lambda: me.split(np.ones(3, int)),
            "masks": lambda: me.split(me.encode(np.ones((2, 2), int))),
        },
    ),
]
