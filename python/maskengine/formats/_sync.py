"""Files and folders on the disk, not only in memory."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

from maskengine._backend import core
from maskengine._workers import Workers

_SYNCS = 16  # files waited for at a time
_FEW = 4
_MANY = 256  # files from which the whole file system is written in one go


@contextmanager
def syncing(folder: Path) -> Iterator[Callable[[], None]]:
    """Give a function that has every file below a folder on the disk.

    Enter it before the files are written: of many files Linux tells since then, in one call,
    whether one could not be.
    """
    handle = os.open(folder, os.O_RDONLY) if _tells_of_all() else None
    try:
        yield lambda: _sync_below(folder, handle)
    finally:
        if handle is not None:
            os.close(handle)


@cache
def _tells_of_all() -> bool:
    """Say whether to write a whole file system tells of errors, as Linux does since 5.8."""
    if not sys.platform.startswith("linux"):
        return False
    return tuple(map(int, re.findall(r"\d+", os.uname().release)[:2])) >= (5, 8)


def _sync_below(folder: Path, handle: int | None) -> None:
    files, folders = [], []
    for place, _, names in os.walk(folder):
        files += [os.path.join(place, name) for name in names]  # noqa: PTH118 - there are many
        folders.append(place)
    if handle is not None and len(files) >= _MANY and core.sync_file_system(handle):
        return
    if len(files) <= _FEW:
        _sync_each(files)
    else:  # together: a file system writes what several callers wait for in one go
        with Workers(_SYNCS) as pool:
            list(pool.map(_sync_each, (files[i::_SYNCS] for i in range(_SYNCS))))
    for spot in folders:
        with suppress(OSError):  # some file systems cannot sync a folder
            sync(spot)


def _sync_each(paths: list[str]) -> None:
    for path in paths:
        sync(path)


def sync(path: Path | str) -> None:
    """Have a file or folder on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
