"""Move masks within their image."""

from __future__ import annotations

from typing import Any

from maskengine._backend import core
from maskengine.ops._per_mask import as_columns
from maskengine.values import Masks, runs_of, wrap


def shift(masks: Masks, dx: Any = 0, dy: Any = 0) -> Masks:
    """Move the foreground of each mask; the size of the mask stays.

    Parameters
    ----------
    masks : Masks
        A batch of N masks.
    dx, dy : int or array_like of int, default 0
        Columns to the right and rows down, in pixels (negative: to the left, up): one number for
        all masks, or shape (N,). What leaves the image is lost; what enters is background.

    Returns
    -------
    Masks

    Raises
    ------
    MaskTypeError
        If `masks` is not a :class:`Masks` or a number is not an integer.

    Notes
    -----
    ``scipy.ndimage.shift(mask, (dy, dx), order=0)``, for whole pixels.

    Examples
    --------
    >>> import maskengine as me
    >>> masks = me.Masks([2, 4], [0, 2], [(2, 3)])
    >>> me.shift(masks, dx=-1).to_coco(compressed=False)
    [{'size': [2, 3], 'counts': [0, 4, 2]}]
    """
    runs = runs_of(masks)
    return wrap(core.shift(runs, as_columns({"dx": dx, "dy": dy}, len(runs))))
