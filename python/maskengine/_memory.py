"""Whose memory an array is: what others can write to, and what two arrays share."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine.errors import MaskTypeError


def settled(array: npt.NDArray[Any], given: Any) -> npt.NDArray[Any]:
    """Give an array made of `given` that nobody can write to: itself, or a copy.

    What was checked once must stay as it is, as memory safety rests on it.
    """
    if isinstance(given, (list, tuple)):
        return array
    if isinstance(given, np.ndarray) and not np.may_share_memory(array, given):
        return array
    base: Any = array
    while isinstance(base, np.ndarray):
        if base.flags.writeable:
            return array.copy()
        base = base.base
    return array


def frozen(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Give an array of ours, to which nothing will be written any more."""
    array.flags.writeable = False
    return array


def may_overlap(a: Any, b: Any) -> bool:
    """Say whether two arrays on a CUDA device may share memory, by their first and last bytes."""
    if not a.size or not b.size:
        return False
    (a_low, a_high), (b_low, b_high) = _span(a), _span(b)
    return a_low < b_high and b_low < a_high


def _span(array: Any) -> tuple[int, int]:
    interface = array.__cuda_array_interface__
    low = high = interface["data"][0]
    for side, step in zip(array.shape, interface.get("strides") or (), strict=False):
        low += min(0, step * (side - 1))
        high += max(0, step * (side - 1))
    whole = interface.get("strides") is None
    return low, high + array.dtype.itemsize * (array.size if whole else 1)


def check_arrow(array: Any, name: str) -> None:
    """Check that Arrow's buffers are as long as its array says."""
    try:
        array.validate()
    except Exception as error:  # of pyarrow, which need not be there
        raise MaskTypeError(f"expected a sound Arrow array: {error}", parameter=name) from error
