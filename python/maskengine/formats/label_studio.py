"""Label Studio: a JSON list of tasks, with brush masks, polygons, rectangles and ellipses.

Coordinates are per cent of the image's width and height. Polygons become pixels as in the COCO API,
as in Label Studio's own exports. What is no region of an image (choices, texts, relations, key
points) has no pixels and is refused.
The format: https://labelstud.io/guide/export#Label-Studio-JSON-format-of-annotated-tasks
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from maskengine._backend import core
from maskengine.errors import MaskError
from maskengine.formats._by_image import by_image
from maskengine.formats._folder import decoded, frames_from, image_name, size_of
from maskengine.formats._frames import BAD_JSON, Frames, ImageRow, Refused, has_value, masks_of
from maskengine.formats._guess import json_head
from maskengine.formats._image_ids import make_unique
from maskengine.formats._pixels import mask_rows, of_rows
from maskengine.formats._rows import Row, rings_of
from maskengine.formats._shapes import ellipse, turned

EXTENSIONS: tuple[str, ...] = ()
FOLDER = False
HOLDS = frozenset({"polygons", "runs", "holes", "overlap", "score", "extra", "empty"})
NEEDS = frozenset({"images"})
RULE = "coco"
ROWS = {"images": {"id", "file_name", "height", "width", "url"}, "categories": {"name"}}

_ODD = re.compile("[%#?: ]")
_SIDE = 1 << 31  # pixels
_NEAR = 4  # numbers on either side of a per cent that are tried
_KINDS = {"brushlabels": "brush", "polygonlabels": "polygon", "rectanglelabels": "rectangle",
          "ellipselabels": "ellipse"}  # fmt: skip


class _Annotation(msgspec.Struct):
    result: list[msgspec.Raw] = []
    id: int | str | None = None
    was_cancelled: bool = False


class _Task(msgspec.Struct):
    data: dict[str, Any] = {}
    id: int | None = None
    annotations: list[_Annotation] = []


class _Result(msgspec.Struct):
    """A region."""

    type: str = ""
    value: dict[str, Any] = {}
    original_width: int | None = None
    original_height: int | None = None
    image_rotation: float = 0
    score: float | None = None
    meta: dict[str, Any] | None = None


class _Labelled(msgspec.Struct):
    """What is needed of a region before it is read."""

    type: str = ""
    value: dict[str, msgspec.Raw] = {}
    original_width: int | None = None
    original_height: int | None = None


def detect(path: Path, head: bytes) -> int:  # noqa: ARG001 - other formats look at the name
    """Look for a list of tasks."""
    seen = json_head(head)
    if seen is None or not seen.is_list or "image_id" in seen.own:
        return 0
    return 3 if seen.names & {"original_width", "from_name"} or {
        "data", "annotations"} <= seen.own.keys() else 0  # fmt: skip


def read(path: Path) -> Frames:
    """Read a file; every annotation of a task that was not cancelled counts.

    Raises
    ------
    BadFile
        If it is no list of tasks.
    """
    tasks = decoded(path, list[_Task])
    names: dict[str, None] = {}
    images = []
    for number, task in enumerate(tasks):
        size: tuple[int | None, int | None] = (None, None)
        for raw in _results(task):
            try:
                found = msgspec.json.decode(raw, type=_Labelled)
            except BAD_JSON:
                continue  # refused when it is read
            if found.original_height and found.original_width and size[0] is None:
                size = found.original_height, found.original_width
            if found.type in _KINDS and found.type in found.value:
                names.update((name, None) for name in _labels(found.value[found.type])[:1])
        images.append(_image_row(task, number, size))
    ids = {name: number for number, name in enumerate(sorted(names), 1)}

    def lots() -> Iterator[tuple[int, list[Row | Refused]]]:
        for number, task in enumerate(tasks):
            yield number, [_row_or_reason(raw, images[number], ids) for raw in _results(task)]

    categories = [{"id": id_, "name": name} for name, id_ in ids.items()]
    make_unique(images)  # before a row is read
    return frames_from(images, categories, lots, rule=RULE, size=len(tasks))


def _results(task: _Task) -> Iterator[msgspec.Raw]:
    for annotation in task.annotations:
        if not annotation.was_cancelled:
            yield from annotation.result


def _labels(raw: msgspec.Raw) -> list[str]:
    try:
        return msgspec.json.decode(raw, type=list[str])
    except BAD_JSON:
        return []


def _image_row(task: _Task, number: int, size: tuple[int | None, int | None]) -> dict[str, Any]:
    urls = [value for key, value in task.data.items() if isinstance(value, str)]
    url = str(task.data.get("image") or (urls[0] if urls else ""))
    parts = urlsplit(url)
    local = parse_qs(parts.query).get("d", [""])[0]
    id_ = number + 1 if task.id is None else task.id
    path = local or _unquoted(parts.path)
    beside = url in {path, _quoted(path)} and not path.startswith("/")
    name = path if beside and ".." not in path.split("/") else PurePosixPath(path).name
    name = name or f"{id_}.jpg"
    row: dict[str, Any] = {"id": id_, "file_name": name}
    if size[0] is not None:
        row.update(height=size[0], width=size[1])
    return row if url in {name, _quoted(name)} else {**row, "url": url}


def _quoted(name: str) -> str:
    """Give the URL of a file beside the tasks: what would end or begin a part of it is quoted."""
    return _ODD.sub(lambda found: f"%{ord(found[0]):02X}", name)


def _unquoted(path: str) -> str:
    try:
        return unquote(path, errors="strict")
    except UnicodeDecodeError:  # a per cent of its own
        return path


def _row_or_reason(raw: msgspec.Raw, image: dict[str, Any], ids: dict[str, int]) -> Row | Refused:
    try:
        return _row(msgspec.json.decode(raw, type=_Result), image, ids)
    except KeyError as error:
        reason = f"no {error}"
    except (MaskError, *BAD_JSON, TypeError, ValueError, OverflowError,
            RecursionError) as error:  # fmt: skip
        reason = str(error)
    return Refused(0, None, None, f"result: {reason}", bytes(raw))


def _row(found: _Result, image: dict[str, Any], ids: dict[str, int]) -> Row:
    kind = _KINDS.get(found.type)
    if kind is None:
        raise ValueError(f"{found.type or 'a relation'} has no pixels")
    if found.image_rotation:
        raise ValueError(f"the image is turned by {found.image_rotation} degrees")
    size = found.original_height, found.original_width
    if size != (image.get("height"), image.get("width")) or not size[0] or not size[1]:
        raise ValueError(f"expected the size of its image, got {size[0]} x {size[1]}")
    if max(size[0], size[1]) >= _SIDE:
        raise ValueError(f"a size of {size[0]} x {size[1]}")
    value = found.value
    labels = [str(label) for label in value.get(found.type, [])]
    extra: dict[str, Any] = dict(found.meta or {})
    if len(labels) > 1:
        extra["labels"] = labels
    category = ids[labels[0]] if labels else None
    row = Row(image["id"], category_id=category, score=found.score, extra=extra)
    whole = np.array([size[1], size[0]], np.float64)
    if kind == "brush":
        if not isinstance(value["rle"], list):  # bytes(n) would be n zeros
            raise ValueError("a brush without a list of bytes")
        code = bytes(value["rle"])
        row.mask = of_rows(core.brush_to_counts(code, size[0] * size[1]), (size[0], size[1]))
        return row
    if kind == "polygon":
        ring = np.array(value["points"], np.float64).reshape(-1, 2) / 100 * whole
        if len(ring) < 3:
            raise ValueError(f"a polygon of {len(ring)} points")
    else:
        ring = _closed(kind, value, whole)
        extra["shape"] = kind
    if not np.isfinite(ring).all():
        raise ValueError("a coordinate is not finite")
    row.rings = [ring]
    return row


def _closed(
    kind: str, value: dict[str, Any], whole: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Give the outline of a rectangle, turned about its first corner, or of an ellipse."""
    first = np.array([value["x"], value["y"]], np.float64) / 100 * whole
    turn = math.radians(float(value.get("rotation") or 0))
    if kind == "ellipse":
        radii = np.array([value["radiusX"], value["radiusY"]], np.float64) / 100 * whole
        return ellipse(first, radii, turn)
    side = np.array([value["width"], value["height"]], np.float64) / 100 * whole
    corners = np.array([(0, 0), (1, 0), (1, 1), (0, 1)], np.float64) * side
    return first + turned(corners, turn)


def write(path: Path, frames: Frames) -> None:
    """Write a file: a task for each image."""
    names = frames.categories()
    images = frames.tables.get("images", b"[]")
    urls = {row["id"]: row.get("url") for row in msgspec.json.decode(images)}
    with path.open("wb") as file:
        file.write(b"[")
        for number, (image, records) in enumerate(by_image(frames)):
            task = {
                "id": image.id,
                "data": {"image": urls.get(image.id) or _quoted(image_name(image))},
                "annotations": [{"result": _regions(image, records, names, frames)}],
            }
            file.write(b",\n" if number else b"\n")
            file.write(msgspec.json.encode(task))
        file.write(b"\n]\n")
        file.flush()
        os.fsync(file.fileno())


def _regions(
    image: ImageRow, records: pa.RecordBatch, names: dict[int, str], frames: Frames
) -> list[dict[str, Any]]:
    regions: list[dict[str, Any]] = []
    became: list[int] = []
    has = has_value(records, "counts")
    masks = masks_of(records)
    place = np.cumsum(has) - 1
    columns = (records.column(name).to_pylist() for name in ("category_id", "score", "extra"))
    for number, (category, score, text, rings) in enumerate(
        zip(*columns, rings_of(records), strict=True)
    ):
        extra = {} if text is None else msgspec.json.decode(text)
        value: dict[str, Any] = {}
        if rings:
            kind, value = _percent(rings[0], extra.pop("shape", None), image)
        elif has[number]:
            code = core.counts_to_brush(mask_rows(masks[int(place[number])]))
            kind, value = "brush", {"format": "rle", "rle": code.tolist()}
        else:
            became.append(-1)
            continue
        labels = extra.pop("labels", None)
        if not isinstance(labels, list) or not all(isinstance(one, str) for one in labels):
            labels = []
        labels = labels or [names.get(category, str(category))]
        region = {
            "id": f"{image.id}-{number}",
            "type": f"{kind}labels",
            "from_name": kind,
            "to_name": "image",
            "original_width": image.width,
            "original_height": image.height,
            "image_rotation": 0,
            "value": {**value, f"{kind}labels": labels if category is not None else []},
        }
        if score is not None:
            region["score"] = score
        if extra:
            region["meta"] = extra
        became.append(len(regions))
        regions.append(region)
    frames.ledger.lose("sizes", "of images without annotations dropped",
                       not regions and image.height is not None)  # fmt: skip
    frames.ledger.drop("annotations without pixels", became.count(-1))
    frames.ledger.became(image.id, became)
    return regions


def _percent(
    ring: npt.NDArray[np.float64], shape: Any, image: ImageRow
) -> tuple[str, dict[str, Any]]:
    """Give a ring in per cent, as a rectangle where it came as one."""
    height, width = size_of(image)
    whole = np.array([width, height], np.float64)
    told = _parts(ring, whole)
    if shape == "rectangle" and len(ring) == 4 and (ring[[1, 2], 0] == ring[1, 0]).all():
        first, last = told[0].tolist(), told[2].tolist()
        size = {"width": last[0] - first[0], "height": last[1] - first[1]}
        return "rectangle", {"x": first[0], "y": first[1], **size, "rotation": 0}
    return "polygon", {"points": told.tolist(), "closed": True}


def _parts(
    ring: npt.NDArray[np.float64], whole: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Give per cents from which a reader comes back to the same pixels, better the same numbers.

    Not every number can be reached. The COCO API's pixels depend on ``trunc(5 x + 0.5)`` alone.
    """
    told = ring / whole * 100
    best = told.copy()
    near = [told]
    for far in (np.inf, -np.inf):
        step = told
        for _ in range(_NEAR):
            step = np.nextafter(step, far)
            near.append(step)
    for candidate in near:
        back = candidate / 100 * whole
        best = np.where(np.trunc(5 * back + 0.5) == np.trunc(5 * ring + 0.5), candidate, best)
    for candidate in near:
        best = np.where(candidate / 100 * whole == ring, candidate, best)
    return best
