"""polygonize: a slow tracer on the dense mask or label map, laws and hostile calls."""

from collections import Counter
from functools import partial
from itertools import pairwise

import numpy as np
from hypothesis import strategies as st

import maskengine as me
from maskengine.testing import oracles, strategies
from maskengine.testing import polygons as shapes
from maskengine.testing.cases import Case

CONNECTIVITIES = [4, 8]
AROUND = {4: [(0, 1), (1, 0), (0, -1), (-1, 0)]}
AROUND[8] = AROUND[4] + [(1, 1), (1, -1), (-1, 1), (-1, -1)]
SQUARE = np.ones((2, 2), bool)


def cracks(mask):
    """Give each unit edge between foreground and background, the foreground on its right.

    Start and direction (x, y) -> the foreground pixel (row, column) beside it.
    """
    framed = np.pad(mask, 1)
    found = {}
    for row, column in zip(*np.nonzero(mask), strict=True):
        y, x = int(row), int(column)
        corners = [(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)]
        outside = [(y, x + 1), (y + 1, x + 2), (y + 2, x + 1), (y + 1, x)]  # in the frame
        for k in range(4):
            if not framed[outside[k]]:
                a, b = corners[k], corners[(k + 1) % 4]
                found[a, (b[0] - a[0], b[1] - a[1])] = (y, x)
    return found


def component_of(mask, connectivity):
    """Number the pixels of each component by flooding, in raster order of the first pixel."""
    numbers = {}
    count = 0
    for row, column in zip(*np.nonzero(mask), strict=True):
        start = (int(row), int(column))
        if start in numbers:
            continue
        numbers[start] = count
        todo = [start]
        while todo:
            y, x = todo.pop()
            for dy, dx in AROUND[connectivity]:
                y1, x1 = y + dy, x + dx
                inside = 0 <= y1 < mask.shape[0] and 0 <= x1 < mask.shape[1]
                if inside and mask[y1, x1] and (y1, x1) not in numbers:
                    numbers[y1, x1] = count
                    todo.append((y1, x1))
        count += 1
    return numbers, count


def trace(todo, connectivity):
    """Follow unit edges to one ring of corners; with 8 turn left where pixels touch, else right."""
    start = at = min(todo, key=lambda edge: (edge[0][1], edge[0][0]))
    corners = []
    while at in todo:
        del todo[at]
        (x, y), (dx, dy) = at
        end = (x + dx, y + dy)
        right, left = (-dy, dx), (dy, -dx)
        for turn in (left, (dx, dy), right) if connectivity == 8 else (right, (dx, dy), left):
            if (end, turn) in todo or (end, turn) == start:
                break
        if turn != (dx, dy):
            corners.append(end)
        at = (end, turn)
    first = min(range(len(corners)), key=lambda k: corners[k][::-1])
    return corners[first:] + corners[:first]


def signed_area(ring):
    x, y = np.array(ring, float).T
    return (x * np.roll(y, -1) - np.roll(x, -1) * y).sum() / 2


def traced(masks, connectivity):
    """Trace each dense mask, and give each ring to the component beside it."""
    rings, polygon_offsets, item_offsets = [], [0], [0]
    for mask in oracles.decode(masks):
        todo = cracks(mask)
        beside = dict(todo)
        numbers, count = component_of(mask, connectivity)
        polygons = [[] for _ in range(count)]
        while todo:
            before = set(todo)
            ring = trace(todo, connectivity)
            used = next(iter(before - set(todo)))
            polygons[numbers[beside[used]]].append(ring)
        for polygon in polygons:
            polygon.sort(key=lambda ring: (signed_area(ring) < 0, ring[0][::-1]))
            rings += [[number for vertex in ring for number in vertex] for ring in polygon]
            polygon_offsets.append(len(rings))
        item_offsets.append(len(polygon_offsets) - 1)
    return shapes.from_rings(rings, polygon_offsets, item_offsets)


@st.composite
def label_maps(draw, max_side=14):
    """Give patches of a few labels, large ones among them, or noise."""
    height, width = draw(strategies.sizes(max_side))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    names = np.array([0, 1, 2, 7, 200, 255, 2**32 - 1, 2**31][: draw(st.integers(1, 8))])
    values = rng.permutation(names)[rng.integers(0, len(names), (height, width))]
    side = draw(st.sampled_from([1, 1, 2, 5]))
    patches = np.repeat(np.repeat(values, side, 0), side, 1)[:height, :width]
    smallest = draw(st.sampled_from([np.uint32, np.int64, np.uint64]))
    return patches.astype(np.uint8 if patches.max(initial=0) < 256 else smallest)


def masks_of(labels, ids):
    if not len(ids):
        return me.Masks([], [0], [])
    return oracles.encode([labels == value for value in ids])


def values_around(framed, x, y):
    row, column = int(y), int(x)
    return {int(value) for value in framed[row : row + 2, column : column + 2].flat}


def with_nodes(ring, framed):
    """Add the corners of straight stretches at which three values meet."""
    corners = set(ring)
    for start, _ in unit_edges(ring):
        if start in corners or len(values_around(framed, *start)) > 2:
            yield start


def traced_labels(labels, connectivity):
    ids = np.unique(labels[labels > 0])
    framed = np.pad(labels, 1)
    batch = traced(masks_of(labels, ids), connectivity)
    rings = [
        [number for vertex in with_nodes(ring, framed) for number in vertex]
        for item in shapes.rings_of(batch)
        for polygon in item
        for ring in polygon
    ]
    polygons = shapes.from_rings(rings, batch.polygon_offsets, batch.item_offsets)
    return polygons, ids.astype(np.uint32)


def edges_are_shared(connectivity, labels):
    """Each pair of consecutive vertices is that of one other ring, reversed, or borders 0."""
    polygons, _ = me.polygonize(labels, connectivity, kind="labels")
    rings = [ring for item in shapes.rings_of(polygons) for polygon in item for ring in polygon]
    edges = Counter(edge for ring in rings for edge in pairwise([*ring, ring[0]]))
    framed = np.pad(labels, 1)
    for ((x0, y0), (x1, y1)), count in edges.items():
        right = (int(np.sign(x1 - x0)), int(np.sign(y1 - y0)))
        # the pixel on the left of the first unit of the edge, by the middle of that unit
        column = int(np.floor(x0 + right[0] / 2 + right[1] / 2))
        row = int(np.floor(y0 + right[1] / 2 - right[0] / 2))
        wanted = 1 if framed[row + 1, column + 1] else 0
        if count != 1 or edges[(x1, y1), (x0, y0)] != wanted:
            return False
    return True


def labels_come_back(connectivity, holes, rule, labels):
    polygons, ids = me.polygonize(labels, connectivity, holes, kind="labels")
    sizes = np.tile(labels.shape, (len(ids), 1))
    return me.rasterize(polygons, sizes, rule) == masks_of(labels, ids)


def unit_edges(ring):
    for (x0, y0), (x1, y1) in zip(ring, ring[1:] + ring[:1], strict=True):
        n = int(max(abs(x1 - x0), abs(y1 - y0)))
        step = ((x1 - x0) // n, (y1 - y0) // n)
        for k in range(n):
            yield (x0 + k * step[0], y0 + k * step[1]), step


def edges_are_the_cracks(connectivity, holes, masks):
    """Each crack is walked once; what else is walked is walked both ways, once each."""
    batch = me.polygonize(masks, connectivity, holes)
    for item, mask in zip(shapes.rings_of(batch), oracles.decode(masks), strict=True):
        walked = Counter(edge for polygon in item for ring in polygon for edge in unit_edges(ring))
        for (x, y), (dx, dy) in list(walked):
            back = (x + dx, y + dy), (-dx, -dy)
            both = min(walked[(x, y), (dx, dy)], walked[back])
            if both and (both != 1 or holes == "rings"):
                return False
            walked.subtract({((x, y), (dx, dy)): both, back: both})
        if +walked != Counter(list(cracks(mask))):
            return False
    return True


def every_vertex_is_a_corner(connectivity, holes, masks):
    coords, offsets = me.polygonize(masks, connectivity, holes).to_ragged()
    for a, b in pairwise(offsets[0]):
        steps = np.diff(coords[a:b], axis=0, append=coords[a : a + 1])
        across = steps[:, 0] != 0
        if (across == np.roll(across, 1)).any() or ((steps != 0).sum(axis=1) != 1).any():
            return False
    return True


def sizes_of(masks):
    return masks.sizes if len(masks) else np.zeros((0, 2), int)


def canonical(masks):
    return oracles.encode(oracles.decode(masks)) if len(masks) else me.Masks([], [0], [])


def there_and_back(connectivity, masks, holes="bridge", rule="coco"):
    return me.rasterize(me.polygonize(masks, connectivity, holes), sizes_of(masks), rule)


def comes_back(connectivity, holes, rule, masks):
    return there_and_back(connectivity, masks, holes, rule) == canonical(masks)


def comes_back_rotated(connectivity, masks):
    """The areas of exteriors and holes do not depend on the direction of the scan."""

    def areas(batch):
        return [
            sorted(signed_area(ring) for polygon in item for ring in polygon)
            for item in shapes.rings_of(me.polygonize(batch, connectivity))
        ]

    return areas(me.rot90(masks)) == areas(masks)


def one_by_one(connectivity, holes, masks):
    parts = [me.polygonize(one, connectivity, holes) for one in masks]
    return me.Polygons.concatenate(parts) == me.polygonize(masks, connectivity, holes)


def dense_is_encoded(masks):
    return all(
        me.polygonize(mask) == me.polygonize(me.encode(mask)) for mask in oracles.decode(masks)
    )


def polygons_are_components(connectivity, masks):
    """A bridged component is one ring, and starts where its exterior does."""
    rings = me.polygonize(masks, connectivity)
    bridged = me.polygonize(masks, connectivity, "bridge")
    firsts = rings.coords[rings.ring_offsets[rings.polygon_offsets[:-1]]]
    return (
        np.array_equal(bridged.polygon_offsets, np.arange(len(bridged.ring_offsets)))
        and np.array_equal(bridged.item_offsets, rings.item_offsets)
        and np.array_equal(bridged.coords[bridged.ring_offsets[:-1]], firsts)
    )


def comes_back_from_pycocotools(connectivity, masks):
    from pycocotools import mask as peer

    out = []
    batch = me.polygonize(masks, connectivity, "bridge").to_coco()
    for rings, (height, width) in zip(batch, sizes_of(masks).tolist(), strict=True):
        if rings:
            out.append(peer.merge(peer.frPyObjects(rings, height, width)))
        else:
            out.append({"size": [height, width], "counts": [height * width]})
    return me.Masks.from_coco(out) == canonical(masks)


HOSTILE = {
    "none": lambda: me.polygonize(None),
    "a list": lambda: me.polygonize([[1, 0], [0, 1]]),
    "floats": lambda: me.polygonize(np.ones((2, 2))),
    "one dimension": lambda: me.polygonize(np.ones(4, bool)),
    "connectivity 6": lambda: me.polygonize(SQUARE, 6),
    "connectivity text": lambda: me.polygonize(SQUARE, "8"),
    "connectivity none": lambda: me.polygonize(SQUARE, None),
    "connectivity list": lambda: me.polygonize(SQUARE, [8]),
    "connectivity array": lambda: me.polygonize(SQUARE, np.array([4, 8])),
    "no such holes": lambda: me.polygonize(SQUARE, holes="keyhole"),
    "holes none": lambda: me.polygonize(SQUARE, holes=None),
    "holes list": lambda: me.polygonize(SQUARE, holes=["rings"]),
    "no such kind": lambda: me.polygonize(SQUARE, kind="label"),
    "no such vertices": lambda: me.polygonize(SQUARE, vertices="centers"),
    "vertices list": lambda: me.polygonize(SQUARE, vertices=["centres"]),
    "centres with 4": lambda: me.polygonize(SQUARE, 4, vertices="centres"),
    "centres with bridges": lambda: me.polygonize(SQUARE, 8, "bridge", vertices="centres"),
    "centres of labels": lambda: me.polygonize(SQUARE * 1, kind="labels", vertices="centres"),
    "kind list": lambda: me.polygonize(SQUARE, kind=["labels"]),
    "labels of masks": lambda: me.polygonize(me.encode(SQUARE), kind="labels"),
    "bool labels": lambda: me.polygonize(SQUARE, kind="labels"),
    "float labels": lambda: me.polygonize(np.ones((2, 2)), kind="labels"),
    "stack of labels": lambda: me.polygonize(np.ones((2, 2, 2), int), kind="labels"),
    "negative label": lambda: me.polygonize(np.array([[0, -1]]), kind="labels"),
    "label of 33 bits": lambda: me.polygonize(np.array([[2**32]]), kind="labels"),
}

CASES = [
    case
    for connectivity in CONNECTIVITIES
    for case in (
        Case(
            name=f"polygonize-{connectivity}",
            run=partial(me.polygonize, connectivity=connectivity),
            inputs=st.tuples(strategies.masks(max_side=14, max_masks=3)),
            oracle=partial(traced, connectivity=connectivity),
            laws={
                "edges": partial(edges_are_the_cracks, connectivity, "rings"),
                "corners": partial(every_vertex_is_a_corner, connectivity, "rings"),
                "exact": partial(comes_back, connectivity, "rings", "exact"),
                "coco": partial(comes_back, connectivity, "rings", "coco"),
                "rotated": partial(comes_back_rotated, connectivity),
                "one by one": partial(one_by_one, connectivity, "rings"),
                **({"dense": dense_is_encoded} if connectivity == 8 else {}),
            },
            hostile=HOSTILE if connectivity == 8 else {},
        ),
        Case(
            name=f"polygonize-{connectivity}-bridge",
            # what was drawn must come back; which bridges are taken is told by the laws below
            run=partial(there_and_back, connectivity),
            inputs=st.tuples(strategies.masks(max_side=40)),
            oracle=canonical,
            laws={
                "edges": partial(edges_are_the_cracks, connectivity, "bridge"),
                "corners": partial(every_vertex_is_a_corner, connectivity, "bridge"),
                "exact": partial(comes_back, connectivity, "bridge", "exact"),
                "coco": partial(comes_back, connectivity, "bridge", "coco"),
                "one by one": partial(one_by_one, connectivity, "bridge"),
                "pycocotools": partial(comes_back_from_pycocotools, connectivity),
                "components": partial(polygons_are_components, connectivity),
            },
        ),
    )
]

CASES += [
    Case(
        name=f"polygonize-labels-{connectivity}",
        run=partial(me.polygonize, connectivity=connectivity, kind="labels"),
        inputs=st.tuples(label_maps()),
        oracle=partial(traced_labels, connectivity=connectivity),
        laws={
            "shared": partial(edges_are_shared, connectivity),
            **{
                f"{holes} {rule}": partial(labels_come_back, connectivity, holes, rule)
                for holes in ("rings", "bridge")
                for rule in ("exact", "coco")
            },
        },
    )
    for connectivity in CONNECTIVITIES
]
