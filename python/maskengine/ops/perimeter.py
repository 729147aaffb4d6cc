"""Lengths of outlines."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from maskengine._backend import core
from maskengine.values import Masks, runs_of


def perimeter(masks: Masks) -> npt.NDArray[np.int64]:
    """Measure the outline of each mask along pixel edges.

    Parameters
    ----------
    masks : Masks
        A batch of N masks.

    Returns
    -------
    numpy.ndarray
        int64 of shape (N,): the number of pixel edges that have foreground on one side and
        background on the other. Outside the image is background; the outlines of holes count.

    Raises
    ------
    MaskTypeError
        If `masks` is not a :class:`Masks`.

    Notes
    -----
    The exact length of the polygon outline that follows the pixel edges, as
    ``shapely.unary_union`` of the pixels' squares has it. ``skimage.measure.perimeter`` and
    ``cv2.arcLength`` estimate the length of a smooth outline instead, and are shorter on slopes.

    Examples
    --------
    >>> import maskengine as me
    >>> me.perimeter(me.Masks([2, 4], [0, 2], [(2, 3)]))
    array([8])
    """
    return core.perimeter(runs_of(masks))
