"""boundary_overlap: drawn masks, the squares of the reference, boxes and edges.

Covers: python/maskengine/ops/boundary_overlap.py. Compares against: drawings, and the areas
that Boundary IoU gives a square. Run: pytest tests/test_boundary_overlap.py
"""

import numpy as np

import maskengine as me


def art(*rows):
    return np.array([[character == "#" for character in row] for row in rows])


A = art("######.", "######.", "######.", "######.", "######.")
B = art(".######", ".######", ".######", ".######", ".######")


def counted(found):
    masks = (found.reference, found.prediction, found.both)
    bands = (found.band_reference, found.band_prediction, found.band_both)
    return [column.tolist() for column in (*masks, *bands)]


def test_drawn_masks():
    assert counted(me.boundary_overlap(A, B)) == [[30], [30], [25], [18], [18], [10]]


def test_the_edge_of_the_image_may_be_no_border():
    found = me.boundary_overlap(A, B, border="foreground")
    assert counted(found)[3:] == [[5], [5], [0]]


def test_void_pixels_are_not_counted_but_shape_the_bands():
    void = art("###....", "###....", "###....", "###....", "###....")
    found = me.boundary_overlap(A, B, void=void)
    assert counted(found)[:3] == [[15], [20], [15]]
    # columns 3 to 5 of A: its last column whole, two pixels of each other column
    assert found.band_reference.tolist() == [5 + 4]
    assert found.band_prediction.tolist() == [5 + 6]
    assert found.band_both.tolist() == [2 + 2 + 2]


def test_a_square_has_the_same_band_inside_and_in_a_corner():
    """100 x 100 in 200 x 200 with the default width of 0.02 of the diagonal, 6: 2256 pixels."""
    for y, x in ((50, 50), (0, 0), (100, 100), (0, 47)):
        mask = np.zeros((200, 200), bool)
        mask[y : y + 100, x : x + 100] = True
        assert me.boundary_overlap(mask, mask, 6).band_both.tolist() == [2256]
        assert me.boundary_overlap(*[me.encode(mask)] * 2, 6).band_both.tolist() == [2256]
    full = np.ones((200, 200), bool)
    assert me.boundary_overlap(full, full, 6).band_both.tolist() == [4656]


def test_pairs_of_runs_in_far_corners_of_large_images():
    rows = [(10, 10, 5, 9), (99_990, 0, 10, 20)]
    rasterized = me.rasterize(
        me.Polygons.from_coco([[[x, y, x + w, y, x + w, y + h, x, y + h]] for y, x, h, w in rows]),
        (100_000, 100_000),
    )
    found = me.boundary_overlap(rasterized, rasterized, 2)
    assert found.both.tolist() == [45, 200]
    assert found.band_both.tolist() == [45 - 5, 200 - 6 * 16]


def test_widths_that_pass_all_bounds():
    for width in (100, 2**31, 2**70):
        assert me.boundary_overlap(A, B, width).band_both.tolist() == [25]
    assert me.boundary_overlap(A, B, 0).band_reference.tolist() == [0]


def test_batches_and_empty_ones():
    stack = np.stack([A, B, np.zeros_like(A)])
    found = me.boundary_overlap(stack, stack[::-1])
    assert found.both.tolist() == [0, 30, 0]
    assert len(me.boundary_overlap(stack[:0], stack[:0])) == 0
    assert len(me.boundary_overlap(me.Masks.from_coco([]), me.Masks.from_coco([]))) == 0
    assert me.boundary_overlap(np.zeros((0, 5)) > 0, np.zeros((0, 5)) > 0).both.tolist() == [0]
