"""The COCO rule where a column is crossed few or many times, against pycocotools.

Covers: maskengine.rasterize with rule="coco".
Run: pytest tests/test_coco_rule.py
"""

import numpy as np
import pytest

import maskengine as me

peer = pytest.importorskip("pycocotools.mask")


def text_of(parts, height, width):
    return peer.merge(peer.frPyObjects([part.ravel().tolist() for part in parts], height, width))


def zigzag(rng, teeth, width):
    """A ring whose upper and lower teeth cross each column `teeth` times or more."""
    x = np.tile([0.0, width], teeth // 2 + 1)[: teeth + 1]
    y = np.sort(rng.uniform(-5, 90, teeth + 1))
    return np.round(np.stack([x, y], axis=1) + rng.uniform(-3, 3, (teeth + 1, 2)), 2)


def assert_same(batches, height, width, level):
    polygons = me.Polygons.from_coco([[part.ravel() for part in parts] for parts in batches])
    with me.use(level=level):
        ours = me.rasterize(polygons, (height, width), rule="coco").to_coco()
    for parts, mask in zip(batches, ours, strict=True):
        wanted = text_of(parts, height, width)["counts"]
        assert mask["counts"] in (wanted, wanted.decode())


@pytest.mark.parametrize("width", [1, 3, 60, 9000])
def test_few_and_many_crossings_of_a_column(level, width):
    rng = np.random.default_rng(width)
    rings = [[zigzag(rng, teeth, width)] for teeth in range(2, 40) for _ in range(5)]
    assert_same(rings, 80, width, level)


def test_edges_of_every_length(level):
    rng = np.random.default_rng(7)
    rings = []
    for i in range(800):
        n = 3 + i % 9
        steps = rng.uniform(-1, 1, (n, 2)) * rng.choice([0.3, 1, 3, 8, 40], (n, 1))
        ring = rng.uniform(-10, 110, 2) + np.cumsum(steps, axis=0)
        rings.append([np.round(ring, i % 3)])
    assert_same(rings, 97, 101, level)


def test_parts_that_overlap_and_touch(level):
    rng = np.random.default_rng(8)
    batches = []
    for i in range(300):
        parts = []
        for _ in range(2 + i % 5):
            corner = rng.integers(0, 60, 2)
            parts.append(np.round(corner + rng.uniform(0, 30, (3 + i % 4, 2)), i % 2))
        batches.append(parts)
    assert_same(batches, 64, 72, level)
