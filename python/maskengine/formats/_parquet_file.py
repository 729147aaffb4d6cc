"""Writes record batches to a Parquet file, a row group each.

Arrow can do that too, but derives and packs a level for every number of a list, and that takes
longer than the numbers. Here levels are written as the runs that they are. Reading is Arrow's.
The format: https://parquet.apache.org/docs/file-format/
"""

from __future__ import annotations

import base64
import os
from collections.abc import Collection
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec
import pyarrow as pa

from maskengine._backend import core
from maskengine.errors import LimitExceeded
from maskengine.formats._atomic import copy

_MAGIC = b"PAR1"
_PAGE_LIMIT = 2**31 - 1  # bytes; a page's size is 32 bits
# Bytes of a batch below which time counts more than they do: zstd would be a seventh of it, for a
# file a quarter smaller. Snappy takes longer, too, than to write what it saves.
_SMALL_BATCH = 4 << 20
_MOST_BUFFERS = 1024  # that any system writes in one call
_GROUPS = ".groups"  # ending of a file beside a piece

# Parquet's numbers for physical types, repetitions and the codec.
_INT32, _INT64, _DOUBLE, _BYTES = 1, 2, 5, 6
_REQUIRED, _OPTIONAL, _REPEATED = 0, 1, 2
_ZSTD = 6
# Bytes from which a page is compressed: starting to takes longer than a copy.
_PAGE_PACKED = 1 << 13
_UTF8, _LIST, _UINT_8 = 0, 3, 11

# Thrift's numbers for kinds of values (https://thrift.apache.org/docs/), for core.thrift_struct.
_I32, _I64, _BINARY, _STRUCT = 5, 6, 8, 12
_STRUCTS = 16 * _STRUCT + 9
_struct = core.thrift_struct


def _kind(field: pa.Field) -> str:
    """Give the kind of a column that core.ParquetColumns knows."""
    kind = field.type
    if pa.types.is_large_list(kind):
        return "D" if pa.types.is_float64(kind.value_type) else "I"
    if pa.types.is_dictionary(kind):
        return "W"
    if pa.types.is_float64(kind):
        return "d"
    if pa.types.is_uint8(kind):
        return "B"
    if pa.types.is_integer(kind):
        return "q" if pa.types.is_int64(kind) else "i"
    return "Z"


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


class Layout:
    """The columns of files to write.

    Parameters
    ----------
    schema : pyarrow.Schema
        Of columns of 64-bit or 32-bit integers, uint8, float64, large binary or text, a dictionary
        of texts, or large lists of float64 or int32.
    statistics : collection of str
        The columns of numbers whose least and greatest value are written.
    """

    def __init__(self, schema: pa.Schema, statistics: Collection[str]) -> None:
        self.names = schema.names
        self.columns = core.ParquetColumns.make()
        for field in schema:
            inside = ["list", "element"] if pa.types.is_large_list(field.type) else []
            path = [field.name, *inside]
            self.columns.add(path, _kind(field), field.nullable, field.name in statistics)
        root = _struct((4, _BINARY, b"schema"), (5, _I32, len(schema)))
        self.elements = [root, *(element for field in schema for element in _elements(field))]
        #: The schema as Arrow keeps it in the metadata.
        self.arrow_schema = base64.b64encode(schema.serialize().to_pybytes())


class _Group(msgspec.Struct, array_like=True):
    """A row group: its rows, what core.ParquetColumns told of its columns, and where they moved."""

    rows: int
    chunks: list[tuple[int, int, int, int, int, int, int, bytes | None, bytes | None]]
    shift: int = 0  # bytes that stand before it, if it was written as a piece


class ParquetFile:
    """A file being written; ``with`` ends it.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    layout : Layout
        Its columns.
    is_piece : bool
        Write only row groups, and what the footer has to tell of them to ``<path>.groups``.
    """

    def __init__(self, path: Path, layout: Layout, *, is_piece: bool = False) -> None:
        self._file = path.open("wb", buffering=0)
        self._beside = path.with_name(path.name + _GROUPS) if is_piece else None
        self._waiting: list[Any] = []  # bytes that are to be written
        self._written = self._end = 0
        self._layout = layout
        self._groups: list[_Group] = []
        self._metadata: dict[str, bytes] = {}
        self._zstd: pa.Codec | None = None
        if not is_piece:
            self._put(_MAGIC)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._file:
            if kind is not None:
                return
            if self._beside is None:
                self._put_footer()
            self._flush()
            if self._beside is not None:
                self._beside.write_bytes(msgspec.msgpack.encode(self._groups))

    def write_batch(self, batch: pa.RecordBatch) -> None:
        """Write a row group."""
        batch.validate()  # the core trusts the lengths of its buffers
        pieces, chunks = self._layout.columns.group(
            batch.__arrow_c_array__(),
            self._end,
            codec=_ZSTD,
            least=_PAGE_PACKED,
            least_batch=_SMALL_BATCH,
            pack=self._packed,
        )
        for piece in pieces:
            self._put(piece)
        self._groups.append(_Group(batch.num_rows, chunks))
        if self._end - self._written > _SMALL_BATCH:
            self._flush()

    def append(self, piece: Path) -> None:
        """Write the row groups of a file that was written as a piece."""
        text = piece.with_name(piece.name + _GROUPS).read_bytes()
        for group in msgspec.msgpack.decode(text, type=list[_Group]):
            group.shift = self._end
            self._groups.append(group)
        self._flush()
        with piece.open("rb") as file:
            copy(file, self._file)
            self._end += os.fstat(file.fileno()).st_size
            self._written = self._end

    def add_key_value_metadata(self, pairs: dict[str, bytes]) -> None:
        """Add text, in UTF-8, to the end of the file."""
        self._metadata.update(pairs)

    def _put(self, data: Any) -> None:
        self._waiting.append(data)
        self._end += len(data)

    def _flush(self) -> None:
        """Write what waits, in one call of the system where it has one."""
        waiting, self._waiting = self._waiting, []
        done = 0
        if hasattr(os, "writev") and len(waiting) < _MOST_BUFFERS:
            done = os.writev(self._file.fileno(), waiting)
        if done < self._end - self._written:  # a file of 2 GB, or an interrupt
            rest = memoryview(b"".join(waiting))[done:]
            while rest:
                rest = rest[self._file.write(rest) :]
        self._written = self._end

    def _packed(self, column: int, page: Any) -> bytes:
        if len(page) > _PAGE_LIMIT:
            raise LimitExceeded(
                f"expected a part with at most {_PAGE_LIMIT} bytes of "
                f"{self._layout.names[column]!r}",
                name="page_bytes",
                value=len(page),
                limit=_PAGE_LIMIT,
            )
        if self._zstd is None:
            self._zstd = pa.Codec("zstd", compression_level=1)
        return bytes(self._zstd.compress(page, asbytes=True))

    def _put_footer(self) -> None:
        describe = self._layout.columns.description
        groups = [describe(group.rows, group.chunks, group.shift) for group in self._groups]
        pairs = {**self._metadata, "ARROW:schema": self._layout.arrow_schema}
        footer = _struct(
            (1, _I32, 2),
            (2, _STRUCTS, self._layout.elements),
            (3, _I64, sum(group.rows for group in self._groups)),
            (4, _STRUCTS, groups),
            (
                5,
                _STRUCTS,
                [
                    _struct((1, _BINARY, key.encode()), (2, _BINARY, value))
                    for key, value in pairs.items()
                ],
            ),
            (6, _BINARY, b"maskengine"),
            # every column in the order of its type
            (7, _STRUCTS, [_struct((1, _STRUCT, _struct()))] * len(self._layout.names)),
        )
        self._put(footer)
        self._put(len(footer).to_bytes(4, "little") + _MAGIC)
