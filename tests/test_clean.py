"""remove_small, fill_holes and largest: drawn masks.

Run: pytest tests/test_clean.py
"""

import numpy as np
import pytest

import maskengine as me
from maskengine.testing.oracles import art

DRAWN = art(
    "####..#",
    "#..#.#.",
    "####...",
    ".......",
    "##.###.",
    "##.#.#.",
    "...###.",
)


def test_remove_small_under_eight_and_four():
    assert np.array_equal(
        me.remove_small(DRAWN, 4),
        art(
            "####...",
            "#..#...",
            "####...",
            ".......",
            "##.###.",
            "##.#.#.",
            "...###.",
        ),
    )
    _, changes = me.remove_small(DRAWN, 4, 4, report=True)
    assert changes.area.tolist() == [1, 1]
    assert changes.bbox.tolist() == [[6, 0, 1, 1], [5, 1, 1, 1]]


def test_largest():
    assert np.array_equal(
        me.largest(DRAWN, 2),
        art(
            "####...",
            "#..#...",
            "####...",
            ".......",
            "...###.",
            "...#.#.",
            "...###.",
        ),
    )


def test_fill_holes():
    filled, changes = me.fill_holes(DRAWN, 1, report=True)
    assert np.array_equal(
        filled,
        art(
            "####..#",
            "#..#.#.",
            "####...",
            ".......",
            "##.###.",
            "##.###.",
            "...###.",
        ),
    )
    assert changes.area.tolist() == [1]
    assert me.fill_holes(DRAWN)[1].tolist() == [1, 1, 1, 1, 0, 1, 0]


def test_hole_between_two_labels_is_left_in_a_map():
    between = np.array([[1, 1, 2], [1, 0, 2], [1, 2, 2]], np.uint16)
    assert np.array_equal(me.fill_holes(between, kind="labels"), between)
    assert me.fill_holes(between)[1, 1] == 1
    inside = np.array([[3, 3, 3], [3, 0, 3], [3, 3, 3]], np.int32)
    assert (me.fill_holes(inside, kind="labels") == 3).all()


def test_refused_call_leaves_out_alone():
    out = np.full((7, 7), 9, np.uint8)
    with pytest.raises(me.MaskError, match="connectivity"):
        me.remove_small(DRAWN.astype(np.uint8), 4, 5, out=out)
    assert (out == 9).all()


def test_each_mask_of_a_stack_by_itself():
    stack = np.stack([DRAWN, ~DRAWN])
    cleaned, changes = me.largest(stack, 1, 4, report=True)
    assert np.array_equal(cleaned[1], me.largest(~DRAWN, 1, 4))
    assert changes.offsets.tolist() == [0, 4, 6]


def test_run_length_masks():
    masks = me.encode(np.stack([DRAWN, DRAWN[::-1]]))
    assert me.area(me.remove_small(masks, 4)).tolist() == [22, 22]
    assert me.area(me.largest(masks)).tolist() == [10, 10]
    filled, changes = me.fill_holes(masks, report=True)
    assert me.area(filled).tolist() == [27, 27]
    assert changes.area.tolist() == [2, 1, 1, 2]
