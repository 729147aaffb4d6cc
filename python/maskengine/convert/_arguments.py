"""What a conversion is asked for, checked before anything is opened."""

from __future__ import annotations

import os
from typing import Any

from maskengine._arrays import is_whole
from maskengine.errors import MaskError, MaskTypeError


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
        if not isinstance(path, (str, os.PathLike)):
            raise MaskTypeError(f"expected a path, got {path!r}", parameter=name)
        if "\0" in os.fspath(path):
            raise MaskError(f"expected a path without NUL, got {path!r}", parameter=name)
    for name, number in numbers.items():
        if number is None:
            continue
        if not is_whole(number):
            raise MaskTypeError(f"expected an integer, got {number!r}", parameter=name)
        if number < 0:
            raise MaskError(f"expected a number from 0 on, got {number}", parameter=name)
