"""Other labels in place of those of a map."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine._backend import core
from maskengine._listing import told
from maskengine.errors import MaskError, MaskTypeError, ShapeMismatch, shown


def remap(
    label_map: Any,
    table: Any,
    default: int | Literal["keep"] | None = None,
    *,
    out: npt.NDArray[Any] | None = None,
    dtype: npt.DTypeLike | None = None,
) -> npt.NDArray[Any]:
    """Write other labels in place of those of a label map.

    Parameters
    ----------
    label_map : array_like
        Shape (H, W) or (N, H, W), any integer dtype, memory order and stride, without a copy.
    table : mapping or array_like of int
        The new label of each: ``{old: new}``, or an array whose item i is that of label i.
    default : int or "keep", optional
        What labels become that are not in the table, or ``"keep"`` to leave them. By default they
        are an error.
    out : numpy.ndarray, optional
        Written and returned: the shape of the map, any integer dtype, any strides; it may be the
        map itself.
    dtype : dtype, optional
        Of a new array; by default the narrowest of uint8, uint16, uint32 and uint64, or of the
        signed ones when a label is negative, that holds every label of `table` and `default`, and,
        with ``"keep"``, of the dtype of the map.

    Returns
    -------
    numpy.ndarray
        `out`, or a new array.

    Raises
    ------
    MaskError
        If a label is not in the table and there is no `default`, or a new label does not fit the
        dtype; `out` is then unchanged.
    MaskTypeError
        If `label_map` is no array of integers, or a label no integer.
    ShapeMismatch
        If `table` is an array of another shape than (n,), or `out` of another one than the map.

    Notes
    -----
    A look-up table (Gonzalez and Woods, *Digital Image Processing*), as ``table[label_map]``, with
    every label checked.

    Examples
    --------
    >>> import numpy as np
    >>> import maskengine as me
    >>> label_map = np.array([[0, 7, 7, 11]])
    >>> me.remap(label_map, {7: 1, 11: 2}, default=255)
    array([[255,   1,   1,   2]], dtype=uint8)
    """
    array = _arrays.as_masks(label_map, "label_map")
    if array.dtype.kind not in "ui":
        raise MaskTypeError(f"expected integer labels, got {array.dtype}", parameter="label_map")
    listed = _as_entries(table)
    keep = isinstance(default, str) and default == "keep"
    if default is not None and not keep:
        default = _as_int(default, "default")
    entries = listed
    if default is None or keep:
        entries = _of_labels(array, listed, keep=keep)
    fixed = [] if default is None or keep else [int(default)]
    every = [*listed.values(), *fixed]
    every += list(_arrays.value_range(array.dtype)) if keep else []
    low, high = (min(every), max(every)) if every else (0, 0)
    target = _new(array, low, high, dtype) if out is None else _checked(out, array, dtype)
    used = [*listed.values(), *entries.values(), *fixed]
    least, greatest = _arrays.value_range(target.dtype)
    for value in (min(used, default=0), max(used, default=0)):
        if not least <= value <= greatest:
            raise MaskError(
                f"expected labels that fit {target.dtype}, got {shown(value)}", parameter="table"
            )
    low, high = _arrays.value_range(array.dtype)
    pairs = [(old, new) for old, new in entries.items() if low <= old <= high]
    wrap = 1 << 8 * array.dtype.itemsize
    keys = np.array([old % wrap for old, _ in pairs], np.uint64)
    values = np.array([new % 2**64 for _, new in pairs], np.uint64)
    other = int(fixed[0]) % 2**64 if fixed else 0
    same = target is array and array.strides[-1] == array.itemsize
    source = array if same or not np.may_share_memory(target, array) else array.copy()
    core.remap(source, keys, values, other, target)
    return target


def _of_labels(array: npt.NDArray[Any], entries: dict[int, int], *, keep: bool) -> dict[int, int]:
    """Give an entry for each label that the map has; with `keep`, its own where there is none."""
    labels = [int(label) for label in _labels(array)]
    if keep:
        return {label: entries.get(label, label) for label in labels}
    missing = [label for label in labels if label not in entries]
    if missing:
        raise MaskError(
            f"expected labels of the table, or default=, got {missing[0]}", parameter="label_map"
        )
    return {label: entries[label] for label in labels}


def _labels(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    if array.dtype == np.uint64:  # joint gives int64
        return np.unique(array)
    labels, _ = core.joint((array,))
    return labels[:, 0]


def _as_int(value: Any, name: str) -> int:
    if not _arrays.is_whole(value):
        raise MaskTypeError(f"expected an integer, got {shown(value)}"[:300], parameter=name)
    if not -(2**63) <= value < 2**64:
        raise MaskError(f"expected a label of 64 bits, got {shown(value)}", parameter=name)
    return int(value)


def _as_entries(table: Any) -> dict[int, int]:
    if isinstance(table, Mapping):
        return {
            _as_int(old, "table"): _as_int(new, "table")
            for old, new in told(table, "table").items()
        }
    array = _arrays.listed(table, "table", "expected shape (n,)")
    if array.ndim != 1:
        raise ShapeMismatch(f"expected shape (n,), got {array.shape}", parameter="table")
    if array.size and array.dtype.kind not in "ui":
        raise MaskTypeError(f"expected integers, got dtype {array.dtype}", parameter="table")
    return dict(enumerate(array.astype(object).tolist() if array.size else []))


def _new(
    array: npt.NDArray[Any], low: int, high: int, dtype: npt.DTypeLike | None
) -> npt.NDArray[Any]:
    wanted = _arrays.narrowest_dtype(low, high) if dtype is None else _arrays.as_label_dtype(dtype)
    return np.empty(array.shape, wanted)


def _checked(out: Any, array: npt.NDArray[Any], dtype: npt.DTypeLike | None) -> npt.NDArray[Any]:
    _arrays.check_label_out(out, dtype)
    _arrays.check_out_like(out, array.shape)
    return out  # type: ignore[no-any-return]
