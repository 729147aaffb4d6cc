"""Files of stores elsewhere, by URL: fetched before they are read, put when they are whole.

The stores are those of fsspec: ``s3://``, ``gs://``, ``az://``, ``http://`` and more. ``file://``
is a path of this machine. What is fetched lies in the system's temporary folder.
"""

from __future__ import annotations

import importlib
import os
import re
import secrets
import shutil
import tempfile
import urllib.parse
import urllib.request
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

from maskengine._paths import path_text
from maskengine.errors import BadFile, MaskError
from maskengine.formats._frames import Frames, Part
from maskengine.formats._names import checked_name

_URL = re.compile(r"([a-z][a-z0-9+.-]+):/{1,3}(?=[^/])")
_T = TypeVar("_T")


def url_of(path: str | os.PathLike[str]) -> str | None:
    """Give the URL that a path is, None for one of this machine.

    ``pathlib.Path`` makes one slash of two; that is undone.
    """
    text = path_text(path, "path")
    found = _URL.match(text)
    if found is None or os.path.lexists(text):
        return None
    scheme = found[1]
    return None if scheme == "file" else f"{scheme}://{text[found.end() :]}"


def local_path(path: str | os.PathLike[str], parameter: str = "path") -> Path:
    """Give the path of this machine, for a ``file://`` URL, too."""
    text = path_text(path, parameter)
    if text.startswith("file:/") and not os.path.lexists(text):
        return Path(urllib.request.url2pathname(urllib.parse.urlsplit(text).path))
    return Path(text)


def name_of(url: str) -> str:
    """Give the last part of a URL, the name of its file or folder."""
    name = PurePosixPath(urllib.parse.urlsplit(url).path or "/").name
    name = name or PurePosixPath(url.partition("://")[2]).name
    try:
        return checked_name(name)
    except BadFile as error:
        raise MaskError(f"{url} names no file or folder", parameter="path") from error


class Store:
    """A file or folder of a store.

    Parameters
    ----------
    url : str
        Where it is.

    Raises
    ------
    MaskError
        If fsspec, or what it needs for this store, is not installed, or it knows no such store.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        try:
            fsspec: Any = importlib.import_module("fsspec")
        except ImportError as error:
            raise MaskError(
                f"{url}: remote paths need fsspec: pip install 'maskengine[remote]'",
                parameter="path",
            ) from error
        try:
            self.files, self.path = fsspec.core.url_to_fs(url)
        except (ImportError, ValueError) as error:
            raise MaskError(f"{url}: {error}", parameter="path") from error

    def _asked(self, call: Callable[[], _T]) -> _T:
        """Ask the store; errors of its client become those of files."""
        try:
            return call()
        except FileNotFoundError as error:
            if error.strerror:
                raise
            why = f": {error.__cause__}" if error.__cause__ else ""
            text = f"{self.url} is not there, or cannot be reached{why}"
            raise FileNotFoundError(text) from error
        except (MaskError, OSError):
            raise
        except NotImplementedError as error:
            raise MaskError(f"{self.url}: the store cannot be written", parameter="dst") from error
        except Exception as error:  # clients have classes of their own
            raise OSError(f"{self.url}: {error}") from error

    def listed(self) -> dict[str, tuple[str, int]]:
        """Give path and size of each file by its name below the folder; of a file alone, ``""``.

        Raises
        ------
        FileNotFoundError
            If there is nothing.
        BadFile
            If a name leads out of the folder.
        """
        info = self._asked(lambda: self.files.info(self.path))
        if info["type"] != "directory":
            return {"": (self.path, int(info.get("size") or 0))}
        found = self._asked(lambda: self.files.find(self.path, detail=True))
        root = str(info["name"]).rstrip("/")
        names = {path: path.removeprefix(root).lstrip("/") for path in found}
        return {
            checked_name(name): (path, int(found[path].get("size") or 0))
            for path, name in names.items() if name
        }  # fmt: skip

    def mark(self) -> list[Any]:
        """Give what tells whether it changed: names, sizes and what the store says of versions."""
        kept = ("ETag", "etag", "mtime", "LastModified", "updated", "created", "md5Hash")
        out: list[Any] = []
        for name, (path, size) in sorted(self.listed().items()):
            info = self._asked(lambda path=path: self.files.info(path))  # type: ignore[misc]
            out.append([name, size, *(str(info.get(key)) for key in kept)])
        return out

    def fetch(self, folder: Path) -> Path:
        """Copy it into a folder, under its own name; a folder beside a JSON file comes along.

        Raises
        ------
        MaskError
            If the disk has too little room.
        """
        files = self.listed()
        target = folder / name_of(self.url)
        needed, free = sum(size for _, size in files.values()), shutil.disk_usage(folder).free
        if needed > free:
            raise MaskError(
                f"{folder} has {free} bytes free, {self.url} has {needed}", parameter="src"
            )
        for name, (path, _) in files.items():
            here = target / name if name else target
            here.parent.mkdir(parents=True, exist_ok=True)
            self._asked(lambda path=path, here=here: self.files.get_file(path, str(here)))  # type: ignore[misc]
        if "" not in files:
            target.mkdir(exist_ok=True)
        elif target.suffix == ".json":  # COCO panoptic has its pictures there
            with suppress(OSError):
                beside = Store(self.url[: -len(".json")])
                if beside.files.isdir(beside.path):
                    beside.fetch(folder)
        return target

    def check_new(self, *, folder: bool) -> None:
        """Refuse a folder that is not empty, or is a file, and the other way round."""
        there = self._asked(lambda: self.files.exists(self.path))
        if there and folder and self._asked(lambda: self.files.find(self.path)):
            raise MaskError(f"the folder {self.url} is not empty", parameter="dst")
        if there and not folder and self._asked(lambda: self.files.isdir(self.path)):
            raise MaskError(f"{self.url} is a folder", parameter="dst")

    def put(self, local: Path) -> None:
        """Copy a file or folder of this machine there, under another name first.

        When all of it is there, and of the right size, it is moved. How much that is worth is the
        store's affair: see ``docs/files.md``. What was put is removed when that fails.
        """
        self.check_new(folder=local.is_dir())
        parent, _, name = self.path.rstrip("/").rpartition("/")
        temporary = f"{parent}/.{name[:100]}.{secrets.token_hex(6)}.part"
        files = [p for p in sorted(local.rglob("*")) if p.is_file()] if local.is_dir() else [local]
        is_folder, moved = local.is_dir(), False
        try:
            for file in files:
                there = f"{temporary}/{file.relative_to(local).as_posix()}" if is_folder \
                    else temporary  # fmt: skip
                self._put_file(file, there)
            moved = True
            if is_folder:
                with suppress(OSError):  # an empty one is in the way
                    self.files.rmdir(self.path)
                names = [file.relative_to(local).as_posix() for file in files]
                self._asked(lambda: self._move_folder(temporary, names))
            else:
                self._asked(lambda: self.files.mv(temporary, self.path))
        except BaseException:
            for path in (temporary, self.path) if moved and is_folder else (temporary,):
                with suppress(Exception):
                    self.files.rm(path, recursive=is_folder)
            raise

    def _move_folder(self, temporary: str, names: list[str]) -> None:
        try:
            self.files.mv(temporary, self.path, recursive=True)
        except FileNotFoundError:  # s3fs moves folders like objects, but there are none
            for name in names:
                self.files.cp_file(f"{temporary}/{name}", f"{self.path}/{name}")
            self.files.rm(temporary, recursive=True)

    def _put_file(self, file: Path, there: str) -> None:
        with suppress(NotImplementedError):
            self._asked(lambda: self.files.makedirs(there.rpartition("/")[0], exist_ok=True))
        self._asked(lambda: self.files.put_file(str(file), there))
        size, wanted = self._asked(lambda: self.files.size(there)), file.stat().st_size
        if size is not None and size != wanted:
            raise OSError(f"{self.url}: {size} of {wanted} bytes of {file.name} arrived")


class _Copy:
    """A folder that is there as long as this is."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="maskengine-"))
        weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)


@contextmanager
def local_copy(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Give a path of this machine for a file or folder; what is elsewhere is fetched, and dropped.

    Parameters
    ----------
    path : path-like
        A path, or a URL of a store that fsspec knows.

    Raises
    ------
    MaskError
        If fsspec is missing, or the store is not known.
    OSError
        If there is no such file, or it cannot be fetched.
    """
    url = url_of(path)
    if url is None:
        yield local_path(path)
        return
    with tempfile.TemporaryDirectory(prefix="maskengine-") as folder:
        yield Store(url).fetch(Path(folder))


def read_remote(url: str, read: Callable[[Path], Frames]) -> Frames:
    """Read a copy, which is dropped with the last of its frames."""
    copy = _Copy()
    frames = read(Store(url).fetch(copy.folder))
    parts = frames.parts

    def kept(_copy: _Copy = copy) -> Iterator[Part]:  # which lives as long as this function
        yield from parts()

    return replace(frames, parts=kept)


def write_remote(url: str, write: Callable[[Path], None]) -> None:
    """Write a copy, and put it in its place."""
    store = Store(url)
    with tempfile.TemporaryDirectory(prefix="maskengine-") as folder:
        local = Path(folder) / name_of(url)
        write(local)
        store.put(local)
