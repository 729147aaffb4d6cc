"""BDD100K bitmasks: RGBA PNG files, red the category, green flags, blue and alpha the object.

The flags are 8 truncated, 4 occluded, 2 crowd, 1 ignored; the object is 256 times blue plus alpha.
Alpha is data, so no tool may treat it as transparency.
The format: https://doc.bdd100k.com/format.html#bitmask
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from maskengine._png_bytes import encode_png
from maskengine.errors import BadFile, LimitExceeded
from maskengine.formats._by_image import by_image
from maskengine.formats._folder import file_names, files_below, write_file
from maskengine.formats._frames import Frames, Refused
from maskengine.formats._map_folder import MapFolder, below, finish_maps, unlike
from maskengine.formats._maps import NOTED, paint_rows, split_map
from maskengine.formats._png import read_png
from maskengine.formats._rows import Row

EXTENSIONS: tuple[str, ...] = ()
FOLDER = True
HOLDS = frozenset({"holes", "parts", "crowd", "extra", "empty"})
NEEDS = frozenset({"counts"})
RULE = None

_FOLDER = "bitmasks"
#: The classes of instances and of their tracks, from 1 on.
_CLASSES = ("pedestrian", "rider", "car", "truck", "bus", "train", "motorcycle", "bicycle")
_FLAGS = {"truncated": 8, "occluded": 4, "ignored": 1}
_CROWD = 2
_MOST = 65_535  # objects of an image
_RGBA = 6


def detect(path: Path, head: bytes) -> int:
    """Look for a folder of RGBA pictures."""
    if head or not path.is_dir():
        return 0
    files = files_below(path, ".png")[:1]
    if not files or (path / "images").is_dir():
        return 0
    if (path / _FOLDER).is_dir():
        return 3
    return 1 if _has_flags(files[0]) else 0


def _has_flags(file: Path) -> bool:
    """Say whether a picture can be one of these: RGBA, and green has the bits of flags alone."""
    with file.open("rb") as opened:
        start = opened.read(33)
    if start[24:26] != bytes([8, _RGBA]):
        return False
    try:
        return int(read_png(file)[..., 1].max(initial=0)) < 2 * max(_FLAGS.values())
    except (BadFile, LimitExceeded):
        return False


def read(path: Path) -> Frames:
    """Read a folder; the classes are the eight of instances where no sidecar tells others.

    Raises
    ------
    BadFile
        If a file is no PNG.
    """

    def rows_of(array: npt.NDArray[Any], image: int, file: Path) -> list[Row | Refused]:
        if array.ndim != 3 or array.shape[2] != 4:
            return unlike(file, "RGBA", array)
        return _rows(array, image)

    maps = MapFolder(path, below(path, _FOLDER))
    categories = [{"id": i, "name": name} for i, name in enumerate(_CLASSES, 1)]
    return maps.frames(rows_of, None if maps.sidecar.is_there else categories)


def _rows(array: npt.NDArray[np.uint8], image: int) -> list[Row | Refused]:
    red, green, blue, alpha = (array[..., c].astype(np.uint32) for c in range(4))
    # in the order of objects, so that they come back so
    packed = (blue << 24) | (alpha << 16) | (red << 8) | green
    packed[red == 0] = 0
    masks, values = split_map(packed)
    rows: list[Row | Refused] = []
    for at, value in enumerate(values.tolist()):
        flags = value & 255
        extra: dict[str, Any] = {name: bool(flags & bit) for name, bit in _FLAGS.items()
                                 if flags & bit}  # fmt: skip
        extra["object"] = value >> 16
        rows.append(Row(image, category_id=value >> 8 & 255, iscrowd=int(bool(flags & _CROWD)),
                        mask=masks[at], extra=extra))  # fmt: skip
    return rows


def write_images(path: Path, frames: Frames) -> None:
    """Write the files of the images."""
    images = frames.images() or []
    files = file_names(images, ".png")
    for image, records in by_image(frames):
        objects, pixels = _objects(records, frames)
        painted = paint_rows(image, records, objects, np.uint16, frames.ledger)
        table = np.zeros((_MOST + 1, 4), np.uint8)
        table[np.maximum(objects, 0)] = pixels
        table[0] = 0
        write_file(path, f"{_FOLDER}/{files[image.id]}", encode_png(table[painted]))


def finish(path: Path, frames: Frames) -> None:
    """Write what is not an image's own: ``maskengine.json``."""
    finish_maps(path, frames)


def _objects(
    records: pa.RecordBatch, frames: Frames
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint8]]:
    """Give the number of each annotation as an object, 0 or NOTED for none, and its pixel."""
    has = records.column("pixel_area").fill_null(0).to_numpy() > 0
    n = records.num_rows
    pixels = np.zeros((n, 4), np.uint8)
    wanted: list[int] = []
    noted = np.zeros(n, bool)
    columns = (records.column(name).to_pylist() for name in ("category_id", "iscrowd", "extra"))
    for row, (category, crowd, text) in enumerate(zip(*columns, strict=True)):
        extra = {} if text is None else msgspec.json.decode(text)
        frames.ledger.lose("attributes", "annotations lost other keys",
                           bool(extra.keys() - {*_FLAGS, "object"}))  # fmt: skip
        told = extra.get("object")
        fits = isinstance(told, int) and 0 < told <= _MOST and told not in wanted
        wanted.append(int(told or 0) if fits else 0)
        flags = sum(bit for name, bit in _FLAGS.items() if extra.get(name) is True)
        writable = has[row] and category is not None and 0 < category < 256
        if category is not None and not 0 < category < 256:
            noted[row] = True
            frames.ledger.drop("categories but 1 to 255")
        if writable:
            pixels[row, :2] = category, flags + _CROWD * bool(crowd)
    free = iter(sorted(set(range(1, min(2 * n, _MOST) + 1)) - set(wanted)))
    objects = np.array([told or next(free, 0) for told in wanted], np.int64)
    objects[pixels[:, 0] == 0] = 0
    pixels[:, 2], pixels[:, 3] = objects >> 8, objects & 255
    return np.where(noted, NOTED, objects), pixels
