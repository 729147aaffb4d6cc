"""Distances from the background."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine._backend import core
from maskengine.errors import MaskError, MaskTypeError, ShapeMismatch, shown
from maskengine.ops._pairs import as_spacing
from maskengine.values import Masks, runs_of

_METRICS = ("euclidean", "chebyshev", "cityblock")  # in the order of the native enum


def distance_transform(
    masks: Masks | npt.NDArray[Any],
    spacing: float | tuple[float, float] = (1, 1),
    *,
    signed: bool = False,
    metric: Literal["euclidean", "chebyshev", "cityblock"] = "euclidean",
    out: npt.NDArray[Any] | None = None,
    dtype: npt.DTypeLike = np.float32,
) -> npt.NDArray[Any]:
    """Measure how far each foreground pixel is from the background, from centre to centre.

    Parameters
    ----------
    masks : Masks or array_like
        N masks of one size (H, W); or a dense mask (H, W) or stack (N, H, W) of bool or any integer
        dtype, where nonzero is foreground.
    spacing : float or (float, float), default (1, 1)
        From one row to the next and from one column to the next, in any unit; above 0. The other
        metrics than the Euclidean need 1.
    signed : bool, default False
        Background pixels get minus their distance from the foreground instead of 0.
    metric : {"euclidean", "chebyshev", "cityblock"}, default "euclidean"
        Of an offset (dy, dx): sqrt((dy * sy)^2 + (dx * sx)^2), or the larger or the sum of the
        lengths of dy and dx.
    out : numpy.ndarray, optional
        Written and returned: float32 or float64, shape of the result, any strides.
    dtype : {float32, float64}, default float32
        Of a new array.

    Returns
    -------
    numpy.ndarray
        `out`, or a new array: (N, H, W) for `Masks`, else the shape of the array. Foreground
        without any background in its mask is at infinity, and with `signed` background without
        foreground at minus infinity; pixels outside the image are neither.

    Raises
    ------
    MaskTypeError
        If `masks` is neither a :class:`Masks` nor an array of bool or integers, or `out` or `dtype`
        is neither float32 nor float64.
    ShapeMismatch
        If an array is not of two or three dimensions, the masks differ in size, or `out` has
        another shape.
    MaskError
        If `spacing` or `metric` is out of range, or `out` is read-only.
    LimitExceeded
        If `Masks` ask for more pixels than :func:`decode` gives, or one mask has more than 2^33.

    Notes
    -----
    As ``scipy.ndimage.distance_transform_edt`` (and ``distance_transform_cdt``) of a mask that has
    background. Euclidean distances are exact: squares are compared as whole numbers where both
    spacings are equal, and the root is rounded once. Columns first, then the lower envelope of
    parabolas in each row (Felzenszwalb and Huttenlocher, *Distance Transforms of Sampled
    Functions*, 2012; Meijster, Roerdink and Hesselink, 2000), in time proportional to the pixels.

    Examples
    --------
    >>> import numpy as np
    >>> import maskengine as me
    >>> mask = np.array([[0, 1, 1, 1], [0, 1, 1, 1], [1, 1, 1, 1]])
    >>> me.distance_transform(mask, metric="cityblock")
    array([[0., 1., 2., 3.],
           [0., 1., 2., 3.],
           [1., 2., 3., 4.]], dtype=float32)
    >>> me.distance_transform(np.array([[0, 1, 1]]), spacing=(1, 0.5), signed=True)
    array([[-0.5,  0.5,  1. ]], dtype=float32)
    """
    if not _arrays.is_one_of(metric, *_METRICS):
        raise MaskError(
            f"expected 'euclidean', 'chebyshev' or 'cityblock', got {shown(metric)}",
            parameter="metric",
        )
    y, x = as_spacing(spacing)
    if metric != "euclidean" and (y, x) != (1, 1):
        raise MaskError(
            f"expected 1 with metric={shown(metric)}, got {shown(spacing)}", parameter="spacing"
        )
    array = _decoded(masks) if isinstance(masks, Masks) else _arrays.as_masks(masks, "masks")
    signed = _arrays.as_flag(signed, "signed")
    if out is None:
        out = np.empty_like(array, dtype=_float_type(dtype, "dtype"), subok=False)
    else:
        _check_out(out, array.shape)
        if np.may_share_memory(out, array):
            array = array.copy()
    core.distance_transform(array, out, _METRICS.index(metric), y, x, signed)
    return out


def _float_type(dtype: Any, name: str) -> np.dtype[Any]:
    try:
        found: np.dtype[Any] = _arrays.as_dtype(dtype)
    except TypeError as error:
        raise MaskTypeError(
            f"expected float32 or float64, got {shown(dtype)}", parameter=name
        ) from error
    if found.kind != "f" or found.itemsize not in {4, 8} or not found.isnative:
        raise MaskTypeError(f"expected float32 or float64, got {found}", parameter=name)
    return found


def _check_out(out: Any, shape: tuple[int, ...]) -> None:
    if not isinstance(out, np.ndarray):
        raise MaskTypeError(f"expected an array, got {type(out).__name__}", parameter="out")
    _float_type(out.dtype, "out")
    if out.shape != shape:
        raise ShapeMismatch(f"expected shape {shape}, got {out.shape}", parameter="out")
    if not out.flags.writeable or not out.flags.aligned:
        raise MaskError("expected an aligned array that can be written to", parameter="out")
    _arrays.check_apart(out, "out")


def _decoded(masks: Masks) -> npt.NDArray[Any]:
    sizes = masks.sizes
    other = np.flatnonzero((sizes != sizes[:1]).any(axis=1))
    if other.size:
        raise ShapeMismatch(
            f"expected masks of one size, got {sizes[0].tolist()} and {sizes[other[0]].tolist()}",
            parameter="masks",
            index=int(other[0]),
        )
    height, width = sizes[0].tolist() if len(masks) else (0, 0)
    _arrays.check_dense(len(masks), height, width, "masks")
    stack = np.empty((len(masks), height, width), np.uint8)
    core.decode(runs_of(masks), stack, 1)
    return stack
