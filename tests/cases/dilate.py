"""dilate: oracle, laws, peers and hostile calls."""

import numpy as np
from hypothesis import strategies as st

import maskengine as me
from maskengine.testing import morphology, strategies
from maskengine.testing.cases import Case

ONE = me.Masks([6], [0, 1], [(2, 3)])
HUGE = me.pad(me.Masks([0, 1], [0, 2], [(1, 1)]), 0, 2**18, 0, 2**18)
HUGE = me.complement(HUGE)
ARRAY = np.zeros((3, 4), np.uint8)
SHAPES = st.sampled_from(morphology.SHAPES)


def oracle(source, radius, shape):
    return morphology.each(source, morphology.dilate, radius, shape)


def is_dual(masks, radius, shape):
    grown = me.complement(me.erode(me.complement(masks), radius, shape))
    return me.dilate(masks, radius, shape) == grown


def squares_add_up(masks, radius, _):
    ry, rx = (int(r) for r in morphology.pair(radius))
    once = me.dilate(masks, (ry + 2, rx + 3))
    return me.dilate(me.dilate(masks, (ry, rx)), (2, 3)) == once


def labels_stay(labels, radius, shape):
    grown = me.dilate(labels, radius, shape, kind="labels")
    return np.array_equal(grown[labels != 0], labels[labels != 0])


def they_cover_what_the_mask_does(labels, radius, shape):
    grown = me.dilate(labels, radius, shape, kind="labels")
    return np.array_equal(grown != 0, me.dilate(labels != 0, radius, shape))


CASES = [
    Case(
        name="dilate",
        run=me.dilate,
        inputs=st.tuples(morphology.sources(), morphology.radii(), SHAPES),
        oracle=oracle,
    ),
    Case(
        name="dilate, large",
        run=me.dilate,
        inputs=st.tuples(strategies.masks(max_masks=1, max_side=140), st.integers(0, 6), SHAPES),
        oracle=oracle,
    ),
    Case(
        name="dilate, masks",
        run=me.dilate,
        inputs=st.tuples(strategies.masks(max_side=24), morphology.radii(), SHAPES),
        oracle=oracle,
        laws={
            "nothing_is_lost": lambda masks, radius, shape: (
                not me.area(me.difference(masks, me.dilate(masks, radius, shape))).any()
            ),
            "is_dual_to_erosion": is_dual,
            "squares_add_up": squares_add_up,
        },
    ),
    Case(
        name="dilate, whole radii",
        run=me.dilate,
        inputs=st.tuples(
            strategies.dense(max_side=24).map(lambda mask: mask.astype(np.uint8)).filter(np.size),
            morphology.radii(whole=True),
            SHAPES,
        ),
        oracle=oracle,
        peers={
            "opencv": morphology.opencv("dilate"),
            "scikit-image": morphology.scikit_image("dilation", 0),
        },
        hostile=morphology.hostile(me.dilate)
        | {
            "one dimension": lambda: me.dilate(np.zeros(4, bool), 1),
            "nan": lambda: me.dilate(ONE, float("nan")),
            "text": lambda: me.dilate(ONE, "1"),
            "none": lambda: me.dilate(ONE, None),
            "a bool": lambda: me.dilate(ONE, True),
            "three radii": lambda: me.dilate(ONE, (1, 2, 3)),
            "a negative one": lambda: me.dilate(ONE, (1, -2)),
            "no shape": lambda: me.dilate(ONE, 1, None),
            "a list for out": lambda: me.dilate(ARRAY, 1, out=[[0]]),
            "out of floats": lambda: me.dilate(ARRAY, 1, out=np.zeros((3, 4))),
            "too many pixels": lambda: me.dilate(HUGE, 1),
        },
    ),
    Case(
        name="dilate, labels",
        run=lambda labels, *how: me.dilate(labels, *how, kind="labels"),
        inputs=st.tuples(morphology.label_maps(), morphology.radii(), SHAPES),
        oracle=morphology.dilated_labels,
        laws={
            "labels_stay": labels_stay,
            "they_cover_what_the_mask_does": they_cover_what_the_mask_does,
        },
        hostile=morphology.hostile_labels(me.dilate),
    ),
]
