"""Vertex density and the rules of classes: geometry by hand, NumPy ring by ring.

Covers: maskengine.quality.vertex_density, DensityReport.check, DensityRule, needed_density; rows
F22 and F23 of the features of quality. Run: pytest tests/test_quality_density.py
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import maskengine as me
from maskengine.quality import DensityRule, needed_density, vertex_density

SQUARE = me.Polygons.from_boxes([0, 0, 100, 100])


def ring(*points):
    return me.Polygons(np.array(points, float), [0, len(points)])


def on_circle(angles, radius=100.0):
    return ring(*(radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)))


def regular(n, radius=100.0):
    return on_circle(2 * np.pi * np.arange(n) / n, radius)


def rounded(width, height, radius, steps):
    """Give a box with quarters of a circle, of so many edges each, for corners."""
    quarter = np.pi / 2 * np.arange(steps + 1) / steps
    corners = [(width, height, 0), (0, height, 1), (0, 0, 2), (width, 0, 3)]
    points = [
        np.stack([x + radius * np.cos(a), y + radius * np.sin(a)], axis=1)
        for x, y, k in corners
        for a in [quarter + k * np.pi / 2]
    ]
    return ring(*np.concatenate(points))


def test_f22_needed_density():
    assert needed_density(100, 0.5) == pytest.approx(5.093, abs=5e-4)
    assert needed_density(100, 0.5) == pytest.approx(100 / np.sqrt(8 * 100 * 0.5), rel=0.03)
    radii = np.array([1, 3, 10, 77.7, 1000, 1e6])
    for tolerance in (0.1, 0.5, 2.0):
        n = np.rint(needed_density(radii, tolerance) * 2 * np.pi * radii / 100)
        assert (n >= 3).all()
        assert (radii * (1 - np.cos(np.pi / n)) <= tolerance * (1 + 1e-9)).all()
        fewer = radii * (1 - np.cos(np.pi / np.maximum(n - 1, 2)))
        assert (fewer > tolerance)[n > 3].all()
    assert np.isinf(needed_density(5, 0))


@pytest.mark.parametrize(
    ("radius", "tolerance", "vertices"),
    [  # ceil(pi / acos(1 - t / r)) by mpmath with 60 digits; 1 - t / r has lost most of t / r
        (1e7, 1e-3, 222145),
        (1e8, 1e-6, 22214415),
        (1e10, 1e-6, 222144147),
        (6e8, 1.25e-4, 4866935),
    ],
)
def test_f22_needed_density_of_very_flat_curves(radius, tolerance, vertices):
    expected = 100 * vertices / (2 * np.pi * radius)
    assert needed_density(radius, tolerance) == pytest.approx(expected, rel=1e-9)


def test_f22_report_of_a_disc():
    report = vertex_density(regular(32), regular(20_000))
    assert report.checks.vertices.tolist() == [32]
    edge = 2 * 100 * np.sin(np.pi / 32)
    assert edge == pytest.approx(19.603, abs=5e-4)
    for found in (report.shortest, report.median, report.longest):
        assert found == pytest.approx([edge])
    assert report.density == pytest.approx([100 / edge])
    assert report.deviation.max == pytest.approx(0.4815, abs=5e-5)
    assert report.deviation.area_ratio == pytest.approx(0.993587, abs=5e-7)
    assert report.redundant.tolist() == [0]
    assert vertex_density(SQUARE).deviation is None


def test_f22_vertices_that_can_go():
    # two on a line, one repeated, one that closes the ring, one 0.4 off the line
    points = [(0, 0), (30, 0), (60, 0), (60, 0), (100, 0), (100, 50), (50, 50.4), (0, 50), (0, 0)]
    report = vertex_density(ring(*points))
    assert report.redundant.tolist() == [4]
    assert report.removable.tolist() == [5]
    assert vertex_density(ring(*points), tolerance=0.3).removable.tolist() == [4]
    # there and back is no redundant vertex
    assert vertex_density(ring((0, 0), (9, 0), (4, 0), (4, 5))).redundant.tolist() == [0]


def test_f23_a_square():
    report = vertex_density(SQUARE)
    assert report.density.tolist() == [1.0]
    broken = report.check(DensityRule(least=2.0))
    assert broken.passed.tolist() == [False]
    assert broken.arcs.tolist() == [[0, 0], [0, 1], [0, 2], [0, 3]]
    assert broken.items.tolist() == [0] * 4
    assert broken.lengths.tolist() == [100] * 4
    assert broken.bounds.tolist() == [50] * 4
    good = report.check(DensityRule(least=2.0, straight_ok=True))
    assert good.passed.tolist() == [True]
    assert good.arcs.shape == (0, 2)
    assert report.check(DensityRule(least=1.0)).passed.all()


def test_f23_by_class():
    batch = me.Polygons.from_boxes([[0, 0, 100, 40], [0, 0, 100, 40], [5, 5, 20, 20], [0, 0, 9, 9]])
    rules = {
        1: DensityRule(least=2.0),
        4: DensityRule(least=2.0, straight_ok=True),
        9: DensityRule(most=5.0),
    }
    found = vertex_density(batch).check(rules, [1, 4, 9, 9])
    assert found.passed.tolist() == [False, True, True, False]
    assert found.arcs.tolist() == [[0, 1], [0, 3], [3, 0], [3, 1], [3, 2], [3, 3]]
    assert found.bounds.tolist() == [50, 50, 20, 20, 20, 20]
    assert found.lengths.tolist() == [100, 100, 9, 9, 9, 9]
    assert vertex_density(batch).check(rules, [2, 2, 2, 2]).passed.all()


def test_f23_curves_are_judged_by_their_sagitta():
    rule = {"least": 5.2, "straight_ok": True}  # edges to 19.23; those of the 32-gon are 19.6
    report = vertex_density(regular(32))
    assert len(report.check(DensityRule(least=5.2)).arcs) == 32
    assert report.check(DensityRule(**rule, tolerance=0.482)).passed.all()
    assert len(report.check(DensityRule(**rule, tolerance=0.481)).arcs) == 32
    # turns of 30 degrees: part of a curve at 60, corners at 29
    coarse = vertex_density(regular(12))
    assert len(coarse.check(DensityRule(**rule)).arcs) == 12
    assert coarse.check(DensityRule(**rule, corner=29)).passed.all()


def test_f23_round_ends_do_not_make_straight_edges_fail():
    box = rounded(200, 80, 10, 8)
    report = vertex_density(box)
    assert len(report.check(DensityRule(least=2.0)).arcs) == 4
    assert report.check(DensityRule(least=2.0, straight_ok=True)).passed.all()
    # the arc of a D fails, its straight side passes
    half = np.pi * np.arange(7) / 6
    found = vertex_density(on_circle(half)).check(DensityRule(least=2.0, straight_ok=True))
    assert found.arcs.tolist() == [[0, k] for k in range(6)]


@given(st.lists(st.floats(10, 35), min_size=30, max_size=30), st.floats(20, 500))
def test_f23_sagitta_of_uneven_edges_on_a_circle(gaps, radius):
    """The arc of an edge is known to within a few per cent from the turns around it."""
    total = np.cumsum([0, *gaps])
    gaps = np.array(gaps)[: int((total <= 350).sum()) - 1]
    angles = np.radians(np.cumsum([0, *gaps]))
    gaps = np.diff(np.degrees(angles), append=360)
    polygons = on_circle(angles, radius)
    report = vertex_density(polygons)
    sagitta = radius * (1 - np.cos(np.radians(gaps) / 2))
    for share, fails in ((0.93, True), (1.07, False)):
        for k in np.flatnonzero((gaps > 10) & (gaps < 35)):
            rule = DensityRule(least=1e9, straight_ok=True, tolerance=share * sagitta[k], corner=90)
            assert (k in report.check(rule).arcs[:, 1].tolist()) == fails


@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=3, max_size=9),
        min_size=1,
        max_size=4,
    )
)
def test_edges_as_numpy_says(rings):
    polygons = me.Polygons(
        np.concatenate(rings).astype(float),
        np.cumsum([0, *map(len, rings)]),
        [0, len(rings)],
    )
    report = vertex_density(polygons)
    for r, points in enumerate(rings):
        step = np.diff(np.array([*points, points[0]], float), axis=0)
        length = np.hypot(*step.T)
        starts = np.flatnonzero(length > 0)
        length = length[starts]
        if len(length) == 0:
            assert np.isnan([report.shortest[r], report.median[r], report.longest[r]]).all()
            continue
        assert report.shortest[r] == length.min()
        assert report.median[r] == pytest.approx(np.median(length), rel=1e-15)
        assert report.longest[r] == length.max()
        # the edge starts at the first of vertices that repeat each other
        found = report.check(DensityRule(most=1e-9))
        mine = found.arcs[:, 0] == r
        assert sorted(found.lengths[mine]) == sorted(length)
        places = np.array(points, float)[found.arcs[mine, 1]]
        assert sorted(map(tuple, places)) == sorted(map(tuple, np.array(points, float)[starts]))


def test_no_polygons():
    report = vertex_density(me.Polygons.from_coco([]), me.Masks.from_coco([]))
    assert report.density.shape == report.median.shape == report.removable.shape == (0,)
    assert report.check(DensityRule(least=1)).passed.shape == (0,)
    empty = vertex_density(me.Polygons.from_coco([[]]))
    assert empty.check(DensityRule(least=1)).passed.tolist() == [True]


@pytest.mark.parametrize(
    ("values", "parameter"),
    [
        ({"least": -1}, "least"),
        ({"most": np.nan}, "most"),
        ({"least": 3, "most": 2}, "least"),
        ({"tolerance": "near"}, "tolerance"),
        ({"corner": -5}, "corner"),
    ],
)
def test_rules_that_are_none(values, parameter):
    with pytest.raises(me.MaskError) as caught:
        DensityRule(**values)
    assert caught.value.parameter == parameter


@pytest.mark.parametrize(
    ("arguments", "parameter"),
    [
        ((2.0,), "rules"),
        (({1: 2.0}, [1]), "rules"),
        ((DensityRule(), [1]), "classes"),
        (({1: DensityRule()},), "classes"),
        (({1: DensityRule()}, [1, 2]), "classes"),
        (({1: DensityRule()}, [0.5]), "classes"),
    ],
)
def test_refused_checks(arguments, parameter):
    with pytest.raises(me.MaskError) as caught:
        vertex_density(SQUARE).check(*arguments)
    assert caught.value.parameter == parameter


def test_refused():
    for call, parameter in (
        (lambda: vertex_density([[0, 0, 1, 1]]), "polygons"),
        (lambda: vertex_density(SQUARE, tolerance=-1), "tolerance"),
        (lambda: vertex_density(SQUARE, np.ones((2, 4, 4), bool)), "reference"),
        (lambda: needed_density(0), "radius"),
        (lambda: needed_density("wide"), "radius"),
        (lambda: needed_density(5, np.nan), "tolerance"),
    ):
        with pytest.raises(me.MaskError) as caught:
            call()
        assert caught.value.parameter == parameter
