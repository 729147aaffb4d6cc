"""Arrow columns <-> the columns of a batch; pyarrow is an extra."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine._memory import check_arrow
from maskengine.errors import MaskTypeError, shown

try:
    import pyarrow as pa
except ImportError as error:  # pragma: no cover - depends on the install
    error.add_note("Arrow needs pyarrow: pip install maskengine[io]")
    raise


def record_batch(
    counts: npt.NDArray[np.uint32], offsets: npt.NDArray[np.int64], sizes: npt.NDArray[np.int64]
) -> pa.RecordBatch:
    """Share the columns as a record batch of counts, height and width."""
    lists = pa.LargeListArray.from_arrays(pa.array(offsets), pa.array(counts))
    return pa.RecordBatch.from_arrays(
        [lists, pa.array(sizes[:, 0]), pa.array(sizes[:, 1])], names=["counts", "height", "width"]
    )


def columns(table: Any) -> tuple[npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[Any]]:
    """Give counts, offsets and sizes of a table, record batch or struct array."""
    if isinstance(table, pa.StructArray):
        table = pa.RecordBatch.from_struct_array(table)
    if not isinstance(table, (pa.Table, pa.RecordBatch)):
        raise MaskTypeError(
            f"expected a pyarrow table, record batch or struct array, got {type(table).__name__}",
            parameter="table",
        )
    for name in table.schema.names:
        check_arrow(table.column(name), name)
    lists = _column(table, "counts")
    if not (pa.types.is_list(lists.type) or pa.types.is_large_list(lists.type)):
        raise MaskTypeError(f"expected lists of uint32, got {lists.type}", parameter="counts")
    if lists.type.value_type != pa.uint32() or lists.values.null_count:
        raise MaskTypeError(
            f"expected lists of uint32 without nulls, got {lists.type}", parameter="counts"
        )
    sides = [_side(table, name) for name in ("height", "width")]
    offsets = lists.offsets.to_numpy(zero_copy_only=False)
    return lists.values.to_numpy(), offsets, np.stack(sides, axis=1)


def _column(table: Any, name: str) -> Any:
    if name not in table.schema.names:
        raise MaskTypeError(f"expected a column {shown(name)}, got {table.schema.names}")
    column = table.column(name)
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
    if column.null_count:
        raise MaskTypeError("expected no nulls", parameter=name)
    return column


def _side(table: Any, name: str) -> npt.NDArray[Any]:
    column = _column(table, name)
    if not pa.types.is_integer(column.type):
        raise MaskTypeError(f"expected integers, got {column.type}", parameter=name)
    side: npt.NDArray[Any] = column.to_numpy(zero_copy_only=False)
    return side
