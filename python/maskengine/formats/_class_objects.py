"""Values of pixels that are 256 times the class plus the object."""

from __future__ import annotations

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from maskengine.formats._frames import Frames, Refused
from maskengine.formats._maps import NOTED, split_map
from maskengine.formats._rows import Row

STEP = 256  # values of a class


def class_rows(
    values: npt.NDArray[np.uint16], image: int, *, crowd: int | None = None, is_full: bool = False
) -> list[Row | Refused]:
    """Give the annotations of a map, ascending by value.

    Parameters
    ----------
    values : numpy.ndarray
        uint16 (H, W); 0 is background, unless it `is_full`.
    image : int
        Its id.
    crowd : int, optional
        The object that says that this is no single one.
    is_full : bool
        Every pixel is of a class, so that 0 is the object 0 of the class 0.
    """
    masks, found = split_map(values.astype(np.int32) + 1 if is_full else values)
    rows: list[Row | Refused] = []
    for at, value in enumerate((found - is_full).tolist()):
        row = Row(image, category_id=value // STEP, mask=masks[at])
        if crowd is not None:
            row.iscrowd = int(value % STEP == crowd)
        if not row.iscrowd:
            row.extra = {"object": value % STEP}
        rows.append(row)
    return rows


def class_values(
    records: pa.RecordBatch, frames: Frames, *, first: int, crowd: int | None = None
) -> npt.NDArray[np.int64]:
    """Give the value of each annotation of an image; 0 or NOTED for one that has none.

    Parameters
    ----------
    records : pyarrow.RecordBatch
        The annotations.
    frames : Frames
        Its ledger is told what is lost.
    first : int
        The first object of a class, where the annotation does not tell.
    crowd : int, optional
        The object of all crowds of a class; they are written as objects by default.
    """
    values: list[int] = []
    taken: set[int] = set()
    has = records.column("pixel_area").fill_null(0).to_numpy() > 0
    end = STEP if crowd is None else crowd
    columns = (records.column(name).to_pylist() for name in ("category_id", "iscrowd", "extra"))
    for row, (category, is_crowd, text) in enumerate(zip(*columns, strict=True)):
        extra = {} if text is None else msgspec.json.decode(text)
        others = extra.keys() - {"object"}
        frames.ledger.lose("attributes", "annotations lost other keys", bool(others))
        fits = category is not None and 0 <= category < STEP
        if category is not None and not fits:
            frames.ledger.drop("categories above 255")
        value = NOTED if category is not None and not fits else 0
        if has[row] and fits and is_crowd and crowd is not None:
            value = category * STEP + crowd
            frames.ledger.lose("several crowds of a class", "joined", value in taken)
        elif has[row] and fits:
            value = _free(category * STEP, extra.get("object"), range(first, end), taken)
            frames.ledger.drop(f"more than {end - first} objects of a class", value == NOTED)
        taken.add(value)
        values.append(value)
    return np.array(values, np.int64)


def _free(base: int, told: object, numbers: range, taken: set[int]) -> int:
    """Give the value that the annotation tells, or one that no other has; NOTED for none."""
    if isinstance(told, int) and 0 <= told < numbers.stop and base + told not in taken | {0}:
        return base + told
    return next((base + n for n in numbers if base + n not in taken | {0}), NOTED)
