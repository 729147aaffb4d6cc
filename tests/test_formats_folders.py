"""Datasets that are folders: YOLO and label maps hold the pixels of real masks, or it is said.

Covers: maskengine.formats.yolo, maskengine.formats.labelmap, maskengine.convert.
Run: pytest tests/test_formats_folders.py
"""

import json
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

import maskengine as me
from maskengine import formats
from maskengine.convert import convert, fill_counts
from maskengine.convert._seams import join_rings
from maskengine.formats import _folder, _map_folder, by_image

DATA = Path(__file__).parent / "data"
LVIS = DATA / "lvis-api" / "lvis_val_100.json"
PANOPTIC = DATA / "panopticapi" / "panoptic_coco_detection_format.json"


def dense_masks(path):
    """Give the dense masks of a file by image id, in file order."""
    frames = fill_counts(formats.read(path))
    return {image.id: me.decode(formats.masks_of(records)) for image, records in by_image(frames)}


def ultralytics_masks(file, height, width):
    """Draw the lines of a label file as Ultralytics does: truncated vertices, cv2.fillPoly."""
    out = []
    for line in file.read_text().splitlines():
        ring = np.array(line.split()[1:], np.float32).reshape(-1, 2) * np.float32([width, height])
        drawn = np.zeros((height, width), np.uint8)
        cv2.fillPoly(drawn, [ring.astype(np.int32)], 1)
        out.append(drawn)
    return out


def test_yolo_files_decode_to_the_masks_of_lvis(tmp_path):
    report = convert(LVIS, tmp_path / "yolo", to="yolo")
    joined = report.ledger.losses["parts", "masks whose parts were joined by a line"]
    assert report.read == report.written == report.likeness.compared == 977
    assert report.likeness.exact == 977 - joined
    truth = dense_masks(LVIS)
    n_parts = wrong = 0
    for image in formats.read(LVIS).images():
        stem = Path(formats.image_name(image)).stem
        (file,) = (tmp_path / "yolo" / "labels").rglob(f"{stem}.txt")
        drawn = ultralytics_masks(file, image.height, image.width)
        for mask, got in zip(truth[image.id], drawn, strict=True):
            parts = cv2.connectedComponents(mask.astype(np.uint8), connectivity=8)[0] - 1
            n_parts += parts > 1
            wrong += parts == 1 and not np.array_equal(mask, got != 0)
    assert wrong == 0
    assert n_parts == joined


@st.composite
def one_component(draw):
    """Draw a mask whose foreground is one component, holes included."""
    height, width = draw(st.integers(1, 12)), draw(st.integers(1, 12))
    bits = draw(st.lists(st.booleans(), min_size=height * width, max_size=height * width))
    mask = np.array(bits, np.uint8).reshape(height, width)
    _, labels = cv2.connectedComponents(mask, connectivity=8)
    return (labels == 1).astype(np.uint8)


@given(one_component())
def test_a_ring_with_seams_fills_to_the_mask(mask):
    joined, chained = join_rings(me.polygonize(mask, vertices="centres"), parts=True)
    drawn = np.zeros_like(mask)
    cv2.fillPoly(drawn, [ring.astype(np.int32) for ring in rings(joined)], 1)
    assert chained == 0
    assert np.array_equal(drawn, mask)


def rings(polygons):
    coords, (ends, _, _) = polygons.to_ragged()
    return [coords[a:b] for a, b in pairwise(ends)]


def test_yolo_labels_of_other_tools(tmp_path):
    folder = tmp_path / "set"
    (folder / "labels" / "train").mkdir(parents=True)
    (folder / "images" / "train").mkdir(parents=True)
    Image.new("L", (20, 10)).save(folder / "images" / "train" / "a.png")
    (folder / "data.yaml").write_text("path: .\nnames:\n  0: cat\n  1: 'dog'\n")
    (folder / "labels" / "train" / "a.txt").write_text(
        "1 0.1 0.2 0.5 0.2 0.5 0.6\n"
        "0 0.5 0.5 0.2 0.4\n"
        "7 0.1 0.2 0.5 0.2 0.5 0.6\n"
        "0 0.1 0.2 0.5 0.2 0.5\n"
        "0 0.1 0.2 0.5 0.2 0.5 nan\n"
        "cat 0.1 0.2 0.5 0.2 0.5 0.6\n"
        "nan 0.1 0.2 0.5 0.2 0.5 0.6\n"
    )
    assert formats.detect(folder) == "yolo"
    report = convert(folder, tmp_path / "out.json")
    assert (report.read, report.written, report.refused) == (7, 2, 5)
    assert report.reasons["labels: class 7 has no name"] == 1
    found = json.loads((tmp_path / "out.json").read_text())
    assert [row["name"] for row in found["categories"]] == ["cat", "dog"]
    (image,) = found["images"]
    assert (image["file_name"], image["width"], image["height"]) == ("train/a.png", 20, 10)
    ring, box = found["annotations"]
    drawn = np.zeros((10, 20), np.uint8)
    cv2.fillPoly(drawn, [np.array([[2, 2], [10, 2], [10, 6]])], 1)
    mask = me.decode(me.Masks.from_coco([ring["segmentation"]]))[0]
    assert np.array_equal(mask, drawn != 0)
    assert (ring["category_id"], ring["area"], ring["bbox"]) == (1, drawn.sum(), [2, 2, 9, 5])
    assert box["bbox"] == pytest.approx([8, 3, 4, 4])
    assert "segmentation" not in box


def test_label_maps_hold_what_a_painter_would_paint(tmp_path):
    report = convert(PANOPTIC, tmp_path / "maps", to="labelmap")
    truth = dense_masks(PANOPTIC)
    classes = {
        image.id: records.column("category_id").to_pylist()
        for image, records in by_image(formats.read(PANOPTIC))
    }
    overwritten = 0
    for image in formats.read(PANOPTIC).images():
        painted = np.zeros((image.height, image.width), int)
        for mask, label in zip(truth[image.id], classes[image.id], strict=True):
            overwritten += np.count_nonzero(mask & (painted != 0))
            painted[mask] = label
        file = tmp_path / "maps" / "labels" / Path(image.file_name).with_suffix(".png")
        assert np.array_equal(np.asarray(Image.open(file)), painted)
    assert (
        report.ledger.losses["overlaps", "pixels overwritten by later annotations"] == overwritten
    )
    assert report.likeness.exact == report.likeness.compared > 0


@pytest.mark.parametrize("through", ["json", "parquet"])
@pytest.mark.parametrize("name", ["yolo", "labelmap"])
def test_there_and_back_without_a_changed_pixel(name, through, tmp_path):
    convert(PANOPTIC, tmp_path / "a", to=name)
    convert(tmp_path / "a", tmp_path / f"b.{through}")
    back = convert(tmp_path / f"b.{through}", tmp_path / "c", to=name)
    assert back.likeness.exact == back.likeness.compared > 0
    before, after = dense_masks(tmp_path / "a"), dense_masks(tmp_path / "c")
    assert before.keys() == after.keys()
    assert all(np.array_equal(before[id_], after[id_]) for id_ in before)


def test_large_files_are_sorted_through_the_disk(tmp_path):
    rows = [{"image_id": i % 7, "id": i, "category_id": 1} for i in range(3000)]
    images = [{"id": id_} for id_ in (3, 1, 0, 6, 5, 2, 4, 9)]
    source = tmp_path / "in.json"
    source.write_text(json.dumps({"images": images, "annotations": rows}))
    frames = formats.read(source)
    spilled = list(by_image(frames, memory=1, folder=tmp_path))
    for pairs in (spilled, list(by_image(frames))):
        assert [image.id for image, _ in pairs] == [3, 1, 0, 6, 5, 2, 4, 9]
        ids = [records.column("id").to_pylist() for _, records in pairs]
        assert ids == [[i for i in range(3000) if i % 7 == image.id and image.id < 7]
                       for image, _ in pairs]  # fmt: skip
    assert [path.name for path in tmp_path.iterdir()] == ["in.json"]


@pytest.mark.parametrize("name", ["../a.jpg", "/a.jpg", "a/../../b.jpg", "C:\\a.jpg", "..\\a.jpg"])
def test_names_that_lead_out_of_the_folder(name, tmp_path):
    source = tmp_path / "in.json"
    image = {"id": 1, "width": 4, "height": 4, "file_name": name}
    source.write_text(json.dumps({"images": [image], "annotations": []}))
    with pytest.raises(me.BadFile, match="inside the folder"):
        convert(source, tmp_path / "out", to="yolo")
    assert [path.name for path in tmp_path.iterdir()] == ["in.json"]


def test_images_that_would_share_a_file(tmp_path):
    source = tmp_path / "in.json"
    images = [
        {"id": i, "width": 4, "height": 4, "file_name": n} for i, n in enumerate(["a.jpg", "a.png"])
    ]
    source.write_text(json.dumps({"images": images, "annotations": []}))
    with pytest.raises(me.BadFile, match=r"share the file 'a\.txt'"):
        convert(source, tmp_path / "out", to="yolo")


def test_a_folder_that_is_not_empty_is_left_alone(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "precious").write_text("x")
    with pytest.raises(me.MaskError, match="not empty"):
        convert(PANOPTIC, tmp_path / "out", to="yolo")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["precious"]


def test_a_failed_write_leaves_no_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(formats.by_name("yolo"), "write_file", fail)
    with pytest.raises(OSError, match="No space"):
        convert(PANOPTIC, tmp_path / "out", to="yolo")
    assert list(tmp_path.iterdir()) == []


def fail(*args):
    raise OSError(28, "No space left on device")


def test_a_bomb_is_refused_by_its_header(tmp_path):
    (tmp_path / "labels").mkdir()
    small = tmp_path / "labels" / "a.png"
    Image.new("L", (4, 4)).save(small)
    data = bytearray(small.read_bytes())
    data[16:24] = (100_000).to_bytes(4, "big") * 2
    small.write_bytes(data)
    with pytest.raises(me.LimitExceeded, match="10000000000 pixels"):
        formats.read(tmp_path, "labelmap")


def test_a_text_file_that_is_no_image_is_set_aside_alone(tmp_path):
    convert(PANOPTIC, tmp_path / "set", to="yolo")
    (tmp_path / "set" / "labels" / "README.txt").write_text("0 0.1 0.1 0.2 0.2 0.3 0.1\n")
    report = convert(tmp_path / "set", tmp_path / "out.json")
    assert (report.written, report.refused) == (50, 1)
    assert "no size of image 'README'" in next(iter(report.reasons))


def test_maps_are_read_when_their_turn_comes(tmp_path, monkeypatch):
    convert(PANOPTIC, tmp_path / "maps", to="labelmap")
    read = []
    real = _map_folder.read_png
    monkeypatch.setattr(_map_folder, "read_png", lambda file: read.append(file) or real(file))
    monkeypatch.setattr(_folder, "_ROWS", 1)
    frames = formats.read(tmp_path / "maps")
    assert read == []
    parts = iter(frames)
    next(parts)
    assert len(read) == 1
    assert len(list(parts)) + 1 == len(read) == 2
