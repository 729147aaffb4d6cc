"""Arrow columns <-> the columns of a batch; pyarrow is an extra."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine._backend import core
from maskengine._listing import NOT_READ
from maskengine._memory import check_arrow
from maskengine.errors import MalformedRLE, MaskTypeError, shown

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
    """Give counts, offsets and sizes of a table, record batch, struct array or Arrow stream."""
    if isinstance(table, pa.StructArray):
        table = pa.RecordBatch.from_struct_array(table)
    if not isinstance(table, (pa.Table, pa.RecordBatch)):
        if not hasattr(table, "__arrow_c_stream__"):
            kind = type(table).__name__
            raise MaskTypeError(
                f"expected a pyarrow table, record batch or struct array, got {kind}",
                parameter="table",
            )
        try:
            table = pa.table(table)
        except (*NOT_READ, AttributeError) as error:
            raise MaskTypeError(f"expected an Arrow stream: {error}", parameter="table") from error
    for name in ("counts", "height", "width"):
        if table.schema.names.count(name) != 1:
            many = "no" if name not in table.schema.names else "more than one"
            found = shown(table.schema.names)[:200]
            text = f"expected one column {name!r}, got {many} in {found}"
            raise MaskTypeError(text, parameter="table")
        check_arrow(table.column(name), name)
    counts = _column(table, "counts")
    sizes = np.stack([_side(table, name) for name in ("height", "width")], axis=1)
    if any(is_text(counts.type) for is_text in _TEXTS):
        return _from_text(counts.cast(pa.large_binary()), sizes)
    if not (pa.types.is_list(counts.type) or pa.types.is_large_list(counts.type)):
        raise MaskTypeError(
            f"expected lists of uint32 or texts, got {counts.type}", parameter="counts"
        )
    if counts.type.value_type != pa.uint32() or counts.values.null_count:
        raise MaskTypeError(
            f"expected lists of uint32 without nulls, got {counts.type}", parameter="counts"
        )
    return counts.values.to_numpy(), counts.offsets.to_numpy(zero_copy_only=False), sizes


_TEXTS = (
    pa.types.is_binary, pa.types.is_large_binary, pa.types.is_binary_view,
    pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view,
)  # fmt: skip


def _from_text(
    texts: pa.LargeBinaryArray, sizes: npt.NDArray[Any]
) -> tuple[npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[Any]]:
    _, offsets, text = texts.buffers()
    ends = np.zeros(1, np.int64)
    if offsets is not None and len(texts):
        ends = np.frombuffer(offsets, np.int64)[texts.offset : texts.offset + len(texts) + 1]
    given = np.ascontiguousarray(sizes, np.int64)
    runs, bad = core.runs_from_text(b"" if text is None else text, ends, given)
    if bad:
        index, reason = bad[0]
        raise MalformedRLE(reason, parameter="counts", index=index)
    return runs.counts, runs.offsets, runs.sizes


def _column(table: Any, name: str) -> Any:
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
    return side.astype(np.int64, copy=False)  # those of 2^63 and more become negative: refused
