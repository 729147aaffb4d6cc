"""check_polygons: hand-drawn literals, and shapely.

Covers: check_polygons. Compares against: literals, shapely's is_simple, length and area.
"""

import numpy as np
import pytest
import shapely

import maskengine as me
from maskengine.testing import polygons as shapes


def test_a_square():
    checks = me.check_polygons(me.Polygons.from_coco([[[0, 0, 100, 0, 100, 100, 0, 100]]]))
    assert checks.vertices.tolist() == [4]
    assert checks.area.tolist() == [10_000]
    assert checks.perimeter.tolist() == [400]
    assert checks.density.tolist() == [1]
    assert checks.flags.tolist() == [0] * 4
    assert checks.crossings.shape == (0, 3)
    assert checks.problems() == []


def test_direction_and_closing_vertex():
    rings = me.Polygons([(0, 0), (0, 3), (4, 0), (0, 0)], [0, 4])
    checks = me.check_polygons(rings)
    assert checks.area.tolist() == [-6]
    assert checks.perimeter.tolist() == [12]
    assert checks.vertices.tolist() == [3]
    assert checks.flags.tolist() == [0] * 4


def test_bowtie():
    checks = me.check_polygons(me.Polygons.from_coco([[], [[0, 0, 4, 4, 4, 0, 0, 4]]]))
    assert checks.crossings.tolist() == [[0, 0, 2]]
    assert checks.places.tolist() == [[2, 2]]
    kinds = [(p.item, p.ring, p.kind, p.vertex, p.place) for p in checks.problems()]
    assert kinds == [(1, 0, "no area", -1, (0, 0)), (1, 0, "crossing", 0, (2, 2))]


def test_duplicate_collinear_and_spike():
    ring = [(0, 0), (2, 0), (4, 0), (4, 0), (4, 4), (4, 6), (4, 4), (0, 4)]
    checks = me.check_polygons(me.Polygons(ring, [0, 8]))
    assert checks.flags.tolist() == [0, 2, 0, 1, 2, 6, 0, 0]
    kinds = [(p.kind, p.vertex) for p in checks.problems(collinear=True)]
    # the spike's way back runs over the vertex (4, 4)
    assert ("duplicate", 3) in kinds
    assert ("spike", 5) in kinds
    assert ("collinear", 1) in kinds
    assert ("collinear", 1) not in [(p.kind, p.vertex) for p in checks.problems()]


def test_a_vertex_on_another_edge():
    checks = me.check_polygons(me.Polygons([(0, 0), (6, 0), (6, 4), (3, 0), (0, 4)], [0, 5]))
    assert checks.crossings.tolist() == [[0, 0, 2], [0, 0, 3]]
    assert checks.places.tolist() == [[3, 0], [3, 0]]


def test_nearly_on_a_line():
    """One unit in the last place beside the line is beside it."""
    up = float(np.nextafter(0.3, 1))
    for y, flag in ((0.3, 2), (up, 0)):
        ring = [(0.1, 0.1), (0.3, y), (0.7, 0.7), (0.1, 5.0)]
        checks = me.check_polygons(me.Polygons(ring, [0, 4]))
        assert checks.flags.tolist()[1] == flag


def test_crossings_are_limited():
    n = 100  # a zigzag there, and one across it back
    there = [(float(x), float(5 * (x % 2))) for x in range(n)]
    ring = [*there, (n + 1.0, 2.5), (-2.0, 2.4)]
    batch = me.Polygons(ring, [0, len(ring)])
    assert len(me.check_polygons(batch).crossings) == n - 1
    assert len(me.check_polygons(batch, max_crossings=7).crossings) == 7
    assert len(me.check_polygons(batch, max_crossings=0).crossings) == 0


def test_inscribed_polygon_of_a_disc():
    """Radius 100, 32 vertices: edges of 19.603 pixels and 0.993587 of the disc's area."""
    angle = 2 * np.pi * np.arange(32) / 32
    ring = 100 * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    checks = me.check_polygons(me.Polygons(ring, [0, 32]))
    assert checks.perimeter[0] / 32 == pytest.approx(19.603, abs=5e-4)
    assert checks.area[0] / (np.pi * 100**2) == pytest.approx(0.993587, abs=5e-7)


def test_arcs_that_break_a_rule():
    """A square of side 100 has 1 vertex per 100 pixels: a rule of 2 fails at 4 arcs."""
    checks = me.check_polygons(me.Polygons.from_boxes([[0, 0, 100, 100], [0, 0, 100, 40]]))
    assert checks.arcs(least=2).tolist() == [[0, 0], [0, 1], [0, 2], [0, 3], [1, 1], [1, 3]]
    assert checks.arcs(least=1).tolist() == []
    assert checks.arcs(least=[0, 2]).tolist() == [[1, 1], [1, 3]]
    assert checks.arcs(most=2).tolist() == [[1, 0], [1, 2]]
    assert checks.arcs().tolist() == []
    closed = me.Polygons([(0, 0), (50, 0), (50, 0), (0, 50), (0, 0)], [0, 5])  # edges 50, 71, 50
    assert me.check_polygons(closed).arcs(least=1.5).tolist() == [[0, 2]]
    assert me.check_polygons(closed).arcs(most=1.9).tolist() == [[0, 0], [0, 3]]
    assert me.check_polygons(closed[:0]).arcs(least=1).shape == (0, 2)


@pytest.mark.parametrize("bad", [-1, float("nan"), "two", [1, 2, 3]])
def test_no_rule(bad):
    checks = me.check_polygons(me.Polygons.from_boxes([0, 0, 100, 100]))
    with pytest.raises(me.MaskError, match="least: expected"):
        checks.arcs(least=bad)


def test_as_shapely_says():
    rng = np.random.default_rng(5)
    rings = [np.reshape(shapes.ring(rng, (20, 20)), (-1, 2)) for _ in range(3000)]
    batch = me.Polygons(np.concatenate(rings), np.cumsum([0, *map(len, rings)]))
    checks = me.check_polygons(batch)
    made = np.array([shapely.LinearRing(ring) for ring in rings])
    assert checks.perimeter == pytest.approx(shapely.length(made), rel=1e-12)
    area = shapely.area(shapely.polygons(made))
    assert np.abs(checks.area) == pytest.approx(area, rel=1e-9, abs=1e-9)
    spoilt = {p.item for p in checks.problems() if p.kind in {"crossing", "spike"}}
    found = np.array([i in spoilt for i in range(len(rings))])
    assert np.array_equal(found, ~shapely.is_simple(made))
    assert 300 < found.sum() < 2900


@pytest.mark.parametrize("turn", [0, 30, 45, 90, 135])
def test_a_zigzag_whose_edges_span_it(turn):
    """Simple; then with one edge across all others. Turned, so that each axis is the best one."""
    n = 200
    way = np.arange(n)
    c, s = np.cos(np.radians(turn)), np.sin(np.radians(turn))
    zigzag = np.stack([np.where(way % 2, 400.0, 0.0), 1.0 * way], 1)
    around = np.array([(500.0, n + 9.0), (-100.0, n + 9.0), (-100.0, 0.0)])
    across = np.array([(500.0, n + 9.0), (200.0, n + 9.0), (200.0, -9.0)])
    for end, crossings in ((around, 0), (across, n - 1)):
        ring = np.concatenate([zigzag, end]) @ [[c, s], [-s, c]]
        found = me.check_polygons(me.Polygons(ring, [0, len(ring)]))
        assert len(found.crossings) == crossings
        assert bool(crossings) != shapely.is_simple(shapely.LinearRing(ring))


@pytest.mark.parametrize("scale", [1e-300, 1e-3, 1.0, 1e60])
def test_rings_of_many_vertices_as_shapely_says(scale):
    rng = np.random.default_rng(8)
    found, wanted = [], []
    for _ in range(60):
        n = int(rng.integers(49, 300))
        angle = np.sort(rng.random(n)) * 2 * np.pi
        radius = 1 + rng.choice([0.0, 0.1]) * rng.normal(size=n)
        ring = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], 1)
        if rng.random() < 0.5:
            k = int(rng.integers(n - 1))
            ring[[k, k + 1]] = ring[[k + 1, k]]
        grid = np.round(ring * 64) if rng.random() < 0.3 else ring * 64
        checks = me.check_polygons(me.Polygons(grid * scale, [0, n]))
        found.append(not {p.kind for p in checks.problems()} & {"crossing", "spike"})
        wanted.append(bool(shapely.is_simple(shapely.LinearRing(grid))))
    if scale != 1e-300:  # where products underflow, only that it ends is promised
        assert found == wanted
        assert 5 < sum(found) < 55


def test_all_edges_start_at_one_place():
    """A fan of spikes along x: every left end is the same."""
    n = 60
    ring = [xy for k in range(n) for xy in ((0.0, 2.0 * k), (5.0, 2.0 * k + 1))]
    checks = me.check_polygons(me.Polygons(ring, [0, 2 * n]))
    # the closing edge, from (5, 119) to (0, 0), runs through all but its two neighbours
    assert checks.crossings.tolist() == [[0, k, 2 * n - 1] for k in range(1, 2 * n - 2)]
    huge = me.check_polygons(me.Polygons(np.array(ring) * 1e306, [0, 2 * n]))
    assert huge.vertices.tolist() == [2 * n]


def test_no_polygons():
    checks = me.check_polygons(me.Polygons.from_coco([]))
    assert checks.area.shape == (0,)
    assert checks.problems() == []
