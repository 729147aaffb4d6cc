"""Annotations from one file format to another, part by part."""

from __future__ import annotations

import os
import sys
import time
import types
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Literal

from maskengine import formats
from maskengine._arrays import as_flag, is_one_of
from maskengine._paths import LONGEST, beside
from maskengine.convert._arguments import check_arguments, check_function, checked_flags
from maskengine.convert._complete import complete
from maskengine.convert._engines import Engine, Place
from maskengine.convert._fill import fill_counts, polygons_of_rows
from maskengine.convert._fill_batch import fill_batch
from maskengine.convert._fit import fit
from maskengine.convert._job import Discarded, Job, prepared
from maskengine.convert._losses import count_losses, count_table_losses
from maskengine.convert._processes import processes_for
from maskengine.convert._quarantine import Quarantine
from maskengine.convert._report import Report
from maskengine.convert._sharded import convert_sharded
from maskengine.convert._simplify import Bound
from maskengine.convert._spool import fingerprint
from maskengine.convert._stage import staged
from maskengine.convert._verify import Likeness, verify
from maskengine.errors import BadFile, MaskError, shown
from maskengine.formats import Frames, Part

__all__ = ["Likeness", "Report", "convert", "fill_batch", "fill_counts", "polygons_of_rows"]


def convert(
    src: str | os.PathLike[str],
    dst: str | os.PathLike[str],
    *,
    from_: str | None = None,
    to: str | None = None,
    max_bad: int | None = None,
    on_error: Literal["quarantine", "skip", "fail"] = "quarantine",
    check: bool | None = None,
    strict: bool = False,
    keep_vertices: bool = False,
    simplify: str | None = None,
    limit: int | None = None,
    dry_run: bool = False,
    jobs: int | Literal["auto"] | None = None,
    resume: bool = False,
    engine: Engine = "local",
    address: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Convert annotations from one format to another.

    Annotations that are not sound are left out and written, each with its reason, to
    ``<dst>.quarantine.jsonl``; nothing is left out in silence.

    Parameters
    ----------
    src, dst : path-like
        Two different files or folders, or URLs of stores that fsspec knows, such as
        ``s3://bucket/instances.json``: the source is fetched first, and the target put last, under
        a temporary name that is changed when it is whole. A file `dst` is replaced when the new one
        is complete, never half-written; a folder must be new or empty.
    from_, to : str, optional
        Formats (`maskengine.formats.names`); by default told from the content of `src` and the
        name of `dst`. A folder to write must be told.
    max_bad : int, optional
        Give up when more annotations than this are not sound. By default any number is fine.
    on_error : {"quarantine", "skip", "fail"}
        What becomes of annotations that are not sound: set aside in a file, only counted, or an
        error.
    check : bool, optional
        Read the target again and compare every mask; by default only where the target has no place
        for run lengths, so that masks can change.
    strict : bool
        Write nothing unless the target holds everything.
    keep_vertices : bool
        Carry the vertices of polygons over even where the target's rule gives other pixels. By
        default pixels are kept: such a polygon becomes run lengths, or a polygon traced anew.
    simplify : str, optional
        Write polygons of fewer vertices: ``"max-distance=X"``, their outlines at most X pixels from
        those of the masks, or ``"min-iou=Y"``, the pixels that the target draws at least so alike.
        Run lengths become polygons, too, but for crowds and for masks with holes where the target
        holds those as run lengths alone. The target is read again by default, and masks beyond the
        bound are counted. By default polygons are exact.
    limit : int, optional
        Convert only the first so many images.
    dry_run : bool
        Do everything, and write nothing but the report.
    jobs : int or "auto", optional
        Work in shards of the source, with so many processes, and in a folder ``.<dst>.maskengine``
        beside the target, which is gone when the target is there. The bytes are the same for any
        number. ``"auto"``: as many as there are threads to use (`maskengine.use`), but for a file
        one to 64 MB of it. By default one pass in this process, without shards.
    resume : bool
        Go on with a conversion in shards that was interrupted.
    engine : {"local", "dask", "ray"}
        What runs the shards: processes of this machine, or Dask or Ray, which must be installed.
        The bytes are the same.
    address : str, optional
        Of the scheduler of a cluster, whose workers must see the source and the target's folder
        under the same names, so neither can be a URL; by default Dask or Ray is started on this
        machine, with `jobs` processes (as many as there are processors).
    progress : callable, optional
        Called with what is read so far and all there is, in bytes, files of a folder, or shards.

    Returns
    -------
    Report

    Raises
    ------
    BadFile
        If `src` as a whole is not of its format, or a file that changes while it is read.
    LimitExceeded
        If more than `max_bad` annotations are not sound.
    MaskError
        If `src` and `dst` are one file, a format is not known, the target cannot hold everything
        and `strict` is asked for, or `simplify` is no such bound, or the target no polygons.
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
    auto = is_one_of(jobs, "auto")
    check_arguments(src, dst, limit=limit, jobs=None if auto else jobs, max_bad=max_bad)
    strict, keep_vertices, dry_run, resume = checked_flags(
        strict=strict, keep_vertices=keep_vertices, dry_run=dry_run, resume=resume
    )
    check = None if check is None else as_flag(check, "check")
    check_function(progress, "progress")
    started = time.perf_counter()
    in_shards = jobs is not None or resume or not is_one_of(engine, "local")
    place = _place((src, dst), jobs, engine, address)
    with ExitStack() as outer:
        stage = outer.enter_context(staged(src, dst, in_shards=in_shards, resume=resume))
        source, target = stage.source, stage.target
        quarantine = _quarantine_of(target, on_error, dry_run=dry_run)
        _check_ends(source, target, quarantine)
        before = _state(source)
        read_as = formats.detect(source) if from_ is None else from_
        report = Report(source, target, read_as, formats.for_target(target) if to is None else to)
        formats.check_writable(report.target_format)
        stage.check(folder=formats.by_name(report.target_format).FOLDER)
        report.simplify = _bound(simplify, keep_vertices=keep_vertices)
        job = Job(
            report.source_format, report.target_format, keep_vertices, check, limit, report.simplify
        )
        with ExitStack() as stack:
            stack.enter_context(_ends_dry_runs())
            sink = Quarantine(stack, quarantine, source, 0 if on_error == "fail" else max_bad)
            if in_shards:
                place = replace(place, jobs=place.jobs or processes_for(source))
                write = convert_sharded(job, report, sink, place, resume=resume, progress=progress)
            else:
                write = _convert_whole(job, report, sink, progress)
            with write:
                report.seconds = time.perf_counter() - started
                _end_early(report, before, strict=strict, dry_run=dry_run)
                sink.finish()
        _settle(report, quarantine)
        stage.put(report)
    report.seconds = time.perf_counter() - started
    return report


def _quarantine_of(target: Path, on_error: str, *, dry_run: bool) -> Path | None:
    if not is_one_of(on_error, "quarantine", "skip", "fail"):
        raise MaskError(
            f"expected 'quarantine', 'skip' or 'fail', got {shown(on_error)}", parameter="on_error"
        )
    is_kept = on_error == "quarantine" and not dry_run
    return beside(target, "", ".quarantine.jsonl", LONGEST) if is_kept else None


def _check_ends(source: Path, target: Path, quarantine: Path | None) -> None:
    if target.exists() and source.samefile(target):
        raise MaskError(f"source and target are the same file: {source}", parameter="dst")
    if quarantine is not None and quarantine.exists() and source.samefile(quarantine):
        raise MaskError(
            f"{source} is where refused annotations of {target} would be set aside",
            parameter="dst",
        )


def _state(source: Path) -> list[int]:
    """Give what tells whether a file was written to; files of a folder are read whole, each."""
    return fingerprint(source) if source.is_file() else []


def _bound(simplify: str | None, *, keep_vertices: bool) -> str | None:
    if simplify is None:
        return None
    bound = str(Bound.parse(simplify))
    if keep_vertices:
        raise MaskError("expected one of simplify and keep_vertices", parameter="simplify")
    return bound


def _settle(report: Report, quarantine: Path | None) -> None:
    """Note where refused annotations are, or remove those of an earlier run; measure the files."""
    with formats.telling(report.target):
        if quarantine is not None and report.refused:
            report.quarantine = quarantine
        elif quarantine is not None:
            quarantine.unlink(missing_ok=True)
        report.measure()


def _place(
    ends: tuple[str | os.PathLike[str], ...],
    jobs: int | Literal["auto"] | None,
    engine: Engine,
    address: str | None,
) -> Place:
    """Check where shards shall run; with 0 processes where their number is told by the source."""
    if jobs is None:
        jobs = 1 if is_one_of(engine, "local") else os.cpu_count() or 1
    place = Place(1 if jobs == "auto" else jobs, engine, address)
    place.check()
    if jobs == "auto":
        place = replace(place, jobs=0)
    if address is not None and any(map(formats.url_of, ends)):
        raise MaskError("workers elsewhere do not see the copies of URLs", parameter="address")
    return place


def _end_early(report: Report, before: list[int], *, strict: bool, dry_run: bool) -> None:
    """Let the target not be there where that is wanted, or its source is no longer what it was.

    Tables are read in one pass and annotations in another, so they would be of two states.
    """
    if _state(Path(report.source)) != before:
        raise BadFile(f"{report.source} changed while it was read", parameter="src")
    if strict and not (report.is_lossless and not report.refused):
        raise MaskError(_why(report), parameter="strict")
    if dry_run:
        raise Discarded


def _why(report: Report) -> str:
    reasons = [f"{report.refused} annotations are not sound"] if report.refused else []
    reasons += report.ledger.lines(report.target_format)
    if report.likeness is not None and report.likeness.exact < report.likeness.compared:
        changed = report.likeness.compared - report.likeness.exact
        reasons.append(f"{changed} masks would have other pixels")
    return "; ".join(reasons)


@contextmanager
def _ends_dry_runs() -> Iterator[None]:
    with suppress(Discarded):
        yield


@contextmanager
def _convert_whole(
    job: Job, report: Report, sink: Quarantine, progress: Callable[[int, int], None] | None
) -> Iterator[None]:
    """Convert in one pass; the target is there when the block ends well."""
    source, target = formats.by_name(job.source), formats.by_name(job.target)
    frames = replace(formats.read(report.source, job.source), ledger=report.ledger)
    frames = prepared(frames, job)
    count_table_losses(frames, source, target)
    fitted = fit(frames, target, keep_vertices=job.keep_vertices, bound=job.bound)
    fitted = complete(fitted, source, target)
    parts = _counted(fitted, report, sink, progress)
    with formats.writing(report.target, target) as temporary:
        formats.write_to(temporary, replace(fitted, parts=parts), target)
        if job.checks:
            written = formats.read(temporary, job.target)
            report.likeness = verify(frames, written, report.ledger, job.bound)
        yield


def _counted(
    frames: Frames,
    report: Report,
    sink: Quarantine,
    progress: Callable[[int, int], None] | None,
) -> Callable[[], Iterator[Part]]:
    """Count the annotations that a writer takes, and set the refused ones aside."""
    holds = formats.by_name(report.target_format).HOLDS

    def parts() -> Iterator[Part]:
        for part in frames:
            report.read += part.records.num_rows + len(part.refused)
            report.converted += part.records.num_rows
            report.reasons.update(bad.reason for bad in part.refused)
            sink.add(part.refused)
            count_losses(report.ledger, part.records, holds)
            yield part
            if progress is not None:
                progress(part.done, frames.size)

    return parts


class _CallableModule(types.ModuleType):
    """Lets ``maskengine.convert(src, dst)`` work though this module has the same name."""

    __call__ = staticmethod(convert)


sys.modules[__name__].__class__ = _CallableModule
