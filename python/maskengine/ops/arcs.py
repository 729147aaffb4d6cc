"""Outlines as arcs that are stored once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from maskengine._backend import core
from maskengine.values import Polygons, polygons_of


@dataclass(frozen=True, eq=False)
class Arcs:
    """What :func:`arcs` gives: A arcs, and R rings that are chains of them.

    Parameters
    ----------
    coords : numpy.ndarray
        float64 (V, 2): the vertices of all arcs as (x, y), in pixels.
    arc_offsets : numpy.ndarray
        int64 (A + 1,): where the vertices of each arc start and end. An arc has two vertices or
        more; one that is a whole ring ends with its first.
    rings : numpy.ndarray
        int64: the arcs of all rings in order; ``i`` is arc i from front to back, ``~i`` (that is
        ``-1 - i``) from back to front. Each begins where the one before ends.
    ring_arc_offsets : numpy.ndarray
        int64 (R + 1,): where the arcs of each ring start and end in `rings`.
    ring_starts : numpy.ndarray
        int64 (R,): how many vertices along its arcs the first vertex of each ring is.
    polygon_offsets : numpy.ndarray
        int64 (P + 1,): where the rings of each polygon start and end.
    item_offsets : numpy.ndarray
        int64 (N + 1,): where the polygons of each item start and end.

    Notes
    -----
    The layout, but for `ring_starts`, is that of a TopoJSON topology, in columns.

    Examples
    --------
    >>> import maskengine as me
    >>> pair = me.Polygons.from_coco([[[0, 0, 2, 0, 2, 2, 0, 2]], [[2, 0, 4, 0, 4, 2, 2, 2]]])
    >>> me.arcs(pair).to_polygons() == pair
    True
    """

    coords: npt.NDArray[np.float64]
    arc_offsets: npt.NDArray[np.int64]
    rings: npt.NDArray[np.int64]
    ring_arc_offsets: npt.NDArray[np.int64]
    ring_starts: npt.NDArray[np.int64]
    polygon_offsets: npt.NDArray[np.int64]
    item_offsets: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.arc_offsets) - 1

    def to_polygons(self) -> Polygons:
        """Put the rings together again.

        Returns
        -------
        Polygons
            The items, polygons and rings that the arcs were made of, each ring from its first
            vertex on, without vertices that repeat the one before and without a last that repeats
            the first.

        Examples
        --------
        >>> import maskengine as me
        >>> me.arcs(me.Polygons.from_boxes([0, 0, 4, 3])).to_polygons().coords.tolist()
        [[0.0, 0.0], [0.0, 3.0], [4.0, 3.0], [4.0, 0.0]]
        """
        back = self.rings < 0
        arc = np.where(back, ~self.rings, self.rings)
        first, end = self.arc_offsets[arc], self.arc_offsets[arc + 1]
        # the next arc begins with the last vertex
        count = end - first - 1
        before = np.concatenate([[0], np.cumsum(count)])
        along = np.arange(before[-1]) - np.repeat(before[:-1], count)
        vertex = np.repeat(np.where(back, end - 1, first), count)
        vertex += np.where(np.repeat(back, count), -along, along)
        offsets = before[self.ring_arc_offsets]
        size = np.diff(offsets)
        begin = np.repeat(offsets[:-1], size)
        place = np.arange(before[-1]) - begin + np.repeat(self.ring_starts, size)
        order = begin + place % np.repeat(size, size)
        return Polygons(
            self.coords[vertex[order]], offsets, self.polygon_offsets, self.item_offsets
        )


def arcs(polygons: Polygons) -> Arcs:
    """Store what outlines have in common once.

    Parameters
    ----------
    polygons : Polygons
        A batch of N items, for instance the labels of a map.

    Returns
    -------
    Arcs
        Arcs between the vertices at which outlines part, and the rings as chains of them;
        ``.to_polygons()`` leads back.

    Raises
    ------
    MaskTypeError
        If `polygons` is not a :class:`Polygons`.

    Notes
    -----
    Rings have in common what they have vertex by vertex, in either direction: a neighbour with a
    vertex more on the same line is another outline. A vertex is the end of arcs where its
    neighbours differ between two passes. :func:`simplify` with ``shared=True`` works on these arcs.

    The arcs are those of M. Bostock's TopoJSON.

    Examples
    --------
    >>> import maskengine as me
    >>> pair = me.Polygons.from_coco([[[0, 0, 2, 0, 2, 2, 0, 2]], [[2, 0, 4, 0, 4, 2, 2, 2]]])
    >>> shared = me.arcs(pair)
    >>> shared.rings, shared.ring_arc_offsets
    (array([ 0,  1,  2, -1]), array([0, 2, 4]))
    """
    columns = polygons_of(polygons)
    _, (_, parts, items) = polygons.to_ragged()
    return Arcs(*core.arcs(columns), polygon_offsets=parts, item_offsets=items)
