"""Pairs of masks, and the void pixels and crowds among them, checked alike by their operations."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine._listing import NOT_READ
from maskengine.errors import MaskError, MaskTypeError, ShapeMismatch, shown
from maskengine.values import Masks, runs_of

_LEAST = 1e-100  # squares of distances are neither lost nor infinite


def as_pairs(reference: Any, prediction: Any, void: Any) -> tuple[bool, Any, Any, Any]:
    """Check pairs of masks; say whether they are runs, and give what kernels take."""
    if isinstance(reference, Masks) or isinstance(prediction, Masks):
        return True, *_as_runs(reference, prediction, void)
    first = _arrays.as_masks(reference, "reference")
    second = _arrays.as_masks(prediction, "prediction")
    if first.shape != second.shape:
        raise ShapeMismatch(
            f"expected the shape of the reference, {first.shape}, got {second.shape}",
            parameter="prediction",
        )
    return False, first, second, _as_void(void, first)


def _as_void(void: Any, first: npt.NDArray[Any]) -> npt.NDArray[Any] | None:
    if void is None:
        return None
    if isinstance(void, Masks):
        raise MaskTypeError("expected an array, as the masks are arrays", parameter="void")
    array = _arrays.as_masks(void, "void")
    n = 1 if array.ndim == 2 else len(array)
    if array.shape[-2:] != first.shape[-2:] or n not in {1, *first.shape[:-2]}:
        raise ShapeMismatch(
            f"expected shape {first.shape[-2:]} or {first.shape}, got {array.shape}",
            parameter="void",
        )
    return array


def _as_runs(reference: Any, prediction: Any, void: Any) -> tuple[Any, Any, Any]:
    given = {"reference": reference, "prediction": prediction}
    if void is not None:
        given["void"] = void
    for name, value in given.items():
        if not isinstance(value, Masks):
            raise MaskTypeError(
                f"expected Masks, as other masks are, got {type(value).__name__}", parameter=name
            )
        if len(value) != len(reference) and not (name == "void" and len(value) == 1):
            raise ShapeMismatch(
                f"expected as many masks as the reference has, {len(reference)}, got {len(value)}",
                parameter=name,
            )
        differ = np.flatnonzero((value.sizes != reference.sizes).any(axis=1))
        if differ.size:
            i = int(differ[0])
            ours, theirs = reference.sizes[i].tolist(), value.sizes[i % len(value)].tolist()
            raise ShapeMismatch(
                f"expected the size of the reference, {ours}, got {theirs}",
                parameter=name,
                index=i,
            )
    runs = [runs_of(value) for value in given.values()]
    return runs[0], runs[1], runs[2] if void is not None else None


def as_spacing(spacing: Any) -> tuple[float, float]:
    """Check the distance from one row to the next and from one column to the next."""
    pair = spacing if isinstance(spacing, (tuple, list, np.ndarray)) else (spacing, spacing)
    try:
        y, x = (_arrays.as_number(value, "spacing") for value in pair)
        good = all(_LEAST <= value <= 1 / _LEAST for value in (y, x))
    except NOT_READ:
        good = False
    if not good:
        raise MaskError(
            f"expected a number > 0, neither tiny nor infinite, or two of them (along y, along x), "
            f"got {shown(spacing)}"[:300],
            parameter="spacing",
        )
    return y, x


def as_crowd(crowd: Any, n: int, item: str) -> npt.NDArray[np.uint8]:
    """Check n flags, one per mask or box, and return them as 0 and 1."""
    array = _arrays.listed(crowd, "crowd")
    if array.size and array.dtype.kind not in "bui":
        raise MaskTypeError(f"expected bool, got dtype {array.dtype}", parameter="crowd")
    if array.shape != (n,):
        raise ShapeMismatch(
            f"expected one flag per {item} of b, shape ({n},), got {array.shape}",
            parameter="crowd",
        )
    return np.ascontiguousarray(array != 0).view(np.uint8)
