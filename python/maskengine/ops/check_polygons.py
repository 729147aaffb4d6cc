"""Measures and flaws of polygons, ring by ring."""

from __future__ import annotations

import math
import operator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine._backend import core
from maskengine._listing import NOT_READ
from maskengine.errors import MaskError, MaskTypeError, ShapeMismatch, shown
from maskengine.values import Polygons, polygons_of

_CONFLICTS = ("rings cross", "outside", "nested", "disconnected")


class PolygonProblem(NamedTuple):
    """One flaw of a ring.

    Parameters
    ----------
    item, ring : int
        The item, and its ring, counted within the item.
    kind : str
        ``"crossing"``, ``"duplicate"``, ``"spike"``, ``"collinear"`` or ``"no area"``; of two rings
        of an item ``"rings cross"``, ``"outside"``, ``"nested"`` or ``"disconnected"``.
    vertex : int
        The vertex of the ring, or from which the first edge starts; -1 for the ring as a whole.
    place : tuple of float
        Where it is, (x, y) in pixels.
    other : int
        The other ring, counted within the item; -1 where there is none.

    Examples
    --------
    >>> import maskengine as me
    >>> bowtie = me.Polygons.from_coco([[[0, 0, 4, 4, 4, 0, 0, 4]]])
    >>> me.check_polygons(bowtie).problems()[1].place
    (2.0, 2.0)
    """

    item: int
    ring: int
    kind: str
    vertex: int
    place: tuple[float, float]
    other: int = -1


@dataclass(frozen=True, eq=False)
class PolygonChecks:
    """What :func:`check_polygons` found, in columns.

    Parameters
    ----------
    polygons : Polygons
        The batch that was checked; R rings of V vertices.
    vertices : numpy.ndarray
        int64 (R,): vertices of each ring, without those that repeat the one before and without one
        that closes the ring.
    area : numpy.ndarray
        float64 (R,): signed, in square pixels; positive for rings that run clockwise on the screen
        (y down), as exteriors of :func:`polygonize` do.
    perimeter : numpy.ndarray
        float64 (R,): length of the closed outline, in pixels.
    flags : numpy.ndarray
        uint8 (V,): of each vertex; 1 where the one before it is, 2 on a line with its neighbours,
        4 (with 2) where the outline turns back on itself.
    crossings : numpy.ndarray
        int64 (C, 3): of each pair of edges of one ring that meet and are no neighbours: the ring of
        the batch, and the vertices within the ring from which the two edges start.
    places : numpy.ndarray
        float64 (C, 2): where they meet, (x, y) in pixels.
    conflicts : numpy.ndarray
        int64 (K, 5): of each two rings of one item that are at odds, what it is: 0 they cross or
        have a stretch in common, 1 a hole outside of its exterior, 2 a hole inside of another, or
        an exterior inside of another polygon, 3 rings that touch so that they cut the interior of
        their polygon in two; the ring of the batch and its vertex, or the one from which its edge
        starts; the other ring and the vertex from which its edge starts, or -1.
    conflict_places : numpy.ndarray
        float64 (K, 2): where, (x, y) in pixels.
    finished : numpy.ndarray
        bool (N,): of each item, whether all pairs of edges were compared: False where
        `max_crossings` or `max_pairs` ended a search.

    Examples
    --------
    >>> import maskengine as me
    >>> checks = me.check_polygons(me.Polygons.from_boxes([0, 0, 100, 100]))
    >>> checks.perimeter, checks.density
    (array([400.]), array([1.]))
    """

    polygons: Polygons
    vertices: npt.NDArray[np.int64]
    area: npt.NDArray[np.float64]
    perimeter: npt.NDArray[np.float64]
    flags: npt.NDArray[np.uint8]
    crossings: npt.NDArray[np.int64]
    places: npt.NDArray[np.float64]
    conflicts: npt.NDArray[np.int64]
    conflict_places: npt.NDArray[np.float64]
    finished: npt.NDArray[np.bool_]

    @property
    def valid(self) -> npt.NDArray[np.bool_]:
        """Whether each item is valid as OGC Simple Features has it, bool (N,).

        No ring crosses or touches itself, turns back, or has less than three vertices; rings do not
        cross, holes are inside of their exterior and not inside of one another, and no interior is
        cut in two. An item whose search did not finish counts as invalid.
        """
        item = self.item
        good = self.finished.copy()
        rings = self.polygons.to_ragged()[1][0]
        short = (self.vertices < 3) & (np.diff(rings) > 0)
        turned = np.searchsorted(rings, np.flatnonzero(self.flags & 4), side="right") - 1
        for bad in (short.nonzero()[0], turned, self.crossings[:, 0], self.conflicts[:, 1]):
            good[item[bad]] = False
        return good

    @property
    def density(self) -> npt.NDArray[np.float64]:
        """Vertices per 100 pixels of outline, float64 (R,); infinite for a ring of no length."""
        with np.errstate(divide="ignore", over="ignore"):
            return 100 * self.vertices / self.perimeter

    @property
    def item(self) -> npt.NDArray[np.int64]:
        """The item of each ring, int64 (R,)."""
        _, (_, parts, items) = self.polygons.to_ragged()
        return np.repeat(np.arange(len(items) - 1), np.diff(parts[items]))

    def arcs(self, least: Any = 0.0, most: Any = np.inf) -> npt.NDArray[np.int64]:
        """Find the edges at which a rule on vertex density is broken.

        Parameters
        ----------
        least, most : float or array_like of float
            Vertices per 100 pixels of outline, for all items or of shape (N,): for each, as its
            class has it.

        Returns
        -------
        numpy.ndarray
            int64 (K, 2), by ring and vertex: the ring of the batch and the vertex within it from
            which an edge starts that is longer than ``100 / least`` or shorter than ``100 / most``
            pixels. Edges of no length are not judged.

        Raises
        ------
        MaskError
            If a density is negative, NaN or no number, or there is neither one nor one per item.

        Examples
        --------
        >>> import maskengine as me
        >>> checks = me.check_polygons(me.Polygons.from_boxes([0, 0, 100, 40]))
        >>> checks.arcs(least=2).tolist()
        [[0, 1], [0, 3]]
        """
        item = self.item
        low, high = (
            _per_item(value, name, len(self.polygons))[item]
            for value, name in ((least, "least"), (most, "most"))
        )
        coords, (rings, *_) = self.polygons.to_ragged()
        count = np.diff(rings)
        owner = np.repeat(np.arange(len(count)), count)
        following = np.arange(1, len(coords) + 1)
        following[rings[1:][count > 0] - 1] = rings[:-1][count > 0]
        length = np.hypot(*(coords[following] - coords).T)
        at = np.flatnonzero(length > 0)
        length, judged = length[at], owner[at]
        at = at[(length * low[judged] > 100) | (length * high[judged] < 100)]
        return np.stack([owner[at], at - rings[owner[at]]], axis=1)

    def deviation(self, outlines: Polygons, *, step: Any = 0.25) -> npt.NDArray[np.float64]:
        """Measure how far the outlines are from others, as those of a mask.

        Parameters
        ----------
        outlines : Polygons
            A batch of N items: ``polygonize(masks)``, or any other.
        step : float, default 0.25
            Pixels between the points along either outline that are measured, at most.

        Returns
        -------
        numpy.ndarray
            float64 (N, 3), in pixels: the largest distance of a point of either outline from the
            nearest of the other; the distance that 95 % of their length is within; the mean. The
            first is less than the Hausdorff distance by half a step at most. Infinite where one of
            the two is empty, 0 where both are.

        Raises
        ------
        ShapeMismatch
            If there are not N outlines.
        MaskTypeError
            If `outlines` is not a :class:`Polygons`, or `step` no number.
        MaskError
            If `step` is not above 0.
        LimitExceeded
            If an item's outlines are longer than 2^24 steps.

        Examples
        --------
        >>> import maskengine as me
        >>> checks = me.check_polygons(me.Polygons.from_boxes([0, 0, 10, 10]))
        >>> checks.deviation(me.Polygons.from_boxes([0, 0, 10, 13]))[0, 0]
        np.float64(3.0)
        """
        other = polygons_of(outlines, "outlines")
        if len(outlines) != len(self.polygons):
            raise ShapeMismatch(
                f"expected {len(self.polygons)} items, got {len(outlines)}", parameter="outlines"
            )
        try:
            width = _arrays.as_float(step)
        except NOT_READ as error:
            raise MaskTypeError(
                f"expected a number, got {shown(step)}", parameter="step"
            ) from error
        if not 0 < width < math.inf:
            raise MaskError(f"expected a number above 0, got {shown(step)}", parameter="step")
        return core.deviation(polygons_of(self.polygons), other, width)

    def problems(self, *, collinear: bool = False) -> list[PolygonProblem]:
        """List the flaws, by ring and kind.

        Parameters
        ----------
        collinear : bool, default False
            Whether vertices on a straight stretch are listed: they are redundant, not wrong.

        Returns
        -------
        list of PolygonProblem

        Examples
        --------
        >>> import maskengine as me
        >>> there_and_back = me.Polygons.from_coco([[[0, 0, 4, 0, 2, 0]]])
        >>> [p.kind for p in me.check_polygons(there_and_back).problems()]
        ['no area', 'spike', 'spike']
        """
        collinear = _arrays.as_flag(collinear, "collinear")
        coords, (rings, parts, items) = self.polygons.to_ragged()
        item = self.item
        first = parts[items]  # the first ring of each item
        found: list[tuple[int, int, int, str, tuple[float, float], int]] = []
        for r in np.flatnonzero(self.area == 0).tolist():
            at = coords[rings[r]] if rings[r] < rings[r + 1] else (np.nan, np.nan)
            found.append((r, 0, -1, "no area", (float(at[0]), float(at[1])), -1))
        for (r, a, _), place in zip(self.crossings.tolist(), self.places.tolist(), strict=True):
            found.append((r, 1, a, "crossing", (place[0], place[1]), -1))
        for (code, r, a, other, _), place in zip(
            self.conflicts.tolist(), self.conflict_places.tolist(), strict=True
        ):
            named = -1 if other < 0 else int(other - first[item[r]])
            found.append((r, 5, a, _CONFLICTS[code], (place[0], place[1]), named))
        flags = self.flags
        wanted = {"duplicate": flags & 1 != 0, "spike": flags & 4 != 0}
        if collinear:
            wanted["collinear"] = flags & 6 == 2
        for order, (kind, where) in enumerate(wanted.items(), 2):
            at_vertex = np.flatnonzero(where)
            owner = np.searchsorted(rings, at_vertex, side="right") - 1
            for v, r in zip(at_vertex.tolist(), owner.tolist(), strict=True):
                x, y = coords[v].tolist()
                found.append((r, order, v - int(rings[r]), kind, (x, y), -1))
        found.sort()
        return [
            PolygonProblem(int(item[r]), int(r - first[item[r]]), kind, vertex, place, other)
            for r, _, vertex, kind, place, other in found
        ]


def _per_item(value: Any, name: str, n: int) -> npt.NDArray[np.float64]:
    try:
        array = np.asarray(value, dtype=np.float64)
    except NOT_READ as error:
        raise MaskTypeError(f"expected numbers, got {shown(value)}", parameter=name) from error
    if array.shape not in {(), (n,)}:
        raise ShapeMismatch(f"expected a number or shape ({n},), got {array.shape}", parameter=name)
    if not (array >= 0).all():
        raise MaskError("expected densities of 0 or more", parameter=name)
    return np.broadcast_to(array, (n,))


def check_polygons(
    polygons: Polygons, *, max_crossings: int = 1000, max_pairs: int = 2**28
) -> PolygonChecks:
    """Measure each ring and find what is wrong with it, and with the rings of an item together.

    Parameters
    ----------
    polygons : Polygons
        A batch of N items.
    max_crossings : int, default 1000
        So many crossings of one ring with itself are kept at most, and so many conflicts between
        the rings of one item; the search then ends. 0 leaves both out.
    max_pairs : int, default 2**28
        A search in one ring, or between the rings of one item, ends after so many pairs of edges
        whose boxes overlap, which takes a second or two; 32 pairs of boxes count as one.

    Returns
    -------
    PolygonChecks
        Columns over rings, vertices, crossings and conflicts; ``.valid`` gives the verdict on each
        item, ``.problems()`` lists what is wrong.

    Raises
    ------
    MaskTypeError
        If `polygons` is not a :class:`Polygons`, or a limit no integer.
    MaskError
        If a limit is negative, or `max_crossings` above 2**24.

    Notes
    -----
    Whether three vertices are on one line and whether two edges meet is decided exactly, on the
    coordinates as they are (below 1e150); areas, lengths and places are rounded. The area is the
    shoelace formula's.

    Whether a ring is inside of another is asked for one of its vertices that is on no other ring,
    or for the middle of an edge, rounded, where there is none; not of rings that cross others.

    Examples
    --------
    >>> import maskengine as me
    >>> checks = me.check_polygons(me.Polygons.from_coco([[[0, 0, 4, 4, 4, 0, 0, 4]]]))
    >>> checks.crossings, checks.places, checks.valid
    (array([[0, 0, 2]]), array([[2., 2.]]), array([False]))
    """
    columns = polygons_of(polygons)
    crossings = _limit(max_crossings, "max_crossings", 2**24)
    pairs = _limit(max_pairs, "max_pairs", 2**62)
    found = core.check_polygons(columns, crossings, pairs)
    return PolygonChecks(polygons, *found[:-1], found[-1].astype(bool))


def _limit(value: Any, name: str, most: int) -> int:
    if isinstance(value, (bool, np.bool_)):
        raise MaskTypeError("expected an integer, got a bool", parameter=name)
    try:
        limit: int = operator.index(value)
    except NOT_READ:
        raise MaskTypeError(f"expected an integer, got {shown(value)}", parameter=name) from None
    if not 0 <= limit <= most:
        raise MaskError(f"expected an integer in [0, {most}], got {shown(limit)}", parameter=name)
    return limit
