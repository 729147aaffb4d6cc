"""Polygons to run lengths, as a function of Arrow record batches that any engine can map."""

from __future__ import annotations

from typing import Any, TypeVar, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

import maskengine as me
from maskengine._arrays import as_int64
from maskengine._backend import core
from maskengine.errors import MaskError, MaskTypeError
from maskengine.values import runs_of

_Batch = TypeVar("_Batch", pa.RecordBatch, pa.Table)
_NAMES = ("counts", "pixel_area", "pixel_x", "pixel_y", "pixel_w", "pixel_h")


def fill_batch(batch: _Batch, rule: str = "coco") -> _Batch:
    """Rasterize the polygons of an Arrow record batch, or table.

    A plain function of a batch, for engines that map one over a data set: Ray Data's
    ``map_batches(fill_batch, batch_format="pyarrow")``, Spark's ``mapInArrow`` and Dask.

    Parameters
    ----------
    batch : pyarrow.RecordBatch or pyarrow.Table
        Has the columns ``segmentation``, lists of rings that are lists of x, y, x, y, ... in
        pixels, and ``height`` and ``width`` of the image, in pixels; any others are carried along.
    rule : str
        Of `maskengine.rasterize`.

    Returns
    -------
    pyarrow.RecordBatch or pyarrow.Table
        As `batch`, with more columns: ``counts`` (binary: the compressed run lengths of the COCO
        API), ``pixel_area`` and the box ``pixel_x``, ``pixel_y``, ``pixel_w``, ``pixel_h`` (int64,
        in pixels). Where the segmentation or a side is null, they are, too.

    Raises
    ------
    MaskError
        If a column is missing, is of another type or has numbers that no polygon has.

    Examples
    --------
    >>> import pyarrow as pa
    >>> from maskengine.convert import fill_batch
    >>> ring = [1.0, 1.0, 4.0, 1.0, 4.0, 3.0, 1.0, 3.0]
    >>> columns = {"segmentation": [[ring]], "height": [5], "width": [6]}
    >>> batch = pa.RecordBatch.from_pydict(columns)
    >>> fill_batch(batch).column("pixel_area").to_pylist()
    [6]
    """
    rings, height, width = (_column(batch, name) for name in ("segmentation", "height", "width"))
    if not _is_list(rings.type) or not _is_list(rings.type.value_type):
        raise MaskError(f"expected lists of lists, got {rings.type}", parameter="segmentation")
    known = pc.and_(pc.and_(rings.is_valid(), height.is_valid()), width.is_valid())
    rows = np.flatnonzero(known.to_numpy(zero_copy_only=False))
    rings = rings.take(pa.array(rows))
    sizes = [
        as_int64(side.take(pa.array(rows)).to_numpy(zero_copy_only=False), name, (None,))
        for side, name in ((height, "height"), (width, "width"))
    ]
    ring = rings.flatten()
    lengths = _lengths(ring)
    odd = np.flatnonzero(lengths % 2)
    if odd.size:
        row = int(rows[np.searchsorted(np.cumsum(_lengths(rings)), odd[0], side="right")])
        raise MaskError(
            f"expected pairs of numbers, got {lengths[odd[0]]}", parameter="segmentation", index=row
        )
    xy = ring.flatten().to_numpy(zero_copy_only=False).astype(np.float64).reshape(-1, 2)
    ends = (_ends(lengths // 2), np.arange(len(lengths) + 1), _ends(_lengths(rings)))
    masks = me.rasterize(
        me.Polygons.from_ragged(xy, ends), np.stack(sizes, axis=1), rule=cast("Any", rule)
    )
    text, stops = core.runs_to_text(runs_of(masks))
    buffers = [None, pa.py_buffer(stops), pa.py_buffer(text.view(np.uint8))]
    counts = pa.Array.from_buffers(pa.large_binary(), len(rows), buffers)
    boxes = me.bbox(masks, format="xywh")
    place = np.full(batch.num_rows, -1)
    place[rows] = np.arange(len(rows))
    back = pa.array(place, mask=place < 0)
    columns = [counts, pa.array(me.area(masks))]
    columns += [pa.array(np.ascontiguousarray(side, np.int64)) for side in boxes.T]
    for name, column in zip(_NAMES, columns, strict=True):
        batch = batch.append_column(name, column.take(back))
    return batch


def _column(batch: Any, name: str) -> Any:
    if not isinstance(batch, (pa.RecordBatch, pa.Table)):
        text = f"expected a record batch or a table, got {type(batch).__name__}"
        raise MaskTypeError(text, parameter="batch")
    if batch.schema.get_field_index(name) < 0:
        raise MaskError(f"expected a column {name!r}", parameter="batch")
    column = batch.column(name)
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _is_list(kind: pa.DataType) -> bool:
    return bool(pa.types.is_list(kind) or pa.types.is_large_list(kind))


def _lengths(lists: pa.Array) -> Any:
    return pc.list_value_length(lists).fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)


def _ends(lengths: Any) -> Any:
    return np.concatenate([[0], np.cumsum(lengths)])
