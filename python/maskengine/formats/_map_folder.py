"""Datasets that are a folder of maps: a PNG file for each image."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy.typing as npt

from maskengine.formats._folder import (
    files_below,
    frames_of,
    image_name,
    sound_files,
    without_suffix,
)
from maskengine.formats._frames import Frames, Refused
from maskengine.formats._png import png_size, read_png
from maskengine.formats._rows import Row
from maskengine.formats._sidecar import Sidecar, write_sidecar

_HEAD = 64  # bytes of a PNG that have its size

#: Gives the annotations of a map, its image's id and its file.
RowsOf = Callable[[npt.NDArray[Any], int, Path], list[Row | Refused]]

WrittenAs = Callable[[str], Sequence[str]]


class MapFolder:
    """The maps of a folder, and what lies beside them.

    A file whose header cannot be read is one refused annotation, and its image is not listed; so
    one damaged file does not stop a conversion.

    Parameters
    ----------
    path : pathlib.Path
        The dataset.
    folder : pathlib.Path
        The maps are below it; what follows is the name of the image.
    written_as : callable, optional
        Gives the names that the writer may give to the map of an image, of its own with ``.png``.

    Attributes
    ----------
    sidecar : Sidecar
        The tables found beside the dataset.
    """

    def __init__(self, path: Path, folder: Path, *, written_as: WrittenAs | None = None) -> None:
        self.sidecar = Sidecar(path)
        by_file: dict[str, str] = {}
        if written_as is not None:
            for stem in self.sidecar.stems():
                by_file.update(dict.fromkeys(written_as(f"{stem}.png"), stem))
        self._images: list[dict[str, Any]] = []

        def look(number: int, file: Path) -> None:
            name = file.relative_to(folder).as_posix()
            stem = without_suffix(name)
            known = self.sidecar.of_stem(by_file.get(name, stem), stem)
            known = known or {"id": self.sidecar.new_id(number), "file_name": name}
            with file.open("rb") as opened:
                height, width = png_size(opened.read(_HEAD), str(file))
            self._images.append({**known, "height": height, "width": width})

        self._files, self._damaged = sound_files(files_below(folder, ".png"), look)

    def frames(self, rows_of: RowsOf, categories: Sequence[dict[str, Any]] | None = None) -> Frames:
        """Give the frames; categories are those of the sidecar where none are told."""

        def rows(number: int) -> list[Row | Refused]:
            file = self._files[number]
            return rows_of(read_png(file), self._images[number]["id"], file)

        categories = self.sidecar.categories if categories is None else categories
        return frames_of(self._images, categories, rows, rule="coco", damaged=self._damaged)


def below(path: Path, *names: str) -> Path:
    """Give the first of these folders that the dataset has, or the dataset itself."""
    return next((path / name for name in names if (path / name).is_dir()), path)


def unlike(file: Path, expected: str, array: npt.NDArray[Any]) -> list[Row | Refused]:
    """Refuse a map that has other channels."""
    reason = f"expected {expected}, got {array.dtype} of shape {array.shape}"
    return [Refused(0, None, None, reason, str(file).encode())]


def finish_maps(path: Path, frames: Frames, *, packing: str | None = None) -> None:
    """Write what is no image's own: ``maskengine.json``."""
    images = frames.images() or []
    names = {image.id: image_name(image) for image in images}
    write_sidecar(path, frames, names, packing=packing)
