"""rot90: hand-drawn literals."""

import maskengine as me
from maskengine.testing import oracles

DRAWN = oracles.encode([oracles.art("##.", "#..")])


def test_counter_clockwise():
    assert me.rot90(DRAWN) == oracles.encode([oracles.art("..", "#.", "##")])


def test_half_a_turn():
    assert me.rot90(DRAWN, 2) == oracles.encode([oracles.art("..#", ".##")])


def test_clockwise():
    wanted = oracles.encode([oracles.art("##", ".#", "..")])
    assert me.rot90(DRAWN, -1) == wanted
    assert me.rot90(DRAWN, 3 + 4 * 10**30) == wanted
