"""transpose: hand-drawn literals."""

import numpy as np
import pytest

import maskengine as me
from maskengine.testing import oracles


def test_drawn_mask():
    masks = oracles.encode([oracles.art("##.", "#.#")])
    assert me.transpose(masks) == oracles.encode([oracles.art("##", "#.", ".#")])


def test_a_tall_bar_costs_what_its_runs_cost():
    # 2^31-1 rows, foreground in all of them but the first: column 0 of 1 becomes one run
    side = 2**31 - 1
    masks = me.Masks([1, side - 1], [0, 2], [(side, 1)])
    assert me.transpose(masks).to_coco(compressed=False) == [
        {"size": [1, side], "counts": [1, side - 1]}
    ]


def test_bands_of_equal_rows():
    # 10^6 rows, 3 columns; three rows near the end hold "#.#"
    height = 1_000_000
    counts = [height - 4, 3, 1 + height + height - 4, 3, 1]
    masks = me.Masks(counts, [0, 5], [(height, 3)])
    first = 3 * (height - 4)
    assert me.transpose(masks).counts.tolist() == [first, 1, 1, 2, 1, 2, 1, 1, 3]


def test_a_result_beyond_the_limit():
    # 2^31-1 rows of "#.": a run of pixels for each row of the result
    side = 2**31 - 1
    with pytest.raises(me.LimitExceeded, match="runs of one mask pass the limit"):
        me.transpose(me.Masks([0, side, side], [0, 3], [(side, 2)]))


def test_short_runs_on_all_sides(level):
    # masks dense enough to be turned as bits, with sides around whole words
    rng = np.random.default_rng(0)
    for height, width in [(32, 32), (33, 70), (64, 64), (65, 129), (127, 63), (300, 40)]:
        for share in (0.5, 0.03, 0.97):
            mask = rng.random((height, width)) < share
            runs = oracles.encode([mask])
            with me.use(level=level):
                assert me.transpose(runs) == oracles.encode([mask.T])
                for k in range(4):
                    assert me.rot90(runs, k) == oracles.encode([np.rot90(mask, k)])
