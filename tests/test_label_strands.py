"""Statistics of regions whose runs go on from line to line, which are added up many at once.

Run: pytest tests/test_label_strands.py
"""

import numpy as np
import pytest

import maskengine as me

ndimage = pytest.importorskip("scipy.ndimage")


def drifting(rng, lines, sticks, room, moves):
    """Draw sticks side by side that move along with the lines; some end, begin, meet or repeat."""
    mask = np.zeros((lines, sticks * room + 8), bool)
    begin = np.arange(sticks) * room + 2
    end = begin + rng.integers(1, room - 1, sticks)
    there = rng.random(sticks) < 0.9
    for line in range(lines):
        if rng.random() < moves:
            begin = begin + rng.integers(-1, 2, sticks)
            end = end + rng.integers(-1, 2, sticks)
            begin = np.clip(begin, 0, mask.shape[1] - 2)
            end = np.clip(np.maximum(end, begin + 1), 1, mask.shape[1])
        if rng.random() < 0.03:
            there[rng.integers(sticks)] ^= True
        for a, b in zip(begin[there], end[there], strict=True):
            mask[line, a:b] = True
    return mask


def masks():
    rng = np.random.default_rng(1)
    for lines, sticks, room in ((60, 1, 9), (90, 8, 6), (400, 17, 5), (300, 40, 12), (3000, 9, 7)):
        for moves in (0.0, 0.3, 1.0):
            yield drifting(rng, lines, sticks, room, moves)
    yield np.ones((2500, 3), bool)  # longer than strands are
    diagonal = np.zeros((70, 150), bool)
    for k in range(70):
        diagonal[k, 2 * k : 2 * k + 2] = True  # touches by corners alone
    yield diagonal
    yield diagonal[:, ::-1]
    far = np.zeros((20, 1_048_600), bool)  # on both sides of the furthest place
    far[:, 1_048_570:1_048_577] = far[:, 5:9] = far[3:9, 1_048_580:] = True
    yield far


def expected(mask, connectivity):
    """Give what the pixels say of each region, numbered in raster order."""
    numbers, n = ndimage.label(mask, np.ones((3, 3)) if connectivity == 8 else None)
    y, x = np.nonzero(mask)
    of = numbers[y, x]
    area = np.bincount(of, minlength=n + 1)[1:]
    boxes = [(r.start, r.stop, c.start, c.stop) for r, c in ndimage.find_objects(numbers)]
    framed = np.pad(numbers, 1)
    edges = np.zeros(n + 1, int)
    for a, b in ((framed[1:], framed[:-1]), (framed[:, 1:], framed[:, :-1])):
        edges += np.bincount(a[a != b], minlength=n + 1) + np.bincount(b[a != b], minlength=n + 1)
    centroid = np.stack([np.bincount(of, v + 0.5, n + 1)[1:] / area for v in (x, y)], axis=1)
    first = np.unique(of, return_index=True)[1]
    return {
        "area": area,
        "box": np.array(boxes).reshape(n, 4),
        "perimeter": edges[1:],
        "centroid": centroid,
        "first": np.stack([x[first], y[first]], axis=1),
    }


def check(stats, mask, connectivity):
    wanted = expected(mask, connectivity)
    assert np.array_equal(stats.area, wanted["area"])
    x, y, width, height = np.asarray(stats.bbox).T.astype(int)
    assert np.array_equal(np.stack([y, y + height, x, x + width], axis=1), wanted["box"])
    assert np.array_equal(stats.perimeter, wanted["perimeter"])
    assert np.allclose(stats.centroid, wanted["centroid"], rtol=1e-12, atol=1e-9)
    assert np.array_equal(stats.first_pixel, wanted["first"])


@pytest.mark.parametrize("connectivity", [4, 8])
@pytest.mark.parametrize("cpu", me.cpu_levels())
def test_rows_and_columns_that_go_on(cpu, connectivity):
    for mask in masks():
        with me.use(level=cpu, threads=1):
            rows, n, stats = me.label(mask, connectivity, stats=True)
            runs = me.label(me.encode(mask.T), connectivity, stats=True, output="none")[2]
            counted = me.label(me.encode(mask.T), connectivity, output="none")[1]
        check(stats, mask, connectivity)
        check(runs, mask.T, connectivity)
        assert counted[0] == n
        structure = np.ones((3, 3)) if connectivity == 8 else None
        assert np.array_equal(rows, ndimage.label(mask, structure)[0])


def test_strips_of_rows_that_go_on():
    mask = np.tile(drifting(np.random.default_rng(2), 1500, 30, 20, 0.5), (1, 4))
    with me.use(threads=3):
        check(me.label(mask, 8, stats=True, output="none")[2], mask, 8)


def test_holes_of_rows_that_go_on():
    mask = np.zeros((900, 64), bool)
    mask[:, 4:60] = True
    mask[100:800, 10:20] = mask[200:700, 30:31] = False
    with me.use(threads=1):
        stats = me.label(mask, 8, stats=True, output="none")[2]
    assert stats.holes.tolist() == [2]
    assert stats.euler.tolist() == [-1]
