"""erode: hand-drawn literals, label maps, and parity with OpenCV on thousands of masks.

Covers: me.erode. Compares against: drawings, cv2. Run: pytest tests/test_erode.py
"""

import numpy as np
import pytest

import maskengine as me
from maskengine.testing import morphology
from maskengine.testing.oracles import art, encode

BLOCK = art("#####", "#####", "#####", ".....")


def test_borders():
    kept = art("#####", "#####", ".....", ".....")
    inside = art(".....", ".###.", ".....", ".....")
    assert np.array_equal(me.erode(BLOCK, 1), kept)
    assert np.array_equal(me.erode(BLOCK, 1, border="background"), inside)
    assert me.erode(encode([BLOCK]), 1) == encode([kept])
    assert me.erode(encode([BLOCK]), 1, border="background") == encode([inside])


def test_shapes():
    hole = art("#######", "#######", "#######", "###.###", "#######", "#######", "#######")
    disk = art("#######", "###.###", "##...##", "#.....#", "##...##", "###.###", "#######")
    cross = art("#######", "###.###", "###.###", "#.....#", "###.###", "###.###", "#######")
    assert np.array_equal(me.erode(hole, 2, "disk"), disk)
    assert np.array_equal(me.erode(hole, 2, "cross"), cross)


def test_a_full_mask():
    full = np.ones((3, 4), bool)
    assert me.erode(full, 50).all()
    assert not me.erode(full, 2, border="background").any()
    assert me.erode(encode([full]), 50, "disk") == encode([full])


def test_each_label_by_itself():
    labels = np.array([[1, 1, 1, 2, 2, 2]] * 4 + [[0] * 6], np.uint16)
    kept = me.erode(labels, 1, kind="labels")
    assert kept.dtype == np.uint16
    assert kept.tolist() == [[1, 1, 0, 0, 2, 2]] * 3 + [[0] * 6] * 2
    assert me.erode(labels, 1, border="background", kind="labels").tolist() == [
        [0] * 6,
        [0, 1, 0, 0, 2, 0],
        [0, 1, 0, 0, 2, 0],
        [0] * 6,
        [0] * 6,
    ]
    out = np.ones_like(labels)
    assert me.erode(labels, 1, kind="labels", out=out) is out
    assert np.array_equal(out, kept)


@pytest.mark.parametrize("shape", [(0, 2), (2, 0), (0, 0), (0, 1)])
def test_maps_without_pixels(shape):
    for order in "CF":
        assert me.erode(np.zeros(shape, np.uint8, order), 30, kind="labels").shape == shape


def test_parity_with_opencv():
    morphology.parity(me.erode, "erode", 3000, 3)
    morphology.parity(lambda m, *how: me.decode(me.erode(me.encode(m), *how))[0], "erode", 500, 4)
