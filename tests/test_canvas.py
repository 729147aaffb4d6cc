"""canvas: hand-drawn strokes, patches, history and hostile calls.

Covers: me.Canvas, me.Edit, me.Patch, me.Rules.
Run: pytest tests/test_canvas.py
"""

import pickle

import numpy as np
import pytest

import maskengine as me

NAN = float("nan")
DTYPES = ["u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8"]


def drawn(*rows):
    return np.array([[int(c) if c != "." else 0 for c in row] for row in rows])


def layouts(labels):
    """Give the same labels in C order, Fortran order, and with gaps and backwards."""
    wide = np.zeros((2 * labels.shape[0], 3 * labels.shape[1]), labels.dtype)
    strided = wide[::-2, 1::3]
    strided[:] = labels
    return [labels.copy(), np.asfortranarray(labels), strided]


DAB = drawn(
    "......",
    "..7...",
    ".777..",
    "..7...",
)


@pytest.mark.parametrize("dtype", DTYPES)
def test_dab(dtype):
    for labels in layouts(np.zeros((4, 6), dtype)):
        canvas = me.Canvas(labels)
        edit = canvas.stroke([(2.5, 2.5)], 1, label=7)
        assert labels.tolist() == DAB.tolist()
        assert edit.box == (1, 1, 4, 4)
        assert (edit.gained, edit.lost, edit.area) == ({7: 5}, {0: 5}, 5)
        assert edit.spans.tolist() == [[1, 2, 3], [2, 1, 4], [3, 2, 3]]
        assert canvas.undo().gained == {0: 5}
        assert not labels.any()
        assert canvas.redo().box == (1, 1, 4, 4)
        assert labels.tolist() == DAB.tolist()
        assert canvas.labels is labels


def test_extremes_of_labels():
    labels = np.zeros((1, 3), np.int64)
    me.Canvas(labels).stroke([(0.5, 0.5)], 0, label=-(2**63))
    edit = me.Canvas(labels).stroke([(1.5, 0.5)], 0, label=2**63 - 1)
    assert labels.tolist() == [[-(2**63), 2**63 - 1, 0]]
    assert edit.gained == {2**63 - 1: 1}
    wide = np.zeros((1, 1), np.uint64)
    assert me.Canvas(wide).stroke([(0.5, 0.5)], 0, label=2**64 - 1).gained == {2**64 - 1: 1}
    assert int(wide[0, 0]) == 2**64 - 1


def test_events_change_pixels_once():
    labels = np.zeros((3, 8), np.uint8)
    canvas = me.Canvas(labels)
    canvas.begin(1)
    assert canvas.extend((1.5, 1.5), 1).spans.tolist() == [[0, 1, 2], [1, 0, 3], [2, 1, 2]]
    assert canvas.extend([(4.5, 1.5)], 1).spans.tolist() == [[0, 2, 5], [1, 3, 6], [2, 2, 5]]
    assert canvas.extend([(1.5, 1.5)], 1).area == 0
    assert canvas.end().spans.tolist() == [[0, 1, 5], [1, 0, 6], [2, 1, 5]]
    assert len(canvas.history) == 1


def test_modes():
    labels = np.array([[0, 1, 2, 3, 2]], np.uint8)
    canvas = me.Canvas(labels)
    canvas.stroke([(0, 0.5), (5, 0.5)], 1, 9, "replace", old=2)
    assert labels.tolist() == [[0, 1, 9, 3, 9]]
    canvas.stroke([(1, 0.5), (3, 0.5)], 1, mode="erase")
    assert labels.tolist() == [[0, 0, 0, 0, 9]]


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ({"only": 0}, [9, 1, 2, 3, 9]),
        ({"only": [0, 2]}, [9, 1, 9, 3, 9]),
        ({"only": []}, [0, 1, 2, 3, 0]),
        ({"protect": 1}, [9, 1, 9, 9, 9]),
        ({"protect": [1, 3, 1000]}, [9, 1, 9, 3, 9]),
        ({"only": [1, 2], "protect": [2]}, [0, 9, 2, 3, 0]),
        ({"region": (1, 0, 4, 9)}, [0, 9, 9, 9, 0]),
        ({"region": np.array([[1, 0, 0, 1, 1]], bool)}, [9, 1, 2, 9, 9]),
        ({"region": me.encode(np.array([[1, 0, 0, 1, 1]], bool))}, [9, 1, 2, 9, 9]),
        ({"max_area": 5}, [9, 9, 9, 9, 9]),
        ({"max_area": 4}, [0, 1, 2, 3, 0]),
    ],
)
@pytest.mark.parametrize("dtype", ["u1", "i4"])
def test_rules(rules, expected, dtype):
    for labels in layouts(np.array([[0, 1, 2, 3, 0]], dtype)):
        edit = me.Canvas(labels).stroke([(0, 0.5), (5, 0.5)], 1, 9, rules=me.Rules(**rules))
        assert labels.tolist() == [expected]
        assert edit.complete is (rules.get("max_area") != 4)


def test_max_area_refuses_one_event():
    labels = np.zeros((1, 9), np.uint8)
    canvas = me.Canvas(labels)
    canvas.begin(1, rules=me.Rules(max_area=3))
    canvas.extend((0.5, 0.5), 0)
    refused = canvas.extend((8.5, 0.5), 0)
    assert (refused.complete, refused.area) == (False, 0)
    canvas.extend((2.5, 0.5), 0)
    assert canvas.end().spans.tolist() == [[0, 0, 3]]


def test_cancel():
    labels = np.array([[5, 5, 0]], np.uint8)
    canvas = me.Canvas(labels)
    canvas.begin(2)
    canvas.extend([(0, 0.5), (3, 0.5)], 1)
    assert canvas.cancel().gained == {0: 1, 5: 2}
    assert labels.tolist() == [[5, 5, 0]]
    assert canvas.history == ()


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
    import zlib

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


STROKES = {
    "NaN point": lambda c: c.stroke([(1, 1), (NAN, 1)], 1),
    "NaN dab": lambda c: c.stroke((NAN, 1), 1.0),
    "far point": lambda c: c.stroke((1e300, 1.0), 1.0),
    "negative radius": lambda c: c.stroke([(1, 1)], -1),
    "NaN radius": lambda c: c.stroke((1.0, 1.0), NAN),
    "no radius": lambda c: c.stroke([(1, 1)]),
    "three numbers": lambda c: c.stroke([(1, 2, 3)], 1),
    "text": lambda c: c.stroke("ab", 1),
    "one number": lambda c: c.stroke(5, 1),
    "label too large": lambda c: c.stroke([(1, 1)], 1, 256),
    "negative label": lambda c: c.stroke([(1, 1)], 1, -1),
    "float label": lambda c: c.stroke([(1, 1)], 1, 1.0),
    "no mode": lambda c: c.stroke([(1, 1)], 1, 1, "blend"),
    "replace nothing": lambda c: c.stroke([(1, 1)], 1, 1, "replace"),
    "old without replace": lambda c: c.stroke([(1, 1)], 1, 1, old=1),
    "old too large": lambda c: c.stroke([(1, 1)], 1, 1, "replace", old=256),
    "no shape": lambda c: c.stroke([(1, 1)], 1, 1, shape="star"),
    "angle of a disk": lambda c: c.stroke([(1, 1)], 1, 1, angle=1),
    "radius of a bitmap": lambda c: c.stroke([(1, 1)], 1, 1, shape=np.ones((2, 2), bool)),
    "ellipse of one radius": lambda c: c.stroke([(1, 1)], 1, 1, shape="ellipse"),
    "rules that are none": lambda c: c.stroke([(1, 1)], 1, 1, rules={"only": 1}),
    "region of another size": lambda c: c.stroke(
        [(1, 1)], 1, 1, rules=me.Rules(region=np.ones((2, 2), bool))
    ),
    "extend without begin": lambda c: c.extend((1, 1), 1),
    "end without begin": lambda c: c.end(),
    "cancel without begin": lambda c: c.cancel(),
    "coalesce nothing": lambda c: c.coalesce(1),
    "apply nonsense": lambda c: c.apply(b"nonsense"),
    "apply text": lambda c: c.apply("nonsense"),
}


@pytest.mark.parametrize("name", STROKES)
def test_bad_input(name):
    labels = np.arange(25, dtype=np.uint8).reshape(5, 5)
    canvas = me.Canvas(labels)
    with pytest.raises(me.MaskError):
        STROKES[name](canvas)
    assert labels.tolist() == np.arange(25).reshape(5, 5).tolist()
    assert canvas.history == ()
    assert canvas.stroke((1.5, 1.5), 0, label=99).area == 1  # it works as before


def test_only_stroke_calls_while_a_stroke_is_open():
    canvas = me.Canvas(np.zeros((3, 3), np.uint8))
    canvas.stroke((0.5, 0.5), 0)
    canvas.begin(2)
    for call in (canvas.begin, canvas.undo, canvas.redo, lambda: canvas.coalesce(1)):
        with pytest.raises(me.MaskError, match="open"):
            call()
    with pytest.raises(me.MaskError):
        canvas.extend((NAN, 0.0), 1)
    canvas.extend((2.5, 0.5), 0)
    assert canvas.end().spans.tolist() == [[0, 2, 3]]
    with pytest.raises(me.MaskError):
        canvas.end()


def test_bad_label_maps():
    read_only = np.zeros((3, 3), np.uint8)
    read_only.setflags(write=False)
    swapped = np.zeros((3, 3), np.dtype(np.uint16).newbyteorder())
    for labels in (read_only, np.zeros((3, 3)), np.zeros((3, 3), bool), np.zeros(9, int), swapped):
        with pytest.raises(me.MaskError):
            me.Canvas(labels)
    with pytest.raises(me.MaskError):
        me.Canvas(np.zeros((3, 3), int), np.zeros((3, 4)))
    for budget in (-1, 1.5, True):
        with pytest.raises(me.MaskError):
            me.Canvas(np.zeros((3, 3), int), history_bytes=budget)
