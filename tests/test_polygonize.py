"""polygonize: hand-drawn literals, real masks through pycocotools, and large images.

Covers: polygonize. Run: pytest tests/test_polygonize.py
"""

import json
from pathlib import Path

import numpy as np
import pytest
from pycocotools import mask as peer

import maskengine as me
from maskengine.testing import oracles
from maskengine.testing import polygons as shapes

RESULTS = Path(__file__).parent / "data/cocoapi/instances_val2014_fakesegm100_results.json"
FRAME = ("#####", "#...#", "#.#.#", "#...#", "#####")
TOUCHING = ("#.", ".#")


def rings_of(*rows, **options):
    """Give the vertices of one drawn mask, by polygon and ring."""
    (item,) = shapes.rings_of(me.polygonize(oracles.art(*rows), **options))
    return item


def decoded(polygons, sizes):
    """Give the masks that pycocotools makes of each item."""
    merged = [
        peer.merge(peer.frPyObjects(rings, *size)) if rings else None
        for rings, size in zip(polygons.to_coco(), sizes, strict=True)
    ]
    return [
        np.zeros(size, bool) if rle is None else peer.decode(rle).astype(bool)
        for rle, size in zip(merged, sizes, strict=True)
    ]


def test_one_pixel_runs_clockwise():
    assert rings_of("...", "..#") == [[[(2, 1), (3, 1), (3, 2), (2, 2)]]]


def test_steps_have_a_vertex_at_each_corner_only():
    assert rings_of(
        "##..",
        "####",
        "####",
    ) == [[[(0, 0), (2, 0), (2, 1), (4, 1), (4, 3), (0, 3)]]]


def test_hole_runs_counterclockwise_and_an_island_in_it_is_a_polygon():
    assert rings_of(*FRAME) == [
        [[(0, 0), (5, 0), (5, 5), (0, 5)], [(1, 1), (1, 4), (4, 4), (4, 1)]],
        [[(2, 2), (3, 2), (3, 3), (2, 3)]],
    ]


def test_pixels_that_touch_at_a_corner():
    whole = [(0, 0), (1, 0), (1, 1), (2, 1), (2, 2), (1, 2), (1, 1), (0, 1)]
    assert rings_of(*TOUCHING) == [[whole]]
    assert rings_of(*TOUCHING, connectivity=4) == [
        [[(0, 0), (1, 0), (1, 1), (0, 1)]],
        [[(1, 1), (2, 1), (2, 2), (1, 2)]],
    ]


def test_background_is_connected_the_other_way():
    rows = ("####", "#.##", "##.#", "####")
    outer = [(0, 0), (4, 0), (4, 4), (0, 4)]
    assert rings_of(*rows) == [
        [outer, [(1, 1), (1, 2), (2, 2), (2, 1)], [(2, 2), (2, 3), (3, 3), (3, 2)]]
    ]
    both = [(1, 1), (1, 2), (2, 2), (2, 3), (3, 3), (3, 2), (2, 2), (2, 1)]
    assert rings_of(*rows, connectivity=4) == [[outer, both]]


def test_order_is_that_of_the_first_pixels():
    # the polygon further right comes first, as its first pixel is one row above
    item = rings_of(
        "....#",
        "#.#.#",
    )
    assert [ring[0] for (ring,) in item] == [(4, 0), (0, 1), (2, 1)]
    (polygon,) = rings_of(
        "######",
        "###.##",
        "#.####",
        "######",
    )
    assert [ring[0] for ring in polygon] == [(0, 0), (3, 1), (1, 2)]


@pytest.mark.parametrize("size", [(250, 240), (2, 9000), (9000, 2)])
def test_order_of_many(size):
    # more than a plain sort would take on; the sides pass 2^12, where the digits of a place end
    mask = np.random.default_rng(5).random(size) < 0.5
    polygons = me.polygonize(mask, 4)
    coords, (rings, parts, _) = polygons.to_ragged()
    assert len(rings) > 2048
    exteriors = parts[:-1]
    firsts = coords[rings[:-1]] @ [1, 2**32]  # x + 2^32 y
    assert (np.diff(firsts[exteriors]) > 0).all()
    after_hole = np.setdiff1d(np.arange(2, len(firsts)), [*exteriors, *(exteriors + 1)])
    assert (firsts[after_hole] > firsts[after_hole - 1]).all()


def test_bridge_goes_up_through_foreground():
    # two holes below one edge: down at x = 1 and 3, around the hole, and back
    assert rings_of("#####", "#.#.#", "#####", holes="bridge") == [
        [
            [
                *[(0, 0), (1, 0), (1, 2), (2, 2), (2, 1), (1, 1), (1, 0)],
                *[(3, 0), (3, 2), (4, 2), (4, 1), (3, 1), (3, 0)],
                *[(5, 0), (5, 3), (0, 3)],
            ]
        ]
    ]


def test_bridge_between_holes_on_one_line():
    assert rings_of("###", "#.#", "###", "#.#", "###", holes="bridge") == [
        [
            [
                *[(0, 0), (1, 0), (1, 4), (2, 4), (2, 3), (1, 3), (1, 2)],
                *[(2, 2), (2, 1), (1, 1), (1, 0), (3, 0), (3, 5), (0, 5)],
            ]
        ]
    ]


def test_bridge_of_no_length_where_a_hole_touches_the_outside():
    assert rings_of(".##", "#.#", "###", holes="bridge") == [
        [
            [
                *[(1, 0), (3, 0), (3, 3), (0, 3), (0, 1), (1, 1)],
                *[(1, 2), (2, 2), (2, 1), (1, 1)],
            ]
        ]
    ]


@pytest.mark.parametrize("rule", ["exact", "coco"])
@pytest.mark.parametrize("connectivity", [4, 8])
@pytest.mark.parametrize("holes", ["rings", "bridge"])
def test_734_real_masks_come_back(rule, connectivity, holes):
    results = json.loads(RESULTS.read_text())
    masks = me.Masks.from_coco([one["segmentation"] for one in results])
    assert len(masks) == 734
    polygons = me.polygonize(masks, connectivity, holes)
    assert me.rasterize(polygons, masks.sizes, rule) == masks


@pytest.mark.parametrize("connectivity", [4, 8])
def test_734_real_masks_come_back_from_pycocotools(connectivity):
    results = json.loads(RESULTS.read_text())
    rles = [one["segmentation"] for one in results]
    masks = me.Masks.from_coco(rles)
    polygons = me.polygonize(masks, connectivity, "bridge").to_coco()
    for rings, rle in zip(polygons, rles, strict=True):
        again = peer.merge(peer.frPyObjects(rings, *rle["size"]))
        assert again["counts"].decode() == rle["counts"]


@pytest.mark.parametrize("share", [0.1, 0.5, 0.6, 0.9])
@pytest.mark.parametrize("connectivity", [4, 8])
def test_noise_comes_back_from_pycocotools(share, connectivity):
    size = (200, 230)
    mask = np.random.default_rng(3).random(size) < share
    (again,) = decoded(me.polygonize(mask, connectivity, "bridge"), [size])
    assert np.array_equal(again, mask)


@pytest.mark.parametrize("connectivity", [4, 8])
@pytest.mark.parametrize("holes", ["rings", "bridge"])
def test_checkerboard_and_noise_come_back(connectivity, holes):
    rng = np.random.default_rng(4)
    stack = rng.random((3, 300, 310)) < np.array([0.5, 0.3, 0.7])[:, None, None]
    stack[0] = np.indices(stack[0].shape).sum(0) % 2
    polygons = me.polygonize(stack, connectivity, holes)
    for rule in ("exact", "coco"):
        assert np.array_equal(me.rasterize(polygons, (300, 310), rule, out="dense"), stack)


def test_any_dtype_and_order():
    stack = np.stack([oracles.art(*FRAME)] * 2)
    wanted = me.polygonize(me.encode(stack))
    for dtype in (bool, np.uint8, np.int16, np.uint32, np.int64):
        assert me.polygonize(np.asfortranarray(stack.astype(dtype) * 1)) == wanted
    assert me.polygonize(stack[0]) == wanted[:1]


def test_more_than_32_bits_of_pixels():
    # all but the pixel (60000, 50000), which is a hole
    height, width = 70_000, 100_000
    hole = 60_000 * height + 50_000
    rest = height * width - hole - 1
    masks = me.Masks([0, hole, 1, rest], [0, 4], [(height, width)])
    polygons = me.polygonize(masks)
    (item,) = shapes.rings_of(polygons)
    assert item == [
        [
            [(0, 0), (width, 0), (width, height), (0, height)],
            [(60_000, 50_000), (60_000, 50_001), (60_001, 50_001), (60_001, 50_000)],
        ]
    ]
    assert me.rasterize(polygons, (height, width)) == masks


@pytest.mark.parametrize("size", [(3, 2**31 - 1), (2**31 - 1, 3)])
def test_full_frames_with_a_side_of_two_billion(size):
    height, width = size
    masks = me.Masks([0, 2**32 - 1, 0, 2**31 - 2], [0, 4], [size])
    for holes in ("rings", "bridge"):
        polygons = me.polygonize(masks, holes=holes)
        ring = [(0, 0), (width, 0), (width, height), (0, height)]
        assert shapes.rings_of(polygons) == [[[ring]]]


def test_columns_of_two_billion_pixels():
    # column 1 from row 1 on, columns 2 to 6, column 7 up to row 4
    side, largest = 2**31 - 1, 2**32 - 1
    counts = [side + 1, largest, 0, largest, 0, largest, side - 4]
    masks = me.Masks(counts, [0, 7], [(side, 8)])
    polygons = me.polygonize(masks)
    ring = [(2, 0), (8, 0), (8, 4), (7, 4), (7, side), (1, side), (1, 1), (2, 1)]
    assert shapes.rings_of(polygons) == [[[ring]]]
    assert me.rasterize(polygons, (side, 8)) == masks


def test_runs_of_length_zero_leave_no_trace():
    # column 0 full in three pieces, column 1 in pieces that join over the border, one hole
    masks = me.Masks([0, 1, 0, 2, 0, 1, 1, 0, 0, 1, 0], [0, 11], [(3, 2)])
    assert shapes.rings_of(me.polygonize(masks)) == [
        [[[(0, 0), (2, 0), (2, 1), (1, 1), (1, 2), (2, 2), (2, 3), (0, 3)]]]
    ]


def test_nothing():
    for shape in [(0, 0), (0, 5), (5, 0), (4, 4)]:
        for holes in ("rings", "bridge"):
            polygons = me.polygonize(np.zeros(shape, bool), holes=holes)
            assert len(polygons) == 1
            assert len(polygons.coords) == 0
    assert len(me.polygonize(me.Masks([], [0], []))) == 0
    assert len(me.polygonize(np.zeros((0, 4, 4), bool))) == 0


def test_connectivity_may_be_an_integer_of_numpy():
    corners = np.eye(2, dtype=bool)
    assert me.polygonize(corners, np.int8(4)).coords.shape == (8, 2)
    assert me.polygonize(corners, np.uint32(4)) == me.polygonize(corners, 4)
