"""Shards that are stretches of the source, read, converted and written by one process each."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from maskengine import formats
from maskengine._arrow_files import mapped
from maskengine.convert._fill import ImageSizes
from maskengine.convert._fit import fit
from maskengine.convert._job import Job
from maskengine.convert._losses import count_losses
from maskengine.convert._spool import Spool, write_synced
from maskengine.formats import Frames, Ledger, Part, Piece, Refused

_IDS, PART = "ids", "part"  # files of a shard's output
_PLAN = "pieces.json"


def can_share(job: Job) -> bool:
    """Say whether both formats know of stretches, and no order by image is needed."""
    source, target = formats.by_name(job.source), formats.by_name(job.target)
    return hasattr(source, "read_piece") and hasattr(target, "write_piece") and job.limit is None


def write_pieces(
    spool: Spool, source: Path, frames: Frames, pieces: list[Piece], name: str = _PLAN
) -> None:
    """Say which stretches of the source there are."""
    spool.write_tables(frames)
    told = {"source": str(source.absolute()), "pieces": pieces}
    write_synced(spool.path(name), json.dumps(told).encode())


def has_pieces(spool: Spool) -> bool:
    """Say whether the shards are stretches of the source."""
    return spool.path(_PLAN).exists()


@dataclass
class Shared:
    """What all stretches need."""

    source: Path
    pieces: list[Piece]
    frames: Frames  # the tables
    sizes: ImageSizes
    _stretches: dict[Path, pa.RecordBatch] = field(default_factory=dict)

    @classmethod
    def of(cls, spool: Spool, name: str = _PLAN) -> Shared:
        """Read it, once for all stretches that this process sees."""
        key = str(spool.path(name)), spool.path(name).stat().st_mtime_ns
        if key not in _kept:
            forget()
            told = json.loads(spool.path(name).read_text())
            frames = spool.read_tables(Ledger())
            _kept[key] = cls(Path(told["source"]), told["pieces"], frames, ImageSizes(frames))
        return _kept[key]

    @cached_property
    def places(self) -> formats.Places:
        """Where images stand in their table."""
        return formats.Places(self.frames.images() or [])

    def stretch(self, path: Path) -> pa.RecordBatch:
        """Give the rows of a file, which stay on the disk until they are looked at."""
        if path not in self._stretches:
            self._stretches[path] = pa.ipc.open_file(mapped(path)).get_batch(0)
        return self._stretches[path]


_kept: dict[tuple[str, int], Shared] = {}  # of the last conversion


def forget() -> None:
    """Drop what is kept from shard to shard."""
    _kept.clear()


def convert_piece(spool: Spool, job: Job, number: int, out: Path) -> dict[str, Any]:
    """Convert a stretch of the source to a piece of the target; see `convert_shard`."""
    source, target = formats.by_name(job.source), formats.by_name(job.target)
    shared = Shared.of(spool)
    ledger = Ledger()
    read: Any = source.read_piece  # type: ignore[attr-defined]
    frames = replace(
        shared.frames,
        parts=lambda: read(shared.source, shared.pieces, number),
        ledger=ledger,
    )
    fitted = fit(
        frames, target, keep_vertices=job.keep_vertices, bound=job.bound, sizes=shared.sizes
    )
    entry: dict[str, Any] = {"read": 0, "written": 0, "refused": []}
    with (out / _IDS).open("wb") as ids:

        def counted() -> Iterator[Part]:
            for part in fitted:
                entry["read"] += part.records.num_rows + len(part.refused)
                entry["written"] += part.records.num_rows
                entry["refused"] += map(told_refused, part.refused)
                count_losses(ledger, part.records, target.HOLDS)
                ids.write(ids_of(part).tobytes())
                yield part

        target.write_piece(out / PART, replace(fitted, parts=counted))  # type: ignore[attr-defined]
    return {**entry, "ledger": ledger.to_dict(), "likeness": None}


def ids_of(part: Part) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Give the ids of annotations, refused ones too."""
    known = part.records.column("id").drop_null().to_numpy(zero_copy_only=False)
    others = [bad.id for bad in part.refused if bad.id is not None]
    return np.concatenate([known, np.array(others, np.int64)])


def told_refused(bad: Refused) -> dict[str, Any]:
    """Give it as JSON can hold it."""
    return {**vars(bad), "raw": bad.raw.decode(errors="backslashreplace")}


def refused_from(told: dict[str, Any]) -> Refused:
    """Give back what `told_refused` gave."""
    return Refused(**{**told, "raw": told["raw"].encode()})


def refused_of(entries: Iterable[dict[str, Any]]) -> Iterator[Refused]:
    """Give what the shards refused, in order, at its position in the source."""
    before = 0
    for entry in entries:
        for bad in entry.get("refused", ()):
            yield refused_from({**bad, "position": before + bad["position"]})
        before += entry.get("read", 0)


def paths_of_ids(spool: Spool, shards: int) -> Iterator[Path]:
    """Give the files of the ids in each shard."""
    return (spool.path("out", number, _IDS) for number in range(shards))


def has_repeats(paths: Iterable[Path]) -> bool:
    """Say whether an id is used in two stretches. Within one that is refused already."""
    ids = [np.fromfile(path, np.int64) for path in paths]
    bounds = sorted((int(some.min()), int(some.max())) for some in ids if some.size)
    if all(end < begin for (_, end), (begin, _) in itertools.pairwise(bounds)):
        return False
    every = np.sort(np.concatenate([np.unique(some) for some in ids]))
    return bool((every[1:] == every[:-1]).any())
