"""dilate: hand-drawn literals, layouts, and parity with OpenCV on thousands of masks.

Covers: me.dilate. Compares against: drawings, cv2. Run: pytest tests/test_dilate.py
"""

import numpy as np

import maskengine as me
from maskengine.testing import morphology
from maskengine.testing.oracles import art, encode

DOT = art(".......", ".......", ".......", "...#...", ".......", ".......", ".......")


def test_square():
    wanted = art(".......", ".......", "..###..", "..###..", "..###..", ".......", ".......")
    assert np.array_equal(me.dilate(DOT, 1), wanted)
    assert me.dilate(encode([DOT]), 1) == encode([wanted])


def test_disk():
    wanted = art("...#...", ".#####.", ".#####.", "#######", ".#####.", ".#####.", "...#...")
    assert np.array_equal(me.dilate(DOT, 3, "disk"), wanted)


def test_cross():
    wanted = art(".......", "...#...", "...#...", ".#####.", "...#...", "...#...", ".......")
    assert np.array_equal(me.dilate(DOT, 2, "cross"), wanted)


def test_a_radius_along_each_axis():
    wanted = art(".......", ".......", "...#...", ".#####.", "...#...", ".......", ".......")
    assert np.array_equal(me.dilate(DOT, (1, 2), "disk"), wanted)
    assert me.dilate(encode([DOT]), (1, 2), "disk") == encode([wanted])


def test_a_radius_between_two_rings():
    wanted = art(".......", ".......", "..###..", "..###..", "..###..", ".......", ".......")
    assert np.array_equal(me.dilate(DOT, 1.5, "disk"), wanted)


def test_zero_changes_nothing_but_the_values():
    mask = np.array([[0, 7], [255, 0]], np.uint8)
    assert me.dilate(mask, 0).tolist() == [[0, 1], [1, 0]]


def test_a_radius_larger_than_the_mask_fills_it():
    for shape in ("square", "disk"):
        assert me.dilate(DOT, 1000, shape).all()
    assert me.dilate(encode([DOT]), 1e9) == encode([np.ones((7, 7), bool)])


def test_a_dot_in_a_huge_image_costs_its_neighbourhood():
    dot = me.pad(encode([art("#")]), 500_000, 500_000, 5, 1_000_000)
    grown = me.dilate(dot, 2)
    assert me.area(grown).tolist() == [25]
    assert me.bbox(grown).tolist() == [[3, 499_998, 5, 5]]


def test_dtypes_and_out():
    mask = DOT.astype(np.uint8)
    assert me.dilate(mask, 1).dtype == np.uint8
    assert me.dilate(mask.astype(np.int64), 1).dtype == bool
    out = np.full((7, 7), 9, np.int32)
    assert me.dilate(mask, 1, out=out) is out
    assert out.sum() == 9
    me.dilate(mask, 1, out=mask)  # in place
    assert mask.sum() == 9


def test_refused_calls_leave_out_alone():
    out = np.full((7, 7), 9, np.uint8)
    for radius, shape in ((-1, "square"), (1, "star")):
        try:
            me.dilate(DOT, radius, shape, out=out)
        except me.MaskError:
            continue
        raise AssertionError
    assert (out == 9).all()


def test_a_stack_is_a_mask_each():
    stack = np.stack([DOT, ~DOT, np.roll(DOT, 2, 1)])
    grown = me.dilate(stack, 1, "cross")
    for one, mask in zip(grown, stack, strict=True):
        assert np.array_equal(one, me.dilate(mask, 1, "cross"))


def test_kernels_are_those_of_peers():
    import cv2
    from skimage.morphology import disk

    for r in range(40):
        assert np.array_equal(morphology.kernel(r, "disk"), disk(r))
        cross = cv2.getStructuringElement(cv2.MORPH_CROSS, (2 * r + 1, 2 * r + 1))
        assert np.array_equal(morphology.kernel(r, "cross"), cross)


def test_parity_with_opencv():
    morphology.parity(me.dilate, "dilate", 3000, 1)
    morphology.parity(lambda m, *how: me.decode(me.dilate(me.encode(m), *how))[0], "dilate", 500, 2)


def test_labels_grow_into_background_alone():
    labels = np.array(
        [
            [0, 0, 0, 0, 0, 0, 0],
            [0, 4, 0, 0, 0, 2, 0],
            [0, 0, 0, 0, 0, 2, 0],
            [0, 9, 9, 0, 0, 0, 0],
        ],
        np.uint16,
    )
    assert me.dilate(labels, 1, "cross", kind="labels").tolist() == [
        [0, 4, 0, 0, 0, 2, 0],
        [4, 4, 4, 0, 2, 2, 2],
        [0, 4, 9, 0, 2, 2, 2],  # as near to 4 and to 9: the lower
        [9, 9, 9, 9, 0, 2, 0],
    ]
    grown = me.dilate(labels, 2, "disk", kind="labels")
    assert grown.dtype == np.uint16
    assert grown[1].tolist() == [4, 4, 4, 2, 2, 2, 2]  # the middle: 2 pixels from 4 and from 2
    assert grown[2].tolist() == [4, 4, 9, 9, 2, 2, 2]
    assert me.dilate(labels, (0, 9), kind="labels")[3].tolist() == [9] * 7
    assert me.dilate(labels, (0, 9), kind="labels")[0].tolist() == [0] * 7


def test_labels_are_ordered_as_their_dtype_orders():
    assert me.dilate(np.array([[5, 0, -5]], np.int8), 1, kind="labels").tolist() == [[5, -5, -5]]
    assert me.dilate(np.array([[5, 0, 251]], np.uint8), 1, kind="labels").tolist() == [[5, 5, 251]]


def test_labels_in_place_and_on_threads():
    rng = np.random.default_rng(11)
    labels = (rng.integers(1, 60_000, (700, 900)) * (rng.random((700, 900)) < 0.002)).astype("u2")
    wanted = me.dilate(labels, 13, "disk", kind="labels")
    for threads in (1, 3):
        with me.use(threads=threads):
            for order in "CF":
                given = labels.copy(order=order)
                assert me.dilate(given, 13, "disk", kind="labels", out=given) is given
                assert np.array_equal(given, wanted)


def test_labels_grow_as_scikit_image_expands_them():
    from scipy import ndimage
    from skimage.segmentation import expand_labels

    rng = np.random.default_rng(12)
    for _ in range(200):
        height, width = rng.integers(1, 60, 2)
        labels = rng.integers(1, 9, (height, width)) * (rng.random((height, width)) < 0.03)
        r = int(rng.integers(0, 20))
        ours = me.dilate(labels, r, "disk", kind="labels")
        theirs = expand_labels(labels, r)
        assert np.array_equal(ours != 0, theirs != 0)
        if not labels.any():
            continue
        # Where they differ, both labels are as near: then ours is the lower.
        other = ours != theirs
        assert (ours[other] < theirs[other]).all()
        for label in np.unique(ours[other]):
            far = ndimage.distance_transform_edt(labels != label)
            nearest = ndimage.distance_transform_edt(labels == 0)
            assert np.array_equal(far[other & (ours == label)], nearest[other & (ours == label)])
