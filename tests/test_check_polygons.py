"""check_polygons: hand-drawn literals, and shapely.

Covers: check_polygons. Compares against: literals, shapely's is_simple, length and area.
"""

import numpy as np
import pytest
import shapely

import maskengine as me
from maskengine.testing import polygons as shapes
from shapes import circle


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


def square(x, y, side):
    return [(x, y), (x + side, y), (x + side, y + side), (x, y + side)]


def item(*polygons):
    """Build one item from polygons, each an exterior and its holes."""
    rings = [ring for polygon in polygons for ring in polygon]
    parts = np.cumsum([0, *map(len, polygons)])
    return me.Polygons(
        np.concatenate([np.array(ring, float) for ring in rings]),
        np.cumsum([0, *map(len, rings)]),
        parts,
        [0, len(polygons)],
    )


@pytest.mark.parametrize(
    ("polygons", "wanted"),
    [
        # the hole's top edge leaves by the right edge, and its bottom edge too
        (
            [[square(0, 0, 8), square(6, 2, 4)]],
            [("rings cross", 0, 1, 1, (8, 2)), ("rings cross", 0, 1, 1, (8, 6))],
        ),
        ([[square(0, 0, 8), square(20, 2, 4)]], [("outside", 1, 0, 0, (20, 2))]),
        (
            [[square(0, 0, 9), square(1, 1, 7), square(3, 3, 2)]],
            [("nested", 2, 0, 1, (3, 3))],
        ),
        ([[square(0, 0, 9)], [square(3, 3, 2)]], [("nested", 1, 0, 0, (3, 3))]),
        ([[square(0, 0, 9), square(2, 2, 5)], [square(3, 3, 2)]], []),
        # corner to corner: once is a touch, also of two polygons; twice cuts off a part
        ([[square(0, 0, 4)], [square(4, 4, 4)]], []),
        ([[square(0, 0, 9), [(0, 0), (3, 1), (1, 3)]]], []),
        (
            [[square(0, 0, 9), [(0, 0), (9, 9), (3, 6)]]],
            [("disconnected", 1, 1, -1, (9, 9))],
        ),
        # through one point of the exterior, from inside to outside
        (
            [[square(0, 0, 8), [(8, 2), (12, 4), (8, 6), (4, 4)]]],
            [("rings cross", 0, 1, 1, (8, 2)), ("rings cross", 0, 1, 1, (8, 6))],
        ),
    ],
)
def test_rings_of_an_item(polygons, wanted):
    checks = me.check_polygons(item(*polygons))
    found = [(p.kind, p.ring, p.vertex, p.other, p.place) for p in checks.problems()]
    assert found == wanted
    assert checks.valid.tolist() == [not wanted]
    made = shapely.MultiPolygon([(rings[0], rings[1:]) for rings in polygons])
    assert shapely.is_valid(made) == (not wanted)


def test_a_stretch_in_common():
    checks = me.check_polygons(item([square(0, 0, 8), square(6, 2, 2)]))
    # the hole's right edge is on the exterior's
    assert [0, 0, 1, 1, 1] in checks.conflicts.tolist()
    assert not checks.valid.any()


def random_item(rng):
    """Draw up to three polygons with up to three holes each, many of them valid."""
    side = int(rng.integers(3, 12))
    drawn = rng.choice(["wild", "star", "grid star", "square"], p=[0.05, 0.3, 0.35, 0.3])

    def ring(x, y, w):
        if drawn == "square":
            return square(round(x), round(y), int(rng.integers(1, 2 + int(w))))
        points = rng.random((int(rng.integers(3, 7)), 2)) * w + (x, y)
        points = points if drawn == "star" else np.round(points)
        if drawn != "wild":
            points = points[np.argsort(np.arctan2(*(points - points.mean(axis=0) - 1e-3).T))]
        return points.tolist()

    polygons = []
    for _ in range(rng.choice([1, 1, 1, 2, 3])):
        x, y = rng.integers(0, side, 2)
        rings = [ring(x, y, side) if rng.random() < 0.4 else square(x, y, side)]
        for _ in range(rng.integers(0, 4)):
            dx, dy, w = rng.random(3) * side * (0.7, 0.7, 0.6)
            rings.append(ring(x + dx, y + dy, w + 1))
        polygons.append(rings)
    return polygons


def test_the_verdict_is_shapelys():
    rng = np.random.default_rng(21)
    drawn = [random_item(rng) for _ in range(10_000)]
    batch = me.Polygons.concatenate([item(*polygons) for polygons in drawn])
    made = [
        shapely.MultiPolygon([shapely.Polygon(rings[0], rings[1:]) for rings in polygons])
        for polygons in drawn
    ]
    valid = shapely.is_valid(np.array(made))
    assert np.array_equal(me.check_polygons(batch).valid, valid)
    assert 1000 < valid.sum() < 9000
    reasons = {reason.split("[")[0] for reason in shapely.is_valid_reason(np.array(made))}
    assert reasons >= {
        "Self-intersection",
        "Ring Self-intersection",
        "Hole lies outside shell",
        "Nested shells",
        "Holes are nested",
        "Interior is disconnected",
    }


def test_a_star_of_20000_vertices():
    """Each edge crosses nearly all others: 10^8 crossings and more."""
    n = 20_001
    angle = 2 * np.pi * np.arange(n) * (n // 2) / n
    star = 1000 * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    checks = me.check_polygons(me.Polygons(star, [0, n]), max_crossings=50)
    assert len(checks.crossings) == 50
    assert not checks.finished.any()
    assert not checks.valid.any()
    two = item([star.tolist(), (star[::-1] * 0.9).tolist()])
    checks = me.check_polygons(two, max_crossings=50)
    assert len(checks.conflicts) == 50
    assert not checks.finished.any()


def test_a_search_ends_after_so_many_pairs():
    """Triangles around one point: each touches all others, and nothing is wrong."""
    n = 300
    angle = 2 * np.pi * np.arange(2 * n) / (2 * n)
    rim = 9 * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    fan = item(*([[(0.0, 0.0), rim[2 * k], rim[2 * k + 1]]] for k in range(n)))
    whole = me.check_polygons(fan)
    assert whole.valid.all()
    assert whole.finished.all()
    few = me.check_polygons(fan, max_pairs=1000)
    assert not few.finished.any()
    assert not few.valid.any()
    assert few.problems() == []


def test_many_parts_with_holes():
    """Squares in a grid, each with a hole and an island in the hole; then one hole moved out."""
    parts = []
    for x in range(0, 200, 10):
        for y in range(0, 200, 10):
            parts += [[square(x, y, 9), square(x + 2, y + 2, 5)], [square(x + 3, y + 3, 2)]]
    assert me.check_polygons(item(*parts)).valid.all()
    parts[400][1] = square(300, 300, 2)
    found = me.check_polygons(item(*parts)).problems()
    # its island now lies in its exterior
    assert [p.kind for p in found] == ["outside", "nested"]


def test_a_disc_and_its_inscribed_32_gon():
    """The sagitta is 100 (1 - cos(pi / 32)) = 0.4815; on average two thirds of it, nearly."""
    checks = me.check_polygons(circle(32))
    ((most, within, mean),) = checks.deviation(circle(20_000))
    assert most == pytest.approx(0.4815, abs=5e-5)
    assert mean == pytest.approx(0.4815 * 2 / 3, rel=0.01)
    # a parabola: 1 - t^2 of the sagitta, so 5 % of the length is above 1 - 0.05^2
    assert within == pytest.approx(0.4815 * (1 - 0.05**2), rel=0.002)
    assert most <= 0.5 < me.check_polygons(circle(31)).deviation(circle(20_000))[0, 0]


def test_deviation_from_the_outline_of_a_mask():
    mask = np.zeros((20, 30), bool)
    mask[4:14, 5:25] = True
    checks = me.check_polygons(me.Polygons.from_boxes([[5, 4, 20, 10], [5, 4, 20, 13]]))
    outlines = me.polygonize(np.stack([mask, mask]))
    assert checks.deviation(outlines)[:, 0].tolist() == [0, 3]


def test_deviation_as_shapely_says():
    rng = np.random.default_rng(4)
    pairs = [(shapes.ring(rng, (20, 20)), shapes.ring(rng, (20, 20))) for _ in range(300)]
    ours, theirs = (
        me.Polygons.concatenate(
            [me.Polygons(np.reshape(p[k], (-1, 2)), [0, len(p[k]) // 2]) for p in pairs]
        )
        for k in range(2)
    )
    found = me.check_polygons(ours).deviation(theirs, step=0.02)[:, 0]
    made = [[shapely.LinearRing(np.reshape(ring, (-1, 2))) for ring in pair] for pair in pairs]
    wanted = np.array([shapely.hausdorff_distance(a, b, densify=0.001) for a, b in made])
    told = ~np.isnan(wanted)  # shapely tells nothing of edges without length
    assert np.count_nonzero(told) > 280
    assert found[told] == pytest.approx(wanted[told], abs=0.03)


def test_deviation_by_all_pairs():
    rng = np.random.default_rng(6)
    for _ in range(30):
        a, b = (rng.random((int(rng.integers(3, 40)), 2)) * rng.choice([1, 50], 2) for _ in "ab")
        b = b + rng.choice([0, 500]) * rng.random(2)
        step = 0.5
        distances, lengths = [], []
        for ring, other in ((a, b), (b, a)):
            for p, q in zip(ring, np.roll(ring, -1, axis=0), strict=True):
                n = max(int(np.ceil(np.hypot(*(q - p)) / step)), 1)
                for k in range(n + 1):
                    at, d = p + k / n * (q - p), np.roll(other, -1, axis=0) - other
                    along = np.clip(((at - other) * d).sum(1) / (d * d).sum(1), 0, 1)
                    off = at - other - along[:, None] * d
                    distances.append(np.hypot(*off.T).min())
                    lengths.append(np.hypot(*(q - p)) / n * (0.5 if k in {0, n} else 1))
        order = np.argsort(distances)
        share = np.cumsum(np.array(lengths)[order]) / np.sum(lengths)
        batch = [me.Polygons(ring, [0, len(ring)]) for ring in (a, b)]
        ((most, within, mean),) = me.check_polygons(batch[0]).deviation(batch[1], step=step)
        assert most == pytest.approx(max(distances), abs=1e-9)
        assert mean == pytest.approx(np.average(distances, weights=lengths), rel=0.01)
        below = np.array(distances)[order][np.searchsorted(share, [0.93, 0.97])]
        assert below[0] - 1e-9 <= within <= below[1] + 1e-9


def test_deviation_of_nothing():
    nothing = me.Polygons(np.zeros((0, 2)), [0], [0], [0, 0])
    assert me.check_polygons(nothing).deviation(nothing).tolist() == [[0, 0, 0]]
    assert np.isinf(me.check_polygons(nothing).deviation(circle(5))).all()
    assert np.isinf(me.check_polygons(circle(5)).deviation(nothing)).all()
