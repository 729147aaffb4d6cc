"""coverage, fill_gaps and transition_band: the values of rows F1 and F6, and slow oracles.

Covers: maskengine.quality.coverage, fill_gaps, transition_band.
Compares against: scipy.ndimage.label, distances pixel by pixel, counts by hand.
Run: pytest tests/test_quality_coverage.py
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import maskengine as me
from maskengine.quality import coverage, fill_gaps, transition_band


@st.composite
def label_maps(draw, labels=4):
    shape = draw(st.tuples(st.integers(1, 9), st.integers(1, 9)))
    values = draw(st.lists(st.integers(0, labels - 1), min_size=shape[0] * shape[1],
                           max_size=shape[0] * shape[1]))  # fmt: skip
    return np.array(values, draw(st.sampled_from(["u1", "i2", "u4"]))).reshape(shape)


def test_f1_a_hole_of_12_pixels():
    scene = np.ones((100, 100), np.uint8)
    scene[10:13, 20:24] = 0
    found = coverage(scene)
    assert (found.unlabeled, found.components, found.ratio) == (12, 1, 0.9988)
    assert np.array_equal(me.decode(found.holes)[0], scene == 0)
    for method in ("nearest", "neighbour"):
        assert coverage(fill_gaps(scene, method=method)).unlabeled == 0


def test_f1_numbers_of_frames_add_up():
    first, second = np.array([[0, 1]]), np.array([[1, 1]])
    both = sum([coverage(first), coverage(second)])
    assert (both.pixels, both.unlabeled, both.components, both.ratio) == (4, 1, 1, 0.75)


def test_another_void():
    scene = np.array([[0, 0, 255, 7]], np.uint8)
    assert coverage(scene, 255).unlabeled == 1
    assert fill_gaps(scene, 255).tolist() == [[0, 0, 0, 7]]
    assert coverage(scene, -1).unlabeled == 0


def test_holes_that_touch_at_a_corner():
    scene = np.array([[0, 1], [1, 0]])
    assert coverage(scene).components == 1
    assert coverage(scene, connectivity=4).components == 2


def test_a_hole_goes_to_the_label_around_most_of_it():
    scene = np.array([[5, 5, 5, 9], [5, 0, 0, 9], [5, 5, 5, 9]], np.uint16)
    assert fill_gaps(scene, method="neighbour").tolist() == [[5, 5, 5, 9]] * 3
    assert fill_gaps(scene).tolist() == [[5, 5, 5, 9]] * 3  # (2, 1) is as near to 5 as to 9


def test_large_holes_can_stay():
    scene = np.array([[1, 0, 1, 0, 0, 2]])
    assert fill_gaps(scene, max_area=1).tolist() == [[1, 1, 1, 0, 0, 2]]
    assert fill_gaps(scene, method="neighbour", max_area=1).tolist() == [[1, 1, 1, 0, 0, 2]]


@given(label_maps(), st.sampled_from([0, 1]), st.sampled_from([4, 8]))
def test_coverage_equals_scipy(scene, void, connectivity):
    ndimage = pytest.importorskip("scipy.ndimage")
    holes, n = ndimage.label(scene == void, np.ones((3, 3)) if connectivity == 8 else None)
    found = coverage(scene, void, connectivity)
    assert (found.components, found.unlabeled) == (n, int((scene == void).sum()))
    assert found.area.tolist() == [int((holes == k).sum()) for k in range(1, n + 1)]


@given(label_maps(), st.sampled_from([0, 2]))
def test_fill_gaps_gives_the_nearest_label(scene, void):
    labelled = np.argwhere(scene != void)
    if not labelled.size:
        with pytest.raises(me.MaskError, match="void alone"):
            fill_gaps(scene, void)
        return
    wanted = scene.copy()
    for y, x in np.argwhere(scene == void):
        squares = ((labelled - (y, x)) ** 2).sum(axis=1)
        near = labelled[squares == squares.min()]
        wanted[y, x] = min(scene[j, i] for j, i in near)
    filled = fill_gaps(scene, void)
    assert filled.dtype == scene.dtype
    assert np.array_equal(filled, wanted)


@given(label_maps(), st.sampled_from([4, 8]))
def test_fill_gaps_gives_the_neighbour_with_the_longest_border(scene, connectivity):
    ndimage = pytest.importorskip("scipy.ndimage")
    if not scene.any():
        return
    holes, n = ndimage.label(scene == 0, np.ones((3, 3)) if connectivity == 8 else None)
    wanted = scene.copy()
    for k in range(1, n + 1):
        shared = {}
        for y, x in np.argwhere(holes == k):
            for j, i in ((y - 1, x), (y + 1, x), (y, x - 1), (y, x + 1)):
                if 0 <= j < scene.shape[0] and 0 <= i < scene.shape[1] and scene[j, i]:
                    shared[int(scene[j, i])] = shared.get(int(scene[j, i]), 0) + 1
        wanted[holes == k] = min(shared, key=lambda one: (-shared[one], one))
    filled = fill_gaps(scene, method="neighbour", connectivity=connectivity)
    assert np.array_equal(filled, wanted)


@pytest.mark.parametrize("k", [1, 2, 5])
def test_f6_a_straight_edge(k):
    stripes = np.repeat([1, 2, 3], 20)[None].repeat(37, axis=0)
    band = transition_band(stripes, [(1, 2)], width=2 * k)
    assert me.area(band.masks).tolist() == [2 * k * 37]
    left = band.as_void()
    assert (left == 0).sum() == 2 * k * 37
    assert np.array_equal(left[:, 20 + k :], stripes[:, 20 + k :])  # the pair (2, 3) is untouched
    both = transition_band(stripes, width=2 * k)
    assert both.pairs.tolist() == [[1, 2], [2, 3]]
    assert me.area(both.masks).tolist() == [2 * k * 37] * 2


def test_f6_soft_weights_of_a_straight_edge():
    soft = transition_band(np.repeat([1, 2], 5)[None], width=4).soft()
    assert soft.points.tolist() == [[3, 0], [4, 0], [5, 0], [6, 0]]
    assert soft.label.tolist() == [1, 1, 2, 2]
    assert soft.other.tolist() == [2, 2, 1, 1]
    assert soft.weight.tolist() == [0.875, 0.625, 0.625, 0.875]


def test_a_band_without_pairs_keeps_its_shape():
    band = transition_band(np.ones((3, 3), int), shape="square")
    assert (len(band.masks), band.shape, len(band.soft())) == (0, "square", 0)


@given(label_maps(), st.sampled_from([1, 2, 3.5, 6]), st.sampled_from(["square", "disk"]))
def test_f6_equals_distances_pixel_by_pixel(scene, width, shape):
    pairs = [(1, 2), (3, 0)]
    band = transition_band(scene, pairs, width, shape=shape)
    grid = np.argwhere(np.ones(scene.shape, bool))
    nearest = {}
    for k, (a, b) in enumerate(pairs):
        wanted = np.zeros(scene.shape, bool)
        for mine, theirs in ((a, b), (b, a)):
            there = grid[scene.ravel() == theirs]
            for y, x in grid[scene.ravel() == mine]:
                steps = np.abs(there - (y, x))
                far = steps.max(axis=1) if shape == "square" else np.hypot(*steps.T)
                if far.size and far.min() <= width / 2:
                    wanted[y, x] = True
                    euclidean = float(np.hypot(*steps[far <= width / 2].T).min())
                    nearest[y, x] = min(nearest.get((y, x), (np.inf, 0)), (euclidean, theirs))
        assert np.array_equal(me.decode(band.masks)[k], wanted)
    soft = band.soft()
    assert [(y, x) for x, y in soft.points.tolist()] == sorted(nearest)
    for (x, y), own, other, weight in zip(
        soft.points.tolist(), soft.label, soft.other, soft.weight, strict=True
    ):
        far, theirs = nearest[y, x]
        assert (own, other) == (scene[y, x], theirs)
        assert weight == pytest.approx(min(0.5 + (far - 0.5) / width, 1), abs=1e-6)


@pytest.mark.parametrize(
    ("name", "call"),
    {
        "label_map": lambda: coverage(np.zeros((2, 2))),
        "void": lambda: coverage(np.zeros((2, 2), int), "0"),
        "connectivity": lambda: coverage(np.zeros((2, 2), int), 0, 6),
        "method": lambda: fill_gaps(np.ones((2, 2), int), method="far"),
        "max_area": lambda: fill_gaps(np.ones((2, 2), int), max_area=-1),
        "width": lambda: transition_band(np.ones((2, 2), int), width=0),
        "pairs": lambda: transition_band(np.ones((2, 2), int), [(1, 1)]),
        "pairs ": lambda: transition_band(np.ones((2, 2), int), [(1, 2, 3)]),
        "pairs  ": lambda: transition_band(np.ones((2, 2), int), [(1.5, 2)]),
        "void ": lambda: transition_band(np.array([[1, 2]], "u1")).as_void(256),
    }.items(),
)
def test_bad_input_names_the_parameter(name, call):
    with pytest.raises(me.MaskError) as caught:
        call()
    assert caught.value.parameter == name.strip()
