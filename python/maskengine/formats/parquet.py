"""The columnar store: one Parquet file with a row per annotation.

Columns are those of `maskengine.formats.SCHEMA`, but for ``counts``: in the file it is the
compressed text of the COCO API (binary), which any COCO tool takes as it is. The tables of the
source (images, categories, info, licenses, and unknown ones) are in the file's key-value metadata
as JSON, under ``maskengine.table.<key>``; one above a megabyte is zstd-compressed and base64-coded
under ``maskengine.table.<key>.zstd``. ``maskengine.tables`` lists the keys in order.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from maskengine import _limits
from maskengine._arrow_files import to_read
from maskengine._backend import core
from maskengine.errors import BadFile
from maskengine.formats._frames import BAD_JSON, KINDS, SCHEMA, Frames, Part, mask_sizes, masks_of
from maskengine.formats._parquet_file import Layout, ParquetFile
from maskengine.values import runs_of, wrap

EXTENSIONS = (".parquet",)
FOLDER = False
HOLDS = frozenset(
    {
        "polygons",
        "runs",
        "holes",
        "interiors",
        "parts",
        "overlap",
        "crowd",
        "score",
        "box",
        "area",
        "id",
        "extra",
        "tables",
        "empty",
    }
)
NEEDS = frozenset({"counts"})
RULE: str | None = None

_VERSION = b"1"
_PREFIX = "maskengine."
_PLAIN_TABLE = 1 << 20  # bytes; a longer table is compressed
_OPTIONS: Any = {"thrift_string_size_limit": 1 << 30, "page_checksum_verification": True}

_COUNTS = SCHEMA.get_field_index("counts")
_KIND = SCHEMA.get_field_index("kind")
FILE_SCHEMA = SCHEMA.set(_COUNTS, pa.field("counts", pa.large_binary()))
_LAYOUT = Layout(FILE_SCHEMA, ["image_id", "id", "category_id", "score", "area", "pixel_area"])


def detect(path: Path, head: bytes) -> int:  # noqa: ARG001 - other formats look at the name
    """Look for Parquet's magic."""
    return 3 if head.startswith(b"PAR1") else 0


def write(path: Path, frames: Frames) -> None:
    """Write the store; the counts must be filled in (`maskengine.convert` does that)."""
    with ParquetFile(path, _LAYOUT) as writer:
        _write_groups(writer, frames)
        writer.add_key_value_metadata(_metadata(frames))


def write_piece(path: Path, frames: Frames) -> None:
    """Write the row groups of some annotations to a file."""
    with ParquetFile(path, _LAYOUT, is_piece=True) as writer:
        _write_groups(writer, frames)


def join(path: Path, pieces: Iterable[Path], frames: Frames) -> None:
    """Write what `write` does, of the files that `write_piece` wrote."""
    with ParquetFile(path, _LAYOUT) as writer:
        for piece in pieces:
            writer.append(piece)
        writer.add_key_value_metadata(_metadata(frames))


def _write_groups(writer: ParquetFile, frames: Frames) -> None:
    for part in frames:
        if part.records.num_rows:
            writer.write_batch(_to_file(part))


def _metadata(frames: Frames) -> dict[str, bytes]:
    pairs = {
        _PREFIX + "version": _VERSION,
        _PREFIX + "root": b"array" if frames.is_array else b"object",
        _PREFIX + "rule": frames.rule.encode(),
        _PREFIX + "tables": msgspec.json.encode(list(frames.tables)),
    }
    for key, text in frames.tables.items():
        name = f"{_PREFIX}table.{key}"
        if len(text) <= _PLAIN_TABLE:
            pairs[name] = text
        else:
            packed = pa.compress(text, codec="zstd", asbytes=True)
            pairs[name + ".zstd"] = b"%d:%b" % (len(text), base64.b64encode(packed))
    return pairs


def _to_file(part: Part) -> pa.RecordBatch:
    records = part.records
    counts = records.column("counts")
    n = len(counts)
    masks = masks_of(records) if part.masks is None else part.masks
    text, ends = core.runs_to_text(runs_of(masks))
    bits = None
    if counts.null_count:
        valid = counts.is_valid().to_numpy(zero_copy_only=False)
        bits = pa.py_buffer(np.packbits(valid, bitorder="little"))
        ends = ends[np.concatenate([[0], np.cumsum(valid)])]  # a null is an empty stretch
    buffers = [bits, pa.py_buffer(ends), pa.py_buffer(text.view(np.uint8))]
    column = pa.Array.from_buffers(pa.large_binary(), n, buffers)
    return records.set_column(_COUNTS, FILE_SCHEMA.field(_COUNTS), column)


def read(path: Path) -> Frames:
    """Read a store.

    Raises
    ------
    BadFile
        If it is damaged or was not written by this package.
    """
    try:
        with to_read(path) as opened, pq.ParquetFile(opened, **_OPTIONS) as file:
            metadata = file.metadata.metadata or {}
            found = file.schema_arrow
    except (pa.ArrowException, OSError, UnicodeEncodeError) as error:
        raise BadFile(f"{path}: {error}", parameter="file") from error
    pairs = {key.decode(errors="replace"): value for key, value in metadata.items()}
    if pairs.get(_PREFIX + "version") != _VERSION:
        raise BadFile(f"{path} is not a store of maskengine", parameter="file")
    for field in FILE_SCHEMA:
        index = found.get_field_index(field.name)
        if index < 0 or found.field(index).type != field.type:
            raise BadFile(f"expected a column {field.name!r} of {field.type}", parameter="file")

    def parts() -> Iterator[Part]:
        try:
            yield from _parts(path)
        except (pa.ArrowException, OSError) as error:
            raise BadFile(f"{path}: {error}", parameter="file") from error

    is_array = pairs.get(_PREFIX + "root") == b"array"
    return Frames(
        _tables(pairs),
        parts,
        is_array=is_array,
        size=path.stat().st_size,
        rule=pairs.get(_PREFIX + "rule", b"coco").decode(errors="replace"),
    )


def _tables(pairs: dict[str, bytes]) -> dict[str, bytes]:
    tables = {}
    try:
        for key in msgspec.json.decode(pairs[_PREFIX + "tables"], type=list[str]):
            name = f"{_PREFIX}table.{key}"
            if name in pairs:
                tables[key] = pairs[name]
            else:
                size, packed = pairs[name + ".zstd"].split(b":", 1)
                _limits.check("table_bytes", int(size), parameter=name)
                tables[key] = pa.decompress(
                    base64.b64decode(packed, validate=True), int(size), "zstd", asbytes=True
                )
            if key != "annotations":
                core.check_json(tables[key], key)
    except (KeyError, ValueError, *BAD_JSON, pa.ArrowException) as error:
        raise BadFile(f"its tables are damaged: {error}", parameter="file") from error
    return tables


def _parts(path: Path) -> Iterator[Part]:
    position = 0
    size = path.stat().st_size
    with to_read(path) as opened, pq.ParquetFile(opened, **_OPTIONS) as file:
        rows = max(file.metadata.num_rows, 1)
        for batch in file.iter_batches(50_000, columns=FILE_SCHEMA.names):
            end = position + batch.num_rows
            positions = np.arange(position, end, dtype=np.int64)
            yield _from_file(batch.select(FILE_SCHEMA.names), positions, size * end // rows)
            position = end


def _from_file(batch: pa.RecordBatch, positions: Any, done: int) -> Part:
    column = batch.column("counts")
    valid = column.is_valid().to_numpy(zero_copy_only=False)
    rows = np.flatnonzero(valid)
    _, offsets, text = column.buffers()
    ends = np.frombuffer(offsets, np.int64)[column.offset : column.offset + len(column) + 1]
    runs, bad = core.runs_from_text(
        text if text is not None else b"",
        np.concatenate([ends[:1], ends[1:][rows]]),
        mask_sizes(batch)[rows],
    )
    masks = wrap(runs)
    lengths = np.zeros(batch.num_rows, np.int64)
    lengths[rows] = np.diff(masks.offsets)
    arrays = list(batch.columns)
    arrays[_KIND] = _kinds(batch.column("kind"))
    arrays[_COUNTS] = pa.LargeListArray.from_arrays(
        pa.array(np.concatenate([[0], np.cumsum(lengths)])),
        pa.array(masks.counts),
        mask=pa.array(~valid),
    )
    part = Part(pa.RecordBatch.from_arrays(arrays, schema=SCHEMA), (), positions, done, masks)
    reasons = _bad_rings(batch) | {int(rows[i]): f"'counts': {reason}" for i, reason in bad}
    return part.without(reasons)


def _kinds(column: pa.DictionaryArray) -> pa.DictionaryArray:
    """Give the column with the dictionary `KINDS`; that of a file has the words in use alone."""
    words = column.dictionary.to_pylist()
    if column.null_count or not set(words) <= set(KINDS):
        raise BadFile(f"expected the kinds {', '.join(KINDS)}, got {words}"[:300], parameter="kind")
    place = np.array([KINDS.index(word) for word in words] or [0], np.int8)
    return pa.DictionaryArray.from_arrays(place[column.indices.to_numpy()], pa.array(KINDS))


def _bad_rings(batch: pa.RecordBatch) -> dict[int, str]:
    """Find rows whose rings have other coordinates than they say, or some that are not finite."""
    coords, rings = batch.column("coords"), batch.column("rings")
    if coords.null_count == rings.null_count == len(coords):
        return {}
    ends, ring_ends = (np.asarray(column.offsets, np.int64) for column in (coords, rings))
    values, lengths = (column.values.to_numpy(zero_copy_only=False) for column in (coords, rings))
    sums = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])
    shortest = np.concatenate([[0], np.cumsum(lengths < 0, dtype=np.int64)])
    strange = np.concatenate([[0], np.cumsum(~np.isfinite(values), dtype=np.int64)])
    vertices = np.diff(sums[ring_ends])
    other = (2 * vertices != np.diff(ends)) | (np.diff(shortest[ring_ends]) > 0)
    infinite = np.diff(strange[ends]) > 0
    reasons = {int(row): "'rings' has another number of vertices" for row in np.flatnonzero(other)}
    return reasons | {
        int(row): "'coords' is not finite" for row in np.flatnonzero(infinite & ~other)
    }
