"""Runs hostile cases: each in a process of its own, forked, with caps on memory and time."""

from __future__ import annotations

import gc
import json
import os
import resource
import select
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from maskengine.testing.hostile._case import Hostile, Verdict, judge

MEMORY = 4 << 30  # of address space, above what the process has when it starts
CPU = 10  # seconds of processor time
WALL = 180.0  # seconds, where a process waits for something that does not come
MAX_CPU = 1.0  # the gate for a case that is not declared large
MAX_RSS = 256 << 20


class Row(NamedTuple):
    """What came of one case.

    Parameters
    ----------
    name, operation
        Of the case.
    outcome, detail
        See `Verdict`.
    cpu : float
        Seconds of processor time, making the arguments included.
    rss : int
        Bytes of memory above those at the start.
    is_large : bool
        Declared so.
    """

    name: str
    operation: str
    outcome: str
    detail: str
    cpu: float
    rss: int
    is_large: bool

    @property
    def is_good(self) -> bool:
        """Whether it is right, and within a second and 256 MB or declared large."""
        within = self.is_large or (self.cpu <= MAX_CPU and self.rss <= MAX_RSS)
        return self.outcome in {"OK", "ERR"} and within

    @property
    def is_slow(self) -> bool:
        """Whether only its processor time makes it bad."""
        return not self.is_good and self._replace(cpu=0.0).is_good


@dataclass
class _Child:
    case: Hostile
    process: int
    pipe: int
    started: float
    data: bytes = b""
    is_late: bool = False


def run(
    cases: Iterable[Hostile],
    calls: Mapping[str, Callable[..., Any]],
    *,
    is_ours: bool = True,
    jobs: int = 2,
) -> Iterator[Row]:
    """Run the cases that an engine has the operation for.

    Parameters
    ----------
    cases : iterable of Hostile
        In any order.
    calls : mapping
        The engine: a callable for each word in `Hostile.operation`.
    is_ours : bool
        See `judge`; cases with a call of their own are run only then.
    jobs : int
        Processes at a time.

    Yields
    ------
    Row
        In the order in which they end.
    """
    todo = [case for case in cases if (case.call and is_ours) or case.operation in calls]
    gc.collect()
    gc.freeze()  # so that a child does not copy the pages of what it leaves alone
    root = tempfile.mkdtemp(prefix="hostile-")
    running: dict[int, _Child] = {}
    waiting = iter(todo)
    more = True
    try:
        while more or running:
            while more and len(running) < jobs:
                case = next(waiting, None)
                more = case is not None
                if case is not None:
                    child = _start(case, case.call or calls[case.operation], root, is_ours=is_ours)
                    running[child.pipe] = child
            for pipe in select.select(list(running), [], [], 0.5)[0]:
                chunk = os.read(pipe, 65536)
                running[pipe].data += chunk
                if not chunk:
                    yield _end(running.pop(pipe))
            for child in running.values():
                if time.monotonic() - child.started > WALL and not child.is_late:
                    child.is_late = True
                    os.kill(child.process, signal.SIGKILL)
    finally:
        for child in running.values():
            os.kill(child.process, signal.SIGKILL)
            _end(child)
        shutil.rmtree(root, ignore_errors=True)
        gc.unfreeze()


def _start(case: Hostile, call: Callable[..., Any], root: str, *, is_ours: bool) -> _Child:
    pipe, other = os.pipe()
    process = os.fork()
    if process == 0:
        try:
            os.close(pipe)
            _work(case, call, root, other, is_ours=is_ours)
        finally:
            os._exit(0)  # nothing of the parent is to be flushed or run here
    os.close(other)
    return _Child(case, process, pipe, time.monotonic())


def _work(case: Hostile, call: Callable[..., Any], root: str, pipe: int, *, is_ours: bool) -> None:
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(null, stream)
    place = Path(tempfile.mkdtemp(dir=root))
    os.chdir(place)
    base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 - quick
        now = int(file.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (now + MEMORY, now + MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU, CPU + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        verdict = judge(case, call, is_ours=is_ours)
    except BaseException as error:  # noqa: BLE001 - such as a SystemExit
        verdict = Verdict("CRASH", f"left by {type(error).__name__}: {error}"[:300])
    gc.collect()  # what was damaged may show when it is freed
    os.chdir(root)
    shutil.rmtree(place, ignore_errors=True)
    os.write(pipe, json.dumps([*verdict, base]).encode())


def _end(child: _Child) -> Row:
    os.close(child.pipe)
    _, status, usage = os.wait4(child.process, 0)
    cpu = usage.ru_utime + usage.ru_stime
    case, killed = child.case, os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    base = usage.ru_maxrss
    if killed == signal.SIGXCPU or child.is_late or (killed == signal.SIGKILL and cpu >= CPU):
        outcome, detail = "HANG", f"after {cpu:.0f} s of processor time"
    elif killed:
        outcome, detail = "CRASH", signal.Signals(killed).name
    elif not child.data:
        outcome, detail = "CRASH", f"left with status {status}"
    else:
        outcome, detail, base = json.loads(child.data)
    rss = (usage.ru_maxrss - base) * 1024
    return Row(case.name, case.operation, outcome, detail, round(cpu, 3), rss, case.is_large)
