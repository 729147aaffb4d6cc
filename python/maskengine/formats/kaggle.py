"""Kaggle's CSV of runs: a row for each mask, pairs of start and length, column by column, from 1.

Columns are told by the header: ``ImageId`` and ``EncodedPixels``, and ``Height``, ``Width`` and
``CategoryId`` where they are there; this package writes all five. An empty cell or ``-1`` is an
image without a mask. Without sizes in the file they are those of photographs beside it, in
``images/``. What follows the number of a category, as in iMaterialist's ``6_13_2``, are attributes.
An example: https://www.kaggle.com/c/data-science-bowl-2018/overview/evaluation
"""

from __future__ import annotations

import csv
import os
import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from maskengine.errors import BadFile, MaskError
from maskengine.formats._by_image import by_image
from maskengine.formats._folder import frames_from, image_name
from maskengine.formats._frames import Frames, ImageRow, Refused, masks_of
from maskengine.formats._photos import photo_sizes
from maskengine.formats._pixels import union_of
from maskengine.formats._plain_numbers import plain
from maskengine.formats._rows import Row
from maskengine.values import Masks

EXTENSIONS = (".csv",)
FOLDER = False
HOLDS = frozenset({"runs", "holes", "parts", "overlap", "empty"})
NEEDS = frozenset({"counts", "images"})
RULE = None
ROWS = {"images": {"file_name", "height", "width"}, "categories": {"id"}}

_IMAGE = ("ImageId", "ImageID", "image_id", "id", "img")
_RUNS = ("EncodedPixels", "rle", "rle_mask", "annotation", "segmentation")
_COLUMNS = ("ImageId", "EncodedPixels", "Height", "Width", "CategoryId")
_NONE = frozenset({"", "-1", "nan"})
_LONGEST = 1 << 30  # characters of a cell
_UNTOLD = 1  # the category of rows that tell none
_CATEGORY = re.compile(r"([0-9]{1,18})(?:\.0*)?(?:_(.*))?", re.DOTALL)  # pandas writes 3 as 3.0


def detect(path: Path, head: bytes) -> int:  # noqa: ARG001 - other formats look at the name
    """Look for the column of runs."""
    header = head.split(b"\n", 1)[0]
    return 3 if b"EncodedPixels" in header and b"," in header else 0


def read(path: Path) -> Frames:
    """Read a file.

    Raises
    ------
    BadFile
        If a column is missing, or the size of an image cannot be told.
    """
    images: dict[str, dict[str, Any]] = {}
    categories: set[int] = set()
    photos = photo_sizes(path.parent / "images")
    is_grouped, last = True, ""
    for row in _table(path):
        name, size = _name(row), _size(row)
        if name not in images:
            stem = Path(name).stem
            if size is None and stem in photos:
                size = photos[stem][1:]
            images[name] = {"id": len(images) + 1, "file_name": name}
            if size is not None:
                images[name].update(height=size[0], width=size[1])
        is_grouped &= name == last or images[name]["id"] == len(images)
        last = name
        with suppress(ValueError):  # refused in its turn
            category = _category(row)[0]
            if category is not None:
                categories.add(category)
            elif _runs(row) not in _NONE:
                categories.add(_UNTOLD)

    def lots() -> Iterator[tuple[int, list[Row | Refused]]]:
        for number, row in enumerate(_table(path), 1):
            if None in row or _runs(row) not in _NONE:
                yield number, [_row(row, images[_name(row)])]

    return frames_from(
        list(images.values()),
        [{"id": id_, "name": str(id_) if id_ != 1 or len(categories) > 1 else "object"}
         for id_ in sorted(categories or {1})],
        lots,
        rule="coco",
        size=path.stat().st_size,
        is_grouped=is_grouped,
    )  # fmt: skip


def _table(path: Path) -> Iterator[dict[str, str]]:
    csv.field_size_limit(min(_LONGEST, sys.maxsize))
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file, restval="")
            names = rows.fieldnames or []
            if not set(_IMAGE) & set(names) or not set(_RUNS) & set(names):
                raise BadFile(f"expected the columns ImageId and EncodedPixels, got {names}",
                              parameter="file")  # fmt: skip
            yield from rows
    except (csv.Error, UnicodeDecodeError) as error:
        raise BadFile(f"{path}: {error}", parameter="file") from error


def _first(row: dict[str, str], names: tuple[str, ...]) -> str:
    return next((row[name] for name in names if name in row), "").strip()


def _name(row: dict[str, str]) -> str:
    return _first(row, _IMAGE)


def _runs(row: dict[str, str]) -> str:
    return _first(row, _RUNS).lower()


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 11 else None


def _size(row: dict[str, str]) -> tuple[int, int] | None:
    height = _number(_first(row, ("Height", "height")))
    width = _number(_first(row, ("Width", "width")))
    return None if height is None or width is None else (height, width)


def _category(row: dict[str, str]) -> tuple[int | None, str | None]:
    """Give the category of a row and its attributes, None where it tells none."""
    text = _first(row, ("CategoryId", "ClassId", "class_id", "category_id"))
    if text.lower() in {"", "nan"}:
        return None, None
    found = _CATEGORY.fullmatch(text)
    if found is None:
        raise ValueError(f"expected a number from 0 on as CategoryId, got {text[:40]!r}")
    return int(found[1]), found[2] or None


def _row(row: dict[str, str], image: dict[str, Any]) -> Row | Refused:
    if None in row:  # what is left over, under no name
        return _refused(row, "a line with more cells than the first")
    try:
        category, attributes = _category(row)
    except ValueError as error:
        return _refused(row, str(error))
    try:
        mask = _mask(_runs(row), image)
    except (MaskError, ValueError, OverflowError) as error:
        return _refused(row, f"EncodedPixels: {error}")
    extra = None if attributes is None else {"attributes": attributes}
    category = _UNTOLD if category is None else category
    return Row(image["id"], category_id=category, mask=mask, extra=extra)


def _refused(row: dict[str, str], reason: str) -> Refused:
    raw = ",".join(map(str, row.values()))[:10_000]
    return Refused(0, None, None, reason, raw.encode())


def _mask(text: str, image: dict[str, Any]) -> Masks:
    """Read pairs of start and length, which must ascend and not overlap."""
    if "height" not in image:
        raise ValueError(f"the size of image {image['file_name']!r} is not known")
    size = image["height"], image["width"]
    numbers = np.array(plain(text).split(), np.int64)
    if numbers.size % 2:
        raise ValueError(f"expected pairs of numbers, got {numbers.size} numbers")
    begin, length = numbers[::2] - 1, numbers[1::2]
    end = begin + length
    gaps = begin - np.concatenate([[0], end[:-1]])
    pixels = size[0] * size[1]
    if (length < 0).any() or (gaps < 0).any() or (end > pixels).any():
        raise ValueError(f"expected ascending runs inside {pixels} pixels")
    counts = np.stack([gaps, length], axis=1).reshape(-1)
    last = end[-1] if end.size else 0
    # runs may touch, or end with the image: the union has them in canonical form
    return union_of(Masks(np.append(counts, pixels - last), [0, counts.size + 1], [size]))


def write(path: Path, frames: Frames) -> None:
    """Write a file; an image without masks has a row with an empty cell."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(_COLUMNS)
        for image, records in by_image(frames):
            rows.writerows(_cells(image, records, frames))
        file.flush()
        os.fsync(file.fileno())


def _cells(image: ImageRow, records: pa.RecordBatch, frames: Frames) -> Iterator[tuple[Any, ...]]:
    has = records.column("pixel_area").fill_null(0).to_numpy() > 0
    frames.ledger.became(image.id, np.where(has, np.cumsum(has) - 1, -1))
    frames.ledger.drop("annotations without pixels", int((~has).sum()))
    kept = records.filter(pa.array(has))
    masks = masks_of(kept)
    name = image_name(image)
    if not len(masks):
        yield name, "", image.height, image.width, ""
    for mask, category in zip(masks, kept.column("category_id").to_pylist(), strict=True):
        ends = np.cumsum(mask.counts.astype(np.int64))
        begins = ends[:-1:2] + 1
        lengths = mask.counts[1::2]
        pairs = np.stack([begins, lengths], axis=1)[lengths > 0].reshape(-1)
        height, width = mask.sizes[0].tolist()
        yield name, " ".join(map(str, pairs.tolist())), height, width, category
