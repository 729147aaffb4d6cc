"""border_distances: drawn borders, large and far masks, many threads.

Covers: python/maskengine/ops/border_distances.py. Compares against: drawings, and SciPy's distance
transform. Run: pytest tests/test_border_distances.py
"""

import math

import numpy as np
import pytest

import maskengine as me
from shapes import square


def table(found, side):
    rows = found.side == side
    return list(
        zip(
            found.distance[rows].tolist(), found.length[rows].round(6).tolist(),
            found.count[rows].tolist(), strict=True,
        )
    )  # fmt: skip


def test_corners_of_a_pixel():
    """One pixel has four corners, each half a diagonal long."""
    one = np.zeros((3, 3), bool)
    one[1, 1] = True
    found = me.border_distances(one, np.ones((3, 3), bool))
    assert table(found, 0) == [(1.0, 0.707107, 4)]
    # 4 corners of the image lie a diagonal away; of the 8 points between them, all lie 1 away
    assert table(found, 1) == [(1.0, 1.0, 8), (math.sqrt(2), 0.707107, 4)]


def test_two_pixels_that_touch_at_a_corner():
    both = np.array([[1, 0], [0, 1]], bool)
    found = me.border_distances(both, both, spacing=(3, 4))
    assert table(found, 0) == [(0.0, 2.5, 6), (0.0, 5.0, 1)]


def test_the_contour_of_a_square():
    """Golden vector G1: a contour of 398.8284, all of it within 2 of the square moved by 2."""
    found = me.border_distances(square(), square(2))
    for side in (0, 1):
        rows = found.side == side
        assert round(float((found.length * found.count)[rows].sum()), 4) == 398.8284
        assert found.distance[rows].max() == 2


def test_the_edge_of_the_image():
    full = np.ones((4, 5), bool)
    assert int(me.border_distances(full, full, "corners").count.sum()) == 2 * 18
    assert int(me.border_distances(full, full, "pixels").count.sum()) == 2 * 14
    assert len(me.border_distances(full, full, "changes")) == 0


def test_changes_are_those_of_davis():
    """A pixel is on the boundary when its right, lower or lower right neighbour is unlike it."""
    mask = np.array([[0, 0, 0, 0], [0, 1, 1, 0], [0, 0, 0, 0]], bool)
    found = me.border_distances(mask, np.zeros_like(mask), "changes")
    # rows 0 and 1: columns 0 to 2; row 0, column 2 sees (1, 2) below; row 2 has none
    assert table(found, 0) == [(math.inf, 1.0, 6)]
    assert table(found, 1) == []


def test_void_pixels_have_no_border():
    mask = square()
    void = np.zeros_like(mask)
    void[:, :100] = True
    for elements, wanted in (("corners", 199), ("pixels", 196)):
        found = me.border_distances(mask, square(2), elements, void=void)
        # what touches column 99 or the void is no element: 50 columns of two sides, and one side
        assert int(found.count[found.side == 0].sum()) == wanted
    assert len(me.border_distances(mask, mask, void=np.ones_like(mask))) == 0


@pytest.mark.parametrize("threads", [1, 3])
def test_far_masks_are_exact(threads):
    from scipy import ndimage

    y, x = np.indices((700, 900))
    a = (x - 100) ** 2 + (y - 80) ** 2 < 70**2
    b = ((x - 700) ** 2 + (y - 500) ** 2 < 150**2) | (y + x == 500)
    with me.use(threads=threads):
        found = me.border_distances(a, b, "pixels", (1.5, 0.5))
    cross = ndimage.generate_binary_structure(2, 1)
    borders = [mask ^ ndimage.binary_erosion(mask, cross) for mask in (a, b)]
    for side in (0, 1):
        distances = ndimage.distance_transform_edt(~borders[1 - side], sampling=(1.5, 0.5))
        rows = found.side == side
        ours = np.repeat(found.distance[rows], found.count[rows])
        assert np.allclose(ours, np.sort(distances[borders[side]]), rtol=1e-14, atol=0)


def test_runs_in_large_images():
    """Only the boxes around the masks are looked at: these images have 10^10 pixels."""
    rows = [(10, 10, 5, 9), (99_990, 0, 10, 20)]
    polygons = me.Polygons.from_coco(
        [[[x, y, x + w, y, x + w, y + h, x, y + h]] for y, x, h, w in rows]
    )
    masks = me.rasterize(polygons, (100_000, 100_000))
    found = me.border_distances(masks, me.shift(masks, 1, 0), "pixels")
    assert found.item.max() == 1
    assert found.distance.max() == 1
