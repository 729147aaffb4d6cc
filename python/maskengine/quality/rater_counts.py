"""Pixels by the labels of all annotators: what their agreement is computed from."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine.errors import MaskError, MaskTypeError, shown
from maskengine.ops.boundary import boundary
from maskengine.ops.joint import Joint, joint
from maskengine.quality._labels import as_void
from maskengine.quality._raters import as_raters
from maskengine.values.summable import Summable


@dataclass(frozen=True, eq=False)
class RaterCounts(Summable):
    """Pixels by the label that each annotator gave, and by whose outlines are near.

    Counts of several frames, or of several workers, add up: ``a + b``, or ``sum(parts)``.

    Parameters
    ----------
    table : Joint
        Columns [0, R) of its labels: that of each annotator. Column R, of counts with a band: bit r
        is set within the band of the outlines of annotator r (the edge of the frame is one), bit R
        near an edge of labels of any of them (the edge of the frame is none).
    raters : int
        R, the number of annotators.
    void : numpy.ndarray
        int64: labels that say that nothing was annotated.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import agreement, rater_counts
    >>> frame = rater_counts([np.array([[0, 0, 1, 1]]), np.array([[0, 1, 1, 1]])])
    >>> agreement(frame + frame).iou[:, 0, 1].tolist()
    [0.5, 0.6666666666666666]
    """

    table: Joint
    raters: int
    void: npt.NDArray[np.int64]

    @property
    def banded(self) -> bool:
        """Whether there are counts of the band."""
        return bool(self.table.labels.shape[1] > self.raters)

    def __add__(self, other: RaterCounts) -> RaterCounts:
        if not isinstance(other, RaterCounts):
            return NotImplemented
        if self.raters != other.raters or self.banded != other.banded:
            raise MaskError("expected counts of as many annotators", parameter="other")
        if not np.array_equal(np.sort(self.void), np.sort(other.void)):
            raise MaskError("expected counts with the same void", parameter="other")
        return RaterCounts(self.table + other.table, self.raters, self.void)


def rater_counts(maps: Any, void: Any = (), width: int | None = None) -> RaterCounts:
    """Count pixels by the labels of all annotators of a frame.

    Parameters
    ----------
    maps : sequence of array_like, or Masks
        Label maps of one shape, (H, W) or stacks (N, H, W), one for each of 2 to 62 annotators; or
        one mask for each of them.
    void : int or iterable of int, optional
        Labels that say that nothing was annotated.
    width : int, optional
        Of the band along outlines, in pixels; 0 for none. By default that of Boundary IoU, 2 % of
        the diagonal of the frame.

    Returns
    -------
    RaterCounts

    Raises
    ------
    MaskError
        If there are too few maps, or `width` is out of range.
    MaskTypeError
        If a map is no array of integers.
    ShapeMismatch
        If a map is of another shape than the first.
    LimitExceeded
        If there are more than 62 maps.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import rater_counts
    >>> frame = rater_counts([np.array([[0, 1, 1]]), np.array([[0, 0, 1]])], width=0)
    >>> frame.table.labels.tolist(), frame.table.pixels.tolist()
    ([[0, 0], [1, 0], [1, 1]], [1, 1, 1])
    """
    arrays = as_raters(maps)
    ignored = as_void(void)
    d = _as_width(width, arrays[0].shape[-2:])
    if d == 0:
        return RaterCounts(joint(*arrays), len(arrays), ignored)
    return RaterCounts(joint(*arrays, _bands(arrays, d)), len(arrays), ignored)


def _as_width(width: Any, size: tuple[int, ...]) -> int:
    if width is None:
        return max(1, round(0.02 * math.hypot(*size)))
    if not _arrays.is_whole(width):
        raise MaskTypeError(f"expected an integer, got {shown(width)}"[:300], parameter="width")
    if not 0 <= width < 2**20:
        raise MaskError(f"expected 0 or more, got {shown(width)}", parameter="width")
    return int(width)


def _bands(arrays: list[npt.NDArray[Any]], d: int) -> npt.NDArray[Any]:
    """Give the bits of column R of the table, for each pixel."""
    raters = len(arrays)
    dtype = next(f"u{n}" for n in (1, 2, 4, 8) if raters < 8 * n)
    out = np.zeros(arrays[0].shape, dtype)
    for r, array in enumerate(arrays):
        stack = _without_zero(array if array.ndim == 3 else array[None])
        for n, label_map in enumerate(stack):
            bits = out if out.ndim == 2 else out[n]
            own = boundary(label_map, d, border="background", kind="labels")
            edges = boundary(label_map, d, border="foreground", kind="labels")
            bits |= own.astype(dtype) << np.array(r, dtype)
            bits |= edges.astype(dtype) << np.array(raters, dtype)
    return out


def _without_zero(stack: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Give label 0, which has no boundary of its own, another number."""
    zero = stack == 0
    if not zero.any():
        return stack
    used = joint(stack).labels[:, 0]
    free = int(np.setdiff1d(np.arange(1, len(used) + 2), used)[0])
    top = np.iinfo(stack.dtype).max
    out = stack.astype(np.int64 if free > top else stack.dtype)
    out[zero] = free
    return out
