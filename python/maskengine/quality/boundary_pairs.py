"""Which labels a map parts, and where the boundaries between them run."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine._backend import core
from maskengine.errors import LimitExceeded, shown
from maskengine.ops.border_distances import BorderDistances, added_up
from maskengine.ops.joint import joint
from maskengine.ops.remap import remap
from maskengine.quality._labels import as_ignored

_NONE = np.zeros(0, np.int64)


@dataclass(frozen=True, eq=False)
class BoundaryPairs:
    """What :func:`boundary_pairs` found: K pairs of labels that touch, in columns.

    Parameters
    ----------
    pairs : numpy.ndarray
        int64 (K, 2): the labels a < b of each pair, sorted.
    edges : numpy.ndarray
        int64 (K,): pixel edges with one label on either side.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import boundary_pairs
    >>> len(boundary_pairs(np.array([[0, 1, 2]])))
    2
    """

    pairs: npt.NDArray[np.int64]
    edges: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.pairs)


def boundary_pairs(label_map: Any, void: Any = ()) -> BoundaryPairs:
    """Count the pixel edges between each pair of labels of a map.

    Parameters
    ----------
    label_map : array_like
        Shape (H, W), any integer dtype. 0 is a label like any other.
    void : int or iterable of int, optional
        Labels that have no boundaries.

    Returns
    -------
    BoundaryPairs

    Raises
    ------
    MaskTypeError
        If `label_map` is no array of integers, or a label of `void` no integer.
    ShapeMismatch
        If it is not of two dimensions.

    Notes
    -----
    The region adjacency graph (Rosenfeld and Kak, *Digital Picture Processing*, 1982) with its edge
    lengths. :func:`maskengine.adjacency` counts corners, too, and takes 0 as background.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import boundary_pairs
    >>> found = boundary_pairs(np.array([[0, 0, 1], [2, 0, 1]]))
    >>> found.pairs.tolist(), found.edges.tolist()
    ([[0, 1], [0, 2]], [2, 2])
    """
    labels = _arrays.as_label_map(label_map, "label_map")
    ignored = as_ignored(void, _NONE)
    beside = joint(labels[:, :-1], labels[:, 1:])
    below = joint(labels[:-1], labels[1:])
    rows = np.sort(np.concatenate([beside.labels, below.labels]), axis=1)
    edges = np.concatenate([beside.pixels, below.pixels])
    kept = (rows[:, 0] != rows[:, 1]) & ~np.isin(rows, ignored).any(axis=1)
    pairs, place = np.unique(rows[kept], axis=0, return_inverse=True)
    sums = np.zeros(len(pairs), np.int64)
    np.add.at(sums, place.reshape(-1), edges[kept])
    return BoundaryPairs(pairs.reshape(-1, 2), sums)


def _keys(
    numbers: npt.NDArray[Any], none: npt.NDArray[np.bool_] | None, n: int
) -> npt.NDArray[np.int64]:
    """Give each edge between labels (as numbers below n) as one integer, sorted.

    A pair of labels, then the middle of the edge in half pixels: even rows are of edges along rows.
    """
    height, width = numbers.shape
    found = []
    for down, right in ((1, 0), (0, 1)):
        first, second = numbers[: height - down, : width - right], numbers[down:, right:]
        y, x = np.nonzero(first != second)
        if none is not None:
            shown = ~(none[y, x] | none[y + down, x + right])
            y, x = y[shown], x[shown]
        a, b = first[y, x].astype(np.int64), second[y, x].astype(np.int64)
        pair = np.minimum(a, b) * n + np.maximum(a, b)
        row, column = 2 * y + 1 + down, 2 * x + 1 + right
        found.append((pair * (2 * height + 1) + row) * (2 * width + 1) + column)
    keys = np.concatenate(found)
    keys.sort()
    return keys


def _points(
    keys: npt.NDArray[np.int64], pairs: npt.NDArray[np.int64], shape: tuple[int, ...]
) -> tuple[npt.NDArray[Any], ...]:
    """Give edges by pair, as kernels take them."""
    place, column = np.divmod(keys, 2 * shape[1] + 1)
    pair, row = np.divmod(place, 2 * shape[0] + 1)
    starts = np.append(np.searchsorted(pair, pairs), len(keys))
    kind = np.where(row % 2 == 0, 1, 2)
    return starts.astype(np.int64), row, column.astype(np.int32), kind.astype(np.uint8)


def pair_distances(
    reference: npt.NDArray[Any],
    prediction: npt.NDArray[Any],
    ignored: npt.NDArray[np.int64],
    spacing: tuple[float, float],
) -> tuple[npt.NDArray[np.int64], BorderDistances]:
    """Measure from each pixel edge to the nearest one that parts the same labels in the other map.

    Gives the pairs (K, 2), sorted, and rows whose item is a pair. Edges of pixels that are void in
    either map, or beside them, do not count.
    """
    maps = [one.view(np.uint8) if one.dtype == bool else one for one in (reference, prediction)]
    labels = np.unique(np.concatenate([joint(one).labels[:, 0] for one in maps]))
    n = len(labels)
    cells = (2 * reference.shape[0] + 1) * (2 * reference.shape[1] + 1)
    if n * n * cells >= 2**63:
        raise LimitExceeded(
            f"expected fewer labels in maps of shape {reference.shape}, got {shown(n)}",
            parameter="reference",
            name="labels",
            value=n,
            limit=math.isqrt((2**63 - 1) // cells),
        )
    table = dict(zip(labels.tolist(), range(n), strict=True))
    numbers = [remap(one, table) for one in maps]
    void = np.isin(labels, ignored)
    keys = []
    for one in numbers:
        none = void[numbers[0]] | void[one] if void.any() else None
        keys.append(_keys(one, none, n))
    pairs = np.unique(np.concatenate([np.unique(one // cells) for one in keys]))
    y, x = spacing
    first, second = (_points(one, pairs, reference.shape) for one in keys)
    columns = core.border_distances_points(first, second, y / 2, x / 2)
    item, side, kind, squared, count = columns
    length = np.array([1.0, x, y, 1.0])[kind]
    rows = added_up(BorderDistances(item, side, np.sqrt(squared), length, count))
    return np.stack([labels[pairs // n], labels[pairs % n]], axis=1), rows
