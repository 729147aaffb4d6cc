"""Canvas: bad input raises and leaves labels, history and an open stroke as they were."""

import numpy as np
import pytest

import maskengine as me
from canvas_scenes import Chunks
from maskengine.testing.oracles import art, encode

NAN, INF = float("nan"), float("inf")
SIZE = (9, 12)


def a_canvas():
    labels = np.zeros(SIZE, np.uint8)
    labels[2:5, 3:8] = 3
    image = np.arange(108, dtype=np.uint8).reshape(SIZE)
    canvas = me.Canvas(labels, image)
    canvas.replace(3, 4)
    canvas.stroke([(2, 2), (8, 6)], 2, 1)
    canvas.polygon(np.array([(0.0, 0), (4, 0), (4, 4)]), 2)
    canvas.undo()
    return canvas


def state_of(canvas):
    steps = [(step.area, step.nbytes) for step in canvas.history]
    return canvas.labels.tobytes(), steps, canvas.can_undo, canvas.can_redo, canvas.areas


BAD_CALLS = {
    "begin_label": lambda c: c.begin(256),
    "begin_negative_label": lambda c: c.begin(-1),
    "begin_huge_label": lambda c: c.begin(2**70),
    "begin_array_label": lambda c: c.begin(np.array([1, 2])),
    "begin_float_label": lambda c: c.begin(1.5),
    "begin_bool_label": lambda c: c.begin(True),
    "begin_str_label": lambda c: c.begin("cat"),
    "begin_none_label": lambda c: c.begin(None),
    "begin_mode": lambda c: c.begin(1, "spray"),
    "begin_mode_array": lambda c: c.begin(1, np.array(["paint", "erase"])),
    "begin_reference_array": lambda c: c.begin(1, tolerance=1, reference=np.zeros(2)),
    "begin_smart_outside": lambda c: c.smart_brush([(-3, 2), (4, 4)], 2, 1, 5),
    "begin_mode_type": lambda c: c.begin(1, 3),
    "begin_old_missing": lambda c: c.begin(1, "replace"),
    "begin_old_too_much": lambda c: c.begin(1, "paint", old=2),
    "begin_old_range": lambda c: c.begin(1, "replace", old=256),
    "begin_shape": lambda c: c.begin(1, shape="star"),
    "begin_shape_3d": lambda c: c.begin(1, shape=np.ones((2, 2, 2), bool)),
    "begin_shape_float": lambda c: c.begin(1, shape=np.ones((2, 2))),
    "begin_angle": lambda c: c.begin(1, shape="ellipse", angle=NAN),
    "begin_angle_disk": lambda c: c.begin(1, angle=30),
    "begin_tolerance": lambda c: c.begin(1, tolerance=-1),
    "begin_tolerance_nan": lambda c: c.begin(1, tolerance=NAN),
    "begin_reference": lambda c: c.begin(1, tolerance=1, reference="best"),
    "begin_rules": lambda c: c.begin(1, rules={"only": 1}),
    "extend_first": lambda c: c.extend([(1, 1)], 1),
    "end_first": lambda c: c.end(),
    "cancel_first": lambda c: c.cancel(),
    "stroke_nan": lambda c: c.stroke([(1, 1), (NAN, 2)], 1, 5),
    "stroke_infinite": lambda c: c.stroke([(1, 1), (INF, 2)], 1, 5),
    "stroke_negative": lambda c: c.stroke([(1, 1)], -1, 5),
    "stroke_label": lambda c: c.stroke([(1, 1)], 1, 5000),
    "fill_outside": lambda c: c.fill((12, 0), 1),
    "fill_negative": lambda c: c.fill((-1, 0), 1),
    "fill_huge_seed": lambda c: c.fill((2**70, 0), 1),
    "fill_no_seed": lambda c: c.fill(None, 1),
    "fill_text_tolerance": lambda c: c.fill((0, 0), 1, "near"),
    "fill_huge_float_tolerance": lambda c: c.fill((0, 0), 1, NAN),
    "fill_tolerances": lambda c: c.fill((0, 0), 1, (1, 2, 3)),
    "fill_float_seed": lambda c: c.fill((1.5, 0), 1),
    "fill_nan_seed": lambda c: c.fill((NAN, 0), 1),
    "fill_label": lambda c: c.fill((0, 0), 256),
    "fill_tolerance": lambda c: c.fill((0, 0), 1, -2),
    "fill_mode": lambda c: c.fill((0, 0), 1, mode="wild"),
    "fill_connectivity": lambda c: c.fill((0, 0), 1, connectivity=6),
    "fill_on": lambda c: c.fill((0, 0), 1, on="paper"),
    "fill_barrier": lambda c: c.fill((0, 0), 1, barrier=np.zeros((3, 3), bool)),
    "smart_nan": lambda c: c.smart_brush([(NAN, 1)], 2, 1, 5),
    "smart_tolerance": lambda c: c.smart_brush([(1, 1)], 2, 1, -5),
    "smart_reference": lambda c: c.smart_brush([(1, 1)], 2, 1, 5, reference=3),
    "polygon_nan": lambda c: c.polygon(np.array([(0, 0), (NAN, 1), (3, 3)]), 1),
    "polygon_infinite": lambda c: c.polygon([[(0, 0), (INF, 1), (3, 3)]], 1),
    "polygon_shape": lambda c: c.polygon(np.zeros((4, 3)), 1),
    "polygon_ragged": lambda c: c.polygon([[(0, 0), (1,)], [(1, 1), (2, 2)]], 1),
    "polygon_dict": lambda c: c.polygon({"x": 1}, 1),
    "polygon_two": lambda c: c.polygon([[(0, 0), (5, 5)]], 1),
    "polygon_empty": lambda c: c.polygon([], 1),
    "polygon_str": lambda c: c.polygon("triangle", 1),
    "polygon_rule": lambda c: c.polygon(np.zeros((4, 2)), 1, rule="magic"),
    "polygon_fill": lambda c: c.polygon(np.zeros((4, 2)), 1, fill="odd"),
    "polygon_label": lambda c: c.polygon(np.zeros((4, 2)), -1),
    "paste_array": lambda c: c.paste(3),
    "paste_labels": lambda c: c.paste(encode([art("#")] * 2), [1, 2, 3]),
    "paste_label_range": lambda c: c.paste(encode([art("#")] * 2), [1, 256]),
    "paste_float_labels": lambda c: c.paste(encode([art("#")] * 2), [1.0, 2.0]),
    "paste_z": lambda c: c.paste(encode([art("#")] * 2), 1, [1]),
    "paste_offset": lambda c: c.paste(encode([art("#")]), offset=(1.5, 0)),
    "paste_offset_huge": lambda c: c.paste(encode([art("#")]), offset=(2**70, 0)),
    "paste_offset_far": lambda c: c.paste(encode([art("#")]), offset=(2**41, 0)),
    "paste_z_float": lambda c: c.paste(encode([art("#")] * 2), 1, [1.5, NAN]),
    "paste_floats": lambda c: c.paste(np.ones((2, 2))),
    "paste_offset_nan": lambda c: c.paste(encode([art("#")]), offset=(NAN, 0)),
    "paste_offset_one": lambda c: c.paste(encode([art("#")]), offset=3),
    "erase_size": lambda c: c.erase(np.ones((3, 3), bool)),
    "erase_masks_size": lambda c: c.erase(encode([art("##")])),
    "erase_none": lambda c: c.erase(None),
    "replace_range": lambda c: c.replace(1, 256),
    "replace_float": lambda c: c.replace(1, 2.0),
    "coalesce_many": lambda c: c.coalesce(99),
    "coalesce_huge": lambda c: c.coalesce(2**70),
    "coalesce_none": lambda c: c.coalesce(None),
    "coalesce_negative": lambda c: c.coalesce(-1),
    "coalesce_float": lambda c: c.coalesce(1.5),
    "apply_none": lambda c: c.apply(None),
    "apply_str": lambda c: c.apply("patch"),
    "apply_empty": lambda c: c.apply(b""),
    "box_huge": lambda c: c.box(2**70),
    "read_three": lambda c: c.read((0, 0, 1)),
    "read_text": lambda c: c.read("all"),
    "read_nan": lambda c: c.read((0, 0, NAN, 3)),
    "box_float": lambda c: c.box(1.5),
    "components_connectivity": lambda c: c.components(1, connectivity=5),
    "rules_region_size": lambda c: c.replace(1, 2, rules=me.Rules(region=np.ones((2, 2), bool))),
    "rules_region_masks": lambda c: c.replace(4, 2, rules=me.Rules(region=encode([art("##")]))),
    "rules_region_two": lambda c: c.replace(
        4, 2, rules=me.Rules(region=encode([np.ones(SIZE)] * 2))
    ),
    "rules_region_text": lambda c: c.replace(4, 2, rules=me.Rules(region="here")),
    "rules_region_floats": lambda c: c.replace(4, 2, rules=me.Rules(region=np.ones(SIZE))),
    "rules_region_box": lambda c: c.replace(1, 2, rules=me.Rules(region=(1, 2, 3))),
    "rules_region_nan": lambda c: c.replace(1, 2, rules=me.Rules(region=(0, 0, NAN, 3))),
    "rules_only_float": lambda c: c.replace(1, 2, rules=me.Rules(only=1.5)),
    "rules_protect_str": lambda c: c.replace(1, 2, rules=me.Rules(protect="all")),
    "rules_max_area": lambda c: c.replace(1, 2, rules=me.Rules(max_area=-1)),
    "rules_max_area_float": lambda c: c.replace(1, 2, rules=me.Rules(max_area=2.5)),
}


@pytest.mark.parametrize("bad", BAD_CALLS.values(), ids=BAD_CALLS)
def test_a_bad_call_leaves_everything(bad):
    canvas = a_canvas()
    before = state_of(canvas)
    with pytest.raises(me.MaskError):
        bad(canvas)
    assert state_of(canvas) == before
    assert canvas.redo().gained[2] > 0  # and no stroke is open


BAD_MOVES = {
    "nan": ([(2, 2), (NAN, 3)], 2),
    "infinite": ([(2, 2), (3, -INF)], 2),
    "far": ([(2, 2), (1e30, 3)], 2),
    "huge": ([(10**400, 3)], 2),
    "huge_point": ((2, 10**400), 2),
    "huge_radius": ([(2, 2)], 10**400),
    "huge_radii": ([(2, 2), (3, 3)], [1, 10**400]),
    "bool": ([(2, 2), (3, True)], True),
    "negative_point_radius": ((2, 2), -0.5),
    "nan_point": ((2, NAN), 0.5),
    "nan_point_radius": ((2, 2), NAN),
    "dict": ({"x": 1}, 1),
    "ragged": ([(2, 2), (3,)], 1),
    "negative_radius": ([(2, 2), (3, 3)], [1, -1]),
    "nan_radius": ([(2, 2), (3, 3)], NAN),
    "radii": ([(2, 2), (3, 3)], [1, 1, 1]),
    "no_radius": ([(2, 2)], None),
    "str_radius": ([(2, 2)], "wide"),
    "three": ([(2, 2, 2)], 1),
    "str": ("here", 1),
    "none": (None, 1),
    "complex": ([(2j, 1)], 1),
}


@pytest.mark.parametrize("smart", [{}, {"tolerance": 9}, {"tolerance": 9, "reference": "mean"}])
@pytest.mark.parametrize("bad", BAD_MOVES.values(), ids=BAD_MOVES)
def test_a_bad_move_leaves_the_stroke_open(bad, smart):
    canvas, other = a_canvas(), a_canvas()
    for one in (canvas, other):
        one.begin(7, **smart)
        one.extend([(1, 1), (4, 2)], 1)
    before = canvas.labels.tobytes()
    with pytest.raises(me.MaskError):
        canvas.extend(*bad)
    assert canvas.labels.tobytes() == before
    for one in (canvas, other):
        one.extend([(8, 7)], 1)
    assert canvas.end().patch == other.end().patch


def test_a_canvas_of_what_it_does_not_take():
    def frozen():
        array = np.zeros(SIZE, np.uint8)
        array.flags.writeable = False
        return array

    whole = np.zeros(SIZE, np.uint8)
    for labels, image in [
        (np.zeros(SIZE), None),
        (np.zeros(SIZE, np.complex128), None),
        (np.zeros(SIZE, object), None),
        (np.zeros((3, 3, 3), np.uint8), None),
        (np.zeros(5, np.uint8), None),
        (np.zeros(SIZE, ">u2"), None),
        (frozen(), None),
        (np.broadcast_to(np.zeros((1, 1), np.uint8), SIZE), None),
        ([[0, 1], [1, 0]], None),
        (None, None),
        ("labels", None),
        (whole, np.zeros((3, 3), np.uint8)),
        (whole, np.zeros((*SIZE, 5), np.uint8)),
        (whole, np.zeros(SIZE, np.complex64)),
        (whole, "image"),
    ]:
        with pytest.raises(me.MaskError):
            me.Canvas(labels, image)
    for budget in (-1, 1.5, NAN, "much", None):
        with pytest.raises(me.MaskError):
            me.Canvas(whole, history_bytes=budget)


def test_no_image_to_flood():
    canvas = me.Canvas(np.zeros(SIZE, np.uint8))
    with pytest.raises(me.MaskError, match="image"):
        canvas.fill((0, 0), 1)
    with pytest.raises(me.MaskError, match="image"):
        canvas.smart_brush([(1, 1)], 2, 1, 5)
    with pytest.raises(me.MaskError, match="image"):
        canvas.begin(1, tolerance=3)
    assert canvas.fill((0, 0), 1, on="labels").area == 108


class Broken(Chunks):
    """A store that fails when told to, or gives what was not asked for."""

    fails = None

    def __getitem__(self, where):
        if self.fails == "read":
            raise OSError("the disk is gone")
        found = super().__getitem__(where)
        return found[:-1] if self.fails == "shape" else found

    def __setitem__(self, where, values):
        if self.fails == "write":
            raise OSError("the disk is full")
        super().__setitem__(where, values)


@pytest.mark.parametrize("fails", ["read", "shape"])
def test_a_store_that_cannot_be_read(fails):
    store = Broken(np.zeros((3000, 3000), np.uint16))
    canvas = me.Canvas(store)
    canvas.stroke([(10, 10)], 5, 1)
    store.fails = fails
    with pytest.raises((OSError, me.MaskError)):
        canvas.stroke([(10, 10), (2900, 2900)], 5, 2)
    store.fails = None
    if canvas_is_drawing(canvas):
        canvas.cancel()
    assert len(canvas.history) == 1
    canvas.stroke([(10, 10), (2900, 2900)], 5, 2)
    canvas.flush()
    drawn = me.decode(me.stroke([(10, 10), (2900, 2900)], 5, (3000, 3000)))[0]
    assert np.array_equal(store.stored == 2, drawn)


def canvas_is_drawing(canvas):
    try:
        canvas.extend([], 1)
    except me.MaskError:
        return False
    return True


def test_a_store_that_cannot_be_written():
    store = Broken(np.zeros((600, 600), np.uint16))
    canvas = me.Canvas(store)
    canvas.stroke([(10, 10), (500, 500)], 5, 1)
    store.fails = "write"
    with pytest.raises((OSError, me.MaskError), match="full"):
        canvas.flush()
    store.fails = None
    canvas.flush()  # nothing was forgotten
    drawn = me.decode(me.stroke([(10, 10), (500, 500)], 5, (600, 600)))[0]
    assert np.array_equal(store.stored == 1, drawn)


def test_labels_that_change_under_an_open_stroke():
    labels = np.zeros((20, 90), np.uint8)
    canvas = me.Canvas(labels)
    canvas.begin(1)
    canvas.extend([(5, 5), (80, 5)], 3)
    labels[:] = 0
    canvas.extend([(80, 15), (5, 15), (5, 5)], 3)
    labels[3:6] = 2
    canvas.extend([(80, 5), (5, 8), (80, 9)], 3)
    edit = canvas.end()
    assert me.Patch.from_bytes(edit.patch.to_bytes()) == edit.patch
    before = labels.copy()
    try:
        canvas.undo()
    except me.MaskError:
        assert np.array_equal(labels, before)


def test_labels_that_change_between_steps():
    canvas = a_canvas()
    canvas.labels[3, 4] = 77
    before = state_of(canvas)[0]
    with pytest.raises(me.MaskError):
        canvas.undo()
    assert state_of(canvas)[0] == before
    canvas.labels[3, 4] = 1
    assert canvas.undo().area > 0
