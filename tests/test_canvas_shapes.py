"""canvas: fills, smart brush, polygons, pasted masks, and tiles on demand.

Covers: me.Canvas.fill, smart_brush, polygon, paste, erase, replace, flush, read.
Run: pytest tests/test_canvas_shapes.py
"""

import numpy as np
import pytest

import maskengine as me
from canvas_scenes import Chunks, drawn


def test_fill_inside():
    labels = np.zeros((6, 8), np.uint8)
    labels[3, 3] = 2
    canvas = me.Canvas(labels)
    ring = [(1.5, 1.5), (5.5, 1.5), (5.5, 4.5), (1.5, 4.5), (1.5, 1.5)]
    canvas.begin(1, rules=me.Rules(protect=[2]))
    canvas.extend(ring, 0)
    edit = canvas.end(fill_inside=True)
    filled = drawn("........", ".11111..", ".11111..", ".11211..", ".11111..", "........")
    assert labels.tolist() == filled.tolist()
    assert (edit.box, edit.area, edit.complete) == ((1, 1, 6, 5), 19, True)
    canvas.undo()
    canvas.begin(1, rules=me.Rules(max_area=15))
    canvas.extend(ring, 0)
    assert canvas.end(fill_inside=True).complete is False
    assert int((labels == 1).sum()) == 14
    assert canvas.stroke(ring, 0, 3, fill_inside=True).area == 20


def test_the_border_closes_nothing():
    labels = np.zeros((3, 3), np.uint8)
    canvas = me.Canvas(labels)
    canvas.begin(1)
    canvas.extend([(0.5, 1.5), (1.5, 1.5), (1.5, 0.5)], 0)
    canvas.end(fill_inside=True)
    assert labels.tolist() == [[0, 1, 0], [1, 1, 0], [0, 0, 0]]


IMAGE = drawn(
    "1155",
    "1251",
    "5511",
).astype(np.uint8)


@pytest.mark.parametrize("tiled", [False, True])
def test_fill(tiled):
    labels = np.zeros((3, 4), np.uint8)
    canvas = me.Canvas(labels, Chunks(IMAGE) if tiled else IMAGE)
    assert canvas.fill((0, 0), 7, tolerance=1).box == (0, 0, 2, 2)
    assert labels.tolist() == [[7, 7, 0, 0], [7, 7, 0, 0], [0, 0, 0, 0]]
    assert canvas.fill([(3, 1), (0, 2)], 8).gained == {8: 5}
    assert canvas.fill((0, 2), 9, connectivity=8).gained == {9: 5}
    assert labels.tolist() == [[7, 7, 9, 9], [7, 7, 9, 8], [9, 9, 8, 8]]
    assert canvas.fill((3, 2), 6, on="labels").gained == {6: 3}
    rules = me.Rules(max_area=3)
    assert canvas.fill((0, 0), 1, on="labels", rules=rules).complete is False
    barrier = np.array([[0, 1, 0, 0]] * 3)
    assert canvas.fill((0, 0), 1, on="labels", barrier=barrier).area == 2
    assert canvas.fill((0, 0), 2, 9, barrier=me.encode(barrier)).area == 3
    assert canvas.fill((0, 0), 3, 9, barrier=[2, 5]).area == 3
    assert len(canvas.history) == 7


def test_smart_brush():
    labels = np.zeros((3, 4), np.uint8)
    canvas = me.Canvas(labels, IMAGE)
    assert canvas.smart_brush([(0.5, 0.5)], 9, 3, 0).area == 3
    assert labels.tolist() == [[3, 3, 0, 0], [3, 0, 0, 0], [0, 0, 0, 0]]
    assert canvas.smart_brush([(3.5, 1.5), (2.5, 2.5)], 0.8, 4, 0).area == 3
    assert labels.tolist() == [[3, 3, 0, 0], [3, 0, 0, 4], [0, 0, 4, 4]]
    grey = np.array([[10, 12, 14, 16, 18, 90]], np.uint8)
    by_press = np.zeros((1, 6), np.uint8)
    me.Canvas(by_press, grey).smart_brush([(0.5, 0.5), (5.5, 0.5)], 1, 1, 4)
    assert by_press.tolist() == [[1, 1, 1, 0, 0, 0]]
    by_mean = np.zeros((1, 6), np.uint8)
    points = [(x + 0.5, 0.5) for x in range(6)]
    # taken: 10, 12 (dab); the mean is then 11, 12 with 14, 13 with 16; 18 is 5 away from it
    me.Canvas(by_mean, grey).smart_brush(points, 1, 1, 4, reference="mean")
    assert by_mean.tolist() == [[1, 1, 1, 1, 0, 0]]


def test_polygon():
    labels = np.zeros((4, 6), np.uint8)
    canvas = me.Canvas(labels)
    square = np.array([(1, 0), (5, 0), (5, 4), (1, 4)])
    hole = [(2, 1), (4, 1), (4, 3), (2, 3)]
    assert canvas.polygon([square, hole], 7).gained == {7: 12}
    assert labels.tolist() == [[0, 7, 7, 7, 7, 0]] + [[0, 7, 0, 0, 7, 0]] * 2 + [[0, 7, 7, 7, 7, 0]]
    assert canvas.polygon([square, hole], 8, fill="nonzero").area == 16
    assert canvas.polygon(me.Polygons(hole, [0, 4]), 9).area == 4
    assert canvas.erase(hole).lost == {9: 4}
    assert canvas.polygon(np.array([(1, 0), (5, 0), (5, 4), (1, 4)]) + 100.0, 9).area == 0


def test_paste_and_erase():
    labels = np.zeros((2, 4), np.uint8)
    canvas = me.Canvas(labels)
    masks = np.array([[[1, 1, 0]], [[0, 1, 1]]], bool)
    assert canvas.paste(masks, [4, 9]).gained == {4: 1, 9: 2}
    assert canvas.paste(me.encode(masks), 5, z=[2, 1], offset=(2, 1)).box == (2, 1, 4, 2)
    assert labels.tolist() == [[4, 9, 9, 0], [0, 0, 5, 5]]
    assert canvas.paste(masks, [1, 2], offset=(-1, -1)).area == 0
    assert canvas.paste(masks[:0]).area == 0
    gone = np.array([[1, 0, 0, 1], [0, 0, 1, 0]], bool)
    assert canvas.erase(gone, rules=me.Rules(protect=5)).lost == {4: 1}
    assert canvas.erase(me.encode(gone)).lost == {5: 1}
    assert labels.tolist() == [[0, 9, 9, 0], [0, 0, 0, 5]]


def test_replace():
    labels = np.array([[1, 2, 1], [1, 0, 1]], np.int16)
    canvas = me.Canvas(labels)
    assert canvas.replace(1, -3, rules=me.Rules(region=(1, 0, 3, 2))).box == (2, 0, 3, 2)
    assert labels.tolist() == [[1, 2, -3], [1, 0, -3]]
    assert canvas.replace(-3, 2).area == 2
    assert canvas.replace(2, 2).area == 0
    assert canvas.replace(1, 0, rules=me.Rules(max_area=1)).complete is False
    canvas.undo()
    canvas.undo()
    assert labels.tolist() == [[1, 2, 1], [1, 0, 1]]


def test_tiles_on_demand():
    chunks = Chunks(np.zeros((1300, 5000), np.uint16))
    canvas = me.Canvas(chunks)
    edit = canvas.stroke([(1020, 600), (1030, 600)], 3, label=500)
    assert len(chunks.read) == 2
    assert not chunks.stored.any()
    assert (canvas.read(edit.box) == 500).sum() == edit.area
    canvas.flush()
    assert [(r.start, c.start) for r, c in chunks.written] == [(512, 512), (512, 1024)]
    assert int((chunks.stored == 500).sum()) == edit.area
    canvas.undo()
    canvas.flush()
    assert not chunks.stored.any()
    chunks.read.clear()
    assert canvas.fill((1024, 1200), 3, on="labels", rules=me.Rules(max_area=10)).complete is False
    window = max((r.stop - r.start) * (c.stop - c.start) for r, c in chunks.read)
    assert window <= 1024 * 1024


def test_replace_keeps_only_tiles_that_change():
    stored = np.zeros((1300, 1300), np.int32)
    stored[600, 500:1100] = 7
    chunks = Chunks(stored)
    canvas = me.Canvas(chunks)
    edit = canvas.replace(7, -8)
    assert edit.spans.tolist() == [[600, 500, 1100]]
    assert len(edit.patch) == 1
    assert len(chunks.read) == 9 + 3  # each tile once, and those again that are to be written
    canvas.flush()
    assert len(chunks.written) == 3
    assert int((stored == -8).sum()) == 600


def test_empty_label_maps():
    for size in ((0, 5), (5, 0), (0, 0)):
        labels = np.zeros(size, np.uint8)
        canvas = me.Canvas(labels, labels)
        assert canvas.stroke([(1, 1), (3, 3)], 2).area == 0
        assert canvas.polygon([(0, 0), (3, 0), (3, 3)], 1).box == (0, 0, 0, 0)
        assert canvas.paste(np.ones((3, 3), bool)).area == 0
        assert canvas.replace(0, 1).area == 0
        assert canvas.fill(np.zeros((0, 2), int), 1).area == 0
        assert (canvas.areas, len(canvas.components(0)), canvas.box(0)) == ({}, 0, (0, 0, 0, 0))
        assert canvas.read((0, 0, 9, 9)).shape == size
        with pytest.raises(me.MaskError):
            canvas.fill((0, 0), 1)
        assert canvas.history == ()


def test_large_canvas_in_a_sparse_file(tmp_path):
    side = 65536
    labels = np.memmap(tmp_path / "labels", np.uint8, "w+", shape=(side, side))
    canvas = me.Canvas(labels)
    edit = canvas.stroke([(60000.5, 65000.5), (60032.5, 65024.5)], 100, label=3)
    # 2 r d + pi r^2 of a capsule, within its outline's length
    assert abs(edit.area - (200 * 40 + np.pi * 100**2)) < 2 * (np.pi * 100 + 40)
    assert labels[65000, 60000] == 3
    assert canvas.undo().area == edit.area


def test_labels_that_cannot_be_stored():
    class Closed(Chunks):
        def __setitem__(self, key, value):
            raise ValueError("closed")

    canvas = me.Canvas(Closed(np.zeros((5, 5), np.uint8)))
    canvas.stroke((1.5, 1.5), 0)
    with pytest.raises(me.MaskError, match="closed"):
        canvas.flush()
    assert canvas.read((0, 0, 5, 5)).sum() == 1
    for labels in (Chunks(np.zeros((5, 5))), Chunks(np.zeros(5, np.uint8))):
        with pytest.raises(me.MaskError):
            me.Canvas(labels)


def test_arrays_of_other_libraries_are_refused():
    class Tensor(Chunks):
        def __init__(self):
            super().__init__(np.zeros((4, 4), np.uint8))
            self.dtype = "torch.uint8"

    class OnDevice(Chunks):
        __cuda_array_interface__ = {}  # noqa: RUF012 - as CuPy has it

    for other in (Tensor(), OnDevice(np.zeros((4, 4), np.uint8))):
        with pytest.raises(me.MaskTypeError, match="labels"):
            me.Canvas(other)
        with pytest.raises(me.MaskTypeError, match="image"):
            me.Canvas(np.zeros((4, 4), np.uint8), other)


def test_a_tile_that_cannot_be_read():
    class Torn(Chunks):
        def __getitem__(self, key):
            if key[1].start:
                raise OSError("torn")
            return super().__getitem__(key)

    canvas = me.Canvas(Torn(np.zeros((5, 1000), np.uint8)))
    with pytest.raises(OSError, match="torn"):
        canvas.stroke([(10, 1), (600, 1)], 2)
    assert not canvas.read((0, 0, 512, 5)).any()
    assert canvas.stroke([(10, 1)], 2).area > 0


def test_a_canvas_without_an_image_says_how_to_fill():
    canvas = me.Canvas(np.zeros((3, 4), np.uint8))
    with pytest.raises(me.MaskError, match=r"^on: the canvas has no image: .*on='labels'"):
        canvas.fill((1, 1), 3)
    assert canvas.fill((1, 1), 3, on="labels").area == 12
