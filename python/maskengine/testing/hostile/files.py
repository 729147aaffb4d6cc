"""Annotation files: JSON, XML, CSV, Parquet and text that are bombs, lie or contradict themselves."""

# A case is a line, and calls of wrong types are the point.
# ruff: noqa: E501
# mypy: ignore-errors

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import PIL.Image
import pyarrow as pa
import pyarrow.parquet as pq
import yaml

import maskengine as me
from maskengine.errors import BadFile, MaskError
from maskengine.testing.hostile import _samples
from maskengine.testing.hostile._case import Family, anything_sound, refused
from maskengine.testing.hostile._rle_text import rle, rle_text

CASES = Family("files")
_ALL = (
    PIL.Image,
    yaml,
    me.convert,
    me.formats.writable_names(),
)  # loaded once, before the processes part
_BAD = refused(MaskError)

# --- COCO

_SOUND = _samples.coco()
CASES.add("coco-ok", "read_coco", lambda: (_samples.coco_bytes(),), [48, 32, 12])
CASES.add("coco-ok-byte-order-mark", "read_coco",
          lambda: (b"\xef\xbb\xbf" + _samples.coco_bytes(),), [48, 32, 12], other=_BAD)  # fmt: skip


def _with(**members: Any) -> bytes:
    """Give a COCO file whose first annotation has other members; None leaves one out."""
    first = dict(_SOUND["annotations"][0]) | members
    first = {key: value for key, value in first.items() if value is not ...}
    return _samples.coco_bytes(annotations=[first, *_SOUND["annotations"][1:]])


for _what, _members in {
    "nan-polygon": {"segmentation": [[float("nan"), 3, 10, 3, 10, 9]]},
    "infinite-polygon": {"segmentation": [[float("inf"), 3, 10, 3, 10, 9]]},
    "odd-polygon": {"segmentation": [[2, 3, 10, 3, 10, 9, 2]]},
    "two-points": {"segmentation": [[2, 3, 10, 3]]},
    "empty-ring": {"segmentation": [[]]},
    "polygon-of-texts": {"segmentation": [["2", "3", "10", "3", "10", "9"]]},
    "polygon-of-1e400": {"segmentation": [[2, 3, 10, 3, 10, 10**400]]},
    "segmentation-a-number": {"segmentation": 7},
    "segmentation-a-text": {"segmentation": "polygon"},
    "segmentation-nested": {"segmentation": [[[[2, 3, 10, 3, 10, 9]]]]},
    "rle-short": {"segmentation": rle(16, 20, [2, 12])},
    "rle-long": {"segmentation": rle(16, 20, [2, 12, 1000])},
    "rle-text-cut": {"segmentation": rle(16, 20, rle_text([64, 32, 224])[:-1])},
    "rle-empty": {"segmentation": rle(16, 20, "")},
    "rle-negative": {"segmentation": rle(16, 20, [-2, 322])},
    "rle-2^32": {"segmentation": rle(16, 20, [2**32, 12])},
    "rle-without-size": {"segmentation": {"counts": [320]}},
    "rle-without-counts": {"segmentation": {"size": [16, 20]}},
    "rle-size-negative": {"segmentation": rle(-16, -20, [320])},
    "rle-size-10^9": {"segmentation": rle(10**9, 20, [320])},
    "rle-size-texts": {"segmentation": rle("16", "20", [320])},
    "rle-of-another-size": {"segmentation": rle(20, 16, [320])},
    "no-image-id": {"image_id": ...},
    "image-id-a-text": {"image_id": "1"},
    "image-id-2^70": {"image_id": 2**70},
    "image-gone": {"image_id": 99},
    "category-gone": {"category_id": 99},
    "category-a-text": {"category_id": "cat"},
    "duplicate-id": {"id": 2},
    "id-a-fraction": {"id": 1.5},
    "id-2^70": {"id": 2**70},
    "area-nan": {"area": float("nan")},
    "score-nan": {"score": float("nan")},
    "box-nan": {"bbox": [float("nan"), 0, 1, 1]},
    "box-of-three": {"bbox": [0, 0, 1]},
    "box-of-texts": {"bbox": ["0", "0", "1", "1"]},
    "crowd-a-text": {"iscrowd": "no"},
    "crowd-7": {"iscrowd": 7},
}.items():  # fmt: skip
    CASES.add(f"coco-{_what}", "read_coco", lambda m=_members: (_with(**m),), _BAD)

for _what, _tables in {
    "duplicate-image-id": {"images": [_SOUND["images"][0]] * 2},
    "duplicate-category-id": {"categories": [_SOUND["categories"][0]] * 2},
    "height-10^9": {
        "images": [dict(_SOUND["images"][0], height=10**9, width=10**9), _SOUND["images"][1]]
    },
    "height-negative": {"images": [dict(_SOUND["images"][0], height=-16), _SOUND["images"][1]]},
    "height-a-fraction": {"images": [dict(_SOUND["images"][0], height=16.5), _SOUND["images"][1]]},
    "height-a-text": {"images": [dict(_SOUND["images"][0], height="16"), _SOUND["images"][1]]},
    "height-2^70": {"images": [dict(_SOUND["images"][0], height=2**70), _SOUND["images"][1]]},
    "images-a-number": {"images": 3},
    "images-of-numbers": {"images": [1, 2]},
    "image-without-id": {"images": [{"file_name": "a.jpg"}]},
    "annotations-a-number": {"annotations": 3},
    "annotations-a-dictionary": {"annotations": {}},
    "annotations-of-numbers": {"annotations": [1, 2, 3]},
    "annotations-none": {"annotations": None},
    "categories-of-numbers": {"categories": [1, 2]},
}.items():
    _free = anything_sound() if _what == "height-10^9" else None
    CASES.add(f"coco-{_what}", "read_coco", lambda t=_tables: (_samples.coco_bytes(**t),), _BAD,
              other=_free)  # fmt: skip

_TEXT = _samples.coco_bytes().decode()
for _what, _data in {
    "empty": b"",
    "blank": b"  \n\t ",
    "nul": b"\0" * 100,
    "no-json": b"images: 3",
    "a-number": b"3",
    "a-text": b'"annotations"',
    "null": b"null",
    "empty-object": b"{}",
    "unclosed": _TEXT[:-1].encode(),
    "closed-twice": (_TEXT + "}").encode(),
    "two-documents": (_TEXT + _TEXT).encode(),
    "trailing-comma": (_TEXT[:-1] + ",}").encode(),
    "single-quotes": _TEXT.replace('"', "'").encode(),
    "comment": ("// hello\n" + _TEXT).encode(),
    "utf-16": _TEXT.encode("utf-16"),
    "utf-32": _TEXT.encode("utf-32"),
    "latin-1-in-a-name": _TEXT.replace("cat", "c\u00e4t").encode("latin-1"),
    "lone-surrogate": _TEXT.replace('"cat"', '"\\ud800"').encode(),
    "control-letter": _TEXT.replace("cat", "c\nt").encode(),
    "bad-escape": _TEXT.replace("cat", "c\\x41t").encode(),
    "leading-zero": _TEXT.replace('"id": 1,', '"id": 01,', 1).encode(),
    "plus-sign": _TEXT.replace('"id": 1,', '"id": +1,', 1).encode(),
    "number-without-digits": _TEXT.replace('"id": 1,', '"id": -,', 1).encode(),
    "duplicate-key": _TEXT.replace('"id": 1,', '"id": 1, "id": 7,', 1).encode(),
    "duplicate-table": (_TEXT[:-1] + ', "annotations": []}').encode(),
    "depth-100": _TEXT.replace("[[2, 3", "[" * 100 + "2, 3", 1).encode(),
    "depth-10^5-array": b"[" * 100_000,
    "depth-10^6-array": b"[" * 1_000_000 + b"]" * 1_000_000,
    "depth-10^5-object": b'{"a":' * 100_000,
    "depth-in-a-table": (_TEXT[:-1] + ', "info": ' + "[" * 100_000 + "]" * 100_000 + "}").encode(),
    "depth-in-a-member": _TEXT.replace(
        '"iscrowd": 0', '"more": ' + "[" * 100_000 + "]" * 100_000, 1).encode(),
    "number-of-10^5-digits": _TEXT.replace('"area": 48', '"area": ' + "9" * 100_000, 1).encode(),
    "exponent-of-10^5-digits": _TEXT.replace(
        '"area": 48', '"area": 1e' + "9" * 100_000, 1).encode(),
}.items():  # fmt: skip
    _free = None
    if _what.startswith(("lone", "duplicate-", "exponent", "number-of")):
        _free = anything_sound()
    CASES.add(f"json-{_what}", "read_coco", lambda d=_data: (d,), _BAD, other=_free)
CASES.add("json-text-of-32-MB", "read_coco",
          lambda: (_TEXT.replace('"cat"', '"' + "c" * (32 << 20) + '"').encode(),), [48, 32, 12], other=_BAD,
          is_large=True)  # fmt: skip
CASES.add("json-10^6-brackets-in-a-text", "read_coco",
          lambda: (_TEXT.replace('"cat"', '"' + "[{" * 500_000 + '"').encode(),), [48, 32, 12])  # fmt: skip
CASES.add("json-rle-of-8-MB", "read_coco",
          lambda: (_with(segmentation=rle(16, 20, "1" * (8 << 20))),), _BAD, is_large=True)  # fmt: skip
CASES.add("json-10^5-rings", "read_coco",
          lambda: (_with(segmentation=[[2, 3, 10, 3, 10, 9, 2, 9]] * 100_000),), [48, 32, 12],
          is_large=True)  # fmt: skip

# --- others, read by ours alone


def _read(name: str, files: dict[str, bytes]) -> Callable[[], str]:
    """Write files and read them: all annotations, ``"refused"`` when one was set aside."""

    def call() -> str:
        for path, data in files.items():
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            Path(path).write_bytes(data)
        place = Path(next(iter(files)).split("/")[0])
        taken, bad = _samples.read(place, name)
        if bad:
            raise BadFile(f"{bad} annotations are set aside, {taken} taken", parameter=name)
        return f"{taken} annotations"

    return call


_CVAT = '<annotations><image id="0" name="a.jpg" width="20" height="16">{}</image></annotations>'
_POLYGON = '<polygon label="cat" points="{}" occluded="0" z_order="0"/>'
_LAUGHS = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 12))
for _what, _text in {
    "billion-laughs": f'<!DOCTYPE x [<!ENTITY l0 "ha">{_LAUGHS}]><annotations>&l11;</annotations>',
    "external-entity": '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
                       "<annotations>&f;</annotations>",
    "parameter-entity": '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://localhost/x"> %p;]><annotations/>',
    "depth-10^5": "<annotations>" + "<a>" * 100_000,
    "unclosed": _CVAT.format("")[:-5],
    "another-root": "<html></html>",
    "no-xml": "annotations",
    "unknown-encoding": '<?xml version="1.0" encoding="no-such"?><annotations/>',
    "nul": "<annotations>\0</annotations>",
    "10^5-attributes": "<annotations " + " ".join(f'a{i}="1"' for i in range(100_000)) + ">",
    "attribute-twice": '<annotations a="1" a="2"/>',
    "points-nan": _CVAT.format(_POLYGON.format("nan,1;2,2;3,3")),
    "points-inf": _CVAT.format(_POLYGON.format("inf,1;2,2;3,3")),
    "points-two": _CVAT.format(_POLYGON.format("1,1;2,2")),
    "points-odd": _CVAT.format(_POLYGON.format("1,1;2,2;3")),
    "points-of-words": _CVAT.format(_POLYGON.format("one,two;three,four;five,six")),
    "points-empty": _CVAT.format(_POLYGON.format("")),
    "width-a-word": _CVAT.format("").replace('"20"', '"wide"'),
    "width-negative": _CVAT.format(_POLYGON.format("1,1;9,1;9,9")).replace('"20"', '"-20"'),
    "mask-short": _CVAT.format('<mask label="cat" rle="3, 4" left="0" top="0" width="5" height="5"/>'),
    "mask-negative": _CVAT.format(
        '<mask label="cat" rle="-3, 28" left="0" top="0" width="5" height="5"/>'),
    "mask-outside": _CVAT.format(
        '<mask label="cat" rle="0, 25" left="99" top="99" width="5" height="5"/>'),
    "mask-of-10^9": _CVAT.format(
        '<mask label="cat" rle="0, 25" left="0" top="0" width="1000000000" height="1000000000"/>'),
    "mask-words": _CVAT.format('<mask label="cat" rle="a, b" left="0" top="0" width="5" height="5"/>'),
    "box-nan": _CVAT.format('<box label="cat" xtl="nan" ytl="0" xbr="5" ybr="5"/>'),
    "ellipse-inf": _CVAT.format('<ellipse label="cat" cx="inf" cy="5" rx="2" ry="2"/>'),
    "size-of-5000-digits": "<annotations><meta><original_size><width>" + "9" * 5000
                           + "</width></original_size></meta>" + _CVAT[13:].format("")[:-1],
}.items():  # fmt: skip
    CASES.ours(f"xml-{_what}", _read("cvat", {"a.xml": _text.encode()}), _BAD)

_YAML = b"names: [cat, dog]\n"
_SIZE = json.dumps(
    {"images": [{"id": 1, "file_name": "a.jpg", "width": 20, "height": 16}]}
).encode()


def _yolo(line: str, yaml: bytes = _YAML) -> dict[str, bytes]:
    return {"set/labels/a.txt": line.encode() + b"\n", "set/data.yaml": yaml,
            "set/maskengine.json": _SIZE}  # fmt: skip


_RING = "0 .1 .1 .5 .1 .5 .5"
CASES.ours("yolo-ok", _read("yolo", _yolo(_RING)), "1 annotations")
for _what, _line in {
    "class-nan": "nan .1 .1 .5 .1 .5 .5", "class-inf": "inf .1 .1 .5 .1 .5 .5",
    "class-negative": "-1 .1 .1 .5 .1 .5 .5", "class-a-fraction": "0.5 .1 .1 .5 .1 .5 .5",
    "class-unknown": "7 .1 .1 .5 .1 .5 .5", "class-1e300": "1e300 .1 .1 .5 .1 .5 .5",
    "class-a-word": "cat .1 .1 .5 .1 .5 .5", "nan": "0 nan .1 .5 .1 .5 .5",
    "inf": "0 .1 .1 .5 inf .5 .5", "outside": "0 .1 .1 5 .1 .5 .5", "two-points": "0 .1 .1 .5 .5 .5",
    "odd": "0 .1 .1 .5 .1 .5 .5 .6", "nothing": "0", "nul": "0\0 .1 .1 .5 .1 .5 .5",
    "10^400": "0 .1 .1 " + "9" * 400 + " .1 .5 .5",
}.items():  # fmt: skip
    CASES.ours(f"yolo-{_what}", _read("yolo", _yolo(_line)), _BAD)
_ALIASES = "a0: &a0 [ha]\n" + "".join(
    f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 10))  # fmt: skip
for _what, _yaml in {
    "billion-laughs": _ALIASES + "names: [*a9]\n", "tag-of-python": "names: !!python/object:os.x {}",
    "depth-10^4": "names: " + "[" * 10_000, "not-keys": "- 1\n", "cut": "names: [cat",
    "names-a-number": "names: 5", "names-by-words": "names: {cat: cat}",
}.items():  # fmt: skip
    CASES.ours(f"yaml-{_what}", _read("yolo", _yolo(_RING, _yaml.encode())), _BAD, is_large=False)

_TABLE = "ImageId,EncodedPixels,Height,Width\n"
CASES.ours("csv-ok", _read("kaggle", {"a.csv": (_TABLE + "a,1 4 30 2,16,20\n").encode()}),
           "1 annotations")  # fmt: skip
for _what, _line in {
    "odd": "a,1 4 30,16,20", "start-0": "a,0 4,16,20", "negative": "a,1 -4,16,20",
    "descending": "a,30 2 1 4,16,20", "overlapping": "a,1 4 3 4,16,20", "outside": "a,1 400,16,20",
    "words": "a,one two,16,20", "2^63": f"a,{2**63} 1,16,20", "2^62": f"a,{2**62} {2**62},16,20",
    "no-size": "a,1 4,,", "size-of-words": "a,1 4,x,y", "size-2^40": f"a,1 4,{2**40},{2**40}",
    "too-many-cells": "a,1 4,16,20,5,6,7", "unclosed-quote": 'a,"1 4,16,20',
    "fractions": "a,1.5 4,16,20", "nan": "a,nan 4,16,20",
}.items():  # fmt: skip
    CASES.ours(f"csv-{_what}", _read("kaggle", {"a.csv": (_TABLE + _line + "\n").encode()}), _BAD)
CASES.ours("csv-other-columns", _read("kaggle", {"a.csv": b"x,y\n1,2\n"}), _BAD)
CASES.ours("csv-cell-of-2-MB", _read("kaggle", {
    "a.csv": (_TABLE + "a," + "1 " * 1_000_000 + ",16,20\n").encode()}), _BAD)  # fmt: skip
CASES.ours("csv-high-bytes", _read("kaggle", {"a.csv": _TABLE.encode() + b"\xff\xfe,1 4,16,20\n"}),
           _BAD)  # fmt: skip


def _parquet(**columns: Any) -> Callable[[], str]:
    """Write the store with other columns, by Arrow itself."""

    def call() -> str:
        target = _samples.write("parquet", Path())
        table = pq.read_table(target)
        told = pq.ParquetFile(target).metadata.metadata
        for name, change in columns.items():
            place = table.schema.get_field_index(name)
            made = change(table.column(name))
            table = table.remove_column(place)
            if made is not None:
                table = table.add_column(place, name, made)
        pq.write_table(table.replace_schema_metadata(told), target)
        taken, bad = _samples.read(target, "parquet")
        if bad:
            raise BadFile(f"{bad} annotations are set aside", parameter="parquet")
        return f"{taken} annotations"

    return call


def _values(*values: Any) -> Callable[[Any], Any]:
    def change(column: Any) -> Any:
        return pa.array(list(values), column.type)

    return change


CASES.ours("parquet-ok", _parquet(), "3 annotations")
for _what, _columns in {
    "counts-cut": {"counts": _values(b"`", b"`", b"`")},
    "counts-empty": {"counts": _values(b"", b"", b"")},
    "height-negative": {"height": _values(-16, -16, -16)},
    "height-2^31-1": {"height": _values(2**31 - 1, 2**31 - 1, 2**31 - 1)},
    "rings-negative": {"rings": _values([-4], None, None)},
    "rings-too-long": {"rings": _values([2**31 - 1], None, None)},
    "coords-nan": {"coords": _values([float("nan")] * 8, None, None)},
    "coords-odd": {"coords": _values([1.0] * 7, None, None)},
    "no-counts": {"counts": lambda _: None},
    "no-image-id": {"image_id": lambda _: None},
    "counts-null": {"counts": _values(None, None, None)},
    "extra-no-json": {"extra": _values("{", "[", "x")},
}.items():
    CASES.ours(f"parquet-{_what}", _parquet(**_columns), _BAD,
               other=anything_sound() if _what in {"counts-null", "extra-no-json"} else None)  # fmt: skip

CASES.ours("json-of-any-format", lambda: sum(
    _any_json(name, data) for name in ("scalabel", "label_studio", "youtube_vis", "geojson", "datumaro",
                                       "darwin", "sa1b", "labelme", "supervisely", "panoptic")
    for data in (b"{}", b"[]", b"[1]", b'{"a": NaN}', b"[" * 100_000, b'{"frames": [3]}', b'""', b"1e999",
                 b'{"features": [{"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [[[')
    ), 0)  # fmt: skip


def _any_json(name: str, data: bytes) -> int:
    """Say whether a small text makes a reader of JSON raise anything but a MaskError."""
    path = Path("any.json")
    path.write_bytes(data)
    folder = Path("any")
    folder.mkdir(exist_ok=True)
    (folder / "any.json").write_bytes(data)
    bad = 0
    for place in (path, folder):
        try:
            _samples.read(place, name)
        except (MaskError, FileNotFoundError):
            continue
        except Exception:  # noqa: BLE001 - any other is counted
            bad += 1
    return bad
