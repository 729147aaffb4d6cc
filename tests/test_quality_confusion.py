"""Confusion and the scores from it: values by hand, a slow oracle, scikit-learn.

Covers: maskengine.quality.confusion, miou; rows F8 and F9 of the features of quality.
Run: pytest tests/test_quality_confusion.py
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import maskengine as me
from maskengine.quality import ClassScores, Confusion, confusion, miou
from maskengine.testing import strategies

REFERENCE = np.array([[0, 0, 1, 1], [2, 2, 255, 255]], np.uint8)
PREDICTION = np.array([[0, 1, 1, 1], [2, 255, 0, 2]], np.uint8)


def test_a_drawn_frame():
    counts = confusion(REFERENCE, PREDICTION, {0: "road", 1: "car", 2: "sky"}, void=255)
    assert counts.counts.tolist() == [[1, 1, 0, 0], [0, 2, 0, 0], [0, 0, 1, 1]]
    assert counts.void == 2
    assert counts.names == ("road", "car", "sky")
    scores = miou(counts)
    assert scores.iou.tolist() == [1 / 2, 2 / 3, 1 / 2]
    assert scores.dice.tolist() == [2 / 3, 4 / 5, 2 / 3]
    assert scores.precision.tolist() == [1, 2 / 3, 1]
    assert scores.recall.tolist() == [1 / 2, 1, 1 / 2]
    assert scores.miou == pytest.approx(5 / 9, abs=1e-15)
    assert scores.fwiou == pytest.approx((2 * 1 / 2 + 2 * 2 / 3 + 2 * 1 / 2) / 6, abs=1e-15)
    assert scores.pixel_accuracy == 4 / 6
    assert scores.mean_accuracy == pytest.approx(2 / 3, abs=1e-15)
    assert scores.counted == 3
    assert scores.status == ("ok", "ok", "ok")


def test_golden_g1_square_moved_by_two_pixels():
    square = np.zeros((200, 200), np.uint8)
    square[50:150, 50:150] = 1
    scores = miou(confusion(square, np.roll(square, 2, 1), classes=2))
    assert scores.iou[1] == 9800 / 10200
    assert round(float(scores.iou[1]), 6) == 0.960784
    assert scores.dice[1] == 0.98


def test_f8_more_than_255_labels():
    labels = (np.arange(300 * 4).reshape(30, 40) // 4).astype(np.uint16)
    counts = confusion(labels, labels[:, ::-1], classes=300)
    assert counts.counts.shape == (300, 301)
    assert counts.counts.sum(axis=1).tolist() == [4] * 300
    assert np.diagonal(counts.counts).sum() == 0
    assert miou(confusion(labels, labels, classes=300)).miou == 1


def test_f9_rows_of_the_transitions_are_the_areas_before():
    rng = np.random.default_rng(1)
    before, after = rng.integers(0, 5, (2, 40, 50), dtype=np.uint8)
    counts = confusion(before, after, classes=5)
    assert counts.counts.sum(axis=1).tolist() == np.bincount(before.ravel()).tolist()
    assert counts.counts.sum(axis=0).tolist() == [*np.bincount(after.ravel()).tolist(), 0]


def test_empty_classes_say_so():
    scores = miou(confusion(np.array([[0, 0, 1]]), np.array([[0, 2, 2]]), classes=4))
    assert scores.status == ("ok", "pred_empty", "ref_empty", "both_empty")
    assert scores.iou[:3].tolist() == [1 / 2, 0, 0]
    assert np.isnan(scores.iou[3])
    assert np.isnan(scores.dice[3])
    assert np.isnan(scores.precision[1])
    assert np.isnan(scores.recall[2])
    assert scores.counted == 3
    assert scores.miou == pytest.approx(1 / 6, abs=1e-15)
    assert scores.mean_accuracy == 1 / 4  # of the classes of the reference


def test_nothing_but_void():
    counts = confusion(np.full((2, 2), 255), np.zeros((2, 2), int), classes=2, void=255)
    assert counts.void == 4
    scores = miou(counts)
    assert scores.counted == 0
    assert np.isnan([scores.miou, scores.mean_dice, scores.fwiou, scores.pixel_accuracy]).all()
    assert np.isnan(scores.mean_accuracy)


def test_frames_add_up_and_means_over_frames_are_another_number():
    first = confusion(REFERENCE, PREDICTION, 3, void=255)
    second = confusion(REFERENCE * 0, PREDICTION * 0, 3, void=255)
    total = sum([first, second])
    assert total.counts.tolist() == [[9, 1, 0, 0], [0, 2, 0, 0], [0, 0, 1, 1]]
    assert total.void == 2
    stack = confusion(
        np.stack([REFERENCE, REFERENCE * 0]), np.stack([PREDICTION, PREDICTION * 0]), 3, void=255
    )
    assert np.array_equal(stack.counts, total.counts)
    assert miou(total).miou != (miou(first).miou + miou(second).miou) / 2


def test_strange_labels_are_named_with_their_place():
    strange = REFERENCE.copy()
    strange[1, 2] = 7
    with pytest.raises(me.MaskError, match=r"reference: .* got 7 at pixel \(x, y\) = \(2, 1\)"):
        confusion(strange, PREDICTION, 3, void=255)
    with pytest.raises(me.MaskError, match=r"prediction: .* got 7 at pixel \(x, y\) = \(2, 1\)"):
        confusion(REFERENCE, strange, 3, void=255)
    with pytest.raises(me.MaskError, match=r"got 7 at frame 1, pixel \(x, y\) = \(2, 1\)"):
        confusion(np.stack([REFERENCE, strange]), np.stack([PREDICTION] * 2), 3, void=255)
    missed = confusion(REFERENCE, strange * 0 + np.uint8(7), 3, void=255, other="miss")
    assert missed.counts.tolist() == [[0, 0, 0, 2]] * 3


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: confusion(REFERENCE, PREDICTION[:1], 3, 255), "prediction"),
        (lambda: confusion(REFERENCE, PREDICTION / 2, 3, 255), "prediction"),
        (lambda: confusion(REFERENCE, PREDICTION, 0, 255), "classes"),
        (lambda: confusion(REFERENCE, PREDICTION, 2**17, 255), "classes"),
        (lambda: confusion(REFERENCE, PREDICTION, [0, 1, 1], 255), r"classes\[2\]"),
        (lambda: confusion(REFERENCE, PREDICTION, [0, 1.5], 255), r"classes\[1\]"),
        (lambda: confusion(REFERENCE, PREDICTION, "ab", 255), "classes"),
        (lambda: confusion(REFERENCE, PREDICTION, [], 255), "classes"),
        (lambda: confusion(REFERENCE, PREDICTION, 2.5, 255), "classes"),
        (lambda: confusion(REFERENCE, PREDICTION, 256, 255), "void"),
        (lambda: confusion(REFERENCE, PREDICTION, 3, 2.5), "void"),
        (lambda: confusion(REFERENCE, PREDICTION, 3, 2**64), r"void\[0\]"),
        (lambda: confusion(REFERENCE, PREDICTION, 3, 255, other="wrap"), "other"),
        (lambda: miou(np.ones((3, 3))), "counts"),
        (
            lambda: (
                confusion(REFERENCE, PREDICTION, 3, 255) + confusion(REFERENCE, PREDICTION, 256)
            ),
            "other",
        ),
    ],
)
def test_bad_input(call, text):
    with pytest.raises(me.MaskError, match=f"^{text}: "):
        call()


@st.composite
def frames(draw):
    """Draw two maps of classes 3, 4, ..., of which -1 and 9 are void."""
    shape = draw(strategies.sizes(30))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    labels = np.array([-1, 3, 4, 5, 9][: draw(st.integers(1, 5))])
    both = []
    for _ in range(2):
        dtype = draw(st.sampled_from(["i1", "i4", "i8"]))
        both.append(
            draw(strategies.layouts(labels[rng.integers(0, labels.size, shape)].astype(dtype)))
        )
    return tuple(both)


@given(frames())
def test_equals_a_loop_over_pixels(both):
    wanted = np.zeros((4, 5), np.int64)
    void = 0
    for r, p in zip(both[0].ravel().tolist(), both[1].ravel().tolist(), strict=True):
        if r in {-1, 9}:
            void += 1
        else:
            wanted[r - 3, 4 if p in {-1, 9} else p - 3] += 1
    counts = confusion(*both, classes=[3, 4, 5, 6], void=[-1, 9])
    assert np.array_equal(counts.counts, wanted)
    assert counts.void == void


@given(frames())
def test_scores_equal_those_of_binary_masks(both):
    counts = confusion(*both, classes=[3, 4, 5], void=[-1, 9])
    scores = miou(counts)
    used = ~np.isin(both[0], [-1, 9])
    for k, label in enumerate([3, 4, 5]):
        r, p = (both[0] == label) & used, (both[1] == label) & used
        either = int((r | p).sum())
        if either == 0:
            assert scores.status[k] == "both_empty"
            assert np.isnan(scores.iou[k])
            continue
        assert scores.iou[k] == (r & p).sum() / either
        assert scores.dice[k] == 2 * (r & p).sum() / (r.sum() + p.sum())
    if used.any():
        assert scores.pixel_accuracy == (both[0] == both[1])[used].mean()


def test_equals_scikit_learn():
    metrics = pytest.importorskip("sklearn.metrics", reason="scikit-learn is installed by hand")
    rng = np.random.default_rng(3)
    first = rng.integers(0, 30, (200, 300), dtype=np.uint8)
    second = np.where(rng.random(first.shape) < 0.7, first, rng.integers(0, 30, first.shape))
    ours = confusion(first, second, classes=30)
    a, b = first.ravel(), second.ravel()
    wanted = metrics.confusion_matrix(a, b, labels=range(30))
    assert np.array_equal(ours.counts[:, :30], wanted)
    scores = miou(ours)
    np.testing.assert_allclose(scores.iou, metrics.jaccard_score(a, b, average=None), rtol=1e-14)
    np.testing.assert_allclose(scores.dice, metrics.f1_score(a, b, average=None), rtol=1e-14)
    assert scores.pixel_accuracy == pytest.approx(metrics.accuracy_score(a, b), rel=1e-14)


def test_types():
    assert isinstance(confusion(REFERENCE, PREDICTION, 3, 255), Confusion)
    assert isinstance(miou(confusion(REFERENCE, PREDICTION, 3, 255)), ClassScores)
    with pytest.raises(TypeError):
        confusion(REFERENCE, PREDICTION, 3, 255) + 1


def test_maps_as_runs_count_the_same():
    rng = np.random.default_rng(3)
    first = np.kron(rng.integers(0, 5, (9, 12)), np.ones((7, 5), int)).astype(np.uint8)
    second = np.roll(first, (2, 1), (0, 1)).astype(np.int32)
    wanted = confusion(first, second, 4, void=4)
    masks, ids = me.split(second)
    forms = [
        (me.encode_labels(first), me.encode_labels(second)),
        (first, me.encode_labels(second)),
        (me.encode_labels(first), (masks, ids)),
        (np.stack([first, first]), me.encode_labels(np.stack([second, second]))),
    ]
    for reference, prediction in forms:
        found = confusion(reference, prediction, 4, void=4)
        times = len(reference) if isinstance(reference, np.ndarray) and reference.ndim == 3 else 1
        assert found.counts.tolist() == (times * wanted.counts).tolist()
        assert found.void == times * wanted.void


def test_bad_maps_as_runs():
    runs = me.encode_labels(REFERENCE)
    with pytest.raises(me.MaskError, match=r"reference: .*got 255 at pixel \(x, y\) = \(2, 1\)"):
        confusion(runs, PREDICTION, 3)
    both = me.encode_labels(np.stack([REFERENCE % 3, REFERENCE]))
    with pytest.raises(me.MaskError, match=r"got 255 at frame 1, pixel \(x, y\) = \(2, 1\)"):
        confusion(both, both, 3)
    with pytest.raises(me.ShapeMismatch, match="prediction: expected the sizes of the reference"):
        confusion(runs, PREDICTION.T, 3, void=255)


def test_classes_at_the_ends_of_the_labels():
    ends = [2**63 - 1, -(2**63)]
    maps = np.array([ends])
    assert confusion(maps, maps[:, ::-1], ends).counts.tolist() == [[0, 1, 0], [1, 0, 0]]
    top = [2**63 - 2, 2**63 - 1]
    assert confusion(np.array([top]), np.array([top]), top).counts.tolist() == [
        [1, 0, 0],
        [0, 1, 0],
    ]
