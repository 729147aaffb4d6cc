"""Instances of two annotators: drawn pairs, brute force, SciPy.

Covers: maskengine.quality.match_instances; row F3 of the features of quality.
Run: pytest tests/test_quality_matching.py
"""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

import maskengine as me
from maskengine.quality import match_instances
from maskengine.quality.matching import assignment
from maskengine.testing import oracles
from maskengine.testing.oracles import art

A = np.array([[1, 1, 1, 0, 2, 2], [1, 1, 1, 0, 2, 2]])
B = np.array([[7, 7, 7, 7, 0, 8], [7, 7, 7, 7, 9, 9]])


def test_f3_matches():
    found = match_instances(A, B)
    assert (found.a.tolist(), found.b.tolist(), found.iou.tolist()) == ([1, 2], [7, 9], [0.75, 0.5])
    assert found.only_a.tolist() == []
    assert found.only_b.tolist() == [8]
    assert found.f1 == 4 / 5
    assert found.mean_iou == pytest.approx(1.25 / 3, abs=1e-15)
    assert found.same_category.tolist() == [True, True]
    assert found.status == "ok"
    assert match_instances(A, B, 0.6).a.tolist() == [1]


def test_f3_the_sum_counts_not_the_first_pair():
    a = np.array([[1, 1, 1, 1, 1, 2, 2]])
    b = np.array([[4, 4, 5, 5, 5, 5, 5]])
    both = match_instances(a, b, 0.1)
    assert (both.a.tolist(), both.b.tolist()) == ([1, 2], [4, 5])
    assert both.iou.tolist() == [0.4, 0.4]
    first = match_instances(a, b, 0.1, method="greedy")
    assert (first.a.tolist(), first.b.tolist(), first.iou.tolist()) == ([1], [5], [3 / 7])


def test_f3_greedy_takes_the_lower_ids_of_equals():
    a, b = np.array([[3, 3, 1, 1]]), np.array([[9, 4, 9, 4]])
    found = match_instances(a, b, 0.1, method="greedy")
    assert (found.a.tolist(), found.b.tolist()) == ([1, 3], [4, 9])


def test_f3_one_object_with_two_names():
    names = ({1: "car", 2: "bus"}, {7: "car", 8: "bus", 9: "van"})
    found = match_instances(A, B, 0.2, categories=names)
    assert (found.a.tolist(), found.b.tolist()) == ([1, 2], [7, 8])  # the bus first
    assert found.same_category.tolist() == [True, True]
    names[1][8] = "tram"
    found = match_instances(A, B, 0.2, categories=names)
    assert found.same_category.tolist() == [True, False]
    assert (found.b.tolist(), found.iou.tolist()) == ([7, 9], [0.75, 0.5])


def test_f3_masks_may_overlap():
    a = oracles.encode([art("##..", "##.."), art("####", "####")])
    b = oracles.encode([art("####", "###."), art(".#..", "##.."), art("...#", "...#")])
    found = match_instances(a, b)
    assert (found.a.tolist(), found.b.tolist()) == ([0, 1], [1, 0])
    assert found.iou.tolist() == [0.75, 0.875]
    assert found.only_b.tolist() == [2]


def test_f3_nothing_to_match():
    none = np.zeros((2, 6), int)
    assert match_instances(none, none).status == "both_empty"
    assert match_instances(none, none).f1 == match_instances(none, none).mean_iou == 1
    assert match_instances(none, B).status == "a_empty"
    found = match_instances(A, none)
    assert found.status == "b_empty"
    assert (found.f1, found.mean_iou, found.only_a.tolist()) == (0, 0, [1, 2])


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: match_instances(A, B.T), "b"),
        (lambda: match_instances(A, B / 2), "b"),
        (lambda: match_instances(A, oracles.encode([A])), "b"),
        (lambda: match_instances(A, B, 0), "min_iou"),
        (lambda: match_instances(A, B, 1.5), "min_iou"),
        (lambda: match_instances(A, B, "a"), "min_iou"),
        (lambda: match_instances(A, B, method="best"), "method"),
        (lambda: match_instances(A, B, categories=5), "categories"),
        (lambda: match_instances(A, B, categories=([1], [2])), "categories"),
        (lambda: match_instances(A, B, categories=({1: 0}, {7: 0, 8: 0, 9: 0})), "categories"),
    ],
)
def test_f3_bad_input(call, text):
    with pytest.raises(me.MaskError, match=f"^{text}: "):
        call()


def brute_force(a, b, least):
    """Try all ways to match."""
    ids_a, ids_b = (np.unique(m[m != 0]).tolist() for m in (a, b))
    iou = {}
    for i, j in itertools.product(ids_a, ids_b):
        both, either = ((a == i) & (b == j)).sum(), ((a == i) | (b == j)).sum()
        if both and both / either >= least:
            iou[i, j] = both / either
    best = 0.0
    padded = [*ids_b, *[None] * len(ids_a)]
    for order in itertools.permutations(padded, len(ids_a)):
        best = max(best, sum(iou.get(pair, 0) for pair in zip(ids_a, order, strict=True)))
    return best


@given(st.integers(0, 2**32 - 1), st.sampled_from([0.05, 0.2, 0.5]))
def test_f3_equals_brute_force(seed, least):
    rng = np.random.default_rng(seed)
    a, b = rng.integers(0, 4, (2, 4, 5))
    found = match_instances(a, b, least)
    assert found.iou.sum() == pytest.approx(brute_force(a, b, least), abs=1e-12)
    assert len(set(found.a.tolist())) == len(found.a)
    assert len(set(found.b.tolist())) == len(found.b)
    assert (found.iou >= least).all()
    greedy = match_instances(a, b, least, method="greedy")
    assert greedy.iou.sum() <= found.iou.sum() + 1e-12


@given(st.integers(0, 2**32 - 1))
def test_f3_assignment_equals_scipy(seed):
    rng = np.random.default_rng(seed)
    gain = rng.random(rng.integers(1, 12, 2))
    gain[rng.random(gain.shape) < 0.4] = 0
    pairs = assignment(gain)
    rows, columns = linear_sum_assignment(gain, maximize=True)
    assert len(pairs) == min(gain.shape)
    assert sum(gain[pair] for pair in pairs) == pytest.approx(gain[rows, columns].sum(), abs=1e-12)
