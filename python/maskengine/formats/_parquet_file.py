"""Writes record batches to a Parquet file, a row group each.

Arrow can do that too, but derives and packs a level for every number of a list, and that takes
longer than the numbers. Here levels are written as the runs that they are. Reading is Arrow's.
The format: https://parquet.apache.org/docs/file-format/
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from maskengine._backend import core
from maskengine.errors import LimitExceeded

_MAGIC = b"PAR1"
_PAGE_LIMIT = 2**31 - 1  # bytes; a page's size is 32 bits
_PAGE_PACKED = 4096  # bytes from which a page is compressed: starting zstd takes longer than a copy

# Parquet's numbers for physical types, encodings, repetitions and the codec.
_INT32, _INT64, _DOUBLE, _BYTES = 1, 2, 5, 6
_PLAIN, _RUNS, _SPLIT = 0, 3, 9
_REQUIRED, _OPTIONAL, _REPEATED = 0, 1, 2
_UNPACKED, _ZSTD = 0, 6
_UTF8, _LIST, _UINT_8 = 0, 3, 11

# Thrift's compact protocol (https://thrift.apache.org/docs/): a kind of value is its number in a
# structure and what writes one.
_BYTE = tuple(bytes([n]) for n in range(256))


def _varint(n: int) -> bytes:
    if n <= 0x7F:
        return _BYTE[n]
    out = bytearray()
    while n > 0x7F:
        out.append(n & 0x7F | 0x80)
        n >>= 7
    out.append(n)
    return bytes(out)


def _integer(n: int) -> bytes:
    return _varint(2 * n if n >= 0 else -2 * n - 1)


def _binary(value: bytes) -> bytes:
    return _varint(len(value)) + value


def _list_of(kind: _Kind) -> _Kind:
    code, write = kind

    def write_list(values: list[Any]) -> bytes:
        n = len(values)
        head = _BYTE[n << 4 | code] if n < 15 else _BYTE[0xF0 | code] + _varint(n)
        return head + b"".join(map(write, values))

    return 9, write_list


_Kind = tuple[int, Callable[[Any], bytes]]
_I32: _Kind = (5, _integer)
_I64: _Kind = (6, _integer)
_BINARY: _Kind = (8, _binary)
_STRUCT: _Kind = (12, bytes)
_I32S, _BINARIES, _STRUCTS = _list_of(_I32), _list_of(_BINARY), _list_of(_STRUCT)


def _struct(*fields: tuple[int, _Kind, Any]) -> bytes:
    """Write a structure of (number, kind, value), in the order of their numbers."""
    out: list[bytes] = []
    last = 0
    for number, (code, write), value in fields:
        if value is not None:
            out += (_BYTE[(number - last) << 4 | code], write(value))
            last = number
    return b"".join(out) + b"\0"


def _physical(kind: pa.DataType) -> int:
    if pa.types.is_float64(kind):
        return _DOUBLE
    if pa.types.is_int64(kind):
        return _INT64
    return _INT32 if pa.types.is_integer(kind) else _BYTES


def _converted(kind: pa.DataType) -> int | None:
    if pa.types.is_uint8(kind):
        return _UINT_8
    is_text = pa.types.is_large_string(kind) or pa.types.is_dictionary(kind)
    return _UTF8 if is_text else None


def _elements(field: pa.Field) -> list[bytes]:
    """Give the schema elements of a column."""

    def leaf(name: str, kind: pa.DataType, repetition: int) -> bytes:
        return _struct(
            (1, _I32, _physical(kind)),
            (3, _I32, repetition),
            (4, _BINARY, name.encode()),
            (6, _I32, _converted(kind)),
        )

    if not pa.types.is_large_list(field.type):
        return [leaf(field.name, field.type, _OPTIONAL if field.nullable else _REQUIRED)]
    name = (4, _BINARY, field.name.encode())
    return [
        _struct((3, _I32, _OPTIONAL), name, (5, _I32, 1), (6, _I32, _LIST)),
        _struct((3, _I32, _REPEATED), (4, _BINARY, b"list"), (5, _I32, 1)),
        leaf("element", field.type.value_type, _OPTIONAL),
    ]


@cache
def _schema(schema: pa.Schema) -> tuple[list[bytes], str]:
    """Give the schema elements of a file, and the schema as Arrow keeps it in the metadata."""
    root = _struct((4, _BINARY, b"schema"), (5, _I32, len(schema)))
    leaves = [element for field in schema for element in _elements(field)]
    return [root, *leaves], base64.b64encode(schema.serialize().to_pybytes()).decode()


def _valid(array: pa.Array) -> npt.NDArray[np.uint8]:
    """Give 1 for each row that is not null, 0 for the others."""
    if array.null_count == 0:
        return np.ones(len(array), np.uint8)
    valid: npt.NDArray[np.bool_] = array.is_valid().to_numpy(zero_copy_only=False)
    return valid.view(np.uint8)


def _rows(array: pa.Array) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint8], Any]:
    """Give offsets that begin at 0, which rows are valid, and the values, those of nulls left out.

    For lists the values are an array, for texts a buffer.
    """
    is_list = pa.types.is_large_list(array.type)
    valid = _valid(array)
    ends = np.frombuffer(array.buffers()[1], np.int64)[array.offset : array.offset + len(array) + 1]
    if array.null_count and np.diff(ends)[valid == 0].any():
        # what lies under a null is no value
        array = pa.concat_arrays([array.filter(array.is_valid())])
        lengths = np.zeros(len(valid), np.int64)
        lengths[valid != 0] = np.diff(np.frombuffer(array.buffers()[1], np.int64)[: len(array) + 1])
        ends = np.concatenate([[0], np.cumsum(lengths)])
    if is_list:
        values = array.values[ends[0] : ends[-1]].to_numpy()
    else:
        text = array.buffers()[2]
        values = text.slice(ends[0], ends[-1] - ends[0]) if text is not None else b""
    return (ends - ends[0] if ends[0] else ends), valid, values


def _page(array: pa.Array, nullable: bool) -> tuple[Any, int, int]:
    """Give the bytes of a column's data page, its number of values and their encoding."""
    kind = array.type
    if pa.types.is_large_list(kind):
        offsets, valid, values = _rows(array)
        if pa.types.is_float64(kind.value_type):
            page, n = core.page_of_doubles(values, offsets, valid)
            return page, n, _SPLIT
        page, n = core.page_of_integers(values, offsets, valid)
        return page, n, _PLAIN
    if _physical(kind) == _BYTES:
        if pa.types.is_dictionary(kind):
            array = array.cast(pa.large_string())
        offsets, valid, values = _rows(array)
        return core.page_of_texts(values, offsets, valid), len(array), _PLAIN
    levels = core.page_levels(_valid(array)).tobytes() if nullable else b""
    values = array.drop_null() if array.null_count else array
    numbers = values.to_numpy()
    if pa.types.is_uint8(kind):
        numbers = numbers.astype(np.int32)
    return levels + numbers.tobytes(), len(array), _PLAIN


def _statistics(array: pa.Array) -> bytes:
    """Give the number of nulls, the greatest and the least value of a column of numbers."""
    null_count = (3, _I64, array.null_count)
    values = (array.drop_null() if array.null_count else array).to_numpy()
    if not values.size:
        return _struct(null_count)
    least, most = values.min(), values.max()
    if values.dtype.kind == "f":
        if np.isnan(least):
            return _struct(null_count)
        # the order of the zeros is not defined
        least, most = (-0.0 if least == 0 else least), (0.0 if most == 0 else most)
    low, high = (np.asarray(value, values.dtype).tobytes() for value in (least, most))
    return _struct(null_count, (5, _BINARY, high), (6, _BINARY, low))


class ParquetFile:
    """A file being written; ``with`` ends it.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    schema : pyarrow.Schema
        Of columns of 64-bit or 32-bit integers, uint8, float64, large binary or text, a dictionary
        of texts, or large lists of float64 or int32.
    statistics : list of str
        The columns of numbers whose least and greatest value are written.
    """

    def __init__(self, path: Path, schema: pa.Schema, statistics: list[str]) -> None:
        self._file = path.open("wb")
        self._file.write(_MAGIC)
        self._schema = schema
        self._statistics = frozenset(statistics)
        self._groups: list[bytes] = []
        self._n_rows = 0
        self._metadata: dict[str, str] = {}
        self._codec = pa.Codec("zstd", compression_level=1)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._file:
            if kind is None:
                self._end()

    def write_batch(self, batch: pa.RecordBatch) -> None:
        """Write a row group."""
        columns, size = [], 0
        for field, array in zip(self._schema, batch.columns, strict=True):
            column, length = self._write_column(field, array)
            columns.append(column)
            size += length
        rows = batch.num_rows
        self._groups.append(_struct((1, _STRUCTS, columns), (2, _I64, size), (3, _I64, rows)))
        self._n_rows += rows

    def add_key_value_metadata(self, pairs: dict[str, str]) -> None:
        """Add text to the end of the file."""
        self._metadata.update(pairs)

    def _write_column(self, field: pa.Field, array: pa.Array) -> tuple[bytes, int]:
        """Write a column of a row group as one page; give its description and size."""
        page, n, encoding = _page(array, field.nullable)
        if len(page) > _PAGE_LIMIT:
            raise LimitExceeded(
                f"expected a part with at most {_PAGE_LIMIT} bytes of {field.name!r}",
                name="page_bytes",
                value=len(page),
                limit=_PAGE_LIMIT,
            )
        is_packed = len(page) >= _PAGE_PACKED
        packed = self._codec.compress(page) if is_packed else page
        checksum = zlib.crc32(packed)
        header = _struct(
            (1, _I32, 0),  # a data page
            (2, _I32, len(page)),
            (3, _I32, len(packed)),
            (4, _I32, checksum - (checksum >> 31 << 32)),
            (5, _STRUCT, _struct((1, _I32, n), (2, _I32, encoding), (3, _I32, 3), (4, _I32, 3))),
        )
        begin = self._file.tell()
        self._file.write(header)
        self._file.write(packed)
        is_list = pa.types.is_large_list(field.type)
        kind = field.type.value_type if is_list else field.type
        path = [field.name.encode(), *([b"list", b"element"] if is_list else [])]
        size = len(header) + len(page)
        description = _struct(
            (1, _I32, _physical(kind)),
            (2, _I32S, [_RUNS, encoding]),
            (3, _BINARIES, path),
            (4, _I32, _ZSTD if is_packed else _UNPACKED),
            (5, _I64, n),
            (6, _I64, size),
            (7, _I64, len(header) + len(packed)),
            (9, _I64, begin),
            (12, _STRUCT, _statistics(array) if field.name in self._statistics else None),
        )
        return _struct((2, _I64, 0), (3, _STRUCT, description)), size

    def _end(self) -> None:
        elements, schema = _schema(self._schema)
        pairs = {**self._metadata, "ARROW:schema": schema}
        footer = _struct(
            (1, _I32, 2),
            (2, _STRUCTS, elements),
            (3, _I64, self._n_rows),
            (4, _STRUCTS, self._groups),
            (
                5,
                _STRUCTS,
                [
                    _struct((1, _BINARY, key.encode()), (2, _BINARY, value.encode()))
                    for key, value in pairs.items()
                ],
            ),
            (6, _BINARY, b"maskengine"),
            # every column in the order of its type
            (7, _STRUCTS, [_struct((1, _STRUCT, _struct()))] * len(self._schema)),
        )
        self._file.write(footer + len(footer).to_bytes(4, "little") + _MAGIC)
