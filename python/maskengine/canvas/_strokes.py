"""Strokes of a canvas: begin, extend, end."""

from __future__ import annotations

from typing import Any, Literal

from maskengine._arrays import as_flag, is_one_of
from maskengine.canvas._base import CanvasBase
from maskengine.canvas._pen import Pen
from maskengine.canvas.edit import Edit
from maskengine.canvas.rules import Rules, as_label
from maskengine.errors import MaskError, shown

Mode = Literal["paint", "erase", "replace"]


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
        tolerance: Any = None,
        reference: Literal["press", "mean"] = "press",
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
        tolerance : number, sequence of numbers or (lower, upper), optional
            Makes it a smart brush: of what it sweeps it takes only pixels of the image within
            this of the reference, as :func:`flood` compares, that are connected to its way.
        reference : {"press", "mean"}, default "press"
            What colours are compared with: the pixel of the first point, or the mean of what the
            stroke has taken so far.

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
            _require(
                is_one_of(mode, *_MODES),
                "'paint', 'erase' or 'replace'",
                mode,
                "mode",
            )
            _require(
                is_one_of(reference, *_REFERENCES),
                "'press' or 'mean'",
                reference,
                "reference",
            )
            if (old is None) == (mode == "replace"):
                raise MaskError("expected with mode='replace' alone, and there", parameter="old")
            old_bits = None if old is None else as_label(old, self._dtype, "old")
            bits = 0 if mode == "erase" else as_label(label, self._dtype)
            pen = Pen(self._engine, shape, angle)
            start = (bits, old_bits, self._rules(rules))
            pen.begin(start, self._look, tolerance, reference == "mean")
            self._pen = pen

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
                        try:
                            return self._note(self._engine.extend_to(x, y, radius))
                        except TypeError:
                            pass  # an integer beyond floats: refused below
            return self._note(pen.extend(points, radius))

    def end(self, fill_inside: bool = False) -> Edit:
        """Close the stroke: it becomes one step of the history.

        Parameters
        ----------
        fill_inside : bool, default False
            Whether to paint what the stroke encloses, too: pixels that it does not cover and from
            which no way over the four neighbours leads out of the image without crossing it.

        Returns
        -------
        Edit
            What the whole stroke changed. Not ``complete`` when ``max_area`` refused to fill.

        Raises
        ------
        MaskError
            If no stroke is open.

        Examples
        --------
        See :meth:`begin`.
        """
        with self._lock:
            inside = None
            fill = as_flag(fill_inside, "fill_inside")
            if not self._has_stroke():
                raise _not_open()
            if fill:
                inside = self._engine.fill_inside()
                self._note(inside)
            edit = Edit(self._engine.end(inside is None or inside.complete))
            self._pen = None
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
            if not self._has_stroke():
                raise _not_open()
            native = self._engine.cancel()
            self._pen = None
            return self._note(native)

    def stroke(
        self,
        points: Any,
        radius: Any = None,
        label: int = 1,
        mode: Mode = "paint",
        *,
        fill_inside: bool = False,
        **options: Any,
    ) -> Edit:
        """Draw a whole stroke: :meth:`begin`, :meth:`extend` and :meth:`end`.

        Parameters
        ----------
        points, radius
            As of :meth:`extend`.
        label, mode, **options
            As of :meth:`begin`.
        fill_inside
            As of :meth:`end`.

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
            fill = as_flag(fill_inside, "fill_inside")
            self._require_closed()  # so that one that is open below is this one
            try:
                self.begin(label, mode, **options)
                drawn = self.extend(points, radius)
                edit = self.end(fill)
            except BaseException:
                if self._has_stroke():
                    self.cancel()
                raise
            return edit if drawn.complete else drawn

    def smart_brush(
        self,
        points: Any,
        radius: Any,
        label: int,
        tolerance: Any,
        *,
        reference: Literal["press", "mean"] = "press",
        rules: Rules | None = None,
    ) -> Edit:
        """Draw a whole stroke that keeps to a colour of the image.

        Parameters
        ----------
        points, radius
            As of :meth:`extend`; the first point lies in the image.
        label, tolerance, reference, rules
            As of :meth:`begin`.

        Returns
        -------
        Edit

        Raises
        ------
        MaskError
            As those do; nothing is changed then.

        Notes
        -----
        Of each segment (and of the first point alone) the stroke takes the pixels of the swept
        disk that are within the tolerance, and connected over four neighbours like that to pixels
        that the segment touches, edges included. So it does not depend on how events cut the way.
        The mean is taken over all pixels taken so far, each once, and rounded half up for images of
        integers.

        Examples
        --------
        >>> import numpy as np
        >>> import maskengine as me
        >>> image = np.array([[10, 11, 50, 10, 10]], np.uint8)
        >>> labels = np.zeros((1, 5), np.uint8)
        >>> me.Canvas(labels, image).smart_brush([(0.5, 0.5)], 5, 3, tolerance=2).area
        2
        >>> labels
        array([[3, 3, 0, 0, 0]], dtype=uint8)
        """
        if tolerance is None:
            raise MaskError("expected a number, got None", parameter="tolerance")
        return self.stroke(
            points, radius, label, tolerance=tolerance, reference=reference, rules=rules
        )


_MODES = ("paint", "erase", "replace")
_REFERENCES = ("press", "mean")
_NUMBERS = {float, int}
_ROWS = {tuple, list}


def _require(good: bool, expected: str, got: Any, parameter: str) -> None:
    if not good:
        raise MaskError(f"expected {expected}, got {shown(got)}"[:200], parameter=parameter)


def _not_open() -> MaskError:
    return MaskError("no stroke is open: call begin() first")
