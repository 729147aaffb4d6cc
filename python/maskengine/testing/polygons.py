"""Polygons for tests: a strategy that draws them, and slow truths of the pixel rules."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st

from maskengine.testing import oracles
from maskengine.values import Masks, Polygons

Vertices = Sequence[tuple[float, float]]
Dense = npt.NDArray[np.bool_]
Size = tuple[int, int]

GRIDS = (0.0, 1.0, 0.5, 0.1, 0.2, 0.01, 0.25)  # 0: any float


def ring(rng: np.random.Generator, size: Size, grid: float | None = None) -> list[float]:
    """Draw one flat ring: a star, a scribble, a sliver, with spikes and repeated vertices."""
    height, width = size
    n = int(rng.integers(3, 12))
    kind = rng.integers(5)
    if kind == 0:  # a star around a centre
        angles = np.sort(rng.random(n)) * 2 * np.pi
        radius = rng.random() * max(size) * (0.3 + 0.7 * rng.random(n))
        centre = rng.random(2) * [width, height]
        xy = centre + radius[:, None] * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    elif kind == 1:  # no area
        ends = rng.random((2, 2)) * [width, height]
        xy = ends[rng.integers(0, 2, n)]
    else:  # crosses itself; half of them reach out of the image
        reach = 1.0 if kind == 2 else 2.5
        xy = (rng.random((n, 2)) - 0.5) * [width * reach, height * reach] + [width / 2, height / 2]
    if rng.random() < 0.3:  # a spike: there and back
        at = int(rng.integers(len(xy)))
        xy = np.insert(xy, at + 1, [rng.random(2) * [width, height], xy[at]], axis=0)
    if rng.random() < 0.3:
        xy = np.repeat(xy, rng.integers(1, 3, len(xy)), axis=0)
    if grid is None:
        grid = float(rng.choice(GRIDS))
    if grid:
        xy = np.round(xy / grid) * grid
    return [float(number) for number in xy.ravel()]


@st.composite
def polygons(
    draw: st.DrawFn, size: Size | None = None, *, holes: bool = True, max_items: int = 3
) -> tuple[Polygons, Size]:
    """Draw a batch and an image size; polygons have parts, and holes if asked."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    if size is None:
        size = draw(st.tuples(st.integers(0, 20), st.integers(0, 20)))
    around = (max(size[0], 4), max(size[1], 4))
    rings: list[list[float]] = []
    polygon_offsets, item_offsets = [0], [0]
    for _ in range(draw(st.integers(0, max_items))):
        for _ in range(draw(st.integers(0, 3))):
            rings += [ring(rng, around) for _ in range(draw(st.integers(1, 3)) if holes else 1)]
            polygon_offsets.append(len(rings))
        item_offsets.append(len(polygon_offsets) - 1)
    batch = from_rings(rings, polygon_offsets, item_offsets)
    return (batch[1:] if len(batch) > 1 and draw(st.booleans()) else batch), size


def from_rings(
    rings: Sequence[Sequence[float]],
    polygon_offsets: Sequence[int] | None = None,
    item_offsets: Sequence[int] | None = None,
) -> Polygons:
    """Give the batch of these flat rings."""
    coords = np.array([number for one in rings for number in one], float).reshape(-1, 2)
    return Polygons(
        coords, np.cumsum([0, *(len(r) // 2 for r in rings)]), polygon_offsets, item_offsets
    )


def rings_of(batch: Polygons) -> list[list[list[Vertices]]]:
    """Give the vertices, by item, polygon and ring."""
    coords, (rings, parts, items) = batch.to_ragged()
    vertices: list[Vertices] = [
        [(float(x), float(y)) for x, y in coords[a:b]] for a, b in pairwise(rings)
    ]
    by_polygon = [vertices[a:b] for a, b in pairwise(parts)]
    return [by_polygon[a:b] for a, b in pairwise(items)]


def rasterize(
    batch: Polygons, size: Size, windings: Callable[[Vertices, Size], Any], fill: str = "even-odd"
) -> Masks:
    """Fill each polygon by the sum of its rings' windings, and unite the polygons of an item."""
    dense = []
    for item in rings_of(batch):
        mask = np.zeros(size, bool)
        for polygon in item:
            winding = sum((windings(one, size) for one in polygon), np.zeros(size, int))
            mask |= (winding % 2 != 0) if fill == "even-odd" else (winding != 0)
        dense.append(mask)
    return oracles.encode(dense)


def exact(vertices: Vertices, size: Size) -> npt.NDArray[np.int_]:
    """Count, in fractions, how often the ring winds around each pixel centre (rule ``exact``).

    A row is crossed by an edge that has one end at or above its centre line and the other below;
    the pixels whose centre is at or right of the crossing are on the other side of the edge.
    """
    height, width = size
    half = Fraction(1, 2)
    snapped = [
        tuple(Fraction(math.floor(Fraction(c) * 65536 + half), 65536) for c in v) for v in vertices
    ]
    steps = np.zeros((height, width + 1), int)
    for (x0, y0), (x1, y1) in _edges(snapped):
        for row in range(height):
            centre = row + half
            if (y0 <= centre) != (y1 <= centre):
                crossing = x0 + (centre - y0) * (x1 - x0) / (y1 - y0)
                column = min(max(math.ceil(crossing - half), 0), width)
                steps[row, column] += 1 if y0 < y1 else -1
    return np.cumsum(steps, axis=1)[:, :width]


def coco(vertices: Vertices, size: Size) -> npt.NDArray[np.int_]:
    """Walk the ring in fifths of a pixel, as the COCO API does, and count toggles above pixels."""
    points: list[tuple[int, int]] = []
    snapped = [(int(5 * x + 0.5), int(5 * y + 0.5)) for x, y in vertices]
    for a, b in _edges(snapped):
        points += _digitised(a, b)
    passes = [(min(u0, u1), min(v0, v1)) for (u0, v0), (u1, v1) in pairwise(points) if u0 != u1]
    return _toggled(passes, size)


def coco_rational(vertices: Vertices, size: Size) -> npt.NDArray[np.int_]:
    """Find in fractions where the digitised edges pass column centres, however far they reach."""
    passes = []
    snapped = [
        (int(5 * Fraction(x) + Fraction(1, 2)), int(5 * Fraction(y) + Fraction(1, 2)))
        for x, y in vertices
    ]
    for (u0, v0), (u1, v1) in _edges(snapped):
        if u0 == u1:
            continue
        slope = Fraction(v1 - v0, u1 - u0)
        for u in range(2, 5 * size[1], 5):
            if not min(u0, u1) <= u < max(u0, u1):
                continue
            if abs(slope) <= 1:
                ends = [math.floor(v0 + slope * (end - u0) + Fraction(1, 2)) for end in (u, u + 1)]
                passes.append((u, min(ends)))
            else:
                between = v0 + slope * (u + Fraction(1, 2) - u0)
                last = math.ceil(between) - 1 if slope > 0 else math.floor(between)
                passes.append((u, last))
    return _toggled(passes, size)


def _edges(vertices: Sequence[Any]) -> Iterable[tuple[Any, Any]]:
    return zip(vertices, [*vertices[1:], *vertices[:1]], strict=True)


def _digitised(start: tuple[int, int], end: tuple[int, int]) -> list[tuple[int, int]]:
    """Give the points of an edge in the order of the walk; either direction gives the same ones."""
    (u0, v0), (u1, v1) = start, end
    du, dv = abs(u1 - u0), abs(v1 - v0)
    flat = du >= dv
    backwards = u0 > u1 if flat else v0 > v1
    if backwards:
        u0, v0, u1, v1 = u1, v1, u0, v0
    if flat:
        slope = (v1 - v0) / du if du else 0.0
        points = [(u0 + t, int(v0 + slope * t + 0.5)) for t in range(du + 1)]
    else:
        slope = (u1 - u0) / dv
        points = [(int(u0 + slope * t + 0.5), v0 + t) for t in range(dv + 1)]
    return points[::-1] if backwards else points


def _toggled(passes: Iterable[tuple[int, int]], size: Size) -> npt.NDArray[np.int_]:
    height, width = size
    flat = np.zeros(height * width + 1, int)
    for u, v in passes:
        column, rest = divmod(u - 2, 5)
        if rest == 0 and 0 <= column < width:
            exact = (Fraction(v) + Fraction(1, 2)) / 5 - Fraction(1, 2)
            row = min(max(math.ceil(exact), 0), height)
            flat[column * height + row] += 1
    return np.cumsum(flat)[:-1].reshape(width, height).T
