"""Writes record batches to a Parquet file, a row group each.

Arrow can do that too, but derives and packs a level for every number of a list, and that takes
longer than the numbers. Here levels are written as the runs that they are. Reading is Arrow's.
The format: https://parquet.apache.org/docs/file-format/
"""

from __future__ import annotations

import base64
import os
import zlib
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
# file a sixth smaller than with Snappy.
_SMALL_BATCH = 4 << 20
_BUFFER = 1 << 16  # bytes
_GROUPS = ".groups"  # ending of a file beside a piece

# Parquet's numbers for physical types, encodings, repetitions and the codec.
_INT32, _INT64, _DOUBLE, _BYTES = 1, 2, 5, 6
_PLAIN, _RUNS, _SPLIT = 0, 3, 9
_REQUIRED, _OPTIONAL, _REPEATED = 0, 1, 2
_UNPACKED, _SNAPPY, _ZSTD = 0, 1, 6
# Bytes from which a page is compressed: starting to takes longer than a copy; and Snappy takes
# longer than to write a few hundred kilobytes.
_PAGE_PACKED = {_SNAPPY: 1 << 18, _ZSTD: 1 << 13}
_UTF8, _LIST, _UINT_8 = 0, 3, 11
_CODES = {_INT32: "i", _INT64: "q", _DOUBLE: "d", _BYTES: ""}  # characters of Python's struct

# Thrift's numbers for kinds of values (https://thrift.apache.org/docs/), for core.thrift_struct.
_I32, _I64, _BINARY, _STRUCT = 5, 6, 8, 12
_I32S, _BINARIES, _STRUCTS = (16 * kind + 9 for kind in (_I32, _BINARY, _STRUCT))
_struct = core.thrift_struct


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


class _Column:
    """What is known of a column before its first page."""

    def __init__(self, field: pa.Field, statistics: bool) -> None:
        self.name: str = field.name
        self.nullable: bool = field.nullable
        self.statistics = statistics
        self.is_list: bool = pa.types.is_large_list(field.type)
        kind = field.type.value_type if self.is_list else field.type
        self.physical = _physical(kind)
        self.code = "B" if pa.types.is_uint8(kind) else _CODES[self.physical]
        self.path = [field.name.encode(), *([b"list", b"element"] if self.is_list else [])]

    def page(self, array: pa.Array) -> tuple[Any, int, int, bytes | None]:
        """Give the bytes of a data page, its number of values, their encoding and statistics."""
        if pa.types.is_dictionary(array.type):
            array = array.cast(pa.large_string())
        n, first = len(array), array.offset
        valid, *buffers = array.buffers()
        if not array.null_count:
            valid = None
        if self.is_list:
            values = array.values
            page, levels = core.page_of_lists(
                self.code, valid, buffers[0], first, n, values.buffers()[1], values.offset
            )
            return page, levels, _SPLIT if self.code == "d" else _PLAIN, None
        if self.physical == _BYTES:
            return core.page_of_texts(valid, buffers[0], first, n, buffers[1]), n, _PLAIN, None
        page, nulls, least, most = core.page_of_numbers(
            self.code, valid, buffers[0], first, n, self.nullable
        )
        statistics = None
        if self.statistics:
            statistics = _struct((3, _I64, nulls), (5, _BINARY, most), (6, _BINARY, least))
        return page, n, _PLAIN, statistics


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
        self.columns = [_Column(field, field.name in statistics) for field in schema]
        root = _struct((4, _BINARY, b"schema"), (5, _I32, len(schema)))
        self.elements = [root, *(element for field in schema for element in _elements(field))]
        #: The schema as Arrow keeps it in the metadata.
        self.arrow_schema = base64.b64encode(schema.serialize().to_pybytes())


class _Chunk(msgspec.Struct, array_like=True):
    """A column of a row group, as the footer tells of it."""

    encoding: int
    codec: int
    values: int
    unpacked: int  # bytes, with the header
    packed: int
    begin: int  # byte of the file
    statistics: bytes | None


class _Group(msgspec.Struct, array_like=True):
    """A row group."""

    rows: int
    chunks: list[_Chunk]


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
        self._file = path.open("wb", buffering=_BUFFER)
        self._beside = path.with_name(path.name + _GROUPS) if is_piece else None
        self._end = 0
        self._layout = layout
        self._groups: list[_Group] = []
        self._metadata: dict[str, bytes] = {}
        self._codecs: dict[int, pa.Codec] = {}
        if not is_piece:
            self._write(_MAGIC)

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
                self._write_footer()
            else:
                self._beside.write_bytes(msgspec.msgpack.encode(self._groups))

    def write_batch(self, batch: pa.RecordBatch) -> None:
        """Write a row group."""
        codec = _SNAPPY if batch.nbytes < _SMALL_BATCH else _ZSTD
        columns = zip(self._layout.columns, batch.columns, strict=True)
        chunks = [self._write_column(column, array, codec) for column, array in columns]
        self._groups.append(_Group(batch.num_rows, chunks))

    def append(self, piece: Path) -> None:
        """Write the row groups of a file that was written as a piece."""
        text = piece.with_name(piece.name + _GROUPS).read_bytes()
        for group in msgspec.msgpack.decode(text, type=list[_Group]):
            for chunk in group.chunks:
                chunk.begin += self._end
            self._groups.append(group)
        with piece.open("rb") as file:
            copy(file, self._file)
            self._end += os.fstat(file.fileno()).st_size

    def add_key_value_metadata(self, pairs: dict[str, bytes]) -> None:
        """Add text, in UTF-8, to the end of the file."""
        self._metadata.update(pairs)

    def _write(self, data: Any) -> None:
        self._file.write(data)
        self._end += len(data)

    def _packed(self, page: Any, codec: int) -> bytes:
        if codec not in self._codecs:
            zstd = codec == _ZSTD
            self._codecs[codec] = (
                pa.Codec("zstd", compression_level=1) if zstd else pa.Codec("snappy")
            )
        return bytes(self._codecs[codec].compress(page, asbytes=True))

    def _write_column(self, column: _Column, array: pa.Array, codec: int) -> _Chunk:
        """Write a column of a row group as one page."""
        page, n, encoding, statistics = column.page(array)
        length = len(page)
        if length > _PAGE_LIMIT:
            raise LimitExceeded(
                f"expected a part with at most {_PAGE_LIMIT} bytes of {column.name!r}",
                name="page_bytes",
                value=length,
                limit=_PAGE_LIMIT,
            )
        if length < _PAGE_PACKED[codec]:
            codec = _UNPACKED
        packed = page if codec == _UNPACKED else self._packed(page, codec)
        checksum = zlib.crc32(packed)
        header = _struct(
            (1, _I32, 0),  # a data page
            (2, _I32, length),
            (3, _I32, len(packed)),
            (4, _I32, checksum - (checksum >> 31 << 32)),
            (5, _STRUCT, _struct((1, _I32, n), (2, _I32, encoding), (3, _I32, 3), (4, _I32, 3))),
        )
        begin = self._end
        self._write(header)
        self._write(packed)
        unpacked, all_bytes = len(header) + length, self._end - begin
        return _Chunk(encoding, codec, n, unpacked, all_bytes, begin, statistics)

    def _described(self, group: _Group) -> bytes:
        columns = []
        for column, chunk in zip(self._layout.columns, group.chunks, strict=True):
            description = _struct(
                (1, _I32, column.physical),
                (2, _I32S, [_RUNS, chunk.encoding]),
                (3, _BINARIES, column.path),
                (4, _I32, chunk.codec),
                (5, _I64, chunk.values),
                (6, _I64, chunk.unpacked),
                (7, _I64, chunk.packed),
                (9, _I64, chunk.begin),
                (12, _STRUCT, chunk.statistics),
            )
            columns.append(_struct((2, _I64, 0), (3, _STRUCT, description)))
        size = sum(chunk.unpacked for chunk in group.chunks)
        return _struct((1, _STRUCTS, columns), (2, _I64, size), (3, _I64, group.rows))

    def _write_footer(self) -> None:
        pairs = {**self._metadata, "ARROW:schema": self._layout.arrow_schema}
        footer = _struct(
            (1, _I32, 2),
            (2, _STRUCTS, self._layout.elements),
            (3, _I64, sum(group.rows for group in self._groups)),
            (4, _STRUCTS, [self._described(group) for group in self._groups]),
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
            (7, _STRUCTS, [_struct((1, _STRUCT, _struct()))] * len(self._layout.columns)),
        )
        self._write(footer)
        self._write(len(footer).to_bytes(4, "little") + _MAGIC)
