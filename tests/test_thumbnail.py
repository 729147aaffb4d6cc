"""Pictures that notebooks show of batches: what is in them, and that they cost little.

Covers: _repr_png_ and _repr_html_ of Masks, PackedBits, Polygons, LabelRuns and Canvas, by
maskengine._thumbnail.
Compares against: Pillow, which decodes the pictures; drawings by hand.
Run: pytest tests/test_thumbnail.py
"""

import base64
import html
import io
import re
import subprocess
import sys
import time

import numpy as np
import pytest
from PIL import Image

import maskengine as me
from maskengine import _thumbnail
from maskengine.testing.oracles import art

GROUND = (27, 29, 34)


def pixels(batch):
    """Decode the picture of a batch with Pillow; check that the HTML holds the same one."""
    data = batch._repr_png_()
    page = batch._repr_html_()
    embedded = re.search(r'src="data:image/png;base64,([^"]+)"', page)[1]
    assert base64.b64decode(embedded) == data
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image.convert("RGB"))


def seen(picture):
    """Tell where a picture is not ground."""
    return (picture != GROUND).any(axis=2)


def test_a_small_mask_is_enlarged():
    mask = art("#..", ".##")
    picture = pixels(me.encode(mask))
    factor = picture.shape[0] // 2
    assert picture.shape == (2 * factor, 3 * factor, 3)
    assert factor == 85  # 256 // 3
    assert np.array_equal(seen(picture), mask.repeat(factor, 0).repeat(factor, 1))
    fill, line = _thumbnail.colours(0)
    inner = picture[factor // 2, factor // 2]
    assert tuple(inner) == fill
    assert tuple(picture[0, factor - 1]) == line  # where a colour ends


def test_masks_have_colours_and_small_ones_lie_above():
    large, small = np.zeros((2, 300, 400), bool)
    large[50:250, 50:350] = True
    small[100:150, 100:200] = True
    picture = pixels(me.encode(np.array([small, large])))
    assert picture.shape == (300, 400, 3)
    assert tuple(picture[125, 150]) == _thumbnail.colours(0)[0]
    assert tuple(picture[220, 300]) == _thumbnail.colours(1)[0]
    assert np.array_equal(seen(picture), large)


def test_a_large_mask_is_reduced_and_thin_things_stay():
    mask = np.zeros((3000, 2000), bool)
    mask[600:2400, 400:1000] = True
    mask[1234, 1801] = True  # one pixel
    picture = pixels(me.encode(mask))
    assert picture.shape == (500, 334, 3)  # 1/6
    wanted = np.zeros((500, 334), bool)
    wanted[100:400, 67:167] = True
    wanted[1234 // 6, 1801 // 6] = True
    off = seen(picture) ^ wanted
    assert off[:, [66, 67, 166, 167]].sum() == off.sum()  # no more than a column at the edges
    assert seen(picture)[1234 // 6, 1801 // 6]


def test_masks_of_several_sizes_lie_side_by_side():
    batch = me.Masks.concatenate(
        [me.encode(np.ones((h, w), bool)) for h, w in [(40, 90), (96, 20)]]
    )
    picture = pixels(batch)
    assert picture.shape == (104, 208, 3)
    first, second = (_thumbnail.colours(i)[0] for i in (0, 1))
    assert (picture == first).all(axis=2).sum() == 38 * 88  # without its outline
    assert (picture == second).all(axis=2).sum() == 94 * 18


def test_polygons_fill_their_box():
    picture = pixels(me.Polygons.from_boxes([[10, 20, 4, 2]]))
    assert picture.shape == (260, 512, 3)  # 504 x 252 and a margin of 4
    assert seen(picture)[5:-5, 5:-5].all()
    assert not seen(picture)[[0, 1, 2, -2, -1]].any()
    assert "x 10 to 14, y 20 to 22" in me.Polygons.from_boxes([[10, 20, 4, 2]])._repr_html_()


def test_a_polygon_without_an_area_is_seen():
    assert seen(pixels(me.Polygons([(0, 0), (1000, 1), (2000, 3)], [0, 3]))).any()
    assert seen(pixels(me.Polygons([(1, 1), (1, 1), (1, 1)], [0, 3]))).any()


def test_label_runs_show_the_first_map():
    labels = np.zeros((300, 300), np.int32)
    labels[:100], labels[200:, :50] = 7, -3
    picture = pixels(me.encode_labels(labels))
    assert np.array_equal(seen(picture), labels != 0)
    assert tuple(picture[50, 50]) == _thumbnail.colours(6)[0]
    assert len(np.unique(picture.reshape(-1, 3), axis=0)) == 5  # ground, two fills, two outlines


@pytest.mark.parametrize("bitorder", ["big", "little"])
def test_packed_bits_show_their_masks(bitorder):
    masks = np.array([art("#....", "....."), art(".....", "..###")])
    packed = me.PackedBits(np.packbits(masks, axis=-1, bitorder=bitorder), 5, bitorder)
    picture = pixels(packed)
    assert np.array_equal(seen(picture), masks.any(axis=0).repeat(51, 0).repeat(51, 1))
    assert tuple(picture[25, 25]) == _thumbnail.colours(0)[0]
    assert tuple(picture[76, 178]) == _thumbnail.colours(1)[0]
    assert "PackedBits(2 masks of 2 x 5)<br>2 masks<" in packed._repr_html_()
    many = me.PackedBits(np.full((100, 8, 1), 255, np.uint8), 8)
    assert "the first 64 of 100" in many._repr_html_()
    wide = me.PackedBits(np.zeros((2100, 2000), np.uint8), 16000)
    assert wide._repr_png_() is None  # more bytes than are looked at


@pytest.mark.parametrize("dtype", [np.uint8, np.int64, np.uint64])
def test_a_canvas_shows_its_labels_as_they_are(dtype):
    labels = np.zeros((300, 400), dtype, "F")
    canvas = me.Canvas(labels)
    assert not seen(pixels(canvas)).any()
    canvas.stroke([(100.5, 100.5), (200.5, 100.5)], 20, label=9)
    picture = pixels(canvas)
    assert np.array_equal(seen(picture), labels != 0)
    assert tuple(picture[100, 150]) == _thumbnail.colours(8)[0]
    assert "Canvas(300 x 400" in canvas._repr_html_()
    canvas.undo()
    assert not seen(pixels(canvas)).any()


def test_a_canvas_of_tiles_elsewhere_is_the_text():
    class Elsewhere:
        shape, dtype = (1 << 20, 1 << 20), np.dtype(np.uint8)

        def __getitem__(self, window):
            raise AssertionError("fetched for a picture")

        __setitem__ = __getitem__

    assert me.Canvas(Elsewhere())._repr_html_().startswith("<pre>Canvas(1048576 x 1048576")


@pytest.mark.parametrize(
    "batch",
    [
        me.PackedBits(np.zeros((0, 4, 1), np.uint8), 8),
        me.PackedBits(np.zeros((2, 4, 0), np.uint8), 0),
        me.Canvas(np.zeros((0, 5), np.uint8)),
        me.Masks([], [0], []),
        me.Masks([0], [0, 1], [(0, 5)]),
        me.Masks([0, 6], [0, 1, 2], [(0, 5), (2, 3)]),
        me.Polygons.from_coco([]),
        me.Polygons([(-1e308, 0), (1e308, 0), (4, 3)], [0, 3]),
        me.LabelRuns([], [], [0], []),
    ],
    ids=repr,
)
def test_nothing_to_draw_is_the_text(batch):
    assert batch._repr_png_() is None
    assert batch._repr_html_() == f"<pre>{html.escape(repr(batch))}</pre>"


def test_text_is_escaped():
    page = _thumbnail.html_of('<b a="1">&', None)
    assert page == "<pre>&lt;b a=&quot;1&quot;&gt;&amp;</pre>"
    drawn = _thumbnail.Thumbnail(np.zeros((1, 1), np.uint8), "<script>")
    page = _thumbnail.html_of('"><script>', drawn)
    assert "<script" not in page


def test_a_fault_is_the_text(monkeypatch):
    batch = me.encode(art("#"))

    def fault(runs):
        raise MemoryError

    monkeypatch.setattr(_thumbnail, "of_masks", fault)
    assert batch._repr_png_() is None
    assert batch._repr_html_() == f"<pre>{batch!r}</pre>"


def many():
    one = me.encode(np.eye(200, dtype=bool))
    return me.Masks(np.tile(one.counts, 100_000), np.arange(100_001) * len(one.counts),
                    np.full((100_000, 2), 200))  # fmt: skip


def huge():
    return me.rasterize(me.Polygons.from_coco([[[9, 9, 60000, 300, 5e4, 64000]]]), (65536, 65536))


def noise():
    return me.encode(np.random.default_rng(0).random((3500, 3500)) < 0.5)


def wide_canvas():
    labels = np.zeros((20_000, 20_000), np.uint8)
    labels[::2] = 7
    return me.Canvas(labels)


def bits():
    return me.PackedBits(np.random.default_rng(0).integers(0, 255, (64, 600, 100), np.uint8), 800)


def far_apart():
    return me.Polygons.from_boxes([[i, i, i + 1e9, i + 1] for i in range(100_000)])


@pytest.mark.parametrize("make", [many, huge, noise, far_apart, wide_canvas, bits])
def test_the_cost_is_bounded(make):
    batch = make()
    begin = time.process_time()
    page = batch._repr_html_()
    assert time.process_time() - begin < 2  # about 0.2 s
    assert len(page) < 100_000


def test_what_it_shows_is_said():
    assert "the first 64 of 100,000" in many()._repr_html_()
    assert "1 mask, at 1/128 of the size" in huge()._repr_html_()
    assert noise()._repr_png_() is None  # more runs than are looked at


def test_without_pillow():
    code = (
        "import sys, numpy as np, maskengine as me; m = me.encode(np.eye(9, dtype=bool));"
        "assert m._repr_png_().startswith(b'\\x89PNG') and '<img' in m._repr_html_();"
        "print(sorted({'PIL', 'pyarrow', 'msgspec'} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
