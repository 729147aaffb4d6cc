"""How far polygons are from the masks, or outlines, that they stand for."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine._listing import NOT_READ
from maskengine.errors import MaskError, MaskTypeError, ShapeMismatch, shown
from maskengine.ops._pairs import as_spacing
from maskengine.ops.area import area
from maskengine.ops.check_polygons import check_polygons
from maskengine.ops.encode import encode
from maskengine.ops.iou import iou
from maskengine.ops.polygonize import polygonize
from maskengine.ops.rasterize import rasterize
from maskengine.quality._status import Status, statuses
from maskengine.values import Masks, Polygons


@dataclass(frozen=True, eq=False)
class Deviation:
    """What :func:`deviation` found, of each of N items.

    Parameters
    ----------
    max, p95, mean : numpy.ndarray
        float64 (N,): the largest distance of a point of either outline from the nearest of the
        other, the one that 95 % of their length is within, and the mean over their length; in the
        unit of the spacing. Infinite where one side is empty, 0 where both are.
    area_ratio : numpy.ndarray
        float64 (N,): area of the polygons over that of the reference; infinite where that has none,
        NaN where neither has.
    iou : numpy.ndarray
        float64 (N,): intersection over union of the pixels, by the exact rule; 1 where neither side
        has any, NaN where the reference is :class:`Polygons`.
    status : tuple of str
        Of each item: ``"ok"``; ``"both_empty"``, ``"ref_empty"`` or ``"pred_empty"`` (no polygons).

    Examples
    --------
    >>> import maskengine as me
    >>> from maskengine.quality import deviation
    >>> drawn, wanted = me.Polygons.from_boxes([[0, 0, 4, 4], [0, 0, 4, 6]])
    >>> found = deviation(drawn, wanted)
    >>> found.max, found.within(1.5)
    (array([2.]), array([False]))
    """

    max: npt.NDArray[np.float64]
    p95: npt.NDArray[np.float64]
    mean: npt.NDArray[np.float64]
    area_ratio: npt.NDArray[np.float64]
    iou: npt.NDArray[np.float64]
    status: tuple[Status, ...]

    def within(self, tolerance: float) -> npt.NDArray[np.bool_]:
        """Say of each item whether no point is farther than `tolerance`, bool (N,).

        Parameters
        ----------
        tolerance : float
            In the unit of the spacing.

        Returns
        -------
        numpy.ndarray

        Raises
        ------
        MaskError
            If `tolerance` is no number of 0 or more.

        Examples
        --------
        >>> import maskengine as me
        >>> from maskengine.quality import deviation
        >>> box = me.Polygons.from_boxes([0, 0, 4, 4])
        >>> deviation(box, me.rasterize(box, (4, 4))).within(0)
        array([ True])
        """
        limit = as_tolerance(tolerance)
        return self.max <= limit


def as_tolerance(value: Any, name: str = "tolerance") -> float:
    """Check a distance."""
    try:
        number = math.nan if isinstance(value, bool) else _arrays.as_float(value)
    except NOT_READ:
        number = math.nan
    if not number >= 0:
        raise MaskError(f"expected a number of 0 or more, got {shown(value)}"[:300], parameter=name)
    return number


def deviation(
    polygons: Polygons,
    reference: Any,
    *,
    spacing: float | tuple[float, float] = (1, 1),
    step: float = 0.25,
) -> Deviation:
    """Measure how far polygons are from the masks that they stand for.

    Parameters
    ----------
    polygons : Polygons
        A batch of N items, in pixels.
    reference : Masks, array_like or Polygons
        N masks, whose outlines run along the pixel edges; or N outlines, as those of a drawing.
    spacing : float or (float, float), default (1, 1)
        From one row of pixels to the next and from one column to the next, as in millimetres.
    step : float, default 0.25
        Between the points along either outline that are measured, at most, in pixels of the smaller
        spacing: the largest distance may be found too small by half of it.

    Returns
    -------
    Deviation

    Raises
    ------
    MaskTypeError
        If `polygons` is not a :class:`Polygons`, or the reference neither masks nor polygons.
    ShapeMismatch
        If there are not N masks or outlines.
    MaskError
        If `spacing` or `step` is not above 0.
    LimitExceeded
        If an item's outlines are longer than 2^24 steps.

    Notes
    -----
    The outline of a mask turns at pixel edges: that of a slanted line is up to 0.71 pixels from the
    line. A tolerance should leave room for this, or the reference should be finer than it.

    Examples
    --------
    >>> import numpy as np
    >>> import maskengine as me
    >>> from maskengine.quality import deviation
    >>> mask = np.zeros((8, 8), bool)
    >>> mask[2:6, 2:6] = True
    >>> deviation(me.Polygons.from_boxes([2, 2, 4, 5]), mask, spacing=0.5).max
    array([0.5])
    """
    if not isinstance(polygons, Polygons):
        raise MaskTypeError(
            f"expected Polygons, got {type(polygons).__name__}", parameter="polygons"
        )
    y, x = as_spacing(spacing)
    masks = None if isinstance(reference, Polygons) else _as_masks(reference)
    if len(reference if masks is None else masks) != len(polygons):
        n = len(reference if masks is None else masks)
        raise ShapeMismatch(
            f"expected {len(polygons)} items, got {shown(n)}", parameter="reference"
        )
    outlines = reference if masks is None else polygonize(masks)
    if masks is None:
        wanted = enclosed(outlines)
        overlap = np.full(len(polygons), np.nan)
    else:
        wanted = area(masks).astype(np.float64)
        overlap = _overlap(polygons, masks)
    least = min(y, x)
    checks = check_polygons(_scaled(polygons, y / least, x / least), max_crossings=0)
    found = least * checks.deviation(_scaled(outlines, y / least, x / least), step=step)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = enclosed(polygons) / wanted
    status = statuses(_rings(outlines) > 0, _rings(polygons) > 0)
    return Deviation(found[:, 0], found[:, 1], found[:, 2], ratio, overlap, status)


def enclosed(polygons: Polygons) -> npt.NDArray[np.float64]:
    """Give the area of each item: exteriors less holes, whichever way they run."""
    checks = check_polygons(polygons, max_crossings=0)
    _, (_, parts, items) = polygons.to_ragged()
    inside = -np.abs(checks.area)
    exteriors = parts[:-1][np.diff(parts) > 0]
    inside[exteriors] *= -1
    return np.bincount(checks.item, inside, minlength=len(items) - 1).astype(np.float64)


def _as_masks(reference: Any) -> Masks:
    if isinstance(reference, Masks):
        return reference
    return encode(_arrays.as_masks(reference, "reference"))


def _overlap(polygons: Polygons, masks: Masks) -> npt.NDArray[np.float64]:
    drawn = rasterize(polygons, masks.sizes)
    shared = iou(drawn, masks, mode="pairs")
    return np.where(area(drawn) + area(masks) == 0, 1.0, shared)


def _rings(polygons: Polygons) -> npt.NDArray[np.int64]:
    _, (_, parts, items) = polygons.to_ragged()
    return np.diff(parts[items])


def _scaled(polygons: Polygons, y: float, x: float) -> Polygons:
    if (y, x) == (1, 1):
        return polygons
    coords, (rings, parts, items) = polygons.to_ragged()
    return Polygons(coords * (x, y), rings, parts, items)
