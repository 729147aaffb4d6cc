"""encode: hand-drawn literals and large sizes."""

import numpy as np
import pytest

import maskengine as me
from maskengine.testing import emulation
from maskengine.testing.oracles import art


def test_drawn_mask():
    # columns, top to bottom: ## . | . # # | # . .
    mask = art("#.#", "##.", ".#.")
    assert me.encode(mask).counts.tolist() == [0, 2, 2, 3, 2]


def test_any_nonzero_value_is_foreground():
    assert me.encode(np.array([[0, 1], [2, 3]], np.uint8)).counts.tolist() == [1, 3]
    assert me.encode(np.array([[0, -1], [256, 0]], np.int16)).counts.tolist() == [1, 2, 1]


@pytest.mark.parametrize("shape", [(0, 0), (0, 5), (5, 0)])
def test_no_pixels(shape):
    masks = me.encode(np.zeros(shape, bool))
    assert masks.counts.tolist() == [0]
    assert masks.sizes.tolist() == [list(shape)]


def test_empty_stack():
    assert len(me.encode(np.zeros((0, 3, 4), bool))) == 0


def test_big_endian():
    assert me.encode(np.array([[0, 256]], ">u2")).counts.tolist() == [1, 1]


def test_half_floats():
    assert me.encode(np.array([[0.25, 0.75]], np.float16), 0.5).counts.tolist() == [1, 1]


def test_threshold_that_float32_cannot_hold():
    # 0.1 as float32 is above 0.1: the comparison is made with the number given
    assert me.encode(np.array([[0.1]], np.float32), threshold=0.1).counts.tolist() == [0, 1]


def test_64_bit_threshold_is_exact():
    values = np.array([[2**63 - 1, 2**63, 2**63 + 1]], np.uint64)
    assert me.encode(values, threshold=2.0**63).counts.tolist() == [2, 1]


def test_runs_longer_than_32_bits():
    # a view of one byte: 65,537 * 65,537 foreground pixels in no memory
    side = 65_537
    view = np.broadcast_to(np.ones((1, 1), np.uint8), (side, side))
    counts = me.encode(view).counts.tolist()
    assert counts == [0, 2**32 - 1, 0, side * side - (2**32 - 1)]


def test_array_interfaces():
    class Holder:
        def __init__(self, array):
            self.__array_interface__ = array.__array_interface__
            self._array = array

    assert me.encode(Holder(np.eye(2, dtype=np.uint8))).counts.tolist() == [0, 1, 2, 1]


def test_columns_of_bytes_on_a_device():
    rng = np.random.default_rng(1)
    for height in (64, 128, 136):  # in whole words of eight bytes
        stack = (rng.random((3, 7, height)) < 0.5) * rng.integers(1, 256, (3, 7, height))
        columns = stack.astype(np.uint8).transpose(0, 2, 1)
        with emulation.emulated_cuda() as device:
            there = device.upload(np.ascontiguousarray(columns.transpose(0, 2, 1)))
            assert me.encode(there.transpose(0, 2, 1)) == me.encode(columns)
