"""Canvas: random sequences of every verb, held to the slow canvas after each."""

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

import maskengine as me
from canvas_drawing import DTYPES, SEEDS, Draw, agree, runs_of
from canvas_scenes import Chunks
from maskengine.testing import oracles
from maskengine.testing.canvas_model import CanvasModel, count
from maskengine.testing.canvas_shapes import box_of
from maskengine.testing.regions import components

idle = precondition(lambda self: not self.is_open)
drawing = precondition(lambda self: self.is_open)
FORMS = [("exact", "even-odd"), ("exact", "nonzero"), ("coco", "even-odd")]


def root_of(array):
    while array.base is not None:
        array = array.base
    return array


class Editing(RuleBasedStateMachine):
    """Every verb on one canvas; its patches are replayed on another as they come."""

    good = False  # whether nothing has failed
    is_open = False
    budget = None
    steps = ()

    @initialize(seed=SEEDS, dtype=st.sampled_from(DTYPES))
    def open(self, seed, dtype):
        draw = Draw(seed, dtype=dtype)
        self.size, self.dtype = draw.size, dtype
        self.array, self.image = draw.label_map(), draw.image()
        self.first = root_of(self.array).copy()
        self.canvas = self.make_canvas()
        self.model = CanvasModel(self.array, self.image)
        self.mirror = me.Canvas(np.array(self.array))
        self.good = True

    def make_canvas(self):
        return me.Canvas(self.array, self.image)

    def pixels(self):
        return self.array

    def draw(self, seed):
        return Draw(seed, self.size, self.dtype)

    def same(self, edit, change):
        self.good = False
        agree(edit, change)
        assert np.array_equal(self.pixels(), self.model.labels)
        self.good = True
        if not self.is_open:
            agree(self.mirror.apply(edit.patch.to_bytes()), change._replace(complete=True))
            assert np.array_equal(self.mirror.labels, self.model.labels)

    def do(self, verb, *arguments, **options):
        """Call a verb of the canvas and of the model."""
        self.good = False
        edit = getattr(self.canvas, verb)(*arguments, **options)
        self.same(edit, getattr(self.model, verb)(*arguments, **options))
        return edit

    # strokes

    @idle
    @rule(seed=SEEDS, mode=st.sampled_from(["paint", "paint", "erase", "replace"]))
    def begin(self, seed, mode):
        draw = self.draw(seed)
        form, self.radius = draw.brush()
        how = {"mode": mode, "rules": draw.rules(), **form}
        if mode == "replace":
            how["old"] = draw.label()
        self.smart = draw.chance(0.4)
        if self.smart:
            how |= draw.smart()
        label = draw.label()
        self.canvas.begin(label, **how)
        self.model.begin(label, **how)
        self.is_open = True
        self.pieces = []
        line = draw.points_from_inside()
        self.pieces.append(self.do("extend", line, self.radius(draw, len(line))).patch)

    @drawing
    @rule(seed=SEEDS)
    def extend(self, seed):
        draw = self.draw(seed)
        line = draw.points_from_inside() if self.smart else draw.one([draw.points(), draw.loop()])
        self.pieces.append(self.do("extend", line, self.radius(draw, len(line))).patch)

    @drawing
    @rule(fill_inside=st.booleans())
    def end(self, fill_inside):
        self.is_open = False
        replayed = me.Canvas(np.array(self.mirror.labels))
        for patch in self.pieces:
            replayed.apply(patch)
        assert np.array_equal(replayed.labels, self.model.labels)
        self.do("end", fill_inside=fill_inside)

    @drawing
    @rule()
    def cancel(self):
        self.do("cancel")
        self.is_open = False
        assert np.array_equal(self.mirror.labels, self.model.labels)

    @drawing
    @rule(name=st.sampled_from(["begin", "fill", "undo", "redo", "replace", "apply", "flush"]))
    def refuse(self, name):
        """Nothing else is done while a stroke is open."""
        empty = me.Canvas(np.zeros(self.size, self.dtype)).replace(1, 2).patch
        arguments = {"fill": ((0, 0), 1), "replace": (0, 1), "apply": (empty,)}
        with pytest.raises(me.MaskError):
            getattr(self.canvas, name)(*arguments.get(name, ()))

    @idle
    @rule(seed=SEEDS)
    def stroke(self, seed):
        draw = self.draw(seed)
        form, radius = draw.brush()
        line = draw.points(6)
        how = {"rules": draw.rules(), **form}
        self.do("stroke", line, radius(draw, len(line)), draw.label(), **how)

    @idle
    @rule(seed=SEEDS)
    def smart_brush(self, seed):
        draw = self.draw(seed)
        line = draw.points_from_inside(6)
        radius, label = draw.radius(len(line)), draw.label()
        self.do("smart_brush", line, radius, label, **draw.smart(), rules=draw.rules())

    # verbs

    @idle
    @rule(seed=SEEDS, on=st.sampled_from(["image", "labels"]))
    def fill(self, seed, on):
        draw = self.draw(seed)
        place = tuple(draw.whole(0, side - 1) for side in self.size[::-1])
        how = {"on": on, "mode": draw.one(["fixed", "floating"])}
        how |= {"connectivity": draw.one([4, 8]), "tolerance": draw.one([0, 1, 2, 40])}
        if draw.chance(0.3):
            how["barrier"] = draw.mask()
        self.do("fill", place, draw.label(), **how, rules=draw.rules())

    @idle
    @rule(seed=SEEDS, form=st.sampled_from(FORMS))
    def polygon(self, seed, form):
        draw = self.draw(seed)
        how = {"rule": form[0], "fill": form[1], "rules": draw.rules()}
        self.do("polygon", draw.polygon(), draw.label(), **how)

    @idle
    @rule(seed=SEEDS)
    def paste(self, seed):
        draw = self.draw(seed)
        masks = draw.masks()
        n = len(masks)
        labels = draw.one([draw.label(), draw.labels(n)])
        z = draw.one([None, [draw.whole(-2, 2) for _ in range(n)]])
        offset = (draw.whole(-6, 9), draw.whole(-6, 9)) if draw.chance(0.6) else (0, 0)
        self.do("paste", masks, labels, z, offset=offset, rules=draw.rules())

    @idle
    @rule(seed=SEEDS)
    def erase(self, seed):
        draw = self.draw(seed)
        what = draw.one([draw.polygon(), draw.mask(), oracles.encode([draw.mask()])])
        self.do("erase", what, rules=draw.rules())

    @idle
    @rule(seed=SEEDS)
    def replace(self, seed):
        draw = self.draw(seed)
        self.do("replace", draw.label(), draw.label(), rules=draw.rules())

    @idle
    @rule(seed=SEEDS)
    def apply(self, seed):
        """Apply the patch of an event on a changed copy, which may no longer fit this canvas."""
        draw = self.draw(seed)
        other = me.Canvas(self.model.labels.copy())
        if draw.chance(0.5):
            other.replace(draw.label(), draw.label())
        patch = other.polygon(draw.polygon(), draw.label()).patch
        change = self.model.apply(runs_of(patch))
        if change is None:
            with pytest.raises(me.MaskError):
                self.canvas.apply(patch)
            assert np.array_equal(self.pixels(), self.model.labels)
        else:
            self.same(self.canvas.apply(patch.to_bytes()), change)

    # history

    @idle
    @rule(back=st.booleans(), times=st.integers(1, 3))
    def step(self, back, times):
        for _ in range(times):
            edit = self.canvas.undo() if back else self.canvas.redo()
            change = self.model.undo() if back else self.model.redo()
            if change is None:
                assert edit is None
                break
            self.same(edit, change)

    @idle
    @rule(n=st.integers(1, 4))
    def coalesce(self, n):
        if n <= len(self.model.done):
            agree(self.canvas.coalesce(n), self.model.coalesce(n))
            self.steps = ()  # a joint step may take more than all of them

    @invariant()
    def history_agrees(self):
        if not self.good:
            return
        steps, done = self.canvas.history, self.model.done
        dropped = len(done) - len(steps)
        if self.budget is None:
            assert dropped == 0
        else:
            kept = sum(step.nbytes for step in steps)
            assert kept <= self.budget
            del done[:dropped]
            if 0 < dropped <= len(self.steps):  # the oldest, and no more of them than need be
                assert self.budget < kept + self.steps[dropped - 1].nbytes
        self.steps = steps
        for step, (before, after) in zip(steps, done, strict=True):
            assert step.area == (before != after).sum()
        assert self.canvas.can_undo == bool(done)
        assert self.canvas.can_redo == bool(self.model.undone)

    # statistics

    @rule(seed=SEEDS, near=st.sampled_from([4, 8]))
    def measure(self, seed, near):
        assert self.canvas.areas == count(self.model.labels)
        label = self.draw(seed).label()
        mask = self.model.labels == label
        assert self.canvas.box(label) == box_of(mask)
        numbers, n = components(mask, near)
        found = self.canvas.components(label, near)
        assert len(found) == n
        height, width = self.size
        for k in range(n):
            one = numbers == k + 1
            y, x = np.nonzero(one)
            left, top, right, bottom = box_of(one)
            assert found.area[k] == len(x)
            assert found.bbox[k].tolist() == [left, top, right - left, bottom - top]
            assert np.allclose(found.centroid[k], [x.mean() + 0.5, y.mean() + 0.5])
            assert found.first_pixel[k].tolist() == [x[0], y[0]]
            at_border = left == 0 or top == 0 or right == width or bottom == height
            assert found.touches_border[k] == at_border

    def teardown(self):
        """To the start and to the end again, byte by byte, around the map too."""
        if not self.good:
            return
        if self.is_open:
            self.cancel()
        while self.canvas.redo() is not None:
            self.model.redo()
        assert np.array_equal(self.pixels(), self.model.labels)
        self.canvas.flush()
        last = root_of(self.array).copy()
        steps = len(self.model.done)
        assert len(self.canvas.history) == steps
        for _ in range(steps):
            assert self.canvas.undo() is not None
        assert self.canvas.undo() is None
        self.canvas.flush()
        if self.budget is None:
            assert np.array_equal(root_of(self.array), self.first)
        for _ in range(steps):
            assert self.canvas.redo() is not None
        self.canvas.flush()
        assert np.array_equal(root_of(self.array), last)


class EditingOnABudget(Editing):
    """The same with little memory for the history."""

    budget = 500

    def make_canvas(self):
        return me.Canvas(self.array, self.image, history_bytes=self.budget)


class EditingTiles(Editing):
    """The same on labels that lie elsewhere, and are read and written in tiles."""

    def make_canvas(self):
        return me.Canvas(Chunks(self.array), Chunks(self.image))

    def pixels(self):
        return self.canvas.read((0, 0, self.size[1], self.size[0]))

    @idle
    @rule()
    def flush(self):
        self.canvas.flush()
        assert np.array_equal(self.array, self.model.labels)


def few(share):
    return settings(max_examples=max(settings.default.max_examples // share, 2))


TestEditing = Editing.TestCase
TestEditing.settings = few(2)
TestEditingOnABudget = EditingOnABudget.TestCase
TestEditingOnABudget.settings = few(5)
TestEditingTiles = EditingTiles.TestCase
TestEditingTiles.settings = few(5)
