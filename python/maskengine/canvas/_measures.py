"""What a canvas knows of its labels: areas, boxes and components, kept up to date."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine._backend import core
from maskengine.canvas._base import CanvasBase
from maskengine.canvas.edit import Edit
from maskengine.canvas.rules import as_label

if TYPE_CHECKING:
    from maskengine._core import CanvasComponents, CanvasEdit


@dataclass(frozen=True, eq=False)
class Components:
    """The K components of one label, in columns; in raster order of their first pixels.

    Parameters
    ----------
    area : numpy.ndarray
        int64 (K,): pixels.
    bbox : numpy.ndarray
        int64 (K, 4): left, top, width, height, in pixels.
    centroid : numpy.ndarray
        float64 (K, 2): mean of the pixel centres, x and y.
    first_pixel : numpy.ndarray
        int64 (K, 2): x and y of the first pixel in raster order.
    touches_border : numpy.ndarray
        bool (K,): whether a pixel lies in the first or last row or column of the label map.

    Notes
    -----
    The columns are those of :class:`ComponentStats`.

    Examples
    --------
    >>> import numpy as np
    >>> import maskengine as me
    >>> len(me.Canvas(np.array([[1, 0, 1]], np.uint8)).components(1))
    2
    """

    area: npt.NDArray[np.int64]
    bbox: npt.NDArray[np.int64]
    centroid: npt.NDArray[np.float64]
    first_pixel: npt.NDArray[np.int64]
    touches_border: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        """Give the number of components."""
        return len(self.area)


class Measures(CanvasBase):
    """The part of a canvas that counts."""

    def __init__(self, labels: Any, image: Any = None, *, history_bytes: int = 64 * 2**20) -> None:
        super().__init__(labels, image, history_bytes=history_bytes)
        self._areas: dict[int, int] | None = None
        self._measured = 0  # as of which write of the engine
        self._tracked: dict[tuple[int, bool], CanvasComponents] = {}

    def _note(self, native: CanvasEdit) -> Edit:
        if native.area and (self._areas is not None or self._tracked):
            writes = core.canvas_writes(self._engine)
            if writes == self._measured + 1:
                self._add(native)
                self._measured = writes  # last: what a signal's handler broke off is not trusted
            else:
                self._forget_stale()
        return Edit(native)

    def _add(self, native: CanvasEdit) -> None:
        if self._areas is not None:
            areas = self._areas
            gained, lost = native.counts()
            for label, pixels in gained.items():
                areas[label] = areas.get(label, 0) + pixels
            for label, pixels in lost.items():
                left = areas.get(label, 0) - pixels
                if left > 0:
                    areas[label] = left
                else:
                    areas.pop(label, None)
        for components in list(self._tracked.values()):
            components.note(native)

    def _forget_stale(self) -> None:
        """Forget what was measured before an edit of which no notice was taken."""
        writes = core.canvas_writes(self._engine)
        if writes != self._measured:
            self._areas = None
            self._tracked.clear()
            self._measured = writes

    @property
    def areas(self) -> dict[int, int]:
        """Pixels of each label that has any, 0 included.

        Counted over the whole label map when first asked for, and then kept up to date by what
        edits gain and lose. Changes from outside are not seen.
        """
        with self._lock:
            self._forget_stale()
            areas = self._areas
            if areas is None:
                areas = self._areas = core.canvas_areas(self._engine)
            return dict(sorted(areas.items()))

    def box(self, label: int) -> tuple[int, int, int, int]:
        """Give the box around all pixels of a label.

        Parameters
        ----------
        label : int

        Returns
        -------
        (int, int, int, int)
            Left, top, right and bottom, half-open; zeros when there are none.

        Raises
        ------
        MaskError
            If `label` does not fit the dtype of the map.

        Notes
        -----
        As :meth:`components`.

        Examples
        --------
        >>> import numpy as np
        >>> import maskengine as me
        >>> canvas = me.Canvas(np.zeros((5, 9), np.uint8))
        >>> _ = canvas.stroke([(2.5, 2.5), (5.5, 2.5)], 1, label=7)
        >>> canvas.box(7)
        (1, 1, 7, 4)
        """
        with self._lock:
            left, top, right, bottom = self._components(label, diagonal=True).box()
            return left, top, right, bottom

    def components(self, label: int, connectivity: Literal[4, 8] = 8) -> Components:
        """Measure the connected components of a label.

        Parameters
        ----------
        label : int
        connectivity : {4, 8}, default 8

        Returns
        -------
        Components

        Raises
        ------
        MaskError
            If `label` does not fit the dtype of the map, or there is no such connectivity.

        Notes
        -----
        The whole label map is read when a label is first asked for. After that, only tiles of
        256 x 256 pixels in which pixels got or lost the label are read again; components of tiles
        are joined along their borders, without reading pixels. Changes from outside are not seen.

        Examples
        --------
        >>> import numpy as np
        >>> import maskengine as me
        >>> canvas = me.Canvas(np.array([[1, 1, 0, 1]], np.uint8))
        >>> canvas.components(1).area
        array([2, 1])
        >>> _ = canvas.stroke([(2.5, 0.5)], 0)
        >>> canvas.components(1).area
        array([4])
        """
        eight = _arrays.is_eight(connectivity)
        with self._lock:
            area, box, sums, first = self._components(label, diagonal=eight).columns()
        left, top, right, bottom = box.T
        height, width = self._size
        border = (left == 0) | (top == 0) | (right == width) | (bottom == height)
        sides = np.stack([left, top, right - left, bottom - top], axis=1)
        centroid = (2 * sums + area[:, np.newaxis]) / (2 * area[:, np.newaxis])  # rounded once
        return Components(area, sides, centroid, first, border)

    def _components(self, label: int, *, diagonal: bool) -> CanvasComponents:
        bits = as_label(label, self._dtype)
        self._forget_stale()
        components = self._tracked.get((bits, diagonal))
        if components is None:
            components = core.CanvasComponents.make(self._engine, bits, diagonal)
            self._tracked[bits, diagonal] = components
        return components
