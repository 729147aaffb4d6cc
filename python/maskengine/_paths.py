"""Names of files as callers give them."""

from __future__ import annotations

import os
from typing import Any

from maskengine.errors import MaskError, MaskTypeError, shown


def path_text(path: Any, name: str) -> str:
    """Give the text of a path; the parameter `name` is blamed for what is none.

    Raises
    ------
    MaskTypeError
        If it is neither text nor a path, or one of bytes.
    MaskError
        If it has a NUL, which the system takes for the end of a name.
    """
    text = path
    if not isinstance(path, str) and isinstance(path, os.PathLike):
        try:
            text = os.fspath(path)
        except TypeError as error:
            raise MaskTypeError(f"expected a path: {error}", parameter=name) from error
    if not isinstance(text, str):
        raise MaskTypeError(f"expected a path, got {shown(path)}"[:300], parameter=name)
    text = str.__str__(text)
    if "\0" in text:
        raise MaskError(f"expected a path without NUL, got {text!r}"[:300], parameter=name)
    return text
