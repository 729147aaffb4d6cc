"""pad: hand-drawn literals."""

import maskengine as me
from maskengine.testing import oracles


def test_each_side():
    masks = oracles.encode([oracles.art("#")])
    wanted = oracles.encode([oracles.art("....", "..#.", "....", "....")])
    assert me.pad(masks, top=1, bottom=2, left=2, right=1) == wanted


def test_one_width_per_mask():
    masks = oracles.encode([oracles.art("#"), oracles.art("##")])
    wanted = oracles.encode([oracles.art(".#"), oracles.art("##")])
    assert me.pad(masks, left=[1, 0]) == wanted


def test_the_largest_sides_cost_nothing():
    masks = me.pad(oracles.encode([oracles.art("#")]), right=2**31 - 2)
    assert masks.to_coco(compressed=False) == [
        {"size": [1, 2**31 - 1], "counts": [0, 1, 2**31 - 2]}
    ]
