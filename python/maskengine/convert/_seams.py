"""Many rings in one, for formats with a single ring to an annotation."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from maskengine.values import Polygons

_Ring = npt.NDArray[np.float64]
_Index = npt.NDArray[np.int64]
_Ends = tuple[_Index, ...]  # of rings, polygons and items


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
    chained = 0
    coords, ends = polygons.to_ragged()
    if parts:
        coords, ends, chained = _chain_plain(coords, ends)
    ring_ends, polygon_ends, item_ends = ends
    out: list[_Ring] = []
    lengths: list[npt.NDArray[np.int64]] = []
    counts = np.diff(item_ends)
    done = 0  # items
    for item in [*_knotty(ends, parts=parts), len(counts)]:
        first, last = (ring_ends[polygon_ends[item_ends[[done, item]]]]).tolist()
        out.append(coords[first:last])  # nothing to join up to here
        rings_here = ring_ends[polygon_ends[item_ends[done] : item_ends[item] + 1]]
        lengths.append(np.diff(rings_here))
        done = item + 1
        if item == len(counts):
            break
        rings = []
        for polygon in range(item_ends[item], item_ends[item + 1]):
            cuts = ring_ends[polygon_ends[polygon] : polygon_ends[polygon + 1] + 1].tolist()
            rings.append(_splice([coords[a:b] for a, b in pairwise(cuts)]))
        if parts and len(rings) > 1:
            rings = [_chain(rings)]
            chained += 1
            counts[item] = 1
        rings = [_three(ring) for ring in rings]
        out += rings
        lengths.append(np.array([len(ring) for ring in rings]))
    ring_ends = np.concatenate([[0], np.cumsum(np.concatenate(lengths))])
    each = np.arange(len(ring_ends))
    item_ends = np.concatenate([[0], np.cumsum(counts)])
    return Polygons.from_ragged(np.concatenate(out), (ring_ends, each, item_ends)), chained


def _chain_plain(coords: _Ring, all_ends: _Ends) -> tuple[_Ring, _Ends, int]:
    """Join the polygons of items without holes, as `_chain` does; give how many items that are."""
    ring_ends, polygon_ends, item_ends = all_ends
    n_rings = np.diff(polygon_ends[item_ends])
    wanted = (n_rings > 1) & (n_rings == np.diff(item_ends))
    holed = np.concatenate([[0], np.cumsum(np.diff(polygon_ends) != 1)])
    wanted &= np.diff(holed[item_ends]) == 0
    if not wanted.any():
        return coords, all_ends, 0
    lengths = np.diff(ring_ends)
    joined = np.repeat(wanted, n_rings)
    more = joined.astype(np.int64)  # each ring closes, and after the last one a line goes back
    last = polygon_ends[item_ends[1:]][wanted] - 1
    more[last] += n_rings[wanted] - 1
    ends = np.concatenate([[0], np.cumsum(lengths + more)])
    at = np.arange(ends[-1]) - np.repeat(ends[:-1] - ring_ends[:-1], lengths + more)
    ring = np.repeat(np.arange(len(lengths)), more)
    step = np.arange(len(ring)) - np.repeat(np.cumsum(more) - more, more)
    at[ends[ring] + lengths[ring] + step] = ring_ends[ring - step]
    coords = coords[at]
    ring_kept = ~joined
    ring_kept[last] = True
    polygon_kept = np.repeat(~wanted, np.diff(item_ends))
    polygon_kept[item_ends[1:][wanted] - 1] = True
    counts = np.where(wanted, 1, np.diff(item_ends)), np.diff(polygon_ends)[polygon_kept]
    item_ends, polygon_ends = (np.concatenate([[0], np.cumsum(some)]) for some in counts)
    ring_ends = np.concatenate([[0], ends[1:][ring_kept]])
    return coords, (ring_ends, polygon_ends, item_ends), int(wanted.sum())


def with_three(polygons: Polygons) -> Polygons:
    """Repeat the first vertex of rings of one or two, outlines of as many pixels."""
    coords, (ring_ends, polygon_ends, item_ends) = polygons.to_ragged()
    lengths = np.diff(ring_ends)
    lacking = np.maximum(3 - lengths, 0)
    times = np.ones(len(coords), np.int64)
    times[ring_ends[:-1][lacking > 0]] += lacking[lacking > 0]
    ends = np.concatenate([[0], np.cumsum(lengths + lacking)])
    return Polygons.from_ragged(np.repeat(coords, times, axis=0), (ends, polygon_ends, item_ends))


def _knotty(all_ends: _Ends, *, parts: bool) -> list[int]:
    """List the items that have holes, a ring of less than three vertices or parts to join."""
    ring_ends, polygon_ends, item_ends = all_ends
    bad = np.diff(polygon_ends) != 1
    short = np.concatenate([[0], np.cumsum(np.diff(ring_ends) < 3)])
    bad |= np.diff(short[polygon_ends]) > 0
    before = np.concatenate([[0], np.cumsum(bad)])
    knotty = np.diff(before[item_ends]) > 0
    if parts:
        knotty |= np.diff(item_ends) > 1
    return [int(item) for item in np.flatnonzero(knotty)]


def _three(ring: _Ring) -> _Ring:
    """Repeat the first vertex until there are three: the outline of one or two pixels."""
    return np.concatenate([ring[[0] * (3 - len(ring))], ring]) if len(ring) < 3 else ring


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
