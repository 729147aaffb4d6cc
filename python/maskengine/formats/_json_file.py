"""A JSON file of any length: where its tables lie, and stretches of its bytes."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from io import FileIO
from pathlib import Path
from typing import Any

import numpy as np

from maskengine._backend import core
from maskengine._workers import Workers
from maskengine.errors import BadFile

WINDOW = 16 << 20  # bytes of the file in memory at a time
_PIECE = 1 << 18  # bytes of the first pass; they stay in the processor's cache
_SHARES = 8  # of a file, for several readers; each of so many bytes
_SHARE_LEAST, _SHARE_MOST = 1 << 20, 8 << 20

_BETWEEN = re.compile(rb"}[ \n\r\t]*,(?=[ \n\r\t]*{)")  # of two elements, or so it seems


@cache
def _keep_heap() -> None:
    """Free a large block once, before the first file.

    glibc hands the top of its heap back to the system, and takes it again page by page, which costs
    a file of a megabyte a seventh of its time; once a larger block was freed it keeps as much
    (mallopt, "dynamic mmap threshold"). This one is never touched.
    """
    np.empty(24 << 20, np.uint8)


#: Gives bytes [begin, end) of a file; the next call may change what it gave.
Read = Callable[[int, int], memoryview]


class JsonFile:
    """The bytes of a file; those of one below `WINDOW` are read once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._kept: memoryview | None = None

    def outline(self) -> tuple[Any, int]:
        """Read all of it in pieces; give its outline and how long it is."""
        _keep_heap()
        with self._path.open("rb", buffering=0) as file:
            size = os.fstat(file.fileno()).st_size
            stride = min(max(size // _SHARES, _SHARE_LEAST), _SHARE_MOST) // _PIECE * _PIECE
            outline = core.JsonOutline.make(stride)
            if size < WINDOW:
                buffer: Any = np.empty(size + 1, np.uint8)
                if len(text := _fill(file, 0, memoryview(buffer))) == size:
                    self._kept = text
                    for begin in range(0, size, _PIECE):
                        outline.feed(text[begin : begin + _PIECE])
                    outline.finish()
                    return outline, size
                file.seek(0)  # the file grows
            else:
                outline = _outlined_by_threads(self._path, size, stride) or outline
            size = _feed(file, outline, outline.position, None)
        outline.finish()
        return outline, size

    @contextmanager
    def reader(self) -> Iterator[Read]:
        """Give a function for bytes [begin, end); its next call may change what it gave."""
        if (kept := self._kept) is not None:
            yield lambda begin, end: kept[begin:end]
            return
        with reader_of(self._path) as read:
            yield read


def _feed(file: FileIO, outline: Any, begin: int, end: int | None) -> int:
    """Read [begin, end) of a file into an outline, in pieces that begin at their multiples."""
    file.seek(begin)
    piece = memoryview(bytearray(_PIECE))
    while end is None or begin < end:
        n = file.readinto(piece[: _PIECE - begin % _PIECE][: None if end is None else end - begin])
        if not n:
            break
        outline.feed(piece[:n])
        begin += n
    return begin


def _outlined_by_threads(path: Path, size: int, stride: int) -> Any | None:
    """Outline a large file, some stretches at a time; the cuts are those of one thread.

    Every stretch but the first begins where an element of a list seems to end. None where that was
    wrong, in a text within an annotation, or something else is: one thread will say what.
    """
    n = min(core.threads(), size // WINDOW)
    if n < 2:
        return None
    outline = core.JsonOutline.make(stride)
    with reader_of(path) as read:
        outline.feed(read(0, _PIECE))
        bounds = [_PIECE]
        for k in range(1, n):
            begin = size * k // n // stride * stride + _PIECE  # no piece in which a cut is due
            found = _BETWEEN.search(read(begin, min(begin + _PIECE, size)))
            if found is None:
                return None
            bounds.append(begin + found.end())
    outlines = [outline, *(outline.ahead(begin) for begin in bounds[1:])]

    def run(own: Any, begin: int, end: int) -> None:
        with path.open("rb", buffering=0) as file:
            _feed(file, own, begin, end)

    with Workers(n) as pool:
        try:
            list(pool.map(run, outlines, bounds, [*bounds[1:], size]))
        except BadFile:
            return None
    return outline if all(map(outline.join, outlines[1:])) else None


@contextmanager
def reader_of(path: Path) -> Iterator[Read]:
    """Open a file for `Read`."""
    _keep_heap()
    with path.open("rb", buffering=0) as file:
        # One buffer for all: fresh memory costs about as much as reading into it.
        buffer = memoryview(b"")

        def read(begin: int, end: int) -> memoryview:
            nonlocal buffer
            if len(buffer) < end - begin:
                buffer = memoryview(bytearray(end - begin))
            return _fill(file, begin, buffer[: end - begin])

        yield read


def _fill(file: FileIO, begin: int, buffer: memoryview) -> memoryview:
    """Read from byte `begin` on; gives what the file has of it."""
    file.seek(begin)
    done = 0
    while done < len(buffer) and (n := file.readinto(buffer[done:])):
        done += n
    return buffer[:done]
