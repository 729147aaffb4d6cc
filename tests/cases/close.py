"""close: oracle, laws, peers and hostile calls."""

import numpy as np
from hypothesis import strategies as st

import maskengine as me
from maskengine.testing import morphology, strategies
from maskengine.testing.cases import Case

SHAPES = st.sampled_from(morphology.SHAPES)
BORDERS = st.sampled_from(morphology.BORDERS)


def oracle(source, radius, shape, border):
    return morphology.each(source, morphology.closed, radius, shape, border)


def nothing_is_lost(masks, radius, shape, _):
    return not me.area(me.difference(masks, me.close(masks, radius, shape))).any()


def again_changes_nothing(masks, radius, shape, _):
    closed = me.close(masks, radius, shape)
    return me.close(closed, radius, shape) == closed


CASES = [
    Case(
        name="close",
        run=me.close,
        inputs=st.tuples(morphology.sources(), morphology.radii(), SHAPES, BORDERS),
        oracle=oracle,
    ),
    Case(
        name="close, large",
        run=me.close,
        inputs=st.tuples(
            strategies.masks(max_masks=1, max_side=140), st.integers(0, 6), SHAPES, BORDERS
        ),
        oracle=oracle,
    ),
    Case(
        name="close, masks",
        run=me.close,
        inputs=st.tuples(strategies.masks(max_side=24), morphology.radii(), SHAPES, BORDERS),
        oracle=oracle,
        laws={
            "nothing_is_lost": nothing_is_lost,
            "again_changes_nothing": again_changes_nothing,
        },
    ),
    Case(
        name="close, whole radii",
        run=me.close,
        inputs=st.tuples(
            strategies.dense(max_side=24).map(lambda mask: mask.astype(np.uint8)).filter(np.size),
            morphology.radii(whole=True),
            SHAPES,
            st.just("foreground"),
        ),
        oracle=oracle,
        peers={"opencv": morphology.opencv("close")},
        hostile=morphology.hostile(me.close) | morphology.hostile_borders(me.close),
    ),
    Case(
        name="close, labels",
        run=lambda labels, *how: me.close(labels, *how, kind="labels"),
        inputs=st.tuples(morphology.label_maps(), morphology.radii(), SHAPES, BORDERS),
        oracle=morphology.closed_labels,
        laws={
            "one_label_is_a_mask": lambda labels, *how: np.array_equal(
                me.close((labels != 0).astype(labels.dtype), *how, kind="labels"),
                me.close(labels != 0, *how),
            ),
        },
        hostile=morphology.hostile_labels(me.close),
    ),
]
