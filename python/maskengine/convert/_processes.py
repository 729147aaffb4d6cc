"""Processes that convert shards, and how they come to be."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import warnings
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait
from contextlib import ExitStack, contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from maskengine import formats
from maskengine._backend import core
from maskengine.convert._engines import Place, Runner, Task, cluster, is_daemonic
from maskengine.convert._job import Job
from maskengine.convert._script import hiding_script
from maskengine.errors import BadFile

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor

_SMALL = 8 << 20  # bytes of a file that is read before a process has started
_TRIES = 3  # of a shard whose process died
_SHARE = 64 << 20  # bytes of a file that are worth another process

# Where the system allows no more of them, and once the main thread has ended.
_NONE_START = (OSError, RuntimeError)

# Arrow's allocator has this thread from its import on, and sees to forks itself.
_FORK_SAFE = "jemalloc_bg_thd"


def processes_for(source: Path) -> int:
    """Say how many processes a source is worth: one, in this process, for a small file."""
    cores = 1 if is_daemonic() else core.threads()
    if source.is_file():
        return max(min(cores, source.stat().st_size // _SHARE + 1), 1)
    return cores


@contextmanager
def workers(place: Place, job: Job, source: Path) -> Iterator[Runner]:
    """Give what runs tasks: this process, others of this machine, or those of a cluster.

    Processes of this machine start early, and import what they need while the source is read.
    """
    if place.engine != "local":
        with ExitStack() as stack:
            started: list[Runner] = []

            def run(task: Task, numbers: list[int]) -> Iterator[dict[str, Any]]:
                if not started:
                    started.append(stack.enter_context(cluster(place)))
                try:
                    yield from started[0](task, numbers)
                except BrokenExecutor as error:
                    raise BadFile(f"the process of a shard died again and again: {error}",
                                  parameter="src") from error  # fmt: skip

            yield run
    elif place.jobs == 1:
        yield map
    else:
        pool = _Pool(place.jobs, job)
        if not source.is_file() or source.stat().st_size >= _SMALL:
            with suppress(*_NONE_START):  # told when it is needed
                pool.start()
        try:
            yield pool.run
        finally:
            pool.end()


class _Pool:
    """Processes of this machine; those that die are replaced."""

    def __init__(self, jobs: int, job: Job) -> None:
        self._jobs, self._job = jobs, job
        self._pool: ProcessPoolExecutor | None = None
        self._begun: list[Future[None]] = []

    def start(self) -> ProcessPoolExecutor:
        """Start the processes, if they are not there."""
        if self._pool is None:
            self._pool, self._begun = _new_pool(self._jobs, self._job)
        return self._pool

    def end(self) -> None:
        """Wait for what runs, and forget the rest."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
        self._pool = None

    def run(self, task: Task, numbers: list[int]) -> Iterator[dict[str, Any]]:
        """Give what a task gives for each number, as it is ready.

        Where no process can begin, this one does what there is to do.
        """
        tries = dict.fromkeys(numbers, 0)
        while tries:
            try:
                pool = self.start()
            except _NONE_START:
                yield from map(task, list(tries))
                return
            running: dict[Future[dict[str, Any]], int] = {}
            try:
                waiting = iter(list(tries))
                for number in islice(waiting, 2 * self._jobs):
                    running[_submit(pool, task, number)] = number
                while running:
                    ready, _ = wait(running, return_when=FIRST_COMPLETED)
                    for future in ready:
                        result = future.result()
                        del tries[running.pop(future)]
                        for number in islice(waiting, 1):
                            running[_submit(pool, task, number)] = number
                        yield result
            except BrokenExecutor as error:
                self.end()
                if not any(map(_is_well, self._begun)):
                    yield from map(task, list(tries))
                    return
                for number in running.values():
                    tries[number] += 1
                    if tries[number] >= _TRIES:
                        raise BadFile(
                            f"the process of shard {number} died {_TRIES} times", parameter="src"
                        ) from error


def _is_well(begun: Future[None]) -> bool:
    return begun.done() and not begun.cancelled() and begun.exception() is None


def _submit(pool: ProcessPoolExecutor, call: Any, *arguments: Any) -> Future[Any]:
    """Have a call made; processes start with one, as more of them come than there are idle ones."""
    with hiding_script(), warnings.catch_warnings():
        # Python 3.12 counts threads that see to forks, too
        warnings.simplefilter("ignore", DeprecationWarning)
        return pool.submit(call, *arguments)


def _new_pool(jobs: int, job: Job) -> tuple[ProcessPoolExecutor, list[Future[None]]]:
    """Start processes that share the processor, and end with this one; with what each begins by."""
    # not above: when the main thread has ended, it cannot be imported any more
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415

    pool = ProcessPoolExecutor(
        jobs,
        multiprocessing.get_context("fork" if _may_fork() else "spawn"),
        initializer=_begin_process,
        initargs=(max(core.threads() // jobs, 1),),
    )
    try:
        return pool, [_submit(pool, _import_formats, job) for _ in range(jobs)]
    except BaseException:
        # those that did start wait for tasks, and Python waits for them when it ends
        for process in list((pool._processes or {}).values()):  # noqa: SLF001
            process.terminate()
            process.join()
        with suppress(RuntimeError):  # the thread that sees to them may be what did not start
            pool.shutdown()
        raise


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
    for name in ("SIGTERM", "SIGHUP"):  # which the command handles, and a fork of it would, too
        if hasattr(signal, name) and signal.getsignal(getattr(signal, name)) is not signal.SIG_IGN:
            signal.signal(getattr(signal, name), signal.SIG_DFL)
    try:
        threading.Thread(target=_end_with_parent, daemon=True).start()
    except RuntimeError:  # one that nothing ends could stay for good
        os._exit(1)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
