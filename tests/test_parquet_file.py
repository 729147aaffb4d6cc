"""The writer of Parquet files, read by Arrow, and beside Arrow's own.

Covers: maskengine.formats (the writer below the store).
Run: pytest tests/test_parquet_file.py
"""

import math
import struct

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

import maskengine as me
from maskengine.formats._parquet_file import Layout, ParquetFile

SCHEMA = pa.schema(
    [
        pa.field("key", pa.int64(), nullable=False),
        pa.field("whole", pa.int64()),
        pa.field("small", pa.int32()),
        pa.field("byte", pa.uint8()),
        pa.field("number", pa.float64()),
        pa.field("word", pa.dictionary(pa.int8(), pa.string())),
        pa.field("numbers", pa.large_list(pa.float64())),
        pa.field("counts", pa.large_list(pa.int32())),
        pa.field("binary", pa.large_binary()),
        pa.field("text", pa.large_string()),
    ]
)
NUMBERS = ("key", "whole", "small", "number")


def optional(values):
    return st.none() | values


ROW = st.fixed_dictionaries(
    {
        "key": st.integers(-(2**63), 2**63 - 1),
        "whole": optional(st.integers(-(2**63), 2**63 - 1)),
        "small": optional(st.integers(-(2**31), 2**31 - 1)),
        "byte": optional(st.integers(0, 255)),
        "number": optional(st.floats(allow_nan=False)),
        "word": optional(st.sampled_from(["", "polygon", "text"])),
        "numbers": optional(st.lists(st.floats(allow_nan=False), max_size=20)),
        "counts": optional(st.lists(st.integers(-(2**31), 2**31 - 1), max_size=9)),
        "binary": optional(st.binary(max_size=40)),
        "text": optional(st.text(max_size=20)),
    }
)


def batch_of(rows):
    columns = [pa.array([row[f.name] for row in rows], type=f.type) for f in SCHEMA]
    return pa.RecordBatch.from_arrays(columns, schema=SCHEMA)


def written(path, batches, statistics=NUMBERS):
    with ParquetFile(path, Layout(SCHEMA, statistics)) as file:
        for batch in batches:
            file.write_batch(batch)
        file.add_key_value_metadata({"a": b"b"})
    return pq.ParquetFile(path, page_checksum_verification=True)


def bits(rows):
    """Rows whose floats compare by their bits."""

    def exact(value):
        if isinstance(value, list):
            return [exact(one) for one in value]
        return struct.pack("<d", value) if isinstance(value, float) else value

    return [{key: exact(value) for key, value in row.items()} for row in rows]


@given(st.lists(st.lists(ROW, min_size=1, max_size=30), max_size=3), st.integers(0, 9))
def test_arrow_reads_what_was_written(tmp_path_factory, groups, skip):
    path = tmp_path_factory.mktemp("parquet") / "a.parquet"
    batches = [batch_of(rows).slice(skip) for rows in groups]
    file = written(path, batches)
    assert file.schema_arrow.equals(SCHEMA)
    assert file.metadata.metadata[b"a"] == b"b"
    assert file.num_row_groups == len(groups)
    rows = [row for group in groups for row in group[skip:]]
    assert bits(file.read().to_pylist()) == bits(rows)


@given(st.lists(ROW, min_size=1, max_size=30))
def test_statistics_are_those_of_arrow(tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("parquet")
    batch = batch_of(rows)
    with pq.ParquetWriter(folder / "peer.parquet", SCHEMA) as peer:
        peer.write_batch(batch)
    ours = written(folder / "ours.parquet", [batch]).metadata.row_group(0)
    theirs = pq.ParquetFile(folder / "peer.parquet").metadata.row_group(0)
    for name in NUMBERS:
        i = SCHEMA.get_field_index(name)
        mine, other = ours.column(i).statistics, theirs.column(i).statistics
        assert mine.null_count == other.null_count
        assert mine.has_min_max == other.has_min_max
        if mine.has_min_max:
            assert (mine.min, mine.max) == (other.min, other.max)
            for value, sign in ((mine.min, -1.0), (mine.max, 1.0)):
                assert value != 0 or isinstance(value, int) or math.copysign(1, value) == sign


def test_what_lies_under_a_null_is_left_out(tmp_path):
    numbers = pa.LargeListArray.from_arrays(
        [0, 2, 5, 6], pa.array(np.arange(6.0)), mask=pa.array([False, True, False])
    )
    counts = pa.LargeListArray.from_arrays(
        [0, 1, 1, 3], pa.array(np.arange(3, dtype=np.int32)), mask=pa.array([True, False, False])
    )
    columns = {
        "key": pa.array([1, 2, 3]),
        "numbers": numbers,
        "counts": counts,
        "binary": pa.Array.from_buffers(
            pa.large_binary(),
            3,
            [
                pa.py_buffer(b"\x05"),
                pa.py_buffer(np.array([0, 1, 3, 4], np.int64)),
                pa.py_buffer(b"abcd"),
            ],
        ),
    }
    arrays = [columns.get(f.name, pa.nulls(3, f.type)) for f in SCHEMA]
    batch = pa.RecordBatch.from_arrays(arrays, schema=SCHEMA)
    table = written(tmp_path / "a.parquet", [batch, batch.slice(1)]).read()
    assert table["numbers"].to_pylist() == [[0.0, 1.0], None, [5.0], None, [5.0]]
    assert table["counts"].to_pylist() == [None, [], [1, 2], [], [1, 2]]
    assert table["binary"].to_pylist() == [b"a", None, b"d", None, b"d"]


def test_a_long_list(tmp_path):
    values = np.random.default_rng(1).integers(-(10**6), 10**6, 300_001) / 100
    row = dict.fromkeys(SCHEMA.names) | {"key": 1, "numbers": values.tolist()}
    table = written(tmp_path / "a.parquet", [batch_of([row])]).read()
    assert np.array_equal(table["numbers"].combine_chunks().flatten().to_numpy(), values)


@pytest.mark.parametrize(("rows", "codec"), [(20_000, "UNCOMPRESSED"), (200_000, "ZSTD")])
def test_pages_are_packed_by_the_size_of_the_batch(tmp_path, rows, codec):
    columns = {"key": pa.array(np.arange(rows)), "number": pa.array(np.arange(rows) / 4)}
    columns["small"] = pa.array(np.arange(rows, dtype=np.int32))
    arrays = [columns.get(f.name, pa.nulls(rows, f.type)) for f in SCHEMA]
    file = written(tmp_path / "a.parquet", [pa.RecordBatch.from_arrays(arrays, schema=SCHEMA)])
    table, group = file.read(), file.metadata.row_group(0)
    for name, column in columns.items():
        assert table[name].combine_chunks().equals(column)
        description = group.column(SCHEMA.get_field_index(name))
        packed = description.total_uncompressed_size > 8192
        assert description.compression == (codec if packed else "UNCOMPRESSED")


def test_a_file_that_was_not_ended_is_no_file(tmp_path):
    path = tmp_path / "a.parquet"

    def write():
        with ParquetFile(path, Layout(SCHEMA, [])) as file:
            file.write_batch(batch_of([dict.fromkeys(SCHEMA.names) | {"key": 1}]))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write()
    with pytest.raises(pa.ArrowInvalid):
        pq.ParquetFile(path)


def test_columns_of_other_types_are_refused(tmp_path):
    batch = batch_of([dict.fromkeys(SCHEMA.names) | {"key": 1}])
    for i in range(batch.num_columns):
        columns = [*batch.columns[:i], pa.nulls(1), *batch.columns[i + 1 :]]
        strange = pa.RecordBatch.from_arrays(columns, names=SCHEMA.names)
        with pytest.raises(me.MaskTypeError, match="types of the file") as caught:
            written(tmp_path / "a.parquet", [strange])
        assert caught.value.index == i
    short = pa.RecordBatch.from_arrays(batch.columns[1:], names=SCHEMA.names[1:])
    with pytest.raises(me.MaskTypeError, match="types of the file"):
        written(tmp_path / "a.parquet", [short])
