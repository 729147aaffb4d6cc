"""What `compare` finds out, frame by frame, in memory that does not grow with the frames."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine.cli._annotators import Annotators, Frame
from maskengine.cli._compare_objects import ObjectCounts, PairSums
from maskengine.errors import MaskError
from maskengine.quality import (
    Agreement,
    BoundaryOffsets,
    DisagreementRegions,
    OffsetScores,
    RaterCounts,
    agreement,
    boundary_offsets,
    disagreement_regions,
    offset_scores,
    rater_counts,
)
from maskengine.quality.disagreement import KINDS


@dataclass(frozen=True)
class Options:
    """What the user asked for.

    Parameters
    ----------
    void : list of int
        Labels that say that nothing was annotated.
    tau : int
        Pixels by which outlines may differ.
    background : int
        The label of what is no object.
    reference : int or None
        Place of the annotator who is right; None for the majority.
    top : int
        Regions that are listed and drawn.
    min_iou : float
        From which on two objects are one.
    """

    void: list[int]
    tau: int
    background: int
    reference: int | None
    top: int
    min_iou: float


@dataclass(frozen=True)
class Region:
    """One region of disagreement, of the columns of DisagreementRegions."""

    frame: int
    number: int  # in its frame, from 1
    kind: str
    area: int
    mass: float
    bbox: tuple[int, ...]
    labels: tuple[int, ...]
    rater: int

    @property
    def key(self) -> tuple[Any, ...]:
        """Order the gravest first, over all frames."""
        return KINDS.index(self.kind), -round(self.mass, 9), -self.area, self.frame, self.number


@dataclass(frozen=True)
class FrameRow:
    """What is kept of a frame."""

    name: str
    size: tuple[int, ...]
    differing: float  # share of pixels
    pair_iou: float
    alpha: float
    kinds: Counter[str]


@dataclass
class Comparison:
    """Everything that a report shows."""

    files: Annotators
    options: Options
    rows: list[FrameRow] = field(default_factory=list)
    top: list[Region] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    pixels: Counter[str] = field(default_factory=Counter)  # of regions of each kind
    dissents: Counter[tuple[int, str]] = field(default_factory=Counter)
    counts: RaterCounts | None = None
    sums: BoundaryOffsets | None = None
    objects: ObjectCounts | None = None

    @property
    def scores(self) -> Agreement:
        """Give the agreement over all frames."""
        return agreement(self.counts)

    @property
    def by_class(self) -> OffsetScores:
        """Give offsets by label, over all frames."""
        return offset_scores(self._sums.classes)

    @property
    def by_pair(self) -> OffsetScores:
        """Give offsets by pair of labels, over all frames."""
        return offset_scores(self._sums.pairs)

    @property
    def _sums(self) -> BoundaryOffsets:
        if self.sums is None:
            raise MaskError("no frame was compared", parameter="maps")
        return self.sums

    @property
    def names(self) -> list[str]:
        """Give the names of the annotators."""
        return self.files.names


def compare_files(
    files: Annotators, options: Options, progress: Callable[[int, int], None] | None = None
) -> Comparison:
    """Read and compare all frames.

    Parameters
    ----------
    files : Annotators
    options : Options
    progress : callable, optional
        Called with the number of frames done, and of all.
    """
    out = Comparison(files, options)
    for number, (name, frame) in enumerate(zip(files.frames, files.read(), strict=True)):
        maps = frame.maps
        counts = rater_counts(maps, options.void)
        reference = options.reference if options.reference is not None or len(maps) > 2 else 0
        sums = boundary_offsets(maps, reference, options.void)
        regions = disagreement_regions(
            maps, options.tau, options.void, background=options.background, split=True
        )
        out.counts = counts if out.counts is None else out.counts + counts
        out.sums = sums if out.sums is None else out.sums + sums
        out.rows.append(_row(name, maps, counts, regions))
        _add(out, number, regions)
        if frame.objects is not None:
            out.objects = out.objects or ObjectCounts(options.min_iou, options.top)
            out.objects.add(number, frame.objects)
        if progress is not None:
            progress(number + 1, len(files.frames))
    return out


def regions_of(frame: Frame, options: Options) -> DisagreementRegions:
    """Find the regions of a frame that is read again."""
    return disagreement_regions(
        frame.maps, options.tau, options.void, background=options.background, split=True
    )


def _row(
    name: str, maps: list[npt.NDArray[Any]], counts: RaterCounts, regions: DisagreementRegions
) -> FrameRow:
    found = agreement(counts)
    pixels = max(maps[0].size, 1)
    differing = int(regions.area.sum()) / pixels
    kinds = Counter(regions.kind.tolist())
    return FrameRow(name, maps[0].shape, differing, found.pair_iou, found.pixels.alpha, kinds)


def _add(out: Comparison, number: int, regions: DisagreementRegions) -> None:
    kinds = regions.kind.tolist()
    out.kinds.update(kinds)
    for kind, area, rater in zip(kinds, regions.area.tolist(), regions.rater.tolist(), strict=True):
        out.pixels[kind] += area
        if rater >= 0:
            out.dissents[rater, kind] += 1
    for k in range(min(len(regions), out.options.top)):  # the gravest of a frame come first
        out.top.append(
            Region(
                number,
                k + 1,
                kinds[k],
                int(regions.area[k]),
                float(regions.mass[k]),
                tuple(regions.bbox[k].tolist()),
                tuple(regions.labels[k].tolist()),
                int(regions.rater[k]),
            )
        )
    out.top.sort(key=lambda region: region.key)
    del out.top[out.options.top :]


def document(found: Comparison, names: dict[int, str]) -> dict[str, Any]:
    """Give everything as JSON has it; what is not defined is null."""
    scores = found.scores
    classes = scores.classes.tolist()
    raters = found.names
    return {
        "annotators": raters,
        "frames": len(found.rows),
        "pixels": sum(int(np.prod(row.size)) for row in found.rows),
        "left_out": found.files.left_out,
        "labels": [{"id": c, "name": names.get(c, str(c))} for c in classes],
        "agreement": {
            "all_pixels": _coefficients(scores.pixels),
            "near_edges": None if scores.band is None else _coefficients(scores.band),
            "mean_iou": _plain(scores.mean_iou),
            "mean_boundary_iou": _plain(scores.mean_boundary_iou),
            "pair_iou": _plain(scores.pair_iou),
            "pair_boundary_iou": _plain(scores.pair_boundary_iou),
            "iou_by_label": _plain(scores.iou),
            "boundary_iou_by_label": _plain(scores.boundary_iou),
            "leave_one_out_iou": _plain(scores.leave_one_out),
            "leave_one_out_accuracy": _plain(scores.leave_one_out_accuracy),
        },
        "offsets": {
            "by_label": _offsets(found.by_class, raters),
            "by_pair_of_labels": _offsets(found.by_pair, raters),
        },
        "disagreement": {
            "regions": {kind: found.kinds[kind] for kind in KINDS},
            "pixels": {kind: found.pixels[kind] for kind in KINDS},
            "by_annotator": {
                name: {kind: found.dissents[r, kind] for kind in KINDS}
                for r, name in enumerate(raters)
            },
            "worst": [_region(found, region) for region in found.top],
        },
        "objects": None if found.objects is None else _objects(found, found.objects, names),
        "by_frame": [
            {
                "name": row.name,
                "size": list(row.size),
                "differing": row.differing,
                "pair_iou": _plain(row.pair_iou),
                "alpha": _plain(row.alpha),
                "regions": {kind: row.kinds[kind] for kind in KINDS},
            }
            for row in found.rows
        ],
    }


def _coefficients(scores: Any) -> dict[str, Any]:
    return {
        "status": scores.status,
        "pixels": scores.pixels,
        "observed": _plain(scores.observed),
        "fleiss": _plain(scores.fleiss),
        "alpha": _plain(scores.alpha),
        "cohen": _plain(scores.cohen),
        "kappa_by_label": _plain(scores.class_kappa),
        "coincidences": _plain(scores.coincidences),
    }


def _offsets(scores: OffsetScores, raters: list[str]) -> list[dict[str, Any]]:
    columns = ("edges", "clipped", "elsewhere", "frames", "mean", "std", "low", "high")
    out = []
    for k, key in enumerate(scores.keys.tolist()):
        for r, name in enumerate(raters):
            row = {column: _plain(getattr(scores, column)[k, r]) for column in columns}
            systematic = bool(scores.systematic[k, r])
            out.append({"labels": key, "annotator": name, **row, "systematic": systematic})
    return out


def _region(found: Comparison, region: Region) -> dict[str, Any]:
    return {
        "frame": found.files.frames[region.frame],
        "kind": region.kind,
        "area": region.area,
        "mass": region.mass,
        "bbox": list(region.bbox),
        "labels": list(region.labels),
        "annotator": found.names[region.rater] if region.rater >= 0 else None,
    }


def _objects(found: Comparison, counts: ObjectCounts, names: dict[int, str]) -> dict[str, Any]:
    raters = found.names

    def scores(sums: PairSums) -> dict[str, Any]:
        return {"matched": sums.matched, "f1": sums.f1, "mean_iou": sums.mean_iou}

    return {
        "min_iou": counts.least,
        "by_pair": [
            {
                "annotators": [raters[a], raters[b]],
                "objects": sums.objects,
                "two_names": counts.renamed_by[a, b],
                **scores(sums),
            }
            for (a, b), sums in counts.pairs.items()
        ],
        "by_label": [
            {"id": label, "objects": sum(sums.objects), **scores(sums)}
            for label, sums in sorted(counts.labels.items())
        ],
        "two_names": [
            {"labels": list(labels), "objects": count}
            for labels, count in counts.renamed.most_common()
        ],
        "odd": [
            {
                "kind": odd.kind,
                "frame": found.files.frames[odd.frame],
                "area": odd.area,
                "bbox": list(odd.bbox),
                "annotators": [raters[r] for r in odd.raters],
                "labels": [names.get(label, str(label)) for label in odd.labels if label],
            }
            for odd in counts.odd
        ],
    }


def _plain(value: Any) -> Any:
    """Give arrays and numbers as JSON has them."""
    if isinstance(value, np.ndarray):
        return _plain(value.tolist())
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, np.generic):
        return _plain(value.item())
    return None if isinstance(value, float) and not math.isfinite(value) else value
