"""close: oracle, laws, peers and hostile calls."""

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
        hostile={
            "a list": lambda: me.close([[0, 1]], 1),
            "floats": lambda: me.close(np.zeros((2, 2)), 1),
            "negative": lambda: me.close(ONE, -1),
            "infinite": lambda: me.close(ONE, float("inf")),
            "another shape": lambda: me.close(ONE, 1, "circle"),
            "another border": lambda: me.close(ONE, 1, border="reflect"),
            "no border": lambda: me.close(ONE, 1, border=None),
            "out for Masks": lambda: me.close(ONE, 1, out=ARRAY),
            "out of another shape": lambda: me.close(ARRAY, 1, out=ARRAY.T),
        },
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
        hostile={
            "Masks": lambda: me.close(ONE, 1, kind="labels"),
            "a stack": lambda: me.close(np.zeros((2, 3, 3), int), 1, kind="labels"),
            "bools": lambda: me.close(np.zeros((3, 3), bool), 1, kind="labels"),
            "another kind": lambda: me.close(ARRAY, 1, kind="map"),
            "out of another dtype": lambda: me.close(ARRAY, 1, kind="labels", out=ARRAY != 0),
        },
    ),
]
