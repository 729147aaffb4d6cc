"""What a conversion is asked for, checked before anything is opened."""

from __future__ import annotations

from typing import Any

from maskengine._arrays import as_flag, is_whole
from maskengine._paths import path_text
from maskengine.errors import MaskError, MaskTypeError, shown


def check_arguments(src: Any, dst: Any, **numbers: Any) -> None:
    """Check two paths, and numbers that may be None and are 0 or more.

    Raises
    ------
    MaskTypeError
        If one is of another type.
    MaskError
        If a path has a NUL, or a number is below 0.
    """
    for name, path in (("src", src), ("dst", dst)):
        path_text(path, name)
    for name, number in numbers.items():
        if number is None:
            continue
        if not is_whole(number):
            raise MaskTypeError(f"expected an integer, got {shown(number)}", parameter=name)
        if number < 0:
            raise MaskError(f"expected a number from 0 on, got {shown(number)}", parameter=name)


def checked_flags(**flags: Any) -> tuple[bool, ...]:
    """Give what is to be true or false.

    Raises
    ------
    MaskTypeError
        If one is neither.
    """
    return tuple(as_flag(value, name) for name, value in flags.items())


def check_function(value: Any, name: str) -> None:
    """Check what is None, or can be called.

    Raises
    ------
    MaskTypeError
        If it is neither.
    """
    if value is not None and not callable(value):
        raise MaskTypeError(f"expected a function, got {shown(value)}"[:300], parameter=name)
