"""Corrections: what changed, and the patch that makes it again.

Covers: maskengine.quality.diff, apply_patch; row F9 of the features of quality.
Run: pytest tests/test_quality_corrections.py
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import maskengine as me
from maskengine.quality import apply_patch, diff
from maskengine.testing import strategies

PRE = np.array(
    [
        [1, 1, 1, 0, 0, 0],
        [1, 1, 1, 0, 0, 0],
        [1, 1, 1, 0, 0, 0],
        [3, 3, 3, 3, 3, 3],
    ],
    np.uint8,
)
POST = np.array(
    [
        [1, 1, 0, 0, 0, 2],
        [1, 1, 0, 0, 0, 0],
        [1, 1, 1, 0, 0, 0],
        [3, 3, 3, 3, 5, 3],
    ],
    np.uint8,
)


@st.composite
def two_maps(draw):
    """Draw a map, and the same with some rectangles of other labels."""
    height, width = draw(strategies.sizes(40, min_side=1))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    dtype = np.dtype(draw(st.sampled_from(["u1", "u2", "u4", "i1", "i2", "i4", "i8"])))
    patch = draw(st.sampled_from([1, 3, 9]))
    coarse = rng.integers(0, 5, (-(-height // patch), -(-width // patch)))
    pre = np.kron(coarse, np.ones((patch, patch), int))[:height, :width]
    post = pre.copy()
    for _ in range(draw(st.integers(0, 4))):
        top, bottom = sorted(rng.integers(0, height + 1, 2))
        left, right = sorted(rng.integers(0, width + 1, 2))
        post[top:bottom, left:right] = rng.integers(0, 5)
    low = -2 if dtype.kind == "i" else 0
    maps = [(one + low).astype(dtype) for one in (pre, post)]
    return tuple(draw(strategies.layouts(one)) for one in maps)


def test_a_drawn_correction():
    found = diff(PRE, POST, width=1)
    assert found.changed == 4
    assert found.pixels == 24
    labels, counts = found.matrix()
    assert labels.tolist() == [0, 1, 2, 3, 5]
    assert counts.tolist() == [
        [8, 0, 1, 0, 0],
        [2, 7, 0, 0, 0],
        [0, 0, 0, 0, 0],
        [0, 0, 0, 5, 1],
        [0, 0, 0, 0, 0],
    ]
    assert (found.boundary, found.interior) == (3, 1)
    regions = found.regions
    assert regions.before.tolist() == [1, 0, 3]
    assert regions.after.tolist() == [0, 2, 5]
    assert regions.before.dtype == np.uint8
    assert regions.area.tolist() == [2, 1, 1]
    assert regions.bbox.tolist() == [[2, 0, 1, 2], [5, 0, 1, 1], [4, 3, 1, 1]]
    assert regions.first_pixel.tolist() == [[2, 0], [5, 0], [4, 3]]
    assert regions.kind == ("boundary", "interior", "boundary")
    assert regions.mass.tolist() == [2, 1, 1]


@given(two_maps())
def test_f9_patch_applies_and_inverts(maps):
    pre, post = maps
    kept = pre.copy()
    found = diff(pre, post)
    data = found.patch.to_bytes()
    assert np.array_equal(apply_patch(pre, data), post)
    assert np.array_equal(apply_patch(post, found.patch.inverted()), pre)
    assert np.array_equal(pre, kept)
    assert me.Patch.from_bytes(data) == found.patch
    assert found.patch.inverted() == diff(post, pre).patch
    assert found.changed == int((pre != post).sum()) == found.boundary + found.interior


@given(two_maps())
def test_f9_rows_of_the_transitions_are_the_areas_before(maps):
    pre, post = maps
    labels, counts = diff(pre, post).matrix()
    for label, row, column in zip(labels.tolist(), counts, counts.T, strict=True):
        assert row.sum() == (pre == label).sum()
        assert column.sum() == (post == label).sum()


@given(two_maps(), st.integers(0, 3))
def test_f9_regions_equal_a_slow_search(maps, width):
    from scipy import ndimage

    pre, post = (np.ascontiguousarray(one) for one in maps)
    found = diff(pre, post, width=width)
    padded = np.pad(pre, width, mode="edge")
    near = np.zeros(pre.shape, bool)
    for dy in range(2 * width + 1):
        for dx in range(2 * width + 1):
            near |= padded[dy : dy + pre.shape[0], dx : dx + pre.shape[1]] != pre
    wanted = []
    square = np.ones((3, 3))
    for a, b in {*zip(pre[pre != post].tolist(), post[pre != post].tolist(), strict=True)}:
        parts, n = ndimage.label((pre == a) & (post == b), square)
        wholes, _ = ndimage.label(pre == a, square)
        for number in range(1, n + 1):
            part = parts == number
            whole = int((wholes == wholes[part][0]).sum()) == part.sum()
            y, x = np.argwhere(part)[0].tolist()
            share = (part & near).sum() / part.sum()
            kind = "boundary" if share >= 0.9 and not whole else "interior"
            wanted.append((y, x, a, b, int(part.sum()), int((part & near).sum()), kind))
    regions = found.regions
    ours = [
        (*first[::-1], a, b, area, inside, kind)
        for first, a, b, area, inside, kind in zip(
            regions.first_pixel.tolist(), regions.before.tolist(), regions.after.tolist(),
            regions.area.tolist(), regions.near.tolist(), regions.kind, strict=True,
        )
    ]  # fmt: skip
    assert ours == sorted(wanted)


def test_f9_equal_maps_give_an_empty_patch():
    found = diff(PRE, PRE)
    assert (found.changed, found.boundary, found.interior) == (0, 0, 0)
    assert (len(found.patch), len(found.regions)) == (0, 0)
    assert found.patch.box == (0, 0, 0, 0)
    assert np.array_equal(apply_patch(POST, found.patch), POST)
    empty = np.zeros((0, 4), np.uint8)
    assert diff(empty, empty).changed == 0


def test_f9_a_patch_refuses_another_map():
    patch = diff(PRE, POST).patch
    other = PRE.copy()
    other[3, 4] = 9
    kept = other.copy()
    with pytest.raises(me.MaskError, match="the label map has others"):
        apply_patch(other, patch, out=other)
    assert np.array_equal(other, kept)
    for wrong in (PRE[:3], PRE.astype(np.uint16)):
        with pytest.raises(me.ShapeMismatch, match="patch: expected a patch of a label map"):
            apply_patch(wrong, patch)
    with pytest.raises(me.BadFile):
        apply_patch(PRE, b"nonsense")
    with pytest.raises(me.MaskTypeError, match="Patch or the bytes"):
        apply_patch(PRE, POST)


def test_apply_patch_writes_where_it_is_told():
    patch = diff(PRE, POST).patch
    here = PRE.copy()
    assert apply_patch(here, patch, out=here) is here
    assert np.array_equal(here, POST)
    there = np.empty((6, 4), np.uint8).T
    assert apply_patch(PRE, patch, out=there) is there
    assert np.array_equal(there, POST)
    with pytest.raises(me.MaskTypeError, match="out"):
        apply_patch(PRE, patch, out=np.empty(PRE.shape, np.int64))


def test_a_canvas_takes_the_patch():
    labels = PRE.copy()
    edit = me.Canvas(labels).apply(diff(PRE, POST).patch)
    assert edit.area == 4
    assert np.array_equal(labels, POST)


def test_a_thin_object_relabelled_is_no_matter_of_its_boundary():
    pre = np.zeros((20, 20), np.uint8)
    pre[:, 9:11] = 1  # a pole of two pixels
    assert diff(pre, pre * 2).regions.kind == ("interior",)
    assert diff(pre, np.roll(pre, 1, 1)).regions.kind == ("boundary", "boundary")


def test_transitions_of_frames_add_up():
    both = diff(PRE, POST).transitions + diff(POST, PRE).transitions
    assert int(both.pixels.sum()) == 2 * PRE.size


@pytest.mark.parametrize(
    ("post", "options", "message"),
    [
        (POST[1:], {}, "post: expected the shape"),
        (POST.astype(np.int32), {}, "post: expected the dtype"),
        (POST.astype(float), {}, "post: expected integer labels"),
        (POST, {"width": -1}, "width"),
        (POST, {"width": 1.5}, "width"),
        (POST, {"width": True}, "width"),
    ],
)
def test_bad_input_is_named(post, options, message):
    with pytest.raises(me.MaskError, match=message):
        diff(PRE, post, **options)
