"""What an attack on limits found: frames, names and integers at their ends.

Covers: readers that draw, convert, detect, the commands, lists of integers, frPyObjects.
Compares against: Pillow, NumPy, the documented errors.
Run: pytest tests/test_attack_limits.py
"""

import json
import os
import subprocess
import sys

import numpy as np
import pyarrow as pa
import pytest
from PIL import Image, ImageDraw

import maskengine as me
from maskengine import formats
from maskengine._paths import beside
from maskengine.cli import main
from maskengine.convert import fill_batch, fill_counts
from maskengine.pycocotools import frPyObjects

HUGE = 100_000
# Pillow's rows of a disk of radius 5: 5, 7, 9, five of 11, 9, 7, 5


def labelme(folder, kind, points, height, width):
    shape = {"label": "x", "points": points, "shape_type": kind}
    content = {"imagePath": "a.png", "imageHeight": height, "imageWidth": width, "shapes": [shape]}
    file = folder / "a.json"
    file.write_text(json.dumps(content))
    return file


def only_part(file, name="labelme"):
    (part,) = fill_counts(formats.read(file, name))
    return part


@pytest.mark.parametrize(
    ("kind", "points", "area", "box"),
    [
        ("circle", [[90_000, 70_000], [90_003, 70_004]], 97, [89_995, 69_995, 11, 11]),
        ("point", [[5, 99_999]], 54, [0, 99_994, 11, 6]),
        ("rectangle", [[0, 0], [99_999, 99_999]], 10**10, [0, 0, 10**5, 10**5]),
        ("line", [[99_000, 99_000], [99_009, 99_000]], 100, [99_000, 98_996, 10, 10]),
        ("circle", [[-50, -50], [-45, -50]], 0, [0, 0, 0, 0]),
    ],
)
def test_a_shape_takes_no_memory_for_its_frame(kind, points, area, box, tmp_path):
    # a circle of six pixels took 24 GB, as pixels of the frame that the file told of
    part = only_part(labelme(tmp_path, kind, points, HUGE, HUGE))
    assert part.refused == ()
    masks = formats.masks_of(part.records)
    assert me.area(masks).tolist() == [area]
    assert me.bbox(masks).tolist() == [box]


def test_what_must_be_drawn_as_pixels_has_a_limit(tmp_path):
    part = only_part(labelme(tmp_path, "line", [[0, 0], [99_000, 99_000]], HUGE, HUGE))
    (refused,) = part.refused
    assert "pass the limit" in refused.reason
    assert "decode_pixels" in refused.reason


@pytest.mark.parametrize("side", [2**31, -5])
def test_a_side_of_an_image_is_that_of_a_mask(side, tmp_path):
    file = labelme(tmp_path, "circle", [[1, 1], [5, 5]], side, 8)
    with pytest.raises(me.BadFile, match="expected sides of an image in"):
        formats.read(file, "labelme")


@pytest.mark.parametrize("seed", range(40))
def test_shapes_have_the_pixels_of_pillow_at_any_edge(seed, tmp_path):
    rng = np.random.default_rng(seed)
    height, width = rng.integers(1, 90, 2).tolist()
    (x, y), (u, v) = points = rng.uniform(-30, 110, (2, 2)).tolist()
    radius = float(np.hypot(u - x, v - y))
    corners = [min(x, u), min(y, v), max(x, u), max(y, v)]
    paints = {
        "circle": lambda d: d.ellipse([x - radius, y - radius, x + radius, y + radius], 1, 1),
        "rectangle": lambda d: d.rectangle(corners, outline=1, fill=1),
        "line": lambda d: d.line([(x, y), (u, v)], fill=1, width=10),
    }
    for kind, paint in paints.items():
        picture = Image.new("L", (width, height))
        paint(ImageDraw.Draw(picture))
        part = only_part(labelme(tmp_path, kind, points, height, width))
        (mask,) = me.decode(formats.masks_of(part.records))
        assert np.array_equal(mask, np.asarray(picture) != 0), kind


@pytest.mark.parametrize("far", [30_000, 100_000, 10**8])
def test_a_circle_may_be_larger_than_pillow_draws(far, tmp_path):
    # through the frame goes the upper edge of a circle: there it is as good as straight
    part = only_part(labelme(tmp_path, "circle", [[10, 10 + far], [10, 10]], 20, 20))
    assert me.area(formats.masks_of(part.records)).tolist() == [200]


SQUARE = {"id": 1, "image_id": 1, "category_id": 1, "segmentation": [[1, 1, 4, 1, 4, 4, 1, 4]],
          "area": 9, "bbox": [1, 1, 3, 3], "iscrowd": 0}  # fmt: skip


def coco(path, *others):
    content = {
        "images": [{"id": 1, "file_name": "a.jpg", "height": 6, "width": 8}],
        "annotations": [SQUARE, *others],
        "categories": [{"id": 1, "name": "x"}],
    }
    path.write_text(json.dumps(content))
    return path


KILLED = """
import os, pathlib, sys
import maskengine as me
from maskengine.convert import _spool

moment, source, target, to = sys.argv[1:]
own = pathlib.Path.rename, _spool.shutil.rmtree

def rename(self, other):
    own[0](self, other)
    if str(other) == target:
        os.kill(os.getpid(), 9)

def rmtree(path, **options):
    own[1](path, **options)
    if pathlib.Path(path).name == moment:
        os.kill(os.getpid(), 9)

if moment == "named":
    pathlib.Path.rename = rename
else:
    _spool.shutil.rmtree = rmtree
me.convert(source, target, to=to, jobs=1)
"""


@pytest.mark.parametrize(
    ("moment", "to"), [("named", "yolo"), ("out", "yolo"), ("final", "coco"), ("out", "coco")]
)
def test_what_was_killed_when_the_target_was_there_ends_well(moment, to, tmp_path):
    # --resume said that the folder is not empty, and .out.maskengine stayed
    source = coco(tmp_path / "in.json", {**SQUARE, "id": 2, "image_id": 9})
    target = tmp_path / "out"
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, moment, str(source), str(target), to], check=False
    )
    assert ended.returncode == -9
    assert target.exists()
    assert (tmp_path / ".out.maskengine").exists()
    report = me.convert(source, target, to=to, resume=True)
    assert (report.read, report.converted, report.refused) == (2, 1, 1)
    left = {path.name for path in tmp_path.iterdir() if path.suffix != ".part"}
    assert left == {"in.json", "out", "out.quarantine.jsonl"}
    whole = me.convert(source, tmp_path / "whole", to=to, jobs=1)
    assert report.ledger.lines(to) == whole.ledger.lines(to)


def test_a_folder_that_is_not_as_the_journal_says_is_not_taken_for_complete(tmp_path):
    source, target = coco(tmp_path / "in.json"), tmp_path / "out"
    subprocess.run(
        [sys.executable, "-c", KILLED, "named", str(source), str(target), "yolo"], check=False
    )
    (label,) = target.rglob("a.txt")
    label.write_text("of somebody else\n")
    with pytest.raises(me.MaskError, match="is not empty"):
        me.convert(source, target, to="yolo", resume=True)
    assert label.read_text() == "of somebody else\n"


LONG = ["n" * 250, "\u00e9" * 125, "\N{GRINNING FACE}" * 62]


@pytest.mark.parametrize("jobs", [None, 1])
@pytest.mark.parametrize("name", LONG)
@pytest.mark.parametrize("to", ["coco", "yolo"])
def test_a_name_may_be_as_long_as_the_system_takes(jobs, name, to, tmp_path):
    # the target was there, and then came an error for the name of the quarantine
    source = coco(tmp_path / "in.json", {**SQUARE, "id": 2, "image_id": 9})
    target = tmp_path / (name + ".json")
    report = me.convert(source, target, to=to, jobs=jobs)
    assert report.refused == 1
    assert report.quarantine.name.endswith(".quarantine.jsonl")
    assert set(tmp_path.iterdir()) == {source, target, report.quarantine}
    assert len(formats.read(target, to).images()) == 1


def test_long_names_that_begin_alike_have_each_its_own_beside_them(tmp_path):
    names = [beside(tmp_path / ("n" * 240 + end), ".", ".part") for end in "ab"]
    assert names[0] != names[1]
    assert all(len(path.name.encode()) <= 140 for path in names)
    assert beside(tmp_path / "a.json", ".", ".part") == tmp_path / ".a.json.part"


BAD_NAMES = ["a\0.json", "a\ud800.json"]


@pytest.mark.parametrize("name", BAD_NAMES)
def test_a_path_that_the_system_cannot_encode_is_refused_by_name(name, tmp_path):
    source = coco(tmp_path / "in.json")
    frames = formats.read(source)
    calls = [
        lambda: formats.detect(name),
        lambda: formats.read(name),
        lambda: formats.write(name, frames),
        lambda: formats.read_id_png(name),
        lambda: formats.write_id_png(name, np.zeros((2, 2), np.uint8)),
        lambda: me.convert(name, tmp_path / "out.json"),
        lambda: me.convert(source, str(tmp_path / name)),
        lambda: me.convert(source, tmp_path / name, jobs=1),
    ]
    for call in calls:
        with pytest.raises(me.MaskError, match=r"a path (without NUL|that the system can)"):
            call()
    assert list(tmp_path.iterdir()) == [source]


def test_a_path_of_bytes_that_are_no_utf8_is_a_path(tmp_path):
    source = coco(tmp_path / "in.json")
    target = tmp_path / os.fsdecode(b"\xff" * 120 + b".json")
    assert me.convert(source, target).converted == 1
    assert formats.detect(target) == "coco"


VERBS = {
    "check": ["check", "BAD"],
    "compare": ["compare", "BAD", "BAD"],
    "convert": ["convert", "BAD", "out.json"],
    "convert to": ["convert", "in.json", "BAD"],
    "report": ["convert", "in.json", "out.json", "--report", "BAD"],
    "diff": ["diff", "BAD", "BAD"],
    "inspect": ["inspect", "BAD"],
    "plan": ["plan", "BAD"],
    "show": ["show", "BAD", "--output", "out.png"],
}


@pytest.mark.parametrize("name", BAD_NAMES)
@pytest.mark.parametrize("arguments", VERBS.values(), ids=VERBS)
def test_a_verb_refuses_a_name_that_is_none(arguments, name, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    coco(tmp_path / "in.json")
    assert main([name if word == "BAD" else word for word in arguments]) == 2
    said = capsys.readouterr().err
    assert "expected a path" in said
    assert "Traceback" not in said
    assert [path.name for path in tmp_path.iterdir()] == ["in.json"]


U = np.uint64
PAIR = me.encode(np.stack([np.eye(3, 4, dtype=bool), np.ones((3, 4), bool)]))


def test_unsigned_64_bits_among_other_integers_are_integers():
    # NumPy makes float64 of a list that has both, which was refused
    assert me.Masks([2, 4], [0, U(2)], [(U(2), 3)]).sizes.tolist() == [[2, 3]]
    assert me.flood(np.zeros((3, 4), np.uint8), (U(1), 1)).area == 12
    assert me.resize(PAIR, (U(6), np.int64(8))).sizes.tolist() == [[6, 8], [6, 8]]
    assert me.resize(PAIR, [(U(6), 8), (3, 4)]).sizes.tolist() == [[6, 8], [3, 4]]
    assert me.area(me.crop(PAIR, [(U(0), 0, 2, U(2)), (1, U(1), 2, 2)])).tolist() == [2, 1]
    assert me.area(me.union(PAIR, groups=[U(0), 1])).tolist() == [3, 12]
    assert (me.compose(PAIR, labels=[U(7), 5], z=[U(1), 0])[0] == [7, 5, 5, 5]).all()
    maps = [np.array([[0, 1]]), np.array([[0, 0]])]
    assert me.assign(maps, [(0, 0), (1, 0)], [U(5), 6]).tolist() == [[5, 6]]
    assert me.area(PAIR[[U(1), 0]]).tolist() == [12, 3]
    assert me.area(PAIR[[U(1), -1]]).tolist() == [12, 12]
    boxes = me.Polygons.from_boxes([[0, 0, 2, 2], [0, 0, 1, 1]])
    drawn = me.rasterize(boxes, (3, 3), out="labels", labels=[U(3), 9], z=[U(2), 1])
    assert drawn.tolist() == [[3, 3, 0], [3, 3, 0], [0, 0, 0]]
    ring = [1.0, 1.0, 4.0, 1.0, 4.0, 3.0, 1.0, 3.0]
    columns = [pa.array([[ring]]), pa.array([5], pa.uint64()), pa.array([6], pa.int64())]
    batch = pa.RecordBatch.from_arrays(columns, ["segmentation", "height", "width"])
    assert fill_batch(batch).column("pixel_area").to_pylist() == [6]


@pytest.mark.parametrize("key", [[U(0), 0.5], [U(0), 1.0], [0.0, U(1)], [U(2**63), -1]])
def test_what_is_no_list_of_integers_is_still_none(key):
    with pytest.raises(IndexError, match=r"expected integers|out of range"):
        PAIR[key]


@pytest.mark.parametrize("side", ["5", b"5", None])
def test_a_side_of_the_drop_in_is_a_number_though_it_is_not_used(side):
    # pycocotools raises a TypeError
    one = {"size": [2, 2], "counts": [1, 3]}
    for call in (lambda: frPyObjects([one], side, 2), lambda: frPyObjects(one, 2, side)):
        with pytest.raises(me.MaskError, match="expected an integer") as caught:
            call()
        assert isinstance(caught.value, TypeError)
    assert frPyObjects(one, 2, 2)["counts"] == b"13"


@pytest.mark.parametrize("to", ["labelme", "scalabel", "youtube_vis"])
@pytest.mark.parametrize("jobs", [None, 1])
def test_an_image_without_a_size_is_refused_before_it_is_written_as_null(to, jobs, tmp_path):
    # the reader of the same format refused the file, or that image of it
    source = tmp_path / "in.json"
    image = {"id": 1, "file_name": "a.jpg"}
    source.write_text(json.dumps({"images": [image], "annotations": [], "categories": []}))
    with pytest.raises(me.BadFile, match="image 1 has no height and width"):
        me.convert(source, tmp_path / "out", to=to, jobs=jobs)
    assert not (tmp_path / "out").exists()


def test_a_box_without_a_mask_is_not_counted_as_written_in_a_video(tmp_path):
    box = {"id": 2, "image_id": 1, "category_id": 1, "bbox": [0, 0, 2, 2], "area": 4}
    source = coco(tmp_path / "in.json", box)
    report = me.convert(source, tmp_path / "out.json", to="youtube_vis")
    assert (report.read, report.written, report.dropped, report.refused) == (2, 1, 1, 0)
    assert not report.is_lossless
    (one,) = json.loads((tmp_path / "out.json").read_text())["annotations"]
    assert one["bboxes"] == [[1, 1, 3, 3]]
