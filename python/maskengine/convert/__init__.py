"""Annotations from one file format to another, part by part."""

from __future__ import annotations

import json
import os
import sys
import time
import types
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any

from maskengine import formats
from maskengine.convert._complete import complete, with_tables
from maskengine.convert._fill import fill_counts
from maskengine.convert._fit import fit
from maskengine.convert._losses import count_losses
from maskengine.convert._verify import Likeness, verify
from maskengine.errors import LimitExceeded, MaskError
from maskengine.formats import Frames, Ledger, Part, Refused

__all__ = ["Likeness", "Report", "convert", "fill_counts"]


@dataclass
class Report:
    """What a conversion did.

    Attributes
    ----------
    source, target : pathlib.Path
        The files.
    source_format, target_format : str
        Their formats.
    read, written, refused : int
        Annotations; ``read == written + refused``.
    reasons : collections.Counter
        How many were refused for which reason.
    quarantine : pathlib.Path or None
        Where the refused ones are, when there are any.
    ledger : Ledger
        What the target has no place for, and which annotation became which.
    likeness : Likeness or None
        How the masks of the target compare with those of the source, where that was asked for or
        the target cannot hold every mask.
    seconds : float
        Wall-clock time.
    """

    source: Path
    target: Path
    source_format: str
    target_format: str
    read: int = 0
    written: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    quarantine: Path | None = None
    ledger: Ledger = field(default_factory=Ledger)
    likeness: Likeness | None = None
    seconds: float = 0.0

    @property
    def refused(self) -> int:
        """Annotations that are not in the target."""
        return self.reasons.total()

    @property
    def is_lossless(self) -> bool:
        """Whether the target holds all that the source did, but for what was refused."""
        same = self.likeness is None or (
            self.likeness.exact == self.likeness.compared and not self.likeness.absent
        )
        return same and not self.ledger.losses

    def to_dict(self) -> dict[str, Any]:
        """Give the report as JSON can hold it."""
        out: dict[str, Any] = {
            "source": {"path": str(self.source), "format": self.source_format},
            "target": {"path": str(self.target), "format": self.target_format},
            "read": self.read,
            "written": self.written,
            "refused": dict(self.reasons.most_common()),
            "seconds": round(self.seconds, 3),
            "losses": [
                {"what": what, "how": how, "count": count}
                for (what, how), count in self.ledger.losses.most_common()
            ],
        }
        if self.likeness is not None:
            out["masks"] = {
                "compared": self.likeness.compared,
                "exact": self.likeness.exact,
                "absent": self.likeness.absent,
                "iou_min": self.likeness.iou_min if self.likeness.compared else None,
                "iou_p5": self.likeness.iou_p5 if self.likeness.compared else None,
                "worst": [
                    {"iou": iou, "image_id": image, "number": number}
                    for iou, image, number in self.likeness.worst
                ],
            }
        return out


def convert(
    src: str | os.PathLike[str],
    dst: str | os.PathLike[str],
    *,
    from_: str | None = None,
    to: str | None = None,
    max_bad: int | None = None,
    check: bool | None = None,
    keep_vertices: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Convert an annotation file.

    Annotations that are not sound are left out and written, each with its reason, to
    ``<dst>.quarantine.jsonl``; nothing is left out in silence.

    Parameters
    ----------
    src, dst : path-like
        Two different files or folders. A file `dst` is replaced when the new one is complete, never
        half-written; a folder must be new or empty.
    from_, to : str, optional
        Formats (`maskengine.formats.names`); by default told from the content of `src` and the
        name of `dst`. A folder to write must be told.
    max_bad : int, optional
        Give up when more annotations than this are not sound. By default any number is fine.
    check : bool, optional
        Read the target again and compare every mask; by default only where the target has no place
        for run lengths, so that masks can change.
    keep_vertices : bool
        Carry the vertices of polygons over even where the target's rule gives other pixels. By
        default pixels are kept: such a polygon becomes run lengths, or a polygon traced anew.
    progress : callable, optional
        Called with what is read so far and all there is, in bytes, or files of a folder.

    Returns
    -------
    Report

    Raises
    ------
    BadFile
        If `src` as a whole is not of its format.
    LimitExceeded
        If more than `max_bad` annotations are not sound.
    MaskError
        If `src` and `dst` are one file, or a format is not known.
    OSError
        If a file cannot be read or written.

    Notes
    -----
    Polygons are rasterized by the rule of the source's format, `Frames.rule`. Areas and boxes of
    the file stay as they are; those of the runs are columns of their own.

    Examples
    --------
    >>> from maskengine.convert import convert
    >>> convert("instances.json", "instances.parquet").written  # doctest: +SKIP
    36781
    """
    source, target = Path(src), Path(dst)
    started = time.perf_counter()
    if target.exists() and source.samefile(target):
        raise MaskError(f"source and target are the same file: {source}", parameter="dst")
    report = Report(
        source, target, from_ or formats.detect(source), to or formats.for_target(target)
    )
    ends = formats.by_name(report.source_format), formats.by_name(report.target_format)
    frames = replace(formats.read(source, report.source_format), ledger=report.ledger)
    if ends[1].FOLDER or "images" in ends[1].NEEDS:
        frames = with_tables(frames, only_used="few" in ends[1].NEEDS)
    fitted = complete(fit(frames, ends[1], keep_vertices=keep_vertices), *ends)
    quarantine = target.with_name(target.name + ".quarantine.jsonl")
    with ExitStack() as stack:
        sink = _Quarantine(stack, quarantine, source, max_bad)
        parts = _counted(fitted, report, sink, progress)
        formats.write(target, replace(fitted, parts=parts), report.target_format)
    if report.refused:
        report.quarantine = quarantine
    else:
        quarantine.unlink(missing_ok=True)  # of an earlier run into the same target
    if check or (check is None and "runs" not in ends[1].HOLDS):
        report.likeness = verify(frames, formats.read(target, report.target_format), report.ledger)
    report.seconds = time.perf_counter() - started
    return report


def _counted(
    frames: Frames,
    report: Report,
    sink: _Quarantine,
    progress: Callable[[int, int], None] | None,
) -> Callable[[], Iterator[Part]]:
    """Count the annotations that a writer takes, and set the refused ones aside."""
    holds = formats.by_name(report.target_format).HOLDS

    def parts() -> Iterator[Part]:
        for part in frames:
            report.read += part.records.num_rows + len(part.refused)
            report.written += part.records.num_rows
            report.reasons.update(bad.reason for bad in part.refused)
            sink.add(part.refused)
            count_losses(report.ledger, part.records, holds)
            yield part
            if progress is not None:
                progress(part.done, frames.size)

    return parts


class _Quarantine:
    """The file of refused annotations; it appears only when there is one."""

    def __init__(self, stack: ExitStack, path: Path, source: Path, limit: int | None) -> None:
        self._stack, self._path, self._source = stack, path, source
        self._limit, self._count = limit, 0
        self._file: IO[str] | None = None

    def add(self, refused: tuple[Refused, ...]) -> None:
        if not refused:
            return
        if self._file is None:
            temporary = self._stack.enter_context(formats.replacing(self._path))
            self._file = self._stack.enter_context(temporary.open("w", encoding="utf-8"))
        for bad in refused:
            line = {
                "source": str(self._source),
                "position": bad.position,
                "id": bad.id,
                "byte": bad.byte,
                "reason": bad.reason,
                "raw": bad.raw.decode(errors="backslashreplace"),
            }
            self._file.write(json.dumps(line) + "\n")
        self._count += len(refused)
        if self._limit is not None and self._count > self._limit:
            raise LimitExceeded(
                f"more than {self._limit} annotations are not sound; the last: "
                f"{refused[-1].reason}",
                name="max_bad",
                value=self._count,
                limit=self._limit,
            )


class _CallableModule(types.ModuleType):
    """Lets ``maskengine.convert(src, dst)`` work though this module has the same name."""

    __call__ = staticmethod(convert)


sys.modules[__name__].__class__ = _CallableModule
