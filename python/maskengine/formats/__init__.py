"""Bytes <-> annotations. Every format is one module of this package.

A format module declares

``EXTENSIONS``
    File name endings it writes, such as ``(".json",)``; none for folders.
``FOLDER``
    Whether a dataset of this format is a folder.
``HOLDS``
    What its files can keep: some of ``polygons``, ``runs``, ``holes`` (somehow), ``interiors``
    (polygons with holes), ``parts``, ``overlap``, ``crowd``, ``score``, ``box``, ``bare_box`` (of
    annotations without a mask), ``area``, ``id``, ``extra``, ``tables``, ``empty`` (images without
    annotations).
``NEEDS``
    What its writer wants filled in: ``"counts"``, ``"rings"``, ``"images"`` (tables of images and
    categories, which folders always get), ``"few"`` (only categories that are used), or nothing.
``ROWS``
    Optional, for files without ``tables`` in `HOLDS`: members of the rows of ``images`` and of
    ``categories`` that its files keep. A table that is not named is kept whole, as by all folders.
``RULE``
    How its polygons become pixels, as in `Frames.rule`; None for a format that holds any.
``detect(path, head)``
    How sure it is, 0 to 3, that a file with these first bytes, or a folder (no bytes), is its own.
``read(path)``
    The file or folder as `Frames`.
``write(path, frames)``
    Writes `Frames` to a file that does not matter to anybody yet (the caller renames it). What it
    cannot hold it notes in `Frames.ledger`.
``write_images(path, frames)`` and ``finish(path, frames)``
    Instead, for folders: the first writes the files of images below a folder that is there, and
    may be called for some of the images at a time, by several processes; the second writes the
    others, once.
``read_piece(path, pieces, number)``
    Optional: the annotations of one of the `Frames.pieces`, as an iterator over `Part` s.
``write_piece(path, frames)`` and ``join(path, pieces, frames)``
    Optional, for files: the first writes what some annotations become, perhaps in another process;
    the second makes the file of such pieces, which are there when it asks for the next one, and the
    tables of `frames`.

A format that is only read has no ``write`` and no ``write_images``. A module is found by its name.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

from maskengine._paths import path_text
from maskengine.errors import BadFile, MaskError
from maskengine.formats import _extra, _sidecar  # noqa: F401 - the first says what to install
from maskengine.formats._adapters import (
    from_fiftyone,
    from_supervision,
    to_fiftyone,
    to_supervision,
)
from maskengine.formats._atomic import check_folder, check_target, named, replacing, telling
from maskengine.formats._by_image import Places, by_image, cuts, lots_by_image
from maskengine.formats._cityscapes_maps import (
    CITYSCAPES,
    CityscapesClass,
    CityscapesImage,
    cityscapes_ids,
    read_cityscapes,
    write_cityscapes,
)
from maskengine.formats._folder import (
    files_below,
    image_name,
    names_below,
    remake,
    replacing_folder,
)
from maskengine.formats._frames import (
    KINDS,
    SCHEMA,
    Frames,
    ImageRow,
    Part,
    Piece,
    Refused,
    check_frames,
    mask_sizes,
    masks_of,
)
from maskengine.formats._guess import as_bad_file, file_inside, folder_inside, head_of
from maskengine.formats._json_text import annotations_to_json
from maskengine.formats._ledger import Ledger
from maskengine.formats._modules import Format, by_name, check_writable, names, writable_names
from maskengine.formats._panoptic_maps import PanopticFile, PanopticImage, write_panoptic
from maskengine.formats._png import read_id_png, write_id_png
from maskengine.formats._remote import (
    Store,
    local_copy,
    local_path,
    name_of,
    read_remote,
    url_of,
    write_remote,
)
from maskengine.formats._sync import sync, syncing

__all__ = [
    "CITYSCAPES",
    "KINDS",
    "SCHEMA",
    "CityscapesClass",
    "CityscapesImage",
    "Format",
    "Frames",
    "ImageRow",
    "Ledger",
    "PanopticFile",
    "PanopticImage",
    "Part",
    "Piece",
    "Places",
    "Refused",
    "Store",
    "annotations_to_json",
    "by_image",
    "by_name",
    "check_folder",
    "check_target",
    "check_writable",
    "cityscapes_ids",
    "cuts",
    "detect",
    "files_below",
    "for_target",
    "from_fiftyone",
    "from_supervision",
    "image_name",
    "local_copy",
    "local_path",
    "lots_by_image",
    "mask_sizes",
    "masks_of",
    "name_of",
    "named",
    "names",
    "names_below",
    "read",
    "read_cityscapes",
    "read_id_png",
    "remake",
    "replacing",
    "replacing_folder",
    "sync",
    "syncing",
    "telling",
    "to_fiftyone",
    "to_supervision",
    "url_of",
    "writable_names",
    "write",
    "write_cityscapes",
    "write_id_png",
    "write_panoptic",
    "write_to",
    "writing",
]


def detect(path: str | os.PathLike[str]) -> str:
    """Tell the format of a file by its first bytes, of a folder by the files in it.

    Parameters
    ----------
    path : path-like
        The file or folder, or its URL.

    Returns
    -------
    str
        One of `names`.

    Raises
    ------
    BadFile
        If no format knows it, or a folder holds datasets of several; says what there is to give
        instead.
    OSError
        If the file cannot be opened.

    Examples
    --------
    >>> from importlib import resources
    >>> from maskengine import formats
    >>> formats.detect(resources.files("maskengine") / "data/lvis_val_20.json")
    'coco'
    """
    url = url_of(path)
    if url is not None:
        with local_copy(url) as copy:
            return detect(copy)
    path = local_path(path)
    if path.exists() and not path.is_dir() and not path.is_file():
        raise BadFile(f"{path} is neither a file nor a folder", parameter="file")
    sure, name = _guess(path)
    if sure == 0:
        if path.is_dir() and not any(path.iterdir()):
            raise BadFile(f"the folder {path} is empty", parameter="file")
        inside = file_inside(path, lambda file: _guess(file)[0] > 1)
        hint = f"name it (convert, inspect and show take --from), as one of {', '.join(names())}"
        if inside:
            hint = f"give a file, as {inside}"
        elif inside := folder_inside(path, lambda folder: _guess(folder)[0] > 1):
            hint = f"give a folder, as {inside}"
        raise BadFile(f"{path} does not tell its format; {hint}", parameter="file")
    return name


def _guess(path: Path) -> tuple[int, str]:
    head = b"" if path.is_dir() else head_of(path)
    found = [(by_name(name).detect(path, head), name) for name in names()]
    sure = max(found)[0]
    alike = [name for other, name in found if other == sure]
    if sure > 2 and len(alike) > 1 and path.is_dir():
        hint = "give the folder of one, or name its format (convert, inspect and show take --from)"
        raise BadFile(f"{path} holds datasets of {', '.join(alike)}; {hint}", parameter="file")
    return sure, alike[-1]


def for_target(path: str | os.PathLike[str]) -> str:
    """Tell the format to write by the name of the target; those that are folders must be named.

    Parameters
    ----------
    path : path-like
        The file to write; it need not be there.

    Returns
    -------
    str
        One of `writable_names`.

    Raises
    ------
    MaskError
        If no format writes such names.

    Examples
    --------
    >>> from maskengine import formats
    >>> formats.for_target("store.parquet"), formats.for_target("annotations.xml")
    ('parquet', 'cvat')
    """
    path = path_text(path, "dst")
    suffix = Path(path).suffix.lower()
    for name in names():
        if suffix in by_name(name).EXTENSIONS:
            return name
    known = ", ".join(sorted({end for name in names() for end in by_name(name).EXTENSIONS}))
    text = "expected a format (on the command line --to), or a name that ends in one of"
    raise MaskError(f"{text} {known}, got {path}", parameter="dst")


def read(path: str | os.PathLike[str], format: str | None = None) -> Frames:  # noqa: A002
    """Read an annotation file.

    Parameters
    ----------
    path : path-like
        The file or folder; or its URL, such as ``s3://bucket/instances.json``, of a store that
        fsspec knows (``pip install maskengine[remote]``): it is fetched to this machine first.
    format : str, optional
        One of `names`; told from the first bytes by default.

    Returns
    -------
    Frames
        Its tables; its annotations when iterated, in parts, without holding the file in memory.

    Raises
    ------
    BadFile
        If the file as a whole is not of the format, or changes until all of it was read. A single
        bad annotation does not raise: it is in the `refused` of its part.
    OSError
        If the file cannot be opened.

    Examples
    --------
    >>> from importlib import resources
    >>> import maskengine as me
    >>> from maskengine import formats
    >>> frames = formats.read(resources.files("maskengine") / "data/lvis_val_20.json")
    >>> len(frames.images()), sum(len(part.records) for part in frames)
    (20, 249)
    """
    url = url_of(path)
    if url is not None:
        return read_remote(url, lambda copy: read(copy, format))
    path = local_path(path)
    if not path.exists():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
    name = detect(path) if format is None else format
    module = by_name(name)
    if module.FOLDER and path.is_file() and not module.detect(path, head_of(path)):
        raise BadFile(f"{path}: expected a folder of the format {name}", parameter="file")
    if not module.FOLDER and not path.is_file():
        raise BadFile(f"{path} is no file", parameter="file")
    state = _state(path)
    with as_bad_file(path, name):
        frames = module.read(path)
    known = module.FOLDER and path.is_dir() and not (path / _sidecar.NAME).is_file()
    if known and frames.tables.get("images") == b"[]":
        raise BadFile(f"{path} has no files of the format {name}", parameter="file")
    parts = frames.parts

    def guarded() -> Iterator[Part]:
        # what was read of it before tells where annotations lie, and whose they are
        _check_unchanged(path, state)
        with as_bad_file(path, name):
            yield from parts()
        _check_unchanged(path, state)

    return replace(frames, parts=guarded)


def _state(path: Path) -> tuple[int, ...]:
    """Give what tells whether a file was written to; of a folder, nothing does."""
    found = path.stat()
    return () if path.is_dir() else (found.st_ino, found.st_size, found.st_mtime_ns)


def _check_unchanged(path: Path, state: tuple[int, ...]) -> None:
    if state and _state(path) != state:
        raise BadFile(f"{path} changed while it was read", parameter="file")


def write(path: str | os.PathLike[str], frames: Frames, format: str | None = None) -> None:  # noqa: A002
    """Write an annotation file, whole or not at all.

    Parameters
    ----------
    path : path-like
        The file; one that is there is replaced when the new one is complete. Or the folder, which
        must be new or empty. Or a URL, see `read`.
    frames : Frames
        What `read` gives, or a conversion of it. The file read must be another one.
    format : str, optional
        One of `writable_names`; told from the name by default.

    Raises
    ------
    MaskError
        If no format writes such names, the format is only read, or a folder is not empty.
    OSError
        If there is no room, or no right to write there. Nothing is left then.

    Examples
    --------
    >>> import os, tempfile
    >>> from importlib import resources
    >>> from maskengine import formats
    >>> frames = formats.read(resources.files("maskengine") / "data/lvis_val_20.json")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     formats.write(f"{folder}/store.parquet", frames)
    ...     os.listdir(folder)
    ['store.parquet']
    """
    name = for_target(path) if format is None else format
    check_writable(name)
    check_frames(frames)
    url = url_of(path)
    if url is not None:
        write_remote(url, lambda copy: write(copy, frames, name))
        return
    target = local_path(path)
    module = by_name(name)
    with writing(target, module) as temporary:
        write_to(temporary, frames, module)


def writing(path: Path, module: Format) -> AbstractContextManager[Path]:
    """Give a temporary file or folder that takes the name when the block ends well."""
    return (replacing_folder if module.FOLDER else replacing)(path)


def write_to(path: Path, frames: Frames, module: Format) -> None:
    """Write to a file or folder that is there, with no care for what becomes of it on errors."""
    if module.FOLDER:
        module.write_images(path, frames)
        module.finish(path, frames)
    else:
        module.write(path, frames)
