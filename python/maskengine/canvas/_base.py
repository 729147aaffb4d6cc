"""What all edits of a canvas share: the engine, which keeps the history, and the lock."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine._backend import core
from maskengine.canvas._sources import ArrayImage, LabelTiles, is_array_like
from maskengine.canvas.edit import Edit
from maskengine.canvas.rules import Rules, native_rules
from maskengine.errors import LimitExceeded, MaskError, MaskTypeError, ShapeMismatch
from maskengine.ops import _pixels

if TYPE_CHECKING:
    from maskengine._core import CanvasEdit, CanvasEngine, CanvasRules
    from maskengine.canvas._pen import Pen


class CanvasBase:
    """Labels, image and engine; every public method holds the lock while it works."""

    def __init__(self, labels: Any, image: Any = None, *, history_bytes: int = 64 * 2**20) -> None:
        self._labels = labels
        self._history_bytes = _arrays.as_count(history_bytes, "history_bytes", "a number of bytes")
        most = min(self._history_bytes, 2**63 - 1)
        self._source: npt.NDArray[Any] | LabelTiles
        self._engine: CanvasEngine
        if is_array_like(labels, "labels"):
            tiles = LabelTiles(labels)
            height, width = tiles.shape
            like = np.empty((1, 1), tiles.dtype)
            self._source = tiles
            self._engine = core.CanvasEngine.fetching(
                height, width, like, tiles.fetch, tiles.peek, most
            )
        else:
            self._engine = core.CanvasEngine.over(_check_labels(labels), most)
            self._source = labels.view(np.ndarray)  # whatever shape the caller gives it later
        self._dtype = self._source.dtype
        self._size: tuple[int, int] = (self._source.shape[0], self._source.shape[1])
        self._image = image
        self._look = _open_image(image, self._size)
        self._lock = threading.RLock()
        self._pen: Pen | None = None

    @property
    def labels(self) -> Any:
        """The label map that is edited, as it was handed in.

        One that is no array holds what was edited once :meth:`flush` has been called.
        """
        return self._labels

    @property
    def image(self) -> Any:
        """The image, as it was handed in, or None."""
        return self._image

    @property
    def size(self) -> tuple[int, int]:
        """Height and width, in pixels."""
        return self._size

    def read(self, box: tuple[int, int, int, int]) -> npt.NDArray[Any]:
        """Give a copy of the labels in a box, as they are now.

        Parameters
        ----------
        box : (int, int, int, int)
            Left, top, right and bottom, half-open; cut to the label map.

        Returns
        -------
        numpy.ndarray, shape (bottom - top, right - left)

        Raises
        ------
        MaskError
            If `box` is none.

        Examples
        --------
        >>> import numpy as np
        >>> import maskengine as me
        >>> canvas = me.Canvas(np.zeros((4, 6), np.uint8))
        >>> edit = canvas.stroke([(2.5, 2.5)], 1)
        >>> canvas.read(edit.box)
        array([[0, 1, 0],
               [1, 1, 1],
               [0, 1, 0]], dtype=uint8)
        """
        left, top, right, bottom = _pixels.as_box(box, "box")
        height, width = self._size
        left, right = max(left, 0), min(right, width)
        top, bottom = max(top, 0), min(bottom, height)
        right, bottom = max(left, right), max(top, bottom)
        with self._lock:
            if isinstance(self._source, np.ndarray):
                return self._source[top:bottom, left:right].copy()
            return self._source.window((left, top, right, bottom))

    def flush(self) -> None:
        """Write the tiles that were edited to labels that are no array, and let go of all tiles.

        Of an array nothing is to be written.

        Raises
        ------
        MaskError
            If a stroke is open, or the labels could not be written; what was not, is kept.

        Examples
        --------
        >>> import numpy as np
        >>> import maskengine as me
        >>> class Chunks:
        ...     shape, dtype = (2000, 3000), np.dtype(np.uint8)
        ...     def __init__(self):
        ...         self.stored = np.zeros(self.shape, self.dtype)
        ...     def __getitem__(self, key):
        ...         return self.stored[key]
        ...     def __setitem__(self, key, value):
        ...         self.stored[key] = value
        >>> chunks = Chunks()
        >>> canvas = me.Canvas(chunks)
        >>> canvas.stroke([(600, 800)], 3.0).area == (chunks.stored != 0).sum()
        np.False_
        >>> canvas.flush()
        >>> int((chunks.stored != 0).sum())
        32
        """
        with self._lock:
            self._require_closed()
            if isinstance(self._source, np.ndarray):
                return
            for row, column in self._engine.written_tiles():
                self._source.write(row, column)
            self._engine.forget_tiles()
            self._source.drop()

    def _rules(self, rules: Rules | None) -> CanvasRules:
        return native_rules(rules, self._engine, self._dtype, self._size)

    def _has_stroke(self) -> bool:
        """Say whether a stroke is open: none is that a signal's handler broke off as it closed."""
        if self._pen is not None and not self._engine.has_stroke:
            self._pen = None
        return self._pen is not None

    def _require_closed(self) -> None:
        if self._has_stroke():
            raise MaskError("a stroke is open: call end() or cancel() first")

    def _note(self, native: CanvasEdit) -> Edit:
        """Take notice of labels that have changed."""
        return Edit(native)


def _check_labels(labels: Any) -> npt.NDArray[Any]:
    if not isinstance(labels, np.ndarray):
        raise MaskTypeError(
            f"expected an array, or an object with shape, dtype, [] and []=, "
            f"got {type(labels).__name__}",
            parameter="labels",
        )
    if labels.ndim != 2:
        raise ShapeMismatch(f"expected shape (H, W), got {labels.shape}", parameter="labels")
    if labels.dtype.kind not in "ui" or not labels.dtype.isnative:
        raise MaskTypeError(
            f"expected integers in native byte order, got {labels.dtype}", parameter="labels"
        )
    if not labels.flags.writeable or not labels.flags.aligned:
        what = "that is not aligned" if labels.flags.writeable else "that is read-only"
        raise MaskError(
            f"expected an aligned array that can be written to, got one {what}", parameter="labels"
        )
    _arrays.check_apart(labels, "labels")
    if max(labels.shape) >= 2**31:
        raise LimitExceeded(f"expected sides below 2^31, got {labels.shape}", parameter="labels")
    return labels


def _open_image(image: Any, size: tuple[int, int]) -> npt.NDArray[Any] | ArrayImage | None:
    if image is None:
        return None
    if is_array_like(image, "image"):
        return ArrayImage(image, size)
    array = _pixels.as_image(image, "image")
    if array.shape[:2] != size:
        raise ShapeMismatch(
            f"expected an image of size {size}, got {array.shape}", parameter="image"
        )
    return array
