"""COCO and COCOeval of the real pycocotools give the same numbers on top of the drop-in.

Covers: maskengine.pycocotools.install, on real annotation files; once with pycocotools' own mask
module, once with ours, each in its own process. Run: pytest tests/test_pycocotools_evaluation.py
"""

import json
import os
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from pycocotools import mask as peer

from maskengine.testing import oracles

HERE = Path(__file__).resolve().parent
DATA = HERE / "data"

# pycocotools 2.0.11 on NumPy 2
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


def load(name):
    return json.loads((DATA / name).read_text())


def moved(rle, rng):
    """Give the mask moved a few pixels, so that overlaps are neither 0 nor 1."""
    dense = np.roll(peer.decode(rle), rng.integers(-4, 5, 2), (0, 1))
    return peer.encode(np.asfortranarray(dense))


def as_text(rle):
    return {"size": rle["size"], "counts": rle["counts"].decode()}


def annotation(number, image, category, segmentation, rle, *, crowd=0):
    return {
        "id": number,
        "image_id": image,
        "category_id": category,
        "segmentation": segmentation,
        "area": float(peer.area(rle)),
        "bbox": peer.toBbox(rle).tolist(),
        "iscrowd": crowd,
    }


def truth(images, annotations):
    """Give a COCO file of these images (id, height, width) and annotations."""
    names = ("id", "height", "width")
    categories = sorted({ann["category_id"] for ann in annotations})
    return {
        "info": {},
        "images": [dict(zip(names, image, strict=True)) for image in sorted(images)],
        "annotations": annotations,
        "categories": [{"id": c, "name": str(c)} for c in categories],
    }


def from_results(rng):
    """Score the COCO results against themselves, moved; some crowds, with lists as counts."""
    results = load("cocoapi/instances_val2014_fakesegm100_results.json")
    images, annotations = set(), []
    for number, result in enumerate(results, 1):
        segmentation = result["segmentation"]
        images.add((result["image_id"], *segmentation["size"]))
        if rng.random() < 0.1:
            continue  # a false positive
        rle = moved(segmentation, rng)
        crowd = int(rng.random() < 0.1)
        stored = as_text(rle)
        if crowd:
            stored["counts"] = oracles.counts_of(peer.decode(rle))
        annotations.append(
            annotation(number, result["image_id"], result["category_id"], stored, rle, crowd=crowd)
        )
    return truth(images, annotations), results


def from_boxes(rng):
    """Score the COCO boxes: segmentations are made of them, polygons by loadRes."""
    gt, _ = from_results(rng)
    return gt, load("cocoapi/instances_val2014_fakebbox100_results.json")


def from_polygons(rng):
    """Score shaken LVIS polygons against the real ones."""
    lvis = load("lvis-api/lvis_val_100.json")
    sizes = {image["id"]: (image["height"], image["width"]) for image in lvis["images"][:40]}
    kept = [ann for ann in lvis["annotations"] if ann["image_id"] in sizes]
    results = []
    for ann in kept:
        size = sizes[ann["image_id"]]
        rings = [np.add(ring, rng.normal(0, 1.5, len(ring))) for ring in ann["segmentation"]]
        rle = peer.merge(peer.frPyObjects([ring.tolist() for ring in rings], *size))
        if rng.random() < 0.9:
            results.append(
                {
                    "image_id": ann["image_id"],
                    "category_id": ann["category_id"],
                    "segmentation": as_text(rle),
                    "score": float(rng.random()),
                }
            )
    annotations = [{**ann, "iscrowd": int(ann["id"] % 9 == 0)} for ann in kept]
    return truth([(i, *size) for i, size in sizes.items()], annotations), results


def from_segments(rng):
    """Score moved panoptic segments against the real ones."""
    panoptic = load("panopticapi/panoptic_coco_detection_format.json")
    sizes = {image["id"]: (image["height"], image["width"]) for image in panoptic["images"]}
    results = [
        {
            "image_id": ann["image_id"],
            "category_id": ann["category_id"],
            "segmentation": as_text(moved(ann["segmentation"], rng)),
            "score": float(rng.random()),
        }
        for ann in panoptic["annotations"]
    ]
    return truth([(i, *s) for i, s in sizes.items()], panoptic["annotations"]), results


SETS = {
    "results": from_results,
    "boxes": from_boxes,
    "polygons": from_polygons,
    "segments": from_segments,
}


@pytest.fixture(scope="module")
def numbers(tmp_path_factory):
    """Give what both runs found: two dicts with the same keys."""
    folder = tmp_path_factory.mktemp("evaluation")
    for name, make in SETS.items():
        gt, dt = make(np.random.default_rng(len(name)))
        (folder / f"{name}.gt.json").write_text(json.dumps(gt))
        (folder / f"{name}.dt.json").write_text(json.dumps(dt))
    runs = {}
    for which, filters in (("original", "default"), ("maskengine", "error")):
        command = [sys.executable, "-W", filters, HERE / "coco_evaluation.py", which, folder]
        runs[which] = subprocess.Popen(
            [*command, folder / which], stderr=subprocess.PIPE, env=os.environ, text=True
        )
    for which, run in runs.items():
        _, errors = run.communicate(timeout=300)
        assert run.returncode == 0, f"{which}: {errors}"
    return [pickle.loads((folder / which).read_bytes()) for which in runs]


def assert_same(a, b, place):
    assert type(a) is type(b), place
    if isinstance(b, dict):
        assert list(a) == list(b), place
        for key in b:
            assert_same(a[key], b[key], (*place, key))
    elif isinstance(b, (list, tuple)):
        assert len(a) == len(b), place
        for i, (x, y) in enumerate(zip(a, b, strict=True)):
            assert_same(x, y, (*place, i))
    elif isinstance(b, np.ndarray):
        assert (a.dtype, a.shape) == (b.dtype, b.shape), place
        assert np.array_equal(a, b, equal_nan=b.dtype.kind == "f"), place
    else:
        assert a == b, place


@pytest.mark.parametrize("kind", ["segm", "bbox", "annotations"])
@pytest.mark.parametrize("name", SETS)
def test_same_numbers(numbers, name, kind):
    original, ours = (found[f"{name}.gt.json", kind] for found in numbers)
    assert_same(ours, original, (name, kind))


@pytest.mark.parametrize("name", SETS)
def test_the_numbers_say_something(numbers, name):
    stats = numbers[0][f"{name}.gt.json", "segm"]["stats"]
    assert 0.001 < stats[0] < 0.999  # average precision
