"""COCO instances and results, and LVIS: JSON with polygons and both forms of run lengths."""

from __future__ import annotations

import os
from collections.abc import Iterator
from io import FileIO
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from maskengine._backend import core
from maskengine.errors import BadFile, LimitExceeded
from maskengine.formats._frames import KINDS, MEMBERS, SCHEMA, Frames, Part, Refused
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

_WINDOW = 16 << 20  # bytes of the file in memory at a time
_PIECE = 1 << 18  # bytes of the first pass; they stay in the processor's cache
_ROWS = 50_000  # annotations in a part
_LONGEST = 1 << 30  # bytes of one annotation


def detect(path: Path, head: bytes) -> int:  # noqa: ARG001 - other formats look at the name
    """Look for the keys of a COCO file."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not text.startswith((b"{", b"[")):
        return 0
    known = (b'"annotations"', b'"images"', b'"segmentation"', b'"categories"', b'"image_id"')
    return 3 if any(key in head for key in known) else 1


def read(path: Path) -> Frames:
    """Read a COCO file.

    Parameters
    ----------
    path : pathlib.Path
        A regular file. It is read twice, in pieces: once to find its tables, then its annotations.

    Raises
    ------
    BadFile
        If it is cut, no JSON, or holds no annotations or images.
    """
    outline = core.JsonOutline()
    with path.open("rb", buffering=0) as file:
        piece = memoryview(bytearray(_PIECE))
        while n := file.readinto(piece):
            outline.feed(piece[:n])
        size = file.tell()
        outline.finish()
        tables = {}
        region = (0, 0)
        for raw_key, begin, end in outline.members:
            key = _key(raw_key)
            if outline.is_array or key == "annotations":
                region = (begin, end)
                tables["annotations"] = b""
                continue
            tables[key] = _piece(file, begin, end).strip()
            core.check_json(tables[key], key)
    if not outline.is_array and not tables.keys() & {"annotations", "images"}:
        raise BadFile(
            f"expected 'annotations' or 'images', got the keys {', '.join(tables)[:200]!r}",
            parameter="file",
        )

    def parts() -> Iterator[Part]:
        if "annotations" in tables:
            yield from _parts(path, *region)

    return Frames(tables, parts, is_array=outline.is_array, size=size)


def _key(raw: bytes) -> str:
    try:
        return str(msgspec.json.decode(b'"' + raw + b'"', type=str))
    except msgspec.MsgspecError as error:
        raise BadFile(f"a key is no text: {error}", parameter="file") from error


def _piece(file: FileIO, begin: int, end: int) -> bytes:
    buffer = bytearray(end - begin)
    return bytes(_fill(file, begin, memoryview(buffer)))


def _fill(file: FileIO, begin: int, buffer: memoryview) -> memoryview:
    """Read from byte `begin` on; gives what the file has of it."""
    file.seek(begin)
    done = 0
    while done < len(buffer) and (n := file.readinto(buffer[done:])):
        done += n
    return buffer[:done]


def _parts(path: Path, begin: int, end: int) -> Iterator[Part]:
    """Read the annotations in windows; one that passes the end of its window starts the next."""
    seen = core.IdSet()
    with path.open("rb", buffering=0) as file:
        begin, end = _inside(file, begin, end)
        first, position, window = True, 0, _WINDOW
        # One buffer for all windows: fresh memory costs about as much as reading into it.
        buffer = memoryview(bytearray(min(window, max(end - begin, 0))))
        while begin < end:
            stop = min(end, begin + window)
            if len(buffer) < stop - begin:
                buffer = memoryview(bytearray(stop - begin))
            text = _fill(file, begin, buffer[: stop - begin])
            if len(text) != stop - begin:
                raise BadFile("the file became shorter while it was read", parameter="file")
            columns = core.read_annotations(text, _ROWS, first, stop == end, seen)
            part = _part(columns, text, begin, position)
            position += part.records.num_rows + len(part.refused)
            begin += columns["next"]
            first = first and columns["next"] == 0
            if part.records.num_rows or part.refused:
                window = _WINDOW
                yield part
            elif stop == end:
                return
            elif window >= _LONGEST:
                raise LimitExceeded(
                    f"an annotation at byte {begin} is longer than {_LONGEST} bytes",
                    name="annotation_bytes",
                    limit=_LONGEST,
                )
            else:
                window *= 4


def _inside(file: FileIO, begin: int, end: int) -> tuple[int, int]:
    """Give the stretch between the brackets of the array in [begin, end)."""
    head, tail = (
        _piece(file, begin, min(end, begin + 4096)),
        _piece(file, max(begin, end - 4096), end),
    )
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

    def where(member: str) -> npt.NDArray[np.bool_]:
        absent: npt.NDArray[np.bool_] = (present & MEMBERS[member]) == 0
        return absent

    no_polygon = pa.array(kind != KINDS.index("polygon"))
    no_bbox, no_runs = where("bbox"), kind < KINDS.index("text")
    sizes = columns["sizes"].astype(np.int32)
    bbox = columns["bbox"]
    arrays = {
        "image_id": pa.array(columns["image_id"]),
        "id": pa.array(columns["id"], mask=where("id")),
        "category_id": pa.array(columns["category_id"], mask=where("category_id")),
        "iscrowd": pa.array(columns["iscrowd"], mask=where("iscrowd")),
        "score": pa.array(columns["score"], mask=where("score")),
        "area": pa.array(columns["area"], mask=where("area")),
        "kind": pa.DictionaryArray.from_arrays(kind.astype(np.int8), pa.array(KINDS)),
        "coords": pa.LargeListArray.from_arrays(
            pa.array(2 * columns["ring_offsets"][columns["item_offsets"]]),
            pa.array(columns["coords"].reshape(-1)),
            mask=no_polygon,
        ),
        "rings": pa.LargeListArray.from_arrays(
            pa.array(columns["item_offsets"]),
            pa.array(np.diff(columns["ring_offsets"]).astype(np.int32)),
            mask=no_polygon,
        ),
        "height": pa.array(sizes[:, 0], mask=no_runs),
        "width": pa.array(sizes[:, 1], mask=no_runs),
        "counts": pa.LargeListArray.from_arrays(
            pa.array(columns["count_offsets"]), pa.array(columns["counts"]), mask=pa.array(no_runs)
        ),
        "style": pa.array(columns["style"]),
        "extra": _strings(
            columns["extra"], columns["extra_offsets"], np.diff(columns["extra_offsets"]) == 0
        ),
    }
    for i, side in enumerate("xywh"):
        arrays[f"bbox_{side}"] = pa.array(np.ascontiguousarray(bbox[:, i]), mask=no_bbox)
    for name in ("parts", "pixel_area", "pixel_x", "pixel_y", "pixel_w", "pixel_h"):
        arrays[name] = pa.nulls(n, SCHEMA.field(name).type)
    return pa.RecordBatch.from_arrays([arrays[name] for name in SCHEMA.names], schema=SCHEMA)


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
        if frames.is_array:
            _write_annotations(file, frames)
        else:
            file.write(b"{")
            for i, (key, text) in enumerate(frames.tables.items()):
                file.write(b",\n" if i else b"")
                file.write(msgspec.json.encode(key) + b":")
                if key == "annotations":
                    _write_annotations(file, frames)
                else:
                    file.write(text)
            file.write(b"}")
        file.write(b"\n")
        file.flush()
        os.fsync(file.fileno())


def _write_annotations(file: BinaryIO, frames: Frames) -> None:
    file.write(b"[")
    separator = b"\n"
    for part in frames:
        if part.records.num_rows:
            file.write(separator)
            file.write(annotations_to_json(part.records)[0])
            separator = b",\n"
    file.write(b"]")
