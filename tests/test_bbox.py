"""bbox: hand-drawn literals."""

import numpy as np
import pytest

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


@pytest.mark.parametrize(
    "height", [1, 2, 3, 7, 48, 641, 4095, 4096, 4097, 2**20 - 1, 2**24, 2**24 + 9]
)
def test_two_runs_anywhere_in_an_image_of_about_2_to_the_24_pixels(level, height):
    rng = np.random.default_rng(height)
    width = max(1, 2**24 // height)
    x = np.sort(rng.integers(0, width, (500, 2)), axis=1)
    y = rng.integers(0, height, (500, 2))
    x[:, 1] += x[:, 0] == x[:, 1]  # two columns; the last ones may share one that is added
    y[:10] = height - 1
    area = (width + 1) * height
    position = x * height + y
    one = np.ones(500, np.int64)
    gaps = position[:, 1] - position[:, 0] - 1
    counts = np.stack([position[:, 0], one, gaps, one, area - position[:, 1] - 1], axis=1)
    masks = me.Masks(counts.ravel(), np.arange(501) * 5, np.tile((height, width + 1), (500, 1)))
    wanted = np.stack([x[:, 0], y.min(axis=1), x[:, 1] + 1, y.max(axis=1) + 1], axis=1)
    with me.use(level=level):
        assert np.array_equal(me.bbox(masks, format="xyxy"), wanted)
