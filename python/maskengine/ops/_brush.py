"""Checks of brushes, which strokes and the canvas share."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine.errors import MaskError, MaskTypeError, ShapeMismatch, shown

SHAPES = {"disk": 0, "square": 1, "ellipse": 2}
BITMAP = 3
UNUSED = (1.0, 1.0, 1.0, 0.0)  # an ellipse, where there is none
_HALF = 2**15  # half a pixel on the grid of the kernel


def check_shape(shape: Any, angle: Any) -> None:
    """Check the name of a shape, and that an angle comes with an ellipse alone."""
    if not isinstance(shape, str) or shape not in SHAPES:
        raise MaskError(
            f"expected 'disk', 'square' or 'ellipse', got {shown(shape)}"[:200], parameter="shape"
        )
    if shape != "ellipse" and not (_arrays.is_real(angle) and angle == 0):
        raise MaskError("expected shape='ellipse' with it", parameter="angle")


def as_radii(radius: Any) -> npt.NDArray[np.float64]:
    """Check one radius, or one per point."""
    if type(radius) is float or type(radius) is int:
        try:
            return np.array([radius], np.float64)
        except OverflowError:
            raise MaskError(
                f"expected a finite number, got {shown(radius)}", parameter="radius"
            ) from None
    array = _arrays.listed(radius, "radius", "expected one number, or one per point")
    if array.dtype.kind not in "fui":
        raise MaskTypeError(f"expected numbers, got {shown(radius)}"[:200], parameter="radius")
    if array.ndim > 1:
        raise ShapeMismatch(
            f"expected one number, or one per point, got shape {array.shape}", parameter="radius"
        )
    return np.ascontiguousarray(array, dtype=np.float64).reshape(-1)


def as_ellipse(radii: npt.NDArray[np.float64], angle: Any) -> tuple[float, float, float, float]:
    """Check the radii and the angle of an ellipse; give both with the cosine and the sine."""
    if radii.shape != (2,):
        raise ShapeMismatch("expected two numbers for an ellipse", parameter="radius")
    for i, one in enumerate(radii.tolist()):
        if not 2**-16 <= one <= 2**31:
            raise MaskError(
                f"expected a radius in [2^-16, 2^31], got {shown(one)}", parameter="radius", index=i
            )
    if isinstance(angle, bool) or not _arrays.is_real(angle):
        raise MaskTypeError(f"expected a number, got {shown(angle)}"[:200], parameter="angle")
    if not -1e9 <= float(angle) <= 1e9:
        raise MaskError(f"expected degrees within 1e9, got {shown(angle)}"[:200], parameter="angle")
    turn = math.radians(float(angle) % 360)
    return float(radii[0]), float(radii[1]), math.cos(turn), math.sin(turn)


def as_boxes(brush: Any, name: str = "brush") -> npt.NDArray[np.int64]:
    """Give the stretches of the rows of a brush as boxes around its centre, on the grid."""
    array = _arrays.as_masks(brush, name)
    if array.ndim != 2:
        raise ShapeMismatch(f"expected shape (h, w), got {array.shape}", parameter=name)
    if max(array.shape, default=0) >= 2**15:
        raise MaskError(f"expected sides below 32768, got {array.shape}", parameter=name)
    height, width = array.shape
    padded = np.zeros((height, width + 2), np.int8)
    padded[:, 1:-1] = array != 0
    change = np.diff(padded, axis=1)
    rows, left = np.nonzero(change == 1)
    right = np.nonzero(change == -1)[1]
    edges = [2 * left - width, 2 * rows - height, 2 * right - width, 2 * rows + 2 - height]
    return np.ascontiguousarray(np.stack(edges, axis=1).astype(np.int64) * _HALF)
