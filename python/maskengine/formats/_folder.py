"""Datasets that are folders of many files."""

from __future__ import annotations

import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

import msgspec
import numpy as np
import pyarrow as pa

from maskengine._paths import beside
from maskengine.errors import BadFile, LimitExceeded, MaskError, shown
from maskengine.formats._atomic import check_folder, named
from maskengine.formats._frames import BAD_JSON, Frames, ImageRow, Part, Refused
from maskengine.formats._names import check_apart, check_seen, checked_name, regular
from maskengine.formats._rows import Row, records_of, unfit
from maskengine.formats._sync import sync, syncing

_T = TypeVar("_T")
MARK = b"\xef\xbb\xbf"  # of UTF-8
_ROWS = 20_000  # annotations in a part
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
_PLAIN = re.compile(r"(?:[\w-][\w.-]*/)*[\w-][\w.-]*", re.ASCII)  # names that need no second look


@contextmanager
def replacing_folder(target: Path) -> Iterator[Path]:
    """Give a temporary folder beside `target`; when the block ends well, it takes the name.

    Every file is synced before. When the block raises, nothing is left.

    Parameters
    ----------
    target : pathlib.Path
        A name in an existing folder; a folder that is there must be empty.
    """
    check_folder(target)
    temporary = beside(target, ".", f".{secrets.token_hex(6)}.part")
    with named(target, temporary):
        temporary.mkdir()
    try:
        with named(target, temporary), syncing(temporary) as sync_it:
            yield temporary
            sync_it()
        if target.exists():
            target.rmdir()
        temporary.rename(target)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
    with suppress(OSError):  # some file systems cannot sync a folder
        sync(target.parent)


def remake(folder: Path) -> None:
    """Make a folder, empty."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


def write_file(folder: Path, name: str, data: bytes | memoryview) -> None:
    """Write a file of a folder that is being made, with the folders on its way.

    Parameters
    ----------
    folder : pathlib.Path
        The temporary folder.
    name : str
        Relative, with ``/``; a name that leads out of the folder is refused.
    data : bytes or memoryview
        The content.
    """
    path = f"{folder}/{checked_name(name)}"
    try:
        handle = _opened(path)
    except (FileExistsError, NotADirectoryError) as error:
        raise BadFile(f"two images share the file {name!r}"[:300], parameter="images") from error
    try:
        left = memoryview(data)
        while left:
            left = left[os.write(handle, left) :]
    finally:
        os.close(handle)


def _opened(path: str) -> int:
    try:
        return os.open(path, _NEW, 0o666)
    except FileNotFoundError:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        return os.open(path, _NEW, 0o666)


def names_below(folder: Path) -> tuple[list[str], list[str]]:
    """List files and folders at any depth, relative with ``/``, each sorted."""
    files: list[str] = []
    folders: list[str] = []
    before = len(str(folder)) + 1
    for place, inner, names in os.walk(folder):
        start = place[before:].replace(os.sep, "/")
        start += "/" if start else ""
        files += [start + name for name in names]
        folders += [start + name for name in inner]
    return sorted(files), sorted(folders)


def inside(folder: Path, name: Any) -> Path:
    """Give the path of a file that is named relative to a folder, and stays in it."""
    if not isinstance(name, str) or not name or "\0" in name:
        raise BadFile(f"expected a file name, got {shown(name)}"[:300], parameter="file_name")
    path = folder / name
    if Path(name).is_absolute() or not path.resolve().is_relative_to(folder.resolve()):
        raise MaskError(f"{name} is not in {folder}", parameter="file_name")
    return path


def file_names(
    images: Sequence[ImageRow], suffix: str, *, may_hide: bool = False
) -> dict[int, str]:
    """Name one file for each image, by id: its own name with another ending.

    Parameters
    ----------
    images : sequence of ImageRow
        The table. An image without a name is named by its id.
    suffix : str
        The ending, such as ``".txt"``.
    may_hide : bool
        The format lists its files, so that names may begin with a dot.

    Raises
    ------
    BadFile
        If two images would share a file (``a.jpg`` and ``a.png``), or a name is hidden.
    """
    names = list(map(image_name, images))
    if not may_hide:
        check_seen(names)
    files = [without_suffix(own) + suffix for own in names]
    check_apart(zip(files, names, strict=True))
    out = dict(zip((image.id for image in images), files, strict=True))
    if len(out) != len(names):
        raise BadFile("two images have one id", parameter="images")
    return out


def without_suffix(name: str) -> str:
    """Drop the ending of a relative name, as `pathlib` does."""
    if not _PLAIN.fullmatch(name):
        return str(path.with_suffix("")) if (path := PurePosixPath(name)).name else name
    dot = name.rfind(".")
    return name[:dot] if name.rfind("/") + 1 < dot < len(name) - 1 else name


def image_name(image: ImageRow) -> str:
    """Give the file name of an image, relative; made of its id when the table tells none."""
    if image.file_name:
        return checked_name(image.file_name)
    if image.coco_url:
        return checked_name("/".join(PurePosixPath(image.coco_url.split("?")[0]).parts[-2:]))
    return f"{image.id}.jpg"


def size_of(image: ImageRow) -> tuple[int, int]:
    """Give height and width of an image.

    Raises
    ------
    BadFile
        If the table does not tell them, or there are no pixels.
    """
    if not (image.height and image.width and min(image.height, image.width) > 0):
        raise BadFile(f"image {image.id} has no height and width", parameter="images")
    return image.height, image.width


def text_bytes(path: Path) -> bytes:
    """Read a text file, without the mark of UTF-8 that some editors put in front."""
    return path.read_bytes().removeprefix(MARK)


def decoded(path: Path, kind: type[_T]) -> _T:
    """Read a JSON file as what it is to be.

    Raises
    ------
    BadFile
        If it is no JSON, or other JSON; names the file.
    """
    return decoded_text(path, text_bytes(path), kind)


def decoded_text(path: Path, text: bytes, kind: type[_T]) -> _T:
    """Decode what was read of a JSON file, as `decoded` does."""
    try:
        return msgspec.json.decode(text, type=kind)
    except BAD_JSON as error:
        raise BadFile(f"{path}: {error}", parameter="file") from error


def files_below(folder: Path, *suffixes: str, may_lead_out: bool = False) -> list[Path]:
    """List the files with one of these endings, at any depth, sorted by name; no hidden ones.

    Raises
    ------
    BadFile
        If one is a link that leads out of the folder, unless it may.
    """
    found: list[Path] = []
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        wanted = (name for name in names if name.lower().endswith(suffixes))
        paths = (Path(place, name) for name in wanted if not name.startswith("."))
        found.extend(regular(paths, folder, may_lead_out=may_lead_out))
    return sorted(found, key=lambda path: path.relative_to(folder).as_posix())


def table(rows: Sequence[dict[str, Any]]) -> bytes:
    """Give a table of `Frames` as its JSON text."""
    return encoded(list(rows), "file_name")


def encoded(content: Any, parameter: str) -> bytes:
    """Give a JSON text; names of files that are no text, above all, cannot be written.

    Raises
    ------
    BadFile
        If there is none.
    """
    try:
        return msgspec.json.encode(content)
    except (TypeError, ValueError, RecursionError, BufferError) as error:
        text = f"JSON cannot hold it: {error}"
        raise BadFile(text[:300], parameter=parameter) from error


def sound_files(
    files: Sequence[Path], look: Callable[[int, Path], None]
) -> tuple[list[Path], list[Refused]]:
    """Look at the file of each image; one that is damaged is left out, and refused.

    Parameters
    ----------
    files : sequence of pathlib.Path
        A file of each image.
    look : callable
        Takes a number and its file, and raises when the file is not sound.

    Raises
    ------
    BadFile, LimitExceeded
        What the first one is, if none is sound.
    """
    kept: list[Path] = []
    damaged: list[Refused] = []
    first: MaskError | None = None
    for number, file in enumerate(files):
        try:
            look(number, file)
        except (BadFile, LimitExceeded) as error:
            damaged.append(Refused(0, None, None, str(error), str(file).encode()))
            first = first or error
        else:
            kept.append(file)
    if first is not None and not kept:
        raise first
    return kept, damaged


def frames_of(
    images: Sequence[dict[str, Any]],
    categories: Sequence[dict[str, Any]],
    rows_of: Callable[[int], list[Row | Refused]],
    *,
    rule: str,
    damaged: Sequence[Refused] = (),
) -> Frames:
    """Give the frames of a dataset that is read image by image.

    Parameters
    ----------
    images : sequence of dict
        Rows of the table ``images``: ``id``, ``file_name``, ``width``, ``height`` and any other.
    categories : sequence of dict
        Rows of the table ``categories``: ``id``, ``name`` and any other.
    rows_of : callable
        Reads the annotations of an image, given its number among `images`. One that is not sound
        is a `Refused` in its place; its position is filled in here. So is an image whose file is
        damaged.
    rule : str
        See `Frames`.
    damaged : sequence of Refused
        The files of images that are not listed.
    """

    def lots() -> Iterator[tuple[int, list[Row | Refused]]]:
        yield 0, list(damaged)
        for number in range(len(images)):
            name = str(images[number].get("file_name", images[number]["id"]))
            yield number + 1, rows_or_refused(rows_of, number, name)

    return frames_from(images, categories, lots, rule=rule, size=len(images))


def rows_or_refused(
    rows_of: Callable[[int], list[Row | Refused]], number: int, name: str
) -> list[Row | Refused]:
    """Read the annotations of an image; one refused where its file is damaged."""
    try:
        return rows_of(number)
    except (BadFile, LimitExceeded) as error:
        return [Refused(0, None, None, str(error), name.encode())]


def frames_from(
    images: Sequence[dict[str, Any]],
    categories: Sequence[dict[str, Any]],
    lots: Callable[[], Iterator[tuple[int, list[Row | Refused]]]],
    *,
    rule: str,
    size: int,
    is_grouped: bool = True,
) -> Frames:
    """Give the frames of a file that is read from its begin to its end.

    Parameters
    ----------
    images, categories, rule
        See `frames_of`.
    lots : callable
        Gives a fresh iterator over how much is read, of `size`, and the annotations read.
    size : int
        Of the file, in bytes.
    is_grouped : bool
        Annotations come image by image in the order of the table.
    """

    def parts() -> Iterator[Part]:
        position, done = 0, 0
        rows: list[Row] = []
        refused: list[Refused] = []
        positions: list[int] = []
        for done, lot in lots():
            for found in lot:
                row = _fitting(found)
                if isinstance(row, Refused):
                    refused.append(replace(row, position=position))
                else:
                    rows.append(row)
                    positions.append(position)
                position += 1
            if len(rows) >= _ROWS:
                yield _part(rows, refused, positions, done)
                rows, refused, positions = [], [], []
        if rows or refused:
            yield _part(rows, refused, positions, done)

    tables = {"images": table(images), "annotations": b"", "categories": table(categories)}
    return Frames(tables, parts, size=size, rule=rule, is_grouped=is_grouped)


def _fitting(row: Row | Refused) -> Row | Refused:
    reason = unfit(row) if isinstance(row, Row) else None
    return row if reason is None else Refused(0, None, None, reason, repr(row)[:10_000].encode())


def _part(rows: list[Row], refused: list[Refused], positions: list[int], done: int) -> Part:
    try:
        records = records_of(rows)
    except (pa.ArrowException, OverflowError):
        sound, reasons = [], []
        for row, position in zip(rows, positions, strict=True):
            try:
                records_of([row])
                sound.append((row, position))
            except (pa.ArrowException, OverflowError) as error:
                reasons.append(Refused(position, None, None, str(error), b""))
        refused = sorted([*refused, *reasons], key=lambda bad: bad.position)
        rows, positions = [row for row, _ in sound], [position for _, position in sound]
        records = records_of(rows)
    return Part(records, tuple(refused), np.array(positions, np.int64), done)
