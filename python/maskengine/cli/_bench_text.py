"""The table that ``maskengine bench`` prints, no line longer than 80 characters."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from math import exp, log
from typing import Any

from maskengine.cli._race import OURS

_WIDTH = 80
_NAME, _TIME, _LIMIT = 32, 11, 9  # columns
_INDENT = "    "
_COLUMNS = (
    "limit: one core over reading the input and writing the output once; several cores by the "
    "clock on the wall, one core by processor time"
)
_NOBODY = "pycocotools, OpenCV, scipy and others are raced as well where installed"
_GOOD, _BAD, _SOFT, _PLAIN = "\033[32m", "\033[33m", "\033[2m", "\033[0m"


def human(seconds: float) -> str:
    """Give three digits and a unit."""
    for unit, scale in (("s", 1.0), ("ms", 1e3), ("us", 1e6)):
        if seconds * scale >= 1:
            return f"{_digits(seconds * scale)} {unit}"
    return f"{_digits(seconds * 1e9)} ns"


def plain(ratio: float) -> str:
    """Give three digits, and no exponent."""
    return f"{ratio:.3g}" if ratio < 1000 else f"{ratio:.0f}"


def _digits(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def ratios(row: dict[str, Any]) -> dict[str, float]:
    """Give how many times longer each peer takes."""
    ours = row["seconds"][OURS]
    return {name: t / ours for name, t in row["seconds"].items() if name != OURS}


def heading(found: dict[str, Any], cores: int) -> list[str]:
    """Give the lines before the first row."""
    size, version = found["size"], found["versions"]
    peers = ", ".join(f"{name} {version[name]}" for name in version if name != OURS)
    where = f"maskengine {version[OURS]}, {found['machine']['cpu']}, level {found['level']}"
    second = f"{cores} core{'s' * (cores > 1)}"
    return [
        *textwrap.wrap(where, _WIDTH),
        *textwrap.wrap(f"beside it: {peers}", _WIDTH, subsequent_indent="  "),
        f"frames of {size} x {size}, batches on 640 x 480; answers are compared first",
        "",
        f"{'job':<{_NAME}}{'1 core':>{_TIME}}{second:>{_TIME}}{'limit':>{_LIMIT}}",
        f"{_INDENT}and how many times longer others take on one core",
        "",
    ]


def lines(row: dict[str, Any], *, colours: bool) -> Iterator[str]:
    """Give the line of a row, and those of its peers below it."""
    times = list(row["cores"].values())
    limit = f"{plain(row['seconds'][OURS] / row['limit'])}x" if "limit" in row else ""
    text = f"{row['name']:<{_NAME}}{human(times[0]):>{_TIME}}{human(times[-1]):>{_TIME}}"
    yield f"{text}{limit:>{_LIMIT}}".rstrip()
    cells = [(f"{name} {plain(r)}x", _GOOD if r >= 1 else _BAD) for name, r in ratios(row).items()]
    cells += [(f"{name} {why}", _SOFT) for name, why in row.get("left_out", {}).items()]
    filled = list(_filled(cells, _WIDTH - len(_INDENT) - 1))
    for k, line in enumerate(filled):
        inside = ", ".join(f"{how}{text}{_PLAIN}" if colours else text for text, how in line)
        yield f"{_INDENT}{inside}{',' * (k + 1 < len(filled))}"


def _filled(cells: list[tuple[str, str]], room: int) -> Iterator[list[tuple[str, str]]]:
    """Put as many cells on each line as it has room for; cut one that is longer than a line."""
    line: list[tuple[str, str]] = []
    for text, how in cells:
        cell = (text if len(text) <= room else f"{text[: room - 3]}...", how)
        if line and sum(len(one) + 2 for one, _ in line) + len(cell[0]) > room:
            yield line
            line = []
        line.append(cell)
    if line:
        yield line


def ending(found: dict[str, Any]) -> list[str]:
    """Give the lines after the last row: each peer in all, and what the columns mean."""
    by_peer: dict[str, list[float]] = {}
    for row in found["rows"]:
        for name, ratio in ratios(row).items():
            by_peer.setdefault(name, []).append(ratio)
    parts = [
        f"{name} {plain(exp(sum(map(log, all_)) / len(all_)))}x" for name, all_ in by_peer.items()
    ]
    lines = [
        "others take, geometric means: " + ", ".join(parts) if parts else "",
        _COLUMNS,
        "" if {"pycocotools", "opencv"} & by_peer.keys() else _NOBODY,
    ]
    wrapped = [
        textwrap.wrap(line, _WIDTH, subsequent_indent="  ", break_on_hyphens=False)
        for line in lines
    ]
    return ["", *(line for some in wrapped for line in some)]
