"""V7 Darwin 2.0, read only: a JSON file for each image, of polygons and one raster layer.

``raster_layer.dense_rle`` has value, count, value, count, ... of the whole image, row by row;
``mask_annotation_ids_mapping`` says which value an annotation with a ``mask`` has. The paths of a
polygon are filled even-odd. The format: https://docs.v7labs.com/reference/darwin-json
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine.errors import BadFile, MaskError
from maskengine.formats._folder import decoded, files_below, frames_of, sound_files
from maskengine.formats._frames import BAD_JSON, Frames, Refused
from maskengine.formats._guess import head_of, json_head
from maskengine.formats._pixels import of_rows
from maskengine.formats._rows import Row
from maskengine.formats._shapes import ellipse
from maskengine.values import Masks

EXTENSIONS: tuple[str, ...] = ()
FOLDER = True
HOLDS = frozenset(
    {"polygons", "runs", "holes", "interiors", "parts", "overlap", "box", "extra", "empty"}
)
NEEDS: frozenset[str] = frozenset()
RULE = "exact"

_KEPT = ("attributes", "instance_id", "text", "properties", "ranges", "slot_names")


class _Slot(msgspec.Struct):
    width: int
    height: int


class _Item(msgspec.Struct):
    name: str
    slots: list[_Slot]
    path: str = "/"


class _File(msgspec.Struct):
    item: _Item
    annotations: list[msgspec.Raw]


class _Point(msgspec.Struct):
    x: float
    y: float


class _Box(msgspec.Struct):
    x: float
    y: float
    w: float
    h: float


class _Ellipse(msgspec.Struct):
    center: _Point
    radius: _Point
    angle: float = 0.0


class _Polygon(msgspec.Struct):
    paths: list[list[_Point]]


class _Layer(msgspec.Struct):
    dense_rle: list[int]
    mask_annotation_ids_mapping: dict[str, int]
    total_pixels: int | None = None


class _Annotation(msgspec.Struct):
    name: str
    id: str = ""
    polygon: _Polygon | None = None
    ellipse: _Ellipse | None = None
    bounding_box: _Box | None = None
    raster_layer: _Layer | None = None
    mask: dict[str, Any] | None = None


def detect(path: Path, head: bytes) -> int:
    """Look for items of slots."""
    if not head and path.is_dir():
        first = files_below(path, ".json")[:1]
        return detect(first[0], head_of(first[0])) if first else 0
    seen = json_head(head)
    if seen is None or "item" not in seen.own:
        return 0
    keys = {"slots", "annotations", "raster_layer", "source_info"}
    return 3 if len(seen.names & keys) > 1 else 0


def read(path: Path) -> Frames:
    """Read a folder, or the file of one image.

    Raises
    ------
    BadFile
        If a file is not of the format.
    """
    files = files_below(path, ".json") if path.is_dir() else [path]
    images: list[dict[str, Any]] = []
    names: set[str] = set()

    def look(number: int, file: Path) -> None:
        content = _content(file)
        slot = content.item.slots[0]
        name = f"{content.item.path.strip('/')}/{content.item.name}".lstrip("/")
        images.append({"id": number + 1, "file_name": name, "height": slot.height,
                       "width": slot.width})  # fmt: skip
        names.update(found.name for found in _sound(content) if found.raster_layer is None)

    files, damaged = sound_files(files, look)
    ids = {name: number for number, name in enumerate(sorted(names), 1)}

    def rows_of(number: int) -> list[Row | Refused]:
        image = images[number]
        size = image["height"], image["width"]
        return _rows(_content(files[number]), image["id"], size, ids)

    categories = [{"id": id_, "name": name} for name, id_ in ids.items()]
    return frames_of(images, categories, rows_of, rule=RULE, damaged=damaged)


def _content(file: Path) -> _File:
    content = decoded(file, _File)
    if len(content.item.slots) != 1:
        raise BadFile(f"expected one slot, got {len(content.item.slots)}", parameter=str(file))
    return content


def _sound(content: _File) -> list[_Annotation]:
    out = []
    for raw in content.annotations:
        try:
            out.append(msgspec.json.decode(raw, type=_Annotation))
        except BAD_JSON:
            continue  # refused when it is read
    return out


def _rows(
    content: _File, image: int, size: tuple[int, int], ids: dict[str, int]
) -> list[Row | Refused]:
    layers = _Layers(content, size)
    rows: list[Row | Refused] = []
    for raw in content.annotations:
        try:
            found = msgspec.json.decode(raw, type=_Annotation)
            if found.raster_layer is not None:
                if layers.broken:
                    rows.append(Refused(0, None, None, layers.broken, bytes(raw)[:1000]))
                continue  # it has the pixels of others
            row = Row(image, category_id=ids[found.name])
            _fill(row, found, layers)
            others = msgspec.json.decode(raw, type=dict[str, Any])
        except (MaskError, *BAD_JSON, ValueError, OverflowError,
                RecursionError) as error:  # fmt: skip
            rows.append(Refused(0, None, None, f"annotations: {error}", bytes(raw)))
            continue
        row.extra = {key: others[key] for key in _KEPT if others.get(key)}
        if found.id:
            row.extra["darwin_id"] = found.id
        rows.append(row)
    return rows


def _fill(row: Row, found: _Annotation, layers: _Layers) -> None:
    """Give an annotation its polygon, mask or box."""
    if found.bounding_box is not None:
        box = found.bounding_box
        row.bbox = (box.x, box.y, box.w, box.h)
    if found.mask is not None:
        row.mask = layers.mask(found.id)
    elif found.polygon is not None:
        points = [[(p.x, p.y) for p in path] for path in found.polygon.paths]
        row.rings = [np.array(path, np.float64).reshape(-1, 2) for path in points]
        row.parts = [len(row.rings)]
        if not row.rings or min(map(len, row.rings)) < 3:
            raise ValueError("a path of less than 3 points")
    elif found.ellipse is not None:
        one = found.ellipse
        centre, radii = (
            np.array([one.center.x, one.center.y]),
            np.array([one.radius.x, one.radius.y]),
        )
        row.rings = [ellipse(centre, radii, one.angle)]
    elif found.bounding_box is None:
        raise ValueError("an annotation without polygon, mask, ellipse or box")


class _Layers:
    """The raster layers of an image; `broken` says why they cannot be used."""

    def __init__(self, content: _File, size: tuple[int, int]) -> None:
        self._size = size
        self._masks: dict[str, tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], int]] = {}
        self.broken = ""
        for found in _sound(content):
            if found.raster_layer is not None:
                self._add(found.raster_layer)

    def _add(self, layer: _Layer) -> None:
        try:
            pairs = np.array(layer.dense_rle, np.int64)
        except OverflowError:
            pairs = np.zeros(1, np.int64)
        total = self._size[0] * self._size[1]
        if len(pairs) % 2 or (pairs < 0).any() or pairs[1::2].sum() != total:
            self.broken = (
                f"raster_layer: expected pairs of value and count that fill {total} pixels"
            )
            return
        values, counts = pairs[::2], pairs[1::2]
        for id_, value in layer.mask_annotation_ids_mapping.items():
            self._masks[id_] = values, counts, value

    def mask(self, id_: str) -> Masks:
        """Give the mask of an annotation."""
        if id_ not in self._masks:
            raise ValueError(self.broken or f"no raster layer has the mask {id_!r}")
        values, counts, value = self._masks[id_]
        _arrays.check_dense(1, *self._size, "image")
        here = np.concatenate([[False], values == value])  # background first
        lengths = np.concatenate([[0], counts])
        starts = np.flatnonzero(np.concatenate([[True], here[1:] != here[:-1]]))
        return of_rows(np.add.reduceat(lengths, starts).astype(np.uint32), self._size)
