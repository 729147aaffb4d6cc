"""COCO panoptic and Cityscapes files: read, write, and what is refused.

Covers: maskengine.formats.PanopticFile, write_panoptic, read_cityscapes, cityscapes_ids,
write_cityscapes; row F16.
Compares against: panopticapi's sample and its ids written out, Pillow, a miniature of Cityscapes.
Run: pytest tests/test_formats_maps.py
"""

import json
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import maskengine as me
from maskengine import formats
from maskengine.quality import maps_to_panoptic, validate_panoptic

DATA = Path(__file__).parent / "data"
SAMPLE = DATA / "panopticapi" / "panoptic_examples.json"
CATEGORIES = [{"id": 1, "name": "car", "isthing": 1}, {"id": 7, "name": "road", "isthing": 0}]


def test_f16_the_sample_of_panopticapi_is_sound():
    source = formats.PanopticFile(SAMPLE)
    assert len(source) == len(source.images) == 2
    void = []
    for image in source:
        with Image.open(SAMPLE.with_suffix("") / image.file_name) as file:
            red, green, blue = np.asarray(file).astype(int).transpose(2, 0, 1)
        assert np.array_equal(image.label_map, red + 256 * green + 65536 * blue)
        assert image.size == image.label_map.shape
        found = validate_panoptic(
            image.label_map, image.segments, source.categories,
            size=image.size, pixel_format=image.pixel_format, void_limit=0.05,
        )  # fmt: skip
        assert found == []
        (problem,) = validate_panoptic(image.label_map, image.segments, source.categories)
        void.append((problem.rule, problem.pixels))
    assert sorted(void) == [("P2", 2712), ("P2", 7189)]


def test_f16_written_and_read_again(tmp_path):
    source = formats.PanopticFile(SAMPLE)
    target = tmp_path / "again.json"
    formats.write_panoptic(
        target, source, source.categories, tables={"images": source.images, "info": {"year": 2018}}
    )
    again = formats.PanopticFile(target)
    assert again.categories == source.categories
    assert again.images == source.images
    assert json.loads(target.read_bytes())["info"] == {"year": 2018}
    for ours, theirs in zip(again, source, strict=True):
        assert (ours.image_id, ours.file_name) == (theirs.image_id, theirs.file_name)
        assert ours.segments == theirs.segments
        assert np.array_equal(ours.label_map, theirs.label_map)
        assert ours.pixel_format == "RGB"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["again", "again.json"]


def test_areas_and_boxes_are_counted_where_they_lack(tmp_path):
    scene = np.array([[5, 5, 0], [0, 5, 2**24 - 1]], np.uint32)
    segments = [{"id": 5, "category_id": 1}, {"id": 2**24 - 1, "category_id": 7, "area": 9}]
    image = formats.PanopticImage("a", "sub/a.png", scene, segments)
    formats.write_panoptic(tmp_path / "a.json", [image], CATEGORIES)
    (read,) = formats.PanopticFile(tmp_path / "a.json")
    assert np.array_equal(read.label_map, scene)
    assert read.segments == [
        {"id": 5, "category_id": 1, "area": 3, "bbox": [0, 0, 2, 2], "iscrowd": 0},
        {"id": 2**24 - 1, "category_id": 7, "area": 9, "bbox": [2, 1, 1, 1], "iscrowd": 0},
    ]
    assert read.size == (2, 3)


@pytest.mark.parametrize(
    ("mode", "told"),
    [
        ("RGBA", "RGB and alpha"),
        ("P", "palette"),
        ("L", "grey"),
        ("LA", "grey and alpha"),
        ("I;16", "grey, 16 bits"),
    ],
)
def test_f16_other_kinds_of_png_are_told(mode, told, tmp_path):
    (tmp_path / "a").mkdir()
    picture = Image.new("L", (3, 2), 7)
    if mode == "I;16":
        picture = Image.fromarray(np.full((2, 3), 7, np.uint16))
    elif mode == "P":
        picture = Image.new("P", (3, 2), 1)
        picture.putpalette([0, 0, 0, 7, 0, 0] + 254 * [9, 9, 9])
    elif mode != "L":
        picture = Image.new(mode, (3, 2), (7, 0, 0, 9) if mode == "RGBA" else (7, 9))
    picture.save(tmp_path / "a" / "a.png")
    document = {
        "annotations": [
            {"image_id": 1, "file_name": "a.png", "segments_info": [{"id": 7, "category_id": 1}]}
        ],
        "categories": CATEGORIES,
    }
    (tmp_path / "a.json").write_text(json.dumps(document))
    (read,) = formats.PanopticFile(tmp_path / "a.json")
    assert read.pixel_format == told
    assert read.label_map.tolist() == [[7, 7, 7], [7, 7, 7]]
    found = validate_panoptic(
        read.label_map, read.segments, CATEGORIES, pixel_format=read.pixel_format
    )
    assert [problem.rule for problem in found] == ["P11"]


@pytest.mark.parametrize("depth", [1, 2, 4])
def test_grey_of_few_bits_and_indices_of_palettes(depth, tmp_path):
    values = np.arange(2**depth, dtype=np.uint8)[None]
    rows = np.packbits(
        np.unpackbits(values[..., None], axis=2)[..., -depth:].reshape(1, -1), axis=1
    )
    parts = [struct.pack(">IIBBBBB", values.size, 1, depth, 0, 0, 0, 0)]
    parts.append(zlib.compress(b"\0" + rows.tobytes()))
    data = b"\x89PNG\r\n\x1a\n"
    for kind, part in zip((b"IHDR", b"IDAT", b"IEND"), [*parts, b""], strict=True):
        data += (
            struct.pack(">I", len(part)) + kind + part + struct.pack(">I", zlib.crc32(kind + part))
        )
    (tmp_path / "a.png").write_bytes(data)
    ids, told = formats.read_id_png(tmp_path / "a.png")
    assert ids.tolist() == values.tolist()
    assert told == f"grey, {depth} bits"
    picture = Image.fromarray(values).convert("P")
    picture.putpalette(bytes(range(256)) * 3)
    picture.save(tmp_path / "p.png", bits=8)
    assert formats.read_id_png(tmp_path / "p.png", indices=True)[0].tolist() == values.tolist()


def image(name="a.png", ids=((1, 2),)):
    return formats.PanopticImage(1, name, np.array(ids), [{"id": 1, "category_id": 1}])


@pytest.mark.parametrize(
    "images",
    [
        [image(), image()],
        [image("../a.png")],
        [image("/a.png")],
        [image(), image("b.png", [[2**24]])],
        [image(), image("b.png", [[-1]])],
        [image("")],
    ],
)
def test_nothing_is_written_when_an_image_is_bad(images, tmp_path):
    target = tmp_path / "a.json"
    with pytest.raises(me.MaskError):
        formats.write_panoptic(target, images, CATEGORIES)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_files_is_left_alone(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "mine.txt").write_text("kept")
    with pytest.raises(me.MaskError, match="empty folder"):
        formats.write_panoptic(tmp_path / "a.json", [image()], CATEGORIES)
    assert (tmp_path / "a" / "mine.txt").read_text() == "kept"
    with pytest.raises(me.MaskError, match="does not exist"):
        formats.write_panoptic(tmp_path / "no" / "a.json", [image()], CATEGORIES)


@pytest.mark.parametrize(
    "text",
    [
        b"", b"[]", b"{}", b'{"annotations": 5, "categories": []}', b"[" * 100_000,
        b'{"annotations": [], "categories": [1]}',
    ],
)  # fmt: skip
def test_bad_json_is_a_bad_file(text, tmp_path):
    (tmp_path / "a.json").write_bytes(text)
    with pytest.raises(me.BadFile):
        formats.PanopticFile(tmp_path / "a.json")


@pytest.mark.parametrize(
    "row",
    [
        {"image_id": 1},
        {"image_id": 1, "file_name": "../secret.png", "segments_info": []},
        {"image_id": 1, "file_name": "cut.png", "segments_info": []},
        {"image_id": 1, "file_name": "text.png", "segments_info": []},
        {"image_id": 1, "file_name": "huge.png", "segments_info": []},
    ],
)
def test_a_bad_image_raises_when_its_turn_comes(row, tmp_path):
    folder = tmp_path / "a"
    folder.mkdir()
    Image.new("RGB", (40, 30), 3).save(folder / "good.png")
    data = (folder / "good.png").read_bytes()
    (folder / "cut.png").write_bytes(data[:60])
    (folder / "text.png").write_text("no picture")
    (folder / "huge.png").write_bytes(data[:16] + b"\x7f\xff\xff\xff\x7f\xff\xff\xff" + data[24:])
    (tmp_path / "secret.png").write_bytes(data)
    document = {"annotations": [row], "categories": CATEGORIES}
    (tmp_path / "a.json").write_text(json.dumps(document))
    source = formats.PanopticFile(tmp_path / "a.json")
    with pytest.raises(me.MaskError):
        source[0]


def test_cityscapes_labels():
    # cityscapesScripts, helpers/labels.py
    ids = {c.train_id: c.id for c in formats.CITYSCAPES.values() if c.train_id != 255}
    assert [ids[k] for k in range(19)] == [
        7, 8, 11, 12, 13, 17, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 31, 32, 33,
    ]  # fmt: skip
    names = {c.id: c.name for c in formats.CITYSCAPES.values()}
    assert [names[k] for k in (0, 7, 18, 23, 24, 26, 30, 33)] == [
        "unlabeled", "road", "polegroup", "sky", "person", "car", "trailer", "bicycle",
    ]  # fmt: skip
    assert [c.id for c in formats.CITYSCAPES.values() if c.isthing] == list(range(24, 34))
    assert formats.CITYSCAPES[29].ignored
    assert not formats.CITYSCAPES[28].ignored


def test_cityscapes_a_miniature_of_datumaro():
    (frame,) = formats.read_cityscapes(DATA / "cityscapes")
    assert frame.name == "gtFine/val/defaultcity/defaultcity_000001_000019_gtFine"
    path = DATA / "cityscapes" / f"{frame.name}_instanceIds.png"
    with Image.open(path) as file:
        ids = np.asarray(file)
    assert np.array_equal(frame.instance_ids, ids)
    assert frame.disagreeing == 0
    assert [(s["id"], s["category_id"], s["iscrowd"], s["area"]) for s in frame.segments()] == [
        (int(v), int(v) // 1000 if v >= 1000 else int(v), int(24 <= v < 34), int((ids == v).sum()))
        for v in np.unique(ids)
        if v
    ]


def test_cityscapes_written_and_read_again(tmp_path):
    classes = np.array([[7, 26, 26, 26], [7, 26, 24, 0]])
    which = np.array([[5, 30, 30, 20], [5, 0, 9, 9]])
    formats.write_cityscapes(tmp_path, "town_0_1_gtFine", classes, which)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "town_0_1_gtFine_instanceIds.png", "town_0_1_gtFine_labelIds.png",
    ]  # fmt: skip
    with Image.open(tmp_path / "town_0_1_gtFine_labelIds.png") as file:
        assert (file.mode, np.asarray(file).tolist()) == ("L", classes.tolist())
    (frame,) = formats.read_cityscapes(tmp_path)
    assert frame.instance_ids.dtype == np.uint16
    assert frame.instance_ids.tolist() == [[7, 26001, 26001, 26000], [7, 26, 24000, 0]]
    assert frame.disagreeing == 0
    assert frame.instance_map.tolist() == [[0, 26001, 26001, 26000], [0, 0, 24000, 0]]
    assert [(s["id"], s["iscrowd"]) for s in frame.segments()] == [
        (7, 0), (26, 1), (24000, 0), (26000, 0), (26001, 0),
    ]  # fmt: skip
    things = {c.id: c.isthing for c in formats.CITYSCAPES.values() if c.id}
    assert validate_panoptic(frame.instance_ids, frame.segments(), things, mode="partial") == []
    panoptic = maps_to_panoptic(frame.class_map, frame.instance_map, things)
    assert {s["id"] for s in panoptic.segments} >= {24000, 26000, 26001}


def test_cityscapes_maps_that_disagree(tmp_path):
    formats.write_cityscapes(tmp_path, "a", np.array([[7, 26]]))
    Image.fromarray(np.array([[7, 7]], np.uint8)).save(tmp_path / "a_labelIds.png")
    (frame,) = formats.read_cityscapes(tmp_path)
    assert frame.disagreeing == 1
    Image.fromarray(np.array([[7, 7, 7]], np.uint8)).save(tmp_path / "a_labelIds.png")
    with pytest.raises(me.BadFile):
        list(formats.read_cityscapes(tmp_path))


@pytest.mark.parametrize(
    "call",
    [
        lambda folder: list(formats.read_cityscapes(folder)),
        lambda folder: formats.write_cityscapes(folder, "a/b", np.array([[7]])),
        lambda folder: formats.write_cityscapes(folder / "no", "a", np.array([[7]])),
        lambda folder: formats.write_cityscapes(folder, "a", np.array([[65]])),
        lambda folder: formats.write_cityscapes(folder, "a", np.array([[7]]), np.array([[1, 2]])),
        lambda folder: formats.cityscapes_ids(np.full((1, 1001), 26), np.arange(1, 1002)[None]),
    ],
)
def test_cityscapes_bad_input(call, tmp_path):
    with pytest.raises(me.MaskError):
        call(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("array", "error"),
    [
        (np.zeros((3, 4), np.int32), me.MaskTypeError),
        (np.zeros((3, 4), np.float32), me.MaskTypeError),
        (np.zeros((3, 4, 3), np.uint16), me.ShapeMismatch),
        (np.zeros((3, 4, 2), np.uint8), me.ShapeMismatch),
        (np.zeros(3, np.uint8), me.ShapeMismatch),
        (np.zeros((0, 3), np.uint8), me.ShapeMismatch),
        ([[1]], me.MaskTypeError),
    ],
)
def test_what_no_png_holds_is_refused_and_nothing_is_written(array, error, tmp_path):
    with pytest.raises(error, match=r"^array: expected"):
        formats.write_id_png(tmp_path / "a.png", array)
    assert list(tmp_path.iterdir()) == []


def test_names_of_png_files_may_be_text(tmp_path):
    values = np.arange(12, dtype=np.uint8).reshape(3, 4)
    formats.write_id_png(str(tmp_path / "a.png"), values)
    assert np.asarray(Image.open(tmp_path / "a.png")).tolist() == values.tolist()
    assert formats.read_id_png(str(tmp_path / "a.png"))[0].tolist() == values.tolist()
