"""Label maps: a PNG file for each image, whose values are category ids.

The folder has ``labels/*.png``, 8 or 16 bits of grey, 0 where nothing is, and ``maskengine.json``
with the names of categories and images. Files of other tools need the first folder alone.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from maskengine.errors import BadFile, LimitExceeded
from maskengine.formats._by_image import by_image
from maskengine.formats._folder import file_names, files_below, frames_of, image_name, write_file
from maskengine.formats._frames import Frames, ImageRow, Refused
from maskengine.formats._maps import paint_rows, split_map
from maskengine.formats._png import encode_png, read_png
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
    for image, records in by_image(frames):
        data = _picture(image, records, frames)
        write_file(path, f"labels/{files[image.id]}", data)


def finish(path: Path, frames: Frames) -> None:
    """Write what is not an image's own: ``maskengine.json``."""
    images = frames.images() or []
    write_sidecar(path, frames, {image.id: image_name(image) for image in images})


def _picture(image: ImageRow, records: Any, frames: Frames) -> bytes:
    values = records.column("category_id").fill_null(0).to_numpy()
    if (values > _GREATEST).any():
        raise LimitExceeded(
            f"category {int(values.max())} of image {image.id} does not fit 16 bits",
            name="category_id",
            value=int(values.max()),
            limit=_GREATEST,
        )
    dtype = np.uint8 if not len(values) or values.max() < 256 else np.uint16
    painted = paint_rows(image, records, values, dtype, frames.ledger)
    count = int((values > 0).sum()) - len(np.unique(values[values > 0]))
    frames.ledger.lose("instances", "annotations merged with others", count)
    return encode_png(painted)
