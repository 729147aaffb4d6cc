"""Statistics of frames as Arrow tables and Parquet files, which are read part by part."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine._arrow_files import to_write
from maskengine._paths import beside, path_text
from maskengine.errors import BadFile, MaskError, MaskTypeError, shown
from maskengine.ops.frame_stats import FrameStats

try:
    import pyarrow as pa
    import pyarrow.parquet as pq
except ImportError as error:  # pragma: no cover - depends on the install
    error.add_note("tables of statistics need: pip install maskengine[io]")
    raise

_ROWS = 4096  # frames in a row group, and in a part that is read

#: A row for each frame. The lists of labels go together, and so do those of pairs.
SCHEMA = pa.schema(
    [
        pa.field("frame", pa.string(), nullable=False),
        pa.field("height", pa.int64(), nullable=False),
        pa.field("width", pa.int64(), nullable=False),
        pa.field("void_pixels", pa.int64(), nullable=False),
        pa.field("label", pa.list_(pa.int64()), nullable=False),
        pa.field("area", pa.list_(pa.int64()), nullable=False),
        pa.field("components", pa.list_(pa.int64()), nullable=False),
        pa.field("largest", pa.list_(pa.int64()), nullable=False),
        pa.field("boundary", pa.list_(pa.int64()), nullable=False),
        pa.field("left", pa.list_(pa.int64()), nullable=False),
        pa.field("top", pa.list_(pa.int64()), nullable=False),
        pa.field("box_width", pa.list_(pa.int64()), nullable=False),
        pa.field("box_height", pa.list_(pa.int64()), nullable=False),
        pa.field("touches_border", pa.list_(pa.bool_()), nullable=False),
        pa.field("pair_a", pa.list_(pa.int64()), nullable=False),
        pa.field("pair_b", pa.list_(pa.int64()), nullable=False),
        pa.field("edges", pa.list_(pa.int64()), nullable=False),
    ],
    metadata={"maskengine.frame_stats": "1"},
)

_OF_LABELS = ("label", "area", "components", "largest", "boundary", "left", "top", "box_width",
              "box_height", "touches_border")  # fmt: skip
_BOX = ("left", "top", "box_width", "box_height")
_OF_PAIRS = ("pair_a", "pair_b", "edges")


def frame_stats_to_arrow(stats: FrameStats) -> pa.RecordBatch:
    """Give statistics as a record batch, a row for each frame.

    Parameters
    ----------
    stats : FrameStats

    Returns
    -------
    pyarrow.RecordBatch
        With lists of labels and of pairs.

    Raises
    ------
    MaskTypeError
        If `stats` is no :class:`FrameStats`.

    Examples
    --------
    >>> import numpy as np
    >>> import maskengine as me
    >>> from maskengine.quality.frame_files import frame_stats_to_arrow
    >>> batch = frame_stats_to_arrow(me.frame_stats(np.array([[1, 1, 2]])))
    >>> batch.column("area").to_pylist()
    [[2, 1]]
    """
    if not isinstance(stats, FrameStats):
        raise MaskTypeError(f"expected FrameStats, got {type(stats).__name__}", parameter="stats")
    columns = {
        "frame": pa.array(stats.names, pa.string()),
        "height": pa.array(stats.sizes[:, 0]),
        "width": pa.array(stats.sizes[:, 1]),
        "void_pixels": pa.array(stats.void_pixels),
    }
    of_labels = (stats.labels, stats.area, stats.components, stats.largest, stats.boundary,
                 *stats.bbox.T, stats.touches_border)  # fmt: skip
    for name, values in zip(_OF_LABELS, of_labels, strict=True):
        columns[name] = _lists(stats.label_offsets, values)
    for name, values in zip(_OF_PAIRS, (*stats.pairs.T, stats.edges), strict=True):
        columns[name] = _lists(stats.pair_offsets, values)
    return pa.RecordBatch.from_arrays([columns[name] for name in SCHEMA.names], schema=SCHEMA)


def _lists(offsets: npt.NDArray[np.int64], values: npt.NDArray[Any]) -> pa.ListArray:
    if offsets[-1] >= 2**31:
        raise MaskError("expected fewer than 2^31 labels in a part", parameter="stats")
    return pa.ListArray.from_arrays(
        pa.array(offsets.astype(np.int32)), pa.array(np.ascontiguousarray(values))
    )


def frame_stats_from_arrow(records: Any) -> FrameStats:
    """Read what :func:`frame_stats_to_arrow` gave.

    Parameters
    ----------
    records : pyarrow.RecordBatch or pyarrow.Table

    Returns
    -------
    FrameStats

    Raises
    ------
    BadFile
        If a column is missing or of another type, a value is missing, or lists that go together
        have different lengths.

    Examples
    --------
    >>> import numpy as np
    >>> import maskengine as me
    >>> from maskengine.quality.frame_files import frame_stats_from_arrow, frame_stats_to_arrow
    >>> stats = me.frame_stats(np.array([[1, 1, 2]]))
    >>> frame_stats_from_arrow(frame_stats_to_arrow(stats)).area
    array([2, 1])
    """
    names = set(getattr(getattr(records, "schema", None), "names", ()))
    for field in SCHEMA:
        if field.name not in names or records.schema.field(field.name).type != field.type:
            raise BadFile(f"expected a column {field.name!r} of {field.type}", parameter="file")
    flat = {name: _column(records, name) for name in SCHEMA.names}
    label_offsets, labels = _same_lists(flat, _OF_LABELS)
    pair_offsets, pairs = _same_lists(flat, _OF_PAIRS)
    height, width, void = (
        flat[name].to_numpy(zero_copy_only=False) for name in ("height", "width", "void_pixels")
    )
    return FrameStats(
        tuple(flat["frame"].to_pylist()),
        np.stack([height, width], axis=1),
        void,
        label_offsets,
        labels["label"],
        labels["area"],
        labels["components"],
        labels["largest"],
        labels["boundary"],
        np.stack([labels[name] for name in _BOX], axis=1),
        labels["touches_border"],
        pair_offsets,
        np.stack([pairs["pair_a"], pairs["pair_b"]], axis=1),
        pairs["edges"],
    )


def _column(records: Any, name: str) -> Any:
    column = records.column(name)
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    if column.null_count:
        raise BadFile(f"expected a value of {name!r} for every frame", parameter="file")
    return column


def _same_lists(flat: dict[str, Any], names: tuple[str, ...]) -> tuple[Any, dict[str, Any]]:
    """Give where the lists end, which is the same for all, and their values."""
    offsets, columns = None, {}
    for name in names:
        ends = flat[name].offsets.to_numpy().astype(np.int64)
        values = flat[name].values
        if values.null_count:
            raise BadFile(f"expected every number of {name!r}", parameter="file")
        columns[name] = values.to_numpy(zero_copy_only=False)[ends[0] : ends[-1]]
        if offsets is not None and not np.array_equal(offsets, ends - ends[0]):
            raise BadFile(f"expected as many {name!r} as {names[0]!r}", parameter="file")
        offsets = ends - ends[0]
    return offsets, columns


def write_frame_stats(path: str | os.PathLike[str], parts: Iterable[FrameStats]) -> int:
    """Write statistics to a Parquet file, part by part; it is there whole or not at all.

    Parameters
    ----------
    path : path-like
        The file; one that is there is replaced when the new one is complete.
    parts : iterable of FrameStats
        Taken one after the other: memory holds one part, and a few thousand frames.

    Returns
    -------
    int
        How many frames were written.

    Raises
    ------
    MaskError
        If the folder does not exist.
    MaskTypeError
        If a part is no :class:`FrameStats`.

    Examples
    --------
    >>> import numpy as np
    >>> import maskengine as me
    >>> from maskengine.quality.frame_files import read_frame_stats, write_frame_stats
    >>> frames = (np.full((4, 6), i) for i in range(5))
    >>> write_frame_stats("frames.parquet", (me.frame_stats([one]) for one in frames))
    5
    >>> [part.labels.tolist() for part in read_frame_stats("frames.parquet")]
    [[0, 1, 2, 3, 4]]
    """
    target = Path(path_text(path, "path"))
    if not target.parent.is_dir():
        raise MaskError(f"the folder {target.parent} does not exist", parameter="path")
    temporary = beside(target, ".", f".{secrets.token_hex(6)}.part")
    n = 0
    try:
        with (
            to_write(temporary) as sink,
            pq.ParquetWriter(sink, SCHEMA, compression="zstd") as writer,
        ):
            for batch in _gathered(parts):
                writer.write_batch(batch, row_group_size=_ROWS)
                n += batch.num_rows
        temporary.replace(target)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
    return n


def _gathered(parts: Iterable[FrameStats]) -> Iterator[pa.RecordBatch]:
    """Give batches of about as many frames as a row group has."""
    waiting: list[FrameStats] = []
    n = 0
    for part in parts:
        if not isinstance(part, FrameStats):
            raise MaskTypeError(
                f"expected FrameStats, got {type(part).__name__}", parameter="parts"
            )
        waiting.append(part)
        n += len(part)
        if n >= _ROWS:
            yield frame_stats_to_arrow(FrameStats.concatenate(waiting))
            waiting, n = [], 0
    if waiting:
        yield frame_stats_to_arrow(FrameStats.concatenate(waiting))


def read_frame_stats(path: str | os.PathLike[str], *, frames: int = _ROWS) -> Iterator[FrameStats]:
    """Read a file of statistics part by part.

    Parameters
    ----------
    path : path-like
        What :func:`write_frame_stats` wrote, or a file with these columns of another writer.
    frames : int, default 4096
        Frames in a part, at most.

    Yields
    ------
    FrameStats

    Raises
    ------
    BadFile
        If it is damaged or no such file.
    OSError
        If it cannot be opened.

    Examples
    --------
    See :func:`write_frame_stats`.
    """
    if isinstance(frames, bool) or not isinstance(frames, int) or frames < 1:
        raise MaskError(f"expected 1 or more, got {shown(frames)}"[:200], parameter="frames")
    source = Path(path_text(path, "path"))
    if not source.exists():  # also what can name no file: a NUL, half a surrogate pair
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(source))
    with source.open("rb") as file:
        try:
            with pq.ParquetFile(file) as reader:
                missing = [name for name in SCHEMA.names if name not in reader.schema_arrow.names]
                if missing:
                    raise BadFile(
                        f"{source} is no file of statistics: it has no column {missing[0]!r}",
                        parameter="file",
                    )
                for batch in reader.iter_batches(frames, columns=SCHEMA.names):
                    yield frame_stats_from_arrow(batch.select(SCHEMA.names))
        except pa.ArrowException as error:
            raise BadFile(f"{source}: {error}", parameter="file") from error
