"""Checks of integers that are given once, or for each mask of a batch."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine import _arrays


def as_per_mask(
    value: Any, name: str, n: int, columns: int
) -> npt.NDArray[np.int64] | tuple[int, ...]:
    """Check integers given once, shape (columns,), or for each of n masks, shape (n, columns)."""
    if type(value) is tuple and len(value) == columns and _are_plain(value):
        return value
    array = _arrays.listed(value, name)
    return _arrays.as_int64(array, name, (n, columns) if array.ndim == 2 else (columns,))


def as_columns(values: dict[str, Any], n: int) -> npt.NDArray[np.int64] | tuple[int, ...]:
    """Check integers, or arrays with one per mask; give one row, or n rows, of them."""
    row = tuple(values.values())
    if _are_plain(row):
        return row
    columns = []
    for name, value in values.items():
        array = _arrays.listed(value, name)
        columns.append(_arrays.as_int64(array, name, () if array.ndim == 0 else (n,)))
    if all(column.ndim == 0 for column in columns):
        return np.array(columns, np.int64)
    return np.stack([np.broadcast_to(column, n) for column in columns], axis=1)


def _are_plain(values: tuple[Any, ...]) -> bool:
    """Say whether all are small ints: the common call, which needs no array."""
    for value in values:  # noqa: SIM110 - all() over a generator takes three times as long
        if type(value) is not int or not -(2**62) < value < 2**62:
            return False
    return True
