"""Label maps in the forms that callers hold: arrays, runs of labels, masks and their labels."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine._backend import core
from maskengine._booleans import as_numbered
from maskengine._listing import each, held
from maskengine.errors import MaskError, MaskTypeError, ShapeMismatch, shown
from maskengine.values import LabelRuns, Masks, PackedBits, runs_of, wrap_labels

LabelMap = npt.NDArray[Any] | LabelRuns


def as_map(value: Any, name: str) -> LabelMap:
    """Check a label map, or a stack: an array as it is, anything else as runs."""
    if isinstance(value, LabelRuns):
        return value
    value = held(value)  # a tuple's own reading, whatever its methods say
    if type(value) is tuple and len(value) == 2 and isinstance(value[0], Masks):
        return of_masks(value[0], value[1])
    if isinstance(value, PackedBits):
        return of_bits(value)
    return as_numbered(value, name)


def as_label_list(values: Any, name: str) -> list[int]:
    """Check labels in int64, of which one may come twice."""
    listed = list(each(values, name, "labels"))
    plain = set(map(type, listed)) == {int} and -(2**63) <= min(listed) <= max(listed) < 2**63
    for i, value in enumerate(() if plain else listed):
        if not _arrays.is_whole(value):
            raise MaskTypeError(
                f"expected an integer, got {shown(value)}"[:300], parameter=name, index=i
            )
        if not -(2**63) <= value < 2**63:
            raise MaskError(
                f"expected a label in int64, got {shown(value)}", parameter=name, index=i
            )
    return listed if plain else [int(value) for value in listed]


def as_void_list(void: Any) -> list[int]:
    """Check labels of no class: none, one or several."""
    if void is None:
        return []
    return as_label_list([void] if _arrays.is_integer(void) else void, "void")


def as_runs(label_map: LabelMap) -> LabelRuns:
    """Give a checked map as runs."""
    return label_map if isinstance(label_map, LabelRuns) else of_array(label_map)


def of_array(array: npt.NDArray[Any]) -> LabelRuns:
    """Encode a checked array of bool or integers."""
    if array.dtype == np.bool_:
        array = array.view(np.uint8)
    runs, bits = core.encode_labels(array)
    return wrap_labels(runs, _arrays.from_bits(bits, array.dtype))


def of_bits(bits: PackedBits) -> LabelRuns:
    """Give masks of a bit per pixel as label maps of 0 and 1."""
    runs = core.encode_bits(bits.bits, bits.width, bits.bitorder == "big")
    run = np.arange(runs.counts.size, dtype=np.int64)
    first = np.repeat(runs.offsets[:-1], np.diff(runs.offsets))
    return wrap_labels(runs, ((run - first) & 1).astype(np.uint8))


def of_masks(masks: Masks, labels: Any) -> LabelRuns:
    """Encode the masks of one map, which share no pixel."""
    if labels is None:
        raise MaskTypeError("expected a label for each mask, got None", parameter="labels")
    values = _arrays.listed(labels, "labels")
    if values.dtype.kind not in "ui":
        raise MaskTypeError(f"expected integers, got {values.dtype}", parameter="labels")
    if values.shape != (len(masks),):
        raise ShapeMismatch(
            f"expected one label for each of {len(masks)} masks, got shape {values.shape}",
            parameter="labels",
        )
    if len(masks) == 0:
        raise MaskError("expected at least one mask", parameter="label_map")
    bits = values.astype(np.int64 if values.dtype.kind == "i" else np.uint64).view(np.uint64)
    height, width = masks.sizes[0].tolist()
    runs, found = core.encode_label_masks(runs_of(masks), np.ascontiguousarray(bits), height, width)
    return wrap_labels(runs, _arrays.from_bits(found, values.dtype))
