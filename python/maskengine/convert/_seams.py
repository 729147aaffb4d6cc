"""Many rings in one, for formats with a single ring to an annotation."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from maskengine.values import Polygons

_Ring = npt.NDArray[np.float64]


def join_rings(polygons: Polygons, *, parts: bool) -> tuple[Polygons, int]:
    """Splice the holes of each polygon into its exterior, over seams that run on foreground.

    Parameters
    ----------
    polygons : Polygons
        Rings through pixel centres, as ``polygonize(vertices="centres")`` gives them.
    parts : bool
        Join the polygons of each item, too, by a line from each to the next: pixels under the line
        are filled as well.

    Returns
    -------
    joined : Polygons
        One ring to a polygon; with `parts`, one to an item.
    chained : int
        Items whose polygons were joined by a line.

    Notes
    -----
    A seam goes from the leftmost vertex of a hole straight left to the ring it meets, over pixels
    of the mask, there and back: ``cv2.fillPoly`` fills nothing by it that is not filled already.
    """
    coords, (ring_ends, polygon_ends, item_ends) = polygons.to_ragged()
    out: list[_Ring] = []
    counts: list[int] = []
    chained = 0
    for first, last in pairwise(item_ends.tolist()):
        rings = []
        for polygon in range(first, last):
            ends = ring_ends[polygon_ends[polygon] : polygon_ends[polygon + 1] + 1].tolist()
            rings.append(_splice([coords[a:b] for a, b in pairwise(ends)]))
        if parts and len(rings) > 1:
            rings = [_chain(rings)]
            chained += 1
        out += [_three(ring) for ring in rings]
        counts.append(len(rings))
    ends = np.cumsum([0, *(len(ring) for ring in out)])
    flat = np.concatenate(out) if out else np.zeros((0, 2))
    each = np.arange(len(out) + 1)
    return Polygons.from_ragged(flat, (ends, each, np.cumsum([0, *counts]))), chained


def _three(ring: _Ring) -> _Ring:
    """Repeat the first vertex until there are three: the outline of one or two pixels."""
    return np.concatenate([ring[[0] * max(3 - len(ring), 0)], ring])


def _splice(rings: list[_Ring]) -> _Ring:
    """Join the holes to the exterior, those that reach furthest left first."""
    whole = rings[0]
    leftmost = [int(np.lexsort((ring[:, 1], ring[:, 0]))[0]) for ring in rings[1:]]
    holes = sorted(
        zip(rings[1:], leftmost, strict=True), key=lambda hole: tuple(hole[0][hole[1]].tolist())
    )
    for ring, start in holes:
        around = np.concatenate([ring[start:], ring[: start + 1]])
        edge, meet = _left_of(whole, around[0])
        whole = np.concatenate([whole[: edge + 1], meet, around, meet, whole[edge + 1 :]])
    return whole


def _left_of(ring: _Ring, point: npt.NDArray[np.float64]) -> tuple[int, _Ring]:
    """Find the first edge that a ray from a point to the left meets, and where, (1, 2)."""
    x, y = point
    begin, end = ring, np.roll(ring, -1, axis=0)
    low, high = np.minimum(begin[:, 1], end[:, 1]), np.maximum(begin[:, 1], end[:, 1])
    rise = end[:, 1] - begin[:, 1]
    with np.errstate(divide="ignore", invalid="ignore"):
        at = begin[:, 0] + (y - begin[:, 1]) * (end[:, 0] - begin[:, 0]) / rise
    level = rise == 0
    at = np.where(level, np.minimum(np.maximum(begin[:, 0], end[:, 0]), x), at)
    at[level & (np.minimum(begin[:, 0], end[:, 0]) > x)] = np.inf
    meets = (low <= y) & (y <= high) & (at <= x)
    at = np.where(meets, at, -np.inf)
    edge = int(np.argmax(at))
    return edge, np.array([[at[edge], y]])


def _chain(rings: list[_Ring]) -> _Ring:
    """Join rings by lines from first vertex to first vertex, there and back."""
    tail = [ring[:1] for ring in reversed(rings)]
    closed = [np.concatenate([ring, ring[:1]]) for ring in rings]
    return np.concatenate([*closed, *tail[1:]])
