"""The modules of formats, found by their names."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from pathlib import Path
from typing import Protocol, cast

from maskengine._arrays import is_one_of
from maskengine.errors import MaskError, shown
from maskengine.formats._frames import Frames


class Format(Protocol):
    """What a format module has."""

    EXTENSIONS: tuple[str, ...]
    FOLDER: bool
    HOLDS: frozenset[str]
    NEEDS: frozenset[str]
    RULE: str | None

    def detect(self, path: Path, head: bytes) -> int:
        """Say how sure it is, 0 to 3, that the file is of this format."""

    def read(self, path: Path) -> Frames:
        """Read a file."""

    def write(self, path: Path, frames: Frames) -> None:
        """Write a file."""

    def write_images(self, path: Path, frames: Frames) -> None:
        """Write the files of the images of a folder."""

    def finish(self, path: Path, frames: Frames) -> None:
        """Write what is not an image's own."""


@cache
def names() -> tuple[str, ...]:
    """List the formats.

    Examples
    --------
    >>> from maskengine import formats
    >>> "coco" in formats.names()
    True
    """
    found = (module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)]))
    return tuple(sorted(name for name in found if not name.startswith("_")))


@cache
def writable_names() -> tuple[str, ...]:
    """List the formats that can be written.

    Examples
    --------
    >>> from maskengine import formats
    >>> "coco" in formats.writable_names()
    True
    >>> set(formats.names()) - set(formats.writable_names()) >= {"ade20k", "open_images"}
    True
    """
    writers = {name: "write_images" if by_name(name).FOLDER else "write" for name in names()}
    return tuple(name for name, writer in writers.items() if hasattr(by_name(name), writer))


def check_writable(name: str) -> None:
    """Refuse a format that is only read.

    Raises
    ------
    MaskError
        If it is; lists those that are written.
    """
    by_name(name)
    if name not in (known := writable_names()):
        raise MaskError(f"{name} is only read; expected one of {', '.join(known)}", parameter="to")


def by_name(name: str) -> Format:
    """Give the format of that name.

    Parameters
    ----------
    name : str
        One of `names`.

    Returns
    -------
    Format
        Its module.

    Raises
    ------
    MaskError
        If there is none; lists those there are.

    Examples
    --------
    >>> from maskengine import formats
    >>> formats.by_name("yolo").RULE
    'opencv_truncated'
    """
    if not is_one_of(name, *names()):
        text = f"expected one of {', '.join(names())}, got {shown(name)}"
        raise MaskError(text[:1000], parameter="format")
    return _module(name)


@cache
def _module(name: str) -> Format:
    return cast("Format", importlib.import_module(f"{__package__}.{name}"))
