"""Labels of maps -> places in lists of known labels; and where an unknown one lies."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine.errors import MaskError, MaskTypeError, ShapeMismatch
from maskengine.ops.remap import remap


def as_pair(reference: Any, prediction: Any) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Check two label maps, or stacks of them, of one shape."""
    first = _arrays.as_masks(reference, "reference")
    second = _arrays.as_masks(prediction, "prediction")
    if first.shape != second.shape:
        raise ShapeMismatch(
            f"expected the shape of the reference, {first.shape}, got {second.shape}",
            parameter="prediction",
        )
    return first, second


def as_labels(values: Any, name: str) -> npt.NDArray[np.int64]:
    """Check different integers in int64 and give them in their order."""
    if isinstance(values, (str, bytes)) or not isinstance(values, Iterable):
        raise MaskTypeError(f"expected labels, got {values!r}"[:300], parameter=name)
    listed = list(values)
    for i, value in enumerate(listed):
        if not isinstance(value, (int, np.integer)) or isinstance(value, bool):
            raise MaskTypeError(
                f"expected an integer, got {value!r}"[:300], parameter=name, index=i
            )
        if not -(2**63) <= value < 2**63:
            raise MaskError(f"expected a label in int64, got {value}", parameter=name, index=i)
    labels = np.array(listed, np.int64)
    if len(set(listed)) != len(listed):
        _, first = np.unique(labels, return_index=True)
        i = int(np.setdiff1d(np.arange(len(labels)), first)[0])
        raise MaskError(
            f"expected different labels, got {labels[i]} again", parameter=name, index=i
        )
    return labels


def places(labels: npt.NDArray[np.int64], known: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Give the place of each label in `known`, or -1."""
    if known.size == 0:
        return np.full(labels.shape, -1, np.int64)
    order = np.argsort(known)
    found = np.minimum(np.searchsorted(known, labels, sorter=order), known.size - 1)
    at = order[found]
    return np.where(known[at] == labels, at, -1)


def position(label_map: npt.NDArray[Any], label: int) -> str:
    """Say where the first pixel with a label lies."""
    index = [int(i) for i in np.argwhere(label_map == label)[0]]
    frame = f"frame {index[0]}, " if len(index) == 3 else ""
    return f"{frame}pixel (x, y) = ({index[-1]}, {index[-2]})"


def number_pairs(
    first: npt.NDArray[Any],
    second: npt.NDArray[Any],
    pairs: npt.NDArray[np.int64],
    numbers: npt.NDArray[np.int64],
    dtype: npt.DTypeLike | None = None,
) -> npt.NDArray[Any]:
    """Write a number for each pair of labels of two maps; `pairs` (K, 2) has all that occur."""
    ours, at_ours = np.unique(pairs[:, 0], return_inverse=True)
    theirs, at_theirs = np.unique(pairs[:, 1], return_inverse=True)
    width = len(ours) + 1
    wide = np.dtype(np.uint32 if width * (len(theirs) + 1) < 2**32 else np.uint64)
    keys = remap(second, _places(theirs), default=0, dtype=wide)
    keys *= wide.type(width)
    keys += remap(first, _places(ours), default=0, dtype=wide)
    place = (at_theirs.reshape(-1) + 1) * width + at_ours.reshape(-1) + 1
    table = dict(zip(place.tolist(), numbers.tolist(), strict=True))
    return remap(keys, table, default=0, dtype=dtype)


def _places(labels: npt.NDArray[np.int64]) -> dict[int, int]:
    return {one: k for k, one in enumerate(labels.tolist(), 1)}
