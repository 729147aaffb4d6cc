"""What callers hand in -> what kernels take; the only file that looks at dtype and strides."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine import _limits
from maskengine._listing import NOT_READ, array_of, countable, has, whole
from maskengine.errors import LimitExceeded, MaskError, MaskTypeError, ShapeMismatch, shown

_KINDS = "bui"
_COMPARED = ("__eq__", "__lt__", "__le__", "__gt__", "__ge__")
_TOLD = {int: ("__int__", "__index__", *_COMPARED), float: ("__float__", *_COMPARED)}
_BATCH = 16  # a batch may have this many times the limit of pixels


def as_array(value: Any, name: str) -> npt.NDArray[Any]:
    """Return `value` as an array without a copy where it is one, or say why it is none."""
    if type(value) is np.ndarray:
        return value
    if isinstance(value, np.ndarray):
        return np.asarray(value)  # its own ways of indexing, as those of np.matrix, are not ours
    if has(value, "__cuda_array_interface__", name):
        raise MaskTypeError(
            "expected a host array, got one on a CUDA device, and this has no CUDA form; copy it "
            "with .get() or .cpu()",
            parameter=name,
        )
    known = has(value, "__array__", name) or has(value, "__array_interface__", name)
    if known or has(value, "__dlpack__", name):
        try:
            return np.asarray(value) if known else np.from_dlpack(value)
        except (*NOT_READ, BufferError) as error:
            text = error.text if isinstance(error, MaskError) else f"expected an array: {error}"
            raise MaskTypeError(text, parameter=name) from error
    raise MaskTypeError(f"expected an array, got {type(value).__name__}", parameter=name)


def as_masks(value: Any, name: str, *, floats: bool = False) -> npt.NDArray[Any]:
    """Check an (H, W) mask or (N, H, W) stack of bool or integer (or float) dtype."""
    array = value if type(value) is np.ndarray else as_array(value, name)
    _check_masks(array, name, floats=floats)
    if not array.dtype.isnative:
        array = array.astype(array.dtype.newbyteorder("="))
    return array


def as_device_masks(array: Any, name: str, *, floats: bool = False) -> Any:
    """Check an array on a CUDA device as :func:`as_masks` does."""
    _check_masks(array, name, floats=floats)
    if math.prod(array.shape) >= 2**63:  # CuPy counts the bytes of a new array without a carry
        raise LimitExceeded(f"expected fewer than 2^63 pixels, got {array.shape}", parameter=name)
    check_aligned(array, name)
    return array


def check_aligned(array: Any, name: str) -> None:
    """Refuse values that a GPU does not read as they lie: swapped, or across boundaries."""
    kind, interface = array.dtype, array.__cuda_array_interface__
    steps = (interface["data"][0], *(interface.get("strides") or ()))
    if not kind.isnative or (array.size and any(step % kind.itemsize for step in steps)):
        raise MaskTypeError(f"expected aligned values of native byte order: {kind}", parameter=name)


def _check_masks(array: Any, name: str, *, floats: bool) -> None:
    if array.ndim not in {2, 3}:
        raise ShapeMismatch(
            f"expected shape (H, W) or (N, H, W), got {array.shape}", parameter=name
        )
    kind = array.dtype.kind
    if kind not in _KINDS and not (floats and kind == "f" and array.dtype.itemsize in {2, 4, 8}):
        scores = "; of scores, pass scores > 0.5 or me.encode(scores, threshold=0.5)"
        hint = scores if kind == "f" else ""
        raise MaskTypeError(
            f"expected a bool or integer dtype, got {array.dtype}{hint}", parameter=name
        )


def as_label_map(value: Any, name: str) -> npt.NDArray[Any]:
    """Check an (H, W) integer array of native byte order, whatever its dtype and strides."""
    array = as_array(value, name)
    if array.ndim != 2:
        raise ShapeMismatch(f"expected a label map (H, W), got {array.shape}", parameter=name)
    if array.dtype.kind not in "ui":
        raise MaskTypeError(f"expected integer labels, got {array.dtype}", parameter=name)
    return as_masks(array, name)


def as_labels(value: Any, name: str) -> npt.NDArray[Any]:
    """Check a label map as :func:`as_label_map` does, and that its values are in [0, 2^32)."""
    array = as_label_map(value, name)
    if array.size and not np.can_cast(array.dtype, np.uint32):
        if array.dtype == np.int32 and array.view(np.uint32).max() < 2**31:
            return array  # after one look: those below zero are largest without a sign
        low, high = int(array.min()), int(array.max())
        if low < 0 or high > 2**32 - 1:
            raise MaskError(
                f"expected labels in [0, 4294967295], got {low if low < 0 else high}",
                parameter=name,
            )
    return array


def from_bits(bits: npt.NDArray[np.uint64], dtype: np.dtype[Any]) -> npt.NDArray[Any]:
    """Give values, which kernels know by their bits, in their dtype."""
    return bits.astype(f"u{dtype.itemsize}").view(dtype)


def is_integer(value: Any) -> bool:
    """Whether it is an integer of Python or NumPy, which counts durations among its own."""
    if isinstance(value, np.integer):
        return not isinstance(value, np.timedelta64)
    return isinstance(value, int) and _is_plain(value, int)


def is_whole(value: Any) -> bool:
    """Whether it is an integer of Python or NumPy, and no bool."""
    return is_integer(value) and not isinstance(value, bool)


def as_count(value: Any, name: str, what: str = "an integer") -> int:
    """Check a whole number that is not negative."""
    if not is_whole(value):
        raise MaskTypeError(f"expected {what}, got {shown(value)}"[:300], parameter=name)
    if value < 0:
        raise MaskError(f"expected 0 or more, got {shown(value)}", parameter=name)
    return int(value)


def is_real(value: Any) -> bool:
    """Whether it is an integer or a float of Python or NumPy."""
    if isinstance(value, np.floating):
        return True
    return is_integer(value) or (isinstance(value, float) and _is_plain(value, float))


def _is_plain(value: Any, kind: type) -> bool:
    """Whether a number is compared and converted as its kind: kernels trust what was checked."""
    own = type(value)
    return own is kind or all(getattr(own, name) is getattr(kind, name) for name in _TOLD[kind])


def as_float(value: Any) -> float:
    """Do what float() does, but for texts and complex numbers, of which it takes the real part."""
    dtype = getattr(value, "dtype", None)
    if isinstance(value, (str, bytes, bytearray)) or getattr(dtype, "kind", "") == "c":
        raise TypeError(f"expected a number, got {type(value).__name__}")
    return float(value)


def is_single(value: Any) -> bool:
    """Whether it is an array without dimensions, which Python takes for an iterable."""
    return isinstance(value, np.ndarray) and value.ndim == 0


def is_one_of(value: Any, *words: str) -> bool:
    """Whether it is one of some words; an array or a list, which cannot be compared, is none."""
    return isinstance(value, str) and str.__str__(value) in words


def as_flag(value: Any, name: str) -> bool:
    """Check what is to be true or false, before anything is done."""
    try:
        return bool(value)
    except NOT_READ as error:  # an array of several, above all
        raise MaskTypeError(f"expected True or False: {error}", parameter=name) from error


def listed(value: Any, name: str, rows: str = "") -> npt.NDArray[Any]:
    """Make an array of numbers that were listed, or say why it cannot be; `rows`: if ragged."""
    value = countable(value, name)
    try:
        array = array_of(value) if type(value) is list else np.asarray(value)
    except NOT_READ as error:
        if rows and isinstance(error, ValueError):
            raise ShapeMismatch(f"{rows}, got {shown(value)}", parameter=name) from error
        raise MaskTypeError(f"expected an array of numbers: {error}", parameter=name) from error
    if array.dtype == np.float64 and array.size:
        return whole(value, array, is_whole)
    # of no values the type says nothing, and may not convert
    return array if array.size or array.dtype.kind in "biuf" else np.zeros(array.shape)


def is_eight(connectivity: Any) -> bool:
    """Check a connectivity and say whether it is 8."""
    if not is_whole(connectivity) or connectivity not in {4, 8}:
        raise MaskError(f"expected 4 or 8, got {shown(connectivity)}", parameter="connectivity")
    return bool(connectivity == 8)


def as_whole(values: Any, name: str) -> npt.NDArray[Any]:
    """Make an array; of integers where all are, and of nothing, too."""
    array = listed(values, name)
    return array.astype(np.int64) if array.size == 0 and array.dtype.kind == "f" else array


def is_labels(kind: Any) -> bool:
    """Check what an array of integers means and say whether it is a label map."""
    if not is_one_of(kind, "mask", "labels"):
        raise MaskError(f"expected 'mask' or 'labels', got {shown(kind)}", parameter="kind")
    return bool(kind == "labels")


def as_number(value: Any, name: str) -> float:
    """Check a number, which may be infinite but not NaN; digits in a text are none."""
    try:
        number = as_float(value)
    except NOT_READ:
        number = math.nan
    if math.isnan(number):
        raise MaskTypeError(f"expected a number, got {shown(value)}", parameter=name)
    return number


@cache
def value_range(dtype: np.dtype[Any]) -> tuple[int, int]:
    """Give the least and the greatest value of a bool or integer dtype."""
    if dtype.kind == "b":
        return 0, 1
    return int(np.iinfo(dtype).min), int(np.iinfo(dtype).max)


def as_dtype(dtype: Any, name: str = "dtype") -> np.dtype[Any]:
    """Check that it is a dtype."""
    if isinstance(dtype, bytes):
        raise MaskTypeError(f"expected a dtype, got {shown(dtype)}", parameter=name)
    try:
        found: np.dtype[Any] = np.dtype(dtype)
    except (TypeError, ValueError, RecursionError) as error:
        raise MaskTypeError(f"expected a dtype: {error}", parameter=name) from None
    return found


def as_label_dtype(dtype: npt.DTypeLike) -> np.dtype[Any]:
    """Check a dtype in which labels are to be returned."""
    wanted = as_dtype(dtype)
    if wanted.kind not in "ui" or not wanted.isnative:
        raise MaskTypeError(f"expected a native integer dtype, got {wanted}", parameter="dtype")
    return wanted


def narrowest_dtype(low: int, high: int) -> np.dtype[Any]:
    """Give the narrowest dtype that holds labels from `low` to `high`; else the widest."""
    names = ("i1", "i2", "i4", "i8") if low < 0 else ("u1", "u2", "u4", "u8")
    ranges = (value_range(np.dtype(name)) for name in names)
    fits = (name for name, (a, b) in zip(names, ranges, strict=True) if a <= low <= high <= b)
    return np.dtype(next(fits, names[-1]))


def as_value(value: Any, dtype: np.dtype[Any], name: str = "value") -> int:
    """Check a value to write to an array of `dtype` and return its bits, as kernels take it."""
    if type(value) is int and value == 1:  # the common call
        return 1
    low, high = value_range(dtype)
    if not is_integer(value) or not low <= value <= high:
        raise MaskError(
            f"expected an integer in [{low}, {high}] for dtype {dtype}, got {shown(value)}",
            parameter=name,
        )
    return int(value) % 2**64


def check_out(out: npt.NDArray[Any], wanted: str, *, fits: bool) -> None:
    """Check an array to be written to; the caller says whether its shape is as `wanted`."""
    if out.dtype.kind not in "bui" or not out.dtype.isnative:
        raise MaskTypeError(
            f"expected a native bool or integer dtype, got {out.dtype}", parameter="out"
        )
    if not fits:
        raise ShapeMismatch(f"expected shape {wanted}, got {out.shape}", parameter="out")
    check_apart(out, "out")
    if not out.flags.writeable:
        raise MaskError("expected an array that can be written to", parameter="out")


def check_apart(array: npt.NDArray[Any], name: str) -> None:
    """Refuse an array to be written to of which two values lie in one place."""
    if array.flags.c_contiguous or array.flags.f_contiguous or not array.size:
        return
    axes = sorted((abs(step), n) for step, n in zip(array.strides, array.shape, strict=True))
    reach = array.itemsize
    for step, n in axes:
        if n > 1 and step < reach:
            raise MaskError("expected an array whose values do not overlap", parameter=name)
        reach = max(reach, step * (n - 1) + reach)


def check_out_like(out: Any, shape: tuple[int, ...]) -> None:
    """Check what was given as an array of `shape` to be written to."""
    if not isinstance(out, np.ndarray):
        raise MaskTypeError(f"expected an array, got {type(out).__name__}", parameter="out")
    check_out(out, str(shape), fits=out.shape == shape)


def check_label_out(out: Any, dtype: npt.DTypeLike | None) -> None:
    """Check what was given for labels to be written to; its shape is checked elsewhere."""
    if not isinstance(out, np.ndarray):
        raise MaskTypeError(f"expected an array, got {type(out).__name__}", parameter="out")
    if dtype is not None:
        raise MaskError("expected no dtype= with out=", parameter="dtype")
    if out.dtype.kind not in "ui":
        raise MaskTypeError(f"expected an integer dtype, got {out.dtype}", parameter="out")
    check_apart(out, "out")


def check_out_there(out: Any, shape: tuple[int, ...], other: tuple[int, ...] | None = None) -> None:
    """Check an array on a CUDA device to be written to, of `shape` or of another one."""
    if out.dtype.kind not in "bui":
        raise MaskTypeError(f"expected a bool or integer dtype, got {out.dtype}", parameter="out")
    if out.shape not in {shape, other}:
        raise ShapeMismatch(f"expected shape {shape}, got {out.shape}", parameter="out")
    if out.__cuda_array_interface__["data"][1]:
        raise MaskError("expected an array that can be written to", parameter="out")
    check_apart(out, "out")
    check_aligned(out, "out")


def as_int64(value: Any, name: str, shape: tuple[int | None, ...]) -> npt.NDArray[np.int64]:
    """Check an integer array of `shape` (None: any length) and return it as C-ordered int64."""
    array = listed(value, name)
    if array.size == 0 and array.dtype.kind == "f":
        array = array.astype(np.int64)  # what np.asarray makes of an empty list
    if array.dtype.kind not in "ui":
        raise MaskTypeError(f"expected integers, got dtype {array.dtype}", parameter=name)
    if array.ndim != len(shape) or any(
        want is not None and want != got for want, got in zip(shape, array.shape, strict=True)
    ):
        wanted = ", ".join("n" if want is None else str(want) for want in shape)
        raise ShapeMismatch(f"expected shape ({wanted}), got {array.shape}", parameter=name)
    if array.dtype.kind == "u" and array.dtype.itemsize == 8 and (array > 2**63 - 1).any():
        raise MaskError(f"expected values below 2^63, got {array.max()}", parameter=name)
    return np.ascontiguousarray(array, dtype=np.int64)


def as_rows(value: Any, name: str, width: int) -> npt.NDArray[np.float64]:
    """Check numbers of shape (n, width), or (width,) for one row, and return C-ordered float64."""
    array = listed(value, name, "expected rows of equal length")
    if array.dtype.kind not in "fiu":
        raise MaskTypeError(f"expected numbers, got dtype {array.dtype}", parameter=name)
    if array.size == 0:
        array = array.reshape(0, width)
    if array.shape == (width,):
        array = array[np.newaxis]
    if array.ndim != 2 or array.shape[1] != width:
        raise ShapeMismatch(f"expected shape (n, {width}), got {array.shape}", parameter=name)
    return np.ascontiguousarray(array, dtype=np.float64)


def as_uint32(value: Any, name: str) -> npt.NDArray[np.uint32]:
    """Check a flat integer array with values in [0, 2^32) and return it as C-ordered uint32."""
    array = listed(value, name)
    if array.dtype == np.uint32 and array.ndim == 1:
        return np.ascontiguousarray(array)
    wide = as_int64(array, name, (None,))
    bad = np.flatnonzero((wide < 0) | (wide > 2**32 - 1))
    if bad.size:
        raise MaskError(
            f"expected values in [0, 4294967295], got {wide[bad[0]]} at position {bad[0]}",
            parameter=name,
        )
    return wide.astype(np.uint32)


def as_size(value: Any, name: str = "size") -> tuple[int, int]:
    """Check a (height, width) pair of integers in [0, 2^31)."""
    if type(value) is tuple and len(value) == 2:  # the common call
        height, width = value
        if type(height) is int and type(width) is int and 0 <= height < 2**31 > width >= 0:
            return value
    try:
        height, width = value
        pair = (int(height), int(width))
        exact = pair == (height, width) and not isinstance(height, (str, bytes))
    except NOT_READ:
        exact = False
    if not exact or not all(0 <= side < 2**31 for side in pair):
        raise MaskError(
            f"expected (height, width), two integers in [0, 2147483647], got {shown(value)}",
            parameter=name,
        )
    return pair


def check_dense(n: int, height: int, width: int, name: str) -> None:
    """Refuse a new stack that is too large: few bytes of runs can ask for any amount of memory."""
    limit = _limits.value("decode_pixels")
    if height * width > limit or n * height * width > _BATCH * limit:
        raise _limits.exceeded("decode_pixels", n * height * width, parameter=name)
