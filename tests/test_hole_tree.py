"""hole_tree: drawn masks and maps, deep ones, and large ones beside a peer.

Run: pytest tests/test_hole_tree.py
"""

import numpy as np
import pytest
from scipy import ndimage

import maskengine as me
from maskengine.testing.oracles import art

NEST = art(
    "########..",
    "#......#.#",
    "#.####.#..",
    "#.#..#.#..",
    "#.#.##.###",
    "#.####.#.#",
    "#......###",
    "########..",
)


def test_rings_in_rings():
    for source in (NEST, me.encode(NEST)):
        tree = me.hole_tree(source, 4)
        assert tree.offsets.tolist() == [0, 3]
        assert tree.hole_offsets.tolist() == [0, 3]
        # Components: the outer ring, the dot, the inner ring.
        assert tree.parent.tolist() == [0, 0, 1]
        assert tree.depth.tolist() == [0, 0, 1]
        # Holes: inside the outer ring, inside the inner ring, and in the handle on the right.
        assert tree.hole_parent.tolist() == [1, 3, 1]
        assert tree.hole_area.tolist() == [36, 3, 1]
        assert tree.hole_bbox.tolist() == [[1, 1, 6, 6], [3, 3, 2, 2], [8, 5, 1, 1]]
        assert tree.hole_first_pixel.tolist() == [[1, 1], [3, 3], [8, 5]]
        assert tree.holes.tolist() == [1, 3, 2]
        assert tree.holes_offsets.tolist() == [0, 2, 2, 3]
        assert len(tree) == 3


def test_what_touches_at_a_corner():
    ring = art(".##.", "#..#", ".##.")
    assert me.hole_tree(ring, 8).hole_area.tolist() == [2]
    assert me.hole_tree(ring, 4).hole_area.tolist() == []
    hole = art("###", "#.#", "##.")
    assert me.hole_tree(hole, 8).hole_area.tolist() == [1]
    assert me.hole_tree(hole, 4).hole_area.tolist() == []


MAP = np.array(
    [
        [5, 5, 5, 5, 0, 9, 9],
        [5, 7, 7, 5, 0, 9, 3],
        [5, 7, 2, 5, 0, 9, 9],
        [5, 5, 5, 5, 0, 0, 0],
    ],
    np.int16,
)


@pytest.mark.parametrize("connectivity", [4, 8])
def test_a_map_whose_holes_hold_labels_alone(connectivity):
    tree = me.hole_tree(MAP, connectivity, kind="labels")
    # Components: 5, 9, 7, 3 and 2; the 3 lies at the edge of the map, in no hole.
    assert me.label(MAP, connectivity, kind="labels", stats=True)[2].label.tolist() == [
        5,
        9,
        7,
        3,
        2,
    ]
    assert tree.parent.tolist() == [0, 0, 1, 0, 1]
    assert tree.depth.tolist() == [0, 0, 1, 0, 1]
    assert tree.hole_parent.tolist() == [1]
    assert tree.hole_area.tolist() == [4]
    assert me.hole_tree(MAP, connectivity).hole_parent.tolist() == []


def test_labels_that_cross_at_a_corner():
    crossing = np.array([[1, 1, 1, 0], [1, 2, 1, 0], [1, 1, 2, 0], [0, 0, 0, 0]])
    # The 2 leads from inside the ring of 1 to outside, over the corner at which they cross.
    assert me.hole_tree(crossing, 8, kind="labels").hole_parent.tolist() == []
    inside = np.where(crossing == 2, 0, crossing)
    assert me.hole_tree(inside, 8, kind="labels").hole_area.tolist() == [1]


def test_a_stack_and_a_batch_are_numbered_mask_by_mask():
    stack = np.stack([NEST, ~NEST, NEST])
    for source in (stack, me.encode(stack)):
        tree = me.hole_tree(source, 4)
        assert np.diff(tree.offsets).tolist() == [3, 5, 3]
        last = slice(*tree.offsets[2:])
        assert tree.parent[last].tolist() == [0, 0, 1]
        assert tree.hole_parent[slice(*tree.hole_offsets[2:])].tolist() == [1, 3, 1]


def rings(side):
    """Give squares in squares, one pixel wide and one apart."""
    y, x = np.indices((side, side))
    return np.minimum(np.minimum(x, y), side - 1 - np.maximum(x, y)) % 2 == 0


@pytest.mark.parametrize("kind", ["mask", "labels"])
def test_five_hundred_rings(kind):
    mask = rings(2003).astype(np.uint8)
    tree = me.hole_tree(mask, kind=kind)
    n = 501
    assert tree.depth.tolist() == list(range(n))
    assert tree.parent.tolist() == list(range(n))
    assert tree.hole_parent.tolist() == list(range(1, n + 1))
    assert tree.hole_area.tolist() == [(2003 - 2 - 4 * k) ** 2 for k in range(n)]
    if kind == "mask":
        runs = me.hole_tree(me.encode(mask))
        assert np.array_equal(runs.hole_area, tree.hole_area)
        assert np.array_equal(runs.parent, tree.parent)


@pytest.mark.parametrize("connectivity", [4, 8])
def test_noise_has_the_holes_that_scipy_finds(connectivity):
    corners = np.ones((3, 3))
    mask = np.random.default_rng(4).random((600, 800)) < 0.6
    tree = me.hole_tree(mask, connectivity)
    wanted, n = ndimage.label(mask, corners if connectivity == 8 else None)
    outside = np.pad(~mask, 1, constant_values=True)
    holes, m = ndimage.label(outside, None if connectivity == 8 else corners)
    assert len(tree) == n
    assert len(tree.hole_parent) == m - 1
    # In a mask, the first pixel of a hole lies right of the component that it is in.
    x, y = tree.hole_first_pixel.T
    assert np.array_equal(wanted[y, x - 1], tree.hole_parent)
    assert sorted(holes[y + 1, x + 1]) == [k for k in range(1, m + 1) if k != holes[0, 0]]
    # So does that of a component: of the background that is around it.
    first = me.label(mask, connectivity, stats=True, output="none")[2].first_pixel
    around = holes[first[:, 1] + 1, first[:, 0]]
    number = np.zeros(m + 1, int)
    number[holes[y + 1, x + 1]] = np.arange(1, m)
    assert np.array_equal(number[around], tree.parent)
    for threads in (1, 3):
        for level in me.cpu_levels():
            with me.use(level=level, threads=threads):
                again = me.hole_tree(me.encode(mask), connectivity)
            assert np.array_equal(again.parent, tree.parent)
            assert np.array_equal(again.hole_area, tree.hole_area)
            assert np.array_equal(again.hole_bbox, tree.hole_bbox)


def test_the_cost_of_masks_follows_their_runs():
    side = 2**31 - 1
    masks = me.Masks([side + 1, side - 2, 2 * side + 1], [0, 3], [(side, 4)])
    tree = me.hole_tree(masks)
    assert tree.parent.tolist() == [0]
    assert tree.hole_parent.tolist() == []
    around = me.complement(masks)
    assert me.hole_tree(around).hole_area.tolist() == [side - 2]
    assert me.hole_tree(around).hole_bbox.tolist() == [[1, 1, 1, side - 2]]


@pytest.mark.parametrize("connectivity", [4, 8])
@pytest.mark.parametrize("kind", ["mask", "labels"])
def test_repeated_rows_and_columns_repeat_what_lies_in_them(kind, connectivity):
    """Rows that are as the one above are taken at once, columns never."""
    rng = np.random.default_rng(6)
    for _ in range(60):
        small = rng.integers(0, 3 if kind == "labels" else 2, (9, 11), np.uint8)
        for image in (small, np.pad(small, 1)):
            tall = me.hole_tree(np.repeat(image, 5, axis=0), connectivity, kind=kind)
            wide = me.hole_tree(np.repeat(image, 5, axis=0).T.copy(), connectivity, kind=kind)
            names = ("hole_area", "hole_bbox")
            found, turned = (
                sorted(zip(*(getattr(one, name).tolist() for name in names), strict=True))
                for one in (tall, wide)
            )
            assert found == sorted((area, [y, x, h, w]) for area, (x, y, w, h) in turned)
            assert sorted(tall.depth.tolist()) == sorted(wide.depth.tolist())
