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


def counts_of(mask):
    """The runs of a mask from where its pixels differ from the ones before them."""
    pixels = np.concatenate([[False], mask.ravel(order="F") != 0])
    changes = np.flatnonzero(pixels[1:] != pixels[:-1])
    return np.diff(np.concatenate([[0], changes, [mask.size]]))


def large_image(kind):
    """An image that several threads share."""
    random = np.random.default_rng(5)
    image = np.zeros((2100, 4160), np.uint8)
    if kind == "spots":
        image = (random.random((70, 130)) < 0.3).repeat(30, 0).repeat(32, 1)[:2093, :4133]
    elif kind == "left":
        image[40:2000, 3:90] = 1
    elif kind == "crowded in few rows":
        image[1000:1100] = random.random((100, 4160)) < 0.5
    elif kind == "noise":
        image = random.random(image.shape) < 0.5
    elif kind == "full":
        image[:] = 1
    elif kind == "row ends":
        image[0, ::3] = image[-1, ::2] = 1
    return image


@pytest.mark.parametrize(
    "kind", ["spots", "left", "crowded in few rows", "noise", "full", "row ends", "empty"]
)
def test_threads_share_an_image(kind):
    image = large_image(kind)
    expected = counts_of(image)
    for threads in (1, 2, 5):
        with me.use(threads=threads):
            assert np.array_equal(me.encode(image).counts, expected)
            assert np.array_equal(me.encode(image[::-1, ::2]).counts, counts_of(image[::-1, ::2]))


@pytest.mark.parametrize("dense", [0, 40, 63])
def test_threads_join_masks_of_unlike_size(dense):
    stack = np.zeros((64, 300, 500), bool)
    stack[:, 7, 9] = True
    stack[dense] = np.random.default_rng(dense).random((300, 500)) < 0.5
    expected = [counts_of(mask) for mask in stack]
    for threads in (1, 2, 5):
        with me.use(threads=threads):
            masks = me.encode(stack)
        assert np.array_equal(masks.counts, np.concatenate(expected))
        assert masks.offsets.tolist() == [0, *np.cumsum([len(counts) for counts in expected])]
