"""Frames that are nearly the same: one layout, and nearly the same shares of labels."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt


def near_duplicates(
    layout: npt.NDArray[np.uint64],
    offsets: npt.NDArray[np.int64],
    shares: npt.NDArray[np.float32],
    order: npt.NDArray[np.int64],
    limit: float,
) -> npt.NDArray[np.int64]:
    """Give for each frame the first one, in order, that it is a near duplicate of; else itself.

    One that has a leader leads none: each frame takes the first leader within `limit`, in bits of
    Jensen-Shannon divergence, or becomes one.
    """
    leader = np.arange(len(layout))
    by_layout = order[np.argsort(layout[order], kind="stable")]
    ends = np.flatnonzero(np.diff(layout[by_layout])) + 1
    for group in np.split(by_layout, ends):
        lengths = offsets[group + 1] - offsets[group]
        if group.size == 1 or lengths.min() != lengths.max():
            continue  # alone; or, once in 2^64 times, two layouts with one number
        rows = offsets[group][:, np.newaxis] + np.arange(lengths[0])
        _lead(group, shares[rows].astype(np.float64), limit, leader)
    return leader


def _lead(
    group: npt.NDArray[np.int64],
    shares: npt.NDArray[np.float64],
    limit: float,
    leader: npt.NDArray[np.int64],
) -> None:
    own = (shares * _log2(shares)).sum(axis=1)
    left = np.arange(group.size)
    while left.size:
        both = (shares[left] + shares[left[0]]) / 2
        divergence = (own[left] + own[left[0]]) / 2 - (both * _log2(both)).sum(axis=1)
        near = divergence < limit
        near[0] = True
        leader[group[left[near]]] = group[left[0]]
        left = left[~near]


def _log2(values: npt.NDArray[np.float64]) -> Any:
    return np.log2(np.maximum(values, 1e-300))
