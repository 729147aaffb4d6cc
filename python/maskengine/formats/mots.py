"""MOTS and KITTI MOTS, read only: a 16-bit PNG file for each frame, or a text file for each clip.

A value is 1000 times the class plus the object, in ``**/instances/**/*.png``; a line of
``instances_txt/<clip>.txt`` has frame, value, class, height, width and the COCO API's compressed
text. 0 is background, the class 10 is left out of evaluation: a crowd. An object keeps its value
through the clip: ``track_id``. ``labels.txt`` names the classes from 1 on.
The definition: https://www.vision.rwth-aachen.de/page/mots
"""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from typing import Any

from maskengine.errors import BadFile, MaskError
from maskengine.formats._folder import files_below, frames_of, text_bytes
from maskengine.formats._frames import Frames, Refused
from maskengine.formats._maps import split_map
from maskengine.formats._png import png_size, read_png
from maskengine.formats._rows import Row
from maskengine.values import Masks

EXTENSIONS: tuple[str, ...] = ()
FOLDER = True
HOLDS = frozenset({"holes", "parts", "crowd", "extra", "empty"})
NEEDS: frozenset[str] = frozenset()
RULE = None

_PICTURES, _TEXTS, _LABELS = "instances", "instances_txt", "labels.txt"
_STEP = 1000
_IGNORED = 10
_LINE = re.compile(rb"\d+ \d+ \d+ \d+ \d+ \S+\s*$")
_HEAD = 64  # bytes of a PNG that have its size
_NAMES = {1: "car", 2: "pedestrian", _IGNORED: "ignored"}


def detect(path: Path, head: bytes) -> int:
    """Look for folders of instances with names beside, or for text files."""
    if head or not path.is_dir():
        lines = head.splitlines()
        return 3 if lines and _LINE.match(lines[0]) else 0
    if (path / _PICTURES / _LABELS).is_file():
        return 4  # a folder of that name alone is KITTI's, too
    named = any(file.parent.name == _PICTURES for file in path.glob(f"**/{_LABELS}"))
    return 3 if named or (path / _TEXTS).is_dir() else 0


def read(path: Path) -> Frames:
    """Read a folder, or a text file.

    Raises
    ------
    BadFile
        If a file is not of the format.
    """
    if path.is_file() or (path / _TEXTS).is_dir():
        return _read_texts(path)
    files = [file for file in files_below(path, ".png") if _PICTURES in file.parts]
    images = []
    for number, file in enumerate(files):
        with file.open("rb") as opened:
            height, width = png_size(opened.read(_HEAD), str(file))
        parts = [part for part in file.relative_to(path).parts if part != _PICTURES]
        name = str(PurePosixPath(*parts))
        images.append({"id": number + 1, "file_name": name, "height": height, "width": width})

    def rows_of(number: int) -> list[Row | Refused]:
        array = read_png(files[number])
        if array.ndim != 2:
            reason = f"expected a picture of one channel, got {array.shape[2]}"
            return [Refused(0, None, None, reason, str(files[number]).encode())]
        masks, values = split_map(array)
        return [_row(number + 1, value, masks[at]) for at, value in enumerate(values.tolist())]

    return frames_of(images, _categories(path), rows_of, rule="coco")


def _categories(path: Path) -> list[dict[str, Any]]:
    names = dict(_NAMES)
    for file in files_below(path, _LABELS) if path.is_dir() else ():
        names = dict(enumerate(text_bytes(file).decode(errors="replace").split("\n"), 1))
        break
    return [{"id": id_, "name": name.strip()} for id_, name in names.items() if name.strip()]


def _row(image: int, value: int, mask: Masks) -> Row:
    category = value // _STEP
    crowd = int(category == _IGNORED)
    return Row(image, category_id=category, iscrowd=crowd, mask=mask, extra={"track_id": value})


def _read_texts(path: Path) -> Frames:
    folder = path / _TEXTS
    files = [path] if path.is_file() else files_below(folder, ".txt")
    images: list[dict[str, Any]] = []
    lines: list[list[bytes]] = []
    numbers: dict[tuple[str, bytes], int] = {}
    for file in files:
        clip = file.stem if path.is_file() else str(file.relative_to(folder).with_suffix(""))
        for line in text_bytes(file).splitlines():
            words = line.split()
            if not _LINE.match(line) and words:
                raise BadFile(f"no frame in the line {line[:80]!r}", parameter=str(file))
            if not words:
                continue
            number = numbers.setdefault((clip, words[0]), len(images))
            if number == len(images):
                name = f"{PurePosixPath(clip).as_posix()}/{int(words[0]):06d}.png"
                images.append({"id": number + 1, "file_name": name, "height": int(words[3]),
                               "width": int(words[4])})  # fmt: skip
                lines.append([])
            lines[number].append(line)

    def rows_of(number: int) -> list[Row | Refused]:
        return [_line_row(line, images[number]) for line in lines[number]]

    return frames_of(images, _categories(path), rows_of, rule="coco")


def _line_row(line: bytes, image: dict[str, Any]) -> Row | Refused:
    _, value, category, height, width, text = line.split()
    try:
        size = [int(height), int(width)]
        mask = Masks.from_coco([{"size": size, "counts": text.decode("ascii")}])
    except (MaskError, ValueError, OverflowError) as error:
        return Refused(0, None, None, f"{error}", line)
    if int(value) // _STEP != int(category):
        return Refused(0, None, None, f"object {int(value)} of class {int(category)}", line)
    if size != [image["height"], image["width"]]:
        return Refused(0, None, None, f"a mask of {size} in a frame of another size", line)
    return _row(image["id"], int(value), mask)
