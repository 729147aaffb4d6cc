"""Checks of images, pixels and boxes, which operations on images share."""

from __future__ import annotations

import itertools
import operator
from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine._listing import NOT_READ, dimensions
from maskengine.errors import MaskError, MaskTypeError, ShapeMismatch, shown
from maskengine.values import Masks, runs_of


def as_image(value: Any, name: str) -> npt.NDArray[Any]:
    """Check an (H, W) or (H, W, C) image of bool, integers or floats, C from 1 to 4."""
    array = value if type(value) is np.ndarray else _arrays.as_array(value, name)
    check_image(array, name)
    if not array.dtype.isnative:
        array = array.astype(array.dtype.newbyteorder("="))
    return array


def check_image(array: Any, name: str) -> None:
    """Check shape and dtype of an image, wherever it lies."""
    if array.ndim not in {2, 3}:
        raise ShapeMismatch(
            f"expected shape (H, W) or (H, W, C), got {array.shape}", parameter=name
        )
    if array.ndim == 3 and not 1 <= array.shape[2] <= 4:
        raise ShapeMismatch(f"expected 1 to 4 channels, got shape {array.shape}", parameter=name)
    kind = array.dtype.kind
    if kind not in "bui" and not (kind == "f" and array.dtype.itemsize in {2, 4, 8}):
        raise MaskTypeError(
            f"expected bool, integers, float16, float32 or float64, got {array.dtype}",
            parameter=name,
        )


def as_pixels(
    value: Any, name: str, size: tuple[int, ...]
) -> npt.NDArray[np.int64] | tuple[int, int]:
    """Check pixels (x, y) of an image of `size`: one pair, or shape (n, 2)."""
    if type(value) is tuple and len(value) == 2:  # the common call, which needs no array
        x, y = value
        if type(x) is int and type(y) is int and 0 <= x < size[1] and 0 <= y < size[0]:
            return x, y
    array = _arrays.listed(value, name, "expected (x, y), or rows of them")
    if array.size == 0 and array.ndim == 2:
        array = np.zeros((0, 2), np.int64)
    if array.dtype.kind == "f":
        raise MaskTypeError(
            f"expected integers, the column and row of a pixel, got dtype {array.dtype}; round"
            " positions down",
            parameter=name,
        )
    pixels = _arrays.as_int64(array, name, (2,) if array.ndim == 1 else (None, 2)).reshape(-1, 2)
    outside = (pixels < 0) | (pixels >= (size[1], size[0]))
    if outside.any():
        i = int(np.flatnonzero(outside.any(axis=1))[0])
        raise MaskError(
            f"expected a pixel (x, y) of an image of size {tuple(size)}, got {pixels[i].tolist()}",
            parameter=name,
            index=i,
        )
    return pixels


def as_box(value: Any, name: str) -> tuple[int, int, int, int]:
    """Check a half-open box (left, top, right, bottom) of integers; it may reach anywhere."""
    try:
        box = tuple(int(side) for side in itertools.islice(value, 5))  # it may never end
        exact = len(box) == 4 and all(a == b for a, b in zip(box, value, strict=True))
    except NOT_READ:
        exact = False
    if not exact or isinstance(value, (str, bytes)):
        raise MaskError(
            f"expected (left, top, right, bottom), four integers, got {shown(value)}"[:300],
            parameter=name,
        )
    left, top, right, bottom = (max(-(2**62), min(side, 2**62)) for side in box)
    if left > right or top > bottom:
        raise MaskError(f"expected left <= right and top <= bottom, got {box}", parameter=name)
    return left, top, right, bottom


def as_max_area(max_area: Any) -> int:
    """Check the most pixels that something may take; None: as many as there are."""
    if max_area is None:
        return 2**63 - 1
    if isinstance(max_area, bool):
        raise MaskTypeError(f"expected an integer, got {shown(max_area)}", parameter="max_area")
    try:
        most = operator.index(max_area)
    except NOT_READ:
        raise MaskTypeError(
            f"expected an integer, got {shown(max_area)}"[:200], parameter="max_area"
        ) from None
    if most < 0:
        raise MaskError(f"expected 0 or more, got {shown(most)}", parameter="max_area")
    return min(most, 2**63 - 1)


def as_mask(mask: Any, name: str, size: tuple[int, ...]) -> Any:
    """Check a mask of `size` and give it as kernels take it."""
    if isinstance(mask, Masks):
        runs = runs_of(mask)
        if len(mask) != 1 or tuple(mask.sizes[0]) != size:
            raise ShapeMismatch(
                f"expected one mask of size {size}, got {shown(mask)}", parameter=name
            )
        return runs
    array = _arrays.as_masks(mask, name)
    if array.shape != size:
        raise ShapeMismatch(f"expected shape {size}, got {array.shape}", parameter=name)
    return array


def as_region(region: Any, size: tuple[int, ...]) -> tuple[tuple[int, int, int, int], Any]:
    """Give a region as a box and, perhaps, a mask."""
    whole = (0, 0, size[1], size[0])
    if region is None:
        return whole, None
    if isinstance(region, Masks) or dimensions(region, "region") >= 2:
        return whole, as_mask(region, "region", size)
    return as_box(region, "region"), None
