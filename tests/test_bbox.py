"""bbox: hand-drawn literals."""

import numpy as np

import maskengine as me
from maskengine.testing import oracles


def test_drawn_mask():
    masks = oracles.encode([oracles.art("....", ".##.", "..#.")])
    assert me.bbox(masks).tolist() == [[1, 1, 2, 2]]
    assert me.bbox(masks, format="xyxy").tolist() == [[1, 1, 3, 3]]


def test_a_run_into_the_next_column_has_all_rows():
    # 3 rows, 2 columns: the one run is the last row of column 0 and the first of column 1
    masks = me.Masks([2, 2, 2], [0, 3], [(3, 2)])
    assert me.bbox(masks).tolist() == [[0, 0, 2, 3]]


def test_runs_without_pixels_count_for_nothing():
    masks = me.Masks([5, 0, 20, 5, 0, 20], [0, 3, 6], [(5, 5), (5, 5)])
    assert me.bbox(masks).tolist() == [[0, 0, 0, 0]] * 2
    masks = me.Masks([0, 0, 6, 2, 4, 0, 13], [0, 7], [(5, 5)])
    assert me.bbox(masks).tolist() == [[1, 1, 1, 2]]


def test_more_than_32_bits_of_pixels():
    rest = 70_000**2 - (2**32 - 1) - 5
    masks = me.Masks([2**32 - 1, 0, 0, 5, rest], [0, 5], [(70_000, 70_000)])
    left, top = divmod(2**32 - 1, 70_000)
    assert me.bbox(masks).tolist() == [[left, top, 1, 5]]


def test_masks_without_pixels():
    masks = me.Masks([0, 0], [0, 1, 2], [(0, 4), (4, 0)])
    boxes = me.bbox(masks)
    assert boxes.tolist() == [[0, 0, 0, 0]] * 2
    assert boxes.dtype == np.int64
    assert me.bbox(masks[:0]).shape == (0, 4)
