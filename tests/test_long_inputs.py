"""What only long inputs or several threads take: strips that are joined, blocks, streamed rows.

Covers: label, hole_tree, clean, distance_transform, symmetric_difference, flood.
Run: pytest tests/test_long_inputs.py
"""

import numpy as np
import pytest

import maskengine as me
from maskengine.testing import oracles

LEVELS = me.cpu_levels()


def noise(shape, share, seed=7):
    return np.random.default_rng(seed).random(shape) < share


@pytest.mark.parametrize("share", [0.5, 0.001])
def test_an_image_beyond_the_caches_is_painted_past_them(share):
    """48 MB of labels are written around the caches, of short runs and of long ones."""
    ndimage = pytest.importorskip("scipy.ndimage")
    mask = noise((3001, 4507), share)
    mask[100:2000, 100:4000] |= share < 0.1
    wanted, n = ndimage.label(mask, np.ones((3, 3)))
    out = np.empty(mask.shape, np.int32)
    for level in LEVELS:
        for threads in (1, 3):
            with me.use(level=level, threads=threads):
                out[:] = -1
                assert me.label(mask, 8, out=out)[1] == n
            assert np.array_equal(out, wanted)


@pytest.mark.parametrize("name", ["noise", "stripes", "checkerboard"])
def test_strips_of_short_runs_are_joined(name):
    ndimage = pytest.importorskip("scipy.ndimage")
    y, x = np.indices((701, 1203))
    mask = {
        "noise": noise(y.shape, 0.42),
        "stripes": x % 2 == 0,
        "checkerboard": (x + y) % 2 == 0,
    }[name]
    wanted, n = ndimage.label(mask, np.ones((3, 3)))
    for level in LEVELS:
        for threads in (2, 5):
            with me.use(level=level, threads=threads):
                ours, count = me.label(mask, 8)
            assert count == n
            assert np.array_equal(ours, wanted)


def nested(rings, side=60):
    """Give `rings` square rings, each in the hole of the one before; a block lies in the last."""
    mask = np.zeros((side, side), bool)
    for k in range(rings):
        mask[4 * k : side - 4 * k, 4 * k : side - 4 * k] = True
        mask[4 * k + 1 : side - 4 * k - 1, 4 * k + 1 : side - 4 * k - 1] = False
    mask[side // 2, side // 2] = True
    return mask


@pytest.mark.parametrize("as_runs", [False, True])
def test_trees_of_a_batch_are_joined_in_order(as_runs):
    rings = [i % 5 for i in range(600)]
    stack = np.stack([nested(n) for n in rings])
    with me.use(threads=4):
        tree = me.hole_tree(me.encode(stack) if as_runs else stack)
    assert np.diff(tree.offsets).tolist() == [n + 1 for n in rings]
    assert np.diff(tree.hole_offsets).tolist() == rings
    assert tree.parent.tolist() == [k for n in rings for k in range(n + 1)]
    assert tree.depth.tolist() == [k for n in rings for k in range(n + 1)]
    assert tree.hole_area.tolist() == [(58 - 8 * k) ** 2 for n in rings for k in range(n)]


def test_changes_of_a_batch_are_joined_in_order():
    """Mask i has one block of 9 pixels and i % 4 single ones, which go."""
    stack = np.zeros((900, 40, 40), bool)
    stack[:, 20:23, 20:23] = True
    for i in range(len(stack)):
        stack[i, 2, 2 : 2 + 3 * (i % 4) : 3] = True
    masks = me.encode(stack)
    with me.use(threads=4):
        cleaned, changes = me.remove_small(masks, 5, report=True)
    wanted = np.zeros_like(stack)
    wanted[:, 20:23, 20:23] = True
    assert np.array_equal(me.decode(cleaned), wanted)
    assert np.diff(changes.offsets).tolist() == [i % 4 for i in range(900)]
    assert changes.area.tolist() == [1] * sum(i % 4 for i in range(900))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [(520, 310), (66_001, 2), (2, 66_001)])
def test_distances_of_long_images(shape, dtype):
    ndimage = pytest.importorskip("scipy.ndimage")
    mask = noise(shape, 0.999)
    taxicab = ndimage.distance_transform_cdt(mask, "taxicab")
    chessboard = ndimage.distance_transform_cdt(mask, "chessboard")
    straight = ndimage.distance_transform_edt(mask)
    for threads in (1, 4):
        with me.use(threads=threads):
            assert np.array_equal(
                me.distance_transform(mask, metric="cityblock", dtype=dtype), taxicab
            )
            assert np.array_equal(
                me.distance_transform(mask, metric="chebyshev", dtype=dtype), chessboard
            )
            found = me.distance_transform(mask, dtype=dtype)
            assert np.allclose(found, straight, rtol=1e-6, atol=0)
            assert np.array_equal(np.rint(found.astype(float) ** 2), np.rint(straight**2))


@pytest.mark.parametrize("share", [0.003, 0.02])
def test_many_ends_of_runs_are_merged_side_by_side(share):
    first, second = noise((900, 800), share, 1), noise((900, 800), share, 2)
    pair = me.symmetric_difference(me.encode(first), me.encode(second))
    assert np.array_equal(me.decode(pair)[0], first ^ second)
    assert pair.counts.tolist() == oracles.encode([first ^ second]).counts.tolist()


@pytest.mark.parametrize("connectivity", [4, 8])
def test_a_fill_crosses_tiles_that_are_open_all_over(connectivity):
    """Rooms of many whole tiles, with walls, doors that are corners, and single pixels in them."""
    ndimage = pytest.importorskip("scipy.ndimage")
    image = np.zeros((1500, 2100), np.uint8)
    image[700, :] = image[:, 1000] = 9
    image[700, 1500] = image[300, 1000] = 0
    image[noise(image.shape, 1e-5)] = 9
    image[701, 1200:1900] = 9
    image[701, 1499] = 0  # reached from (1500, 700) around the corner alone
    image[5, 5] = 0
    shape = np.ones((3, 3)) if connectivity == 8 else None
    parts, _ = ndimage.label(image == 0, shape)
    wanted = parts == parts[5, 5]
    for level in LEVELS:
        with me.use(level=level):
            found = me.flood(image, (5, 5), 0, connectivity=connectivity)
        assert np.array_equal(me.decode(found.masks)[0], wanted)
        box = me.flood(image, (5, 5), 0, connectivity=connectivity, region=image < 20)
        assert box.masks == found.masks
