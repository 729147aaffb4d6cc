"""Canvas: random sequences of every verb, held to the slow canvas after each."""

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

import maskengine as me
from canvas_drawing import (
    DTYPES,
    SIZES,
    Store,
    agree,
    brushes,
    few_labels,
    images,
    label_maps,
    points,
    regions,
    rings,
    rules,
    runs_of,
)
from maskengine.testing import strategies
from maskengine.testing.canvas_model import CanvasModel, count
from maskengine.testing.canvas_shapes import box_of
from maskengine.testing.regions import components, measures

DATA = st.data()
idle = precondition(lambda self: not self.is_open)
drawing = precondition(lambda self: self.is_open)


def root_of(array):
    while array.base is not None:
        array = array.base
    return array


class Editing(RuleBasedStateMachine):
    """Every verb on one canvas; its patches are replayed on another as they come."""

    is_open = False
    budget = None
    steps = ()

    @initialize(data=DATA, size=SIZES, dtype=st.sampled_from(DTYPES))
    def open(self, data, size, dtype):
        self.size = size
        self.names = few_labels(dtype)
        self.array = data.draw(label_maps(size, dtype))
        self.image = data.draw(images(size))
        self.first = root_of(self.array).copy()
        self.canvas = self.make_canvas()
        self.model = CanvasModel(self.array, self.image)
        self.mirror = me.Canvas(np.array(self.array))

    def make_canvas(self):
        return me.Canvas(self.array, self.image)

    def pixels(self):
        return self.array

    def draw_label(self, data):
        return data.draw(st.sampled_from(self.names))

    def draw_rules(self, data):
        self.rules = data.draw(rules(self.size, self.names))
        return self.rules

    def same(self, edit, change):
        agree(edit, change)
        assert np.array_equal(self.pixels(), self.model.labels)
        if not self.is_open:
            agree(self.mirror.apply(edit.patch.to_bytes()), change._replace(complete=True))
            assert np.array_equal(self.mirror.labels, self.model.labels)

    # strokes

    @idle
    @rule(data=DATA, mode=st.sampled_from(["paint", "paint", "erase", "replace"]))
    def begin(self, data, mode):
        form, self.radii = data.draw(brushes())
        how = {"mode": mode, "rules": self.draw_rules(data), **form}
        if mode == "replace":
            how["old"] = self.draw_label(data)
        self.smart = data.draw(st.sampled_from([False, False, True]))
        if self.smart:
            how["tolerance"] = data.draw(st.sampled_from([0, 1, 2, 30]))
            how["reference"] = data.draw(st.sampled_from(["press", "mean"]))
        label = self.draw_label(data)
        self.canvas.begin(label, **how)
        self.model.begin(label, **how)
        self.is_open = True
        self.pieces = []
        self.pressed = False

    @drawing
    @rule(data=DATA)
    def extend(self, data):
        line = data.draw(points(self.size))
        if self.smart and not self.pressed:
            inside = np.clip(line[0], 0.25, np.array(self.size[::-1]) - 0.25)
            line[0] = tuple(inside.tolist())
        radius = data.draw(self.radii)
        if isinstance(radius, float) and data.draw(st.booleans()):
            radius = [data.draw(self.radii) for _ in line]
        self.pressed = True
        edit = self.canvas.extend(line, radius)
        self.same(edit, self.model.extend(line, radius))
        self.pieces.append(edit.patch)

    @drawing
    @rule(fill_inside=st.booleans())
    def end(self, fill_inside):
        self.is_open = False
        replayed = me.Canvas(np.array(self.mirror.labels))
        for patch in self.pieces:
            replayed.apply(patch)
        assert np.array_equal(replayed.labels, self.pixels())
        edit = self.canvas.end(fill_inside=fill_inside)
        self.same(edit, self.model.end(fill_inside=fill_inside))

    @drawing
    @rule()
    def cancel(self):
        edit = self.canvas.cancel()
        self.same(edit, self.model.cancel())
        self.is_open = False
        assert np.array_equal(self.mirror.labels, self.model.labels)

    @drawing
    @rule(data=DATA, name=st.sampled_from(["begin", "fill", "undo", "redo", "replace", "apply"]))
    def refuse(self, data, name):
        """Nothing else is done while a stroke is open."""
        empty = me.Canvas(np.zeros(self.size, self.array.dtype)).replace(1, 2).patch
        arguments = {"fill": ((0, 0), 1), "replace": (0, 1), "apply": (empty,)}
        with pytest.raises(me.MaskError):
            getattr(self.canvas, name)(*arguments.get(name, ()))

    # verbs

    @idle
    @rule(data=DATA, mode=st.sampled_from(["fixed", "floating"]), near=st.sampled_from([4, 8]))
    def fill(self, data, mode, near):
        seed = tuple(data.draw(st.integers(0, side - 1)) for side in self.size[::-1])
        how = {"on": data.draw(st.sampled_from(["image", "labels"])), "mode": mode}
        how |= {"connectivity": near, "tolerance": data.draw(st.sampled_from([0, 1, 2, 40]))}
        if data.draw(st.booleans()):
            how["barrier"] = data.draw(strategies.dense(self.size))
        how["rules"] = self.draw_rules(data)
        label = self.draw_label(data)
        self.same(self.canvas.fill(seed, label, **how), self.model.fill(seed, label, **how))

    @idle
    @rule(
        data=DATA,
        form=st.sampled_from([("exact", "even-odd"), ("exact", "nonzero"), ("coco", "even-odd")]),
    )
    def polygon(self, data, form):
        shape = data.draw(rings(self.size))
        how = {"rule": form[0], "fill": form[1], "rules": self.draw_rules(data)}
        label = self.draw_label(data)
        edit = self.canvas.polygon(shape, label, **how)
        self.same(edit, self.model.polygon(shape, label, **how))

    @idle
    @rule(data=DATA, offset=st.tuples(st.integers(-6, 9), st.integers(-6, 9)))
    def paste(self, data, offset):
        size = self.size if data.draw(st.booleans()) else data.draw(strategies.sizes(9))
        masks = data.draw(strategies.masks(size=size, max_masks=3))
        several = st.lists(st.sampled_from(self.names), min_size=len(masks), max_size=len(masks))
        labels = data.draw(st.one_of(st.sampled_from(self.names), several))
        heights = st.lists(st.integers(-2, 2), min_size=len(masks), max_size=len(masks))
        z = data.draw(st.one_of(st.none(), heights))
        how = {"offset": offset, "rules": self.draw_rules(data)}
        edit = self.canvas.paste(masks, labels, z, **how)
        self.same(edit, self.model.paste(masks, labels, z, **how))

    @idle
    @rule(data=DATA)
    def erase(self, data):
        what = data.draw(
            st.one_of(
                rings(self.size), regions(self.size).filter(lambda r: not isinstance(r, tuple))
            )
        )
        some = self.draw_rules(data)
        self.same(self.canvas.erase(what, rules=some), self.model.erase(what, rules=some))

    @idle
    @rule(data=DATA)
    def replace(self, data):
        old, new, some = self.draw_label(data), self.draw_label(data), self.draw_rules(data)
        edit = self.canvas.replace(old, new, rules=some)
        self.same(edit, self.model.replace(old, new, rules=some))

    @idle
    @rule(data=DATA)
    def apply(self, data):
        """Apply the patch of an event on a changed copy, which may no longer fit this canvas."""
        other = me.Canvas(self.model.labels.copy())
        if data.draw(st.booleans()):
            other.replace(self.draw_label(data), self.draw_label(data))
        patch = other.polygon(data.draw(rings(self.size)), self.draw_label(data)).patch
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
    @rule(data=DATA)
    def coalesce(self, data):
        steps = len(self.model.done)
        if steps:
            n = data.draw(st.integers(1, steps))
            agree(self.canvas.coalesce(n), self.model.coalesce(n))

    @invariant()
    def history_agrees(self):
        if not hasattr(self, "model"):
            return
        steps, done = self.canvas.history, self.model.done
        dropped = len(done) - len(steps)
        if self.budget is None:
            assert dropped == 0
        elif dropped:  # the oldest, and no more of them than need be
            del done[:dropped]
            assert dropped <= len(self.steps) + 1
            if dropped <= len(self.steps):
                kept = sum(step.nbytes for step in steps)
                assert kept <= self.budget < kept + self.steps[dropped - 1].nbytes
        self.steps = steps
        for step, (before, after) in zip(steps, done, strict=True):
            assert step.area == (before != after).sum()
        assert self.canvas.can_undo == bool(done)
        assert self.canvas.can_redo == bool(self.model.undone)

    # statistics

    @rule(data=DATA, near=st.sampled_from([4, 8]))
    def measure(self, data, near):
        assert self.canvas.areas == count(self.model.labels)
        label = self.draw_label(data)
        mask = self.model.labels == label
        assert self.canvas.box(label) == box_of(mask)
        measured = measures(*components(mask, near), near)
        found = self.canvas.components(label, near)
        assert len(found) == len(measured["area"])
        for name in ("area", "bbox", "centroid", "first_pixel", "touches_border"):
            assert np.allclose(getattr(found, name).tolist(), measured[name], rtol=1e-12)

    def teardown(self):
        """To the start and to the end again, byte by byte, around the map too."""
        if not hasattr(self, "model"):
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
        return me.Canvas(Store(self.array), Store(self.image))

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
TestEditing.settings = few(3)
TestEditingOnABudget = EditingOnABudget.TestCase
TestEditingOnABudget.settings = few(6)
TestEditingTiles = EditingTiles.TestCase
TestEditingTiles.settings = few(6)
