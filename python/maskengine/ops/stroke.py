"""Brush strokes."""

from __future__ import annotations

import math
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine._backend import core
from maskengine.errors import MaskError, MaskTypeError, ShapeMismatch
from maskengine.values import Masks, wrap

_SHAPES = {"disk": 0, "square": 1, "ellipse": 2}
_BITMAP = 3
_HALF = 2**15  # half a pixel on the grid of the kernel
_UNUSED = (1.0, 1.0, 1.0, 0.0)


def stroke(
    points: Any,
    radius: Any = None,
    size: Any = None,
    shape: Literal["disk", "square", "ellipse"] = "disk",
    *,
    angle: float = 0.0,
    brush: Any = None,
) -> Masks:
    """Give the pixels that a brush covers as it moves along a line of points.

    Parameters
    ----------
    points : array_like, shape (n, 2)
        Positions (x, y) of the centre of the brush, in pixels; pixel (x, y) has its centre at
        (x + 0.5, y + 0.5). One point is a dab, none an empty mask. They may lie outside.
    radius : float, array_like of float (n,), or (float, float) for an ellipse
        In pixels, 0 or more. For a disk or square one for all points, or one for each: it then
        changes evenly from point to point, as a pen does with pressure. Half the side of a square.
        An ellipse has two, both above 0, for the whole stroke. Not given with `brush`.
    size : (int, int)
        Height and width of the mask.
    shape : {"disk", "square", "ellipse"}, default "disk"
        Of the brush.
    angle : float, default 0
        Of an ellipse, in degrees: from the x axis to its first radius, towards the y axis.
    brush : array_like (h, w) of bool or int, optional
        A bitmap in place of `shape`: its nonzero pixels are moved, the centre of the array on the
        points.

    Returns
    -------
    Masks
        One mask, the union over all segments; its box is ``bbox(masks, "xyxy")``.

    Raises
    ------
    MaskError
        If a point or radius is NaN or infinite, or a radius negative, naming the point; if there is
        no such `shape`, or two arguments do not go together.
    MaskTypeError
        If an argument is none of what is expected.
    ShapeMismatch
        If there is neither one radius nor one per point, or `points` is not (n, 2).
    LimitExceeded
        If a coordinate or radius is beyond 2^31 pixels.

    Notes
    -----
    A pixel is covered when its centre is within the shape swept along a segment, edges included:
    for a disk, when some t in [0, 1] has the centre within r(t) of p(t), where p and r go evenly
    from one point to the next (the hull of the two end discs). This is decided exactly for points
    and radii rounded to the nearest 2^-16 pixel, so the result does not depend on which points
    come in one call and which in the next, as long as calls share the point they meet at.

    Squares are decided in the same way. The pixels of a `brush` are half-open cells, low edges
    included, so that a brush put on a pixel grid gives itself. Ellipses are decided in float64.

    On each line of pixels a segment covers one span, which is found from the equation of its
    outline; what lies outside of the image costs nothing.

    Examples
    --------
    >>> import maskengine as me
    >>> me.area(me.stroke([(2.5, 2.5), (5.5, 2.5)], 1, (5, 8)))
    array([14])
    """
    height, width = _arrays.as_size(size)
    kind = shape if isinstance(shape, str) else ""
    places = _arrays.as_rows(points, "points", 2)
    if brush is not None:
        if radius is not None or kind != "disk":
            raise MaskError("expected neither radius nor shape with it", parameter="brush")
        boxes, radii = _boxes(brush), np.zeros(1)
        return wrap(core.stroke(places, radii, height, width, _BITMAP, _UNUSED, boxes))
    if kind not in _SHAPES:
        raise MaskError(
            f"expected 'disk', 'square' or 'ellipse', got {shape!r}"[:200], parameter="shape"
        )
    if kind != "ellipse" and angle != 0:
        raise MaskError("expected shape='ellipse' with it", parameter="angle")
    radii = _radii(radius)
    ellipse = _UNUSED
    if kind == "ellipse":
        ellipse = _ellipse(radii, angle)
        radii = radii[:1] * 0
    return wrap(core.stroke(places, radii, height, width, _SHAPES[kind], ellipse, None))


def _radii(radius: Any) -> npt.NDArray[np.float64]:
    if type(radius) is float or type(radius) is int:
        try:
            return np.array([radius], np.float64)
        except OverflowError:
            raise MaskError("expected a finite number", parameter="radius") from None
    try:
        array = np.asarray(radius)
    except ValueError as error:
        raise ShapeMismatch("expected one number, or one per point", parameter="radius") from error
    if array.dtype.kind not in "fui":
        raise MaskTypeError(f"expected numbers, got {radius!r}"[:200], parameter="radius")
    if array.ndim > 1:
        raise ShapeMismatch(
            f"expected one number, or one per point, got shape {array.shape}", parameter="radius"
        )
    return np.ascontiguousarray(array, dtype=np.float64).reshape(-1)


def _ellipse(radii: npt.NDArray[np.float64], angle: Any) -> tuple[float, float, float, float]:
    if radii.shape != (2,):
        raise ShapeMismatch("expected two numbers for an ellipse", parameter="radius")
    for i, one in enumerate(radii.tolist()):
        if not 2**-16 <= one <= 2**31:
            raise MaskError(
                f"expected a radius in [2^-16, 2^31], got {one}", parameter="radius", index=i
            )
    if isinstance(angle, bool) or not isinstance(angle, (int, float, np.integer, np.floating)):
        raise MaskTypeError(f"expected a number, got {angle!r}"[:200], parameter="angle")
    if not -1e9 <= float(angle) <= 1e9:
        raise MaskError(f"expected degrees within 1e9, got {angle!r}"[:200], parameter="angle")
    turn = math.radians(float(angle) % 360)
    return float(radii[0]), float(radii[1]), math.cos(turn), math.sin(turn)


def _boxes(brush: Any) -> npt.NDArray[np.int64]:
    """Give the stretches of the rows of a brush as boxes around its centre, on the grid."""
    array = _arrays.as_masks(brush, "brush")
    if array.ndim != 2:
        raise ShapeMismatch(f"expected shape (h, w), got {array.shape}", parameter="brush")
    if max(array.shape, default=0) >= 2**15:
        raise MaskError(f"expected sides below 32768, got {array.shape}", parameter="brush")
    height, width = array.shape
    padded = np.zeros((height, width + 2), np.int8)
    padded[:, 1:-1] = array != 0
    change = np.diff(padded, axis=1)
    rows, left = np.nonzero(change == 1)
    right = np.nonzero(change == -1)[1]
    edges = [2 * left - width, 2 * rows - height, 2 * right - width, 2 * rows + 2 - height]
    return np.ascontiguousarray(np.stack(edges, axis=1).astype(np.int64) * _HALF)
