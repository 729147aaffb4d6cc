"""A progress bar for long work on a terminal; nothing otherwise."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

_WORTH_A_BAR = 8 << 20  # bytes of a file; less is done before a bar is read
_LABEL = 32  # letters before the bar


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
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(compact=True),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(_short(label), total=None, rate="")

        def update(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)
            speed = bar.tasks[task].speed
            bar.update(task, rate="" if speed is None else rate(speed, total))

        yield update


def _short(label: str) -> str:
    """Leave room for the bar on a line of 80 columns."""
    return label if len(label) <= _LABEL else f"{label[: _LABEL - 3]}..."


def rate(speed: float, total: int) -> str:
    """Say how fast it goes: bytes where there are many of what is counted, else files or shards."""
    if total >= _WORTH_A_BAR:
        return f"{speed / 1e6:.1f} MB/s"
    return f"{speed:.3g}/s" if speed >= 0.1 else f"{60 * speed:.2g}/min"


def bytes_of(path: Path) -> int:
    """Give the size of a file, or of all files below a folder."""
    if not path.is_dir():
        return path.stat().st_size
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
