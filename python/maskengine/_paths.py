"""Names of files as callers give them."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

from maskengine.errors import MaskError, MaskTypeError, shown

LONGEST = 255  # bytes of a name, on most file systems
_ROOM = 140  # of a name that is ours to choose: some file systems take no more


def path_text(path: Any, name: str) -> str:
    """Give the text of a path; the parameter `name` is blamed for what is none.

    Raises
    ------
    MaskTypeError
        If it is neither text nor a path, or one of bytes.
    MaskError
        If it has a NUL, which the system takes for the end of a name, or what has no bytes.
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
    try:
        os.fsencode(text)
    except UnicodeEncodeError:  # half a surrogate pair that does not stand for a byte
        said = f"expected a path that the system can encode, got {text!r}"
        raise MaskError(said[:300], parameter=name) from None
    return text


def beside(target: Path, start: str, ending: str, most: int = _ROOM) -> Path:
    """Give the path beside `target` whose name is its own between `start` and `ending`.

    Where that has more than `most` bytes, its own is cut and has a checksum of all of it, so that
    of long names that begin alike none is another's.
    """
    name = os.fsencode(target.name)
    room = most - len(os.fsencode(start + ending))
    if len(name) <= room:
        return target.with_name(start + target.name + ending)
    own = "~" + hashlib.sha256(name).hexdigest()[:16]
    cut = name[: room - len(own)].decode(errors="ignore")
    return target.with_name(start + cut + own + ending)
