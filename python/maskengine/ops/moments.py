"""Image moments."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine._backend import core
from maskengine.values import Masks, runs_of

_RAW = ("m00", "m10", "m01", "m20", "m11", "m02", "m30", "m21", "m12", "m03")
_CENTRAL = ("20", "11", "02", "30", "21", "12", "03")
_DTYPE = np.dtype(
    [(name, np.float64) for name in _RAW]
    + [(kind + order, np.float64) for kind in ("mu", "nu") for order in _CENTRAL]
)


def moments(masks: Masks) -> npt.NDArray[Any]:
    """Compute raw, central and normalised moments of each mask up to the third order.

    Parameters
    ----------
    masks : Masks
        A batch of N masks.

    Returns
    -------
    numpy.ndarray
        Structured array of shape (N,) with 24 float64 fields: ``m00 m10 m01 m20 m11 m02 m30 m21
        m12 m03``; ``mu20 mu11 mu02 mu30 mu21 mu12 mu03``; ``nu20`` and so on. Use
        ``moments["mu20"]``. A mask without foreground has zeros.

    Raises
    ------
    MaskTypeError
        If `masks` is not a :class:`Masks`.

    Notes
    -----
    The names and definitions of ``cv2.moments(mask, binaryImage=True)``: ``mij`` sums x^i y^j over
    the foreground, with pixel (x, y) as the point (x, y), so the centroid in these coordinates is
    ``m10 / m00, m01 / m00``; ``muij`` is about the centroid; ``nuij`` is
    ``muij / m00^((i + j) / 2 + 1)``.

    Sums are exact integers, rounded once at the end, while height * width * (longer side)^3 is
    below 9e18, or 1.6e38 where the compiler has 128-bit integers; beyond, they are doubles.
    Central moments are taken from exact sums about the pixel next to the centroid, so they lose
    nothing to cancellation however far from the origin the mask lies.

    Examples
    --------
    >>> import maskengine as me
    >>> found = me.moments(me.Masks([2, 4], [0, 2], [(2, 3)]))
    >>> found["m00"], found["m10"], found["mu20"]
    (array([4.]), array([6.]), array([1.]))
    """
    return core.moments(runs_of(masks)).view(_DTYPE)[:, 0]
