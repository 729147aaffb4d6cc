"""YOLO segmentation: a text file for each image, a line for each object.

A line is ``class x1 y1 x2 y2 ...``: one ring, its coordinates in parts of the image's width and
height. The folder has ``data.yaml`` with the names of the classes, ``labels/*.txt`` and, when the
photographs are there, ``images/*``.
The definition: https://docs.ultralytics.com/datasets/segment/
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from maskengine._backend import core
from maskengine.errors import BadFile
from maskengine.formats._by_image import many_by_image
from maskengine.formats._folder import (
    file_names,
    files_below,
    frames_of,
    sound_files,
    text_bytes,
    write_file,
)
from maskengine.formats._frames import Frames, ImageRow, Refused
from maskengine.formats._photos import photo_sizes
from maskengine.formats._plain_numbers import plain
from maskengine.formats._rows import Row
from maskengine.formats._sidecar import Sidecar, write_sidecar

EXTENSIONS: tuple[str, ...] = ()
FOLDER = True
HOLDS = frozenset({"polygons", "overlap", "empty"})
NEEDS = frozenset({"rings"})
RULE = "opencv_truncated"

_LONGEST = 4 << 20  # bytes of data.yaml
_DEEPEST = 64
_DIGITS = re.compile(r"0|[1-9][0-9]{0,9}")  # a class number that came as a text
_ESCAPED = {'"': '\\"', "\\": "\\\\"}
_SLACK = 0.01  # by which a coordinate may leave [0, 1], as in Ultralytics' reader


def detect(path: Path, head: bytes) -> int:
    """Look for a folder of labels."""
    if head or not path.is_dir():
        return 0
    labels = path / "labels"
    if not labels.is_dir() or not files_below(labels, ".txt"):
        return 0
    return 3 if (path / "data.yaml").is_file() else 2


def read(path: Path) -> Frames:
    """Read a folder.

    Sizes of images are those of the photographs in ``images/``, or of ``maskengine.json``.

    Raises
    ------
    BadFile
        If it has no labels, or no image has a size.
    """
    labels = path / "labels"
    if not labels.is_dir():
        raise BadFile(f"{path} has no folder 'labels'", parameter="file")
    sidecar = Sidecar(path)
    photos = photo_sizes(path / "images")
    images: list[dict[str, Any]] = []

    def look(number: int, file: Path) -> None:
        stem = str(file.relative_to(labels).with_suffix("").as_posix())
        images.append(_image_row(number, stem, sidecar, photos))

    files, damaged = sound_files(files_below(labels, ".txt"), look)
    names = _class_names(path, sidecar)

    def rows_of(number: int) -> list[Row | Refused]:
        image = images[number]
        lines = _read_text(files[number]).splitlines()
        return [_row(line, image, names) for line in lines if line.strip()]

    categories = [{"id": id_, "name": name} for id_, name in names.values()]
    return frames_of(images, categories, rows_of, rule=RULE, damaged=damaged)


def _read_text(file: Path) -> str:
    return text_bytes(file).decode("utf-8", errors="replace")


def _image_row(
    number: int, stem: str, sidecar: Sidecar, photos: dict[str, tuple[str, int, int]]
) -> dict[str, Any]:
    known = sidecar.of_stem(stem)
    if stem in photos:
        name, height, width = photos[stem]
        row = known or {"id": sidecar.new_id(number), "file_name": name}
        return {**row, "width": width, "height": height}
    sides = [known.get(side) for side in ("height", "width")] if known else []
    if known is None or not all(isinstance(side, int) and 0 < side < 2**31 for side in sides):
        raise BadFile(f"no size of image {stem!r}: no photograph in 'images'", parameter="file")
    return known


def _class_names(path: Path, sidecar: Sidecar) -> dict[int, tuple[int, str]]:
    """Give category id and name by class number."""
    if sidecar.categories:
        rows = sorted(sidecar.categories, key=lambda row: row["id"])
        return {n: (row["id"], str(row.get("name", row["id"]))) for n, row in enumerate(rows)}
    names: Any = []
    for name in ("data.yaml", "dataset.yaml"):
        if (path / name).is_file():
            told = _yaml(path / name)
            if "kpt_shape" in told:  # their lines look as those of polygons do
                raise BadFile(f"expected polygons, got key points ('kpt_shape' in {name})",
                              parameter="file")  # fmt: skip
            names = told.get("names", [])
            break
    else:
        if (path / "classes.txt").is_file():
            names = _read_text(path / "classes.txt").split("\n")
            names = [name.strip() for name in names if name.strip()]
    if not isinstance(names, dict | list | None):
        raise BadFile("expected a list of texts as 'names', or one by number", parameter="file")
    out: dict[int, tuple[int, str]] = {}
    for key, name in names.items() if isinstance(names, dict) else enumerate(names or []):
        scalar = isinstance(name, str | int | float)  # aliases may stand for what fits in no memory
        n = int(key) if isinstance(key, str) and _DIGITS.fullmatch(key) else key
        if not scalar or not isinstance(n, int) or not 0 <= n < 2**31 or n in out:
            raise BadFile("expected a text for each class number in 'names'", parameter="file")
        out[n] = n, str(name)
    return out


def _yaml(file: Path) -> dict[str, Any]:
    import yaml  # noqa: PLC0415 - only where there is such a file

    if file.stat().st_size > _LONGEST:
        raise BadFile(f"{file} is longer than {_LONGEST} bytes", parameter="file")

    # PyYAML takes the square of the depth: a second for a thousand
    class Shallow(yaml.SafeLoader):  # type: ignore[misc]
        depth = 0

        def compose_node(self, parent: Any, index: Any) -> Any:
            self.depth += 1
            if self.depth > _DEEPEST:
                raise RecursionError(f"nested more than {_DEEPEST} deep")
            node = super().compose_node(parent, index)
            self.depth -= 1
            return node

    try:
        found = yaml.load(_read_text(file), Shallow)  # noqa: S506 - it is a safe loader
    except (yaml.YAMLError, RecursionError, ValueError, OverflowError) as error:
        raise BadFile(f"{file}: {error}", parameter="file") from error
    if not isinstance(found, dict):
        raise BadFile(f"{file}: expected keys and values", parameter="file")
    return found


def _row(line: str, image: dict[str, Any], names: dict[int, tuple[int, str]]) -> Row | Refused:
    reason = None
    try:
        words = plain(line).split()
        class_, *numbers = map(float, words)
        values = np.array(numbers)
    except ValueError as error:
        return Refused(0, None, None, str(error), line.encode())
    number = int(class_) if class_.is_integer() else -1
    if number < 0:
        reason = f"expected a class number, got {words[0]!r}"
    elif names and number not in names:
        reason = f"class {number} has no name"
    elif len(values) < 6 and len(values) != 4:
        reason = f"expected 4 numbers of a box or 6 and more of a ring, got {len(values)}"
    elif len(values) % 2:
        reason = f"expected pairs of coordinates, got {len(values)} numbers"
    elif not (np.abs(values - 0.5) <= 0.5 + _SLACK).all():
        reason = "a coordinate is not in [0, 1]"
    if reason is not None:
        return Refused(0, None, None, f"labels: {reason}", line.encode())
    size = np.array([image["width"], image["height"]], np.float64)
    category = names.get(number, (number, ""))[0]
    if len(values) == 4:
        (x, y), (w, h) = values[:2] * size, values[2:] * size
        return Row(image["id"], category_id=category, bbox=(x - w / 2, y - h / 2, w, h))
    return Row(image["id"], category_id=category, rings=[values.reshape(-1, 2) * size])


def write_images(path: Path, frames: Frames) -> None:
    """Write the files of the images."""
    images = frames.images() or []
    files = file_names(images, ".txt")
    categories = sorted(frames.categories().items())
    classes = {id_: number for number, (id_, _) in enumerate(categories)}
    for some, ends, records in many_by_image(frames):
        text, stops, became = _lines(records, ends, some, classes, frames)
        for number, image in enumerate(some):
            begin, end = ends[number], ends[number + 1]
            lines = text[stops[begin] : stops[end]]
            write_file(path, f"labels/{files[image.id]}", lines)
            frames.ledger.became(image.id, became[begin:end])


def finish(path: Path, frames: Frames) -> None:
    """Write what is not an image's own: ``data.yaml`` and ``maskengine.json``."""
    categories = sorted(frames.categories().items())
    names = "".join(f"\n  {n}: {_quoted(name)}" for n, (_, name) in enumerate(categories)) or " {}"
    text = f"path: .\ntrain: images\nval: images\nnames:{names}\n"
    write_file(path, "data.yaml", text.encode())
    write_sidecar(path, frames)


def _quoted(name: str) -> str:
    """Give a text of YAML; what is not printable, YAML takes as an escape alone."""
    return "".join(['"', *(_ESCAPED.get(c) or (c if c.isprintable() else _escape(c))
                          for c in name), '"'])  # fmt: skip


def _escape(letter: str) -> str:
    code = ord(letter)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _lines(
    records: pa.RecordBatch,
    ends: npt.NDArray[np.int64],
    images: list[ImageRow],
    classes: dict[int, int],
    frames: Frames,
) -> tuple[memoryview, npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Give the lines of some images, where each ends, and its number within its image."""
    coords, rings = records.column("coords"), records.column("rings")
    begins, stops = (rings.offsets.to_numpy()[side] for side in (slice(-1), slice(1, None)))
    has = coords.is_valid().to_numpy(zero_copy_only=False) & (begins < stops)
    numbers = np.array(
        [classes.get(id_, -1) for id_ in records.column("category_id").to_pylist()], np.int64
    )
    frames.ledger.drop("annotations without a known category", int((numbers < 0).sum()))
    frames.ledger.drop("annotations without pixels", int((~has & (numbers >= 0)).sum()))
    written = has & (numbers >= 0)
    lengths = np.zeros(len(has), np.int64)
    lengths[has] = rings.values.to_numpy(zero_copy_only=False)[begins[has]]
    sizes = np.array([(image.height or 0, image.width or 0) for image in images], np.int64)
    text, line_ends = core.yolo_lines(
        coords.values.to_numpy(zero_copy_only=False),
        coords.offsets.to_numpy()[:-1] // 2,
        lengths,
        np.where(written, numbers, -1),
        np.repeat(sizes.reshape(-1, 2), np.diff(ends), axis=0),
    )
    before = np.concatenate([[0], np.cumsum(written)])
    within = before[:-1] - np.repeat(before[ends[:-1]], np.diff(ends))
    return text.view(np.uint8).data, line_ends, np.where(written, within, -1)
