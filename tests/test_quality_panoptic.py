"""Panoptic quality: what panopticapi gave for drawn rows, its defects, and a slow oracle.

Covers: maskengine.quality.panoptic_matches, panoptic_quality; row F16 of the features of quality.
Compares against: values of panopticapi (2021-06) run once, and the rules written out pair by pair.
Run: pytest tests/test_quality_panoptic.py
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import maskengine as me
from maskengine.quality import panoptic_matches, panoptic_quality

CATEGORIES = {1: True, 2: False}


def segments(*rows):
    return [dict(zip(("id", "category_id", "iscrowd"), row, strict=True)) for row in rows]


# name -> reference and prediction of one row, their segments, and tp, fp, fn and the sum of IoU of
# category 1 as panopticapi gives them
GOLDEN = {
    "perfect": ([5] * 10, [7] * 10, [(5, 1, 0)], {7: 1}, (1, 0, 0, 1.0)),
    "IoU of exactly 0.5": (
        [5] * 10 + [9] * 10, [7] * 5 + [8] * 15, [(5, 1, 0), (9, 2, 0)], {7: 1, 8: 2},
        (0, 1, 1, 0.0),
    ),
    "IoU of 0.6": (
        [5] * 10 + [9] * 10, [7] * 6 + [8] * 14, [(5, 1, 0), (9, 2, 0)], {7: 1, 8: 2},
        (1, 0, 0, 0.6),
    ),
    "void leaves the union": (
        [0] * 6 + [5] * 4 + [9] * 10, [7] * 10 + [8] * 10, [(5, 1, 0), (9, 2, 0)], {7: 1, 8: 2},
        (1, 0, 0, 1.0),
    ),
    "6 of 10 on void": (
        [0] * 6 + [9] * 14, [7] * 10 + [8] * 10, [(9, 2, 0)], {7: 1, 8: 2}, (0, 0, 0, 0.0),
    ),
    "5 of 10 on void": (
        [0] * 5 + [9] * 15, [7] * 10 + [8] * 10, [(9, 2, 0)], {7: 1, 8: 2}, (0, 1, 0, 0.0),
    ),
    "6 of 10 on a crowd": (
        [4] * 6 + [9] * 14, [7] * 10 + [8] * 10, [(4, 1, 1), (9, 2, 0)], {7: 1, 8: 2},
        (0, 0, 0, 0.0),
    ),
    "6 of 10 on a crowd of another category": (
        [4] * 6 + [9] * 14, [7] * 10 + [8] * 10, [(4, 2, 1), (9, 2, 0)], {7: 1, 8: 2},
        (0, 1, 0, 0.0),
    ),
    "8 of 10 on one crowd": (
        [4] * 8 + [9] * 12, [7] * 10 + [8] * 10, [(4, 1, 1), (9, 2, 0)], {7: 1, 8: 2},
        (0, 0, 0, 0.0),
    ),
    "4 of 10 left void": ([5] * 10, [7] * 6 + [0] * 4, [(5, 1, 0)], {7: 1}, (1, 0, 0, 0.6)),
    "a listed segment without pixels": (
        [5] * 10, [7] * 10, [(5, 1, 0), (6, 1, 0)], {7: 1}, (1, 0, 1, 1.0),
    ),
}  # fmt: skip


def numbers(found, k=0):
    return (int(found.tp[k]), int(found.fp[k]), int(found.fn[k]), float(found.iou[k]))


@pytest.mark.parametrize("name", GOLDEN)
def test_golden(name):
    reference, prediction, ours, theirs, wanted = GOLDEN[name]
    found = panoptic_matches(
        np.array([reference]), np.array([prediction]), segments(*ours), theirs, CATEGORIES
    )
    assert numbers(found) == wanted


def test_defect_of_panopticapi_every_crowd_counts():
    reference = np.array([[4] * 4 + [3] * 4 + [9] * 12])
    prediction = np.array([[7] * 10 + [8] * 10])
    ours = segments((4, 1, 1), (3, 1, 1), (9, 2, 0))
    found = panoptic_matches(reference, prediction, ours, {7: 1, 8: 2}, CATEGORIES)
    assert numbers(found) == (0, 0, 0, 0.0)  # there, the last crowd alone counts: fp 1


def test_defect_of_panopticapi_areas_are_counted():
    scene = np.array([[5] * 10])
    listed = [{"id": 5, "category_id": 1, "iscrowd": 0, "area": 20}]
    found = panoptic_matches(scene, scene, listed, listed, CATEGORIES)
    assert numbers(found) == (1, 0, 0, 1.0)  # there, the area is believed: fp 1, fn 1


def test_defect_of_panopticapi_nothing_at_all_is_no_crash():
    nothing = np.zeros((2, 3), np.uint32)
    scores = panoptic_quality(panoptic_matches(nothing, nothing, {}, {}, CATEGORIES))
    assert scores.status == ("both_empty", "both_empty")
    assert scores.all.counted == scores.things.counted == scores.stuff.counted == 0
    assert np.isnan([scores.all.pq, scores.things.sq, scores.stuff.rq]).all()
    assert np.isnan(scores.pq).all()


def test_defect_of_panopticapi_unlisted_ids_are_named():
    scene = np.array([[5, 5], [5, 77]], np.uint32)
    with pytest.raises(me.MaskError, match=r"^reference: .* got 77 at pixel \(x, y\) = \(1, 1\)"):
        panoptic_matches(scene, scene, {5: 1}, {5: 1, 77: 1}, CATEGORIES)
    with pytest.raises(me.MaskError, match=r"^prediction: .* got 77 at pixel \(x, y\) = \(1, 1\)"):
        panoptic_matches(scene, scene, {5: 1, 77: 1}, {5: 1}, CATEGORIES)


def test_f16_scores_of_things_and_stuff():
    reference = np.array([[5] * 4 + [6] * 4 + [9] * 8])
    prediction = np.array([[1] * 3 + [0] + [2] * 4 + [8] * 8])
    found = panoptic_matches(
        reference, prediction, {5: 1, 6: 1, 9: 2}, {1: 1, 2: 2, 8: 2}, CATEGORIES
    )
    scores = panoptic_quality(found)
    assert numbers(found, 0) == (1, 0, 1, 0.75)
    assert numbers(found, 1) == (1, 1, 0, 1.0)
    assert scores.sq.tolist() == [0.75, 1.0]
    assert scores.rq.tolist() == [1 / 1.5, 1 / 1.5]
    assert scores.pq.tolist() == [0.75 * (1 / 1.5), 1 / 1.5]
    assert scores.things.pq == 0.75 * (1 / 1.5)
    assert scores.stuff.sq == 1.0
    assert scores.all.sq == 0.875
    assert (scores.all.counted, scores.things.counted, scores.stuff.counted) == (2, 1, 1)


def test_status_of_one_side():
    reference, prediction = np.array([[5, 5, 0]]), np.array([[0, 0, 8]])
    found = panoptic_matches(reference, prediction, {5: 1}, {8: 2}, {1: True, 2: True, 3: True})
    scores = panoptic_quality(found)
    assert scores.status == ("pred_empty", "both_empty", "both_empty")  # 8 lies on void: forgiven
    found = panoptic_matches(reference, prediction[:, ::-1], {5: 1}, {8: 2}, {1: True, 2: True})
    assert panoptic_quality(found).status == ("pred_empty", "ref_empty")
    assert panoptic_quality(found).pq.tolist() == [0.0, 0.0]


SCENE = np.array([[5, 5, 6]], np.uint32)
LISTED = {5: 1, 6: 2}


def match(reference=SCENE, prediction=SCENE, ours=None, theirs=None, categories=None):
    ours, theirs = LISTED if ours is None else ours, LISTED if theirs is None else theirs
    categories = CATEGORIES if categories is None else categories
    return panoptic_matches(reference, prediction, ours, theirs, categories)


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: match(prediction=SCENE.T), "prediction: "),
        (lambda: match(SCENE / 1), "reference: "),
        (lambda: match(SCENE[0]), "reference: "),
        (lambda: match(SCENE[None], SCENE[None]), "reference: "),
        (lambda: match(prediction=[[5, 5, 6]]), "prediction: "),
        (lambda: match(theirs={**LISTED, 9: 1}), r"prediction_segments\[2\]: .* id 9 without"),
        (lambda: match(ours={5: 1, 6: 3}), r"reference_segments\[1\]: "),
        (lambda: match(ours={0: 1, **LISTED}), r"reference_segments\[0\]: "),
        (lambda: match(ours=segments((5, 1, 0), (5, 1, 0))), r"reference_segments\[1\]: "),
        (lambda: match(ours=[5, 6]), r"reference_segments\[0\]: "),
        (lambda: match(ours=[{"id": 5}]), r"reference_segments\[0\]: "),
        (lambda: match(ours={5: "a"}), r"reference_segments\[0\]: "),
        (lambda: match(ours=5), "reference_segments: "),
        (lambda: match(ours={"5": 1}), r"reference_segments\[0\]: "),
        (lambda: match(categories=[1, 2, 1]), r"categories\[2\]: "),
        (lambda: match(categories=[{"id": 1}]), r"categories\[0\]: "),
        (lambda: match(categories=2), "categories: "),
        (lambda: panoptic_quality([1]), "matches: "),
        (lambda: match(categories=[1, 2]) + match(), "other: "),
    ],
)
def test_bad_input(call, text):
    with pytest.raises(me.MaskError, match=f"^{text}"):
        call()


@st.composite
def scenes(draw):
    """Draw two maps with segments of three categories, some of them crowds, and some void."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    size = (draw(st.integers(1, 12)), draw(st.integers(1, 30)))
    patch = draw(st.sampled_from([1, 3, 6]))
    n = draw(st.integers(1, 6))
    coarse = rng.integers(0, n + 1, (-(-size[0] // patch), -(-size[1] // patch)))
    reference = np.kron(coarse, np.ones((patch, patch), int))[: size[0], : size[1]]
    changed = rng.random(size) < draw(st.sampled_from([0.0, 0.2, 0.6]))
    prediction = np.where(changed, rng.integers(0, n + 1, size), reference)
    ours = [(int(i), int(rng.integers(1, 4)), int(rng.random() < 0.3)) for i in range(1, n + 1)]
    theirs = {}
    for i in np.unique(prediction[prediction > 0]).tolist():
        same = rng.random() < 0.7
        theirs[i * 1000] = ours[i - 1][1] if same else int(rng.integers(1, 4))
    return reference.astype(np.uint8), (prediction * 1000).astype(np.int32), ours, theirs


def by_pairs(reference, prediction, ours, theirs):
    """Go through all pairs of segments, as the paper states the rules."""
    out = {c: [0, 0, 0, 0.0] for c in (1, 2, 3)}
    void = reference == 0
    hit = set()
    for p, category in theirs.items():
        mask = prediction == p
        found = False
        forgiven = int((mask & void).sum())
        for g, other, crowd in ours:
            common = int((mask & (reference == g)).sum())
            if other != category:
                continue
            if crowd:
                forgiven += common
                continue
            union = int(((mask & ~void) | (reference == g)).sum())
            if common / union > 0.5 if union else False:
                found = True
                hit.add(g)
                out[category][0] += 1
                out[category][3] += common / union
        if not found and not forgiven / int(mask.sum()) > 0.5:
            out[category][1] += 1
    for g, category, crowd in ours:
        out[category][2] += not crowd and g not in hit
    return out


@given(scenes())
def test_equals_all_pairs(scene):
    reference, prediction, ours, theirs = scene
    found = panoptic_matches(reference, prediction, segments(*ours), theirs, [1, 2, 3])
    wanted = by_pairs(*scene)
    for k, category in enumerate((1, 2, 3)):
        assert numbers(found, k)[:3] == tuple(wanted[category][:3])
        assert found.iou[k] == pytest.approx(wanted[category][3], abs=1e-12)


@given(st.lists(scenes(), min_size=2, max_size=5), st.randoms())
def test_frames_add_up_to_the_same_bits_in_any_order(frames, random):
    parts = [panoptic_matches(r, p, segments(*o), t, [1, 2, 3]) for r, p, o, t in frames]
    total = sum(parts)
    random.shuffle(parts)
    other = parts[0]
    for part in parts[1:]:
        other = part + other
    for name in ("tp", "fp", "fn", "iou_units"):
        assert np.array_equal(getattr(total, name), getattr(other, name))
    scores, again = panoptic_quality(total), panoptic_quality(other)
    assert np.array_equal(scores.pq, again.pq, equal_nan=True)
    assert total.tp.tolist() == np.sum([part.tp for part in parts], axis=0).tolist()


class OwnDict(dict):
    """A dict that is none of Python's own: entries are checked one by one."""


@given(scenes())
def test_segments_of_any_form_match_the_same(scene):
    reference, prediction, ours, theirs = scene
    rows = segments(*ours)
    wanted = panoptic_matches(reference, prediction, rows, theirs, [1, 2, 3])
    as_numpy = [{key: np.int64(value) for key, value in row.items()} for row in rows]
    flags = [{**row, "iscrowd": bool(row["iscrowd"]), "area": 7} for row in rows]
    unlisted = [{k: v for k, v in row.items() if k != "iscrowd" or v} for row in rows]
    listed = [{"id": i, "category_id": c} for i, c in theirs.items()]
    for first in (as_numpy, flags, unlisted, [OwnDict(row) for row in rows], tuple(rows)):
        for second in (theirs, listed, OwnDict(theirs)):
            found = panoptic_matches(reference, prediction, first, second, (1, 2, 3))
            for name in ("tp", "fp", "fn", "iou_units"):
                assert np.array_equal(getattr(found, name), getattr(wanted, name))


@pytest.mark.parametrize(
    "form", [dict, OwnDict, lambda ids: [{"id": i, "category_id": c} for i, c in ids.items()]]
)
@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({5: 1, 2**63: 1}, r"reference_segments\[1\]: expected a label in int64"),
        ({5: 1, 6.0: 1}, r"reference_segments\[1\]: expected an integer"),
        ({5: 2**70}, r"reference_segments\[0\]: expected a category of the list"),
        ({5: 1.0}, r"reference_segments\[0\]: expected a category of the list"),
        ({5: 7}, r"reference_segments\[0\]: expected a category of the list"),
        ({5: 1, 0: 1}, r"reference_segments\[1\]: expected ids other than void"),
    ],
)
def test_each_form_of_segments_is_refused_alike(form, wrong, text):
    with pytest.raises(me.MaskError, match=f"^{text}"):
        match(ours=form(wrong))


@pytest.mark.parametrize("width", [None, 1])
@given(scene=scenes())
def test_maps_as_runs_match_the_same(scene, width):
    reference, prediction, ours, theirs = scene
    listed = (segments(*ours), theirs, [1, 2, 3])
    wanted = panoptic_matches(reference, prediction, *listed, boundary=width)
    runs = me.encode_labels(reference), me.encode_labels(prediction)
    for first, second in (runs, (reference, runs[1]), (runs[0], prediction)):
        found = panoptic_matches(first, second, *listed, boundary=width)
        for name in ("tp", "fp", "fn", "iou_units"):
            assert np.array_equal(getattr(found, name), getattr(wanted, name))


def test_a_batch_of_maps_as_runs_is_refused():
    runs = me.encode_labels(np.ones((2, 2, 2), int))
    with pytest.raises(me.ShapeMismatch, match="reference: expected one map, got 2"):
        panoptic_matches(runs, runs, {1: 1}, {1: 1}, [1])
