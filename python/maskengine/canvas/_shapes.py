"""Edits of a canvas that are done in one call: fill, polygon, paste, erase, replace."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from maskengine import _arrays
from maskengine._listing import NOT_READ, dimensions, each, held
from maskengine.canvas._base import CanvasBase
from maskengine.canvas._sources import ArrayImage, LabelTiles
from maskengine.canvas.edit import Edit
from maskengine.canvas.rules import Rules, as_label, as_labels
from maskengine.errors import MaskError, MaskTypeError, ShapeMismatch, shown
from maskengine.ops import _flooding, _pixels
from maskengine.ops.crop import crop
from maskengine.ops.encode import encode
from maskengine.ops.rasterize import rasterize
from maskengine.values import Masks, Polygons, runs_of

if TYPE_CHECKING:
    from maskengine._core import CanvasEdit, CanvasRules

_WINDOW = 512  # pixels around a seed that are looked at first, where an image comes by windows


class Shapes(CanvasBase):
    """The part of a canvas that paints whole shapes."""

    def fill(
        self,
        seed: Any,
        label: int,
        tolerance: Any = 0,
        mode: Literal["fixed", "floating"] = "fixed",
        connectivity: Literal[4, 8] = 4,
        *,
        on: Literal["image", "labels"] = "image",
        barrier: Any = None,
        rules: Rules | None = None,
    ) -> Edit:
        """Paint what can be reached from seeds, as :func:`flood` fills.

        Parameters
        ----------
        seed : (int, int) or array_like of int, shape (n, 2)
            Pixels (x, y) to start from.
        label : int
            What the pixels get.
        tolerance, mode, connectivity, barrier
            As of :func:`flood`.
        on : {"image", "labels"}, default "image"
            What is flooded: the image of the canvas, or the label map itself.
        rules : Rules, optional
            Which pixels may change; the flood goes through the others.

        Returns
        -------
        Edit

        Raises
        ------
        MaskError
            As :func:`flood`; if there is no image, or `label` does not fit the dtype of the map.
            Nothing is changed then.

        Examples
        --------
        >>> import numpy as np
        >>> import maskengine as me
        >>> image = np.array([[1, 1, 5], [9, 2, 1], [9, 9, 1]], np.uint8)
        >>> canvas = me.Canvas(np.zeros((3, 3), np.uint8), image)
        >>> canvas.fill((0, 0), 7, tolerance=1).area
        5
        >>> canvas.fill((2, 0), 8, on="labels").area
        1
        """
        with self._lock:
            self._require_closed()
            if not _arrays.is_one_of(on, "image", "labels"):
                raise MaskError(
                    f"expected 'image' or 'labels', got {shown(on)}"[:200], parameter="on"
                )
            source = self._look if on == "image" else self._source
            if source is None:
                raise MaskError(
                    "the canvas has no image: make it with me.Canvas(labels, image), or fill with "
                    "on='labels'",
                    parameter="on",
                )
            deep = len(source.shape) == 3
            below, above = _flooding.as_sides(
                tolerance, source.shape[2] if deep else 1, real=source.dtype.kind == "f"
            )
            settings = (
                below,
                above,
                _flooding.is_floating(mode),
                _arrays.is_eight(connectivity),
            )
            bits = as_label(label, self._dtype)
            places = _pixels.as_pixels(seed, "seed", self._size)
            native_rules = self._rules(rules)
            if isinstance(source, np.ndarray):
                blocked, values = _flooding.as_barrier(barrier, source)
                native = self._engine.fill(
                    source, 0, 0, None, places, *settings, blocked, values, bits, native_rules
                )
            else:
                native = self._fill_by_windows(
                    source, places, settings, barrier, (bits, native_rules)
                )
            return self._note(native)

    def _fill_by_windows(
        self,
        source: ArrayImage | LabelTiles,
        places: Any,
        settings: tuple[tuple[Any, ...], tuple[Any, ...], bool, bool],
        barrier: Any,
        last: tuple[int, CanvasRules],
    ) -> CanvasEdit:
        """Flood windows of a source, each twice as wide, until one holds the whole flood."""
        height, width = self._size
        seeds = np.array(places, np.int64).reshape(-1, 2)
        if len(seeds) == 0:
            seeds = np.zeros((0, 2), np.int64)
        low = seeds.min(axis=0, initial=2**31).tolist()
        high = seeds.max(axis=0, initial=0).tolist()
        around = _WINDOW
        while True:
            left, top = (
                max(0, min(at, side) - around)
                for at, side in zip(low, (width, height), strict=True)
            )
            right, bottom = min(width, high[0] + around), min(height, high[1] + around)
            window = source.window((left, top, right, bottom))
            blocked, values = _flooding.as_barrier(
                _cut(barrier, (left, top, right, bottom), self._size), window
            )
            inner = (
                0 if left == 0 else 1,
                0 if top == 0 else 1,
                right - left - (right < width),
                bottom - top - (bottom < height),
            )
            native: CanvasEdit | None = self._engine.fill(
                window, left, top, inner, seeds - (left, top), *settings, blocked, values, *last
            )
            if native is not None:
                return native
            around *= 2

    def polygon(
        self,
        polygon: Any,
        label: int,
        *,
        rule: str = "exact",
        fill: str = "even-odd",
        rules: Rules | None = None,
    ) -> Edit:
        """Paint a polygon.

        Parameters
        ----------
        polygon : Polygons, array_like (N, 2), or list of array_like (N, 2)
            Vertices (x, y) of one ring, or rings that are filled together, so that holes are
            holes. Of a batch, the union.
        label : int
            What the pixels get.
        rule, fill
            Which pixels belong to it, as of :func:`rasterize`.
        rules : Rules, optional
            Which pixels may change.

        Returns
        -------
        Edit

        Raises
        ------
        BadPolygon
            If a coordinate is NaN or infinite, or a ring has fewer than 3 vertices.
        MaskError
            If there is no such rule, or `label` does not fit the dtype of the map.

        Examples
        --------
        >>> import numpy as np
        >>> import maskengine as me
        >>> canvas = me.Canvas(np.zeros((4, 6), np.uint8))
        >>> canvas.polygon([(1, 1), (5, 1), (5, 3), (1, 3)], 7).box
        (1, 1, 5, 3)
        """
        with self._lock:
            self._require_closed()
            bits = as_label(label, self._dtype)
            masks = self._filled(_as_polygons(polygon), rule, fill)
            return self._paste(masks, [bits] * len(masks), range(len(masks)), (0, 0), rules)

    def _filled(self, polygons: Polygons, rule: Any = "exact", fill: Any = "even-odd") -> Masks:
        if isinstance(rule, str) and rule == "coverage":
            raise MaskError("expected a rule that gives masks", parameter="rule")
        return rasterize(polygons, self._size, rule, fill)

    def paste(
        self,
        masks: Any,
        labels: Any = 1,
        z: Any = None,
        *,
        offset: tuple[int, int] = (0, 0),
        rules: Rules | None = None,
    ) -> Edit:
        """Paint masks, each with its label.

        Parameters
        ----------
        masks : Masks, or array_like (H, W) or (N, H, W) of bool or int
            Of any size; what falls outside of the canvas is cut off.
        labels : int or sequence of int (N,), default 1
            What the pixels of each mask get.
        z : sequence of int (N,), optional
            Where masks overlap, the larger z is on top; of equal ones, and without, the later.
        offset : (int, int), default (0, 0)
            (x, y) of the first pixel of the masks on the canvas.
        rules : Rules, optional
            Which pixels may change. A pixel gets the label of the topmost mask, or stays.

        Returns
        -------
        Edit

        Raises
        ------
        MaskError
            If a label does not fit the dtype of the map, or there are not as many as masks.

        Examples
        --------
        >>> import numpy as np
        >>> import maskengine as me
        >>> labels = np.zeros((1, 6), np.uint8)
        >>> masks = np.array([[[1, 1, 0]], [[0, 1, 1]]], bool)
        >>> me.Canvas(labels).paste(masks, [4, 9], z=[1, 0], offset=(2, 0)).gained
        {4: 2, 9: 1}
        >>> labels
        array([[0, 0, 4, 4, 9, 0]], dtype=uint8)
        """
        with self._lock:
            self._require_closed()
            batch = _as_batch(masks, "masks")
            n = len(batch)
            bits = as_labels(labels, n, self._dtype)
            return self._paste(batch, bits, _order(z, n)[::-1], _as_offset(offset), rules)

    def _paste(
        self,
        masks: Masks,
        bits: list[int],
        order: Sequence[int],
        offset: tuple[int, int],
        rules: Rules | None,
    ) -> Edit:
        native = self._engine.paste(
            runs_of(masks), list(order), bits, offset[0], offset[1], self._rules(rules)
        )
        return self._note(native)

    def erase(self, what: Any, *, rules: Rules | None = None) -> Edit:
        """Give pixels the label 0.

        Parameters
        ----------
        what : Masks, array (H, W) or (N, H, W) of bool, or a polygon
            Masks of the size of the canvas, of which the union counts, or what :meth:`polygon`
            takes.
        rules : Rules, optional
            Which pixels may change.

        Returns
        -------
        Edit

        Raises
        ------
        ShapeMismatch
            If masks have another size.
        MaskError
            As :meth:`polygon`.

        Examples
        --------
        >>> import numpy as np
        >>> import maskengine as me
        >>> labels = np.array([[1, 2, 3]], np.uint8)
        >>> me.Canvas(labels).erase(np.array([[True, True, False]])).lost
        {1: 1, 2: 1}
        """
        with self._lock:
            self._require_closed()
            masks = what
            if isinstance(what, np.ndarray) and what.dtype == bool:
                masks = _as_batch(what, "what")
            if isinstance(masks, Masks):
                if any(tuple(size) != self._size for size in masks.sizes.tolist()):
                    raise ShapeMismatch(
                        f"expected masks of size {self._size}, got {shown(masks)}", parameter="what"
                    )
            else:
                masks = self._filled(_as_polygons(what))
            return self._paste(masks, [0] * len(masks), range(len(masks)), (0, 0), rules)

    def replace(self, old: int, new: int, *, rules: Rules | None = None) -> Edit:
        """Give all pixels of one label another one; the whole label map is read.

        Parameters
        ----------
        old, new : int
            Labels.
        rules : Rules, optional
            Which pixels may change; a box as ``region`` bounds what is read.

        Returns
        -------
        Edit

        Raises
        ------
        MaskError
            If a label does not fit the dtype of the map.

        Examples
        --------
        >>> import numpy as np
        >>> import maskengine as me
        >>> labels = np.array([[1, 2, 1]], np.uint8)
        >>> me.Canvas(labels).replace(1, 5).gained
        {5: 2}
        """
        with self._lock:
            self._require_closed()
            bits = as_label(new, self._dtype, "new"), as_label(old, self._dtype, "old")
            return self._note(self._engine.paint_everywhere(*bits, self._rules(rules)))


def _cut(barrier: Any, box: tuple[int, int, int, int], size: tuple[int, int]) -> Any:
    """Give the window of a barrier; values stay as they are."""
    if isinstance(barrier, Masks) or dimensions(barrier, "barrier") >= 2:
        mask = _pixels.as_mask(barrier, "barrier", size)
        left, top, right, bottom = box
        if isinstance(barrier, Masks):
            return crop(barrier, box)
        return mask[top:bottom, left:right]
    return barrier


def _as_batch(masks: Any, name: str) -> Masks:
    return masks if isinstance(masks, Masks) else encode(_arrays.as_masks(masks, name))


def _as_polygons(polygon: Any) -> Polygons:
    """Check a batch of polygons, one ring, or rings of one polygon."""
    if isinstance(polygon, Polygons):
        return polygon
    polygon = held(polygon)
    if isinstance(polygon, (str, bytes, Masks)) or not hasattr(polygon, "__len__"):
        raise MaskTypeError(f"expected polygons, got {type(polygon).__name__}", parameter="polygon")
    rings = list(each(polygon, "polygon")) if _is_rings(polygon) else [polygon]
    rings = [_arrays.as_rows(ring, "polygon", 2) for ring in rings]
    offsets = np.cumsum([0, *(len(ring) for ring in rings)])
    return Polygons(np.concatenate(rings), offsets, [0, len(rings)])


def _is_rings(polygon: Any) -> bool:
    if not isinstance(polygon, (list, tuple)):
        return False
    try:
        return len(polygon) > 0 and np.asarray(polygon[0]).ndim == 2
    except NOT_READ:  # rows of different lengths, which are no ring
        return True


def _as_offset(offset: Any) -> tuple[int, int]:
    pair = _arrays.as_int64(offset, "offset", (2,)).tolist()
    if any(abs(side) > 2**40 for side in pair):
        raise MaskError(f"expected an offset below 2^40, got {shown(offset)}", parameter="offset")
    return pair[0], pair[1]


def _order(z: Any, n: int) -> list[int]:
    """Give masks from the lowest to the topmost."""
    if z is None:
        return list(range(n))
    array = _arrays.as_int64(z, "z", (n,)) if n else np.zeros(0, np.int64)
    listed: list[int] = np.argsort(array, kind="stable").tolist()
    return listed
