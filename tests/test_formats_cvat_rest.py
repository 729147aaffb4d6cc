"""CVAT's REST points: run lengths of crops whose last pixel is told, polygons, groups, ellipses.

Covers: maskengine.formats.cvat_rest.
Run: pytest tests/test_formats_cvat_rest.py
"""

import json
from pathlib import Path

import numpy as np
import pycocotools.mask
import pytest

import maskengine as me
from maskengine import formats
from maskengine.convert import convert, fill_counts

DATA = Path(__file__).parent / "data"
H, W = 600, 800
FRAMES = [{"name": "a.png", "width": W, "height": H}, {"name": "b.png", "width": W, "height": H}]
LABELS = [{"id": 30, "name": "cat"}]


def shape(kind, points, **members):
    base = {"type": kind, "points": points, "frame": 0, "label_id": 30, "group": 0, "id": 1,
            "occluded": False, "outside": False, "z_order": 0, "rotation": 0.0,
            "source": "manual", "attributes": []}  # fmt: skip
    return {**base, **members}


def save(path, shapes, **members):
    base = {"version": 0, "tags": [], "shapes": shapes, "tracks": [], "frames": FRAMES,
            "labels": LABELS}  # fmt: skip
    path.write_text(json.dumps({**base, **members}))
    return path


def masks_in(path):
    (part,) = fill_counts(formats.read(path))
    return me.decode(formats.masks_of(part.records)), part


def painted(points):
    """Fill a crop row by row, by the definition."""
    *rle, left, top, right, bottom = (int(value) for value in points)
    flat = np.repeat(np.arange(len(rle)) % 2 == 1, rle)
    out = np.zeros((H, W), bool)
    crop = flat.reshape(bottom - top + 1, right - left + 1)
    out[top : bottom + 1, left : right + 1] = crop
    return out


def test_real_brush_masks_there_and_back(tmp_path):
    real = json.loads((DATA / "cvat" / "brush_masks.json").read_text())
    shapes = [shape("mask", points, id=n) for n, points in enumerate(real.values(), 5)]
    source = save(tmp_path / "in.json", shapes)
    assert formats.detect(source) == "cvat_rest"
    masks, _ = masks_in(source)
    truth = [painted(points) for points in real.values()]
    assert len(truth) == 3
    assert np.array_equal(masks, truth)
    convert(source, tmp_path / "a.xml")
    convert(tmp_path / "a.xml", tmp_path / "b.parquet")
    report = convert(tmp_path / "b.parquet", tmp_path / "c.json", to="cvat_rest")
    assert report.written == 3
    assert np.array_equal(masks_in(tmp_path / "c.json")[0], truth)
    written = json.loads((tmp_path / "c.json").read_text())
    for row, points in zip(written["shapes"], real.values(), strict=True):
        assert np.array_equal(painted(row["points"]), painted(points))


def test_polygons_groups_boxes_and_ellipses(tmp_path):
    ring = [10.0, 10.0, 50.5, 10.0, 50.5, 40.0]
    other = [100.0, 10.0, 150.0, 10.0, 150.0, 60.0]
    source = save(tmp_path / "in.json", [
        shape("polygon", ring, group=4), shape("polygon", other, group=4, id=2),
        shape("rectangle", [1, 2, 11, 22], frame=1, id=3),
        shape("ellipse", [300, 200, 340, 190], id=4,
              attributes=[{"spec_id": 7, "value": "red"}]),
    ])  # fmt: skip
    (part,) = fill_counts(formats.read(source))
    assert part.records.column("kind").to_pylist() == ["polygon", "none", "polygon"]
    masks = me.decode(formats.masks_of(part.records))
    both = pycocotools.mask.merge(pycocotools.mask.frPyObjects([ring, other], H, W))
    assert np.array_equal(masks[0], pycocotools.mask.decode(both))
    y, x = np.mgrid[:H, :W] + 0.5
    inside = ((x - 300) / 40) ** 2 + ((y - 200) / 10) ** 2 <= 1
    assert np.count_nonzero(inside != masks[1]) < 0.1 * inside.sum()
    box = [part.records.column(f"bbox_{side}")[1].as_py() for side in "xywh"]
    assert box == [1, 2, 10, 20]
    convert(source, tmp_path / "b.json", to="cvat_rest")
    assert np.array_equal(masks_in(tmp_path / "b.json")[0], masks)
    back = json.loads((tmp_path / "b.json").read_text())
    assert [row["group"] for row in back["shapes"][:2]] == [4, 4]
    assert [row["id"] for row in back["shapes"]] == [1, 1, 4, 3]
    assert back["shapes"][2]["attributes"] == [{"spec_id": 7, "value": "red"}]


def test_sizes_and_names_beside_the_file(tmp_path):
    points = [0, 4, 5, 5, 6, 6]
    source = save(tmp_path / "annotations.json", [shape("mask", points)], frames=[], labels=[])
    report = convert(source, tmp_path / "a.coco.json", on_error="skip")
    assert dict(report.reasons) == {"shapes: frame 0 is not in 'frames'": 1}
    (tmp_path / "meta.json").write_text(json.dumps({"frames": FRAMES}))
    (tmp_path / "labels.json").write_text(json.dumps({"count": 1, "results": LABELS}))
    masks, _ = masks_in(source)
    assert np.array_equal(masks, [painted(points)])
    assert formats.read(source).categories() == {30: "cat"}


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (shape("mask", [0, 3, 5, 5, 6, 6]), "fill 3 of 4"),
        (shape("mask", [0.5, 3.5, 5, 5, 6, 6]), "no integer"),
        (shape("mask", [1, 1, 5, 5, 4, 6]), "crop of 2 x 0"),
        (shape("polygon", [1, 2, 3, 4]), "no pixels"),
        (shape("polygon", [1, 2, 3, 4, 5, 1e300]), "too far"),
        (shape("rectangle", [1, 2, 3, 4], rotation=30), "turned"),
        (shape("points", [1, 2]), "no pixels"),
        (shape("mask", [0, 4, 5, 5, 6, 6], frame=2), "frame 2"),
        (shape("mask", [0, 4, 5, 5, 6, 6], label_id=2**63), "label_id"),
        ({"type": "mask"}, "frame"),
    ],
)
def test_bad_shapes_are_set_aside_with_a_reason(bad, reason, tmp_path):
    good = shape("mask", [0, 4, 5, 5, 6, 6])
    source = save(tmp_path / "in.json", [bad, good], tracks=[{"shapes": []}])
    report = convert(source, tmp_path / "out.coco.json", on_error="skip")
    assert (report.read, report.written, report.refused) == (3, 1, 2)
    assert any(reason in text for text in report.reasons)
    assert "tracks are read from CVAT's XML" in report.reasons


def test_a_file_without_shapes_of_its_own_is_no_empty_one(tmp_path):
    inside = json.loads(
        save(tmp_path / "a.json", [shape("polygon", [1, 1, 5, 1, 5, 5])]).read_text()
    )
    bundle = tmp_path / "jobs.json"
    bundle.write_text(json.dumps({"job": {"27": inside}}))
    with pytest.raises(me.BadFile, match="shapes"):
        convert(bundle, tmp_path / "out.json", from_="cvat_rest")
    assert not (tmp_path / "out.json").exists()
