"""Supervisely: a project folder with a JSON file for each image, of bitmaps and polygons.

``meta.json`` has the classes, ``<dataset>/ann/<image>.json`` the objects. A bitmap is a PNG,
compressed once more and in base64, with its upper left corner at ``origin``; a polygon has an
exterior and interiors, drawn by ``cv2.fillPoly``, the interiors with 0, their edges too.
The format: https://docs.supervisely.com/data-organization/00_ann_format_navi
"""

from __future__ import annotations

import base64
import binascii
import zlib
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from maskengine._png_bytes import encode_png
from maskengine.errors import LimitExceeded, MaskError
from maskengine.formats._by_image import by_image
from maskengine.formats._folder import (
    decoded,
    files_below,
    frames_of,
    image_name,
    size_of,
    sound_files,
    write_file,
)
from maskengine.formats._frames import BAD_JSON, Frames, ImageRow, Refused
from maskengine.formats._names import check_seen
from maskengine.formats._pixels import crops_of, pasted
from maskengine.formats._png import decode_png
from maskengine.formats._rows import Row, named, rings_of
from maskengine.formats._sidecar import Sidecar, write_sidecar

EXTENSIONS: tuple[str, ...] = ()
FOLDER = True
HOLDS = frozenset({"polygons", "runs", "holes", "interiors", "parts", "overlap", "extra", "empty"})
NEEDS = frozenset({"images"})
RULE = "opencv_erased"

_META = "meta.json"
_LONGEST = 1 << 28  # bytes of a bitmap's PNG
_KEPT = frozenset(
    {"tags", "description", "labelerLogin", "createdAt", "updatedAt", "id", "classId"}
)
_NAME = "supervisely_id"  # of an object: ours is given anew


class _Title(msgspec.Struct):
    title: str


class _Meta(msgspec.Struct):
    classes: list[_Title] = []


class _Size(msgspec.Struct):
    height: int
    width: int


class _File(msgspec.Struct):
    size: _Size
    objects: list[msgspec.Raw]


class _Bitmap(msgspec.Struct):
    data: str
    origin: tuple[int, int]


class _Points(msgspec.Struct):
    exterior: list[tuple[float, float]] = []
    interior: list[list[tuple[float, float]]] = []


class _Object(msgspec.Struct):
    classTitle: str  # noqa: N815 - Supervisely's spelling
    geometryType: str | None = None  # noqa: N815
    bitmap: _Bitmap | None = None
    points: _Points | None = None


def detect(path: Path, head: bytes) -> int:
    """Look for a project."""
    if head or not path.is_dir() or not (path / _META).is_file():
        return 0
    return 3 if any(file.parent.name == "ann" for file in files_below(path, ".json")) else 0


def read(path: Path) -> Frames:
    """Read a project.

    Raises
    ------
    BadFile
        If a file is not of the format.
    """
    files = [file for file in files_below(path, ".json") if file.parent.name == "ann"]
    sidecar = Sidecar(path)
    images: list[dict[str, Any]] = []
    titles = dict.fromkeys(found.title for found in decoded(path / _META, _Meta).classes)

    def look(number: int, file: Path) -> None:
        content = decoded(file, _File)
        titles.update(dict.fromkeys(_titles(content)))
        dataset = file.parent.parent.relative_to(path).as_posix()
        name = f"{dataset}/{file.name.removesuffix('.json')}"
        plain = name.removeprefix(f"{_DATASET}/")
        known = sidecar.named(name, plain)  # with their endings: b.jpg is another than b.png
        known = known or {"id": sidecar.new_id(number), "file_name": plain}
        images.append({**known, "height": content.size.height, "width": content.size.width})

    files, damaged = sound_files(files, look)
    ids = {str(row.get("name")): int(row["id"]) for row in sidecar.categories}
    for title in titles:
        ids.setdefault(title, max(ids.values(), default=0) + 1)

    def rows_of(number: int) -> list[Row | Refused]:
        image = images[number]
        content = decoded(files[number], _File)
        size = content.size.height, content.size.width
        return [_row_or_reason(raw, image["id"], size, ids) for raw in content.objects]

    categories = [{"id": id_, "name": name} for name, id_ in ids.items()]
    return frames_of(images, categories, rows_of, rule=RULE, damaged=damaged)


def _titles(content: _File) -> list[str]:
    out = []
    for raw in content.objects:
        try:
            out.append(msgspec.json.decode(raw, type=_Object).classTitle)
        except BAD_JSON:
            continue  # refused when it is read
    return out


def _row_or_reason(
    raw: msgspec.Raw, image: int, size: tuple[int, int], ids: dict[str, int]
) -> Row | Refused:
    try:
        found = msgspec.json.decode(raw, type=_Object)
        others = msgspec.json.decode(raw, type=dict[str, Any])
        row = Row(image, category_id=ids[found.classTitle])
        _fill(row, found, size)
    except (MaskError, *BAD_JSON, ValueError, OverflowError) as error:
        return Refused(0, None, None, f"objects: {error}", bytes(raw))
    row.extra = {name: value for name, value in others.items() if name in _KEPT and value}
    if "id" in row.extra:
        row.extra[_NAME] = row.extra.pop("id")
    return row


def _fill(row: Row, found: _Object, size: tuple[int, int]) -> None:
    """Give an annotation its mask or polygon."""
    if found.bitmap is not None:
        row.mask = pasted(_pixels(found.bitmap), found.bitmap.origin[::-1], size)
    elif found.points is not None and found.geometryType in {None, "polygon"}:
        rings = (found.points.exterior, *found.points.interior)
        row.rings = [np.array(ring, np.float64).reshape(-1, 2) for ring in rings]
        row.parts = [len(rings)]
        if min(map(len, rings)) < 3:
            raise ValueError("a ring of less than 3 points")
    elif found.points is not None and found.geometryType == "rectangle":
        row.rings = [_rectangle(found.points)]
    else:
        raise ValueError(f"{found.geometryType} has no pixels")


def _rectangle(points: _Points) -> npt.NDArray[np.float64]:
    if len(points.exterior) != 2:
        raise ValueError(f"a rectangle of {len(points.exterior)} points")
    (x0, y0), (x1, y1) = points.exterior
    return np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], np.float64)


def _pixels(bitmap: _Bitmap) -> npt.NDArray[np.bool_]:
    """Give the mask of a bitmap: where it is not transparent, or not 0."""
    try:
        data = base64.b64decode(bitmap.data, validate=True)
        if not data.startswith(b"\x89PNG"):
            unpack = zlib.decompressobj()
            data = unpack.decompress(data, _LONGEST)
            if unpack.unconsumed_tail:
                raise LimitExceeded(f"a bitmap of more than {_LONGEST} bytes", name="bitmap_bytes",
                                    limit=_LONGEST)  # fmt: skip
    except (binascii.Error, zlib.error) as error:
        raise ValueError(f"bitmap: {error}") from error
    picture = decode_png(data, "bitmap")
    if picture.ndim == 3:
        picture = picture[..., 3] if picture.shape[2] == 4 else np.any(picture, axis=2)
    return np.asarray(picture != 0)


_DATASET = "dataset"  # of images whose names have no folder


def write_images(path: Path, frames: Frames) -> None:
    """Write the files of the images."""
    names = frames.categories()
    check_seen(map(image_name, frames.images() or []))
    for image, records in by_image(frames):
        height, width = size_of(image)
        folder, _, name = image_name(image).rpartition("/")
        content = {
            "description": "",
            "tags": [],
            "size": {"height": height, "width": width},
            "objects": _objects(image, records, names, frames),
        }
        file = f"{folder or _DATASET}/ann/{name}.json"
        write_file(path, file, msgspec.json.encode(content))


def finish(path: Path, frames: Frames) -> None:
    """Write what is not an image's own: ``meta.json`` and ``maskengine.json``."""
    names = frames.categories()
    colours = [{"title": name, "shape": "any", "color": f"#{_colour(number):06X}"}
               for number, name in enumerate(names.values(), 1)]  # fmt: skip
    write_file(path, _META, msgspec.json.encode({"classes": colours, "tags": []}))
    write_sidecar(path, frames)


def _colour(number: int) -> int:
    """Give a colour of its own to each class."""
    return number * 0x9E3779B1 % 0xFFFFFF


def _objects(
    image: ImageRow, records: pa.RecordBatch, names: dict[int, str], frames: Frames
) -> list[dict[str, Any]]:
    objects: list[dict[str, Any]] = []
    became: list[int] = []
    columns = (records.column(name).to_pylist() for name in ("category_id", "extra", "parts"))
    rows = zip(*columns, rings_of(records), crops_of(records), strict=True)
    for category, text, parts, rings, crop in rows:
        extra = {} if text is None else msgspec.json.decode(text)
        unknown = extra.keys() - {*_KEPT, _NAME}
        frames.ledger.lose("attributes", "annotations lost other keys", bool(unknown))
        own = {key: value for key, value in extra.items() if key in _KEPT}
        if _NAME in extra:
            own["id"] = extra[_NAME]
        shape = {"tags": [], **own, "classTitle": named(category, names, frames.ledger)}
        told = parts if parts is not None else [1] * len(rings)
        if len(rings) and len(told) == 1:
            points = {"exterior": rings[0].tolist(),
                      "interior": [ring.tolist() for ring in rings[1:]]}  # fmt: skip
            objects.append({**shape, "geometryType": "polygon", "points": points})
        elif crop is not None:
            objects.append({**shape, "geometryType": "bitmap", "bitmap": _bitmap(*crop)})
        else:
            became.append(-1)
            continue
        became.append(len(objects) - 1)
    frames.ledger.drop("annotations without pixels", became.count(-1))
    frames.ledger.became(image.id, became)
    return objects


def _bitmap(crop: npt.NDArray[np.bool_], top: int, left: int) -> dict[str, Any]:
    data = zlib.compress(encode_png(crop.astype(np.uint8) * 255), 1)
    return {"data": base64.b64encode(data).decode(), "origin": [left, top]}
