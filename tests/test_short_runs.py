"""Masks of short runs, which crop, pad, shift, resize and warp move as bits: NumPy and OpenCV.

Run: pytest tests/test_short_runs.py
"""

import numpy as np
import pytest

import maskengine as me

SIZES = ((64, 7), (65, 40), (127, 33), (128, 128), (200, 1), (1000, 90), (66_000, 3))
WINDOWS = (
    (0, 0, 0, 0),
    (1, 2, 3, 4),
    (-1, -3, 0, 5),
    (70, 0, -5, 64),
    (-60, 64, 2, 0),
    (0, -1, 9, -2),
)


def noises():
    rng = np.random.default_rng(1)
    for size in SIZES:
        for density in (0.5, 0.3, 0.9):
            yield rng.random(size) < density


@pytest.fixture(params=me.cpu_levels(), autouse=True, name="cpu")
def each_level(request):
    with me.use(level=request.param):
        yield


def seen(mask, top, bottom, left, right):
    """Give a mask with so many rows and columns more at each side, or fewer where negative."""
    wide = np.pad(mask, [(max(top, 0), max(bottom, 0)), (max(left, 0), max(right, 0))])
    height, width = wide.shape
    return wide[max(-top, 0) : height - max(-bottom, 0), max(-left, 0) : width - max(-right, 0)]


def test_windows():
    for mask in noises():
        masks = me.encode(mask)
        height, width = mask.shape
        for top, bottom, left, right in WINDOWS:
            if height + top + bottom <= 0 or width + left + right <= 0:
                continue
            wanted = seen(mask, top, bottom, left, right)
            whole = me.pad(
                masks,
                top=max(top, 0),
                bottom=max(bottom, 0),
                left=max(left, 0),
                right=max(right, 0),
            )
            assert whole == me.encode(
                seen(mask, *np.maximum(WINDOWS[0], (top, bottom, left, right)))
            )
            x, y = max(-left, 0), max(-top, 0)
            part = me.crop(whole, (x, y, x + wanted.shape[1], y + wanted.shape[0]))
            assert np.array_equal(me.decode(part)[0], wanted)
            assert part == me.encode(wanted)


@pytest.mark.parametrize(("dx", "dy"), [(0, 0), (1, -1), (-2, 63), (3, 64), (0, -65)])
def test_shifts(dx, dy):
    for mask in noises():
        wanted = np.zeros_like(mask)
        height, width = mask.shape
        rows, columns = np.nonzero(mask)
        rows, columns = rows + dy, columns + dx
        keep = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
        wanted[rows[keep], columns[keep]] = True
        assert me.shift(me.encode(mask), dx=dx, dy=dy) == me.encode(wanted)


def test_smaller_sizes():
    cv2 = pytest.importorskip("cv2")
    for mask in noises():
        masks = me.encode(mask)
        for share in (1.0, 0.99, 0.5, 1 / 3, 0.07):
            height, width = (max(int(side * share), 1) for side in mask.shape)
            rows = (2 * np.arange(height) + 1) * mask.shape[0] // (2 * height)
            columns = (2 * np.arange(width) + 1) * mask.shape[1] // (2 * width)
            wanted = mask[rows[:, None], columns]
            assert me.resize(masks, (height, width)) == me.encode(wanted)
            wanted = cv2.resize(
                mask.view(np.uint8), (width, height), interpolation=cv2.INTER_NEAREST
            )
            assert me.resize(masks, (height, width), method="opencv") == me.encode(wanted)


def test_fewer_rows_and_more_columns():
    for mask in noises():
        height, width = mask.shape[0] // 2, 2 * mask.shape[1] + 1
        rows = (2 * np.arange(height) + 1) * mask.shape[0] // (2 * height)
        columns = (2 * np.arange(width) + 1) * mask.shape[1] // (2 * width)
        got = me.resize(me.encode(mask), (height, width))
        assert got == me.encode(mask[rows[:, None], columns])


def test_noise_turned_upside_down():
    for mask in noises():
        height, width = mask.shape
        half_a_turn = [[-1, 0, width], [0, -1, height]]
        got = me.warp(me.encode(mask), half_a_turn, (height, width))
        assert got == me.encode(mask[::-1, ::-1])


def test_runs_of_length_zero():
    rng = np.random.default_rng(2)
    mask = rng.random((130, 50)) < 0.5
    counts = me.encode(mask).counts
    cut = np.where(counts > 1, rng.integers(0, np.maximum(counts, 2) + 1), 0)
    cut = np.minimum(cut, counts)
    counts = np.stack([cut, np.zeros_like(cut), counts - cut], axis=1).ravel()
    masks = me.Masks(counts, [0, len(counts)], [mask.shape])
    assert np.array_equal(me.decode(masks)[0], mask)
    assert me.pad(masks, top=3, left=2) == me.encode(np.pad(mask, [(3, 0), (2, 0)]))
    rows, columns = (2 * np.arange(65) + 1), (2 * np.arange(25) + 1)
    assert me.resize(masks, (65, 25)) == me.encode(mask[rows[:, None], columns])


def test_margins_cost_nothing():
    mask = np.random.default_rng(3).random((64, 64)) < 0.5
    masks = me.encode(mask)
    for margin in (5000, 60_000, 2**20):  # on both sides of what is moved as bits
        wide = me.pad(masks, top=7, bottom=margin, left=3, right=margin)
        assert wide.sizes.tolist() == [[71 + margin, 67 + margin]]
        assert me.area(wide).tolist() == [mask.sum()]
        assert me.crop(wide, (3, 7, 67, 71)) == masks
    with pytest.raises(me.LimitExceeded):
        me.pad(masks, bottom=2**31 - 65, right=2**31 - 65)
