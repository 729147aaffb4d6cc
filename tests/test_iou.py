"""iou: hand-drawn literals, many random pairs against pycocotools, large sizes."""

import numpy as np
import pytest

import maskengine as me
from maskengine.testing import oracles
from maskengine.testing.oracles import art
from shapes import coco_bytes

A = art("##.", "##.", "...")
B = art("...", ".##", ".##")


def test_drawn_masks():
    a, b = oracles.encode([A, B]), oracles.encode([B, ~B])
    wanted = [[1 / 7, 3 / 6], [1.0, 0.0]]
    assert me.iou(a, b).tolist() == wanted
    assert me.iou(a, b, mode="pairs").tolist() == [1 / 7, 0.0]
    assert me.iou(a, b, [True, False]).tolist() == [[1 / 4, 3 / 6], [1.0, 0.0]]
    assert me.iou(a, b[0], mode="pairs").tolist() == [1 / 7, 1.0]


def test_empty_masks_share_nothing():
    empty = oracles.encode([np.zeros((3, 3), bool)])
    assert me.iou(empty, empty).tolist() == [[0.0]]
    assert me.iou(empty, empty, [True], mode="pairs").tolist() == [0.0]


@pytest.mark.parametrize(("a", "b"), [(0, 0), (0, 3), (3, 0)])
def test_empty_batches(a, b):
    masks = oracles.encode([A] * 3)
    found = me.iou(masks[:a], masks[:b])
    assert found.shape == (a, b)
    assert found.dtype == np.float64


def test_result_is_in_c_order():
    masks = oracles.encode([A, B, A])
    assert me.iou(masks[:2], masks).flags.c_contiguous


def test_error_names_mask_and_sizes():
    a = me.Masks([6, 6], [0, 1, 2], [(2, 3), (2, 3)])
    b = me.Masks([6, 6], [0, 1, 2], [(2, 3), (3, 2)])
    for mode in ("matrix", "pairs"):
        with pytest.raises(me.ShapeMismatch, match=r"b\[1\].*\(2, 3\).*\(3, 2\)"):
            me.iou(a, b, mode=mode)


def test_more_than_32_bits_of_pixels():
    # 70000 * 70000 pixels; a: the left 65000 columns, b: all but the left 5000
    side, limit = 70_000, 2**32 - 1
    left, rest = 65_000 * side, 5_000 * side
    a = me.Masks([0, limit, 0, left - limit, rest], [0, 5], [(side, side)])
    b = me.Masks([rest, limit, 0, left - limit], [0, 4], [(side, side)])
    assert me.iou(a, b).tolist() == [[60 / 70]]
    assert me.iou(a, b, mode="pairs").tolist() == [60 / 70]
    assert me.iou(a, b, [True]).tolist() == [[60 / 65]]


def random_batch(rng):
    height, width = rng.integers(1, 200, 2)
    y, x = np.mgrid[:height, :width]
    dense = []
    for _ in range(24):
        cy, cx, r = rng.uniform(0, height), rng.uniform(0, width), rng.uniform(0, 60)
        disk = (y - cy) ** 2 + (x - cx) ** 2 < r * r
        dense.append(disk & (rng.random((height, width)) < rng.choice([0.2, 1.0, 1.0])))
    dense += [np.ones((height, width), bool), np.zeros((height, width), bool)]
    dense.append((y + x) % 2 == 1)
    dense.append(y % 64 < 32)
    return oracles.encode(dense)


def test_many_pairs_equal_pycocotools(level):
    from pycocotools import mask as peer

    rng = np.random.default_rng(21)
    for _ in range(16):  # 16 * 28 * 28 = 12,544 pairs
        masks = random_batch(rng)
        rles = coco_bytes(masks)
        crowd = rng.random(len(masks)) < 0.3
        with me.use(level=level):
            for flags in (None, crowd):
                wanted = peer.iou(rles, rles, np.uint8(flags) if flags is not None else [0] * 28)
                assert np.array_equal(me.iou(masks, masks, flags), wanted)
                for k in (0, 24, 26):  # a disk, the full mask, a checkerboard
                    pairs = me.iou(masks[k], masks, flags, mode="pairs")
                    assert np.array_equal(pairs, wanted[k])
