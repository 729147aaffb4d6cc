"""``maskengine convert``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from maskengine.cli import QUARANTINED
from maskengine.cli._progress import progress_bar
from maskengine.convert import Report
from maskengine.convert import convert as convert_file


def convert(
    src: Path,
    dst: Path,
    *,
    from_: Annotated[str | None, Parameter(name="--from")] = None,
    to: str | None = None,
    max_bad: int | None = None,
) -> int:
    """Convert an annotation file: COCO or LVIS JSON, or the Parquet store.

    Annotations that are not sound are left out; each is written with its reason to
    DST.quarantine.jsonl, and the exit code is then 3.

    Parameters
    ----------
    src
        The file to read.
    dst
        The file to write; its name tells the format.
    from_
        Format of SRC, when its content does not tell.
    to
        Format of DST, when its name does not tell.
    max_bad
        Give up when more annotations than this are not sound.
    """
    with progress_bar(f"converting {src.name}", src.stat().st_size) as progress:
        report = convert_file(src, dst, from_=from_, to=to, max_bad=max_bad, progress=progress)
    print(summary(report))
    return QUARANTINED if report.refused else 0


def summary(report: Report) -> str:
    """Say what a conversion did, in a few lines."""
    lines = [
        f"{report.source} ({report.source_format}) -> {report.target} ({report.target_format})",
        (
            f"{report.read} annotations read, {report.written} written, {report.refused} refused, "
            f"{report.seconds:.2f} s, {report.source.stat().st_size} -> "
            f"{report.target.stat().st_size} bytes"
        ),
    ]
    lines += [f"  {count} refused: {reason}" for reason, count in report.reasons.most_common(10)]
    if len(report.reasons) > 10:
        lines.append(f"  and {len(report.reasons) - 10} more reasons")
    if report.quarantine is not None:
        lines.append(f"refused annotations: {report.quarantine}")
    return "\n".join(lines)
