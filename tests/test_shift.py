"""shift: hand-drawn literals."""

import maskengine as me
from maskengine.testing import oracles

DRAWN = oracles.encode([oracles.art("##.", "#..")])


def test_right_and_down():
    assert me.shift(DRAWN, dx=1, dy=1) == oracles.encode([oracles.art("...", ".##")])


def test_left_and_up():
    assert me.shift(DRAWN, dx=-1) == oracles.encode([oracles.art("#..", "...")])
    assert me.shift(DRAWN, dy=-1) == oracles.encode([oracles.art("#..", "...")])


def test_out_of_sight():
    nothing = oracles.encode([oracles.art("...", "...")])
    for far in (3, 2**40, 2**63 - 1, -(2**63)):
        assert me.shift(DRAWN, dx=far) == nothing
        assert me.shift(DRAWN, dy=far) == nothing


def test_one_offset_per_mask():
    masks = me.Masks.concatenate([DRAWN, DRAWN])
    wanted = oracles.encode([oracles.art(".##", ".#."), oracles.art("##.", "#..")])
    assert me.shift(masks, dx=[1, 0]) == wanted
