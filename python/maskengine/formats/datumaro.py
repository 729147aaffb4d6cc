"""Datumaro's own JSON, read only: items with masks, polygons and boxes.

Polygons are drawn as the COCO API draws them. Coordinates are 32-bit floats of two decimals there.
Without a size in ``media`` an image has that of its masks, or of its photograph below ``images``.
The format: https://open-edge-platform.github.io/datumaro/
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from maskengine.errors import BadFile, MaskError
from maskengine.formats._folder import decoded, files_below, frames_of
from maskengine.formats._frames import BAD_JSON, Frames, Refused
from maskengine.formats._guess import head_of, json_head
from maskengine.formats._photos import photo_sizes
from maskengine.formats._rows import Row
from maskengine.formats._told_size import told_size
from maskengine.values import Masks

EXTENSIONS: tuple[str, ...] = ()
FOLDER = True
HOLDS = frozenset(
    {"polygons", "runs", "holes", "parts", "overlap", "crowd", "box", "extra", "empty"}
)
NEEDS: frozenset[str] = frozenset()
RULE = "coco"

_KEPT = ("id", "group", "z_order", "object_id")


class _Label(msgspec.Struct):
    name: str


class _Labels(msgspec.Struct):
    labels: list[_Label] = []


class _Categories(msgspec.Struct):
    label: _Labels | None = None


class _Media(msgspec.Struct):
    path: str | None = None
    size: tuple[int, int] | None = None


class _Item(msgspec.Struct):
    id: str
    annotations: list[msgspec.Raw] = []
    image: _Media | None = None
    media: _Media | None = None


class _File(msgspec.Struct):
    items: list[_Item]
    categories: _Categories | None = None


class _Annotation(msgspec.Struct):
    type: str
    label_id: int | None = None
    attributes: dict[str, Any] = {}
    rle: dict[str, Any] | None = None
    points: list[float] | None = None
    bbox: tuple[float, float, float, float] | None = None


def detect(path: Path, head: bytes) -> int:
    """Look for items, or a folder of annotations with such a file."""
    if not head and path.is_dir():
        first = files_below(path / "annotations", ".json")[:1]
        return detect(first[0], head_of(first[0])) if first else 0
    seen = json_head(head)
    if seen is None or seen.is_list or "categories" not in seen.own:
        return 0
    has = seen.own.keys() & {"dm_format_version", "items"} or "label_groups" in seen.names
    return 3 if has and not seen.own.keys() & {"annotations", "images"} else 0


def read(path: Path) -> Frames:
    """Read a folder with ``annotations/<subset>.json``, or one such file.

    Raises
    ------
    BadFile
        If a file is not of the format, or two name their classes in another order.
    """
    files = files_below(path / "annotations", ".json") if path.is_dir() else [path]
    root = path if path.is_dir() else path.parent.parent
    photos = photo_sizes(root / "images")
    names: list[str] = []
    images: list[dict[str, Any]] = []
    items: list[_Item] = []
    for file in files:
        content = decoded(file, _File)
        label = content.categories.label if content.categories else None
        found = [one.name for one in label.labels] if label else []
        if names and found and found != names:
            raise BadFile("its classes are not those of the other files", parameter=str(file))
        names = names or found
        for item in content.items:
            images.append(_image_row(item, file.stem, len(images) + 1, photos))
            items.append(item)

    def rows_of(number: int) -> list[Row | Refused]:
        return [_row_or_reason(raw, number + 1, len(names)) for raw in items[number].annotations]

    categories = [{"id": number, "name": name} for number, name in enumerate(names, 1)]
    return frames_of(images, categories, rows_of, rule=RULE)


def _image_row(
    item: _Item, subset: str, number: int, photos: dict[str, tuple[str, int, int]]
) -> dict[str, Any]:
    media = item.media or item.image or _Media()
    name = media.path or f"{item.id}.jpg"
    size = media.size or (item.image.size if item.image else None)
    for stem in (item.id, f"{subset}/{item.id}"):
        if size is None and stem in photos:
            size = photos[stem][1:]
    for raw in item.annotations if size is None else ():
        size = told_size(raw) or size
    height, width = size if size is not None else (None, None)
    return {"id": number, "file_name": name, "height": height, "width": width}


def _row_or_reason(raw: msgspec.Raw, image: int, n_labels: int) -> Row | Refused:
    try:
        found = msgspec.json.decode(raw, type=_Annotation)
        others = msgspec.json.decode(raw, type=dict[str, Any])
        row = Row(image)
        if found.label_id is not None:
            row.category_id = _category(found.label_id, n_labels)
        _fill(row, found)
    except (MaskError, *BAD_JSON, ValueError, OverflowError) as error:
        return Refused(0, None, None, f"annotations: {error}", bytes(raw))
    attributes = dict(found.attributes)
    if "is_crowd" in attributes:
        row.iscrowd = int(bool(attributes.pop("is_crowd")))
    row.extra = {f"datumaro_{key}": others[key] for key in _KEPT if others.get(key)}
    if attributes:
        row.extra["attributes"] = attributes
    return row


def _category(label: int, n_labels: int) -> int:
    if not 0 <= label < n_labels:
        raise ValueError(f"no label {label}")
    return label + 1


def _fill(row: Row, found: _Annotation) -> None:
    """Give an annotation its mask, polygon or box."""
    if found.type == "mask" and found.rle is not None:
        row.mask = Masks.from_coco([found.rle])
    elif found.type == "polygon" and found.points is not None:
        points = np.array(found.points, np.float64)
        if len(points) < 6 or len(points) % 2 or not np.isfinite(points).all():
            raise ValueError(f"a polygon of {len(points)} numbers, or one that is not finite")
        row.rings = [points.reshape(-1, 2)]
    elif found.type == "bbox" and found.bbox is not None:
        row.bbox = found.bbox
    else:
        raise ValueError(f"{found.type} has no pixels")
