"""Rows F2 and F7: one way to write, with undo and protected labels; small regions absorbed.

Covers: maskengine.Canvas, maskengine.absorb_small.
Run: pytest tests/test_quality_rows.py
"""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import ndimage

import maskengine as me

MAPS = arrays(
    np.uint8, st.tuples(st.integers(1, 12), st.integers(1, 12)), elements=st.integers(0, 4)
)
POINT = st.tuples(st.floats(-3, 15), st.floats(-3, 15))


def write(canvas, kind, points, label, rules):
    """Write a label by a mask, a polygon or a stroke."""
    if kind == "stroke":
        canvas.stroke(points, 2.5, label, rules=rules)
    elif kind == "polygon":
        canvas.polygon(points, label, rules=rules)
    else:
        height, width = canvas.labels.shape
        y, x = np.mgrid[:height, :width]
        drawn = np.hypot(x - points[0][0], y - points[0][1]) < 4
        canvas.paste(me.encode(drawn.astype(np.uint8)), label, rules=rules)


@given(
    MAPS,
    st.sampled_from(["mask", "polygon", "stroke"]),
    st.lists(POINT, min_size=3, max_size=5),
    st.integers(1, 4),
    st.sets(st.integers(0, 4)),
)
def test_f2_paint_then_undo_is_byte_equal_and_protected_areas_stay(
    label_map, kind, points, label, protect
):
    before = label_map.copy()
    canvas = me.Canvas(label_map)
    write(canvas, kind, points, label, me.Rules(protect=sorted(protect)))
    for kept in protect - {label}:
        assert np.array_equal(canvas.labels == kept, before == kept)
    assert ((canvas.labels == before) | (canvas.labels == label)).all()
    canvas.undo()
    assert canvas.labels.tobytes() == before.tobytes()


def components(label_map, label):
    labels, n = ndimage.label(label_map == label, np.ones((3, 3)))
    return [labels == k for k in range(1, n + 1)]


FULL = arrays(
    np.uint8, st.tuples(st.integers(1, 12), st.integers(1, 12)), elements=st.integers(1, 4)
)


@given(MAPS, st.integers(1, 6))
def test_f7_no_small_region_is_left(label_map, least):
    cleaned = me.absorb_small(label_map, least)
    for label in range(1, 5):
        assert all(one.sum() >= least for one in components(cleaned, label))
    assert np.array_equal(me.absorb_small(cleaned, least), cleaned)


@given(FULL, st.integers(1, 6))
def test_f7_pixels_are_conserved(label_map, least):
    cleaned = me.absorb_small(label_map, least)
    # every pixel goes to a neighbour; a whole map that is too small has none
    assert (cleaned != 0).sum() == (label_map.size if label_map.size >= least else 0)


def test_f7_ties_go_to_the_longest_shared_border_and_then_to_the_lower_label():
    drawn = np.array([[2, 2, 2, 2], [2, 9, 9, 1], [1, 1, 1, 1]])
    # 9 shares 3 edges with 2 and 3 with 1: a tie
    assert me.absorb_small(drawn, 3).tolist() == [[2, 2, 2, 2], [2, 1, 1, 1], [1, 1, 1, 1]]
    longer = np.array([[2, 2, 2, 2], [2, 9, 9, 2], [1, 1, 1, 1]])
    assert me.absorb_small(longer, 3).tolist() == [[2, 2, 2, 2], [2, 2, 2, 2], [1, 1, 1, 1]]
