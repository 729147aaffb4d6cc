"""What all edits of a canvas share: the engine, the lock, the history."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import numpy as np

from maskengine._backend import core
from maskengine.canvas._history import History
from maskengine.canvas.edit import Edit
from maskengine.canvas.rules import Rules, native_rules
from maskengine.errors import MaskError, MaskTypeError, ShapeMismatch
from maskengine.ops import _pixels

if TYPE_CHECKING:
    from maskengine._core import CanvasEdit, CanvasEngine, CanvasRules
    from maskengine.canvas._strokes import Pen


class CanvasBase:
    """Labels, image and history; every public method holds the lock while it works."""

    def __init__(self, labels: Any, image: Any = None, *, history_bytes: int = 64 * 2**20) -> None:
        self._labels = labels
        self._engine: CanvasEngine
        self._dtype, self._size = self._open_labels(labels)
        self._image = _open_image(image, self._size)
        self._lock = threading.RLock()
        self._history = History(history_bytes)
        self._pen: Pen | None = None

    def _open_labels(self, labels: Any) -> tuple[np.dtype[Any], tuple[int, int]]:
        array = _check_labels(labels)
        self._engine = core.CanvasEngine(array)
        return array.dtype, (array.shape[0], array.shape[1])

    @property
    def labels(self) -> Any:
        """The label map that is edited, as it was handed in."""
        return self._labels

    @property
    def image(self) -> Any:
        """The image, as it was handed in, or None."""
        return self._image

    @property
    def size(self) -> tuple[int, int]:
        """Height and width, in pixels."""
        return self._size

    def _rules(self, rules: Rules | None) -> CanvasRules:
        return native_rules(rules, self._engine, self._dtype, self._size)

    def _require_closed(self) -> None:
        if self._pen is not None:
            raise MaskError("a stroke is open: call end() or cancel() first")

    def _note(self, native: CanvasEdit) -> Edit:
        """Take notice of labels that have changed."""
        return Edit(native)

    def _record(self, native: CanvasEdit) -> Edit:
        """Make a finished edit a step of the history."""
        edit = self._note(native)
        self._history.add(edit)
        return edit


def _check_labels(labels: Any) -> Any:
    if not isinstance(labels, np.ndarray):
        raise MaskTypeError(f"expected an array, got {type(labels).__name__}", parameter="labels")
    if labels.ndim != 2:
        raise ShapeMismatch(f"expected shape (H, W), got {labels.shape}", parameter="labels")
    if labels.dtype.kind not in "ui" or not labels.dtype.isnative:
        raise MaskTypeError(
            f"expected integers in native byte order, got {labels.dtype}", parameter="labels"
        )
    if not labels.flags.writeable or not labels.flags.aligned:
        raise MaskError("expected an aligned array that can be written to", parameter="labels")
    return labels


def _open_image(image: Any, size: tuple[int, int]) -> Any:
    if image is None:
        return None
    array = _pixels.as_image(image, "image")
    if array.shape[:2] != size:
        raise ShapeMismatch(
            f"expected an image of size {size}, got {array.shape}", parameter="image"
        )
    return array
