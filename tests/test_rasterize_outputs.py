"""rasterize: stacks and label maps, new or in a caller's array.

Covers: out=, labels=, z=, value=. Compares against: drawings, a painter in NumPy.
"""

import numpy as np
import pytest

import maskengine as me
from maskengine.testing import oracles
from maskengine.testing import polygons as shapes

# A square with a hole, and a bar across it.
COORDS = [(0, 0), (4, 0), (4, 4), (0, 4), (1, 1), (1, 3), (3, 3), (3, 1)]
COORDS += [(0, 2), (6, 2), (6, 3), (0, 3)]
TWO = me.Polygons(COORDS, [0, 4, 8, 12], [0, 2, 3], [0, 1, 2])
SIZE = (4, 6)


def drawn(array):
    return ["".join(".123456789"[v] for v in row) for row in array.tolist()]


@pytest.mark.parametrize("rule", ["exact", "coco"])
def test_later_items_lie_in_front_and_holes_are_see_through(rule):
    result = me.rasterize(TWO, SIZE, rule, out="labels")
    assert result.dtype == np.uint8
    assert drawn(result) == ["1111..", "1..1..", "222222", "1111.."]
    behind = me.rasterize(TWO, SIZE, rule, out="labels", labels=[7, 3], z=[0.5, -1])
    assert drawn(behind) == ["7777..", "7..7..", "733733", "7777.."]
    assert drawn(me.rasterize(TWO, SIZE, rule, out="labels", z=[5, 5])) == drawn(result)


@pytest.mark.parametrize(
    ("label", "dtype"),
    [(255, "u1"), (256, "u2"), (65535, "u2"), (65536, "u4"), (2**32 - 1, "u4")],
)
def test_the_narrowest_dtype_that_holds_the_labels(label, dtype):
    result = me.rasterize(TWO, SIZE, out="labels", labels=[label, 0])
    assert result.dtype == np.dtype(dtype)
    assert result[0].tolist() == [label] * 4 + [0, 0]
    assert result[2].tolist() == [0] * 6


def views(dtype):
    yield np.full((4, 6), 1, dtype)
    yield np.full((4, 6), 1, dtype, order="F")
    yield np.full((8, 18), 1, dtype)[::-2, ::3]


@pytest.mark.parametrize("dtype", ["bool", "i1", "u2", "i4", "u8", "i8"])
def test_labels_are_painted_over_an_array(dtype):
    for out in views(dtype):
        assert me.rasterize(TWO, SIZE, out=out, labels=[0, 1], z=[1, 0]) is out
        assert drawn(out.astype(int)) == ["....11", ".11.11", ".11.11", "....11"]


@pytest.mark.parametrize("dtype", ["bool", "i1", "u2", "i4", "u8", "i8"])
def test_a_stack_is_filled(dtype):
    value = 1 if dtype == "bool" else 9
    shown = str(value)
    for out in (np.ones((2, 4, 6), dtype), np.ones((2, 4, 12), dtype, order="F")[:, ::-1, ::2]):
        assert me.rasterize(TWO, SIZE, out=out, value=value) is out
        wanted = ["####..", "#..#..", "#..#..", "####.."]
        assert drawn(out[0].astype(int)) == [row.replace("#", shown) for row in wanted]
        assert drawn(out[1].astype(int)) == ["......", "......", shown * 6, "......"]
    one = np.ones(SIZE, dtype)
    me.rasterize(TWO[1:], SIZE, out=one)
    assert drawn(one.astype(int)) == ["......", "......", "111111", "......"]


FAR = me.Polygons.from_coco([[[0, 0, 4, 0, 4, 3]], [[0, 0, 4e9, 0, 4, 3]]])


@pytest.mark.parametrize(
    ("polygons", "shape", "options", "parameter", "index"),
    [
        (TWO, SIZE, {"labels": [1, 256]}, "labels", 1),
        (TWO, SIZE, {"labels": [-1, 2]}, "labels", 0),
        (TWO, SIZE, {"labels": [1]}, "labels", None),
        (TWO, SIZE, {"labels": [1.5, 2]}, "labels", None),
        (TWO, SIZE, {"labels": [1, 2], "z": [0, np.nan]}, "z", 1),
        (TWO, SIZE, {"z": [0]}, "z", None),
        (TWO, SIZE, {"z": ["a", "b"]}, "z", None),
        (TWO, SIZE, {"labels": [1, 2], "value": 2}, "value", None),
        (TWO, (4, 5), {"labels": [1, 2]}, "out", None),
        (TWO, (2, *SIZE), {"labels": [1, 2]}, "out", None),
        (TWO, SIZE, {}, "out", None),
        (TWO, (2, *SIZE), {"value": 256}, "value", None),
        (TWO, (2, *SIZE), {"value": None}, "value", None),
        (FAR, SIZE, {"labels": [1, 2]}, "polygons", 1),
        (FAR, (2, *SIZE), {}, "polygons", 1),
    ],
)
def test_an_array_is_untouched_when_the_call_is_refused(polygons, shape, options, parameter, index):
    out = np.full(shape, 77, np.uint8)
    with pytest.raises(me.MaskError) as raised:
        me.rasterize(polygons, SIZE, out=out, **options)
    assert raised.value.parameter == parameter
    assert raised.value.index == index
    assert (out == 77).all()


def test_refused_without_an_array():
    for options in (
        {"out": "labels", "labels": [1, 2**32]},
        {"out": "dense", "labels": [1, 2]},
        {"z": [1, 2]},
        {"value": 2},
        {"out": None},
        {"out": np.zeros((2, *SIZE))},
        {"out": np.broadcast_to(np.uint8(0), (2, *SIZE))},
    ):
        with pytest.raises(me.MaskError):
            me.rasterize(TWO, SIZE, **options)
    with pytest.raises(me.ShapeMismatch, match="one size"):
        me.rasterize(TWO, [(4, 6), (4, 7)], out="labels")


def test_no_items():
    none = TWO[:0]
    assert me.rasterize(none, SIZE, out="labels").tolist() == np.zeros(SIZE, int).tolist()
    assert me.rasterize(none, SIZE, out="dense").shape == (0, *SIZE)


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("rule", ["exact", "coco"])
def test_a_painter_in_numpy(rule, threads):
    rng = np.random.default_rng(5)
    centres = rng.random((400, 1, 2)) * [260, 210] - 5
    rings = (centres + rng.normal(0, 25, (400, 7, 2))).reshape(400, 14)
    polygons = me.Polygons.from_coco([[ring.tolist()] for ring in rings])
    labels, z = rng.integers(1, 70000, 400), rng.integers(0, 9, 400)
    wanted = np.zeros((200, 250), np.uint32)
    masks = oracles.decode(me.rasterize(polygons, wanted.shape, rule))
    for i in sorted(range(400), key=lambda i: (z[i], i)):
        wanted[masks[i]] = labels[i]
    with me.use(threads=threads):
        result = me.rasterize(polygons, wanted.shape, rule, out="labels", labels=labels, z=z)
    assert np.array_equal(result, wanted)


@pytest.mark.parametrize("fill", ["even-odd", "nonzero"])
@pytest.mark.parametrize("grid", [0.5, 1.0, 2.0**-16, 1 / 3])
@pytest.mark.parametrize("rings", [1, 3])
def test_rows_and_columns_are_scanned_alike(grid, fill, rings, level):
    """Wide polygons of many vertices are scanned by rows: ties fall as by columns."""
    rng = np.random.default_rng(int(1 / grid) + rings)
    for far in (0, 30, 2**30):
        xy = rng.random((300 * rings, 2)) * [44 + 2 * far, 8] - [2 + far, 0]
        xy = np.round(xy / grid) * grid
        offsets = np.arange(rings + 1) * 300
        holes = me.Polygons(xy, offsets, [0, rings], [0, 1])
        parts = me.Polygons(xy, offsets, np.arange(rings + 1), [0, rings])
        for batch in (holes, parts):
            wanted = shapes.rasterize(batch, (9, 40), shapes.exact, fill)
            assert me.rasterize(batch, (9, 40), fill=fill) == wanted
