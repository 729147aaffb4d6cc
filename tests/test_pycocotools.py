"""The drop-in: each difference from pycocotools, and what pycocotools does not survive.

Covers: maskengine.pycocotools and docs/coming-from-pycocotools.md, row by row.
Run: pytest tests/test_pycocotools.py
"""

import sys

import numpy as np
import pytest

import maskengine as me
from maskengine import pycocotools as ours

RLE = {"size": [2, 2], "counts": b"0120"}  # the diagonal
FULL = {"size": [2, 2], "counts": b"04"}
RING = [0, 0, 2, 0, 2, 2, 0, 2]
NAN, INF = float("nan"), float("inf")


def rle(counts, size=(2, 2)):
    return {"size": list(size), "counts": counts}


# --- where pycocotools crashes, hangs, leaks, or answers with garbage, ours raises

HOSTILE = {
    "empty counts": lambda f: f(rle(b"")),
    "cut text": lambda f: f(rle(b"01P")),
    "too short": lambda f: f(rle(b"012")),
    "too long": lambda f: f(rle(b"09")),
    "a character outside": lambda f: f(rle(b"01~0")),
    "a zero byte and junk": lambda f: f(rle(b"04\x00zz")),
    "not ascii": lambda f: f(rle("0\u00e9")),
    "a run of 2^32 and more": lambda f: f(rle(b"P" * 6 + b"1")),
    "a text without end": lambda f: f(rle(b"o" * 100)),
    "a negative side": lambda f: f(rle(b"04", (-2, -2))),
    "a side of 2^31": lambda f: f(rle(b"04", (2**31, 1))),
    "a huge side": lambda f: f(rle(b"04", (2**70, 1))),
    "a size of one": lambda f: f(rle(b"04", (4,))),
    "a size of text": lambda f: f({"size": "22", "counts": b"04"}),
    "a fraction as size": lambda f: f(rle(b"04", (2.5, 2))),
    "no counts": lambda f: f({"size": [2, 2]}),
    "no size": lambda f: f({"counts": b"04"}),
    "counts of none": lambda f: f(rle(None)),
    "fractions as counts": lambda f: f(rle([1.5, 2.5])),
    "text as counts in a list": lambda f: f(rle(["4"])),
    "a negative count": lambda f: f(rle([-1, 5])),
    "none": lambda f: f(None),
    "a number": lambda f: f(5),
    "a tuple": lambda f: f((RLE,)),
}
ONE_RLE = {
    "decode": ours.decode,
    "area": ours.area,
    "toBbox": ours.toBbox,
    "merge": lambda one: ours.merge([one]),
    "merge two": lambda one: ours.merge([FULL, one]),
    "iou dt": lambda one: ours.iou([one], [FULL], [0]),
    "iou gt": lambda one: ours.iou([FULL], [one], [0]),
}


@pytest.mark.parametrize("function", ONE_RLE)
@pytest.mark.parametrize("bad", HOSTILE)
def test_bad_rle(function, bad):
    with pytest.raises(me.MaskError):
        HOSTILE[bad](ONE_RLE[function])


BAD_CALLS = {
    "decode: sizes differ": lambda: ours.decode([RLE, rle(b"04", (4, 1))]),
    "decode: 2^40 pixels": lambda: ours.decode(rle([*[2**32 - 1, 0] * 256, 256], (2**20, 2**20))),
    "merge: sizes differ": lambda: ours.merge([RLE, rle(b"04", (4, 1))]),
    "merge: a dict": lambda: ours.merge(RLE),
    "merge: none": lambda: ours.merge(None),
    "iou: flags too many": lambda: ours.iou([RLE], [RLE], [0, 0]),
    "iou: flags missing, dt empty": lambda: ours.iou([], [RLE], []),
    "iou: a flag of none": lambda: ours.iou([RLE], [RLE], [None]),
    "iou: a flag of 256": lambda: ours.iou([RLE], [RLE], [256]),
    "iou: one flag, no list": lambda: ours.iou([RLE], [RLE], 1),
    "iou: a dict": lambda: ours.iou(RLE, [RLE], [0]),
    "iou: a tuple": lambda: ours.iou((RLE,), [RLE], [0]),
    "iou: masks and boxes": lambda: ours.iou([RLE], [[0, 0, 1, 1]], [0]),
    "iou: a mask among boxes": lambda: ours.iou([[0, 0, 1, 1], RLE], [[0, 0, 1, 1]], [0]),
    "iou: a box among masks": lambda: ours.iou([RLE, [0, 0, 1, 1]], [RLE], [0]),
    "iou: boxes of three": lambda: ours.iou([[0, 0, 1]], [[0, 0, 1, 1]], [0]),
    "iou: boxes of text": lambda: ours.iou([["0", "0", "1", "1"]], [[0, 0, 1, 1]], [0]),
    "iou: an array (n, 3)": lambda: ours.iou(np.zeros((2, 3)), np.zeros((2, 4)), [0, 0]),
    "iou: a flat array": lambda: ours.iou(np.zeros(4), np.zeros((1, 4)), [0]),
    "iou: complex boxes": lambda: ours.iou(np.zeros((1, 4), complex), np.zeros((1, 4)), [0]),
    "encode: a list": lambda: ours.encode([[0, 1]]),
    "encode: one dimension": lambda: ours.encode(np.zeros(4, np.uint8)),
    "encode: four dimensions": lambda: ours.encode(np.zeros((1, 2, 2, 1), np.uint8)),
    "encode: floats": lambda: ours.encode(np.zeros((2, 2))),
    "encode: objects": lambda: ours.encode(np.zeros((2, 2), object)),
    "polygon: nan": lambda: ours.frPyObjects([[0, 0, NAN, 0, 2, 2]], 4, 4),
    "polygon: inf": lambda: ours.frPyObjects([RING, [0, 0, INF, 0, 2, 2]], 4, 4),
    "polygon: -inf": lambda: ours.frPyObjects([[0, 0, -INF, 0, 2, 2]], 4, 4),
    "polygon: text": lambda: ours.frPyObjects([["0", "0", "2", "0", "2", "2"]], 4, 4),
    "polygon: none inside": lambda: ours.frPyObjects([[0, 0, None, 0, 2, 2]], 4, 4),
    "polygon: none later": lambda: ours.frPyObjects([RING, None], 4, 4),
    "polygon: points (k, 2)": lambda: ours.frPyObjects([np.zeros((5, 2))], 4, 4),
    "four numbers": lambda: ours.frPyObjects([[0, 0, 2, 2]], 4, 4),
    "four points": lambda: ours.frPyObjects([np.zeros((4, 2))], 4, 4),
    "three numbers": lambda: ours.frPyObjects([[0, 0, 2]], 4, 4),
    "a flat polygon": lambda: ours.frPyObjects(RING, 4, 4),
    "a tuple of polygons": lambda: ours.frPyObjects((RING,), 4, 4),
    "nothing": lambda: ours.frPyObjects([], 4, 4),
    "an empty polygon first": lambda: ours.frPyObjects([[]], 4, 4),
    "none": lambda: ours.frPyObjects(None, 4, 4),
    "text": lambda: ours.frPyObjects("RING", 4, 4),
    "a dict without counts": lambda: ours.frPyObjects({"size": [1, 1]}, 4, 4),
    "boxes (n, 3)": lambda: ours.frPyObjects(np.zeros((2, 3)), 4, 4),
    "a flat box": lambda: ours.frPyObjects(np.zeros(4), 4, 4),
    "boxes: nan": lambda: ours.frPyObjects(np.array([[0, 0, NAN, 1]]), 4, 4),
    "boxes: a list": lambda: ours.frBbox([[0, 0, 1, 1]], 4, 4),
    "a negative height": lambda: ours.frPyObjects([RING], -4, 4),
    "a height of 2^40": lambda: ours.frPyObjects([RING], 2**40, 4),
    "a height of nan": lambda: ours.frPyObjects([RING], NAN, 4),
    "a height of text": lambda: ours.frPyObjects([RING], "4", 4),
    "uncompressed, too short": lambda: ours.frPyObjects(rle([3]), 4, 4),
    "uncompressed, negative": lambda: ours.frPyObjects(rle([-1, 5]), 4, 4),
    "uncompressed, fractions": lambda: ours.frPyObjects(rle([1.5, 2.5]), 4, 4),
    "uncompressed, not a dict": lambda: ours.frUncompressedRLE([5], 4, 4),
}  # fmt: skip


@pytest.mark.parametrize("bad", BAD_CALLS)
def test_bad_call(bad):
    with pytest.raises(me.MaskError):
        BAD_CALLS[bad]()


# --- where pycocotools is wrong or refuses, and ours answers


def test_values_above_one_are_foreground():
    mask = np.asfortranarray([[0, 1, 2, 255]], np.uint8)
    assert ours.decode(ours.encode(mask)).tolist() == [[0, 1, 1, 1]]


@pytest.mark.parametrize("dtype", [bool, "i1", "u2", "i4", "i8", "u8"])
def test_any_integer_dtype_and_order(dtype):
    mask = np.array([[1, 0], [0, 1]], dtype)
    for array in (mask, np.asfortranarray(mask), mask[::-1, ::-1], mask.T):
        assert ours.encode(array) == RLE
    assert ours.encode(np.stack([mask, mask], axis=2)) == [RLE, RLE]


def test_list_and_bytearray_as_counts():
    assert ours.area(rle([0, 1, 2, 1])) == 2
    assert ours.area(rle(bytearray(b"0120"))) == 2
    assert ours.frPyObjects(rle(b"0120"), 9, 9) == RLE


def test_decode_of_nothing():
    assert ours.decode([]).shape == (0, 0, 0)


def test_area_of_many():
    assert ours.area([RLE] * 1000).tolist() == [2] * 1000


def test_area_past_32_bits():
    side = 2**17
    big = rle([*[0, 2**32 - 1] * 4, 0, 4], (side, side))
    assert ours.area(big) == 2**34
    assert ours.area([RLE, big]).tolist() == [2, 2**34]


def test_box_of_empty_foreground_run():
    assert ours.toBbox(rle(b"503", (5, 5)) | {"counts": [5, 0, 20]}).tolist() == [0, 0, 0, 0]


def test_zero_runs_do_not_cut_a_merge_or_hang_iou():
    odd = rle([1, 0, 1, 2])
    assert ours.merge([odd, odd]) == rle(b"22")
    assert ours.iou([odd], [odd], [0]).tolist() == [[1.0]]


def test_boxes_of_any_dtype_and_order():
    boxes = np.array([[0, 0, 1, 2], [1, 0, 1, 1]])
    wanted = [rle(b"022"), rle(b"211")]
    assert ours.frPyObjects(boxes, 2, 2) == wanted
    assert ours.frPyObjects(np.asfortranarray(boxes, float), 2, 2) == wanted


@pytest.mark.parametrize("far", [1e9, 2.0**31, 1e30])
def test_polygon_that_covers_the_image_from_afar(far):
    (found,) = ours.frPyObjects([[-far, -far, far, -far, far, far, -far, far]], 2, 2)
    assert found == FULL


def test_iou_of_other_sizes():
    apart = rle([63, 1], (8, 8))
    assert ours.iou([FULL], [apart], [0]).tolist() == [[0.0]]
    assert ours.iou([FULL], [rle([0, 16], (4, 4))], [0]).tolist() == [[-1.0]]


# --- names


def test_same_public_names_as_pycocotools():
    from pycocotools import _mask, mask

    functions = {n for n in vars(mask) if not n.startswith("_")}
    functions |= {n for n in vars(_mask) if callable(getattr(_mask, n)) and n[0] != "_"}
    classes_of_no_use = {"RLEs", "Masks"}  # their constructors take a number, and do nothing else
    assert {n for n in functions - classes_of_no_use if not hasattr(ours, n)} == set()


def test_text_and_runs():
    assert ours._toString(ours._frString([RLE, FULL])) == [RLE, FULL]


def test_install_and_uninstall():
    from pycocotools import coco, mask

    try:
        ours.install()
        assert sys.modules["pycocotools.mask"] is ours
        assert coco.maskUtils is ours
        from pycocotools import mask as found

        assert found is ours
        ours.install()  # twice is as good as once
    finally:
        ours.uninstall()
    from pycocotools import mask as found

    assert found is mask
    assert coco.maskUtils is mask
    assert sys.modules["pycocotools.mask"] is mask


def test_install_without_pycocotools(monkeypatch):
    for name in [n for n in sys.modules if n.split(".")[0] == "pycocotools"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    try:
        ours.install()
        import pycocotools.mask
        from pycocotools import mask as found

        assert found is ours
        assert pycocotools.mask is ours
    finally:
        ours.uninstall()
    assert "pycocotools" not in sys.modules
