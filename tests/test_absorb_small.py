"""absorb_small: drawn maps.

Run: pytest tests/test_absorb_small.py
"""

import numpy as np

import maskengine as me


def test_longest_shared_border_wins():
    drawn = np.array([[1, 1, 2, 2], [1, 5, 2, 2], [3, 2, 2, 2]])
    cleaned, changes = me.absorb_small(drawn, 2, report=True)
    assert cleaned.tolist() == [[1, 1, 2, 2], [1, 1, 2, 2], [1, 2, 2, 2]]
    assert changes.before.tolist() == [5, 3]
    assert changes.after.tolist() == [1, 1]


def test_ties_go_to_the_lower_label_which_may_be_negative():
    drawn = np.array([[4, 9, -4], [4, 9, -4]], np.int16)
    limits = {9: 3}
    assert me.absorb_small(drawn, limits).tolist() == [[4, -4, -4], [4, -4, -4]]


def test_alone_in_the_background_it_vanishes():
    drawn = np.array([[0, 0, 0, 7], [0, 6, 0, 7], [0, 0, 0, 7]])
    assert me.absorb_small(drawn, 2).tolist() == [[0, 0, 0, 7], [0, 0, 0, 7], [0, 0, 0, 7]]


def test_small_ones_grow_together_first():
    drawn = np.array([[1, 2, 3, 0, 9, 9, 9, 9]])
    assert me.absorb_small(drawn, 3).tolist() == [[2, 2, 2, 0, 9, 9, 9, 9]]


def test_to_void():
    drawn = np.array([[1, 1, 2], [1, 1, 2]])
    assert me.absorb_small(drawn, 3, to="void").tolist() == [[1, 1, 0], [1, 1, 0]]


def test_what_joins_by_a_corner_beside_the_background_before_a_row_stays():
    drawn = np.array([[1, 1, 1, 1], [0, 0, 3, 1], [1, 1, 0, 0]])
    assert me.absorb_small(drawn, 3).tolist() == [[1, 1, 1, 1], [0, 0, 1, 1], [1, 1, 0, 0]]
