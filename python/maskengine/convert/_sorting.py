"""A file put in order by image by several processes: each sorts a stretch of it.

A shard then takes its images from all stretches, which no process has to hold.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa

from maskengine import formats
from maskengine._arrow_files import to_write
from maskengine.convert._fill import check_part
from maskengine.convert._job import Job
from maskengine.convert._pieces import Shared, ids_of, told_refused
from maskengine.convert._spool import Spool, is_full
from maskengine.formats import SCHEMA, Frames, ImageRow, Ledger

PLAN = "stretches.json"
_STARTS = "starts.npy"  # of each shard in each stretch: rows
_IDS = ".ids"


def can_sort(job: Job, frames: Frames) -> bool:
    """Say whether the source can be read in stretches, and its tables are known before."""
    source, target = formats.by_name(job.source), formats.by_name(job.target)
    has_tables = {"images", "categories", "annotations"} <= frames.tables.keys()
    plain = job.limit is None and "few" not in target.NEEDS and frames.pieces is not None
    return hasattr(source, "read_piece") and has_tables and plain


def sort_stretch(spool: Spool, job: Job, number: int) -> dict[str, Any]:
    """Read a stretch of the source, and write it in order by image; may be done again.

    Gives what was read, as `convert_shard` does.
    """
    shared = Shared.of(spool, PLAN)
    source: Any = formats.by_name(job.source)
    told: dict[str, Any] = {"shard": number, "read": 0, "refused": []}
    batches = []
    with spool.path("sorted", f"{number}{_IDS}").open("wb") as ids:
        for part in source.read_piece(shared.source, shared.pieces, number):
            sound = check_part(part, shared.sizes)
            told["read"] += sound.records.num_rows + len(sound.refused)
            told["refused"] += map(told_refused, sound.refused)
            ids.write(ids_of(sound).tobytes())
            batches.append(sound.records)
    records, places = _in_order(batches, shared.places)
    with to_write(spool.path("sorted", number)) as sink, pa.ipc.new_file(sink, SCHEMA) as file:
        file.write_batch(records)
    np.save(spool.path("sorted", f"{number}.npy"), np.unique(places, return_counts=True))
    return told


def paths_of_ids(spool: Spool, stretches: int) -> Iterator[Any]:
    """Give the files of the ids in each stretch."""
    return (spool.path("sorted", f"{number}{_IDS}") for number in range(stretches))


def share_images(spool: Spool, frames: Frames, stretches: int) -> int:
    """Say which images a shard is; give how many shards there are."""
    rows = msgspec.json.decode(frames.tables["images"], type=list[msgspec.Raw])
    totals = np.zeros(len(rows), np.int64)
    counts = [np.load(spool.path("sorted", f"{number}.npy")) for number in range(stretches)]
    for images, many in counts:
        totals[images] += many
    ends = np.concatenate([[0], np.cumsum(totals)])
    bounds = [0, *(end for _, end in formats.cuts(ends.tolist(), is_full))]
    bounds += [0] * (len(bounds) == 1)  # a shard of no image
    before = [np.concatenate([[0], np.cumsum(many)]) for _, many in counts]
    starts = [
        own[np.searchsorted(images, bounds)]
        for (images, _), own in zip(counts, before, strict=True)
    ]
    np.save(spool.path(_STARTS), np.array(starts, np.int64).reshape(stretches, len(bounds)))
    for number, (begin, end) in enumerate(itertools.pairwise(bounds)):
        text = b"[" + b",".join(map(bytes, rows[begin:end])) + b"]"
        told = {"images": text, "first": int(ends[begin])}
        spool.path("in", number).write_bytes(msgspec.msgpack.encode(told))
    return len(bounds) - 1


def is_sorted(spool: Spool) -> bool:
    """Say whether the shards take their images from stretches."""
    return spool.path(_STARTS).exists()


def read_images(spool: Spool, number: int, ledger: Ledger) -> Frames:
    """Give the annotations of a shard, as `Spool.read_shard` does."""
    shared = Shared.of(spool, PLAN)
    told = msgspec.msgpack.decode(spool.path("in", number).read_bytes())
    starts = np.load(spool.path(_STARTS))[:, number : number + 2].tolist()
    batches = [
        shared.stretch(spool.path("sorted", stretch)).slice(begin, end - begin)
        for stretch, (begin, end) in enumerate(starts)
        if begin < end
    ]
    images = msgspec.json.decode(told["images"], type=list[ImageRow])
    records, _ = _in_order(batches, formats.Places(images))
    return spool.frames_of(told["images"], told["first"], [records], ledger)


def _in_order(
    batches: list[pa.RecordBatch], places: formats.Places
) -> tuple[pa.RecordBatch, np.ndarray[Any, np.dtype[np.int64]]]:
    """Put rows in the order of their images, and give the place of each."""
    if not batches:
        return pa.RecordBatch.from_pylist([], schema=SCHEMA), np.zeros(0, np.int64)
    records = batches[0] if len(batches) == 1 else pa.concat_batches(batches)
    own = places.of(records)
    if (own[1:] >= own[:-1]).all():
        return records, own
    order = np.argsort(own, kind="stable")
    return records.take(pa.array(order)), own[order]
