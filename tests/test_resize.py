"""resize: hand-drawn literals."""

import pytest

import maskengine as me
from maskengine.testing import oracles


def test_three_pixels_to_two():
    masks = oracles.encode([oracles.art("#.#"), oracles.art("##.")])
    # centres at 0.75 and 2.25: pixels 0 and 2
    assert me.resize(masks, (1, 2)) == oracles.encode([oracles.art("##"), oracles.art("#.")])
    # corners at 0 and 1.5: pixels 0 and 1
    wanted = oracles.encode([oracles.art("#."), oracles.art("##")])
    assert me.resize(masks, (1, 2), method="opencv") == wanted


def test_doubled():
    masks = oracles.encode([oracles.art("#.", ".#")])
    wanted = oracles.art("##..", "##..", "..##", "..##")
    assert me.resize(masks, (4, 4)) == oracles.encode([wanted])


def test_one_size_per_mask():
    masks = oracles.encode([oracles.art("#"), oracles.art("#.")])
    assert me.resize(masks, [(1, 2), (2, 2)]) == oracles.encode(
        [oracles.art("##"), oracles.art("#.", "#.")]
    )


def test_a_huge_size_costs_its_runs():
    # the centre of pixel i lies right of the middle when 2 i + 1 >= 2^31 - 1: i >= 2^30 - 1
    side = 2**31 - 1
    masks = me.resize(oracles.encode([oracles.art(".#")]), (1, side))
    assert masks.to_coco(compressed=False) == [{"size": [1, side], "counts": [2**30 - 1, 2**30]}]


def test_a_result_beyond_the_limit():
    with pytest.raises(me.LimitExceeded, match="runs of one mask pass the limit"):
        me.resize(oracles.encode([oracles.art("#", ".")]), (2, 2**31 - 1))
