"""Patches of a canvas: bytes as documented, bytes that are damaged, and the maps they fit."""

import hashlib
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import maskengine as me
from canvas_drawing import few_labels, runs_of
from maskengine.testing.canvas_model import Change


def patch_of(before, after):
    """Give the patch of the edit that turns one map into another."""
    labels = np.unique(after)
    masks = me.encode(np.stack([after == label for label in labels]))
    return me.Canvas(np.array(before)).paste(masks, labels).patch


@st.composite
def two_maps(draw):
    dtype = draw(st.sampled_from(["u1", "u2", "i4", "u8", "i8"]))
    size = draw(st.tuples(st.integers(1, 9), st.integers(1, 40)))
    labels = st.sampled_from(few_labels(dtype)[:4])
    maps = hnp.arrays(dtype, size, elements=labels)
    return draw(maps), draw(maps)


@given(two_maps())
def test_a_patch_is_the_change(maps):
    before, after = maps
    if np.array_equal(before, after):
        return
    patch = patch_of(before, after)
    assert runs_of(patch) == Change(before, after).runs
    assert runs_of(patch.inverted()) == Change(after, before).runs
    assert patch.inverted() == patch_of(after, before)
    assert patch != patch.inverted()
    assert patch.box == Change(before, after).box
    again = me.Patch.from_bytes(patch.to_bytes())
    assert again == patch
    assert again.to_bytes() == patch.to_bytes()
    there = me.Canvas(before)
    there.apply(again)
    assert np.array_equal(there.labels, after)
    there.apply(patch.inverted().to_bytes())
    assert there.undo().patch == patch
    assert np.array_equal(there.labels, after)


def a_patch():
    canvas = me.Canvas(np.zeros((20, 300), np.uint16))
    canvas.stroke([(10, 9), (250, 11)], 3, 700)
    return canvas.polygon(np.array([(0.0, 0), (280, 3), (150, 19)]), 2).patch


def test_every_flipped_byte_is_found():
    data = a_patch().to_bytes()
    for i in range(len(data)):
        for flip in (1, 128, 255):
            damaged = bytearray(data)
            damaged[i] ^= flip
            with pytest.raises(me.MaskError):
                me.Patch.from_bytes(bytes(damaged))


def test_every_cut_is_found():
    data = a_patch().to_bytes()
    canvas = me.Canvas(np.zeros((20, 300), np.uint16))
    for n in range(len(data)):
        with pytest.raises(me.MaskError):
            me.Patch.from_bytes(data[:n])
        with pytest.raises(me.MaskError):
            canvas.apply(data[:n])
    with pytest.raises(me.MaskError):
        me.Patch.from_bytes(data + b"\0")
    assert not canvas.labels.any()
    assert canvas.history == ()


@given(st.binary(max_size=200))
def test_any_bytes_are_no_patch(data):
    with pytest.raises(me.MaskError):
        me.Patch.from_bytes(data)


def test_what_is_no_bytes():
    for data in (None, "text", 7, np.zeros(9), [1, 2], np.zeros((2, 60), np.uint8)):
        with pytest.raises(me.MaskError):
            me.Patch.from_bytes(data)


def test_a_patch_fits_one_size_and_dtype():
    patch = a_patch()
    for array in (np.zeros((20, 301), "u2"), np.zeros((300, 20), "u2"), np.zeros((20, 300), "i2")):
        canvas = me.Canvas(array)
        with pytest.raises(me.MaskError):
            canvas.apply(patch)
        assert not array.any()


@pytest.mark.parametrize("where", ["first", "last", "middle"])
def test_one_pixel_of_the_base_decides(where):
    patch = a_patch()
    base = np.zeros((20, 300), np.uint16)
    other = me.Canvas(base)
    other.stroke([(10, 9), (250, 11)], 3, 700)
    runs = runs_of(patch)
    y, begin, end = runs[{"first": 0, "last": -1, "middle": len(runs) // 2}[where]][:3]
    x = {"first": begin, "last": end - 1, "middle": (begin + end) // 2}[where]
    other.polygon(np.array([(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)], float), 9)
    before, steps = base.copy(), len(other.history)
    with pytest.raises(me.MaskError):
        other.apply(patch)
    assert np.array_equal(base, before)
    assert len(other.history) == steps
    other.undo()
    assert other.apply(patch).patch == patch


SCRIPT = """
import sys, hashlib, numpy as np, maskengine as me
canvas = me.Canvas(np.zeros((20, 300), np.uint16))
data = sys.stdin.buffer.read()
while data:
    n = int.from_bytes(data[:4], "little")
    canvas.apply(data[4 : 4 + n])
    data = data[4 + n :]
print(hashlib.sha256(canvas.labels.tobytes()).hexdigest())
"""


def test_a_stream_replayed_in_another_process():
    canvas = me.Canvas(np.zeros((20, 300), np.uint16))
    edits = [
        canvas.stroke([(10, 9), (250, 11)], 3, 700),
        canvas.fill((100, 10), 5, on="labels"),
        canvas.undo(),
        canvas.polygon(np.array([(0.0, 0), (280, 3), (150, 19)]), 2),
        canvas.replace(2, 1, rules=me.Rules(region=(50, 0, 100, 20))),
    ]
    parts = [edit.patch.to_bytes() for edit in edits]
    stream = b"".join(len(part).to_bytes(4, "little") + part for part in parts)
    found = subprocess.run(
        [sys.executable, "-c", SCRIPT], input=stream, capture_output=True, check=True
    )
    wanted = hashlib.sha256(canvas.labels.tobytes()).hexdigest()
    assert found.stdout.decode().strip() == wanted


def test_a_joint_step_keeps_to_the_budget():
    comb = np.zeros((1, 4000), bool)
    comb[0, ::2] = True
    canvas = me.Canvas(np.zeros((1, 4000), np.uint8), history_bytes=8400)
    canvas.stroke([(0, 0.5), (4000, 0.5)], 1)
    canvas.paste(me.encode(comb), 2)
    assert len(canvas.history) == 2
    assert canvas.coalesce(2).area == 4000
    assert sum(step.nbytes for step in canvas.history) <= 8400
