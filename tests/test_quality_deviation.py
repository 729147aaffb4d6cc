"""Deviation of polygons from masks: geometry by hand, Shapely, NumPy.

Covers: maskengine.quality.deviation; row F20 of the features of quality.
Run: pytest tests/test_quality_deviation.py
"""

import numpy as np
import pytest

import maskengine as me
from maskengine.quality import deviation
from maskengine.testing import oracles
from maskengine.testing import polygons as shapes
from shapes import circle

SAGITTA = 100 * (1 - np.cos(np.pi / 32))  # 0.4815, of a 32-gon in a circle of radius 100
AREA_RATIO = 32 * np.sin(2 * np.pi / 32) / (2 * np.pi)  # 0.993587


def test_f20_a_disc_and_its_inscribed_32_gon():
    found = deviation(circle(32), circle(20_000))
    assert found.max == pytest.approx(SAGITTA, abs=5e-5)
    assert found.mean == pytest.approx(SAGITTA * 2 / 3, rel=0.01)
    assert found.area_ratio == pytest.approx(0.993587, abs=5e-7)
    assert found.area_ratio == pytest.approx(AREA_RATIO, abs=1e-7)
    assert np.isnan(found.iou).all()
    assert found.within(0.5).all()
    assert not found.within(0.48).any()
    assert not deviation(circle(31), circle(20_000)).within(0.5).any()


def test_f20_of_a_mask_in_millimetres():
    """The outline of the mask is within 0.71 pixels of the circle, which are 0.04 mm."""
    radius = 100 / 0.05
    y, x = np.ogrid[:4010, :4010]
    mask = (y + 0.5 - 2005) ** 2 + (x + 0.5 - 2005) ** 2 < radius**2
    found = deviation(circle(32, radius, (2005, 2005)), mask, spacing=0.05, step=1)
    assert found.max == pytest.approx(SAGITTA, abs=0.05 * 0.75)
    assert found.area_ratio == pytest.approx(AREA_RATIO, abs=1e-5)
    assert found.iou == pytest.approx(AREA_RATIO, abs=1e-4)  # it lies inside
    assert found.within(0.53).all()


@pytest.mark.parametrize(("box", "wanted"), [([5, 6, 20, 10], 4), ([7, 4, 18, 10], 1)])
def test_pixels_need_not_be_square(box, wanted):
    """Rows are 2 apart and columns 0.5: two pixels down are 4, two to the side 1."""
    mask = np.zeros((20, 30), bool)
    mask[4:14, 5:25] = True
    found = deviation(me.Polygons.from_boxes([box]), mask, spacing=(2, 0.5))
    assert found.max.tolist() == [wanted]


def test_as_shapely_says():
    shapely = pytest.importorskip("shapely", reason="shapely is not installed")
    rng = np.random.default_rng(9)
    drawn = [rng.random((6, 2)) * 20 for _ in range(100)]
    wanted = [rng.random((7, 2)) * 20 for _ in range(100)]
    found = deviation(
        me.Polygons.concatenate([me.Polygons(ring, [0, 6]) for ring in drawn]),
        me.Polygons.concatenate([me.Polygons(ring, [0, 7]) for ring in wanted]),
        spacing=(3, 2),
        step=0.02,
    )
    for i, (ours, theirs) in enumerate(zip(drawn, wanted, strict=True)):
        a, b = (shapely.LinearRing(ring * (2, 3)) for ring in (ours, theirs))
        most = shapely.hausdorff_distance(a, b, densify=0.001)
        assert found.max[i] == pytest.approx(most, abs=0.08)


def test_area_and_overlap_by_pixels():
    rng = np.random.default_rng(8)
    size = (30, 40)
    masks = rng.random((50, *size)) < 0.5
    rings = [shapes.ring(rng, size) for _ in range(50)]
    polygons = shapes.from_rings(rings, np.arange(51), None)
    found = deviation(polygons, masks)
    drawn = np.array(oracles.decode(me.rasterize(polygons, size))) > 0
    both = (drawn & masks).sum(axis=(1, 2))
    assert found.iou.tolist() == (both / (drawn | masks).sum(axis=(1, 2))).tolist()
    pixels = masks.sum(axis=(1, 2))
    for i, ring in enumerate(rings):
        x, y = np.reshape(ring, (-1, 2)).T
        enclosed = abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2
        assert found.area_ratio[i] == pytest.approx(enclosed / pixels[i])


def test_holes_take_area_away():
    frame = np.ones((9, 9), bool)
    frame[3:6, 3:6] = False
    outline = me.polygonize(frame)
    found = deviation(outline, frame)
    assert (found.max, found.area_ratio, found.iou) == (0, 1, 1)
    coords = np.concatenate([outline.coords[:4], outline.coords[:3:-1]])  # the hole the other way
    assert deviation(me.Polygons(coords, [0, 4, 8], [0, 2]), frame).area_ratio == 1


def test_empty_sides():
    box = [[[0, 0, 4, 0, 4, 4, 0, 4]]]
    polygons = me.Polygons.from_coco([[], *box, [], *box])
    masks = np.zeros((4, 5, 6), bool)
    masks[2:, :4, :4] = True
    found = deviation(polygons, masks)
    assert found.status == ("both_empty", "ref_empty", "pred_empty", "ok")
    assert found.max.tolist() == found.p95.tolist() == [0, np.inf, np.inf, 0]
    assert found.iou.tolist() == [1, 0, 0, 1]
    np.testing.assert_array_equal(found.area_ratio, [np.nan, np.inf, 0, 1])
    assert found.within(1).tolist() == [True, False, False, True]
    none = deviation(me.Polygons.from_coco([]), me.Masks.from_coco([]))
    assert none.max.shape == none.iou.shape == (0,)


@pytest.mark.parametrize(
    ("change", "parameter"),
    [
        ({"polygons": [[0, 0, 1, 1]]}, "polygons"),
        ({"reference": np.zeros((2, 4, 4), bool)}, "reference"),
        ({"reference": "mask"}, "reference"),
        ({"spacing": 0}, "spacing"),
        ({"spacing": (1, 2, 3)}, "spacing"),
        ({"step": 0}, "step"),
        ({"step": "wide"}, "step"),
    ],
)
def test_refused(change, parameter):
    good = {"polygons": me.Polygons.from_boxes([0, 0, 3, 3]), "reference": np.ones((4, 4), bool)}
    deviation(**good)
    with pytest.raises(me.MaskError) as caught:
        deviation(**{**good, **change})
    assert caught.value.parameter == parameter


@pytest.mark.parametrize("tolerance", [-1, np.nan, "near", None])
def test_a_tolerance_is_a_distance(tolerance):
    found = deviation(me.Polygons.from_boxes([0, 0, 3, 3]), np.ones((4, 4), bool))
    with pytest.raises(me.MaskError, match="0 or more"):
        found.within(tolerance)
