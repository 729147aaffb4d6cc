"""Race maskengine against its peers: `python bench/run.py [case ...]`.

A case is a file of bench/cases or part of a row's name. Answers are compared before anything is
timed. Examples::

    python bench/run.py                       one core, all, written to bench/results/<date>.json
    python bench/run.py --threads all         the first row of each case, .../<date>-cores.json
    python bench/run.py encode iou --quick    two files, fewer repeats
    python bench/run.py --against latest      is any ratio to a peer lower than in the last file?
    python bench/run.py --readme              all, then bench/publish.py: tables and pictures
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results"
POOLS = ("RAYON_NUM_THREADS", "OMP_NUM_THREADS")


def limit_cores(threads: int) -> None:
    """Give peers as many threads; before they are loaded, as they size their pools then."""
    for name in POOLS:
        os.environ.setdefault(name, str(threads))
    if threads == 1 and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def available() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("cases", nargs="*", help="file of bench/cases, or part of a row's name")
    parser.add_argument("--peers", default="all", help="all, none, or names with commas")
    parser.add_argument("--quick", action="store_true", help="fewer repeats")
    parser.add_argument(
        "--threads", default="1", help="a number, or all; more than 1 by the clock on the wall"
    )
    parser.add_argument("--json", type=Path, help="where to write the numbers")
    parser.add_argument("--readme", action="store_true", help="publish.py afterwards")
    parser.add_argument(
        "--against", help="an older JSON, or latest; exit status 1 where we fell against a peer"
    )
    parser.add_argument("--list", action="store_true", help="print the rows and stop")
    return parser.parse_args()


def races() -> Iterator[tuple[str, object]]:
    for path in sorted((HERE / "cases").glob("*.py")):
        spec = importlib.util.spec_from_file_location(f"maskengine_bench_{path.stem}", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        for entry in module.RACES:
            yield path.stem, entry


def missing(needs: tuple[str, ...]) -> list[str]:
    """Name what maskengine does not have of `needs`, e.g. "encode" or "Masks.from_coco"."""
    import maskengine as me

    absent = []
    for name in needs:
        thing = me
        for part in name.split("."):
            thing = getattr(thing, part, None)
        if thing is None:
            absent.append(name)
    return absent


def wanted(options: argparse.Namespace, threads: int) -> list[tuple[str, object]]:
    """Give the rows to run: those asked for; on several cores the first of each case."""
    found = [
        (stem, entry)
        for stem, entry in races()
        if not options.cases or any(part == stem or part in entry.name for part in options.cases)
    ]
    if threads > 1 and not options.cases:
        first = {stem: (stem, entry) for stem, entry in reversed(found)}
        return list(first.values())[::-1]
    return found


def chosen_peers(text: str) -> tuple[str, ...]:
    import harness

    names = {"all": tuple(harness.PEERS), "none": ()}.get(text, tuple(text.split(",")))
    unknown = set(names) - set(harness.PEERS)
    if unknown:
        raise SystemExit(f"unknown peers {sorted(unknown)}; known: {', '.join(harness.PEERS)}")
    return names


def main() -> int:
    options = arguments()
    threads = available() if options.threads == "all" else int(options.threads)
    limit_cores(threads)
    import harness
    import maskengine as me
    import report

    if harness.importable("opencv"):
        import cv2

        cv2.setNumThreads(threads)
    peers = chosen_peers(options.peers)
    more = {"clock": time.perf_counter, "beside": 1} if threads > 1 else {}
    settings = harness.Settings(*((0.05, 2) if options.quick else (0.15, 3)), **more)
    rows = []
    with me.use(threads=threads):
        environ = report.environment(threads)
        for stem, entry in wanted(options, threads):
            absent = missing(entry.needs)
            if absent:
                print(f"{entry.name:<36} skipped: maskengine has no {', '.join(absent)} yet")
            elif options.list:
                print(entry.name)
            else:
                rows.append({"case": stem, **harness.race(entry, settings, peers)})
                print(report.line(rows[-1]), flush=True)

        def again(names: set[str]) -> list[dict]:
            entries = [e for _, e in wanted(options, threads) if e.name in names]
            return [harness.race(entry, settings, peers) for entry in entries]

        found = {**environ, "rows": rows}
        code = 0 if options.against is None else against(options, found, again)
    finish(options, environ, rows)
    return code


def against(options: argparse.Namespace, found: dict, again: object) -> int:
    """Print what fell against a peer, or is gone, since an older run; 1 where something did."""
    import regression

    path = latest() if options.against == "latest" else Path(options.against)
    old = json.loads(path.read_text())
    lost = regression.falls(old, found)
    for _ in range(regression.TRIES - 1):
        names = {name for name, _ in lost}
        if names:
            print(f"again: {', '.join(sorted(names))}", flush=True)
            still = regression.falls(old, {**found, "rows": again(names)})
            lost = {key: fall for key, fall in still.items() if key in lost}
    gone = [] if partial(options) else regression.missing(old, found)
    for text in regression.other_versions(old, found).values():
        print(f"not judged: {text}")
    print("\n".join([*map(str, lost.values()), *gone]) or "no ratio fell")
    print(f"{regression.compared(old, found)} ratios compared with {path.name}")
    return 1 if lost or gone else 0


def latest() -> Path:
    """Give the newest committed run on one core."""
    found = sorted(RESULTS.glob("20[0-9][0-9]-[0-9][0-9]-[0-9][0-9].json"))
    if not found:
        raise SystemExit(f"no results in {RESULTS}")
    return found[-1]


def partial(options: argparse.Namespace) -> bool:
    return bool(options.cases) or options.peers != "all" or options.threads != "1"


def finish(options: argparse.Namespace, environ: dict, rows: list) -> None:
    import report

    target = options.json
    if target is None and rows and not (options.cases or options.quick or options.peers != "all"):
        kind = "" if environ["threads"] == 1 else "-cores"
        if options.against is None:  # a check leaves what it checks alone
            target = RESULTS / f"{environ['date']}{kind}.json"
    if target is not None:
        report.write_json(target, environ, rows)
        print(f"wrote {target}")
    if options.readme:
        import publish

        publish.publish()


if __name__ == "__main__":
    sys.exit(main())
