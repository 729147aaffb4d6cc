"""erode: oracle, laws, peers and hostile calls."""

import numpy as np
from hypothesis import strategies as st

import maskengine as me
from maskengine.testing import morphology, strategies
from maskengine.testing.cases import Case

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
        hostile=morphology.hostile(me.erode) | morphology.hostile_borders(me.erode),
    ),
    Case(
        name="erode, labels",
        run=lambda labels, *how: me.erode(labels, *how, kind="labels"),
        inputs=st.tuples(morphology.label_maps(), morphology.radii(), SHAPES, BORDERS),
        oracle=eroded_labels,
        hostile=morphology.hostile_labels(me.erode),
    ),
]
