"""Cut a box out of masks."""

from __future__ import annotations

from typing import Any

from maskengine._backend import core
from maskengine.ops._per_mask import as_per_mask
from maskengine.values import Masks, runs_of, wrap


def crop(masks: Masks, box: Any) -> Masks:
    """Cut the box out of each mask.

    Parameters
    ----------
    masks : Masks
        A batch of N masks.
    box : array_like of int
        Left, top, right, bottom in pixels, half-open, as ``bbox(format="xyxy")`` gives them: shape
        (4,) for all masks, or (N, 4). It may reach outside the image, where all is background.

    Returns
    -------
    Masks
        Masks of ``bottom - top`` rows and ``right - left`` columns.

    Raises
    ------
    MaskError
        If a box ends before it begins.
    LimitExceeded
        If a side is above 2^31-1.
    MaskTypeError
        If `masks` is not a :class:`Masks` or the box is not of integers.
    ShapeMismatch
        If the box has another shape.

    Notes
    -----
    ``mask[top:bottom, left:right]`` where the box lies inside the image.

    Examples
    --------
    >>> import maskengine as me
    >>> masks = me.Masks([2, 4], [0, 2], [(2, 3)])
    >>> me.crop(masks, (0, 0, 2, 1)).to_coco(compressed=False)
    [{'size': [1, 2], 'counts': [1, 1]}]
    """
    runs = runs_of(masks)
    return wrap(core.crop(runs, as_per_mask(box, "box", len(runs), 4)))
