"""boundary_overlap: oracle, laws, peers and hostile calls."""

import numpy as np
from hypothesis import strategies as st

import maskengine as me
from maskengine.testing import morphology, pairs, strategies
from maskengine.testing.cases import Case

ONE = me.Masks([6], [0, 1], [(2, 3)])
ARRAY = np.zeros((3, 4), np.uint8)


def columns(found):
    return (
        found.reference, found.prediction, found.both,
        found.band_reference, found.band_prediction, found.band_both,
    )  # fmt: skip


def run(given, width, border):
    reference, prediction, void = given
    return columns(me.boundary_overlap(reference, prediction, width, void=void, border=border))


def oracle(given, width, border):
    counts = []
    for a, b, void in pairs.each_pair(*given):
        band_a, band_b = (
            morphology.boundary(mask, width, "inner", "square", border) for mask in (a, b)
        )
        shown = [a, b, a & b, band_a, band_b, band_a & band_b]
        counts.append([int((mask & ~void).sum()) for mask in shown])
    return tuple(np.array(counts, np.int64).reshape(-1, 6).T.copy())


def boundary_iou_api(given, width, _):
    """Give the counts as the code of Boundary IoU does: a frame of zeros, 3 x 3 erosions, cut."""
    import cv2

    masks = [mask.astype(np.uint8) for mask in given[:2]]
    bands = []
    for mask in masks:
        framed = cv2.copyMakeBorder(mask, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
        inside = cv2.erode(framed, np.ones((3, 3), np.uint8), iterations=width)
        bands.append(mask - inside[1:-1, 1:-1])
    shown = [*masks, masks[0] * masks[1], *bands, bands[0] * bands[1]]
    return tuple(np.array([int(mask.sum())], np.int64) for mask in shown)


def sides_change_places(given, width, border):
    a, b, void = given
    ours = columns(me.boundary_overlap(a, b, width, void=void, border=border))
    turned = columns(me.boundary_overlap(b, a, width, void=void, border=border))
    order = [1, 0, 2, 4, 3, 5]
    return all(np.array_equal(one, turned[k]) for one, k in zip(ours, order, strict=True))


def a_pair():
    dense = strategies.dense((37, 70)).map(lambda mask: mask.astype(np.uint8))
    return st.tuples(dense, dense, st.none())


CASES = [
    Case(
        name="boundary_overlap",
        run=run,
        inputs=st.tuples(
            pairs.mask_pairs(30), st.integers(0, 9), st.sampled_from(morphology.BORDERS)
        ),
        oracle=oracle,
        laws={"sides_change_places": sides_change_places},
        hostile={
            "lists": lambda: me.boundary_overlap([[0, 1]], [[0, 1]]),
            "floats": lambda: me.boundary_overlap(np.zeros((2, 2)), np.zeros((2, 2))),
            "another shape": lambda: me.boundary_overlap(ARRAY, ARRAY.T),
            "Masks and an array": lambda: me.boundary_overlap(ONE, np.zeros((2, 3), bool)),
            "an array and Masks": lambda: me.boundary_overlap(np.zeros((2, 3), bool), ONE),
            "more masks": lambda: me.boundary_overlap(ONE, me.Masks.from_coco([])),
            "masks of another size": lambda: me.boundary_overlap(
                ONE, me.Masks([6], [0, 1], [(3, 2)])
            ),
            "void of another shape": lambda: me.boundary_overlap(ARRAY, ARRAY, void=ARRAY.T),
            "void of another kind": lambda: me.boundary_overlap(ARRAY, ARRAY, void=ONE),
            "void of another size": lambda: me.boundary_overlap(
                ONE, ONE, void=me.Masks([6], [0, 1], [(3, 2)])
            ),
            "a negative width": lambda: me.boundary_overlap(ARRAY, ARRAY, -1),
            "a width of text": lambda: me.boundary_overlap(ARRAY, ARRAY, "1"),
            "a width of 1.5": lambda: me.boundary_overlap(ARRAY, ARRAY, 1.5),
            "another border": lambda: me.boundary_overlap(ARRAY, ARRAY, border="reflect"),
        },
    ),
    Case(
        name="boundary_overlap of bytes",
        run=run,
        inputs=st.tuples(a_pair(), st.integers(1, 9), st.just("background")),
        oracle=oracle,
        peers={"boundary-iou-api": boundary_iou_api},
    ),
]
