"""The commands `plan` and `diff`, as a user runs them.

Covers: maskengine.cli.plan, maskengine.cli.diff. Run: pytest tests/test_cli_plan.py
"""

import csv
import json
import os
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from PIL import Image

import maskengine as me
from maskengine.cli import main
from maskengine.cli._label_maps import read_label_map
from maskengine.quality import apply_patch

PACKAGE = Path(me.__file__).parent.parent


def save(folder, name, label_map):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(label_map).save(path)


@pytest.fixture
def folder(tmp_path):
    rng = np.random.default_rng(0)
    for i in range(40):
        one = np.kron(rng.integers(1, 5, (4, 5), np.uint8), np.ones((6, 6), np.uint8))
        if i == 13:
            one[3, 4] = 9
        save(tmp_path / "maps", f"{'deep/' if i % 2 else ''}{i:03}.png", one)
    return tmp_path


def run(folder, *arguments):
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE), "COLUMNS": "80"}
    command = [sys.executable, "-m", "maskengine", *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env=environment, cwd=folder
    )


def test_plan_of_a_folder(folder):
    done = run(folder, "plan", "maps", "-o", "plan.csv", "--statistics", "stats.parquet")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert all(len(line) <= 80 for line in done.stdout.splitlines())
    for line in (
        "frames 40, classes 5, pairs of neighbours",
        "in all                           40        14.0",
        "correcting pre-labels in 0.3 to 0.5 of the time: 4.2 to 7.0 h",
        "deep/013.png, alone has a class",
        "written to plan.csv",
    ):
        assert line in done.stdout
    rows = list(csv.DictReader((folder / "plan.csv").read_text(encoding="utf-8").splitlines()))
    assert len(rows) == 40
    assert rows[0]["frame"] == "deep/013.png"
    assert [sum(row["tier"] == t for row in rows) for t in ("full", "usual", "light")] == [
        4,
        12,
        24,
    ]
    assert sum(float(row["minutes"]) for row in rows) == 14 * 60
    again = run(folder, "plan", "stats.parquet", "-o", "again.csv")
    assert (folder / "again.csv").read_bytes() == (folder / "plan.csv").read_bytes()
    assert again.stdout == done.stdout.replace("plan.csv", "again.csv")


def test_plan_formats_and_options(folder):
    options = ("--tier", "full=45:2h", "--tier", "light=5", "--budget", "4", "--floor", "2",
               "--control", "0.5", "--duplicates", "2", "--void", "1", "--seed", "3")  # fmt: skip
    done = run(folder, "plan", "maps", "-o", "plan.json", *options)
    assert done.returncode == 3, done.stderr  # class 9 is in one frame
    assert "class 9: 2 frames wanted in the first tier, got 1" in done.stdout
    assert "in no tier: 8" in done.stdout  # 2 of 45 minutes, and 30 of 5
    document = json.loads((folder / "plan.json").read_text())
    assert [one["frames"] for one in document["tiers"]] == [2, 30]
    assert sum(one["hours"] for one in document["tiers"]) <= 4
    assert len(document["frames"]) == 40
    assert run(folder, "plan", "maps", "-o", "plan.parquet", *options).returncode == 3
    assert pq.read_table(folder / "plan.parquet").to_pylist() == document["frames"]
    assert sorted(p.name for p in folder.iterdir()) == ["maps", "plan.json", "plan.parquet"]


def test_diff_of_files_writes_a_patch(folder):
    before = np.asarray(Image.open(folder / "maps" / "000.png"))
    after = before.copy()
    after[0:3, 0:4] = 7
    save(folder, "after.png", after)
    done = run(folder, "diff", "maps/000.png", "after.png", "-o", "one.patch")
    assert done.returncode == 0, done.stderr
    assert "pixels      720, changed 12 (1.667%)" in done.stdout
    assert f"12  {before[0, 0]} -> 7" in done.stdout
    assert np.array_equal(apply_patch(before, (folder / "one.patch").read_bytes()), after)


def test_diff_of_folders(folder):
    for path in sorted((folder / "maps").rglob("*.png")):
        one = np.asarray(Image.open(path)).copy()
        if path.stem in {"004", "007"}:
            one[6:12, 6:12] = 8  # a field of the board
        save(folder / "after", path.relative_to(folder / "maps").as_posix(), one)
    done = run(folder, "diff", "maps", "after")
    assert done.returncode == 0, done.stderr
    assert all(len(line) <= 80 for line in done.stdout.splitlines())
    for line in ("label maps  40, changed 2", "changed 72", "5.000%  004.png", "deep/007.png"):
        assert line in done.stdout
    same = run(folder, "diff", "maps", "maps")
    assert "label maps  40, changed 0" in same.stdout
    assert "transitions" not in same.stdout


def test_palettes_and_16_bits_are_read(tmp_path):
    one = np.array([[1, 1, 300]], np.uint16)
    save(tmp_path / "maps", "wide.png", one)
    with_palette = Image.fromarray(one.astype(np.uint8), "L").convert("P")
    with_palette.putpalette(list(range(256)) * 3)
    with_palette.save(tmp_path / "maps" / "palette.png")
    done = run(tmp_path, "plan", "maps", "--tier", "all=30", "-o", "plan.csv")
    assert done.returncode == 0, done.stderr
    assert "frames 2, classes 3" in done.stdout


def chunk(kind, data):
    checked = kind + data
    return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))


def test_grey_values_of_few_bits_are_read_as_they_are(tmp_path):
    for depth, packed, wanted in ((1, 0b01100000, [0, 1, 1]), (2, 0b00011011, [0, 1, 2]),
                                  (4, 0x0D, [0, 13])):  # fmt: skip
        rows = bytes([0, packed, 0x20])[: 1 + -(-depth * len(wanted) // 8)]
        head = struct.pack(">IIBBBBB", len(wanted), 1, depth, 0, 0, 0, 0)
        body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
        (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + body)
        assert read_label_map(tmp_path / "a.png").tolist() == [wanted]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["plan", "missing"], "missing"),
        (["plan", "empty"], "no PNG files"),
        (["plan", "colour"], "expected one channel"),
        (["plan", "cut"], "a.png"),
        (["plan", "text"], "a.png"),
        (["plan", "text/a.png"], "file"),
        (["plan", "maps", "-o", "plan.txt"], "expected a name that ends in"),
        (["plan", "maps", "-o", "no/plan.csv"], "does not exist"),
        (["plan", "maps", "--tier", "full"], "tier"),
        (["plan", "maps", "--tier", "full=6.0.0"], "tier"),
        (["plan", "maps", "--tier", "a=5:60%", "--tier", "b=5:60%"], "shares"),
        (["plan", "maps", "--control", "2"], "control"),
        (["diff", "maps", "colour"], "has no file 000.png"),
        (["diff", "maps", "maps", "-o", "a.patch"], "output"),
        (["diff", "maps/000.png", "text/a.png"], "a.png"),
        (["diff", "maps/000.png", "small.png"], "000.png: expected the shape"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_bad_usage_is_one_line_and_code_2(folder, arguments, message, monkeypatch, capsys):
    (folder / "empty").mkdir()
    save(folder / "colour", "a.png", np.zeros((2, 3, 3), np.uint8))
    save(folder, "small.png", np.zeros((2, 3), np.uint8))
    for name, text in (("text", b"nonsense"), ("cut", None)):
        (folder / name).mkdir()
        whole = (folder / "maps" / "000.png").read_bytes()
        (folder / name / "a.png").write_bytes(whole[:60] if text is None else text)
    before = sorted(folder.rglob("*"))
    monkeypatch.chdir(folder)
    assert main(arguments) == 2
    out, error = capsys.readouterr()
    assert error.startswith("maskengine: ")
    assert error.count("\n") == 1
    assert message in error
    assert out == ""
    assert sorted(folder.rglob("*")) == before


def coco_of(folder, names, *, labels=(1, 2, 3, 4, 9)):
    """Write the maps of a folder as a COCO file, each label of a map one object."""
    images, annotations = [], []
    for k, name in enumerate(names, 1):
        one = np.asarray(Image.open(folder / name))
        images.append({"id": k, "file_name": name, "height": 24, "width": 30})
        for label in np.unique(one).tolist():
            counts = me.encode(one == label).to_coco()[0]["counts"]
            annotations.append(
                {"id": len(annotations) + 1, "image_id": k, "category_id": label, "iscrowd": 0,
                 "area": 1, "bbox": [0, 0, 1, 1],
                 "segmentation": {"size": [24, 30], "counts": counts}}
            )  # fmt: skip
    categories = [{"id": label, "name": f"class {label}"} for label in labels]
    return {"images": images, "annotations": annotations, "categories": categories}


def test_plan_of_annotations_is_that_of_their_maps(folder):
    names = sorted(p.relative_to(folder / "maps").as_posix() for p in folder.rglob("*.png"))
    (folder / "pre.json").write_text(json.dumps(coco_of(folder / "maps", names)))
    for source, target in (("maps", "a.csv"), ("pre.json", "b.csv")):
        done = run(folder, "plan", source, "-o", target, "--floor", "3")
        assert done.returncode == 3, done.stderr  # one frame alone has label 9
        named = "class class 9" if source == "pre.json" else "class 9"
        assert f"  {named}: 3 frames wanted in the first tier, got 1" in done.stdout
    plans = [
        list(csv.DictReader((folder / name).read_text().splitlines()))
        for name in ("a.csv", "b.csv")
    ]
    assert len(plans[0]) == 40
    assert sorted(plans[0], key=str) == sorted(plans[1], key=str)


def test_plan_of_a_store_and_its_statistics(folder):
    names = sorted(p.relative_to(folder / "maps").as_posix() for p in folder.rglob("*.png"))
    (folder / "pre.json").write_text(json.dumps(coco_of(folder / "maps", names)))
    assert run(folder, "convert", "pre.json", "pre.parquet").returncode == 0
    first = run(folder, "plan", "pre.parquet", "--statistics", "stats.parquet")
    again = run(folder, "plan", "stats.parquet")
    assert (first.returncode, again.returncode) == (0, 0), first.stderr + again.stderr
    assert first.stdout == again.stdout
    refused = run(folder, "plan", "pre.json", "--void", "1")
    assert refused.returncode == 2
    assert "void: expected none of it for annotations" in refused.stderr


def test_plan_says_how_many_annotations_have_no_mask(folder):
    square = [[1, 1, 5, 1, 5, 5, 1, 5]]
    told = {
        "images": [{"id": 1, "file_name": "a.png", "height": 10, "width": 12}],
        "categories": [{"id": 1, "name": "x"}],
        "annotations": [
            {"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 1, 4, 4]},  # a box alone
            {"id": 2, "image_id": 1, "category_id": 1, "segmentation": square},
            {"id": 3, "image_id": 9, "category_id": 1, "segmentation": square},  # of no image
        ],
    }
    (folder / "boxes.json").write_text(json.dumps(told))
    done = run(folder, "plan", "boxes.json")
    assert "annotations without a mask, left out: 2" in done.stdout
    told["annotations"] = told["annotations"][1:2]
    (folder / "boxes.json").write_text(json.dumps(told))
    assert "left out" not in run(folder, "plan", "boxes.json").stdout
