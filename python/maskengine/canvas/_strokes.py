"""Strokes of a canvas: begin, extend, end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from maskengine import _arrays
from maskengine.canvas._base import CanvasBase
from maskengine.canvas.edit import Edit
from maskengine.canvas.rules import Rules, as_label
from maskengine.errors import MaskError
from maskengine.ops import _brush

if TYPE_CHECKING:
    from maskengine._core import CanvasEngine, CanvasRules

    Start = tuple[int, int | None, CanvasRules]  # label, old label, rules

Mode = Literal["paint", "erase", "replace"]


class Pen:
    """The brush of an open stroke, and what is known of it between events."""

    __slots__ = ("_angle", "_engine", "_radii", "_start", "plain")

    def __init__(self, engine: CanvasEngine, start: Start, shape: Any, angle: Any) -> None:
        self._engine = engine
        self._start = start
        self._angle = angle
        self._radii: tuple[float, ...] | None = None
        self.plain = isinstance(shape, str) and shape != "ellipse"  # a disk or a square
        if not isinstance(shape, str):
            if angle != 0:
                raise MaskError("expected shape='ellipse' with it", parameter="angle")
            engine.begin(*start, _brush.BITMAP, _brush.UNUSED, _brush.as_boxes(shape, "shape"))
            return
        _brush.check_shape(shape, angle)
        if shape == "ellipse":
            ellipse = _brush.as_ellipse(np.ones(2), angle)
            engine.begin(*start, _brush.SHAPES[shape], ellipse, None)
            self._radii = ()
        else:
            engine.begin(*start, _brush.SHAPES[shape], _brush.UNUSED, None)

    def extend(self, points: Any, radius: Any) -> Any:
        places = _arrays.as_rows(points, "points", 2)
        if self.plain:
            return self._engine.extend(places, _brush.as_radii(radius))
        if self._radii is None:
            if radius is not None:
                raise MaskError("expected none with a bitmap", parameter="radius")
        elif radius is not None or not self._radii:
            self._set_ellipse(_brush.as_radii(radius))
        return self._engine.extend(places, np.zeros(1))

    def _set_ellipse(self, radii: Any) -> None:
        ellipse = _brush.as_ellipse(radii, self._angle)
        if not self._radii:
            self._engine.begin(*self._start, _brush.SHAPES["ellipse"], ellipse, None)
            self._radii = ellipse[:2]
        elif ellipse[:2] != self._radii:
            raise MaskError(
                f"expected the ellipse of the stroke, {self._radii}, got {ellipse[:2]}",
                parameter="radius",
            )


class Strokes(CanvasBase):
    """The part of a canvas that draws."""

    def begin(
        self,
        label: int = 1,
        mode: Mode = "paint",
        *,
        rules: Rules | None = None,
        shape: Any = "disk",
        angle: float = 0.0,
        old: int | None = None,
    ) -> None:
        """Open a stroke.

        Parameters
        ----------
        label : int, default 1
            What pixels get; not read when they are erased.
        mode : {"paint", "erase", "replace"}, default "paint"
            Pixels get `label`, or 0, or `label` where they have `old`.
        rules : Rules, optional
            Which pixels may change.
        shape : {"disk", "square", "ellipse"} or array_like (h, w), default "disk"
            Of the brush, as :func:`stroke` takes it; an array is a bitmap brush.
        angle : float, default 0
            Of an ellipse, in degrees.
        old : int, optional
            The label that ``mode="replace"`` changes.

        Raises
        ------
        MaskError
            If a stroke is open, a label does not fit the dtype of the map, or arguments do not go
            together.

        Examples
        --------
        >>> import numpy as np
        >>> import maskengine as me
        >>> canvas = me.Canvas(np.zeros((5, 9), np.uint8))
        >>> canvas.begin(3)
        >>> canvas.extend([(2.5, 2.5)], 1).box
        (1, 1, 4, 4)
        >>> canvas.extend([(5.5, 2.5)], 1).box
        (3, 1, 7, 4)
        >>> canvas.end()
        Edit(14 pixels in (1, 1, 7, 4))
        """
        with self._lock:
            self._require_closed()
            if not isinstance(mode, str) or mode not in {"paint", "erase", "replace"}:
                raise MaskError(
                    f"expected 'paint', 'erase' or 'replace', got {mode!r}"[:200], parameter="mode"
                )
            if (old is None) == (mode == "replace"):
                raise MaskError("expected with mode='replace' alone, and there", parameter="old")
            old_bits = None if old is None else as_label(old, self._dtype, "old")
            bits = 0 if mode == "erase" else as_label(label, self._dtype)
            self._pen = Pen(self._engine, (bits, old_bits, self._rules(rules)), shape, angle)

    def extend(self, points: Any, radius: Any = None) -> Edit:
        """Draw on, from where the stroke is to further points.

        Parameters
        ----------
        points : array_like, shape (n, 2) or (2,)
            Positions (x, y) of the centre of the brush, in pixels, as :func:`stroke` takes them.
            Only those that are new.
        radius : float, or array_like of float (n,), or (float, float) for an ellipse
            In pixels; it changes evenly from point to point, the last one of the event before
            included. None for a bitmap.

        Returns
        -------
        Edit
            What this event changed. Pixels change at most once in a stroke.

        Raises
        ------
        MaskError
            If no stroke is open, or a point or radius is none. Nothing is changed then, and the
            stroke stays open.

        Examples
        --------
        See :meth:`begin`.
        """
        with self._lock:
            pen = self._pen
            if pen is None:
                raise _not_open()
            if pen.plain and type(radius) in _NUMBERS:
                point = points
                if type(points) in _ROWS and len(points) == 1:
                    point = points[0]
                if type(point) in _ROWS and len(point) == 2:
                    x, y = point
                    if type(x) in _NUMBERS and type(y) in _NUMBERS:
                        return self._note(self._engine.extend_to(x, y, radius))
            return self._note(pen.extend(points, radius))

    def end(self) -> Edit:
        """Close the stroke: it becomes one step of the history.

        Returns
        -------
        Edit
            What the whole stroke changed.

        Raises
        ------
        MaskError
            If no stroke is open.

        Examples
        --------
        See :meth:`begin`.
        """
        with self._lock:
            if self._pen is None:
                raise _not_open()
            edit = Edit(self._engine.end())
            self._pen = None
            self._history.add(edit)
            return edit

    def cancel(self) -> Edit:
        """Take the open stroke back, and close it.

        Returns
        -------
        Edit
            What changed by taking it back.

        Raises
        ------
        MaskError
            If no stroke is open, or the labels have since been changed from outside.

        Examples
        --------
        >>> import numpy as np
        >>> import maskengine as me
        >>> canvas = me.Canvas(np.zeros((5, 9), np.uint8))
        >>> canvas.begin(3)
        >>> canvas.extend([(2.5, 2.5)], 1).area
        5
        >>> canvas.cancel().lost
        {3: 5}
        """
        with self._lock:
            if self._pen is None:
                raise _not_open()
            native = self._engine.cancel()
            self._pen = None
            return self._note(native)

    def stroke(
        self, points: Any, radius: Any = None, label: int = 1, mode: Mode = "paint", **options: Any
    ) -> Edit:
        """Draw a whole stroke: :meth:`begin`, :meth:`extend` and :meth:`end`.

        Parameters
        ----------
        points, radius
            As of :meth:`extend`.
        label, mode, **options
            As of :meth:`begin`.

        Returns
        -------
        Edit

        Raises
        ------
        MaskError
            As those do; nothing is changed then.

        Examples
        --------
        >>> import numpy as np
        >>> import maskengine as me
        >>> me.Canvas(np.zeros((5, 9), np.uint8)).stroke([(2.5, 2.5), (5.5, 2.5)], 1).area
        14
        """
        with self._lock:
            self.begin(label, mode, **options)
            try:
                drawn = self.extend(points, radius)
            except BaseException:
                self._engine.cancel()
                self._pen = None
                raise
            edit = self.end()
            return edit if drawn.complete else drawn


_NUMBERS = {float, int}
_ROWS = {tuple, list}


def _not_open() -> MaskError:
    return MaskError("no stroke is open: call begin() first")
