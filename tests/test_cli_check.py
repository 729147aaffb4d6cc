"""`maskengine check`, as a user runs it.

Covers: maskengine.cli.check; row F16 and the report of a data set.
Run: pytest tests/test_cli_check.py
"""

import json
from importlib import resources
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from maskengine import formats
from maskengine.cli import main

DATA = Path(__file__).parent / "data"
SAMPLE = DATA / "panopticapi" / "panoptic_examples.json"
LVIS = Path(str(resources.files("maskengine") / "data" / "lvis_val_20.json"))
CATEGORIES = [{"id": 1, "name": "car", "isthing": 1}, {"id": 7, "name": "road", "isthing": 0}]


@pytest.fixture
def check(capsys):
    """Give a call that runs the command and gives its exit code and lines."""

    def run(*arguments):
        code = main(["check", *map(str, arguments)])
        out, err = capsys.readouterr()
        lines = out.splitlines()
        assert "--json" in arguments or all(len(line) <= 80 for line in lines)
        return code, lines, err

    return run


def report(check, *arguments):
    code, lines, _ = check(*arguments, "--json")
    found = json.loads("\n".join(lines))
    return code, {one["rule"]: one for one in found["findings"]}, found


def panoptic(folder, label_map, segments, **tables):
    image = formats.PanopticImage(5, "5.png", np.array(label_map), segments)
    formats.write_panoptic(folder / "set.json", [image], CATEGORIES, tables=tables)
    return folder / "set.json"


def test_f16_the_sample_of_panopticapi(check):
    code, lines, _ = check(SAMPLE, "--min-region", 0)
    assert code == 0
    assert "COCO panoptic, 2 images, 50 segments" in " ".join(line.strip() for line in lines)
    assert "  coverage 98.03 %: 9901 of 503680 pixels are void" in lines
    assert lines[-1] == "  nothing to complain of"
    code, lines, _ = check(SAMPLE, "--max-void", 0)
    assert code == 3
    text = "\n".join(lines)
    assert "2  P2: more pixels are void than allowed" in text
    assert "image 142238: 2712 pixels are void, 0.9924% of the map" in text
    assert "image 439180: 7189 pixels are void, 3.1202% of the map" in text
    assert lines[-1] == "  2 errors, 25 warnings"
    assert check(SAMPLE, "--max-void", 0, "--partial")[0] == 0
    assert check(SAMPLE, "--strict")[0] == 3


def test_f16_broken_panoptic_names_its_rules(check, tmp_path):
    segments = [
        {"id": 5, "category_id": 1, "area": 99},
        {"id": 6, "category_id": 7},
        {"id": 8, "category_id": 7},
    ]
    path = panoptic(
        tmp_path, [[5, 6, 8, 9]], segments,
        images=[{"id": 5, "width": 4, "height": 2}, {"id": 77, "width": 4, "height": 2}],
    )  # fmt: skip
    code, found, whole = report(check, path, "--min-region", 0)
    assert code == 3
    assert {rule: one["count"] for rule, one in found.items()} == {
        "P3": 1, "P6": 1, "P7": 1, "P11": 1, "images without": 1,
    }  # fmt: skip
    assert found["P6"]["examples"] == ["image 5: segment 5: area 99, counted 1"]
    assert found["images without"]["severity"] == "warning"
    assert (whole["kind"], whole["images"], whole["segments"]) == ("COCO panoptic", 1, 3)
    assert whole["coverage"] == {"pixels": 4, "void": 0, "ratio": 1.0}
    assert (whole["errors"], whole["warnings"]) == (4, 1)


def test_a_png_that_is_missing_or_damaged_is_a_finding(check, tmp_path):
    path = panoptic(tmp_path, [[5]], [{"id": 5, "category_id": 1}])
    (tmp_path / "set" / "5.png").write_bytes(b"no picture")
    code, found, _ = report(check, path)
    assert (code, found["file"]["count"]) == (3, 1)
    (tmp_path / "set" / "5.png").unlink()
    code, found, _ = report(check, path)
    assert (code, found["file"]["count"]) == (3, 1)
    (tmp_path / "elsewhere").mkdir()
    Image.new("RGB", (1, 1), (5, 0, 0)).save(tmp_path / "elsewhere" / "5.png")
    assert report(check, path, "--masks", tmp_path / "elsewhere", "--min-region", 0)[0] == 0


def test_polygons_and_small_regions(check, tmp_path):
    rings = {
        1: [[2, 2, 12, 2, 12, 12, 2, 12]],
        2: [[2, 2, 12, 12, 12, 2, 2, 12]],  # crosses itself
        3: [[2, 2, 5, 2, 5, 5, 2, 5], [4, 4, 9, 4, 9, 9, 4, 9]],  # rings cross
        4: [[2, 2, 4, 2, 4, 4, 2, 4]],  # 4 pixels
    }
    annotations = [
        {"id": i, "image_id": 1, "category_id": 1, "iscrowd": 0, "segmentation": ring}
        for i, ring in rings.items()
    ]
    runs = {"size": [20, 30], "counts": [0, 2, 598]}
    annotations.append(
        {"id": 5, "image_id": 1, "category_id": 1, "iscrowd": 1, "segmentation": runs}
    )
    document = {
        "images": [{"id": 1, "width": 30, "height": 20}],
        "annotations": annotations,
        "categories": [{"id": 1, "name": "car"}],
    }
    path = tmp_path / "a.json"
    path.write_text(json.dumps(document))
    code, found, whole = report(check, path, "--min-region", 5)
    assert code == 3
    assert found["crossing"]["examples"] == ["id 2 of image 1: ring 0 at (7, 7)"]
    assert found["crossing"]["severity"] == "error"
    assert (found["rings cross"]["severity"], found["rings cross"]["count"]) == ("warning", 1)
    assert found["small regions"]["examples"] == ["id 4 of image 1: 4 pixels at (2, 2)"]
    assert (whole["images"], whole["annotations"]) == (1, 5)
    document["annotations"] = annotations[2:4]
    path.write_text(json.dumps(document))
    assert check(path)[0] == 0  # warnings alone
    assert check(path, "--strict")[0] == 3


def test_f23_vertex_density(check, tmp_path):
    turn = np.arange(8) * np.pi / 4
    octagon = np.stack([150 + 100 * np.cos(turn), 150 + 100 * np.sin(turn)], axis=1)
    rings = [[10, 10, 210, 10, 210, 210, 10, 210], octagon.ravel().tolist()]
    document = {
        "images": [{"id": 1, "width": 300, "height": 300}],
        "annotations": [
            {"id": i, "image_id": 1, "category_id": 1, "iscrowd": 0, "segmentation": [ring]}
            for i, ring in enumerate(rings, 1)
        ],
        "categories": [{"id": 1, "name": "car"}],
    }
    path = tmp_path / "a.json"
    path.write_text(json.dumps(document))
    assert "vertex density" not in report(check, path)[1]
    code, found, _ = report(check, path, "--min-density", 2)
    one = found["vertex density"]
    assert (code, one["severity"], one["count"]) == (0, "warning", 1)
    # the square is straight; an edge of the octagon is 2 r sin(22.5 deg) = 76.5, not 100 / 2
    assert one["examples"] == [
        "id 2 of image 1: an edge of 76.5 px after vertex 0, at most 50.0",
    ]
    assert check(path, "--min-density", 2, "--strict")[0] == 3
    assert check(path, "--min-density", 1.2)[0] == 0
    assert "vertex density" not in report(check, path, "--min-density", 1.2)[1]


def test_what_inspect_finds_is_an_error(check, tmp_path):
    document = {
        "images": [{"id": 1, "width": 30, "height": 20}],
        "annotations": [
            {"id": 1, "image_id": 9, "category_id": 1, "segmentation": [[1, 1, 5, 1, 5, 5]]},
            {"id": 2, "image_id": 1, "category_id": 4, "segmentation": [[1, 1, 8, 1, 8, 8]]},
        ],
        "categories": [{"id": 1, "name": "car"}],
    }
    (tmp_path / "a.json").write_text(json.dumps(document))
    code, found, _ = report(check, tmp_path / "a.json")
    assert code == 3
    assert set(found) == {"image is not in 'images'", "category is not in 'categories'"}


def test_a_sound_file_of_polygons(check):
    code, lines, _ = check(LVIS, "--min-region", 0)
    assert code == 0
    assert lines[-1] == "  nothing to complain of"


def test_cityscapes(check, tmp_path):
    classes = np.full((20, 20), 7)
    classes[:10, :10] = 26
    formats.write_cityscapes(tmp_path, "town_0_1_gtFine", classes, (classes == 26).astype(int))
    code, lines, _ = check(tmp_path)
    assert (code, lines[-1]) == (0, "  nothing to complain of")
    formats.write_cityscapes(tmp_path, "town_0_2_gtFine", classes * (classes == 26))
    Image.fromarray(classes.astype(np.uint8)).save(tmp_path / "town_0_2_gtFine_labelIds.png")
    code, found, whole = report(check, tmp_path)
    assert code == 3
    assert found["classes"]["examples"] == ["town_0_2_gtFine: 300 pixels"]
    assert found["P2"]["count"] == 1
    assert whole["coverage"]["void"] == 300


def test_a_folder_of_class_maps(check, tmp_path):
    classes = np.ones((20, 20), np.uint8)
    classes[3:5, 3:9] = 255
    classes[9, 9] = 4
    (tmp_path / "sub").mkdir()
    palette = Image.fromarray(classes).convert("P")
    palette.putpalette([index for index in range(256) for _ in range(3)])
    palette.save(tmp_path / "sub" / "a.png")
    code, found, whole = report(check, tmp_path, "--void", 255, "--max-void", 0.01)
    assert code == 3
    assert found["coverage"]["examples"] == ["sub/a.png: 12 pixels in 1 holes"]
    assert found["small regions"]["examples"] == ["sub/a.png: label 4, 1 pixels at (x, y) = (9, 9)"]
    assert whole["coverage"]["ratio"] == 0.97
    Image.new("RGB", (4, 4)).save(tmp_path / "photo.png")
    (tmp_path / "b.png").write_bytes(b"no picture")
    code, found, _ = report(check, tmp_path, "--void", 255)
    assert (code, sorted(found)) == (3, ["colours", "file", "small regions"])


def test_the_report_is_written_whole_beside_the_text(check, tmp_path):
    code, lines, _ = check(SAMPLE, "-o", tmp_path / "report.json")
    assert code == 0
    assert lines[-1] == "  0 errors, 25 warnings"
    found = json.loads((tmp_path / "report.json").read_bytes())
    assert found["warnings"] == 25
    assert found["findings"][0]["rule"] == "P12"


@pytest.mark.parametrize(
    "arguments",
    [
        ["nothing.json"],
        ["empty"],
        ["empty.json"],
        ["text.json"],
        [LVIS, "--masks", "empty"],
        [SAMPLE, "--max-void", "2"],
        [SAMPLE, "--min-region", "-1"],
        [SAMPLE, "-o", "no/such/folder.json"],
    ],
)
def test_what_cannot_be_used_is_code_2(arguments, check, tmp_path, monkeypatch):
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty.json").write_bytes(b"")
    (tmp_path / "text.json").write_text('{"segments_info": 5}')
    monkeypatch.chdir(tmp_path)
    code, lines, err = check(*arguments)
    assert code == 2
    assert lines == []
    assert err.startswith("maskengine: ")
    assert len(err.splitlines()) == 1
