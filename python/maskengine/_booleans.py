"""Booleans as labels: 0 and 1, whatever bytes they are made of."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine import _arrays


def as_numbered(value: Any, name: str) -> npt.NDArray[Any]:
    """Check as :func:`_arrays.as_masks` does what is then read as labels."""
    return as_zero_and_one(_arrays.as_masks(value, name))


def as_zero_and_one(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Give booleans whose bytes are 0 and 1, and any other array as it is.

    A true value may be any byte that is not 0, and is 255 in the arrays that Pillow gives of its
    pictures of one bit.
    """
    if array.dtype.kind != "b" or not array.size:
        return array
    # along an axis whose values lie in one place, one of them tells of all
    seen = array[tuple(slice(None) if step else slice(1) for step in array.strides)]
    return array if seen.view(np.uint8).max() <= 1 else array.astype(np.uint8) != 0
