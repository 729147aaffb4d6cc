"""Damaged files of every format: a `MaskError`, or an answer. Each finding of the fuzzers by name.

Covers: maskengine.formats, maskengine._core.JsonOutline.
Run: pytest tests/test_formats_damaged.py
"""

import json
import struct
import time
import zlib

import numpy as np
import pytest

import maskengine as me
from fuzz.read_formats import files_of, lay_out
from fuzz.seed_datasets import seed_datasets
from maskengine import formats
from maskengine._backend import core
from maskengine.convert import fill_counts

DAMAGES = {
    "empty": lambda data: b"",
    "cut in half": lambda data: data[: len(data) // 2],
    "a byte short": lambda data: data[:-1],
    "not UTF-8": lambda data: data[: len(data) // 2] + b"\x80" + data[len(data) // 2 :],
    "zeros": lambda data: bytes(64) + data,
    "brackets": lambda data: b"[" * 100_000,
    "braces": lambda data: b'{"a":' * 100_000,
}


@pytest.fixture(scope="module")
def datasets(tmp_path_factory):
    return seed_datasets(tmp_path_factory.mktemp("seeds") / "all")


def read(path, name):
    """Read all of it; give the rows that were refused."""
    frames = formats.read(path, name)
    refused = []
    for part in fill_counts(frames):
        formats.masks_of(part.records)
        refused += part.refused
    return refused


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_refused_or_read(damage, datasets, tmp_path):
    n_refused = 0
    for name, root in datasets:
        files = files_of(root)
        for file in files[:2] + files[-1:]:
            copy = tmp_path / f"now_{root.name}"
            lay_out(root, copy, file, DAMAGES[damage](file.read_bytes()))
            try:
                read(copy, name)
            except me.MaskError:
                n_refused += 1
    assert n_refused >= len(datasets) // 2


def changed(datasets, tmp_path, name, change, ending=""):
    """Give a copy of the dataset whose first file of an ending was changed."""
    root = next(root for found, root in datasets if found == name)
    file = next(file for file in files_of(root) if file.name.endswith(ending))
    copy = tmp_path / f"changed_{root.name}"
    lay_out(root, copy, file, change(file.read_bytes()))
    return copy


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("sa1b", b"image"),
        ("scalabel", b"polygon"),
        ("supervisely", b"kind1"),
        ("label_studio", b"brush"),
        ("youtube_vis", b"name"),
        ("datumaro", b"items"),
        ("labelme", b"shapes"),
        ("coco", b"images"),
    ],
)
def test_json_that_is_no_utf8(name, word, datasets, tmp_path):
    """The decoder has an exception of its own for these."""

    def change(data):
        at = data.find(word)
        at = at if at >= 0 else data.find(b'"')
        return data[: at + 1] + b"\x80" + data[at + 1 :]

    path = changed(datasets, tmp_path, name, change, ".json" if name == "supervisely" else "")
    try:
        n_refused = len(read(path, name))
    except me.BadFile:
        n_refused = 1  # all of it
    assert n_refused >= 1


def test_a_table_that_is_no_utf8(datasets, tmp_path):
    path = changed(datasets, tmp_path, "open_images", lambda data: data + b"\x94,\xe1\n", ".csv")
    with pytest.raises(me.BadFile, match="utf-8"):
        read(path, "open_images")


def test_a_line_with_more_cells_than_the_table(datasets, tmp_path):
    def change(data):
        lines = data.decode().splitlines()
        return "\n".join([lines[0], lines[1].replace(",", ",x ", 1) + ",1,2,3"]).encode()

    assert len(read(changed(datasets, tmp_path, "kaggle", change), "kaggle")) == 1


@pytest.mark.parametrize("number", ["inf", "nan", "-inf", "1e999", "1.5", "-1"])
def test_a_class_that_is_no_number(number, datasets, tmp_path):
    line = f"{number} 0.1 0.1 0.5 0.1 0.5 0.5\n".encode()
    path = changed(datasets, tmp_path, "yolo", lambda data: line, ".txt")
    (refused, *_) = read(path, "yolo")
    assert "class" in refused.reason


def without_names(path):
    """Leave only the images in what we write beside a dataset."""
    file = path / "maskengine.json"
    content = json.loads(file.read_text())
    file.unlink()  # a link to that of the seed
    file.write_text(json.dumps({"images": content["images"]}))


@pytest.mark.parametrize("names", ["3", "[[a]]", "{a: b}", "a", "[[*a, *a]]"])
def test_names_of_classes_that_are_no_texts(names, datasets, tmp_path):
    content = f"x: &a [1, 2]\nnames: {names}\n".encode()
    path = changed(datasets, tmp_path, "yolo", lambda data: content, "data.yaml")
    without_names(path)
    with pytest.raises(me.BadFile, match="'names'"):
        read(path, "yolo")


def test_aliases_that_stand_for_more_than_fits_in_memory(datasets, tmp_path):
    lines = ["a0: &a0 [x, x]"]
    lines += [f"a{k}: &a{k} [" + ", ".join([f"*a{k - 1}"] * 9) + "]" for k in range(1, 12)]
    content = "\n".join([*lines, "names: [*a11]"]).encode()
    path = changed(datasets, tmp_path, "yolo", lambda data: content, "data.yaml")
    without_names(path)
    with pytest.raises(me.BadFile, match="names"):
        read(path, "yolo")


@pytest.mark.parametrize("rle", ['"text"', "[1]", "null", '{"size": "ab"}', '{"size": [1, 2, 3]}'])
def test_a_mask_that_is_no_object(rle, tmp_path):
    annotation = '{"type": "mask", "label_id": 0, "rle": ' + rle + "}"
    text = '{"categories": {}, "items": [{"id": "1", "annotations": [' + annotation + "]}]}"
    (tmp_path / "a.json").write_text(text)
    assert len(read(tmp_path / "a.json", "datumaro")) == 1


@pytest.mark.parametrize("encoding", ["Infinity", "utf-7", "utf-32", "shift_jis"])
def test_an_encoding_that_xml_has_not(encoding, datasets, tmp_path):
    def change(data):
        return (
            b'<?xml version="1.0" encoding="'
            + encoding.encode()
            + b'"?>'
            + data[data.find(b"?>") + 2 :]
        )

    with pytest.raises(me.BadFile):
        read(changed(datasets, tmp_path, "cvat", change), "cvat")


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


@pytest.mark.parametrize(
    ("profile", "n_refused"),
    [
        (chunk(b"iCCP", b"name"), 0),  # it is passed over, and with it what is wrong in it
        (chunk(b"iCCP", b"name")[:-1] + b"\x00", 1),
    ],
)
def test_a_picture_with_a_damaged_profile(profile, n_refused, datasets, tmp_path):
    def change(data):
        return data[:33] + profile + data[33:]

    path = changed(datasets, tmp_path, "kitti", change, ".png")
    try:
        reasons = [refused.reason for refused in read(path, "kitti")]
    except me.BadFile as error:
        reasons = [str(error)]
    assert len(reasons) == n_refused
    assert all("damaged" in reason for reason in reasons)


def test_a_picture_whose_header_asks_for_memory(tmp_path):
    """The header says 2^28 pixels of four bytes; its data could never fill them."""
    header = struct.pack(">IIBBBBB", 2**14, 2**14, 8, 6, 0, 0, 0)
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
    png += chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    (tmp_path / "a.png").write_bytes(png)
    from maskengine.formats._png import read_png

    with pytest.raises(me.BadFile, match="fewer pixels than it says"):
        read_png(tmp_path / "a.png")


@pytest.mark.parametrize("value", [2**63, -(2**63) - 1, 10**30])
def test_a_number_that_no_column_holds(value, tmp_path):
    annotation = {
        "id": value,
        "segmentation": {"size": [2, 2], "counts": [4]},
        "bbox": [0, 0, 1, 1],
    }
    annotation["segmentation"] = me.encode(np.ones((2, 2), bool)).to_coco()[0]
    counts = annotation["segmentation"]["counts"]
    annotation["segmentation"]["counts"] = counts.decode() if isinstance(counts, bytes) else counts
    annotation["category_id"] = value
    (tmp_path / "a").mkdir()
    text = {"image": {"image_id": 1, "width": 2, "height": 2, "file_name": "a.jpg"}}
    (tmp_path / "a" / "a.json").write_text(json.dumps({**text, "annotations": [annotation]}))
    (refused,) = read(tmp_path / "a", "sa1b")
    assert refused.reason


@pytest.mark.parametrize("table", ["images", "categories"])
def test_an_id_of_a_table_that_no_column_holds(table, datasets, tmp_path):
    def change(data):
        content = json.loads(data)
        content[table][0]["id"] = 2**63
        return json.dumps(content).encode()

    path = changed(datasets, tmp_path, "coco", change)
    with pytest.raises(me.BadFile, match=table):
        me.convert(path, tmp_path / "yolo", to="yolo")


@pytest.mark.parametrize("name", [None, 3, [], "", ".", "/", "..", "a\x00b"])
@pytest.mark.parametrize("kind", ["masks", "yolo", "labelmap", "sa1b", "voc"])
def test_a_name_of_an_image_that_names_no_file(kind, name, datasets, tmp_path):
    def change(data):
        content = json.loads(data)
        content["images"][0]["file_name"] = name
        if name is None:
            del content["images"][0]["file_name"]
        return json.dumps(content).encode()

    path = changed(datasets, tmp_path, kind, change, "maskengine.json")
    try:
        n_refused = len(read(path, kind))
    except me.BadFile:
        n_refused = 1
    assert n_refused == 1 or isinstance(name, str)  # a text that no file has is passed over


def test_a_byte_order_mark_in_pieces():
    """The outline of a file does not depend on how its bytes come."""
    text = b'\xef\xbb\xbf{"a": [1], "b": 2}'
    whole = core.JsonOutline.make()
    whole.feed(text)
    whole.finish()
    pieces = core.JsonOutline.make()
    for k in range(len(text)):
        pieces.feed(text[k : k + 1])
    pieces.finish()
    assert pieces.members == whole.members
    for cut in (b"\xef[]", b"\xef\xbb[]", b"\xef\xef\xbb\xbf[]"):
        with pytest.raises(me.BadFile):
            core.JsonOutline.make().feed(cut)


def test_many_members_take_no_longer_than_they_are_many():
    """A key that comes twice is refused; finding that out once took the square of their number."""
    text = ("{" + ",".join(f'"{k:x}":0' for k in range(200_000)) + "}").encode()
    outline = core.JsonOutline.make()
    started = time.process_time()
    outline.feed(text)
    outline.finish()
    assert time.process_time() - started < 2
    twice = core.JsonOutline.make()
    with pytest.raises(me.BadFile, match="twice"):
        twice.feed(text.replace(b'"30d3f":', b'"0":'))
