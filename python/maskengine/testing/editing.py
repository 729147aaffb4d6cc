"""Slow truths of the brush's verbs: flood, tolerance map and stroke, pixel by pixel."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

Dense = npt.NDArray[np.bool_]
_ONE = 2**16  # a pixel on the grid of strokes


def _rows(image: npt.NDArray[Any]) -> list[list[list[Any]]]:
    """Give the values as Python numbers, which do not overflow: pixels of channels."""
    deep = image if image.ndim == 3 else image[..., None]
    rows: list[list[list[Any]]] = deep.astype(float if deep.dtype.kind == "f" else object).tolist()
    return rows


def _around(x: int, y: int, size: Sequence[int], connectivity: int) -> Iterator[tuple[int, int]]:
    for dy in (-1, 0, 1):
        for dx in (-1, 0, 1):
            near = (dx != 0) + (dy != 0)
            if 1 <= near <= connectivity // 4 and 0 <= x + dx < size[1] and 0 <= y + dy < size[0]:
                yield x + dx, y + dy


def flood(  # noqa: PLR0917
    image: npt.NDArray[Any],
    seeds: Sequence[Any],
    tolerance: tuple[Sequence[Any], Sequence[Any]],
    mode: str = "fixed",
    connectivity: int = 4,
    allowed: Dense | None = None,
) -> Dense:
    """Visit pixels breadth first from each seed; `tolerance` is (lower, upper) per channel."""
    values = _rows(image)
    size = image.shape[:2]
    filled = np.zeros(size, bool)
    finite = np.isfinite(np.array(values, np.float64)).reshape(*size, -1).all(axis=2)
    may: Dense = np.asarray(finite if allowed is None else finite & allowed)
    for seed_x, seed_y in seeds:
        if not may[seed_y, seed_x]:
            continue
        reached = {(seed_x, seed_y)}
        waiting = deque(reached)
        while waiting:
            x, y = waiting.popleft()
            base = values[seed_y][seed_x] if mode == "fixed" else values[y][x]
            for to_x, to_y in _around(x, y, size, connectivity):
                if (to_x, to_y) in reached or not may[to_y, to_x]:
                    continue
                steps = zip(base, values[to_y][to_x], *tolerance, strict=True)
                if all(-low <= q - p <= high for p, q, low, high in steps):
                    reached.add((to_x, to_y))
                    waiting.append((to_x, to_y))
        for x, y in reached:
            filled[y, x] = True
    return filled


def tolerance_map(
    image: npt.NDArray[Any], seed: tuple[int, int], mode: str = "fixed", connectivity: int = 4
) -> list[list[Any]]:
    """Lower each pixel's value from those around it until nothing changes."""
    values = _rows(image)
    size = image.shape[:2]
    least: list[list[Any]] = [[math.inf] * size[1] for _ in range(size[0])]
    least[seed[1]][seed[0]] = 0
    changed = True
    while changed:
        changed = False
        for y in range(size[0]):
            for x in range(size[1]):
                for at_x, at_y in _around(x, y, size, connectivity):
                    base = values[seed[1]][seed[0]] if mode == "fixed" else values[at_y][at_x]
                    steps = [abs(q - p) for p, q in zip(base, values[y][x], strict=True)]
                    known = all(math.isfinite(step) for step in steps)
                    new = max(least[at_y][at_x], *steps) if known else math.inf
                    if new < least[y][x]:
                        least[y][x] = new
                        changed = True
    return least


def _grid(value: float) -> int:
    return math.floor(Fraction(value) * _ONE + Fraction(1, 2))


def _in_disc(u: int, v: int, a: Sequence[int], b: Sequence[int]) -> bool:
    """Say whether a point is in the hull of two discs (x, y, radius), in whole numbers."""
    du, dv, dr = (q - p for p, q in zip(a, b, strict=True))
    u, v = u - a[0], v - a[1]
    outside = u * u + v * v - a[2] ** 2
    if outside <= 0 or (u - du) ** 2 + (v - dv) ** 2 <= b[2] ** 2:
        return True
    spread = du * du + dv * dv - dr * dr
    way = u * du + v * dv + a[2] * dr
    return spread > 0 and 0 < way < spread and spread * outside <= way * way


def _in_box(limits: Sequence[tuple[int, int, bool]]) -> bool:
    """Say whether some t in [0, 1] has at + t * slope <= 0 (< 0 where strict) for all limits."""
    low, high = (Fraction(0), False), (Fraction(1), False)
    for at, slope, strict in limits:
        if slope == 0:
            if at > 0 or (strict and at == 0):
                return False
            continue
        bound = (Fraction(-at, slope), strict)
        if slope < 0:
            low = max(low, bound)
        else:
            high = min(high, bound, key=lambda one: (one[0], not one[1]))
    return low[0] < high[0] or (low[0] == high[0] and not (low[1] or high[1]))


def _swept_box(
    u: int, v: int, a: Sequence[int], b: Sequence[int], edges: Sequence[int] | None
) -> bool:
    du, dv, dr = (q - p for p, q in zip(a, b, strict=True))
    left, top, right, bottom = edges or (-a[2], -a[2], a[2], a[2])
    strict = edges is not None
    dr = 0 if strict else dr
    u, v = u - a[0], v - a[1]
    return _in_box(
        [
            (left - u, du - dr, False),
            (u - right, -du - dr, strict),
            (top - v, dv - dr, False),
            (v - bottom, -dv - dr, strict),
        ]
    )


def stroke(
    points: Sequence[Sequence[float]],
    radii: Sequence[float],
    size: tuple[int, int],
    shape: str = "disk",
    brush: Dense | None = None,
) -> Dense:
    """Test the centre of every pixel against every segment, in whole numbers."""
    places = [(_grid(x), _grid(y), _grid(r)) for (x, y), r in zip(points, radii, strict=True)]
    boxes: list[Any] = [None]
    if brush is not None:
        sides = brush.shape[::-1] * 2
        half = _ONE // 2
        boxes = [
            [half * (2 * at - side) for at, side in zip((x, y, x + 1, y + 1), sides, strict=True)]
            for y, x in np.argwhere(brush).tolist()
        ]
    covered = np.zeros(size, bool)
    segments = list(pairwise(places)) or [(p, p) for p in places]
    for y in range(size[0]):
        for x in range(size[1]):
            u, v = x * _ONE + _ONE // 2, y * _ONE + _ONE // 2
            for a, b in segments:
                if shape == "disk" and brush is None:
                    covered[y, x] |= _in_disc(u, v, a, b)
                else:
                    covered[y, x] |= any(_swept_box(u, v, a, b, edges) for edges in boxes)
    return covered
