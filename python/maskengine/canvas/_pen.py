"""The brush of a stroke of a canvas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine.canvas._sources import ArrayImage
from maskengine.errors import MaskError
from maskengine.ops import _brush, _flooding

if TYPE_CHECKING:
    from maskengine._core import CanvasEdit, CanvasEngine, CanvasRules

    Start = tuple[int, int | None, CanvasRules]  # label, old label, rules
    Smart = tuple[Any, int, int, tuple[Any, ...], tuple[Any, ...], bool]


class Pen:
    """The brush of an open stroke, and what is known of it between events."""

    __slots__ = ("_angle", "_boxes", "_engine", "_kind", "_last", "_radii", "_windows", "plain")

    def __init__(self, engine: CanvasEngine, shape: Any, angle: Any) -> None:
        self._engine = engine
        self._angle = angle
        self._boxes: Any = None
        self._radii: tuple[float, ...] = ()  # of an ellipse, once they are known
        self._windows: ArrayImage | None = None  # where a smart brush looks
        self._last: npt.NDArray[Any] | None = None  # point and radius, for it
        if not isinstance(shape, str):
            if not (_arrays.is_real(angle) and angle == 0):
                raise MaskError("expected shape='ellipse' with it", parameter="angle")
            self._kind = _brush.BITMAP
            self._boxes = _brush.as_boxes(shape, "shape")
        else:
            _brush.check_shape(shape, angle)
            self._kind = _brush.SHAPES[shape]
            if shape == "ellipse":
                _brush.as_ellipse(np.ones(2), angle)
        self.plain = shape in {"disk", "square"} if isinstance(shape, str) else False

    def begin(self, start: Start, look: Any, tolerance: Any, mean: bool) -> None:
        smart: Smart | None = None
        if tolerance is not None:
            if look is None:
                raise MaskError(
                    "the canvas has no image: make it with me.Canvas(labels, image)",
                    parameter="tolerance",
                )
            deep = len(look.shape) == 3
            below, above = _flooding.as_sides(
                tolerance, look.shape[2] if deep else 1, real=look.dtype.kind == "f"
            )
            image = look
            if isinstance(look, ArrayImage):
                self._windows = look
                self.plain = False
                image = np.zeros((1, 1, *look.shape[2:]), look.dtype)
            smart = (image, 0, 0, below, above, mean)
        self._engine.begin(*start, self._kind, _brush.UNUSED, self._boxes, smart)

    def extend(self, points: Any, radius: Any) -> CanvasEdit:
        places = _arrays.as_rows(points, "points", 2)
        if self._kind == _brush.BITMAP:
            if radius is not None:
                raise MaskError("expected none with a bitmap", parameter="radius")
            radii = np.zeros(1)
        elif self._kind == _brush.SHAPES["ellipse"]:
            if radius is not None or not self._radii:
                self._set_ellipse(_brush.as_radii(radius))
            radii = np.zeros(1)
        else:
            radii = _brush.as_radii(radius)
        if self._windows is not None:
            self._look_at_way(self._windows, places, radii)
        edit = self._engine.extend(places, radii)
        if self._windows is not None and edit.complete and len(places):
            self._last = np.append(places[-1], radii[-1])
        return edit

    def _set_ellipse(self, radii: npt.NDArray[Any]) -> None:
        ellipse = _brush.as_ellipse(radii, self._angle)
        if not self._radii:
            self._engine.set_ellipse(ellipse)
            self._radii = ellipse[:2]
        elif ellipse[:2] != self._radii:
            raise MaskError(
                f"expected the ellipse of the stroke, {self._radii}, got {ellipse[:2]}",
                parameter="radius",
            )

    def _look_at_way(
        self, image: ArrayImage, places: npt.NDArray[Any], radii: npt.NDArray[Any]
    ) -> None:
        """Read the window of the image that the way goes over."""
        if len(places) == 0 or not np.isfinite(places).all() or not np.isfinite(radii).all():
            return
        reach = max(radii.max(), *self._radii, 0.5) if self._radii else max(radii.max(), 0.5)
        if self._boxes is not None:
            reach = np.abs(self._boxes).max(initial=0) / 2**16 + 1
        if self._last is not None:
            places = np.concatenate([places, self._last[np.newaxis, :2]])
            reach = max(reach, self._last[2])
        height, width = image.shape[:2]
        low = np.clip(np.floor(places.min(axis=0) - reach - 1), 0, (width, height))
        high = np.clip(np.ceil(places.max(axis=0) + reach + 1), 0, (width, height))
        (left, top), (right, bottom) = low.astype(int).tolist(), high.astype(int).tolist()
        self._engine.look_at(image.window((left, top, right, bottom)), left, top)
