"""Number of foreground pixels."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from maskengine._backend import core
from maskengine.values import DeviceRuns, Masks, runs_of


def area(masks: Masks) -> npt.NDArray[np.int64]:
    """Count the foreground pixels of each mask.

    Parameters
    ----------
    masks : Masks
        A batch of N masks.

    Returns
    -------
    numpy.ndarray
        int64 of shape (N,), in pixels. Exact past 2^32 pixels; nothing is decoded. A CuPy array
        for masks on a CUDA device.

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
    found: npt.NDArray[np.int64] | None = core.area(masks)
    if found is not None:
        return found
    runs = runs_of(masks, cuda=True)
    areas: npt.NDArray[np.int64]
    if isinstance(runs, DeviceRuns):
        device = runs.device
        areas = device.empty((len(runs),), np.int64)
        with device.queue() as queue:
            device.native.area(queue, runs, areas)
        return areas
    areas = core.area(runs)  # of a class derived from Masks
    return areas
