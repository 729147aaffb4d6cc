"""Depths of annotation, and what they cost."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine._listing import each
from maskengine.errors import MaskError, MaskTypeError, shown

_MOST = 2**62  # frames


@dataclass(frozen=True)
class Tier:
    """A depth of annotation.

    Parameters
    ----------
    name : str
        Such as ``"full"``.
    minutes : float
        Work on one frame.
    share : float, optional
        Of all frames, in [0, 1].
    hours : float, optional
        Of work in all, instead of a share. A tier with neither takes all frames that are left.

    Examples
    --------
    >>> from maskengine.quality import Tier
    >>> Tier("full", 60, share=0.1)
    Tier(name='full', minutes=60, share=0.1, hours=None)
    """

    name: str
    minutes: float
    share: float | None = None
    hours: float | None = None


@dataclass(frozen=True, eq=False)
class TierCounts:
    """What tiers come to, the deepest first.

    Parameters
    ----------
    tiers : tuple of Tier
        (T,).
    frames : numpy.ndarray
        int64 (T,): frames in each.
    hours : numpy.ndarray
        float64 (T,): of work on them.
    left_out : int
        Frames in no tier.

    Examples
    --------
    >>> from maskengine.quality import Tier, tier_counts
    >>> tier_counts(200_000, [Tier("all", 30)]).total_hours
    100000.0
    """

    tiers: tuple[Tier, ...]
    frames: npt.NDArray[np.int64]
    hours: npt.NDArray[np.float64]
    left_out: int

    @property
    def total_hours(self) -> float:
        """Hours of work in all."""
        return float(self.hours.sum())

    def hours_with_prelabels(self, low: float = 0.3, high: float = 0.5) -> tuple[float, float]:
        """Give the hours when correcting a pre-label takes so much of the time of drawing.

        Parameters
        ----------
        low, high : float, default 0.3 and 0.5
            Shares of the time.

        Returns
        -------
        tuple of float
            With either.

        Examples
        --------
        >>> from maskengine.quality import Tier, tier_counts
        >>> tier_counts(200_000, [Tier("all", 30)]).hours_with_prelabels()
        (30000.0, 50000.0)
        """
        for name, value in (("low", low), ("high", high)):
            as_number(value, name, 0.0, math.inf)
        return self.total_hours * low, self.total_hours * high


def tier_counts(frames: int, tiers: Iterable[Tier], *, budget: float | None = None) -> TierCounts:
    """Give the frames and hours that tiers come to.

    Parameters
    ----------
    frames : int
        How many there are.
    tiers : iterable of Tier
        The deepest first. Frames are given out from the first on.
    budget : float, optional
        Hours in all, at most.

    Returns
    -------
    TierCounts

    Raises
    ------
    MaskError
        If shares sum to more than 1, a number is out of range, or two tiers have one name.
    MaskTypeError
        If `tiers` is not of :class:`Tier`.

    Notes
    -----
    Shares are rounded so that they sum to that of all of them together; hours give as many whole
    frames as they pay for.

    Examples
    --------
    >>> from maskengine.quality import Tier, tier_counts
    >>> tiers = [Tier("full", 60, share=0.1), Tier("usual", 30, share=0.3), Tier("light", 10)]
    >>> counts = tier_counts(200_000, tiers)
    >>> counts.frames, counts.total_hours, counts.hours_with_prelabels()
    (array([ 20000,  60000, 120000]), 70000.0, (21000.0, 35000.0))
    """
    listed = as_tiers(tiers)
    if not _arrays.is_whole(frames) or not 0 <= frames <= _MOST:
        raise MaskError(
            f"expected a number of frames, got {shown(frames)}"[:200], parameter="frames"
        )
    minutes = as_minutes(budget)
    left = int(frames)
    counts = []
    for tier, places in zip(listed, wanted_frames(left, listed), strict=True):
        n = min(left if places is None else places, left, affordable(minutes, tier))
        counts.append(n)
        left -= n
        minutes = remaining(minutes, n, tier)
    return counted(listed, np.array(counts, np.int64), left)


def counted(tiers: tuple[Tier, ...], frames: npt.NDArray[np.int64], left_out: int) -> TierCounts:
    """Give the hours of frames, too."""
    with np.errstate(over="ignore"):  # infinite hours
        hours = frames * np.array([tier.minutes for tier in tiers]) / 60
    return TierCounts(tiers, frames, hours, left_out)


def as_minutes(budget: Any) -> float:
    """Check hours in all, and give minutes; infinity for None."""
    return math.inf if budget is None else 60 * as_number(budget, "budget", 0.0, math.inf)


def affordable(minutes: float, tier: Tier) -> int:
    """Give the frames that minutes pay for."""
    return _MOST if minutes == math.inf else _whole(max(minutes, 0.0) / tier.minutes)


def remaining(minutes: float, frames: int, tier: Tier) -> float:
    """Give the minutes that are left after some frames; infinite ones have no end."""
    return minutes if minutes == math.inf else minutes - frames * tier.minutes


def wanted_frames(frames: int, tiers: tuple[Tier, ...]) -> list[int | None]:
    """Give the places of each tier; None: all that are left."""
    places = _by_share(frames, [tier.share for tier in tiers])
    for i, tier in enumerate(tiers):
        if tier.hours is not None:
            places[i] = _whole(tier.hours * 60 / tier.minutes)
    return places


def _whole(frames: float) -> int:
    """Give whole frames; 2.9999999999 of them are three."""
    return _MOST if frames >= _MOST else math.floor(frames + 1e-9 * max(frames, 1))


def as_tiers(tiers: Any) -> tuple[Tier, ...]:
    """Check tiers."""
    listed = tuple(each(tiers, "tiers", "tiers"))
    if not listed:
        raise MaskError("expected at least one tier", parameter="tiers")
    for i, tier in enumerate(listed):
        if not isinstance(tier, Tier):
            raise MaskTypeError(
                f"expected a Tier, got {type(tier).__name__}", parameter="tiers", index=i
            )
        as_number(tier.minutes, f"tiers[{i}].minutes", 1e-6, math.inf)
        if tier.share is not None and tier.hours is not None:
            raise MaskError("expected a share or hours, got both", parameter="tiers", index=i)
        if tier.share is not None:
            as_number(tier.share, f"tiers[{i}].share", 0.0, 1.0)
        if tier.hours is not None:
            as_number(tier.hours, f"tiers[{i}].hours", 0.0, math.inf)
    total = math.fsum(tier.share or 0.0 for tier in listed)
    if total > 1 + 1e-9:
        raise MaskError(f"expected shares of at most 1 in all, got {total}", parameter="tiers")
    if len({tier.name for tier in listed}) < len(listed):
        raise MaskError("expected different names", parameter="tiers")
    return listed


def as_number(value: Any, name: str, low: float, high: float) -> float:
    """Check a number in [low, high], which is finite."""
    if isinstance(value, bool) or not _arrays.is_real(value):
        raise MaskTypeError(f"expected a number, got {shown(value)}"[:200], parameter=name)
    if not (low <= value <= high and math.isfinite(value)):
        raise MaskError(f"expected a number in [{low}, {high}], got {shown(value)}", parameter=name)
    return float(value)


def _by_share(frames: int, shares: Sequence[float | None]) -> list[int | None]:
    """Give whole frames; the largest rests are rounded up, of equal ones the first."""
    exact = [None if share is None else share * frames for share in shares]
    known = [value for value in exact if value is not None]
    whole = {i: _whole(value) for i, value in enumerate(exact) if value is not None}
    missing = min(round(math.fsum(known)), frames) - sum(whole.values())
    rest = sorted(whole, key=lambda i: (whole[i] - (exact[i] or 0.0), i))
    for i in rest[: max(missing, 0)]:
        whole[i] += 1
    return [whole.get(i) for i in range(len(shares))]
