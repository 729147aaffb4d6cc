"""Slow truths in plain NumPy: short enough to be read as the definition."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine.values import Masks

Dense = npt.NDArray[np.bool_]


def decode(masks: Masks) -> list[Dense]:
    """Give each mask as a dense (H, W) bool array."""
    dense = []
    for i, (height, width) in enumerate(masks.sizes):
        counts = masks.counts[masks.offsets[i] : masks.offsets[i + 1]]
        values = np.repeat(np.arange(counts.size) % 2 == 1, counts)
        dense.append(values.reshape((width, height)).T)
    return dense


def counts_of(mask: npt.ArrayLike) -> list[int]:
    """Give the canonical counts of one dense (H, W) mask."""
    flat = np.asarray(mask).astype(bool).ravel(order="F")
    changes = np.flatnonzero(np.diff(np.concatenate([[False], flat]).astype(np.int8)))
    return [int(c) for c in np.diff(np.concatenate([[0], changes, [flat.size]]))]


def encode(dense: Iterable[npt.ArrayLike]) -> Masks:
    """Give the canonical batch of dense (H, W) masks."""
    arrays = [np.asarray(mask) for mask in dense]
    lists = [counts_of(mask) for mask in arrays]
    return from_lists(lists, [mask.shape for mask in arrays])


def from_lists(counts: Sequence[Sequence[int]], sizes: Sequence[Any]) -> Masks:
    """Give the batch with these counts and sizes."""
    offsets = np.cumsum([0, *(len(c) for c in counts)])
    flat = np.array([c for one in counts for c in one], np.uint32)
    return Masks(flat, offsets, np.array(sizes, np.int64).reshape(-1, 2))


def art(*rows: str) -> Dense:
    """Read a hand-drawn mask: '#' is foreground, '.' background, one string per row.

    Examples
    --------
    >>> art("#.", ".#").astype(int)
    array([[1, 0],
           [0, 1]])
    """
    return np.array([[character == "#" for character in row] for row in rows], bool).reshape(
        len(rows), -1
    )


def area(masks: Masks) -> npt.NDArray[np.int64]:
    """Count foreground pixels on the dense masks."""
    return np.array([mask.sum() for mask in decode(masks)], np.int64)


def transform(masks: Masks, function: Callable[..., npt.ArrayLike], *values: Any) -> Masks:
    """Give the canonical batch of function(mask) for each dense mask.

    Each of `values` has one item per mask, which is passed along.
    """
    return encode([function(mask, *row) for mask, *row in zip(decode(masks), *values, strict=True)])


def bbox(masks: Masks) -> npt.NDArray[np.int64]:
    """Find the half-open box left, top, right, bottom on the dense masks; zeros where empty."""
    boxes = np.zeros((len(masks), 4), np.int64)
    for box, mask in zip(boxes, decode(masks), strict=True):
        y, x = np.nonzero(mask)
        if x.size:
            box[:] = x.min(), y.min(), x.max() + 1, y.max() + 1
    return boxes
