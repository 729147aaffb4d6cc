"""Trimap curves and instance-weighted IoU: drawn maps, slow oracles, sums.

Covers: maskengine.quality.trimap_iou, band_confusion, instance_iou; row F4. Compares against:
numbers by hand, and loops written from the definitions. Run: pytest tests/test_quality_trimap.py
"""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import maskengine as me
from maskengine.quality import (
    PairTolerances,
    band_confusion,
    confusion,
    instance_iou,
    miou,
    trimap_iou,
)
from shapes import square


def near(labels, width, disk):
    """Say which pixels have another label within a distance, from pixel to pixel."""
    found = np.zeros(labels.shape, bool)
    y, x = np.indices(labels.shape)
    for v, u in np.ndindex(labels.shape):
        far = (y - v) ** 2 + (x - u) ** 2 if disk else np.maximum(abs(y - v), abs(x - u)) ** 2
        found[v, u] = (labels != labels[v, u])[far <= width**2].any()
    return found


def test_f4_trimap_iou_as_a_curve():
    """Width 2: 784 pixels inside the border and 816 outside; 200 are missed and 200 are wrong."""
    curve = trimap_iou(
        square().astype(np.uint8), square(2).astype(np.uint8), (2, 4, 8, 300), classes=2
    )
    foreground = curve.iou[:, 1]
    assert foreground[0] == (784 - 200) / (784 + 200)
    assert foreground[1] == (1536 - 200) / (1536 + 200)
    assert foreground[3] == pytest.approx(0.960784, abs=1e-6)
    assert np.all(np.diff(curve.miou) > 0)
    assert len(curve) == 4


def test_masks_are_maps_of_two_classes():
    wanted = trimap_iou(
        square().astype(np.uint8), square(2).astype(np.uint8), (2, 4), classes=2
    ).iou
    a, b = square(), square(2)
    for first, second in (
        (a, b),
        (me.encode(a), me.encode(b)),
        (me.encode(a), b),
        (a[None], b[None]),
    ):
        assert np.array_equal(trimap_iou(first, second, (2, 4)).iou, wanted)
    void = np.zeros_like(a)
    void[:, :100] = True
    shown = trimap_iou(a, b, (2,), void=void).counts[0]
    assert shown.counts[1, 1] == 100 + 100 + 2 * 96  # two rows, two rows, two columns
    runs = trimap_iou(me.encode(a), me.encode(b), (2,), void=me.encode(void)).counts[0]
    assert (shown.void, shown.counts.tolist()) == (runs.void, runs.counts.tolist())


@given(st.integers(0, 10**6), st.sampled_from(["square", "disk"]))
def test_curves_equal_confusions_of_near_pixels(seed, shape):
    rng = np.random.default_rng(seed)
    first = np.kron(rng.integers(0, 3, (3, 4)), np.ones((4, 4), int))
    first[rng.random(first.shape) < 0.02] = 9
    second = np.roll(np.where(first == 9, 0, first), 1, 1)
    curve = trimap_iou(first, second, (1, 2, 5), classes=3, void=9, shape=shape)
    for width, counts in zip((1, 2, 5), curve.counts, strict=True):
        shown = near(first, width, shape == "disk")
        wanted = confusion(first[shown][None], second[shown][None], 3, 9)
        assert np.array_equal(counts.counts, wanted.counts)
        assert counts.void == wanted.void
        alone = band_confusion(first, second, width, classes=3, void=9, shape=shape)
        assert np.array_equal(alone.counts, wanted.counts)


def test_widths_by_pair_and_the_edge_of_the_image():
    labels = np.repeat(np.array([0, 1, 2]), 10) * np.ones((4, 1), int)
    table = PairTolerances(1, {(1, 2): 3})
    counts = band_confusion(labels, labels, table, classes=3).counts
    assert np.diagonal(counts).tolist() == [4, 4 + 12, 12]
    framed = band_confusion(labels, labels, 1, classes=3, border="background").counts
    assert np.diagonal(framed).tolist() == [20 + 4, 20 + 4, 20 + 4]


def test_frames_add_up():
    a, b = square().astype(np.uint8), square(2).astype(np.uint8)
    whole = trimap_iou(np.stack([a, b]), np.stack([b, a]), (2, 8), classes=2)
    parts = sum([trimap_iou(a, b, (2, 8), classes=2), trimap_iou(b, a, (2, 8), classes=2)])
    for one, other in zip(whole.counts, parts.counts, strict=True):
        assert np.array_equal(one.counts, other.counts)
    with pytest.raises(me.MaskError, match="other"):
        whole + trimap_iou(a, b, (2, 9), classes=2)


def test_label_maps_as_runs():
    a, b = square().astype(np.uint8), square(2).astype(np.uint8)
    runs = me.encode_labels(b)
    curve = trimap_iou(a, b, (2, 8), classes=2)
    counts = instance_iou(a, b, a, 2, {1: 5})
    frames = np.stack([a, b])
    for first, second in ((me.encode_labels(a), runs), (a, runs), (a[None], runs)):
        assert np.array_equal(trimap_iou(first, second, (2, 8), classes=2).iou, curve.iou)
        instances = a[None] if getattr(first, "ndim", 2) == 3 else a
        found = instance_iou(first, second, instances, 2, {1: 5})
        assert np.array_equal(found.iiou, counts.iiou)
    many = trimap_iou(me.encode_labels(frames), frames[::-1], (2, 8), classes=2)
    assert np.array_equal(many.iou, trimap_iou(frames, frames[::-1], (2, 8), classes=2).iou)
    with pytest.raises(me.ShapeMismatch, match="prediction: expected the shape of the reference"):
        trimap_iou(frames, runs, (2, 8), classes=2)


def cityscapes(reference, prediction, instances, sizes):
    """Give the iIoU of each class as the Cityscapes scripts define it."""
    found = {}
    for label, average in sizes.items():
        tp = fn = 0.0
        for number in np.unique(instances[(reference == label) & (instances != 0)]):
            mask = (instances == number) & (reference == label)
            right = int((prediction[mask] == label).sum())
            tp += right * average / mask.sum()
            fn += (mask.sum() - right) * average / mask.sum()
        fp = int(((prediction == label) & (reference != label) & (reference != 255)).sum())
        found[label] = tp / (tp + fp + fn) if tp + fp + fn else math.nan
    return found


@given(st.integers(0, 10**6))
def test_instance_iou_equals_its_definition(seed):
    rng = np.random.default_rng(seed)
    reference = np.kron(rng.integers(0, 4, (4, 5)), np.ones((3, 3), int))
    reference[rng.random(reference.shape) < 0.1] = 255
    instances = np.kron(rng.integers(0, 3, (4, 5)), np.ones((3, 3), int))
    prediction = np.where(rng.random(reference.shape) < 0.7, reference, 1)
    sizes = {1: 12.5, 3: 40}
    found = instance_iou(reference, prediction, instances, 4, sizes, void=255)
    wanted = cityscapes(reference, prediction, instances, sizes)
    assert found.labels.tolist() == [1, 3]
    for value, label in zip(found.iiou, sizes, strict=True):
        assert value == pytest.approx(wanted[label], rel=1e-10, nan_ok=True)
    cut = [np.stack([one[:6], one[6:]]) for one in (reference, prediction, instances)]
    frames = instance_iou(*cut, 4, sizes, void=255)
    parts = sum(instance_iou(*(one[k] for one in cut), 4, sizes, void=255) for k in (1, 0))
    assert frames.found_units.tolist() == parts.found_units.tolist()
    assert frames.instances.tolist() == parts.instances.tolist()


def test_small_instances_count_as_much_as_large_ones():
    """One of 90 pixels found, one of 10 missed: IoU 0.9, but half of the instances."""
    reference = np.ones((10, 10), int)
    instances = np.where(np.arange(100).reshape(10, 10) < 90, 1, 2)
    prediction = np.where(instances == 1, 1, 0)
    found = instance_iou(reference, prediction, instances, 2, {1: 50})
    assert found.iiou.tolist() == [0.5]
    assert miou(confusion(reference, prediction, 2)).iou[1] == 0.9
    assert found.status == ("ok",)
    nothing = instance_iou(reference * 0, reference * 0, instances * 0, 2, {1: 50})
    assert nothing.status == ("both_empty",)
    assert math.isnan(nothing.iiou[0])


@pytest.mark.parametrize(
    ("call", "parameter"),
    [
        (lambda a: trimap_iou(a, a, (), classes=2), "widths"),
        (lambda a: trimap_iou(a, a, range(40), classes=2), "widths"),
        (lambda a: trimap_iou(a, a, (-1,), classes=2), "width"),
        (lambda a: trimap_iou(a, a, (1,), classes=2, shape="circle"), "shape"),
        (lambda a: trimap_iou(a, a, (1,), classes=2, other="skip"), "other"),
        (lambda a: trimap_iou(a, a + 1, (1,), classes=2), "prediction"),
        (lambda a: trimap_iou(a * 0 + 7, a, (1,), classes=2), "reference"),
        (lambda a: trimap_iou(a, a, (1,), void=np.zeros((2, 2), bool)), "void"),
        (lambda a: instance_iou(a, a, a[1:], 2, {1: 5}), "instances"),
        (lambda a: instance_iou(a, a, a, 2, {7: 5}), "average_sizes"),
        (lambda a: instance_iou(a, a, a, 2, {1: 0}), "average_sizes"),
        (lambda a: instance_iou(a, a, a, 2, [5]), "average_sizes"),
        (lambda a: instance_iou(a, a + 3, a, 2, {1: 5}), "prediction"),
    ],
)
def test_bad_calls(call, parameter):
    with pytest.raises(me.MaskError) as caught:
        call(square().astype(np.uint8))
    assert caught.value.parameter == parameter
