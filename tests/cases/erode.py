"""erode: oracle, laws, peers and hostile calls."""

import numpy as np
from hypothesis import strategies as st

import maskengine as me
from maskengine.testing import morphology, strategies
from maskengine.testing.cases import Case

ONE = me.Masks([6], [0, 1], [(2, 3)])
ARRAY = np.zeros((3, 4), np.uint8)
SHAPES = st.sampled_from(morphology.SHAPES)
BORDERS = st.sampled_from(morphology.BORDERS)


def oracle(source, radius, shape, border):
    return morphology.each(source, morphology.erode, radius, shape, border)


def eroded_labels(labels, radius, shape, border):
    kept = np.zeros(labels.shape, labels.dtype)
    for value in np.unique(labels[labels != 0]):
        kept[morphology.erode(labels == value, radius, shape, border)] = value
    return kept


def squares_add_up(masks, radius, _, border):
    ry, rx = (int(r) for r in morphology.pair(radius))
    once = me.erode(masks, (ry + 2, rx + 3), border=border)
    return me.erode(me.erode(masks, (ry, rx), border=border), (2, 3), border=border) == once


CASES = [
    Case(
        name="erode",
        run=me.erode,
        inputs=st.tuples(morphology.sources(), morphology.radii(), SHAPES, BORDERS),
        oracle=oracle,
    ),
    Case(
        name="erode, large",
        run=me.erode,
        inputs=st.tuples(
            strategies.masks(max_masks=1, max_side=140), st.integers(0, 6), SHAPES, BORDERS
        ),
        oracle=oracle,
    ),
    Case(
        name="erode, masks",
        run=me.erode,
        inputs=st.tuples(strategies.masks(max_side=24), morphology.radii(), SHAPES, BORDERS),
        oracle=oracle,
        laws={
            "nothing_is_added": lambda masks, *how: (
                not me.area(me.difference(me.erode(masks, *how), masks)).any()
            ),
            "squares_add_up": squares_add_up,
        },
    ),
    Case(
        name="erode, whole radii",
        run=me.erode,
        inputs=st.tuples(
            strategies.dense(max_side=24).map(lambda mask: mask.astype(np.uint8)).filter(np.size),
            morphology.radii(whole=True),
            SHAPES,
            st.just("foreground"),
        ),
        oracle=oracle,
        peers={
            "opencv": morphology.opencv("erode"),
            "scikit-image": morphology.scikit_image("erosion", 1),
        },
        hostile={
            "a list": lambda: me.erode([[0, 1]], 1),
            "floats": lambda: me.erode(np.zeros((2, 2)), 1),
            "negative": lambda: me.erode(ONE, -1),
            "infinite": lambda: me.erode(ONE, float("inf")),
            "another shape": lambda: me.erode(ONE, 1, "circle"),
            "another border": lambda: me.erode(ONE, 1, border="reflect"),
            "no border": lambda: me.erode(ONE, 1, border=None),
            "out for Masks": lambda: me.erode(ONE, 1, out=ARRAY),
            "out of another shape": lambda: me.erode(ARRAY, 1, out=ARRAY.T),
        },
    ),
    Case(
        name="erode, labels",
        run=lambda labels, *how: me.erode(labels, *how, kind="labels"),
        inputs=st.tuples(morphology.label_maps(), morphology.radii(), SHAPES, BORDERS),
        oracle=eroded_labels,
        hostile={
            "Masks": lambda: me.erode(ONE, 1, kind="labels"),
            "a stack": lambda: me.erode(np.zeros((2, 3, 3), int), 1, kind="labels"),
            "bools": lambda: me.erode(np.zeros((3, 3), bool), 1, kind="labels"),
            "another kind": lambda: me.erode(ARRAY, 1, kind="map"),
            "out of another dtype": lambda: me.erode(ARRAY, 1, kind="labels", out=ARRAY != 0),
        },
    ),
]
