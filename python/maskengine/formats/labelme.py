"""labelme: a JSON file for each image, a list of shapes.

Polygons are drawn by Pillow's ``ImageDraw.polygon``; other shapes as labelme draws them: a
``rectangle`` and a ``circle`` (centre, then a point of its edge) filled, a ``line`` and a
``linestrip`` ten pixels wide, a ``point`` as a disk of radius 5, a ``mask`` as the PNG it is, with
its upper left corner at the first point. Shapes of one label and ``group_id`` are one annotation.
The application: https://github.com/wkentaro/labelme
"""

from __future__ import annotations

import base64
import binascii
import math
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from maskengine import _arrays, _limits
from maskengine._png_bytes import encode_png
from maskengine.errors import BadFile, MaskError, shown
from maskengine.formats._by_image import by_image
from maskengine.formats._disk import disk
from maskengine.formats._folder import (
    decoded,
    file_names,
    files_below,
    frames_of,
    image_name,
    size_of,
    sound_files,
    write_file,
)
from maskengine.formats._frames import BAD_JSON, Frames, Refused
from maskengine.formats._guess import json_head
from maskengine.formats._pixels import box_of, crops_of, pasted, union_of
from maskengine.formats._png import decode_png
from maskengine.formats._rows import Row, named, rings_of
from maskengine.formats._sidecar import Sidecar, write_sidecar
from maskengine.values import Masks

EXTENSIONS: tuple[str, ...] = ()
FOLDER = True
HOLDS = frozenset({"polygons", "runs", "holes", "parts", "overlap", "extra", "empty"})
NEEDS = frozenset({"rings"})
RULE = "pillow"

_LINE, _POINT = 10, 5  # pixels: the width of lines, the radius of points
_OWN = frozenset({"group_id", "description", "flags", "shape_type"})  # kept with an annotation
_VERSION = "5.0.0"


class _Shape(msgspec.Struct):
    label: str
    points: list[tuple[float, float]]
    shape_type: str = "polygon"
    group_id: int | None = None
    description: str | None = None
    flags: dict[str, Any] | None = None
    mask: str | None = None


_SHAPE = frozenset(_Shape.__struct_fields__)


class _Head(msgspec.Struct):
    """What is needed of a file before its shapes are read."""

    shapes: list[msgspec.Raw]
    imagePath: str | None = None  # noqa: N815 - labelme's spelling
    imageHeight: int | None = None  # noqa: N815
    imageWidth: int | None = None  # noqa: N815


class _Label(msgspec.Struct):
    label: str


def detect(path: Path, head: bytes) -> int:
    """Look for one such file, or a folder of them."""
    if head:
        seen = json_head(head)
        if seen is None or seen.is_list:
            return 0
        shapes = "shapes" in seen.own and {"label", "points"} <= seen.names
        return 3 if shapes or {"imagePath", "imageData"} & seen.own.keys() else 0
    if not path.is_dir():
        return 0
    for file in files_below(path, ".json")[:2]:
        try:
            decoded(file, _Head)
        except (BadFile, OSError):
            continue
        return 3
    return 0


def read(path: Path) -> Frames:
    """Read a folder, at any depth, or the file of one image.

    Raises
    ------
    BadFile
        If a file is none of labelme's, or the size of its image cannot be told.
    """
    folder = path if path.is_dir() else path.parent
    files = [file for file in files_below(path, ".json") if file.parent != path or
             file.name != "maskengine.json"] if path is folder else [path]  # fmt: skip
    sidecar = Sidecar(folder)
    images: list[dict[str, Any]] = []
    names: set[str] = set()

    def look(number: int, file: Path) -> None:
        head = decoded(file, _Head)
        images.append(_image(number, file, folder, head, sidecar))
        names.update(_labels(head))

    files, damaged = sound_files(files, look)
    ids = {str(row.get("name")): int(row["id"]) for row in sidecar.categories}
    for name in sorted(names - ids.keys()):
        ids[name] = max(ids.values(), default=0) + 1
    known = {int(row["id"]): row for row in sidecar.categories}
    categories = [known.get(id_, {"id": id_, "name": name}) for name, id_ in ids.items()]

    def rows_of(number: int) -> list[Row | Refused]:
        image = images[number]
        size = image["height"], image["width"]
        return _rows(decoded(files[number], _Head).shapes, image["id"], size, ids)

    return frames_of(images, categories, rows_of, rule=RULE, damaged=damaged)


def _labels(head: _Head) -> set[str]:
    found = set()
    for raw in head.shapes:
        try:
            found.add(msgspec.json.decode(raw, type=_Label).label)
        except BAD_JSON:
            continue  # refused when its rows are read
    return found


def _image(number: int, file: Path, folder: Path, head: _Head, sidecar: Sidecar) -> dict[str, Any]:
    """Give the row of an image: its name has the folder of the file."""
    own = file.relative_to(folder).with_suffix("").as_posix()
    ending = PurePosixPath((head.imagePath or "").replace("\\", "/")).suffix or ".jpg"
    if not head.imageHeight or not head.imageWidth:
        raise BadFile(f"{file} does not tell imageHeight and imageWidth", parameter="file")
    if not (0 < head.imageHeight < 2**31 and 0 < head.imageWidth < 2**31):
        text = f"expected sides of an image in [1, 2147483647] in {file}, got "
        raise BadFile(text + shown((head.imageHeight, head.imageWidth)), parameter="file")
    known = sidecar.of_stem(own)
    known = known or {"id": sidecar.new_id(number), "file_name": own + ending}
    return {**known, "height": head.imageHeight, "width": head.imageWidth}


def _rows(
    shapes: list[msgspec.Raw], image: int, size: tuple[int, int], ids: dict[str, int]
) -> list[Row | Refused]:
    """Give the annotations of a file; shapes of a group are one."""
    rows: list[Row | Refused] = []
    groups: dict[tuple[str, int], Row] = {}
    for raw in shapes:
        try:
            shape = msgspec.json.decode(raw, type=_Shape)
            row = _row(shape, image, size, ids)
            others = msgspec.json.decode(raw, type=dict[str, Any])
            row.extra = {
                **(row.extra or {}),
                **{k: v for k, v in others.items() if k not in _SHAPE},
            }
        except (*BAD_JSON, MaskError, ValueError) as error:
            rows.append(Refused(0, None, None, f"shapes: {error}", bytes(raw)))
            continue
        if shape.group_id is None:
            rows.append(row)
            continue
        first = groups.setdefault((shape.label, shape.group_id), row)
        if first is row:
            rows.append(row)
        else:
            _join(first, row, size)
    return rows


def _join(first: Row, row: Row, size: tuple[int, int]) -> None:
    """Add a shape to the annotation of its group."""
    if first.rings is not None and row.rings is not None:
        first.rings += row.rings
        return
    both = Masks.concatenate([_mask(first, size), _mask(row, size)])
    first.rings, first.mask = None, union_of(both)


def _mask(row: Row, size: tuple[int, int]) -> Masks:
    if row.mask is not None:
        return row.mask
    rings = row.rings or []
    return _drawn(np.concatenate(rings), size, lambda draw, corner: [
        draw.polygon([tuple(p) for p in (ring - corner).tolist()], outline=1, fill=1)
        for ring in rings
    ])  # fmt: skip


def _row(shape: _Shape, image: int, size: tuple[int, int], ids: dict[str, int]) -> Row:
    points = np.array(shape.points, np.float64).reshape(-1, 2)
    if not np.isfinite(points).all() or (np.abs(points) > 1e9).any():
        raise ValueError("a point is not finite, or beyond 1e9 pixels")
    extra = {name: getattr(shape, name) for name in sorted(_OWN) if getattr(shape, name)}
    if shape.shape_type == "polygon":
        extra.pop("shape_type")
    row = Row(image, category_id=ids[shape.label], extra=extra)
    if shape.shape_type in {"polygon", "oriented_rectangle"}:
        if len(points) < 3:
            raise ValueError(f"a polygon of {len(points)} points")
        row.rings = [points]
    elif shape.shape_type == "mask":
        row.mask = _png_mask(shape, points, size)
    else:
        row.mask = _shape_mask(shape.shape_type, points, size)
    return row


def _png_mask(shape: _Shape, points: npt.NDArray[np.float64], size: tuple[int, int]) -> Masks:
    try:
        data = base64.b64decode(shape.mask or "", validate=True)
    except binascii.Error as error:
        raise ValueError(f"mask: {error}") from error
    if not len(points):
        raise ValueError("a mask without points")
    crop = decode_png(data, "mask")
    if crop.ndim != 2:
        raise ValueError("a mask of several channels")
    left, top = (math.floor(value + 0.5) for value in points[0].tolist())
    return pasted(crop, (top, left), size)


def _drawn(points: npt.NDArray[np.float64], size: tuple[int, int], paint: Any) -> Masks:
    """Give what is drawn on a picture as large as it needs, not as the image."""
    from PIL import Image, ImageDraw  # noqa: PLC0415 - slow to import

    low, high = points.min(axis=0) - 2 * _LINE, points.max(axis=0) + 2 * _LINE
    corner = np.zeros(2, np.int64)
    end = np.clip(high, 1, size[::-1]).astype(np.int64)
    if end.prod() > _limits.value("decode_pixels"):
        # Pillow's slopes are 32-bit floats, so only where one must is it drawn elsewhere
        corner = np.clip(low, 0, end - 1).astype(np.int64)
    width, height = (end - corner).tolist()
    _arrays.check_dense(1, height, width, "shapes")
    image = Image.new("L", (width, height), 0)
    paint(ImageDraw.Draw(image), corner)
    left, top = corner.tolist()
    return pasted(np.asarray(image), (top, left), size)


def _shape_mask(kind: str, points: npt.NDArray[np.float64], size: tuple[int, int]) -> Masks:
    """Give the pixels of a shape as labelme draws it."""
    needed = {"rectangle": 2, "circle": 2, "line": 2, "linestrip": 2, "point": 1}
    if kind not in needed:
        raise ValueError(f"shape_type {kind!r} is not known")
    if len(points) < needed[kind] or (len(points) > needed[kind] and kind != "linestrip"):
        raise ValueError(f"a {kind} of {len(points)} points")
    if kind == "rectangle":
        (x0, y0), (x1, y1) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
        return box_of((int(x0), int(y0), int(x1) + 1, int(y1) + 1), size)
    if kind in {"line", "linestrip"}:
        return _drawn(points, size, lambda draw, corner: draw.line(
            [tuple(point) for point in (points - corner).tolist()], fill=1, width=_LINE
        ))  # fmt: skip
    x, y = points[0].tolist()
    radius = _POINT if kind == "point" else math.dist(*points.tolist())
    return disk((x - radius, y - radius, x + radius, y + radius), size)


def write_images(path: Path, frames: Frames) -> None:
    """Write the files of the images."""
    images = frames.images() or []
    files = file_names(images, ".json")
    names = frames.categories()
    for image, records in by_image(frames):
        height, width = size_of(image)
        shapes = _shapes(records, names, frames, image.id)
        content: dict[str, Any] = {
            "version": _VERSION,
            "flags": {},
            "shapes": shapes,
            "imagePath": PurePosixPath(image_name(image)).name,
            "imageData": None,
            "imageHeight": height,
            "imageWidth": width,
        }
        data = msgspec.json.format(msgspec.json.encode(content), indent=2)
        write_file(path, files[image.id], data + b"\n")


def finish(path: Path, frames: Frames) -> None:
    """Write what is not an image's own: ``maskengine.json``."""
    write_sidecar(path, frames)


def _shapes(
    records: pa.RecordBatch, names: dict[int, str], frames: Frames, image: int
) -> list[dict[str, Any]]:
    shapes: list[dict[str, Any]] = []
    became: list[int] = []
    extras = [_own(text) for text in records.column("extra").to_pylist()]
    taken = {extra.get("group_id") for extra in extras}
    group = 0
    rows = zip(
        records.column("category_id").to_pylist(),
        rings_of(records),
        crops_of(records),
        extras,
        strict=True,
    )
    held_elsewhere = {*_SHAPE - _OWN, "shape_type"}
    written = 0
    for category, rings, crop, extra in rows:
        shape: dict[str, Any] = {
            "label": named(category, names, frames.ledger),
            "points": [],
            "group_id": None,
            "description": "",
            "shape_type": "polygon",
            "flags": {},
            "mask": None,
            **{name: value for name, value in extra.items() if name not in held_elsewhere},
        }
        if rings and shape["group_id"] is None and len(rings) > 1:
            while group in taken:
                group += 1
            taken.add(group)
            shape["group_id"] = group
        if rings:
            shapes += [{**shape, "points": ring.tolist()} for ring in rings]
        elif crop is not None:
            shapes.append(_mask_shape(shape, *crop))
        became.append(written if rings or crop is not None else -1)
        written += became[-1] >= 0
    frames.ledger.drop("annotations without pixels", became.count(-1))
    frames.ledger.became(image, became)
    return shapes


def _own(text: str | None) -> dict[str, Any]:
    """Give the other members of an annotation."""
    if text is None:
        return {}
    found: dict[str, Any] = msgspec.json.decode(text)
    for name, kind in (("group_id", int), ("description", str), ("flags", dict)):
        if name in found and not isinstance(found[name], kind):  # another one's of that name
            found[f"{name}_"] = found.pop(name)
    return found


def _mask_shape(
    shape: dict[str, Any], crop: npt.NDArray[np.bool_], top: int, left: int
) -> dict[str, Any]:
    height, width = crop.shape
    data = encode_png(crop.astype(np.uint8))
    corners = [[left, top], [left + width - 1, top + height - 1]]
    text = base64.b64encode(data).decode()
    return {**shape, "points": corners, "shape_type": "mask", "mask": text}
