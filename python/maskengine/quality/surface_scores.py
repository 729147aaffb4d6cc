"""Scores from distances between outlines, as one or another library defines them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine._listing import each
from maskengine.errors import MaskError, MaskTypeError, shown
from maskengine.quality._profiles import PROFILES, Profile, ProfileName
from maskengine.quality._status import Status, statuses
from maskengine.quality._tolerance import PairTolerances, as_tolerance, of_pairs
from maskengine.quality.surface import SurfaceDistances

_LISTED = 2**22  # elements up to which shares add up one by one, to the bit as the peer's do


@dataclass(frozen=True, eq=False)
class SurfaceScores:
    """What :func:`surface_scores` makes of :class:`SurfaceDistances` of N items.

    Parameters
    ----------
    hausdorff : numpy.ndarray
        float64 (N,): the greatest distance of either direction.
    hausdorff_percentile : numpy.ndarray
        float64 (N,): the robust Hausdorff distance, HD95 unless another percentile was asked for.
    asd : numpy.ndarray
        float64 (N, 2): average distance from the reference to the prediction, and back.
    assd : numpy.ndarray
        float64 (N,): average symmetric distance.
    surface_dice : numpy.ndarray
        float64 (N,) for one tolerance, or a table by pair; (N, T) for T tolerances: the share of
        both outlines within the tolerance (NSD).
    length : numpy.ndarray
        float64 (N, 2): of either outline.
    status : tuple of str
        Of each item: ``"ok"``; ``"both_empty"``, ``"ref_empty"`` or ``"pred_empty"``, without an
        outline on both sides or on one.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import surface_distances, surface_scores
    >>> empty = np.zeros((3, 3), bool)
    >>> surface_scores(surface_distances(~empty, empty)).status
    ('pred_empty',)
    """

    hausdorff: npt.NDArray[np.float64]
    hausdorff_percentile: npt.NDArray[np.float64]
    asd: npt.NDArray[np.float64]
    assd: npt.NDArray[np.float64]
    surface_dice: npt.NDArray[np.float64]
    length: npt.NDArray[np.float64]
    status: tuple[Status, ...]


def surface_scores(
    distances: SurfaceDistances,
    *,
    percentile: float = 95,
    tolerance: float | Iterable[float] | PairTolerances = 1.0,
    profile: ProfileName | None = None,
) -> SurfaceScores:
    """Give Hausdorff distances, average distances and surface Dice at any tolerance.

    Parameters
    ----------
    distances : SurfaceDistances
        Of one frame, or the sum over many.
    percentile : float, default 95
        Of the robust Hausdorff distance, in [0, 100].
    tolerance : float, iterable of float or PairTolerances, default 1
        Of surface Dice, in the unit of the spacing; one, or several; by pair of classes for
        distances that were measured by pair.
    profile : str, optional
        Another one with the same outlines; that of the distances by default.

    Returns
    -------
    SurfaceScores

    Raises
    ------
    MaskTypeError
        If `distances` are no :class:`SurfaceDistances`, or a number is none.
    MaskError
        If a number is out of range, the profile takes other outlines, or tolerances are by pair and
        distances are not.

    Notes
    -----
    ``"engine"`` and ``"strict:surface-distance"``: points between pixels, weighted by length;
    percentiles of either direction, the greater; mean over both outlines; shares of length.
    ``"strict:medpy"``: border pixels; percentiles and means of the elements of both together.
    ``"strict:monai"``: border pixels; percentiles of either direction, the greater.
    ``"strict:panoptica"``: as MedPy, but ASSD and surface Dice are means of both directions. They
    differ in what they give for empty masks, too: the engine gives distances of 0 and surface Dice
    of 1 for two empty outlines, infinite distances and 0 for one. MedPy raises, here NaN.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import surface_distances, surface_scores
    >>> a, b = np.zeros((2, 200, 200), bool)
    >>> a[50:150, 50:150], b[50:150, 52:152] = True, True
    >>> scores = surface_scores(surface_distances(a, b), tolerance=(1, 2))
    >>> scores.hausdorff_percentile.tolist(), scores.surface_dice.round(7).tolist()
    ([2.0], [[0.5050147, 1.0]])
    """
    if not isinstance(distances, SurfaceDistances):
        raise MaskTypeError(
            f"expected SurfaceDistances, got {type(distances).__name__}", parameter="distances"
        )
    rules = _profile(distances, profile)
    if not 0 <= as_tolerance(percentile, "percentile") <= 100:
        raise MaskError(
            f"expected a number in [0, 100], got {shown(percentile)}", parameter="percentile"
        )
    reach, flat = _tolerances(distances, tolerance)
    n = distances.n
    hausdorff, robust, assd = np.empty(n), np.empty(n), np.empty(n)
    asd, length = np.empty((n, 2)), np.empty((n, 2))
    dice = np.empty((n, reach.shape[1]))
    key = 2 * distances.rows.item + distances.rows.side
    bounds = np.searchsorted(key, np.arange(2 * n + 1)).tolist()
    for i in range(n):
        sides = [_Side.of(distances, *bounds[2 * i + k : 2 * i + k + 2]) for k in (0, 1)]
        length[i] = [side.total for side in sides]
        if not length[i].all():
            values = _without(rules, length[i] > 0)
        else:
            values = _with(rules, sides, percentile / 100, reach[i])
        hausdorff[i], robust[i], asd[i], assd[i], dice[i] = values
    found = statuses(length[:, 0] > 0, length[:, 1] > 0)
    return SurfaceScores(hausdorff, robust, asd, assd, dice[:, 0] if flat else dice, length, found)


def _profile(distances: SurfaceDistances, name: Any) -> Profile:
    ours = PROFILES[distances.profile]
    if name is None:
        return ours
    known = [one for one, rules in PROFILES.items() if rules.elements == ours.elements]
    if not isinstance(name, str) or name not in known:
        raise MaskError(f"expected one of {known}, got {shown(name)}"[:300], parameter="profile")
    return PROFILES[name]


def _tolerances(distances: SurfaceDistances, given: Any) -> tuple[npt.NDArray[np.float64], bool]:
    """Give (N, T) tolerances, and whether there is but one for each item."""
    if isinstance(given, PairTolerances):
        if distances.labels is None or distances.labels.ndim != 2:
            raise MaskError("expected one, as distances are not by pair", parameter="tolerance")
        return of_pairs(given, distances.labels, "tolerance")[:, np.newaxis], True
    flat = not isinstance(given, Iterable) or isinstance(given, (str, bytes))
    values = [given] if flat else list(each(given, "tolerance", "numbers"))
    row = np.array([as_tolerance(value, "tolerance") for value in values], np.float64)
    return np.broadcast_to(row, (distances.n, len(row))), flat


@dataclass(frozen=True, eq=False)
class _Side:
    """The elements of one side, nearest first."""

    distance: npt.NDArray[np.float64]
    length: npt.NDArray[np.float64]
    count: npt.NDArray[np.int64]
    weight: npt.NDArray[np.float64]  # length of all elements of a row
    total: float

    @staticmethod
    def of(distances: SurfaceDistances, begin: int, end: int) -> _Side:
        rows = distances.rows
        length, count = rows.length[begin:end], rows.count[begin:end]
        weight = length * count
        return _Side(rows.distance[begin:end], length, count, weight, float(weight.sum()))

    def mean(self) -> float:
        return float((self.distance * self.weight).sum() / self.total)

    def within(self, reach: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Give the length within each reach."""
        sums = np.concatenate([[0.0], np.cumsum(self.weight)])
        sums[-1] = self.total  # all of it is a share of 1, however sums are rounded
        return np.asarray(sums[np.searchsorted(self.distance, reach, side="right")])


def _without(rules: Profile, present: npt.NDArray[np.bool_]) -> tuple[Any, ...]:
    """Give the scores of an item that lacks an outline on one side or both."""
    if not present.any():
        hausdorff, average, dice = rules.both_empty
        return hausdorff, hausdorff, [average, average], average, dice
    one = rules.one_empty
    directed = [one if here else rules.empty_side for here in present.tolist()]
    return one, rules.one_empty_percentile, directed, one, rules.surface_dice


def _with(
    rules: Profile, sides: list[_Side], share: float, reach: npt.NDArray[np.float64]
) -> tuple[Any, ...]:
    hausdorff = max(float(side.distance[-1]) for side in sides)
    if rules.percentile == "weighted":
        robust = max(_weighted(side, share) for side in sides)
    elif rules.percentile == "linear":
        robust = max(_linear(side.distance, side.count, share) for side in sides)
    else:
        robust = _pooled(sides, share)
    means = [side.mean() for side in sides]
    within = [side.within(reach) for side in sides]
    if rules.pooled:
        total = sides[0].total + sides[1].total
        far = sum(float((side.distance * side.weight).sum()) for side in sides)
        return hausdorff, robust, means, far / total, (within[0] + within[1]) / total
    shares = (within[0] / sides[0].total + within[1] / sides[1].total) / 2
    return hausdorff, robust, means, (means[0] + means[1]) / 2, shares


def _weighted(side: _Side, share: float) -> float:
    """Give the first distance at which the share of length is reached."""
    if int(side.count.sum()) <= _LISTED:
        each = np.repeat(side.length, side.count)
        sums = np.cumsum(each) / np.sum(each)
        place = min(int(np.searchsorted(sums, share)), len(each) - 1)
        row = int(np.searchsorted(np.cumsum(side.count), place, side="right"))
    else:
        sums = np.cumsum(side.weight) / side.total
        row = min(int(np.searchsorted(sums, share)), len(sums) - 1)
    return float(side.distance[row])


def _linear(distance: npt.NDArray[np.float64], count: npt.NDArray[np.int64], share: float) -> float:
    """Interpolate between elements as ``numpy.percentile`` does."""
    ends = np.cumsum(count)
    at = (int(ends[-1]) - 1) * share
    low = int(at)
    first, second = (
        float(distance[np.searchsorted(ends, place, side="right")])
        for place in (low, min(low + 1, int(ends[-1]) - 1))
    )
    if first == second:  # also where both are infinite
        return first
    part = at - low
    step = second - first
    return first + step * part if part < 0.5 else second - step * (1 - part)


def _pooled(sides: list[_Side], share: float) -> float:
    distance = np.concatenate([side.distance for side in sides])
    count = np.concatenate([side.count for side in sides])
    order = np.argsort(distance, kind="stable")
    return _linear(distance[order], count[order], share)
