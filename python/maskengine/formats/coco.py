"""COCO instances and results, and LVIS: JSON with polygons and both forms of run lengths."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from maskengine import _limits
from maskengine._backend import core
from maskengine._workers import Workers
from maskengine.errors import BadFile
from maskengine.formats._atomic import copy
from maskengine.formats._frames import (
    BAD_JSON,
    KINDS,
    MEMBERS,
    SCHEMA,
    Frames,
    Part,
    Piece,
    Refused,
)
from maskengine.formats._guess import json_head
from maskengine.formats._json_file import WINDOW, JsonFile, Read, reader_of
from maskengine.formats._json_text import annotations_to_json

EXTENSIONS = (".json",)
FOLDER = False
HOLDS = frozenset(
    {
        "polygons",
        "runs",
        "holes",
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
NEEDS: frozenset[str] = frozenset()
RULE = "coco"

_ROWS = 50_000  # annotations in a part

_POLYGON, _TEXT, _LIST = (KINDS.index(name) for name in ("polygon", "text", "list"))
_KIND_NAMES = pa.array(KINDS)


def detect(path: Path, head: bytes) -> int:  # noqa: ARG001 - other formats look at the name
    """Look for the keys of a COCO file."""
    seen = json_head(head)
    if seen is None:
        return 0
    known = (
        {"segmentation", "image_id"} if seen.is_list else {"annotations", "images", "categories"}
    )
    return 3 if seen.own.keys() & known else 1


def read(path: Path) -> Frames:
    """Read a COCO file.

    Parameters
    ----------
    path : pathlib.Path
        A regular file. A large one is read twice, in pieces: once to find its tables, then its
        annotations.

    Raises
    ------
    BadFile
        If it is cut, no JSON, or holds no annotations or images.
    """
    source = JsonFile(path)
    outline, size = source.outline()
    tables = {}
    region = (0, 0)
    known_ids = known_sizes = None
    with source.reader() as piece:
        for raw_key, begin, end in outline.members:
            key = _key(raw_key)
            if outline.is_array or key == "annotations":
                region = (begin, end)
                tables["annotations"] = b""
                continue
            text = tables[key] = bytes(piece(begin, end)).strip()
            # a table that is read as a whole is in order
            if key == "categories" and (ids := core.category_ids(text)) is not None:
                known_ids = (text, ids)
            elif key == "images" and (sizes := core.image_sizes(text)) is not None:
                known_sizes = (text, sizes)
            else:
                core.check_json(text, key)
    if not outline.is_array and not tables.keys() & {"annotations", "images"}:
        raise BadFile(
            f"expected 'annotations' or 'images', got the keys {', '.join(tables)[:200]!r}",
            parameter="file",
        )

    def parts() -> Iterator[Part]:
        if "annotations" in tables:
            with source.reader() as read:
                found = _parts(read, *_inside(read, *region), first=True)
                yield from _ahead(found) if size > WINDOW and core.threads() > 1 else found

    def pieces() -> list[Piece]:
        with source.reader() as read:
            begin, end = _inside(read, *region) if "annotations" in tables else region
        bounds = [begin, *(cut for cut in outline.cuts if begin < cut < end), end]
        return list(itertools.pairwise(bounds))

    return Frames(
        tables,
        parts,
        is_array=outline.is_array,
        size=size,
        pieces=pieces,
        known_ids=known_ids,
        known_sizes=known_sizes,
    )


def read_piece(path: Path, pieces: list[Piece], number: int) -> Iterator[Part]:
    """Read one of the pieces that `Frames.pieces` tells; positions count from its begin."""
    with reader_of(path) as read:
        yield from _parts(read, *pieces[number], first=number == 0)


def _ahead(parts: Iterator[Part]) -> Iterator[Part]:
    """Read the next part while one is made use of."""
    with Workers(1) as pool:
        waiting = pool.submit(next, parts, None)
        while (part := waiting.result()) is not None:
            waiting = pool.submit(next, parts, None)
            yield part


def _key(raw: bytes) -> str:
    try:
        return str(msgspec.json.decode(b'"' + raw + b'"', type=str))
    except BAD_JSON as error:
        raise BadFile(f"a key is no text: {error}", parameter="file") from error


def _parts(read: Read, begin: int, end: int, *, first: bool) -> Iterator[Part]:
    """Read the annotations in windows; one that passes the end of its window starts the next."""
    seen = core.IdSet.make()
    position, window = 0, WINDOW
    while begin < end:
        stop = min(end, begin + window)
        text = read(begin, stop)
        if len(text) != stop - begin:
            raise BadFile("the file became shorter while it was read", parameter="file")
        columns = core.read_annotations(text, _ROWS, first, stop == end, seen)
        part = _part(columns, text, begin, position)
        position += part.records.num_rows + len(part.refused)
        begin += columns["next"]
        first = first and columns["next"] == 0
        if part.records.num_rows or part.refused:
            window = WINDOW
            yield part
        elif stop == end:
            return
        elif window > _limits.value("annotation_bytes"):
            raise _limits.exceeded(
                "annotation_bytes", window, parameter=f"annotation at byte {begin}"
            )
        else:
            window *= 4


def _inside(read: Read, begin: int, end: int) -> tuple[int, int]:
    """Give the stretch between the brackets of the array in [begin, end)."""
    head = bytes(read(begin, min(end, begin + 4096)))
    tail = bytes(read(max(begin, end - 4096), end))
    lead = len(head) - len(head.lstrip())
    trail = len(tail) - len(tail.rstrip())
    if head[lead : lead + 1] != b"[" or not tail.rstrip().endswith(b"]"):
        raise BadFile("expected an array", parameter="annotations")
    return begin + lead + 1, end - trail - 1


def _part(columns: dict[str, Any], text: memoryview, begin: int, position: int) -> Part:
    n = len(columns["present"])
    refused = tuple(
        Refused(position + number, id_, begin + start, reason, bytes(text[start:stop]))
        for start, stop, number, id_, reason in columns["refused"]
    )
    positions = np.arange(position, position + n + len(refused), dtype=np.int64)
    if refused:
        positions = np.setdiff1d(positions, [bad.position for bad in refused])
    return Part(_records(columns), refused, positions, begin + columns["next"])


def _records(columns: dict[str, Any]) -> pa.RecordBatch:
    present, kind = columns["present"], columns["kind"]
    n = len(present)
    by_all = int(np.bitwise_and.reduce(present)) if n else 0
    by_some = int(np.bitwise_or.reduce(present))
    kinds = set(np.flatnonzero(np.bincount(kind)).tolist())
    no_polygon = pa.array(kind != _POLYGON) if kinds != {_POLYGON} else None
    has_runs = bool(kinds & {_TEXT, _LIST})
    no_runs = kind < _TEXT

    def nulls(name: str) -> pa.Array:
        return pa.nulls(n, SCHEMA.field(name).type)

    def member(name: str, values: npt.NDArray[Any], key: str) -> pa.Array:
        bit = MEMBERS[key]
        if not by_some & bit:
            return nulls(name)
        return pa.array(values, mask=None if by_all & bit else (present & bit) == 0)

    arrays = {
        name: member(name, columns[name], name)
        for name in ("id", "category_id", "iscrowd", "score", "area")
    }
    for side, values in zip("xywh", np.ascontiguousarray(columns["bbox"].T), strict=True):
        arrays[f"bbox_{side}"] = member(f"bbox_{side}", values, "bbox")
    arrays["image_id"] = pa.array(columns["image_id"])
    arrays["kind"] = pa.DictionaryArray.from_arrays(kind.view(np.int8), _KIND_NAMES)
    arrays["coords"] = pa.LargeListArray.from_arrays(
        pa.array(2 * columns["ring_offsets"][columns["item_offsets"]]),
        pa.array(columns["coords"].reshape(-1)),
        mask=no_polygon,
    )
    arrays["rings"] = pa.LargeListArray.from_arrays(
        pa.array(columns["item_offsets"]),
        pa.array(np.diff(columns["ring_offsets"]).astype(np.int32)),
        mask=no_polygon,
    )
    if has_runs:
        sizes = columns["sizes"].astype(np.int32)
        arrays["height"] = pa.array(sizes[:, 0], mask=no_runs)
        arrays["width"] = pa.array(sizes[:, 1], mask=no_runs)
        arrays["counts"] = pa.LargeListArray.from_arrays(
            pa.array(columns["count_offsets"]), pa.array(columns["counts"]), mask=pa.array(no_runs)
        )
    arrays["style"] = pa.array(columns["style"])
    if len(columns["extra"]):
        ends = columns["extra_offsets"]
        arrays["extra"] = _strings(columns["extra"], ends, np.diff(ends) == 0)
    return pa.RecordBatch.from_arrays(
        [arrays[name] if name in arrays else nulls(name) for name in SCHEMA.names], schema=SCHEMA
    )


def _strings(
    text: npt.NDArray[Any], offsets: npt.NDArray[np.int64], null: npt.NDArray[np.bool_]
) -> pa.Array:
    """Share text and offsets as a column."""
    valid = pa.py_buffer(np.packbits(~null, bitorder="little"))
    buffers = [valid, pa.py_buffer(offsets), pa.py_buffer(text.view(np.uint8))]
    return pa.Array.from_buffers(pa.large_string(), len(null), buffers)


def write(path: Path, frames: Frames) -> None:
    """Write a COCO file: the tables verbatim, one annotation a line."""
    with path.open("wb") as file:
        _write_file(file, frames, lambda: _write_lines(file, frames, b"\n"))


def write_piece(path: Path, frames: Frames) -> None:
    """Write the lines of some annotations to a file."""
    with path.open("wb") as file:
        _write_lines(file, frames, b"")


def join(path: Path, pieces: Iterable[Path], frames: Frames) -> None:
    """Write what `write` does, of the files that `write_piece` wrote."""

    def lines() -> None:
        separator = b"\n"
        for piece in pieces:
            with piece.open("rb") as some:
                if os.fstat(some.fileno()).st_size:
                    file.write(separator)
                    copy(some, file)
                    separator = b",\n"

    with path.open("wb") as file:
        _write_file(file, frames, lines)


def _write_file(file: BinaryIO, frames: Frames, write_lines: Callable[[], None]) -> None:
    def annotations() -> None:
        file.write(b"[")
        write_lines()
        file.write(b"]")

    if frames.is_array:
        annotations()
    else:
        file.write(b"{")
        for i, (key, text) in enumerate(frames.tables.items()):
            file.write(b",\n" if i else b"")
            file.write(msgspec.json.encode(key) + b":")
            if key == "annotations":
                annotations()
            else:
                file.write(text)
        file.write(b"}")
    file.write(b"\n")
    file.flush()
    os.fsync(file.fileno())


def _write_lines(file: BinaryIO, frames: Frames, separator: bytes) -> None:
    """Write annotations with what stands before the first of them."""
    for part in frames:
        if part.records.num_rows:
            file.write(separator)
            file.write(annotations_to_json(part.records)[0])
            separator = b",\n"
