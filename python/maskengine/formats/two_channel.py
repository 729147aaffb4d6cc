"""Panoptic maps of two channels: RGB PNG files, red the class, green the object, 255 for a crowd.

They are panopticapi's ``2ch`` format, ``panoptic_2ch/*.png`` here; a plain folder of such files is
read, too. Blue is 0, and so is void. Ids and names of classes are in no file of the format.
The definition: https://github.com/cocodataset/panopticapi
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from maskengine.formats._by_image import by_image
from maskengine.formats._class_objects import STEP, class_rows, class_values
from maskengine.formats._folder import file_names, files_below, frames_of, image_name, write_file
from maskengine.formats._frames import Frames, Refused
from maskengine.formats._maps import paint_rows
from maskengine.formats._png import encode_png, read_png
from maskengine.formats._rows import Row
from maskengine.formats._sidecar import Sidecar, png_images, write_sidecar

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
    folder = path / _FOLDER if (path / _FOLDER).is_dir() else path
    files = files_below(folder, ".png")
    sidecar = Sidecar(path)
    images = png_images(files, folder, sidecar)

    def rows_of(number: int) -> list[Row | Refused]:
        array = read_png(files[number])
        if array.ndim != 3 or array[..., 2].any():
            reason = "expected RGB without blue"
            return [Refused(0, None, None, reason, str(files[number]).encode())]
        values = array[..., 0] * np.uint16(STEP) + array[..., 1]
        return class_rows(values, images[number]["id"], crowd=_CROWD)

    return frames_of(images, sidecar.categories, rows_of, rule="coco")


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
    images = frames.images() or []
    write_sidecar(path, frames, {image.id: image_name(image) for image in images})
