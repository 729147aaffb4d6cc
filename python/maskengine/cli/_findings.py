"""What `check` finds, and how it is told: lines of 80 columns, or JSON."""

from __future__ import annotations

import os
import textwrap
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

Severity = Literal["error", "warning"]

EXAMPLES = 3
_WIDTH = 79


@dataclass
class Finding:
    """One kind of flaw: how often, and for example where."""

    severity: Severity
    what: str
    count: int = 0
    examples: list[str] = field(default_factory=list)


@dataclass
class Findings:
    """What was looked at, and every kind of flaw by its rule."""

    path: Path | str
    kind: str
    counts: dict[str, int] = field(default_factory=dict)  # images, segments, annotations
    pixels: int = 0
    void: int = 0
    found: dict[str, Finding] = field(default_factory=dict)

    def add(
        self,
        rule: str,
        severity: Severity,
        what: str,
        examples: list[str],
        count: int | None = None,
    ) -> None:
        """Note a flaw; `count` is that of the examples unless there are more."""
        n = len(examples) if count is None else count
        if n == 0:
            return
        finding = self.found.setdefault(rule, Finding(severity, what))
        finding.count += n
        finding.examples += examples[: EXAMPLES - len(finding.examples)]

    def count(self, name: str, n: int = 1) -> None:
        """Count what was looked at."""
        self.counts[name] = self.counts.get(name, 0) + n

    def total(self, severity: Severity) -> int:
        """Add up the flaws of one severity."""
        return sum(one.count for one in self.found.values() if one.severity == severity)

    def in_order(self) -> list[tuple[str, Finding]]:
        """List errors before warnings, and what is frequent before what is rare."""
        return sorted(self.found.items(), key=_order)

    def as_json(self) -> dict[str, Any]:
        """Give what msgspec writes."""
        share = 1 - self.void / self.pixels if self.pixels else None
        return {
            "path": os.fsencode(self.path).decode(errors="replace"),
            "kind": self.kind,
            **self.counts,
            "coverage": {"pixels": self.pixels, "void": self.void, "ratio": share},
            "errors": self.total("error"),
            "warnings": self.total("warning"),
            "findings": [{"rule": rule, **one.__dict__} for rule, one in self.in_order()],
        }

    def lines(self) -> list[str]:
        """Give the report."""
        counted = ", ".join(f"{n} {name}" for name, n in self.counts.items())
        out = _wrapped(f"{self.path}: {self.kind}, {counted}", "", "  ")
        if self.pixels:
            share = 100 * (1 - self.void / self.pixels)
            out.append(f"  coverage {share:.2f} %: {self.void} of {self.pixels} pixels are void")
        for severity in ("error", "warning"):
            rows = [item for item in self.in_order() if item[1].severity == severity]
            out += [f"  {severity}s:"] if rows else []
            for rule, one in rows:
                out += _wrapped(f"{one.count:>9}  {rule}: {one.what}", "  ", " " * 13)
                for example in one.examples:
                    out += _wrapped(example, " " * 13, " " * 15)
                if one.count > len(one.examples) > 0:
                    out.append(" " * 13 + f"and {one.count - len(one.examples)} more")
        errors, warnings = self.total("error"), self.total("warning")
        if not self.found:
            return [*out, "  nothing to complain of"]
        return [*out, f"  {_number(errors, 'error')}, {_number(warnings, 'warning')}"]


def _order(item: tuple[str, Finding]) -> tuple[bool, int, str]:
    return (item[1].severity != "error", -item[1].count, item[0])


def _number(n: int, word: str) -> str:
    return f"{n} {word}" if n == 1 else f"{n} {word}s"


def _wrapped(text: str, first: str, rest: str) -> list[str]:
    return textwrap.wrap(
        text, _WIDTH, initial_indent=first, subsequent_indent=rest, drop_whitespace=True,
        break_on_hyphens=False,
    )  # fmt: skip
