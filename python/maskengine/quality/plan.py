"""How deep to annotate which frame: tiers with budgets, floors of classes, a control sample."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine.errors import MaskError, MaskTypeError, shown
from maskengine.quality._duplicates import near_duplicates
from maskengine.quality.novelty import Novelty
from maskengine.quality.tiers import (
    Tier,
    TierCounts,
    affordable,
    as_minutes,
    as_number,
    as_tiers,
    counted,
    remaining,
    wanted_frames,
)

_REASONS = ("none", "floor", "control", "novelty")


@dataclass(frozen=True, eq=False)
class Plan:
    """What :func:`plan` decided for N frames, in the order of their novelty.

    Parameters
    ----------
    frames : tuple of str
        (N,): names, the most novel first.
    tier : numpy.ndarray
        int64 (N,): number of the tier of each, -1 for none.
    reason : tuple of str
        (N,): ``"floor"``, for the floor of a class; ``"control"``, drawn by lot; ``"novelty"``, by
        its place in the order; ``"none"``, for frames in no tier.
    minutes : numpy.ndarray
        float64 (N,): work on each.
    novelty : numpy.ndarray
        float64 (N,).
    duplicate_of : tuple of str
        (N,): the frame that each is a near duplicate of; itself, where it is of none.
    counts : TierCounts
        Frames and hours of each tier.
    pixels : numpy.ndarray
        int64 (T,): labelled pixels of the frames of each tier.
    floors_missed : dict of int to tuple of int
        Label -> frames wanted in the first tier, and frames there.

    Examples
    --------
    See :func:`plan`.
    """

    frames: tuple[str, ...]
    tier: npt.NDArray[np.int64]
    reason: tuple[str, ...]
    minutes: npt.NDArray[np.float64]
    novelty: npt.NDArray[np.float64]
    duplicate_of: tuple[str, ...]
    counts: TierCounts
    pixels: npt.NDArray[np.int64]
    floors_missed: dict[int, tuple[int, int]]

    def __len__(self) -> int:
        return len(self.frames)


def plan(
    frames: Novelty,
    tiers: Iterable[Tier],
    *,
    floors: int | Mapping[int, int] = 0,
    control: float = 0.0,
    duplicates: int | None = None,
    similarity: float = 0.01,
    budget: float | None = None,
    seed: int = 0,
) -> Plan:
    """Give each frame a depth of annotation: the novel ones get most.

    Parameters
    ----------
    frames : Novelty
        What :func:`novelty` found.
    tiers : iterable of Tier
        The deepest first.
    floors : int or mapping, default 0
        Frames with a class that the first tier must have: a number for every class, or
        ``{label: frames}``.
    control : float, default 0
        Share of the places of each tier that are drawn by lot from the frames that are left, so
        that what novelty misses is seen.
    duplicates : int, optional
        How many of frames that are near duplicates get into all tiers but the last, at most.
    similarity : float, default 0.01
        Bits of Jensen-Shannon divergence below which two frames with the same labels and the same
        neighbours are near duplicates.
    budget : float, optional
        Hours in all, at most.
    seed : int, default 0
        Of the lot.

    Returns
    -------
    Plan

    Raises
    ------
    MaskError
        If an argument is none of its values; see :func:`tier_counts` for tiers.
    MaskTypeError
        If `frames` is no :class:`Novelty`.

    Notes
    -----
    The first tier takes frames for the floors, those of the rarest class first, each time the
    first in the order of novelty; then each tier its control sample; then the next frames in that
    order. The lot is by a hash of the name, so neither it nor anything else depends on the order
    in which frames came. Control frames and those of floors count as duplicates, but are not kept
    out as such. Where that leaves places empty, the frames go to the tiers below.

    Examples
    --------
    >>> import numpy as np
    >>> import maskengine as me
    >>> from maskengine.quality import Tier, novelty, plan
    >>> maps = np.array([[[1, 1, 2]], [[1, 1, 2]], [[1, 3, 2]], [[1, 2, 2]]])
    >>> found = novelty(me.frame_stats(maps, names=["a", "b", "c", "d"]))
    >>> plan(found, [Tier("full", 60, share=0.25), Tier("light", 10)]).frames
    ('c', 'd', 'a', 'b')
    >>> plan(found, [Tier("full", 60, share=0.25), Tier("light", 10)]).counts.hours
    array([1. , 0.5])
    """
    if not isinstance(frames, Novelty):
        raise MaskTypeError(f"expected Novelty, got {type(frames).__name__}", parameter="frames")
    listed = as_tiers(tiers)
    minutes = as_minutes(budget)
    share = as_number(control, "control", 0.0, 1.0)
    limit = as_number(similarity, "similarity", 0.0, 1.0)
    wanted = _as_floors(floors, frames)
    leaders = np.arange(len(frames))
    if duplicates is not None:
        if isinstance(duplicates, bool) or not isinstance(duplicates, int) or duplicates < 1:
            raise MaskError(
                f"expected 1 or more, got {shown(duplicates)}"[:200], parameter="duplicates"
            )
        leaders = near_duplicates(
            frames.layout, frames.label_offsets, frames.shares, frames.order, limit
        )
    choice = _Choice(frames, leaders, duplicates)
    lot = _lot(frames.frames, seed) if share > 0 else frames.order
    missed: dict[int, tuple[int, int]] = {}
    last = len(listed) - 1
    for t, (tier, places) in enumerate(
        zip(listed, wanted_frames(len(frames), listed), strict=True)
    ):
        free = int((choice.tier < 0).sum())
        n = min(free if places is None else places, free, affordable(minutes, tier))
        if t == 0:
            missed = choice.take_floors(wanted, n)
        choice.take_lot(t, lot, min(round(share * n), n - choice.taken(t)))
        choice.take_novel(t, n - choice.taken(t), capped=t < last)
        minutes = remaining(minutes, choice.taken(t), tier)
    return _described(frames, choice, listed, leaders, missed)


class _Choice:
    """Which frames are in which tier so far."""

    def __init__(self, frames: Novelty, leaders: npt.NDArray[np.int64], most: int | None) -> None:
        self.tier = np.full(len(frames), -1, np.int64)
        self.reason = np.zeros(len(frames), np.int64)
        self._frames = frames
        self._leaders = leaders
        self._most = most

    def taken(self, t: int) -> int:
        return int((self.tier == t).sum())

    def _put(self, chosen: npt.NDArray[np.int64], t: int, reason: str) -> None:
        self.tier[chosen] = t
        self.reason[chosen] = _REASONS.index(reason)

    def take_floors(self, wanted: dict[int, int], room: int) -> dict[int, tuple[int, int]]:
        """Fill the floors of classes, the rarest first; say which are not met."""
        frames = self._frames
        rank = np.empty(len(frames), np.int64)
        rank[frames.order] = np.arange(len(frames))
        frame_of = np.repeat(np.arange(len(frames), dtype=np.uint32), np.diff(frames.label_offsets))
        by_label = np.lexsort((rank[frame_of], frames.places))
        places = frames.places[by_label]
        missed = {}
        known = {label: k for k, label in enumerate(frames.corpus.labels.tolist())}
        present = frames.corpus.present.tolist()
        for label in sorted(
            wanted, key=lambda one: (present[known[one]] if one in known else 0, one)
        ):
            place = known.get(label, len(known))
            begin, end = np.searchsorted(places, [place, place + 1]).tolist()
            having = frame_of[by_label[begin:end]]
            inside = self.tier[having] == 0
            need = wanted[label] - int(inside.sum())
            free = having[~inside][: max(min(need, room - self.taken(0)), 0)]
            self._put(free, 0, "floor")
            got = int(inside.sum()) + free.size
            if got < wanted[label]:
                missed[label] = (wanted[label], got)
        return missed

    def take_lot(self, t: int, lot: npt.NDArray[np.int64], n: int) -> None:
        free = lot[self.tier[lot] < 0]
        self._put(free[: max(n, 0)], t, "control")

    def take_novel(self, t: int, n: int, *, capped: bool) -> None:
        free = self._frames.order[self.tier[self._frames.order] < 0]
        if capped and self._most is not None:
            free = free[self._allowed(free)]
        self._put(free[: max(n, 0)], t, "novelty")

    def _allowed(self, free: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        """Say which frames, in order, are not beyond the number of near duplicates."""
        used = np.bincount(self._leaders[self.tier >= 0], minlength=self.tier.size)
        leaders = self._leaders[free]
        order = np.argsort(leaders, kind="stable")
        ranked = leaders[order]
        starts = np.searchsorted(ranked, ranked)
        nth = np.empty(free.size, np.int64)
        nth[order] = np.arange(free.size) - starts
        allowed: npt.NDArray[np.bool_] = nth + used[leaders] < (self._most or 0)
        return allowed


def _as_floors(floors: Any, frames: Novelty) -> dict[int, int]:
    if not isinstance(floors, Mapping):
        floors = dict.fromkeys(frames.corpus.labels.tolist(), floors)
    out = {}
    for label, n in floors.items():
        for value in (label, n):
            if not _arrays.is_whole(value):
                raise MaskTypeError(
                    f"expected integers, got {shown(value)}"[:200], parameter="floors"
                )
        if n < 0:
            raise MaskError(f"expected 0 frames or more, got {shown(n)}", parameter="floors")
        if n > 0:
            out[int(label)] = int(n)
    return out


def _lot(names: tuple[str, ...], seed: int) -> npt.NDArray[np.int64]:
    """Give the frames in an order that their names and the seed decide."""
    if isinstance(seed, bool) or not isinstance(seed, int):
        raise MaskTypeError(f"expected an integer, got {shown(seed)}"[:200], parameter="seed")
    if not -(2**63) <= seed < 2**63:
        raise MaskError(f"expected a number in int64, got {shown(seed)}", parameter="seed")
    key = seed.to_bytes(8, "little", signed=True)
    drawn = [
        hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8, key=key).digest()
        for name in names
    ]
    return np.array(sorted(range(len(names)), key=lambda i: (drawn[i], names[i])), np.int64)


def _described(
    frames: Novelty,
    choice: _Choice,
    tiers: tuple[Tier, ...],
    leaders: npt.NDArray[np.int64],
    missed: dict[int, tuple[int, int]],
) -> Plan:
    order = frames.order
    tier = choice.tier[order]
    n = len(tiers)
    inside = choice.tier >= 0
    each = np.bincount(choice.tier[inside], minlength=n).astype(np.int64)
    pixels = np.zeros(n, np.int64)
    np.add.at(pixels, choice.tier[inside], frames.pixels[inside])
    per_frame = np.array([*(one.minutes for one in tiers), 0.0])
    return Plan(
        tuple(frames.frames[i] for i in order.tolist()),
        tier,
        tuple(_REASONS[code] for code in choice.reason[order].tolist()),
        per_frame[tier],
        frames.novelty[order],
        tuple(frames.frames[i] for i in leaders[order].tolist()),
        counted(tiers, each, int((~inside).sum())),
        pixels,
        missed,
    )
