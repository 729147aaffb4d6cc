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
from maskengine.convert._simplify import Bound
from maskengine.formats import Frames, ImageRow, Ledger
from maskengine.values import Masks

_WORST = 20
_BINS = 1000
_PAIRS = 5000  # masks compared at a time


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
    beyond : int
        Masks that differ by more than was allowed, where a bound was asked for.
    worst : list of (float, int, int)
        Intersection over union, image id and number within the image of the least alike, at most
        20, without the exact ones.
    """

    compared: int = 0
    exact: int = 0
    absent: int = 0
    beyond: int = 0
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

    def add(
        self,
        images: npt.NDArray[np.int64],
        numbers: npt.NDArray[np.int64],
        iou: npt.NDArray[np.float64],
    ) -> None:
        """Count masks: their images, numbers within them, and how alike they are."""
        self.compared += len(iou)
        self.exact += int((iou == 1).sum())
        if not len(iou):
            return
        self.iou_min = float(np.fmin(self.iou_min, iou.min()))
        self._histogram += np.bincount((iou * _BINS).astype(int), minlength=_BINS + 1)
        for row in np.flatnonzero(iou < 1).tolist():
            self._push((-float(iou[row]), -int(images[row]), -int(numbers[row])))

    def add_all(self, other: Likeness) -> None:
        """Count the masks of other images."""
        self.compared += other.compared
        self.exact += other.exact
        self.absent += other.absent
        self.beyond += other.beyond
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
            "counts": [self.compared, self.exact, self.absent, self.beyond],
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


def verify(source: Frames, target: Frames, ledger: Ledger, bound: Bound | None = None) -> Likeness:
    """Read what was written, and compare mask by mask.

    Parameters
    ----------
    source, target : Frames
        As their formats read them, the source without what was refused.
    ledger : Ledger
        Which annotation became which.
    bound : Bound, optional
        By how much masks may differ.
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
    pairs = _Pairs(found, bound)
    for (image, ours, rows), id_ in zip(_masks(source), ids, strict=True):
        other = Masks.concatenate([]) if id_ == -1 else next(theirs)[1]
        into = ledger.written.get(image.id)
        numbers = np.arange(len(ours)) if into is None else into[rows]
        pairs.add(image.id, ours, numbers, other)
    pairs.compare()
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
        yield image, formats.masks_of(records), rows


class _Pairs:
    """Masks of the source and what they became, compared many at a time."""

    def __init__(self, found: Likeness, bound: Bound | None) -> None:
        self._found, self._bound = found, bound
        self._clear()

    def _clear(self) -> None:
        self._size = 0
        self._ours: list[Masks] = []
        self._theirs: list[Masks] = []
        self._images: list[npt.NDArray[np.int64]] = []
        self._numbers: list[npt.NDArray[np.int64]] = []

    def add(self, image: int, ours: Masks, numbers: npt.NDArray[np.int64], other: Masks) -> None:
        """Take the masks of an image; `numbers` are those of their counterparts in `other`."""
        here = (numbers >= 0) & (numbers < len(other))
        self._found.absent += int((~here).sum())
        kept = np.flatnonzero(here)
        if not kept.size:
            return
        wanted = ours if len(kept) == len(ours) else ours[kept]
        into = numbers[kept]
        groups, first = np.unique(into, return_index=True)
        if len(groups) < len(into):  # several became one: their union did
            unions = [me.union(wanted[np.flatnonzero(into == group)]) for group in groups]
            wanted, kept, into = Masks.concatenate(unions), kept[first], groups
        is_all = len(into) == len(other) and (into == np.arange(len(into))).all()
        self._ours.append(wanted)
        self._theirs.append(other if is_all else other[into])
        self._images.append(np.full(len(into), image))
        self._numbers.append(kept)
        self._size += len(into)
        if self._size >= _PAIRS:
            self.compare()

    def compare(self) -> None:
        """Count what is there."""
        if not self._ours:
            return
        ours, theirs = Masks.concatenate(self._ours), Masks.concatenate(self._theirs)
        iou = np.zeros(len(ours))
        at = np.flatnonzero((ours.sizes == theirs.sizes).all(axis=1))
        if at.size:
            if at.size < len(ours):
                ours, theirs = ours[at], theirs[at]
            iou[at] = me.iou(ours, theirs, mode="pairs")
            iou[at[(me.area(ours) == 0) & (me.area(theirs) == 0)]] = 1
            if self._bound is not None:
                self._found.beyond += int(self._bound.beyond(ours, theirs, iou[at]).sum())
        self._found.add(np.concatenate(self._images), np.concatenate(self._numbers), iou)
        self._clear()
