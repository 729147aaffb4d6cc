"""Supervisely's projects and YouTube-VIS's videos.

Covers: maskengine.formats.supervisely, maskengine.formats.youtube_vis.
Run: pytest tests/test_formats_projects.py
"""

import base64
import io
import json
import zlib

import cv2
import numpy as np
import pycocotools.mask
import pytest
from PIL import Image

import maskengine as me
from maskengine import formats
from maskengine.convert import convert, fill_counts, polygons_of_rows

H, W = 40, 50
OUTER = [[5, 5], [40, 6], [38, 30], [8, 28]]
ONE = {"exterior": [[1, 1]]}
INNER = [[12, 10], [20, 10], [20, 20], [12, 20]]


def project(path, objects):
    (path / "ds" / "ann").mkdir(parents=True)
    meta = {"classes": [{"title": "cat", "shape": "any", "color": "#FF0000"}], "tags": []}
    (path / "meta.json").write_text(json.dumps(meta))
    content = {"size": {"height": H, "width": W}, "objects": objects, "tags": []}
    (path / "ds" / "ann" / "a.jpg.json").write_text(json.dumps(content))


def masks_in(path):
    ((image, records),) = formats.by_image(fill_counts(formats.read(path)))
    return image, me.decode(formats.masks_of(records)), records


def bitmap(pixels, *, mode, packed):
    alpha = Image.fromarray(pixels.astype(np.uint8) * 255)
    grey = Image.new("L", alpha.size, 7)
    picture = {
        "L": alpha,
        "RGBA": Image.merge("RGBA", [grey, grey, grey, alpha]),
        "P": Image.fromarray(pixels.astype(np.uint8)),
    }[mode]
    if mode == "P":
        picture.putpalette([0, 0, 0, 255, 255, 255])
        picture.info["transparency"] = 0
    file = io.BytesIO()
    picture.save(file, "PNG")
    data = zlib.compress(file.getvalue()) if packed else file.getvalue()
    return base64.b64encode(data).decode()


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("mode", ["L", "RGBA", "P"])
def test_bitmaps_of_every_kind(mode, packed, tmp_path):
    pixels = np.array([[0, 1, 1, 0], [1, 1, 0, 1]], bool)
    text = bitmap(pixels, mode=mode, packed=packed)
    project(tmp_path / "set", [{"classTitle": "cat", "geometryType": "bitmap",
                                "bitmap": {"data": text, "origin": [7, 3]}}])  # fmt: skip
    assert formats.detect(tmp_path / "set") == "supervisely"
    image, (mask,), _ = masks_in(tmp_path / "set")
    expected = np.zeros((H, W), bool)
    expected[3:5, 7:11] = pixels
    assert np.array_equal(mask, expected)
    assert image.file_name == "ds/a.jpg"


def test_polygons_are_drawn_as_supervisely_draws_them(tmp_path):
    points = {"exterior": OUTER, "interior": [INNER]}
    shape = {"id": 11, "classId": 3, "classTitle": "cat", "geometryType": "polygon",
             "points": points, "tags": [{"name": "t", "value": 1}]}  # fmt: skip
    box = {"classTitle": "cat", "geometryType": "rectangle",
           "points": {"exterior": [[1, 2], [4, 6]], "interior": []}}  # fmt: skip
    project(tmp_path / "set", [shape, box])
    _, masks, _ = masks_in(tmp_path / "set")
    drawn = np.zeros((H, W), np.uint8)
    cv2.fillPoly(drawn, [np.array(OUTER)], 1)
    cv2.fillPoly(drawn, [np.array(INNER)], 0)
    assert np.array_equal(masks[0], drawn != 0)
    expected = np.zeros((H, W), bool)
    expected[2:7, 1:5] = True
    assert np.array_equal(masks[1], expected)
    report = convert(tmp_path / "set", tmp_path / "mid.parquet")
    assert report.refused == 0
    convert(tmp_path / "mid.parquet", tmp_path / "back", to="supervisely", check=True)
    content = json.loads((tmp_path / "back" / "ds" / "ann" / "a.jpg.json").read_text())
    assert content["objects"][0] == shape
    convert(tmp_path / "set", tmp_path / "out.json")  # COCO would fill the hole: it gets runs
    first = json.loads((tmp_path / "out.json").read_text())["annotations"][0]
    assert np.array_equal(pycocotools.mask.decode(first["segmentation"]), drawn)


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ({"classTitle": "cat", "geometryType": "point", "points": ONE}, "point has"),
        ({"classTitle": "cat", "geometryType": "polygon", "points": ONE}, "3 points"),
        ({"classTitle": "cat", "bitmap": {"data": "!!", "origin": [1, 1]}}, "bitmap"),
        ({"classTitle": "cat", "bitmap": {"data": "AAAA", "origin": [1, 1]}}, "bitmap"),
        ({"classTitle": "cat", "bitmap": {"data": "AAAA"}}, "origin"),
        ({}, "classTitle"),
    ],
)  # fmt: skip
def test_bad_objects_are_set_aside_with_a_reason(bad, reason, tmp_path):
    good = {"classTitle": "cat", "geometryType": "polygon", "points": {"exterior": OUTER}}
    project(tmp_path / "set", [bad, good])
    report = convert(tmp_path / "set", tmp_path / "out.json")
    assert (report.read, report.written) == (2, 1)
    (text,) = report.reasons
    assert reason in text


def runs(mask):
    found = pycocotools.mask.encode(np.asfortranarray(mask, np.uint8))
    return {"size": found["size"], "counts": found["counts"].decode()}


def test_a_video_there_and_back(tmp_path):
    masks = np.random.default_rng(1).random((3, 4, 5)) < 0.5
    listed = {"size": [4, 5], "counts": [int(n) for n in me.encode(masks[1]).counts]}
    video = {
        "id": 7,
        "width": 5,
        "height": 4,
        "length": 3,
        "file_names": ["v/0.jpg", "v/1.jpg", "v/2.jpg"],
    }
    first = {
        "id": 31,
        "video_id": 7,
        "category_id": 2,
        "iscrowd": 0,
        "segmentations": [runs(masks[0]), None, runs(masks[2])],
        "bboxes": [[0, 0, 5, 4], None, [1, 0, 3, 4]],
        "areas": [9, None, 8],
        "occlusion": "no",
    }
    second = {
        **first,
        "id": 32,
        "segmentations": [None, listed, None],
        "bboxes": [None, [0, 0, 5, 4], None],
        "areas": [None, 7, None],
    }
    source = tmp_path / "in.json"
    source.write_text(json.dumps({"videos": [video], "categories": [{"id": 2, "name": "cat"}],
                                  "annotations": [first, second, {**first, "video_id": 9},
                                                  {**first, "areas": [1]}]}))  # fmt: skip
    assert formats.detect(source) == "youtube_vis"
    report = convert(source, tmp_path / "mid.json")
    assert (report.read, report.written) == (5, 3)
    assert any("no video 9" in reason for reason in report.reasons)
    convert(tmp_path / "mid.json", tmp_path / "back.json", to="youtube_vis", check=True)
    back = json.loads((tmp_path / "back.json").read_text())
    assert back["videos"] == [video]
    second["segmentations"][1] = runs(masks[1])
    assert back["annotations"] == [first, second]


def test_images_that_are_no_video(tmp_path):
    source = tmp_path / "in.json"
    images = [{"id": i, "height": 4 + i, "width": 5, "file_name": f"{i}.jpg"} for i in range(3)]
    rows = [{"id": i + 1, "image_id": i, "category_id": 1, "segmentation": runs(np.eye(4 + i, 5))}
            for i in range(3)]  # fmt: skip
    source.write_text(json.dumps({"images": images, "annotations": rows, "categories": []}))
    report = convert(source, tmp_path / "out.json", to="youtube_vis", check=True)
    assert report.likeness.exact == report.likeness.compared == 3
    videos = json.loads((tmp_path / "out.json").read_text())["videos"]
    assert [(video["height"], video["length"]) for video in videos] == [(4, 1), (5, 1), (6, 1)]


def test_a_slice_of_a_batch_has_the_polygons_of_its_rows(tmp_path):
    holed = {"exterior": OUTER, "interior": [INNER]}
    plain = {"exterior": INNER, "interior": []}
    shapes = [{"classTitle": "cat", "geometryType": "polygon", "points": points}
              for points in (plain, holed, plain, holed)]  # fmt: skip
    project(tmp_path / "set", shapes)
    (part,) = formats.read(tmp_path / "set")
    for records in (part.records, part.records.slice(1, 2), part.records.slice(3, 0)):
        rows = polygons_of_rows(records).to_ragged()
        wanted = [ring for parts in records.column("coords").to_pylist() for ring in parts]
        assert rows[0].ravel().tolist() == wanted
        assert len(rows[1][2]) == records.num_rows + 1
    coords, (rings, polygons, items) = polygons_of_rows(part.records.slice(1, 2)).to_ragged()
    ends = [rings.tolist(), polygons.tolist(), items.tolist()]
    assert ends == [[0, 4, 8, 12], [0, 2, 3], [0, 1, 2]]
    assert coords[8:].tolist() == INNER
