"""Cityscapes: for each frame PNG files of classes and of instances, or polygons.

``gtFine/**/<frame>_gtFine_instanceIds.png`` (16 bits) has 1000 times the class plus the object;
what has no object is less than 1000, and a crowd when its class has instances. Where it lacks,
``_labelIds.png`` tells the classes, or ``_polygons.json`` the polygons, drawn by Pillow in order.
Classes are Cityscapes' own by name, or any of ids from 1 to 64, which ``maskengine.json`` names.
The definition: https://github.com/mcordts/cityscapesScripts
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from maskengine._png_bytes import encode_png
from maskengine.formats._by_image import by_image
from maskengine.formats._cityscapes_maps import CITYSCAPES
from maskengine.formats._folder import (
    decoded,
    file_names,
    files_below,
    frames_of,
    sound_files,
    without_suffix,
    write_file,
)
from maskengine.formats._frames import BAD_JSON, Frames, Refused
from maskengine.formats._maps import NOTED, paint_rows, split_map
from maskengine.formats._png import png_size, read_png
from maskengine.formats._rows import Row
from maskengine.formats._sidecar import Sidecar, write_sidecar

EXTENSIONS: tuple[str, ...] = ()
FOLDER = True
HOLDS = frozenset({"holes", "parts", "crowd", "extra", "empty"})
NEEDS = frozenset({"counts", "few"})
RULE = None

_STEP = 1000  # values of a class
_LAST = 64  # class
_ENDINGS = ("_instanceIds.png", "_labelIds.png", "_polygons.json")
_IMAGE = "_leftImg8bit.png"
_NAMES = {one.name: one.id for one in CITYSCAPES.values()}
_HEAD = 64  # bytes of a PNG that have its size


class _Object(msgspec.Struct):
    label: str
    polygon: list[tuple[float, float]]
    deleted: int | bool = 0


class _Polygons(msgspec.Struct):
    imgHeight: int  # noqa: N815 - Cityscapes' spelling
    imgWidth: int  # noqa: N815
    objects: list[msgspec.Raw] = []


def detect(path: Path, head: bytes) -> int:
    """Look for a folder of such files."""
    if head or not path.is_dir():
        return 0
    return 3 if any(name.endswith(_ENDINGS) for name in _first_names(path)) else 0


def _first_names(path: Path) -> list[str]:
    return [file.name for file in files_below(path, ".png", ".json")]


def read(path: Path) -> Frames:
    """Read all frames below a folder.

    Raises
    ------
    BadFile
        If a file is not of the format.
    """
    stems = {file: stem for stem, file in _files(path)}
    sidecar = Sidecar(path)
    images: list[dict[str, Any]] = []

    def look(number: int, file: Path) -> None:
        images.append(_image_row(path, stems[file], file, sidecar, number))

    files, damaged = sound_files(list(stems), look)
    categories = sidecar.categories or [
        {"id": one.id, "name": one.name, "isthing": int(one.isthing)} for one in CITYSCAPES.values()
    ]
    values, things = _values_of(categories), _things(categories)
    classes = {value: id_ for id_, value in values.items()}

    def rows_of(number: int) -> list[Row | Refused]:
        file, id_ = files[number], images[number]["id"]
        if file.suffix == ".json":
            return _polygon_rows(file, id_, categories)
        array = read_png(file)
        if array.ndim != 2:
            reason = f"expected a picture of one channel, got {array.shape[2]}"
            return [Refused(0, None, None, reason, str(file).encode())]
        return _pixel_rows(array, id_, classes, things)

    return frames_of(images, categories, rows_of, rule="pillow", damaged=damaged)


def _files(path: Path) -> list[tuple[str, Path]]:
    """Give the best file of each frame, by its name without ending."""
    found: dict[str, tuple[int, Path]] = {}
    for file in files_below(path, *(ending.lower() for ending in _ENDINGS)):
        for rank, ending in enumerate(_ENDINGS):
            if file.name.endswith(ending):
                stem = file.relative_to(path).as_posix().removesuffix(ending)
                found[stem] = min(found.get(stem, (rank, file)), (rank, file))
    return [(stem, file) for stem, (_, file) in sorted(found.items())]


def _image_row(path: Path, stem: str, file: Path, sidecar: Sidecar, number: int) -> dict[str, Any]:
    plain = stem.removeprefix("gtFine/")
    name = plain.removesuffix("_gtFine")
    if file.suffix == ".json":
        content = decoded(file, _Polygons)
        height, width = content.imgHeight, content.imgWidth
    else:
        with file.open("rb") as opened:
            height, width = png_size(opened.read(_HEAD), str(file.relative_to(path)))
    row = sidecar.of_stem(name, without_suffix(name + _IMAGE))
    row = row or {"id": sidecar.new_id(number), "file_name": name + _IMAGE}
    return {**row, "height": height, "width": width}


def _values_of(categories: list[dict[str, Any]]) -> dict[int, int]:
    """Give the class of each category: Cityscapes' own where all are its, or the id itself."""
    if all(row.get("name") in _NAMES for row in categories):
        return {row["id"]: _NAMES[row["name"]] for row in categories}
    return {row["id"]: row["id"] for row in categories if 0 < row["id"] <= _LAST}


def _things(categories: list[dict[str, Any]]) -> set[int]:
    """Give the categories that have instances; those that do not tell have."""

    def told(row: dict[str, Any]) -> Any:
        own = CITYSCAPES.get(_NAMES.get(str(row.get("name")), -1))
        return row.get("isthing", own.isthing if own else 1)

    return {row["id"] for row in categories if told(row)}


def _pixel_rows(
    array: npt.NDArray[Any], image: int, classes: dict[int, int], things: set[int]
) -> list[Row | Refused]:
    masks, values = split_map(array)
    rows: list[Row | Refused] = []
    for at, value in enumerate(values.tolist()):
        category = classes.get(value // _STEP or value, value // _STEP or value)
        row = Row(image, category_id=category, mask=masks[at], iscrowd=0)
        if value >= _STEP:
            row.extra = {"object": value % _STEP}
        else:
            row.iscrowd = int(category in things)
        rows.append(row)
    return rows


def _polygon_rows(file: Path, image: int, categories: list[dict[str, Any]]) -> list[Row | Refused]:
    ids = {str(row.get("name")): int(row["id"]) for row in categories}
    rows: list[Row | Refused] = []
    for raw in decoded(file, _Polygons).objects:
        try:
            found = msgspec.json.decode(raw, type=_Object)
        except BAD_JSON as error:
            rows.append(Refused(0, None, None, f"objects: {error}", bytes(raw)))
            continue
        if found.deleted:
            continue
        label, group = found.label, 0
        if label not in ids and label.endswith("group"):
            label, group = label.removesuffix("group"), 1
        ring = np.array(found.polygon, np.float64).reshape(-1, 2)
        if label == "license plate":
            rows.append(Refused(0, None, None, "objects: no map draws license plates", bytes(raw)))
        elif label not in ids or len(ring) < 3 or not np.isfinite(ring).all():
            reason = f"objects: a polygon of {len(ring)} points of class {found.label!r}"
            rows.append(Refused(0, None, None, reason, bytes(raw)))
        else:
            rows.append(Row(image, category_id=ids[label], iscrowd=group, rings=[ring]))
    return rows


def write_images(path: Path, frames: Frames) -> None:
    """Write the files of the images."""
    images = frames.images() or []
    files = file_names(images, "")
    categories = msgspec.json.decode(frames.tables.get("categories", b"[]"))
    values_of, things = _values_of(categories), _things(categories)
    for image, records in by_image(frames):
        values = _values(records, frames, values_of, things)
        painted = paint_rows(image, records, values, np.uint16, frames.ledger)
        classes = np.where(painted >= _STEP, painted // _STEP, painted).astype(np.uint8)
        stem = f"gtFine/{_stem(files[image.id])}_gtFine"
        write_file(path, stem + _ENDINGS[0], encode_png(painted))
        write_file(path, stem + _ENDINGS[1], encode_png(classes))


def _stem(name: str) -> str:
    return name.removesuffix(str(PurePosixPath(_IMAGE).with_suffix("")))


def finish(path: Path, frames: Frames) -> None:
    """Write what is not an image's own: ``maskengine.json``."""
    write_sidecar(path, frames)


def _values(
    records: pa.RecordBatch, frames: Frames, values_of: dict[int, int], things: set[int]
) -> npt.NDArray[np.int64]:
    """Give what is written for each annotation of an image; 0 for nothing."""
    values: list[int] = []
    taken: set[int] = set()
    has = records.column("pixel_area").fill_null(0).to_numpy() > 0
    columns = (records.column(name).to_pylist() for name in ("category_id", "iscrowd", "extra"))
    for row, (category, is_crowd, text) in enumerate(zip(*columns, strict=True)):
        extra = {} if text is None else msgspec.json.decode(text)
        frames.ledger.lose(
            "attributes", "annotations lost other keys", bool(extra.keys() - {"object"})
        )
        number = values_of.get(category, 0)
        frames.ledger.drop(
            f"classes but its own, and ids above {_LAST}", category is not None and not number
        )
        value = NOTED if category is not None and not number else 0
        if has[row] and number and (is_crowd or category not in things):
            value = number
            frames.ledger.lose(
                "several annotations without instance of a class", "joined", value in taken
            )
        elif has[row] and number:
            value = _free(number * _STEP, extra.get("object"), taken)
            frames.ledger.drop(f"more than {_STEP} instances of a class", value == NOTED)
        taken.add(value)
        values.append(value)
    return np.array(values, np.int64)


def _free(base: int, told: object, taken: set[int]) -> int:
    if isinstance(told, int) and 0 <= told < _STEP and base + told not in taken:
        return base + told
    return next((base + n for n in range(_STEP) if base + n not in taken), NOTED)
