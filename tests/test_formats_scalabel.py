"""Scalabel's JSON and BDD100K's bitmasks: curves, run lengths, flags in the bits of a colour.

Covers: maskengine.formats.scalabel, maskengine.formats.bdd.
Run: pytest tests/test_formats_scalabel.py
"""

import json
import shutil
from pathlib import Path

import numpy as np
import pycocotools.mask
import pytest
from PIL import Image

import maskengine as me
from maskengine import formats
from maskengine.convert import convert, fill_counts

DATA = Path(__file__).parent / "data" / "bdd100k"


def masks_in(path, name=None):
    ((image, records),) = formats.by_image(fill_counts(formats.read(path, name)))
    extras = [json.loads(text or "{}") for text in records.column("extra").to_pylist()]
    return image, me.decode(formats.masks_of(records)), records, extras


def test_run_lengths_of_a_real_frame_are_its_class_map():
    source = DATA / "test-rle.json"
    assert formats.detect(source) == "scalabel"
    image, masks, _, _ = masks_in(source)
    picture = np.asarray(Image.open(DATA / "test-mask.png"))
    assert (image.height, image.width) == picture.shape == (720, 1280)
    told = json.loads(source.read_text())["frames"][0]["labels"]
    assert len(masks) == len(told) == 11
    for mask, label in zip(masks, told, strict=True):
        assert np.array_equal(mask, pycocotools.mask.decode(label["rle"]) != 0)
        assert len(np.unique(picture[mask])) == 1


def test_polygons_and_the_bitmask_drawn_from_them_agree(tmp_path):
    source = DATA / "example_annotation.json"
    assert formats.detect(source) == "scalabel"
    _, masks, _, _ = masks_in(source)
    (tmp_path / "set" / "bitmasks").mkdir(parents=True)
    shutil.copy(DATA / "example_bitmask.png", tmp_path / "set" / "bitmasks")
    assert formats.detect(tmp_path / "set") == "bdd"
    _, bits, records, extras = masks_in(tmp_path / "set")
    picture = np.asarray(Image.open(DATA / "example_bitmask.png")).astype(int)
    objects = picture[..., 2] * 256 + picture[..., 3]
    assert [extra["object"] for extra in extras] == [1, 2, 3, 4]
    assert np.array_equal(bits, [objects == n for n in (1, 2, 3, 4)])
    assert records.column("category_id").to_pylist() == [3, 3, 3, 3]
    (told,) = json.loads(source.read_text())
    assert {label["category"] for label in told["labels"]} == {"car"}
    assert formats.read(tmp_path / "set").categories()[3] == "car"
    occluded = [bool((picture[objects == n][:, 1] & 4).any()) for n in (1, 2, 3, 4)]
    assert [extra.get("occluded", False) for extra in extras] == occluded
    # matplotlib drew the file from the polygons: a rule of its own, so they agree but for edges
    for bit, mask in zip(bits, masks, strict=True):
        assert (bit & mask).sum() / (bit | mask).sum() > 0.9


def test_bitmasks_come_back_byte_for_byte(tmp_path):
    (tmp_path / "a" / "bitmasks").mkdir(parents=True)
    shutil.copy(DATA / "example_bitmask.png", tmp_path / "a" / "bitmasks" / "x.png")
    convert(tmp_path / "a", tmp_path / "mid.json")
    back = convert(tmp_path / "mid.json", tmp_path / "b", to="bdd")
    assert back.likeness.exact == back.likeness.compared == 4
    picture = Image.open(tmp_path / "b" / "bitmasks" / "x.png")
    assert picture.mode == "RGBA"
    assert np.array_equal(np.asarray(picture), np.asarray(Image.open(DATA / "example_bitmask.png")))


def label(**members):
    return {"id": "7", "category": "car", **members}


def write(path, labels, **members):
    frame = {"name": "a.jpg", "size": {"width": 40, "height": 30}, "labels": labels, **members}
    path.write_text(json.dumps([frame]))


def test_curves_become_polylines(tmp_path):
    # four arcs with control points at 0.5523 of the radius are a circle to 0.03 %
    r, k = 10, 5.523
    right = [[30, 15], [30, 15 + k], [20 + k, 25], [20, 25], [20 - k, 25], [10, 15 + k]]
    vertices = [*right, *([40 - x, 30 - y] for x, y in right)]
    for shift in range(12):
        turned = vertices[shift:] + vertices[:shift]
        types = ("LCC" * 8)[shift : shift + 12]
        write(tmp_path / "a", [label(poly2d=[{"vertices": turned, "types": types}])])
        _, (mask,), _, _ = masks_in(tmp_path / "a", "scalabel")
        y, x = np.mgrid[:30, :40] + 0.5
        distance = np.hypot(x - 20, y - 15)
        assert mask[distance < r - 0.1].all()
        assert not mask[distance > r + 0.1].any()


def test_labels_survive_the_way_there_and_back(tmp_path):
    polygon = {"vertices": [[1, 1], [20.5, 1], [20.5, 20]], "types": "LLL", "closed": True}
    rle = pycocotools.mask.encode(np.asfortranarray(np.eye(30, 40, dtype=np.uint8)))
    labels = [
        label(poly2d=[polygon, polygon], attributes={"crowd": True, "occluded": True}, score=0.5),
        label(rle={"counts": rle["counts"].decode(), "size": [30, 40]}, manualShape=True),
        label(box2d={"x1": 1, "y1": 2, "x2": 5, "y2": 9}),
    ]
    write(tmp_path / "a", labels, videoName="v", timestamp=3)
    convert(tmp_path / "a", tmp_path / "mid.parquet", from_="scalabel")
    convert(tmp_path / "mid.parquet", tmp_path / "b", to="scalabel", check=True)
    (frame,) = json.loads((tmp_path / "b").read_text())["frames"]
    assert (frame["videoName"], frame["timestamp"]) == ("v", 3)
    assert frame["labels"] == labels


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (label(poly2d=[{"vertices": [[1, 1], [2, 2]], "types": "LL"}]), "polygon of 2 points"),
        (label(poly2d=[{"vertices": [[1, 1], [2, 2], [3, 1]], "types": "LCL"}]), "control points"),
        (label(poly2d=[{"vertices": [[1, 1], [2, 2], [3, 1]], "types": "LL"}]), "types 'LL'"),
        (label(rle={"counts": "!!", "size": [30, 40]}), "character 0"),
        (label(box2d={"x1": 1}), "y1"),
        (label(category=4), "category"),
        ("x", "object"),
    ],
)
def test_bad_labels_are_set_aside_with_a_reason(bad, reason, tmp_path):
    write(tmp_path / "a", [bad, label(box2d={"x1": 1, "y1": 2, "x2": 5, "y2": 9})])
    report = convert(tmp_path / "a", tmp_path / "out.json", from_="scalabel")
    assert (report.read, report.written) == (2, 1)
    (text,) = report.reasons
    assert reason in text
