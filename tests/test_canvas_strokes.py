"""Strokes of a canvas: however events cut them, each pixel once; and two threads on one canvas."""

import threading
from itertools import pairwise

import numpy as np
from hypothesis import given

import maskengine as me
from canvas_drawing import SEEDS, Draw
from maskengine.testing.oracles import art


@given(SEEDS)
def test_the_same_pixels_however_events_cut_the_line(seed):
    draw = Draw(seed, dtype="u2")
    array, image = draw.label_map(), draw.image()
    form, radii = draw.brush()
    line = draw.points_from_inside(7)
    n = len(line)
    radius = radii(draw, n)
    pressed = isinstance(radius, (list, float))
    if pressed:
        radius = [draw.whole(0, 40) / 8 for _ in line]
    how = {"rules": draw.rules(limited=False), **form}
    if draw.chance(0.5):
        how |= draw.smart()
    whole = me.Canvas(np.array(array), image).stroke(line, radius, 3, **how)
    canvas = me.Canvas(array, image)
    canvas.begin(3, **how)
    seen = np.zeros(draw.size, int)
    cuts = sorted(draw.whole(0, n) for _ in range(draw.whole(0, 4)))
    for begin, end in pairwise([0, *cuts, n]):
        piece = radius[begin:end] if pressed else radius
        for y, left, right in canvas.extend(line[begin:end], piece).spans.tolist():
            seen[y, left:right] += 1
    edit = canvas.end()
    assert edit.patch == whole.patch
    assert seen.max() <= 1
    assert seen.sum() == edit.area


@given(SEEDS)
def test_a_refused_move_is_as_if_it_had_not_been(seed):
    draw = Draw(seed)
    array, image = draw.label_map(), draw.image()
    moves = [draw.points_from_inside() for _ in range(4)]
    how = draw.smart() if draw.chance(0.7) else {}
    first = me.Canvas(np.array(array), image).stroke(moves[0], 1, 3, **how)
    some = me.Rules(max_area=first.area + draw.whole(0, 9))
    canvas = me.Canvas(np.array(array), image)
    canvas.begin(3, rules=some, **how)
    accepted = []
    for move in moves:
        other = me.Canvas(np.array(array), image)
        other.begin(3, rules=some, **how)
        for earlier in accepted:
            other.extend(earlier, 1)
        edit, wanted = canvas.extend(move, 1), other.extend(move, 1)
        assert edit.complete == wanted.complete
        assert edit.patch == wanted.patch
        if edit.complete:
            accepted.append(move)


def test_no_gap_between_events():
    canvas = me.Canvas(np.zeros((3, 40), np.uint8))
    canvas.begin(1)
    assert canvas.extend((2.5, 1.5), 0.5).area == 1
    assert canvas.extend((37.5, 1.5), 0.5).area == 35
    assert canvas.extend((2.5, 1.5), 0.5).area == 0
    assert canvas.end().box == (2, 1, 38, 2)


def test_far_away():
    canvas = me.Canvas(np.zeros((5, 40), np.uint8))
    assert canvas.stroke([(-2e9, 2.5), (2e9, 2.5)], 1).area == 3 * 40
    assert canvas.stroke((0, 0), 2**31, 2).area == 5 * 40
    assert canvas.stroke([(-2e9, -2e9), (-1e9, 2e9)], 50, 3).area == 0
    masks = me.encode(art("##", ".#"))
    assert canvas.paste(masks, 9, offset=(39, -1)).area == 0
    assert canvas.paste(masks, 9, offset=(-1, 0)).box == (0, 0, 1, 2)
    for far in (2**31, -(2**31), 2**40):
        assert canvas.paste(masks, 9, offset=(far, 0)).area == 0
        assert canvas.paste(masks, 9, offset=(0, far)).area == 0


def test_a_smart_brush_on_what_is_not_finite():
    image = np.array([[np.nan, 1, 2, np.inf, 2, 1, -np.inf, 1]], np.float32)
    labels = np.zeros(image.shape, np.uint8)
    canvas = me.Canvas(labels, image)
    assert canvas.smart_brush((0.5, 0.5), 9, 1, np.inf).area == 0  # on NaN
    assert canvas.smart_brush((3.5, 0.5), 9, 1, np.inf).area == 0
    for reference in ("press", "mean"):
        canvas.smart_brush([(1.5, 0.5), (7.5, 0.5)], 1, 1, 5, reference=reference)
        assert labels.tolist() == [[0, 1, 1, 0, 1, 1, 0, 1]]
        canvas.undo()


def test_a_closed_stroke_is_filled():
    labels = np.zeros((5, 6), np.uint8)
    labels[2, 2] = 9
    canvas = me.Canvas(labels)
    canvas.begin(1, rules=me.Rules(protect=(9,)))
    canvas.extend([(1, 0.5), (4.5, 0.5), (4.5, 4.5), (0.5, 4.5), (0.5, 0.5)], 0.5)
    edit = canvas.end(fill_inside=True)
    wanted = art("#####.") | np.zeros((5, 1), bool)
    wanted[2, 2] = False
    assert np.array_equal(labels == 1, wanted)
    assert edit.area == 24
    assert canvas.undo().area == 24


def test_corners_close_a_stroke():
    labels = np.zeros((7, 7), np.uint8)
    canvas = me.Canvas(labels)
    canvas.begin(1)
    canvas.extend([(3.5, 0.5), (6.5, 3.5), (3.5, 6.5), (0.5, 3.5), (3.5, 0.5)], 0.5)
    drawn = art("...#...", "..#.#..", ".#...#.", "#.....#", ".#...#.", "..#.#..", "...#...")
    assert np.array_equal(labels == 1, drawn)
    canvas.end(fill_inside=True)
    filled = art("...#...", "..###..", ".#####.", "#######", ".#####.", "..###..", "...#...")
    assert np.array_equal(labels == 1, filled)


def test_two_threads_on_one_canvas():
    labels = np.zeros((300, 400), np.uint8)
    image = np.indices(labels.shape).sum(0).astype(np.uint8)
    canvas = me.Canvas(labels, image)
    steps = [0, 0, 0]
    failures = []

    def hammer(k):
        rng = np.random.default_rng(k)
        try:
            for i in range(150):
                where = rng.uniform(0, 300, (5, 2))
                label = int(rng.integers(1, 4)) + 10 * k
                if i % 3 == 0:
                    edit = canvas.fill(where[0].astype(int), label, 30)
                elif i % 3 == 1:
                    edit = canvas.stroke(where, 15, label)
                else:
                    edit = canvas.polygon(where[:3], label)
                steps[k] += edit.area > 0
                assert sum(canvas.areas.values()) == labels.size
        except Exception as error:  # noqa: BLE001
            failures.append(error)

    threads = [threading.Thread(target=hammer, args=(k,)) for k in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(canvas.history) == sum(steps)
    last = labels.copy()
    while canvas.undo() is not None:
        pass
    assert not labels.any()
    while canvas.redo() is not None:
        pass
    assert np.array_equal(labels, last)
    names, times = np.unique(labels, return_counts=True)
    assert canvas.areas == dict(zip(names.tolist(), times.tolist(), strict=True))


def test_threads_share_one_open_stroke():
    labels = np.zeros((300, 400), np.uint8)
    canvas = me.Canvas(labels)
    canvas.begin(1)
    areas = []

    def hammer(k):
        rng = np.random.default_rng(k)
        mine = [canvas.extend(rng.uniform(0, 300, (3, 2)), 9).area for _ in range(100)]
        areas.append(sum(mine))

    threads = [threading.Thread(target=hammer, args=(k,)) for k in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert canvas.end().area == sum(areas) == np.count_nonzero(labels)
    assert canvas.undo().area == sum(areas)
    assert not labels.any()


def test_one_thread_undoes_while_another_paints():
    labels = np.zeros((200, 200), np.uint8)
    canvas = me.Canvas(labels)
    done = threading.Event()
    failures = []

    def step():
        rng = np.random.default_rng(3)
        try:
            while not done.is_set():
                canvas.undo() if rng.random() < 0.6 else canvas.redo()
        except Exception as error:  # noqa: BLE001
            failures.append(error)

    thread = threading.Thread(target=step)
    thread.start()
    rng = np.random.default_rng(4)
    for i in range(200):
        canvas.stroke(rng.uniform(0, 200, (4, 2)), 12, i % 5 + 1)
    done.set()
    thread.join()
    assert failures == []
    while canvas.undo() is not None:
        pass
    assert not labels.any()
