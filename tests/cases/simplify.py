"""simplify: each bound is checked on the pixels, or by slow distances between outlines."""

from functools import partial

import numpy as np
from hypothesis import strategies as st

import maskengine as me
from maskengine.testing import oracles, strategies
from maskengine.testing import polygons as shapes
from maskengine.testing.cases import Case

SQUARE = me.Polygons([(0, 0), (4, 0), (4, 4), (0, 4)], [0, 4])
FAR = me.Polygons([(0, 0), (1e300, 0), (4, 4), (0, 4)], [0, 4])
MARGIN = 6  # of the image around what is drawn, so that no pixel is cut


def moved(batch, by):
    coords, offsets = batch.to_ragged()
    return me.Polygons(coords + by, *offsets)


def pixels(batch, size):
    """Fill with the slow truth of rule exact."""
    return oracles.decode(shapes.rasterize(batch, size, shapes.exact))


def ring_counts(batch):
    return [[len(polygon) for polygon in item] for item in shapes.rings_of(batch)]


def distance_to(points, ring):
    """Give the distance of each point from the nearest edge of a ring."""
    a = np.asarray(ring, float)
    d = np.roll(a, -1, axis=0) - a
    p = np.asarray(points, float)[:, None] - a
    length = (d * d).sum(-1)
    along = np.clip((p * d).sum(-1) / np.where(length > 0, length, 1), 0, 1)
    return np.linalg.norm(p - along[..., None] * d, axis=-1).min(axis=1)


def samples(ring):
    a = np.asarray(ring, float)
    return (a + np.linspace(0, 1, 24)[:, None, None] * (np.roll(a, -1, axis=0) - a)).reshape(-1, 2)


def hausdorff(before, after):
    return max(
        (
            max(distance_to(samples(a), b).max(), distance_to(samples(b), a).max())
            for x, y in zip(shapes.rings_of(before), shapes.rings_of(after), strict=True)
            for p, q in zip(x, y, strict=True)
            for a, b in zip(p, q, strict=True)
        ),
        default=0.0,
    )


def lossless_masks(holes, masks):
    """Simplify the outlines and fill them again; the oracle is what was drawn."""
    sizes = masks.sizes if len(masks) else np.zeros((0, 2), int)
    simple = me.simplify(me.polygonize(masks, holes=holes))
    return me.rasterize(simple, sizes), me.rasterize(simple, sizes, "coco")


def twice(masks):
    same = oracles.encode(oracles.decode(masks)) if len(masks) else me.Masks([], [0], [])
    return same, same


def from_pycocotools(masks):
    from pycocotools import mask as peer

    out = []
    items = me.simplify(me.polygonize(masks, holes="bridge")).to_coco()
    for rings, (height, width) in zip(items, masks.sizes.tolist(), strict=True):
        if rings:
            out.append(peer.merge(peer.frPyObjects(rings, height, width)))
        else:
            out.append({"size": [height, width], "counts": [height * width]})
    return me.Masks.from_coco(out) == twice(masks)[0]


def fewer_vertices(masks):
    before = me.polygonize(masks)
    after = me.simplify(before)
    longer = np.diff(after.ring_offsets) > np.diff(before.ring_offsets)
    return not longer.any() and ring_counts(before) == ring_counts(after)


def lossless_any(batch, size):
    size = (size[0] + MARGIN, size[1] + MARGIN)
    return np.array_equal(pixels(me.simplify(batch), size), pixels(batch, size))


def within_distance(distance, batch, _size):
    return hausdorff(batch, me.simplify(batch, max_distance=distance)) <= distance + 1e-6


def outlines_within_distance(distance, shared, masks):
    before = me.polygonize(masks)
    if shared:  # one item: with more, masks that overlap would be no map
        before = before[:1]
    after = me.simplify(before, max_distance=distance, shared=shared)
    return hausdorff(before, after) <= distance + 1e-6


def iou_holds(iou, vanish, batch, size):
    """Everything in view: moved into a frame that holds every vertex."""
    if len(batch.coords) == 0:
        return True
    low = np.floor(batch.coords.min(axis=0))
    batch = moved(batch, -low + 1)
    width, height = (int(side) + 2 for side in np.ceil(batch.coords.max(axis=0)))
    before = pixels(batch, (height, width))
    after = pixels(me.simplify(batch, min_iou=iou, allow_vanish=vanish), (height, width))
    for a, b in zip(before, after, strict=True):
        either = np.count_nonzero(a | b)
        if either and np.count_nonzero(a & b) / either < iou:
            return False
    return True


def vertices_hold(limit, masks):
    before = me.polygonize(masks)
    after = me.simplify(before, max_vertices=limit)
    if ring_counts(before) != ring_counts(after):
        return False
    sizes = masks.sizes if len(masks) else np.zeros((0, 2), int)
    kept = oracles.decode(me.rasterize(after, sizes)) if len(masks) else []
    drawn = oracles.decode(masks) if len(masks) else []
    return all(k.any() == d.any() for k, d in zip(kept, drawn, strict=True))


def one_by_one(bound, batch, _size):
    parts = [me.simplify(one, **bound) for one in batch]
    return me.Polygons.concatenate(parts) == me.simplify(batch, **bound)


HOSTILE = {
    "no polygons": lambda: me.simplify([[0, 0, 1, 1, 2, 2]]),
    "two bounds": lambda: me.simplify(SQUARE, max_distance=1, min_iou=0.5),
    "lossless and another": lambda: me.simplify(SQUARE, lossless=True, max_vertices=4),
    "distance below zero": lambda: me.simplify(SQUARE, max_distance=-1),
    "distance nan": lambda: me.simplify(SQUARE, max_distance=float("nan")),
    "distance text": lambda: me.simplify(SQUARE, max_distance="1"),
    "iou above one": lambda: me.simplify(SQUARE, min_iou=1.1),
    "iou list": lambda: me.simplify(SQUARE, min_iou=[0.5]),
    "two vertices": lambda: me.simplify(SQUARE, max_vertices=2),
    "half a vertex": lambda: me.simplify(SQUARE, max_vertices=4.5),
    "far lossless": lambda: me.simplify(FAR),
    "far distance": lambda: me.simplify(FAR, max_distance=1),
    "far iou": lambda: me.simplify(FAR, min_iou=0.5),
    "far vertices": lambda: me.simplify(FAR, max_vertices=3),
    "vanish from a map": lambda: me.simplify(SQUARE, min_iou=0, shared=True, allow_vanish=True),
    "far shared": lambda: me.simplify(FAR, shared=True),
}

CASES = [
    Case(
        name=f"simplify-lossless-{holes}",
        run=partial(lossless_masks, holes),
        inputs=st.tuples(strategies.masks(max_side=40, max_masks=3)),
        oracle=twice,
        laws={
            "fewer": fewer_vertices,
            "pycocotools": from_pycocotools,
            "distance 1": partial(outlines_within_distance, 1.0, False),
            "distance 2.5": partial(outlines_within_distance, 2.5, False),
            "distance shared": partial(outlines_within_distance, 1.0, True),
            "vertices 3": partial(vertices_hold, 3),
            "vertices 8": partial(vertices_hold, 8),
        },
        hostile=HOSTILE if holes == "rings" else {},
    )
    for holes in ("rings", "bridge")
]
CASES.append(
    Case(
        name="simplify-any",
        run=lambda batch, size: me.rasterize(me.simplify(batch), size),
        inputs=shapes.polygons(),
        oracle=lambda batch, size: shapes.rasterize(batch, size, shapes.exact),
        laws={
            "lossless": lossless_any,
            "distance 0": partial(within_distance, 0.0),
            "distance 0.7": partial(within_distance, 0.7),
            "distance 3": partial(within_distance, 3.0),
            **{f"iou {iou}": partial(iou_holds, iou, False) for iou in (1.0, 0.95, 0.5, 0.0)},
            **{f"iou {iou}, vanish": partial(iou_holds, iou, True) for iou in (0.95, 0.5)},
            **{
                f"one by one {name}": partial(one_by_one, {name: value})
                for name, value in (
                    ("lossless", True),
                    ("max_distance", 1.0),
                    ("min_iou", 0.9),
                    ("max_vertices", 4),
                )
            },
        },
    )
)
