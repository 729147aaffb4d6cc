"""Every format that can hold any mask gives the real ones back without a changed pixel.

Covers: maskengine.formats, maskengine.convert.
Run: pytest tests/test_formats_exact.py
"""

from functools import cache
from pathlib import Path

import pytest

import maskengine as me
from maskengine import formats
from maskengine.convert import convert, fill_counts
from maskengine.formats import by_image

DATA = Path(__file__).parent / "data"
SOURCES = {
    "lvis": DATA / "lvis-api" / "lvis_val_100.json",
    "panoptic": DATA / "panopticapi" / "panoptic_coco_detection_format.json",
    "results": DATA / "cocoapi" / "instances_val2014_fakesegm100_results.json",
}
EXACT = [name for name in formats.writable_names() if "runs" in formats.by_name(name).HOLDS]


@cache
def truth_of(source):
    return masks_of(SOURCES[source])


def masks_of(path):
    """Give the masks of a dataset, image by image in the order of their names, as COCO text."""
    out = []
    for image, records in by_image(fill_counts(formats.read(path))):
        stem = Path(formats.image_name(image)).stem
        out.append((stem, formats.masks_of(records).to_coco()))
    return sorted((stem, masks) for stem, masks in out if masks)


def test_there_are_such_formats():
    assert {"coco", "labelme", "parquet"} <= set(EXACT)


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("name", EXACT)
def test_real_masks_there_and_back(name, source, tmp_path):
    module = formats.by_name(name)
    first = tmp_path / ("a" + (module.EXTENSIONS or ("",))[0])
    report = convert(SOURCES[source], first, to=name, check=True)
    assert report.refused == 0
    assert report.likeness.compared == report.likeness.exact == report.written
    assert report.likeness.absent == 0
    assert formats.detect(first) == name
    truth = truth_of(source)
    assert len(truth) > 1
    assert sum(len(masks) for _, masks in truth) == report.written
    assert masks_of(first) == truth
    back = tmp_path / "b.json"
    convert(first, back, check=False)  # the check is below
    assert masks_of(back) == truth
    assert me.area(me.Masks.from_coco(truth[0][1])).min() > 0
