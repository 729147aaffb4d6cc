"""Shards that are stretches of the source, read, converted and written by one process each."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from maskengine import formats
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


def write_pieces(spool: Spool, source: Path, frames: Frames, pieces: list[Piece]) -> None:
    """Say which shards there are."""
    spool.write_tables(frames)
    told = {"source": str(source.absolute()), "pieces": pieces}
    write_synced(spool.path(_PLAN), json.dumps(told).encode())


def has_pieces(spool: Spool) -> bool:
    """Say whether the shards are stretches of the source."""
    return spool.path(_PLAN).exists()


@dataclass
class _Shared:
    """What all shards need."""

    source: Path
    pieces: list[Piece]
    frames: Frames  # the tables
    sizes: ImageSizes


_kept: dict[tuple[str, int], _Shared] = {}  # of the last conversion


def _shared(spool: Spool) -> _Shared:
    key = str(spool.folder), spool.path(_PLAN).stat().st_mtime_ns
    if key not in _kept:
        forget()
        told = json.loads(spool.path(_PLAN).read_text())
        frames = spool.read_tables(Ledger())
        _kept[key] = _Shared(Path(told["source"]), told["pieces"], frames, ImageSizes(frames))
    return _kept[key]


def forget() -> None:
    """Drop what is kept from shard to shard."""
    _kept.clear()


def convert_piece(spool: Spool, job: Job, number: int, out: Path) -> dict[str, Any]:
    """Convert a stretch of the source to a piece of the target; see `convert_shard`."""
    source, target = formats.by_name(job.source), formats.by_name(job.target)
    shared = _shared(spool)
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
                ids.write(_ids_of(part).tobytes())
                yield part

        target.write_piece(out / PART, replace(fitted, parts=counted))  # type: ignore[attr-defined]
    return {**entry, "ledger": ledger.to_dict(), "likeness": None}


def _ids_of(part: Part) -> np.ndarray[Any, np.dtype[np.int64]]:
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


def has_repeats(spool: Spool, shards: int) -> bool:
    """Say whether an id is used in two shards. Within one that is refused already."""
    ids = [np.fromfile(spool.path("out", number, _IDS), np.int64) for number in range(shards)]
    bounds = sorted((int(some.min()), int(some.max())) for some in ids if some.size)
    if all(end < begin for (_, end), (begin, _) in itertools.pairwise(bounds)):
        return False
    every = np.sort(np.concatenate([np.unique(some) for some in ids]))
    return bool((every[1:] == every[:-1]).any())
