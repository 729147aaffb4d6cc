"""flip: hand-drawn literals."""

import maskengine as me
from maskengine.testing import oracles

DRAWN = oracles.encode([oracles.art("##.", "#..")])


def test_left_and_right():
    assert me.flip(DRAWN) == oracles.encode([oracles.art(".##", "..#")])


def test_top_and_bottom():
    assert me.flip(DRAWN, axis="vertical") == oracles.encode([oracles.art("#..", "##.")])


def test_a_run_of_more_than_32_bits():
    # 70000 x 70000, all foreground but the first column
    foreground = 69_999 * 70_000
    high = 2**32 - 1
    masks = me.Masks([70_000, high, 0, foreground - high], [0, 4], [(70_000, 70_000)])
    assert me.flip(masks, "vertical").counts.tolist() == [70_000, high, 0, foreground - high]
    assert me.flip(masks).counts.tolist() == [0, high, 0, foreground - high, 70_000]
