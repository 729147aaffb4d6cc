"""Intersection over union of boxes."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from maskengine._arrays import as_rows, is_one_of
from maskengine._backend import core
from maskengine.errors import MaskError, shown
from maskengine.ops._pairs import as_crowd


def box_iou(
    a: npt.ArrayLike,
    b: npt.ArrayLike,
    format: Literal["xywh", "xyxy"] = "xywh",  # noqa: A002 - the word users know
    crowd: npt.ArrayLike | None = None,
) -> npt.NDArray[np.float64]:
    """Measure the overlap of boxes: shared area over the area of either.

    Parameters
    ----------
    a, b : array_like of float
        Shapes (A, 4) and (B, 4), or (4,) for one box.
    format : {"xywh", "xyxy"}, default "xywh"
        What the four numbers are: left, top, width, height; or left, top, right, bottom.
    crowd : array_like of bool, optional
        Shape (B,): true where the box of `b` stands for a crowd of objects. The overlap with it is
        the shared area over the area of the box of `a`.

    Returns
    -------
    numpy.ndarray
        float64 of shape (A, B), in Fortran order. 0 where the boxes share no area.

    Raises
    ------
    ShapeMismatch
        If an array has another shape or `crowd` another length.
    MaskError
        If `format` is another word.
    MaskTypeError
        If `a` or `b` holds no numbers, or `crowd` neither bool nor integers.

    Notes
    -----
    The COCO API's ``bbIou``, bit for bit for ``"xywh"``; NaN and infinities go through it as they
    go there. For ``"xyxy"`` the same formula on the corners as they are given.

    Examples
    --------
    >>> import maskengine as me
    >>> me.box_iou([[0, 0, 2, 2]], [[1, 0, 2, 2], [0, 0, 2, 1]])
    array([[0.33333333, 0.5       ]])
    """
    if not is_one_of(format, "xywh", "xyxy"):
        raise MaskError(f"expected 'xywh' or 'xyxy', got {shown(format)}", parameter="format")
    first, second = as_rows(a, "a", 4), as_rows(b, "b", 4)
    flags = None if crowd is None else as_crowd(crowd, len(second), "box")
    return core.box_overlaps(first, second, flags, format == "xyxy")
