"""Tables and files made from the rows of a run."""

from __future__ import annotations

import contextlib
import datetime as dt
import importlib.metadata
import json
import platform
from pathlib import Path
from typing import Any

from harness import OURS, PEERS

START, END = "<!-- bench:start -->", "<!-- bench:end -->"
SLOWER = 0.85  # a ratio that falls below this part of the old one is a regression


def human(seconds: float) -> str:
    for unit, scale in (("s", 1.0), ("ms", 1e3), ("us", 1e6)):
        if seconds * scale >= 1:
            return f"{seconds * scale:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"


def plain(ratio: float) -> str:
    """Give three digits, and no exponent."""
    return f"{ratio:.3g}" if ratio < 1000 else f"{ratio:.0f}"


def ratios(row: dict[str, Any]) -> dict[str, float]:
    """Give how many times longer each peer takes."""
    ours = row["seconds"][OURS]
    return {name: t / ours for name, t in row["seconds"].items() if name != OURS}


def line(row: dict[str, Any]) -> str:
    """Give one row for the terminal."""
    parts = [f"{name} {plain(ratio)}x" for name, ratio in ratios(row).items()]
    if "limit" in row:
        parts.append(f"memory limit x{plain(row['seconds'][OURS] / row['limit'])}")
    median = human(row["median"][OURS])
    return f"{row['name']:<36} {human(row['seconds'][OURS]):>8} (median {median:>8})  " + ", ".join(
        parts
    )


def environment(level: str) -> dict[str, Any]:
    versions = {OURS: "source tree"}
    packages = {"opencv": "opencv-python-headless"}  # where the name is another one
    for name in (OURS, "numpy", *PEERS):
        # a peer that is no package by itself, or is not installed, has no version
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            versions[name] = importlib.metadata.version(packages.get(name, name))
    return {
        "date": dt.datetime.now(dt.UTC).date().isoformat(),
        "machine": {"cpu": _cpu(), "system": platform.system(), "arch": platform.machine()},
        "python": platform.python_version(),
        "level": level,
        "threads": 1,
        "versions": versions,
    }


def _cpu() -> str:
    info = Path("/proc/cpuinfo")
    if not info.exists():
        return platform.processor() or "unknown"
    fields = dict.fromkeys(
        line.split(":", 1)[1].strip()
        for line in info.read_text().splitlines()
        if line.startswith(("model name", "cpu family"))
    )
    return ", family ".join(reversed(fields))


def write_json(path: Path, environ: dict[str, Any], rows: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({**environ, "rows": rows}, indent=1) + "\n")


def table(rows: list[dict[str, Any]]) -> str:
    """Give rows as a Markdown table: how many times longer each peer takes."""
    lines = [f"| job | {OURS} | peers take | memory limit |", "|---|---:|---|---:|"]
    for row in rows:
        peers = ", ".join(f"{name} {plain(ratio)}x" for name, ratio in ratios(row).items())
        limit = plain(row["seconds"][OURS] / row["limit"]) if "limit" in row else ""
        lines.append(f"| {row['name']} | {human(row['seconds'][OURS])} | {peers} | {limit} |")
    return "\n".join(lines)


def headlines(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give the first row of each case."""
    return list({row["case"]: row for row in reversed(rows)}.values())[::-1]


def note(environ: dict[str, Any]) -> str:
    """Say where the numbers come from and what they mean."""
    version = environ["versions"]
    rivals = ", ".join(f"{name} {version[name]}" for name in PEERS if name in version)
    return (
        f"One core of {environ['machine']['cpu']}, level {environ['level']}, "
        f"Python {environ['python']}, {environ['date']}; {rivals}. "
        "Processor time, best of many, answers checked equal first. "
        "Peers take: how many times longer. "
        "Memory limit: our time over that of reading the input and writing the output once."
    )


def write_page(path: Path, environ: dict[str, Any], rows: list[dict[str, Any]]) -> None:
    """Write all rows, case by case."""
    parts = [f"# Speed\n\nMade by `python bench/run.py --readme`. {note(environ)}"]
    cases: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        cases.setdefault(row["case"], []).append(row)
    parts += [f"## {case}\n\n{table(of)}" for case, of in cases.items()]
    path.write_text("\n\n".join(parts) + "\n")


def write_readme(path: Path, text: str) -> None:
    old = path.read_text()
    if START not in old or END not in old:
        raise SystemExit(f"{path.name} has no {START} ... {END}")
    head, rest = old.split(START, 1)
    tail = rest.split(END, 1)[1]
    path.write_text(f"{head}{START}\n{text}\n{END}{tail}")


def compare(old: dict[str, Any], rows: list[dict[str, Any]]) -> list[str]:
    """Say where we lost against a peer since `old`: by ratio, so that machines may differ."""
    before = {row["name"]: ratios(row) for row in old["rows"]}
    lost = []
    for row in rows:
        for peer, ratio in ratios(row).items():
            was = before.get(row["name"], {}).get(peer)
            if was is not None and ratio < SLOWER * was:
                lost.append(f"{row['name']}: {peer} {was:.3g}x -> {ratio:.3g}x")
    return lost
