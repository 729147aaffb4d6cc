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

import numpy as np
import numpy.typing as npt
import pyarrow as pa

import maskengine as me
from maskengine import formats
from maskengine.errors import LimitExceeded, MaskError
from maskengine.formats import Frames, Part, Refused
from maskengine.values import Masks

__all__ = ["Report", "convert", "fill_counts"]


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
    seconds: float = 0.0

    @property
    def refused(self) -> int:
        """Annotations that are not in the target."""
        return self.reasons.total()


def convert(
    src: str | os.PathLike[str],
    dst: str | os.PathLike[str],
    *,
    from_: str | None = None,
    to: str | None = None,
    max_bad: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Convert an annotation file.

    Annotations that are not sound are left out and written, each with its reason, to
    ``<dst>.quarantine.jsonl``; nothing is left out in silence.

    Parameters
    ----------
    src, dst : path-like
        Two different files. `dst` is replaced when the new one is complete, never half-written.
    from_, to : str, optional
        Formats (`maskengine.formats.names`); by default told from the first bytes of `src` and the
        name of `dst`.
    max_bad : int, optional
        Give up when more annotations than this are not sound. By default any number is fine.
    progress : callable, optional
        Called with bytes read so far and bytes in all.

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
    Polygons are rasterized by the rule of the COCO API, ``rule="coco"``, where the target wants
    runs. Areas and boxes of the file stay as they are; those of the runs are columns of their own.

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
    frames = formats.read(source, report.source_format)
    needs = formats.by_name(report.target_format).NEEDS
    quarantine = target.with_name(target.name + ".quarantine.jsonl")
    with ExitStack() as stack:
        sink = _Quarantine(stack, quarantine, source)

        def parts() -> Iterator[Part]:
            filled = fill_counts(frames) if "counts" in needs else frames
            for part in filled:
                report.read += part.records.num_rows + len(part.refused)
                report.written += part.records.num_rows
                report.reasons.update(bad.reason for bad in part.refused)
                sink.add(part.refused)
                if max_bad is not None and report.refused > max_bad:
                    raise LimitExceeded(
                        f"more than {max_bad} annotations are not sound; the last: "
                        f"{part.refused[-1].reason}",
                        name="max_bad",
                        value=report.refused,
                        limit=max_bad,
                    )
                yield part
                if progress is not None:
                    progress(part.done, frames.size)

        formats.write(target, replace(frames, parts=parts), report.target_format)
    if report.refused:
        report.quarantine = quarantine
    else:
        quarantine.unlink(missing_ok=True)  # of an earlier run into the same target
    report.seconds = time.perf_counter() - started
    return report


class _Quarantine:
    """The file of refused annotations; it appears only when there is one."""

    def __init__(self, stack: ExitStack, path: Path, source: Path) -> None:
        self._stack, self._path, self._source = stack, path, source
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


def fill_counts(frames: Frames) -> Frames:
    """Give the same annotations with runs, their area and box for every mask that has a size.

    Polygons are rasterized at the size of their image, ``rule="coco"``. An annotation of an image
    that the file does not list, or whose size it does not tell, is refused. Without a table of
    images (results), polygons stay without runs.

    Parameters
    ----------
    frames : Frames
        As a format reads them.

    Returns
    -------
    Frames
    """
    sizes = _ImageSizes(frames)

    def parts() -> Iterator[Part]:
        for part in frames:
            yield _fill_part(part, sizes)

    return replace(frames, parts=parts)


def _side(side: int | None) -> int:
    return side if side is not None and 0 <= side < 2**31 else -1


class _ImageSizes:
    """Heights and widths by image id."""

    def __init__(self, frames: Frames) -> None:
        images = frames.images()
        self.known = images is not None
        rows = images or []
        ids = np.array([image.id for image in rows], np.int64)
        sides = [(_side(image.height), _side(image.width)) for image in rows]
        self._ids, first = np.unique(ids, return_index=True)  # the first of equals wins
        self._sizes = np.array(sides, np.int64).reshape(-1, 2)[first]
        self._sizes[(self._sizes < 0).any(axis=1)] = -1

    def of(self, ids: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Give (N, 2) sizes; -1 where the image tells none, -2 where there is no such image."""
        if not self._ids.size:
            return np.full((len(ids), 2), -2, np.int64)
        at = np.minimum(np.searchsorted(self._ids, ids), self._ids.size - 1)
        sizes = self._sizes[at]
        sizes[self._ids[at] != ids] = -2
        return sizes


def _fill_part(part: Part, images: _ImageSizes) -> Part:
    records = part.records
    if records.column("pixel_area").null_count < records.num_rows:
        return part  # the store has them
    is_polygon = records.column("kind").indices.to_numpy() == formats.KINDS.index("polygon")
    ids = records.column("image_id").to_numpy()
    sizes = images.of(ids)
    missing = images.known & (sizes[:, 0] == -2)
    bad = missing | (is_polygon & images.known & (sizes[:, 0] == -1))
    records, masks = _with_runs(records, sizes, is_polygon & (sizes[:, 0] >= 0))
    part = replace(part, records=records, masks=masks)
    rows = np.flatnonzero(bad)
    if not rows.size:
        return part
    reasons = {
        int(row): f"image {ids[row]} "
        + ("is not in 'images'" if missing[row] else "has no height and width")
        for row in rows
    }
    text, ends = formats.annotations_to_json(records.take(pa.array(rows)))
    starts = [0, *(ends[:-1] + 2)]  # ",\n" stands between them
    raw = [bytes(text[start:end]) for start, end in zip(starts, ends, strict=True)]
    return part.without(reasons, raw)


def _with_runs(
    records: pa.RecordBatch,
    sizes: npt.NDArray[np.int64],
    drawn: npt.NDArray[np.bool_],
) -> tuple[pa.RecordBatch, Masks]:
    """Fill counts, height, width and the pixel columns; `drawn` rows are polygons with a size.

    Gives the masks of the rows that have some, too.
    """
    if drawn.all():
        masks = _draw(records, sizes)
        return _replace_columns(records, _mask_columns(masks, drawn)), masks
    has_runs = records.column("counts").is_valid().to_numpy(zero_copy_only=False)
    masks = formats.masks_of(records)
    if drawn.any():
        polygons = _draw(records, np.where(drawn[:, None], sizes, 0))
        # rows in order: text and list masks come from `masks`, drawn ones from `polygons`
        source = np.where(has_runs, np.cumsum(has_runs) - 1, len(masks) + np.arange(len(drawn)))
        masks = Masks.concatenate([masks, polygons])[source[has_runs | drawn]]
    return _replace_columns(records, _mask_columns(masks, has_runs | drawn)), masks


def _mask_columns(masks: Masks, valid: npt.NDArray[np.bool_]) -> dict[str, pa.Array]:
    every = len(masks) == len(valid)
    null = None if every else ~valid

    def spread(values: npt.NDArray[Any], dtype: Any) -> pa.Array:
        if every:
            return pa.array(values.astype(dtype, copy=False))
        full = np.zeros(len(valid), dtype)
        full[valid] = values
        return pa.array(full, mask=null)

    ends = masks.offsets
    if not every:
        ends = ends[np.concatenate([[0], np.cumsum(valid)])]  # a null is an empty stretch
    boxes = me.bbox(masks, format="xywh").astype(np.int32)
    columns = {
        "height": spread(masks.sizes[:, 0], np.int32),
        "width": spread(masks.sizes[:, 1], np.int32),
        "counts": pa.LargeListArray.from_arrays(
            pa.array(ends), pa.array(masks.counts), mask=None if every else pa.array(null)
        ),
        "pixel_area": spread(me.area(masks), np.int64),
    }
    for i, side in enumerate("xywh"):
        columns[f"pixel_{side}"] = spread(boxes[:, i], np.int32)
    return columns


def _replace_columns(records: pa.RecordBatch, columns: dict[str, pa.Array]) -> pa.RecordBatch:
    arrays = records.columns
    for name, column in columns.items():
        arrays[records.schema.get_field_index(name)] = column
    return pa.RecordBatch.from_arrays(arrays, schema=records.schema)


def _draw(records: pa.RecordBatch, sizes: npt.NDArray[np.int64]) -> Masks:
    """Rasterize each row's rings at its own size, as the COCO API does."""
    coords, rings = records.column("coords"), records.column("rings")
    first = coords.offsets[0].as_py()
    vertices = rings.values.to_numpy()
    starts = np.zeros(len(vertices) + 1, np.int64)
    np.cumsum(vertices, out=starts[1:])
    polygons = me.Polygons.from_ragged(
        coords.values.to_numpy()[first:].reshape(-1, 2),
        # a polygon each: COCO has no holes
        (starts, np.arange(len(starts), dtype=np.int64), rings.offsets.to_numpy()),
    )
    return me.rasterize(polygons, sizes, rule="coco")


class _CallableModule(types.ModuleType):
    """Lets ``maskengine.convert(src, dst)`` work though this module has the same name."""

    __call__ = staticmethod(convert)


sys.modules[__name__].__class__ = _CallableModule
