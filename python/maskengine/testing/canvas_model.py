"""A slow canvas: the verbs of the engine's on whole arrays, each pixel decided by itself.

Shapes, floods and polygons come from the other slow truths; undo keeps copies of the whole map.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from maskengine.errors import MaskError
from maskengine.testing import canvas_shapes, editing, oracles, polygons
from maskengine.values import Masks

Labels = npt.NDArray[Any]
Dense = npt.NDArray[np.bool_]
_WINDINGS: dict[str, Callable[..., Any]] = {"exact": polygons.exact, "coco": polygons.coco}


class Change(NamedTuple):
    """What an event did: the map before it and after it.

    Examples
    --------
    >>> change = Change(np.array([[0, 3, 3]]), np.array([[5, 5, 3]]))
    >>> change.box, change.gained, change.lost
    ((0, 0, 2, 1), {5: 2}, {0: 1, 3: 1})
    >>> change.runs
    [(0, 0, 1, 0, 5), (0, 1, 2, 3, 5)]
    """

    before: Labels
    after: Labels
    complete: bool = True

    @property
    def pixels(self) -> Dense:
        """Give the pixels that differ."""
        return np.asarray(self.before != self.after)

    @property
    def area(self) -> int:
        """Count them."""
        return int(self.pixels.sum())

    @property
    def box(self) -> canvas_shapes.Box:
        """Give the smallest half-open box around them; zeros where there are none."""
        return canvas_shapes.box_of(self.pixels)

    @property
    def gained(self) -> dict[int, int]:
        """Count them by the label they have now."""
        return count(self.after[self.pixels])

    @property
    def lost(self) -> dict[int, int]:
        """Count them by the label they had."""
        return count(self.before[self.pixels])

    @property
    def runs(self) -> list[tuple[int, ...]]:
        """Give them as the longest (y, begin, end, old, new), row by row."""
        found: list[tuple[int, ...]] = []
        for y in range(self.before.shape[0]):
            pairs = zip(self.before[y].tolist(), self.after[y].tolist(), strict=True)
            x = 0
            for (old, new), same in groupby(pairs):
                begin, x = x, x + len(list(same))
                if old != new:
                    found.append((y, begin, x, old, new))
        return found


def count(values: npt.ArrayLike) -> dict[int, int]:
    """Count the pixels of each label."""
    names, times = np.unique(values, return_counts=True)
    return dict(zip(names.tolist(), times.tolist(), strict=True))


@dataclass
class _Stroke:
    label: int
    mode: str
    rules: Any
    shape: Any
    angle: float
    old: int | None
    tolerance: Any
    reference: str
    start: Labels
    covered: Dense
    taken: Dense  # by a smart brush
    area: int = 0
    last: tuple[Any, Any] | None = None  # point, radius
    press: Any = None


def _is_too_much(rules: Any, changed: npt.ArrayLike, spent: int = 0) -> bool:
    most = None if rules is None else rules.max_area
    return most is not None and spent + int(np.sum(changed)) > most


class CanvasModel:
    """The truth of :class:`maskengine.Canvas`, as slow and as plain as can be.

    Parameters
    ----------
    labels : array_like of int, shape (H, W)
        Copied.
    image : array_like, shape (H, W) or (H, W, C), optional
        What fills and smart brushes read.

    Examples
    --------
    >>> model = CanvasModel(np.zeros((3, 4), np.uint8))
    >>> model.stroke([(1.5, 1.5), (2.5, 1.5)], 0.5, 7).gained
    {7: 2}
    >>> model.undo().lost, model.labels.any()
    ({7: 2}, np.False_)
    """

    def __init__(self, labels: npt.ArrayLike, image: Any = None) -> None:
        self.labels = np.array(labels)
        self.image = None if image is None else np.array(image)
        self.done: list[tuple[Labels, Labels]] = []
        self.undone: list[tuple[Labels, Labels]] = []
        self._stroke: _Stroke | None = None

    # strokes

    def begin(
        self,
        label: int = 1,
        mode: str = "paint",
        *,
        rules: Any = None,
        shape: Any = "disk",
        angle: float = 0.0,
        old: int | None = None,
        tolerance: Any = None,
        reference: str = "press",
    ) -> None:
        """Put the brush down."""
        self._stroke = _Stroke(
            0 if mode == "erase" else label,
            mode,
            rules,
            shape,
            angle,
            old,
            tolerance,
            reference,
            self.labels.copy(),
            np.zeros(self.labels.shape, bool),
            np.zeros(self.labels.shape, bool),
        )

    def extend(self, points: Any, radius: Any) -> Change:
        """Move it on, segment by segment; a move that is too much is as if it had not been."""
        brush = self._open()
        last, taken = brush.last, brush.taken.copy()
        places = [(float(x), float(y)) for x, y in np.reshape(np.asarray(points, float), (-1, 2))]
        constant = np.ndim(radius) == 0 or (
            isinstance(brush.shape, str) and brush.shape == "ellipse"
        )
        sizes = [radius] * len(places) if constant else list(radius)
        covered = np.zeros_like(brush.covered)
        for place, size in zip(places, sizes, strict=True):
            ends = [brush.last or (place, size), (place, size)]
            covered |= self._segment(brush, ends)
            brush.last = ends[1]
        refused = brush.tolerance is not None and _is_too_much(brush.rules, brush.taken)
        if refused:
            change = Change(self.labels.copy(), self.labels.copy(), complete=False)
        else:
            change = self._swept(brush, covered)
        if not change.complete:
            brush.last, brush.taken = last, taken
        return change

    def end(self, *, fill_inside: bool = False) -> Change:
        """Lift it: the stroke is one step of undo."""
        brush = self._open()
        complete = True
        if fill_inside:
            complete = self._swept(brush, canvas_shapes.inside_of(brush.covered)).complete
        self._stroke = None
        self._remember(brush.start)
        return Change(brush.start, self.labels.copy(), complete)

    def cancel(self) -> Change:
        """Take the open stroke back."""
        brush = self._open()
        self._stroke = None
        return self._restore(brush.start)

    def stroke(self, points: Any, radius: Any, label: int = 1, **how: Any) -> Change:
        """Draw all of a stroke."""
        self.begin(label, **how)
        drawn = self.extend(points, radius)
        whole = self.end()
        return whole if drawn.complete else drawn

    def smart_brush(
        self, points: Any, radius: Any, label: int, tolerance: Any, **how: Any
    ) -> Change:
        """Draw all of a stroke that keeps to a colour."""
        return self.stroke(points, radius, label, tolerance=tolerance, **how)

    def _open(self) -> _Stroke:
        if self._stroke is None:
            raise MaskError("no stroke is open")
        return self._stroke

    def _segment(self, brush: _Stroke, ends: list[tuple[Any, Any]]) -> Dense:
        """Give what one segment sweeps, or what of that a smart brush takes."""
        size = self.labels.shape
        places, radii = zip(*ends, strict=True)
        if isinstance(brush.shape, np.ndarray):
            swept = editing.stroke(places, (0, 0), size, brush=brush.shape != 0)
        elif brush.shape == "ellipse":
            swept = canvas_shapes.ellipse(places, radii[0], brush.angle, size)
        else:
            swept = editing.stroke(places, radii, size, brush.shape)
        return swept if brush.tolerance is None else self._near(brush, places, swept)

    def _near(self, brush: _Stroke, places: Any, swept: Dense) -> Dense:
        """Take what is near in colour, and within the sweep connected to pixels on the way."""
        image = np.atleast_3d(np.asarray(self.image))
        deep = image.astype(object)
        way = editing.stroke(places, (0.5,) * 2, swept.shape, "square")
        if brush.press is None:
            x, y = (math.floor(c) for c in places[0])
            brush.press = deep[y, x]
        centre = brush.press
        if brush.reference == "mean" and brush.taken.any():
            sums, n = deep[brush.taken].sum(axis=0), int(brush.taken.sum())
            if image.dtype.kind == "f":
                centre = (sums / n).astype(image.dtype).astype(object)
            else:
                centre = np.array([math.floor(Fraction(2 * one + n, 2 * n)) for one in sums])
        near = (abs(deep - centre) <= brush.tolerance).all(axis=2) & swept
        taken = editing.flood(near, np.argwhere(way & near)[:, ::-1].tolist(), ([0], [0]))
        brush.taken |= taken
        return taken

    def _swept(self, brush: _Stroke, covered: Dense) -> Change:
        """Change what is covered for the first time."""
        new = covered & ~brush.covered
        if brush.mode == "replace":
            new &= self.labels == brush.old
        change = self._write(new, brush.label, brush.rules, brush.area)
        if change.complete:
            brush.covered |= covered
            brush.area += change.area
        return change

    # verbs

    def fill(
        self,
        seed: Any,
        label: int,
        tolerance: Any = 0,
        mode: str = "fixed",
        connectivity: int = 4,
        *,
        on: str = "image",
        barrier: Dense | None = None,
        rules: Any = None,
    ) -> Change:
        """Flood from a seed (x, y)."""
        values = self.labels if on == "labels" else np.asarray(self.image)
        both = [tolerance] * (1 if values.ndim == 2 else values.shape[2])
        may = None if barrier is None else ~barrier
        seeds = np.reshape(seed, (-1, 2)).tolist()
        filled = editing.flood(values, seeds, (both, both), mode, connectivity, may)
        if _is_too_much(rules, filled):
            return Change(self.labels.copy(), self.labels.copy(), complete=False)
        return self._edit(filled, label, rules)

    def polygon(
        self,
        polygon: Any,
        label: int,
        *,
        rule: str = "exact",
        fill: str = "even-odd",
        rules: Any = None,
    ) -> Change:
        """Fill polygons."""
        return self._edit(self._inside(polygon, rule, fill), label, rules)

    def paste(
        self,
        masks: Masks,
        labels: Any = 1,
        z: Any = None,
        *,
        offset: tuple[int, int] = (0, 0),
        rules: Any = None,
    ) -> Change:
        """Paint masks over each other, the highest in front, `offset` (x, y) away."""
        values = [labels] * len(masks) if np.ndim(labels) == 0 else list(labels)
        front = [0] * len(masks) if z is None else np.asarray(z).tolist()
        pasted = np.zeros(self.labels.shape, bool)
        new = self.labels.copy()
        dense = oracles.decode(masks)
        for i in sorted(range(len(masks)), key=lambda i: front[i]):
            for y, x in np.argwhere(dense[i]).tolist():
                at = y + offset[1], x + offset[0]
                if all(0 <= c < side for c, side in zip(at, new.shape, strict=True)):
                    pasted[at] = True
                    new[at] = values[i]
        return self._edit(pasted, new, rules)

    def erase(self, what: Any, *, rules: Any = None) -> Change:
        """Set to 0 what a mask, or a polygon, covers."""
        dense = isinstance(what, Masks) or (isinstance(what, np.ndarray) and what.dtype.kind == "b")
        mask = canvas_shapes.as_dense(what, self.labels.shape) if dense else self._inside(what)
        return self._edit(mask, 0, rules)

    def replace(self, old: int, new: int, *, rules: Any = None) -> Change:
        """Turn a label into another."""
        return self._edit(self.labels == old, new, rules)

    def apply(self, runs: Iterable[Sequence[int]]) -> Change | None:
        """Write runs (y, begin, end, old, new); None, and nothing, where one does not find old."""
        target = self.labels.copy()
        for y, begin, end, old, new in runs:
            if not (self.labels[y, begin:end] == old).all():
                return None
            target[y, begin:end] = new
        return self._edit(np.ones(target.shape, bool), target, None)

    def _inside(self, polygon: Any, rule: str = "exact", fill: str = "even-odd") -> Dense:
        batch = canvas_shapes.as_polygons(polygon)
        found = polygons.rasterize(batch, self.labels.shape, _WINDINGS[rule], fill)
        return canvas_shapes.as_dense(found, self.labels.shape)

    # history

    def undo(self) -> Change | None:
        """Take the last step back."""
        if not self.done:
            return None
        step = self.done.pop()
        self.undone.append(step)
        return self._restore(step[0])

    def redo(self) -> Change | None:
        """Do again what was taken back last."""
        if not self.undone:
            return None
        step = self.undone.pop()
        self.done.append(step)
        return self._restore(step[1])

    def coalesce(self, n: int) -> Change:
        """Make the last n steps one; none, when in the end nothing has changed."""
        first, last = self.done[-n][0], self.done[-1][1]
        del self.done[-n:]
        if (first != last).any():
            self.done.append((first, last))
        return Change(first, last)

    def _write(self, mask: Dense, new: Any, rules: Any, spent: int = 0) -> Change:
        before = self.labels.copy()
        after = np.where(
            mask & canvas_shapes.allowed(rules, before), np.asarray(new, before.dtype), before
        )
        if _is_too_much(rules, after != before, spent):
            return Change(before, before, complete=False)
        self.labels[:] = after
        return Change(before, after)

    def _edit(self, mask: Dense, new: Any, rules: Any) -> Change:
        change = self._write(mask, new, rules)
        self._remember(change.before)
        return change

    def _remember(self, before: Labels) -> None:
        if (before != self.labels).any():
            self.done.append((before, self.labels.copy()))
            self.undone.clear()

    def _restore(self, labels: Labels) -> Change:
        before = self.labels.copy()
        self.labels[:] = labels
        return Change(before, labels.copy())
