"""arcs: hand-drawn topologies, label maps and degenerate rings.

Covers: arcs. Run: pytest tests/test_arcs.py
"""

import numpy as np
import pytest

import maskengine as me
from maskengine.testing import polygons as shapes


def lengths(found):
    return np.diff(found.arc_offsets).tolist()


def test_two_squares_share_one_edge():
    pair = shapes.from_rings([[0, 0, 2, 0, 2, 2, 0, 2], [2, 0, 4, 0, 4, 2, 2, 2]], [0, 1, 2])
    found = me.arcs(pair)
    assert len(found) == 3
    assert sorted(lengths(found)) == [2, 4, 4]
    assert found.ring_arc_offsets.tolist() == [0, 2, 4]
    (shared,) = {use for use in found.rings.tolist() if ~use in found.rings.tolist() and use >= 0}
    begin, end = found.arc_offsets[shared], found.arc_offsets[shared + 1]
    assert sorted(found.coords[begin:end].tolist()) == [[2, 0], [2, 2]]
    assert found.to_polygons() == pair


def test_a_ring_by_itself_is_one_arc_that_ends_where_it_begins():
    square = me.Polygons.from_boxes([1, 2, 5, 6])
    found = me.arcs(square)
    assert lengths(found) == [5]
    assert found.coords[0].tolist() == found.coords[-1].tolist()
    assert found.to_polygons() == square


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("turn", range(4))
def test_a_hole_and_what_fills_it_are_one_arc(backwards, turn):
    hole = [(2, 2), (2, 4), (4, 4), (4, 2)]
    island = hole[turn:] + hole[:turn]
    island = island[::-1] if backwards else island
    rings = [np.ravel(ring).tolist() for ring in ([(0, 0), (9, 0), (9, 9)], hole, island)]
    batch = shapes.from_rings(rings, [0, 1, 2, 3])
    found = me.arcs(batch)
    assert len(found) == 2
    assert found.rings.tolist()[1] == (~found.rings[2] if backwards else found.rings[2])
    assert found.to_polygons() == batch


def test_twice_around_is_not_once_around():
    once = [0, 0, 4, 0, 4, 4]
    for rings in ([once * 2, once], [once, once * 2]):
        batch = shapes.from_rings(rings, [0, 1, 2])
        assert me.arcs(batch).to_polygons() == batch
        same = me.rasterize(me.simplify(batch, shared=True), (5, 5))
        assert same == me.rasterize(batch, (5, 5))


def test_repeated_vertices_and_a_closing_one_go():
    ring = [0, 0, 0, 0, 4, 0, 4, 4, 4, 4, 0, 4, 0, 0]
    found = me.arcs(shapes.from_rings([ring]))
    assert found.to_polygons().coords.tolist() == [[0, 0], [4, 0], [4, 4], [0, 4]]


@pytest.mark.parametrize("ring", [[5, 5] * 3, [0, 0, 9, 9, 0, 0], [0, 0, 9, 0, 0, 0, 9, 0]])
def test_rings_around_nothing_stay_three_vertices(ring):
    again = me.arcs(shapes.from_rings([ring])).to_polygons()
    assert len(again.coords) >= 3
    assert {*map(tuple, again.coords.tolist())} == {*zip(ring[::2], ring[1::2], strict=True)}


def test_a_slice_of_a_batch():
    batch = me.Polygons.from_boxes([[0, 0, 2, 2], [2, 0, 2, 2], [5, 5, 1, 1]])
    for part in (batch[1:], batch[:0], batch[2:3]):
        assert me.arcs(part).to_polygons() == part


def test_noise_in_four_labels():
    labels = np.random.default_rng(5).integers(0, 4, (60, 70))
    batch = me.polygonize((labels == np.arange(4)[:, None, None]).astype(np.uint8))
    found = me.arcs(batch)
    assert found.to_polygons() == batch
    assert len(found.coords) < 2 * len(batch.coords)
