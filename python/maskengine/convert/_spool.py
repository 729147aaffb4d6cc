"""The folder of a conversion in shards: what is to do, what is done, and what is between."""

from __future__ import annotations

import json
import os
import shutil
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa

from maskengine._arrow_files import to_read, to_write
from maskengine._backend import core
from maskengine._paths import beside
from maskengine._workers import Workers
from maskengine.convert._job import Job
from maskengine.errors import MaskError
from maskengine.formats import SCHEMA, Frames, Ledger, Part

_VERSION = 4
_TABLES, _COMMON = "tables", "common"
_ROWS, _IMAGES = 20_000, 1_000  # at which a shard is full


class Spool:
    """A folder beside the target.

    Parameters
    ----------
    target : pathlib.Path
        What is to be made.
    source : sequence of int
        What tells whether the source changed, from before it was read: `fingerprint`.

    Attributes
    ----------
    target : pathlib.Path
        The same.
    folder : pathlib.Path
        ``.<target>.maskengine`` (a long name is cut): ``plan.json``, written when all shards are
        there; ``tables`` and ``common``; ``sorted/<stretch>``, annotations of a stretch of the
        source; ``in/<shard>``, those of some images, or where they are; ``out/<shard>``, what they
        became; ``journal``, a line with a checksum for each shard that is done; ``final``.
    """

    def __init__(self, target: Path, source: Sequence[int] = ()) -> None:
        self.target, self._source = target, list(source)
        self.folder = beside(target, ".", ".maskengine")

    def path(self, *names: str | int) -> Path:
        """Give a path of the folder; numbers are those of shards."""
        parts = (f"{name:06d}" if isinstance(name, int) else name for name in names)
        return self.folder.joinpath(*parts)

    def anywhere(self) -> Spool:
        """Give the same for processes that may stand in another folder."""
        return Spool(self.target.absolute(), self._source)

    def begin(self) -> None:
        """Start anew, in the folder that is there, which is locked."""
        for path in self.folder.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
        for name in ("sorted", "in", "out", "final"):
            self.path(name).mkdir(parents=True)

    def end(self) -> None:
        """Leave nothing of a conversion that is complete.

        ``final`` goes first and what a report is made of last: see `is_complete`.
        """
        shutil.rmtree(self.path("final"), ignore_errors=True)
        with Workers(core.threads()) as pool:
            for path in self.path("out").glob("*"):
                pool.submit(shutil.rmtree, path, ignore_errors=True)
        for name in ("in", "out", "sorted"):
            shutil.rmtree(self.path(name), ignore_errors=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def discard(self) -> None:
        """Leave nothing, nor anything to go on with."""
        self.path("plan.json").unlink(missing_ok=True)
        self.end()

    def is_complete(self) -> bool:
        """Say whether the target of a plan has its name, and only this folder is left to go.

        ``final`` becomes the target, or goes when the target is there.
        """
        return not self.path("final").exists()

    def plan(self, job: Job, source: Path) -> dict[str, Any] | None:
        """Read the plan of an interrupted conversion; None when there is none.

        Raises
        ------
        MaskError
            If it was of another source, or asked for something else.
        """
        try:
            plan: dict[str, Any] = json.loads(self.path("plan.json").read_text())
        except (OSError, ValueError):
            return None
        if plan.get("version") != _VERSION or plan["job"] != asdict(job):
            raise MaskError("the interrupted conversion had other options", parameter="resume")
        if plan["source"] != self._source:
            raise MaskError(f"{source} changed since the conversion began", parameter="resume")
        return plan

    def write_plan(self, job: Job, plan: dict[str, Any]) -> None:
        """Say that all shards are there."""
        told = {"version": _VERSION, "job": asdict(job), "source": self._source, **plan}
        write_synced(self.path("plan.json"), json.dumps(told).encode())

    def write_shard(
        self, number: int, images: list[dict[str, Any]], first: int, records: pa.RecordBatch
    ) -> None:
        """Write the annotations of some images; `first` is the number of the first of them."""
        told = {"images": msgspec.json.encode(images), "first": str(first)}
        schema = SCHEMA.with_metadata(told)
        with to_write(self.path("in", number)) as sink, pa.ipc.new_file(sink, schema) as file:
            file.write_batch(records.replace_schema_metadata(told))

    def read_shard(self, number: int, ledger: Ledger) -> Frames:
        """Give the annotations of some images, with the tables of the source."""
        with to_read(self.path("in", number)) as opened, pa.ipc.open_file(opened) as file:
            told = file.schema.metadata
            batches = [file.get_batch(i) for i in range(file.num_record_batches)]
        return self.frames_of(told[b"images"], int(told[b"first"]), batches, ledger)

    def frames_of(
        self, images: bytes, first: int, batches: list[pa.RecordBatch], ledger: Ledger
    ) -> Frames:
        """Give annotations of some images; `first` is the number of the first of them."""

        def parts() -> Iterator[Part]:
            at = first
            for batch in batches:
                positions = np.arange(at, at + batch.num_rows, dtype=np.int64)
                at += batch.num_rows
                yield Part(batch.replace_schema_metadata(), (), positions)

        common = self._read_frames(_COMMON, ledger)
        tables = {**common.tables, "images": images}
        return replace(common, tables=tables, parts=parts, is_grouped=True, size=1)

    def write_tables(self, frames: Frames) -> None:
        """Write the tables: all for the end, all but the images for each shard."""
        few = {key: text for key, text in frames.tables.items() if key != "images"}
        for name, tables in (_TABLES, frames.tables), (_COMMON, few):
            told = {"tables": tables, "is_array": frames.is_array, "rule": frames.rule}
            write_synced(self.path(name), msgspec.msgpack.encode(told))

    def read_tables(self, ledger: Ledger) -> Frames:
        """Give the tables of the source, without annotations."""
        return self._read_frames(_TABLES, ledger)

    def _read_frames(self, name: str, ledger: Ledger) -> Frames:
        told = msgspec.msgpack.decode(self.path(name).read_bytes())
        return Frames(parts=lambda: iter(()), ledger=ledger, **told)

    def done(self) -> dict[int, dict[str, Any]]:
        """Give what the journal says of the shards whose output is there and sound."""
        found: dict[int, dict[str, Any]] = {}
        final = self.target if self.is_complete() else self.path("final")
        try:
            lines = self.path("journal").read_bytes().split(b"\n")
        except OSError:
            return found
        for line in lines:
            checksum, _, text = line.partition(b" ")
            if not text or checksum != b"%08x" % zlib.crc32(text):
                continue  # cut by the end of the process
            entry = json.loads(text)
            if all(self._is_sound(final, entry["shard"], *file) for file in entry["files"]):
                found[entry["shard"]] = entry
        return found

    def _is_sound(self, final: Path, shard: int, name: str, size: int, checksum: int) -> bool:
        for path in (self.path("out", shard, name), final / name):
            if path.is_file() and path.stat().st_size == size:
                return zlib.crc32(path.read_bytes()) == checksum
        return False

    def note(self, entry: dict[str, Any]) -> None:
        """Add a line to the journal.

        Neither it nor what it tells of need be on the disk: whatever a crash of the machine leaves
        of them, checksums tell what is sound.
        """
        text = json.dumps(entry).encode()
        with self.path("journal").open("ab") as file:
            file.write(b"%08x %s\n" % (zlib.crc32(text), text))


def fingerprint(source: Path) -> list[int]:
    """Give what tells whether a source changed: files, bytes and the latest change.

    Hidden files of a folder, which readers pass over, do not count: those of this conversion may be
    among them.
    """
    if not source.is_dir():
        stats = [source.stat()]
    else:
        waiting, stats = [str(source)], []
        while waiting:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    if entry.name.startswith("."):
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    elif entry.is_file():
                        stats.append(entry.stat())
    latest = max((stat.st_mtime_ns for stat in stats), default=0)
    return [len(stats), sum(stat.st_size for stat in stats), latest]


def write_synced(path: Path, data: bytes) -> None:
    """Write a file that is there whole or not at all."""
    part = path.with_name(path.name + ".part")
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def is_full(rows: int, images: int) -> bool:
    """Say whether a shard has enough."""
    return rows >= _ROWS or images >= _IMAGES


def check_space(source: Path, target: Path) -> None:
    """Refuse to begin where the disk has less room than the source takes.

    Raises
    ------
    MaskError
        With both numbers.
    """
    needed = fingerprint(source)[1]
    free = shutil.disk_usage(target.parent).free
    if free < needed:
        raise MaskError(
            f"{target.parent} has {free} bytes free, the conversion takes about {needed}",
            parameter="dst",
        )
