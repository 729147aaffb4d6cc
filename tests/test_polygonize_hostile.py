"""polygonize and rasterize on drawn masks that are hard on them: thin, wide, full, wound, torn."""

import numpy as np
import pytest

import maskengine as me


def spiral(side):
    """Wind a path one pixel wide, walls as wide, from a corner to the middle."""
    mask = np.zeros((side, side), bool)
    for k in range(0, side // 2, 2):
        mask[k, max(k - 1, 0) : side - k] = True
        mask[k : side - k, side - k - 1] = True
        mask[side - k - 1, k : side - k] = True
        mask[k + 2 : side - k, k] = True
    return mask


def comb(height, width):
    """Give teeth one pixel wide that hang from a back one pixel high."""
    mask = np.zeros((height, width), bool)
    mask[0] = True
    mask[:, ::2] = True
    return mask


def checkerboard(side):
    return np.indices((side, side)).sum(0) % 2 == 0


def dots(height, width):
    """Set every third pixel in the order of rows: single pixels far and near."""
    mask = np.zeros(height * width, bool)
    mask[::3] = True
    return mask.reshape(height, width)


MASKS = {
    "empty": np.zeros((64, 64), bool),
    "full": np.ones((2000, 2000), bool),
    "no rows": np.zeros((0, 5), bool),
    "one pixel": np.ones((1, 1), bool),
    "one row": dots(1, 9001),
    "one column": dots(9001, 1),
    "wide": dots(3, 70_001),
    "high": dots(70_001, 3),
    "checkerboard": checkerboard(1024),
    "spiral": spiral(1024),
    "comb": comb(1024, 1025),
    "comb on its side": comb(1024, 1025).T,
}


@pytest.fixture(params=MASKS)
def mask(request):
    return MASKS[request.param]


@pytest.mark.parametrize("connectivity", [4, 8])
def test_every_rule_that_keeps_corners_gives_the_mask_again(mask, connectivity):
    outlines = me.polygonize(mask, connectivity)
    for rule in ("exact", "coco"):
        assert np.array_equal(me.rasterize(outlines, mask.shape, rule, out="dense")[0], mask), rule


@pytest.mark.parametrize("connectivity", [4, 8])
def test_bridges_give_the_mask_again(mask, connectivity):
    outlines = me.polygonize(mask, connectivity, "bridge")
    assert np.array_equal(me.rasterize(outlines, mask.shape, "coco", out="dense")[0], mask)


def rings_and_vertices(mask, connectivity):
    outlines = me.polygonize(mask, connectivity)
    return len(outlines.ring_offsets) - 1, len(outlines.coords)


def test_a_spiral_is_one_ring():
    assert rings_and_vertices(spiral(1024), 4)[0] == 1


def test_a_comb_is_one_ring_with_four_vertices_a_tooth():
    assert rings_and_vertices(comb(50, 2001), 8) == (1, 4 * 1001)


def test_a_checkerboard_is_squares_or_one_piece_with_holes():
    side = 1000
    fields = side * side // 2
    assert rings_and_vertices(checkerboard(side), 4) == (fields, 4 * fields)
    inner_holes = (side - 2) ** 2 // 2
    assert rings_and_vertices(checkerboard(side), 8)[0] == 1 + inner_holes


def test_more_ways_than_rings_and_more_rings_than_ways():
    """Outlines long enough to be followed in several places at a time, cut at any edge."""
    rng = np.random.default_rng(5)
    for side in (90, 130, 200, 400):
        noise = rng.random((side, side)) < 0.5
        blocks = np.kron(noise[: side // 4, : side // 4], np.ones((4, 4), bool))
        for mask in (noise, blocks, noise | checkerboard(side)):
            outlines = me.polygonize(mask)
            assert np.array_equal(me.rasterize(outlines, mask.shape, out="dense")[0], mask)
