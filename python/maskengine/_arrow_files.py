"""Files that Arrow opens: it takes names in UTF-8 alone, and expands a tilde at their begin."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any


def to_write(path: Path) -> AbstractContextManager[Any]:
    """Give what Arrow writes a file to: its name, or where that has other bytes, the open file.

    Examples
    --------
    >>> from pathlib import Path
    >>> from maskengine._arrow_files import to_write
    >>> with to_write(Path("~", "a.arrow")) as sink:  # a folder of that name
    ...     print(sink)
    ./~/a.arrow
    """
    return _named_or_open(path, "wb")


def to_read(path: Path) -> AbstractContextManager[Any]:
    """Give what Arrow reads a file from; see `to_write`."""
    return _named_or_open(path, "rb")


@contextmanager
def _named_or_open(path: Path, mode: str) -> Iterator[Any]:
    name = _name(path)
    if name is not None:
        yield name
        return
    with path.open(mode) as file:
        yield file


def mapped(path: Path) -> Any:
    """Give a file that stays on the disk until it is looked at, or else its bytes."""
    import pyarrow as pa  # noqa: PLC0415 - an extra

    name = _name(path)
    return pa.BufferReader(path.read_bytes()) if name is None else pa.memory_map(name)


def _name(path: Path) -> str | None:
    name = os.fspath(path)
    try:
        name.encode()
    except UnicodeEncodeError:
        return None
    return f"./{name}" if name.startswith("~") else name
