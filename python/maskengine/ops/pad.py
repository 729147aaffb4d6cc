"""Add background around masks."""

from __future__ import annotations

from typing import Any

from maskengine._backend import core
from maskengine.ops._per_mask import as_columns
from maskengine.values import Masks, runs_of, wrap


def pad(masks: Masks, top: Any = 0, bottom: Any = 0, left: Any = 0, right: Any = 0) -> Masks:
    """Add rows and columns of background around each mask.

    Parameters
    ----------
    masks : Masks
        A batch of N masks.
    top, bottom, left, right : int or array_like of int, default 0
        Rows or columns to add on that side: one number for all masks, or shape (N,).

    Returns
    -------
    Masks

    Raises
    ------
    MaskError
        If a number is negative; see :func:`crop` to cut.
    LimitExceeded
        If a side of the result is above 2^31-1.
    MaskTypeError
        If `masks` is not a :class:`Masks` or a number is not an integer.

    Notes
    -----
    ``numpy.pad(mask, ((top, bottom), (left, right)))``.

    Examples
    --------
    >>> import maskengine as me
    >>> masks = me.Masks([2, 4], [0, 2], [(2, 3)])
    >>> me.pad(masks, top=1).to_coco(compressed=False)
    [{'size': [3, 3], 'counts': [4, 2, 1, 2]}]
    """
    runs = runs_of(masks)
    sides = {"top": top, "bottom": bottom, "left": left, "right": right}
    return wrap(core.pad(runs, as_columns(sides, len(runs))))
