"""Panoptic maps of two channels: RGB PNG files, red the class, green the object, 255 for a crowd.

They are panopticapi's ``2ch`` format, ``panoptic_2ch/*.png`` here; a plain folder of such files is
read, too. Blue is 0, and so is void. Ids and names of classes are in no file of the format.
The definition: https://github.com/cocodataset/panopticapi
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine._png_bytes import encode_png
from maskengine.formats._by_image import by_image
from maskengine.formats._class_objects import STEP, class_rows, class_values
from maskengine.formats._folder import file_names, files_below, write_file
from maskengine.formats._frames import Frames, Refused
from maskengine.formats._map_folder import MapFolder, below, finish_maps, unlike
from maskengine.formats._maps import paint_rows
from maskengine.formats._rows import Row

EXTENSIONS: tuple[str, ...] = ()
FOLDER = True
HOLDS = frozenset({"holes", "parts", "crowd", "extra", "empty"})
NEEDS = frozenset({"counts"})
RULE = None

_FOLDER = "panoptic_2ch"
_CROWD = 255


def detect(path: Path, head: bytes) -> int:
    """Look for a folder of that name."""
    if head or not path.is_dir():
        return 0
    named = (path / _FOLDER).is_dir() or "_2ch" in path.name
    return 3 if named and files_below(path, ".png") else 0


def read(path: Path) -> Frames:
    """Read a folder.

    Raises
    ------
    BadFile
        If a file is no PNG.
    """

    def rows_of(array: npt.NDArray[Any], image: int, file: Path) -> list[Row | Refused]:
        if array.ndim != 3 or array[..., 2].any():
            return unlike(file, "RGB without blue", array)
        values = array[..., 0] * np.uint16(STEP) + array[..., 1]
        return class_rows(values, image, crowd=_CROWD)

    return MapFolder(path, below(path, _FOLDER)).frames(rows_of)


def write_images(path: Path, frames: Frames) -> None:
    """Write the files of the images."""
    images = frames.images() or []
    files = file_names(images, ".png")
    for image, records in by_image(frames):
        values = class_values(records, frames, first=0, crowd=_CROWD)
        painted = paint_rows(image, records, values, np.uint16, frames.ledger)
        pixels = np.zeros((*painted.shape, 3), np.uint8)
        pixels[..., 0], pixels[..., 1] = painted // STEP, painted % STEP
        write_file(path, f"{_FOLDER}/{files[image.id]}", encode_png(pixels))


def finish(path: Path, frames: Frames) -> None:
    """Write what is not an image's own: ``maskengine.json``."""
    finish_maps(path, frames)
