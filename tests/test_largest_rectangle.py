"""largest_rectangle: drawings, ties, tall and wide masks.

Covers: python/maskengine/ops/largest_rectangle.py. Run: pytest tests/test_largest_rectangle.py
"""

import numpy as np

import maskengine as me
from maskengine.testing import oracles
from maskengine.testing.oracles import art


def of(*rows):
    return me.largest_rectangle(oracles.encode([art(*rows)]))[0].tolist()


def test_drawings():
    assert of("####", "####", "##..") == [0, 0, 4, 2]
    assert of("####", "##..", "##..") == [0, 0, 2, 3]
    assert of(".#.", "###", ".#.") == [1, 0, 1, 3]  # as large as the bar across, and higher up
    assert of("#.#", ".#.", "#.#") == [0, 0, 1, 1]
    assert of("##.", ".##") == [0, 0, 2, 1]
    assert of("##", "#.") == [0, 0, 1, 2]  # of two from one corner the narrower
    assert of("...") == [0, 0, 0, 0]


def test_the_middle_is_that_of_a_room_which_cannot_grow():
    mask = oracles.encode([art("######", "####..", ".#.###")])
    assert me.largest_rectangle(mask, aspect=0.5).tolist() == [[1.5, 0, 1, 2]]
    mask = oracles.encode([art("#####.", "..#.#.", "#.#.#.", "###.##", "#..##.")])
    assert me.largest_rectangle(mask, aspect=1.5).tolist() == [[1.75, 0, 1.5, 1]]


def test_no_pixels():
    assert me.largest_rectangle(me.Masks([0], [0, 1], [(0, 5)])).tolist() == [[0, 0, 0, 0]]
    assert me.largest_rectangle(me.Masks([], [0], [])).shape == (0, 4)


def test_tall_masks_go_by_the_rows_that_matter():
    # 2^31 - 1 rows, 3 columns: the middle one is shorter
    side = 2**31 - 1
    cut = me.Masks([0, side, 10, side - 30, 20, side], [0, 6], [(side, 3)])
    assert me.largest_rectangle(cut).tolist() == [[0, 10, 3, side - 30]]
    assert me.largest_rectangle(me.transpose(cut)).tolist() == [[10, 0, side - 30, 3]]


def test_blobs_at_every_level(level):
    rng = np.random.default_rng(12)
    mask = np.kron(rng.random((9, 11)) < 0.8, np.ones((7, 5))) > 0
    mask[rng.integers(0, 63, 9), rng.integers(0, 55, 9)] = False
    best, height = 0, np.zeros(55, int)
    for row in mask:  # the histogram of each row, bar by bar
        height = np.where(row, height + 1, 0)
        for left in range(55):
            low = np.minimum.accumulate(height[left:])
            best = max(best, int((low * np.arange(1, 56 - left)).max()))
    with me.use(level=level, threads=2):
        boxes = me.largest_rectangle(oracles.encode([mask] * 3))
    assert np.array_equal(boxes[0], boxes[2])
    assert int(boxes[0, 2] * boxes[0, 3]) == best


def test_an_aspect():
    full = oracles.encode([np.ones((4, 10), bool)])
    assert me.largest_rectangle(full, aspect=1).tolist() == [[3, 0, 4, 4]]
    assert me.largest_rectangle(full, aspect=0.5).tolist() == [[4, 0, 2, 4]]
    assert me.largest_rectangle(full, aspect=4).tolist() == [[0, 0.75, 10, 2.5]]
    assert me.largest_rectangle(full, "xyxy", aspect=4).tolist() == [[0, 0.75, 10, 3.25]]
    # The larger square is in the tall part, the larger rectangle in the wide one.
    both = oracles.encode([art("######", "######", "..###.", "..###.")])
    assert me.largest_rectangle(both).tolist() == [[0, 0, 6, 2]]
    assert me.largest_rectangle(both, aspect=1).tolist() == [[2, 0.5, 3, 3]]
    assert me.largest_rectangle(encode_nothing(), aspect=1).tolist() == [[0, 0, 0, 0]]


def encode_nothing():
    return oracles.encode([np.zeros((3, 4), bool)])


def test_around_a_point():
    mask = oracles.encode([art("#######.", "#######.", "####.##.", "#######.")])
    assert me.largest_rectangle(mask, around=(2.5, 1.5)).tolist() == [[1, 0, 3, 3]]
    assert me.largest_rectangle(mask, around=(2, 2)).tolist() == [[0, 0, 4, 4]]
    assert me.largest_rectangle(mask, around=(2, 1.25)).tolist() == [[0, 0, 4, 2.5]]
    assert me.largest_rectangle(mask, "xyxy", around=(2, 2), aspect=2).tolist() == [[0, 1, 4, 3]]
    assert me.largest_rectangle(mask, around=(4.5, 2.5)).tolist() == [[0, 0, 0, 0]]  # a hole
    assert me.largest_rectangle(mask, around=(7, 1)).tolist() == [[0, 0, 0, 0]]  # an edge
    two = me.Masks.concatenate([mask, mask])
    assert me.largest_rectangle(two, around=[(2, 2), (-1, 0)]).tolist() == [[0, 0, 4, 4], [0] * 4]


def test_around_a_point_of_a_huge_mask():
    side = 2**31 - 1
    cut = me.Masks([0, side, 10, side - 30, 20, side], [0, 6], [(side, 3)])
    assert me.largest_rectangle(cut, around=(1.5, 30)).tolist() == [[0, 10, 3, 40]]
    assert me.largest_rectangle(me.transpose(cut), around=(30, 1.5)).tolist() == [[10, 0, 40, 3]]
