"""Number of foreground pixels."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from maskengine._backend import core
from maskengine.values import Masks, runs_of


def area(masks: Masks) -> npt.NDArray[np.int64]:
    """Count the foreground pixels of each mask.

    Parameters
    ----------
    masks : Masks
        A batch of N masks.

    Returns
    -------
    numpy.ndarray
        int64 of shape (N,), in pixels. Exact past 2^32 pixels; nothing is decoded.

    Raises
    ------
    MaskTypeError
        If `masks` is not a :class:`Masks`.

    Notes
    -----
    The sum of the odd counts, as in the COCO API (``rleArea``).

    Examples
    --------
    >>> import maskengine as me
    >>> me.area(me.Masks([2, 3, 1], [0, 3], [(2, 3)]))
    array([3])
    """
    return core.area(runs_of(masks))
