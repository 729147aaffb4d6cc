"""Formats of pictures and runs: VOC, DAVIS, KITTI, masks in files, SA-1B, Kaggle's CSV.

Covers: maskengine.formats.voc, .davis, .kitti, .masks, .sa1b, .kaggle, ._maps.
Run: pytest tests/test_formats_pictures.py
"""

import json
import re
from pathlib import Path

import numpy as np
import pycocotools.mask
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

import maskengine as me
from maskengine import formats
from maskengine._png_bytes import encode_png
from maskengine.convert import convert, fill_counts
from maskengine.formats._maps import palette
from maskengine.formats._png import decode_png

NAME = "maskengine.json"
DATA = Path(__file__).parent / "data"
PANOPTIC = DATA / "panopticapi" / "panoptic_coco_detection_format.json"
NUCLEI = DATA / "dsb2018-nuclei"


def masks_in(path, name=None):
    """Give masks, categories and extras by the name of the image, without its ending."""
    out = {}
    for image, records in formats.by_image(fill_counts(formats.read(path, name))):
        extras = [json.loads(text or "{}") for text in records.column("extra").to_pylist()]
        masks = me.decode(formats.masks_of(records))
        stem = str(Path(formats.image_name(image)).with_suffix(""))
        out[stem] = (masks, records.column("category_id").to_pylist(), extras)
    return out


def save(path, array, colours=None):
    path.parent.mkdir(parents=True, exist_ok=True)
    image = Image.fromarray(array)
    if colours is not None:
        image.putpalette(colours.tobytes())
    image.save(path)


@pytest.mark.parametrize(
    ("shape", "dtype"),
    [((1, 1), np.uint8), ((7, 5), np.uint8), ((5, 7, 3), np.uint8), ((5, 7, 4), np.uint8),
     ((1, 1), np.uint16), ((7, 5), np.uint16)],
)  # fmt: skip
def test_pictures_are_what_pillow_reads(shape, dtype, tmp_path):
    array = np.random.default_rng(3).integers(0, np.iinfo(dtype).max, shape, dtype)
    file = tmp_path / "a.png"
    file.write_bytes(encode_png(array))
    assert np.array_equal(np.asarray(Image.open(file)), array)
    save(tmp_path / "b.png", array)
    assert np.array_equal(decode_png((tmp_path / "b.png").read_bytes(), "b"), array)


def test_the_palette_of_voc():
    colours = palette().tolist()  # the first, and void, as the development kit lists them
    assert colours[:4] == [[0, 0, 0], [128, 0, 0], [0, 128, 0], [128, 128, 0]]
    assert (colours[8], colours[15], colours[20]) == ([64, 0, 0], [192, 128, 128], [0, 64, 128])
    assert colours[255] == [224, 224, 192]


def test_voc_holds_classes_and_objects(tmp_path):
    report = convert(PANOPTIC, tmp_path / "voc", to="voc")
    assert report.likeness.exact == report.likeness.compared == 50
    names = formats.read(PANOPTIC).categories()
    truth = masks_in(PANOPTIC)
    lines = (tmp_path / "voc" / "labelmap.txt").read_text().splitlines()
    listed = [line.split(":")[0] for line in lines if not line.startswith("#")]
    for stem, (masks, labels, _) in truth.items():
        objects = Image.open(tmp_path / "voc" / "SegmentationObject" / f"{stem}.png")
        classes = Image.open(tmp_path / "voc" / "SegmentationClass" / f"{stem}.png")
        assert objects.mode == classes.mode == "P"
        assert objects.getpalette()[3:6] == [128, 0, 0]
        for number, (mask, label) in enumerate(zip(masks, labels, strict=True), 1):
            assert np.array_equal(np.asarray(objects) == number, mask)
            under = np.unique(np.asarray(classes)[mask])
            assert [listed[value] for value in under] == [names[label]]


def test_voc_of_other_tools(tmp_path):
    classes = np.array([[0, 3, 3, 255], [7, 7, 255, 3]], np.uint8)
    objects = np.array([[0, 1, 1, 255], [2, 2, 255, 3]], np.uint8)
    save(tmp_path / "p" / "SegmentationClass" / "a.png", classes, palette())
    save(tmp_path / "p" / "SegmentationObject" / "a.png", objects, palette())
    save(tmp_path / "rgb" / "SegmentationClass" / "a.png", palette()[classes])
    save(tmp_path / "rgb" / "SegmentationObject" / "a.png", palette()[objects])
    for folder in ("p", "rgb"):
        masks, labels, _ = masks_in(tmp_path / folder)["a"]
        assert np.array_equal(masks, [objects == n for n in (1, 2, 3)])
        assert labels == [3, 7, 3]
        assert formats.read(tmp_path / folder).categories()[7] == "car"
    (tmp_path / "p" / "SegmentationObject" / "a.png").unlink()
    masks, labels, _ = masks_in(tmp_path / "p")["a"]
    assert labels == [3, 7]
    assert np.array_equal(masks[0], classes == 3)


def test_voc_cannot_number_more_than_254_objects(tmp_path):
    source = tmp_path / "in.json"
    runs = [{"size": [20, 20], "counts": [i, 1, 399 - i]} for i in range(300)]
    source.write_text(json.dumps({
        "images": [{"id": 1, "height": 20, "width": 20, "file_name": "a.jpg"}],
        "categories": [{"id": 5, "name": "dot"}],
        "annotations": [{"id": i + 1, "image_id": 1, "category_id": 5, "segmentation": r}
                        for i, r in enumerate(runs)],
    }))  # fmt: skip
    report = convert(source, tmp_path / "voc", to="voc")
    assert report.ledger.losses["more than 254 objects in an image", "annotations dropped"] == 46
    assert (report.likeness.exact, report.likeness.absent) == (254, 46)


def test_davis_keeps_objects_through_a_clip(tmp_path):
    first = np.array([[1, 1, 0, 255], [0, 9, 9, 255]], np.uint8)
    second = np.array([[0, 0, 9, 9], [0, 0, 0, 0]], np.uint8)
    for number, frame in enumerate((first, second)):
        folder = tmp_path / "set" / "Annotations" / "480p" / "bear"
        save(folder / f"{number:05d}.png", frame, palette())
    meta = {"videos": {"bear": {"objects": {"1": {"category": "cub"}, "9": {"category": "bear"}}}}}
    (tmp_path / "set" / "meta.json").write_text(json.dumps(meta))
    assert formats.detect(tmp_path / "set") == "davis"
    convert(tmp_path / "set", tmp_path / "mid.json")
    convert(tmp_path / "mid.json", tmp_path / "back", to="davis", check=True)
    for folder in ("set", "back"):
        found = masks_in(tmp_path / folder)
        masks, labels, extras = found["480p/bear/00000"]
        assert [e["track_id"] for e in extras] == [1, 9]
        assert [formats.read(tmp_path / folder).categories()[n] for n in labels] == ["cub", "bear"]
        assert np.array_equal(masks[1], first == 9)
        masks, _, extras = found["480p/bear/00001"]
        assert [e["track_id"] for e in extras] == [9]
        assert np.array_equal(masks[0], second == 9)


def test_kitti_packs_class_and_object(tmp_path):
    values = np.array([[0, 26 * 256 + 1, 26 * 256 + 2], [7 * 256, 7 * 256, 0]], np.uint16)
    save(tmp_path / "set" / "instance" / "a.png", values)
    assert formats.detect(tmp_path / "set") == "kitti"
    masks, labels, extras = masks_in(tmp_path / "set")["a"]
    assert labels == [7, 26, 26]
    assert [e["object"] for e in extras] == [0, 1, 2]
    assert np.array_equal(masks[2], values == 26 * 256 + 2)
    names = formats.read(tmp_path / "set").categories()
    assert [names[n] for n in labels] == ["road", "car", "car"]  # as in Cityscapes
    convert(tmp_path / "set", tmp_path / "mid.json")
    convert(tmp_path / "mid.json", tmp_path / "back", to="kitti")
    back = np.asarray(Image.open(tmp_path / "back" / "instance" / "a.png"))
    assert np.array_equal(back, values)
    semantic = np.asarray(Image.open(tmp_path / "back" / "semantic" / "a.png"))
    assert np.array_equal(semantic, values // 256)


@pytest.mark.parametrize("version", ["", "v1.2"])
def test_vistas_lists_its_classes(tmp_path, version):
    folder = tmp_path / "training" / version
    save(folder / "instances" / "a.png", np.array([[2 * 256 + 1, 0]], np.uint16))
    (tmp_path / "config_v2.0.json").write_text('{"labels": [{"name": "of another version"}]}')
    (folder / "config.json").write_text('{"labels": 3}')  # another tool's
    assert formats.read(folder).categories() == {}
    listed = [{"name": name} for name in ("animal--bird", "animal--ground-animal", "object--bench")]
    config = tmp_path / (f"config_{version}.json" if version else "config.json")
    config.write_text(json.dumps({"labels": listed, "folder_structure": "{split}"}))
    masks, labels, extras = masks_in(folder)["a"]
    # every pixel has a class there, as datumaro 1.13 reads it: 0 is the first bird
    names = [formats.read(folder).categories()[n] for n in labels]
    assert names == ["animal--bird", "object--bench"]
    assert [extra["object"] for extra in extras] == [0, 1]
    assert masks.tolist() == [[[False, True]], [[True, False]]]


def test_nuclei_a_file_for_each(tmp_path):
    files = sorted(NUCLEI.glob("*/*.png"))
    stems = sorted({file.parent.name for file in files})
    for file in files:
        own = tmp_path / "set" / file.parent.name / "masks" / file.name
        own.parent.mkdir(parents=True, exist_ok=True)
        own.write_bytes(file.read_bytes())
    assert formats.detect(tmp_path / "set") == "masks"
    found = masks_in(tmp_path / "set")
    assert sorted(found) == stems
    assert sum(len(masks) for masks, _, _ in found.values()) == len(files) == 99
    for stem in stems:
        truth = [np.asarray(Image.open(f)) != 0 for f in sorted((NUCLEI / stem).glob("*.png"))]
        assert np.array_equal(found[stem][0], truth)


def test_masks_of_another_size_are_set_aside(tmp_path):
    save(tmp_path / "set" / "a" / "masks" / "0.png", np.full((4, 5), 255, np.uint8))
    save(tmp_path / "set" / "a" / "masks" / "1.png", np.full((4, 6), 255, np.uint8))
    report = convert(tmp_path / "set", tmp_path / "out.json")
    assert (report.read, report.written) == (2, 1)
    assert report.reasons == {"expected 4 x 5 pixels, got 4 x 6": 1}


def test_sa1b_keeps_what_it_knows(tmp_path):
    runs = pycocotools.mask.encode(np.asfortranarray([[0, 1], [1, 1]], np.uint8))
    annotation = {"id": 77, "segmentation": {"size": [2, 2], "counts": runs["counts"].decode()},
                  "bbox": [0.0, 0.0, 2.0, 2.0], "area": 3, "predicted_iou": 0.9,
                  "stability_score": 0.8, "point_coords": [[1, 1]]}  # fmt: skip
    image = {"image_id": 5, "width": 2, "height": 2, "file_name": "sa_5.jpg"}
    (tmp_path / "set").mkdir()
    bad = {**annotation, "segmentation": {"size": [2, 2]}}
    own = {"image": image, "annotations": [annotation, bad]}
    (tmp_path / "set" / "sa_5.json").write_text(json.dumps(own))
    assert formats.detect(tmp_path / "set") == "sa1b"
    alone = next((tmp_path / "set").glob("*.json"))
    assert formats.detect(alone) == "sa1b"
    assert convert(alone, tmp_path / "alone.json").written == 1
    report = convert(tmp_path / "set", tmp_path / "mid.json")
    assert (report.read, report.written) == (2, 1)
    convert(tmp_path / "mid.json", tmp_path / "back", to="sa1b", check=True)
    assert json.loads((tmp_path / "back" / "sa_5.json").read_text()) == {
        "image": image,
        "annotations": [annotation],
    }


def kaggle_runs(mask):
    """Write the runs of a mask by looking at every pixel."""
    flat = mask.T.reshape(-1)
    out = []
    for i, value in enumerate(flat):
        if value and (i == 0 or not flat[i - 1]):
            out.append([i + 1, 0])
        if value:
            out[-1][1] += 1
    return " ".join(f"{start} {length}" for start, length in out)


@given(arrays(bool, st.tuples(st.integers(1, 6), st.integers(1, 6))))
def test_kaggle_runs(mask):
    from maskengine.formats.kaggle import _cells, _mask

    height, width = mask.shape
    found = _mask(kaggle_runs(mask), {"file_name": "a", "height": height, "width": width})
    assert np.array_equal(me.decode(found)[0], mask)
    if mask.any():
        frames = formats.Frames({}, lambda: iter(()))
        row = formats.ImageRow(1, width, height, "a")
        records = next(iter(fill_counts(frames_of_mask(mask)))).records
        ((name, text, h, w, _),) = _cells(row, records, frames)
        assert (name, text, h, w) == ("a", kaggle_runs(mask), height, width)


def frames_of_mask(mask):
    from maskengine.formats._folder import frames_of
    from maskengine.formats._rows import Row

    image = {"id": 1, "height": mask.shape[0], "width": mask.shape[1]}
    row = Row(1, category_id=1, mask=me.encode(mask))
    return frames_of([image], [], lambda _: [row], rule="coco")


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("1", "pairs"),
        ("1 2 2 1", "ascending"),
        ("0 2", "ascending"),
        ("19 3", "inside 20 pixels"),
        ("1 -2", "ascending"),
        ("1 x", "x"),
        ("1 99999999999999999999", ""),
    ],
)
def test_bad_runs_are_set_aside_with_a_reason(cell, reason, tmp_path):
    source = tmp_path / "in.csv"
    rows = f"a.jpg,{cell},4,5\na.jpg,1 2,4,5\nb.jpg,-1,4,5\n"
    source.write_text(f"ImageId,EncodedPixels,Height,Width\n{rows}")
    report = convert(source, tmp_path / "out.json")
    assert (report.read, report.written) == (2, 1)
    (text,) = report.reasons
    assert reason in text
    assert len(json.loads((tmp_path / "out.json").read_text())["images"]) == 2


def test_sizes_come_from_photographs(tmp_path):
    (tmp_path / "in.csv").write_text("ImageId,EncodedPixels\na,2 3\nb,2 3\n")
    save(tmp_path / "images" / "a.png", np.zeros((3, 4), np.uint8))
    report = convert(tmp_path / "in.csv", tmp_path / "out.json")
    assert (report.read, report.written) == (2, 1)
    assert re.search(r"size of image 'b' is not known", next(iter(report.reasons)))


@pytest.mark.parametrize("length", [0, 20, 0.5])
@pytest.mark.parametrize(
    "name",
    [
        *("bdd", "voc", "davis", "kitti", "labelmap", "masks", "two_channel", "cityscapes"),
        *("labelme", "sa1b", "supervisely"),
    ],
)
def test_a_file_that_is_cut_is_set_aside_alone(name, length, tmp_path):
    folder = tmp_path / "set"
    convert(PANOPTIC, folder, to=name)
    whole = convert(folder, tmp_path / "whole.json")
    kind = "*.json" if name in {"labelme", "sa1b", "supervisely"} else "*.png"
    files = [path for path in folder.rglob(kind) if path.name not in {"meta.json", NAME}]
    if name == "cityscapes":
        files = [path for path in files if path.name.endswith("_instanceIds.png")]
    file = max(files, key=lambda path: path.stat().st_size)
    data = file.read_bytes()
    file.write_bytes(data[: int(len(data) * length) if length < 1 else length])
    report = convert(folder, tmp_path / "out.json", from_=name)
    assert 0 < report.written < whole.written
    (line,) = (tmp_path / "out.json.quarantine.jsonl").read_text().splitlines()
    assert file.name in json.loads(line)["reason"]
    assert report.refused == 1
    with pytest.raises(me.LimitExceeded, match=re.escape(file.name)):
        convert(folder, tmp_path / "b.json", from_=name, on_error="fail")
