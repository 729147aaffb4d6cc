"""rasterize: arrays by the exact rule, which are filled without runs.

Covers: out="dense", out="labels", out=. Compares against: a slow crossing count in rationals, a
painter in NumPy, the runs decoded by a slow oracle.
"""

import numpy as np
import pytest

import maskengine as me
from maskengine.testing import oracles
from maskengine.testing import polygons as shapes

SIZES = [(1, 1), (9, 40), (40, 9), (70, 131), (130, 64)]


def batches(size, seed):
    """Few crossings, many of columns, many of rows; holes, parts, degenerate, far outside."""
    rng = np.random.default_rng(seed)
    height, width = size
    for stretch in ((1, 1), (1, 0.02), (0.02, 1)):
        for n in (6, 40):
            for far in (0, 50, 2**30):
                # a band of zig-zags, long in one direction
                xy = rng.random((n, 2)) * [width + 2 * far, height + 2 * far] - far
                xy[:, 0] = np.where(stretch[0] < 1, rng.random(n) * width, xy[:, 0])
                xy[:, 1] = np.where(stretch[1] < 1, rng.random(n) * height, xy[:, 1])
                grid = rng.choice([0.5, 1.0, 2.0**-16])
                xy = np.round(xy / grid) * grid
                cut = n // 2
                yield me.Polygons(xy, [0, cut, n], [0, 2], [0, 1])
                yield me.Polygons(xy, [0, cut, n], [0, 1, 2], [0, 2])
    none = np.zeros((0, 2))
    yield me.Polygons(none, [0], [0], [0, 0])
    yield me.Polygons([(0, 0), (width, 0), (width, height), (0, height)], [0, 4], [0, 1], [0, 1])
    outside = np.array([(1.0, 1), (5, 1), (3, 6)])
    for shift in ((width + 3, 0), (-9, 0), (0, height + 3), (0, -9)):
        yield me.Polygons(outside + shift, [0, 3], [0, 1], [0, 1])


@pytest.mark.parametrize("size", SIZES)
def test_dense_is_the_slow_oracle(size, level):
    with me.use(level=level):
        for batch in batches(size, 1):
            wanted = oracles.decode(shapes.rasterize(batch, size, shapes.exact))[0]
            assert np.array_equal(me.rasterize(batch, size, out="dense")[0], wanted)
            for dtype in ("u1", "i2", "u4", "i8"):
                out = np.full((1, *size), 5, dtype)
                me.rasterize(batch, size, out=out, value=3)
                assert np.array_equal(out[0], 3 * wanted.astype(dtype))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("fill", ["even-odd", "nonzero"])
def test_labels_are_painted_as_by_the_slow_oracle(size, fill, level):
    batch = me.Polygons.concatenate(list(batches(size, 2)))
    masks = oracles.decode(shapes.rasterize(batch, size, shapes.exact, fill))
    z = np.random.default_rng(3).integers(0, 9, len(batch))
    wanted = np.zeros(size, np.int64)
    for i in np.argsort(z, kind="stable"):
        wanted[np.asarray(masks[i], bool)] = i + 1
    with me.use(level=level):
        assert np.array_equal(me.rasterize(batch, size, fill=fill, out="labels", z=z), wanted)


def star(size, n):
    rng = np.random.default_rng(n)
    angles = np.sort(rng.random(n)) * 2 * np.pi
    radii = rng.uniform(0.6, 1.2, n) * min(size) / 2
    return np.stack([size[1] / 2 + radii * np.cos(angles), size[0] / 2 + radii * np.sin(angles)], 1)


@pytest.mark.parametrize("squeeze", [(1, 1), (1, 0.01), (0.01, 1)])
def test_threads_share_a_large_polygon(squeeze):
    """The parts of several threads join without a seam: the runs are decoded run by run."""
    size = (2999, 3001)
    polygons = me.Polygons(star(size, 3000) * squeeze, [0, 1000, 3000], [0, 2], [0, 1])
    parts = me.Polygons(star(size, 3000) * squeeze, [0, 1000, 3000], [0, 1, 2], [0, 2])
    for batch in (polygons, parts):
        with me.use(threads=1):
            runs = me.rasterize(batch, size)
        wanted = np.asarray(oracles.decode(runs)[0], bool)
        assert wanted.any()
        for threads in (1, 2, 3, 4):
            with me.use(threads=threads):
                assert me.rasterize(batch, size) == runs
                assert np.array_equal(me.rasterize(batch, size, out="dense")[0], wanted)
                assert np.array_equal(me.rasterize(batch, size, out="labels"), wanted)


def test_threads_share_many_polygons():
    rng = np.random.default_rng(4)
    corners = rng.random((3000, 1, 2)) * 200 + rng.random((3000, 30, 2)) * 50
    batch = me.Polygons(corners.reshape(-1, 2), *[np.arange(3001) * k for k in (30, 1, 1)])
    wanted = np.zeros((240, 250), np.int64)
    for i, mask in enumerate(me.decode(me.rasterize(batch, (240, 250)))):
        wanted[mask] = i + 1
    for threads in (1, 2, 3, 4):
        with me.use(threads=threads):
            assert np.array_equal(me.rasterize(batch, (240, 250), out="labels"), wanted)


@pytest.mark.parametrize("size", [(0, 0), (0, 5), (5, 0)])
def test_images_without_pixels(size):
    batch = me.Polygons.from_coco([[[0, 0, 4, 0, 4, 4]]])
    assert me.rasterize(batch, size, out="dense").shape == (1, *size)
    assert me.rasterize(batch, size, out="labels").shape == size
