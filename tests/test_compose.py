"""compose: drawn masks over each other.

Run: pytest tests/test_compose.py
"""

import numpy as np
import pytest

import maskengine as me
from maskengine.testing.oracles import art

LAYERS = me.encode(np.stack([art("##.", "##."), art(".##", "...")]))


def test_the_later_mask_lies_on_top():
    label_map = me.compose(LAYERS)
    assert label_map.tolist() == [[1, 2, 2], [1, 1, 0]]
    assert label_map.dtype == np.uint8


def test_the_highest_z_lies_on_top():
    assert me.compose(LAYERS, [5, 9], z=[3, 1]).tolist() == [[5, 5, 9], [5, 5, 0]]
    assert me.compose(LAYERS, [5, 9], z=[1, 1]).tolist() == [[5, 9, 9], [5, 5, 0]]


@pytest.mark.parametrize(
    ("labels", "dtype"),
    [([1, 255], "u1"), ([1, 256], "u2"), ([1, 2**16], "u4"), ([1, 2**32], "u8"), ([-1, 5], "i1")],
)
def test_the_narrowest_dtype(labels, dtype):
    label_map = me.compose(LAYERS, labels)
    assert label_map.dtype == np.dtype(dtype)
    assert label_map[0].tolist() == [labels[0], labels[1], labels[1]]


def test_out_is_left_alone_when_labels_do_not_fit():
    out = np.full((2, 3), 7, np.int8)
    with pytest.raises(me.MaskError, match="fit int8"):
        me.compose(LAYERS, [1, 200], out=out)
    assert (out == 7).all()


def test_no_masks_into_out():
    assert me.compose(LAYERS[:0], out=np.full((2, 3), 7)).tolist() == [[0, 0, 0], [0, 0, 0]]


@pytest.mark.parametrize("threads", [1, 3])
def test_a_map_that_is_painted_strip_by_strip(threads):
    boxes = [(0, 0, 2900, 700), (1500, 300, 1502, 1000), (400, 100, 2100, 900), (2999, 0, 3000, 9)]
    wanted = np.zeros((3000, 1000), np.uint16)
    dense = np.zeros((4, 3000, 1000), bool)
    for k, (top, left, bottom, right) in enumerate(boxes):
        dense[k, top:bottom, left:right] = True
        wanted[top:bottom, left:right] = k + 300
    with me.use(threads=threads):
        label_map = me.compose(me.encode(dense), [300, 301, 302, 303])
    assert np.array_equal(label_map, wanted)


def test_labels_beyond_63_bits_beside_small_ones():
    masks = me.encode(np.array([[[1, 0]], [[0, 1]]]))
    painted = me.compose(masks, [1, 2**64 - 1])
    assert painted.dtype == np.uint64
    assert painted.tolist() == [[1, 2**64 - 1]]


@pytest.mark.parametrize("dtype", ["u1", "u2", "u4", "u8"])
@pytest.mark.parametrize("shape", [(200, 150), (129, 257), (64, 64), (37, 301)])
def test_rows_are_turned_from_columns(shape, dtype):
    rng = np.random.default_rng(5)
    stack = rng.random((12, *shape)) < 0.2
    expected = np.zeros(shape, dtype)
    for label, mask in enumerate(stack, 1):
        expected[mask] = label
    for level in me.cpu_levels():
        wide = np.full((shape[0], shape[1] + 3), 7, dtype)
        with me.use(level=level):
            me.compose(me.encode(stack), out=wide[:, 1:-2])
        np.testing.assert_array_equal(wide[:, 1:-2], expected, level)
        assert (wide[:, [0, -2, -1]] == 7).all()


@pytest.mark.parametrize("dtype", ["u1", "u2", "u4", "u8"])
def test_runs_of_each_length_at_each_level(dtype, level):
    rng = np.random.default_rng(8)
    lengths = np.r_[1:140, 255:260].repeat(2)
    rng.shuffle(lengths)
    column = np.repeat(np.arange(lengths.size) % 2, lengths)
    stack = np.stack([np.roll(column, shift) for shift in (0, 31, 5000)])[..., None] > 0
    room = np.full(column.size + 2, 77, dtype)
    with me.use(level=level):
        me.compose(me.encode(stack), [3, 9, 250], out=room[1:-1, None])
    wanted = np.select([mask[:, 0] for mask in stack[::-1]], [250, 9, 3], 0)
    assert room.tolist() == [77, *wanted.tolist(), 77]


def layers_that_hide_each_other(shape):
    """Noise and boxes behind, and in front what hides them in some columns but not in others."""
    rng = np.random.default_rng(9)
    stack = rng.random((9, *shape)) < 0.1
    stack[2:5] = False
    for k in range(2, 5):
        top, left = (int(rng.integers(0, side // 2)) for side in shape)
        stack[k, top : top + shape[0] // 2, left : left + shape[1] // 2] = True
    stack[7, :, shape[1] // 5 : shape[1] // 2] = True
    stack[8, 3:-1, shape[1] // 3 : -shape[1] // 8] = True
    stack[6, :, -3:] = True
    return stack


@pytest.mark.parametrize("dtype", ["u1", "u2", "u4", "u8"])
@pytest.mark.parametrize("threads", [1, 3])
def test_what_is_hidden_in_some_columns_shows_in_others(dtype, threads, level):
    stack = layers_that_hide_each_other((701, 640))
    masks = me.encode(stack)
    expected = np.zeros(stack.shape[1:], dtype)
    for label, mask in enumerate(stack, 7):
        expected[mask] = label
    room = np.full((2, 701, 704), 3, dtype)
    by_columns = np.full((640, 703), 3, dtype)
    with me.use(level=level, threads=threads):
        for left in (0, 1, 16, 61):
            me.compose(masks, np.arange(7, 16), out=room[0, :, left : left + 640])
            np.testing.assert_array_equal(room[0, :, left : left + 640], expected)
            room[0] = 3
        me.compose(masks, np.arange(7, 16), out=room[0, :, 1:641])
        me.compose(masks, np.arange(7, 16), out=by_columns[:, 1:702].T)
    assert (room[0, :, [0, 641, 703]] == 3).all()
    assert (room[1] == 3).all()
    np.testing.assert_array_equal(by_columns[:, 1:702].T, expected)
    assert (by_columns[:, [0, 702]] == 3).all()


@pytest.mark.parametrize("left", [0, 16, 5])
def test_a_map_too_large_for_a_cache(left, level):
    shape = (1990, 2210)
    boxes = [(0, 0, 1990, 2210), (3, 70, 1987, 1500), (1000, 0, 1400, 2209), (5, 2100, 9, 2210)]
    stack = np.zeros((4, *shape), bool)
    room = np.full((shape[0], 2240), 99, np.uint8)
    expected = np.full_like(room, 99)
    for k, (top, first, bottom, last) in enumerate(boxes):
        stack[k, top:bottom, first:last] = True
        expected[top:bottom, left + first : left + last] = k + 1
    with me.use(level=level):
        me.compose(me.encode(stack), out=room[:, left : left + shape[1]])
    np.testing.assert_array_equal(room, expected)
