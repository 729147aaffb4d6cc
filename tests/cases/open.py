"""open: oracle, laws, peers and hostile calls."""

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
    return morphology.each(source, morphology.opened, radius, shape, border)


def is_dual(masks, radius, shape, _):
    closed = me.complement(me.close(me.complement(masks), radius, shape))
    return me.open(masks, radius, shape) == closed


CASES = [
    Case(
        name="open",
        run=me.open,
        inputs=st.tuples(morphology.sources(), morphology.radii(), SHAPES, BORDERS),
        oracle=oracle,
    ),
    Case(
        name="open, large",
        run=me.open,
        inputs=st.tuples(
            strategies.masks(max_masks=1, max_side=140), st.integers(0, 6), SHAPES, BORDERS
        ),
        oracle=oracle,
    ),
    Case(
        name="open, masks",
        run=me.open,
        inputs=st.tuples(strategies.masks(max_side=24), morphology.radii(), SHAPES, BORDERS),
        oracle=oracle,
        laws={
            "nothing_is_added": lambda masks, *how: (
                not me.area(me.difference(me.open(masks, *how), masks)).any()
            ),
            "again_changes_nothing": lambda masks, *how: (
                me.open(me.open(masks, *how), *how) == me.open(masks, *how)
            ),
            "is_dual_to_closing": is_dual,
        },
    ),
    Case(
        name="open, whole radii",
        run=me.open,
        inputs=st.tuples(
            strategies.dense(max_side=24).map(lambda mask: mask.astype(np.uint8)).filter(np.size),
            morphology.radii(whole=True),
            SHAPES,
            st.just("foreground"),
        ),
        oracle=oracle,
        peers={"opencv": morphology.opencv("open")},
        hostile={
            "a list": lambda: me.open([[0, 1]], 1),
            "floats": lambda: me.open(np.zeros((2, 2)), 1),
            "negative": lambda: me.open(ONE, -1),
            "infinite": lambda: me.open(ONE, float("inf")),
            "another shape": lambda: me.open(ONE, 1, "circle"),
            "another border": lambda: me.open(ONE, 1, border="reflect"),
            "no border": lambda: me.open(ONE, 1, border=None),
            "out for Masks": lambda: me.open(ONE, 1, out=ARRAY),
            "out of another shape": lambda: me.open(ARRAY, 1, out=ARRAY.T),
        },
    ),
    Case(
        name="open, labels",
        run=lambda labels, *how: me.open(labels, *how, kind="labels"),
        inputs=st.tuples(morphology.label_maps(), morphology.radii(), SHAPES, BORDERS),
        oracle=morphology.opened_labels,
        laws={
            "each_by_itself": lambda labels, *how: all(
                np.array_equal(
                    me.open(labels, *how, kind="labels") == i, me.open(labels == i, *how)
                )
                for i in np.unique(labels[labels != 0])
            ),
        },
        hostile={
            "Masks": lambda: me.open(ONE, 1, kind="labels"),
            "a stack": lambda: me.open(np.zeros((2, 3, 3), int), 1, kind="labels"),
            "bools": lambda: me.open(np.zeros((3, 3), bool), 1, kind="labels"),
            "another kind": lambda: me.open(ARRAY, 1, kind="map"),
            "out of another dtype": lambda: me.open(ARRAY, 1, kind="labels", out=ARRAY != 0),
        },
    ),
]
