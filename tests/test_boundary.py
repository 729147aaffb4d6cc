"""boundary: hand-drawn literals, label maps, and the numbers of the Boundary IoU definition.

Covers: me.boundary. Compares against: drawings, counts worked out by hand.
Run: pytest tests/test_boundary.py
"""

import numpy as np

import maskengine as me
from maskengine.testing.oracles import art, encode

BLOCK = art(".......", ".#####.", ".#####.", ".#####.", ".......")


def test_sides():
    inner = art(".......", ".#####.", ".#...#.", ".#####.", ".......")
    outer = art("#######", "#.....#", "#.....#", "#.....#", "#######")
    assert np.array_equal(me.boundary(BLOCK), inner)
    assert np.array_equal(me.boundary(BLOCK, side="outer"), outer)
    assert np.array_equal(me.boundary(BLOCK, side="both"), inner | outer)
    assert me.boundary(encode([BLOCK]), side="both") == encode([inner | outer])


def test_the_edge_of_the_image_is_a_boundary_unless_it_is_not():
    full = np.ones((3, 3), bool)
    assert me.boundary(full).sum() == 8
    assert not me.boundary(full, border="foreground").any()


def test_band_areas():
    # a square of side 100 loses 100^2 - 88^2 pixels to 6 erosions, wherever it lies; 200: 4656
    inside, corner = np.zeros((2, 200, 200), bool)
    inside[50:150, 50:150] = True
    corner[:100, :100] = True
    areas = [int(me.boundary(m, 6).sum()) for m in (inside, corner, np.ones((200, 200), bool))]
    assert areas == [2256, 2256, 4656]


def test_labels_that_touch():
    labels = np.array([[7, 7, 7, 9, 9, 9, 0, 0]] * 3, np.uint32)
    band = me.boundary(labels, kind="labels", border="foreground")
    assert band.dtype == bool
    assert band.astype(int).tolist() == [[0, 0, 1, 1, 0, 1, 0, 0]] * 3
    outer = me.boundary(labels, 2, "outer", kind="labels")
    assert outer.astype(int).tolist() == [[0, 0, 0, 0, 0, 0, 1, 1]] * 3


def test_bands_of_labels_are_those_of_their_masks():
    rng = np.random.default_rng(11)
    labels = np.kron(rng.integers(0, 70, (9, 13)), np.ones((17, 11), int)).astype(np.uint16)
    for shape in ("square", "disk"):
        band = me.boundary(labels, 4, shape=shape, kind="labels")
        for value in np.unique(labels[labels != 0]):
            one = me.boundary(labels == value, 4, shape=shape)
            assert np.array_equal(band & (labels == value), one)


def test_out():
    labels = np.array([[1, 2], [1, 2]])
    out = np.zeros((2, 4), np.uint8)[:, ::2]
    assert me.boundary(labels, kind="labels", out=out) is out
    assert out.tolist() == [[1, 1], [1, 1]]
