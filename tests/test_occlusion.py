"""occlusion: the values of rows F13, F14, F15 and F32, and drawn layers.

Run: pytest tests/test_occlusion.py
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import maskengine as me
from maskengine.ops.occlusion import _groups, _ring
from maskengine.testing.oracles import art

SIZE = (20, 30)


def boxes(*corners):
    return me.rasterize(me.Polygons.from_boxes(corners, "xyxy"), SIZE)


def drawn(*layers):
    return me.encode(np.stack([art(*rows) for rows in layers]))


def test_f13_a_over_b():
    layers = boxes([5, 5, 15, 15], [9, 5, 19, 15])  # B is shifted by 4
    found = me.occlusion(layers, z=[1, 0])
    assert found.visible_area.tolist() == [100, 40]
    assert found.visible_area.sum() == me.area(me.union(layers))[0] == 140
    assert found.edges().tolist() == [[0, 1]]
    assert (found.pairs.tolist(), found.shared.tolist()) == ([[0, 1]], [60])
    label_map = me.compose(layers, z=[1, 0])
    assert [(label_map == k).sum() for k in (1, 2)] == [100, 40]


def test_f13_ties_are_explicit():
    layers = boxes([5, 5, 15, 15], [9, 5, 19, 15])
    assert me.occlusion(layers).edges().tolist() == [[1, 0]]
    assert me.occlusion(layers, [3, 3]).edges().tolist() == [[1, 0]]
    assert me.occlusion(layers, [3, 3], ties="earlier").edges().tolist() == [[0, 1]]
    with pytest.raises(me.MaskError, match="shares 60 pixels") as caught:
        me.occlusion(layers, [3, 3], ties="error")
    assert (caught.value.parameter, caught.value.index) == ("z", 1)
    apart = boxes([0, 0, 4, 4], [8, 0, 12, 4])
    assert me.occlusion(apart, [3, 3], ties="error").visible == apart


def test_f14_rate_of_what_is_hidden():
    layers = boxes([5, 5, 15, 15], [11, 5, 21, 15])  # B is shifted by 6, so 40 of 100 are hidden
    found = me.occlusion(layers, z=[1, 0])
    assert found.visible_area.tolist() == [100, 60]
    assert found.rate.tolist() == [0.0, 0.4]
    assert me.area(me.difference(found.visible, layers)).tolist() == [0, 0]


def test_f14_visible_drawn_by_hand_wins():
    layers = boxes([5, 5, 15, 15], [9, 5, 19, 15])
    by_hand = boxes([5, 5, 9, 15], [9, 5, 19, 15])  # as if B were in front
    found = me.occlusion(layers, visible=by_hand)
    assert found.visible == by_hand
    assert found.rate.tolist() == [0.6, 0.0]
    assert found.edges().tolist() == [[1, 0]]
    assert (found.outside.tolist(), found.unseen.tolist()) == ([0, 0], [0, 0])


def test_f15_a_mutual_pair_is_a_cycle():
    layers = drawn(["####..", "####.."], ["..####", "..####"])
    seen = drawn(["####..", "##...."], ["....##", "..####"])  # each in front in one row
    found = me.occlusion(layers, visible=seen)
    assert found.seen.tolist() == [[2, 2]]
    assert found.front.tolist() == [-1]
    assert found.edges().tolist() == [[0, 1], [1, 0]]
    assert found.cycles() == [[0, 1]]


def test_f15_three_in_a_ring():
    layers = drawn(["###...#"], ["..###.."], ["#...###"])
    seen = drawn(["###...."], ["...##.."], ["......#"])
    # 0 over 1 at the third pixel, 1 over 2 at the fifth, 2 over 0 at the last; and 0 over 2 at the
    # first: as much of either is seen there
    found = me.occlusion(layers, visible=seen)
    assert dict(zip(map(tuple, found.pairs.tolist()), found.front.tolist(), strict=True)) == {
        (0, 1): 0, (0, 2): -1, (1, 2): 1,
    }  # fmt: skip
    assert found.cycles() == [[0, 2]]
    ring = me.occlusion(
        drawn(["##...#"], [".###.."], ["...###"]), visible=drawn(["##...."], ["..##.."], ["....##"])
    )
    assert ring.edges().tolist() == [[0, 1], [1, 2], [2, 0]]
    assert ring.cycles() == [[0, 1, 2]]


def test_a_pair_that_a_third_hides_has_no_order():
    found = me.occlusion(boxes([4, 4, 8, 8], [6, 4, 10, 8], [0, 0, 20, 20]))
    assert found.front.tolist() == [-2, 2, 2]
    assert found.rate.tolist() == [1.0, 1.0, 0.0]


def test_f32_one_part_not_truncated():
    found = me.occlusion(boxes([5, 5, 15, 15], [11, 5, 21, 15]), z=[1, 0])
    assert found.rate[1] == 0.4
    assert found.parts.tolist() == [1, 1]
    assert found.truncated.tolist() == [False, False]


def test_f32_parts_and_truncation():
    found = me.occlusion(boxes([0, 5, 30, 15], [10, 0, 12, 20], [3, 3, 4, 4]))
    assert found.parts.tolist() == [2, 1, 1]
    assert found.truncated.tolist() == [True, True, False]


def test_an_empty_layer_has_no_rate():
    found = me.occlusion(drawn(["..", ".."], ["#.", ".."]))
    assert np.isnan(found.rate[0])
    assert found.rate[1] == 0
    assert found.parts.tolist() == [0, 1]


def test_no_layers():
    found = me.occlusion(me.Masks.concatenate([]))
    assert (len(found), len(found.pairs), found.cycles()) == (0, 0, [])


def test_runs_beyond_32_bits():
    side = 2**17
    most = 2**32 - 1
    whole = me.Masks([0, most, 0, most, 0, most, 0, most, 0, 4], [0, 10], [(side, side)])
    part = me.rasterize(me.Polygons.from_boxes([[1, 1, side - 2, side - 2]]), (side, side))
    found = me.occlusion(me.Masks.concatenate([whole, part]))
    assert found.shared.tolist() == [(side - 2) ** 2]
    assert found.visible_area.tolist() == [side**2 - (side - 2) ** 2, (side - 2) ** 2]


@given(
    st.integers(1, 7).flatmap(
        lambda n: st.lists(st.lists(st.integers(0, n - 1), unique=True), min_size=n, max_size=n)
    )
)
def test_groups_and_rings_of_any_graph(behind):
    n = len(behind)
    steps = np.full((n, n), np.inf)  # edges on the shortest way, at least one
    for i, row in enumerate(behind):
        steps[i, row] = 1
    for k in range(n):  # Floyd and Warshall
        steps = np.minimum(steps, steps[:, k : k + 1] + steps[k : k + 1])
    both = np.isfinite(steps) & np.isfinite(steps.T)
    wanted = {frozenset({i, *np.flatnonzero(both[i]).tolist()}) for i in range(n)}
    groups = _groups(behind)
    assert sorted(i for group in groups for i in group) == list(range(n))
    assert {frozenset(group) for group in groups} == wanted
    for group in groups:
        if len(group) == 1:
            continue
        start = min(group)
        ring = _ring(behind, set(group), start)
        assert ring[0] == start
        assert all(b in behind[a] for a, b in zip(ring, [*ring[1:], start], strict=True))
        assert len(ring) == steps[start, start]
