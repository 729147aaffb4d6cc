"""Label maps: a PNG file for each image, whose values are category ids.

The folder has ``labels/*.png``, 8 or 16 bits of grey, 0 where nothing is, and ``maskengine.json``
with the names of categories and images. Ids above 65,535 are packed in the colours of RGB files,
and ``maskengine.json`` declares how: ``"packing": "rgb24"`` is red + 256 green + 65,536 blue,
``"bgr24"`` the other way round. Files of other tools need the PNG files alone, ``labels`` may be
missing; with ``"packing"``, a file ``maskengine.json`` of this key alone.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from maskengine._png_bytes import encode_png, map_png
from maskengine.errors import BadFile, LimitExceeded
from maskengine.formats._by_image import by_image, many_by_image
from maskengine.formats._folder import file_names, files_below, write_file
from maskengine.formats._frames import Frames, ImageRow, Refused
from maskengine.formats._map_folder import MapFolder, below, finish_maps, unlike
from maskengine.formats._maps import map_streams, paint_rows, split_map
from maskengine.formats._rows import Row
from maskengine.values.id_colours import ids_to_rgb, rgb_to_ids

EXTENSIONS: tuple[str, ...] = ()
FOLDER = True
HOLDS = frozenset({"holes", "parts", "empty"})
NEEDS = frozenset({"counts"})
RULE = None

_FOLDER = "labels"
_GREY = 65_535  # the greatest value of 16 bits
_GREATEST = (1 << 24) - 1  # of three colours
_PACKINGS = ("rgb24", "bgr24")


def detect(path: Path, head: bytes) -> int:
    """Look for a folder of maps."""
    if head or not path.is_dir():
        return 0
    labels = path / _FOLDER
    return 2 if labels.is_dir() and files_below(labels, ".png") else 0


def read(path: Path) -> Frames:
    """Read a folder; each value of a map but 0 is an annotation.

    Raises
    ------
    BadFile
        If it has no maps, none of them can be read, or the packing is not known.
    """
    folder = below(path, _FOLDER)
    if not files_below(folder, ".png") and folder == path:
        raise BadFile(f"{path} has no folder {_FOLDER!r} and no PNG files", parameter="file")
    maps = MapFolder(path, folder)
    packing = maps.sidecar.packing
    if packing not in {None, *_PACKINGS}:
        raise BadFile(
            f"expected the packing {' or '.join(_PACKINGS)}, got {packing!r}", parameter="packing"
        )

    def rows_of(array: npt.NDArray[Any], image: int, file: Path) -> list[Row | Refused]:
        if array.ndim == 3 and packing is not None and array.shape[2] == 3:
            step = 1 if packing == "rgb24" else -1
            array = rgb_to_ids(np.ascontiguousarray(array[..., ::step]))
        if array.ndim != 2:
            return unlike(file, "one channel, or 'packing' in maskengine.json", array)
        masks, values = split_map(array)
        ids = values.tolist()
        return [Row(image, category_id=v, mask=masks[i]) for i, v in enumerate(ids)]

    return maps.frames(rows_of)


def _packing(frames: Frames) -> str | None:
    """Say how the ids of the table are packed; the same for any of its images."""
    return _PACKINGS[0] if max(frames.categories(), default=0) > _GREY else None


def write_images(path: Path, frames: Frames) -> None:
    """Write the files of the images."""
    images = frames.images() or []
    files = file_names(images, ".png")
    packing = _packing(frames)
    if packing is not None:
        for image, records in by_image(frames):
            write_file(path, f"{_FOLDER}/{files[image.id]}", _picture(image, records, frames))
        return
    for lot in many_by_image(frames):
        some, ends, records = lot
        values, pixel_bytes = _values(some, ends, records, frames)
        maps = map_streams(lot, (values,), pixel_bytes, frames.ledger)
        for (image, (stream,)), bytes_ in zip(maps, pixel_bytes.tolist(), strict=True):
            size = image.height or 0, image.width or 0
            data = map_png(stream, size, 8 * bytes_, None)
            write_file(path, f"{_FOLDER}/{files[image.id]}", data)


def finish(path: Path, frames: Frames) -> None:
    """Write what is not an image's own: ``maskengine.json``."""
    finish_maps(path, frames, packing=_packing(frames))


def _picture(image: ImageRow, records: Any, frames: Frames) -> bytes:
    """Give the map of an image as 24-bit colours."""
    values = _ids(records)
    _check_greatest(values, _GREATEST, [image], np.zeros(len(values), np.int64))
    painted = paint_rows(image, records, values, np.uint32, frames.ledger)
    count = int((values > 0).sum()) - len(np.unique(values[values > 0]))
    frames.ledger.lose("instances", "annotations merged with others", count)
    return encode_png(ids_to_rgb(painted))


def _ids(records: Any) -> npt.NDArray[np.int64]:
    """Give the category of each annotation, 0 for one that has none, or no pixels.

    Without pixels it is not on the map, even where another one of its category is.
    """
    has = records.column("pixel_area").fill_null(0).to_numpy() > 0
    return np.where(has, records.column("category_id").fill_null(0).to_numpy(), 0)


def _values(
    images: list[ImageRow], ends: npt.NDArray[np.int64], records: pa.RecordBatch, frames: Frames
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Give the value of each annotation, 0 for none, and the bytes of a pixel of each image."""
    values = _ids(records)
    image_of = np.repeat(np.arange(len(images)), np.diff(ends))
    _check_greatest(values, _GREY, images, image_of)
    pixel_bytes = np.ones(len(images), np.int64)
    pixel_bytes[image_of[values > 255]] = 2
    own = (image_of * (_GREY + 1) + values)[values > 0]
    count = len(own) - len(np.unique(own))
    frames.ledger.lose("instances", "annotations merged with others", count)
    return values, pixel_bytes


def _check_greatest(
    values: npt.NDArray[np.int64],
    limit: int,
    images: list[ImageRow],
    image_of: npt.NDArray[np.int64],
) -> None:
    beyond = np.flatnonzero(values > limit)
    if beyond.size:
        value, image = int(values[beyond[0]]), images[image_of[beyond[0]]]
        raise LimitExceeded(
            f"category {value} of image {image.id} does not fit {limit.bit_length()} bits",
            name="category_id",
            value=value,
            limit=limit,
        )
