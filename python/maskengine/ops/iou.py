"""Intersection over union of masks."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from maskengine._arrays import as_crowd
from maskengine._backend import core
from maskengine.errors import MaskError
from maskengine.values import Masks, runs_of


def iou(
    a: Masks,
    b: Masks,
    crowd: npt.ArrayLike | None = None,
    mode: Literal["matrix", "pairs"] = "matrix",
) -> npt.NDArray[np.float64]:
    """Measure the overlap of masks: shared pixels over pixels in either.

    Parameters
    ----------
    a, b : Masks
        Batches of A and B masks of one size (in pairs: each pair of one size).
    crowd : array_like of bool, optional
        Shape (B,): true where the mask of `b` stands for a crowd of objects. The overlap with it
        is shared pixels over the pixels of `a`.
    mode : {"matrix", "pairs"}, default "matrix"
        ``"matrix"``: every mask of `a` with every mask of `b`. ``"pairs"``: item by item; a batch
        of one pairs with every item of the other.

    Returns
    -------
    numpy.ndarray
        float64 in [0, 1], of shape (A, B) in C order, or (N,) for pairs. 0 where no pixel is
        shared, two empty masks included.

    Raises
    ------
    ShapeMismatch
        If masks that meet differ in size, lengths do not pair, or `crowd` has another length.
    MaskError
        If `mode` is another word.
    MaskTypeError
        If `a` or `b` is not a :class:`Masks`, or `crowd` holds neither bool nor integers.

    Notes
    -----
    The definition of the COCO API (``maskApi.c``, ``rleIou``), equal to it bit for bit below 2^32
    pixels: both areas are whole numbers, divided once in double precision.

    Examples
    --------
    >>> import maskengine as me
    >>> masks = me.Masks([1, 2, 3, 2, 3, 1], [0, 3, 6], [(2, 3), (2, 3)])
    >>> me.iou(masks, masks)
    array([[1.  , 0.25],
           [0.25, 1.  ]])
    >>> me.iou(masks[0], masks[1], crowd=[True])
    array([[0.5]])
    """
    first, second = runs_of(a, "a"), runs_of(b, "b")
    flags = None if crowd is None else as_crowd(crowd, len(second), "mask")
    if mode == "matrix":
        return core.iou_matrix(first, second, flags)
    if mode == "pairs":
        return core.iou_pairs(first, second, flags)
    raise MaskError(f"expected 'matrix' or 'pairs', got {mode!r}", parameter="mode")
