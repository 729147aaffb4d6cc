"""Masks: a binary PNG file for each object, in a folder for each image.

``<image>/masks/*.png``, not 0 where the object is, and ``<image>/images/*`` with the photograph, as
the Data Science Bowl 2018 has them. A file written here is named by its number and category,
``0003_18.png``, so that the order and the classes come back.
The data set: https://www.kaggle.com/c/data-science-bowl-2018/data
"""

from __future__ import annotations

import itertools
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from maskengine import _arrays
from maskengine._png_bytes import encode_png
from maskengine.errors import BadFile, LimitExceeded
from maskengine.formats._by_image import by_image
from maskengine.formats._folder import (
    file_names,
    files_below,
    frames_of,
    rows_or_refused,
    size_of,
    write_file,
)
from maskengine.formats._frames import Frames, ImageRow, Refused, has_value
from maskengine.formats._photos import photo_sizes
from maskengine.formats._pixels import crops_of, mask_from
from maskengine.formats._png import png_size, read_png
from maskengine.formats._rows import Row
from maskengine.formats._sidecar import Sidecar, write_sidecar

EXTENSIONS: tuple[str, ...] = ()
FOLDER = True
HOLDS = frozenset({"runs", "holes", "parts", "overlap", "empty"})
NEEDS = frozenset({"counts"})
RULE = None

_OURS = re.compile(r"\d+_(-?\d{1,19})?\.png", re.ASCII)  # without a category it has none
_END = 1 << 63  # of the ids of categories
_MASKS = "masks"
_LOOKED = 100  # folders at each depth, to tell the format
_HEAD = 64  # bytes of a PNG that have its size


def detect(path: Path, head: bytes) -> int:
    """Look for folders with masks."""
    if head or not path.is_dir():
        return 0
    folders = [folder for folder in path.iterdir() if folder.is_dir()][:_LOOKED]
    below = [inner for folder in folders for inner in itertools.islice(folder.iterdir(), _LOOKED)]
    return 2 if any((folder / _MASKS).is_dir() for folder in [*folders, *below]) else 0


def read(path: Path) -> Frames:
    """Read a folder; images stand below it at any depth.

    Raises
    ------
    BadFile
        If a mask is no PNG, or the size of an image cannot be told.
    """
    groups: dict[str, list[Path]] = {}
    for file in files_below(path, ".png"):
        if file.parent.name == _MASKS and file.parent.parent != path:
            own = file.parent.parent.relative_to(path).as_posix()
            groups.setdefault(own, []).append(file)
    sidecar = Sidecar(path)
    names = sorted({*groups, *(name for name in sidecar.stems() if (path / name).is_dir())})
    images = []
    for number, name in enumerate(names):
        files = groups.get(name, [])
        known = sidecar.of_stem(name)
        row = known or {"id": sidecar.new_id(number), "file_name": name}
        images.append(_image_row(path / name, row, files, is_known=known is not None))

    def rows_of(number: int) -> list[Row | Refused]:
        files = groups.get(names[number], [])

        def of(place: int) -> list[Row | Refused]:
            return [_row(files[place], images[number])]

        lots = (rows_or_refused(of, place, str(file)) for place, file in enumerate(files))
        return list(itertools.chain.from_iterable(lots))

    categories = sidecar.categories if sidecar.is_there else _told(groups)
    return frames_of(images, categories, rows_of, rule="coco")


def _told(groups: dict[str, list[Path]]) -> list[dict[str, Any]]:
    """Give the categories that names of files tell; objects where they tell none."""
    found = {_category(file) for files in groups.values() for file in files}
    ids = sorted(id_ for id_ in found if id_ is not None) or [1]
    return [{"id": id_, "name": "object" if id_ == 1 else str(id_)} for id_ in ids]


def _category(file: Path) -> int | None:
    """Give the category that the name of a mask tells; of files of others 1."""
    found = _OURS.fullmatch(file.name)
    if found is None or not -_END <= int(found[1] or 0) < _END:
        return 1
    return int(found[1]) if found[1] else None


def _image_row(
    folder: Path, row: dict[str, Any], files: list[Path], *, is_known: bool
) -> dict[str, Any]:
    """Give the row of an image: the size is that of its first mask, or of its photograph."""
    photos = list(photo_sizes(folder / "images").values())
    if photos and not is_known:
        row = {**row, "file_name": row["file_name"] + Path(photos[0][0]).suffix}
    for file in files:
        with file.open("rb") as opened, suppress(BadFile, LimitExceeded):  # refused in its turn
            height, width = png_size(opened.read(_HEAD), str(file))
            return {**row, "height": height, "width": width}
    return {**row, "height": photos[0][1], "width": photos[0][2]} if photos else row


def _row(file: Path, image: dict[str, Any]) -> Row | Refused:
    array = read_png(file)
    if array.ndim == 3:
        array = np.any(array[..., :3], axis=2).astype(np.uint8)
    size = image.get("height"), image.get("width")
    if array.shape != size:
        reason = f"expected {size[0]} x {size[1]} pixels, got {array.shape[0]} x {array.shape[1]}"
        return Refused(0, None, None, reason, file.name.encode())
    return Row(image["id"], category_id=_category(file), mask=mask_from(array != 0))


def write_images(path: Path, frames: Frames) -> None:
    """Write the files of the images."""
    images = frames.images() or []
    files = file_names(images, "")
    for image, records in by_image(frames):
        (path / files[image.id] / _MASKS).mkdir(parents=True)
        _write_masks(path, files[image.id], image, records, frames)


def finish(path: Path, frames: Frames) -> None:
    """Write what is not an image's own: ``maskengine.json``."""
    write_sidecar(path, frames)


def _write_masks(
    path: Path, folder: str, image: ImageRow, records: pa.RecordBatch, frames: Frames
) -> None:
    height, width = size_of(image)
    has = has_value(records, "counts")
    categories = records.column("category_id").to_pylist()
    digits = len(str(max(int(has.sum()), 1)))
    written = 0
    for row, crop in enumerate(crops_of(records)):
        if not has[row]:
            continue
        _arrays.check_dense(1, height, width, "image")
        full = np.zeros((height, width), np.uint8)
        if crop is not None:
            pixels, top, left = crop
            full[top : top + pixels.shape[0], left : left + pixels.shape[1]][pixels] = 255
        category = "" if categories[row] is None else categories[row]
        name = f"{folder}/{_MASKS}/{written:0{digits}d}_{category}.png"
        write_file(path, name, encode_png(full))
        written += 1
    frames.ledger.became(image.id, np.where(has, np.cumsum(has) - 1, -1))
    frames.ledger.drop("annotations without pixels", int((~has).sum()))
