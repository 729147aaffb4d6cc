"""perimeter: hand-drawn literals."""

import maskengine as me
from maskengine.testing import oracles


def test_one_pixel_has_four_edges():
    assert me.perimeter(oracles.encode([oracles.art("#")])).tolist() == [4]


def test_a_hole_counts():
    ring = oracles.art("###", "#.#", "###")
    assert me.perimeter(oracles.encode([ring])).tolist() == [12 + 4]


def test_corners_do_not_join():
    assert me.perimeter(oracles.encode([oracles.art("#.", ".#")])).tolist() == [8]


def test_a_long_side():
    # one row of 2^31-1 pixels
    side = 2**31 - 1
    masks = me.Masks([0, side], [0, 2], [(1, side)])
    assert me.perimeter(masks).tolist() == [2 * side + 2]


def test_nothing_has_no_outline():
    assert me.perimeter(me.Masks([6, 0], [0, 1, 2], [(2, 3), (0, 3)])).tolist() == [0, 0]
