"""Objects of other libraries that are wrong, empty or mixed: what is named, and nothing is guessed.

Covers: maskengine.adapters.
Run: pytest tests/test_attack_adapters.py
"""

from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest

import maskengine as me
from maskengine import adapters

TWO = me.encode(np.array([[[1, 1, 0], [0, 0, 0]], [[0, 0, 0], [0, 1, 1]]], bool))
RLE = {"size": [2, 3], "counts": [2, 3, 1]}


def compact(offset, crop):
    mask = SimpleNamespace(shape=(1, 4, 5), offsets=[offset], crop=lambda _: np.ones(crop, bool))
    return SimpleNamespace(mask=mask)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (
            lambda ids: adapters.to_supervision(TWO, dict, class_id=ids)["class_id"],
            "class_id",
        ),
        (lambda ids: adapters.to_torchvision(TWO, ids)["labels"], "labels"),
        (lambda ids: [a["category_id"] for a in adapters.to_detectron2(TWO, ids)], "category_ids"),
    ],
)
def test_classes_are_kept_or_refused(call, name):
    for whole in ([3, 7], [3.0, 7.0], np.float32([3, 7]), np.array([3, 7], np.uint64)):
        assert list(call(whole)) == [3, 7]
    assert list(call([2**63 - 1, -(2**63)])) == [2**63 - 1, -(2**63)]
    wrong = [1.5, np.nan, np.inf, 2.0**63, -1e300]
    for values in ([[3, one] for one in wrong], np.array([[3, 2**63]], np.uint64)):
        for value in values:
            with pytest.raises(me.MaskError) as caught:
                call(value)
            assert (caught.value.parameter, caught.value.index) == (name, 1)


def test_the_record_at_fault_is_named():
    """Of records in a mixture each kind is a batch of its own inside."""
    good, short = {"segmentation": np.ones((2, 3), bool)}, {"segmentation": {**RLE, "counts": [1]}}
    with pytest.raises(me.MalformedRLE) as rle:
        adapters.from_sam([good, {"segmentation": RLE}, short])
    with pytest.raises(me.MaskTypeError) as dense:
        adapters.from_sam([short | {"segmentation": RLE}, {"segmentation": np.ones((2, 3))}])
    rows = [{"segmentation": RLE}, {"segmentation": [[1, 1]]}]
    with pytest.raises(me.BadPolygon) as ring:
        adapters.from_detectron2({"height": 2, "width": 3, "annotations": rows})
    found = [(one.value.parameter, one.value.index) for one in (rle, dense, ring)]
    assert found == [("records", 2), ("records", 1), ("annotations", 1)]


def test_a_mask_of_another_size_than_its_image():
    record = {"height": 3, "width": 3, "annotations": [{"segmentation": RLE}]}
    with pytest.raises(me.ShapeMismatch) as caught:
        adapters.from_detectron2(record)
    assert (caught.value.parameter, caught.value.index) == ("annotations", 0)
    assert adapters.from_detectron2(record | {"annotations": []}) == me.Masks.concatenate([])


@pytest.mark.parametrize("box", [None, "abcd", [0.1], [object(), 0, 1, 1], 5, [0, 0, 1, 1, 1]])
def test_a_detection_whose_box_is_none(box):
    one = SimpleNamespace(bounding_box=box, mask=np.ones((2, 2), bool))
    for detection in (one, SimpleNamespace(mask=one.mask)):
        with pytest.raises(me.MaskTypeError, match="bounding_box") as caught:
            adapters.from_fiftyone([detection], (4, 4))
        assert (caught.value.parameter, caught.value.index) == ("detections", 0)


@pytest.mark.parametrize("size", [(4, 5), (0, 5), (4, 0), (0, 0)])
def test_masks_without_pixels_come_back(size):
    empty = me.encode(np.zeros((2, *size), bool))
    found = adapters.to_fiftyone(empty, SimpleNamespace, ["a", "b"])
    assert adapters.from_fiftyone(found, size) == empty
    with pytest.raises(me.MaskTypeError, match="expected a mask"):
        adapters.from_fiftyone([SimpleNamespace(bounding_box=[0, 0, 1, 1], mask=None)], size)


@pytest.mark.parametrize(
    ("offset", "crop"), [((9, 0), (1, 1)), ((-1, 0), (1, 1)), ((0, 3), (2, 1)), ((1, 2, 3), (1, 1))]
)
def test_crops_lie_in_the_image(offset, crop):
    with pytest.raises(me.MaskError) as caught:
        adapters.from_supervision(compact(offset, crop))
    assert caught.value.parameter == "detections"
    assert me.bbox(adapters.from_supervision(compact((3, 1), (2, 2)))).tolist() == [[3, 1, 2, 2]]


def test_images_that_a_compact_mask_cannot_have():
    kind = SimpleNamespace(from_coco_rle=None)
    with pytest.raises(me.ShapeMismatch) as caught:
        adapters.to_supervision(me.Masks.concatenate([]), SimpleNamespace, compact=kind)
    assert caught.value.parameter == "masks"


@pytest.mark.parametrize("compact", [True, "CompactMask", 1])
def test_a_compact_type_that_is_none(compact):
    with pytest.raises(me.MaskTypeError) as caught:
        adapters.to_supervision(TWO, SimpleNamespace, compact=compact)
    assert caught.value.parameter == "compact"


@pytest.mark.parametrize("masks", [[[[1, 0]]], None, "text"])
def test_a_target_whose_masks_are_no_array(masks):
    with pytest.raises(me.MaskTypeError) as caught:
        adapters.from_torchvision({"masks": masks})
    assert caught.value.parameter == "masks"


LISTS = pa.array([[3, 9], [0, 12]], pa.list_(pa.uint32()))
TEXTS = pa.array(["39", "0<"])


@pytest.mark.parametrize("counts", [LISTS, TEXTS])
def test_sides_of_two_types_of_integers(counts):
    """NumPy makes floats of uint64 beside int64."""
    height, width = pa.array([3, 3], pa.uint64()), pa.array([4, 4], pa.int64())
    table = pa.table({"counts": counts, "height": height, "width": width})
    assert me.area(me.Masks.from_arrow(table)).tolist() == [9, 12]
    high = pa.array([3, 2**63 + 3], pa.uint64())
    with pytest.raises(me.MaskError):
        me.Masks.from_arrow(table.set_column(1, "height", high))


@pytest.mark.parametrize("names", [["counts", "height", "height"], ["counts", "height", "w"]])
def test_columns_are_there_once(names):
    table = pa.table([LISTS, pa.array([3, 3]), pa.array([4, 4])], names=names)
    with pytest.raises(me.MaskTypeError, match="expected one column") as caught:
        me.Masks.from_arrow(table)
    assert caught.value.parameter == "table"
