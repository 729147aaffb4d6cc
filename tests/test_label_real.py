"""label, split: published maps give the counts, areas and boxes published with them.

Covers: label, split, compose. Run: pytest tests/test_label_real.py
"""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import maskengine as me

DATA = Path(__file__).parent / "data"
NUCLEI = {"1a75e9f1": 8, "785555c0": 19, "bf7691b0": 72}  # annotated nuclei of each image


def ids_of(path):
    """Give the segment ids of a panoptic PNG: red + 256 green + 65536 blue."""
    colours = np.asarray(Image.open(path)).astype(np.uint32)
    return colours @ np.array([1, 2**8, 2**16], np.uint32)


def coco_panoptic():
    sample = json.loads((DATA / "panopticapi/panoptic_examples.json").read_text())
    folder = DATA / "panopticapi/panoptic_examples"
    return [(ids_of(folder / one["file_name"]), one) for one in sample["annotations"]]


@pytest.mark.parametrize(("label_map", "published"), coco_panoptic(), ids=["first", "second"])
def test_segments_of_coco_panoptic(label_map, published):
    segments = sorted(published["segments_info"], key=lambda one: one["id"])
    assert len(segments) in {18, 32}
    masks, ids, stats = me.split(label_map, stats=True)
    assert ids.tolist() == [one["id"] for one in segments]
    assert stats.area.tolist() == [one["area"] for one in segments]
    assert stats.bbox.tolist() == [one["bbox"] for one in segments]
    assert me.area(masks).tolist() == [one["area"] for one in segments]
    assert me.bbox(masks).tolist() == [one["bbox"] for one in segments]


@pytest.mark.parametrize(("label_map", "published"), coco_panoptic(), ids=["first", "second"])
def test_runs_of_coco_panoptic(label_map, published):
    """The same segments are published as compressed runs, too."""
    path = DATA / "panopticapi/panoptic_coco_detection_format.json"
    wanted = [
        one["segmentation"]["counts"]
        for one in json.loads(path.read_text())["annotations"]
        if one["image_id"] == published["image_id"]
    ]
    masks, _ = me.split(label_map)
    assert sorted(one["counts"] for one in masks.to_coco()) == sorted(wanted)


@pytest.mark.parametrize(("label_map", "published"), coco_panoptic(), ids=["first", "second"])
@pytest.mark.parametrize("connectivity", [4, 8])
def test_parts_of_segments_add_up_to_what_is_published(label_map, published, connectivity):
    _, n, stats = me.label(label_map, connectivity, kind="labels", stats=True)
    assert n > len(published["segments_info"])  # some are cut in two by what is before them
    for one in published["segments_info"]:
        parts = stats.label == one["id"]
        assert stats.area[parts].sum() == one["area"]
        left, top = stats.bbox[parts, :2].min(axis=0)
        right, bottom = (stats.bbox[parts, :2] + stats.bbox[parts, 2:]).max(axis=0)
        assert [left, top, right - left, bottom - top] == one["bbox"]


def test_areas_of_bdd100k_panoptic():
    published = json.loads((DATA / "bdd100k/panseg_coco.json").read_text())
    _, ids, stats = me.split(ids_of(DATA / "bdd100k/panseg_mask.png"), stats=True)
    assert ids.tolist() == [one["id"] for one in published["segments_info"]]
    assert stats.area.tolist() == [one["area"] for one in published["segments_info"]]


def test_runs_of_bdd100k_classes():
    sample = json.loads((DATA / "bdd100k/test-rle.json").read_text())
    (frame,) = sample["frames"]
    wanted = [one["rle"]["counts"] for one in frame["labels"]]
    train_ids = np.asarray(Image.open(DATA / "bdd100k/test-mask.png"))
    masks, ids = me.split(np.where(train_ids == 255, 0, train_ids + 1).astype(np.uint8))
    assert len(ids) == len(wanted) == 11
    assert [one["counts"] for one in masks.to_coco()] == wanted


@pytest.fixture(scope="module", params=NUCLEI)
def nuclei(request):
    """Give the masks of one microscopic image: a stack with one mask per nucleus, none overlap."""
    paths = sorted((DATA / "dsb2018-nuclei" / request.param).glob("*.png"))
    assert len(paths) == NUCLEI[request.param]
    return np.stack([np.asarray(Image.open(path)) for path in paths])


def test_nuclei_are_one_component_each(nuclei):
    _, n, stats = me.label(nuclei, stats=True)
    assert (n == 1).all()
    assert stats.area.tolist() == np.count_nonzero(nuclei, axis=(1, 2)).tolist()
    for mask, (left, top, width, height) in zip(nuclei, stats.bbox, strict=True):
        rows, columns = np.nonzero(mask)
        assert (left, top) == (columns.min(), rows.min())
        assert (left + width, top + height) == (columns.max() + 1, rows.max() + 1)


def test_nuclei_that_touch_stay_apart_in_a_map(nuclei):
    label_map = me.compose(me.encode(nuclei))
    masks, ids, stats = me.split(label_map, stats=True)
    assert ids.tolist() == list(range(1, len(nuclei) + 1))
    assert np.array_equal(me.decode(masks), nuclei != 0)
    assert stats.area.tolist() == np.count_nonzero(nuclei, axis=(1, 2)).tolist()
    _, n = me.label(label_map, kind="labels")
    assert n == len(nuclei)
    _, joined = me.label(label_map)
    assert joined < len(nuclei)


def test_the_nucleus_that_hangs_together_at_a_corner():
    paths = (DATA / "dsb2018-nuclei/785555c0").glob("*.png")
    stack = np.stack([np.asarray(Image.open(path)) for path in paths])
    assert sorted(me.label(stack, 4, output="none")[1]) == [1] * 18 + [2]
