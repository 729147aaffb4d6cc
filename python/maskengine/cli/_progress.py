"""A progress bar for long work on a terminal; nothing otherwise."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_WORTH_A_BAR = 8 << 20  # bytes; less is done before a bar is read


@contextmanager
def progress_bar(label: str, size: int) -> Iterator[Callable[[int, int], None] | None]:
    """Give a callback for bytes done and bytes in all, or None where no bar is wanted."""
    if size < _WORTH_A_BAR:
        yield None
        return
    with _bar(label, size) as update:
        yield update


@contextmanager
def frame_bar(label: str, frames: int) -> Iterator[Callable[[int], None] | None]:
    """Give a callback for frames done, or None where no bar is wanted."""
    if frames < 2:
        yield None
        return
    with _bar(label, frames) as update:
        yield None if update is None else lambda done: update(done, frames)


@contextmanager
def _bar(label: str, size: int) -> Iterator[Callable[[int, int], None] | None]:
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console  # noqa: PLC0415 - an extra, only for a bar
    from rich.progress import Progress  # noqa: PLC0415

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=size)

        def update(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield update
