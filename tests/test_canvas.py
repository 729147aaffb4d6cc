"""canvas: hand-drawn strokes and rules, and hostile calls.

Covers: me.Canvas, me.Edit, me.Rules.
Run: pytest tests/test_canvas.py
"""

import numpy as np
import pytest

import maskengine as me
from canvas_scenes import drawn, layouts

NAN = float("nan")
DTYPES = ["u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8"]


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


def test_shapes():
    labels = np.zeros((3, 6), np.uint8)
    canvas = me.Canvas(labels)
    canvas.stroke([(2.5, 1.5)], 1, label=1, shape="square")
    assert labels.tolist() == drawn(".111..", ".111..", ".111..").tolist()
    canvas.stroke([(2.5, 1.5)], (2, 0.5), label=2, shape="ellipse")
    assert labels.tolist() == drawn(".111..", "22222.", ".111..").tolist()
    canvas.stroke([(4, 1), (5, 2)], label=3, shape=np.array([[1, 1], [0, 1]]))
    assert labels.tolist() == drawn(".1133.", "222233", ".111.3").tolist()
    canvas.begin(4, shape="ellipse", angle=90)
    canvas.extend([(0.5, 1.5)], (1, 0.5))
    assert canvas.extend([(1.5, 1.5)]).area == 3
    with pytest.raises(me.MaskError, match="radius"):
        canvas.extend([(2.5, 1.5)], (1, 0.6))
    assert canvas.end().box == (0, 0, 2, 3)


STROKES = {
    "seed outside": lambda c: c.fill((5, 0), 1),
    "seed outside of labels": lambda c: c.fill((0, -1), 1, on="labels"),
    "fill with too large a label": lambda c: c.fill((0, 0), 256),
    "fill with a negative tolerance": lambda c: c.fill((0, 0), 1, -1),
    "fill in no mode": lambda c: c.fill((0, 0), 1, 1, "wavy"),
    "fill on nothing": lambda c: c.fill((0, 0), 1, on="sky"),
    "barrier of another size": lambda c: c.fill((0, 0), 1, barrier=np.ones((2, 2), bool)),
    "smart brush from outside": lambda c: c.smart_brush([(-1, 1), (2, 2)], 1, 1, 1),
    "smart brush of no tolerance": lambda c: c.smart_brush([(1, 1)], 1, 1, None),
    "smart brush of NaN tolerance": lambda c: c.smart_brush([(1, 1)], 1, 1, NAN),
    "smart brush of no reference": lambda c: c.smart_brush([(1, 1)], 1, 1, 1, reference="x"),
    "NaN polygon": lambda c: c.polygon([(0, 0), (NAN, 1), (3, 3)], 1),
    "line": lambda c: c.polygon([(0, 0), (3, 3)], 1),
    "polygon of another rule": lambda c: c.polygon([(0, 0), (3, 0), (3, 3)], 1, rule="coverage"),
    "polygon that is none": lambda c: c.polygon("abc", 1),
    "paste too many labels": lambda c: c.paste(np.ones((1, 2, 2), bool), [1, 2]),
    "paste too large a label": lambda c: c.paste(np.ones((2, 2), bool), 256),
    "paste floats": lambda c: c.paste(np.ones((2, 2))),
    "paste with NaN z": lambda c: c.paste(np.ones((1, 2, 2), bool), 1, [NAN]),
    "paste at half a pixel": lambda c: c.paste(np.ones((2, 2), bool), offset=(0.5, 0)),
    "erase another size": lambda c: c.erase(np.ones((2, 2), bool)),
    "replace a label that is none": lambda c: c.replace("a", 1),
    "replace by too large a label": lambda c: c.replace(1, 256),
    "read no box": lambda c: c.read((0, 0, 1)),
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
    canvas = me.Canvas(labels, labels * 3)
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
