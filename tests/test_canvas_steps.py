"""canvas: undo, redo, budget, and patches as bytes.

Covers: me.Canvas.undo, redo, coalesce, apply, history; me.Patch.
Run: pytest tests/test_canvas_steps.py
"""

import pickle
import zlib

import numpy as np
import pytest

import maskengine as me


def test_history_budget():
    labels = np.zeros((1, 9), np.uint8)
    one = me.Canvas(labels.copy()).stroke((0.5, 0.5), 0).nbytes
    canvas = me.Canvas(labels, history_bytes=2 * one)
    for x in range(3):
        canvas.stroke((x + 0.5, 0.5), 0)
    assert len(canvas.history) == 2
    assert sum(step.nbytes for step in canvas.history) <= canvas.history_bytes
    canvas.undo()
    canvas.undo()
    assert labels.tolist() == [[1, 0, 0, 0, 0, 0, 0, 0, 0]]
    assert (canvas.can_undo, canvas.can_redo, canvas.undo()) == (False, True, None)
    canvas.stroke((5.5, 0.5), 0)
    assert not canvas.can_redo
    assert me.Canvas(labels, history_bytes=0).stroke((7.5, 0.5), 0).area == 1


def test_an_edit_without_changes_is_no_step():
    canvas = me.Canvas(np.ones((3, 3), np.uint8))
    canvas.stroke((1, 1), 5, label=2)
    canvas.undo()
    assert canvas.stroke((1, 1), 5, label=1).box == (0, 0, 0, 0)
    assert canvas.can_redo
    assert not canvas.can_undo


def test_coalesce():
    labels = np.array([[0, 1, 2, 3, 0]], np.uint8)
    canvas = me.Canvas(labels)
    canvas.stroke([(0.5, 0.5), (1.5, 0.5)], 0, label=7)
    canvas.stroke([(1.5, 0.5), (3.5, 0.5)], 0, label=8)
    canvas.stroke([(3.5, 0.5)], 0, label=3)
    joint = canvas.coalesce(3)
    assert labels.tolist() == [[7, 8, 8, 3, 0]]
    assert joint.spans.tolist() == [[0, 0, 3]]
    assert joint.gained == {7: 1, 8: 2}
    assert len(canvas.history) == 1
    canvas.undo()
    assert labels.tolist() == [[0, 1, 2, 3, 0]]
    canvas.redo()
    assert labels.tolist() == [[7, 8, 8, 3, 0]]
    canvas.stroke([(0.5, 0.5)], 0, label=0)
    canvas.stroke([(0.5, 0.5)], 0, label=7)
    assert canvas.coalesce(2).area == 0
    assert len(canvas.history) == 1


def test_patch():
    here, there = np.zeros((4, 6), np.uint16), np.zeros((4, 6), np.uint16)
    edits = [me.Canvas(here).stroke([(x, 2.5)], 1, label) for x, label in ((2.5, 7), (3.5, 8))]
    other = me.Canvas(there)
    for edit in edits:
        data = edit.patch.to_bytes()
        assert me.Patch.from_bytes(data) == edit.patch
        assert other.apply(data).gained == edit.gained
    assert (here == there).all()
    other.apply(edits[1].patch.inverted())
    other.apply(pickle.loads(pickle.dumps(edits[0].patch)).inverted())
    assert not there.any()
    assert len(other.history) == 4
    assert edits[0].patch != edits[1].patch
    assert edits[0].patch.inverted() != edits[0].patch
    assert edits[0].patch.inverted().inverted() == edits[0].patch
    assert (edits[0].patch.size, edits[0].patch.box, len(edits[0].patch)) == (
        (4, 6),
        (1, 1, 4, 4),
        3,
    )


def test_patch_bytes_as_written_by_hand():
    """Two changes of a 2 x 8 map: row 0, [1, 4) from 0 to 3; row 1, [2, 5) from 0 to 3."""
    labels = np.zeros((2, 8), np.uint8)
    canvas = me.Canvas(labels)
    canvas.stroke([(1.5, 0.5), (3.5, 0.5)], 0, label=3)
    canvas.stroke([(2.5, 1.5), (4.5, 1.5)], 0, label=3)
    data = canvas.coalesce(2).patch.to_bytes()
    head = (
        b"MECP" + bytes([1, 0, 0, 0, 2, 0, 0, 0, 8, 0, 0, 0, 2]) + bytes(7) + bytes([1]) + bytes(7)
    )
    pair = bytes(8) + bytes([3]) + bytes(7)
    columns = bytes([1, 2, 6, 0, 2, 2, 0])
    body = head + bytes([len(columns)]) + bytes(7) + pair + columns
    assert data == body + zlib.crc32(body).to_bytes(4, "little")


def test_truncated_and_garbled_bytes():
    labels = np.zeros((9, 9), np.uint8)
    canvas = me.Canvas(labels)
    canvas.stroke([(1.5, 1.5), (5, 6)], 2, label=3)
    data = canvas.undo().patch.inverted().to_bytes()
    for n in range(len(data)):
        with pytest.raises(me.MaskError):
            canvas.apply(data[:n])
        for bit in range(8):
            garbled = bytearray(data)
            garbled[n] ^= 1 << bit
            with pytest.raises(me.MaskError):
                canvas.apply(bytes(garbled))
    with pytest.raises(me.BadFile):
        canvas.apply(data + b"\0")
    assert not labels.any()
    assert canvas.apply(bytearray(data)).area > 0


def test_patch_of_another_base():
    patch = me.Canvas(np.zeros((2, 3), np.uint8)).stroke([(0.5, 0.5), (2.5, 0.5)], 0).patch
    labels = np.array([[0, 0, 4], [0, 0, 0]], np.uint8)
    with pytest.raises(me.MaskError, match="patch"):
        me.Canvas(labels).apply(patch)
    assert labels.tolist() == [[0, 0, 4], [0, 0, 0]]
    for other in (np.zeros((3, 3), np.uint8), np.zeros((2, 3), np.int8)):
        with pytest.raises(me.MaskError, match="patch"):
            me.Canvas(other).apply(patch)


def test_labels_changed_from_outside():
    labels = np.zeros((2, 3), np.uint8)
    canvas = me.Canvas(labels)
    canvas.stroke([(0.5, 0.5), (2.5, 0.5)], 0)
    labels[0, 1] = 9
    with pytest.raises(me.MaskError):
        canvas.undo()
    assert labels.tolist() == [[1, 9, 1], [0, 0, 0]]
    labels[0, 1] = 1
    assert canvas.undo().area == 3
