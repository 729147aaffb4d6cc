"""hole_tree: oracle, laws, a peer and hostile calls."""

import numpy as np
from hypothesis import strategies as st

import maskengine as me
from maskengine.testing import oracles, regions, strategies
from maskengine.testing.cases import Case

connectivities = st.sampled_from([4, 8])


@st.composite
def nested(draw, values=3, max_side=24):
    """Draw boxes and lines over each other, of any integer dtype and layout: rings in rings."""
    height, width = draw(strategies.sizes(max_side))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    painted = np.zeros((height, width), int)
    if height and width:
        for _ in range(draw(st.integers(0, 12))):
            (top, bottom), (left, right) = (
                sorted(rng.integers(0, n + 1, 2)) for n in painted.shape
            )
            value = rng.integers(0, values + 1)
            painted[top:bottom, left:right] = value
            inner = painted[top + 1 : bottom - 1, left + 1 : right - 1]
            inner[...] = rng.integers(0, values + 1) if rng.random() < 0.7 else inner
        noise = rng.random((height, width)) < draw(st.sampled_from([0, 0.02, 0.3]))
        painted[noise] = rng.integers(0, values + 1, noise.sum())
    dtype = np.dtype(draw(st.sampled_from(["u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8"])))
    if dtype.kind == "i":
        painted = painted * rng.choice([-1, 1])
    return draw(strategies.layouts(painted.astype(dtype)))


def tree_of(values, connectivity):
    """Give parents, depths, and of the holes owners, areas, boxes and first pixels."""
    numbers, n = regions.components(values, connectivity)
    pieces = [regions.enclosed(numbers, numbers == k, connectivity) for k in range(1, n + 1)]
    holes = []
    for owner, piece in enumerate(pieces, 1):
        for k in range(1, piece.max(initial=0) + 1):
            y, x = np.nonzero(piece == k)
            box = (x.min(), y.min(), np.ptp(x) + 1, np.ptp(y) + 1)
            holes.append(((y[0], x[0]), owner, len(x), box, piece == k))
    holes.sort(key=lambda hole: hole[0])
    around = [
        [h for h, hole in enumerate(holes) if hole[4][numbers == k].all()] for k in range(1, n + 1)
    ]
    # Of the holes that a component lies in, the innermost is the smallest.
    parents = [min(hs, key=lambda h: holes[h][2]) + 1 if hs else 0 for hs in around]
    columns = ([hole[1] for hole in holes], [hole[2] for hole in holes])
    pixels = [(x, y) for (y, x), *_ in holes]
    return parents, [len(hs) for hs in around], *columns, [hole[3] for hole in holes], pixels


def joined(trees):
    counts = np.array([len(tree[0]) for tree in trees], np.int64)
    hole_counts = np.array([len(tree[2]) for tree in trees], np.int64)
    parents, depths, owners, areas, boxes, pixels = (
        np.array([v for tree in trees for v in tree[k]], np.int64) for k in range(6)
    )
    lists = [
        [h for h, owner in enumerate(tree[2], 1) if owner == k]
        for tree in trees
        for k in range(1, len(tree[0]) + 1)
    ]
    return (
        np.cumsum([0, *counts]),
        np.cumsum([0, *hole_counts]),
        parents,
        depths,
        owners,
        areas,
        boxes.reshape(-1, 4),
        pixels.reshape(-1, 2),
        np.array([h for one in lists for h in one], np.int64),
        np.cumsum([0, *map(len, lists)]),
    )


def columns(tree):
    holes = (tree.hole_parent, tree.hole_area, tree.hole_bbox, tree.hole_first_pixel)
    offsets = (tree.offsets, tree.hole_offsets)
    return (*offsets, tree.parent, tree.depth, *holes, tree.holes, tree.holes_offsets)


def run(source, connectivity, kind):
    return columns(me.hole_tree(source, connectivity, kind=kind))


def oracle(source, connectivity, kind):
    values = source if kind == "labels" else source != 0
    items = values if values.ndim == 3 else values[np.newaxis]
    return joined([tree_of(item, connectivity) for item in items])


def masks_oracle(masks, connectivity):
    return joined([tree_of(mask, connectivity) for mask in oracles.decode(masks)])


def numbered_as_label_numbers(source, connectivity, kind):
    tree = me.hole_tree(source, connectivity, kind=kind)
    stats = me.label(source, connectivity, kind=kind, stats=True, output="none")[2]
    if not np.array_equal(tree.offsets, stats.offsets):
        return False
    if kind == "labels" and connectivity == 8:  # where labels cross, neither encloses the other
        return bool((np.diff(tree.holes_offsets) <= stats.holes).all())
    return np.array_equal(np.diff(tree.holes_offsets), stats.holes)


def the_same_as_a_map_of_one_label(mask, connectivity, kind):
    ones = (mask != 0).astype(np.uint8)
    return all(
        map(np.array_equal, run(mask, connectivity, kind), run(ones, connectivity, "labels"))
    )


def around(mask, connectivity, kind):
    """Give the component around each component, and how many holes each has."""
    tree = me.hole_tree(mask, connectivity)
    owner = np.concatenate([[0], tree.hole_parent])[tree.parent]
    return owner, np.diff(tree.holes_offsets)


def around_oracle(mask, connectivity, kind):
    parents, _, owners, *_ = tree_of(mask != 0, connectivity)
    counts = [owners.count(k) for k in range(1, len(parents) + 1)]
    owner = np.array([0, *owners], np.int64)[np.array(parents, int)]
    return owner, np.array(counts, np.int64)


def opencv(mask, connectivity, kind):
    import cv2
    from scipy import ndimage

    pixels = np.ascontiguousarray(mask != 0).astype(np.uint8)
    if pixels.size == 0:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    numbers, n = ndimage.label(pixels, np.ones((3, 3)))
    contours, hierarchy = cv2.findContours(pixels, cv2.RETR_TREE, cv2.CHAIN_APPROX_NONE)
    owner, counts = np.zeros(n, np.int64), np.zeros(n, np.int64)
    component = [numbers[contour[0, 0, 1], contour[0, 0, 0]] for contour in contours]
    for k in range(len(contours)):
        parent = hierarchy[0, k, 3]
        is_hole = parent >= 0 and component[parent] == component[k]
        if is_hole:
            counts[component[k] - 1] += 1
        elif parent >= 0:
            owner[component[k] - 1] = component[parent]
    return owner, counts


DOT = np.ones((2, 2), np.uint8)
one_mask = nested()

CASES = [
    Case(
        name="hole_tree",
        run=run,
        inputs=st.tuples(nested(1), connectivities, st.just("mask")),
        oracle=oracle,
        laws={
            "numbered_as_label_numbers": numbered_as_label_numbers,
            "the_same_as_a_map_of_one_label": the_same_as_a_map_of_one_label,
        },
        hostile={
            "another connectivity": lambda: me.hole_tree(DOT, 6),
            "another kind": lambda: me.hole_tree(DOT, kind="map"),
            "floats": lambda: me.hole_tree(DOT.astype(float)),
            "a line": lambda: me.hole_tree(np.ones(3, bool)),
            "a list": lambda: me.hole_tree([[1]]),
            "labels of a batch": lambda: me.hole_tree(me.encode(DOT), kind="labels"),
            "a wide view": lambda: me.hole_tree(np.broadcast_to(np.uint8(1), (1, 2**31))),
        },
    ),
    Case(
        name="hole_tree of a map",
        run=run,
        inputs=st.tuples(nested(), connectivities, st.just("labels")),
        oracle=oracle,
        laws={"numbered_as_label_numbers": numbered_as_label_numbers},
    ),
    Case(
        name="hole_tree of a stack",
        run=run,
        inputs=st.tuples(
            strategies.stacks(max_side=12), connectivities, st.sampled_from(["mask", "labels"])
        ),
        oracle=oracle,
    ),
    Case(
        name="hole_tree of a batch",
        run=lambda masks, connectivity: columns(me.hole_tree(masks, connectivity)),
        inputs=st.tuples(
            st.one_of(strategies.masks(max_side=12), one_mask.map(me.encode)), connectivities
        ),
        oracle=masks_oracle,
    ),
    Case(
        name="hole_tree: components around",
        run=around,
        inputs=st.tuples(nested(2), st.just(8), st.just("mask")),
        oracle=around_oracle,
        peers={"opencv": opencv},
    ),
]
