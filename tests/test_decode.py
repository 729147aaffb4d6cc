"""decode: hand-drawn literals."""

import numpy as np

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
