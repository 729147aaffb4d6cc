"""Scalabel and BDD100K: JSON frames whose labels have polygons, run lengths or boxes.

``poly2d`` is a list of polygons; a label with one that is not closed, such as a lane, is a line
without pixels, and refused. The letters of ``types`` say which vertices are the control points of a
cubic Bezier curve (``C``), which becomes a polyline here. ``rle`` is the COCO API's compressed
text. An image without a size is taken to be of 720 x 1280 pixels, as BDD100K's are.
The format: https://doc.scalabel.com/format.html
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from maskengine._backend import core
from maskengine.errors import BadFile, MaskError
from maskengine.formats._by_image import by_image
from maskengine.formats._folder import frames_from, image_name, size_of, text_bytes
from maskengine.formats._frames import BAD_JSON, Frames, ImageRow, Refused, has_value, masks_of
from maskengine.formats._guess import json_head
from maskengine.formats._rows import Row, rings_of
from maskengine.formats._told_size import told_size
from maskengine.values import Masks, runs_of

EXTENSIONS: tuple[str, ...] = ()
FOLDER = False
HOLDS = frozenset(
    {"polygons", "runs", "holes", "parts", "overlap", "crowd", "score", "box", "extra", "empty"}
)
NEEDS = frozenset({"images"})
RULE = "exact"
_OF_FRAME = ("url", "videoName", "frameIndex", "timestamp", "attributes")
ROWS = {"images": {"file_name", "height", "width", *_OF_FRAME}, "categories": {"name"}}

_SIZE = (720, 1280)
_STEPS = 24  # straight pieces of a curve
_OWN = frozenset({"category", "poly2d", "rle", "box2d", "score", "attributes"})


class _Size(msgspec.Struct):
    width: int
    height: int


class _Config(msgspec.Struct):
    imageSize: _Size | None = None  # noqa: N815 - Scalabel's spelling


class _Frame(msgspec.Struct):
    name: str
    labels: list[msgspec.Raw] | None = None
    size: _Size | None = None
    url: str | None = None
    videoName: str | None = None  # noqa: N815
    frameIndex: int | None = None  # noqa: N815
    timestamp: float | None = None
    attributes: dict[str, Any] | None = None


class _File(msgspec.Struct):
    frames: list[_Frame]
    config: _Config | None = None


class _Polygon(msgspec.Struct):
    vertices: list[tuple[float, float]]
    types: str = ""
    closed: bool = True


class _Label(msgspec.Struct):
    category: str | None = None
    poly2d: list[_Polygon] | None = None
    rle: dict[str, Any] | None = None
    box2d: dict[str, float] | None = None
    score: float | None = None
    attributes: dict[str, Any] | None = None


def detect(path: Path, head: bytes) -> int:  # noqa: ARG001 - other formats look at the name
    """Look for frames with labels."""
    seen = json_head(head)
    if seen is None or not {"labels", "name"} <= seen.names:
        return 0
    others = {"image_id", "label_id"} & seen.names or {"annotations", "images"} & seen.own.keys()
    keys = {"videoName", "poly2d", "box2d", "rle", "frameIndex", "timestamp"}
    return 3 if seen.names & keys and not others else 0


def read(path: Path) -> Frames:
    """Read a file.

    Raises
    ------
    BadFile
        If it is no list of frames.
    """
    content = _content(path)
    size = content.config.imageSize if content.config else None
    images = [_image_row(frame, size, number) for number, frame in enumerate(content.frames)]
    names: set[str] = set()
    for frame in content.frames:
        for raw in frame.labels or []:
            try:
                names.add(msgspec.json.decode(raw, type=_Label).category or "")
            except BAD_JSON:
                continue  # refused when it is read
    ids = {name: number for number, name in enumerate(sorted(names - {""}), 1)}

    def lots() -> Iterator[tuple[int, list[Row | Refused]]]:
        for number, frame in enumerate(content.frames):
            yield number, [_row_or_reason(raw, images[number], ids) for raw in frame.labels or []]

    categories = [{"id": id_, "name": name} for name, id_ in ids.items()]
    return frames_from(images, categories, lots, rule=RULE, size=len(images))


def _content(path: Path) -> _File:
    data = text_bytes(path)
    try:
        if data.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"["):
            return _File(msgspec.json.decode(data, type=list[_Frame]))
        return msgspec.json.decode(data, type=_File)
    except BAD_JSON as error:
        raise BadFile(f"{path}: {error}", parameter="file") from error


def _image_row(frame: _Frame, size: _Size | None, number: int) -> dict[str, Any]:
    own = frame.size or size
    height, width = (own.height, own.width) if own else _SIZE
    if own is None:
        for raw in frame.labels or []:
            told = told_size(raw)
            if told is not None:
                height, width = told
                break
    row = {"id": number + 1, "file_name": frame.name, "height": height, "width": width}
    others = {"url": frame.url, "videoName": frame.videoName, "frameIndex": frame.frameIndex,
              "timestamp": frame.timestamp, "attributes": frame.attributes}  # fmt: skip
    return {**row, **{key: value for key, value in others.items() if value is not None}}


def _row_or_reason(raw: msgspec.Raw, image: dict[str, Any], ids: dict[str, int]) -> Row | Refused:
    try:
        others = msgspec.json.decode(raw, type=dict[str, Any])
        row = _row(msgspec.json.decode(raw, type=_Label), image, ids)
    except (MaskError, *BAD_JSON, KeyError, TypeError, ValueError, OverflowError,
            RecursionError) as error:  # fmt: skip
        text = f"no {error}" if isinstance(error, KeyError) else str(error)
        return Refused(0, None, None, f"labels: {text}", bytes(raw))
    kept = {key: v for key, v in others.items() if key not in _OWN and v is not None}
    if "id" in kept:
        kept["label_id"] = kept.pop("id")
    row.extra = {**kept, **(row.extra or {})}
    return row


def _row(label: _Label, image: dict[str, Any], ids: dict[str, int]) -> Row:
    row = Row(image["id"], category_id=ids.get(label.category or ""), score=label.score)
    attributes = dict(label.attributes or {})
    if "crowd" in attributes:
        row.iscrowd = int(bool(attributes.pop("crowd")))
    if attributes:
        row.extra = {"attributes": attributes}
    if label.rle is not None:
        row.mask = Masks.from_coco([label.rle])
    elif label.poly2d:
        row.rings = [_ring(polygon) for polygon in label.poly2d]
    if label.box2d is not None:
        x1, y1, x2, y2 = (float(label.box2d[name]) for name in ("x1", "y1", "x2", "y2"))
        row.bbox = (x1, y1, x2 - x1 + 1, y2 - y1 + 1)  # x2 and y2 are inside
    return row


def _ring(polygon: _Polygon) -> npt.NDArray[np.float64]:
    if not polygon.closed:
        raise ValueError("expected closed polygons, got a line ('closed': false)")
    points = np.array(polygon.vertices, np.float64).reshape(-1, 2)
    types = polygon.types or "L" * len(points)
    if len(types) != len(points) or set(types) - {"L", "C"}:
        raise ValueError(f"types {types[:20]!r} of {len(points)} vertices")
    if "C" not in types:
        ring = points
    else:
        first = types.index("L") if "L" in types else 0
        ring = _flattened(np.roll(points, -first, axis=0), types[first:] + types[:first])
    if len(ring) < 3 or not np.isfinite(ring).all():
        raise ValueError(f"a polygon of {len(ring)} points, or a point that is not finite")
    return ring


def _flattened(points: npt.NDArray[np.float64], types: str) -> npt.NDArray[np.float64]:
    """Replace each curve, two control points between two vertices, by straight pieces."""
    out = []
    at = 0
    closed = np.concatenate([points, points[:1]])
    step = np.arange(_STEPS)[:, None] / _STEPS
    while at < len(points):
        if types[at + 1 : at + 3] == "CC":
            a, b, c, d = closed[at : at + 4]
            rest = 1 - step
            out.append(rest**3 * a + 3 * rest**2 * step * b + 3 * rest * step**2 * c + step**3 * d)
            at += 3
        elif types[at] == "L":
            out.append(points[at : at + 1])
            at += 1
        else:
            raise ValueError("a curve needs two control points between two vertices")
    return np.concatenate(out)


def write(path: Path, frames: Frames) -> None:
    """Write a file: polygons as ``poly2d``, masks as ``rle``."""
    names = frames.categories()
    rows = {row["id"]: row for row in msgspec.json.decode(frames.tables.get("images", b"[]"))}
    with path.open("wb") as file:
        file.write(b'{"frames":[')
        for number, (image, records) in enumerate(by_image(frames)):
            height, width = size_of(image)
            own = {key: rows.get(image.id, {}).get(key) for key in _OF_FRAME}
            frame = {
                "name": image_name(image),
                **{key: value for key, value in own.items() if value is not None},
                "size": {"width": width, "height": height},
                "labels": _labels(image, records, names, frames),
            }
            file.write(b",\n" if number else b"\n")
            file.write(msgspec.json.encode(frame))
        file.write(b'\n],"config":null}\n')
        file.flush()
        os.fsync(file.fileno())


def _labels(
    image: ImageRow, records: pa.RecordBatch, names: dict[int, str], frames: Frames
) -> list[dict[str, Any]]:
    has = has_value(records, "counts")
    masks = masks_of(records)
    text, ends = core.runs_to_text(runs_of(masks))
    words = text.tobytes().decode()
    place = np.cumsum(has) - 1
    labels: list[dict[str, Any]] = []
    became: list[int] = []
    for number, (row, rings) in enumerate(zip(records.to_pylist(), rings_of(records), strict=True)):
        extra = {} if row["extra"] is None else msgspec.json.decode(row["extra"])
        attributes = extra.pop("attributes", {})
        if not isinstance(attributes, dict):
            frames.ledger.lose("attributes", "annotations lost those without names")
            attributes = {}
        if row["iscrowd"] is not None:
            attributes = {**attributes, "crowd": bool(row["iscrowd"])}
        frames.ledger.lose("attributes", "annotations lost keys that Scalabel has for its own",
                           bool(extra.keys() & _OWN))  # fmt: skip
        extra = {key: value for key, value in extra.items() if key not in _OWN}
        category = row["category_id"]
        label = {"id": str(extra.pop("label_id", row["id"] or number)), **extra}
        if category is not None:
            label["category"] = names.get(category, str(category))
        if row["score"] is not None:
            label["score"] = row["score"]
        if attributes:
            label["attributes"] = attributes
        if rings:
            label["poly2d"] = [{"vertices": ring.tolist(), "types": "L" * len(ring), "closed": True}
                               for ring in rings]  # fmt: skip
        elif has[number]:
            at = int(place[number])
            counts = words[ends[at] : ends[at + 1]]
            label["rle"] = {"counts": counts, "size": masks.sizes[at].tolist()}
        elif row["bbox_x"] is None:
            became.append(-1)
            continue
        if row["bbox_x"] is not None:
            x, y, w, h = (row[f"bbox_{side}"] for side in "xywh")
            label["box2d"] = {"x1": x, "y1": y, "x2": x + w - 1, "y2": y + h - 1}
        became.append(len(labels))
        labels.append(label)
    frames.ledger.drop("annotations without pixels or box", became.count(-1))
    frames.ledger.became(image.id, became)
    return labels
