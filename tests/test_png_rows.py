"""PNG files as they are written here: what Pillow and zlib read from them.

Covers: maskengine.formats._png, maskengine._core.deflate_rows.
Compares against: Pillow, OpenCV, zlib, a loop that undoes the filters.
Run: pytest tests/test_png_rows.py
"""

import io
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

import maskengine as me
from maskengine._backend import core
from maskengine._png_bytes import encode_png
from maskengine.formats._png import decode_png

SAMPLE = Path(__file__).parent / "data" / "panopticapi" / "panoptic_examples_2ch_format"


def unfiltered(data, height, row_bytes):
    """Undo the filters 0 and 2, byte by byte; zlib checks the sum."""
    lines = np.frombuffer(zlib.decompress(data), np.uint8).reshape(height, row_bytes + 1)
    out = np.zeros((height, row_bytes), np.uint8)
    for y, line in enumerate(lines):
        assert line[0] in {0, 2}
        above = out[y - 1] if y and line[0] == 2 else 0
        out[y] = line[1:] + above
    return out


@st.composite
def pictures(draw):
    """Draw pictures of few or many values, of runs short and long, tall and wide."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    shape = draw(st.sampled_from([(1, 1), (1, 700), (90, 1), (37, 41), (3, 70_000), (260, 259)]))
    channels = draw(st.sampled_from([(), (3,), (4,)]))
    dtype = draw(st.sampled_from([np.uint8, np.uint16])) if not channels else np.uint8
    values = draw(st.sampled_from([1, 2, 5, 256]))
    run = draw(st.sampled_from([1, 2, 7, 300, 5000]))
    down = draw(st.sampled_from([1, 9]))
    small = (-(-shape[0] // down), -(-shape[1] // run), *channels)
    picture = np.repeat(np.repeat(rng.integers(0, values, small), run, 1), down, 0)
    return (picture[: shape[0], : shape[1]] * 211).astype(dtype)


@given(pictures())
def test_pillow_reads_what_was_written(picture):
    data = encode_png(picture)
    with Image.open(io.BytesIO(data)) as file:
        file.load()
        assert np.array_equal(np.asarray(file), picture)
    assert np.array_equal(decode_png(data, "data"), picture)


@given(pictures(), st.integers(1, 4))
def test_the_stream_is_that_of_the_rows(picture, step):
    rows = np.ascontiguousarray(picture).view(np.uint8).reshape(picture.shape[0], -1)
    stream = core.deflate_rows(rows, step)
    assert np.array_equal(unfiltered(stream.tobytes(), *rows.shape), rows)


def test_codes_of_the_greatest_length(tmp_path):
    # frequencies like Fibonacci numbers give the deepest trees
    numbers = [1, 1]
    while sum(numbers) < 30_000:
        numbers.append(numbers[-1] + numbers[-2])
    flat = np.repeat(np.arange(len(numbers)) * 7 + 1, numbers).astype(np.uint8)
    rows = np.random.default_rng(2).permutation(flat)[None]
    assert np.array_equal(unfiltered(core.deflate_rows(rows, 4).tobytes(), *rows.shape), rows)


def class_map(side):
    """Give 30 classes, each where its smooth field is the greatest."""
    rng = np.random.default_rng(3)
    fields = rng.standard_normal((30, side // 8, side // 8)).astype(np.float32)
    fields = [cv2.resize(cv2.GaussianBlur(f, (0, 0), 4), (side, side)) for f in fields]
    return np.argmax(fields, axis=0).astype(np.uint8)


def real_classes():
    with Image.open(SAMPLE / "000000142238.png") as file:
        return np.ascontiguousarray(np.asarray(file)[..., 0])


@pytest.mark.parametrize("make", [lambda: class_map(1024), real_classes])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_class_maps_are_no_larger_than_those_of_pillow(make, dtype):
    labels = make().astype(dtype)
    data = encode_png(labels)
    file = io.BytesIO()
    Image.fromarray(labels).save(file, "PNG", compress_level=1)
    assert len(data) <= len(file.getvalue())
    assert np.array_equal(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED), labels)


@pytest.mark.parametrize(
    ("rows", "step"), [(np.zeros(3, np.uint8), 1), (np.zeros((2, 3), np.uint8), 5)]
)
def test_bad_input(rows, step):
    with pytest.raises(me.MaskError):
        core.deflate_rows(rows, step)
