"""Labels of maps -> places in lists of known labels; and where an unknown one lies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine._listing import told
from maskengine.errors import LimitExceeded, MaskError, ShapeMismatch, shown
from maskengine.ops._label_maps import LabelMap, as_label_list, as_map, as_runs, as_void_list
from maskengine.ops.decode_labels import decode_labels
from maskengine.ops.remap import remap
from maskengine.values import LabelRuns

_MOST = 2**32  # labels that a range may name


def as_pair(reference: Any, prediction: Any) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Check two label maps, or stacks of them, of one shape; give arrays, also of runs."""
    first, second = as_map(reference, "reference"), as_map(prediction, "prediction")
    both = as_array(first, second), as_array(second, first)
    if both[0].shape != both[1].shape:
        raise ShapeMismatch(
            f"expected the shape of the reference, {both[0].shape}, got {both[1].shape}",
            parameter="prediction",
        )
    first, second = (one.view(np.uint8) if one.dtype.kind == "b" else one for one in both)
    return first, second


def as_map_pair(reference: Any, prediction: Any) -> tuple[LabelMap, LabelMap]:
    """Check two label maps, or stacks of them, of one shape; both as arrays, or as runs."""
    first, second = as_map(reference, "reference"), as_map(prediction, "prediction")
    if not isinstance(first, LabelRuns) and not isinstance(second, LabelRuns):
        return as_pair(first, second)
    ours, theirs = as_runs(first), as_runs(second)
    if not np.array_equal(ours.sizes, theirs.sizes):
        raise ShapeMismatch(
            f"expected the sizes of the reference, {ours.sizes.tolist()}, "
            f"got {theirs.sizes.tolist()}"[:300],
            parameter="prediction",
        )
    return ours, theirs


def as_array(label_map: LabelMap, like: LabelMap | None = None) -> npt.NDArray[Any]:
    """Give the pixels of runs: a batch of one as (H, W), unless `like` is a stack."""
    if not isinstance(label_map, LabelRuns):
        return label_map
    stack = decode_labels(label_map)
    return stack[0] if len(stack) == 1 and getattr(like, "ndim", 2) == 2 else stack


def as_labels(values: Any, name: str) -> npt.NDArray[np.int64]:
    """Check different integers in int64 and give them in their order."""
    if isinstance(values, range) and -(2**63) <= values.start <= values.stop < 2**63:
        if values.stop - values.start > _MOST:
            raise LimitExceeded(f"expected at most {_MOST} labels", parameter=name, name="labels",
                                value=values.stop - values.start, limit=_MOST)  # fmt: skip
        if values.step == 1:
            return np.arange(values.start, values.stop, dtype=np.int64)  # 10x as fast
        return np.array(values, np.int64)
    listed = as_label_list(values, name)
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
    if span == known.size and (known[1:] - known[:-1] == 1).all():  # as classes mostly are
        at = labels - low  # may wrap: a difference that is not negative is one above the span
        return np.where(at.view(np.uint64) < span, at, -1)
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
    found = np.argwhere(label_map == label)
    if len(found) == 0:  # somebody changed the map in between
        return "a pixel that is another's by now"
    index = [int(i) for i in found[0]]
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


def as_classes(classes: Any) -> tuple[npt.NDArray[np.int64], tuple[str, ...]]:
    """Check classes as :func:`confusion` takes them; give their labels and names."""
    if _arrays.is_whole(classes):
        if not 1 <= classes <= 2**16:
            raise MaskError(
                f"expected 1 to 65536 classes, got {shown(classes)}", parameter="classes"
            )
        classes = range(int(classes))
    if isinstance(classes, Mapping):
        classes = told(classes, "classes")
    labels = as_labels(classes, "classes")
    if labels.size == 0 or labels.size > 2**16:
        raise MaskError(f"expected 1 to 65536 classes, got {labels.size}", parameter="classes")
    if isinstance(classes, Mapping):
        return labels, tuple(str(name) for name in classes.values())
    return labels, tuple(str(label) for label in labels.tolist())


def class_places(
    labels: npt.NDArray[np.int64],
    classes: npt.NDArray[np.int64],
    ignored: npt.NDArray[np.int64],
    name: str,
    label_map: LabelMap,
) -> npt.NDArray[np.int64]:
    """Give the class of each label, -1 for void; any other label is an error."""
    found = places(labels, classes)
    if (found >= 0).all():
        return found
    strange = np.flatnonzero((found < 0) & ~np.isin(labels, ignored))
    if strange.size:
        label = int(labels[strange[0]])
        raise MaskError(
            f"expected labels of a class or void, got {label} at {position(label_map, label)}",
            parameter=name,
        )
    return found


def as_void(void: Any) -> npt.NDArray[np.int64]:
    """Check labels that say that nothing was annotated."""
    return as_labels(as_void_list(void), "void")


def as_ignored(void: Any, labels: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Check labels of no class, of which there may be none."""
    ignored = as_void(void)
    both = np.intersect1d(labels, ignored)
    if both.size:
        raise MaskError(f"expected labels of no class, got {both[0]}", parameter="void")
    return ignored
