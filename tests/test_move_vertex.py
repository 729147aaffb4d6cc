"""move_vertex: hand-drawn literals, and a peer on a polygon of many vertices.

Covers: move_vertex. Compares against: drawings, pycocotools.
"""

import numpy as np
import pytest
from pycocotools import mask as peer

import maskengine as me
from maskengine.testing import oracles

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
