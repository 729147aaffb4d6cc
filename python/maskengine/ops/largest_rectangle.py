"""The largest rectangle inside a mask."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from maskengine._backend import core
from maskengine.errors import MaskError
from maskengine.values import Masks, runs_of


def largest_rectangle(
    masks: Masks,
    format: Literal["xywh", "xyxy"] = "xywh",  # noqa: A002 - the word users know
) -> npt.NDArray[np.int64]:
    """Find the largest upright rectangle of foreground in each mask.

    Parameters
    ----------
    masks : Masks
        A batch of N masks.
    format : {"xywh", "xyxy"}, default "xywh"
        ``"xywh"``: left, top, width, height. ``"xyxy"``: left, top, right, bottom, half-open.

    Returns
    -------
    numpy.ndarray
        int64 of shape (N, 4), in pixels. Of equally large ones the topmost, then the leftmost,
        then the narrowest. A mask without foreground has four zeros.

    Raises
    ------
    MaskTypeError
        If `masks` is not a :class:`Masks`.
    MaskError
        If `format` is another word.

    Notes
    -----
    All of its pixels are foreground and it has as many as any such rectangle. Columns are swept
    from left to right; only stretches that end and could hold a larger one are searched.

    Examples
    --------
    >>> import maskengine as me
    >>> me.largest_rectangle(me.Masks([1, 5], [0, 2], [(2, 3)]))
    array([[1, 0, 2, 2]])
    """
    if format not in ("xywh", "xyxy"):
        raise MaskError(f"expected 'xywh' or 'xyxy', got {format!r}", parameter="format")
    boxes = core.largest_rectangle(runs_of(masks))
    if format == "xywh":
        boxes[:, 2:] -= boxes[:, :2]
    return boxes
