"""encode_labels: drawn maps.

Run: pytest tests/test_encode_labels.py
"""

import numpy as np
import pytest

import maskengine as me

MAP = np.array([[7, 7, 0, 9], [7, 7, 0, 9], [7, 0, 0, 9]], np.uint16)


@pytest.mark.parametrize("order", ["C", "F"])
def test_a_drawn_map(order, level):
    with me.use(level=level):
        runs = me.encode_labels(np.asarray(MAP, order=order))
    assert runs.lengths.tolist() == [5, 4, 3]
    assert runs.labels.tolist() == [7, 0, 9]
    assert runs.labels.dtype == np.uint16
    assert runs.offsets.tolist() == [0, 3]
    assert runs.sizes.tolist() == [[3, 4]]


def test_a_stack_and_negative_labels():
    runs = me.encode_labels(np.array([[[-1, -1]], [[5, -1]]], np.int8))
    assert runs.lengths.tolist() == [2, 1, 1]
    assert runs.labels.tolist() == [-1, 5, -1]
    assert runs.offsets.tolist() == [0, 1, 3]


def test_masks_in_any_order():
    masks = me.encode(np.stack([MAP == 9, MAP == 7]))
    runs = me.encode_labels(masks, np.array([9, 7], np.uint16))
    assert runs == me.encode_labels(MAP)
    assert runs.labels.dtype == np.uint16


def test_neighbours_of_one_label_are_one_run():
    masks = me.encode(np.array([[[1, 0, 0]], [[0, 1, 0]]]))
    runs = me.encode_labels(masks, [4, 4])
    assert (runs.lengths.tolist(), runs.labels.tolist()) == ([2, 1], [4, 0])


def test_masks_that_overlap_are_named():
    masks = me.encode(np.array([[[1, 0, 0]], [[0, 1, 1]], [[0, 0, 1]]]))
    with pytest.raises(me.MaskError, match="pixel of mask 1 in mask 2"):
        me.encode_labels(masks, [1, 2, 3])


def test_runs_beyond_32_bits():
    side = 70_000
    mask = me.Masks([2**32 - 1, 0, side * side - 2**32 + 1], [0, 3], [(side, side)])
    runs = me.encode_labels(me.complement(mask), [3])
    assert runs.lengths.tolist() == [2**32 - 1, side * side - 2**32 + 1]
    assert runs.labels.tolist() == [3, 3]
    found = me.joint(runs, runs)
    assert (found.labels.tolist(), found.pixels.tolist()) == ([[3, 3]], [side * side])
