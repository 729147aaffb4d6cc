"""check_polygons: oracle in fractions, laws and hostile calls."""

from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

import maskengine as me
from maskengine.testing import polygons as shapes
from maskengine.testing.cases import Case

BOX = me.Polygons.from_boxes([0, 0, 4, 4])


def side(a, b, c):
    turn = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
    return (turn > 0) - (turn < 0)


def within(a, b, p):
    return all(min(a[k], b[k]) <= p[k] <= max(a[k], b[k]) for k in range(2))


def meet(a, b, c, d):
    sides = side(a, b, c), side(a, b, d), side(c, d, a), side(c, d, b)
    if sides[0] * sides[1] < 0 and sides[2] * sides[3] < 0:
        return True
    ends = ((a, b, c), (a, b, d), (c, d, a), (c, d, b))
    return any(s == 0 and within(*e) for s, e in zip(sides, ends, strict=True))


def by_fractions(batch):
    """Compare all pairs of edges of each ring."""
    vertices, areas, flags, crossings = [], [], [], []
    rings = [ring for item in shapes.rings_of(batch) for polygon in item for ring in polygon]
    for r, ring in enumerate(rings):
        exact = [(Fraction(x), Fraction(y)) for x, y in ring]
        own = [1 if i and exact[i - 1] == p else 0 for i, p in enumerate(exact)]
        at = [i for i, flag in enumerate(own) if not flag]
        if len(at) > 1 and exact[at[0]] == exact[at[-1]]:
            at.pop()
        points, n = [exact[i] for i in at], len(at)
        for k in range(n if n > 1 else 0):
            a, b, c = points[k - 1], points[k], points[(k + 1) % n]
            if side(a, b, c) == 0:
                own[at[k]] |= 2 if within(a, c, b) else 6
        edges = [(points[k], points[(k + 1) % n]) for k in range(n)]
        crossings += [
            [r, at[i], at[j]]
            for i in range(n)
            for j in range(i + 2, n)
            if (i, j) != (0, n - 1) and meet(*edges[i], *edges[j])
        ]
        vertices.append(n)
        areas.append(float(sum(a[0] * b[1] - a[1] * b[0] for a, b in edges) / 2))
        flags += own
    return vertices, areas, flags, sorted(crossings)


def found(checks):
    return (
        checks.vertices.tolist(),
        checks.area.tolist(),
        checks.flags.tolist(),
        checks.crossings.tolist(),
    )


def agree(ours, wanted):
    return (
        ours[0] == wanted[0]
        and np.allclose(ours[1], wanted[1], rtol=1e-12, atol=1e-9)
        and ours[2:] == wanted[2:]
    )


def places_are_on_both_edges(batch):
    checks = me.check_polygons(batch)
    coords, (rings, *_) = batch.to_ragged()
    for (r, *edges), place in zip(checks.crossings, checks.places, strict=True):
        ring = coords[rings[r] : rings[r + 1]]
        for e in edges:
            a, b = ring[e], ring[(e + 1) % len(ring)]
            step = 1
            while (a == b).all() and step < len(ring):
                step += 1
                b = ring[(e + step) % len(ring)]
            along = np.clip(np.dot(place - a, b - a) / np.dot(b - a, b - a), 0, 1)
            if np.abs(a + along * (b - a) - place).max() > 1e-6:
                return False
    return True


CASES = [
    Case(
        name="check_polygons",
        run=lambda batch: found(me.check_polygons(batch)),
        inputs=st.tuples(shapes.polygons().map(lambda drawn: drawn[0])),
        oracle=by_fractions,
        same=agree,
        laws={"places": places_are_on_both_edges},
        hostile={
            "an array": lambda: me.check_polygons(np.zeros((4, 2))),
            "lists": lambda: me.check_polygons([[[0, 0, 4, 0, 4, 4]]]),
            "negative": lambda: me.check_polygons(BOX, max_crossings=-1),
            "a float": lambda: me.check_polygons(BOX, max_crossings=1.5),
            "too many": lambda: me.check_polygons(BOX, max_crossings=2**24 + 1),
            "negative pairs": lambda: me.check_polygons(BOX, max_pairs=-1),
            "pairs as text": lambda: me.check_polygons(BOX, max_pairs="many"),
            "deviation from lists": lambda: me.check_polygons(BOX).deviation([[0, 0, 1, 1]]),
            "deviation from none": lambda: me.check_polygons(BOX).deviation(BOX[:0]),
            "a step of 0": lambda: me.check_polygons(BOX).deviation(BOX, step=0),
            "a step of text": lambda: me.check_polygons(BOX).deviation(BOX, step="1"),
            "steps without end": lambda: me.check_polygons(BOX).deviation(BOX, step=1e-9),
            "a bool": lambda: me.check_polygons(BOX, max_crossings=True),
        },
    ),
]
