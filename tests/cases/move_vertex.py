"""move_vertex: oracles, laws and hostile calls, for each pixel rule."""

from functools import partial

import numpy as np
from hypothesis import strategies as st

import maskengine as me
from maskengine.testing import oracles
from maskengine.testing import polygons as shapes
from maskengine.testing.cases import Case

SQUARE = me.Polygons.from_boxes([0, 0, 4, 4])
MASK = me.rasterize(SQUARE, (6, 6))


@st.composite
def moves(draw, rule):
    """Draw masks of polygons (now and then of something else), a vertex and its new place."""
    batch, size = draw(shapes.polygons())
    full = [i for i in range(len(batch)) if len(batch[i].coords)]
    if not full:
        batch = me.Polygons.concatenate([batch, SQUARE])
        full = [len(batch) - 1]
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    if draw(st.booleans()):
        batch = closed(batch)
    item = int(rng.choice(full))
    vertex = int(rng.integers(len(batch[item].coords)))
    to = (rng.random(2) * 1.5 - 0.25) * [size[1], size[0]]
    to = np.round(to * 2) / 2 if rng.random() < 0.5 else to
    masks = shapes.rasterize(batch, size, windings(rule))
    if rng.random() < 0.2:
        masks = oracles.encode([rng.random(size) < 0.5 for _ in batch])
    return masks, batch, item, vertex, (float(to[0]), float(to[1]))


def closed(batch):
    rings = [[*r, r[0]] for item in shapes.rings_of(batch) for part in item for r in part]
    flat = [[float(c) for xy in r for c in xy] for r in rings]
    return shapes.from_rings(flat, *batch.to_ragged()[1][1:])


def windings(rule):
    return shapes.exact if rule == "exact" else shapes.coco


def moved(polygons, item, vertex, to):
    """Move the vertex, and its copy that closes the ring."""
    coords, offsets = polygons.to_ragged()
    coords = coords.copy()
    rings, parts, items = offsets
    at = rings[parts[items[item]]] + vertex
    r = np.searchsorted(rings, at, side="right") - 1
    first, last = rings[r], rings[r + 1] - 1
    both = {first, last} if at in {first, last} and (coords[first] == coords[last]).all() else {at}
    coords[list(both)] = to
    return me.Polygons(coords, *offsets)


def box_of(pixels):
    y, x = np.nonzero(pixels)
    if not y.size:
        return (0, 0, 0, 0)
    left, top = int(x.min()), int(y.min())
    return (left, top, int(x.max()) + 1 - left, int(y.max()) + 1 - top)


def fill_twice(rule, masks, polygons, item, vertex, to):  # noqa: PLR0917
    """Fill before and after, and toggle what differs."""
    after = moved(polygons, item, vertex, to)
    size = tuple(int(side) for side in masks.sizes[item])
    old, new = (
        oracles.decode(shapes.rasterize(batch[item], size, windings(rule)))[0]
        for batch in (polygons, after)
    )
    dense = oracles.decode(masks)
    dense[item] = dense[item] ^ (old ^ new)
    return oracles.encode(dense), after, box_of(old ^ new), oracles.encode([old ^ new])


def dense_in_place(rule, masks, polygons, item, vertex, to):  # noqa: PLR0917
    dense = np.asfortranarray(oracles.decode(masks)[item])
    found = me.move_vertex(masks, polygons, item, vertex, to, rule, out=dense)
    return np.array_equal(dense, oracles.decode(found.masks)[item])


def there_and_back(rule, masks, polygons, item, vertex, to):  # noqa: PLR0917
    was = tuple(polygons[item].coords[vertex])
    there = me.move_vertex(masks, polygons, item, vertex, to, rule)
    back = me.move_vertex(there.masks, there.polygons, item, vertex, was, rule)
    return back.masks == masks and back.change == there.change and back.box == there.box


def case(rule):
    return Case(
        name=f"move_vertex-{rule}",
        run=lambda *drawn: me.move_vertex(*drawn, rule=rule),
        inputs=moves(rule),
        oracle=partial(fill_twice, rule),
        laws={
            "dense in place": partial(dense_in_place, rule),
            # a vertex dropped on its neighbour closes the ring: both move back
            "there and back": lambda *drawn: (
                tuple(drawn[4]) in map(tuple, drawn[1].coords.tolist())
                or there_and_back(rule, *drawn)
            ),
        },
        hostile=HOSTILE if rule == "exact" else {},
    )


def read_only():
    array = np.zeros((6, 6), bool)
    array.flags.writeable = False
    return array


HOSTILE = {
    "an array": lambda: me.move_vertex(np.zeros((6, 6), bool), SQUARE, 0, 0, (1, 1)),
    "lists": lambda: me.move_vertex(MASK, [[[0, 0, 4, 0, 4, 4]]], 0, 0, (1, 1)),
    "no rule": lambda: me.move_vertex(MASK, SQUARE, 0, 0, (1, 1), "opencv"),
    "rule list": lambda: me.move_vertex(MASK, SQUARE, 0, 0, (1, 1), []),
    "no item": lambda: me.move_vertex(MASK, SQUARE, 1, 0, (1, 1)),
    "negative item": lambda: me.move_vertex(MASK, SQUARE, -1, 0, (1, 1)),
    "no vertex": lambda: me.move_vertex(MASK, SQUARE, 0, 4, (1, 1)),
    "negative vertex": lambda: me.move_vertex(MASK, SQUARE, 0, -1, (1, 1)),
    "huge vertex": lambda: me.move_vertex(MASK, SQUARE, 0, 2**70, (1, 1)),
    "float vertex": lambda: me.move_vertex(MASK, SQUARE, 0, 1.0, (1, 1)),
    "bool item": lambda: me.move_vertex(MASK, SQUARE, False, 1, (1, 1)),
    "NaN": lambda: me.move_vertex(MASK, SQUARE, 0, 0, (float("nan"), 1)),
    "infinite": lambda: me.move_vertex(MASK, SQUARE, 0, 0, (1, float("inf")), "coco"),
    "far": lambda: me.move_vertex(MASK, SQUARE, 0, 0, (1, 4e9)),
    "far for coco": lambda: me.move_vertex(MASK, SQUARE, 0, 0, (1, 1e301), "coco"),
    "three numbers": lambda: me.move_vertex(MASK, SQUARE, 0, 0, (1, 1, 1)),
    "text": lambda: me.move_vertex(MASK, SQUARE, 0, 0, "11"),
    "two masks": lambda: me.move_vertex(me.Masks.concatenate([MASK] * 2), SQUARE, 0, 0, (1, 1)),
    "out of another size": lambda: me.move_vertex(
        MASK, SQUARE, 0, 0, (1, 1), out=np.zeros((6, 5), bool)
    ),
    "out of integers": lambda: me.move_vertex(
        MASK, SQUARE, 0, 0, (1, 1), out=np.zeros((6, 6), np.uint8)
    ),
    "out stack": lambda: me.move_vertex(MASK, SQUARE, 0, 0, (1, 1), out=np.zeros((1, 6, 6), bool)),
    "out list": lambda: me.move_vertex(MASK, SQUARE, 0, 0, (1, 1), out=[[False]]),
    "out read-only": lambda: me.move_vertex(MASK, SQUARE, 0, 0, (1, 1), out=read_only()),
}

CASES = [case("exact"), case("coco")]
