"""Panoptic maps: COCO panoptic, two channels, Cityscapes.

Covers: maskengine.formats.panoptic, maskengine.formats.two_channel, maskengine.formats.cityscapes.
Compares against: panopticapi's sample in its three encodings, read by Pillow; Pillow's polygons; a
slow painter.
Run: pytest tests/test_formats_panoptic.py
"""

import json
import shutil
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

import maskengine as me
from maskengine import formats
from maskengine.convert import convert, fill_counts
from maskengine.formats import by_image

DATA = Path(__file__).parent / "data"
SAMPLE = DATA / "panopticapi"
SOURCES = {
    "panoptic": SAMPLE / "panoptic_examples.json",
    "coco": SAMPLE / "panoptic_coco_detection_format.json",
    "two_channel": SAMPLE / "panoptic_examples_2ch_format",
}


def truth():
    """Give (image, category, crowd, pixels) of every segment, from the PNG files by Pillow."""
    found = []
    document = json.loads(SOURCES["panoptic"].read_text())
    for row in document["annotations"]:
        with Image.open(SAMPLE / "panoptic_examples" / row["file_name"]) as file:
            red, green, blue = np.asarray(file).astype(int).transpose(2, 0, 1)
        ids = red + 256 * green + 65536 * blue
        found += [
            (Path(row["file_name"]).stem, s["category_id"], s["iscrowd"],
             np.flatnonzero(ids == s["id"]).tobytes())
            for s in row["segments_info"]
        ]  # fmt: skip
    return Counter(found)


def content(path):
    """Give the same of a dataset."""
    found = []
    for image, records in by_image(fill_counts(formats.read(path))):
        for mask, row in zip(
            me.decode(formats.masks_of(records)), records.to_pylist(), strict=True
        ):
            stem = Path(formats.image_name(image)).stem
            found.append((stem, row["category_id"], row["iscrowd"], np.flatnonzero(mask).tobytes()))
    return Counter(found)


@pytest.mark.parametrize("source", SOURCES)
def test_the_sample_reads_alike_in_its_three_encodings(source):
    assert formats.detect(SOURCES[source]) == source
    assert content(SOURCES[source]) == truth()
    assert sum(truth().values()) == 50


@pytest.mark.parametrize("target", SOURCES)
@pytest.mark.parametrize("source", SOURCES)
def test_each_encoding_becomes_each_other(source, target, tmp_path):
    first = tmp_path / ("a.json" if target == "coco" else "a")
    report = convert(SOURCES[source], first, to=target, check=True)
    assert (report.read, report.written, report.refused) == (50, 50, 0)
    assert report.likeness.exact == report.likeness.compared == 50
    assert formats.detect(first) == target
    assert content(first) == truth()
    lost = {what for what, _ in report.ledger.losses}
    flat = {"ids", "attributes", "areas", "boxes", "other tables"}
    assert lost <= {"panoptic": {"ids"}, "two_channel": flat, "coco": set()}[target]


def test_ids_tables_and_numbers_survive_in_panoptic(tmp_path):
    convert(SOURCES["panoptic"], tmp_path / "a", to="panoptic")
    theirs = json.loads(SOURCES["panoptic"].read_text())
    ours = json.loads((tmp_path / "a" / "panoptic.json").read_text())
    assert {key: value for key, value in ours.items() if key != "annotations"} == {
        key: value for key, value in theirs.items() if key != "annotations"
    }
    for row in theirs["annotations"]:
        (found,) = (r for r in ours["annotations"] if r["image_id"] == row["image_id"])
        assert found == row
        with Image.open(SAMPLE / "panoptic_examples" / row["file_name"]) as file:
            wanted = np.asarray(file)
        with Image.open(tmp_path / "a" / "panoptic" / row["file_name"]) as file:
            assert file.mode == "RGB"
            assert np.array_equal(np.asarray(file), wanted)


def test_overlaps_are_counted_and_areas_are_those_of_the_pixels(tmp_path):
    source = tmp_path / "in.json"
    square = [[1, 1, 6, 1, 6, 6, 1, 6]]
    source.write_text(json.dumps({
        "images": [{"id": 3, "height": 8, "width": 9, "file_name": "x/a.jpg"},
                   {"id": 4, "height": 2, "width": 2, "file_name": "b.jpg"}],
        "categories": [{"id": 5, "name": "cup"}],
        "annotations": [
            {"id": 70, "image_id": 3, "category_id": 5, "area": 25, "bbox": [1, 1, 5, 5],
             "iscrowd": 0, "segmentation": square},
            {"id": 2**30, "image_id": 3, "category_id": 5, "area": 8.5, "bbox": [4, 4, 4, 3],
             "iscrowd": 1, "segmentation": [[4, 4, 8, 4, 8, 6, 4, 6]], "note": "x"},
            {"id": 9, "image_id": 3, "category_id": None, "segmentation": square},
        ],
    }))  # fmt: skip
    report = convert(source, tmp_path / "out", to="panoptic")
    assert report.refused == 0
    losses = dict(report.ledger.losses)
    assert losses["overlaps", "pixels overwritten by later annotations"] == 4
    assert losses["areas", "became the number of pixels"] == 2
    assert losses["boxes", "became those of the pixels"] == 1
    assert losses["annotations without pixels or category", "annotations dropped"] == 1
    document = json.loads((tmp_path / "out" / "panoptic.json").read_text())
    assert document["categories"] == [{"id": 5, "name": "cup", "isthing": 1}]
    first, second = document["annotations"]
    assert second == {"image_id": 4, "file_name": "b.png", "segments_info": []}
    wanted = [
        {"id": 70, "category_id": 5, "area": 21, "bbox": [1, 1, 5, 5], "iscrowd": 0},
        {"id": 1, "category_id": 5, "area": 8, "bbox": [4, 4, 4, 2], "iscrowd": 1, "note": "x"},
    ]
    assert first == {"image_id": 3, "file_name": "x/a.png", "segments_info": wanted}
    with Image.open(tmp_path / "out" / "panoptic" / "x" / "a.png") as file:
        ids = np.asarray(file).astype(int) @ [1, 256, 65536]
    assert Counter(ids.reshape(-1).tolist()) == {70: 21, 1: 8, 0: 43}


def test_segments_that_are_not_sound_are_refused(tmp_path):
    folder = tmp_path / "maps"
    folder.mkdir()
    Image.fromarray(np.array([[[1, 0, 0], [2, 1, 0], [9, 0, 0]]], np.uint8)).save(folder / "a.png")
    Image.new("RGB", (5, 5)).save(folder / "size.png")
    (folder / "cut.png").write_bytes((folder / "a.png").read_bytes()[:50])
    one = {"id": 1, "category_id": 1}
    rows = [
        {"image_id": 1, "file_name": "a.png", "segments_info": [
            one, {"id": 258, "category_id": 1}, one, {"id": 3, "category_id": 1},
            {"id": 0, "category_id": 1}, {"id": "x", "category_id": 1}, {"id": 2**70}]},
        {"image_id": 2, "file_name": "size.png", "segments_info": [one, one]},
        {"image_id": 3, "file_name": "cut.png", "segments_info": [one]},
        {"image_id": 4, "file_name": "none.png", "segments_info": [one]},
        {"image_id": 5, "file_name": "../maps.json", "segments_info": [one]},
        {"image_id": "x", "segments_info": 3},
    ]  # fmt: skip
    images = [{"id": n, "height": 1, "width": 3, "file_name": f"{n}.jpg"} for n in range(1, 6)]
    document = {"images": images, "annotations": rows, "categories": [{"id": 1, "name": "a"}]}
    (tmp_path / "maps.json").write_text(json.dumps(document))
    frames = formats.read(tmp_path / "maps.json")
    (part,) = frames
    assert part.records.num_rows == 2
    assert [row["category_id"] for row in part.records.to_pylist()] == [1, 1]
    reasons = "\n".join(bad.reason for bad in part.refused)
    for wanted in ("Object missing", "listed twice", "segment 3 of", "is void", "`int`",
                   "9 of image", "expected (1, 3), got (5, 5)", "cut.png", "No such file",
                   "is not in"):  # fmt: skip
        assert wanted in reasons, wanted
    assert len(part.refused) == 12
    (tmp_path / "maps.json").write_text('{"annotations": [], "categories": 3, "segments_info": 1}')
    with pytest.raises(me.BadFile):
        formats.read(tmp_path / "maps.json")


def test_images_that_no_table_lists_and_ids_that_are_names(tmp_path):
    (tmp_path / "a").mkdir()
    Image.fromarray(np.array([[[7, 0, 0]] * 3], np.uint8)).save(tmp_path / "a" / "p.png")
    rows = [{"image_id": "p", "file_name": "p.png", "segments_info": [{"id": 7, "category_id": 1}]}]
    (tmp_path / "a.json").write_text(
        json.dumps({"annotations": rows, "categories": [{"id": 1, "name": "a"}]})
    )
    frames = formats.read(tmp_path / "a.json")
    (image,) = frames.images()
    assert (image.id, image.height, image.width, image.file_name) == (1, 1, 3, "p.png")
    assert convert(tmp_path / "a.json", tmp_path / "b.json").written == 1


def test_two_channels_hold_classes_objects_and_one_crowd(tmp_path):
    convert(SOURCES["coco"], tmp_path / "a", to="two_channel")
    again = convert(tmp_path / "a", tmp_path / "b", to="two_channel")
    assert again.is_lossless or {what for what, _ in again.ledger.losses} == {"ids"}
    for name in ("000000142238.png", "000000439180.png"):
        one, two = (tmp_path / stem / "panoptic_2ch" / name for stem in ("a", "b"))
        assert one.read_bytes() == two.read_bytes()
    Image.fromarray(np.array([[[7, 0, 3]]], np.uint8)).save(
        tmp_path / "b" / "panoptic_2ch" / "c.png"
    )
    Image.new("L", (2, 2), 5).save(tmp_path / "b" / "panoptic_2ch" / "d.png")
    (part,) = formats.read(tmp_path / "b")
    assert [bad.reason.split(",")[0] for bad in part.refused] == ["expected RGB without blue"] * 2


def painted(path):
    """Paint the masks of each image in order, each with its row's number, class and crowd."""
    out = {}
    for image, records in by_image(fill_counts(formats.read(path))):
        canvas = np.zeros((image.height, image.width), np.int64)
        masks = me.decode(formats.masks_of(records))
        for mask, row in zip(masks, records.to_pylist(), strict=True):
            canvas[mask] = row["category_id"] * 2 + row["iscrowd"]
        out[Path(formats.image_name(image)).stem] = canvas
    return out


def test_cityscapes_polygons_are_those_of_pillow(tmp_path):
    rng = np.random.default_rng(4)
    labels = ["road", "car", "persongroup", "car", "out of roi", "sky", "cargroup", "building"]
    ids = [7, 26, 24, 26, 3, 23, 26, 11]
    objects, image = [], Image.new("I", (90, 70))
    for label, id_ in zip(labels, ids, strict=True):
        ring = rng.integers(0, 80, (6, 2)).tolist()
        objects.append({"label": label, "polygon": ring})
        group = label.endswith("group")
        ImageDraw.Draw(image).polygon([tuple(p) for p in ring], fill=2 * id_ + group)
    objects += [
        {"label": "tree", "deleted": 1, "polygon": [[0, 0], [5, 0], [5, 5]]},
        {"label": "license plate", "polygon": [[0, 0], [5, 0], [5, 5]]},
        {"label": "unicorn", "polygon": [[0, 0], [5, 0], [5, 5]]},
        {"label": "car", "polygon": [[0, 0], [5, 0]]},
        {"label": "car"},
    ]
    folder = tmp_path / "gtFine" / "val" / "town"
    folder.mkdir(parents=True)
    (folder / "town_0_1_gtFine_polygons.json").write_text(
        json.dumps({"imgHeight": 70, "imgWidth": 90, "objects": objects})
    )
    assert formats.detect(tmp_path) == "cityscapes"
    report = convert(tmp_path, tmp_path / "out.json", to="coco")
    assert (report.written, report.refused) == (8, 4)
    (found,) = painted(tmp_path).values()
    assert np.array_equal(found, np.asarray(image))
    shutil.rmtree(tmp_path / "gtFine")
    convert(tmp_path / "out.json", tmp_path / "maps", to="cityscapes")
    stem = tmp_path / "maps" / "gtFine" / "val" / "town" / "town_0_1_gtFine"
    with Image.open(f"{stem}_labelIds.png") as file:
        assert np.array_equal(np.asarray(file), np.asarray(image) // 2)
    with Image.open(f"{stem}_instanceIds.png") as file:
        instances = np.asarray(file).astype(int)
    wanted = np.asarray(image)
    group = (wanted % 2 == 1) | ~np.isin(wanted // 2, range(24, 34))
    assert np.array_equal(instances[group], (wanted // 2)[group])
    assert np.array_equal(instances[~group] // 1000, (wanted // 2)[~group])
    assert set(np.unique(instances[~group] % 1000).tolist()) <= {0, 1}


def test_cityscapes_there_and_back(tmp_path):
    convert(DATA / "cityscapes", tmp_path / "a.json", to="coco")
    report = convert(tmp_path / "a.json", tmp_path / "b", to="cityscapes", check=True)
    assert report.likeness.exact == report.likeness.compared == report.written > 1
    (file,) = (DATA / "cityscapes").rglob("*_instanceIds.png")
    (other,) = (tmp_path / "b").rglob("*_instanceIds.png")
    assert other.relative_to(tmp_path / "b") == file.relative_to(DATA / "cityscapes")
    with Image.open(file) as theirs, Image.open(other) as ours:
        assert np.array_equal(np.asarray(theirs), np.asarray(ours))


def test_cityscapes_with_classes_of_others(tmp_path):
    document = json.loads(SOURCES["coco"].read_text())
    beyond = sum(row["category_id"] > 64 for row in document["annotations"])
    report = convert(SOURCES["coco"], tmp_path / "a", to="cityscapes")
    key = ("classes but its own, and ids above 64", "annotations dropped")
    assert report.ledger.losses[key] == beyond > 0
    assert report.likeness.exact == report.likeness.compared == 50 - beyond
    kept = Counter({k: n for k, n in truth().items() if k[1] <= 64})
    assert content(tmp_path / "a") == kept


def test_pictures_beside_the_file_and_boxes_that_are_not_told(tmp_path):
    file = SOURCES["panoptic"]
    document = json.loads(file.read_text())
    for row in document["annotations"]:
        shutil.copy(file.with_suffix("") / row["file_name"], tmp_path)
        for segment in row["segments_info"]:
            segment["bbox"] = []
            segment["iscrowd"] = bool(segment["iscrowd"])
    document["annotations"][0]["segments_info"][0]["bbox"] = [1, 2]
    (tmp_path / "all.json").write_text(json.dumps(document))
    assert formats.detect(tmp_path / "all.json") == "panoptic"
    report = convert(tmp_path / "all.json", tmp_path / "out.parquet")
    assert (report.written, report.refused) == (49, 1)
    assert not content(tmp_path / "out.parquet") - truth()
