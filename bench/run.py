"""Race maskengine against its peers on one core: `python bench/run.py [case ...]`.

A case is a file of bench/cases or part of a row's name. Answers are compared before anything is
timed. Examples::

    python bench/run.py                       everything, written to bench/results/
    python bench/run.py encode iou --quick    two files, fewer repeats
    python bench/run.py --compare bench/results/2026-11-23.json
    python bench/run.py --readme              the table in README.md and docs/speed.md
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent


def one_core() -> None:
    """Stay on one processor; before the peers are loaded, as they size their pools then."""
    os.environ.setdefault("RAYON_NUM_THREADS", "1")
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("cases", nargs="*", help="file of bench/cases, or part of a row's name")
    parser.add_argument("--peers", default="all", help="all, none, or names with commas")
    parser.add_argument("--quick", action="store_true", help="fewer repeats")
    parser.add_argument("--json", type=Path, help="where to write the numbers")
    parser.add_argument(
        "--readme", action="store_true", help="write README.md's table and docs/speed.md"
    )
    parser.add_argument("--compare", type=Path, help="an older JSON; exit 1 where we lost")
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


def main() -> int:
    options = arguments()
    one_core()
    import harness
    import maskengine as me
    import report

    if harness.importable("opencv"):
        import cv2

        cv2.setNumThreads(1)
    names = {"all": tuple(harness.PEERS), "none": ()}.get(
        options.peers, tuple(options.peers.split(","))
    )
    unknown = set(names) - set(harness.PEERS)
    if unknown:
        raise SystemExit(f"unknown peers {sorted(unknown)}; known: {', '.join(harness.PEERS)}")
    settings = harness.Settings(names, *((0.05, 3) if options.quick else (0.4, 5)))
    rows = []
    with me.use(threads=1):
        environ = report.environment(me._backend.core.level())
        for stem, entry in races():
            wanted = options.cases
            if wanted and not any(case == stem or case in entry.name for case in wanted):
                continue
            absent = missing(entry.needs)
            if absent:
                print(f"{entry.name:<36} skipped: maskengine has no {', '.join(absent)} yet")
            elif options.list:
                print(entry.name)
            else:
                rows.append({"case": stem, **harness.race(entry, settings)})
                print(report.line(rows[-1]), flush=True)
    return finish(options, environ, rows)


def finish(options: argparse.Namespace, environ: dict, rows: list) -> int:
    import report

    everything = not options.cases and not options.quick and options.peers == "all"
    target = options.json
    if target is None and everything and rows:
        target = HERE / "results" / f"{environ['date']}.json"
    if target is not None:
        report.write_json(target, environ, rows)
        print(f"wrote {target}")
    if options.readme:
        text = f"{report.table(report.headlines(rows))}\n\n{report.note(environ)}"
        report.write_readme(HERE.parent / "README.md", text)
        report.write_page(HERE.parent / "docs" / "speed.md", environ, rows)
    if options.compare is not None:
        lost = report.compare(json.loads(options.compare.read_text()), rows)
        print("\n".join(lost) if lost else "no ratio fell")
        return 1 if lost else 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
