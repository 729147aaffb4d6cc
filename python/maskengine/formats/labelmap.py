"""Label maps: a PNG file for each image, whose values are category ids.

The folder has ``labels/*.png``, 8 or 16 bits of grey, 0 where nothing is, and ``maskengine.json``
with the names of categories and images. Files of other tools need the first folder alone.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from maskengine.errors import BadFile, LimitExceeded
from maskengine.formats._by_image import many_by_image
from maskengine.formats._folder import file_names, files_below, frames_of, image_name, write_file
from maskengine.formats._frames import Frames, ImageRow, Refused
from maskengine.formats._maps import map_streams, split_map
from maskengine.formats._png import map_png, read_png
from maskengine.formats._rows import Row
from maskengine.formats._sidecar import Sidecar, png_images, write_sidecar

EXTENSIONS: tuple[str, ...] = ()
FOLDER = True
HOLDS = frozenset({"holes", "parts", "empty"})
NEEDS = frozenset({"counts"})
RULE = None

_GREATEST = 65_535  # value of 16 bits


def detect(path: Path, head: bytes) -> int:
    """Look for a folder of maps."""
    if head or not path.is_dir():
        return 0
    labels = path / "labels"
    return 2 if labels.is_dir() and files_below(labels, ".png") else 0


def read(path: Path) -> Frames:
    """Read a folder; each value of a map but 0 is an annotation.

    Raises
    ------
    BadFile
        If it has no maps, or one is no PNG.
    """
    labels = path / "labels"
    if not labels.is_dir():
        raise BadFile(f"{path} has no folder 'labels'", parameter="file")
    files = files_below(labels, ".png")
    sidecar = Sidecar(path)
    images = png_images(files, labels, sidecar)

    def rows_of(number: int) -> list[Row | Refused]:
        array = read_png(files[number])
        if array.ndim != 2:
            reason = f"expected a map of one channel, got {array.shape[2]}"
            return [Refused(0, None, None, reason, str(files[number]).encode())]
        masks, values = split_map(array)
        ids = values.tolist()
        id_ = images[number]["id"]
        return [Row(id_, category_id=v, mask=masks[i]) for i, v in enumerate(ids)]

    return frames_of(images, sidecar.categories, rows_of, rule="coco")


def write_images(path: Path, frames: Frames) -> None:
    """Write the files of the images."""
    images = frames.images() or []
    files = file_names(images, ".png")
    for lot in many_by_image(frames):
        some, ends, records = lot
        values, pixel_bytes = _values(some, ends, records, frames)
        maps = map_streams(lot, (values,), pixel_bytes, frames.ledger)
        for (image, (stream,)), bytes_ in zip(maps, pixel_bytes.tolist(), strict=True):
            size = image.height or 0, image.width or 0
            write_file(path, f"labels/{files[image.id]}", map_png(stream, size, 8 * bytes_, None))


def finish(path: Path, frames: Frames) -> None:
    """Write what is not an image's own: ``maskengine.json``."""
    images = frames.images() or []
    write_sidecar(path, frames, {image.id: image_name(image) for image in images})


def _values(
    images: list[ImageRow], ends: npt.NDArray[np.int64], records: pa.RecordBatch, frames: Frames
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Give the value of each annotation, 0 for none, and the bytes of a pixel of each image."""
    values = records.column("category_id").fill_null(0).to_numpy()
    image_of = np.repeat(np.arange(len(images)), np.diff(ends))
    beyond = np.flatnonzero(values > _GREATEST)
    if beyond.size:
        value, image = int(values[beyond[0]]), images[image_of[beyond[0]]]
        raise LimitExceeded(
            f"category {value} of image {image.id} does not fit 16 bits",
            name="category_id",
            value=value,
            limit=_GREATEST,
        )
    pixel_bytes = np.ones(len(images), np.int64)
    pixel_bytes[image_of[values > 255]] = 2
    own = (image_of * (_GREATEST + 1) + values)[values > 0]
    count = len(own) - len(np.unique(own))
    frames.ledger.lose("instances", "annotations merged with others", count)
    return values, pixel_bytes
