"""iou: matrix and pairs, crowds; oracle, laws, peers and hostile calls."""

import numpy as np
from hypothesis import strategies as st

import maskengine as me
from maskengine.testing import oracles, strategies
from maskengine.testing.cases import Case
from shapes import canonical_bytes


def one_iou(a, b, crowd):
    shared = int((a & b).sum())
    return 0.0 if shared == 0 else shared / int(a.sum() if crowd else (a | b).sum())


def matrix_oracle(a, b, crowd):
    flags = [False] * len(b) if crowd is None else crowd
    columns = list(zip(oracles.decode(b), flags, strict=True))
    rows = [[one_iou(p, q, flag) for q, flag in columns] for p in oracles.decode(a)]
    return np.array(rows, np.float64).reshape(len(a), len(b))


def pairs_oracle(a, b, crowd):
    matrix = matrix_oracle(a, b, crowd)
    return matrix.ravel() if 1 in matrix.shape else matrix.diagonal().copy()


def pycocotools_iou(a, b, crowd):
    from pycocotools import mask as peer

    flags = np.zeros(len(b), np.uint8) if crowd is None else np.array(crowd, np.uint8)
    found = peer.iou(canonical_bytes(a), canonical_bytes(b), flags)
    # It gives a list when a batch is empty.
    return np.ascontiguousarray(found, np.float64).reshape(len(a), len(b))


@st.composite
def matrices(draw, min_side=0):
    size = draw(strategies.sizes(140, min_side))
    a, b = (draw(strategies.masks(0, 5, size)) for _ in range(2))
    crowd = draw(st.none() | st.lists(st.booleans(), min_size=len(b), max_size=len(b)))
    return a, b, crowd


@st.composite
def pairs(draw):
    size = draw(strategies.sizes(140))
    n = draw(st.integers(1, 3))
    shapes = draw(st.sampled_from([(n, n), (1, n), (n, 1)]))
    a, b = (oracles.encode(draw(strategies.dense(size)) for _ in range(k)) for k in shapes)
    crowd = draw(st.none() | st.lists(st.booleans(), min_size=len(b), max_size=len(b)))
    return a, b, crowd


def of_itself_is_one(a, _, __):
    return np.array_equal(me.iou(a, a, mode="pairs"), (me.area(a) > 0).astype(float))


def small(height=2, width=3, n=1):
    return oracles.encode(np.ones((n, height, width), bool))


CASES = [
    Case(
        name="iou",
        cuda=(0, 1),
        run=me.iou,
        inputs=matrices(),
        oracle=matrix_oracle,
        laws={
            "symmetric": lambda a, b, _: np.array_equal(me.iou(a, b), me.iou(b, a).T),
            "of_itself_is_one": of_itself_is_one,
            "at_most_one": lambda a, b, crowd: bool((me.iou(a, b, crowd) <= 1).all()),
        },
        hostile={
            "sizes that differ": lambda: me.iou(small(2, 3), small(3, 2)),
            "sizes that differ inside a batch": lambda: me.iou(
                me.Masks.concatenate([small(2, 3), small(3, 2)]), small(2, 3)
            ),
            "crowd of another length": lambda: me.iou(small(), small(n=2), [True]),
            "crowd of floats": lambda: me.iou(small(), small(), [0.5]),
            "crowd of words": lambda: me.iou(small(), small(), ["yes"]),
            "crowd of two dimensions": lambda: me.iou(small(), small(), [[True]]),
            "another mode": lambda: me.iou(small(), small(), mode="boxes"),
            "a mode that is no word": lambda: me.iou(small(), small(), mode=None),
            "an array": lambda: me.iou(np.ones((2, 2), bool), small()),
            "a list of dicts": lambda: me.iou(small(), small().to_coco()),
        },
    ),
    Case(
        name="iou of masks with pixels",
        cuda=(0, 1),
        run=me.iou,
        inputs=matrices(min_side=1),
        oracle=matrix_oracle,
        peers={"pycocotools": pycocotools_iou},
    ),
    Case(
        name="iou of pairs",
        cuda=(0, 1),
        run=lambda a, b, crowd: me.iou(a, b, crowd, mode="pairs"),
        inputs=pairs(),
        oracle=pairs_oracle,
        laws={
            "lies_in_the_matrix": lambda a, b, crowd: bool(
                np.isin(me.iou(a, b, crowd, mode="pairs"), me.iou(a, b, crowd)).all()
            ),
        },
        hostile={
            "lengths that do not pair": lambda: me.iou(small(n=2), small(n=3), mode="pairs"),
            "an empty batch with two": lambda: me.iou(small(n=0), small(n=2), mode="pairs"),
            "sizes that differ": lambda: me.iou(small(2, 3), small(3, 2), mode="pairs"),
        },
    ),
]
