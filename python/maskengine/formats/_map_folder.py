"""Datasets that are a folder of maps: a PNG file for each image."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy.typing as npt

from maskengine.errors import BadFile, LimitExceeded, MaskError
from maskengine.formats._folder import files_below, frames_from, image_name, rows_or_refused
from maskengine.formats._frames import Frames, Refused
from maskengine.formats._png import png_size, read_png
from maskengine.formats._rows import Row
from maskengine.formats._sidecar import Sidecar, write_sidecar

_HEAD = 64  # bytes of a PNG that have its size

#: Gives the annotations of a map, its image's id and its file.
RowsOf = Callable[[npt.NDArray[Any], int, Path], list[Row | Refused]]


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
    added : str
        What the writer put before names that had no folder.

    Attributes
    ----------
    sidecar : Sidecar
        The tables found beside the dataset.
    """

    def __init__(self, path: Path, folder: Path, *, added: str = "") -> None:
        self.sidecar = Sidecar(path)
        self._files: list[Path] = []
        self._images: list[dict[str, Any]] = []
        self._damaged: list[Refused] = []
        first: MaskError | None = None
        files = files_below(folder, ".png")
        for number, file in enumerate(files):
            name = file.relative_to(folder).as_posix()
            own = {"id": number + 1, "file_name": name}
            known = self.sidecar.image(name) or self.sidecar.image(name.removeprefix(added)) or own
            try:
                with file.open("rb") as opened:
                    height, width = png_size(opened.read(_HEAD), str(file))
            except (BadFile, LimitExceeded) as error:
                self._damaged.append(Refused(0, None, None, str(error), str(file).encode()))
                first = first or error
                continue
            self._files.append(file)
            self._images.append({**known, "height": height, "width": width})
        if first is not None and not self._files:
            raise first  # no file can be read

    def frames(self, rows_of: RowsOf, categories: Sequence[dict[str, Any]] | None = None) -> Frames:
        """Give the frames; categories are those of the sidecar where none are told."""

        def rows(number: int) -> list[Row | Refused]:
            file = self._files[number]
            return rows_of(read_png(file), self._images[number]["id"], file)

        def lots() -> Iterator[tuple[int, list[Row | Refused]]]:
            yield 0, list(self._damaged)
            for number, file in enumerate(self._files):
                yield number + 1, rows_or_refused(rows, number, str(file))

        return frames_from(
            self._images,
            self.sidecar.categories if categories is None else categories,
            lots,
            rule="coco",
            size=len(self._images),
        )


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
