"""labelme's shapes have the pixels that Pillow draws; groups are one annotation.

Covers: maskengine.formats.labelme.
Run: pytest tests/test_formats_labelme.py
"""

import base64
import io
import json

import numpy as np
import pytest
from PIL import Image, ImageDraw

import maskengine as me
from maskengine import formats
from maskengine.convert import convert, fill_counts

H, W = 60, 80


def write(folder, shapes, name="a.json", **members):
    folder.mkdir(exist_ok=True)
    content = {"version": "5.0.0", "flags": {}, "shapes": shapes, "imagePath": "a.jpg",
               "imageData": None, "imageHeight": H, "imageWidth": W, **members}  # fmt: skip
    (folder / name).write_text(json.dumps(content))


def shape(kind, points, label="x", **members):
    return {
        "label": label,
        "points": points,
        "shape_type": kind,
        "group_id": None,
        "flags": {},
        **members,
    }


def masks_in(folder):
    (part,) = fill_counts(formats.read(folder, "labelme"))
    assert part.refused == ()
    return me.decode(formats.masks_of(part.records)), part.records


def drawn(paint):
    image = Image.new("L", (W, H))
    paint(ImageDraw.Draw(image))
    return np.asarray(image) != 0


POLYGON = [[10.5, 5.25], [50.75, 8.5], [40.2, 41.9], [12.0, 30.0]]


@pytest.mark.parametrize(
    ("kind", "points", "paint"),
    [
        ("polygon", POLYGON, lambda d: d.polygon([tuple(p) for p in POLYGON], outline=1, fill=1)),
        ("rectangle", [[30.5, 20.0], [10.25, 5.75]],
         lambda d: d.rectangle([10.25, 5.75, 30.5, 20.0], outline=1, fill=1)),
        ("circle", [[30, 30], [33, 34]], lambda d: d.ellipse([25, 25, 35, 35], outline=1, fill=1)),
        ("line", [[5, 5], [40.5, 30]], lambda d: d.line([(5, 5), (40.5, 30)], fill=1, width=10)),
        ("linestrip", [[5, 5], [40, 30], [60, 10]],
         lambda d: d.line([(5, 5), (40, 30), (60, 10)], fill=1, width=10)),
        ("point", [[20, 20]], lambda d: d.ellipse([15, 15, 25, 25], outline=1, fill=1)),
        ("oriented_rectangle", [[10, 10], [30, 12], [29, 22], [9, 20]],
         lambda d: d.polygon([(10, 10), (30, 12), (29, 22), (9, 20)], outline=1, fill=1)),
    ],
)  # fmt: skip
def test_shapes_are_drawn_as_pillow_draws_them(kind, points, paint, tmp_path):
    write(tmp_path / "set", [shape(kind, points)])
    (mask,), _ = masks_in(tmp_path / "set")
    assert np.array_equal(mask, drawn(paint))


def test_a_mask_is_a_picture_at_its_first_point(tmp_path):
    crop = np.array([[0, 1, 1], [1, 0, 1]], np.uint8)
    file = io.BytesIO()
    Image.fromarray(crop * 255).convert("1").save(file, "PNG")
    text = base64.b64encode(file.getvalue()).decode()
    write(tmp_path / "set", [shape("mask", [[7, 4], [9, 5]], mask=text)])
    (mask,), _ = masks_in(tmp_path / "set")
    expected = np.zeros((H, W), bool)
    expected[4:6, 7:10] = crop != 0
    assert np.array_equal(mask, expected)


def test_a_group_is_one_annotation(tmp_path):
    left, right = [[0, 0], [9, 0], [9, 9]], [[40, 40], [59, 40], [59, 49]]
    write(tmp_path / "set", [
        shape("polygon", left, group_id=3), shape("polygon", left, "y", group_id=3),
        shape("polygon", right, group_id=3, description="far"),
        shape("rectangle", right[:2], "y", group_id=3),
        shape("polygon", right),
    ])  # fmt: skip
    masks, records = masks_in(tmp_path / "set")
    one, other = (
        drawn(lambda d, p=p: d.polygon([tuple(q) for q in p], 1, 1)) for p in (left, right)
    )
    line = drawn(lambda d: d.rectangle([40, 40, 59, 40], outline=1, fill=1))
    assert [m.tolist() for m in masks] == [m.tolist() for m in (one | other, one | line, other)]
    assert records.column("category_id").to_pylist() == [1, 2, 1]


def test_what_labelme_knows_survives(tmp_path):
    write(tmp_path / "set", [shape("polygon", POLYGON, "cat", description="d", flags={"hard": True},
                                   group_id=7, reviewer="me")])  # fmt: skip
    convert(tmp_path / "set", tmp_path / "a.json")
    convert(tmp_path / "a.json", tmp_path / "back", to="labelme")
    content = json.loads((tmp_path / "back" / "a.json").read_text())
    (found,) = content["shapes"]
    assert (found["label"], found["description"], found["flags"]) == ("cat", "d", {"hard": True})
    assert (found["group_id"], found["reviewer"]) == (7, "me")
    assert (content["imagePath"], content["imageHeight"], content["imageWidth"]) == ("a.jpg", H, W)
    again = drawn(lambda d: d.polygon([tuple(p) for p in found["points"]], outline=1, fill=1))
    assert np.array_equal(again, masks_in(tmp_path / "set")[0][0])


def test_polygons_of_labelme_are_carried_over_as_they_are(tmp_path):
    write(tmp_path / "set", [shape("polygon", POLYGON, "cat")])
    convert(tmp_path / "set", tmp_path / "a.parquet")
    convert(tmp_path / "a.parquet", tmp_path / "back", to="labelme")
    (found,) = json.loads((tmp_path / "back" / "a.json").read_text())["shapes"]
    assert found["points"] == POLYGON


def test_a_hole_needs_a_mask_shape(tmp_path):
    ring = np.ones((6, 7), np.uint8)
    ring[2:4, 2:5] = 0
    runs = me.encode(ring).to_coco()[0]
    source = tmp_path / "in.json"
    source.write_text(json.dumps({
        "images": [{"id": 1, "height": 6, "width": 7, "file_name": "a.jpg"}],
        "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "segmentation": runs}],
        "categories": [{"id": 1, "name": "ring"}],
    }))  # fmt: skip
    convert(source, tmp_path / "out", to="labelme", check=True)
    (found,) = json.loads((tmp_path / "out" / "a.json").read_text())["shapes"]
    assert found["shape_type"] == "mask"
    assert found["points"] == [[0, 0], [6, 5]]
    picture = Image.open(io.BytesIO(base64.b64decode(found["mask"])))
    assert np.array_equal(np.asarray(picture) != 0, ring != 0)


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (shape("polygon", [[0, 0], [1, 1]]), "polygon of 2 points"),
        (shape("polygon", [[0, 0], [1e30, 1], [3, 3]]), "beyond"),
        (shape("rectangle", [[0, 0]]), "rectangle of 1 points"),
        (shape("spiral", [[0, 0]]), "'spiral' is not known"),
        (shape("mask", [[0, 0]], mask="***"), "mask"),
        (shape("mask", [[0, 0]], mask=base64.b64encode(b"\x89PNG").decode()), "PNG"),
        (shape("mask", [], mask=""), "without points"),
        ({"label": 3, "points": []}, "label"),
        ("text", "object"),
    ],
)  # fmt: skip
def test_bad_shapes_are_set_aside_with_a_reason(bad, reason, tmp_path):
    write(tmp_path / "set", [bad, shape("polygon", POLYGON)])
    report = convert(tmp_path / "set", tmp_path / "out.json")
    assert (report.read, report.written, report.refused) == (2, 1, 1)
    (text,) = report.reasons
    assert reason in text
    line = json.loads((tmp_path / "out.json.quarantine.jsonl").read_text())
    assert json.loads(line["raw"]) == bad


def test_files_without_a_size(tmp_path):
    write(tmp_path / "set", [], imageHeight=None)
    with pytest.raises(me.BadFile, match="imageHeight"):
        formats.read(tmp_path / "set", "labelme")


def test_the_file_of_one_image_alone(tmp_path):
    write(tmp_path, [shape("polygon", [[1, 1], [9, 1], [9, 6]])], name="one.json")
    write(tmp_path, [shape("polygon", [[2, 2], [9, 1], [9, 6]])], name="other.json")
    assert formats.detect(tmp_path / "one.json") == "labelme"
    alone = convert(tmp_path / "one.json", tmp_path / "one.parquet")
    (image,) = formats.read(tmp_path / "one.parquet").images()
    assert (alone.read, image.file_name) == (1, "one.jpg")
    assert convert(tmp_path, tmp_path / "both.parquet", from_="labelme").read == 2
