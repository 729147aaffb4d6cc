"""Masks at another size."""

from __future__ import annotations

from typing import Any, Literal

from maskengine._arrays import is_one_of
from maskengine._backend import core
from maskengine.errors import MaskError, shown
from maskengine.ops._per_mask import as_per_mask
from maskengine.values import Masks, runs_of, wrap


def resize(masks: Masks, size: Any, method: Literal["nearest", "opencv"] = "nearest") -> Masks:
    """Resize each mask by picking source pixels.

    Parameters
    ----------
    masks : Masks
        A batch of N masks.
    size : array_like of int
        Height and width of the result: shape (2,) for all masks, or (N, 2).
    method : {"nearest", "opencv"}, default "nearest"
        ``"nearest"``: pixel i of the result shows the source pixel that holds its centre,
        ``floor((2 i + 1) * source / (2 * target))``; a centre between two pixels is the right
        (lower) one's. ``"opencv"``: the pixel that ``cv2.resize`` with ``INTER_NEAREST`` picks,
        which is that of the first corner, ``floor(i * source / target)``, up to its rounding.

    Returns
    -------
    Masks

    Raises
    ------
    MaskError
        If a side is negative, a mask without pixels is to fill a size with pixels, or `method` is
        another word.
    LimitExceeded
        If a side is above 2^31-1 or a result would have more runs than the limit ``mask_runs``, and
        more than four times those of the input.
    MaskTypeError
        If `masks` is not a :class:`Masks` or the size is not of integers.
    ShapeMismatch
        If the size has another shape.

    Notes
    -----
    The cost is that of the runs read and written, not of the pixels. ``"nearest"`` is computed in
    integers, so it is exact at every scale. Pillow's ``NEAREST`` and OpenCV's
    ``INTER_NEAREST_EXACT`` follow the same rule in floating point: they differ from it only where
    a centre lies exactly between two source pixels.

    Examples
    --------
    >>> import maskengine as me
    >>> masks = me.Masks([2, 4], [0, 2], [(2, 3)])
    >>> me.resize(masks, (4, 6)).to_coco(compressed=False)
    [{'size': [4, 6], 'counts': [8, 16]}]
    """
    if not is_one_of(method, "nearest", "opencv"):
        raise MaskError(f"expected 'nearest' or 'opencv', got {shown(method)}", parameter="method")
    runs = runs_of(masks)
    sizes = as_per_mask(size, "size", len(runs), 2)
    return wrap(core.resize(runs, sizes, method == "opencv"))
