"""Columns of numbers that stand beside masks, one value each."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine.errors import MaskError, MaskTypeError, ShapeMismatch, shown

_WHOLE = (int, np.int64)  # dtypes of columns of integers


def column(values: Any, n: int, name: str, dtype: Any) -> npt.NDArray[Any]:
    """Give what stands beside N masks: one value each, or one for all."""
    array = _arrays.as_whole(values, name) if dtype in _WHOLE else _arrays.listed(values, name)
    if array.shape not in {(), (n,)}:
        raise ShapeMismatch(f"expected shape ({n},), got {array.shape}", parameter=name)
    if array.dtype.kind not in "biuf":
        raise MaskTypeError(f"expected numbers, got {array.dtype}", parameter=name)
    if dtype in _WHOLE:
        _check_whole(array, name)
    return np.broadcast_to(array, (n,)).astype(dtype)


def _check_whole(array: npt.NDArray[Any], name: str) -> None:
    """Refuse what would be another number as an integer of 64 bits."""
    if array.dtype.kind == "f":  # whole ones, as models give classes
        array = array.astype(np.promote_types(array.dtype, np.float32))  # half ones end before 2^63
        wrong = ~((np.abs(array) < 2.0**63) & (array == np.floor(array)))
    elif array.dtype == np.uint64:
        wrong = array >= np.uint64(2**63)
    else:
        return
    if wrong.any():
        index = int(wrong.argmax()) if array.ndim else None
        text = f"expected integers of 64 bits, got {shown(array[wrong][0].item())}"
        raise MaskError(text, parameter=name, index=index)
