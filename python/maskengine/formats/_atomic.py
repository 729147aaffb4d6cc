"""Files that are there whole or not at all."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from maskengine._paths import beside
from maskengine.errors import MaskError
from maskengine.formats._sync import sync

_COPIED = 1 << 30  # bytes of a file asked for at a time
_BUFFER = 1 << 20
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}  # what only writing meets


@contextmanager
def named(target: Path, temporary: Path) -> Iterator[None]:
    """Name the target in errors that name nothing, or the temporary one."""
    try:
        yield
    except OSError as error:
        if error.filename == str(temporary) or (error.filename is None and error.errno in _NO_ROOM):
            error.filename = str(target)
        raise
    except MaskError as error:  # of a reader that compares what was written
        if str(temporary) in str(error):
            error.text = error.text.replace(str(temporary), str(target))
            if error.parameter is not None:
                error.parameter = error.parameter.replace(str(temporary), str(target))
            error.args = (str(error).replace(str(temporary), str(target)),)
        raise


def check_target(target: Path | None, parameter: str, apart: Iterable[Path | None] = ()) -> None:
    """Check, before long work, that a file of that name can be made; None asks for none.

    Parameters
    ----------
    target : pathlib.Path, optional
        The file to write.
    parameter : str
        Where it was given, for errors.
    apart : iterable of pathlib.Path or None
        What else the command reads or writes: none of it may be that file.

    Raises
    ------
    MaskError
        If its folder does not exist, the name is that of something else than a file, or of one that
        the command reads or writes.
    """
    if target is None:
        return
    for other in apart:
        if other is not None and _is_one(target, other):
            raise MaskError(f"{target} would take the place of {other}", parameter=parameter)
    if not target.parent.is_dir():
        raise MaskError(f"the folder {target.parent} does not exist", parameter=parameter)
    if target.is_dir() and not target.is_symlink():
        raise MaskError(f"{target} is a folder", parameter=parameter)
    if target.exists() and not target.is_file():  # a device would become a file, for all
        raise MaskError(f"{target} is neither a file nor a folder", parameter=parameter)


def check_folder(target: Path) -> None:
    """Check, before long work, that a folder of that name can be made.

    Raises
    ------
    MaskError
        If what it lies in does not exist, or it is no folder, or one that is not empty.
    """
    if not target.parent.is_dir():
        raise MaskError(f"the folder {target.parent} does not exist", parameter="dst")
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise MaskError(f"{target} is no folder", parameter="dst")
    if target.exists() and any(target.iterdir()):
        raise MaskError(f"the folder {target} is not empty", parameter="dst")


def _is_one(target: Path, other: Path) -> bool:
    if target.exists() and other.exists():
        return target.samefile(other)
    # resolve() of a link to itself raises what is no OSError
    return os.path.realpath(target) == os.path.realpath(other)


@contextmanager
def replacing(target: Path, parameter: str = "dst") -> Iterator[Path]:
    """Give a temporary file beside `target`; when the block ends well, it takes the name.

    The data is on the disk before the name changes, so a crash at any moment leaves the old file
    or the new one. When the block raises, nothing is left. A link at `target` is replaced, not
    followed.

    Parameters
    ----------
    target : pathlib.Path
        A name in an existing folder.
    parameter : str
        Where it was given, for errors.
    """
    check_target(target, parameter)
    temporary = beside(target, ".", f".{secrets.token_hex(6)}.part")
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0)
    with named(target, temporary):
        os.close(os.open(temporary, flags, 0o666))
    try:
        with named(target, temporary):
            yield temporary
            sync(temporary)
            temporary.replace(target)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
    with suppress(OSError):  # some file systems cannot sync a folder
        sync(target.parent)


@contextmanager
def telling(target: Path) -> Iterator[None]:
    """Say after an interruption of what is done when a target has its name that it has."""
    try:
        yield
    except KeyboardInterrupt as error:
        if target.exists():  # nothing is written to try out
            error.add_note(f"{target} is complete")
        raise


def copy(source: BinaryIO, target: BinaryIO) -> None:
    """Copy the rest of a file to where another one is, in the kernel where that goes."""
    target.flush()
    left = os.fstat(source.fileno()).st_size - source.tell()
    if hasattr(os, "copy_file_range"):
        with suppress(OSError):  # not on this file system
            while left and (
                n := os.copy_file_range(source.fileno(), target.fileno(), min(left, _COPIED))
            ):
                left -= n
    if left:
        os.lseek(source.fileno(), -left, os.SEEK_END)
        shutil.copyfileobj(source, target, _BUFFER)
        target.flush()
