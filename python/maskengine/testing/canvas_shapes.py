"""Slow truths of what a canvas takes: rules, regions, polygons, ellipses, holes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine.testing import oracles, polygons, regions
from maskengine.values import Masks, Polygons

Dense = npt.NDArray[np.bool_]
Box = tuple[int, int, int, int]


def box_of(mask: npt.ArrayLike) -> Box:
    """Give the smallest half-open (left, top, right, bottom) around a mask; zeros when empty."""
    left, top, right, bottom = oracles.bbox(oracles.encode([mask]))[0].tolist()
    return left, top, right, bottom


def inside_of(covered: npt.ArrayLike) -> Dense:
    """Give what a mask encloses: background from which no path of edges leads out of the image.

    Examples
    --------
    >>> int(inside_of(oracles.art(".##.", "#..#", ".##.")).sum())
    2
    """
    numbers, _ = regions.components(np.pad(~np.asarray(covered), 1, constant_values=True), 4)
    inside: Dense = (numbers > 1)[1:-1, 1:-1]
    return inside


def as_dense(what: Any, size: Sequence[int]) -> Dense:
    """Give a mask, or a half-open (left, top, right, bottom), as (H, W) of bool."""
    dense = np.zeros(size, bool)
    if isinstance(what, Masks):
        for mask in oracles.decode(what):
            dense |= mask
        return dense
    if isinstance(what, np.ndarray) and what.ndim == 2:
        return np.asarray(what != 0)
    left, top, right, bottom = (max(int(side), 0) for side in what)
    dense[top:bottom, left:right] = True
    return dense


def any_of(values: npt.NDArray[Any], labels: npt.NDArray[Any]) -> Dense:
    """Say which values are among some labels."""
    found = np.zeros(values.shape, bool)
    for label in labels:
        found |= np.asarray(values == label, bool)
    return found


def allowed(rules: Any, labels: npt.NDArray[Any]) -> Dense:
    """Say which pixels `rules` let change."""
    if rules is None:
        return np.ones(labels.shape, bool)
    only, protect = (np.atleast_1d(np.array(some, object)) for some in (rules.only, rules.protect))
    values = labels.astype(object)  # whole numbers of any length
    may = np.ones(labels.shape, bool) if rules.only is None else any_of(values, only)
    may &= ~any_of(values, protect)
    if rules.region is not None:
        may &= as_dense(rules.region, labels.shape)
    return may


def as_polygons(what: Any) -> Polygons:
    """Give Polygons, a ring (N, 2), or a list of rings of one polygon, as Polygons."""
    if isinstance(what, Polygons):
        return what
    rings = [what] if isinstance(what, np.ndarray) else what
    flat = [np.asarray(ring, float).ravel().tolist() for ring in rings]
    return polygons.from_rings(flat, [0, len(flat)], [0, 1])


def ellipse(
    ends: Sequence[Sequence[float]], radii: Sequence[float], angle: float, size: Sequence[int]
) -> Dense:
    """Test pixel centres against an ellipse that moves from one end to the other, in fractions."""
    turn = math.radians(angle % 360)
    cosine, sine = Fraction(math.cos(turn)), Fraction(math.sin(turn))

    def scaled(x: Fraction, y: Fraction) -> tuple[Fraction, Fraction]:
        along, across = x * cosine + y * sine, y * cosine - x * sine
        return along / Fraction(radii[0]), across / Fraction(radii[1])

    (px, py), (qx, qy) = (
        [Fraction(math.floor(Fraction(c) * 2**16 + Fraction(1, 2)), 2**16) for c in end]
        for end in ends
    )
    du, dv = scaled(qx - px, qy - py)
    length = du * du + dv * dv
    covered = np.zeros(size, bool)
    for y, x in np.ndindex(*size):
        u, v = scaled(x + Fraction(1, 2) - px, y + Fraction(1, 2) - py)
        nearest = min(max((u * du + v * dv) / length, Fraction(0)), Fraction(1)) if length else 0
        covered[y, x] = (u - nearest * du) ** 2 + (v - nearest * dv) ** 2 <= 1
    return covered
