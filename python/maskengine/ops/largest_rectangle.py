"""The largest rectangle inside a mask."""

from __future__ import annotations

import math
from typing import Any, Literal, overload

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine._backend import core
from maskengine.errors import MaskError, ShapeMismatch, shown
from maskengine.values import Masks, runs_of


@overload
def largest_rectangle(
    masks: Masks,
    format: Literal["xywh", "xyxy"] = "xywh",
    *,
    aspect: None = None,
    around: None = None,
) -> npt.NDArray[np.int64]: ...


@overload
def largest_rectangle(
    masks: Masks,
    format: Literal["xywh", "xyxy"] = "xywh",
    *,
    aspect: float | None = None,
    around: npt.ArrayLike | None = None,
) -> npt.NDArray[Any]: ...


def largest_rectangle(
    masks: Masks,
    format: Literal["xywh", "xyxy"] = "xywh",  # noqa: A002 - the word users know
    *,
    aspect: float | None = None,
    around: npt.ArrayLike | None = None,
) -> npt.NDArray[Any]:
    """Find the largest upright rectangle of foreground in each mask.

    Parameters
    ----------
    masks : Masks
        A batch of N masks.
    format : {"xywh", "xyxy"}, default "xywh"
        ``"xywh"``: left, top, width, height. ``"xyxy"``: left, top, right, bottom, half-open.
    aspect : float, optional
        Width divided by height, above 0: the largest of these; its sides need not be whole.
    around : array_like, optional
        Point (x, y), or shape (N, 2), one for each mask: the largest with its centre there. Pixel
        (x, y) has its centre at (x + 0.5, y + 0.5).

    Returns
    -------
    numpy.ndarray
        int64 of shape (N, 4), in pixels. Of equally large ones the topmost, then the leftmost,
        then the narrowest. A mask without foreground has four zeros. With `aspect` or `around`
        float64: with an aspect alone, in the middle of the rectangle of pixels that it fits into;
        around a point, of equally large ones the widest, and zeros where the point lies in no
        foreground or on its edge.

    Raises
    ------
    MaskTypeError
        If `masks` is not a :class:`Masks`.
    MaskError
        If `format` is another word, or `aspect` or a coordinate of `around` is no finite number.
    ShapeMismatch
        If `around` is neither a point nor one for each mask.

    Notes
    -----
    All of its pixels are foreground and it has as many as any such rectangle. Columns are swept
    from left to right; only stretches that end and could hold a larger one are searched.

    Examples
    --------
    >>> import maskengine as me
    >>> me.largest_rectangle(me.Masks([1, 5], [0, 2], [(2, 3)]))
    array([[1, 0, 2, 2]])
    >>> full = me.Masks([0, 40], [0, 2], [(4, 10)])
    >>> me.largest_rectangle(full, aspect=1)
    array([[3., 0., 4., 4.]])
    >>> me.largest_rectangle(full, around=(4.5, 2.5))
    array([[0., 1., 9., 3.]])
    """
    if not _arrays.is_one_of(format, "xywh", "xyxy"):
        raise MaskError(f"expected 'xywh' or 'xyxy', got {shown(format)}", parameter="format")
    runs = runs_of(masks)
    if aspect is None and around is None:
        corners = core.largest_rectangle(runs)
        if format == "xywh":
            corners[:, 2:] -= corners[:, :2]
        return corners
    boxes = core.largest_rectangle_of_aspect(
        runs, _aspect(aspect), None if around is None else _centres(around, len(masks))
    )
    if format == "xyxy":
        boxes[:, 2:] += boxes[:, :2]
    return boxes


def _aspect(aspect: Any) -> float:
    """Give the aspect, or 0 for any."""
    if aspect is None:
        return 0.0
    is_number = _arrays.is_real(aspect)
    if not is_number or isinstance(aspect, bool) or not 2.0**-40 <= aspect <= 2.0**40:
        raise MaskError(
            f"expected a number above 0, at least 2^-40 and at most 2^40, got {shown(aspect)}",
            parameter="aspect",
        )
    return float(aspect)


def _centres(around: Any, n: int) -> npt.NDArray[np.float64]:
    points = _arrays.as_rows(around, "around", 2)
    if len(points) not in {1, n} or (len(points) == 1 != n and np.ndim(around) != 1):
        raise ShapeMismatch(
            f"expected a point, or shape ({n}, 2), got {np.shape(around)}", parameter="around"
        )
    for i, point in enumerate(points):
        if not all(map(math.isfinite, point)):
            raise MaskError(
                f"expected finite coordinates, got {point.tolist()}", parameter="around", index=i
            )
    return np.ascontiguousarray(np.broadcast_to(points, (n, 2)))
