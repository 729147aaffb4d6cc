"""A polygon and its mask after one vertex was dragged."""

from __future__ import annotations

import operator
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine._backend import core
from maskengine._listing import NOT_READ
from maskengine.errors import MaskError, MaskTypeError, ShapeMismatch, shown
from maskengine.values import Masks, Polygons, polygons_of, runs_of, wrap, wrap_polygons

_RULES = {"exact": int(core.EdgeRule.exact), "coco": int(core.EdgeRule.coco)}


class MovedVertex(NamedTuple):
    """What :func:`move_vertex` gives.

    Parameters
    ----------
    masks : Masks
        N masks, that of the item updated.
    polygons : Polygons
        N items, the vertex at its new place.
    box : tuple of int
        Left, top, width and height of the smallest box around the pixels that changed; (0, 0, 0, 0)
        when none did.
    change : Masks
        One mask: the pixels that changed.

    Examples
    --------
    >>> import maskengine as me
    >>> square = me.Polygons.from_boxes([0, 0, 4, 4])
    >>> me.move_vertex(me.rasterize(square, (6, 6)), square, 0, 2, (4, 5)).box
    (2, 4, 2, 1)
    """

    masks: Masks
    polygons: Polygons
    box: tuple[int, int, int, int]
    change: Masks


def move_vertex(  # noqa: PLR0917 - rule comes sixth, as it comes third in rasterize
    masks: Masks,
    polygons: Polygons,
    item: int,
    vertex: int,
    to: Any,
    rule: Literal["exact", "coco"] = "exact",
    *,
    out: npt.NDArray[np.bool_] | None = None,
) -> MovedVertex:
    """Move one vertex of a polygon and update its mask, without filling the polygon again.

    Parameters
    ----------
    masks : Masks
        One mask for each item: what :func:`rasterize` gave for `polygons` under the same rule, or
        the last call of this function. Of any other mask, the same pixels are toggled.
    polygons : Polygons
        A batch of N items.
    item : int
        The item, in [0, N).
    vertex : int
        The vertex, counted within the item from its first ring on: holes and parts go on counting.
    to : (float, float)
        Its new place (x, y), in pixels; may be outside of the image.
    rule : {"exact", "coco"}, default "exact"
        The pixel rule of `masks`. The fill is even-odd.
    out : numpy.ndarray, optional
        A bool array (H, W), in any memory order, in which the pixels that changed are toggled in
        place; for a front end that also shows a dense mask.

    Returns
    -------
    MovedVertex
        A named tuple of `masks`, `polygons`, `box` and `change`. `masks` equals ``rasterize`` of
        `polygons`; the arguments stay as they are.

    Raises
    ------
    MaskTypeError
        If `masks`, `polygons` or `out` is none, or `item`, `vertex` or `to` are no numbers.
    MaskError
        If there is no such rule, item or vertex, or `out` is read-only.
    ShapeMismatch
        If there is not one mask per item, or `out` has not the size of the mask.
    BadPolygon
        If `to` is NaN or infinite.
    LimitExceeded
        If `to` or a vertex next to it is beyond the limit of the rule; see :func:`rasterize`.

    Notes
    -----
    Both rules decide edge by edge. So under even-odd a mask is the exclusive or of what its edges
    toggle, and it changes by what the two old and the two new edges toggle: the fill of the
    quadrilateral of the neighbour before, the old place, the neighbour after, the new place.
    An item of several polygons is their union, which is not additive: those are filled before and
    after, and cost as much as two calls of :func:`rasterize`.

    Where the last vertex of a ring repeats the first, both move.

    The coordinates of the result are copied when something else than this function reads them
    first; dragging one vertex on and on copies none.

    Examples
    --------
    >>> import maskengine as me
    >>> triangle = me.Polygons.from_coco([[[0, 0, 4, 0, 4, 4]]])
    >>> masks = me.rasterize(triangle, (5, 5))
    >>> masks, triangle, box, change = me.move_vertex(masks, triangle, 0, 2, (0, 4))
    >>> triangle.to_coco()
    [[[0.0, 0.0, 4.0, 0.0, 0.0, 4.0]]]
    >>> masks == me.rasterize(triangle, (5, 5))
    True
    """
    if not _arrays.is_one_of(rule, *_RULES):
        raise MaskError(f"expected 'exact' or 'coco', got {shown(rule)}", parameter="rule")
    x, y = _point(to)
    runs, columns = runs_of(masks), polygons_of(polygons)
    item, vertex = _index(item, "item"), _index(vertex, "vertex")
    if out is not None:
        _check_out(out)
    moved, moved_columns, box, change = core.move_vertex(
        runs, columns, item, vertex, x, y, _RULES[rule], out
    )
    return MovedVertex(wrap(moved), wrap_polygons(moved_columns), box, wrap(change))


def _point(to: Any) -> tuple[float, float]:
    try:
        x, y = to
        if not isinstance(to, (str, bytes)):
            return _arrays.as_float(x), _arrays.as_float(y)
    except NOT_READ:
        pass
    raise MaskTypeError(f"expected (x, y), two numbers, got {shown(to)}", parameter="to")


def _index(value: Any, name: str) -> int:
    if isinstance(value, (bool, np.bool_)):
        raise MaskTypeError(f"expected an integer, got {shown(value)}", parameter=name)
    try:
        index = operator.index(value)
    except NOT_READ:
        raise MaskTypeError(f"expected an integer, got {shown(value)}", parameter=name) from None
    if not 0 <= index < 2**63:
        raise MaskError(f"expected an index of 0 or more, got {shown(index)}", parameter=name)
    return index


def _check_out(out: Any) -> None:
    if not isinstance(out, np.ndarray) or out.dtype != np.bool_:
        got = out.dtype if isinstance(out, np.ndarray) else type(out).__name__
        raise MaskTypeError(f"expected a bool array, got {got}", parameter="out")
    if out.ndim != 2:
        raise ShapeMismatch(f"expected shape (H, W), got {out.shape}", parameter="out")
    if not out.flags.writeable:
        raise MaskError("expected an array that can be written to", parameter="out")
    _arrays.check_apart(out, "out")
