"""Draws how many times longer the peers take: a line for each job, a dot for each peer."""

from __future__ import annotations

from collections import Counter
from math import ceil, floor, log10
from typing import Any

from maskengine.cli._bench_text import human, plain, ratios
from maskengine.cli._chart import INK, LIMIT_COLOUR, OURS_COLOUR, RULE, SOFT, Chart, colours
from maskengine.cli._race import OURS

_WIDTH, _LEFT, _RIGHT = 880, 310, 40
_LINE, _HEAD, _LEGEND = 22, 64, 18
_FAR = 0.01  # a memory limit below it says nothing of the job: polygons in, for one
_PER_LINE = 6  # names in a line of the legend


def ratio_chart(
    found: dict[str, Any], title: str = "How many times longer others take than maskengine"
) -> Chart:
    """Draw the rows that have a peer.

    Parameters
    ----------
    found : dict
        Numbers of a run, with `rows`.
    """
    title = "How many times longer others take than maskengine"
    rows = [row for row in found["rows"] if ratios(row)]
    names = [name for name, _ in Counter(n for r in rows for n in ratios(r)).most_common()]
    colour = colours(names)
    lines = ceil((len(names) + 2) / _PER_LINE)
    top = _HEAD + lines * _LEGEND
    bottom = top + max(1, len(rows)) * _LINE
    chart = Chart(_WIDTH, bottom + 40, title)
    chart.words((20, 28), title, colour=INK, size=18, bold=True)
    machine = f"{found['machine']['cpu']}, level {found['level']}, {found['date']}"
    chart.words((20, 48), f"one core of {machine}; answers compared first", size=12)
    _legend(chart, colour)
    values = [value for row in rows for value in (*ratios(row).values(), _limit(row), 1.0)]
    low, high = floor(log10(min(values, default=1))), ceil(log10(max(values, default=10)))

    def x(ratio: float) -> float:
        return _LEFT + (log10(ratio) - low) / max(1, high - low) * (_WIDTH - _RIGHT - _LEFT)

    for power in range(low, high + 1):
        kind = SOFT if power == 0 else RULE
        chart.line([(x(10.0**power), top), (x(10.0**power), bottom)], kind)
        chart.words((x(10.0**power), bottom + 18), f"{plain(10.0**power)}x", anchor="middle")
    for k, row in enumerate(rows):
        _row(chart, row, colour, (top + (k + 0.5) * _LINE, x))
    return chart


def _limit(row: dict[str, Any]) -> float:
    """Give how much less time memory alone takes; 1 where that is nothing to compare with."""
    limit = float(row["limit"] / row["seconds"][OURS]) if "limit" in row else 1.0
    return limit if limit >= _FAR else 1.0


def _legend(chart: Chart, colour: dict[str, str]) -> None:
    entries = [(OURS, OURS_COLOUR), *colour.items(), ("memory limit", LIMIT_COLOUR)]
    step = (_WIDTH - 40) / _PER_LINE
    for k, (name, shade) in enumerate(entries):
        x, y = 20 + k % _PER_LINE * step, _HEAD + 2 + k // _PER_LINE * _LEGEND
        if name == "memory limit":
            chart.line([(x + 5, y - 6), (x + 5, y + 4)], shade, 3)
        else:
            chart.dot((x + 5, y), shade)
        chart.words((x + 14, y + 4), name, size=11)


def _row(
    chart: Chart, row: dict[str, Any], colour: dict[str, str], place: tuple[float, Any]
) -> None:
    y, x = place
    found = ratios(row)
    chart.line([(_LEFT, y), (_WIDTH - _RIGHT, y)], "#f1f3f6")
    name = row["name"] if len(row["name"]) <= 38 else f"{row['name'][:36]}..."
    chart.words((_LEFT - 72, y + 4), name, colour=INK, anchor="end")
    chart.words((_LEFT - 10, y + 4), human(row["seconds"][OURS]), size=11, anchor="end")
    chart.line([(x(1.0), y), (x(max(found.values())), y)], "#d7dce4", 2)
    if _limit(row) != 1.0:
        chart.line([(x(_limit(row)), y - 6), (x(_limit(row)), y + 6)], LIMIT_COLOUR, 3)
    chart.dot((x(1.0), y), OURS_COLOUR, 4.5)
    for peer, ratio in found.items():
        chart.dot((x(ratio), y), colour[peer])
