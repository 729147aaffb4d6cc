"""Look for calls that hear no signal, or keep the interpreter lock, for long.

    python tests/fuzz/stalls.py --jobs 2
    python tests/fuzz/stalls.py --only adjacency --rounds 3

Each call gets a large input of a hard kind, in a process of its own, on one thread. Once it runs to
its end, or to --seconds: a timer asks for the handler of its signal every 10 ms, and another thread
writes down the time each millisecond. Then the handler raises, at --moments random moments. All is
measured in processor time of the calling thread, so that a busy machine changes little; of
--rounds, the shortest of the longest stretches counts. A finding is a signal heard after 0.2 s, a
lock kept for 50 ms, or memory kept after the exception.
"""

import argparse
import ctypes
import gc
import json
import os
import random
import re
import signal
import sys
import threading
import time
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import numpy as np
from stall_cases import CASES

import maskengine as me

EVERY = 0.01  # seconds between signals
LATE = 0.2
KEPT = 0.05
MEMORY = 64  # MiB that a broken off call may leave to the allocator
HERE = str(Path(me.__file__).parent)


class Stopped(BaseException):
    """Raised by the handler."""


def place(frame):
    """Give the line of the library, or of here, that runs."""
    while frame is not None and not frame.f_code.co_filename.startswith(HERE):
        frame = frame.f_back
    if frame is None:
        return "the call"
    return f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}"


class Watch:
    """Measure one call: the longest stretch without a signal heard, and without a turn."""

    def __init__(self, end):
        self.end = end
        self.deaf = self.kept = 0.0
        self.where = "the end"
        self.over = False
        self.done = threading.Event()
        self.clock = time.pthread_getcpuclockid(threading.main_thread().ident)
        self.ticker = threading.Thread(target=self.tick)

    def hear(self, _, frame):
        """Note the stretch; raise when the time is over."""
        now = time.thread_time()
        if now - self.heard > self.deaf:
            self.deaf, self.where = now - self.heard, place(frame)
        self.heard = now
        if now - self.begin > self.end and not self.over:
            self.over = True
            raise Stopped

    def tick(self):
        """Note how long the call computes between two turns of this thread."""
        before = None
        while not self.done.is_set():
            now = time.clock_gettime(self.clock)
            if before is not None and now - before > self.kept:
                self.kept = now - before
            before = now
            time.sleep(0.001)

    def run(self, call):
        """Give how long the call took, and whether it came to its end."""
        self.ticker.start()
        time.sleep(0.01)
        signal.signal(signal.SIGPROF, self.hear)
        whole = True
        self.begin = self.heard = time.thread_time()
        try:
            signal.setitimer(signal.ITIMER_PROF, EVERY, EVERY)
            result = call()
            signal.setitimer(signal.ITIMER_PROF, 0)
        except Stopped:
            signal.setitimer(signal.ITIMER_PROF, 0)
            whole, result = False, None
        now = time.thread_time()
        signal.signal(signal.SIGPROF, signal.SIG_IGN)
        self.done.set()
        self.ticker.join()
        if now - self.heard > self.deaf:
            self.deaf, self.where = now - self.heard, "the end"
        self.deaf = max(0.0, self.deaf - EVERY)
        del result
        return now - self.begin, whole


def resident():
    """Give the MiB of memory in use, once the allocator gave back what is free."""
    ctypes.CDLL(None).malloc_trim(0)
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") >> 20


def measure(prepare, given):
    """Give what one case shows."""
    rng = random.Random(given.seed)
    call = prepare()
    found = {"deaf": 1e9, "kept": 1e9}
    for _ in range(given.rounds):
        watch = Watch(given.seconds)
        seconds, whole = watch.run(call)
        if watch.deaf < found["deaf"]:
            found |= {"deaf": watch.deaf, "where": watch.where}
        found["kept"] = min(found["kept"], watch.kept)
        call = prepare()  # what a call changes is made anew
    found |= {"seconds": seconds, "whole": whole, "left": 0}
    for _ in range(given.moments):
        gc.collect()
        before = resident()
        watch = Watch(rng.random() * seconds)
        if not watch.run(call)[1]:
            gc.collect()
            found["left"] = max(found["left"], resident() - before)
        call = prepare()
    return found


def child(name, given, write):
    """Measure one case and write what it shows."""
    try:
        found = measure(CASES[name], given)
    except BaseException:  # noqa: BLE001 - the parent tells of it
        found = {"error": traceback.format_exc(limit=-3)}
    os.write(write, json.dumps(found).encode())
    os._exit(0)


def started(name, given):
    """Give the process of a case, and where it writes."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(read)
        child(name, given, write)
    os.close(write)
    return pid, read


def told(name, data):
    """Print a case; give whether it is a finding."""
    if not data:
        print(f"{name:44} ended without an answer", flush=True)
        return True
    found = json.loads(data)
    if "error" in found:
        print(f"{name:44} {found['error']}", flush=True)
        return True
    marks = [
        *(["DEAF"] if found["deaf"] > LATE else []),
        *(["LOCK"] if found["kept"] > KEPT else []),
        *(["MEMORY"] if found["left"] > MEMORY else []),
    ]
    print(
        f"{name:44} {found['seconds']:6.2f} s{' ' if found['whole'] else '+'}"
        f" deaf {found['deaf'] * 1e3:5.0f} ms at {found['where']:28}"
        f" lock {found['kept'] * 1e3:5.0f} ms  left {found['left']:4} MiB {' '.join(marks)}",
        flush=True,
    )
    return bool(marks)


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--only", default="", help="cases whose names match")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--moments", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    np.seterr(all="ignore")
    waiting = [name for name in CASES if re.search(given.only, name)][::-1]
    at_work, findings, count = {}, 0, len(waiting)
    with me.use(threads=1):
        while waiting or at_work:
            while waiting and len(at_work) < given.jobs:
                name = waiting.pop()
                pid, read = started(name, given)
                at_work[pid] = name, read
            pid, _ = os.wait()
            name, read = at_work.pop(pid)
            with os.fdopen(read, "rb") as file:
                findings += told(name, file.read())
    print(f"{count} calls, {findings} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
