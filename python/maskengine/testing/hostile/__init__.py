"""Hostile inputs: named calls that break mask libraries, and what is right for each.

Run all on this engine, each in a process of its own with caps on memory and time::

    python -m maskengine.testing.hostile
    python -m maskengine.testing.hostile --family polygons --verbose

Outcomes: ``OK`` right; ``ERR`` a clear error, of the class and with the words that the case names;
``ODD`` another error; ``LAX`` what is invalid was accepted; ``WRONG`` a wrong answer; ``OOM`` a
MemoryError; ``HANG`` more than 10 s of processor time; ``CRASH`` killed by a signal. What is right
comes from a rule that is not ours: counted by hand, a slow oracle, or a definition.

An embedder can run the cases on a library of its own: :func:`run` takes a callable for each word in
`Hostile.operation`; `CALLS` has ours, which say what the arguments and the answers are. It needs a
system with ``fork``.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from maskengine.testing.hostile._calls import CALLS
from maskengine.testing.hostile._case import OUTCOMES, Holds, Hostile, Refused, Verdict, judge
from maskengine.testing.hostile._run import MAX_CPU, MAX_RSS, Row, run

__all__ = [
    "CALLS",
    "MAX_CPU",
    "MAX_RSS",
    "OUTCOMES",
    "Holds",
    "Hostile",
    "Refused",
    "Row",
    "Verdict",
    "cases",
    "families",
    "judge",
    "run",
]


@cache
def families() -> tuple[str, ...]:
    """List the kinds of cases; each is one module of this package.

    Examples
    --------
    >>> from maskengine.testing import hostile
    >>> "polygons" in hostile.families()
    True
    """
    found = (module.name for module in pkgutil.iter_modules(__path__))
    return tuple(sorted(name for name in found if not name.startswith("_")))


@cache
def cases(*wanted: str) -> tuple[Hostile, ...]:
    """Give the cases of some families; of all by default.

    Examples
    --------
    >>> from maskengine.testing import hostile
    >>> len(hostile.cases()) >= 500
    True
    """
    found: list[Hostile] = []
    for name in wanted or families():
        found += importlib.import_module(f"{__name__}.{name}").CASES
    return tuple(found)
