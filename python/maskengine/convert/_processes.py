"""Processes that convert shards, and how they come to be."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import warnings
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from maskengine import formats
from maskengine._backend import core
from maskengine.convert._engines import Place
from maskengine.convert._job import Job

_SMALL = 8 << 20  # bytes of a file that is read before a process has started
_SHARE = 64 << 20  # bytes of a file that are worth another process

# Arrow's allocator has this thread from its import on, and sees to forks itself.
_FORK_SAFE = "jemalloc_bg_thd"


def processes_for(source: Path) -> int:
    """Say how many processes a source is worth: one, in this process, for a small file."""
    cores = core.threads()
    if source.is_file():
        return max(min(cores, source.stat().st_size // _SHARE + 1), 1)
    return cores


def start_early(place: Place, job: Job, source: Path) -> ProcessPoolExecutor | None:
    """Start processes, which import what they need while the source is read."""
    if place.engine != "local" or place.jobs < 2:
        return None
    if source.is_file() and source.stat().st_size < _SMALL:
        return None
    return new_pool(place.jobs, job)


def new_pool(jobs: int, job: Job) -> ProcessPoolExecutor:
    """Start processes that share the processor, and end with this one."""
    pool = ProcessPoolExecutor(
        jobs,
        multiprocessing.get_context("fork" if _may_fork() else "spawn"),
        initializer=_begin_process,
        initargs=(max(core.threads() // jobs, 1),),
    )
    with warnings.catch_warnings():  # Python 3.12 counts threads that see to forks, too
        warnings.simplefilter("ignore", DeprecationWarning)
        for _ in range(jobs):
            pool.submit(_import_formats, job)
    return pool


def _may_fork() -> bool:
    """Say whether a copy of this process would be whole, which saves a second for each.

    It would when no other thread could hold a lock. Libraries that see to forks (OpenBLAS) have
    stopped theirs once a child is there, so one is made and ends at once.
    """
    if not sys.platform.startswith("linux") or threading.active_count() > 1:
        return False
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        os._exit(0)
    try:
        names = [task.joinpath("comm").read_text() for task in Path("/proc/self/task").iterdir()]
    except OSError:  # a thread that just ended, or no /proc
        names = ["?", "?"]
    os.waitpid(child, 0)
    return sum(name.strip() != _FORK_SAFE for name in names) == 1


def _import_formats(job: Job) -> None:
    for name in (job.source, job.target):
        formats.by_name(name)


def _begin_process(threads: int) -> None:
    """Leave Ctrl-C to the process that waits, and end with it, however it ends."""
    core.set_threads(threads)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
