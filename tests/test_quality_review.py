"""Pre-labels and the queue of what to review first.

Covers: maskengine.quality.prelabel, prelabel_masks, review_queue; rows F9, F10 of the features.
Run: pytest tests/test_quality_review.py
"""

from types import MappingProxyType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import maskengine as me
from maskengine.quality import prelabel, prelabel_masks, review_queue


def scene():
    pre = np.zeros((60, 80), np.uint8)
    pre[5:25, 5:25] = 1
    pre[30:50, 40:70] = 2
    pre[30:34, 10:20] = 3
    return pre


def as_scores(label_map, sure=0.9):
    scores = np.full((5, *label_map.shape), (1 - sure) / 4, np.float32)
    np.put_along_axis(scores, label_map[np.newaxis].astype(np.int64), sure, 0)
    return scores


@pytest.mark.parametrize("as_evidence", ["maps", "probabilities", "logits"])
def test_f10_a_shift_of_two_pixels_gives_boundary_regions_alone(as_evidence):
    pre = scene()
    moved = np.roll(pre, (2, 2), (0, 1))
    if as_evidence == "maps":
        found = review_queue(pre, [moved])
    else:
        scores = as_scores(moved)
        scores = np.log(scores) if as_evidence == "logits" else scores
        found = review_queue(pre, scores, kind=as_evidence)
    assert set(found.kind) == {"boundary"}
    assert found.area.sum() == (pre != moved).sum()


@pytest.mark.parametrize("as_evidence", ["maps", "probabilities"])
def test_f10_a_relabelled_object_is_one_interior_region_and_the_first(as_evidence):
    pre = scene()
    other = np.roll(np.where(pre == 3, 0, pre), (1, 2), (0, 1))
    other[30:34, 10:20] = 4  # and everything else moved
    if as_evidence == "maps":
        found = review_queue(pre, [other, other])
    else:
        found = review_queue(pre, as_scores(other), kind="probabilities")
    assert found.kind.count("interior") == 1
    assert found.kind[0] == "interior"
    assert (found.before[0], found.after[0], found.area[0]) == (3, 4, 40)
    assert found.bbox[0].tolist() == [10, 30, 10, 4]
    assert found.before.dtype == np.uint8
    assert found.mass[0] == pytest.approx(40 if as_evidence == "maps" else 40 * 0.975)


def test_f10_the_order_is_total():
    pre = np.zeros((20, 40), np.uint8)
    pre[:, 20:] = 1
    other = pre.copy()
    for x, y in ((3, 3), (9, 3), (3, 12), (30, 12)):  # alike but for where they are
        other[y : y + 3, x : x + 3] = 7
    other[10:14, 9:13] = 7
    found = review_queue(pre, [other])
    assert found.area.tolist() == [16, 9, 9, 9, 9]
    assert found.first_pixel.tolist() == [[9, 10], [3, 3], [9, 3], [3, 12], [30, 12]]
    doubled = review_queue(pre, [other, pre, other])
    assert doubled.mass.tolist() == pytest.approx([16 * 2 / 3] + [6] * 4)


def test_equal_sums_of_votes_are_equal_masses():
    pre = np.zeros((1, 10), np.uint8)
    maps = np.zeros((3, 1, 10), np.uint8)
    maps[:2, 0, :3] = 1  # three pixels by two votes of three: 2
    maps[0, 0, 4:] = 1  # six by one: 2, of the greater area
    found = review_queue(pre, maps, width=0)
    assert found.area.tolist() == [6, 3]
    assert found.mass.tolist() == [2, 2]


def test_votes_and_thresholds():
    pre = np.zeros((1, 4), np.uint8)
    maps = np.array([[[0, 1, 2, 5]], [[0, 0, 2, 4]], [[0, 0, 1, 0]], [[0, 0, 1, 0]]], np.uint8)
    found = review_queue(pre, maps)
    assert found.after.tolist() == [1, 4]  # of equal votes the lower label; 1 twice is one region
    assert found.area.tolist() == [2, 1]
    assert found.mass.tolist() == [1.25, 0.5]
    assert review_queue(pre, maps, threshold=0.75).area.tolist() == [1]
    assert len(review_queue(pre, maps, void=0)) == 0


def test_scores_speak_for_the_best_other_class():
    pre = np.array([[0, 1, 1]], np.uint8)
    shares = np.array([[[0.45, 0.1, 0.2]], [[0.35, 0.8, 0.3]], [[0.2, 0.1, 0.5]]])
    found = review_queue(pre, shares, kind="probabilities")
    assert found.kind == ("interior", "boundary")  # the first is all there is of label 0
    assert found.first_pixel.tolist() == [[0, 0], [2, 0]]
    assert found.after.tolist() == [1, 2]
    assert found.mass.tolist() == pytest.approx([0.55, 0.7])
    named = review_queue(pre + 5, shares, kind="probabilities", labels=[5, 6, 70])
    assert named.after.tolist() == [6, 70]


@given(st.integers(0, 2**32 - 1), st.integers(1, 5))
def test_most_votes_equal_a_slow_count(seed, k):
    rng = np.random.default_rng(seed)
    pre = rng.integers(0, 3, (6, 7), dtype=np.uint8)
    maps = rng.integers(0, 4, (k, 6, 7), dtype=np.uint8)
    found = review_queue(pre, maps)
    area, mass = {}, {}
    for y in range(6):
        for x in range(7):
            votes = [int(v) for v in maps[:, y, x] if v != pre[y, x]]
            if votes:
                best = max(sorted(set(votes)), key=votes.count)
                pair = (int(pre[y, x]), best)
                area[pair] = area.get(pair, 0) + 1
                mass[pair] = mass.get(pair, 0) + len(votes) / k
    ours_area, ours_mass = {}, {}
    for i in range(len(found)):
        pair = (int(found.before[i]), int(found.after[i]))
        ours_area[pair] = ours_area.get(pair, 0) + int(found.area[i])
        ours_mass[pair] = ours_mass.get(pair, 0) + float(found.mass[i])
    assert ours_area == area
    assert ours_mass == pytest.approx(mass)


def test_prelabel_drops_small_regions_and_measures_the_others():
    truth = scene()
    truth[0, 79] = 4  # a speck
    found = prelabel(as_scores(truth), kind="probabilities", min_area=5, uncertainty="confidence")
    assert np.array_equal(found.label_map, scene())
    assert found.absorbed == 1
    assert found.label.tolist() == [0, 1, 3, 2]
    assert found.area.tolist() == [4800 - 400 - 600 - 40, 400, 40, 600]
    assert found.mean_uncertainty.tolist() == pytest.approx([0.1] * 4, abs=1e-6)
    per_class = prelabel(
        as_scores(truth), kind="probabilities", min_area={4: 5, 3: 50}, labels=None
    )
    assert sorted(set(per_class.label_map.ravel().tolist())) == [0, 1, 2]


def test_prelabel_of_one_small_region_keeps_its_class():
    scores = as_scores(np.full((2, 2), 3))
    found = prelabel(scores, kind="probabilities", min_area=5)
    assert found.label_map.tolist() == [[3, 3], [3, 3]]
    assert (found.label.tolist(), found.absorbed) == ([3], 0)
    found = prelabel(scores, kind="probabilities", min_area=5, void=255)
    assert found.label_map.tolist() == [[255, 255], [255, 255]]
    assert (found.label.tolist(), found.absorbed) == ([], 4)


def test_prelabel_takes_any_mapping_of_areas():
    truth = scene()
    truth[0, 79] = 4
    areas = MappingProxyType({4: 5})
    found = prelabel(as_scores(truth), kind="probabilities", min_area=areas)
    assert np.array_equal(found.label_map, scene())


def test_prelabel_keeps_void_apart():
    truth = scene()
    scores = as_scores(truth)
    scores[:, 5:15, 5:25] = 0.2  # nobody knows
    found = prelabel(scores, kind="probabilities", threshold=0.5, void=255)
    assert (found.label_map == 255).sum() == 200
    assert found.label.tolist() == [0, 1, 3, 2]
    assert found.area.tolist()[1] == 200


def test_prelabel_masks():
    scores = np.zeros((3, 20, 20), np.float32) + 0.1
    scores[0, 5:15, 5:15] = 0.9
    scores[1, 5:15, 5:15] = 0.52
    scores[1, 5:10, 5:15] = 0.8
    scores[0, 0, 0] = 0.9
    found = prelabel_masks(scores, kind="probabilities", min_area=2)
    assert me.area(found.masks).tolist() == [100, 100, 0]
    assert found.stability[:2].tolist() == [1, 0.5]
    assert np.isnan(found.stability[2])
    assert found.mean_uncertainty[:2].tolist() == pytest.approx([0.2, (0.96 + 0.4) / 2], abs=1e-6)
    assert np.isnan(found.mean_uncertainty[2])
    logits = np.log(scores / (1 - scores))
    again = prelabel_masks(logits, min_area=2)
    assert again.masks == found.masks
    assert again.mean_uncertainty[:2] == pytest.approx(found.mean_uncertainty[:2], abs=1e-6)
    whole = np.round(scores * 255).astype(np.uint8)
    assert prelabel_masks(whole, kind="probabilities", min_area=2).masks == found.masks
    half = prelabel_masks(scores.astype(np.float16), kind="probabilities", min_area=2)
    assert half.masks == found.masks


NAN = np.zeros((3, 4, 5), np.float32)
NAN[2, 3, 1] = np.nan


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: prelabel(NAN), r"scores: .*nan at \[2, 3, 1\]"),
        (lambda: prelabel_masks(NAN), r"scores\[2\]: .*nan at \[2, 3, 1\]"),
        (lambda: prelabel(NAN[0]), "scores: expected shape"),
        (lambda: prelabel(NAN[np.newaxis]), "scores: expected shape"),
        (lambda: prelabel_masks(NAN[0]), "scores: expected shape"),
        (lambda: prelabel_masks(np.zeros((1, 2, 2), int)), "scores: expected float16"),
        (lambda: prelabel_masks(NAN * 0 + 1, kind="x"), "kind"),
        (lambda: prelabel_masks(NAN, threshold=1.5), "threshold"),
        (lambda: prelabel_masks(NAN, offset=0.6), "offset"),
        (lambda: review_queue(scene(), []), "evidence"),
        (lambda: review_queue(scene(), [scene()[1:]]), r"evidence\[0\]"),
        (lambda: review_queue(scene(), [scene()], kind="x"), "kind"),
        (lambda: review_queue(scene(), [scene()], threshold=2), "threshold"),
        (lambda: review_queue(scene(), [scene()], threshold="x"), "threshold"),
        (lambda: review_queue(scene(), as_scores(scene())[:3], kind="logits"), r"pre: .*got 3 at"),
        (lambda: review_queue(scene(), as_scores(scene())[:, 1:], kind="logits"), "evidence"),
        (
            lambda: review_queue(scene(), as_scores(scene()), kind="logits", labels=[0, 1]),
            "labels: expected a label of each",
        ),
        (lambda: review_queue(NAN[2, :3, :4].astype(np.uint8), NAN, kind="logits"), "evidence"),
    ],
)  # fmt: skip
def test_bad_input_is_named(call, message):
    with pytest.raises(me.MaskError, match=message):
        call()
