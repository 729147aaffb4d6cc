"""Races one job through several libraries: equal answers first, then interleaved timing."""

from __future__ import annotations

import gc
import importlib
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median
from typing import Any

import numpy as np

from maskengine import _backend

OURS = "maskengine"
MODULES = {  # name of a peer -> module that has what is raced
    "pycocotools": "pycocotools.mask",
    "faster-coco-eval": "faster_coco_eval.core.mask",
    "hotcoco": "hotcoco.mask",
    "ultrafast-pycocotools": "ultrafast_pycocotools.mask",
    "rlemasklib": "rlemasklib",
    "opencv": "cv2",
    "scikit-image": "skimage",
    "scipy": "scipy.ndimage",
    "cc3d": "cc3d",
    "scikit-learn": "sklearn.metrics",
    "pillow": "PIL",
    "numpy": "numpy",
}
# Time of the processor, which a busy machine leaves alone; that of Windows moves in steps of 16 ms.
CLOCK = time.perf_counter if sys.platform == "win32" else time.process_time
_READING = 3e-3  # seconds that one reading of the clock takes about: short jobs are repeated
_SLOW, _LONGEST = 0.05, 2.0  # seconds: of a call that needs no other before, of all rounds of one
_BESIDE = "beside"


@dataclass(frozen=True)
class Job:
    """What one library does in a race: `run` is timed, `answer` makes its result comparable."""

    run: Callable[[], Any]
    answer: Callable[[Any], Any] = lambda result: result


@dataclass(frozen=True)
class Race:
    """One row of the table.

    `scene` makes the data; `ours` and each rival turn it into a Job, so that what a library may
    prepare beforehand stays out of the timing. `traffic` gives the bytes that must be read and
    written at least once. `needs` names what maskengine must have for the row to run.
    """

    name: str
    needs: tuple[str, ...]
    scene: Callable[[], Any]
    ours: Callable[[Any], Job]
    rivals: Mapping[str, Callable[[Any], Job]] = field(default_factory=dict)
    traffic: Callable[[Any], tuple[int, int]] | None = None


@dataclass(frozen=True)
class Settings:
    """How long to measure, and by which clock."""

    seconds: float  # spent on each library of a row, about
    rounds: int  # at least so many
    clock: Callable[[], float] = CLOCK
    beside: int | None = None  # threads on which we run as well, by the clock on the wall


class WrongAnswer(Exception):  # noqa: N818
    """Two libraries disagree, so their times mean nothing."""


def importable(module: str) -> bool:
    """Tell whether a peer is here and in order."""
    try:
        importlib.import_module(module)
    except Exception:  # noqa: BLE001 - a peer that was built for another NumPy fails in any way
        return False
    return True


def race(entry: Race, peers: tuple[str, ...], settings: Settings) -> dict[str, Any]:
    """Run one row and give its numbers, all in seconds.

    Parameters
    ----------
    entry : Race
    peers : tuple of str
        Those that can be imported; others are left out.
    settings : Settings

    Returns
    -------
    dict
        ``seconds`` and ``median`` by library; ``limit``, the time that reading and writing as many
        bytes takes; ``cores``, our own seconds by number of threads; ``left_out``, why a peer was
        not timed.
    """
    data = entry.scene()
    ours = entry.ours(data)
    expected = ours.answer(ours.run())
    jobs, left_out = {OURS: ours}, {}
    for peer in (name for name in entry.rivals if name in peers):
        try:
            jobs[peer] = checked(entry.rivals[peer](data), expected)
        except WrongAnswer:
            left_out[peer] = "gives another answer"
        except Exception as error:  # noqa: BLE001 - a peer of another version may fail in any way
            left_out[peer] = f"fails: {type(error).__name__}: {error}"
    timed = {name: job.run for name, job in jobs.items()}
    extra = memory_jobs(*entry.traffic(data)) if entry.traffic else {}
    limits = tuple(extra)
    if settings.beside is not None:
        extra[_BESIDE] = on_threads(ours.run, settings.beside)
    with quiet_gc():
        times = interleave({**timed, **extra}, settings)
    row: dict[str, Any] = {"name": entry.name}
    row["seconds"] = {name: min(times[name]) for name in timed}
    row["median"] = {name: median(times[name]) for name in timed}
    if limits:
        row["limit"] = sum(min(times[name]) for name in limits)
    if settings.beside is not None:
        here = str(_backend.core.threads())
        row["cores"] = {here: min(times[OURS]), str(settings.beside): min(times[_BESIDE])}
    return {**row, "left_out": left_out} if left_out else row


def checked(job: Job, expected: Any) -> Job:
    """Give the job if its answer is the expected one."""
    if not equal(job.answer(job.run()), expected):
        raise WrongAnswer
    return job


def equal(a: Any, b: Any) -> bool:
    """Compare exactly; NumPy arrays by value, lists and dicts item by item."""
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        return np.array_equal(a, b)
    if isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
        return len(a) == len(b) and all(equal(x, y) for x, y in zip(a, b, strict=True))
    return bool(a == b)


def on_threads(run: Callable[[], Any], threads: int) -> Callable[[], Any]:
    """Give the job on another number of threads."""

    def again() -> Any:
        with _backend.use(threads=threads):
            return run()

    return again


@contextmanager
def quiet_gc() -> Iterator[None]:
    """Keep the garbage collector out of the timing."""
    was_on = gc.isenabled()
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def interleave(jobs: dict[str, Callable[[], Any]], settings: Settings) -> dict[str, list[float]]:
    """Time every job in turn, round after round, so that a busy moment hits them alike."""
    clocks = {name: time.perf_counter if name == _BESIDE else settings.clock for name in jobs}
    times: dict[str, list[float]] = {name: [] for name in jobs}
    loops, rounds, spent = {}, {}, dict.fromkeys(jobs, 0.0)
    for name, job in jobs.items():
        once = _time(job, 1, clocks[name])
        if once < _SLOW:  # the first call of a short job pays for cold caches
            once = min(once, _time(job, 1, clocks[name]))
        loops[name] = max(1, min(100_000, round(_READING / max(once, 1e-8))))
        rounds[name] = max(1, min(settings.rounds, int(_LONGEST / max(once, 1e-8))))
    waiting = list(jobs)
    while waiting:
        for name in waiting:
            each = _time(jobs[name], loops[name], clocks[name])
            times[name].append(each)
            spent[name] += each * loops[name]
        waiting = [
            name for name in waiting
            if len(times[name]) < rounds[name] or (
                len(times[name]) >= settings.rounds and spent[name] < settings.seconds
            )
        ]  # fmt: skip
    return times


def _time(job: Callable[[], Any], loops: int, clock: Callable[[], float]) -> float:
    start = clock()
    for _ in range(loops):
        job()
    return (clock() - start) / loops


def memory_jobs(read: int, written: int) -> dict[str, Callable[[], Any]]:
    """Give jobs that only touch as many bytes: the floor under any implementation."""
    jobs: dict[str, Callable[[], Any]] = {}
    if read:
        source = np.ones(max(1, read // 8), np.uint64)
        jobs["read limit"] = source.max
    if written:
        target = np.ones(max(1, written // 8), np.uint64)
        jobs["write limit"] = lambda: target.fill(1)
    return jobs
