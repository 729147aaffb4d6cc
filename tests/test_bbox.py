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


def slow_box(counts, height):
    """Left, top, right, bottom from the runs, in Python's integers."""
    columns, rows = [], []
    position = 0
    for i, count in enumerate(counts):
        if i % 2 == 1 and count > 0:
            left, top = divmod(position, height)
            right, bottom = divmod(position + count - 1, height)
            columns += [left, right + 1]
            rows += [top, bottom + 1] if left == right else [0, height]
        position += count
    return [min(columns), min(rows), max(columns), max(rows)] if rows else [0] * 4


def batch_of(lists, sizes):
    ends = np.cumsum([0, *map(len, lists)])
    return me.Masks(np.concatenate(lists), ends, sizes)


# Short masks (positions in 16 bits), masks of common size and larger ones take ways of their own.
SIZES = [
    (1, 65535), (65535, 1), (2, 32767), (32767, 2), (255, 257), (3, 21845), (64, 64), (250, 250),
    (480, 640), (2048, 1024), (1021, 2053), (65534, 32), (65535, 31), (2, 2**20), (4096, 4096),
]  # fmt: skip


@pytest.mark.parametrize("size", SIZES)
def test_columns_begin_and_end_where_they_do(level, size):
    height, width = size
    area = height * width
    edges = {
        k * height + d for k in (1, 2, 3, width // 2, width - 1, width) for d in (-2, -1, 0, 1)
    }
    positions = sorted(p for p in edges if 0 <= p < area - 2)
    lists = [[p, n, area - p - n] for p in positions for n in (1, 2)] * 8
    with me.use(level=level):
        boxes = me.bbox(batch_of(lists, [size] * len(lists)), format="xyxy")
    assert boxes[: len(lists) // 8].tolist() == [
        slow_box(counts, height) for counts in lists[: len(lists) // 8]
    ]
    assert np.array_equal(boxes, np.tile(boxes[: len(lists) // 8], (8, 1)))


def runs_that_fill(rng, size, pairs, least):
    """Some runs; `least` 0 lets some be empty."""
    height, width = size
    counts = []
    room = height * width
    for _ in range(pairs):
        gap = int(rng.integers(least, max(2, min(height, room // (2 * pairs + 2)) + 1)))
        length = int(rng.integers(least, max(2, min(height // 2, room // (4 * pairs + 4)) + 1)))
        if gap + length >= room:
            break
        counts += [gap, length]
        room -= gap + length
    return [*counts, room] if rng.random() < 0.7 else [*counts, 0, room]


@pytest.mark.parametrize("least", [0, 1])
def test_batches_of_all_sizes(level, least):
    rng = np.random.default_rng(least)
    sizes = [SIZES[i] for i in rng.integers(0, len(SIZES) - 1, 600)]
    sizes += [(64, 64)] * 300 + [(480, 640)] * 100
    lengths = rng.choice([0, 1, 2, 15, 16, 17, 31, 32, 33, 40, 63, 64, 65, 130], len(sizes))
    lists = [runs_that_fill(rng, size, n, least) for size, n in zip(sizes, lengths, strict=True)]
    expected = [slow_box(counts, size[0]) for counts, size in zip(lists, sizes, strict=True)]
    masks = batch_of(lists, sizes)
    with me.use(level=level):
        assert me.bbox(masks, format="xyxy").tolist() == expected
        corners = me.bbox(masks)
    corners[:, 2:] += corners[:, :2]
    assert corners.tolist() == expected
