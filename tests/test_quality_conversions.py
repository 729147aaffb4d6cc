"""Conversions between class, instance and panoptic maps: row F24, the merge of row F16.

Covers: maskengine.quality.panoptic_to_maps, panoptic_to_semantic, panoptic_to_instances,
maps_to_panoptic, merge_panoptic.
Compares against: drawings, the three encodings of panopticapi's sample, the merge pixel by pixel.
Run: pytest tests/test_quality_conversions.py
"""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import maskengine as me
from maskengine.quality import (
    maps_to_panoptic,
    merge_panoptic,
    panoptic_to_instances,
    panoptic_to_maps,
    panoptic_to_semantic,
    rgb_to_ids,
)

DATA = Path(__file__).parent / "data" / "panopticapi"
CATEGORIES = {1: True, 2: True, 7: False, 8: False}
SCENE = np.array([[5, 5, 9, 0], [6, 9, 9, 3]])
SEGMENTS = {5: 1, 6: 1, 9: 7, 3: 2}


@st.composite
def panoptic_maps(draw):
    """Draw a map whose categories of stuff have one segment at most, and its segments."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    ids = rng.choice(np.arange(1, 40), 6, replace=False)
    category = dict(zip(ids.tolist(), [1, 1, 2, 2, 7, 8], strict=True))
    label_map = rng.choice([0, *ids], (4, 5)).astype(draw(st.sampled_from(["u1", "u4", "i8"])))
    crowd = {one: int(rng.random() < 0.3 and category[one] < 7) for one in category}
    segments = [
        {"id": one, "category_id": c, "iscrowd": crowd[one]}
        for one, c in category.items()
        if (label_map == one).any()
    ]
    return label_map, segments


@given(panoptic_maps())
def test_f24_panoptic_to_maps_and_back_is_the_identity(drawn):
    label_map, segments = drawn
    class_map, instance_map, losses = panoptic_to_maps(label_map, segments, CATEGORIES)
    category = {0: 0, **{s["id"]: s["category_id"] for s in segments}}
    assert class_map.tolist() == [[category[one] for one in row] for row in label_map.tolist()]
    assert [loss.segments[0] for loss in losses] == [s["id"] for s in segments if s["iscrowd"]]
    back = maps_to_panoptic(class_map, instance_map, CATEGORIES, segments=segments)
    assert np.array_equal(back.label_map, label_map)
    assert back.losses == ()
    keys = ("id", "category_id", "iscrowd")
    ours = sorted(tuple(one[key] for key in keys) for one in back.segments)
    assert ours == sorted(tuple(one[key] for key in keys) for one in segments)
    for one in back.segments:
        y, x = np.nonzero(label_map == one["id"])
        assert one["area"] == len(y)
        assert one["bbox"] == [x.min(), y.min(), np.ptp(x) + 1, np.ptp(y) + 1]


def test_f24_without_the_segments_stuff_is_numbered_anew():
    class_map, instance_map, _ = panoptic_to_maps(SCENE, SEGMENTS, CATEGORIES)
    assert class_map.tolist() == [[1, 1, 7, 0], [1, 7, 7, 2]]
    assert instance_map.tolist() == [[5, 5, 0, 0], [6, 0, 0, 3]]
    back = maps_to_panoptic(class_map, instance_map, CATEGORIES)
    assert back.label_map.tolist() == [[5, 5, 1, 0], [6, 1, 1, 3]]
    assert back.losses == ()


def test_f24_what_a_class_map_cannot_hold():
    class_map, losses = panoptic_to_semantic(SCENE, SEGMENTS, CATEGORIES)
    assert class_map.tolist() == [[1, 1, 7, 0], [1, 7, 7, 2]]
    assert losses == (("instances", 1, (5, 6), 3),)
    two_skies = np.array([[4, 4, 6]])
    _, losses = panoptic_to_semantic(two_skies, {4: 7, 6: 7}, CATEGORIES)
    assert losses == (("stuff ids", 7, (4, 6), 3),)


def test_f24_what_instances_cannot_hold():
    masks, rows, losses = panoptic_to_instances(SCENE, SEGMENTS, CATEGORIES)
    assert [(row["id"], row["category_id"]) for row in rows] == [(3, 2), (5, 1), (6, 1)]
    assert [me.decode(m)[0].sum() for m in masks] == [1, 2, 1]
    assert losses == (("stuff", 7, (9,), 3),)


def test_f24_things_without_instance_and_ids_that_clash():
    found = maps_to_panoptic(
        np.array([[1, 2, 1, 7, 1]]), np.array([[5, 5, 0, 6, 2**24]]), CATEGORIES
    )
    ids = found.label_map[0].tolist()
    assert ids[0] == 5
    assert len(set(ids)) == 5
    assert max(ids) < 2**24
    kinds = sorted(found.losses)
    assert kinds == [
        ("no instance", 1, (), 1),
        ("renumbered", 1, (2**24,), 1),
        ("renumbered", 2, (5,), 1),
        ("stuff instances", 7, (6,), 1),
    ]
    crowd = {one["id"]: one["iscrowd"] for one in found.segments}
    assert [crowd[one] for one in ids] == [0, 0, 1, 0, 0]


def test_f24_real_panoptic_is_the_detection_format_beside_it():
    image = pytest.importorskip("PIL.Image")
    panoptic = json.loads((DATA / "panoptic_examples.json").read_text("utf-8"))
    text = (DATA / "panoptic_coco_detection_format.json").read_text("utf-8")
    detection = json.loads(text)["annotations"]
    everything = {c["id"]: True for c in panoptic["categories"]}
    compared = 0
    for annotation in panoptic["annotations"]:
        with image.open(DATA / "panoptic_examples" / annotation["file_name"]) as file:
            label_map = rgb_to_ids(np.asarray(file))
        masks, rows, losses = panoptic_to_instances(
            label_map, annotation["segments_info"], everything
        )
        assert losses == ()
        theirs = [a for a in detection if a["image_id"] == annotation["image_id"]]
        by_runs = {me.Masks.from_coco([a["segmentation"]]).counts.tobytes(): a for a in theirs}
        for mask, row in zip(masks, rows, strict=True):
            other = by_runs[mask.counts.tobytes()]
            for key in ("category_id", "area", "bbox", "iscrowd"):
                assert row[key] == other[key]
            compared += 1
    assert compared == 50


def test_f16_merge_drawn():
    class_map = np.array([[7, 7, 7, 7, 8, 1, 1]])
    cars = me.encode(
        np.array([[[1, 1, 1, 0, 0, 0, 0]], [[0, 1, 1, 1, 0, 0, 0]], [[0, 0, 1, 1, 0, 0, 0]]])
    )
    found = merge_panoptic(class_map, cars, [1, 2, 1], [0.5, 0.9, 0.7], CATEGORIES, min_stuff=2)
    # 1 comes first; all of 2 is taken; 2 of 3 pixels of 0 are
    assert found.label_map.tolist() == [[0, 1, 1, 1, 0, 0, 0]]
    assert [(s["id"], s["category_id"], s["area"]) for s in found.segments] == [(1, 2, 3)]
    assert found.losses == (
        ("overlap", 1, (2,), 0),
        ("overlap", 1, (0,), 1),
        ("no instance", 1, (), 2),
        ("small stuff", 7, (), 0),  # its pixel is that of the instance before
        ("small stuff", 8, (), 1),
    )


def test_f16_half_is_kept_and_more_than_half_is_dropped():
    cars = me.encode(np.array([[[1, 1, 1, 0, 0]], [[0, 1, 1, 1, 1]]]))
    sky = np.full((1, 5), 7)
    half = merge_panoptic(sky, cars, [1, 1], [2, 1], CATEGORIES, min_stuff=1)
    assert half.label_map.tolist() == [[1, 1, 1, 2, 2]]
    less = merge_panoptic(sky, cars, [1, 1], [2, 1], CATEGORIES, min_stuff=1, overlap=0.4)
    assert less.label_map.tolist() == [[1, 1, 1, 2, 2]]
    assert [s["category_id"] for s in less.segments] == [1, 7]
    assert less.losses == (("overlap", 1, (1,), 0),)
    score = merge_panoptic(sky, cars, [1, 1], [2, 1], CATEGORIES, min_stuff=9, min_score=1.5)
    assert score.losses == (("score", 1, (1,), 2), ("small stuff", 7, (), 0))


def test_f16_what_has_no_pixel_left_takes_no_id():
    cars = me.encode(np.array([[[1, 1, 0, 0]], [[1, 0, 0, 0]], [[0, 0, 1, 0]]]))
    sky = np.array([[7, 7, 8, 1]])
    categories = {1: True, 7: False, 8: False}
    found = merge_panoptic(sky, cars, [1] * 3, [3, 2, 1], categories, overlap=1, min_stuff=0)
    assert found.label_map.tolist() == [[1, 1, 2, 0]]
    assert [one["id"] for one in found.segments] == [1, 2]
    kinds = [(one.kind, one.segments, one.pixels) for one in found.losses]
    assert kinds == [("overlap", (1,), 0), ("no instance", (), 1)]


@given(st.integers(0, 2**32 - 1), st.sampled_from([0.2, 0.5]), st.sampled_from([1, 3]))
def test_f16_merge_pixel_by_pixel(seed, overlap, min_stuff):
    rng = np.random.default_rng(seed)
    class_map = rng.choice([0, 1, 7, 8], (4, 6))
    stack = rng.random((4, 4, 6)) < 0.3
    category = rng.choice([1, 2], 4)
    score = rng.choice([0.25, 0.5, 0.75], 4)
    wanted = np.zeros((4, 6), int)
    names, used = {}, np.zeros((4, 6), bool)
    for i in sorted(range(4), key=lambda i: (-score[i], i)):
        if stack[i].any() and (stack[i] & used).sum() / stack[i].sum() <= overlap:
            names[len(names) + 1] = category[i]
            wanted[stack[i] & ~used] = len(names)
            used |= stack[i]
    for c in (7, 8):
        left = (class_map == c) & ~used
        if left.sum() >= min_stuff:
            names[len(names) + 1] = c
            wanted[left] = len(names)
    found = merge_panoptic(
        class_map, me.encode(stack), category, score, CATEGORIES,
        overlap=overlap, min_stuff=min_stuff,
    )  # fmt: skip
    assert np.array_equal(found.label_map, wanted)
    assert {s["id"]: s["category_id"] for s in found.segments} == {
        one: c for one, c in names.items() if (wanted == one).any()
    }
    asked = (class_map != 0) | stack.any(axis=0)
    assert sum(loss.pixels for loss in found.losses) == int((asked & (wanted == 0)).sum())


@pytest.mark.parametrize(
    ("name", "call"),
    {
        "label_map": lambda: panoptic_to_maps(SCENE, {5: 1}, CATEGORIES),
        "segments": lambda: panoptic_to_maps(SCENE, {5: 99}, CATEGORIES),
        "void_class": lambda: panoptic_to_maps(SCENE, SEGMENTS, CATEGORIES, void_class=7),
        "class_map": lambda: maps_to_panoptic(np.array([[99]]), np.array([[0]]), CATEGORIES),
        "instance_map": lambda: maps_to_panoptic(SCENE, SCENE[:1], CATEGORIES),
        "category": lambda: merge_panoptic(SCENE * 0, masks(), [7], [1], CATEGORIES),
        "category ": lambda: merge_panoptic(SCENE * 0, masks(), [1, 1], [1], CATEGORIES),
        "score": lambda: merge_panoptic(SCENE * 0, masks(), [1], [np.nan], CATEGORIES),
        "score ": lambda: merge_panoptic(SCENE * 0, masks(), [1], [1, 2], CATEGORIES),
        "masks": lambda: merge_panoptic(SCENE[:1] * 0, masks(), [1], [1], CATEGORIES),
        "class_map ": lambda: merge_panoptic(SCENE, masks(), [1], [1], CATEGORIES),
    }.items(),
)
def test_bad_input_names_the_parameter(name, call):
    with pytest.raises(me.MaskError) as caught:
        call()
    assert caught.value.parameter == name.strip()


def masks():
    return me.encode(np.ones(SCENE.shape, bool))
