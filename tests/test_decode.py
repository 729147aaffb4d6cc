"""decode: hand-drawn literals."""

import numpy as np
import pytest

import maskengine as me
from maskengine.testing.oracles import art


def test_drawn_mask():
    masks = me.Masks([0, 2, 2, 3, 2], [0, 5], [(3, 3)])
    assert np.array_equal(me.decode(masks)[0], art("#.#", "##.", ".#."))


def test_two_dimensional_buffer():
    out = np.zeros((2, 2), np.int32)
    assert me.decode(me.Masks([1, 2, 1], [0, 3], [(2, 2)]), out=out, value=-5) is out
    assert out.tolist() == [[0, -5], [-5, 0]]


def test_empty_batch():
    assert me.decode(me.Masks([], [0], [])).shape == (0, 0, 0)


def test_fortran_order():
    stack = me.decode(me.Masks([1, 2, 3], [0, 3], [(2, 3)]), order="F")
    assert stack[0].flags.f_contiguous
    assert np.array_equal(stack[0], art(".#.", "#.."))


@pytest.mark.parametrize("order", ["C", "F"])
def test_a_stack_of_new_memory(order):
    # 84 MB: above the size from which background is left as the system gave it
    masks = me.Masks([3, 2, 1, 0, 1, 5], [0, 3, 6], [(2, 3), (2, 3)])
    frames = me.pad(masks, 1000, 2000, 3000, 4000)
    stack = me.decode(frames, order=order, dtype="u2", value=9)
    assert stack.shape == (2, 3002, 7003)
    assert [np.argwhere(mask).tolist() for mask in stack] == [
        [[1000, 3002], [1001, 3001]],
        [[1000, 3000]],
    ]
    assert np.unique(stack).tolist() == [0, 9]
