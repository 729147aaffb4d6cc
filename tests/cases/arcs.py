"""arcs: the rings that come back, and that no edge is stored twice."""

import itertools
from collections import Counter

import numpy as np
from hypothesis import strategies as st

import maskengine as me
from maskengine.testing import polygons as shapes
from maskengine.testing import strategies
from maskengine.testing.cases import Case


def bare(ring):
    """Leave out vertices that repeat the one before, around the ring."""
    kept = [v for k, v in enumerate(ring) if k == 0 or v != ring[k - 1]]
    while len(kept) > 1 and kept[-1] == kept[0]:
        kept.pop()
    return kept


def bare_rings(batch):
    return [
        [[bare([tuple(v) for v in ring]) for ring in polygon] for polygon in item]
        for item in shapes.rings_of(batch)
    ]


def back(batch):
    return bare_rings(me.arcs(batch).to_polygons())


def stored_edges(found):
    vertices = list(map(tuple, found.coords.tolist()))
    for begin, end in zip(found.arc_offsets[:-1], found.arc_offsets[1:], strict=True):
        arc = vertices[begin:end]
        yield from (frozenset(edge) for edge in itertools.pairwise(arc))


def outlines_are_stored_once(masks):
    """Outlines along pixel edges, each of which belongs to a ring once."""
    found = me.arcs(me.polygonize(masks))
    return max(Counter(stored_edges(found)).values(), default=1) == 1


def chains_fit(masks):
    """Every arc of a ring begins where the one before ends."""
    found = me.arcs(me.polygonize(masks))
    bounds = zip(found.ring_arc_offsets[:-1], found.ring_arc_offsets[1:], strict=True)
    for begin, end in bounds:
        ends = []
        for use in found.rings[begin:end].tolist():
            arc = use if use >= 0 else ~use
            first = found.coords[found.arc_offsets[arc]].tolist()
            last = found.coords[found.arc_offsets[arc + 1] - 1].tolist()
            ends.append((first, last) if use >= 0 else (last, first))
        if any(a[1] != b[0] for a, b in zip(ends, ends[1:] + ends[:1], strict=True)):
            return False
    return True


CASES = [
    Case(
        name="arcs-any",
        run=back,
        inputs=st.tuples(shapes.polygons().map(lambda drawn: drawn[0])),
        oracle=bare_rings,
        hostile={
            "an array": lambda: me.arcs(np.zeros((4, 2))),
            "lists": lambda: me.arcs([[[0, 0, 4, 0, 4, 4]]]),
        },
    ),
    Case(
        name="arcs-outlines",
        run=lambda masks: back(me.polygonize(masks)),
        inputs=st.tuples(strategies.masks(max_side=20, max_masks=3)),
        oracle=lambda masks: bare_rings(me.polygonize(masks)),
        laws={"once": outlines_are_stored_once, "chains": chains_fit},
    ),
]
