"""Objects of supervision and FiftyOne become annotations and come back.

Covers: maskengine.formats.from_supervision, to_supervision, from_fiftyone, to_fiftyone.
Compares against: supervision's Detections; pycocotools' masks of real annotations.
Run: pytest tests/test_formats_adapters.py
"""

import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from pycocotools import mask as pycoco

import maskengine as me
from maskengine import formats
from shapes import boxes_of

SAMPLE = Path(__file__).parent / "data" / "panopticapi" / "panoptic_coco_detection_format.json"


class Sample(dict):
    def __init__(self, filepath, width, height, detections):
        super().__init__(ground_truth=detections and SimpleNamespace(detections=detections))
        self.filepath = filepath
        self.metadata = SimpleNamespace(width=width, height=height)


def dense():
    """Give the masks of each image of the sample, as pycocotools decodes them."""
    document = json.loads(SAMPLE.read_text())
    masks = {}
    for row in document["annotations"]:
        mask = pycoco.decode(row["segmentation"]).astype(bool)
        masks.setdefault(row["image_id"], []).append(mask)
    return [np.stack(lot) for lot in masks.values()]


def test_detections_of_supervision_there_and_back(tmp_path):
    sv = pytest.importorskip("supervision", reason="supervision is installed by hand")
    rng = np.random.default_rng(1)
    items = {}
    for n, masks in enumerate(dense()):
        ids = rng.integers(0, 5, len(masks))
        items[f"{n}.jpg"] = sv.Detections(
            xyxy=boxes_of(masks), mask=masks, confidence=rng.random(len(masks)), class_id=ids,
            tracker_id=np.arange(len(masks)), data={"class_name": np.array([f"c{i}" for i in ids])},
        )  # fmt: skip
    frames = formats.from_supervision(items)
    formats.write(tmp_path / "a.parquet", frames)
    for given in (frames, formats.read(tmp_path / "a.parquet")):
        for image, found in formats.to_supervision(given, sv.Detections):
            wanted = items[image.file_name]
            assert found == wanted
            assert np.array_equal(found.mask, wanted.mask)
    assert sum(len(item) for item in items.values()) == 50


def test_detections_without_masks_need_a_size():
    found = SimpleNamespace(xyxy=np.array([[1, 2, 4, 6]]), mask=None, confidence=np.array([0.5]),
                            class_id=None, tracker_id=None, data=None)  # fmt: skip
    with pytest.raises(me.MaskError, match="size"):
        formats.from_supervision({"a.jpg": found})
    ((part,),) = (formats.from_supervision({"a.jpg": found}, sizes={"a.jpg": (9, 8)}),)
    (row,) = part.records.to_pylist()
    assert [row[f"bbox_{side}"] for side in "xywh"] == [1, 2, 3, 4]
    assert (row["score"], row["counts"]) == (0.5, None)


def test_samples_of_fiftyone_there_and_back():
    samples = []
    for n, masks in enumerate(dense()):
        height, width = masks.shape[1:]
        detections = []
        for mask, (x0, y0, x1, y1) in zip(masks, boxes_of(masks).astype(int), strict=True):
            box = [x0 / width, y0 / height, (x1 - x0) / width, (y1 - y0) / height]
            detections.append(SimpleNamespace(label=f"c{x0 % 3}", bounding_box=box, confidence=0.25,
                                              mask=mask[y0:y1, x0:x1]))  # fmt: skip
        samples.append(Sample(f"/data/{n}.jpg", width, height, detections))
    frames = formats.from_fiftyone(samples)
    found = list(formats.to_fiftyone(frames, SimpleNamespace))
    assert [image.file_name for image, _ in found] == ["data/0.jpg", "data/1.jpg"]
    for (_, ours), sample, masks in zip(found, samples, dense(), strict=True):
        theirs = sample["ground_truth"].detections
        for one, other in zip(ours, theirs, strict=True):
            assert (one.label, one.confidence) == (other.label, other.confidence)
            assert one.bounding_box == pytest.approx(other.bounding_box)
            assert np.array_equal(one.mask, other.mask)
        (records,) = [r for i, r in formats.by_image(frames) if i.file_name in sample.filepath]
        assert np.array_equal(me.decode(formats.masks_of(records)), masks)


def test_samples_that_are_not_sound():
    nan = SimpleNamespace(
        label="a", bounding_box=[0, float("nan"), 1, 1], mask=None, confidence=1.0
    )
    deep = SimpleNamespace(label="a", bounding_box=[0, 0, 1, 1], mask=np.ones((2, 2, 3)),
                           confidence=None)  # fmt: skip
    out = SimpleNamespace(label="b", bounding_box=[0.9, 0.9, 1, 1], mask=np.ones((9, 9)),
                          confidence=None)  # fmt: skip
    (part,) = formats.from_fiftyone([Sample("a.jpg", 10, 10, [nan, deep, out]),
                                     Sample("b.jpg", 3, 3, None)])  # fmt: skip
    assert len(part.refused) == 2
    wanted = np.zeros((10, 10), bool)
    wanted[9, 9] = True
    assert np.array_equal(me.decode(formats.masks_of(part.records))[0], wanted)
    with pytest.raises(me.MaskError, match="metadata"):
        formats.from_fiftyone([SimpleNamespace(metadata=None)])


def test_neither_package_is_imported():
    code = "import sys, maskengine.formats; print({'supervision', 'fiftyone'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


FOUND = {"xyxy": np.float64([[0, 0, 2, 1], [0, 0, 1, 1]]), "mask": np.ones((2, 1, 2), bool),
         "class_id": [3, 7], "confidence": None, "tracker_id": None, "data": {}}  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [
        {"class_id": [3, 1.5]},  # became 1
        {"class_id": [3, np.nan]},
        {"class_id": ["a", "b"]},
        {"class_id": [3]},
        {"tracker_id": [None, 4]},
        {"tracker_id": [2.5, 4]},
        {"confidence": ["high", "low"]},
        {"confidence": np.zeros((2, 2))},
        {"mask": np.ones((1, 1, 2), bool)},
        {"mask": np.ones(2, bool)},
        {"xyxy": np.zeros((2, 3))},
        {"xyxy": [["a"] * 4] * 2},
        {"data": {"class_name": ["cat"]}},
        {"data": 5},
    ],
)
def test_detections_whose_columns_do_not_fit(wrong):
    good = SimpleNamespace(**FOUND)
    with pytest.raises(me.MaskError) as caught:
        formats.from_supervision({"a.jpg": good, "b.jpg": SimpleNamespace(**FOUND | wrong)})
    assert caught.value.parameter == "items"


@pytest.mark.parametrize("size", [5, ("x", 2), (-1, 2), (2, 2**40), None])
def test_sizes_that_are_none(size):
    with pytest.raises(me.MaskError) as caught:
        formats.from_supervision(
            {"a.jpg": SimpleNamespace(**FOUND | {"mask": None})}, sizes={"a.jpg": size}
        )
    assert caught.value.parameter == "sizes"


def test_a_class_is_named_as_its_first_detection_names_it():
    columns = {"class_id": [3, 3], "data": {"class_name": ["cat", "lynx"]}}
    later = {"class_id": [7, 3], "data": {"class_name": ["dog", "puma"]}}
    items = {str(n): SimpleNamespace(**FOUND | one) for n, one in enumerate((columns, later))}
    assert formats.from_supervision(items).categories() == {3: "cat", 7: "dog"}


def test_samples_that_hold_no_detections():
    box = SimpleNamespace(label="a", bounding_box=[], mask=None, confidence=None)
    (part,) = formats.from_fiftyone([Sample("a.jpg", 10, 10, [box])])
    assert "box" in part.refused[0].reason
    good = Sample("a.jpg", 10, 10, None)
    classified = Sample("b.jpg", 10, 10, None)
    classified["ground_truth"] = SimpleNamespace(label="cat")  # as fiftyone.Classification
    for wrong, parameter in ((classified, "field"), ({"a": 1}, "samples"), (5, "samples")):
        with pytest.raises(me.MaskError) as caught:
            formats.from_fiftyone([good, wrong])
        assert (caught.value.parameter, caught.value.index) == (parameter, 1)
    with pytest.raises(me.MaskError, match="no field 'other'"):
        formats.from_fiftyone([good], field="other")
    with pytest.raises(me.MaskTypeError, match="samples"):
        formats.from_fiftyone(None)
    with pytest.raises(me.MaskError) as caught:
        formats.from_fiftyone([Sample("a.jpg", -5, 10, None)])
    assert caught.value.parameter == "samples"
