"""The tables of a dataset beside its files, for formats that have no place for them.

A folder written by this package has a file ``maskengine.json`` with the tables ``images`` and
``categories``: sizes, names and ids. Other tools do not look at it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from maskengine.errors import BadFile
from maskengine.formats._folder import image_name, text_bytes, without_suffix, write_file
from maskengine.formats._frames import BAD_JSON, CategoryRow, Frames, ImageRow
from maskengine.formats._image_ids import free_ids
from maskengine.formats._names import checked_name

NAME = "maskengine.json"
_LONGEST = 1 << 30  # bytes


class _Named(msgspec.Struct):
    file_name: str


class _Tables(msgspec.Struct):
    images: list[dict[str, Any]] = []
    categories: list[dict[str, Any]] = []
    packing: str | None = None


class Sidecar:
    """The tables found beside a dataset; empty where there is no such file.

    Attributes
    ----------
    is_there : bool
        Whether there is such a file.
    images, categories : list of dict
        Rows as they were written.
    packing : str or None
        How the values of maps are packed in colours.
    """

    def __init__(self, folder: Path) -> None:
        path = folder / NAME
        tables = _Tables()
        self.is_there = path.is_file()
        if self.is_there:
            if path.stat().st_size > _LONGEST:
                raise BadFile(f"{path} is longer than {_LONGEST} bytes", parameter="file")
            try:
                tables = msgspec.json.decode(text_bytes(path), type=_Tables)
                # what is needed of a row must be there
                msgspec.convert(tables.images, list[ImageRow])
                msgspec.convert(tables.images, list[_Named])
                msgspec.convert(tables.categories, list[CategoryRow])
            except BAD_JSON as error:
                raise BadFile(str(error), parameter=str(path)) from error
        self.images, self.categories = tables.images, tables.categories
        self.packing = tables.packing
        self._given: set[int] = set()
        names = [_as_written(str(row["file_name"])) for row in self.images]
        self._by_name = dict(zip(names, self.images, strict=True))
        self._by_stem = {without_suffix(name): self._by_name[name] for name in names}
        self._ids = {row["id"] for row in self.images}
        self._free = free_ids(self._ids)
        if len(self._ids) != len(self.images):
            raise BadFile("two images have one id", parameter=str(path))

    def stems(self) -> list[str]:
        """List the names of the images, without ending."""
        return list(self._by_stem)

    def named(self, *names: str) -> dict[str, Any] | None:
        """Give the row of the image with the first of these names that there is."""
        return self._taken(self._by_name, names)

    def of_stem(self, *stems: str) -> dict[str, Any] | None:
        """Give the row of the image that has such a name without its ending.

        What follows a dot of a stem is no ending: ``a.b`` is of ``a.b.png``.
        """
        return self._taken(self._by_stem, stems)

    def _taken(
        self, rows: dict[str, dict[str, Any]], names: tuple[str, ...]
    ) -> dict[str, Any] | None:
        row = next((rows[name] for name in names if name in rows), None)
        if row is None or id(row) in self._given:
            return None
        self._given.add(id(row))  # a second file would give two images one id
        return row

    def new_id(self, number: int) -> int:
        """Give the id of an image that no row tells: its number from 1, or one that is free."""
        wanted = number + 1
        if wanted in self._ids:
            wanted = next(self._free)
        self._ids.add(wanted)
        return wanted


def _as_written(name: str) -> str:
    r"""Give a name as those of files have it: ``x\a.png`` is ``x/a.png`` there."""
    try:
        return checked_name(name)
    except BadFile:  # nothing was written under it
        return name


def write_sidecar(
    folder: Path,
    frames: Frames,
    names: dict[int, str] | None = None,
    *,
    packing: str | None = None,
) -> None:
    """Write the tables, each image with the name of its file.

    Parameters
    ----------
    folder : pathlib.Path
        That of the dataset.
    frames : Frames
        Has the tables.
    names : dict of int to str, optional
        File names by image id, for images that have none in the table; as the format's own files
        have them by default.
    packing : str, optional
        How the values of maps are packed in colours.
    """
    if names is None:
        names = {image.id: image_name(image) for image in frames.images() or []}
    images = msgspec.json.decode(frames.tables.get("images", b"[]"), type=list[dict[str, Any]])
    for row in images:
        if not row.get("file_name"):  # null, too, is none
            row["file_name"] = names.get(row["id"])
    categories = msgspec.json.decode(frames.tables.get("categories", b"[]"))
    tables = {"images": images, "categories": categories}
    told = {} if packing is None else {"packing": packing}
    data = msgspec.json.encode({**tables, **told})
    write_file(folder, NAME, data + b"\n")
