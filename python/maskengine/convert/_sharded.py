"""Conversions in shards of images: several processes, and an interruption loses little."""

from __future__ import annotations

import os
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import msgspec
import pyarrow as pa

from maskengine import formats
from maskengine._arrow_files import to_read
from maskengine._workers import Workers
from maskengine.convert import _pieces, _sorting
from maskengine.convert._alone import alone
from maskengine.convert._complete import with_tables
from maskengine.convert._engines import Place, Runner
from maskengine.convert._fill import ImageSizes, check_part
from maskengine.convert._job import Discarded, Job, prepared
from maskengine.convert._joining import Joining, joining
from maskengine.convert._losses import count_table_losses
from maskengine.convert._pieces import PART, has_pieces, has_repeats, refused_of
from maskengine.convert._processes import workers
from maskengine.convert._quarantine import Quarantine
from maskengine.convert._report import Report
from maskengine.convert._shard import convert_shard
from maskengine.convert._spool import Spool, check_space, fingerprint, is_full
from maskengine.convert._verify import Likeness, verify
from maskengine.errors import BadFile, MaskError
from maskengine.formats import Frames, Part

_MOVED = "moved"  # of an entry, in memory: its files are where they belong

Progress = Callable[[int, int], None] | None
Entries = dict[int, dict[str, Any]]  # of the journal, by shard


@dataclass
class _Work:
    """A conversion that is under way."""

    job: Job
    report: Report
    sink: Quarantine
    spool: Spool
    place: Place
    run: Runner
    joined: Joining
    progress: Progress


@contextmanager
def convert_sharded(
    job: Job, report: Report, sink: Quarantine, place: Place, *, resume: bool, progress: Progress
) -> Iterator[None]:
    """Convert in shards; the target is there when the block ends well.

    The shards and their order come from the source alone, so the bytes are the same for any number
    of processes, and after any interruption.
    """
    place.check()
    if not report.target.parent.is_dir():
        raise MaskError(f"the folder {report.target.parent} does not exist", parameter="dst")
    spool = Spool(report.target, fingerprint(report.source))
    with (
        formats.named(report.target, spool.folder),
        alone(spool.folder, spool.target),
        _converted(job, report, sink, spool, place, resume=resume, progress=progress),
    ):
        yield


@contextmanager
def _converted(
    job: Job,
    report: Report,
    sink: Quarantine,
    spool: Spool,
    place: Place,
    *,
    resume: bool,
    progress: Progress,
) -> Iterator[None]:
    """Convert in shards, in a folder that nobody else works in."""
    target = formats.by_name(job.target)
    plan = spool.plan(job, report.source) if resume else None
    if plan is not None and spool.is_complete():
        if target.FOLDER and _is_told(spool, plan, report, sink):
            yield
            spool.end()
            return
        plan = None  # a file is there, but maybe no longer what its report is made of
    if target.FOLDER:
        formats.check_folder(report.target)
    else:
        formats.check_target(report.target, "dst")
    with joining(spool, job.target, overlaps=place.jobs > 1) as joined, ExitStack() as stack:
        with _noted(), workers(place, job, report.source) as run:
            work = _Work(job, report, sink, spool, place, run, joined, progress)
            if plan is None:
                check_space(report.source, report.target)
                plan = _share(work)
            sync_it = stack.enter_context(formats.syncing(spool.path("final")))
            entries = _convert(work, plan)
        _collect(report, entries, sink, spool.read_tables(report.ledger))
        try:
            with _written(work, entries, sync_it):
                yield
        except (Discarded, MaskError):
            spool.discard()
            raise
    with formats.telling(report.target):
        spool.end()


@contextmanager
def _noted() -> Iterator[None]:
    """Say after an interruption how to go on."""
    try:
        yield
    except KeyboardInterrupt as error:
        error.add_note("go on with --resume")
        raise
    finally:
        _pieces.forget()


def _convert(work: _Work, plan: dict[str, Any]) -> list[dict[str, Any]]:
    """Convert the shards of a plan; give what the journal says of them."""
    if plan["read"] is None:
        entries = _run(work, plan["shards"])
        if not has_repeats(_pieces.paths_of_ids(work.spool, plan["shards"])):
            return entries
        # which of them is refused is known only where one reads it all
        plan = _scan(work, formats.read(work.report.source, work.job.source))
    _count_refused(plan, work.report, work.sink)
    return _run(work, plan["shards"])


def _count_refused(plan: dict[str, Any], report: Report, sink: Quarantine) -> None:
    """Take what was refused before there were shards."""
    report.read, report.reasons = plan["read"], Counter(plan["reasons"])
    for bad in plan["refused"]:
        sink.add((_pieces.refused_from(bad),))


def _is_told(spool: Spool, plan: dict[str, Any], report: Report, sink: Quarantine) -> bool:
    """Make the report of a folder that has its name already, if it is as the journal says."""
    entries = spool.done()
    if len(entries) != plan["shards"]:
        return False
    target = formats.by_name(report.target_format)
    last = spool.path("last")
    formats.remake(last)
    tables = spool.read_tables(report.ledger)
    target.finish(last, tables)  # for what it says is lost
    if plan["read"] is not None:
        _count_refused(plan, report, sink)
    _collect(report, [entries[number] for number in range(plan["shards"])], sink, tables)
    return True


@contextmanager
def _written(
    work: _Work, entries: list[dict[str, Any]], sync_it: Callable[[], None]
) -> Iterator[None]:
    """Make the target of what the shards became; it takes its name when the block ends well."""
    job, report, spool = work.job, work.report, work.spool
    target = formats.by_name(job.target)
    frames = spool.read_tables(report.ledger)
    if target.FOLDER:
        _gather(spool, entries, frames, target)
        yield
        sync_it()
        if report.target.exists():
            report.target.rmdir()
        spool.path("final").rename(report.target)
        return
    with formats.replacing(report.target) as temporary:
        if has_pieces(spool):
            work.joined.finish(temporary, len(entries))
        else:
            parts = partial(_fitted, spool, len(entries))
            target.write(temporary, replace(frames, parts=parts, is_grouped=True))
        if job.checks:
            source = prepared(formats.read(report.source, job.source), job)
            written = formats.read(temporary, job.target)
            report.likeness = verify(source, written, report.ledger, job.bound)
        yield


def _share(work: _Work) -> dict[str, Any]:
    """Say what each shard is: a stretch of the source where that goes, else some images."""
    spool, source = work.spool, work.report.source
    frames = formats.read(source, work.job.source)
    if _pieces.can_share(work.job):
        spool.begin()
        pieces = frames.pieces() if frames.pieces is not None else []
        _pieces.write_pieces(spool, source, frames, pieces)
        plan: dict[str, Any] = {"shards": len(pieces), "read": None, "reasons": {}, "refused": []}
        spool.write_plan(work.job, plan)
        return plan
    if _sorting.can_sort(work.job, frames) and frames.pieces is not None:
        return _sort(work, frames, frames.pieces())
    return _scan(work, frames)


def _sort(work: _Work, frames: Frames, pieces: list[formats.Piece]) -> dict[str, Any]:
    """Have stretches of the source sorted by image, and put images into shards."""
    spool = work.spool
    spool.begin()
    _pieces.write_pieces(spool, work.report.source, frames, pieces, _sorting.PLAN)
    task = partial(_sorting.sort_stretch, spool.anywhere(), work.job)
    told = sorted(work.run(task, list(range(len(pieces)))), key=lambda entry: entry["shard"])
    if has_repeats(_sorting.paths_of_ids(spool, len(pieces))):
        return _scan(work, frames)
    shards = _sorting.share_images(spool, frames, len(pieces))
    read = sum(entry["read"] for entry in told)
    return _plan(work, shards, read, list(refused_of(told)))


def _scan(work: _Work, frames: Frames) -> dict[str, Any]:
    """Read the source once, and put its images into shards."""
    spool = work.spool
    spool.begin()
    frames = prepared(frames, work.job)
    sizes = ImageSizes(frames)
    refused: list[formats.Refused] = []
    count = {"read": 0}

    def checked() -> Iterator[Part]:
        for part in frames:
            sound = check_part(part, sizes)
            count["read"] += sound.records.num_rows + len(sound.refused)
            refused.extend(sound.refused)
            yield sound

    spool.write_tables(frames)
    whole = replace(with_tables(frames), parts=checked)
    shards = _write_shards(spool, whole, work.place.jobs)
    return _plan(work, shards, count["read"], refused)


def _plan(work: _Work, shards: int, read: int, refused: list[formats.Refused]) -> dict[str, Any]:
    """Write what is to do, and what was refused already."""
    told = list(map(_pieces.told_refused, refused))
    reasons = dict(Counter(bad.reason for bad in refused))
    plan = {"shards": shards, "read": read, "reasons": reasons, "refused": told}
    work.spool.write_plan(work.job, plan)
    return plan


def _write_shards(spool: Spool, frames: Frames, jobs: int) -> int:
    """Put images into shards, several at a time; give how many there are."""
    table = msgspec.json.decode(frames.tables["images"], type=list[dict[str, Any]])
    number = images = first = 0
    waiting: deque[Future[None]] = deque()
    lots = formats.lots_by_image(frames, is_full=is_full, folder=spool.folder)
    with Workers(jobs) as pool:
        for some, ends, rows in lots:
            own = table[images : images + len(some)]
            waiting.append(pool.submit(_write_shard, spool, number, own, first, rows))
            number, images, first = number + 1, images + len(some), first + int(ends[-1])
            if len(waiting) > jobs:
                waiting.popleft().result()
        if number == 0:
            spool.write_shard(0, [], 0, pa.RecordBatch.from_pylist([], schema=formats.SCHEMA))
        for future in waiting:
            future.result()
    return max(number, 1)


def _write_shard(
    spool: Spool,
    number: int,
    images: list[dict[str, Any]],
    first: int,
    rows: Callable[[], pa.RecordBatch],
) -> None:
    spool.write_shard(number, images, first, rows())


def _run(work: _Work, shards: int) -> list[dict[str, Any]]:
    """Convert the shards that are not done yet; give what the journal says of all, in order."""
    spool = work.spool
    entries = spool.done()
    todo = [number for number in range(shards) if number not in entries]
    is_folder = formats.by_name(work.job.target).FOLDER
    in_pieces = has_pieces(spool)
    seen = {name for entry in entries.values() for name, *_ in entry["files"]}

    def look() -> None:
        if in_pieces:
            _refuse_early(work.sink, entries.values())
            work.joined.see(entries, shards)

    if entries:
        look()
    for entry in work.run(partial(convert_shard, spool.anywhere(), work.job), todo):
        spool.note(entry)
        entries[entry["shard"]] = entry
        if is_folder:
            _move(spool, entry, seen)
        look()
        if work.progress is not None:
            work.progress(len(entries), shards)
    return [entries[number] for number in range(shards)]


def _refuse_early(sink: Quarantine, entries: Iterable[dict[str, Any]]) -> None:
    """Give up as soon as more is refused than may be."""
    if sink.room is not None and sum(len(entry["refused"]) for entry in entries) > sink.room:
        sink.add(tuple(refused_of(entries)))


def _collect(
    report: Report, entries: list[dict[str, Any]], sink: Quarantine, tables: Frames
) -> None:
    """Add up what the shards say, and what becomes of the tables."""
    count_table_losses(
        tables, formats.by_name(report.source_format), formats.by_name(report.target_format)
    )
    for bad in refused_of(entries):
        report.reasons[bad.reason] += 1
        sink.add((bad,))
    likeness: Likeness | None = None
    for entry in entries:
        report.converted += entry["written"]
        report.read += entry.get("read", 0)
        report.ledger.add(formats.Ledger.from_dict(entry["ledger"]))
        if entry["likeness"] is not None:
            likeness = likeness or Likeness()
            likeness.add_all(Likeness.from_dict(entry["likeness"]))
    if likeness is not None:
        likeness.finish()
        report.likeness = likeness


def _gather(
    spool: Spool, entries: list[dict[str, Any]], frames: Frames, target: formats.Format
) -> None:
    """Move the files of all shards into one folder, and finish it; may be done again."""
    final = spool.path("final")
    seen: set[str] = set()
    for entry in entries:
        for name in _move(spool, entry, seen):
            raise BadFile(f"two images share the file {name!r}", parameter="images")
    last = spool.path("last")
    formats.remake(last)
    target.finish(last, frames)
    for path in sorted(last.rglob("*")):
        there = final / path.relative_to(last)
        if path.is_dir():
            there.mkdir(exist_ok=True)
        else:
            path.replace(there)


def _move(spool: Spool, entry: dict[str, Any], seen: set[str]) -> list[str]:
    """Move the files of a shard that are not moved yet; give those whose name is taken."""
    final, out = spool.path("final"), spool.path("out", entry["shard"])
    for name in entry["folders"]:
        (final / name).mkdir(parents=True, exist_ok=True)
    taken = []
    for name, *_ in entry["files"]:
        if name in seen:
            taken.append(name)
            continue
        seen.add(name)
        if not entry.get(_MOVED):
            with suppress(FileNotFoundError):  # before an interruption
                os.replace(f"{out}/{name}", f"{final}/{name}")  # noqa: PTH105 - there are many
    entry[_MOVED] = not taken
    return taken


def _fitted(spool: Spool, shards: int) -> Iterator[Part]:
    for number in range(shards):
        with to_read(spool.path("out", number, PART)) as opened, pa.ipc.open_file(opened) as file:
            for i in range(file.num_record_batches):
                yield Part(file.get_batch(i))
