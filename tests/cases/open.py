"""open: oracle, laws, peers and hostile calls."""

import numpy as np
from hypothesis import strategies as st

import maskengine as me
from maskengine.testing import morphology, strategies
from maskengine.testing.cases import Case

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
        hostile=morphology.hostile(me.open) | morphology.hostile_borders(me.open),
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
        hostile=morphology.hostile_labels(me.open),
    ),
]
