"""What becomes of all that is no mask: tables, members of their rows, tracks, names; and the order.

Covers: maskengine.convert (losses of tables), maskengine.formats (tracks, names, order of members).
Compares against: the source's JSON, and the target as json, ElementTree and Pillow read it.
Run: pytest tests/test_formats_tables.py
"""

import json
import os
import subprocess
import sys
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from PIL import Image

from maskengine import formats
from maskengine.convert import convert

SQUARE = [[1, 1, 5, 1, 5, 5, 1, 5]]
TABLES = {
    "info": {"year": 2020},
    "licenses": [{"id": 1}],
    "notes": [],  # says nothing
    "images": [
        {"id": 70, "file_name": "a.png", "height": 8, "width": 9, "license": 1},
        {"id": 71, "file_name": "b.png", "height": 8, "width": 9, "coco_url": ""},
    ],
    "categories": [
        {"id": 5, "name": "car", "supercategory": "vehicle"},
        {"id": 9, "name": "9", "keypoints": ["nose"]},
        {"id": 11, "name": "tree"},
    ],
}


def write_coco(path, annotations, **tables):
    path.write_text(json.dumps({**TABLES, "annotations": annotations, **tables}))
    return path


def annotation(id_, category=5, image=70, **others):
    return {"id": id_, "image_id": image, "category_id": category, "segmentation": SQUARE, **others}


def lost(report, what):
    return {how: count for (about, how), count in report.ledger.losses.items() if about == what}


# of two images, one with a licence; of three categories, two with names that are no numbers
ROWS = {
    "cvat": ({"lost other keys": 1}, {"ids dropped": 3, "lost other keys": 2}),
    "cvat_rest": ({"lost other keys": 1}, {"lost other keys": 2}),
    "kaggle": ({"ids dropped": 2, "lost other keys": 1},
               {"names dropped": 2, "lost other keys": 2}),
    "label_studio": ({"lost other keys": 1}, {"ids dropped": 3, "lost other keys": 2}),
    "scalabel": ({"ids dropped": 2, "lost other keys": 1},
                 {"ids dropped": 3, "lost other keys": 2}),
    "youtube_vis": ({"ids dropped": 2, "lost other keys": 1}, {}),
}  # fmt: skip


@pytest.mark.parametrize("jobs", [None, 1])
@pytest.mark.parametrize("name", formats.writable_names())
def test_tables_without_a_place_are_counted(name, jobs, tmp_path):
    source = write_coco(tmp_path / "in.json", [annotation(1), annotation(2, image=71)])
    report = convert(source, tmp_path / "out", to=name, jobs=jobs)
    if name in {"coco", "parquet", "panoptic"}:
        assert not lost(report, "other tables")
    else:
        assert lost(report, "other tables") == {"dropped": 2}  # info and licenses
        assert not report.is_lossless
    images, categories = ROWS.get(name, ({}, {}))
    assert lost(report, "images") == images
    assert lost(report, "categories") == categories


def test_ids_that_a_reader_counted_are_no_loss(tmp_path):
    source = write_coco(tmp_path / "in.json", [annotation(1)])
    convert(source, tmp_path / "mid.xml")
    report = convert(tmp_path / "mid.xml", tmp_path / "out", to="scalabel")
    assert not lost(report, "images")
    assert not lost(report, "categories")
    kaggle = convert(tmp_path / "mid.xml", tmp_path / "out.csv")
    assert lost(kaggle, "categories") == {"names dropped": 3}  # CVAT has no numbers
    again = convert(tmp_path / "out.csv", tmp_path / "back.csv")
    assert not lost(again, "categories")


def test_label_studio_has_no_place_for_sizes_of_empty_images(tmp_path):
    source = write_coco(tmp_path / "in.json", [annotation(1)])
    report = convert(source, tmp_path / "out.json", to="label_studio")
    assert lost(report, "sizes") == {"of images without annotations dropped": 1}
    again = convert(tmp_path / "out.json", tmp_path / "back.json", to="label_studio")
    assert not lost(again, "sizes")  # it was not told


def test_cvat_images_lose_tracks_and_attributes_that_are_no_text(tmp_path):
    extras = [{"track_id": 4}, {"attributes": {"n": 3}}, {"attributes": ["left"]},
              {"attributes": {"n": "3"}}, {"z_order": 2, "occluded": 1}]  # fmt: skip
    rows = [annotation(number, **extra) for number, extra in enumerate(extras, 1)]
    report = convert(write_coco(tmp_path / "in.json", rows), tmp_path / "out.xml")
    assert sum(lost(report, "attributes").values()) == 3
    shapes = ET.parse(tmp_path / "out.xml").getroot().findall("image/polygon")  # noqa: S314 - our own
    assert len(shapes) == 5
    assert not any("track_id" in shape.attrib for shape in shapes)
    told = sorted(child.text for shape in shapes for child in shape)
    assert told == ["3", "3"]


def test_tables_of_youtube_vis_are_read(tmp_path):
    told = {
        "info": {"year": 2019},
        "licenses": [{"id": 1, "name": "\u00e9"}],
        "videos": [{"id": 1, "width": 9, "height": 8, "length": 1, "file_names": ["x/0.png"]}],
        "categories": TABLES["categories"],
        "annotations": [{"id": 1, "video_id": 1, "category_id": 5, "iscrowd": 0, "areas": [16],
                         "bboxes": [[1, 1, 4, 4]], "segmentations": [SQUARE]}],
    }  # fmt: skip
    (tmp_path / "in.json").write_text(json.dumps(told))
    convert(tmp_path / "in.json", tmp_path / "out.json", to="coco")
    found = json.loads((tmp_path / "out.json").read_text())
    assert {key: found[key] for key in ("info", "licenses", "categories")} == {
        key: told[key] for key in ("info", "licenses", "categories")
    }
    report = convert(tmp_path / "in.json", tmp_path / "again.json", to="youtube_vis")
    assert lost(report, "other tables") == {"dropped": 2}


def test_youtube_vis_counts_tracks_that_get_another_id(tmp_path):
    # the objects 1 and 2 of two clips, as DAVIS numbers them; an id is of one video there
    for clip in ("x", "y"):
        place = tmp_path / "set" / "Annotations" / clip
        place.mkdir(parents=True)
        for frame in ("00", "01"):
            Image.fromarray(np.array([[0, 1], [2, 2]], np.uint8)).save(place / f"{frame}.png")
    report = convert(tmp_path / "set", tmp_path / "out.json", from_="davis", to="youtube_vis")
    ids = [row["id"] for row in json.loads((tmp_path / "out.json").read_text())["annotations"]]
    assert len(set(ids)) == 4
    assert lost(report, "tracks") == {"given another id": sum(id_ not in (1, 2) for id_ in ids)}


def test_label_maps_do_not_count_what_has_no_pixels_as_merged(tmp_path):
    outside = [[50, 50, 55, 50, 55, 55]]
    rows = [annotation(1), {**annotation(2), "segmentation": outside},
            {**annotation(3, category=9), "segmentation": outside}]  # fmt: skip
    report = convert(write_coco(tmp_path / "in.json", rows), tmp_path / "out", to="labelmap")
    with Image.open(tmp_path / "out" / "labels" / "a.png") as picture:
        assert set(np.unique(picture)) == {0, 5}
    assert (report.written, report.dropped) == (1, 2)
    assert not lost(report, "instances")


@pytest.mark.parametrize("name", ["cvat", "labelme", "supervisely", "davis"])
def test_annotations_without_a_category_are_counted_where_a_name_is_made_up(name, tmp_path):
    rows = [annotation(1), {key: v for key, v in annotation(2).items() if key != "category_id"}]
    rows[1]["segmentation"] = [[6, 1, 8, 1, 8, 6, 6, 6]]
    report = convert(write_coco(tmp_path / "in.json", rows), tmp_path / "out", to=name)
    if name == "davis":  # leaves such an annotation out
        assert report.written + report.dropped == 2
    if report.written == 2:
        assert lost(report, "annotations without a category") == {"named 'None'": 1}


@pytest.mark.parametrize("name", ["labelme", "supervisely", "youtube_vis"])
def test_members_keep_their_order_in_every_process(name, tmp_path):
    # sets of texts have another order in another process
    extra = {"description": "d", "flags": {"f": True}, "labelerLogin": "me", "createdAt": "today",
             "updatedAt": "now", "note": 1, "caption": 2, "nameless": 3}  # fmt: skip
    source = write_coco(tmp_path / "in.json", [annotation(1, **extra)])
    convert(source, tmp_path / "out", to=name)
    code = "import sys, maskengine as me; me.convert(*sys.argv[1:3], from_=sys.argv[3], to='%s')"
    found = {}
    for seed in (1, 2):
        for start, from_, to in ((source, "coco", name), (tmp_path / "out", name, "coco")):
            target = tmp_path / f"{to}{seed}"
            command = [sys.executable, "-c", code % to, start, target, from_]
            subprocess.run(command, check=True, env={**os.environ, "PYTHONHASHSEED": str(seed)})
            files = [target] if target.is_file() else sorted(target.rglob("*.*"))
            data = tuple(file.read_bytes() for file in files if file.is_file())
            found.setdefault(to, set()).add(data)
    assert {to: len(data) for to, data in found.items()} == {name: 1, "coco": 1}
