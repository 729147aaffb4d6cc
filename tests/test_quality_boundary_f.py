"""Boundary F and boundaries by pair of labels: rows F4 and F5, void pixels, slow oracles.

Covers: maskengine.quality.boundary_f, boundary_pairs. Compares against: the definition of
davis2017-evaluation (2023-02) with dilation by OpenCV and the disk of scikit-image; loops over all
edges of pixels. Run: pytest tests/test_quality_boundary_f.py
"""

import math

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from skimage.morphology import disk

import maskengine as me
from maskengine.quality import PairTolerances, boundary_f, boundary_pairs
from maskengine.testing import pairs, strategies
from shapes import square


def davis(reference, prediction, void, tolerance):
    """Give counts as the boundary measure of DAVIS has them."""
    if tolerance < 1:
        tolerance = math.ceil(tolerance * float(np.linalg.norm(reference.shape)))
    borders = []
    for mask in (reference, prediction):
        border = np.zeros(mask.shape, np.uint8)
        for y, x, _ in pairs.border_elements(mask, void, "changes"):
            border[y, x] = 1
        borders.append(border)
    near = [cv2.dilate(border, disk(tolerance).astype(np.uint8)) for border in borders]
    counts = []
    for k in (0, 1):
        counts += [int(borders[k].sum()), int((borders[k] & near[1 - k]).sum())]
    return counts


def f_of(counts):
    ours, met, theirs, right = counts
    if ours == 0 or theirs == 0:
        return 1.0 if ours == theirs else 0.0
    precision, recall = right / theirs, met / ours
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def test_f4_a_square_moved_by_two_pixels():
    for first, second in ((square(), square(2)), (me.encode(square()), me.encode(square(2)))):
        assert boundary_f(first, second, 1).f.round(12).tolist() == [0.505]
        assert boundary_f(first, second, 2).f.tolist() == [1.0]
    assert boundary_f(square(), square(2)).f.tolist() == [1.0]  # 0.008 of 282.8, rounded up: 3


def test_the_edge_of_the_image_is_no_boundary():
    full, empty = np.ones((1, 30, 40), bool), np.zeros((1, 30, 40), bool)
    half = full & (np.arange(40) < 20)
    first, second = np.concatenate([full, half, half]), np.concatenate([empty, full, half])
    found = boundary_f(first, second)
    assert found.status == ("both_empty", "pred_empty", "ok")
    assert found.f.tolist() == [1.0, 0.0, 1.0]
    assert found.precision.tolist() == [1.0, 1.0, 1.0]
    assert found.recall.tolist() == [1.0, 0.0, 1.0]


@given(
    strategies.dense((19, 27)), strategies.dense((19, 27)), strategies.dense((19, 27)),
    st.booleans(), st.sampled_from([0.008, 0.1, 1, 2, 3, 5]),
)  # fmt: skip
def test_equals_the_definition_of_davis(a, b, void, moved, tolerance):
    if moved:
        b = np.roll(a, (1, 1), (0, 1))
    none = np.zeros_like(void)
    for left_out, argument in ((none, None), (void, void)):
        wanted = davis(a, b, left_out, tolerance)
        found = boundary_f(a, b, tolerance, void=argument, profile="strict:davis2017")
        assert found.counts.tolist() == [wanted]
        assert found.f[0] == pytest.approx(f_of(wanted), rel=1e-12)


def test_classes_equal_their_masks():
    labels = np.kron(np.arange(12).reshape(3, 4) % 5, np.ones((9, 9), int))
    moved = np.roll(labels, (2, 3), (0, 1))
    labels[10:12, 4:9] = 255
    found = boundary_f(labels, moved, 2, classes=5, void=255)
    for label in range(5):
        wanted = davis(labels == label, moved == label, labels == 255, 2)
        assert found.counts[label].tolist() == wanted


def test_frames_and_workers_add_up():
    a, b = square().astype(int), square(2).astype(int)
    frames = boundary_f(np.stack([a, b]), np.stack([b, a]), 1, classes=2)
    parts = sum([boundary_f(a, b, 1, classes=2), boundary_f(b, a, 1, classes=2)])
    assert np.array_equal(frames.counts, parts.counts)
    with pytest.raises(me.MaskError, match="other"):
        frames + boundary_f(a, b, 1, classes=3)
    with pytest.raises(me.MaskError, match="other"):
        boundary_f(square(), square()) + boundary_f(*[np.stack([square()] * 2)] * 2)


def test_f5_a_vertical_split():
    for dtype in (np.uint8, np.int64):
        labels = np.zeros((7, 10), dtype)
        labels[:, 4:] = 3
        found = boundary_pairs(labels)
        assert found.pairs.tolist() == [[0, 3]]
        assert found.edges.tolist() == [7]


def test_f5_three_stripes():
    labels = np.repeat(np.array([2, 9, 5]), 4) * np.ones((6, 1), int)
    found = boundary_pairs(labels)
    assert found.pairs.tolist() == [[2, 9], [5, 9]]
    assert found.edges.tolist() == [6, 6]
    assert boundary_pairs(labels, void=9).pairs.shape == (0, 2)
    assert len(boundary_pairs(np.zeros((0, 3), int))) == 0


def edges_of(labels, ignored):
    """List (pair, y, x) of every edge of pixels, its middle in half pixels."""
    found = []
    height, width = labels.shape
    for y, x in np.ndindex(height, width):
        for dy, dx in ((1, 0), (0, 1)):
            if y + dy < height and x + dx < width:
                pair = sorted((int(labels[y, x]), int(labels[y + dy, x + dx])))
                if pair[0] != pair[1] and not set(pair) & ignored:
                    found.append((tuple(pair), 2 * y + 1 + dy, 2 * x + 1 + dx))
    return found


@given(strategies.label_maps(14).filter(lambda one: one.dtype != np.uint64))
def test_pairs_equal_a_loop_over_edges(labels):
    found = boundary_pairs(labels, void=[2])
    listed = [pair for pair, _, _ in edges_of(labels, {2})]
    wanted = sorted(set(listed))
    assert [tuple(pair) for pair in found.pairs.tolist()] == wanted
    assert found.edges.tolist() == [listed.count(pair) for pair in wanted]


@given(st.integers(0, 10**6), st.sampled_from([0, 0.5, 1, 1.5, 3]))
def test_pairs_are_matched_with_their_own_boundary(seed, tolerance):
    rng = np.random.default_rng(seed)
    first = np.kron(rng.integers(0, 4, (3, 4)), np.ones((4, 4), int))
    second = np.roll(first, rng.integers(0, 3, 2), (0, 1))
    table = PairTolerances(tolerance, {(2, 1): 1, (0, 3): 2})
    pixels = tolerance if tolerance >= 1 else math.ceil(tolerance * 20)
    reach = {(1, 2): 1, (0, 3): 2}
    lists = [edges_of(labels, set()) for labels in (first, second)]
    counts = {}
    for k in (0, 1):
        for pair, y, x in lists[k]:
            row = counts.setdefault(pair, [0, 0, 0, 0])
            row[2 * k] += 1
            others = [(v - y) ** 2 + (u - x) ** 2 for p, v, u in lists[1 - k] if p == pair]
            row[2 * k + 1] += min(others, default=math.inf) <= 4 * reach.get(pair, pixels) ** 2
    found = boundary_f(first, second, table, classes=4, by="pair")
    assert [tuple(pair) for pair in found.labels.tolist()] == sorted(counts)
    assert found.counts.tolist() == [counts[pair] for pair in sorted(counts)]


def test_pairs_of_several_frames_are_put_together():
    frames = np.array([[[0, 1]], [[0, 2]], [[1, 0]]])
    found = boundary_f(frames, frames, 1, classes=3, by="pair")
    assert found.labels.tolist() == [[0, 1], [0, 2]]
    assert found.counts.tolist() == [[2, 2, 2, 2], [1, 1, 1, 1]]
    void = boundary_f(frames, frames, 1, classes=2, by="pair", void=2)
    assert void.labels.tolist() == [[0, 1]]


@pytest.mark.parametrize(
    ("call", "parameter"),
    [
        (lambda a: boundary_f(a, a, -1), "tolerance"),
        (lambda a: boundary_f(a, a, "1"), "tolerance"),
        (lambda a: boundary_f(a, a, math.inf), "tolerance"),
        (lambda a: boundary_f(a, a, PairTolerances(1)), "tolerance"),
        (lambda a: boundary_f(a, a, by="pair"), "classes"),
        (lambda a: boundary_f(a, a, by="label"), "by"),
        (lambda a: boundary_f(a, a, profile="davis"), "profile"),
        (lambda a: boundary_f(a, a[1:]), "prediction"),
        (lambda a: boundary_f(a + 5, a, classes=2), "reference"),
        (lambda a: boundary_pairs(a * 1.0), "label_map"),
        (lambda a: boundary_pairs(a, void="a"), "void"),
    ],
)
def test_bad_calls(call, parameter):
    with pytest.raises(me.MaskError) as caught:
        call(square().astype(int))
    assert caught.value.parameter == parameter
