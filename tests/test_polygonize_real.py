"""polygonize: annotated and detected masks of data sets survive masks -> polygons -> masks.

Covers: polygonize. Run: pytest tests/test_polygonize_real.py
"""

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from pycocotools import mask as peer

import maskengine as me

DATA = Path(__file__).parent / "data"


def detections():
    """Give the 734 RLE masks of the COCO API's sample results."""
    path = DATA / "cocoapi/instances_val2014_fakesegm100_results.json"
    return [one["segmentation"] for one in json.loads(path.read_text())]


def annotations():
    """Give LVIS annotations, which are polygons, as the masks that pycocotools makes of them."""
    sample = json.loads((DATA / "lvis-api/lvis_val_100.json").read_text())
    sizes = {image["id"]: (image["height"], image["width"]) for image in sample["images"]}
    return [
        peer.merge(peer.frPyObjects(one["segmentation"], *sizes[one["image_id"]]))
        for one in sample["annotations"]
    ]


SAMPLES = {"detections": detections, "annotations": annotations}


@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize("connectivity", [4, 8])
@pytest.mark.parametrize("holes", ["rings", "bridge"])
def test_no_pixel_is_lost(sample, connectivity, holes):
    rles = SAMPLES[sample]()
    assert len(rles) > 700
    masks = me.Masks.from_coco(rles)
    polygons = me.polygonize(masks, connectivity, holes)
    for rule in ("exact", "coco"):
        assert me.rasterize(polygons, masks.sizes, rule) == masks
    if holes == "bridge":
        for rings, rle in zip(polygons.to_coco(), rles, strict=True):
            again = peer.merge(peer.frPyObjects(rings, *rle["size"]))
            assert np.array_equal(peer.decode(again), peer.decode(rle))


def test_overlaid_detections_as_a_label_map():
    """Of the masks of the most frequent size, later ones cover earlier ones."""
    rles = detections()
    (size, _), *_ = Counter(tuple(rle["size"]) for rle in rles).most_common()
    labels = np.zeros(size, np.uint16)
    for k, rle in enumerate(rles):
        if tuple(rle["size"]) == size:
            labels[peer.decode(rle) > 0] = k + 1
    polygons, ids = me.polygonize(labels, kind="labels")
    assert len(ids) > 20
    assert np.array_equal(ids, np.unique(labels)[1:])
    for rule in ("exact", "coco"):
        dense = me.rasterize(polygons, size, rule, out="dense")
        assert np.array_equal(dense, labels == ids[:, None, None])
