"""CVAT's REST interface and SDK: the JSON of ``/api/tasks/<id>/annotations``.

A shape has its frame's number and ``points``: x, y, x, y, ... of a polygon; the corners of a
rectangle; of an ellipse the centre, its right end and its top; of a mask the run lengths, row by
row, of a crop, and then left, top, right, bottom of the crop, the last pixel included. Names and
sizes of frames are in ``frames``, as in ``/api/tasks/<id>/data/meta``, and names of labels in
``labels``, as in ``/api/labels``: in the file itself, as it is written here, or in ``meta.json``
and ``labels.json`` beside it. Tracks are read from the XML, where CVAT has interpolated them.
The interface: https://docs.cvat.ai/docs/api_sdk/api/
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa

from maskengine.errors import BadFile, MaskError
from maskengine.formats._by_image import by_image
from maskengine.formats._folder import decoded, frames_from, image_name, size_of
from maskengine.formats._frames import BAD_JSON, Frames, Id, ImageRow, Refused
from maskengine.formats._guess import json_head
from maskengine.formats._pixels import crops_of, pasted_rows, row_runs, union_of
from maskengine.formats._rows import Row, rings_of
from maskengine.formats._shapes import ellipse
from maskengine.values import Masks

EXTENSIONS: tuple[str, ...] = ()
FOLDER = False
HOLDS = frozenset(
    {"polygons", "runs", "holes", "parts", "overlap", "bare_box", "id", "extra", "empty"}
)
NEEDS = frozenset({"images"})
RULE = "coco"
ROWS = {"images": {"id", "file_name", "height", "width"}, "categories": {"id", "name"}}

_LONGEST = 1 << 40  # of a coordinate
_KEPT = ("occluded", "z_order", "source", "outside")
_GROUP = "group_id"  # of an annotation here; "group" of a shape there


class _Frame(msgspec.Struct):
    width: int
    height: int
    name: str
    id: Id | None = None


class _Label(msgspec.Struct):
    id: Id
    name: str


class _Attribute(msgspec.Struct):
    spec_id: Id
    value: str


class _Shape(msgspec.Struct):
    type: str
    frame: int
    label_id: Id
    points: list[float]
    id: Id | None = None
    group: int | None = 0
    rotation: float = 0.0
    attributes: list[_Attribute] = []


class _File(msgspec.Struct):
    shapes: list[msgspec.Raw]
    tracks: list[msgspec.Raw] = []
    frames: list[_Frame] = []
    labels: list[_Label] = []


class _Meta(msgspec.Struct):
    frames: list[_Frame]


class _Labels(msgspec.Struct):
    results: list[_Label]


def detect(path: Path, head: bytes) -> int:  # noqa: ARG001 - other formats look at the name
    """Look for shapes with the ids of labels."""
    seen = json_head(head)
    if seen is None or seen.is_list or "shapes" not in seen.own:
        return 0
    return 3 if "label_id" in seen.names or {"tracks", "tags"} <= seen.own.keys() else 0


def read(path: Path) -> Frames:
    """Read a file.

    Raises
    ------
    BadFile
        If it is no JSON of the interface.
    """
    content = decoded(path, _File)
    meta, named = path.with_name("meta.json"), path.with_name("labels.json")
    told = content.frames or (decoded(meta, _Meta).frames if meta.is_file() else [])
    labels = content.labels or (decoded(named, _Labels).results if named.is_file() else [])
    images = [
        {"id": n + 1 if frame.id is None else frame.id, "file_name": frame.name,
         "height": frame.height, "width": frame.width} for n, frame in enumerate(told)
    ]  # fmt: skip
    names = {label.id: label.name for label in labels}
    for raw in content.shapes:
        try:
            used = msgspec.json.decode(raw, type=_Shape).label_id
        except BAD_JSON:
            continue  # refused in its turn
        names.setdefault(used, str(used))

    def lots() -> Iterator[tuple[int, list[Row | Refused]]]:
        groups: dict[tuple[int, int, int, bool], Row] = {}
        rows = [made for raw in content.shapes if (made := _joined(raw, images, groups))]
        tracks: list[Row | Refused] = [
            Refused(0, None, None, "tracks are read from CVAT's XML", bytes(raw))
            for raw in content.tracks
        ]
        rows.sort(key=_depth)
        yield len(rows), rows + tracks

    categories = [{"id": id_, "name": name} for id_, name in names.items()]
    size = len(content.shapes)
    return frames_from(images, categories, lots, rule=RULE, size=size, is_grouped=False)


def _depth(row: Row | Refused) -> float:
    told = (row.extra or {}).get("z_order") if isinstance(row, Row) else None
    return told if isinstance(told, int | float) else 0


def _joined(
    raw: msgspec.Raw,
    images: list[dict[str, Any]],
    groups: dict[tuple[int, int, int, bool], Row],
) -> Row | Refused | None:
    """Give the annotation of a shape; None when it became part of another one."""
    try:
        shape = msgspec.json.decode(raw, type=_Shape)
        others = msgspec.json.decode(raw, type=dict[str, Any])
        if not 0 <= shape.frame < len(images):
            raise BadFile(f"frame {shape.frame} is not in 'frames'", parameter="shapes")
        row = _row(shape, images[shape.frame])
    except (MaskError, *BAD_JSON, ValueError, OverflowError) as error:
        return Refused(0, None, None, str(error), bytes(raw))
    row.extra = {key: others[key] for key in _KEPT if key in others}
    if shape.attributes:
        row.extra["attributes"] = {str(one.spec_id): one.value for one in shape.attributes}
    if not shape.group:
        return row
    row.extra[_GROUP] = shape.group
    if row.bbox is not None:
        return row
    first = groups.setdefault((shape.frame, shape.label_id, shape.group, row.mask is None), row)
    if first is row:
        return row
    if first.rings is not None:
        first.rings += row.rings or []
    elif first.mask is not None and row.mask is not None:
        first.mask = union_of(Masks.concatenate([first.mask, row.mask]))
    return None


def _row(shape: _Shape, image: dict[str, Any]) -> Row:
    row = Row(image["id"], id=shape.id, category_id=shape.label_id)
    points = np.array(shape.points, np.float64)
    if not (np.abs(points) <= _LONGEST).all():
        raise ValueError("points: one is not finite, or too far away")
    if shape.type == "polygon" and len(points) >= 6 and len(points) % 2 == 0:
        row.rings = [points.reshape(-1, 2)]
    elif shape.type == "mask" and len(points) > 4:
        row.mask = _mask(points, (image["height"], image["width"]))
    elif shape.type == "rectangle" and len(points) == 4 and not shape.rotation:
        (left, top), (right, bottom) = points.reshape(2, 2)
        row.bbox = (float(left), float(top), float(right - left), float(bottom - top))
    elif shape.type == "ellipse" and len(points) == 4:
        centre, end = points.reshape(2, 2)
        row.rings = [ellipse(centre, np.abs(end - centre), math.radians(shape.rotation))]
    else:
        turned = " that is turned" if shape.type == "rectangle" and shape.rotation else ""
        raise ValueError(f"a {shape.type}{turned} of {len(points)} numbers has no pixels")
    return row


def _mask(points: Any, size: tuple[int, int]) -> Masks:
    whole = points.astype(np.int64)
    if (whole != points).any():
        raise ValueError("points: a run length is no integer")
    counts, (left, top, right, bottom) = whole[:-4], whole[-4:].tolist()
    height, width = bottom - top + 1, right - left + 1
    if width <= 0 or height <= 0:
        raise ValueError(f"points: a crop of {height} x {width} pixels")
    if (counts < 0).any() or counts.sum() != height * width:
        raise ValueError(f"points: they fill {counts.sum()} of {height * width} pixels")
    return pasted_rows(counts, (height, width), (top, left), size)


def write(path: Path, frames: Frames) -> None:
    """Write a file."""
    told: list[dict[str, Any]] = []
    with path.open("wb") as file:
        file.write(b'{"version":0,"tags":[],"shapes":[')
        separator = b"\n"
        for number, (image, records) in enumerate(by_image(frames)):
            height, width = size_of(image)
            told.append({"name": image_name(image), "width": width, "height": height,
                         "id": image.id})  # fmt: skip
            for shape in _shapes(number, image, records, frames):
                file.write(separator + msgspec.json.encode(shape))
                separator = b",\n"
        labels = [{"id": id_, "name": name} for id_, name in frames.categories().items()]
        file.write(b'],"tracks":[],\n"frames":' + msgspec.json.encode(told))
        file.write(b',\n"labels":' + msgspec.json.encode(labels) + b"}\n")


def _shapes(
    number: int, image: ImageRow, records: pa.RecordBatch, frames: Frames
) -> Iterator[dict[str, Any]]:
    became: list[int] = []
    written = 0
    extras = [{} if text is None else msgspec.json.decode(text)
              for text in records.column("extra").to_pylist()]  # fmt: skip
    taken = {extra.get(_GROUP) for extra in extras}
    boxes = zip(*(records.column(f"bbox_{side}").to_pylist() for side in "xywh"), strict=True)
    ids, categories = (records.column(name).to_pylist() for name in ("id", "category_id"))
    rows = zip(ids, categories, rings_of(records), crops_of(records), extras, boxes, strict=True)
    for id_, category, rings, crop, extra, box in rows:
        frames.ledger.lose("attributes", "annotations lost keys that CVAT has no place for",
                           bool(extra.keys() - {*_KEPT, _GROUP, "attributes"}))  # fmt: skip
        attributes, unknown = _attributes(extra.get("attributes"))
        frames.ledger.lose("attributes", "annotations lost those that are no number of CVAT's",
                           unknown)  # fmt: skip
        group = extra.get(_GROUP, 0)
        if len(rings) > 1 and not group:
            group = next(n for n in range(1, len(taken) + 2) if n not in taken)
            taken.add(group)
        kinds = [] if category is None else _points(rings, crop, box)
        for kind, points in kinds:
            yield {"type": kind, "frame": number, "label_id": category, "id": id_, "group": group,
                   "occluded": False, "outside": False, "z_order": 0, "rotation": 0.0,
                   "source": "manual", "attributes": attributes,
                   **{key: extra[key] for key in _KEPT if key in extra},
                   "points": points}  # fmt: skip
        became.append(written if kinds else -1)
        written += bool(kinds)
    frames.ledger.drop("annotations without pixels or box", became.count(-1))
    frames.ledger.became(image.id, became)


def _attributes(found: Any) -> tuple[list[dict[str, Any]], bool]:
    """Give attributes by the numbers that CVAT has for them, and whether there are others."""
    pairs = found.items() if isinstance(found, dict) else []
    out = [{"spec_id": int(key), "value": str(value)} for key, value in pairs if _is_number(key)]
    return out, bool(found) and len(out) < max(len(pairs), 1)


def _is_number(key: str) -> bool:
    return key.isascii() and key.isdecimal() and len(key) < 18


def _points(rings: list[Any], crop: Any, box: tuple[float | None, ...]) -> list[tuple[str, Any]]:
    """Give the shapes that hold an annotation: their kind and points."""
    if rings:
        return [("polygon", ring.reshape(-1).tolist()) for ring in rings]
    if crop is not None:
        pixels, top, left = crop
        height, width = pixels.shape
        return [("mask", [*row_runs(pixels), left, top, left + width - 1, top + height - 1])]
    x, y, w, h = box
    if x is None or y is None or w is None or h is None:
        return []
    return [("rectangle", [x, y, x + w, y + h])]
