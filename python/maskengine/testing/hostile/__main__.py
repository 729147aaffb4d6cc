"""Run the hostile cases on this engine and say how each came out."""

# ruff: noqa: T201 - a program

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from maskengine.testing import hostile


def _rows(chosen: list[hostile.Hostile], jobs: int) -> Iterator[hostile.Row]:
    """Run the cases; one that took too long is run alone, as other processes slow a call down."""
    alone = []
    for row in hostile.run(chosen, hostile.CALLS, jobs=jobs):
        if row.is_slow:
            alone += [case for case in chosen if case.name == row.name]
        else:
            yield row
    for case in alone:
        tries = hostile.run([case] * 3, hostile.CALLS, jobs=1)
        yield min(tries, key=lambda row: (row.is_good or row.is_slow, row.cpu))


def main() -> int:
    """Run the cases; 1 when one did not come out well."""
    parser = argparse.ArgumentParser(
        prog="python -m maskengine.testing.hostile", description=main.__doc__
    )
    parser.add_argument("--family", action="append", choices=hostile.families(), default=[])
    parser.add_argument("--case", help="only those whose name has this")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--json", type=Path, help="where to write the rows")
    parser.add_argument("--verbose", action="store_true", help="a line for each case")
    options = parser.parse_args()
    chosen = [
        case
        for case in hostile.cases(*options.family)
        if options.case is None or options.case in case.name
    ]
    begin = time.monotonic()
    rows = []
    for row in _rows(chosen, options.jobs):
        rows.append(row)
        if options.verbose or not row.is_good:
            print(
                f"{row.outcome:6} {row.cpu:6.2f} s {row.rss >> 20:5} MB  {row.name}  {row.detail}"
            )
    rows.sort()
    if options.json is not None:
        options.json.write_text(json.dumps([row._asdict() for row in rows], indent=0) + "\n")
    counts = Counter(row.outcome for row in rows)
    bad = sum(not row.is_good for row in rows)
    shown = ", ".join(
        f"{counts[outcome]} {outcome}" for outcome in hostile.OUTCOMES if counts[outcome]
    )
    print(f"{len(rows)} cases in {time.monotonic() - begin:.1f} s: {shown}; {bad} not good")
    return 1 if bad or not rows else 0


if __name__ == "__main__":
    sys.exit(main())
