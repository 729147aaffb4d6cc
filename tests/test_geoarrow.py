"""Polygons <-> GeoArrow and arrays of vertices.

Covers: from_arrow, to_arrow, from_arrays, from_ragged. Compares against: literals, shapely.
"""

import numpy as np
import pyarrow as pa
import pytest
import shapely
from hypothesis import given

import maskengine as me
from maskengine.testing import polygons as shapes

# two items: a square with a hole and a triangle; a triangle
DONUT = [[(0, 0), (9, 0), (9, 9), (0, 9)], [(2, 2), (2, 5), (5, 2)]]
ITEMS = [[DONUT, [[(20, 0), (24, 0), (20, 4)]]], [[[(1, 1), (4, 1), (1, 3)]]]]
WANTED = me.Polygons(
    [xy for item in ITEMS for polygon in item for ring in polygon for xy in ring],
    [0, 4, 7, 10, 13],
    [0, 2, 3, 4],
    [0, 2, 3],
)
XY = pa.struct([("x", pa.float64()), ("y", pa.float64())])
LISTS = {"list": pa.list_, "large_list": pa.large_list}


def closed(ring):
    return [*ring, ring[0]]


def separated(ring):
    return [{"x": float(x), "y": float(y)} for x, y in closed(ring)]


def arrow(items, list_, vertex, of_ring):
    kind = list_(list_(list_(vertex)))
    return pa.array([[[of_ring(r) for r in polygon] for polygon in item] for item in items], kind)


@pytest.mark.parametrize("list_", LISTS.values(), ids=LISTS)
def test_multipolygons(list_):
    pairs = arrow(ITEMS, list_, pa.list_(pa.float64(), 2), closed)
    structs = arrow(ITEMS, list_, XY, separated)
    volumes = arrow(
        ITEMS, list_, pa.list_(pa.float64(), 3), lambda ring: [(*xy, 7) for xy in closed(ring)]
    )
    for one in (pairs, structs, volumes, pa.chunked_array([pairs[:1], pairs[1:]])):
        assert me.Polygons.from_arrow(one) == WANTED
        assert me.Polygons.from_arrow(one[1:]) == WANTED[1:]
        assert me.Polygons.from_arrow(one[:0]) == WANTED[:0]
    kept = me.Polygons.from_arrow(pairs, closing="keep")
    assert kept.ring_offsets.tolist() == [0, 5, 9, 13, 17]
    assert kept.coords[4].tolist() == [0, 0]


def test_polygons():
    array = pa.array(
        [[separated(r) for r in DONUT], [], [separated(ITEMS[1][0][0])]], pa.list_(pa.list_(XY))
    )
    found = me.Polygons.from_arrow(array)
    assert found.ring_offsets.tolist() == [0, 4, 7, 10]
    assert found.polygon_offsets.tolist() == [0, 2, 2, 3]
    assert found.item_offsets.tolist() == [0, 1, 2, 3]
    assert me.Polygons.from_arrow(array[2:]) == WANTED[1:]


def test_written():
    array = WANTED.to_arrow()
    assert array.type == pa.list_(
        pa.field(
            "polygons",
            pa.list_(
                pa.field(
                    "rings",
                    pa.list_(
                        pa.field(
                            "vertices",
                            pa.struct(
                                [
                                    pa.field("x", pa.float64(), nullable=False),
                                    pa.field("y", pa.float64(), nullable=False),
                                ]
                            ),
                            nullable=False,
                        )
                    ),
                    nullable=False,
                )
            ),
            nullable=False,
        )
    )
    assert array.to_pylist() == [[[separated(r) for r in p] for p in item] for item in ITEMS]
    pairs = [[[[list(map(float, xy)) for xy in closed(r)] for r in p] for p in i] for i in ITEMS]
    assert WANTED.to_arrow("interleaved").to_pylist() == pairs
    array.validate(full=True)


def test_extension():
    array = WANTED.to_arrow(extension=True)
    assert array.type.extension_name == "geoarrow.multipolygon"
    assert me.Polygons.from_arrow(array) == WANTED
    assert me.Polygons.from_arrow(pa.chunked_array([array, array])) == me.Polygons.concatenate(
        [WANTED, WANTED]
    )


def test_without_a_copy():
    coords = np.array([(0, 0), (4, 0), (4, 3), (0, 0)], float)
    coords.flags.writeable = False
    batch = me.Polygons.from_ragged(coords, (np.array([0, 4], np.int32), np.array([0, 1])))
    assert np.shares_memory(batch.coords, coords)
    array = batch.to_arrow("interleaved")
    again = me.Polygons.from_arrow(array, closing="keep")
    assert np.shares_memory(again.coords, coords)
    assert again == batch


@given(shapes.polygons())
def test_there_and_back(drawn):
    batch, _ = drawn
    for layout in ("separated", "interleaved"):
        array = batch.to_arrow(layout)
        array.validate(full=True)
        kept = me.Polygons.from_arrow(array, closing="keep")
        rings = shapes.rings_of(batch)
        wanted = [[[r if r[0] == r[-1] else closed(r) for r in p] for p in i] for i in rings]
        assert shapes.rings_of(kept) == wanted


def test_as_shapely_has_it():
    geometries = WANTED.to_shapely()
    _, coords, offsets = shapely.to_ragged_array(geometries)
    coords.flags.writeable = False
    for dtype in (np.int32, np.int64):
        ragged = me.Polygons.from_ragged(coords, [o.astype(dtype) for o in offsets])
        assert np.shares_memory(ragged.coords, coords)
        assert me.Polygons.from_arrow(WANTED.to_arrow(), closing="keep") == ragged
    back = shapely.from_ragged_array(shapely.GeometryType.MULTIPOLYGON, *_closed_ragged())
    assert shapely.equals(back, geometries).all()


def _closed_ragged():
    return me.Polygons.from_arrow(WANTED.to_arrow(), closing="keep").to_ragged()


def test_arrays():
    rings = [np.array([(20, 0), (24, 0), (20, 4)], np.float32), [(1, 1), (4, 1), (1, 3)]]
    found = me.Polygons.from_arrays(rings)
    assert found.to_coco() == [[[20, 0, 24, 0, 20, 4]], [[1, 1, 4, 1, 1, 3]]]
    coords = np.array([(20, 0), (24, 0), (20, 4)], float)
    coords.flags.writeable = False
    assert np.shares_memory(me.Polygons.from_arrays(coords).coords, coords)
    assert len(me.Polygons.from_arrays([])) == 0


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (lambda: me.Polygons.from_arrow([[1]]), "array: expected a pyarrow array"),
        (lambda: me.Polygons.from_arrow(pa.array([1.0])), "array: expected a GeoArrow"),
        (lambda: me.Polygons.from_arrow(pa.array([[1.0]])), "array: expected a GeoArrow"),
        (lambda: me.Polygons.from_arrow(pa.array([[[1.0]]])), "array: expected coordinates"),
        (
            lambda: me.Polygons.from_arrow(pa.array([[], None], pa.list_(pa.list_(XY)))),
            r"array\[1\]: expected no nulls",
        ),
        (
            lambda: me.Polygons.from_arrow(
                pa.array([[[{"x": 1.0, "y": None}]]], pa.list_(pa.list_(XY)))
            ),
            r"array\[0\]: expected no nulls",
        ),
        (lambda: me.Polygons.from_arrow(WANTED.to_arrow(), closing="cut"), "closing: expected"),
        (lambda: WANTED.to_arrow("pairs"), "coords: expected 'separated'"),
        (lambda: me.Polygons.from_arrays(7), "rings: expected arrays"),
        (lambda: me.Polygons.from_arrays([np.eye(3)]), r"rings\[0\]: expected shape"),
        (lambda: me.Polygons.from_arrays([np.eye(2)]), "3 vertices"),
    ],
)
def test_refused(bad, says):
    with pytest.raises(me.MaskError, match=says):
        bad()
