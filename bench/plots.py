"""Draws the curves of `curves.py`: a panel for each job, a line for each library."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil, floor, log10
from typing import Any

from harness import OURS
from maskengine.cli._bench_text import plain
from maskengine.cli._chart import INK, LIMIT_COLOUR, OURS_COLOUR, RULE, Chart, colours

WIDTH, COLUMNS = 880, 3
PANEL, GAP, LEFT = 216, 72, 44  # pixels: side of a panel, between two, left of the first
HEAD, ROW = 92, 244


def curve_chart(
    found: dict[str, Any], curves: dict[str, Any], title: str, across: Callable[[Any], float]
) -> Chart:
    """Draw nanoseconds a pixel against what `across` gives of a point.

    Parameters
    ----------
    found : dict
        Numbers of a run.
    curves : dict
        Those of its curves: points by job.
    title : str
        It ends in what the axis across shows.
    across : callable
        Takes a point.
    """
    rows = ceil(len(curves) / COLUMNS)
    chart = Chart(WIDTH, HEAD + rows * ROW, title)
    chart.words((20, 28), title, colour=INK, size=18, bold=True)
    machine = f"{found['machine']['cpu']}, level {found['level']}, {found['date']}"
    chart.words((20, 48), f"nanoseconds a pixel, one core of {machine}; answers compared first")
    names = list(dict.fromkeys(n for c in curves.values() for p in c for n in p["seconds"]))
    shades = {**colours(name for name in names if name != OURS), OURS: OURS_COLOUR}
    legend(chart, [OURS, *(name for name in names if name != OURS)], shades)
    for k, (name, points) in enumerate(curves.items()):
        left = LEFT + k % COLUMNS * (PANEL + GAP)
        top = HEAD + 22 + k // COLUMNS * ROW
        panel(chart, (left, top), name, lines_of(points, across), shades)
    return chart


def legend(chart: Chart, names: list[str], shades: dict[str, str]) -> None:
    x = 20.0
    for name in [*names, "memory limit"]:
        if name == "memory limit":
            chart.line([(x, 68), (x + 14, 68)], LIMIT_COLOUR, 2, dashed=True)
        else:
            chart.line([(x, 68), (x + 14, 68)], shades[name], 3 if name == OURS else 2)
        chart.words((x + 19, 72), name, size=11)
        x += 36 + 6.2 * len(name)


def lines_of(points: list[Any], across: Callable[[Any], float]) -> dict[str, list[Any]]:
    """Give the points (across, nanoseconds a pixel) by library, the memory limit under ""."""
    found: dict[str, list[Any]] = {}
    for point in sorted(points, key=across):
        values = {**point["seconds"], **({"": point["limit"]} if "limit" in point else {})}
        for name, seconds in values.items():
            found.setdefault(name, []).append((across(point), 1e9 * seconds / point["pixels"]))
    return found


def panel(
    chart: Chart, corner: Any, name: str, lines: dict[str, Any], shades: dict[str, str]
) -> None:
    """Draw one job on two logarithmic axes."""
    left, top = corner
    bottom = top + PANEL - 30
    chart.words((left, top - 10), name, colour=INK, size=13, bold=True)
    xs = [log10(x) for line in lines.values() for x, _ in line]
    ys = [log10(y) for line in lines.values() for _, y in line]
    low, high = floor(min(ys)), max(ceil(max(ys)), floor(min(ys)) + 1)
    start = min(xs)
    end = max(*xs, start + 1e-9)

    def place(point: Any) -> tuple[float, float]:
        x = left + (log10(point[0]) - start) / (end - start) * (PANEL - 10)
        return x, bottom - (log10(point[1]) - low) / (high - low) * (bottom - top)

    for power in range(low, high + 1):
        y = place((10**start, 10.0**power))[1]
        chart.line([(left, y), (left + PANEL - 10, y)], RULE)
        chart.words((left - 6, y + 4), plain(10.0**power), size=10, anchor="end")
    for value in ticks([x for x, _ in lines[OURS]]):
        x = place((value, 10.0**low))[0]
        chart.line([(x, bottom), (x, bottom + 4)], RULE)
        chart.words((x, bottom + 16), plain(value), size=10, anchor="middle")
    for library in sorted(lines, key=lambda one: (one == OURS, one)):
        drawn = [place(point) for point in lines[library]]
        if library == "":
            chart.line(drawn, LIMIT_COLOUR, 2, dashed=True)
        else:
            width = 3 if library == OURS else 2
            chart.line(drawn, shades[library], width)
            for at in drawn:
                chart.dot(at, shades[library], width)


def ticks(values: list[float]) -> list[float]:
    """Give at most six of the values, the first and the last among them."""
    step = max(1, ceil((len(values) - 1) / 5))
    return values if len(values) <= 6 else [*values[:-1:step], values[-1]]
