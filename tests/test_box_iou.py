"""box_iou: literals, and the drop-in's answer on numbers that are none.

Covers: python/maskengine/ops/box_iou.py. Run: pytest tests/test_box_iou.py
"""

import numpy as np

import maskengine as me


def test_literals():
    a = [[0, 0, 4, 4]]  # 16
    b = [[2, 2, 4, 4], [4, 0, 4, 4], [1, 1, 2, 2], [0, 0, 4, 4]]  # shared 4, 0, 4, 16
    assert me.box_iou(a, b).tolist() == [[4 / 28, 0.0, 4 / 16, 1.0]]
    assert me.box_iou(a, b, crowd=[True] * 4).tolist() == [[0.25, 0.0, 0.25, 1.0]]
    assert me.box_iou(a, [[2, 2, 6, 6]], format="xyxy").tolist() == [[4 / 28]]
    assert me.box_iou(a[0], b[0]).shape == (1, 1)
    assert me.box_iou([], b).shape == (0, 4)


def test_numbers_that_are_none_equal_pycocotools():
    from pycocotools import mask as peer

    values = [0.0, 1.0, 2.5, -1.0, np.nan, np.inf, -np.inf, 1e308, 1e-308]
    boxes = np.random.default_rng(3).choice(values, (60, 4))
    flags = np.arange(60) % 3 == 0
    with np.errstate(all="ignore"):
        wanted = peer.iou(boxes, boxes, flags.astype(np.uint8))
    ours = me.box_iou(boxes, boxes, crowd=flags)
    assert np.array_equal(
        ours.view(np.int64)[~np.isnan(ours)], wanted.view(np.int64)[~np.isnan(wanted)]
    )
    assert np.array_equal(np.isnan(ours), np.isnan(wanted))


def test_threads_give_the_same():
    boxes = np.random.default_rng(4).uniform(0, 100, (700, 4))
    with me.use(threads=1):
        wanted = me.box_iou(boxes, boxes)
    with me.use(threads=4):
        assert np.array_equal(me.box_iou(boxes, boxes), wanted)
