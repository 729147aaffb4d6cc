"""Conversions from and to stores elsewhere: what is fetched first, and put last."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from maskengine import formats
from maskengine.convert._report import Report
from maskengine.errors import BadFile, MaskError

_SOURCE, _TARGET, _MARK = "source", "target", "mark.json"


class Stage:
    """The paths of this machine that stand for both ends of a conversion.

    Parameters
    ----------
    src, dst : path-like
        Paths or URLs.
    folder : pathlib.Path
        Where copies of what is elsewhere lie.

    Attributes
    ----------
    source, target : pathlib.Path
        On this machine.
    """

    def __init__(
        self, src: str | os.PathLike[str], dst: str | os.PathLike[str], folder: Path
    ) -> None:
        self._src, self._dst = formats.url_of(src), formats.url_of(dst)
        self.source, self.target = formats.local_path(src), formats.local_path(dst)
        self._store = None
        if self._dst is not None:
            self._store = formats.Store(self._dst)
            (folder / _TARGET).mkdir(exist_ok=True)
            self.target = folder / _TARGET / formats.name_of(self._dst)
        if self._src is not None:
            if self._src == self._dst:
                raise MaskError(f"source and target are the same: {self._src}", parameter="dst")
            self.source = _fetched(self._src, folder)

    def check(self, *, folder: bool) -> None:
        """Refuse early what could not be put."""
        if self._store is not None:
            self._store.check_new(folder=folder)

    def put(self, report: Report) -> None:
        """Put the target, and what was refused; the report names the ends as they were asked."""
        if self._store is not None:
            if self.target.exists():
                self._store.put(self.target)
            report.target_url = self._dst
            if report.quarantine is not None:
                there = f"{self._dst}.quarantine.jsonl"
                formats.Store(there).put(Path(report.quarantine))
                report.quarantine = there
        if self._src is not None:
            report.source_url = self._src


def _fetched(url: str, folder: Path) -> Path:
    """Fetch a source, unless the copy of an interrupted conversion is as the store has it."""
    store = formats.Store(url)
    mark = json.dumps(store.mark())
    told, here = folder / _MARK, folder / _SOURCE
    if here.is_dir() and told.is_file() and told.read_text() == mark:
        return here / formats.name_of(url)
    shutil.rmtree(here, ignore_errors=True)
    here.mkdir()
    source = store.fetch(here)
    told.write_text(mark)
    return source


@contextmanager
def staged(
    src: str | os.PathLike[str], dst: str | os.PathLike[str], *, in_shards: bool, resume: bool
) -> Iterator[Stage]:
    """Give a stage; its copies are gone when the block ends.

    Those of a conversion in shards that is interrupted stay, in a folder of the system's temporary
    one that is named by both ends, for `resume`.
    """
    if formats.url_of(src) is None and formats.url_of(dst) is None:
        yield Stage(src, dst, Path())
        return
    if not in_shards:
        with tempfile.TemporaryDirectory(prefix="maskengine-") as folder:
            yield Stage(src, dst, Path(folder))
        return
    both = os.fsencode(f"{os.fspath(src)}\n{os.fspath(dst)}")
    own = Path(tempfile.gettempdir(), f"maskengine-{hashlib.sha256(both).hexdigest()[:24]}")
    if not resume:
        shutil.rmtree(own, ignore_errors=True)
    own.mkdir(mode=0o700, exist_ok=True)
    _check_owner(own)
    try:
        yield Stage(src, dst, own)
    except (MaskError, BadFile):
        shutil.rmtree(own, ignore_errors=True)
        raise
    shutil.rmtree(own, ignore_errors=True)


def _check_owner(folder: Path) -> None:
    """Refuse a folder that somebody else put there."""
    found: Any = folder.lstat()
    own = getattr(os, "getuid", lambda: found.st_uid)()
    if folder.is_symlink() or found.st_uid != own:
        raise MaskError(f"{folder} is of another user", parameter="dst")
