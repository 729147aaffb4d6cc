"""Tight boxes."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from maskengine._arrays import is_one_of
from maskengine._backend import core
from maskengine.errors import MaskError, shown
from maskengine.values import DeviceRuns, Masks, runs_of


def bbox(masks: Masks, format: Literal["xywh", "xyxy"] = "xywh") -> npt.NDArray[np.int64]:  # noqa: A002 - the word users know
    """Find the tight box around the foreground of each mask.

    Parameters
    ----------
    masks : Masks
        A batch of N masks.
    format : {"xywh", "xyxy"}, default "xywh"
        ``"xywh"``: left, top, width, height. ``"xyxy"``: left, top, right, bottom, half-open: the
        last column is ``right - 1``.

    Returns
    -------
    numpy.ndarray
        int64 of shape (N, 4), in pixels. A mask without foreground has four zeros. A CuPy array
        for masks on a CUDA device.

    Raises
    ------
    MaskTypeError
        If `masks` is not a :class:`Masks`.
    MaskError
        If `format` is another word.

    Notes
    -----
    The values of the COCO API (``rleToBbox``, which gives float64), except that runs of length
    zero count for nothing and positions past 2^32 are exact.

    Examples
    --------
    >>> import maskengine as me
    >>> masks = me.Masks([3, 2, 1], [0, 3], [(2, 3)])
    >>> me.bbox(masks)
    array([[1, 0, 2, 2]])
    >>> me.bbox(masks, format="xyxy")
    array([[1, 0, 3, 2]])
    """
    if not is_one_of(format, "xywh", "xyxy"):
        raise MaskError(f"expected 'xywh' or 'xyxy', got {shown(format)}", parameter="format")
    found: npt.NDArray[np.int64] | None = core.bbox(masks, format == "xywh")
    if found is not None:
        return found
    runs = runs_of(masks, cuda=True)
    boxes: npt.NDArray[np.int64]
    if isinstance(runs, DeviceRuns):
        device = runs.device
        boxes = device.empty((len(runs), 4), np.int64)
        with device.queue() as queue:
            device.native.bbox(queue, runs, runs.sizes_there(), format == "xywh", boxes)
        return boxes
    boxes = core.bbox(runs, format == "xywh")  # of a class derived from Masks
    return boxes
