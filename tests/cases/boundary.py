"""boundary: oracle, laws, peers and hostile calls."""

import numpy as np
from hypothesis import strategies as st

import maskengine as me
from maskengine.testing import morphology, strategies
from maskengine.testing.cases import Case

ONE = me.Masks([6], [0, 1], [(2, 3)])
ARRAY = np.zeros((3, 4), np.uint8)
HOW = (
    morphology.radii(),
    st.sampled_from(["inner", "outer", "both"]),
    st.sampled_from(morphology.SHAPES),
    st.sampled_from(morphology.BORDERS),
)


@st.composite
def wide(draw):
    """Draw a few rows of several words with few changes."""
    height, width = draw(st.integers(1, 4)), draw(st.integers(190, 450))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    changes = rng.random((height, width)) < draw(st.sampled_from([0.003, 0.02]))
    return (np.cumsum(changes, axis=1) % 2).astype(np.uint8)


def oracle(source, *how):
    return morphology.each(source, morphology.boundary, *how)


def sides_add_up(masks, width, _, shape, border):
    inner, outer, both = (
        me.boundary(masks, width, side, shape, border) for side in ("inner", "outer", "both")
    )
    return me.union(inner, outer) == both and not me.area(me.intersection(inner, outer)).any()


def boundary_iou(mask, width):
    """Give the band as the code of Boundary IoU does: a frame of zeros, 3 x 3 erosions, cut."""
    import cv2

    framed = cv2.copyMakeBorder(mask, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    inside = cv2.erode(framed, np.ones((3, 3), np.uint8), iterations=width)
    return mask - inside[1:-1, 1:-1]


def labels_oracle(labels, width, side, shape, border):
    band = np.zeros(labels.shape, bool)
    if side != "inner":
        band |= morphology.boundary(labels != 0, width, "outer", shape, border)
    if side != "outer":
        for value in np.unique(labels[labels != 0]):
            band |= morphology.boundary(labels == value, width, "inner", shape, border)
    return band


CASES = [
    Case(
        name="boundary of masks of one size",
        cuda=(0,),
        run=me.boundary,
        inputs=st.tuples(strategies.masks(max_side=70, same_size=True), *HOW),
        oracle=oracle,
    ),
    Case(
        name="boundary of arrays",
        cuda=(0,),
        run=me.boundary,
        inputs=st.tuples(strategies.stacks(max_side=130), *HOW),
        oracle=oracle,
    ),
    Case(
        name="boundary of words, wide",
        cuda=(0,),
        run=me.boundary,
        inputs=st.tuples(wide(), st.tuples(st.integers(0, 3), st.integers(0, 200)), *HOW[1:]),
        oracle=oracle,
    ),
    Case(
        name="boundary",
        run=me.boundary,
        inputs=st.tuples(morphology.sources(), *HOW),
        oracle=oracle,
    ),
    Case(
        name="boundary, masks",
        cuda=(0,),
        run=me.boundary,
        inputs=st.tuples(strategies.masks(max_side=24), *HOW),
        oracle=oracle,
        laws={"sides_add_up": sides_add_up},
    ),
    Case(
        name="boundary, default",
        run=me.boundary,
        inputs=st.tuples(
            strategies.dense(max_side=24).map(lambda mask: mask.astype(np.uint8)).filter(np.size),
            st.integers(1, 9),
        ),
        oracle=lambda mask, width: oracle(mask, width, "inner", "square", "background"),
        peers={"boundary-iou-api": boundary_iou},
        hostile={
            "a list": lambda: me.boundary([[0, 1]]),
            "floats": lambda: me.boundary(np.zeros((2, 2))),
            "negative": lambda: me.boundary(ONE, -1),
            "another side": lambda: me.boundary(ONE, 1, "left"),
            "no side": lambda: me.boundary(ONE, 1, None),
            "another shape": lambda: me.boundary(ONE, 1, shape="circle"),
            "another border": lambda: me.boundary(ONE, 1, border="reflect"),
            "another kind": lambda: me.boundary(ARRAY, kind="map"),
            "out for Masks": lambda: me.boundary(ONE, out=ARRAY),
            "out of another shape": lambda: me.boundary(ARRAY, out=ARRAY.T),
        },
    ),
    Case(
        name="boundary, labels",
        cuda=(0,),
        run=lambda labels, *how: me.boundary(labels, *how, kind="labels"),
        inputs=st.tuples(morphology.label_maps(), *HOW),
        oracle=labels_oracle,
        hostile={
            "Masks": lambda: me.boundary(ONE, kind="labels"),
            "a stack": lambda: me.boundary(np.zeros((2, 3, 3), int), kind="labels"),
            "bools": lambda: me.boundary(np.zeros((3, 3), bool), kind="labels"),
            "out of another shape": lambda: me.boundary(ARRAY, kind="labels", out=ARRAY.T),
        },
    ),
]
