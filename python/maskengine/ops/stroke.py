"""Brush strokes."""

from __future__ import annotations

from functools import partial
from typing import Any, Literal

import numpy as np

from maskengine import _arrays
from maskengine._backend import core
from maskengine._device import named
from maskengine.errors import MaskError
from maskengine.ops import _brush
from maskengine.values import DeviceRuns, Masks, wrap


def stroke(
    points: Any,
    radius: Any = None,
    size: Any = None,
    shape: Literal["disk", "square", "ellipse"] = "disk",
    *,
    angle: float = 0.0,
    brush: Any = None,
    device: str = "cpu",
) -> Masks:
    """Give the pixels that a brush covers as it moves along a line of points.

    Parameters
    ----------
    points : array_like, shape (n, 2)
        Positions (x, y) of the centre of the brush, in pixels; pixel (x, y) has its centre at
        (x + 0.5, y + 0.5). One point is a dab, none an empty mask. They may lie outside.
    radius : float, array_like of float (n,), or (float, float) for an ellipse
        In pixels, 0 or more. For a disk or square one for all points, or one for each: it then
        changes evenly from point to point, as a pen does with pressure. Half the side of a square.
        An ellipse has two, both above 0, for the whole stroke. Not given with `brush`.
    size : (int, int)
        Height and width of the mask.
    shape : {"disk", "square", "ellipse"}, default "disk"
        Of the brush.
    angle : float, default 0
        Of an ellipse, in degrees: from the x axis to its first radius, towards the y axis.
    brush : array_like (h, w) of bool or int, optional
        A bitmap in place of `shape`: its nonzero pixels are moved, the centre of the array on the
        points.
    device : str, default "cpu"
        ``"cuda"`` or ``"cuda:1"``: drawn on that device, where the mask stays.

    Returns
    -------
    Masks
        One mask, the union over all segments; its box is ``bbox(masks, "xyxy")``.

    Raises
    ------
    MaskError
        If a point or radius is NaN or infinite, or a radius negative, naming the point; if there is
        no such `shape`, or two arguments do not go together.
    MaskTypeError
        If an argument is none of what is expected.
    ShapeMismatch
        If there is neither one radius nor one per point, or `points` is not (n, 2).
    LimitExceeded
        If a coordinate or radius is beyond 2^31 pixels.

    Notes
    -----
    A pixel is covered when its centre is within the shape swept along a segment, edges included:
    for a disk, when some t in [0, 1] has the centre within r(t) of p(t), where p and r go evenly
    from one point to the next (the hull of the two end discs). This is decided exactly for points
    and radii rounded to the nearest 2^-16 pixel, so the result does not depend on which points
    come in one call and which in the next, as long as calls share the point they meet at.

    Squares are decided in the same way. The pixels of a `brush` are half-open cells, low edges
    included, so that a brush put on a pixel grid gives itself. Ellipses are decided in float64.

    On each line of pixels a segment covers one span, which is found from the equation of its
    outline; what lies outside of the image costs nothing.

    Examples
    --------
    >>> import maskengine as me
    >>> me.area(me.stroke([(2.5, 2.5), (5.5, 2.5)], 1, (5, 8)))
    array([14])
    """
    height, width = _arrays.as_size(size)
    kind = shape if isinstance(shape, str) else ""
    places = _arrays.as_rows(points, "points", 2)
    draw = core.stroke if _arrays.is_one_of(device, "cpu") else partial(_drawn_there, named(device))
    if brush is not None:
        if radius is not None or kind != "disk":
            raise MaskError("expected neither radius nor shape with it", parameter="brush")
        boxes, radii = _brush.as_boxes(brush), np.zeros(1)
        return wrap(draw(places, radii, height, width, _brush.BITMAP, _brush.UNUSED, boxes))
    _brush.check_shape(shape, angle)
    radii = _brush.as_radii(radius)
    ellipse = _brush.UNUSED
    if kind == "ellipse":
        ellipse = _brush.as_ellipse(radii, angle)
        radii = radii[:1] * 0
    return wrap(draw(places, radii, height, width, _brush.SHAPES[kind], ellipse, None))


def _drawn_there(
    device: Any, places: Any, radii: Any, height: int, width: int, *brush: Any
) -> DeviceRuns:
    with device.queue() as queue:
        given = device.native.stroke(queue, places, radii, height, width, *brush)
    return DeviceRuns.from_native(device, given, [(height, width)])
