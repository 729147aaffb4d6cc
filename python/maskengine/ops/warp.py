"""Masks through an affine or perspective map."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from maskengine._arrays import as_flag, is_one_of, listed
from maskengine._backend import core
from maskengine.errors import MaskError, MaskTypeError, ShapeMismatch, shown
from maskengine.ops._per_mask import as_per_mask
from maskengine.values import Masks, runs_of, wrap


def warp(
    masks: Masks,
    matrix: npt.ArrayLike,
    size: Any = None,
    *,
    inverse: bool = False,
    coordinates: Literal["edges", "centres"] = "edges",
) -> Masks:
    """Move, turn, scale, shear or tilt each mask by a matrix.

    Parameters
    ----------
    masks : Masks
        A batch of N masks.
    matrix : array_like of float
        Shape (2, 3), affine, or (3, 3), perspective: it takes a point (x, y, 1) of the source to
        the result. With a leading N, one for each mask.
    size : array_like of int, optional
        Height and width of the result: shape (2,) for all masks, or (N, 2). Default: that of the
        mask.
    inverse : bool, default False
        True: the matrix takes points of the result to the source; it need not be invertible.
    coordinates : {"edges", "centres"}, default "edges"
        Where whole numbers lie. ``"edges"``: pixel (x, y) is the square from (x, y) to
        (x + 1, y + 1), as for polygons here. ``"centres"``: it has its centre at (x, y), as
        OpenCV's matrices have it.

    Returns
    -------
    Masks

    Raises
    ------
    MaskError
        If a number of the matrix is not finite, it cannot be inverted, a side is out of range, or
        `coordinates` is another word.
    LimitExceeded
        If a result would have more runs than the limit ``mask_runs``, or more than 2^33 pixels and
        has to be followed pixel by pixel.
    MaskTypeError
        If `masks` is not a :class:`Masks` or an array holds another type.
    ShapeMismatch
        If an array has another shape.

    Notes
    -----
    A pixel of the result shows the source pixel that holds the image of its centre; an image on
    the line between two pixels belongs to the right (lower) one; where there is none the result
    is background. Computed in double precision, in one order that does not depend on the way: the
    inverse is the adjugate, over the determinant for an affine matrix; then x, the constant, y.
    ``cv2.warpAffine`` and ``cv2.warpPerspective`` with ``INTER_NEAREST`` pick the same pixel
    except within about a thousandth of a pixel of such a line, where they round coordinates.

    Only pixels at which the value can change are looked up: where the sides of the source's
    pixels, taken to the result, cross its columns. So the cost is that of the runs read and
    written, or of the pixels of the result where that is less.

    Examples
    --------
    >>> import maskengine as me
    >>> masks = me.Masks([2, 4], [0, 2], [(2, 3)])
    >>> me.warp(masks, [[2, 0, 0], [0, 2, 0]], (4, 6)).to_coco(compressed=False)
    [{'size': [4, 6], 'counts': [8, 16]}]
    >>> me.warp(masks, [[1, 0, -1], [0, 1, 0]]) == me.shift(masks, dx=-1)
    True
    """
    if not is_one_of(coordinates, "edges", "centres"):
        raise MaskError(
            f"expected 'edges' or 'centres', got {shown(coordinates)}", parameter="coordinates"
        )
    runs = runs_of(masks)
    full = _matrices(matrix, len(runs))
    if not as_flag(inverse, "inverse"):
        full = _inverted(full)
    sizes = masks.sizes if size is None else as_per_mask(size, "size", len(runs), 2)
    return wrap(core.warp(runs, full, sizes, coordinates == "centres"))


def _matrices(matrix: Any, n: int) -> npt.NDArray[np.float64]:
    """Give (3, 3) or (n, 3, 3) finite numbers."""
    array = listed(matrix, "matrix", "expected rows of equal length")
    if array.dtype.kind not in "fiu":
        raise MaskTypeError(f"expected numbers, got dtype {array.dtype}", parameter="matrix")
    if array.shape[-2:] not in ((2, 3), (3, 3)) or array.shape[:-2] not in ((), (n,)):
        raise ShapeMismatch(
            f"expected shape (2, 3) or (3, 3), or ({n}, 2, 3) or ({n}, 3, 3), got {array.shape}",
            parameter="matrix",
        )
    full = np.zeros((*array.shape[:-2], 3, 3))
    full[..., 2, 2] = 1
    full[..., : array.shape[-2], :] = array
    bad = np.flatnonzero(~np.isfinite(full).reshape(-1, 9).all(1))
    if bad.size:
        index = int(bad[0]) if full.ndim == 3 else None
        raise MaskError("expected finite numbers", parameter="matrix", index=index)
    return full


def _inverted(matrix: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Give the adjugate; over the determinant where the last row is 0, 0, 1."""
    (a, b, c), (d, e, f), (g, h, i) = (
        tuple(matrix[..., row, column] for column in range(3)) for row in range(3)
    )
    with np.errstate(over="ignore", invalid="ignore"):
        adjugate = np.stack(
            [
                np.stack([e * i - f * h, c * h - b * i, b * f - c * e], -1),
                np.stack([f * g - d * i, a * i - c * g, c * d - a * f], -1),
                np.stack([d * h - e * g, b * g - a * h, a * e - b * d], -1),
            ],
            -2,
        )
        determinant = a * adjugate[..., 0, 0] + b * adjugate[..., 1, 0] + c * adjugate[..., 2, 0]
    sound = np.isfinite(adjugate).all((-2, -1)) & np.isfinite(determinant) & (determinant != 0)
    bad = np.flatnonzero(~np.atleast_1d(sound))
    if bad.size:
        index = int(bad[0]) if matrix.ndim == 3 else None
        raise MaskError(
            "expected a matrix that can be inverted; pass inverse=True if it leads from the "
            "result to the source",
            parameter="matrix",
            index=index,
        )
    affine = (g == 0) & (h == 0) & (i == 1)
    divisor = np.where(affine, determinant, 1.0)[..., None, None]
    out = adjugate / divisor
    out[affine, 2] = 0, 0, 1
    return np.ascontiguousarray(out)
