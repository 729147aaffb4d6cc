"""The slow canvas itself, against hand-drawn masks: what the engine is later held to."""

from types import SimpleNamespace

import numpy as np
import pytest

import maskengine as me
from maskengine.testing import canvas_shapes
from maskengine.testing.canvas_model import CanvasModel, Change
from maskengine.testing.oracles import art, encode


def rules(only=None, protect=(), region=None, max_area=None):
    return SimpleNamespace(only=only, protect=protect, region=region, max_area=max_area)


def drawn(*rows):
    return np.array([[int(c) if c != "." else 0 for c in row] for row in rows], np.uint8)


def empty(height, width, image=None):
    return CanvasModel(np.zeros((height, width), np.uint8), image)


def test_change():
    change = Change(drawn("1.22", "...."), drawn("1322", "..33"))
    assert change.box == (1, 0, 4, 2)
    assert (change.gained, change.lost, change.area) == ({3: 3}, {0: 3}, 3)
    assert change.runs == [(0, 1, 2, 0, 3), (1, 2, 4, 0, 3)]
    assert Change(change.before, change.before).box == (0, 0, 0, 0)


def test_stroke_is_one_step_and_paints_each_pixel_once():
    model = empty(3, 6)
    model.begin(4)
    assert model.extend([(1.5, 1.5)], 0.5).runs == [(1, 1, 2, 0, 4)]
    assert model.extend([(3.5, 1.5)], 0.5).runs == [(1, 2, 4, 0, 4)]
    assert model.extend([(1.5, 1.5)], 0.5).runs == []
    assert model.end().runs == [(1, 1, 4, 0, 4)]
    assert model.undo().lost == {4: 3}
    assert model.undo() is None
    assert model.redo().gained == {4: 3}
    assert model.labels.tolist() == drawn("......", ".444..", "......").tolist()


def test_stroke_modes():
    model = CanvasModel(drawn("1122."))
    model.stroke([(0.5, 0.5), (4.5, 0.5)], 0.5, 5, mode="replace", old=2)
    assert model.labels.tolist() == drawn("1155.").tolist()
    model.stroke([(1.5, 0.5), (2.5, 0.5)], 0.5, mode="erase")
    assert model.labels.tolist() == drawn("1..5.").tolist()


def test_a_move_that_is_too_much_is_as_if_it_had_not_been():
    model = empty(1, 6)
    model.begin(2, rules=rules(max_area=3))
    assert model.extend([(0.5, 0.5), (1.5, 0.5)], 0.4).complete
    assert not model.extend([(5.5, 0.5)], 0.4).complete
    assert model.extend([(2.5, 0.5)], 0.4).complete
    assert model.end().runs == [(0, 0, 3, 0, 2)]


def test_cancel_takes_the_stroke_back():
    model = CanvasModel(drawn("12"))
    model.begin(3)
    model.extend([(0.5, 0.5)], 0.4)
    assert model.cancel().gained == {1: 1}
    assert model.labels.tolist() == [[1, 2]]
    assert model.undo() is None


def test_stroke_shapes():
    model = empty(4, 5)
    model.stroke([(2.5, 1.5)], 1, 1, shape="square")
    assert model.labels.tolist() == drawn(".111.", ".111.", ".111.", ".....").tolist()
    model = empty(4, 5)
    model.stroke([(2.5, 1.5)], (2, 1), 1, shape="ellipse")
    assert model.labels.tolist() == drawn("..1..", "11111", "..1..", ".....").tolist()
    model = empty(4, 5)
    model.stroke([(2.5, 1.5)], (2.1, 0.4), 1, shape="ellipse", angle=90)
    assert model.labels.tolist() == drawn("..1..", "..1..", "..1..", "..1..").tolist()
    model = empty(4, 5)
    model.stroke([(1.5, 1.5), (2.5, 1.5)], None, 1, shape=art("#.#"))
    assert model.labels.tolist() == drawn(".....", "1111.", ".....", ".....").tolist()


def test_an_ellipse_that_moves():
    slow = canvas_shapes.ellipse([(1.5, 1.5), (5.5, 1.5)], (1, 1.2), 0, (3, 8))
    assert np.array_equal(slow, art(".#####..", "#######.", ".#####.."))


def test_pressure():
    # as tests/test_stroke.py draws it: the tangents fall by 2 / sqrt(21) per pixel
    model = empty(5, 9)
    model.begin(1)
    model.extend([(2.5, 2.5)], 2)
    model.extend([(7.5, 2.5)], [0])
    wanted = art("..#......", ".####....", "########.", ".####....", "..#......")
    assert np.array_equal(model.labels != 0, wanted)


def test_fill_inside_a_closed_stroke():
    model = CanvasModel(drawn("......", "..7...", "......", "......"))
    model.begin(1)
    model.extend([(1, 0.5), (3.5, 0.5), (3.5, 3.5), (0.5, 3.5), (0.5, 0.5)], 0.5)
    model.end(fill_inside=True)
    assert model.labels.tolist() == drawn("1111..", "1111..", "1111..", "1111..").tolist()
    open_at_the_border = art("#.#", "#.#", "###")
    assert not canvas_shapes.inside_of(open_at_the_border).any()


def test_rules():
    model = CanvasModel(drawn("1234."))
    whole = np.ones((1, 5), bool)
    assert model.erase(whole, rules=rules(only=(1, 2), protect=(1,))).runs == [(0, 1, 2, 2, 0)]
    assert model.erase(whole, rules=rules(only=4)).runs == [(0, 3, 4, 4, 0)]
    assert model.erase(whole, rules=rules(region=(-3, 0, 1, 9))).runs == [(0, 0, 1, 1, 0)]
    refused = model.erase(whole, rules=rules(max_area=0))
    assert (refused.complete, refused.area) == (False, 0)
    assert model.erase(whole, rules=rules(max_area=1)).complete
    assert not model.labels.any()


def test_fill():
    image = np.array([[1, 1, 9], [2, 1, 9]])
    model = empty(2, 3, image)
    model.fill((0, 0), 6)
    assert model.labels.tolist() == drawn("66.", ".6.").tolist()
    model.fill((0, 1), 7, tolerance=1)
    assert model.labels.tolist() == drawn("77.", "77.").tolist()
    model.fill((2, 0), 8, on="labels", barrier=art("...", "..#"))
    assert model.labels.tolist() == drawn("778", "77.").tolist()


def test_smart_brush_keeps_to_the_colour_and_the_line():
    image = np.array([[5, 5, 9, 5], [5, 6, 9, 5], [5, 9, 9, 5]])
    model = empty(3, 4, image)
    model.stroke([(0.5, 0.5), (2.5, 0.5)], 1, 3, tolerance=1)
    assert model.labels.tolist() == drawn("33..", "33..", "....").tolist()


def test_polygon():
    model = empty(4, 5)
    model.polygon([[(0, 0), (4, 0), (4, 4), (0, 4)], [(1, 1), (3, 1), (3, 3), (1, 3)]], 2)
    assert model.labels.tolist() == drawn("2222.", "2..2.", "2..2.", "2222.").tolist()
    model.erase(np.array([(0.0, 0.0), (2, 0), (2, 1), (0, 1)]))
    assert model.labels[0].tolist() == [0, 0, 2, 2, 0]


def test_paste():
    masks = encode([art("##.", "..."), art(".##", ".#.")])
    model = empty(2, 3)
    model.paste(masks, [4, 5], offset=(-1, 1))
    assert model.labels.tolist() == drawn("...", "55.").tolist()
    model = empty(2, 3)
    model.paste(masks, [4, 5], z=[2, 1])
    assert model.labels.tolist() == drawn("445", ".5.").tolist()


def test_replace_apply_and_coalesce():
    model = CanvasModel(drawn("112"))
    assert model.replace(1, 3).gained == {3: 2}
    assert model.apply([(0, 2, 3, 1, 9)]) is None
    assert model.apply([(0, 2, 3, 2, 9)]).lost == {2: 1}
    model.coalesce(2)
    assert model.undo().gained == {1: 2, 2: 1}
    assert model.undo() is None
    assert model.redo().gained == {3: 2, 9: 1}


def test_a_change_forgets_what_was_undone():
    model = CanvasModel(drawn("12"))
    model.replace(1, 3)
    model.undo()
    model.replace(5, 6)
    assert len(model.undone) == 1  # nothing changed
    model.replace(2, 1)
    assert model.redo() is None


def test_a_closed_canvas_says_so():
    with pytest.raises(me.MaskError):
        empty(1, 1).extend([(0, 0)], 1)
