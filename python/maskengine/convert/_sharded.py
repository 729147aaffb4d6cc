"""Conversions in shards of images: several processes, and an interruption loses little."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
    wait,
)
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa

from maskengine import formats
from maskengine.convert._complete import with_tables
from maskengine.convert._engines import Place, cluster
from maskengine.convert._fill import ImageSizes, check_part
from maskengine.convert._job import Discarded, Job, prepared
from maskengine.convert._pieces import (
    PART,
    can_share,
    forget,
    has_pieces,
    has_repeats,
    refused_from,
    refused_of,
    told_refused,
    write_pieces,
)
from maskengine.convert._processes import new_pool, start_early
from maskengine.convert._quarantine import Quarantine
from maskengine.convert._report import Report
from maskengine.convert._shard import convert_shard
from maskengine.convert._spool import Spool, check_space, is_full
from maskengine.convert._verify import Likeness, verify
from maskengine.errors import BadFile, MaskError
from maskengine.formats import Frames, Part

_TRIES = 3  # of a shard whose process died
_MOVED = "moved"  # of an entry, in memory: its files are where they belong

Progress = Callable[[int, int], None] | None


@contextmanager
def convert_sharded(
    job: Job, report: Report, sink: Quarantine, place: Place, *, resume: bool, progress: Progress
) -> Iterator[None]:
    """Convert in shards; the target is there when the block ends well.

    The shards and their order come from the source alone, so the bytes are the same for any number
    of processes, and after any interruption.
    """
    place.check()
    target = formats.by_name(job.target)
    if target.FOLDER and report.target.is_dir() and any(report.target.iterdir()):
        raise MaskError(f"the folder {report.target} is not empty", parameter="dst")
    if not report.target.parent.is_dir():
        raise MaskError(f"the folder {report.target.parent} does not exist", parameter="dst")
    spool = Spool(report.target)
    plan = spool.plan(job, report.source) if resume else None
    started = start_early(place, job, report.source)
    try:
        if plan is None:
            check_space(report.source, report.target)
            plan = _share(job, report, spool, place.jobs)
        run = partial(_run, job, spool, place=place, progress=progress, started=started)
        if plan["read"] is None:
            entries = run(plan["shards"], check=partial(_refuse_early, sink))
            if has_repeats(spool, plan["shards"]):
                # which of them is refused is known only where one reads it all
                plan = _scan(job, report, spool, place.jobs)
        if plan["read"] is not None:
            report.read, report.reasons = plan["read"], type(report.reasons)(plan["reasons"])
            for bad in plan["refused"]:
                sink.add((refused_from(bad),))
            entries = run(plan["shards"])
    except KeyboardInterrupt as error:
        error.add_note("go on with --resume")
        raise
    finally:
        forget()
        if started is not None:
            started.shutdown(wait=True, cancel_futures=True)
    _collect(report, entries, sink)
    try:
        with _written(job, report, spool, entries):
            yield
    except (Discarded, MaskError):
        spool.end()  # nothing to go on with
        raise
    spool.end()


@contextmanager
def _written(
    job: Job, report: Report, spool: Spool, entries: list[dict[str, Any]]
) -> Iterator[None]:
    """Make the target of what the shards became; it takes its name when the block ends well."""
    target = formats.by_name(job.target)
    frames = spool.read_tables(report.ledger)
    if target.FOLDER:
        _gather(spool, entries, frames, target)
        yield
        _replace_folder(spool.path("final"), report.target)
        return
    with formats.replacing(report.target) as temporary:
        if has_pieces(spool):
            made = [spool.path("out", number, PART) for number in range(len(entries))]
            target.join(temporary, made, frames)  # type: ignore[attr-defined]
        else:
            parts = partial(_fitted, spool, len(entries))
            target.write(temporary, replace(frames, parts=parts, is_grouped=True))
        if job.checks:
            source = prepared(formats.read(report.source, job.source), job)
            written = formats.read(temporary, job.target)
            report.likeness = verify(source, written, report.ledger, job.bound)
        yield


def _share(job: Job, report: Report, spool: Spool, jobs: int) -> dict[str, Any]:
    """Say what each shard is: a stretch of the source where that goes, else some images."""
    if not can_share(job):
        return _scan(job, report, spool, jobs)
    spool.begin()
    frames = formats.read(report.source, job.source)
    pieces = frames.pieces() if frames.pieces is not None else []
    write_pieces(spool, report.source, frames, pieces)
    plan: dict[str, Any] = {"shards": len(pieces), "read": None, "reasons": {}, "refused": []}
    spool.write_plan(job, report.source, plan)
    return plan


def _scan(job: Job, report: Report, spool: Spool, jobs: int) -> dict[str, Any]:
    """Read the source once, and put its images into shards."""
    spool.begin()
    frames = prepared(formats.read(report.source, job.source), job)
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
    shards = _write_shards(spool, replace(with_tables(frames), parts=checked), jobs)
    reasons: dict[str, int] = {}
    for bad in refused:
        reasons[bad.reason] = reasons.get(bad.reason, 0) + 1
    told = list(map(told_refused, refused))
    plan = {"shards": shards, "read": count["read"], "reasons": reasons, "refused": told}
    spool.write_plan(job, report.source, plan)
    return plan


def _write_shards(spool: Spool, frames: Frames, jobs: int) -> int:
    """Put images into shards, several at a time; give how many there are."""
    table = msgspec.json.decode(frames.tables["images"], type=list[dict[str, Any]])
    number = images = first = 0
    waiting: deque[Future[None]] = deque()
    lots = formats.lots_by_image(frames, is_full=is_full, folder=spool.folder)
    with ThreadPoolExecutor(jobs) as pool:
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


def _run(
    job: Job,
    spool: Spool,
    shards: int,
    *,
    place: Place,
    progress: Progress,
    started: ProcessPoolExecutor | None,
    check: Callable[[Iterable[dict[str, Any]]], None] | None = None,
) -> list[dict[str, Any]]:
    """Convert the shards that are not done yet; give what the journal says of all, in order.

    `check` sees what is done so far, and may raise.
    """
    entries = spool.done()
    todo = [number for number in range(shards) if number not in entries]
    is_folder = formats.by_name(job.target).FOLDER
    seen = {name for entry in entries.values() for name, *_ in entry["files"]}

    def finished(entry: dict[str, Any]) -> None:
        spool.note(entry)
        entries[entry["shard"]] = entry
        if is_folder:
            _move(spool, entry, seen)
        if check is not None:
            check(entries.values())
        if progress is not None:
            progress(len(entries), shards)

    if place.engine != "local":
        _run_on_cluster(spool, job, todo, place, finished)
    elif place.jobs == 1:
        for number in todo:
            finished(convert_shard(spool, job, number))
    else:
        _run_in_processes(spool, job, todo, (place.jobs, started), finished)
    return [entries[number] for number in range(shards)]


def _refuse_early(sink: Quarantine, entries: Iterable[dict[str, Any]]) -> None:
    """Give up as soon as more is refused than may be."""
    if sink.room is not None and sum(len(entry["refused"]) for entry in entries) > sink.room:
        sink.add(tuple(refused_of(entries)))


def _run_on_cluster(
    spool: Spool,
    job: Job,
    todo: list[int],
    place: Place,
    finished: Callable[[dict[str, Any]], None],
) -> None:
    spool = Spool(spool.target.absolute())  # workers may stand in another folder
    with cluster(place) as run:
        try:
            for entry in run(partial(convert_shard, spool, job), todo):
                finished(entry)
        except BrokenProcessPool as error:
            raise BadFile(f"the process of a shard died again and again: {error}",
                          parameter="src") from error  # fmt: skip


def _run_in_processes(
    spool: Spool,
    job: Job,
    todo: list[int],
    processes: tuple[int, ProcessPoolExecutor | None],
    finished: Callable[[dict[str, Any]], None],
) -> None:
    jobs, started = processes
    tries = dict.fromkeys(todo, 0)
    while tries:
        pool = started or new_pool(jobs, job)
        started = None
        running: dict[Future[dict[str, Any]], int] = {}
        try:
            waiting = iter(list(tries))
            running = {
                pool.submit(convert_shard, spool, job, n): n for n in islice(waiting, 2 * jobs)
            }
            while running:
                ready, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in ready:
                    finished(future.result())
                    del tries[running.pop(future)]
                    number = next(waiting, None)
                    if number is not None:
                        running[pool.submit(convert_shard, spool, job, number)] = number
        except BrokenProcessPool as error:
            for number in running.values():
                tries[number] += 1
                if tries[number] >= _TRIES:
                    raise BadFile(
                        f"the process of shard {number} died {_TRIES} times", parameter="src"
                    ) from error
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _collect(report: Report, entries: list[dict[str, Any]], sink: Quarantine) -> None:
    """Add up what the shards say."""
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
    formats.sync_all(last)
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


def _replace_folder(final: Path, target: Path) -> None:
    formats.sync_all(final, moved=True)
    if target.exists():
        target.rmdir()
    final.rename(target)


def _fitted(spool: Spool, shards: int) -> Iterator[Part]:
    for number in range(shards):
        with pa.ipc.open_file(str(spool.path("out", number, PART))) as file:
            for i in range(file.num_record_batches):
                yield Part(file.get_batch(i))
