"""``maskengine convert``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from maskengine import formats
from maskengine._paths import LONGEST, beside
from maskengine.cli import LOSSY, QUARANTINED
from maskengine.cli._format_names import Readable, Writable
from maskengine.cli._progress import progress_bar
from maskengine.convert import Likeness, Report
from maskengine.convert import convert as convert_file

_LINES = 20  # of a summary


def convert(
    src: Path,
    dst: Path,
    *,
    from_: Annotated[Readable | None, Parameter(name="--from")] = None,
    to: Writable | None = None,
    max_bad: int | None = None,
    on_error: Literal["quarantine", "skip", "fail"] = "quarantine",
    check: Annotated[bool | None, Parameter(negative="--no-check")] = None,
    strict: bool = False,
    keep_vertices: bool = False,
    simplify: str | None = None,
    limit: int | None = None,
    dry_run: bool = False,
    jobs: int | Literal["auto"] | None = None,
    resume: bool = False,
    engine: Literal["local", "dask", "ray"] = "local",
    address: str | None = None,
    report: Path | None = None,
) -> int:
    """Convert annotations from one format to another.

    Annotations that are not sound are left out; each is written with its reason to
    DST.quarantine.jsonl, and the exit code is then 3. It is 4 when all were sound but DST cannot
    hold everything; what was lost is said.

    Parameters
    ----------
    src
        The file or folder to read.
    dst
        The file to write, whose name tells the format; one that is there is replaced when the new
        one is complete. Or the folder, which must be new or empty.
    from_
        Format of SRC, when its content does not tell.
    to
        Format of DST, when its name does not tell.
    max_bad
        Give up when more annotations than this are not sound.
    on_error
        What becomes of annotations that are not sound.
    check
        Read DST again and compare every mask; by default only where masks can change.
    strict
        Write nothing unless DST holds everything.
    keep_vertices
        Carry polygons over as they are, even where DST draws other pixels from them.
    simplify
        Write polygons of fewer vertices: max-distance=X, at most X pixels from the masks' outlines,
        or min-iou=Y, the pixels at least so alike. By default polygons are exact.
    limit
        Convert only the first so many images.
    dry_run
        Do everything, and write nothing but the report.
    jobs
        Work in shards, with so many processes; auto: as many as the source is worth.
    resume
        Go on with a conversion in shards that was interrupted.
    engine
        What runs the shards: processes of this machine, Dask or Ray.
    address
        Of the scheduler of a Dask or Ray cluster; by default one is started on this machine.
    report
        A file to write the report to, as JSON.
    """
    set_aside = beside(dst, "", ".quarantine.jsonl", LONGEST) if dst.name else dst
    formats.check_target(report, "report", (src, dst, set_aside))
    with progress_bar(f"converting {src.name}", src) as progress:
        done = convert_file(
            src,
            dst,
            from_=from_,
            to=to,
            max_bad=max_bad,
            on_error=on_error,
            check=check,
            strict=strict,
            keep_vertices=keep_vertices,
            simplify=simplify,
            limit=limit,
            dry_run=dry_run,
            jobs=jobs,
            resume=resume,
            engine=engine,
            address=address,
            progress=progress,
        )
    if report is not None:
        with formats.replacing(report, "report") as temporary:
            temporary.write_text(json.dumps(done.to_dict(), indent=2) + "\n", encoding="utf-8")
    print(summary(done))
    if done.refused:
        return QUARANTINED
    return 0 if done.is_lossless else LOSSY


def summary(report: Report) -> str:
    """Say what a conversion did, in at most 20 lines."""
    lines = [
        (
            f"{report.source_url or report.source} ({report.source_format}) -> "
            f"{report.target_url or report.target} ({report.target_format})"
        ),
        (
            f"{report.read} annotations read, {report.written} written, "
            + (f"{report.dropped} dropped, " if report.dropped else "")
            + f"{report.refused} refused, {report.seconds:.2f} s, {report.bytes_read} -> "
            + (f"{report.bytes_written} bytes" if report.bytes_written else "nothing written")
        ),
    ]
    if report.likeness is not None:
        lines.append(_likeness(report.likeness))
        if report.simplify is not None:
            beyond = report.likeness.beyond
            kept = f"{beyond} masks are beyond it" if beyond else "every mask keeps to it"
            lines.append(f"simplified to {report.simplify}: {kept}")
    lines += report.ledger.lines(report.target_format)
    if report.quarantine is not None:
        lines.append(f"refused annotations: {report.quarantine}")
    room = max(_LINES - 1 - len(lines), 1)
    lines += [f"  {count} refused: {reason}" for reason, count in report.reasons.most_common(room)]
    if len(report.reasons) > room:
        lines.append(f"  and {len(report.reasons) - room} more reasons")
    return "\n".join(lines)


def _likeness(found: Likeness) -> str:
    if not found.compared:
        return f"no mask could be compared, {found.absent} are not in the target"
    text = f"{found.exact} of {found.compared} masks have the same pixels"
    if found.exact < found.compared:
        iou, image, number = found.worst[0]
        text += (
            f"; IoU at least {found.iou_min:.4f}, 5 % below {found.iou_p5:.3f}, least alike: "
            f"number {number} of image {image} ({iou:.4f})"
        )
    return text + (f"; {found.absent} are not in the target" if found.absent else "")
