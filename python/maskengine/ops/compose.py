"""Masks to label maps."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine._backend import core
from maskengine._device import as_target
from maskengine._listing import NOT_READ
from maskengine.errors import MaskError, MaskTypeError, ShapeMismatch
from maskengine.values import DeviceRuns, Masks, common_size, runs_of


def compose(
    masks: Masks,
    labels: Any | None = None,
    z: Any | None = None,
    *,
    out: npt.NDArray[Any] | None = None,
    dtype: npt.DTypeLike | None = None,
) -> npt.NDArray[Any]:
    """Paint masks over each other into one label map.

    Parameters
    ----------
    masks : Masks
        N masks of one size (H, W). Those on a CUDA device are painted there; `labels` and `z` are
        of the host.
    labels : array_like of int, optional
        Shape (N,): written at the pixels of each mask; 1 to N by default.
    z : array_like of int, optional
        Shape (N,): the mask with the highest lies in front. Of equals, and by default, the later
        one does.
    out : numpy.ndarray, optional
        Written and returned: shape (H, W), any integer dtype that holds the labels, any strides.
        Every pixel is written; 0 where there is no mask.
    dtype : dtype, optional
        Of a new array; by default the narrowest of uint8, uint16, uint32 and uint64, or of the
        signed ones when a label is negative.

    Returns
    -------
    numpy.ndarray
        `out`, or a new array of shape (H, W).

    Raises
    ------
    ShapeMismatch
        If the masks differ in size, an array is of another shape, or there is no mask and no `out`
        to say the size.
    MaskTypeError
        If `masks` is not a :class:`Masks`, or another argument not of integers.
    MaskError
        If a label does not fit the dtype; `out` is then unchanged.
    LimitExceeded
        If a new array would pass 2^28 pixels; pass `out`, or set
        ``MASKENGINE_MAX_DECODE_PIXELS``.

    Notes
    -----
    The painter's algorithm. Undoes :func:`split`: ``compose(masks, ids)`` is the label map.

    Examples
    --------
    >>> import numpy as np
    >>> import maskengine as me
    >>> masks = me.encode(np.array([[[1, 1, 0]], [[0, 1, 1]]]))
    >>> me.compose(masks, [4, 9])
    array([[4, 9, 9]], dtype=uint8)
    >>> me.compose(masks, [4, 9], z=[1, 0])
    array([[4, 4, 9]], dtype=uint8)
    """
    runs = runs_of(masks, cuda=True)
    device = runs.device if isinstance(runs, DeviceRuns) else None
    n = len(masks)
    low, high = (1, n) if n else (0, 0)
    if labels is None:
        values = np.arange(1, n + 1, dtype=np.uint64)
    else:
        values = _integers(labels, "labels", n)
        if n:
            low, high = int(values.min()), int(values.max())
    order = np.arange(n) if z is None else np.argsort(_integers(z, "z", n), kind="stable")
    if device is not None:
        target = _target_there(runs, low, high, out, dtype)
    else:
        target = _new_map(masks, low, high, dtype) if out is None else _checked(out, dtype)
    least, greatest = _arrays.value_range(target.dtype)
    if low < least or high > greatest:
        raise MaskError(
            f"expected labels that fit {target.dtype}, got {low if low < least else high}",
            parameter="labels",
        )
    columns = (values.astype(np.uint64, copy=False), order.astype(np.int64, copy=False))
    if device is None:
        core.compose(runs, *columns, target)
        return target
    with device.queue() as queue:
        device.native.compose(queue, runs, *map(device.upload, columns), target)
    return target if out is None else out


def _integers(value: Any, name: str, n: int) -> npt.NDArray[Any]:
    try:
        array = _arrays.as_whole(value, name)
    except NOT_READ as error:
        raise MaskTypeError(f"expected integers: {error}", parameter=name) from error
    if array.dtype.kind not in "ui":
        raise MaskTypeError(f"expected integers, got dtype {array.dtype}", parameter=name)
    if array.shape != (n,):
        raise ShapeMismatch(f"expected shape ({n},), got {array.shape}", parameter=name)
    return array


def _new_map(masks: Masks, low: int, high: int, dtype: npt.DTypeLike | None) -> npt.NDArray[Any]:
    if len(masks) == 0:
        raise ShapeMismatch("expected at least one mask, or out=", parameter="masks")
    wanted = _arrays.narrowest_dtype(low, high) if dtype is None else _arrays.as_label_dtype(dtype)
    height, width = (int(side) for side in masks.sizes[0])
    _arrays.check_dense(1, height, width, "masks")
    return np.empty((height, width), wanted)


def _target_there(runs: DeviceRuns, low: int, high: int, out: Any, dtype: Any) -> npt.NDArray[Any]:
    device = runs.device
    if out is not None and dtype is not None:
        raise MaskError("expected no dtype= with out=", parameter="dtype")
    if len(runs) == 0 and out is None:
        raise ShapeMismatch("expected at least one mask, or out=", parameter="masks")
    size = common_size(runs, "masks")
    target: npt.NDArray[Any]
    if out is None:
        kind = None if dtype is None else _arrays.as_label_dtype(dtype)
        _arrays.check_dense(1, *size, "masks")
        target = device.empty(size, kind or _arrays.narrowest_dtype(low, high))
        return target
    target = as_target(device, out)
    _arrays.check_out_there(target, size, tuple(target.shape[:2]) if len(runs) == 0 else None)
    _arrays.as_label_dtype(target.dtype)
    return target


def _checked(out: Any, dtype: npt.DTypeLike | None) -> npt.NDArray[Any]:
    _arrays.check_label_out(out, dtype)
    _arrays.check_out(out, "(H, W)", fits=out.ndim == 2)
    return out  # type: ignore[no-any-return]
