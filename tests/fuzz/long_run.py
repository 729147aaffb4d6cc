"""Fuzz for hours: every target in turn, round after round, and a record of what was run.

    cmake --preset fuzz && cmake --build --preset fuzz
    python tests/fuzz/long_run.py --hours 8 --record bench/results/fuzz-2026-11-29.json

What a target learns goes to a corpus of its own below --work and stays for the next run; inputs
that break something go to <work>/found. A record that is there is added to, so a run may be stopped
(Ctrl-C or SIGTERM) and started again. At the end the corpora are minimised; `--keep` then puts a
small part of each, by edges alone, into tests/fuzz/corpus.
"""

import argparse
import datetime as dt
import json
import os
import platform
import re
import shlex
import shutil
import signal
import subprocess
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
KEPT_BYTES, KEPT_FILES = 16384, 90  # of the corpus of a target in the repository


def options():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--build", type=Path, default=HERE.parents[1] / "build/fuzz/tests/fuzz")
    parser.add_argument("--work", type=Path, default=HERE.parents[1] / "build/fuzz-work")
    parser.add_argument("--hours", type=float, default=8.0)
    parser.add_argument("--jobs", type=int, default=2, help="targets that run at a time")
    parser.add_argument("--slice", type=int, default=60, help="seconds of a target in a round")
    parser.add_argument("--record", type=Path, default=None, help="JSON file of what was run")
    parser.add_argument("--wrap", default="", help="a command that runs each target, as `nice`")
    parser.add_argument("--keep", action="store_true", help="put a part into tests/fuzz/corpus")
    return parser.parse_args()


class Targets:
    """The programs, handed out in turn; no program to two threads at once."""

    def __init__(self, build):
        self.build = build
        self.lock = threading.Lock()
        self.queue = []
        self.running = set()

    def all(self):
        found = (p for p in self.build.glob("fuzz_*") if p.is_file() and not p.suffix)
        return sorted(p for p in found if os.access(p, os.X_OK))

    def take(self):
        with self.lock:
            if not self.queue:
                self.queue = self.all()
            for path in self.queue:
                if path not in self.running:
                    self.queue.remove(path)
                    self.running.add(path)
                    return path
            return None

    def give_back(self, path):
        with self.lock:
            self.running.discard(path)


class Record:
    """Executions and seconds of each target, on disk after every slice."""

    def __init__(self, path, jobs, seconds):
        self.path = path
        self.lock = threading.Lock()
        if path is not None and path.exists():
            self.data = json.loads(path.read_text(encoding="utf-8"))
            return
        self.data = {
            "started": stamp(),
            "machine": f"{platform.machine()}, {os.cpu_count()} cores",
            "jobs": jobs,
            "slice_seconds": seconds,
            "targets": {},
        }

    def add(self, name, executions, seconds, finding):
        with self.lock:
            fresh = {"executions": 0, "seconds": 0.0, "slices": 0, "findings": []}
            row = self.data["targets"].setdefault(name, fresh)
            row["executions"] += executions
            row["seconds"] = round(row["seconds"] + seconds, 1)
            row["slices"] += 1
            if finding and finding not in row["findings"]:
                row["findings"].append(finding)
            self.write()

    def write(self):
        rows = self.data["targets"].values()
        self.data["updated"] = stamp()
        self.data["executions"] = sum(row["executions"] for row in rows)
        self.data["hours"] = round(sum(row["seconds"] for row in rows) / 3600, 3)
        self.data["findings"] = sum(len(row["findings"]) for row in rows)
        if self.path is None:
            return
        draft = self.path.with_suffix(".part")
        text = json.dumps(self.data, indent=1, sort_keys=True)
        draft.write_text(text + "\n", encoding="utf-8")
        draft.replace(self.path)


def stamp():
    return dt.datetime.now(dt.UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def run_slice(path, given, record):
    """Run one target for a while; what it breaks on stays in `found`."""
    name = path.name.removeprefix("fuzz_")
    corpus = given.work / "corpus" / name
    found = given.work / "found"
    stored = HERE / "corpus" / name
    corpus.mkdir(parents=True, exist_ok=True)
    found.mkdir(parents=True, exist_ok=True)
    command = [
        *shlex.split(given.wrap),
        str(path),
        f"-max_total_time={given.slice}",
        "-max_len=1024",
        "-len_control=0",  # long inputs from the start: short ones have a size and no pixels
        "-rss_limit_mb=2048",
        "-timeout=20",
        "-verbosity=0",
        "-print_final_stats=1",
        f"-artifact_prefix={found}/{name}-",
        str(corpus),
        *([str(stored)] if stored.is_dir() else []),
    ]
    started = time.monotonic()
    done = subprocess.run(command, check=False, capture_output=True, text=True, errors="replace")
    seconds = time.monotonic() - started
    text = done.stdout + done.stderr
    count = re.search(r"number_of_executed_units: (\d+)", text)
    ran = re.search(r"Done \d+ runs in (\d+) second", text)  # the wrapper may wait before
    seconds = float(ran.group(1)) if ran else min(seconds, given.slice)
    why = re.search(r"does not hold|runtime error:.*|SUMMARY: .*|what\(\):.*", text)
    finding = why.group(0)[:200] if why else f"exit {done.returncode}"
    broken = done.returncode != 0 and "Test unit written" in text
    if broken:
        (found / f"{name}-{int(time.time())}.log").write_text(text, encoding="utf-8")
    record.add(name, int(count.group(1)) if count else 0, seconds, finding if broken else None)
    if done.returncode != 0 and not broken:  # being rebuilt, or stopped from outside
        time.sleep(5)


def fuzz(given, stop):
    record = Record(given.record, given.jobs, given.slice)
    targets = Targets(given.build)
    end = time.monotonic() + 3600 * given.hours

    def work():
        while not stop.is_set() and time.monotonic() < end:
            path = targets.take()
            if path is None:
                time.sleep(1)
                continue
            try:
                run_slice(path, given, record)
            finally:
                targets.give_back(path)

    threads = [threading.Thread(target=work) for _ in range(given.jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return targets.all()


def minimise(path, given):
    """Leave of a corpus the inputs that, together, reach as much."""
    name = path.name.removeprefix("fuzz_")
    corpus = given.work / "corpus" / name
    if not corpus.is_dir():
        return
    smaller = given.work / "smaller" / name
    shutil.rmtree(smaller, ignore_errors=True)
    smaller.mkdir(parents=True)
    merge = [*shlex.split(given.wrap), str(path), "-merge=1", str(smaller)]
    done = subprocess.run([*merge, str(corpus)], check=False, capture_output=True)
    if done.returncode == 0:
        shutil.rmtree(corpus)
        shutil.copytree(smaller, corpus)
    if given.keep:
        shutil.rmtree(smaller)
        smaller.mkdir()
        edges = [*merge, "-use_counters=0", "-max_len=512", str(corpus)]
        if subprocess.run(edges, check=False, capture_output=True).returncode == 0:
            store(smaller, HERE / "corpus" / name)
    shutil.rmtree(smaller)


def store(found, stored):
    """Add inputs to those in the repository: small and large ones, up to a few KB in all."""
    stored.mkdir(parents=True, exist_ok=True)
    known = {path.read_bytes() for path in stored.iterdir()}
    room = KEPT_BYTES - sum(map(len, known))
    fresh = sorted(found.iterdir(), key=lambda path: path.stat().st_size)
    places = max(0, KEPT_FILES - len(known))
    step = max(1, -(-len(fresh) // max(places, 1)))
    for path in fresh[step - 1 :: step][:places]:
        room -= path.stat().st_size
        if room >= 0 and path.read_bytes() not in known:
            shutil.copy(path, stored / path.name[:12])


def main():
    given = options()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    targets = fuzz(given, stop)
    if not stop.is_set():
        for path in targets:
            minimise(path, given)


if __name__ == "__main__":
    main()
