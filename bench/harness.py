"""Races the same job through several libraries: equal answers first, then interleaved timing."""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median
from typing import Any

import numpy as np

OURS = "maskengine"
PEERS = {  # name in the table -> module that has the mask functions
    "pycocotools": "pycocotools.mask",
    "faster-coco-eval": "faster_coco_eval.core.mask",
    "rlemasklib": "rlemasklib",
    "hotcoco": "hotcoco.mask",
    "scikit-learn": "sklearn.metrics",
    "simpleitk": "SimpleITK",
    "statsmodels": "statsmodels.stats.inter_rater",
    "krippendorff": "krippendorff",
    "numpy": "numpy",
    "opencv": "cv2",
    "opencv, pycocotools": "cv2",  # one after the other
    "shapely": "shapely",
    "rasterio": "rasterio",
    "full rasterize": "maskengine",  # our own, in races of edits
    "pillow": "PIL",
    "pillow-6": "PIL",  # at the level it takes by default
    "scikit-image": "skimage",
    "scipy": "scipy.ndimage",
    "cc3d": "cc3d",
    "opencv bbdt": "cv2",
    "surface-distance": "surface_distance",
    "medpy": "medpy.metric",
    "opencv per label": "cv2",
    "supervision": "supervision",
    "datumaro": "datumaro",
    "ultralytics": "ultralytics.data.converter",
    "napari": "napari",
}


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
    rivals: dict[str, Callable[[Any], Job]] = field(default_factory=dict)
    traffic: Callable[[Any], tuple[int, int]] | None = None


@dataclass(frozen=True)
class Settings:
    peers: tuple[str, ...]
    seconds: float  # spent on each library of a row, about
    rounds: int  # at least so many


class WrongAnswer(Exception):  # noqa: N818
    """Two libraries disagree, so their times mean nothing."""


@contextmanager
def quiet_gc() -> Iterator[None]:
    import gc

    was_on = gc.isenabled()
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def importable(peer: str) -> bool:
    try:
        importlib.import_module(PEERS[peer])
    except ImportError:
        return False
    return True


def equal(a: Any, b: Any) -> bool:
    """Compare exactly; NumPy arrays by value, lists and dicts item by item."""
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        return np.array_equal(a, b)
    if isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
        return len(a) == len(b) and all(equal(x, y) for x, y in zip(a, b, strict=True))
    return bool(a == b)


def race(entry: Race, settings: Settings) -> dict[str, Any]:
    """Run one row and give its numbers, all in seconds of processor time."""
    data = entry.scene()
    jobs = {OURS: entry.ours(data)}
    for peer, make in entry.rivals.items():
        if peer in settings.peers and importable(peer):
            jobs[peer] = make(data)
    check(entry.name, jobs)
    timed = {name: job.run for name, job in jobs.items()}
    limits = memory_jobs(*entry.traffic(data)) if entry.traffic else {}
    with quiet_gc():
        times = interleave({**timed, **limits}, settings)
    row: dict[str, Any] = {"name": entry.name}
    row["seconds"] = {name: min(times[name]) for name in timed}
    row["median"] = {name: median(times[name]) for name in timed}
    if limits:
        row["limit"] = sum(min(times[name]) for name in limits)
    return row


def check(name: str, jobs: dict[str, Job]) -> None:
    ours = jobs[OURS].answer(jobs[OURS].run())
    for peer, job in jobs.items():
        if peer != OURS and not equal(job.answer(job.run()), ours):
            raise WrongAnswer(f"{name}: maskengine and {peer} give different answers")


def interleave(jobs: dict[str, Callable[[], Any]], settings: Settings) -> dict[str, list[float]]:
    """Time every job in turn, round after round, so that a busy moment hits them alike."""
    loops = {name: _loops(job) for name, job in jobs.items()}
    times: dict[str, list[float]] = {name: [] for name in jobs}
    spent = dict.fromkeys(jobs, 0.0)
    rounds = 0
    while rounds < settings.rounds or min(spent.values()) < settings.seconds:
        busy = False
        for name, job in jobs.items():
            if rounds >= settings.rounds and spent[name] >= settings.seconds:
                continue
            each = _time(job, loops[name])
            times[name].append(each)
            spent[name] += each * loops[name]
            busy = True
        rounds += 1
        if not busy:
            break
    return times


def _loops(job: Callable[[], Any]) -> int:
    """Repeat short jobs so often that one reading takes about 3 ms."""
    once = min(_time(job, 1), _time(job, 1))
    return max(1, min(100_000, round(3e-3 / max(once, 1e-8))))


def _time(job: Callable[[], Any], loops: int) -> float:
    start = time.process_time()
    for _ in range(loops):
        job()
    return (time.process_time() - start) / loops


def memory_jobs(read: int, written: int) -> dict[str, Callable[[], Any]]:
    """Jobs that only touch as many bytes: the floor under any implementation."""
    jobs: dict[str, Callable[[], Any]] = {}
    if read:
        source = np.ones(max(1, read // 8), np.uint64)
        jobs["read limit"] = source.max
    if written:
        target = np.ones(max(1, written // 8), np.uint64)
        jobs["write limit"] = lambda: target.fill(1)
    return jobs
