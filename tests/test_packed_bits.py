"""PackedBits, masks of a bit per pixel: packed by NumPy, encoded and scored.

Covers: maskengine.PackedBits, encode of bits, what joint and quality make of them.
Compares against: numpy.packbits, slow runs of the same masks, and scores of the masks themselves,
which are tested against their peers.
Run: pytest tests/test_packed_bits.py
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import maskengine as me
from maskengine import quality
from maskengine.testing import oracles, strategies
from maskengine.testing.oracles import art

ORDERS = ("big", "little")


def packed(masks, order="big"):
    masks = np.asarray(masks) != 0
    return me.PackedBits(np.packbits(masks, axis=-1, bitorder=order), masks.shape[-1], order)


def pair(seed=0, shape=(2, 40, 70)):
    field = np.random.default_rng(seed).standard_normal((shape[0], 8, 14))
    first = np.kron(field, np.ones((1, 5, 5)))[:, : shape[1], : shape[2]] > 0
    return first, np.roll(first, 1, axis=2)


def test_drawn_bits():
    # #.#    columns, top to bottom: ## . | . # # | # . .
    # ##.
    # .#.
    bits = np.array([[0b10100000], [0b11000000], [0b01011111]], np.uint8)  # past the width: noise
    assert me.encode(me.PackedBits(bits, 3)).counts.tolist() == [0, 2, 2, 3, 2]
    lowest = np.array([[0b101], [0b011], [0b11111010]], np.uint8)
    assert me.encode(me.PackedBits(lowest, 3, "little")).counts.tolist() == [0, 2, 2, 3, 2]


@given(strategies.stacks(max_side=150), st.sampled_from(ORDERS))
def test_encode_equals_runs_of_the_masks(stack, order):
    stack = np.asarray(stack) != 0
    if stack.ndim == 2:
        stack = stack[np.newaxis]
    expected = oracles.encode(list(stack))
    assert me.encode(packed(stack, order)) == expected


@pytest.mark.parametrize("shape", [(0, 0), (0, 9), (9, 0), (0, 3, 4), (2, 0, 5), (3, 5, 0)])
def test_no_pixels(shape):
    mask = np.zeros(shape, bool)
    assert me.encode(packed(mask)).sizes.tolist() == me.encode(mask).sizes.tolist()


@pytest.mark.parametrize("view", ["rows", "columns", "backwards", "items"])
def test_strides(view):
    bits = np.random.default_rng(1).integers(0, 256, (4, 12, 6), dtype=np.uint8)
    bits = {
        "rows": bits[:, ::2],
        "columns": bits[..., ::2],
        "backwards": bits[:, ::-1],
        "items": bits[::-2].transpose(0, 1, 2),
    }[view]
    masks = np.unpackbits(bits, axis=-1)[..., : 8 * bits.shape[2] - 3]
    found = me.encode(me.PackedBits(bits, masks.shape[-1]))
    assert found == oracles.encode(list(masks))


def test_bits_are_not_copied_and_read_only():
    bits = np.zeros((2, 3, 4), np.uint8)
    value = me.PackedBits(bits, 27)
    assert np.shares_memory(value.bits, bits)
    assert not value.bits.flags.writeable
    assert bits.flags.writeable
    assert (len(value), value.shape, value.bitorder) == (2, (2, 3, 27), "big")


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("other", [False, True])
def test_scores_are_those_of_the_masks(order, other):
    a, b = pair()
    first = packed(a, order)
    second = me.encode(b) if other else packed(b, order)  # also beside masks as runs
    void = np.zeros(a.shape, bool)
    void[:, :9] = True
    left_out = packed(void, order)
    for name in ("boundary_iou", "boundary_f"):
        score = getattr(quality, name)
        found, expected = score(first, second, void=left_out), score(a, b, void=void)
        assert found.counts.tolist() == expected.counts.tolist()
        assert found.status == expected.status
    found = quality.surface_scores(quality.surface_distances(first, second, spacing=(2, 1)))
    expected = quality.surface_scores(quality.surface_distances(a, b, spacing=(2, 1)))
    for column in ("hausdorff", "hausdorff_percentile", "assd", "surface_dice"):
        np.testing.assert_array_equal(getattr(found, column), getattr(expected, column))
    curve = quality.trimap_iou(first, second, (1, 3), void=left_out)
    np.testing.assert_array_equal(curve.iou, quality.trimap_iou(a, b, (1, 3), void=void).iou)


@pytest.mark.parametrize("order", ORDERS)
def test_label_maps_of_two_classes(order):
    a, b = pair()
    first, second = packed(a, order), packed(b, order)
    expected = [[(~a & ~b).sum(), (~a & b).sum()], [(a & ~b).sum(), (a & b).sum()]]
    assert me.joint(first, second).pixels.reshape(2, 2).tolist() == expected
    assert quality.confusion(first, second, 2).counts[:, :2].tolist() == expected
    assert quality.confusion(a, second, 2).counts[:, :2].tolist() == expected
    assert quality.boundary_iou(first, second, 2, classes=2).counts.tolist() == (
        quality.boundary_iou(a, b, 2, classes=2).counts.tolist()
    )


@pytest.mark.parametrize("order", ORDERS)
def test_raters(order):
    raters = np.array([[[0, 0, 1, 1]], [[0, 1, 1, 1]], [[0, 0, 1, 0]]], bool)  # golden vector G2
    bits = packed(raters, order)
    assert quality.agreement(bits).pixels.fleiss == pytest.approx(1 / 3)
    assert quality.consensus(bits).labels.tolist() == [[0, 0, 1, 1]]
    assert quality.staple(bits).iterations == 21


def test_mistakes_are_named():
    bits = np.zeros((3, 2), np.uint8)
    for arguments, error, parameter in (
        ((bits.astype(np.int16), 9), me.MaskTypeError, "bits"),
        ((bits[0], 9), me.ShapeMismatch, "bits"),
        ((bits, 8), me.ShapeMismatch, "bits"),
        ((bits, 17), me.ShapeMismatch, "bits"),
        ((bits, 9.0), me.MaskTypeError, "width"),
        ((bits, -1), me.MaskError, "width"),
        ((bits, 9, "middle"), me.MaskError, "bitorder"),
        ((bits, 9, ["big"]), me.MaskError, "bitorder"),
    ):
        with pytest.raises(error) as caught:
            me.PackedBits(*arguments)
        assert caught.value.parameter == parameter
    with pytest.raises(me.MaskError):
        me.encode(me.PackedBits(bits, 9), threshold=0.5)
    with pytest.raises(me.ShapeMismatch):
        quality.boundary_iou(me.PackedBits(bits, 9), me.PackedBits(bits, 10))


def test_noise_past_the_width_is_not_read():
    mask = art("##.##.##.##")
    bits = np.packbits(mask, axis=-1)
    bits[:, -1] |= 0b00011111
    assert me.encode(me.PackedBits(bits, 11)) == oracles.encode([mask])
