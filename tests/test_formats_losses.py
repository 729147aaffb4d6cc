"""What a format cannot hold is said with the right numbers: counted in the source and the files.

Covers: maskengine.formats (losses), maskengine.convert.Report.
Compares against: counts of the source's JSON, and Pillow's reading of what was written.
Run: pytest tests/test_formats_losses.py
"""

import json
from collections import Counter

import numpy as np
import pytest
from PIL import Image

from maskengine import formats
from maskengine.convert import convert

N = 300  # objects of one class in the first image, a pixel each
SIDE = 20


def square(mask):
    flat = mask.T.reshape(-1)
    ends = np.flatnonzero(np.diff(flat)) + 1
    counts = np.diff(np.concatenate([[0], ends, [flat.size]])).tolist()
    return {"size": [SIDE, SIDE], "counts": [0, *counts] if flat[0] else counts}


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """300 objects of a pixel with a note; a crowd of class 300 and an object that overlap by 20."""
    rows = []
    for k in range(N):
        mask = np.zeros((SIDE, SIDE), bool)
        mask[k // SIDE, k % SIDE] = True
        rows.append({"id": 10 + k, "image_id": 1, "category_id": 3, "iscrowd": 0, "area": 1.0,
                     "bbox": [k % SIDE, k // SIDE, 1, 1], "score": 0.5, "note": "x",
                     "segmentation": square(mask)})  # fmt: skip
    for id_, category, left in ((9999, 300, 0), (9998, 3, 1)):
        mask = np.zeros((SIDE, SIDE), bool)
        mask[:, left : left + 2] = True
        rows.append({"id": id_, "image_id": 2, "category_id": category, "area": 40.0,
                     "iscrowd": int(category == 300), "bbox": [left, 0, 2, SIDE], "score": 0.5,
                     "segmentation": square(mask)})  # fmt: skip
    images = [{"id": n, "file_name": f"{n}.png", "height": SIDE, "width": SIDE} for n in (1, 2)]
    categories = [{"id": 3, "name": "a"}, {"id": 300, "name": "b"}]
    path = tmp_path_factory.mktemp("losses") / "in.json"
    path.write_text(json.dumps({"images": images, "annotations": rows, "categories": categories}))
    return path


def rows_of(source):
    return json.loads(source.read_text())["annotations"]


@pytest.mark.parametrize("name", formats.writable_names())
def test_members_that_have_no_place(name, source, tmp_path):
    module = formats.by_name(name)
    target = tmp_path / ("out" + (module.EXTENSIONS or ("",))[0])
    report = convert(source, target, to=name)
    rows, losses = rows_of(source), report.ledger.losses
    assert report.read == report.written + report.dropped == len(rows)
    per_member = Counter()
    for (what, _), count in losses.items():
        per_member[what] += count
    for member, what, key in (
        ("id", "ids", "id"),
        ("score", "scores", "score"),
        ("area", "areas", "area"),
        ("box", "boxes", "bbox"),
    ):
        if member not in module.HOLDS:
            assert per_member[what] == sum(key in row for row in rows)
    if "crowd" not in module.HOLDS:
        assert per_member["iscrowd"] == sum(row["iscrowd"] for row in rows)
    if "extra" not in module.HOLDS:
        assert per_member["attributes"] == sum("note" in row for row in rows)
    told = report.to_dict()["losses"]
    assert {(row["what"], row["how"]): row["count"] for row in told} == dict(losses)
    assert report.is_lossless == (not losses)
    assert len(report.ledger.lines(name)) <= 20


PICTURES = {
    "bdd": ("bitmasks", "RGBA", lambda p: p[..., 2].astype(int) * 256 + p[..., 3]),
    "cityscapes": ("gtFine/**/*_instanceIds.png", None, lambda p: p),
    "davis": ("Annotations", None, lambda p: p),
    "kitti": ("instance", None, lambda p: p),
    "two_channel": ("panoptic_2ch", "RGB", lambda p: p[..., 0].astype(int) * 256 + p[..., 1]),
    "voc": ("SegmentationObject", None, lambda p: p),
}


def objects_in(folder, name):
    """Count the values but 0 of the maps, as Pillow reads them."""
    place, mode, values = PICTURES[name]
    files = folder.glob(place) if "*" in place else (folder / place).rglob("*.png")
    total, pixels = 0, 0
    for file in sorted(files):
        with Image.open(file) as picture:
            assert mode is None or picture.mode == mode
            found = values(np.asarray(picture))
        total += len(np.unique(found[found != 0]))
        pixels += np.count_nonzero(found)
    return total, pixels


@pytest.mark.parametrize(
    ("name", "what", "dropped"),
    [
        ("bdd", "categories but 1 to 255", 1),
        ("cityscapes", "classes but its own, and ids above 64", 1),
        ("davis", "more than 254 objects in a frame", N - 254),
        ("kitti", "more than 255 objects of a class", N - 255),
        ("two_channel", "more than 255 objects of a class", N - 255),
        ("voc", "more than 254 objects in an image", N - 254),
    ],
)
def test_objects_beyond_the_limits_are_counted_once(name, what, dropped, source, tmp_path):
    report = convert(source, tmp_path / "out", to=name)
    losses = report.ledger.losses
    assert sum(count for (about, _), count in losses.items() if about == what) == dropped
    written, pixels = objects_in(tmp_path / "out", name)
    assert report.refused == 0
    assert written == report.written == len(rows_of(source)) - report.dropped
    assert report.likeness.absent == report.dropped
    overlap = sum(count for (about, _), count in losses.items() if about == "overlaps")
    # 300 pixels, and 60 of two that overlap by 20; those of what is dropped are not there
    areas = {"voc": 254, "davis": 254, "kitti": 255, "two_channel": 255}
    second = 60 if name in {"voc", "davis"} else 40
    assert pixels == areas.get(name, N) + second
    assert overlap == (20 if name in {"voc", "davis"} else 0)


def test_label_maps_merge_objects_of_a_class(source, tmp_path):
    report = convert(source, tmp_path / "out", to="labelmap")
    pairs = {(row["image_id"], row["category_id"]) for row in rows_of(source)}
    merged = report.ledger.losses["instances", "annotations merged with others"]
    assert merged == len(rows_of(source)) - len(pairs)
    assert report.ledger.losses["overlaps", "pixels overwritten by later annotations"] == SIDE


@pytest.mark.parametrize("jobs", [None, 1])
@pytest.mark.parametrize("target", ["voc", "davis", "panoptic", "bdd", "kitti", "two_channel"])
def test_what_later_annotations_cover_whole_is_not_counted_as_written(target, jobs, tmp_path):
    box, empty = np.zeros((SIDE, SIDE), bool), np.zeros((SIDE, SIDE), bool)
    box[2:6, 2:6] = True
    annotations = [
        {"id": i, "image_id": 1, "category_id": 3, "iscrowd": 0, "segmentation": square(mask)}
        for i, mask in enumerate([box, box, empty])  # the second covers the first
    ]
    annotations[2]["segmentation"]["counts"] = [SIDE * SIDE]
    (tmp_path / "in.json").write_text(json.dumps({
        "images": [{"id": 1, "height": SIDE, "width": SIDE, "file_name": "a.png"}],
        "categories": [{"id": 3, "name": "c", "isthing": 1}], "annotations": annotations,
    }))  # fmt: skip
    report = convert(tmp_path / "in.json", tmp_path / "out", to=target, jobs=jobs)
    assert (report.read, report.written, report.dropped, report.refused) == (3, 1, 2, 0)
    losses = report.ledger.losses
    assert losses["overlaps", "annotations dropped"] == 1
    assert losses["overlaps", "pixels overwritten by later annotations"] == 16
    assert losses["annotations without pixels or category", "annotations dropped"] == 1
    read = formats.read(tmp_path / "out")
    assert sum(part.records.num_rows for part in read) == report.written
