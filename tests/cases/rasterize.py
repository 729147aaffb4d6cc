"""rasterize: oracles, laws, peers and hostile calls, for each pixel rule."""

from functools import partial
from itertools import pairwise

import numpy as np
from hypothesis import strategies as st

import maskengine as me
from maskengine.testing import oracles
from maskengine.testing import polygons as shapes
from maskengine.testing.cases import Case

TRIANGLE = me.Polygons.from_coco([[[0, 0, 4, 0, 4, 3]]])


def pycocotools(drawn):
    """Rasterize each ring and merge the rings of an item; images without pixels are beyond it."""
    from pycocotools import mask as peer

    batch, (height, width) = drawn
    empty = {"size": [height, width], "counts": [height * width]}
    merged = [
        peer.merge(peer.frPyObjects(rings, height, width)) if rings and height * width else empty
        for rings in batch.to_coco()
    ]
    return me.Masks.from_coco(merged)


def reordered(batch, rng):
    """Give the batch with each ring turned to another first vertex, and half of them reversed."""
    coords, offsets = batch.to_ragged()
    parts = []
    for a, b in pairwise(offsets[0]):
        part = np.roll(coords[a:b], rng.integers(b - a), axis=0)
        parts.append(part[::-1] if rng.random() < 0.5 else part)
    return me.Polygons(np.concatenate([np.zeros((0, 2)), *parts]), *offsets)


def order_does_not_matter(rule, drawn):
    batch, size = drawn
    again = reordered(batch, np.random.default_rng(len(batch.coords)))
    return me.rasterize(again, size, rule) == me.rasterize(batch, size, rule)


def a_vertex_adds_its_triangle(rule, drawn):
    """Taking a vertex out of a ring changes the mask by the triangle it made."""
    batch, size = drawn
    rings = [r for item in shapes.rings_of(batch) for polygon in item for r in polygon]
    rings = [np.array(r) for r in rings if len(r) > 3]
    if not rings:
        return True
    whole, less, triangle = (
        oracles.decode(me.rasterize(shapes.from_rings([r.ravel() for r in kind]), size, rule))
        for kind in (rings, [r[1:] for r in rings], [r[[-1, 0, 1]] for r in rings])
    )
    return all(np.array_equal(a ^ b, c) for a, b, c in zip(whole, less, triangle, strict=True))


def a_shift_by_pixels_shifts(drawn):
    batch, (height, width) = drawn
    if not len(batch):
        return True
    moved = me.Polygons(batch.coords + np.array([3, 5]), *batch.to_ragged()[1])
    large = oracles.decode(me.rasterize(moved, (height + 5, width + 3)))
    small = oracles.decode(me.rasterize(batch, (height, width)))
    return all(np.array_equal(a[5:, 3:], b) for a, b in zip(large, small, strict=True))


def one_size_or_many(rule, drawn):
    batch, size = drawn
    return me.rasterize(batch, [size] * len(batch) or np.zeros((0, 2), int), rule) == me.rasterize(
        batch, size, rule
    )


def both_directions_wind(drawn):
    """Under nonzero the mask is all that even-odd gives, and more."""
    batch, size = drawn
    odd = oracles.decode(me.rasterize(batch, size))
    nonzero = oracles.decode(me.rasterize(batch, size, fill="nonzero"))
    return all((b | ~a).all() for a, b in zip(odd, nonzero, strict=True))


CASES = [
    Case(
        name="rasterize-exact",
        run=lambda drawn: me.rasterize(*drawn, rule="exact"),
        inputs=st.tuples(shapes.polygons()),
        oracle=lambda drawn: shapes.rasterize(*drawn, shapes.exact),
        laws={
            "order": partial(order_does_not_matter, "exact"),
            "additive": partial(a_vertex_adds_its_triangle, "exact"),
            "shift": a_shift_by_pixels_shifts,
            "sizes": partial(one_size_or_many, "exact"),
            "nonzero covers even-odd": both_directions_wind,
        },
        hostile={
            "an array": lambda: me.rasterize(np.zeros((3, 2)), (4, 4)),
            "lists": lambda: me.rasterize([[[0, 0, 4, 0, 4, 3]]], (4, 4)),
            "no rule": lambda: me.rasterize(TRIANGLE, (4, 4), rule="cv"),
            "rule none": lambda: me.rasterize(TRIANGLE, (4, 4), rule=None),
            "rule list": lambda: me.rasterize(TRIANGLE, (4, 4), rule=[]),
            "no fill": lambda: me.rasterize(TRIANGLE, (4, 4), fill="odd"),
            "coco nonzero": lambda: me.rasterize(TRIANGLE, (4, 4), "coco", "nonzero"),
            "negative size": lambda: me.rasterize(TRIANGLE, (-1, 4)),
            "huge size": lambda: me.rasterize(TRIANGLE, (2**31, 4)),
            "float size": lambda: me.rasterize(TRIANGLE, (4.5, 4)),
            "text size": lambda: me.rasterize(TRIANGLE, "44"),
            "one number": lambda: me.rasterize(TRIANGLE, 4),
            "too many sizes": lambda: me.rasterize(TRIANGLE, [(4, 4), (4, 4)]),
            "negative in sizes": lambda: me.rasterize(TRIANGLE, [(4, -4)]),
            "beyond the grid": lambda: me.rasterize(
                me.Polygons.from_coco([[[0, 0, 4e9, 0, 4, 3]]]), (4, 4)
            ),
        },
    ),
    Case(
        name="rasterize-nonzero",
        run=lambda drawn: me.rasterize(*drawn, fill="nonzero"),
        inputs=st.tuples(shapes.polygons()),
        oracle=lambda drawn: shapes.rasterize(*drawn, shapes.exact, "nonzero"),
    ),
    Case(
        name="rasterize-coco",
        run=lambda drawn: me.rasterize(*drawn, rule="coco"),
        inputs=st.tuples(shapes.polygons(holes=False)),
        oracle=lambda drawn: shapes.rasterize(*drawn, shapes.coco),
        laws={
            "order": partial(order_does_not_matter, "coco"),
            "additive": partial(a_vertex_adds_its_triangle, "coco"),
            "sizes": partial(one_size_or_many, "coco"),
        },
        peers={"pycocotools": pycocotools},
    ),
    Case(
        name="rasterize-coco-holes",
        run=lambda drawn: me.rasterize(*drawn, rule="coco"),
        inputs=st.tuples(shapes.polygons()),
        oracle=lambda drawn: shapes.rasterize(*drawn, shapes.coco),
    ),
]
