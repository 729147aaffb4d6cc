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
