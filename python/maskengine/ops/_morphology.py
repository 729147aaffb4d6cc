"""What dilate, erode, open, close and boundary check alike."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import islice
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine._listing import each
from maskengine.errors import MaskError, shown
from maskengine.values import Masks, runs_of, wrap

Shape = Literal["square", "disk", "cross"]
Border = Literal["foreground", "background"]
Radius = float | tuple[float, float]

_SHAPES = ("square", "disk", "cross")  # in the order of the native enum
_FAR = 2.0**32  # farther than any image is wide


def reach_of(radius: Any, shape: Any, name: str = "radius") -> tuple[int, float, float]:
    """Check a radius, or one along y and one along x, and a shape; give them as kernels do."""
    if not _arrays.is_one_of(shape, *_SHAPES):
        raise MaskError(
            f"expected 'square', 'disk' or 'cross', got {shown(shape)}", parameter="shape"
        )
    several = isinstance(radius, (tuple, list))
    pair = tuple(islice(each(radius, name, "two numbers"), 3)) if several else (radius, radius)
    lengths = [_as_length(value) for value in pair]
    if len(lengths) != 2 or not all(0 <= length < math.inf for length in lengths):
        raise MaskError(
            f"expected a finite number >= 0, or two (along y, along x), got {shown(radius)}",
            parameter=name,
        )
    return _SHAPES.index(str.__str__(shape)), lengths[0], lengths[1]


def _as_length(value: Any) -> float:
    """Give a length as a number of its own: kernels trust what was checked. NaN for none."""
    if isinstance(value, (bool, np.bool_)) or not _arrays.is_real(value):
        return math.nan
    if _arrays.is_integer(value):
        return float(max(min(int(value), _FAR), -1))
    number = float(value)
    return min(number, float(_FAR)) if math.isfinite(number) else math.nan


def is_foreground(border: Any) -> bool:
    """Check the border rule and say whether it takes the outside as foreground."""
    if not _arrays.is_one_of(border, "foreground", "background"):
        raise MaskError(
            f"expected 'foreground' or 'background', got {shown(border)}", parameter="border"
        )
    return bool(border == "foreground")


def apply(
    on_runs: Callable[..., Any],
    on_array: Callable[..., Any],
    masks: Any,
    out: npt.NDArray[Any] | None,
    *arguments: Any,
) -> Masks | npt.NDArray[Any]:
    """Call the kernel for runs, or the one for arrays with an array for its result."""
    if isinstance(masks, Masks):
        if out is not None:
            raise MaskError("expected None, as masks are Masks", parameter="out")
        return wrap(on_runs(runs_of(masks), *arguments))
    array = _arrays.as_masks(masks, "masks")
    if out is None:
        dtype = array.dtype if array.dtype == np.uint8 else np.dtype(bool)
        out = np.empty_like(array, dtype=dtype, subok=False)
    else:
        _arrays.check_out_like(out, array.shape)
        if np.may_share_memory(out, array):
            array = array.copy()
    on_array(array, out, *arguments)
    return out


def as_map(value: Any) -> npt.NDArray[Any]:
    """Check a label map (H, W) of any integer dtype and give it with aligned rows or columns."""
    array = _arrays.as_label_map(value, "masks")
    if not array.flags.f_contiguous or not array.flags.aligned:
        array = np.require(array, requirements=["C", "A"])
    return array


def apply_to_map(
    kernel: Callable[..., Any],
    labels: npt.NDArray[Any],
    out: npt.NDArray[Any],
    reach: tuple[int, float, float],
    *arguments: Any,
) -> None:
    """Call a kernel that takes rows; a map of columns is handed over mirrored."""
    if np.may_share_memory(out, labels):
        labels = labels.copy(order="K")
    shape, y, x = reach
    if labels.flags.c_contiguous:
        kernel(labels, out, shape, y, x, *arguments)
    else:
        kernel(labels.T, out.T, shape, x, y, *arguments)


def change_map(
    change: Callable[[npt.NDArray[Any], npt.NDArray[Any]], None],
    masks: Any,
    out: npt.NDArray[Any] | None,
) -> npt.NDArray[Any]:
    """Check a label map, let it be changed to a new one, and give this or write it to `out`."""
    labels = as_map(masks)
    if out is not None:
        _arrays.check_out_like(out, labels.shape)
        if out.dtype != labels.dtype:
            raise MaskError(f"expected {labels.dtype}, got {out.dtype}", parameter="out")
    changed = np.empty_like(labels, subok=False)
    change(labels, changed)
    if out is None:
        return changed
    out[...] = changed
    return out
