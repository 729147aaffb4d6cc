"""tolerance_map: hand-drawn literals, and larger images beside a binary heap."""

import heapq
import math

import numpy as np
import pytest

import maskengine as me


def test_a_wall_costs_its_height():
    image = np.array([[5, 9, 5], [5, 7, 5]], np.uint8)
    found = me.tolerance_map(image, (0, 0))
    assert found.dtype == np.uint8
    assert found.tolist() == [[0, 4, 2], [0, 2, 2]]


def test_floating_costs_the_steepest_step():
    image = np.array([[0, 3, 5, 9]], np.int16)
    assert me.tolerance_map(image, (0, 0), mode="floating").tolist() == [[0, 3, 3, 4]]
    assert me.tolerance_map(image, (0, 0)).tolist() == [[0, 3, 5, 9]]


def test_corners():
    image = np.array([[1, 9], [9, 1]], np.uint8)
    assert me.tolerance_map(image, (0, 0)).tolist() == [[0, 8], [8, 8]]
    assert me.tolerance_map(image, (0, 0), connectivity=8).tolist() == [[0, 8], [8, 0]]


def test_window():
    image = np.array([[0, 1, 2, 3]], np.uint32)
    found = me.tolerance_map(image, (2, 0), (1, -3, 99, 7))
    assert found.dtype == np.uint32
    assert found.tolist() == [[1, 0, 1]]


def test_no_way():
    image = np.array([[1.0, np.nan, 1.0]])
    assert me.tolerance_map(image, (0, 0)).tolist() == [[0, np.inf, np.inf]]
    assert me.tolerance_map(image, (1, 0)).tolist() == [[np.inf] * 3]


def test_64_bits():
    image = np.array([[0, 2**64 - 1]], np.uint64)
    assert me.tolerance_map(image, (0, 0)).tolist() == [[0, 2**64 - 1]]
    ends = np.array([[-(2**63), 2**63 - 1]], np.int64)
    assert me.tolerance_map(ends, (0, 0)).tolist() == [[0, 2**64 - 1]]


def _by_heap(image, seed, *, is_floating, corners):
    """Find the least tolerances with whole numbers and floats of Python, which do not wrap."""
    height, width = image.shape[:2]
    pixels = image.reshape(height, width, -1).tolist()
    steps = [(dx, dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)
             if (dx, dy) != (0, 0) and (corners or 0 in {dx, dy})]  # fmt: skip
    found = {}
    waiting = [(0, seed, seed)]
    while waiting:
        cost, (x, y), _ = heapq.heappop(waiting)
        if (x, y) in found:
            continue
        found[x, y] = cost
        for dx, dy in steps:
            to = (x + dx, y + dy)
            if to in found or not (0 <= to[0] < width and 0 <= to[1] < height):
                continue
            base = (x, y) if is_floating else seed
            pairs = zip(pixels[base[1]][base[0]], pixels[to[1]][to[0]], strict=True)
            apart = [abs(p - q) for p, q in pairs]
            if all(map(math.isfinite, apart)):
                heapq.heappush(waiting, (max(cost, *apart), to, (x, y)))
    return [[found.get((x, y), np.inf) for x in range(width)] for y in range(height)]


@pytest.mark.parametrize("dtype", ["u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8", "f4", "f8"])
@pytest.mark.parametrize("channels", [(), (3,)])
def test_images_of_every_type(dtype, channels):
    rng = np.random.default_rng(5)
    shape = (37, 53, *channels)
    if dtype[0] == "f":
        image = rng.normal(size=shape).astype(dtype)
        image[rng.random(shape) < 0.2] = np.nan
        image[18, 20] = 0.5
    else:
        ends = np.iinfo(dtype)
        image = rng.integers(ends.min, ends.max, shape, dtype, endpoint=True)
    for mode in ("fixed", "floating"):
        for connectivity in (4, 8):
            found = me.tolerance_map(image, (20, 18), mode=mode, connectivity=connectivity)
            wanted = _by_heap(
                image, (20, 18), is_floating=mode == "floating", corners=connectivity == 8
            )
            assert found.tolist() == wanted, (mode, connectivity)
