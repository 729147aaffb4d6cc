"""Runs to dense masks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine._backend import core
from maskengine._device import as_target
from maskengine.errors import MaskError, MaskTypeError, shown
from maskengine.values import DeviceRuns, Masks, common_size, runs_of

if TYPE_CHECKING:
    from maskengine._core import Runs

_LARGE = 1 << 25  # bytes: from here on C libraries always ask the system for memory


def decode(
    masks: Masks,
    out: npt.NDArray[Any] | None = None,
    order: Literal["C", "F"] = "C",
    dtype: npt.DTypeLike = bool,
    value: int = 1,
) -> npt.NDArray[Any]:
    """Decode a batch into a stack of dense masks.

    Parameters
    ----------
    masks : Masks
        N masks of one size (H, W). Those on a CUDA device are decoded there.
    out : numpy.ndarray, optional
        Written and returned: shape (N, H, W), or (H, W) for a batch of one; bool or any integer
        dtype, any strides. Every pixel is written.
    order : {"C", "F"}, default "C"
        Memory order of each mask in a new array: "C" has rows in one piece, "F" has columns.
    dtype : dtype, default bool
        Of a new array; bool or any integer dtype.
    value : int, default 1
        Written at foreground pixels; background pixels are 0.

    Returns
    -------
    numpy.ndarray
        `out`, or a new array of shape (N, H, W).

    Raises
    ------
    ShapeMismatch
        If the masks differ in size, or `out` has another shape.
    LimitExceeded
        If a new array would pass 2^28 pixels in one mask, or 2^32 in all; pass `out`, or set
        ``MASKENGINE_MAX_DECODE_PIXELS`` (of one mask).
    MaskError
        If `value` does not fit the dtype, or `out` is read-only.

    Notes
    -----
    As ``rleDecode`` of the COCO API.

    Examples
    --------
    >>> import maskengine as me
    >>> me.decode(me.Masks([1, 2, 1], [0, 3], [(2, 2)]), dtype="u1", value=7)
    array([[[0, 7],
            [7, 0]]], dtype=uint8)
    """
    runs = runs_of(masks, cuda=True)
    if isinstance(runs, DeviceRuns):
        return _decode_there(runs, out, order, dtype, value)
    is_zero = False
    if out is None:
        dtype = _checked(_arrays.as_dtype(dtype), order)
        bits = _arrays.as_value(value, dtype)
        stack: npt.NDArray[Any] | None = core.decode_small(runs, dtype, order == "F", bits)
        if stack is not None:
            return stack
        out, is_zero = _new_stack(runs, order, dtype)
    else:
        _check_out(out, len(masks))
        bits = _arrays.as_value(value, out.dtype)
    core.decode(runs, out, bits, is_zero)
    return out


def _checked(dtype: np.dtype[Any], order: str) -> np.dtype[Any]:
    if not _arrays.is_one_of(order, "C", "F"):
        raise MaskError(f"expected 'C' or 'F', got {shown(order)}", parameter="order")
    if dtype.kind not in "bui":
        raise MaskTypeError(f"expected a bool or integer dtype, got {dtype}", parameter="dtype")
    return dtype


def _new_stack(runs: Runs, order: str, dtype: np.dtype[Any]) -> tuple[npt.NDArray[Any], bool]:
    """Give a stack for the masks, and whether it is zero already."""
    n, height, width = core.common_size(runs)
    _arrays.check_dense(n, height, width, "masks")
    # A large block is new memory, which is zero: where background is left alone, the system need
    # not find pages for it. A smaller one may be used again, and clearing it first would be a loss.
    is_zero = n * height * width * dtype.itemsize >= _LARGE
    make = np.zeros if is_zero else np.empty
    if order == "C":
        return make((n, height, width), dtype), is_zero
    return make((n, width, height), dtype).transpose(0, 2, 1), is_zero


def _check_out(out: Any, n: int) -> None:
    if not isinstance(out, np.ndarray):
        raise MaskTypeError(f"expected an array, got {type(out).__name__}", parameter="out")
    fits = (out.ndim == 2 and n == 1) or (out.ndim == 3 and len(out) == n)
    _arrays.check_out(out, f"({n}, H, W)", fits=fits)


def _decode_there(
    runs: DeviceRuns, out: Any, order: str, dtype: npt.DTypeLike, value: int
) -> npt.NDArray[Any]:
    device = runs.device
    stack: npt.NDArray[Any]
    n, (height, width) = len(runs), common_size(runs, "masks")
    if out is None:
        kind = _checked(_arrays.as_dtype(dtype), order)
        bits = _arrays.as_value(value, kind)
        _arrays.check_dense(n, height, width, "masks")
        shape = (n, height, width) if order == "C" else (n, width, height)
        stack = device.empty(shape, kind)
        stack = stack if order == "C" else stack.transpose(0, 2, 1)
    else:
        stack = as_target(device, out)
        _arrays.check_out_there(stack, (n, height, width), (height, width) if n == 1 else None)
        bits = _arrays.as_value(value, stack.dtype)
    with device.queue() as queue:
        device.native.decode(queue, runs, stack, bits)
    return stack if out is None else out
