"""Boundary IoU and boundary PQ: golden values, the peers' defects, and slow oracles.

Covers: maskengine.quality.boundary_iou, panoptic_matches(boundary=), PairTolerances; row F4.
Compares against: values of boundary-iou-api (2021-04), its bands by cv2.erode, and the rules
written out segment by segment. Run: pytest tests/test_quality_boundary_iou.py
"""

import math
from functools import partial

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import maskengine as me
from maskengine.quality import (
    PairTolerances,
    boundary_f,
    boundary_iou,
    panoptic_matches,
    panoptic_quality,
    surface_distances,
    trimap_iou,
)
from shapes import square


def width_of(shape, ratio=0.02):
    return max(1, round(ratio * math.sqrt(shape[0] ** 2 + shape[1] ** 2)))


def band(mask, width):
    """Give the band as boundary-iou-api does: a frame of zeros, 3 x 3 erosions, cut."""
    mask = mask.astype(np.uint8)
    framed = cv2.copyMakeBorder(mask, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    inside = cv2.erode(framed, np.ones((3, 3), np.uint8), iterations=width)
    return (mask - inside[1:-1, 1:-1]) > 0


def scene(seed, shape, labels=5):
    """Draw two maps with wavy borders, as two annotators draw them."""
    rng = np.random.default_rng(seed)
    y, x = np.indices(shape)
    found = []
    centres = rng.random((labels, 2)) * shape
    for _ in range(2):
        wobble = rng.random((labels, 2)) * 3
        distances = [
            (y - cy + 2 * np.sin(x / 7 + a)) ** 2 + (x - cx + 2 * np.cos(y / 5 + b)) ** 2
            for (cy, cx), (a, b) in zip(centres, wobble, strict=True)
        ]
        found.append(np.argmin(distances, axis=0))
    return found


def test_f4_a_square_moved_by_two_pixels():
    found = boundary_iou(square(), square(2))
    assert found.iou.round(6).tolist() == [0.960784]
    assert found.boundary_iou.round(6).tolist() == [0.714286]  # with d = 6
    assert found.least_iou.round(6).tolist() == [0.714286]
    assert found.dice.round(6).tolist() == [0.98]
    assert (found.status, found.thin.tolist()) == (("ok",), [False])


def test_all_forms_of_masks_give_the_same_counts():
    pair = np.stack([square(), square(2)])
    wanted = boundary_iou(pair[0], pair[1]).counts
    forms = [
        (me.encode(pair[:1]), me.encode(pair[1:])),
        (pair[:1], pair[1:]),
        (me.encode(pair[:1]), pair[1]),
        (pair[0].astype(np.int16), me.encode(pair[1:])),
    ]
    for first, second in forms:
        assert np.array_equal(boundary_iou(first, second).counts, wanted)
    classes = boundary_iou(pair[0].astype(int), pair[1].astype(int), classes=2)
    assert np.array_equal(classes.counts[1:], wanted)
    assert classes.labels.tolist() == [0, 1]


def test_the_width_follows_the_size_of_each_mask():
    """100 x 100 pixels have a diagonal of 141.4, hence d = 3; 200 x 200 have d = 6."""
    small, large = (me.encode(np.ones((side, side), bool)) for side in (100, 200))
    both = me.Masks.concatenate([small, large, small])
    found = boundary_iou(both, both)
    assert found.counts[:, 5].tolist() == [100**2 - 94**2, 4656, 100**2 - 94**2]
    assert boundary_iou(both, both, 3).counts[1, 5] == 200**2 - 194**2


def test_batches_must_agree():
    masks = me.encode(np.ones((3, 8, 9), bool))
    other = me.encode(np.ones((1, 8, 8), bool))
    nothing = me.Masks.from_coco([])
    mixed = me.Masks.concatenate([masks[:2], other])
    assert len(boundary_iou(nothing, nothing)) == len(boundary_f(nothing, nothing)) == 0
    for first, second in ((nothing, masks), (mixed, masks), (mixed, mixed[:2]), (masks, nothing)):
        for score in (boundary_iou, boundary_f, surface_distances, partial(trimap_iou, widths=[1])):
            with pytest.raises(me.MaskError, match="prediction"):
                score(first, second)


def test_half_a_pixel_is_rounded_to_even_and_one_is_the_least():
    mask = np.ones((30, 40), bool)  # a diagonal of 50
    for ratio, width in ((0.05, 2), (0.07, 4), (0.002, 1)):
        counts = boundary_iou(mask, mask, ratio).counts
        assert counts[0, 5] == 1200 - (30 - 2 * width) * (40 - 2 * width)


def test_a_mask_that_is_all_band_is_reported():
    found = boundary_iou(square(side=8), square(2, side=8))
    assert found.thin.tolist() == [True]
    assert found.iou.tolist() == found.boundary_iou.tolist()


def test_empty_masks():
    full, empty = square()[np.newaxis], np.zeros((1, 200, 200), bool)
    first, second = np.concatenate([empty, full, empty]), np.concatenate([empty, empty, full])
    found = boundary_iou(first, second)
    assert found.status == ("both_empty", "pred_empty", "ref_empty")
    for scores in (found.iou, found.boundary_iou, found.dice):
        assert scores.tolist() == [1.0, 0.0, 0.0]
    strict = boundary_iou(first, second, profile="strict:boundary-iou-api")
    assert strict.iou.tolist() == strict.boundary_iou.tolist() == [0.0, 0.0, 0.0]


def test_void_pixels():
    void = np.zeros((200, 200), bool)
    void[:, 150:] = True
    found = boundary_iou(square(), square(2), void=void)
    a, b = band(square(), 6) & ~void, band(square(2), 6) & ~void
    assert found.counts[0, 3:].tolist() == [a.sum(), b.sum(), (a & b).sum()]
    labels = square().astype(np.uint8)
    labels[void] = 255
    by_class = boundary_iou(labels, square(2).astype(np.uint8), classes=2, void=255)
    assert by_class.counts[1, :3].tolist() == [10_000, 9_800, 9_800]


def test_counts_add_up():
    first, second = scene(1, (60, 90))
    parts = [boundary_iou(first, second, classes=5), boundary_iou(second, first, classes=5)]
    stacks = np.stack([first, second]), np.stack([second, first])
    assert np.array_equal(boundary_iou(*stacks, classes=5).counts, sum(parts).counts)
    with pytest.raises(me.MaskError, match="other"):
        parts[0] + boundary_iou(first, second, classes=6)
    with pytest.raises(me.MaskError, match="other"):
        boundary_iou(square(), square()) + boundary_iou(
            np.stack([square()] * 2), [square()] * 0 or np.stack([square()] * 2)
        )
    with pytest.raises(TypeError):
        parts[0] + 1


@given(st.integers(0, 10**6), st.sampled_from([(40, 40), (40, 41), (25, 60), (61, 30)]))
def test_classes_equal_their_masks(seed, shape):
    """vernier 0.5.4 was right on square images and wrong on all others."""
    first, second = scene(seed, shape)
    width = width_of(shape, 0.05)
    found = boundary_iou(first, second, 0.05, classes=5)
    for label in range(5):
        masks = first == label, second == label
        a, b = (band(mask, width) for mask in masks)
        wanted = [*masks, masks[0] & masks[1], a, b, a & b]
        assert found.counts[label].tolist() == [int(one.sum()) for one in wanted]


def pair_band(labels, default, table):
    """Look at each pixel's surroundings: is a label so near as its pair says?"""
    found = np.zeros(labels.shape, bool)
    height, width = labels.shape
    for y, x in np.ndindex(height, width):
        found[y, x] = default > 0 and min(y, x, height - 1 - y, width - 1 - x) < default
        for dy, dx in np.ndindex(15, 15):
            v, u = y + dy - 7, x + dx - 7
            if 0 <= v < height and 0 <= u < width and labels[v, u] != labels[y, x]:
                pair = tuple(sorted((int(labels[v, u]), int(labels[y, x]))))
                found[y, x] |= max(abs(dy - 7), abs(dx - 7)) <= table.get(pair, default)
    return found


def test_widths_by_pair_of_labels():
    first, second = scene(3, (31, 37))
    table = {(1, 0): 5, (2, 3): 0, (4, 2): 1}
    found = boundary_iou(first, second, PairTolerances(2, table), classes=5)
    known = {tuple(sorted(pair)): value for pair, value in table.items()}
    bands = [pair_band(labels, 2, known) for labels in (first, second)]
    for label in range(5):
        a, b = (near & (one == label) for near, one in zip(bands, (first, second), strict=True))
        assert found.counts[label, 3:].tolist() == [a.sum(), b.sum(), (a & b).sum()]
    plain = boundary_iou(first, second, 2, classes=5).counts
    same = boundary_iou(first, second, PairTolerances(2), classes=5).counts
    assert np.array_equal(plain, same)
    assert not np.array_equal(plain, found.counts)


def slow_boundary_pq(reference, prediction, width):
    """Compare every pair of segments whose category, id % 3, is the same; 0 is void."""
    tp, total, missed, wrong = 0, 0.0, 0, 0
    ours = [i for i in np.unique(reference) if i]
    theirs = [i for i in np.unique(prediction) if i]
    hit = set()
    for g in ours:
        a = reference == g
        for p in theirs:
            b = prediction == p
            if g % 3 != p % 3 or not (a & b).any():
                continue
            scores = []
            for x, y in ((a, b), (band(a, width), band(b, width))):
                union = (x | y).sum() - (y & (reference == 0)).sum()
                scores.append((x & y).sum() / union)
            if min(scores) > 0.5:
                tp, total = tp + 1, total + min(scores)
                hit |= {("g", g), ("p", p)}
        missed += ("g", g) not in hit
    for p in theirs:
        b = prediction == p
        if ("p", p) not in hit:
            wrong += not (b & (reference == 0)).sum() / b.sum() > 0.5
    return tp, wrong, missed, total


@given(st.integers(0, 10**6), st.sampled_from([(40, 40), (30, 55), (64, 33)]))
def test_boundary_pq_equals_its_rules(seed, shape):
    first, second = scene(seed, shape, 7)
    segments = {i: i % 3 for i in range(1, 7)}
    ids = {i: segments[i] for i in np.unique(first).tolist() if i}
    theirs = {i: segments[i] for i in np.unique(second).tolist() if i}
    found = panoptic_matches(first, second, ids, theirs, range(3), boundary=0.04)
    tp, fp, fn, iou = slow_boundary_pq(first, second, width_of(shape, 0.04))
    assert (found.tp.sum(), found.fp.sum(), found.fn.sum()) == (tp, fp, fn)
    assert found.iou.sum() == pytest.approx(iou, rel=1e-12)


def test_defect_2_1_a_segment_renamed_keeps_its_boundary_pq():
    """boundary-iou-api gave 0.8015 and, with id 201 and categories up to 200, 0.4444."""
    first, second = scene(5, (120, 200), 4)
    scores = []
    for name in (202, 201, 7, 2**24 - 1):
        maps = [me.remap(one, {0: 101, 1: 102, 2: 103, 3: name}) for one in (first, second)]
        segments = {101: 1, 102: 2, 103: 1, name: 200}
        found = panoptic_matches(*maps, segments, segments, [1, 2, 200], boundary=0.02)
        scores.append(panoptic_quality(found).all.pq)
    assert 0.5 < scores[0] < 1
    assert scores == [scores[0]] * 4


def test_boundary_pq_is_not_the_mask_pq():
    first, second = scene(5, (120, 200), 4)
    segments = {i + 1: 1 for i in range(4)}
    mask, boundary, wide = (
        panoptic_quality(
            panoptic_matches(first + 1, second + 1, segments, segments, [1], boundary=width)
        ).all.pq
        for width in (None, 0.02, 500)
    )
    assert boundary < mask == wide


def test_boundary_pq_of_maps_without_pixels():
    empty = np.zeros((0, 4), int)
    found = panoptic_matches(empty, empty, {5: 1}, {}, [1], boundary=2)
    assert (found.tp.tolist(), found.fn.tolist()) == ([0], [1])


@pytest.mark.parametrize(
    ("arguments", "parameter"),
    [
        ({"width": -1}, "width"),
        ({"width": 1.5}, "width"),
        ({"width": "wide"}, "width"),
        ({"width": math.nan}, "width"),
        ({"width": PairTolerances(2)}, "width"),
        ({"profile": "strict:cityscapes"}, "profile"),
        ({"border": "reflect"}, "border"),
        ({"void": np.zeros((3, 3), bool)}, "void"),
        ({"classes": 1}, "reference"),
        ({"classes": {1: "a"}, "void": 1}, "void"),
    ],
)
def test_bad_calls(arguments, parameter):
    labels = square(size=160).astype(np.uint8)
    with pytest.raises(me.MaskError) as caught:
        boundary_iou(labels, labels, **arguments)
    assert caught.value.parameter == parameter


@pytest.mark.parametrize(
    ("table", "parameter"),
    [
        ({(1, 1): 2}, "pairs"),
        ({(1, 2): 2, (2, 1): 3}, "pairs"),
        ({(1, 2): -2}, "pairs"),
        ({1: 2}, "pairs"),
        ({(1, "a"): 2}, "pairs"),
        ([(1, 2)], "pairs"),
    ],
)
def test_bad_tables(table, parameter):
    with pytest.raises(me.MaskError) as caught:
        PairTolerances(1, table)
    assert caught.value.parameter == parameter
    with pytest.raises(me.MaskError):
        PairTolerances(-1)
