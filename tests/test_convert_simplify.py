"""Polygons of fewer vertices keep to the bound that was declared, and the report says so.

Covers: maskengine.convert (simplify), maskengine.convert._simplify.
Compares against: pycocotools, OpenCV, SciPy's distance transform.
Run: pytest tests/test_convert_simplify.py
"""

import json
from pathlib import Path

import cv2
import numpy as np
import pycocotools.mask
import pytest
from scipy.ndimage import distance_transform_edt

import maskengine as me
from maskengine import formats
from maskengine.cli import main
from maskengine.convert import convert, fill_counts

DATA = Path(__file__).parent / "data"
LVIS = DATA / "lvis-api" / "lvis_val_100.json"
PANOPTIC = DATA / "panopticapi" / "panoptic_coco_detection_format.json"
RESULTS = DATA / "cocoapi" / "instances_val2014_fakesegm100_results.json"


def coco_masks(path):
    """Decode a COCO file by pycocotools, by annotation id."""
    told = json.loads(path.read_text())
    sizes = {image["id"]: (image["height"], image["width"]) for image in told["images"]}
    out = {}
    for row in told["annotations"]:
        runs, (h, w) = row["segmentation"], sizes[row["image_id"]]
        if isinstance(runs, list):
            runs = pycocotools.mask.merge(pycocotools.mask.frPyObjects(runs, h, w))
        elif isinstance(runs["counts"], list):
            runs = pycocotools.mask.frPyObjects(runs, h, w)
        out[row["id"]] = pycocotools.mask.decode(runs).astype(bool)
    return out


def iou(a, b):
    return (a & b).sum() / max((a | b).sum(), 1)


def vertices(path):
    rows = json.loads(path.read_text())["annotations"]
    return sum(len(ring) // 2 for row in rows if isinstance(row["segmentation"], list)
               for ring in row["segmentation"])  # fmt: skip


@pytest.mark.parametrize("source", [LVIS, PANOPTIC], ids=["polygons", "runs"])
def test_min_iou_as_pycocotools_decodes_it(source, tmp_path):
    out = tmp_path / "out.json"
    report = convert(source, out, simplify="min-iou=0.9")
    before, after = coco_masks(source), coco_masks(out)
    assert before.keys() == after.keys()
    alike = sorted(iou(before[id_], after[id_]) for id_ in before)
    assert alike[0] >= 0.9
    assert report.likeness.compared == len(alike) == report.written
    assert report.likeness.exact == sum(value == 1 for value in alike) < len(alike)
    assert report.likeness.iou_min == pytest.approx(alike[0])
    assert report.likeness.iou_p5 == pytest.approx(alike[int(0.05 * len(alike))], abs=0.002)
    assert report.likeness.beyond == 0
    assert not report.is_lossless
    exact = tmp_path / "exact.json"
    convert(source, exact)
    if source is LVIS:
        assert vertices(out) < vertices(exact) / 2
    else:  # what had no hole and is no crowd became a polygon
        rows = json.loads(out.read_text())["annotations"]
        for row in rows:
            mask = before[row["id"]].astype(np.uint8)
            _, tree = cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)[-2:]
            stays = row["iscrowd"] or (tree[0, :, 3] >= 0).any()
            assert isinstance(row["segmentation"], dict) == stays


@pytest.mark.parametrize("jobs", [None, 1])
def test_max_distance_as_pycocotools_decodes_it(jobs, tmp_path):
    out = tmp_path / "out.json"
    report = convert(LVIS, out, simplify="max-distance=2", jobs=jobs)
    before, after = coco_masks(LVIS), coco_masks(out)
    for id_, mask in list(before.items())[:: 8 if jobs is None else 40]:
        if not np.array_equal(mask, after[id_]):
            for one, other in ((mask, after[id_]), (after[id_], mask)):
                assert distance_transform_edt(~other)[one].max() <= 2 + 1.5
    assert report.likeness.beyond == 0
    assert report.likeness.exact < report.likeness.compared == 977
    assert report.simplify == "max-distance=2"


def test_yolo_counts_what_no_bound_can_save(tmp_path):
    report = convert(LVIS, tmp_path / "out", to="yolo", simplify="min-iou=0.9")
    convert(LVIS, tmp_path / "exact", to="yolo")
    truth = coco_masks(LVIS)
    rows = {}
    for row in json.loads(LVIS.read_text())["annotations"]:
        rows.setdefault(row["image_id"], []).append(row["id"])
    below = 0
    for image in formats.read(LVIS).images():
        stem = Path(formats.image_name(image)).stem
        (file,) = (tmp_path / "out" / "labels").rglob(f"{stem}.txt")
        lines = file.read_text().splitlines()
        for id_, line in zip(rows.get(image.id, []), lines, strict=True):
            ring = np.array(line.split()[1:], np.float32).reshape(-1, 2)
            drawn = np.zeros((image.height, image.width), np.uint8)
            ring = (ring * np.float32([image.width, image.height])).astype(np.int32)
            cv2.fillPoly(drawn, [ring], 1)
            if iou(truth[id_], drawn > 0) < 0.9:
                below += 1
                parts = cv2.connectedComponents(truth[id_].astype(np.uint8), connectivity=8)[0]
                assert parts > 2  # a line joins them
    assert report.likeness.beyond == below > 0
    size = {name: sum(f.stat().st_size for f in (tmp_path / name / "labels").rglob("*.txt"))
            for name in ("out", "exact")}  # fmt: skip
    assert size["out"] < size["exact"] / 2


@pytest.mark.parametrize("bound", ["min-iou=0.95", "max-distance=1"])
@pytest.mark.parametrize("name", ["cvat", "label_studio", "labelme", "scalabel", "supervisely"])
def test_every_target_of_polygons_keeps_to_the_bound(name, bound, tmp_path):
    module = formats.by_name(name)
    target = tmp_path / ("out" + (module.EXTENSIONS or ("",))[0])
    report = convert(PANOPTIC, target, to=name, simplify=bound)
    found = report.likeness
    assert (found.compared, found.absent, found.beyond) == (50, 0, 0)
    assert 0 < found.exact < 50
    (part,) = fill_counts(formats.read(target))
    kinds = part.records.column("kind").to_pylist()
    assert kinds.count("polygon") > 20
    assert "text" in kinds  # those with holes


@pytest.mark.parametrize(
    ("bound", "target", "text"),
    [
        ("min-iou=1.1", "a.json", "max-distance=X"),
        ("min-iou=nan", "a.json", "max-distance=X"),
        ("max-distance=-1", "a.json", "max-distance=X"),
        ("lossless", "a.json", "max-distance=X"),
        ("min-iou=0.9", "a.parquet", "not made of polygons"),
    ],
)
def test_bounds_that_cannot_be(bound, target, text, tmp_path):
    with pytest.raises(me.MaskError, match=f"simplify: .*{text}"):
        convert(LVIS, tmp_path / target, simplify=bound)
    with pytest.raises(me.MaskError, match="simplify"):
        convert(LVIS, tmp_path / "a.json", simplify="min-iou=1", keep_vertices=True)
    with pytest.raises(me.MaskError, match="no sizes"):
        convert(RESULTS, tmp_path / "a.json", simplify="min-iou=1")
    assert list(tmp_path.iterdir()) == []


def test_the_command_says_what_became_of_it(tmp_path, capsys):
    out, report = tmp_path / "out.json", tmp_path / "report.json"
    arguments = ["convert", LVIS, out, "--simplify", "min-iou=0.9", "--report", report]
    assert main([str(word) for word in arguments]) == 4
    told = capsys.readouterr().out
    assert "5 % below" in told
    assert "simplified to min-iou=0.9: every mask keeps to it" in told
    found = json.loads(report.read_text())
    assert found["simplify"] == "min-iou=0.9"
    assert found["masks"]["beyond"] == 0
    assert 0.9 <= found["masks"]["iou_min"] < 1
