"""Checks of floods, which flood and the canvas share."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine._listing import NOT_READ, dimensions, held
from maskengine.errors import MaskError, MaskTypeError, ShapeMismatch, shown
from maskengine.ops import _pixels
from maskengine.values import Masks

_MODES = ("fixed", "floating")
_MOST = 2**64 - 1


def is_floating(mode: Any) -> bool:
    """Check a mode and say whether pixels are compared with their neighbours."""
    if not _arrays.is_one_of(mode, *_MODES):
        raise MaskError(f"expected 'fixed' or 'floating', got {shown(mode)}", parameter="mode")
    return bool(mode == "floating")


def as_sides(tolerance: Any, channels: int, *, real: bool) -> tuple[tuple[Any, ...], ...]:
    """Give how far below and above a value may lie, one number per channel each."""
    tolerance = held(tolerance)
    if isinstance(tolerance, (tuple, list)) and len(tolerance) == 2:
        low, high = tolerance
        return _each(low, channels, real=real), _each(high, channels, real=real)
    both = _each(tolerance, channels, real=real)
    return both, both


def _each(numbers: Any, channels: int, *, real: bool) -> tuple[Any, ...]:
    if isinstance(numbers, np.ndarray):
        numbers = numbers.tolist()
    numbers = held(numbers)
    if not isinstance(numbers, (tuple, list)):
        return (_number(numbers, real=real),) * channels
    if len(numbers) != channels:
        raise ShapeMismatch(
            f"expected a number, (lower, upper), or one per channel ({channels}), "
            f"got {len(numbers)} numbers",
            parameter="tolerance",
        )
    return tuple(_number(one, real=real) for one in numbers)


def _number(number: Any, *, real: bool) -> Any:
    if not _arrays.is_real(number):
        raise MaskTypeError(f"expected a number, got {shown(number)}"[:200], parameter="tolerance")
    if not number >= 0:
        raise MaskError(f"expected 0 or more, got {shown(number)}"[:200], parameter="tolerance")
    if real:
        try:
            return float(number)
        except OverflowError:
            return math.inf
    # an integer is within 2.5 of another when it is within 2
    return _MOST if number >= _MOST else math.floor(number)


def as_barrier(barrier: Any, image: npt.NDArray[Any]) -> tuple[Any, list[tuple[int, int]]]:
    """Give a barrier as a mask, or as ranges of values."""
    if barrier is None:
        return None, []
    if isinstance(barrier, Masks) or dimensions(barrier, "barrier") >= 2:
        return _pixels.as_mask(barrier, "barrier", image.shape[:2]), []
    try:
        listed = np.unique(_arrays.as_whole(barrier, "barrier"))
    except NOT_READ as error:
        raise MaskTypeError(
            f"expected a mask (H, W), Masks, or values, got {shown(barrier)}", parameter="barrier"
        ) from error
    if listed.size and listed.dtype.kind not in "ui":
        raise MaskTypeError(
            f"expected a mask (H, W), Masks, or integers, got dtype {listed.dtype}",
            parameter="barrier",
        )
    if image.ndim != 2 or image.dtype.kind not in "bui":
        raise MaskTypeError(
            f"values need an integer image (H, W), got {image.dtype} of shape {image.shape}",
            parameter="barrier",
        )
    low, high = _arrays.value_range(image.dtype)
    ranges: list[tuple[int, int]] = []
    for one in listed.tolist():
        if not low <= one <= high:
            continue
        if ranges and ranges[-1][1] == one - 1:
            ranges[-1] = (ranges[-1][0], one)
        else:
            ranges.append((one, one))
    return None, [(first % 2**64, last % 2**64) for first, last in ranges]
