"""The band of each pair of labels, some pairs at a time."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine.errors import LimitExceeded
from maskengine.ops.combine import intersection, union
from maskengine.ops.dilate import dilate
from maskengine.ops.encode import encode
from maskengine.ops.split import split
from maskengine.values import Masks

_BLOCK = 2**22  # runs of the masks of pairs that are in hand at a time
_MOST_RUNS = 2**33  # of all of them: about half a minute


def band_masks(
    array: npt.NDArray[Any], pairs: npt.NDArray[np.int64], radius: float, shape: Any
) -> Masks:
    """Give the mask of each pair of labels: pixels of one that have the other within a radius."""
    known = np.unique(pairs)
    first, second = np.searchsorted(known, pairs).T
    labels = _masks_of(array, known)
    grown = dilate(labels, radius, shape)
    runs = _runs_of(labels), _runs_of(grown)
    per_pair = runs[0][first] + runs[1][second] + runs[0][second] + runs[1][first]
    total = int(per_pair.sum())
    if total > _MOST_RUNS:
        raise LimitExceeded(
            f"expected pairs whose masks have at most {_MOST_RUNS} runs together, got {len(pairs)} "
            f"pairs of {total}",
            parameter="pairs",
            value=total,
            limit=_MOST_RUNS,
        )
    parts = []
    marks = np.arange(_BLOCK, total, _BLOCK)
    cuts = np.unique([0, *(np.searchsorted(np.cumsum(per_pair), marks) + 1), len(pairs)])
    for begin, end in zip(cuts[:-1].tolist(), cuts[1:].tolist(), strict=True):
        a, b = first[begin:end], second[begin:end]
        parts.append(union(intersection(labels[a], grown[b]), intersection(labels[b], grown[a])))
    return parts[0] if len(parts) == 1 else Masks.concatenate(parts)


def steps_within(radius: float, shape: Any, size: tuple[int, ...]) -> npt.NDArray[np.int64]:
    """Give the steps (dy, dx), none of zero, to pixels that one reaches in a map of a size."""
    reach = [min(int(radius), max(side - 1, 0)) for side in size]
    sides = [np.arange(-one, one + 1) for one in reach]
    dy, dx = (grid.ravel() for grid in np.meshgrid(*sides, indexing="ij"))
    keep = (dy != 0) | (dx != 0)
    if shape == "disk":
        keep &= dy**2 + dx**2 <= radius * radius
    elif shape == "cross":
        keep &= (dy == 0) | (dx == 0)
    return np.stack([dy[keep], dx[keep]], axis=1)


def _runs_of(masks: Masks) -> npt.NDArray[np.int64]:
    return np.diff(masks.offsets)


def _masks_of(array: npt.NDArray[Any], known: npt.NDArray[np.int64]) -> Masks:
    """Give the mask of each label, at a cost that does not grow with their number."""
    parts, ids = split(array)
    place = {int(one): i for i, one in enumerate(ids.tolist())}
    none = encode(np.zeros((1, *array.shape), bool))
    every = Masks.concatenate([parts, encode(array == 0), none])
    place.setdefault(0, len(parts))
    return every[np.array([place.get(one, len(parts) + 1) for one in known.tolist()], np.int64)]
