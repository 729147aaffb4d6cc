"""Open Images, read only: a binary PNG file for each object and CSV files that list them.

``*annotations-object-segmentation.csv`` has ``MaskPath,ImageID,LabelName,BoxID,BoxXMin,BoxXMax,
BoxYMin,BoxYMax,PredictedIoU,Clicks``; a box is in parts of the image. Where a photograph is there
and its mask has another size, the mask is scaled to it, to the nearest pixel, as OpenCV does.
``*class-descriptions*.csv`` names the classes.
The format: https://storage.googleapis.com/openimages/web/download_v7.html
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

import msgspec
import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine.errors import BadFile, MaskError
from maskengine.formats._folder import files_below, frames_of
from maskengine.formats._frames import Frames, Refused
from maskengine.formats._photos import photo_sizes
from maskengine.formats._pixels import mask_from
from maskengine.formats._png import png_size, read_png
from maskengine.formats._rows import Row

EXTENSIONS: tuple[str, ...] = ()
FOLDER = True
HOLDS = frozenset({"holes", "parts", "overlap", "box", "extra"})
NEEDS: frozenset[str] = frozenset()
RULE = None

_LIST = "object-segmentation.csv"
_NAMES = "class-descriptions"
_HEAD = 64  # bytes of a PNG that have its size
_KEPT = ("BoxID", "PredictedIoU", "Clicks")


def detect(path: Path, head: bytes) -> int:
    """Look for a list of objects."""
    if head or not path.is_dir():
        return 0
    return 3 if any(file.name.endswith(_LIST) for file in files_below(path, ".csv")) else 0


def read(path: Path) -> Frames:
    """Read a folder.

    Raises
    ------
    BadFile
        If it has no such list, or a list lacks a column.
    """
    tables = files_below(path, ".csv")
    lists = [file for file in tables if file.name.endswith(_LIST)]
    if not lists:
        raise BadFile(f"{path} has no file *{_LIST}", parameter="file")
    masks = {file.name: file for file in files_below(path, ".png")}
    photos = {Path(stem).name: size for stem, size in photo_sizes(path / "images").items()}
    objects: dict[str, list[dict[str, str]]] = {}
    for file in lists:
        for line in _lines(file, ("MaskPath", "ImageID", "LabelName")):
            objects.setdefault(line["ImageID"], []).append(line)
    names = {}
    for file in tables:
        if _NAMES in file.name:
            names.update(_names(file))
    labels = sorted({line["LabelName"] for lines in objects.values() for line in lines})
    ids = {label: number for number, label in enumerate(labels, 1)}
    images = [_image_row(n, id_, objects[id_], masks, photos) for n, id_ in enumerate(objects, 1)]
    of = list(objects.values())

    def rows_of(number: int) -> list[Row | Refused]:
        return [_row_or_reason(line, images[number], masks, ids) for line in of[number]]

    categories = [{"id": id_, "name": names.get(label, label), "freebase_id": label}
                  for label, id_ in ids.items()]  # fmt: skip
    return frames_of(images, categories, rows_of, rule="coco")


def _lines(file: Path, needed: tuple[str, ...]) -> Iterator[dict[str, str]]:
    with _opened(file) as opened:
        reader = csv.DictReader(opened)
        if not set(needed) <= set(reader.fieldnames or ()):
            raise BadFile(f"expected the columns {', '.join(needed)}", parameter=str(file))
        for line in reader:
            yield {key: value or "" for key, value in line.items() if isinstance(key, str)}


def _names(file: Path) -> dict[str, str]:
    with _opened(file) as opened:
        return {row[0]: row[1] for row in csv.reader(opened) if len(row) > 1}


@contextmanager
def _opened(file: Path) -> Iterator[TextIO]:
    """Open a table; what is wrong with its text comes while it is read."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            yield opened
    except (csv.Error, UnicodeDecodeError) as error:
        raise BadFile(str(error), parameter=str(file)) from error


def _image_row(
    number: int,
    name: str,
    lines: list[dict[str, str]],
    masks: dict[str, Path],
    photos: dict[str, tuple[str, int, int]],
) -> dict[str, Any]:
    """Give the size of the photograph, else that of the first mask that is there."""
    row: dict[str, Any] = {"id": number, "file_name": f"{name}.jpg", "height": None, "width": None}
    if name in photos:
        row["file_name"], row["height"], row["width"] = photos[name]
        return row
    for line in lines:
        file = masks.get(line["MaskPath"])
        if file is not None:
            try:
                with file.open("rb") as opened:
                    row["height"], row["width"] = png_size(opened.read(_HEAD), str(file))
            except MaskError:
                continue  # refused when it is read
            break
    return row


def _row_or_reason(
    line: dict[str, str], image: dict[str, Any], masks: dict[str, Path], ids: dict[str, int]
) -> Row | Refused:
    file = masks.get(line["MaskPath"])
    try:
        if file is None:
            raise BadFile(f"no file {line['MaskPath']!r}", parameter="MaskPath")
        array = read_png(file)
        pixels = array != 0 if array.ndim == 2 else array[..., :3].any(axis=2)
        mask = mask_from(_scaled(np.asarray(pixels), image["height"], image["width"]))
        row = Row(image["id"], category_id=ids[line["LabelName"]], mask=mask)
        row.bbox = _box(line, image["height"], image["width"])
    except (MaskError, ValueError, OSError) as error:
        return Refused(0, None, None, str(error), msgspec.json.encode(line))
    row.extra = {key: line[key] for key in _KEPT if line.get(key)}
    return row


def _scaled(pixels: npt.NDArray[np.bool_], height: int, width: int) -> npt.NDArray[np.bool_]:
    """Scale to the nearest pixel; (H, W) stays as it is where the sizes agree."""
    if pixels.shape == (height, width):
        return pixels
    _arrays.check_dense(1, height, width, "image")
    rows = np.arange(height) * pixels.shape[0] // height
    columns = np.arange(width) * pixels.shape[1] // width
    return np.asarray(pixels[rows[:, None], columns])


def _box(line: dict[str, str], height: int, width: int) -> tuple[float, float, float, float] | None:
    told = [line.get(f"Box{side}", "") for side in ("XMin", "XMax", "YMin", "YMax")]
    if not all(told):
        return None
    x0, x1, y0, y1 = map(float, told)
    if not np.isfinite([x0, x1, y0, y1]).all():
        raise ValueError(f"a box that is not finite: {', '.join(told)}")
    return x0 * width, y0 * height, (x1 - x0) * width, (y1 - y0) * height
