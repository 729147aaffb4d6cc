"""Masks of one image go to other libraries' objects and come back.

Covers: maskengine.adapters; Masks.from_arrow of what DuckDB, Polars and datasets hold.
Compares against: objects of the documented shape, made by hand; supervision, FiftyOne, torchvision,
    datasets, DuckDB and Polars where they are installed; pycocotools' masks of real annotations.
Run: pytest tests/test_adapters.py
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
from maskengine import adapters
from maskengine.testing.oracles import art, encode
from shapes import boxes_of

SAMPLE = Path(__file__).parent / "data" / "panopticapi" / "panoptic_coco_detection_format.json"


def records():
    """Give the annotations of the image of the sample that has most of them."""
    rows = json.loads(SAMPLE.read_text())["annotations"]
    images = [row["image_id"] for row in rows]
    return [row for row in rows if row["image_id"] == max(set(images), key=images.count)]


def dense():
    return np.stack([pycoco.decode(row["segmentation"]) for row in records()]).astype(bool)


def peer(name):
    return pytest.importorskip(name, reason=f"{name} is installed by hand")


# --- Segment Anything


def test_sam_records_of_every_output_mode():
    masks = dense()
    texts = [pycoco.encode(np.asfortranarray(mask, np.uint8)) for mask in masks]
    modes = {
        "binary_mask": list(masks),
        "coco_rle": [{**text, "counts": text["counts"].decode()} for text in texts],
        "uncompressed_rle": me.encode(masks).to_coco(compressed=False),
    }
    wanted = encode(masks)
    for mode, values in modes.items():
        found = adapters.from_sam([{"segmentation": value, "area": 1} for value in values])
        assert found == wanted, mode
    mixed = [{"segmentation": values[i]} for i, values in enumerate(modes.values())]
    assert adapters.from_sam(reversed(mixed)) == wanted[[2, 1, 0]]
    assert len(adapters.from_sam([])) == 0


def test_masks_become_sam_records():
    masks = dense()
    found = adapters.to_sam(me.encode(masks), scores=np.linspace(0, 1, len(masks)))
    assert [pycoco.area(record["segmentation"]) for record in found] == masks.sum((1, 2)).tolist()
    assert [record["area"] for record in found] == masks.sum((1, 2)).tolist()
    x0, y0, x1, y1 = boxes_of(masks).T
    assert [record["bbox"] for record in found] == np.stack([x0, y0, x1 - x0, y1 - y0], 1).tolist()
    assert [record["predicted_iou"] for record in found] == np.linspace(0, 1, len(masks)).tolist()
    assert adapters.from_sam(json.loads(json.dumps(found))) == encode(masks)


@pytest.mark.parametrize(
    ("given", "error", "match"),
    [
        (None, me.MaskTypeError, "dicts"),
        ({"segmentation": []}, me.MaskTypeError, "dicts"),
        ([{}], me.MaskTypeError, r"records\[0\].*segmentation"),
        ([{"segmentation": np.zeros(3)}], me.ShapeMismatch, r"records\[0\].*\(3,\)"),
        ([{"segmentation": [[1, 1, 2, 2, 3, 3]]}], me.MaskTypeError, "array"),
        ([{"segmentation": {"size": [2, 2], "counts": [3]}}], me.MalformedRLE, "sum"),
    ],
)
def test_bad_sam_records(given, error, match):
    with pytest.raises(error, match=match):
        adapters.from_sam(given)


# --- Detectron2


def test_detectron2_polygons_and_runs():
    height, width = 40, 50
    polygon = [[3.5, 2.0, 30.25, 4.0, 20.0, 33.0], [40, 30, 45, 30, 45, 35]]
    runs = pycoco.encode(np.asfortranarray(np.eye(height, width, dtype=np.uint8)))
    listed = {"size": [height, width], "counts": [0, 5, height * width - 5]}
    record = {
        "file_name": "a.jpg", "height": height, "width": width, "image_id": 3,
        "annotations": [{"segmentation": value, "category_id": 0, "bbox_mode": 0}
                        for value in (runs, polygon, listed)],
    }  # fmt: skip
    found = adapters.from_detectron2(record)
    merged = pycoco.merge(pycoco.frPyObjects(polygon, height, width))
    flat = np.zeros(height * width, bool)
    flat[:5] = True
    wanted = [pycoco.decode(runs), pycoco.decode(merged), flat.reshape(width, height).T]
    assert found == encode(wanted)
    again = adapters.to_detectron2(found, [0, 4, 2], crowd=[0, 0, 1])
    assert [one["category_id"] for one in again] == [0, 4, 2]
    assert [one["iscrowd"] for one in again] == [0, 0, 1]
    assert [one["bbox_mode"] for one in again] == [1, 1, 1]  # BoxMode.XYWH_ABS
    assert again[0]["bbox"] == [0, 0, 40, 40]
    assert adapters.from_detectron2({**record, "annotations": again}) == found
    with pytest.raises(me.MaskTypeError, match="height, width, annotations"):
        adapters.from_detectron2({"annotations": []})


# --- torchvision


def test_torchvision_targets():
    masks = dense()
    target = adapters.to_torchvision(me.encode(masks), np.arange(len(masks)), image_id=9)
    assert np.array_equal(target["masks"], masks.astype(np.uint8))
    assert np.array_equal(target["boxes"], boxes_of(masks).astype(np.float32))
    assert np.array_equal(target["area"], masks.sum((1, 2)).astype(np.float32))
    assert [str(target[key].dtype) for key in ("boxes", "labels", "masks", "iscrowd")] == [
        "float32", "int64", "uint8", "int64"]  # fmt: skip
    assert target["image_id"] == 9
    assert adapters.from_torchvision(target) == encode(masks)


def test_torchvision_predictions():
    scores = np.array([[[[0.4, 0.6], [0.5, np.nan]]]], np.float32)
    assert adapters.from_torchvision({"masks": scores}) == encode([art(".#", "..")])
    assert adapters.from_torchvision({"masks": scores}, threshold=0.3) == encode([art("##", "#.")])
    for bad in ({}, [1]):
        with pytest.raises(me.MaskTypeError):
            adapters.from_torchvision(bad)
    with pytest.raises(me.ShapeMismatch, match=r"\(2, 3\)"):
        adapters.from_torchvision({"masks": np.zeros((2, 3))})


def test_tensors():
    torch = peer("torch")
    ours = encode(dense())
    target = adapters.to_torchvision(ours, 1, tensor=torch.from_numpy)
    assert target["boxes"].dtype == torch.float32
    assert target["labels"].dtype == torch.int64
    assert torch.equal(target["masks"], torch.from_numpy(dense()).to(torch.uint8))
    assert adapters.from_torchvision(target) == ours
    prediction = {"masks": target["masks"][:, None].float() * 0.75}
    assert adapters.from_torchvision(prediction) == ours


def test_torchvision_itself():
    torch = peer("torch")
    try:
        import torchvision
    except (ImportError, RuntimeError) as error:  # built for another PyTorch
        pytest.skip(f"torchvision is installed by hand, to suit PyTorch: {error}")
    ours = encode(dense())
    target = adapters.to_torchvision(ours, 1, tensor=torch.from_numpy)
    theirs = torchvision.ops.masks_to_boxes(target["masks"]) + torch.tensor([0, 0, 1, 1])
    assert torch.equal(target["boxes"], theirs)
    model = torchvision.models.detection.maskrcnn_resnet50_fpn(
        weights=None, weights_backbone=None, num_classes=2, min_size=64, max_size=64
    )
    losses = model([torch.zeros(3, *target["masks"].shape[1:])], [target])
    assert torch.isfinite(losses["loss_mask"])


# --- supervision


def detections(**columns):
    """Make an object with the attributes of Detections."""
    return SimpleNamespace(**columns)


def test_supervision_by_hand():
    masks = dense()
    found = adapters.to_supervision(
        me.encode(masks), detections, class_id=np.arange(len(masks)), confidence=0.5
    )
    assert np.array_equal(found.mask, masks)
    assert np.array_equal(found.xyxy, boxes_of(masks))
    assert (found.confidence.tolist(), found.tracker_id) == ([0.5] * len(masks), None)
    assert adapters.from_supervision(found) == encode(masks)
    with pytest.raises(me.MaskTypeError, match="none"):
        adapters.from_supervision(detections(mask=None))
    with pytest.raises(me.ShapeMismatch, match="class_id"):
        adapters.to_supervision(me.encode(masks), detections, class_id=[1])


def test_supervision_itself():
    sv = peer("supervision")
    masks = np.concatenate([dense(), np.zeros_like(dense()[:1])])
    ours = me.encode(masks)
    known = {"class_id": np.arange(len(masks)), "confidence": np.linspace(0, 1, len(masks))}
    found = adapters.to_supervision(ours, sv.Detections, **known)
    boxes = [*boxes_of(masks[:-1]).tolist(), [0, 0, 0, 0]]
    assert found == sv.Detections(xyxy=np.array(boxes, float), mask=masks, **known)
    assert adapters.from_supervision(found) == ours
    compact = adapters.to_supervision(ours, sv.Detections, compact=sv.CompactMask, **known)
    assert isinstance(compact.mask, sv.CompactMask)
    assert np.array_equal(compact.mask.to_dense(), masks)
    assert adapters.from_supervision(compact) == ours
    assert adapters.from_supervision(compact[2:4]) == ours[2:4]


# --- FiftyOne


def test_fiftyone_by_hand():
    masks = dense()
    ours = me.encode(np.concatenate([masks, np.zeros_like(masks[:1])]))
    names = [f"c{i}" for i in range(len(ours))]
    found = adapters.to_fiftyone(ours, SimpleNamespace, names, confidence=0.25)
    assert found[-1].mask is None
    height, width = masks.shape[1:]
    for one, mask, (x0, y0, x1, y1) in zip(found, masks, boxes_of(masks).astype(int), strict=False):
        assert np.array_equal(one.mask, mask[y0:y1, x0:x1])
        wanted = [x0 / width, y0 / height, (x1 - x0) / width, (y1 - y0) / height]
        assert one.bounding_box == pytest.approx(wanted)
    assert [one.label for one in found] == names
    assert adapters.from_fiftyone(found[:-1], (height, width)) == encode(masks)
    assert adapters.from_fiftyone(found, (height, width)) == ours
    found[-1].bounding_box = [0, 0, 1, 1]
    with pytest.raises(me.MaskTypeError, match=rf"detections\[{len(masks)}\]"):
        adapters.from_fiftyone(found, (height, width))


def test_fiftyone_masks_are_cut_at_the_border():
    whole = np.ones((3, 3), bool)
    boxes = [[-0.25, -0.25, 1, 1], [0.75, 0.5, 1, 1], [5, 5, 1, 1], [-5, -5, 1, 1]]
    given = [SimpleNamespace(bounding_box=box, mask=whole) for box in boxes]
    found = adapters.from_fiftyone(given, (4, 4))
    wanted = [art("##..", "##..", "....", "...."), art("....", "....", "...#", "...#"),
              np.zeros((4, 4), bool), np.zeros((4, 4), bool)]  # fmt: skip
    assert found == encode(wanted)
    for bad in ([np.nan, 0, 1, 1], [0, 1e30, 1, 1]):
        with pytest.raises(me.ShapeMismatch, match=r"detections\[0\]"):
            adapters.from_fiftyone([SimpleNamespace(bounding_box=bad, mask=whole)], (4, 4))
    with pytest.raises(me.ShapeMismatch, match="labels"):
        adapters.to_fiftyone(found, SimpleNamespace, ["a"])


def test_fiftyone_itself():
    fo = peer("fiftyone.core.labels")
    masks = dense()
    names = [f"c{i}" for i in range(len(masks))]
    found = fo.Detections(detections=adapters.to_fiftyone(me.encode(masks), fo.Detection, names))
    assert [one.label for one in found.detections] == names
    assert adapters.from_fiftyone(found.detections, masks.shape[1:]) == encode(masks)


# --- tables: datasets of Hugging Face, DuckDB, Polars


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """Give a Parquet store of the sample."""
    peer("pyarrow")
    path = tmp_path_factory.mktemp("store") / "sample.parquet"
    me.convert.convert(SAMPLE, path)
    return path


def wanted_large():
    """Give the masks of more than 10000 pixels of the whole sample, in order, and their ids."""
    rows = json.loads(SAMPLE.read_text())["annotations"]
    kept = [row for row in rows if pycoco.area(row["segmentation"]) > 10_000]
    assert 5 < len(kept) < len(rows)
    return me.Masks.from_coco([row["segmentation"] for row in kept]), [row["id"] for row in kept]


def test_columns_of_text_become_masks():
    pa = peer("pyarrow")
    masks = encode([art("#.#", ".##"), art("."), art("###")])
    texts = [row["counts"] for row in masks.to_coco()]
    sides = {"height": masks.sizes[:, 0].astype(np.int32), "width": masks.sizes[:, 1]}
    for kind in (pa.string(), pa.large_string(), pa.string_view(), pa.binary(), pa.large_binary(),
                 pa.binary_view()):  # fmt: skip
        table = pa.table({"counts": pa.array(texts, kind), **sides})
        assert me.Masks.from_arrow(table) == masks, kind
        assert me.Masks.from_arrow(table.slice(1)) == masks[1:], kind
        assert me.Masks.from_arrow(pa.concat_tables([table, table])) == masks[[0, 1, 2, 0, 1, 2]]
        assert len(me.Masks.from_arrow(table[:0])) == 0
    bad = pa.table({"counts": [texts[0], texts[0][:-1], texts[2]], **sides})
    with pytest.raises(me.MalformedRLE, match=r"counts\[1\]"):
        me.Masks.from_arrow(bad)
    with pytest.raises(me.MaskTypeError, match="nulls"):
        me.Masks.from_arrow(pa.table({"counts": [texts[0], None, texts[2]], **sides}))


def test_an_arrow_stream_becomes_masks():
    pa = peer("pyarrow")
    masks = encode([art("#.#", ".##"), art(".")])
    table = pa.Table.from_batches([masks.to_arrow()])

    class Stream:
        def __arrow_c_stream__(self, requested_schema=None):
            return table.__arrow_c_stream__(requested_schema)

    assert me.Masks.from_arrow(Stream()) == masks


def test_duckdb_over_the_store(store):
    duckdb = peer("duckdb")
    query = f"select * from '{store}' where pixel_area > 10000"  # noqa: S608 - a path of ours
    wanted, ids = wanted_large()
    found = duckdb.sql(query)
    assert [row[0] for row in found.project("id").fetchall()] == ids
    assert me.Masks.from_arrow(found) == wanted
    masks = wanted.to_arrow()  # noqa: F841 - DuckDB finds it by its name
    assert duckdb.sql("select count(*), max(height) from masks").fetchall() == [(
        len(wanted), int(wanted.sizes[:, 0].max()))]  # fmt: skip
    assert me.Masks.from_arrow(duckdb.sql("select * from masks")) == wanted


def test_polars_over_the_store(store):
    pl = peer("polars")
    wanted, ids = wanted_large()
    found = pl.scan_parquet(store).filter(pl.col("pixel_area") > 10_000).collect()
    assert found["id"].to_list() == ids
    assert me.Masks.from_arrow(found) == wanted
    assert me.Masks.from_arrow(pl.from_arrow(wanted.to_arrow())) == wanted


def test_datasets_of_hugging_face(store, tmp_path):
    datasets, pa = peer("datasets"), peer("pyarrow")
    wanted, ids = wanted_large()
    data = datasets.Dataset.from_parquet(str(store), cache_dir=str(tmp_path))
    large = data.filter(lambda area: area > 10_000, input_columns="pixel_area")
    assert large["id"][:] == ids
    assert me.Masks.from_arrow(large.with_format("arrow")[:]) == wanted
    made = datasets.Dataset(pa.Table.from_batches([wanted.to_arrow()]))
    made.save_to_disk(tmp_path / "saved")
    again = datasets.load_from_disk(str(tmp_path / "saved"))
    assert me.Masks.from_arrow(again.with_format("arrow")[:]) == wanted


def test_no_peer_is_imported():
    names = {"supervision", "fiftyone", "torch", "torchvision", "pyarrow", "detectron2"}
    code = f"import sys, maskengine.adapters; print(sorted({names} & set(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
