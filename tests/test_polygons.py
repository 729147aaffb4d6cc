"""Polygons: the value, what it takes and what it refuses.

Covers: construction, from_coco, boxes, ragged arrays, shapely, indexing, storage.
"""

import pickle

import numpy as np
import pytest
from hypothesis import given

import maskengine as me
from maskengine.testing import polygons as shapes

NESTED = [[[0.0, 0.0, 4.0, 0.0, 4.0, 3.0]], [], [[1.0, 1, 3, 1, 2, 2], [5.5, 5, 8, 5, 6, 9, 5, 6]]]


def test_columns_of_nested_lists():
    polygons = me.Polygons.from_coco(NESTED)
    assert polygons.ring_offsets.tolist() == [0, 3, 6, 10]
    assert polygons.polygon_offsets.tolist() == [0, 1, 2, 3]
    assert polygons.item_offsets.tolist() == [0, 1, 1, 3]
    assert polygons.coords[6].tolist() == [5.5, 5.0]
    assert polygons.to_coco() == NESTED
    assert repr(polygons) == "Polygons(3 items, 3 rings, 10 vertices)"


@pytest.mark.parametrize(
    "one",
    [
        [[0, 0, 4, 0, 4, 3]],
        [(0, 0, 4, 0, 4, 3)],
        ([0.0, 0, 4, 0, np.float32(4), np.int16(3)],),
        [np.array([0, 0, 4, 0, 4, 3], np.int32)],
        [np.array([[0, 0], [4, 0], [4, 3]], np.float32)],
        [[[0, 0, 4, 0, 4, 3]]],
        [[np.array([[0, 4, 4], [0, 0, 3]]).T]],
    ],
)
def test_forms_of_one_annotation(one):
    assert me.Polygons.from_coco(one).to_coco() == [[[0.0, 0.0, 4.0, 0.0, 4.0, 3.0]]]


GOOD = [[0, 0, 4, 0, 4, 3]]


@pytest.mark.parametrize(
    ("bad", "place", "text"),
    [
        ([0, 0, 1, 1, 2], "ring 1", "pairs x, y, got 5"),
        ([0, 0, 1, 1], "ring 1", "at least 3 vertices, got 2"),
        ([], "ring 1", "at least 3 vertices, got 0"),
        ([0, 0, 1, 1, 2, float("nan")], "ring 1", "finite coordinates, got nan as y of vertex 2"),
        ([0, 0, float("-inf"), 1, 2, 3], "ring 1", "finite coordinates, got -inf as x of vertex 1"),
        ([0, 0, 1, "1", 2, 3], "ring 1", "number at position 3, got str"),
        ([0, 0, 1, None, 2, 3], "ring 1", "number at position 3, got NoneType"),
        ([0, 0, 1, True, 2, 3], "ring 1", "number at position 3, got bool"),
        ([0, 0, 1, 10**400, 2, 3], "ring 1", "number at position 3, got an integer too large"),
        ([0, 0, 1, 1j, 2, 3], "ring 1", "number at position 3, got complex"),
        ("0 0 1 1 2 2", "ring 1", "flat list of numbers, got str"),
        ({"x": 1}, "ring 1", "flat list of numbers, got dict"),
        (np.zeros((3, 3)), "ring 1", "shape"),
        (np.array(["1"] * 6), "ring 1", "array of <U1"),
    ],
)
def test_what_is_no_ring(bad, place, text):
    with pytest.raises(me.BadPolygon) as caught:
        me.Polygons.from_coco([GOOD, [GOOD[0], bad]])
    assert str(caught.value).startswith(f"polygons[1]: {place}: ")
    assert text in str(caught.value)
    assert caught.value.index == 1


def test_what_is_no_batch():
    for bad in ("text", 3, None, {"segmentation": GOOD}, np.zeros((3, 2))):
        with pytest.raises(me.MaskTypeError, match="polygons: expected a list of items"):
            me.Polygons.from_coco(bad)
    with pytest.raises(me.BadPolygon, match=r"polygons\[1\]: expected a list of rings"):
        me.Polygons.from_coco([GOOD, {"size": [1, 1], "counts": "0"}])


def test_a_list_that_shrinks_while_it_is_read():
    ring = [0, 0, 4, 0, 4, 3, 9, 9]

    class Odd(float):
        def __float__(self):
            del ring[6:]
            return 4.0

    class Number:
        def __float__(self):
            ring.clear()
            return 1.0

    ring[2] = Odd(4)
    me.Polygons.from_coco([[ring]])
    ring[:] = [0, 0, Number(), 0, 4, 3]
    with pytest.raises(me.BadPolygon):
        me.Polygons.from_coco([[ring]])


@pytest.mark.parametrize(
    ("columns", "text"),
    [
        (([(0, 0), (4, 0), (4, 3)], [0, 4]), "ring_offsets: expected offsets in [0, 3]"),
        (([(0, 0), (4, 0), (4, 3)], [-1, 3]), "ring_offsets: expected offsets in"),
        (([(0, 0), (4, 0), (4, 3)], [3, 0]), "ring_offsets[0]: expected offsets that do not"),
        (([(0, 0), (4, 0), (4, 3)], []), "ring_offsets: expected at least one offset"),
        (([(0, 0), (4, 0), (4, 3)], [0, 3], [0, 2]), "polygon_offsets: expected offsets in"),
        (([(0, 0), (4, 0), (4, 3)], [0, 3], None, [0, 2]), "item_offsets: expected offsets in"),
        (([(0, 0), (4, 0), (4, 3)], [0, 2, 3]), "polygons[0]: ring 0: expected at least 3"),
        (([(0, 0), (4, np.inf), (4, 3)], [0, 3]), "polygons[0]: ring 0: expected finite"),
        (([(0, 0, 0)], [0, 1]), "coords: expected shape (n, 2)"),
        (([("a", "b")], [0, 1]), "coords: expected numbers"),
        (([(0, 0), (1,)], [0, 1]), "coords: expected rows of equal length"),
        (([(0, 0), (4, 0), (4, 3)], [0.0, 3.0]), "ring_offsets: expected integers"),
    ],
)
def test_columns_that_are_no_batch(columns, text):
    with pytest.raises(me.MaskError) as caught:
        me.Polygons(*columns)
    assert text in str(caught.value)


def test_coords_are_not_copied_and_cannot_be_written():
    coords = np.array([(0.0, 0), (4, 0), (4, 3)])
    assert not np.shares_memory(me.Polygons(coords, [0, 3]).coords, coords)
    coords.flags.writeable = False
    polygons = me.Polygons(coords, np.array([0, 3], np.int32))
    assert np.shares_memory(polygons.coords, coords)
    assert np.shares_memory(polygons[0].coords, coords)
    with pytest.raises(ValueError, match="read-only"):
        polygons.coords[0] = 1


def test_boxes():
    wanted = [[1.0, 2, 1, 6, 4, 6, 4, 2]]
    assert me.Polygons.from_boxes([1, 2, 3, 4]).to_coco() == [wanted]
    assert me.Polygons.from_boxes([[1, 2, 4, 6]], format="xyxy").to_coco() == [wanted]
    assert len(me.Polygons.from_boxes([])) == 0
    with pytest.raises(me.ShapeMismatch, match="boxes: expected shape"):
        me.Polygons.from_boxes([1, 2, 3])
    with pytest.raises(me.MaskError, match="format: expected 'xywh' or 'xyxy'"):
        me.Polygons.from_boxes([1, 2, 3, 4], format="cxcywh")
    with pytest.raises(me.BadPolygon, match=r"polygons\[1\]: .*finite"):
        me.Polygons.from_boxes([[0, 0, 1, 1], [1e308, 0, 1e308, 1]])


def test_holes_do_not_fit_into_coco():
    coords = [(0, 0), (9, 0), (9, 9), (1, 1), (2, 1), (2, 2)]
    with pytest.raises(me.MaskError, match=r"polygons\[0\]: polygon 0 has 1 holes"):
        me.Polygons(coords, [0, 3, 6], [0, 2]).to_coco()


@given(shapes.polygons())
def test_sequence(drawn):
    batch, _ = drawn
    n = len(batch)
    items = list(batch)
    assert len(items) == n
    assert me.Polygons.concatenate(items) == batch
    assert batch[::-1][::-1] == batch
    assert batch[np.arange(n)] == batch
    assert batch[np.ones(n, bool)] == batch
    assert [len(batch[i:]) for i in range(n)] == list(range(n, 0, -1))
    again = pickle.loads(pickle.dumps(batch))
    assert again == batch
    assert hash(again) == hash(batch)
    assert me.Polygons.from_ragged(*batch.to_ragged()) == batch
    for item, again in zip(items, shapes.rings_of(batch), strict=True):
        assert shapes.rings_of(item) == [again]


def test_index_errors():
    batch = me.Polygons.from_coco(NESTED)
    for key in (3, -4, [5], [True], 1.5, "0"):
        with pytest.raises((IndexError, me.MaskError)):
            batch[key]
    assert batch[-1] == batch[2]
    assert batch != batch[:2]
    assert batch != "text"
    with pytest.raises(me.ShapeMismatch):
        me.Polygons.from_ragged(batch.coords, [])


def test_shapely_both_ways():
    shapely = pytest.importorskip("shapely", reason="shapely is optional")
    outer = [(0, 0), (9, 0), (9, 9), (0, 9)]
    hole = [(1, 1), (1, 3), (3, 3)]
    far = [(20, 0), (25, 0), (25, 5)]
    geometries = [
        shapely.MultiPolygon([(outer, [hole]), (far, [])]),
        shapely.Polygon(far),
        shapely.Polygon(),
        shapely.MultiPolygon(),
    ]
    polygons = me.Polygons.from_shapely(geometries)
    assert polygons.item_offsets.tolist() == [0, 2, 3, 3, 3]
    assert polygons.polygon_offsets.tolist() == [0, 2, 3, 4]
    assert polygons.ring_offsets.tolist() == [0, 4, 7, 10, 13]
    assert [one.area for one in polygons.to_shapely()] == [81 - 2 + 12.5, 12.5, 0, 0]
    assert me.Polygons.from_shapely(polygons.to_shapely()) == polygons
    ragged = shapely.to_ragged_array(geometries)
    again = me.Polygons.from_ragged(*ragged[1:]).to_shapely()
    assert shapely.equals(again, polygons.to_shapely()).all()
    assert me.Polygons.from_shapely(shapely.Polygon(far)) == polygons[1]
    with pytest.raises(me.MaskTypeError, match=r"geometries\[1\]: expected a Polygon"):
        me.Polygons.from_shapely([geometries[0], shapely.Point(1, 2)])


def test_shapely_in_large_numbers():
    """They are read and made some at a time: those of all kinds, one of them as large as many."""
    shapely = pytest.importorskip("shapely", reason="shapely is optional")
    outer, hole, far = shapely.box(0, 0, 9, 9), shapely.box(2, 2, 3, 4), shapely.box(20, 0, 22, 5)
    kinds = [outer.difference(hole), shapely.Polygon(), shapely.union(outer, far), far]
    angles = np.linspace(0, 2 * np.pi, 100_000, endpoint=False)
    disc = shapely.Polygon(np.stack([np.cos(angles), np.sin(angles)], axis=1))
    geometries = kinds * 9_000 + [disc] + kinds * 9_000
    areas = [79, 0, 91, 10] * 9_000
    made = me.Polygons.from_shapely(geometries).to_shapely()
    assert len(made) == len(geometries) == 72_001
    assert shapely.area(made).tolist() == [*areas, disc.area, *areas]
    assert shapely.get_num_interior_rings(shapely.get_geometry(made[[0, -4]], 0)).tolist() == [1, 1]
    with pytest.raises(me.errors.MaskError) as caught:
        me.Polygons.from_shapely([*geometries[:30_000], shapely.Point(1, 2), None])
    assert caught.value.index == 30_000


@pytest.mark.parametrize("last", [8, 8.5, True, 2**63, "8", None, [8]])
def test_long_lists_are_read_as_numpy_reads_them(last):
    """They are converted some at a time, whatever is among their last values."""
    rows = [[0, 0, 4, 3]] * 200_000 + [[1, 2, 3, last]]
    try:
        expected = np.array(rows)
    except ValueError:
        expected = np.array(None)
    if expected.dtype.kind in "iuf":
        assert me.Polygons.from_boxes(rows) == me.Polygons.from_boxes(expected)
    else:
        with pytest.raises(me.errors.MaskError):
            me.Polygons.from_boxes(rows)
