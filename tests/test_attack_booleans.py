"""Booleans whose bytes are not 0 and 1: Pillow's arrays of one bit have 255, others may have more.

What comes is compared with that of the same array made of 0 and 1.

Covers: maskengine._booleans. Run: pytest tests/test_attack_booleans.py
"""

import numpy as np
import pytest

import maskengine as me
from maskengine import quality
from maskengine._booleans import as_zero_and_one

DRAWN = np.zeros((12, 16), np.bool_)
DRAWN[2:9, 3:11], DRAWN[4, 5], DRAWN[10, 14] = True, False, True
MOVED = np.roll(DRAWN, 1, axis=1)


def made_of(byte):
    return [np.where(one, byte, 0).astype(np.uint8).view(np.bool_) for one in (DRAWN, MOVED)]


CALLS = {
    "confusion": lambda a, b: quality.confusion(a, b, classes=2).counts,
    "boundary_iou": lambda a, b: quality.boundary_iou(a, b, classes=2).boundary_iou,
    "trimap_iou": lambda a, b: quality.trimap_iou(a, b, widths=(2,), classes=2).iou,
    "agreement": lambda a, b: quality.agreement([a, b, a]).pixels.cohen,
    "labels of agreement": lambda a, b: quality.agreement([a, b]).classes,
    "consensus": lambda a, b: quality.consensus([a, b, a]).labels,
    "staple_labels": lambda a, b: quality.staple_labels([a, b, a]).labels,
    "disagreement": lambda a, b: quality.disagreement_regions([a, b, a]).labels,
    "offsets": lambda a, b: quality.boundary_offsets([a, b, a]).classes.keys,
    "match_instances": lambda a, b: quality.match_instances(a, b, min_iou=0.1).a,
    "encode_labels": lambda a, b: me.decode_labels(me.encode_labels(a)),
    "joint": lambda a, b: me.joint(a, b).labels,
    "labels of components": lambda a, b: me.label(a, kind="labels", stats=True)[2].label,
    "remove_small": lambda a, b: me.remove_small(a, 3).view(np.uint8),
    "fill_holes": lambda a, b: me.fill_holes(a).view(np.uint8),
    "largest": lambda a, b: me.largest(a).view(np.uint8),
    "absorb_small": lambda a, b: me.absorb_small(a, 3).view(np.uint8),
    "flood": lambda a, b: me.flood(a, (0, 0), tolerance=1).area,
    "tolerance_map": lambda a, b: me.tolerance_map(a, (0, 0)),
}


@pytest.mark.parametrize("byte", [2, 128, 255])
@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_true_is_1_whatever_its_byte(call, byte):
    ones, others = made_of(1), made_of(byte)
    right = np.asarray(call(*ones))
    for arrays in (others, [ones[0], others[1]], [others[0], ones[1]]):
        np.testing.assert_array_equal(np.asarray(call(*arrays)), right)


def test_a_picture_of_one_bit():
    image = pytest.importorskip("PIL.Image")
    picture = np.asarray(image.fromarray(DRAWN))
    assert quality.confusion(picture, DRAWN, classes=2).counts[:, :2].tolist() == [
        [192 - 56, 0],
        [0, 56],
    ]


def test_what_is_0_and_1_is_not_copied_and_a_value_in_one_place_is_read_once():
    assert as_zero_and_one(DRAWN) is DRAWN
    far = np.broadcast_to(np.True_, (2**31, 2**31))
    assert as_zero_and_one(far) is far
