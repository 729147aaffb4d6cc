"""Checks of what rasterize is asked for, on the host and on a CUDA device."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine._listing import dimensions
from maskengine.errors import MaskError, MaskTypeError, ShapeMismatch, shown

_OUTS = ("runs", "dense", "labels")


def as_sizes(array: npt.NDArray[Any], n: int) -> npt.NDArray[np.int64]:
    """Check heights and widths, one pair for each of n items."""
    sizes = _arrays.as_int64(array, "size", (n, 2))
    if sizes.size and not 0 <= int(sizes.min()) <= int(sizes.max()) < 2**31:
        bad = int(np.flatnonzero((sizes < 0) | (sizes >= 2**31))[0]) // 2
        _arrays.as_size(tuple(sizes[bad].tolist()), f"size[{bad}]")
    return sizes


def size_of_each(size: Any, n: int) -> npt.NDArray[np.int64]:
    """Give the size of each of n items, from one for all or from one for each."""
    if type(size) is not tuple and np.ndim(size) == 2:
        return as_sizes(np.asarray(size), n)
    return np.tile(np.array(_arrays.as_size(size), np.int64), (n, 1))


def one_size(sizes: npt.NDArray[np.int64], out: Any) -> tuple[int, int]:
    """Give the size that all items have, as an array for them needs; of none, that of `out`."""
    if len(sizes) == 0:
        return (0, 0) if dimensions(out, "out") < 2 else tuple(out.shape[-2:])
    other = np.flatnonzero((sizes != sizes[0]).any(axis=1))
    if other.size:
        what = f"out={out!r}" if isinstance(out, str) else "an array"
        raise ShapeMismatch(
            f"expected one size for all items with {what}", parameter="size", index=int(other[0])
        )
    return int(sizes[0, 0]), int(sizes[0, 1])


def check_form(out: Any, labels: Any, z: Any, value: Any, *, given: bool) -> bool:
    """Check what goes together, and say whether there are labels or heights."""
    if not given and (not _arrays.is_one_of(out, *_OUTS)):
        expected = " or ".join(repr(name) for name in _OUTS)
        raise MaskError(f"expected {expected} or an array, got {shown(out)}", parameter="out")
    has_labels = labels is not None or z is not None
    if has_labels and not given and out != "labels":
        name = "z" if labels is None else "labels"
        raise MaskError(f"expected none with out={out!r}", parameter=name)
    if (not given or has_labels) and (not _arrays.is_integer(value) or value != 1):
        raise MaskError(
            f"expected none but with an array without labels, got {shown(value)}", parameter="value"
        )
    return has_labels


def as_numbers(labels: Any, n: int) -> npt.NDArray[np.int64]:
    """Check the labels of n items; 1 to n by default."""
    if labels is None:
        return np.arange(1, n + 1)
    return _arrays.as_int64(labels, "labels", (n,))


def as_order(z: Any, n: int) -> npt.NDArray[np.int64]:
    """Give the items from the back to the front."""
    if z is None:
        return np.arange(n)
    array = _arrays.listed(z, "z")
    if array.size == 0:
        array = array.astype(np.int64)
    if array.dtype.kind not in "uif":
        raise MaskTypeError(f"expected numbers, got dtype {array.dtype}", parameter="z")
    if array.shape != (n,):
        raise ShapeMismatch(f"expected shape ({n},), got {array.shape}", parameter="z")
    if array.dtype.kind == "f" and np.isnan(array).any():
        index = int(np.flatnonzero(np.isnan(array))[0])
        raise MaskError("expected a number, got nan", parameter="z", index=index)
    return np.argsort(array, kind="stable")
