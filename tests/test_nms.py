"""nms: literals, ties, many items, and the loop as supervision has it.

Covers: python/maskengine/ops/nms.py. Run: pytest tests/test_nms.py
"""

import numpy as np

import maskengine as me
from maskengine.testing import oracles
from maskengine.testing.oracles import art

MASKS = oracles.encode(
    [
        art("###.", "...."),
        art("####", "...."),  # 3 of 4 shared with the first
        art("...#", "...#"),  # 1 of 5 shared with the second
        art("....", "...."),
    ]
)


def test_literals():
    assert me.nms(MASKS, [0.9, 0.8, 0.7, 0.6], 0.5).tolist() == [0, 2, 3]
    assert me.nms(MASKS, [0.8, 0.9, 0.7, 0.6], 0.5).tolist() == [1, 2, 3]
    assert me.nms(MASKS, [0.8, 0.9, 0.7, 0.6], 0.1).tolist() == [1, 3]
    assert me.nms(MASKS, [0.8, 0.9, 0.7, 0.6], 0.5, categories=[0, 1, 0, 1]).tolist() == [
        1,
        0,
        2,
        3,
    ]
    # the first lies in the second
    assert me.nms(MASKS, [0.8, 0.9, 0.7, 0.6], 0.9, metric="ios").tolist() == [1, 2, 3]


def test_equal_to_the_threshold_is_kept():
    assert me.nms(MASKS[:2], [2, 1], 0.75).tolist() == [0, 1]
    assert me.nms([[0, 0, 2, 1], [0, 0, 1, 1]], [2, 1], 0.5).tolist() == [0, 1]
    assert me.nms([[0, 0, 2, 1], [0, 0, 1, 1]], [2, 1], 0.49).tolist() == [0]


def test_of_equal_scores_the_first_wins():
    same = me.Masks.concatenate([MASKS[1]] * 5)
    assert me.nms(same, [1, 1, 1, 1, 1], 0.5).tolist() == [0]
    assert me.nms(same, [1, 2, 2, 1, 2], 0.5).tolist() == [1]


def matrix_loop(overlaps, scores, threshold):
    """Strike out of a full matrix of overlaps, row by row."""
    order = np.argsort(-scores, kind="stable")
    alive = np.ones(len(scores), bool)
    for position, i in enumerate(order):
        later = order[position + 1 :]
        if alive[i]:
            alive[later[overlaps[i, later] > threshold]] = False
    return order[alive[order]]


def test_thousands_of_boxes_and_masks(level):
    rng = np.random.default_rng(8)
    boxes = np.concatenate([rng.uniform(0, 300, (1500, 2)), rng.uniform(1, 60, (1500, 2))], 1)
    scores = rng.random(1500).round(2)
    left, top, width, height = boxes.T
    x = np.clip(
        np.minimum.outer(width + left, width + left) - np.maximum.outer(left, left), 0, None
    )
    y = np.clip(np.minimum.outer(height + top, height + top) - np.maximum.outer(top, top), 0, None)
    area = width * height
    overlaps = x * y / (np.add.outer(area, area) - x * y)
    for threads in (1, 3):
        with me.use(level=level, threads=threads):
            assert np.array_equal(me.nms(boxes, scores, 0.3), matrix_loop(overlaps, scores, 0.3))
    dense = np.zeros((600, 90, 100), bool)
    for mask, (bx, by, w, h) in zip(dense, (boxes[:600] / 3.5).astype(int), strict=True):
        mask[by : by + h, bx : bx + w] = rng.random((90, 100))[by : by + h, bx : bx + w] < 0.9
    flat = dense.reshape(600, -1).astype(np.int64)
    shared = flat @ flat.T
    area = flat.sum(1)
    whole = np.maximum(np.add.outer(area, area) - shared, 1)
    for threads in (1, 3):
        with me.use(level=level, threads=threads):
            kept = me.nms(oracles.encode(dense), scores[:600], 0.4)
        assert np.array_equal(kept, matrix_loop(shared / whole, scores[:600], 0.4))
