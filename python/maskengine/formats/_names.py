"""Names of files that are safe on every system, and when two of them are one."""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath, PureWindowsPath

from maskengine.errors import BadFile

_DEVICES = {"con", "prn", "aux", "nul", *(f"{d}{n}" for d in ("com", "lpt") for n in range(1, 10))}
_LONGEST = 200  # bytes of a part of a name; endings are added to it
_PLAIN = re.compile(  # names that need no second look
    r"(?:(?!(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:[./]|$))[a-z0-9_-]+(?:\.[a-z0-9_-]+)*(?:/(?!$)|$))+",
    re.IGNORECASE | re.ASCII,
)


def checked_name(name: str) -> str:
    """Give a relative name with ``/`` that stays below its folder, on any system.

    Raises
    ------
    BadFile
        If it is absolute, empty, has a drive, a ``..``, a character that no file name has, is that
        of a device, ends in a dot or a blank, or is too long.
    """
    if len(name) <= _LONGEST and _PLAIN.fullmatch(name):
        return name
    plain = name.replace("\\", "/")
    parts = PurePosixPath(plain).parts
    bad = not parts or plain.startswith("/") or ".." in parts or PureWindowsPath(name).drive
    if bad or any(ord(letter) < 32 for letter in name) or any(map(_is_odd, parts)):
        raise BadFile(
            f"expected a name inside the folder, got {name!r}"[:300], parameter="file_name"
        )
    return "/".join(parts)


def _is_odd(part: str) -> bool:
    try:
        size = len(part.encode())
    except UnicodeEncodeError:  # half of a letter
        return True
    device = part.split(".", maxsplit=1)[0].rstrip().lower() in _DEVICES
    return device or part[-1] in ". " or size > _LONGEST


def folded(name: str) -> str:
    """Give what is equal for names that some file system takes for one."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def check_apart(names: Iterable[tuple[str, str]]) -> None:
    """Check names of files, each with what it is made of: none is another, or another's folder.

    Raises
    ------
    BadFile
        If two are.
    """
    taken: dict[str, str] = {}
    folders: dict[str, str] = {}
    for name, own in names:
        key = folded(name)
        if key in taken:
            raise _shared(name, taken[key], own)
        taken[key] = own
        folders.update((str(above), own) for above in PurePosixPath(key).parents)
    for folder in folders.keys() & taken.keys():
        raise _shared(folder, taken[folder], folders[folder])


def check_seen(names: Iterable[str]) -> None:
    """Check that what reads a folder sees files of these names.

    Raises
    ------
    BadFile
        If a part of one begins with a dot: such files are passed over.
    """
    for name in names:
        if name.startswith(".") or "/." in name:
            text = f"expected a name without a dot in front, as hidden files have, got {name!r}"
            raise BadFile(text[:300], parameter="file_name")


def _shared(name: str, first: str, second: str) -> BadFile:
    return BadFile(
        f"two images share the file {name!r}: {first!r}, {second!r}"[:400], parameter="images"
    )


def regular(paths: Iterable[Path], folder: Path, *, may_lead_out: bool) -> Iterator[Path]:
    """Pick regular files; links must lead to files below the folder.

    Raises
    ------
    BadFile
        If a link leads out of it, or nowhere.
    """
    root = folder.resolve()
    for path in paths:
        mode = os.lstat(path).st_mode
        if stat.S_ISLNK(mode):
            try:
                mode = path.stat().st_mode
                leads_out = not path.resolve().is_relative_to(root)
            except (OSError, RuntimeError) as error:
                if may_lead_out:
                    continue
                raise BadFile(f"{path} is a link to nowhere", parameter="file") from error
            if leads_out and not may_lead_out:
                raise BadFile(f"{path} is a link that leads out of {folder}", parameter="file")
        if stat.S_ISREG(mode):
            yield path
