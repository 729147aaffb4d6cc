"""Dense masks to runs."""

from __future__ import annotations

from typing import Any

import numpy as np

from maskengine import _arrays
from maskengine._backend import core
from maskengine._device import device_of
from maskengine.errors import MaskError
from maskengine.ops._placed import placed
from maskengine.values import DeviceRuns, Masks, PackedBits, wrap


def encode(mask: Any, threshold: float | None = None, *, device: str | None = None) -> Masks:
    """Encode a dense mask or a stack of masks as runs.

    Parameters
    ----------
    mask : array_like or PackedBits
        Shape (H, W), or (N, H, W) for a stack; bool or any integer dtype, any memory order and
        stride, without a copy. Nonzero is foreground. Floats need `threshold`. An array on a CUDA
        device is encoded there, and the masks stay there. Masks of a bit per pixel as
        :class:`PackedBits`.
    threshold : float, optional
        Foreground is what is above it; NaN is background. In the units of `mask`.
    device : str, optional
        ``"cuda"`` or ``"cuda:1"``: what lies on the host is copied to that device, where the result
        stays; ``"cpu"`` the other way. By default nothing is copied.

    Returns
    -------
    Masks
        A batch of N masks (of one for an (H, W) array), in canonical runs.

    Raises
    ------
    MaskTypeError
        If `mask` is no array, or of another dtype.
    ShapeMismatch
        If `mask` is not of two or three dimensions.
    MaskError
        If `threshold` is not a number.

    Notes
    -----
    The counts of the COCO API (``rleEncode``) for masks of 0 and 1. That function starts a new run
    at every change of value; here any nonzero value is foreground.

    Examples
    --------
    >>> import numpy as np
    >>> import maskengine as me
    >>> me.encode(np.eye(2, dtype=bool)).counts
    array([0, 1, 2, 1], dtype=uint32)
    >>> me.encode(np.float32([[0.2, 0.7]]), threshold=0.5).counts
    array([1, 1], dtype=uint32)
    """
    if device is not None:
        mask = placed(device, mask, "mask")
    elif threshold is None:
        found: Masks | None = core.encode_array(mask)
        if found is not None:
            return found
    if isinstance(mask, PackedBits):
        if threshold is not None:
            raise MaskError("expected none, as masks are bits", parameter="threshold")
        return wrap(core.encode_bits(mask.bits, mask.width, mask.bitorder == "big"))
    there = device_of(mask, "mask")
    if threshold is None:
        if there is not None:
            return _encode_there(there, mask, None)
        return wrap(core.encode(_arrays.as_masks(mask, "mask")))
    limit = _arrays.as_number(threshold, "threshold")
    if there is not None:
        return _encode_there(there, mask, limit)
    array = _arrays.as_masks(mask, "mask", floats=True)
    if array.dtype == np.float16:
        array = array.astype(np.float32)
    return wrap(core.encode(array, limit))


def _encode_there(device: Any, mask: Any, limit: float | None) -> Masks:
    array = _arrays.as_device_masks(device.view(mask), "mask", floats=limit is not None)
    n, height, width = array.shape if array.ndim == 3 else (1, *array.shape)
    with device.queue() as queue:
        given = device.native.encode(queue, array, limit)
    return wrap(DeviceRuns.from_native(device, given, [(height, width)] * n))
