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
    images, categories : list of dict
        Rows as they were written.
    packing : str or None
        How the values of maps are packed in colours.
    """

    def __init__(self, folder: Path) -> None:
        path = folder / NAME
        tables = _Tables()
        if path.is_file():
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
        self._by_stem = {without_suffix(str(row.get("file_name"))): row for row in self.images}

    def image(self, name: str) -> dict[str, Any] | None:
        """Give the row of the image with that name, whatever its ending."""
        return self._by_stem.get(without_suffix(name))


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
        row.setdefault("file_name", names.get(row["id"]))
    categories = msgspec.json.decode(frames.tables.get("categories", b"[]"))
    tables = {"images": images, "categories": categories}
    told = {} if packing is None else {"packing": packing}
    data = msgspec.json.encode({**tables, **told})
    write_file(folder, NAME, data + b"\n")
