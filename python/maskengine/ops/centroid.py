"""Centres of mass."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from maskengine._backend import core
from maskengine.values import Masks, runs_of


def centroid(masks: Masks) -> npt.NDArray[np.float64]:
    """Find the mean of the foreground pixel centres of each mask.

    Parameters
    ----------
    masks : Masks
        A batch of N masks.

    Returns
    -------
    numpy.ndarray
        float64 of shape (N, 2): x and y, where pixel (x, y) has its centre at (x + 0.5, y + 0.5).
        A mask without foreground has two NaN.

    Raises
    ------
    MaskTypeError
        If `masks` is not a :class:`Masks`.

    Notes
    -----
    Sums are exact integers, of 128 bits where height * width * longer side reaches 9e18 (doubles
    there under MSVC, which has none so long); each is divided once in double precision.
    scikit-image and OpenCV number pixels by their centres: subtract 0.5 to compare.

    Examples
    --------
    >>> import maskengine as me
    >>> me.centroid(me.Masks([2, 4], [0, 2], [(2, 3)]))
    array([[2., 1.]])
    """
    return core.centroid(runs_of(masks))
