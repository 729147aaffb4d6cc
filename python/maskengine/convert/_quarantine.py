"""Annotations that are not sound, set aside."""

from __future__ import annotations

import json
import os
from contextlib import ExitStack
from pathlib import Path
from typing import IO

from maskengine import formats
from maskengine.errors import LimitExceeded
from maskengine.formats import Refused


class Quarantine:
    """The file of refused annotations; it appears only when there is one."""

    def __init__(
        self, stack: ExitStack, path: Path | None, source: Path, limit: int | None
    ) -> None:
        self._stack, self._path, self._source = stack, path, source
        self._limit, self._count = limit, 0
        self._file: IO[str] | None = None

    @property
    def room(self) -> int | None:
        """How many more may be set aside; None where any number may."""
        return None if self._limit is None else self._limit - self._count

    def add(self, refused: tuple[Refused, ...]) -> None:
        """Set some aside; without a path they are only counted."""
        if not refused:
            return
        if self._path is not None:
            self._write(self._path, refused)
        self._count += len(refused)
        if self._limit is not None and self._count > self._limit:
            raise LimitExceeded(
                f"more than {self._limit} annotations are not sound; the last: "
                f"{refused[-1].reason}",
                name="max_bad",
                value=self._count,
                limit=self._limit,
            )

    def finish(self) -> None:
        """Have all of it on the disk, while the target has not got its name."""
        if self._file is not None:
            self._file.flush()
            os.fsync(self._file.fileno())

    def _write(self, path: Path, refused: tuple[Refused, ...]) -> None:
        if self._file is None:
            temporary = self._stack.enter_context(formats.replacing(path))
            self._file = self._stack.enter_context(temporary.open("w", encoding="utf-8"))
        for bad in refused:
            line = {
                "source": str(self._source),
                "position": bad.position,
                "id": bad.id,
                "byte": bad.byte,
                "reason": bad.reason,
                "raw": bad.raw.decode(errors="backslashreplace"),
            }
            self._file.write(json.dumps(line) + "\n")
