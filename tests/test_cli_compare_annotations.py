"""`maskengine compare` of annotation files: objects, and the label maps that they make.

Covers: maskengine.cli.compare, _annotation_files, _compare_objects. All figures are by hand.
Run: pytest tests/test_cli_compare_annotations.py
"""

import json
import re
from pathlib import Path

import pytest

from maskengine.cli import main

CATEGORIES = [{"id": 4, "name": "car"}, {"id": 9, "name": "person"}, {"id": 2, "name": "<sign>"}]
OTHER_IDS = [{"id": 1, "name": "person"}, {"id": 2, "name": "car"}, {"id": 3, "name": "<sign>"}]


def box(left, top, width, height):
    right, bottom = left + width, top + height
    return [[left, top, right, top, right, bottom, left, bottom]]


def coco(path, objects, *, categories=CATEGORIES, images=(1, 2), name="{}.jpg", size=(60, 80)):
    """Write a COCO file of objects (image, name of the category, left, top, width, height)."""
    ids = {one["name"]: one["id"] for one in categories}
    document = {
        "images": [
            {"id": k, "file_name": name.format(k), "height": size[0], "width": size[1]}
            for k in images
        ],
        "categories": categories,
        "annotations": [
            {"id": k, "image_id": image, "category_id": ids[kind], "iscrowd": 0,
             "segmentation": box(*sides), "bbox": list(sides), "area": sides[2] * sides[3]}
            for k, (image, kind, *sides) in enumerate(objects, 1)
        ],
    }  # fmt: skip
    Path(path).write_text(json.dumps(document))
    return document


# On image 1 Ben's car is half as wide, his person a car; on image 2 he has no sign.
ANNA = [(1, "car", 10, 10, 20, 10), (1, "person", 40, 10, 10, 20), (2, "<sign>", 5, 5, 10, 10)]
BEN = [(1, "car", 40, 10, 10, 20), (1, "car", 10, 10, 15, 10)]


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    coco("anna.json", ANNA)
    coco("ben.json", BEN, categories=OTHER_IDS)
    return ["anna.json", "ben.json"]


def compare(capsys, *arguments):
    code = main(["compare", *map(str, arguments)])
    out, error = capsys.readouterr()
    return code, out, error


def test_objects_are_matched_by_name_first(files, capsys):
    code, out, error = compare(capsys, *files, "--json", "out.json")
    assert (code, error) == (0, "")
    assert all(len(line) <= 80 for line in out.splitlines())
    assert out.isascii()
    found = json.loads(Path("out.json").read_text())
    (pair,) = found["objects"]["by_pair"]
    assert pair["annotators"] == ["anna", "ben"]
    assert (pair["objects"], pair["matched"], pair["two_names"]) == ([3, 2], 2, 1)
    assert pair["f1"] == pytest.approx(4 / 5)
    assert pair["mean_iou"] == pytest.approx((150 / 200 + 1) / 3)
    names = {row["id"]: row["name"] for row in found["labels"]}
    by_label = {names.get(row["id"]): row for row in found["objects"]["by_label"]}
    assert by_label["car"]["objects"] == 3
    assert by_label["car"]["f1"] == pytest.approx(2 / 3)
    assert by_label["person"]["f1"] == 0
    assert [row["objects"] for row in found["objects"]["two_names"]] == [1]
    odd = found["objects"]["odd"]
    assert [(row["kind"], row["area"], row["frame"], row["bbox"]) for row in odd] == [
        ("name", 200, "1.jpg", [40, 10, 10, 20]),
        ("missing", 100, "2.jpg", [5, 5, 10, 10]),
    ]
    assert odd[0]["labels"] == ["person", "car"]
    assert odd[1] == {**odd[1], "labels": ["<sign>"], "annotators": ["anna", "ben"]}
    assert re.search(r"anna +ben +3 +2 +2 +1 +0\.800 +0\.583\n", out)
    assert re.search(r"missing +100 px +<sign> +anna, not ben +2.jpg\n", out)
    assert re.search(r"name +200 px +person / car +1.jpg\n", out)


def test_maps_of_the_annotations_are_compared_as_well(files, capsys):
    _, out, _ = compare(capsys, *files, "--json", "out.json")
    assert out.startswith("2 annotators, 2 frames, 9,600 pixels, 4 labels\n")
    found = json.loads(Path("out.json").read_text())
    labels = [row["name"] for row in found["labels"]]
    assert labels == ["(nothing)", "car", "person", "<sign>"]
    iou = [matrix[0][1] for matrix in found["agreement"]["iou_by_label"]]
    assert iou[1:] == pytest.approx([150 / 400, 0, 0])
    kinds = {row["kind"]: row["area"] for row in found["disagreement"]["worst"]}
    assert kinds == {"missing": 100, "class": 200, "extent": 50}


def test_report_has_a_section_of_objects(files, capsys):
    assert compare(capsys, *files, "--html", "out.html")[0] == 0
    text = Path("out.html").read_text()
    assert "<h2>Objects</h2>" in text
    assert "&lt;sign&gt;" in text
    assert "<sign>" not in text
    assert "Objects with two names" in text
    assert text.count("data:image/png;base64,") == 3 * 2


def test_crowds_are_painted_but_are_no_objects(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for name in ("a.json", "b.json"):
        document = coco(name, ANNA)
        document["annotations"][0]["iscrowd"] = int(name == "b.json")
        Path(name).write_text(json.dumps(document))
    compare(capsys, "a.json", "b.json", "--json", "out.json")
    found = json.loads(Path("out.json").read_text())
    assert found["objects"]["by_pair"][0]["objects"] == [3, 2]
    assert found["agreement"]["pair_iou"] == 1


def test_three_annotators_and_files_of_two_formats(files, tmp_path, capsys):
    assert main(["convert", "anna.json", "carl", "--to", "labelme"]) == 4  # it holds no ids
    capsys.readouterr()
    code, out, _ = compare(capsys, *files, "carl", "--json", "out.json")
    assert code == 0
    pairs = json.loads(Path("out.json").read_text())["objects"]["by_pair"]
    assert [pair["annotators"] for pair in pairs] == [
        ["anna", "ben"], ["anna", "carl"], ["ben", "carl"]
    ]  # fmt: skip
    assert pairs[1]["mean_iou"] == 1
    assert pairs[0]["f1"] == pairs[2]["f1"]
    assert "against the others" in out


def test_images_go_together_by_name_then_stem_then_id(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    coco("a.json", ANNA, name="train/{}.jpg")
    coco("b.json", [(7, *one[1:]) for one in ANNA if one[0] == 1], images=(7,), name="1.png")
    code, out, _ = compare(capsys, "a.json", "b.json")
    assert code == 3  # image 2 is not of b
    assert "    2: not of b" in out
    assert re.search(r" a +b +2 +2 +2 +0 +1\.000 +1\.000\n", out)
    rows = [{"image_id": one[0], "category_id": 4, "score": 1.0, "segmentation":
             {"size": [60, 80], "counts": [60 * 10 + 10, 20, 60 * 80 - 60 * 10 - 30]}}
            for one in ANNA if one[0] == 1]  # fmt: skip
    Path("results.json").write_text(json.dumps(rows))
    code, out, _ = compare(capsys, "a.json", "results.json")
    assert code == 3
    assert "    2: not of results" in out


def test_what_has_no_mask_is_counted(files, capsys):
    document = json.loads(Path("ben.json").read_text())
    document["annotations"].append(
        {"id": 99, "image_id": 1, "category_id": 1, "bbox": [1, 2, 3, 4], "iscrowd": 0, "area": 12}
    )
    Path("ben.json").write_text(json.dumps(document))
    code, out, _ = compare(capsys, *files)
    assert code == 3
    assert "ben: 1 annotation without a mask" in out


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"size": (60, 81)}, r"maps: 1.jpg is 80 x 60 in anna, 81 x 60 in b"),
        ({"images": (1, 2, 3), "name": "x{}.jpg", "size": (60, 80)}, None),  # by id
        ({"name": "{}.jpg", "images": (8, 9)}, r"maps: no image is in all files"),
    ],
)
def test_files_that_do_not_go_together(files, capsys, change, error):
    offset = change.get("images", (1,))[0] - 1
    coco("b.json", [(one[0] + offset, *one[1:]) for one in ANNA], **change)
    code, _, text = compare(capsys, "anna.json", "b.json")
    if error is None:
        assert code == 3
    else:
        assert code == 2
        assert re.search(error, text)


def test_maps_and_annotations_do_not_mix(files, tmp_path, capsys):
    (tmp_path / "maps").mkdir()
    code, _, text = compare(capsys, "anna.json", "maps")
    assert code == 2
    assert "expected label maps alone, or annotations alone: maps is of label maps" in text
    code, _, text = compare(capsys, *files, "--min-iou", "0")
    assert code == 2
    assert "expected a number in (0, 1], got 0" in text
