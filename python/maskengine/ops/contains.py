"""Whether points lie on the foreground."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from maskengine._arrays import listed
from maskengine._backend import core
from maskengine.errors import MaskTypeError, ShapeMismatch
from maskengine.values import Masks, runs_of


def contains(masks: Masks, points: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """Tell for every mask and point whether the point lies in a foreground pixel.

    Parameters
    ----------
    masks : Masks
        A batch of N masks.
    points : array_like of float or int
        Shape (K, 2): x (column) and y (row) in pixels. Pixel (x, y) covers [x, x+1) x [y, y+1),
        so integer points name pixels.

    Returns
    -------
    numpy.ndarray
        bool of shape (N, K). False for points outside the image, infinite ones included.

    Raises
    ------
    MaskError
        If a coordinate is NaN; names the point.
    ShapeMismatch
        If `points` has another shape.
    MaskTypeError
        If `masks` is not a :class:`Masks` or `points` are not real numbers.

    Notes
    -----
    The mask at (row, column) = (floor(y), floor(x)). Points are sorted once, and the runs of a
    mask are walked once for all of them.

    Examples
    --------
    >>> import maskengine as me
    >>> mask = me.Masks([2, 3, 1], [0, 3], [(2, 3)])
    >>> me.contains(mask, [(1.0, 0.5), (0.0, 0.0), (-1.0, 0.0)])
    array([[ True, False, False]])
    """
    runs = runs_of(masks)
    array = listed(points, "points", "expected rows (x, y)")
    if array.size == 0 and array.ndim == 1:
        array = np.zeros((0, 2))
    if array.dtype.kind not in "fui":
        raise MaskTypeError(f"expected real numbers, got dtype {array.dtype}", parameter="points")
    if array.ndim != 2 or array.shape[1] != 2:
        raise ShapeMismatch(f"expected shape (K, 2), got {array.shape}", parameter="points")
    return core.contains(runs, np.ascontiguousarray(array, dtype=np.float64))
