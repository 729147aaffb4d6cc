"""The stateful editor of a label map."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from maskengine._backend import core
from maskengine.canvas._measures import Measures
from maskengine.canvas._shapes import Shapes
from maskengine.canvas._steps import Steps
from maskengine.canvas._strokes import Strokes
from maskengine.values._pictured import Pictured

if TYPE_CHECKING:
    from maskengine._thumbnail import Thumbnail


class Canvas(Measures, Strokes, Shapes, Steps, Pictured):
    """Edits a label map in place, event by event, and remembers what it did.

    Parameters
    ----------
    labels : numpy.ndarray, shape (H, W), or an object like one
        Any integer dtype, C or Fortran or strided, memory-mapped too; edited in place. The front
        end's own array. An object with ``shape``, ``dtype``, and windows to get and to set, such as
        an array of zarr, is read tile by tile, where it is touched, and written by :meth:`flush`.
    image : array_like (H, W) or (H, W, C), optional
        What fills and smart brushes look at, as :func:`flood` takes it; or an object like one, of
        which windows are read.
    history_bytes : int, default 64 MiB
        The most memory that steps to be undone or made again may take; the oldest are dropped.

    Raises
    ------
    MaskError
        If the labels cannot be written to.
    MaskTypeError
        If a dtype is not one of those above.
    ShapeMismatch
        If the labels are not (H, W), or the image is not of their size.

    Notes
    -----
    Each edit finds all that would change before it writes, so bad input and refusals leave the
    labels as they were. Its cost follows the pixels it touches, never the size of the label map.
    Calls from several threads take turns.

    Examples
    --------
    >>> import numpy as np
    >>> import maskengine as me
    >>> labels = np.zeros((5, 9), np.uint8)
    >>> canvas = me.Canvas(labels)
    >>> canvas.stroke([(2.5, 2.5), (5.5, 2.5)], 1, label=7)
    Edit(14 pixels in (1, 1, 7, 4))
    >>> canvas
    Canvas(5 x 9 uint8, 1 step to undo)
    >>> canvas.undo().box
    (1, 1, 7, 4)
    >>> int(labels.sum())
    0
    """

    def __repr__(self) -> str:
        height, width = self._size
        steps = core.canvas_steps(self._engine)
        return f"Canvas({height} x {width} {self._dtype}, {steps} step{'s' * (steps != 1)} to undo)"

    def _thumbnail(self) -> Thumbnail | None:
        from maskengine._thumbnail import of_labels  # noqa: PLC0415 - most programs never need it

        with self._lock:  # what lies in tiles elsewhere is not fetched for a picture
            return of_labels(self._source) if isinstance(self._source, np.ndarray) else None
