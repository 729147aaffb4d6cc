"""Pascal VOC: two palette PNG files for each image, one of classes and one of objects.

The folder has ``SegmentationClass/*.png`` and ``SegmentationObject/*.png``, in which 0 is
background and 255 unknown, ``labelmap.txt`` with a line ``name:r,g,b::`` for each class, where
other classes than VOC's 20 are meant, and lists of images in ``ImageSets/Segmentation``. RGB files,
as CVAT's "Segmentation mask 1.1" has them, are read by the colours of the label map or the palette.
The definition: http://host.robots.ox.ac.uk/pascal/VOC/voc2012/htmldoc/devkit_doc.html
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from maskengine._png_bytes import map_png
from maskengine.errors import BadFile, LimitExceeded
from maskengine.formats._by_image import many_by_image
from maskengine.formats._folder import file_names, text_bytes, write_file
from maskengine.formats._frames import Frames, Refused
from maskengine.formats._map_folder import MapFolder, finish_maps
from maskengine.formats._maps import NOTED, joint_labels, map_streams, palette, split_map
from maskengine.formats._png import read_png
from maskengine.formats._rows import Row

EXTENSIONS: tuple[str, ...] = ()
FOLDER = True
HOLDS = frozenset({"holes", "parts", "empty"})
NEEDS = frozenset({"counts", "few"})
RULE = None

_VOID = 255
_MOST = 254  # classes, and objects of an image
_CLASSES, _OBJECTS = "SegmentationClass", "SegmentationObject"
_LINE_END = re.compile(r"\r\n?|\n")  # no others, which may stand in names
_NAMES = [
    *("aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair", "cow"),
    *("diningtable", "dog", "horse", "motorbike", "person", "pottedplant", "sheep", "sofa"),
    *("train", "tvmonitor"),
]


def detect(path: Path, head: bytes) -> int:
    """Look for a folder of classes."""
    return 3 if not head and (path / _CLASSES).is_dir() else 0


def read(path: Path) -> Frames:
    """Read a folder: an annotation for each object, or for each class where there are no objects.

    Raises
    ------
    BadFile
        If a file is no PNG, or the files of an image differ in size.
    """
    classes, objects = path / _CLASSES, path / _OBJECTS
    if not classes.is_dir():
        raise BadFile(f"{path} has no folder {_CLASSES!r}", parameter="file")
    maps = MapFolder(path, classes)
    names, colours = _label_map(path)
    if maps.sidecar.categories:
        categories = sorted(maps.sidecar.categories, key=lambda row: row["id"])
    else:
        categories = [{"id": n, "name": name} for n, name in enumerate(names, 1)]

    def rows_of(array: npt.NDArray[Any], image: int, file: Path) -> list[Row | Refused]:
        classed, refused = _indices(array, colours, file)
        other = objects / file.relative_to(classes)
        if not other.is_file():
            return refused + _class_rows(classed, image, categories)
        numbered, more = _indices(read_png(other), palette(), other)
        if numbered.shape != classed.shape:
            raise BadFile(f"expected {classed.shape}, got {numbered.shape}", parameter=str(other))
        return refused + more + _object_rows(numbered, classed, image, categories)

    return maps.frames(rows_of, categories)


def _label_map(path: Path) -> tuple[list[str], npt.NDArray[np.uint8]]:
    """Give the names of the classes from 1 on, and the colour of each, background first."""
    colours = palette()
    file = path / "labelmap.txt"
    if not file.is_file():
        return _NAMES, colours
    names = []
    found = []
    for line in _LINE_END.split(text_bytes(file).decode(errors="replace")):
        words = line.split("#")[0].strip(" \t").split(":")
        if words == [""]:
            continue  # a line of no class; one whose name is empty is a class
        names.append(words[0])
        try:
            found.append([int(word) for word in words[1].split(",")])
        except (IndexError, ValueError):
            found.append(colours[len(found) % 256].tolist())
    if names and names[0] == "background":
        names, told = names[1:], found
    else:
        told = [[0, 0, 0], *found]
    if any(len(colour) != 3 or not 0 <= min(colour) <= max(colour) <= 255 for colour in told):
        raise BadFile("a colour is not three numbers up to 255", parameter=str(file))
    return names, np.array(told, np.uint8)


def _indices(
    array: npt.NDArray[Any], colours: npt.NDArray[np.uint8], file: Path
) -> tuple[npt.NDArray[Any], list[Row | Refused]]:
    """Give the indices of a picture; of RGB by its colours, 255 where none is known.

    Pixels of a colour that is neither known nor that of 255 are one refused annotation.
    """
    if array.ndim == 2:
        return array, []
    packed, known = _packed(array[..., :3]), _packed(colours)
    by_colour = np.argsort(known, kind="stable")
    at = np.minimum(np.searchsorted(known[by_colour], packed), len(known) - 1)
    index = by_colour[at]
    is_known = known[index] == packed
    others = packed[~is_known & (packed != _packed(palette()[_VOID]))]
    refused: list[Row | Refused] = []
    if others.size:
        colour = ",".join(str(others[0] >> shift & 255) for shift in (16, 8, 0))
        reason = f"expected colours of the label map, got {others.size} pixels of others"
        reason += f", such as {colour}"
        refused.append(Refused(0, None, None, reason, str(file).encode()))
    return np.where(is_known, index, _VOID), refused


def _packed(colours: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """Give each colour as one number."""
    return np.asarray(colours.astype(np.int64) @ np.array([65_536, 256, 1]))


def _category(index: int, categories: list[dict[str, Any]]) -> int:
    return int(categories[index - 1]["id"]) if index <= len(categories) else index


def _class_rows(
    classed: npt.NDArray[Any], image: int, categories: list[dict[str, Any]]
) -> list[Row | Refused]:
    masks, values = split_map(classed)
    return [
        Row(image, category_id=_category(value, categories), mask=masks[number])
        for number, value in enumerate(values.tolist())
        if value != _VOID
    ]


def _object_rows(
    numbered: npt.NDArray[Any],
    classed: npt.NDArray[Any],
    image: int,
    categories: list[dict[str, Any]],
) -> list[Row | Refused]:
    """Give the objects; the class of one is that of most of its pixels."""
    masks, values = split_map(numbered)
    pairs, counts = joint_labels(numbered, classed)
    order = np.argsort(counts, kind="stable")
    best = {number: class_ for number, class_ in pairs[order].tolist()
            if class_ not in {0, _VOID}}  # fmt: skip
    rows: list[Row | Refused] = []
    for number, value in enumerate(values.tolist()):
        if value == _VOID:
            continue
        if value not in best:
            reason = f"object {value} of image {image} has no class"
            rows.append(Refused(0, None, None, reason, b""))
            continue
        category = _category(best[value], categories)
        rows.append(Row(image, category_id=category, mask=masks[number]))
    return rows


def write_images(path: Path, frames: Frames) -> None:
    """Write the files of the images."""
    images = frames.images() or []
    files = file_names(images, ".png")
    categories = sorted(frames.categories().items())
    if len(categories) > _MOST:
        raise LimitExceeded(
            f"expected at most {_MOST} categories in use, got {len(categories)}",
            name="categories",
            value=len(categories),
            limit=_MOST,
        )
    classes = {id_: number for number, (id_, _) in enumerate(categories, 1)}
    colours = palette()
    for lot in many_by_image(frames):
        some, ends, records = lot
        numbers, labels = _numbers(records, ends, classes, frames)
        maps = map_streams(lot, (numbers, labels), np.ones(len(some), np.int64), frames.ledger)
        for image, streams in maps:
            size = image.height or 0, image.width or 0
            for folder, stream in zip((_OBJECTS, _CLASSES), streams, strict=True):
                write_file(path, f"{folder}/{files[image.id]}", map_png(stream, size, 8, colours))


def finish(path: Path, frames: Frames) -> None:
    """Write what is not an image's own: lists of images, classes and ``maskengine.json``."""
    images = frames.images() or []
    files = file_names(images, ".png")
    categories = sorted(frames.categories().items())
    listed = "".join(f"{_stem(files[image.id])}\n" for image in images)
    write_file(path, "ImageSets/Segmentation/default.txt", listed.encode())
    write_file(path, "labelmap.txt", _label_lines(categories).encode())
    finish_maps(path, frames)


def _stem(name: str) -> str:
    return name.removesuffix(".png")


def _numbers(
    records: pa.RecordBatch,
    ends: npt.NDArray[np.int64],
    classes: dict[int, int],
    frames: Frames,
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Give the number of each annotation as an object of its image, 0 for none, and its class."""
    labels = np.array([classes.get(id_, 0) for id_ in records.column("category_id").to_pylist()],
                      np.int64)  # fmt: skip
    has = records.column("pixel_area").fill_null(0).to_numpy() > 0
    writable = has & (labels > 0)
    before = np.concatenate([[0], np.cumsum(writable)])
    within = before[1:] - np.repeat(before[ends[:-1]], np.diff(ends))
    numbers = np.where(writable, within, 0)
    beyond = numbers > _MOST
    frames.ledger.drop(f"more than {_MOST} objects in an image", int(beyond.sum()))
    numbers[beyond] = NOTED
    return numbers, labels


def _label_lines(categories: list[tuple[int, str]]) -> str:
    """Give the label map; colons and line ends in names would break it."""
    colours = palette().tolist()
    lines = ["# label:color_rgb:parts:actions", "background:0,0,0::"]
    for number, (_, name) in enumerate(categories, 1):
        plain = "".join("_" if c in ":#\r\n" else c for c in name)
        lines.append(f"{plain}:{','.join(map(str, colours[number]))}::")
    return "\n".join(lines) + "\n"
