"""KITTI and Mapillary Vistas: 16-bit PNG files, each value 256 times the class plus the object.

KITTI has ``instance/*.png`` and ``semantic/*.png``, Vistas ``instances/*.png`` and
``labels/*.png``; the first of each is read. The object 0 has no other beside it. The
classes of KITTI are those of Cityscapes, those of Vistas are listed in its ``config.json``, or
``config_v1.2.json`` for ``training/v1.2``, beside or above its folders. The value 0 is background,
but for Vistas with its list: what is not labelled has a class of its own there, and 0 is a bird.
The formats: https://www.cvlibs.net/datasets/kitti/eval_instance_seg.php and
https://www.mapillary.com/dataset/vistas
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from maskengine._png_bytes import encode_png
from maskengine.errors import BadFile
from maskengine.formats._by_image import by_image
from maskengine.formats._cityscapes_maps import CITYSCAPES
from maskengine.formats._class_objects import STEP, class_rows, class_values
from maskengine.formats._folder import file_names, text_bytes, write_file
from maskengine.formats._frames import BAD_JSON, Frames, Refused
from maskengine.formats._map_folder import MapFolder, finish_maps, unlike
from maskengine.formats._maps import paint_rows
from maskengine.formats._rows import Row

EXTENSIONS: tuple[str, ...] = ()
FOLDER = True
HOLDS = frozenset({"holes", "parts", "extra", "empty"})
NEEDS = frozenset({"counts"})
RULE = None

_FOLDERS = ("instance", "instances")  # of KITTI, of Vistas
_LONGEST = 1 << 22  # bytes of a list of classes


class _Label(msgspec.Struct):
    name: str


class _Vistas(msgspec.Struct):
    labels: list[_Label]


def detect(path: Path, head: bytes) -> int:
    """Look for a folder of such files."""
    if head or not path.is_dir():
        return 0
    return 3 if any((path / name).is_dir() for name in _FOLDERS) else 0


def read(path: Path) -> Frames:
    """Read a folder; the classes are those of the sidecar where there is one.

    Raises
    ------
    BadFile
        If there is none, or a file is no PNG.
    """
    folder = next((path / name for name in _FOLDERS if (path / name).is_dir()), None)
    if folder is None:
        raise BadFile(f"{path} has no folder 'instance' or 'instances'", parameter="file")

    maps = MapFolder(path, folder)
    categories = None if maps.sidecar.is_there else _categories(path, folder.name)
    is_full = folder.name == _FOLDERS[1] and bool(categories)

    def rows_of(array: npt.NDArray[Any], image: int, file: Path) -> list[Row | Refused]:
        if array.ndim != 2 or array.dtype != np.uint16:
            return unlike(file, "16 bits of grey", array)
        return class_rows(array, image, is_full=is_full)

    return maps.frames(rows_of, categories)


def _categories(path: Path, folder: str) -> list[dict[str, Any]]:
    """Give the classes of KITTI, or those that Vistas lists."""
    if folder == _FOLDERS[0]:
        return [{"id": one.id, "name": one.name} for one in CITYSCAPES.values()]
    for place in (path, *path.absolute().parents[:2]):
        for name in (f"config_{path.name}.json", "config.json"):
            if listed := _listed(place / name):
                return listed
    return []


def _listed(file: Path) -> list[dict[str, Any]]:
    """Give the classes of a list like that of Vistas; none if it is no such file."""
    try:
        if not file.is_file() or file.stat().st_size > _LONGEST:
            return []
        told = msgspec.json.decode(text_bytes(file), type=_Vistas)
    except (*BAD_JSON, OSError, BadFile):  # another tool's
        return []
    return [{"id": i, "name": one.name} for i, one in enumerate(told.labels)]


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
