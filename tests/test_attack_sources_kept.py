"""What an attack on file formats found: lines read as regions, members and pixels lost in silence.

Covers: maskengine.formats.geojson, .scalabel, .voc, .yolo.
Compares against: literals.
Run: pytest tests/test_attack_sources_kept.py
"""

import json

import numpy as np
import pytest
from PIL import Image

import maskengine as me
from maskengine import formats
from maskengine.errors import BadFile
from test_attack_sources import as_coco, placed, put, reasons

# Scalabel, GeoJSON


def scalabel(*labels, **members):
    size = {"width": 40, "height": 30}
    return [{"name": "a.png", "size": size, "labels": list(labels), **members}]


LANE = {"vertices": [[1, 1], [20, 1], [20, 20]], "types": "LLL", "closed": False}


def test_scalabel_refuses_lines(tmp_path):
    closed = {"category": "car", "id": "1", "poly2d": [{**LANE, "closed": True}]}
    lane = {"category": "lane", "id": "2", "poly2d": [LANE]}
    source = put(tmp_path / "in.json", scalabel(closed, lane))
    assert reasons(source) == ["labels: expected closed polygons, got a line ('closed': false)"]
    found, _ = as_coco(source, tmp_path / "out.json")
    assert placed(found) == [("a.png", "car")]


def test_scalabel_keeps_boxes_and_what_frames_say(tmp_path):
    label = {"category": "car", "id": "1", "poly2d": [{**LANE, "closed": True}],
             "box2d": {"x1": 1, "y1": 2, "x2": 20, "y2": 19}}  # fmt: skip
    source = put(tmp_path / "in.json", scalabel(label, attributes={"weather": "rainy"}))
    found, _ = as_coco(source, tmp_path / "out.json")
    assert found["annotations"][0]["bbox"] == [1, 2, 20, 18]
    assert found["images"][0]["attributes"] == {"weather": "rainy"}
    report = me.convert(tmp_path / "out.json", tmp_path / "back.json", to="scalabel")
    frame = json.loads((tmp_path / "back.json").read_text())["frames"][0]
    assert frame["attributes"] == {"weather": "rainy"}
    assert frame["labels"][0]["box2d"] == label["box2d"]
    assert ("boxes", "boxes of the source dropped") not in report.ledger.losses
    # what cannot hold it says so
    losses = me.convert(source, tmp_path / "yolo", to="yolo").ledger.losses
    assert losses["boxes", "boxes of the source dropped"] == 1


@pytest.mark.parametrize(("properties", "category"), [
    ({"class": "tumor"}, "tumor"),
    ({"class": "tumor", "name": "cell"}, "cell"),
    ({"class": "tumor", "classification": {"name": "stroma"}}, "stroma"),
    ({"feature_id": "mine"}, "object"),
])  # fmt: skip
def test_geojson_keeps_properties(properties, category, tmp_path):
    geometry = {"type": "Polygon", "coordinates": [[[1, 1], [9, 1], [9, 9], [1, 1]]]}
    feature = {"type": "Feature", "id": "own", "geometry": geometry, "properties": properties}
    source = put(tmp_path / "in.geojson", {"type": "FeatureCollection", "features": [feature]})
    found, _ = as_coco(source, tmp_path / "out.json")
    assert placed(found) == [("in.png", category)]
    key = "feature.id" if "feature_id" in properties else "feature_id"
    kept = {name: found["annotations"][0][name] for name in (*properties, key)}
    assert kept == {**properties, key: "own"}


# YOLO, VOC


def yolo(folder, line, more=""):
    put(folder / "labels" / "a.txt", line)
    put(folder / "data.yaml", f"names: [cat]\n{more}")
    (folder / "images").mkdir()
    Image.new("L", (40, 30)).save(folder / "images" / "a.png")
    return folder


def test_yolo_refuses_key_points(tmp_path):
    folder = yolo(tmp_path / "in", "0 0.5 0.5 0.2 0.2 0.1 0.1 0.3 0.3 0.4 0.4", "kpt_shape: [3, 2]")
    with pytest.raises(BadFile, match=r"expected polygons, got key points .*data\.yaml"):
        formats.read(folder)


@pytest.mark.parametrize("number", ["0.5_0", "\uff10.5"])
def test_yolo_refuses_what_is_no_number(number, tmp_path):
    line = f"0 {number} 0.1 0.9 0.1 0.9 0.9"
    (found,) = reasons(yolo(tmp_path / "in", f"{line}\n0 0.1 0.1 0.9 0.1 0.9 0.9\n"))
    assert found == f"expected numbers in plain digits, got {line!r}"


def test_voc_tells_colours_that_it_does_not_know(tmp_path):
    picture = np.zeros((3, 4, 3), np.uint8)
    picture[0, :2] = 10, 20, 30
    picture[1, :3] = 1, 2, 3  # not in the label map
    picture[2, 0] = 224, 224, 192  # VOC's void
    folder = tmp_path / "in"
    put(folder / "labelmap.txt", "background:0,0,0::\ncat:10,20,30::\n")
    (folder / "SegmentationClass").mkdir()
    Image.fromarray(picture).save(folder / "SegmentationClass" / "a.png")
    assert reasons(folder) == [
        "expected colours of the label map, got 3 pixels of others, such as 1,2,3"
    ]
    found, _ = as_coco(folder, tmp_path / "out.json")
    assert [a["segmentation"]["counts"] for a in found["annotations"]]
    assert placed(found) == [("a.png", "cat")]
