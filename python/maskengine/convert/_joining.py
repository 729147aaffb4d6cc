"""The file that pieces become, written while later ones are still converted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from maskengine import formats
from maskengine._workers import Workers
from maskengine.convert._pieces import PART
from maskengine.convert._spool import Spool
from maskengine.formats import Ledger

_JOINED = "joined"


class _Stopped(Exception):  # noqa: N818 - no error
    """Ends the thread before all pieces are there."""


class Joining:
    """Joins pieces in their order, as far as they are there.

    Parameters
    ----------
    spool : Spool
        Has them.
    target : str
        A format with ``join``.
    overlaps : bool
        Start when the first piece is there, in a thread if there can be one; else at the end.
    """

    def __init__(self, spool: Spool, target: str, *, overlaps: bool) -> None:
        self._spool, self._overlaps = spool, overlaps
        self._target: Any = formats.by_name(target)
        self._ready: SimpleQueue[Path | None] = SimpleQueue()
        self._seen = 0
        self._pool = Workers(1)
        self._done: Future[None] | None = None

    def see(self, entries: Mapping[int, Any], shards: int) -> None:
        """Take the pieces that are there by now, of so many."""
        while self._seen in entries:
            self._ready.put(self._spool.path("out", self._seen, PART))
            self._seen += 1
        if not self._overlaps or self._done is not None or not self._seen:
            return
        # not before: with a second thread, this process could not be forked
        if self._pool.starts():
            path = self._spool.path(_JOINED)
            self._done = self._pool.submit(self._join, path, shards)

    def finish(self, path: Path, shards: int) -> None:
        """Give the file its name."""
        if self._done is None:
            self._join(path, shards)
            return
        self._done.result()
        self._spool.path(_JOINED).replace(path)

    def stop(self) -> None:
        """End the thread."""
        self._ready.put(None)
        if self._done is not None:
            with suppress(_Stopped, OSError):
                self._done.result()
        self._pool.end()

    def _join(self, path: Path, shards: int) -> None:
        self._target.join(path, self._pieces(shards), self._spool.read_tables(Ledger()))

    def _pieces(self, shards: int) -> Iterator[Path]:
        for _ in range(shards):
            piece = self._ready.get()
            if piece is None:
                raise _Stopped
            yield piece


@contextmanager
def joining(spool: Spool, target: str, *, overlaps: bool) -> Iterator[Joining]:
    """Give a `Joining` that ends with the block."""
    own = Joining(spool, target, overlaps=overlaps)
    try:
        yield own
    finally:
        own.stop()
