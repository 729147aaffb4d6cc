"""edge_offset: maps drawn by hand.

Covers: python/maskengine/ops/edge_offset.py. Run: pytest tests/test_edge_offset.py
"""

import numpy as np
import pytest

import maskengine as me

STRIPES = np.array([[1, 1, 1, 5, 5, 5, 9, 9, 9]] * 4, np.uint8)


def test_an_edge_that_moved():
    moved = np.array([[1, 1, 1, 1, 1, 5, 9, 9, 9]] * 4, np.uint8)
    found = me.edge_offset(STRIPES, moved)
    assert found.pairs.tolist() == [[1, 5], [5, 9]]
    assert found.edges.tolist() == [4, 4]
    assert found.sum.tolist() == [8, 0]  # 1 has grown by two pixels
    assert found.squares.tolist() == [16, 0]
    back = me.edge_offset(moved, STRIPES)
    assert back.sum.tolist() == [-8, 0]
    assert len(back) == 2


def test_offsets_are_cut_off():
    gone = np.where(STRIPES == 5, 1, STRIPES)
    found = me.edge_offset(STRIPES, gone, limit=2)
    assert found.edges.tolist() == [4, 0]
    assert found.clipped.tolist() == [4, 0]  # no 5 is left
    assert found.sum.tolist() == [8, 0]
    assert found.elsewhere.tolist() == [0, 4]  # 1 and 9 at an edge of 5 and 9


def test_what_moves_by_the_limit_is_not_cut_off():
    moved = np.array([[1, 1, 1, 1, 1, 5, 9, 9, 9]] * 4, np.uint8)
    found = me.edge_offset(STRIPES, moved, limit=2)
    assert (found.sum[0], found.clipped[0]) == (8, 0)


def test_a_pixel_beyond_the_limit_in_a_mean_within_it():
    # pixels of the edge are at (0, 3) and (0, 4); the 5 at (2, 6) is sqrt(13) and sqrt(8) away
    reference = np.full((3, 7), 9)
    reference[0] = [1, 1, 1, 1, 5, 5, 5]
    other = np.ones((3, 7), int)
    other[2, 6] = 5
    found = me.edge_offset(reference, other, limit=3)
    first, second = (np.sqrt(13) - 0.5 / np.sqrt(13)), (np.sqrt(8) - 0.5 / np.sqrt(2))
    assert found.pairs[0].tolist() == [1, 5]
    assert found.sum[0] == pytest.approx((first + second) / 2, abs=2 / 2048)
    assert (found.edges[0], found.clipped[0]) == (1, 0)


def test_half_a_limit():
    moved = np.array([[1, 1, 1, 1, 5, 5, 9, 9, 9]] * 4, np.uint8)
    assert me.edge_offset(STRIPES, moved, limit=0.5).sum.tolist() == [2, 0]


def test_negative_labels_are_ordered_as_numbers():
    reference = np.array([[-1, -1, 3, 3]], np.int16)
    found = me.edge_offset(reference, np.array([[-1, 3, 3, 3]], np.int16))
    assert found.pairs.tolist() == [[-1, 3]]
    assert found.pairs.dtype == np.int16
    assert found.sum.tolist() == [-1]


def test_maps_of_two_dtypes():
    found = me.edge_offset(STRIPES, STRIPES.astype(np.int32))
    assert found.pairs.dtype == np.int64
    assert found.edges.tolist() == [4, 4]


def test_metrics_of_a_step_along_the_diagonal():
    y, x = np.mgrid[:60, :60]
    first, second = x + y < 60, x + y < 62  # every pixel of the edge moved by (1, 1)
    inner = np.s_[10:50, 10:50]
    for metric, far in (("chebyshev", 1.0), ("cityblock", 2.0)):
        found = me.edge_offset(first[inner].astype(int), second[inner].astype(int), metric=metric)
        mean = -found.sum[0] / found.edges[0]  # 0 is what shrinks
        assert mean == pytest.approx(far, abs=0.05)  # where the edge ends it looks longer


@pytest.mark.parametrize("grown", [-2, 1, 3])
def test_discs_come_out_as_they_are_drawn(grown):
    rng = np.random.default_rng(4)
    y, x = np.mgrid[:200, :200] + 0.5
    total = edges = 0
    for _ in range(10):
        far = np.hypot(y - 100 - rng.random(), x - 100 - rng.random())
        found = me.edge_offset((far < 60).astype(np.uint8), (far < 60 + grown).astype(np.uint8))
        total, edges = total - found.sum[0], edges + found.edges[0]
    assert total / edges == pytest.approx(grown, abs=0.05 * abs(grown))


@pytest.mark.parametrize("slant", [0, 7, 15, 26.57, 38, 45, 60])
def test_half_planes_at_any_slant(slant):
    y, x = np.mgrid[:300, :300] + 0.5
    turn = np.deg2rad(slant)
    far = (x - 150.3) * np.cos(turn) + (y - 149.1) * np.sin(turn)
    for grown in (2, 5):
        found = me.edge_offset((far < 0).astype(np.uint8), (far < grown).astype(np.uint8))
        # at 45 degrees pixels make steps of 0.7: an edge can lie that far from where it is drawn
        assert -found.sum[0] / found.edges[0] == pytest.approx(grown, abs=0.3)


def test_threads_share_a_large_map():
    rng = np.random.default_rng(5)
    first = np.kron(rng.integers(0, 30, (120, 120), np.uint8), np.ones((20, 20), np.uint8))
    second = np.roll(first, (1, 2), (0, 1))
    answers = []
    for threads in (1, 2, 5):
        with me.use(threads=threads):
            found = me.edge_offset(first, second)
        answers.append([found.pairs, found.edges, found.clipped, found.sum, found.squares])
    for other in answers[1:]:
        assert all(np.array_equal(p, q) for p, q in zip(answers[0], other, strict=True))
    apart = sum(int((a[1:] != a[:-1]).sum()) for a in (first, first.T))
    assert int(found.edges.sum() + found.elsewhere.sum()) == apart


def test_rows_in_any_order():
    moved = np.asfortranarray(np.roll(STRIPES, 1, 1))
    wanted = me.edge_offset(STRIPES, np.ascontiguousarray(moved))
    found = me.edge_offset(STRIPES[:, ::-1][:, ::-1], moved)
    assert np.array_equal(found.sum, wanted.sum)
    assert np.array_equal(found.elsewhere, wanted.elsewhere)
