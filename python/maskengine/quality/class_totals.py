"""What each class costs over many frames: pixels, regions, boundary."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from maskengine.errors import MaskTypeError
from maskengine.ops.frame_stats import FrameStats
from maskengine.values.summable import Summable

_SOME = 2**17  # entries that are sorted at a time


@dataclass(frozen=True, eq=False)
class ClassTotals(Summable):
    """What :func:`class_totals` added up, in columns; tables of several parts add up, too.

    Parameters
    ----------
    labels : numpy.ndarray
        int64 (L,), ascending.
    frames : numpy.ndarray
        int64 (L,): frames with the label.
    area : numpy.ndarray
        int64 (L,): pixels.
    components : numpy.ndarray
        int64 (L,): connected regions, each of which somebody outlines.
    boundary : numpy.ndarray
        int64 (L,): pixels beside another label.

    Examples
    --------
    >>> import numpy as np
    >>> import maskengine as me
    >>> from maskengine.quality import class_totals
    >>> part = class_totals(me.frame_stats(np.array([[[1, 2]], [[1, 1]]])))
    >>> (part + part).area
    array([6, 2])
    """

    labels: npt.NDArray[np.int64]
    frames: npt.NDArray[np.int64]
    area: npt.NDArray[np.int64]
    components: npt.NDArray[np.int64]
    boundary: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.labels)

    def __add__(self, other: ClassTotals) -> ClassTotals:
        if not isinstance(other, ClassTotals):
            return NotImplemented
        columns = zip(self._columns(), other._columns(), strict=True)
        return _summed(*(np.concatenate(both) for both in columns))

    def _columns(self) -> tuple[npt.NDArray[np.int64], ...]:
        return self.labels, self.frames, self.area, self.components, self.boundary


def _summed(*columns: npt.NDArray[np.int64]) -> ClassTotals:
    """Add up what equal labels, the first column, have; some at a time: NumPy hears no signal."""
    n = len(columns[0])
    parts = [
        _summed_once(*(column[begin : begin + _SOME] for column in columns))
        for begin in range(0, max(n, 1), _SOME)
    ]
    while len(parts) > 1:
        pairs = (parts[k : k + 2] for k in range(0, len(parts), 2))
        parts = [
            _summed_once(*map(np.concatenate, zip(*(one._columns() for one in pair), strict=True)))  # noqa: SLF001
            for pair in pairs
        ]
    return parts[0]


def _summed_once(labels: npt.NDArray[np.int64], *columns: npt.NDArray[np.int64]) -> ClassTotals:
    different, place = np.unique(labels, return_inverse=True)
    sums = np.zeros((len(columns), different.size), np.int64)
    for total, column in zip(sums, columns, strict=True):
        np.add.at(total, place.reshape(-1), column)
    return ClassTotals(different, *sums)


def class_totals(stats: FrameStats) -> ClassTotals:
    """Add up what the labels of frames consist of.

    Parameters
    ----------
    stats : FrameStats
        What :func:`maskengine.frame_stats` counted.

    Returns
    -------
    ClassTotals

    Raises
    ------
    MaskTypeError
        If `stats` is no :class:`FrameStats`.

    Examples
    --------
    >>> import numpy as np
    >>> import maskengine as me
    >>> from maskengine.quality import class_totals
    >>> found = class_totals(me.frame_stats(np.array([[[1, 2, 1]], [[1, 1, 1]]])))
    >>> found.labels, found.frames, found.area, found.components, found.boundary
    (array([1, 2]), array([2, 1]), array([5, 1]), array([3, 1]), array([2, 1]))
    """
    if not isinstance(stats, FrameStats):
        raise MaskTypeError(f"expected FrameStats, got {type(stats).__name__}", parameter="stats")
    ones = np.ones(stats.labels.size, np.int64)
    return _summed(stats.labels, ones, stats.area, stats.components, stats.boundary)
