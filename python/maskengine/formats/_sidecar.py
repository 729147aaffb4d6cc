"""The tables of a dataset beside its files, for formats that have no place for them.

A folder written by this package has a file ``maskengine.json`` with the tables ``images`` and
``categories``: sizes, names and ids. Other tools do not look at it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec

from maskengine.errors import BadFile
from maskengine.formats._folder import write_file
from maskengine.formats._frames import CategoryRow, Frames, ImageRow
from maskengine.formats._png import png_size

NAME = "maskengine.json"
_LONGEST = 1 << 30  # bytes
_HEAD = 64  # bytes of a PNG that have its size


class _Tables(msgspec.Struct):
    images: list[dict[str, Any]] = []
    categories: list[dict[str, Any]] = []


class Sidecar:
    """The tables found beside a dataset; empty where there is no such file.

    Attributes
    ----------
    images, categories : list of dict
        Rows as they were written.
    """

    def __init__(self, folder: Path) -> None:
        path = folder / NAME
        tables = _Tables()
        if path.is_file():
            if path.stat().st_size > _LONGEST:
                raise BadFile(f"{path} is longer than {_LONGEST} bytes", parameter="file")
            try:
                data = path.read_bytes()
                tables = msgspec.json.decode(data, type=_Tables)
                # what is needed of a row must be there
                msgspec.convert(tables.images, list[ImageRow])
                msgspec.convert(tables.categories, list[CategoryRow])
            except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
                raise BadFile(str(error), parameter=str(path)) from error
            for row in tables.images:
                if not isinstance(row.get("file_name"), str):
                    raise BadFile("an image without a file name", parameter=str(path))
        self.images, self.categories = tables.images, tables.categories
        self._by_stem = {_stem(str(row.get("file_name"))): row for row in self.images}

    def image(self, name: str) -> dict[str, Any] | None:
        """Give the row of the image with that name, whatever its ending."""
        return self._by_stem.get(_stem(name))


def png_images(
    files: Sequence[Path], folder: Path, sidecar: Sidecar, *, added: str = ""
) -> list[dict[str, Any]]:
    """Give the table of images of a folder of maps, a PNG file for each.

    Parameters
    ----------
    files : sequence of pathlib.Path
        The maps; their headers tell the sizes.
    folder : pathlib.Path
        They are below it; what follows is the name of the image.
    sidecar : Sidecar
        Its names and ids win.
    added : str
        What the writer put before names that had no folder.
    """
    images = []
    for number, file in enumerate(files):
        name = file.relative_to(folder).as_posix()
        with file.open("rb") as opened:
            height, width = png_size(opened.read(_HEAD), str(file))
        own = {"id": number + 1, "file_name": name}
        known = sidecar.image(name) or sidecar.image(name.removeprefix(added)) or own
        images.append({**known, "height": height, "width": width})
    return images


def _stem(name: str) -> str:
    return str(PurePosixPath(name).with_suffix(""))


def write_sidecar(folder: Path, frames: Frames, names: dict[int, str]) -> None:
    """Write the tables, each image with the name of its file.

    Parameters
    ----------
    folder : pathlib.Path
        That of the dataset.
    frames : Frames
        Has the tables.
    names : dict of int to str
        File names by image id, for images that have none in the table.
    """
    images = msgspec.json.decode(frames.tables.get("images", b"[]"), type=list[dict[str, Any]])
    for row in images:
        row.setdefault("file_name", names.get(row["id"]))
    categories = msgspec.json.decode(frames.tables.get("categories", b"[]"))
    data = msgspec.json.encode({"images": images, "categories": categories})
    write_file(folder, NAME, data + b"\n")
