"""Annotations made one by one, as formats of small files read them, into columns."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from maskengine.errors import shown
from maskengine.formats._frames import KINDS, SCHEMA
from maskengine.formats._ledger import Ledger
from maskengine.values import Masks


class Row(msgspec.Struct):
    """An annotation of an image.

    Parameters
    ----------
    image_id : int
        Of the table of images.
    id : int, optional
        Of the annotation.
    category_id : int, optional
        Of the table of categories.
    iscrowd : int, optional
        0 or 1.
    score : float, optional
        Of a result.
    bbox : tuple of float, optional
        Left, top, width, height as the source says, in pixels.
    area : float, optional
        As the source says, in pixels.
    rings : list of numpy.ndarray, optional
        Polygons: float64 of shape (V, 2), x and y of each vertex, in pixels.
    parts : list of int, optional
        Rings of each polygon, the exterior first, where there are holes; without it each ring is a
        polygon.
    mask : Masks, optional
        One mask, instead of polygons.
    extra : dict, optional
        All else, as JSON can hold it.
    """

    image_id: int
    id: int | None = None
    category_id: int | None = None
    iscrowd: int | None = None  # or a truth value: some write false
    score: float | None = None
    bbox: tuple[float, float, float, float] | None = None
    area: float | None = None
    rings: list[Any] | None = None
    parts: list[int] | None = None
    mask: Masks | None = None
    extra: dict[str, Any] | None = None


def unfit(row: Row) -> str | None:
    """Say what of a row its column cannot hold; None when all fits."""
    for name in ("id", "image_id", "category_id"):
        value = getattr(row, name)
        if value is not None and not -(2**63) <= value < 2**63:
            return f"{name}: expected a 64-bit integer, got {shown(value)}"
    if row.iscrowd not in {None, 0, 1}:
        return f"iscrowd: expected 0 or 1, got {shown(row.iscrowd)}"
    numbers = [n for n in (row.score, row.area, *(row.bbox or ())) if n is not None]
    if not all(map(math.isfinite, numbers)):
        return f"expected finite numbers as score, area and bbox, got {shown(numbers)}"
    return None


def records_of(rows: Sequence[Row]) -> pa.RecordBatch:
    """Give the rows as a batch with the schema `SCHEMA`."""
    rings = [row.rings for row in rows]
    masks = [row.mask for row in rows]
    kinds = [
        KINDS.index("polygon" if r is not None else "none" if m is None else "text")
        for r, m in zip(rings, masks, strict=True)
    ]
    arrays = {
        "image_id": pa.array([row.image_id for row in rows], pa.int64()),
        "kind": pa.DictionaryArray.from_arrays(np.array(kinds, np.int8), pa.array(KINDS)),
        "coords": _lists([None if r is None else _flat(r) for r in rings], np.float64),
        "rings": _lists(
            [None if r is None else [len(ring) for ring in r] for r in rings], np.int32
        ),
        "parts": _lists([row.parts for row in rows], np.int32),
        "height": pa.array([None if m is None else int(m.sizes[0, 0]) for m in masks], pa.int32()),
        "width": pa.array([None if m is None else int(m.sizes[0, 1]) for m in masks], pa.int32()),
        "counts": _lists([None if m is None else m.counts for m in masks], np.uint32),
        "style": pa.array(np.zeros(len(rows), np.uint8)),
        "extra": pa.array(
            [None if not row.extra else msgspec.json.encode(row.extra).decode() for row in rows],
            pa.large_string(),
        ),
    }
    crowds = [None if row.iscrowd is None else int(row.iscrowd) for row in rows]
    arrays["iscrowd"] = pa.array(crowds, SCHEMA.field("iscrowd").type)
    for name in ("id", "category_id", "score", "area"):
        arrays[name] = pa.array([getattr(row, name) for row in rows], SCHEMA.field(name).type)
    for i, side in enumerate("xywh"):
        values = [None if row.bbox is None else row.bbox[i] for row in rows]
        arrays[f"bbox_{side}"] = pa.array(values, pa.float64())
    for name in ("pixel_area", "pixel_x", "pixel_y", "pixel_w", "pixel_h"):
        arrays[name] = pa.nulls(len(rows), SCHEMA.field(name).type)
    return pa.RecordBatch.from_arrays([arrays[name] for name in SCHEMA.names], schema=SCHEMA)


def _flat(rings: list[Any]) -> npt.NDArray[np.float64]:
    if not rings:
        return np.zeros(0)
    return np.concatenate([np.asarray(ring, np.float64).reshape(-1) for ring in rings])


def _lists(values: list[Any], dtype: Any) -> pa.Array:
    """Give a list column; None is null."""
    arrays = [np.asarray(() if value is None else value, dtype) for value in values]
    ends = np.cumsum([0, *(len(array) for array in arrays)])
    null = np.array([value is None for value in values], bool)
    flat = np.concatenate(arrays) if arrays else np.zeros(0, dtype)
    return pa.LargeListArray.from_arrays(pa.array(ends), pa.array(flat), mask=pa.array(null))


def rings_of(records: pa.RecordBatch) -> list[list[npt.NDArray[np.float64]]]:
    """Give the rings of each row, float64 of shape (V, 2); an empty list where there is none."""
    coords, rings = records.column("coords"), records.column("rings")
    flat = coords.values.to_numpy(zero_copy_only=False).reshape(-1, 2)
    lengths = rings.values.to_numpy(zero_copy_only=False)
    starts, ends = coords.offsets.to_numpy() // 2, rings.offsets.to_numpy()
    valid = coords.is_valid().to_numpy(zero_copy_only=False)
    out: list[list[npt.NDArray[np.float64]]] = []
    for row in range(len(coords)):
        if not valid[row]:
            out.append([])
            continue
        cuts = starts[row] + np.cumsum(lengths[ends[row] : ends[row + 1]])
        bounds = [int(starts[row]), *cuts.tolist()]
        out.append([flat[a:b] for a, b in itertools.pairwise(bounds)])
    return out


def named(category: int | None, names: dict[int, str], ledger: Ledger) -> str:
    """Give the name of a category where a file must have one, and note where there is none."""
    ledger.lose("annotations without a category", "named 'None'", category is None)
    return str(category) if category is None else names.get(category, str(category))
