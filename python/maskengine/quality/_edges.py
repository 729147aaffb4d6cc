"""The edges of all rings of a batch, in columns, and how far the outline bends away from them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from maskengine.ops.check_polygons import PolygonChecks
from maskengine.values import Polygons


@dataclass(frozen=True, eq=False)
class Edges:
    """E edges, by ring and vertex, those from a vertex that is repeated left out.

    `ring` is that of the batch; `vertex` is the one within it from which the edge starts. `turn` is
    by how much the outline turns there, in radians, either way; `before` and `after` are the edges
    next to it.
    """

    item: npt.NDArray[np.int64]
    ring: npt.NDArray[np.int64]
    vertex: npt.NDArray[np.int64]
    length: npt.NDArray[np.float64]
    turn: npt.NDArray[np.float64]
    before: npt.NDArray[np.int64]
    after: npt.NDArray[np.int64]

    def sagitta(
        self, edges: npt.NDArray[np.int64], corner: npt.NDArray[np.float64]
    ) -> npt.NDArray[np.float64]:
        """Say how far the curve is from the middle of some edges; `corner`: what turns so is none.

        An arc leaves its chord by the same angle at both ends. At a vertex the outline turns by the
        angles of both chords there; that of the next one is its share, by length, of the turn at
        its other end. The smaller angle of the two ends counts.
        """
        next_edge, last_edge = self.after[edges], self.before[edges]
        ends = (
            self._leaves(edges, next_edge, next_edge, self.after[next_edge], corner),
            self._leaves(edges, edges, last_edge, last_edge, corner),
        )
        angle = np.nan_to_num(np.fmin(*ends))
        half = self.length[edges] / 2
        return np.asarray(half * np.tan(angle / 2))

    def _leaves(
        self,
        edges: npt.NDArray[np.int64],
        vertex: npt.NDArray[np.int64],
        beside: npt.NDArray[np.int64],
        far: npt.NDArray[np.int64],
        corner: npt.NDArray[np.float64],
    ) -> npt.NDArray[np.float64]:
        """Give the angle between edge and curve at a vertex; NaN at corners.

        `beside` is the other edge there, and `far` the vertex at its other end.
        """
        turn, far_turn = self.turn[vertex], self.turn[far]
        beyond = np.where(far == beside, self.before[beside], far)  # the edge on the other side
        length, width = self.length[beside], self.length[beyond]
        share = np.where(
            np.abs(far_turn) < corner,
            far_turn * length / (length + width),
            turn * length / (length + self.length[edges]),
        )
        whole = np.abs(turn)
        left = np.clip(whole - np.maximum(share * np.sign(turn), 0), 0, whole)
        return np.where(whole < corner, left, np.nan)

    def spread(self, rings: int) -> tuple[npt.NDArray[np.float64], ...]:
        """Give the shortest, the median and the longest edge of each ring, of those with length."""
        some = self.length > 0
        ring, length = self.ring[some], self.length[some]
        length = length[np.lexsort((length, ring))]
        count = np.bincount(ring, minlength=rings)
        first = np.cumsum(count) - count
        out = np.full((3, rings), np.nan)
        has = count > 0
        first, last = first[has], (first + count)[has] - 1
        out[0, has], out[2, has] = length[first], length[last]
        out[1, has] = (length[(first + last) // 2] + length[(first + last + 1) // 2]) / 2
        return tuple(out)


def edges_of(polygons: Polygons, checks: PolygonChecks) -> Edges:
    """List the edges of a batch."""
    coords, (rings, *_) = polygons.to_ragged()
    kept = np.flatnonzero(checks.flags & 1 == 0)
    kept = kept[~_closing(coords, rings, kept)]
    ring = np.searchsorted(rings, kept, side="right") - 1
    count = np.bincount(ring, minlength=len(rings) - 1)
    ends = np.cumsum(count)
    place = np.arange(len(kept))
    after = np.where(place + 1 == ends[ring], (ends - count)[ring], place + 1)
    before = np.where(place == (ends - count)[ring], ends[ring] - 1, place - 1)
    goes = coords[kept[after]] - coords[kept]
    came = goes[before]
    cross = came[:, 0] * goes[:, 1] - came[:, 1] * goes[:, 0]
    return Edges(
        checks.item[ring],
        ring,
        kept - rings[ring],
        np.hypot(*goes.T),
        np.arctan2(cross, (came * goes).sum(axis=1)),
        before,
        after,
    )


def _closing(
    coords: npt.NDArray[np.float64], rings: npt.NDArray[np.int64], kept: npt.NDArray[np.int64]
) -> npt.NDArray[np.bool_]:
    """Say which of the vertices are the last of a ring and where its first one is."""
    ring = np.searchsorted(rings, kept, side="right") - 1
    last = np.append(ring[1:] != ring[:-1], True)[: len(kept)]
    first = rings[ring]
    same = (coords[kept] == coords[first]).all(axis=1)
    return np.asarray(last & same & (kept != first))
