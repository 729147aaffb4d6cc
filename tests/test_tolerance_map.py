"""tolerance_map: hand-drawn literals."""

import numpy as np

import maskengine as me


def test_a_wall_costs_its_height():
    image = np.array([[5, 9, 5], [5, 7, 5]], np.uint8)
    found = me.tolerance_map(image, (0, 0))
    assert found.dtype == np.uint8
    assert found.tolist() == [[0, 4, 2], [0, 2, 2]]


def test_floating_costs_the_steepest_step():
    image = np.array([[0, 3, 5, 9]], np.int16)
    assert me.tolerance_map(image, (0, 0), mode="floating").tolist() == [[0, 3, 3, 4]]
    assert me.tolerance_map(image, (0, 0)).tolist() == [[0, 3, 5, 9]]


def test_corners():
    image = np.array([[1, 9], [9, 1]], np.uint8)
    assert me.tolerance_map(image, (0, 0)).tolist() == [[0, 8], [8, 8]]
    assert me.tolerance_map(image, (0, 0), connectivity=8).tolist() == [[0, 8], [8, 0]]


def test_window():
    image = np.array([[0, 1, 2, 3]], np.uint32)
    found = me.tolerance_map(image, (2, 0), (1, -3, 99, 7))
    assert found.dtype == np.uint32
    assert found.tolist() == [[1, 0, 1]]


def test_no_way():
    image = np.array([[1.0, np.nan, 1.0]])
    assert me.tolerance_map(image, (0, 0)).tolist() == [[0, np.inf, np.inf]]
    assert me.tolerance_map(image, (1, 0)).tolist() == [[np.inf] * 3]


def test_64_bits():
    image = np.array([[0, 2**64 - 1]], np.uint64)
    assert me.tolerance_map(image, (0, 0)).tolist() == [[0, 2**64 - 1]]
    ends = np.array([[-(2**63), 2**63 - 1]], np.int64)
    assert me.tolerance_map(ends, (0, 0)).tolist() == [[0, 2**64 - 1]]
