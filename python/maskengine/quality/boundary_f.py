"""Precision and recall of boundaries within a tolerance: the boundary measure F of DAVIS."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from maskengine.errors import MaskError
from maskengine.ops.border_distances import BorderDistances, border_distances
from maskengine.quality._frames import (
    add_up,
    alike,
    as_frames,
    by_pairs,
    by_size,
    class_masks,
    number_of,
    pairs_of_both,
    same_items,
)  # fmt: skip
from maskengine.quality._status import Status, check_profile, ratios, statuses
from maskengine.quality._tolerance import PairTolerances, as_tolerance, check_single, of_pairs
from maskengine.quality.boundary_pairs import pair_distances
from maskengine.values.summable import Summable

Profile = Literal["engine", "strict:davis2017"]
_PROFILES = ("engine", "strict:davis2017")


@dataclass(frozen=True, eq=False)
class BoundaryMatches(Summable):
    """What :func:`boundary_f` counted: N pairs of masks, N classes, or N pairs of classes.

    Counts of several frames, or of several workers, add up item by item: ``a + b``, or
    ``sum(parts)``; pairs of classes that only one of them has are kept. The scores of a sum are
    those of all boundaries together; DAVIS gives the mean over frames, another number.

    Parameters
    ----------
    labels : numpy.ndarray or None
        int64 (N,) of classes, or (N, 2) of pairs of classes; None for pairs of masks.
    counts : numpy.ndarray
        int64 (N, 4): boundary elements of the reference, those of it that the prediction meets;
        of the prediction, those of it that the reference meets.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import boundary_f
    >>> a, b = np.zeros((2, 9, 9), bool)
    >>> a[2:6, 2:6], b[2:6, 4:8] = True, True
    >>> found = boundary_f(a, b, tolerance=1)
    >>> found.counts.tolist(), found.f.round(4).tolist()
    ([[16, 10, 16, 10]], [0.625])
    """

    labels: npt.NDArray[np.int64] | None
    counts: npt.NDArray[np.int64]

    @property
    def precision(self) -> npt.NDArray[np.float64]:
        """float64 (N,): share of the prediction's boundary that is met; 1 if it has none."""
        return ratios(self.counts[:, 3], self.counts[:, 2], 1.0)

    @property
    def recall(self) -> npt.NDArray[np.float64]:
        """float64 (N,): share of the reference's boundary that is met; 1 if it has none."""
        return ratios(self.counts[:, 1], self.counts[:, 0], 1.0)

    @property
    def f(self) -> npt.NDArray[np.float64]:
        """float64 (N,): harmonic mean of both; 0 if both are 0, or if one side has no boundary."""
        return ratios(2 * self.precision * self.recall, self.precision + self.recall, 0.0)

    @property
    def status(self) -> tuple[Status, ...]:
        """Of each item: whether its sides have boundaries."""
        return statuses(self.counts[:, 0] > 0, self.counts[:, 2] > 0)

    def __len__(self) -> int:
        return len(self.counts)

    def __add__(self, other: BoundaryMatches) -> BoundaryMatches:
        if not isinstance(other, BoundaryMatches):
            return NotImplemented
        ours, theirs = self.labels, other.labels
        both = pairs_of_both(ours, theirs)
        if both is not None:
            pairs, our_places, their_places = both
            counts = np.zeros((len(pairs), 4), np.int64)
            np.add.at(counts, our_places, self.counts)
            np.add.at(counts, their_places, other.counts)
            return BoundaryMatches(pairs, counts)
        same_items(ours, theirs)
        if len(self) != len(other):
            raise MaskError("expected as many items", parameter="other")
        return BoundaryMatches(ours, self.counts + other.counts)


def boundary_f(
    reference: Any,
    prediction: Any,
    tolerance: float | PairTolerances = 0.008,
    *,
    classes: Any = None,
    by: Literal["class", "pair"] = "class",
    void: Any = None,
    profile: Profile = "engine",
) -> BoundaryMatches:
    """Score how much of the boundaries of masks, or of labels, lie within a tolerance.

    Parameters
    ----------
    reference, prediction : Masks, PackedBits or array_like
        N masks each, in pairs of one size, or a mask (H, W) or stack (N, H, W) of bool or integers,
        where nonzero is foreground; with `classes`, label maps (H, W), or (F, H, W) for F frames,
        whose counts are added up.
    tolerance : float or PairTolerances, default 0.008
        How far a boundary may be off. Below 1: a share of the image's diagonal, rounded up to whole
        pixels; else pixels. By pair of labels, with ``by="pair"``.
    classes : int, mapping or iterable of int, optional
        The classes, as in :func:`confusion`: what is given are label maps then.
    by : {"class", "pair"}, default "class"
        With `classes`: one score for the mask of each class, or for the boundary between each pair
        of classes, which must be near a boundary of the same pair.
    void : optional
        Pixels taken as background on both sides: masks, as the masks are given; with `classes`,
        labels of the reference. With ``by="pair"``: what touches them is no boundary.
    profile : {"engine", "strict:davis2017"}, default "engine"
        Both give the same numbers: no boundary on both sides is 1, on one side 0.

    Returns
    -------
    BoundaryMatches
        Its ``f``, ``precision``, ``recall`` and ``status`` are arrays over masks, classes or pairs.

    Raises
    ------
    MaskTypeError
        If masks, labels or the tolerance are of another type.
    ShapeMismatch
        If shapes or sizes differ.
    MaskError
        If a label is neither a class nor void, or another parameter is out of range.

    Notes
    -----
    Martin, Fowlkes and Malik, *Learning to detect natural image boundaries*, 2004, as
    ``davis2017-evaluation`` computes it: a pixel unlike its right, lower or lower right neighbour
    is on the boundary, and is met by one within a disk, ``dy^2 + dx^2 <= tolerance^2``. The edge of
    the image is no boundary. Between pairs of classes, the elements are the edges of pixels, whose
    middles are compared.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import boundary_f
    >>> a = np.array([[0, 0, 1, 1, 2], [0, 0, 1, 1, 2]])
    >>> b = np.array([[0, 1, 1, 1, 2], [0, 1, 1, 1, 2]])
    >>> found = boundary_f(a, b, tolerance=0, classes=3, by="pair")
    >>> found.labels.tolist(), found.f.tolist()
    ([[0, 1], [1, 2]], [0.0, 1.0])
    """
    check_profile(profile, _PROFILES)
    pairwise = by_pairs(by, classes)
    if not pairwise:
        check_single(tolerance, "tolerance", "unless by is 'pair'")
        as_tolerance(tolerance, "tolerance")
    if classes is None:
        return BoundaryMatches(None, _mask_counts(*alike(reference, prediction, void), tolerance))
    frames = as_frames(reference, prediction, classes, void)
    if not pairwise:
        counts = [_mask_counts(*masks, tolerance) for masks in class_masks(frames)]
        return BoundaryMatches(frames.labels, add_up(counts, (len(frames.labels), 4)))
    total = BoundaryMatches(np.zeros((0, 2), np.int64), np.zeros((0, 4), np.int64))
    for first, second in frames:
        pairs, rows = pair_distances(first, second, frames.ignored, (1.0, 1.0))
        given = of_pairs(tolerance, pairs, "tolerance")
        reach = np.array([_reach(value, frames.shape) for value in given.tolist()])
        total += BoundaryMatches(pairs, _matches(rows, len(pairs), reach))
    return total


def _reach(tolerance: float, shape: tuple[int, int]) -> float:
    """Give pixels; a share of the diagonal is rounded up."""
    return tolerance if tolerance >= 1 else math.ceil(tolerance * float(np.linalg.norm(shape)))


def _mask_counts(first: Any, second: Any, none: Any, tolerance: Any) -> npt.NDArray[np.int64]:
    reach = np.zeros(number_of(first))
    for chosen, size in by_size(first):
        reach[slice(None) if chosen is None else chosen] = _reach(float(tolerance), size)
    rows = border_distances(first, second, "changes", void=none)
    return _matches(rows, len(reach), reach)


def _matches(
    rows: BorderDistances, n: int, reach: npt.NDArray[np.float64]
) -> npt.NDArray[np.int64]:
    """Count elements, and those within reach."""
    counts = np.zeros((n, 4), np.int64)
    near = rows.distance <= reach[rows.item]
    column = 2 * rows.side.astype(np.int64)
    np.add.at(counts, (rows.item, column), rows.count)
    np.add.at(counts, (rows.item[near], column[near] + 1), rows.count[near])
    return counts
