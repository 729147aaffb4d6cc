"""KITTI and Mapillary Vistas: 16-bit PNG files, each value 256 times the class plus the object.

KITTI has ``instance/*.png`` and ``semantic/*.png``, Vistas ``instances/*.png`` and
``labels/*.png``; the first of each is read. The object 0 has no other beside it. The value 0 is
background.
The formats: https://www.cvlibs.net/datasets/kitti/eval_instance_seg.php and
https://www.mapillary.com/dataset/vistas
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine._png_bytes import encode_png
from maskengine.errors import BadFile
from maskengine.formats._by_image import by_image
from maskengine.formats._class_objects import STEP, class_rows, class_values
from maskengine.formats._folder import file_names, write_file
from maskengine.formats._frames import Frames, Refused
from maskengine.formats._map_folder import MapFolder, finish_maps, unlike
from maskengine.formats._maps import paint_rows
from maskengine.formats._rows import Row

EXTENSIONS: tuple[str, ...] = ()
FOLDER = True
HOLDS = frozenset({"holes", "parts", "extra", "empty"})
NEEDS = frozenset({"counts"})
RULE = None

_FOLDERS = ("instance", "instances")


def detect(path: Path, head: bytes) -> int:
    """Look for a folder of such files."""
    if head or not path.is_dir():
        return 0
    return 3 if any((path / name).is_dir() for name in _FOLDERS) else 0


def read(path: Path) -> Frames:
    """Read a folder.

    Raises
    ------
    BadFile
        If there is none, or a file is no PNG.
    """
    folder = next((path / name for name in _FOLDERS if (path / name).is_dir()), None)
    if folder is None:
        raise BadFile(f"{path} has no folder 'instance' or 'instances'", parameter="file")

    def rows_of(array: npt.NDArray[Any], image: int, file: Path) -> list[Row | Refused]:
        if array.ndim != 2 or array.dtype != np.uint16:
            return unlike(file, "16 bits of grey", array)
        return class_rows(array, image)

    return MapFolder(path, folder).frames(rows_of)


def write_images(path: Path, frames: Frames) -> None:
    """Write the files of the images."""
    images = frames.images() or []
    files = file_names(images, ".png")
    for image, records in by_image(frames):
        values = class_values(records, frames, first=1)
        painted = paint_rows(image, records, values, np.uint16, frames.ledger)
        write_file(path, f"instance/{files[image.id]}", encode_png(painted))
        classes = (painted // STEP).astype(np.uint8)
        write_file(path, f"semantic/{files[image.id]}", encode_png(classes))


def finish(path: Path, frames: Frames) -> None:
    """Write what is not an image's own: ``maskengine.json``."""
    finish_maps(path, frames)
