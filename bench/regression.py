"""Compares a run with an older one by ratio to the peers, so that the machines may differ.

What counts as a fall. The ratio of a row to a peer, the peer's time over ours, is compared with the
one of before. It may shrink by a tenth, and further by the noise that both runs tell of themselves:
by how much the median of a measurement exceeds its best, of us and of the peer, then and now, added
as independent errors are; by two fifths at most, so that no noise excuses everything. A row below
that is measured again, and only a fall in every try counts. Ratios to a peer of another version are
told and not judged. In a whole run, a row or a peer that is gone is a finding as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import sqrt
from typing import Any, NamedTuple

from harness import OURS
from maskengine.cli._bench_text import plain, ratios

ALLOWED, MOST = 0.10, 0.40  # parts of a ratio
_Row = dict[str, Any]
TRIES = 3  # measurements in all of a row that seems to have fallen


class Fall(NamedTuple):
    """A row that lost against a peer."""

    row: str
    peer: str
    before: float
    now: float
    tolerance: float

    def __str__(self) -> str:
        percent = f"{100 * self.tolerance:.0f} %"
        return (
            f"{self.row}: {self.peer} {plain(self.before)}x -> {plain(self.now)}x "
            f"(tolerance {percent})"
        )


def falls(old: dict[str, Any], now: dict[str, Any]) -> dict[tuple[str, str], Fall]:
    """Give what fell below its tolerance, by row and peer.

    Parameters
    ----------
    old, now : dict
        Numbers as `run.py --json` writes them.
    """
    found = {}
    for was, row, peer in judged(old, now):
        before, ratio = ratios(was)[peer], ratios(row)[peer]
        allowed = tolerance(was, row, peer)
        if ratio < (1 - allowed) * before:
            found[row["name"], peer] = Fall(row["name"], peer, before, ratio, allowed)
    return found


def judged(old: dict[str, Any], now: dict[str, Any]) -> Iterator[tuple[_Row, _Row, str]]:
    """Give the rows that both runs have, then and now, with each peer that is of one version."""
    before = {row["name"]: row for row in old["rows"]}
    changed = other_versions(old, now)
    for row in now["rows"]:
        was = before.get(row["name"])
        if was is None:
            continue
        for peer in ratios(row):
            if peer in ratios(was) and peer not in changed:
                yield was, row, peer


def tolerance(was: dict[str, Any], row: dict[str, Any], peer: str) -> float:
    """Give the part of a ratio that noise may take away."""
    noise = sqrt(sum(spread(one, name) ** 2 for one in (was, row) for name in (OURS, peer)))
    return min(MOST, ALLOWED + noise)


def spread(row: dict[str, Any], name: str) -> float:
    return float(row["median"][name] / row["seconds"][name] - 1) if "median" in row else 0.0


def other_versions(old: dict[str, Any], now: dict[str, Any]) -> dict[str, str]:
    """Give the peers that are of another version, and which."""
    here = now["versions"]
    return {
        peer: f"{peer} {version} -> {here[peer]}"
        for peer, version in old["versions"].items()
        if peer != OURS and peer in here and here[peer] != version
    }


def missing(old: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """Say which rows, and which peers of a row, are gone."""
    rows = {row["name"]: row for row in now["rows"]}
    found = []
    for was in old["rows"]:
        row = rows.get(was["name"])
        if row is None:
            found.append(f"{was['name']}: gone")
        else:
            gone = set(was["seconds"]) - set(row["seconds"])
            found += [f"{was['name']}: no {peer} any more" for peer in sorted(gone)]
    return found


def compared(old: dict[str, Any], now: dict[str, Any]) -> int:
    """Give how many ratios both runs have, of peers of the same version."""
    return sum(1 for _ in judged(old, now))
