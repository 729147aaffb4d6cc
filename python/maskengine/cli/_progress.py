"""A progress bar for long work on a terminal; nothing otherwise."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

_WORTH_A_BAR = 8 << 20  # bytes of a file; less is done before a bar is read


@contextmanager
def progress_bar(label: str, source: Path | int) -> Iterator[Callable[[int, int], None] | None]:
    """Give a callback for what is done and all there is, or None where no bar is wanted.

    `source` is the file or folder that is read, or its bytes.
    """
    if isinstance(source, int):
        size = source
    else:
        size = source.stat().st_size if source.is_file() else _WORTH_A_BAR
    if size < _WORTH_A_BAR or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console  # noqa: PLC0415 - an extra, only for a bar
    from rich.progress import Progress  # noqa: PLC0415

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=None)

        def update(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield update


def bytes_of(path: Path) -> int:
    """Give the size of a file, or of all files below a folder."""
    if not path.is_dir():
        return path.stat().st_size
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
