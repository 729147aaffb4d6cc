"""What stands between the brackets of a batch."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine._listing import each
from maskengine.errors import MaskError, shown


def listed_batches(batches: Any) -> list[Any]:
    """List batches that are to be joined."""
    return list(each(batches, "batches", "a sequence of batches"))


def selection(key: Any, n: int, what: str) -> tuple[int, int] | npt.NDArray[np.int64]:
    """Give the stretch [start, stop) or the positions that `key` picks from a batch of `n`."""
    if isinstance(key, slice):
        start, stop, step = key.indices(n)
        if step == 1:
            return start, max(start, stop)
        return np.arange(start, stop, step, dtype=np.int64)
    if _arrays.is_whole(key):
        i = int(key)
        if not -n <= i < n:
            raise IndexError(f"{what} index {shown(i)} is out of range for a batch of {n}")
        i %= n
        return i, i + 1
    return _positions(key, n)


def _positions(key: Any, n: int) -> npt.NDArray[np.int64]:
    if isinstance(key, tuple):
        raise IndexError("a batch has one dimension; index it with a list or an array")
    try:
        array = _arrays.listed(key, "index")
    except MaskError as error:
        raise IndexError(str(error)) from error
    if array.dtype == np.bool_:
        if array.shape != (n,):
            raise IndexError(f"boolean index of shape {array.shape} for a batch of {n}")
        return np.flatnonzero(array).astype(np.int64)
    try:
        chosen = _arrays.as_int64(array, "index", (None,))
    except MaskError as error:
        raise IndexError(str(error)) from error
    chosen = np.where(chosen < 0, chosen + n, chosen)
    if chosen.size and (chosen.min() < 0 or chosen.max() >= n):
        raise IndexError(f"an index is out of range for a batch of {n}")
    return chosen
