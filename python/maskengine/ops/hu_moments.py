"""Moments of shape that do not change with place, size and turn."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from maskengine._backend import core
from maskengine.values import Masks, runs_of


def hu_moments(masks: Masks) -> npt.NDArray[np.float64]:
    """Measure the seven invariant moments of Hu for each mask.

    Parameters
    ----------
    masks : Masks
        A batch of N masks.

    Returns
    -------
    numpy.ndarray
        float64 of shape (N, 7). Zeros for a mask without foreground.

    Raises
    ------
    MaskTypeError
        If `masks` is not a :class:`Masks`.

    Notes
    -----
    M.-K. Hu, "Visual pattern recognition by moment invariants", 1962; as ``cv2.HuMoments`` of
    ``cv2.moments(mask, binaryImage=True)``, from the normalised central moments ``nu`` of
    :func:`moments`. The last one changes its sign in a mirror.

    Examples
    --------
    >>> import maskengine as me
    >>> square = me.Masks([0, 4], [0, 2], [(2, 2)])
    >>> me.hu_moments(square)[0, :2]
    array([0.125, 0.   ])
    """
    return core.hu_moments(runs_of(masks))
