"""bbox: oracle, laws, peers and hostile calls."""

import numpy as np
from hypothesis import strategies as st

import maskengine as me
from maskengine.testing import oracles, strategies
from maskengine.testing.cases import Case


def oracle(masks):
    left, top, right, bottom = oracles.bbox(masks).T
    return np.stack([left, top, right - left, bottom - top], axis=1)


def pycocotools_bbox(masks):
    from pycocotools import mask as peer

    # canonical runs: pycocotools makes boxes of foreground runs without pixels;
    # masks without pixels: it divides by a height of 0
    dense = [mask if mask.size else np.zeros((1, 1), bool) for mask in oracles.decode(masks)]
    boxes = [peer.toBbox(peer.encode(np.asfortranarray(mask, np.uint8))) for mask in dense]
    return np.array(boxes, np.int64).reshape(-1, 4)


def crop_loses_nothing(masks):
    return all(
        np.array_equal(me.area(me.crop(one, me.bbox(one, format="xyxy"))), me.area(one))
        for one in masks
    )


def follows_a_shift(masks):
    wide = me.pad(masks, 5, 5, 5, 5)
    moved = me.bbox(me.shift(wide, dx=3, dy=-4))
    wanted = np.where(me.area(masks)[:, None] > 0, me.bbox(wide) + np.array([3, -4, 0, 0]), 0)
    return np.array_equal(moved, wanted)


CASES = [
    Case(
        name="bbox",
        cuda=(0,),
        run=me.bbox,
        inputs=st.tuples(strategies.masks()),
        oracle=oracle,
        laws={"crop_loses_nothing": crop_loses_nothing, "follows_a_shift": follows_a_shift},
        peers={"pycocotools": pycocotools_bbox},
        hostile={
            "an array": lambda: me.bbox(np.zeros((3, 3), bool)),
            "another format": lambda: me.bbox(me.Masks([], [0], []), format="yxyx"),
            "a number as format": lambda: me.bbox(me.Masks([], [0], []), format=4),
        },
    ),
    Case(
        name="bbox-xyxy",
        run=lambda masks: me.bbox(masks, format="xyxy"),
        inputs=st.tuples(strategies.masks()),
        oracle=oracles.bbox,
    ),
]
