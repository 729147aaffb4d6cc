"""Lines of the terminal, JSON, and tables in Markdown made from the rows of a run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from harness import OURS, PEERS
from maskengine.cli import _machine
from maskengine.cli._bench_text import human, plain, ratios

LEVEL = 0.995  # of a ratio from which on it counts as no slower: it is printed as 1


def line(row: dict[str, Any]) -> str:
    """Give one row for the terminal."""
    parts = [f"{name} {plain(ratio)}x" for name, ratio in ratios(row).items()]
    if "limit" in row:
        parts.append(f"memory limit x{plain(row['seconds'][OURS] / row['limit'])}")
    if "cores" in row:
        parts.append(f"one core x{plain(gain(row))}")
    median = human(row["median"][OURS])
    return f"{row['name']:<36} {human(row['seconds'][OURS]):>8} (median {median:>8})  " + ", ".join(
        parts
    )


def gain(row: dict[str, Any]) -> float:
    """Give how many times longer one core takes than all of them."""
    several = next(n for n in row["cores"] if n != "1")
    return float(row["cores"]["1"] / row["cores"][several])


def environment(threads: int) -> dict[str, Any]:
    return _machine.environment(PEERS, threads)


def write_json(path: Path, environ: dict[str, Any], rows: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({**environ, "rows": rows}, indent=1) + "\n")


def peers_of(row: dict[str, Any]) -> str:
    return ", ".join(f"{name} {plain(ratio)}x" for name, ratio in ratios(row).items())


def table(rows: list[dict[str, Any]]) -> str:
    """Give rows as a Markdown table: how many times longer each peer takes."""
    lines = [f"| job | {OURS} | peers take | memory limit |", "|---|---:|---|---:|"]
    for row in rows:
        limit = plain(row["seconds"][OURS] / row["limit"]) if "limit" in row else ""
        ours = human(row["seconds"][OURS])
        lines.append(f"| {row['name']} | {ours} | {peers_of(row)} | {limit} |")
    return "\n".join(lines)


def cores_table(rows: list[dict[str, Any]]) -> str:
    """Give rows of a run on all cores: beside one core, and beside peers that may use all too."""
    [threads] = {n for row in rows for n in row["cores"] if n != "1"}
    lines = [
        f"| job | 1 core | {threads} cores | faster | peers take |",
        "|---|---:|---:|---:|---|",
    ]
    lines += [
        f"| {row['name']} | {human(row['cores']['1'])} | {human(row['cores'][threads])} "
        f"| {plain(gain(row))}x | {peers_of(row)} |"
        for row in rows
    ]
    return "\n".join(lines)


def headlines(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give the first row of each case."""
    return list({row["case"]: row for row in reversed(rows)}.values())[::-1]


def verdict(rows: list[dict[str, Any]]) -> str:
    """Say in how many comparisons we are faster, and list the others."""
    pairs = [(row["name"], peer, r) for row in rows for peer, r in ratios(row).items()]
    slower = sorted((pair for pair in pairs if pair[2] < LEVEL), key=lambda pair: pair[2])
    text = (
        f"{len(rows)} rows, {len(pairs)} comparisons with a peer: maskengine is as fast or faster "
        f"in {len(pairs) - len(slower)} of them, slower in {len(slower)}."
    )
    if not slower:
        return text
    lines = ["| job | peer | its share of our time |", "|---|---|---:|"]
    lines += [f"| {name} | {peer} | {plain(ratio)} |" for name, peer, ratio in slower]
    return f"{text}\n\n" + "\n".join(lines)


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
