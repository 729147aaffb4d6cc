"""simplify: hand-drawn literals, real masks, label maps with shared edges, and large input.

Covers: simplify. Run: pytest tests/test_simplify.py
"""

import json
import sys
from pathlib import Path

import numpy as np
import pytest
from pycocotools import mask as peer

import maskengine as me
from maskengine.testing import polygons as shapes

sys.path.insert(0, str(Path(__file__).parent))
from cases.polygonize import cracks, trace

RESULTS = Path(__file__).parent / "data/cocoapi/instances_val2014_fakesegm100_results.json"


def ring_of(batch):
    return batch.coords.tolist()


def partition(labels):
    """Trace each label; corners where three labels or more meet are vertices of all rings there."""
    framed = np.pad(labels, 1)
    nodes = {
        (x, y)
        for y in range(labels.shape[0] + 1)
        for x in range(labels.shape[1] + 1)
        if len(np.unique(framed[y : y + 2, x : x + 2])) >= 3
    }
    rings, offsets = [], [0]
    for label in range(1, labels.max() + 1):
        todo = cracks(labels == label)
        while todo:
            ring = trace(todo, 8)
            flat = []
            for (x0, y0), (x1, y1) in zip(ring, ring[1:] + ring[:1], strict=True):
                n = max(abs(x1 - x0), abs(y1 - y0))
                way = [(x0 + k * (x1 - x0) // n, y0 + k * (y1 - y0) // n) for k in range(n)]
                flat += [c for k, v in enumerate(way) if k == 0 or v in nodes for c in v]
            rings.append(flat)
        offsets.append(len(rings))
    return shapes.from_rings(rings, offsets)


def random_labels(seed):
    rng = np.random.default_rng(seed)
    height, width = rng.integers(2, 32, 2)
    fields = rng.standard_normal((int(rng.integers(2, 6)), height, width))
    for _ in range(int(rng.integers(0, 5))):
        fields = fields + np.roll(fields, 1, 1) + np.roll(fields, 1, 2)
    labels = fields.argmax(0) + 1
    if seed % 2:
        labels[fields.max(0) < np.quantile(fields.max(0), 0.2)] = 0
    return labels


def test_vertices_on_a_line_go():
    square = me.Polygons([(0, 0), (2, 0), (4, 0), (4, 2.5), (4, 4), (0, 4)], [0, 6])
    for bound in ({"max_distance": 0}, {"max_vertices": 4}):
        assert ring_of(me.simplify(square, **bound)) == [[0, 0], [4, 0], [4, 4], [0, 4]]


def test_a_repeated_first_vertex_goes():
    closed = me.Polygons([(0, 0), (4, 0), (4, 4), (0, 4), (0, 0)], [0, 5])
    assert ring_of(me.simplify(closed, max_distance=0.1)) == [[0, 0], [4, 0], [4, 4], [0, 4]]


def test_a_spike_of_less_than_the_distance_goes():
    spike = me.Polygons([(0, 0), (5, 0), (5, -0.9), (5.1, 0), (9, 0), (9, 9), (0, 9)], [0, 7])
    assert [5, -0.9] in ring_of(me.simplify(spike, max_distance=0.8))
    assert len(ring_of(me.simplify(spike, max_distance=1))) < 7


def test_the_smallest_corner_goes_first():
    # the corner cut at the lower right covers one pixel centre, the others many
    ring = me.Polygons([(0, 0), (8, 0), (8, 7), (7, 8), (0, 8)], [0, 5])
    assert len(ring_of(me.simplify(ring, max_vertices=4))) == 4
    assert [0, 0] in ring_of(me.simplify(ring, max_vertices=4))


def test_one_pixel_stays():
    pixel = me.polygonize(np.ones((1, 1), bool))
    assert me.simplify(pixel) == pixel
    for bound in ({"max_vertices": 3}, {"min_iou": 0}, {"min_iou": 1}):
        assert me.area(me.rasterize(me.simplify(pixel, **bound), (3, 3))).tolist() == [1]
    assert len(me.simplify(pixel, max_distance=100).coords) >= 3


def test_a_vertex_stays_while_another_outline_is_in_its_triangle():
    # a notch with a hole behind it: cutting the corner (9, 0) would cross the hole
    outer = [0, 0, 9, 0, 9, 9, 0, 9]
    hole = [8, 0.5, 8, 1, 8.5, 1, 8.5, 0.5]
    batch = shapes.from_rings([outer, hole], [0, 2])
    assert [9, 0] in ring_of(me.simplify(batch, max_vertices=6))


def test_a_diagonal_staircase_becomes_one_edge():
    mask = np.tri(41, dtype=bool)  # 82 corners along the diagonal
    after = me.simplify(me.polygonize(mask))
    assert len(after.coords) <= 8
    assert me.rasterize(after, mask.shape) == me.encode(mask)


def test_734_real_masks_stay_in_pycocotools():
    rles = [one["segmentation"] for one in json.loads(RESULTS.read_text())]
    masks = me.Masks.from_coco(rles)
    before = me.polygonize(masks, holes="bridge")
    after = me.simplify(before)
    assert len(after.coords) < 0.7 * len(before.coords)
    for rings, rle in zip(after.to_coco(), rles, strict=True):
        again = peer.merge(peer.frPyObjects(rings, *rle["size"]))
        assert again["counts"].decode() == rle["counts"]


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("connectivity", [4, 8])
def test_noise_stays_in_pycocotools(share, connectivity):
    mask = np.random.default_rng(3).random((120, 130)) < share
    (rings,) = me.simplify(me.polygonize(mask, connectivity, "bridge")).to_coco()
    again = peer.decode(peer.merge(peer.frPyObjects(rings, 120, 130)))
    assert np.array_equal(again, mask)


@pytest.mark.parametrize("seed", range(40))
def test_shared_lossless_leaves_every_label(seed):
    labels = random_labels(seed)
    batch = partition(labels)
    after = me.simplify(batch, shared=True)
    wanted = labels == np.arange(1, labels.max() + 1)[:, None, None]
    assert len(after.coords) <= len(batch.coords)
    for rule in ("exact", "coco"):
        assert np.array_equal(me.rasterize(after, labels.shape, rule, out="dense"), wanted)


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize(
    "bound", [{"min_iou": 0.8}, {"max_vertices": 6}, {"max_distance": 1}, {"max_distance": 3}]
)
def test_shared_leaves_no_gap_and_no_overlap(seed, bound):
    labels = random_labels(seed)
    # a frame of its own, in which nothing moves: four corners that are nodes, and a border
    framed = np.pad(labels + 1, 1, constant_values=1)
    batch = partition(framed)
    outside = [0, 0, framed.shape[1], 0, framed.shape[1], framed.shape[0], 0, framed.shape[0]]
    after = me.simplify(batch, shared=True, **bound)
    claimed = me.rasterize(after, framed.shape, out="dense").sum(axis=0)
    frame = me.rasterize(shapes.from_rings([outside]), framed.shape, out="dense")[0]
    assert (claimed <= 1).all()
    assert (claimed[1:-1, 1:-1] == 1).all()
    assert frame.all()


def test_shared_edges_stay_common():
    left = [0, 0, 4, 0, 5, 1, 4, 2, 5, 3, 4, 4, 0, 4]
    right = [4, 0, 9, 0, 9, 4, 4, 4, 5, 3, 4, 2, 5, 1]
    after = me.simplify(shapes.from_rings([left, right]), shared=True, max_distance=1.5)
    first, second = (set(map(tuple, item.coords.tolist())) for item in after)
    assert {(4, 0), (4, 4)} <= first & second
    assert len(first) + len(second) < 14


@pytest.mark.parametrize("bound", [{}, {"max_distance": 2}, {"min_iou": 0.9}, {"max_vertices": 9}])
@pytest.mark.parametrize("shared", [False, True])
def test_degenerate_rings(bound, shared):
    rings = [
        [0, 0] * 3,
        [5, 5] * 9,
        [0, 0, 9, 9, 0, 0],
        [0, 0, 9, 0, 0, 0, 9, 0, 4, 0],
        [0, 0, 3, 0, 3, 0, 3, 3, 3, 3, 0, 3],
        [0, 0, 4, 4, 4, 0, 0, 4],
        [-536870912, 0, 536870912, 1, 0, 2, 0.5, 0.5],
    ]
    for ring in rings[: -1 if "min_iou" in bound else None]:
        after = me.simplify(shapes.from_rings([ring]), shared=shared, **bound)
        assert len(after.coords) >= 3


def test_an_outline_across_too_many_columns_is_refused():
    wide = shapes.from_rings([[-536870912, 0, 536870912, 1, 0, 2, 0.5, 0.5]])
    with pytest.raises(me.LimitExceeded, match=r"polygons\[0\].*columns"):
        me.simplify(wide, min_iou=0.9)


def test_a_million_vertices():
    angles = np.linspace(0, 2 * np.pi, 1_000_000, endpoint=False)
    circle = np.stack([np.cos(angles), np.sin(angles)], axis=1) * 1000 + 1000
    batch = me.Polygons(circle, [0, len(circle)])
    assert 50 < len(me.simplify(batch, max_distance=1).coords) < 150
    assert len(me.simplify(batch, max_vertices=50).coords) == 50


def test_sides_of_two_hundred_million_pixels():
    side = 200_000_000
    square = shapes.from_rings([[0, 0, side, 0, side, side, 1, side, 1, side - 1, 0, side - 1]])
    after = me.simplify(square)
    assert me.rasterize(after, (3, 3), out="dense").all()
    assert len(after.coords) <= 6


@pytest.mark.parametrize(
    "bound",
    [
        {},
        {"min_iou": 0.9},
        {"min_iou": 0.6},
        {"max_vertices": 30},
        {"max_distance": 3, "shared": True},
    ],
)
def test_polygons_that_were_valid_are_valid(bound):
    shapely = pytest.importorskip("shapely")
    checked = 0
    for seed in range(20):
        field = np.random.default_rng(seed).standard_normal((60, 60))
        for _ in range(20):
            field = field + np.roll(field, 1, 0)
            field = field + np.roll(field, 1, 1)
        before = me.polygonize(field > 0, 4)
        if shapely.is_valid(before.to_shapely()[0]):
            checked += 1
            assert shapely.is_valid(me.simplify(before, **bound).to_shapely()[0])
    assert checked > 5


@pytest.mark.parametrize("grid", [0, 1, 0.5, 0.2])
@pytest.mark.parametrize("side", [3, 12, 300])
def test_triangles_are_counted_as_they_are_filled(grid, side):
    rng = np.random.default_rng(side)
    for _ in range(200):
        corners = rng.random((3, 2)) * side
        if grid:
            corners = np.round(corners / grid) * grid
        triangle = me.Polygons(corners, [0, 3])
        (wanted,) = me.area(me.rasterize(triangle, (side + 1, side + 1)))
        count = me._backend.core.triangle_pixels(triangle._columns)
        assert abs(count) == wanted
        (a, b), (c, d) = corners[1] - corners[0], corners[2] - corners[0]
        assert count == 0 or (count > 0) == (a * d - b * c > 0)


def test_a_triangle_of_a_billion_columns():
    half = 2**28
    triangle = me.Polygons([(-half, -half), (half, -half), (half, half)], [0, 3])
    # a centre on the diagonal belongs to the side right of it
    side = 2 * half
    count = me._backend.core.triangle_pixels(triangle._columns)
    assert count == side * (side + 1) // 2


SPECKS = [
    [0, 0, 20, 0, 20, 20, 0, 20],
    [2, 2, 2, 3, 3, 3, 3, 2],  # a hole of one pixel
    [30, 0, 32, 0, 32, 2, 30, 2],
    [40, 0, 41, 0, 41, 1, 40, 1],
]


def specks(*, item_of_its_own=False):
    coords = np.array([c for ring in SPECKS for c in ring], float).reshape(-1, 2)
    parts = [0, 2, 3, 4]
    items = [0, 1, 2, 3] if item_of_its_own else [0, 3]
    return me.Polygons(coords, [0, 4, 8, 12, 16], parts, items)


def test_what_is_within_the_distance_of_a_point_vanishes_when_asked():
    batch = specks(item_of_its_own=True)
    # half a diagonal: 0.71 of a pixel, 1.42 of a square of two
    for distance, rings in ((0.7, [2, 1, 1]), (0.72, [1, 1, 0]), (1.5, [1, 0, 0]), (15, [0, 0, 0])):
        kept = me.simplify(batch, max_distance=distance)
        assert len(kept.ring_offsets) == 5
        left = me.simplify(batch, max_distance=distance, allow_vanish=True)
        assert len(left) == 3
        assert [len(item.ring_offsets) - 1 for item in left] == rings


def test_an_exterior_stays_around_a_hole():
    far_hole = me.Polygons([(0, 0), (1, 0), (1, 1), (5, 5), (9, 5), (9, 9)], [0, 3, 6], [0, 2])
    assert me.simplify(far_hole, max_distance=1, allow_vanish=True) == far_hole


@pytest.mark.parametrize("iou", [0.0, 0.5, 0.97, 0.985, 0.99, 1.0])
def test_specks_vanish_within_the_iou(iou):
    batch = specks()
    left = me.simplify(batch, min_iou=iou, allow_vanish=True)
    before, after = (me.rasterize(b, (25, 45), out="dense")[0] for b in (batch, left))
    assert (before & after).sum() / (before | after).sum() >= iou
    assert len(left.ring_offsets) <= len(me.simplify(batch, min_iou=iou).ring_offsets)
    if iou <= 0.985:  # of 404 pixels, 6 are in the three small ones
        assert len(left.ring_offsets) == 2


def test_rings_vanish_for_the_number_of_vertices():
    batch = specks()
    assert len(me.simplify(batch, max_vertices=4).coords) == 12
    for most in (3, 4, 6, 9, 12):
        left = me.simplify(batch, max_vertices=most, allow_vanish=True)
        assert 3 <= len(left.coords) <= most
        assert me.rasterize(left, (25, 45), out="dense")[0, 5, 12]  # the largest is the last to go


def test_no_ring_vanishes_without_a_loss_or_from_a_map():
    batch = specks()
    assert me.simplify(batch, allow_vanish=True) == me.simplify(batch)
    with pytest.raises(me.MaskError, match="allow_vanish"):
        me.simplify(batch, max_distance=1, shared=True, allow_vanish=True)


def test_nothing():
    empty = me.Polygons(np.zeros((0, 2)), [0], [0], [0, 0, 0])
    for bound in ({}, {"max_distance": 1}, {"min_iou": 0.5}, {"max_vertices": 3}):
        for shared in (False, True):
            assert me.simplify(empty, shared=shared, **bound) == empty


def coast(side=360):
    """Draw one region whose outline has some tens of thousands of corners, with holes."""
    y, x = np.indices((side, side))
    noise = np.random.default_rng(12).standard_normal((side, side))
    return np.hypot(y - side / 2, x - side / 2) + 40 * noise < side / 2


@pytest.mark.parametrize("holes", ["rings", "bridge"])
def test_walks_in_pieces_are_those_in_one(holes):
    """Vector levels cut long outlines to pieces that are walked side by side, and join them."""
    mask = coast()
    before = me.polygonize(mask, holes=holes)
    assert np.diff(before.ring_offsets).max() > 5_000
    with me.use(level="scalar", threads=1):
        expected = me.simplify(before)
    assert len(expected.coords) < len(before.coords)
    for level in me.cpu_levels():
        for threads in (1, 3):
            with me.use(level=level, threads=threads):
                assert me.simplify(before) == expected
    for rule in ("exact", "coco"):
        assert np.array_equal(me.rasterize(expected, mask.shape, rule, out="dense")[0], mask)


def test_labels_with_long_arcs_by_every_level():
    label_map = np.where(coast(), 1, 2).astype(np.uint8)
    before, ids = me.polygonize(label_map, kind="labels")
    with me.use(level="scalar"):
        expected = me.simplify(before, shared=True)
    for level in me.cpu_levels():
        with me.use(level=level):
            assert me.simplify(before, shared=True) == expected
    painted = me.rasterize(expected, label_map.shape, out="labels", labels=ids)
    assert np.array_equal(painted, label_map)
