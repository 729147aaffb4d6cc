"""Polygons of fewer vertices, within a bound that is declared and checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

import maskengine as me
from maskengine.convert._fill import draw_polygons
from maskengine.errors import MaskError, MaskTypeError, shown
from maskengine.values import Masks, Polygons

_SLACK = 1.5  # pixels from the outline to the centre of a pixel that a rule draws by it, at most


@dataclass(frozen=True)
class Bound:
    """How much a polygon may differ from its mask.

    Parameters
    ----------
    name : {"max_distance", "min_iou"}
        What is bounded: pixels between the outlines, or the intersection over union of the pixels
        that the target's rule draws.
    value : float
        The bound.
    """

    name: str
    value: float

    @classmethod
    def parse(cls, text: str) -> Bound:
        """Read ``max-distance=1.5`` or ``min-iou=0.95``.

        Raises
        ------
        MaskError
            If it is neither, or the number is out of its range.
        """
        if not isinstance(text, str):
            raise MaskTypeError(
                f"expected a text, max-distance=X or min-iou=Y, got {shown(text)}",
                parameter="simplify",
            )
        word, _, number = text.partition("=")
        name = word.strip().replace("-", "_")
        try:
            value = float(number)
        except ValueError:
            value = float("nan")
        most = {"max_distance": 2.0**31, "min_iou": 1.0}.get(name, float("nan"))
        if not 0 <= value <= most:
            raise MaskError(
                "expected max-distance=X with X >= 0 pixels, or min-iou=Y with Y in [0, 1], "
                f"got {shown(text)}",
                parameter="simplify",
            )
        return cls(name, value)

    def __str__(self) -> str:
        return f"{self.name.replace('_', '-')}={self.value:g}"

    def simplified(self, polygons: Polygons) -> Polygons:
        """Leave out vertices; items, polygons and rings stay."""
        options: dict[str, Any] = {self.name: self.value}
        return me.simplify(polygons, **options)

    def beyond(
        self, ours: Masks, theirs: Masks, iou: npt.NDArray[np.float64]
    ) -> npt.NDArray[np.bool_]:
        """Say which masks of a target differ by more from those of the source.

        Outlines are told by pixels: each of one mask must have one of the other as near as the
        bound and a pixel and a half, since centres of pixels lie beside the outline.
        """
        if self.name == "min_iou":
            return np.asarray(iou < self.value)
        far = np.zeros(len(ours), bool)
        rows = np.flatnonzero(iou < 1)
        if rows.size:
            reach = self.value + _SLACK
            for one, other in ((ours[rows], theirs[rows]), (theirs[rows], ours[rows])):
                rest = me.difference(one, me.dilate(other, reach, "disk"))
                far[rows] |= np.asarray(me.area(rest)) > 0
        return far

    def holds(self, polygons: Polygons, masks: Masks, rule: str) -> npt.NDArray[np.bool_]:
        """Say which polygons keep to the bound as a rule draws them."""
        drawn = draw_polygons(polygons, masks.sizes, rule)
        iou = me.iou(drawn, masks, mode="pairs")
        iou[(me.area(drawn) == 0) & (me.area(masks) == 0)] = 1
        return ~self.beyond(masks, drawn, iou)


def chosen(first: Polygons, other: Polygons, is_first: npt.NDArray[np.bool_]) -> Polygons:
    """Take each item of one of two batches."""
    if is_first.all():
        return first
    rows = np.arange(len(is_first))
    return Polygons.concatenate([first, other])[np.where(is_first, rows, rows + len(rows))]


def has_holes(polygons: Polygons) -> npt.NDArray[np.bool_]:
    """Say which items have interiors."""
    rings = np.diff(polygons.polygon_offsets[polygons.item_offsets])
    return np.asarray(rings > np.diff(polygons.item_offsets))
