"""Habits of annotators: streams of signed offsets, and their intervals.

Covers: maskengine.quality.boundary_offsets, offset_scores; row F30 of the features of quality.
Run: pytest tests/test_quality_offsets.py
"""

import pickle

import numpy as np
import pytest

import maskengine as me
from maskengine.quality import OffsetSums, boundary_offsets, offset_scores
from maskengine.quality.offsets import student


def scene(seed, size=(160, 200)):
    """Give rectangles of classes 1 to 3, apart from each other and from the edge of the frame."""
    rng = np.random.default_rng(seed)
    out = np.zeros(size, np.uint8)
    for y in range(20, size[0] - 40, 45):
        for x in range(20, size[1] - 40, 45):
            h, w = rng.integers(10, 30, 2)
            out[y : y + h, x : x + w] = rng.integers(1, 4)
    return out


def grown(label_map, width):
    """Draw every object this many pixels wider, on all sides."""
    out = label_map.copy()
    for label in np.unique(label_map[label_map > 0]):
        padded = np.pad(label_map == label, width)
        side = (2 * width + 1,) * 2
        near = np.lib.stride_tricks.sliding_window_view(padded, side).any(axis=(2, 3))
        out[near] = label
    return out


def test_f30_one_pixel_wider_everywhere_shows_for_that_annotator_alone():
    frames = []
    for seed in range(12):
        truth = scene(seed)
        frames.append(boundary_offsets([truth, grown(truth, 1), truth, truth]))
    scores = offset_scores(sum(frames).pairs)
    assert scores.keys.tolist() == [[0, 1], [0, 2], [0, 3]]
    assert scores.mean[:, 1] == pytest.approx([-1, -1, -1], abs=0.05)  # 0, the lower, shrinks
    assert (scores.mean[:, [0, 2, 3]] == 0).all()
    assert scores.systematic.tolist() == [[False, True, False, False]] * 3
    by_class = offset_scores(sum(frames).classes)
    assert by_class.mean[1:, 1] == pytest.approx([1, 1, 1], abs=0.05)
    assert by_class.keys.tolist() == [[0], [1], [2], [3]]
    assert (by_class.high >= by_class.mean).all()
    assert (by_class.low <= by_class.mean).all()


def test_f30_any_shape_grown_by_squares_by_the_chessboard_distance():
    rng = np.random.default_rng(3)
    y, x = np.mgrid[:300, :300]
    field = sum(np.cos((x * np.cos(t) + y * np.sin(t)) / 30 + t) for t in rng.uniform(0, 6.3, 6))
    blobs = (field > 1.2).astype(np.uint8)
    found = boundary_offsets([blobs, grown(blobs, 1), blobs], metric="chebyshev")
    scores = offset_scores(found.classes)
    assert scores.mean[1, 1] == pytest.approx(1, abs=0.05)
    assert scores.mean[1, [0, 2]].tolist() == [0, 0]


@pytest.mark.parametrize("far", [-2, -1, 1, 2])
def test_f30_round_shapes_by_the_euclidean_distance(far):
    rng = np.random.default_rng(4)
    frames = []
    for _ in range(6):
        y, x = np.mgrid[:160, :160] + 0.5
        rho = np.hypot(y - 80 - rng.random(), x - 80 - rng.random()) - rng.uniform(20, 60)
        truth, other = (rho < 0).astype(np.uint8), (rho < far).astype(np.uint8)
        frames.append(boundary_offsets([truth, other, truth]))
    scores = offset_scores(sum(frames).classes)
    assert scores.mean[1, 1] == pytest.approx(far, abs=0.05 * abs(far))
    assert scores.mean[1, [0, 2]].tolist() == [0, 0]


def test_f30_noise_is_not_systematic():
    rng = np.random.default_rng(5)
    frames = []
    for seed in range(30):
        truth = scene(seed)
        wobble = [np.roll(truth, rng.integers(-1, 2), rng.integers(0, 2)) for _ in range(4)]
        frames.append(boundary_offsets(wobble, truth))
    scores = offset_scores(sum(frames).classes)
    assert not scores.systematic.any()
    assert (abs(scores.mean) < 0.05).all()  # corners are not symmetric


def test_f30_workers_merge_in_any_order_to_the_same_numbers():
    frames = []
    for seed in range(10):
        truth = scene(seed)
        frames.append(boundary_offsets([truth, grown(truth, 1), np.roll(truth, 1, 0)]))
    whole = sum(frames)
    parts = [pickle.loads(pickle.dumps(sum(frames[k::3]))) for k in (2, 0, 1)]
    merged = sum(parts)
    for one, other in ((whole.pairs, merged.pairs), (whole.classes, merged.classes)):
        assert np.array_equal(one.keys, other.keys)
        assert np.array_equal(one.sums[..., :6], other.sums[..., :6])  # exact
        assert one.sums == pytest.approx(other.sums, rel=1e-12)
    stack = [np.stack(maps) for maps in zip(*[
        (scene(s), grown(scene(s), 1), np.roll(scene(s), 1, 0)) for s in range(10)
    ], strict=True)]  # fmt: skip
    at_once = boundary_offsets(stack)
    assert np.array_equal(at_once.pairs.sums[..., :6], whole.pairs.sums[..., :6])
    assert at_once.pairs.sums[..., 5].max() == 10


def test_f30_memory_does_not_grow_with_frames():
    truth = scene(0)
    one = boundary_offsets([truth, grown(truth, 1), truth])
    total = one
    for _ in range(50):
        total = total + one
    assert total.pairs.sums.nbytes == one.pairs.sums.nbytes
    assert total.pairs.sums[0, 0, 5] == 51


def test_f30_intervals_by_hand():
    # offsets of three frames: 4 edges of 1, 2 edges of 0, 2 edges of 2; mean 8 / 8
    n, s, squares = np.array([4, 2, 2]), np.array([4, 0, 4]), np.array([4, 0, 8])
    row = [n.sum(), 0, 0, s.sum(), squares.sum(), 3, (n * n).sum(), (n * s).sum(), (s * s).sum()]
    scores = offset_scores(OffsetSums(np.array([[1, 2]]), np.array([[row]], float)))
    assert scores.mean.item() == 1
    assert scores.std.item() == pytest.approx(np.sqrt((12 / 8 - 1) * 8 / 7), abs=1e-12)
    residuals = s - 1.0 * n
    error = np.sqrt((residuals**2).sum() * 3 / 2) / n.sum()
    assert scores.high.item() - 1 == pytest.approx(4.302652729749462 * error, abs=1e-9)
    one = np.array([[[4, 0, 0, 4, 6, 1, 16, 16, 16]]], float)
    scores = offset_scores(OffsetSums(np.array([[1, 2]]), one))
    wanted = 1.959963984540054 * np.sqrt((6 / 4 - 1) * 4 / 3 / 4)
    assert scores.high.item() - 1 == pytest.approx(wanted, abs=1e-9)


@pytest.mark.parametrize(
    ("degrees", "wanted"),
    [(1, 12.70620474), (2, 4.30265273), (3, 3.18244631), (10, 2.22813885), (30, 2.04227246)],
)
def test_student_as_tabled(degrees, wanted):
    assert student(degrees, 0.95) == pytest.approx(wanted, abs=1e-8)


def test_f30_references():
    a = np.array([[1, 1, 1, 2, 2, 2]])
    b = np.array([[1, 1, 1, 1, 2, 2]])
    pair = np.array([[1, 2]])
    by_first = boundary_offsets([a, b], 0)
    assert np.array_equal(by_first.pairs.keys, pair)
    assert by_first.pairs.sums[0, :, 3].tolist() == [0, 1]
    assert boundary_offsets([a, b], 1).pairs.sums[0, :, 3].tolist() == [-1, 0]
    assert boundary_offsets([a, b], b).pairs.sums[0, :, 3].tolist() == [-1, 0]
    # no majority in the fourth pixel: nothing is measured there
    assert len(boundary_offsets([a, b, a * 0 + 3, a * 0 + 3]).pairs.keys) == 0
    assert boundary_offsets([a, b, b], void=2).pairs.keys.tolist() == []
    assert boundary_offsets([a > 1, b > 1, b > 1]).pairs.keys.tolist() == [[0, 1]]


def test_f30_what_is_gone_is_clipped_and_counted():
    truth = scene(1)
    gone = np.where(truth == 2, 0, truth)
    found = boundary_offsets([truth, truth, gone], limit=3)
    scores = offset_scores(found.classes)
    k = scores.keys.ravel().tolist().index(2)
    assert scores.clipped[k].tolist() == [0, 0, int(scores.edges[k, 2])]
    assert scores.mean[k, 2] == -3
    found = boundary_offsets([truth, truth, np.where(truth == 2, 9, truth)])
    scores = offset_scores(found.pairs)
    k = scores.keys.tolist().index([0, 2])
    assert scores.edges[k, 2] == 0
    assert scores.elsewhere[k, 2] == scores.edges[k, 0]
    assert np.isnan(scores.mean[k, 2])
    assert not scores.systematic[k, 2]


A = np.array([[1, 1, 2, 2]])


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: boundary_offsets([A]), "maps"),
        (lambda: boundary_offsets([A, A]), "reference"),
        (lambda: boundary_offsets([A, A], 2), "reference"),
        (lambda: boundary_offsets([A, A], -1), "reference"),
        (lambda: boundary_offsets([A, A], A.T), "reference"),
        (lambda: boundary_offsets([A, A], "A"), "reference"),
        (lambda: boundary_offsets([A, A], 0, limit=0), "limit"),
        (lambda: boundary_offsets([A, A], 0, metric="taxicab"), "metric"),
        (lambda: boundary_offsets([A] * 3) + boundary_offsets([A] * 4), "other"),
        (lambda: offset_scores(boundary_offsets([A] * 3)), "sums"),
        (lambda: offset_scores(boundary_offsets([A] * 3).pairs, 1), "confidence"),
        (lambda: offset_scores(boundary_offsets([A] * 3).pairs, 0), "confidence"),
        (lambda: offset_scores(boundary_offsets([A] * 3).pairs, "a"), "confidence"),
        (lambda: offset_scores(boundary_offsets([A] * 3).pairs, 0.9, -1), "at_least"),
    ],
)
def test_f30_bad_input(call, text):
    with pytest.raises(me.MaskError, match=f"^{text}: "):
        call()


def test_f30_others_do_not_add_up():
    with pytest.raises(TypeError):
        boundary_offsets([A] * 3) + 1
    with pytest.raises(TypeError):
        boundary_offsets([A] * 3).pairs + 1
