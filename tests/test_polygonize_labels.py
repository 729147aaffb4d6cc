"""polygonize(kind="labels"): hand-drawn maps, nodes, many labels, and a peer.

Covers: polygonize. Run: pytest tests/test_polygonize_labels.py
"""

from itertools import pairwise

import numpy as np
import pytest

import maskengine as me
from maskengine.testing import polygons as shapes


def items_of(rows, **options):
    """Give label -> polygons of a map drawn in digits, `.` for background."""
    labels = np.array([[0 if c == "." else int(c) for c in row] for row in rows], np.uint8)
    polygons, ids = me.polygonize(labels, kind="labels", **options)
    return dict(zip(ids.tolist(), shapes.rings_of(polygons), strict=True))


def edges_of(item):
    return {edge for polygon in item for ring in polygon for edge in pairwise([*ring, ring[0]])}


def test_a_node_on_a_straight_stretch():
    # the right side of 1 is straight; 2 and 3 meet at its middle
    assert items_of(["112", "112", "113", "113"]) == {
        1: [[[(0, 0), (2, 0), (2, 2), (2, 4), (0, 4)]]],
        2: [[[(2, 0), (3, 0), (3, 2), (2, 2)]]],
        3: [[[(2, 2), (3, 2), (3, 4), (2, 4)]]],
    }


def test_a_node_where_a_label_meets_background_beside_another():
    assert items_of(["111", "2..", "2.."]) == {
        1: [[[(0, 0), (3, 0), (3, 1), (1, 1), (0, 1)]]],
        2: [[[(0, 1), (1, 1), (1, 3), (0, 3)]]],
    }


def test_labels_in_a_hole_are_nodes_of_it():
    items = items_of(["44444", "4.234", "4.234", "44444"])
    assert items[4] == [
        [
            [(0, 0), (5, 0), (5, 4), (0, 4)],
            [(1, 1), (1, 3), (2, 3), (3, 3), (4, 3), (4, 1), (3, 1), (2, 1)],
        ]
    ]
    assert items[2] == [[[(2, 1), (3, 1), (3, 3), (2, 3)]]]


def test_no_node_on_the_border_of_the_map():
    # 1 ends where 2 begins, and the outside is one straight stretch of each
    assert items_of(["1122"]) == {
        1: [[[(0, 0), (2, 0), (2, 1), (0, 1)]]],
        2: [[[(2, 0), (4, 0), (4, 1), (2, 1)]]],
    }


@pytest.mark.parametrize(("connectivity", "polygons"), [(8, 1), (4, 2)])
def test_two_labels_crossing(connectivity, polygons):
    items = items_of(["12", "21"], connectivity=connectivity)
    assert [len(items[label]) for label in (1, 2)] == [polygons] * 2
    middle = {(a, b) for a, b in edges_of(items[1]) if (1, 1) in (a, b)}
    assert len(middle) == 4
    assert {(b, a) for a, b in middle} <= edges_of(items[2])


@pytest.mark.parametrize("length", [63, 64, 65, 127, 128, 200])
def test_nodes_at_every_place_of_a_word(length):
    # a bar along each side of a stripe of alternating labels: a node after each of its pixels
    for turn in (np.asarray, np.transpose):
        labels = np.full((3, length), 9)
        labels[1] = 1 + np.arange(length) % 2
        polygons, ids = me.polygonize(turn(labels), 4, kind="labels")
        assert ids.tolist() == [1, 2, 9]
        bars = shapes.rings_of(polygons)[2]
        assert [len(ring) for (ring,) in bars] == [length + 3] * 2


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.uint32, np.int32, np.int64, np.uint64])
def test_dtypes_orders_and_strides(dtype):
    labels = np.random.default_rng(1).integers(0, 9, (40, 50))
    wanted, ids = me.polygonize(labels, kind="labels")
    assert ids.dtype == np.uint32
    wide = np.repeat(labels, 2, axis=1).astype(dtype)
    for other in (labels.astype(dtype), np.asfortranarray(labels.astype(dtype)), wide[:, ::2]):
        polygons, same = me.polygonize(other, kind="labels")
        assert polygons == wanted
        assert np.array_equal(same, ids)


def test_every_pixel_its_own_label():
    height, width = 70, 90
    labels = np.random.default_rng(2).permutation(height * width).reshape(height, width)
    labels = 2**32 - 1 - labels  # 0 is not among them
    polygons, ids = me.polygonize(labels, kind="labels")
    assert np.array_equal(ids, np.sort(labels, axis=None))
    at = np.argsort(labels, axis=None)
    y, x = np.divmod(at, width)
    squares = np.stack([x, y, x + 1, y, x + 1, y + 1, x, y + 1], 1).reshape(-1, 2)
    assert np.array_equal(polygons.coords, squares)


def test_threads_give_the_same():
    labels = np.random.default_rng(3).integers(0, 500, (60, 70)).repeat(9, 0).repeat(9, 1)
    with me.use(threads=1):
        wanted, ids = me.polygonize(labels, kind="labels")
    with me.use(threads=4):
        polygons, same = me.polygonize(labels, kind="labels")
    assert polygons == wanted
    assert np.array_equal(ids, same)


@pytest.mark.parametrize("connectivity", [4, 8])
def test_regions_of_rasterio(connectivity):
    """The same regions by label, and the same corners at which their outlines turn."""
    features = pytest.importorskip("rasterio.features")
    rng = np.random.default_rng(4)
    labels = rng.integers(0, 5, (30, 40)).repeat(3, 0).repeat(2, 1).astype(np.uint8)
    wanted = sorted(
        (int(value), sorted({corner for ring in shape["coordinates"] for corner in ring}))
        for shape, value in features.shapes(labels, labels > 0, connectivity)
    )
    polygons, ids = me.polygonize(labels, connectivity, kind="labels")
    ours = sorted(
        (label, sorted({corner for ring in polygon for corner in turns(ring)}))
        for label, item in zip(ids.tolist(), shapes.rings_of(polygons), strict=True)
        for polygon in item
    )
    assert ours == wanted


def turns(ring):
    """Give the vertices at which a ring of level and upright edges turns."""
    n = len(ring)
    return [
        ring[k]
        for k in range(n)
        if not any(ring[k - 1][axis] == ring[k][axis] == ring[(k + 1) % n][axis] for axis in (0, 1))
    ]


@pytest.mark.parametrize("shape", [(0, 0), (0, 5), (5, 0), (4, 4)])
def test_nothing(shape):
    polygons, ids = me.polygonize(np.zeros(shape, np.uint16), kind="labels")
    assert len(polygons) == 0
    assert ids.shape == (0,)
