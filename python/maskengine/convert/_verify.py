"""Whether a target holds the pixels of its source."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

import numpy as np
import numpy.typing as npt

import maskengine as me
from maskengine import formats
from maskengine.convert._complete import with_tables
from maskengine.convert._fill import fill_counts
from maskengine.formats import Frames, ImageRow, Ledger
from maskengine.values import Masks

_WORST = 20
_BINS = 1000


@dataclass
class Likeness:
    """How the masks of a target compare with those of the source.

    Attributes
    ----------
    compared, exact : int
        Masks compared, and those that have the same pixels.
    absent : int
        Masks of the source that are not in the target.
    iou_min, iou_p5 : float
        The least intersection over union, and one that 5 % stay below (to 0.001); 1 where all are
        exact, NaN where none was compared.
    worst : list of (float, int, int)
        Intersection over union, image id and number within the image of the least alike, at most
        20, without the exact ones.
    """

    compared: int = 0
    exact: int = 0
    absent: int = 0
    iou_min: float = float("nan")
    worst: list[tuple[float, int, int]] = field(default_factory=list)
    _histogram: npt.NDArray[np.int64] = field(
        default_factory=lambda: np.zeros(_BINS + 1, np.int64), repr=False
    )

    @property
    def iou_p5(self) -> float:
        """An intersection over union that 5 % of the masks stay below, to 0.001."""
        if not self.compared:
            return float("nan")
        share = np.cumsum(self._histogram) / self.compared
        return float(np.argmax(share >= 0.05)) / _BINS

    def add(self, image: int, numbers: npt.NDArray[np.int64], iou: npt.NDArray[np.float64]) -> None:
        """Count the masks of an image."""
        self.compared += len(iou)
        self.exact += int((iou == 1).sum())
        if not len(iou):
            return
        self.iou_min = float(np.fmin(self.iou_min, iou.min()))
        self._histogram += np.bincount((iou * _BINS).astype(int), minlength=_BINS + 1)
        for row in np.flatnonzero(iou < 1).tolist():
            self._push((-float(iou[row]), -image, -int(numbers[row])))

    def add_all(self, other: Likeness) -> None:
        """Count the masks of other images."""
        self.compared += other.compared
        self.exact += other.exact
        self.absent += other.absent
        self.iou_min = float(np.fmin(self.iou_min, other.iou_min))
        self._histogram += other._histogram
        for iou, image, number in other.worst:
            self._push((-iou, -image, -number))

    def _push(self, entry: tuple[float, int, int]) -> None:
        heapq.heappush(self.worst, entry)
        if len(self.worst) > _WORST:
            heapq.heappop(self.worst)

    def to_dict(self) -> dict[str, Any]:
        """Give it as JSON can hold it, when it is finished."""
        bins = np.flatnonzero(self._histogram)
        return {
            "counts": [self.compared, self.exact, self.absent],
            "iou_min": self.iou_min if self.compared else None,
            "worst": self.worst,
            "histogram": [[int(b), int(self._histogram[b])] for b in bins],
        }

    @classmethod
    def from_dict(cls, told: dict[str, Any]) -> Likeness:
        """Read what `to_dict` gives."""
        out = cls(*told["counts"])
        out.iou_min = float("nan") if told["iou_min"] is None else told["iou_min"]
        out.worst = [(iou, image, number) for iou, image, number in told["worst"]]
        for b, count in told["histogram"]:
            out._histogram[b] = count
        return out

    def finish(self) -> None:
        """Put the worst in order, the least alike first."""
        self.worst = sorted((-iou, -image, -number) for iou, image, number in self.worst)


def verify(source: Frames, target: Frames, ledger: Ledger) -> Likeness:
    """Read what was written, and compare mask by mask.

    Parameters
    ----------
    source, target : Frames
        As their formats read them, the source without what was refused.
    ledger : Ledger
        Which annotation became which.
    """
    found = Likeness()
    source, target = with_tables(source), with_tables(target)
    theirs_by = {_stem(image): image.id for image in target.images() or []}
    same = {(image.id, _stem(image)) for image in target.images() or []}
    ids = [
        image.id if (image.id, _stem(image)) in same else theirs_by.get(_stem(image), -1)
        for image in source.images() or []
    ]
    theirs = _masks(target, [id_ for id_ in ids if id_ != -1])
    for (image, ours, rows), id_ in zip(_masks(source), ids, strict=True):
        other = Masks.concatenate([]) if id_ == -1 else next(theirs)[1]
        into = ledger.written.get(image.id)
        numbers = np.arange(len(ours)) if into is None else into[rows]
        _compare(found, image.id, ours, numbers, other)
    found.finish()
    return found


def _stem(image: ImageRow) -> str:
    return str(PurePosixPath(formats.image_name(image)).with_suffix("")).lower()


def _masks(
    frames: Frames, ids: list[int] | None = None
) -> Iterator[tuple[ImageRow, Masks, npt.NDArray[np.int64]]]:
    """Give each image, its masks, and their rows among its annotations."""
    for image, records in formats.by_image(fill_counts(frames), ids=ids):
        valid = records.column("counts").is_valid()
        rows = np.flatnonzero(valid.to_numpy(zero_copy_only=False))
        yield image, formats.masks_of(records.filter(valid)), rows


def _compare(
    found: Likeness, image: int, ours: Masks, numbers: npt.NDArray[np.int64], other: Masks
) -> None:
    here = (numbers >= 0) & (numbers < len(other))
    found.absent += int((~here).sum())
    kept = np.flatnonzero(here)
    if not kept.size:
        return
    wanted = ours[kept]
    into = numbers[kept]
    if len(np.unique(into)) < len(into):  # several became one: their union did
        groups = np.unique(into)
        wanted = Masks.concatenate([me.union(wanted[np.flatnonzero(into == g)]) for g in groups])
        kept = kept[[int(np.flatnonzero(into == g)[0]) for g in groups]]
        into = groups
    got = other[into]
    iou = np.zeros(len(into))
    same = (wanted.sizes == got.sizes).all(axis=1)
    at = np.flatnonzero(same)
    if at.size:
        iou[at] = me.iou(wanted[at], got[at], mode="pairs")
        empty = (me.area(wanted[at]) == 0) & (me.area(got[at]) == 0)
        iou[at[empty]] = 1
    found.add(image, kept, iou)
