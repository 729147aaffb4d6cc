"""Polygons to polygons with fewer vertices."""

from __future__ import annotations

from typing import Any

from maskengine import _arrays
from maskengine._arrays import as_flag
from maskengine._backend import core
from maskengine._listing import NOT_READ
from maskengine.errors import MaskError, MaskTypeError, shown
from maskengine.values import Polygons, polygons_of, wrap_polygons


def simplify(
    polygons: Polygons,
    *,
    lossless: bool = False,
    max_distance: float | None = None,
    min_iou: float | None = None,
    max_vertices: int | None = None,
    shared: bool = False,
    allow_vanish: bool = False,
) -> Polygons:
    """Leave out vertices, within one stated bound.

    Parameters
    ----------
    polygons : Polygons
        A batch of N items.
    lossless : bool, default False
        No pixel changes. This is the bound when none is given.
    max_distance : float, optional
        Pixels, at least 0: the Hausdorff distance of each ring before and after, in both
        directions.
    min_iou : float, optional
        In [0, 1]: the intersection over union of the pixels of each item before and after, under
        ``rule="exact"``.
    max_vertices : int, optional
        The vertices of each item. Rings keep 3, so an item of k rings keeps at least 3 k.
    shared : bool, default False
        Treat the batch as one map: what rings have in common, vertex by vertex and in either
        direction, is simplified once and stays common.
    allow_vanish : bool, default False
        Let whole rings go: with `max_distance` those within that distance of one point, the middle
        of their box; with `min_iou` and `max_vertices` rings of three vertices, those with the
        fewest pixels first, as long as the intersection over union allows, or while the item has
        too many vertices. Exteriors stay while a hole of theirs does; polygons without rings go,
        items stay. `lossless` lets no ring go. Not with `shared`.

    Returns
    -------
    Polygons
        The same items, polygons and rings: none vanishes, but with `allow_vanish`. No ring repeats
        its first vertex.

    Raises
    ------
    MaskError
        If more than one bound is given, a bound is out of its range, or `allow_vanish` is given
        with `shared`.
    MaskTypeError
        If `polygons` is not a :class:`Polygons`, or a bound is no number.
    LimitExceeded
        If a coordinate is beyond 2^29 pixels, naming the item; or with `min_iou`, if an item's
        outlines cross more than 2^27 columns of pixels.

    Notes
    -----
    There is no image: pixels are counted wherever they lie.

    *lossless.* A ring along pixel edges, as :func:`polygonize` makes it, bridges included, becomes
    one that passes between the same pixel centres: the mask is the same under ``rule="exact"``, and
    for coordinates of 0 and more under ``rule="coco"`` and in pycocotools. New vertices lie on
    fifths of a pixel. Other rings lose vertices whose removal changes no pixel under ``"exact"``.

    *max_distance* keeps some of the vertices, by a walk along each ring; vertices of the result may
    come closer to others than before, and its edges may cross where the ring was narrower than
    twice the distance. With `shared` they do not.

    *min_iou* and *max_vertices* remove, again and again, the vertex whose triangle with its
    neighbours has the fewest pixels (then the smallest area). Under even-odd just those pixels
    change, so their sum bounds the change. A vertex stays while another lies in its triangle:
    outlines that do not cross, do not cross afterwards. Nor does the last pixel of a ring or of an
    item go.

    With `shared`, outlines meet where the neighbours of a vertex differ; there vertices stay. Items
    that tile the plane without crossing tile it afterwards: under ``"exact"`` no pixel is claimed
    twice or by none.

    The triangles and their order are those of Visvalingam and Whyatt, *Line generalisation by
    repeated elimination of points*, 1993, with pixels in place of areas.

    Examples
    --------
    >>> import maskengine as me
    >>> stairs = me.Polygons.from_coco([[[0, 0, 2, 0, 2, 1, 4, 1, 4, 2, 6, 2, 6, 4, 0, 4]]])
    >>> me.simplify(stairs, max_vertices=4)
    Polygons(1 item, 1 ring, 4 vertices)
    >>> lossless = me.simplify(stairs)
    >>> me.rasterize(lossless, (5, 7)) == me.rasterize(stairs, (5, 7))
    True
    """
    columns = polygons_of(polygons)
    given = {
        name: value
        for name, value in (
            ("max_distance", max_distance),
            ("min_iou", min_iou),
            ("max_vertices", max_vertices),
        )
        if value is not None
    }
    lossless = as_flag(lossless, "lossless")
    shared = as_flag(shared, "shared")
    allow_vanish = as_flag(allow_vanish, "allow_vanish")
    if len(given) + lossless > 1:
        names = [*(["lossless"] if lossless else []), *given]
        raise MaskError(f"expected one bound, got {' and '.join(names)}", parameter=names[-1])
    bound, value = core.Bound.lossless, 0.0
    for name, number in given.items():
        bound, value = _checked(name, number)
    if allow_vanish and shared:
        raise MaskError("expected False with shared, got True", parameter="allow_vanish")
    return wrap_polygons(core.simplify(columns, bound, value, shared, allow_vanish))


def _checked(name: str, number: Any) -> tuple[core.Bound, float]:
    bound, low, high = {
        "max_distance": (core.Bound.distance, 0.0, 2.0**31),
        "min_iou": (core.Bound.iou, 0.0, 1.0),
        "max_vertices": (core.Bound.vertices, 3.0, 2.0**53),
    }[name]
    try:
        value = _arrays.as_float(number)
    except NOT_READ:
        raise MaskTypeError(
            f"expected a number, got {type(number).__name__}", parameter=name
        ) from None
    if not low <= value <= high or (name == "max_vertices" and value != int(value)):
        kind = "an integer" if name == "max_vertices" else "a number"
        raise MaskError(
            f"expected {kind} in [{low:g}, {high:g}], got {shown(number)}", parameter=name
        )
    return bound, value
