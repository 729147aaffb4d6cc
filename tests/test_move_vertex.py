"""move_vertex: hand-drawn literals, and a peer on a polygon of many vertices.

Covers: move_vertex. Compares against: drawings, pycocotools.
"""

import pickle
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from pycocotools import mask as peer

import maskengine as me
from maskengine.testing import oracles
from shapes import round_ring

RULES = ["exact", "coco"]


def drawn(masks):
    (mask,) = oracles.decode(masks)
    return ["".join("#" if pixel else "." for pixel in row) for row in mask]


@pytest.mark.parametrize("rule", RULES)
def test_a_corner_pulled_out(rule):
    square = me.Polygons.from_coco([[1, 1, 5, 1, 5, 5, 1, 5]])
    found = me.move_vertex(me.rasterize(square, (6, 8), rule), square, 0, 1, (7, 1), rule)
    assert drawn(found.masks) == [
        "........",
        ".######.",  # at the centres of the rows the edge is at x = 6.75, 6.25, 5.75 and 5.25
        ".#####..",
        ".#####..",
        ".####...",
        "........",
    ]
    assert drawn(found.change) == [
        "........",
        ".....##.",
        ".....#..",
        ".....#..",
        "........",
        "........",
    ]
    assert found.box == (5, 1, 2, 3)
    assert found.polygons.to_coco() == [[[1, 1, 7, 1, 5, 5, 1, 5]]]
    assert square.to_coco() == [[[1, 1, 5, 1, 5, 5, 1, 5]]]  # as it was


@pytest.mark.parametrize("rule", RULES)
def test_a_move_that_changes_no_pixel_has_an_empty_box(rule):
    square = me.Polygons.from_boxes([1, 1, 3, 3])
    masks = me.rasterize(square, (5, 5), rule)
    found = me.move_vertex(masks, square, 0, 0, (0.9, 0.9), rule)
    assert found.box == (0, 0, 0, 0)
    assert found.masks == masks
    assert drawn(found.change) == ["....."] * 5


def test_a_corner_of_a_hole():
    coords = [(0, 0), (5, 0), (5, 5), (0, 5), (1, 1), (4, 1), (4, 4), (1, 4)]
    polygons = me.Polygons(coords, [0, 4, 8], [0, 2])
    found = me.move_vertex(me.rasterize(polygons, (5, 5)), polygons, 0, 6, (1, 1))
    # the hole that is left: the triangle (1, 1) (4, 1) (1, 1) (1, 4) without area
    assert drawn(found.masks) == ["#####"] * 5
    assert found.box == (1, 1, 3, 3)


def test_parts_that_overlap_stay_united():
    parts = me.Polygons.from_coco([[[0, 0, 3, 0, 3, 2, 0, 2], [2, 0, 5, 0, 5, 2, 2, 2]]])
    masks = me.rasterize(parts, (2, 6))
    found = me.move_vertex(masks, parts, 0, 4, (1, 0))  # under the other part, but for no pixel
    assert drawn(found.masks) == ["#####.", "#####."]
    found = me.move_vertex(masks, parts, 0, 5, (6, 0))
    assert drawn(found.masks) == ["######", "#####."]
    assert found.box == (5, 0, 1, 1)


def test_a_closed_ring_stays_closed():
    ring = [(1, 1), (4, 1), (4, 4), (1, 4), (1, 1)]
    for vertex in (0, 4):
        polygons = me.Polygons(ring, [0, 5])
        found = me.move_vertex(me.rasterize(polygons, (5, 5)), polygons, 0, vertex, (0, 0))
        assert found.polygons.coords[[0, 4]].tolist() == [[0, 0], [0, 0]]
        assert drawn(found.masks) == ["##...", "####.", ".###.", ".###.", "....."]


def test_items_beside_it_and_slices():
    boxes = me.Polygons.from_boxes([[0, 0, 2, 2], [1, 1, 2, 2], [0, 0, 1, 1]])[1:]
    masks = me.rasterize(boxes, [(4, 4), (2, 2)])
    found = me.move_vertex(masks, boxes, 0, 0, (0, 0))
    assert drawn(found.masks[0]) == ["#...", "###.", ".##.", "...."]
    assert found.masks[1] == masks[1]
    assert found.polygons[1] == boxes[1]


def test_empty_runs_are_joined():
    square = me.Polygons.from_boxes([0, 0, 1, 2])
    odd = me.Masks([0, 1, 0, 1, 2], [0, 5], [(2, 2)])  # the first column, in two pieces
    found = me.move_vertex(odd, square, 0, 2, (2, 2))
    assert drawn(found.masks) == ["#.", "##"]  # (1.5, 1.5) is on the edge y = x
    assert found.masks.counts.tolist() == [0, 2, 1, 1]
    kept = me.move_vertex(odd, square, 0, 2, (1, 2))
    assert kept.masks.counts.tolist() == [0, 2, 2]


def test_a_mask_of_more_than_32_bits():
    size = (2**17, 2**17)
    tall = me.Polygons.from_boxes([3, 2, 4, 2**17 - 4])
    found = me.move_vertex(me.rasterize(tall, size), tall, 0, 3, (9, 2))
    assert found.masks == me.rasterize(found.polygons, size)
    assert found.change.counts.max() > 0
    whole = me.Polygons.from_boxes([0, 0, 2**17, 2**17])
    found = me.move_vertex(me.rasterize(whole, size), whole, 0, 0, (-1, -1))
    assert me.area(found.masks).tolist() == [2**34]
    assert found.box == (0, 0, 0, 0)


def test_no_pixels():
    square = me.Polygons.from_boxes([0, 0, 4, 4])
    for size in [(0, 0), (0, 3), (3, 0)]:
        found = me.move_vertex(me.rasterize(square, size), square, 0, 0, (2, 1))
        assert found.box == (0, 0, 0, 0)
        assert found.masks.sizes.tolist() == [list(size)]


def test_nothing_is_written_when_refused():
    square = me.Polygons.from_boxes([1, 1, 3, 3])
    masks = me.rasterize(square, (5, 5))
    dense = np.zeros((5, 5), bool)
    with pytest.raises(me.LimitExceeded, match=r"polygons\[0\]|to"):
        me.move_vertex(masks, square, 0, 0, (3e9, 0), out=dense)
    assert not dense.any()


@pytest.mark.parametrize("rule", RULES)
def test_many_vertices_dragged(rule):
    rng = np.random.default_rng(1)
    angles = np.sort(rng.random(2000)) * 2 * np.pi
    radius = 200 + 20 * rng.random(2000)
    ring = 256 + radius[:, None] * np.stack([np.cos(angles), np.sin(angles)], 1)
    polygons = me.Polygons(ring.copy(), [0, len(ring)])
    masks = me.rasterize(polygons, (512, 512), rule)
    dense = oracles.decode(masks)[0].copy()
    for _ in range(300):
        vertex = int(rng.integers(len(ring)))
        to = ring[vertex] + rng.normal(0, 60, 2)
        ring[vertex] = to
        masks, polygons, _, _ = me.move_vertex(masks, polygons, 0, vertex, to, rule, out=dense)
    assert np.array_equal(polygons.coords, ring)
    assert np.array_equal(oracles.decode(masks)[0], dense)
    if rule == "coco":
        assert masks.to_coco()[0]["counts"] == (
            peer.frPyObjects([ring.ravel().tolist()], 512, 512)[0]["counts"].decode()
        )
    else:
        assert masks == me.rasterize(me.Polygons(ring, [0, len(ring)]), (512, 512))


def drag(polygons, vertex, places, item=0):
    """Drag without ever looking at the polygons on the way."""
    masks = me.rasterize(polygons, (200, 200))
    for to in places:
        masks, polygons, _, _ = me.move_vertex(masks, polygons, item, vertex, to)
    return masks, polygons


def test_coordinates_are_those_after_the_move_however_they_are_read():
    ring = round_ring(600, 90, 100)
    moved = ring.copy()
    moved[17] = (150, 40)
    readers = {
        "coords": lambda p: p.coords,
        "slice": lambda p: p[0].coords,
        "take": lambda p: p[[0]].coords,
        "iterate": lambda p: next(iter(p)).coords,
        "join": lambda p: me.Polygons.concatenate([p]).coords,
        "coco": lambda p: np.reshape(p.to_coco()[0], (-1, 2)),
        "pickle": lambda p: pickle.loads(pickle.dumps(p)).coords,
        "ragged": lambda p: p.to_ragged()[0],
    }
    for name, read in readers.items():
        start = me.Polygons(ring.copy(), [0, len(ring)])
        masks, polygons = drag(start, 17, [(5, 5), (300, -40), (150, 40)])
        assert np.array_equal(read(polygons), moved), name
        assert np.array_equal(polygons.coords, moved)
        assert np.array_equal(start.coords, ring)
        assert masks == me.rasterize(me.Polygons(moved, [0, len(ring)]), (200, 200))
    measured = me.check_polygons(drag(start, 17, [(150, 40)])[1]).area[0]
    x, y = moved.T
    assert measured == pytest.approx((x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2)


def test_another_vertex_after_many_moves_of_one():
    rings = np.concatenate([round_ring(400, 90, 100), round_ring(300, 40, 100)])
    polygons = me.Polygons(rings.copy(), [0, 400, 700], [0, 2])  # a hole in a disc
    masks = me.rasterize(polygons, (200, 200))
    rng = np.random.default_rng(3)
    for vertex in (5, 6, 5, 0, 399, 398, 400, 699, 450, 451, 450):
        for _ in range(3):
            to = rng.random(2) * 220 - 10
            rings[vertex] = to
            masks, polygons, _, _ = me.move_vertex(masks, polygons, 0, vertex, to)
        assert masks == me.rasterize(me.Polygons(rings, [0, 400, 700], [0, 2]), (200, 200))
    assert np.array_equal(polygons.coords, rings)


def test_an_end_dropped_on_the_other_closes_the_ring():
    """What is dropped on the other end of its ring moves with it from then on."""
    ring = round_ring(500, 90, 100)
    polygons = me.Polygons(ring, [0, 500])
    masks, polygons = drag(polygons, 0, [(180, 120), tuple(ring[-1]), (199, 80)])
    assert polygons.coords[[0, -1]].tolist() == [[199, 80], [199, 80]]
    assert masks == me.rasterize(polygons, (200, 200))


def test_a_slice_of_a_batch():
    two = me.Polygons(
        np.concatenate([round_ring(300, 90, 100), round_ring(400, 90, 100)]), [0, 300, 700]
    )
    masks, polygons = drag(two[1:], 7, [(120, 30), (130, 20)])
    assert len(polygons) == 1
    assert polygons.coords.shape == (400, 2)
    assert polygons.coords[7].tolist() == [130, 20]
    assert masks == me.rasterize(polygons, (200, 200))
    assert np.array_equal(
        two.coords, np.concatenate([round_ring(300, 90, 100), round_ring(400, 90, 100)])
    )
    _, polygons = drag(two, 7, [(120, 30), (130, 20)], item=1)
    assert np.flatnonzero((polygons.coords != two.coords).any(1)).tolist() == [307]


def test_parts_of_many_vertices():
    """A union is filled before and after, also where its vertex was moved before."""
    rings = np.concatenate([round_ring(300, 60, 80), round_ring(300, 60, 110)])
    parts = me.Polygons(rings.copy(), [0, 300, 600], [0, 1, 2], [0, 2])
    masks, polygons = drag(parts, 310, [(190, 190), (150, 120), (10, 100)])
    rings[310] = (10, 100)
    assert masks == me.rasterize(me.Polygons(rings, [0, 300, 600], [0, 1, 2], [0, 2]), (200, 200))
    assert np.array_equal(polygons.coords, rings)


def test_read_by_many_threads_at_once():
    ring = round_ring(3000, 90, 100)
    start = me.Polygons(ring, [0, len(ring)])
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as pool:
            for k in range(50):
                masks, polygons = drag(start, 9, [(5.0, 5.0), (float(k), 7.0)])
                reads = [
                    pool.submit(lambda p=polygons: p.coords[9].tolist()),
                    pool.submit(lambda m=masks, p=polygons: me.rasterize(p, (200, 200)) == m),
                    pool.submit(
                        lambda m=masks, p=polygons: me.move_vertex(m, p, 0, 9, (1, 1)).polygons
                    ),
                    pool.submit(
                        lambda m=masks, p=polygons: me.move_vertex(m, p, 0, 8, (1, 1)).polygons
                    ),
                ]
                assert reads[0].result() == [k, 7]
                assert reads[1].result()
                assert reads[2].result().coords[9].tolist() == [1, 1]
                assert reads[3].result().coords[8:10].tolist() == [[1, 1], [k, 7]]
    finally:
        sys.setswitchinterval(interval)
