"""decode_labels and the value LabelRuns: drawn maps.

Covers: maskengine.LabelRuns, decode_labels.
Run: pytest tests/test_decode_labels.py
"""

import pickle

import numpy as np
import pytest

import maskengine as me

RUNS = me.LabelRuns([3, 1, 2, 6], [7, 9, 0, 5], [0, 3, 4], [(2, 3), (2, 3)])


def test_a_drawn_batch():
    maps = me.decode_labels(RUNS)
    assert maps.tolist() == [[[7, 7, 0], [7, 9, 0]], [[5, 5, 5], [5, 5, 5]]]
    assert maps.dtype == np.int64


def test_no_map():
    assert me.decode_labels(RUNS[:0]).shape == (0, 0, 0)


def test_parts_of_a_batch():
    assert len(RUNS) == 2
    assert RUNS[1].labels.tolist() == [5]
    assert RUNS[-1].offsets.tolist() == [0, 1]
    assert [one.lengths.tolist() for one in RUNS] == [[3, 1, 2], [6]]
    turned = RUNS[[1, 0, 1]]
    assert turned.labels.tolist() == [5, 7, 9, 0, 5]
    assert me.decode_labels(turned)[1].tolist() == [[7, 7, 0], [7, 9, 0]]
    assert me.joint(RUNS[1:], RUNS[:1]).labels.tolist() == [[5, 0], [5, 7], [5, 9]]
    with pytest.raises(IndexError, match="map index 2"):
        RUNS[2]


def test_comparison_and_storage():
    assert me.LabelRuns([3, 1, 2, 6], np.array([7, 9, 0, 5], "u1"), [0, 3, 4], [(2, 3)] * 2) == RUNS
    assert RUNS[::-1] != RUNS
    assert RUNS != "text"
    assert pickle.loads(pickle.dumps(RUNS[1])) == RUNS[1]
    assert repr(RUNS) == "LabelRuns(2 maps, 4 runs of int64)"
    assert repr(RUNS[0]) == "LabelRuns(1 map, 3 runs of int64)"


def test_columns_are_read_only():
    for column in (RUNS.lengths, RUNS.labels, RUNS.sizes):
        with pytest.raises(ValueError, match="read-only"):
            column[0] = 1


def test_a_column_of_another_byte_order():
    runs = me.LabelRuns([1, 1], np.array([1, 2], ">i4"), [0, 2], [(1, 2)])
    assert me.joint(runs).labels.tolist() == [[1], [2]]


@pytest.mark.parametrize(
    ("arguments", "error", "text"),
    [
        (([3], [1], [0, 1], [(2, 2)]), me.MalformedRLE, "counts"),
        (([4], [1, 2], [0, 1], [(2, 2)]), me.ShapeMismatch, "labels: expected one label"),
        (([4], [0.5], [0, 1], [(2, 2)]), me.MaskTypeError, "labels: expected integers"),
        (([4], [True], [0, 1], [(2, 2)]), me.MaskTypeError, "labels: expected integers"),
        (([-4], [1], [0, 1], [(2, 2)]), me.MaskError, "lengths"),
        (([4], [1], [0, 2], [(2, 2)]), me.MaskError, "counts"),
        (([4], [1], [], [(2, 2)]), me.MaskError, "counts"),
        (([4], [1], [0, 1], [(2, 2, 2)]), me.MaskError, "sizes"),
    ],
)
def test_bad_columns(arguments, error, text):
    with pytest.raises(error, match=text):
        me.LabelRuns(*arguments)
