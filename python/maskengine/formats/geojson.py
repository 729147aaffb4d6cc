"""GeoJSON as pathology tools write it, read only: polygons with interiors in pixels.

A collection or list of features, or one, with a class in ``properties.classification.name`` (as
QuPath has it), ``properties.name`` or ``properties.class``. The file tells no image: its name is
that of the file, its size that of a photograph beside it, or what the polygons reach to.
The definition: https://www.rfc-editor.org/rfc/rfc7946
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from maskengine.errors import BadFile
from maskengine.formats._folder import frames_of, text_bytes
from maskengine.formats._frames import BAD_JSON, Frames, Refused
from maskengine.formats._guess import json_head
from maskengine.formats._photos import photo_size
from maskengine.formats._rows import Row

EXTENSIONS: tuple[str, ...] = ()
FOLDER = False
HOLDS = frozenset({"polygons", "holes", "interiors", "parts", "overlap", "extra"})
NEEDS: frozenset[str] = frozenset()
RULE = "exact"

_PHOTOS = (".png", ".jpg", ".jpeg", ".tif", ".tiff")
_CLASS = "object"  # of features without one
_NAMED_BY = ("classification", "name", "class")  # properties, the first that says something


class _Geometry(msgspec.Struct):
    type: str
    coordinates: Any = None


class _Feature(msgspec.Struct):
    geometry: _Geometry
    properties: dict[str, Any] | None = None
    id: str | int | None = None


class _Collection(msgspec.Struct):
    type: str
    features: list[msgspec.Raw] = []


def detect(path: Path, head: bytes) -> int:  # noqa: ARG001 - other formats look at the name
    """Look for features."""
    seen = json_head(head)
    named = seen is not None and seen.own.get("type") in {"Feature", "FeatureCollection"}
    return 3 if named else 0


def read(path: Path) -> Frames:
    """Read a file.

    Raises
    ------
    BadFile
        If it has no features.
    """
    found = [_row_or_reason(raw) for raw in _features(path)]
    rows = [row for row in found if isinstance(row, Row)]
    classes = [_class_of(row.extra or {}) for row in rows]
    ids = {name: number for number, name in enumerate(sorted(set(classes)), 1)}
    for row, name in zip(rows, classes, strict=True):
        row.category_id = ids[name]
    height, width = _size(path, rows)
    image = {"id": 1, "file_name": path.with_suffix(".png").name, "height": height, "width": width}
    categories = [{"id": id_, "name": name} for name, id_ in ids.items()]
    return frames_of([image], categories, lambda _: found, rule=RULE)


def _features(path: Path) -> list[msgspec.Raw]:
    data = text_bytes(path)
    try:
        if data.lstrip().startswith(b"["):
            return msgspec.json.decode(data, type=list[msgspec.Raw])
        content = msgspec.json.decode(data, type=_Collection)
    except BAD_JSON as error:
        raise BadFile(f"{path}: {error}", parameter="file") from error
    if content.type == "Feature":
        return [msgspec.Raw(data)]
    if content.type != "FeatureCollection":
        raise BadFile(f"expected features, got {content.type!r}", parameter=str(path))
    return content.features


def _size(path: Path, rows: list[Row]) -> tuple[int, int]:
    for ending in _PHOTOS:
        if path.with_suffix(ending).is_file():
            size = photo_size(path.with_suffix(ending))
            if size is not None:
                return size
    ends = [ring.max(axis=0) for row in rows for ring in row.rings or []]
    width, height = np.max(ends, axis=0).tolist() if ends else (0, 0)
    return max(math.ceil(height), 0), max(math.ceil(width), 0)


def _row_or_reason(raw: msgspec.Raw) -> Row | Refused:
    try:
        found = msgspec.json.decode(raw, type=_Feature)
        row = Row(1)
        _fill(row, found.geometry)
    except (*BAD_JSON, TypeError, ValueError, OverflowError) as error:
        return Refused(0, None, None, f"features: {error}", bytes(raw))
    row.extra = dict(found.properties or {})
    if found.id is not None:  # beside a property of that name
        row.extra["feature_id" if "feature_id" not in row.extra else "feature.id"] = found.id
    return row


def _class_of(properties: dict[str, Any]) -> str:
    values = [properties.get(key) for key in _NAMED_BY]
    names = [value.get("name") if isinstance(value, dict) else value for value in values]
    return str(next(filter(None, names), _CLASS))


def _fill(row: Row, geometry: _Geometry) -> None:
    """Give an annotation its polygons."""
    if geometry.type not in {"Polygon", "MultiPolygon"}:
        raise ValueError(f"{geometry.type} has no pixels")
    polygons = geometry.coordinates if geometry.type == "MultiPolygon" else [geometry.coordinates]
    row.rings, row.parts = [], []
    for polygon in polygons:
        row.parts.append(len(polygon))
        for points in polygon:
            ring = np.array(points, np.float64)
            if ring.ndim != 2 or ring.shape[1] < 2 or not np.isfinite(ring).all():
                raise ValueError("expected a list of points that are finite")
            ring = ring[:, :2]
            ring = ring[:-1] if len(ring) > 1 and (ring[0] == ring[-1]).all() else ring
            if len(ring) < 3 or np.abs(ring).max() >= 2**31:
                raise ValueError(f"a ring of {len(ring)} points, or a point beyond any image")
            row.rings.append(ring)
    if not row.rings or 0 in row.parts:
        raise ValueError("a polygon without a ring")
