"""Images and labels that are no arrays: read by windows and tiles, written back tile by tile."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine._backend import core
from maskengine._listing import has
from maskengine.errors import MaskError, MaskTypeError, ShapeMismatch
from maskengine.ops import _pixels

TILE = core.canvas_tile  # side of a tile of labels, in pixels


def is_array_like(value: Any, name: str) -> bool:
    """Say whether a value gives windows of itself, and is no array."""
    if isinstance(value, (np.ndarray, memoryview)) or has(value, "__cuda_array_interface__", name):
        return False
    return all(has(value, one, name) for one in ("shape", "dtype", "__getitem__"))


def _dtype_of(value: Any, name: str) -> np.dtype[Any]:
    try:
        found: np.dtype[Any] = np.dtype(value.dtype)
    except TypeError as error:
        raise MaskTypeError(
            f"expected a dtype of NumPy, got {value.dtype}", parameter=name
        ) from error
    return found


class ArrayImage:
    """An image of which windows are read as they are needed."""

    def __init__(self, image: Any, size: tuple[int, int]) -> None:
        self._image = image
        self.shape = tuple(int(side) for side in image.shape)
        self.dtype = _dtype_of(image, "image")
        if self.shape[:2] != size or len(self.shape) > 3:
            raise ShapeMismatch(
                f"expected an image of size {size}, got {self.shape}", parameter="image"
            )
        _pixels.as_image(np.zeros((1, 1, *self.shape[2:]), self.dtype), "image")

    def window(self, box: tuple[int, int, int, int]) -> npt.NDArray[Any]:
        """Read the pixels of a box inside the image."""
        left, top, right, bottom = box
        window = np.asarray(self._image[top:bottom, left:right])
        if window.shape != (bottom - top, right - left, *self.shape[2:]):
            raise ShapeMismatch(f"expected a window {box}, got {window.shape}", parameter="image")
        return _pixels.as_image(window.astype(self.dtype, copy=False), "image")


class LabelTiles:
    """Tiles of a label map that lies elsewhere: read when first touched, kept until flushed."""

    def __init__(self, labels: Any) -> None:
        self._labels = labels
        if not hasattr(labels, "__setitem__"):
            raise MaskTypeError(
                f"expected labels that can be written to, got {type(labels).__name__}",
                parameter="labels",
            )
        self.shape = tuple(int(side) for side in labels.shape)
        self.dtype = _dtype_of(labels, "labels")
        if len(self.shape) != 2 or not all(side < 2**31 for side in self.shape):
            raise ShapeMismatch(f"expected shape (H, W), got {self.shape}", parameter="labels")
        if self.dtype.kind not in "ui" or not self.dtype.isnative:
            raise MaskTypeError(
                f"expected integers in native byte order, got {self.dtype}", parameter="labels"
            )
        self._tiles: dict[tuple[int, int], npt.NDArray[Any]] = {}

    def fetch(self, row: int, column: int) -> npt.NDArray[Any]:
        """Give a tile, which stays in place until it is dropped."""
        tile = self._tiles.get((row, column))
        if tile is None:
            tile = self.peek(row, column)
            self._tiles[row, column] = tile
        return tile

    def peek(self, row: int, column: int) -> npt.NDArray[Any]:
        """Read a tile that is not kept."""
        return np.array(self._read(*self._slices(row, column)), self.dtype, order="C")

    def _slices(self, row: int, column: int) -> tuple[slice, slice]:
        height, width = self.shape
        return (
            slice(row * TILE, min((row + 1) * TILE, height)),
            slice(column * TILE, min((column + 1) * TILE, width)),
        )

    def _read(self, rows: slice, columns: slice) -> npt.NDArray[Any]:
        part = np.asarray(self._labels[rows, columns])
        if part.shape != (rows.stop - rows.start, columns.stop - columns.start):
            raise ShapeMismatch(
                f"expected rows {rows} and columns {columns}, got {part.shape}", parameter="labels"
            )
        return part

    def window(self, box: tuple[int, int, int, int]) -> npt.NDArray[Any]:
        """Read the labels of a box inside the map as they are now; no tile is kept for it."""
        left, top, right, bottom = box
        window = np.array(self._read(slice(top, bottom), slice(left, right)), self.dtype, order="C")
        for row in range(top // TILE, -(-bottom // TILE)):
            for column in range(left // TILE, -(-right // TILE)):
                tile = self._tiles.get((row, column))
                if tile is None:
                    continue
                rows, columns = self._slices(row, column)
                t, b = max(top, rows.start), min(bottom, rows.stop)
                l, r = max(left, columns.start), min(right, columns.stop)  # noqa: E741
                window[t - top : b - top, l - left : r - left] = tile[
                    t - rows.start : b - rows.start, l - columns.start : r - columns.start
                ]
        return window

    def write(self, row: int, column: int) -> None:
        """Write a tile back."""
        try:
            self._labels[self._slices(row, column)] = self._tiles[row, column]
        except (TypeError, ValueError) as error:
            raise MaskError(f"labels could not be written: {error}", parameter="labels") from error

    def drop(self) -> None:
        """Forget all tiles."""
        self._tiles.clear()
