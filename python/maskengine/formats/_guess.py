"""What tells one format from another, and what to say where nothing does."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from maskengine.errors import BadFile, MaskError
from maskengine.formats._folder import MARK
from maskengine.formats._sidecar import NAME

_HEAD = 4096  # bytes of a file that tell its format
_WINDOW = 1 << 20  # bytes of a file in memory at a time
_TABLES = {".json", ".xml", ".csv", ".parquet"}
_LOOKED, _OPENED = 1000, 20  # names in a folder of no known format, and files of it
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[{}\[\]:]', re.DOTALL)


def head_of(path: Path) -> bytes:
    """Give the first bytes of a file, without the mark of UTF-8."""
    with path.open("rb", buffering=0) as file:
        return file.read(_HEAD).removeprefix(MARK)


def has_bytes(path: Path, wanted: bytes) -> bool:
    """Say whether they are in a file.

    It is read, not mapped: where it gets shorter meanwhile, a mapping ends the process.
    """
    before = b""
    with path.open("rb", buffering=0) as file:
        while piece := file.read(_WINDOW):
            seen = before + piece
            if wanted in seen:
                return True
            before = seen[1 - len(wanted) :]
    return False


class JsonHead(NamedTuple):
    """What the first bytes show.

    Attributes
    ----------
    is_list : bool
        Whether the outermost value is a list, not an object.
    own : dict of str to str
        Members of the outermost object, or of the objects in the outermost list, with the value
        where it is a text, else "".
    names : frozenset of str
        Of members at any depth.
    """

    is_list: bool
    own: dict[str, str]
    names: frozenset[str]


@lru_cache(maxsize=8)
def json_head(head: bytes) -> JsonHead | None:
    """Look at the first bytes of a file; None where they are no object and no list.

    A name counts as a member's only with its colon, and at its depth: a category that is called
    "items", or a file of that name, says nothing about the format.

    Examples
    --------
    >>> json_head(b'{"info": {"items": 3}, "type": "instances", "images": [{"id"').own
    {'info': '', 'type': 'instances', 'images': ''}
    """
    text = head.removeprefix(MARK).lstrip()
    if not text.startswith((b"{", b"[")):
        return None
    depth, at = 0, 2 if text.startswith(b"[") else 1
    own: dict[str, str] = {}
    names = set()
    string, name = None, None  # the text just read, and the member that waits for its value
    for token in _TOKEN.findall(text):
        if token in b"{[":
            depth, string, name = depth + 1, None, None
        elif token in b"}]":
            depth, string, name = depth - 1, None, None
        elif token == b":":
            name = None if string is None else _text(string)
            if name is not None:
                names.add(name)
                if depth == at:
                    own.setdefault(name, "")
            string = None
        else:
            if name is not None and depth == at:
                own[name] = own[name] or _text(token)
            string, name = token, None
    return JsonHead(text.startswith(b"["), own, frozenset(names))


def _text(token: bytes) -> str:
    return token[1:-1].decode("utf-8", "replace")


def file_inside(folder: Path, is_one: Callable[[Path], bool]) -> Path | None:
    """Find an annotation file in a folder of no format, for somebody who gave that of a dataset.

    Parameters
    ----------
    folder : pathlib.Path
        Anything; a file has none inside.
    is_one : callable
        Tells whether a file is of a format.
    """
    names = itertools.islice(folder.glob("**/*"), _LOOKED)
    found = sorted(path for path in names if path.suffix in _TABLES and path.name != NAME)
    return _first(found, lambda path: path.is_file() and is_one(path))


def folder_inside(folder: Path, is_one: Callable[[Path], bool]) -> Path | None:
    """Find the folder of a dataset in one that holds several, or that an archive wrapped it in.

    Parameters
    ----------
    folder : pathlib.Path
        Anything; a file has none inside.
    is_one : callable
        Tells whether a folder is of a format.
    """
    for depth in ("*", "*/*"):
        names = itertools.islice(folder.glob(depth), _LOOKED)
        found = _first(sorted(path for path in names if path.is_dir()), is_one)
        if found is not None:
            return found
    return None


def _first(paths: list[Path], is_one: Callable[[Path], bool]) -> Path | None:
    for path in paths[:_OPENED]:
        with suppress(MaskError, OSError):
            if is_one(path):
                return path
    return None


@contextmanager
def as_bad_file(path: Path, name: str) -> Iterator[None]:
    """Name the file in what a reader says of it, and in what it lets pass: bad text, deep nests."""
    try:
        yield
    except (UnicodeDecodeError, RecursionError) as error:
        raise BadFile(f"{path}: {error} (read as {name})", parameter="file") from error
    except BadFile as error:
        if error.parameter != "file" or error.index is not None:
            raise
        text = error.text if str(path) in error.text else f"{path}: {error.text}"
        raise BadFile(f"{text} (read as {name})", parameter="file") from error
