"""Iterables that callers hand in: what each gives, or which parameter broke its promise."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sized
from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine.errors import LimitExceeded, MaskError, MaskTypeError

_SOME = 2**17  # numbers of a list that are converted without a look at signals
_MOST = 2**22  # values of an iterator that does not say how many there are
_MOST_TOLD = 2**26  # of what says so
_WHOLE = {np.dtype(kind) for kind in "bBhHiIlLqQ"}
_BROKEN = (TypeError, NotImplementedError, SystemError)  # by an __iter__ or __next__ that lies
# by what is unpacked, counted or converted: PyTorch raises RuntimeError for tensors with a gradient
NOT_READ = (*_BROKEN, ValueError, OverflowError, RuntimeError)


def has(value: Any, attribute: str, name: str) -> bool:
    """Say whether a value has an attribute, which may raise anything when it is read."""
    try:
        return hasattr(value, attribute)
    except MaskError:
        raise
    except Exception as error:
        raise MaskTypeError(f"expected an array: {error!r}"[:300], parameter=name) from error


def dimensions(value: Any, name: str) -> int:
    """Give how many dimensions an array has, or what NumPy makes one of; 0 of what is none."""
    if has(value, "ndim", name):
        told = value.ndim
        return told if isinstance(told, int) else 0
    known = has(value, "__array__", name) or has(value, "__array_interface__", name)
    if not known and not isinstance(value, (list, tuple)):
        return 0
    try:
        return np.asarray(held(countable(value, name))).ndim
    except NOT_READ:
        return 0


def each(value: Any, name: str, what: str = "a sequence") -> Iterator[Any]:
    """Give one value after the other of what is to be a sequence, and is no text."""
    if type(value) in {list, tuple}:
        return iter(value)
    try:
        if isinstance(value, memoryview):
            value = np.asarray(value)  # rows where there are two dimensions
        if not isinstance(value, (str, bytes)) and isinstance(value, Iterable):
            told = len(value) if isinstance(value, Sized) else 0
            if told > _MOST_TOLD:
                raise _too_many(told, _MOST_TOLD, name)
            return _taken(iter(value), name, what, ends=isinstance(value, Sized))
    except MaskError:
        raise
    except NOT_READ as error:
        raise MaskTypeError(f"expected {what}: {error}", parameter=name) from error
    raise MaskTypeError(f"expected {what}, got {type(value).__name__}", parameter=name)


def countable(value: Any, name: str) -> Any:
    """Refuse a sequence of more values than anybody lists: NumPy would ask for each of them."""
    try:
        told = 0 if isinstance(value, np.ndarray) else len(value)
    except (*NOT_READ, AttributeError):  # whatever it is, it is no sequence
        told = 0
    if told > _MOST_TOLD and not has(value, "__array__", name):
        raise _too_many(told, _MOST_TOLD, name)
    return value


def held(value: Any) -> Any:
    """Give what a list or tuple of a subclass holds: its own methods need not agree."""
    if type(value) in {list, tuple}:
        return value
    if isinstance(value, list):
        return list.copy(value)
    return tuple.__getitem__(value, slice(None)) if isinstance(value, tuple) else value


def array_of(value: list[Any]) -> npt.NDArray[Any]:
    """Make an array of a list, of many values some at a time: NumPy hears no signal meanwhile."""
    first = value[0] if value else 0
    step = max(1, _SOME // max(1, len(first) if isinstance(first, (list, tuple)) else 1))
    if len(value) <= step:
        return np.asarray(value)
    parts = [np.asarray(value[begin : begin + step]) for begin in range(0, len(value), step)]
    if len({(part.dtype.kind, part.shape[1:]) for part in parts}) > 1:
        return np.asarray(value)  # what these make together is NumPy's to say
    return np.concatenate(parts)


def whole(
    values: Any, array: npt.NDArray[Any], is_whole: Callable[[Any], bool]
) -> npt.NDArray[Any]:
    """Give the integers of lists of which NumPy made an `array` of floats; else that array.

    It does so where integers of 64 bits without a sign are among others.
    """
    first = held(values)
    while isinstance(first, (list, tuple)) and first:
        first = held(first[0])
    if first is values or not (is_whole(first) or getattr(first, "dtype", None) in _WHOLE):
        return array
    try:
        exact = np.array(values, dtype=object)
        if exact.shape != array.shape or not all(map(is_whole, exact.flat)):
            return array
        numbers = [int(number) for number in exact.flat]
        kind = np.int64 if max(numbers) < 2**63 else np.uint64
        return np.array(numbers, kind).reshape(array.shape)
    except NOT_READ:
        return array


def told(value: Mapping[Any, Any], name: str, index: int | None = None) -> dict[Any, Any]:
    """Give a mapping as a dictionary, read once: its methods need not agree."""
    if type(value) is dict:
        return value
    try:
        return dict(value.items())
    except MaskError:
        raise
    except (*NOT_READ, LookupError, AttributeError) as error:
        text = f"expected a mapping: {error!r}"
        raise MaskTypeError(text, parameter=name, index=index) from error


def _taken(values: Iterator[Any], name: str, what: str, *, ends: bool) -> Iterator[Any]:
    n = 0
    while True:
        try:
            value = next(values)
        except StopIteration:
            return
        except MaskError:
            raise
        except _BROKEN as error:
            raise MaskTypeError(f"expected {what}: {error}", parameter=name) from error
        n += 1
        if n > _MOST and not ends:
            raise _too_many(n, _MOST, name)
        yield value


def _too_many(n: int, most: int, name: str) -> LimitExceeded:
    hint = "" if most == _MOST_TOLD else " of what does not say how many there are; give a list"
    text = f"expected at most {most} values{hint}"
    return LimitExceeded(text, parameter=name, name="values", value=n, limit=most)
