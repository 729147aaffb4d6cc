"""Labels of maps -> places in lists of known labels; and where an unknown one lies."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine.errors import MaskError, MaskTypeError, ShapeMismatch
from maskengine.ops._label_maps import LabelMap, as_map, as_runs
from maskengine.ops.decode_labels import decode_labels
from maskengine.values import LabelRuns


def as_pair(reference: Any, prediction: Any) -> tuple[LabelMap, LabelMap]:
    """Check two label maps, or stacks of them, of one shape; both as arrays, or as runs."""
    first, second = as_map(reference, "reference"), as_map(prediction, "prediction")
    if isinstance(first, LabelRuns) or isinstance(second, LabelRuns):
        ours, theirs = as_runs(first), as_runs(second)
        if not np.array_equal(ours.sizes, theirs.sizes):
            raise ShapeMismatch(
                f"expected the sizes of the reference, {ours.sizes.tolist()}, "
                f"got {theirs.sizes.tolist()}"[:300],
                parameter="prediction",
            )
        return ours, theirs
    if first.shape != second.shape:
        raise ShapeMismatch(
            f"expected the shape of the reference, {first.shape}, got {second.shape}",
            parameter="prediction",
        )
    return first, second


def as_labels(values: Any, name: str) -> npt.NDArray[np.int64]:
    """Check different integers in int64 and give them in their order."""
    if isinstance(values, range) and -(2**63) <= values.start <= values.stop < 2**63:
        return np.array(values, np.int64)
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
    low = int(known[0])
    span = int(known[-1]) - low + 1
    if span == known.size and (np.diff(known) == 1).all():  # as classes mostly are
        at = labels - low
        inside = (labels >= low) & (labels < low + span)  # the difference may wrap
        return np.where(inside, at, -1)
    order = np.argsort(known)
    found = np.minimum(np.searchsorted(known, labels, sorter=order), known.size - 1)
    at = order[found]
    return np.where(known[at] == labels, at, -1)


def position(label_map: LabelMap, label: int) -> str:
    """Say where the first pixel with a label lies."""
    if isinstance(label_map, LabelRuns):
        run = int(np.flatnonzero((label_map.labels == label) & (label_map.lengths > 0))[0])
        item = int(np.searchsorted(label_map.offsets, run, "right")) - 1
        prefix = f"frame {item}, " if len(label_map) > 1 else ""
        return prefix + position(decode_labels(label_map[item])[0], label)
    index = [int(i) for i in np.argwhere(label_map == label)[0]]
    frame = f"frame {index[0]}, " if len(index) == 3 else ""
    return f"{frame}pixel (x, y) = ({index[-1]}, {index[-2]})"
