"""Canvas on maps of many tiles: against plain NumPy, and what is touched of a huge one."""

from itertools import pairwise

import numpy as np
import pytest
from scipy import ndimage

import maskengine as me
from canvas_drawing import runs_of
from canvas_scenes import Chunks
from maskengine.testing.canvas_model import Change

SIZE = (600, 1100)
Y, X = np.mgrid[: SIZE[0], : SIZE[1]] + 0.5


def swept(points, radius):
    """Give the pixels whose centres are within the radius of a line, none within rounding."""
    nearest = np.full(SIZE, np.inf)
    for (ax, ay), (bx, by) in pairwise(points):
        dx, dy = bx - ax, by - ay
        t = np.clip(((X - ax) * dx + (Y - ay) * dy) / (dx * dx + dy * dy or 1), 0, 1)
        nearest = np.minimum(nearest, np.hypot(X - ax - t * dx, Y - ay - t * dy))
    assert (abs(nearest - radius) > 1e-9).all()
    return nearest <= radius


def touched(a, b):
    """Give the pixels that a segment goes through, as (y, x)."""
    a, way = np.array(a), np.array(b) - np.array(a)
    times = [0.0, 1.0]
    for start, length in zip(a, way, strict=True):
        lines = np.arange(np.ceil(min(start, start + length)), max(start, start + length))
        times += [] if length == 0 else ((lines - start) / length).tolist()
    times = np.sort(times)
    x, y = np.floor(a + (times[:-1] + times[1:])[:, None] / 2 * way).astype(int).T
    inside = (x >= 0) & (y >= 0) & (x < SIZE[1]) & (y < SIZE[0])
    return y[inside], x[inside]


def taken(image, points, radius, tolerance):
    """Give what a smart brush takes: of the first point and of each segment what is connected."""
    found = np.zeros(SIZE, bool)
    pressed = int(image[int(points[0][1]), int(points[0][0])])
    near = abs(image.astype(int) - pressed) <= tolerance
    for a, b in [(points[0], points[0]), *pairwise(points)]:
        numbers, _ = ndimage.label(near & swept([a, b], radius))
        reached = np.unique(numbers[touched(a, b)])
        found |= np.isin(numbers, reached[reached > 0])
    return found


def triangle(points):
    """Give the pixels whose centres are inside a triangle, none so near that it rounds."""
    sides = [
        (bx - ax) * (Y - ay) - (by - ay) * (X - ax)
        for (ax, ay), (bx, by) in zip(points, [*points[1:], points[0]], strict=True)
    ]
    assert (np.abs(sides) > 1e-6).all()
    return np.logical_and.reduce([s > 0 for s in sides]) | np.logical_and.reduce(
        [s < 0 for s in sides]
    )


def on_grid(points):
    return np.round(np.asarray(points) * 2**16) / 2**16


def holds(edit, change):
    """Hold an edit to the maps before and after it."""
    assert edit.complete
    assert (edit.box, edit.area) == (change.box, change.area)
    assert (edit.gained, edit.lost) == (change.gained, change.lost)
    made = change.before.copy()
    for y, begin, end, old, new in runs_of(edit.patch):
        assert begin < end
        assert (made[y, begin:end] == old).all()
        assert old != new
        made[y, begin:end] = new
    assert np.array_equal(made, change.after)
    assert np.add.reduce(edit.spans[:, 2] - edit.spans[:, 1]) == change.area


def check_components(canvas, labels, label, near):
    """Hold the components of a label to those of SciPy."""
    found = canvas.components(label, near)
    numbers, n = ndimage.label(labels == label, np.ones((3, 3)) if near == 8 else None)
    assert len(found) == n
    boxes = ndimage.find_objects(numbers)
    sides = [(x.start, y.start, x.stop - x.start, y.stop - y.start) for y, x in boxes]
    assert found.bbox.tolist() == [list(box) for box in sides]
    assert found.area.tolist() == np.bincount(numbers.ravel(), minlength=n + 1)[1:].tolist()
    centres = [
        (x + 0.5, y + 0.5) for y, x in ndimage.center_of_mass(numbers, numbers, range(1, n + 1))
    ]
    assert np.allclose(found.centroid, np.reshape(centres, (-1, 2)))
    y, x = np.nonzero(labels == label)
    box = (int(x.min()), int(y.min()), int(x.max()) + 1, int(y.max()) + 1) if n else (0, 0, 0, 0)
    assert canvas.box(label) == box


class Session:
    """Random events on a canvas, each with what NumPy makes of it."""

    def __init__(self, seed, image):
        self.rng = np.random.default_rng(seed)
        self.image = image

    def points(self, n):
        return on_grid(
            self.rng.uniform(-100, 100, (n, 2)) + self.rng.uniform(0, 1, (n, 2)) * SIZE[::-1]
        )

    def event(self, canvas, labels, number):
        """Do one event; give the edit and the map that should be there after it."""
        kind, label = number % 6, int(self.rng.integers(0, 9))
        radius = float(on_grid(self.rng.choice([3.3, 40.1, 170.7])))
        if kind < 2:
            line = self.points(4)
            mask = swept(line, radius)
            if kind == 0:
                return canvas.stroke(line, radius, label), np.where(mask, label, labels)
            rules = me.Rules(only=(1, 2, 3, 0), protect=(2,), region=(100, 50, 900, 560))
            inside = np.zeros(SIZE, bool)
            inside[50:560, 100:900] = True
            may = np.isin(labels, (0, 1, 3)) & inside & mask
            return canvas.stroke(line, radius, label, rules=rules), np.where(may, label, labels)
        if kind == 2:
            corners = self.points(3)
            return canvas.polygon(corners, label), np.where(triangle(corners), label, labels)
        y, x = (int(self.rng.integers(side)) for side in SIZE)
        if kind == 5:
            line = self.points(3)
            line[0] = on_grid(self.rng.uniform(0, SIZE[::-1]))
            mask = taken(self.image, line, radius, 9)
            return canvas.smart_brush(line, radius, label, 9), np.where(mask, label, labels)
        if kind == 3:
            near = abs(self.image.astype(int) - int(self.image[y, x])) <= 6
            numbers, _ = ndimage.label(near)
            filled = numbers == numbers[y, x]
            return canvas.fill((x, y), label, 6), np.where(filled, label, labels)
        numbers, _ = ndimage.label(labels == labels[y, x], np.ones((3, 3)))
        filled = numbers == numbers[y, x]
        edit = canvas.fill((x, y), label, connectivity=8, on="labels")
        return edit, np.where(filled, label, labels)


@pytest.mark.parametrize("kind", ["C", "F", "store"])
def test_events_across_many_tiles(kind):
    rng = np.random.default_rng(5)
    soft = ndimage.gaussian_filter(rng.random(SIZE), 20)
    image = ((soft - soft.min()) / np.ptp(soft) * 255).astype(np.uint8)
    array = np.zeros(SIZE, np.uint16, order="F" if kind == "F" else "C")
    stored = kind == "store"
    canvas = me.Canvas(Chunks(array) if stored else array, Chunks(image) if stored else image)
    session = Session(7, image)
    labels = array.copy()
    for number in range(12):
        edit, wanted = session.event(canvas, labels, number)
        holds(edit, Change(labels, wanted.astype(np.uint16)))
        labels = wanted.astype(np.uint16)
        check_components(canvas, labels, number % 4, 4 + number // 4 % 2 * 4)
        canvas.flush()
        assert np.array_equal(array, labels)
    names, times = np.unique(labels, return_counts=True)
    assert canvas.areas == dict(zip(names.tolist(), times.tolist(), strict=True))
    while canvas.undo():
        pass
    canvas.flush()
    assert not array.any()
    while canvas.redo():
        pass
    canvas.flush()
    assert np.array_equal(array, labels)


class Huge:
    """A store of 65,536 x 65,536 zeros that remembers what is written."""

    shape, dtype, ndim = (65_536, 65_536), np.dtype(np.uint8), 2

    def __init__(self):
        self.read = 0
        self.written = []

    def __getitem__(self, where):
        height, width = (len(range(*cut.indices(65_536))) for cut in where)
        self.read += height * width
        found = np.zeros((height, width), np.uint8)
        for rows, columns, values in self.written:
            assert rows.start % 64 == columns.start % 64 == 0  # whole tiles
            if (rows, columns) == tuple(where):
                found = values.copy()
        return found

    def __setitem__(self, where, values):
        self.written.append((*where, values.copy()))


def test_a_huge_store_is_touched_where_it_is_edited():
    store = Huge()
    canvas = me.Canvas(store)
    edit = canvas.stroke([(40_000, 50_000), (40_040, 50_000)], 100, 7)
    assert edit.box == (39_900, 49_900, 40_140, 50_100)
    canvas.flush()
    assert 0 < store.read < 10_000_000
    assert sum((values == 7).sum() for _, _, values in store.written) == edit.area
    assert canvas.undo().area == edit.area
    canvas.flush()
    assert store.read < 10_000_000


def test_a_huge_memory_map_is_touched_where_it_is_edited(tmp_path):
    path = tmp_path / "labels"
    labels = np.memmap(path, np.uint8, "w+", shape=(65_536, 65_536))
    canvas = me.Canvas(labels)
    edit = canvas.stroke([(40_000, 50_000), (40_040, 50_000)], 100, 7)
    assert canvas.fill((40_000, 50_000), 8, on="labels").area == edit.area
    labels.flush()
    assert path.stat().st_blocks * 512 < 20_000_000
    assert int((labels[49_000:51_000, 39_000:41_000] == 8).sum()) == edit.area


@pytest.mark.parametrize("shape", [(0, 0), (0, 5), (5, 0)])
def test_a_canvas_without_pixels(shape):
    canvas = me.Canvas(np.zeros(shape, np.uint8), np.zeros(shape, np.uint8))
    for edit in (
        canvas.stroke([(1, 1), (3, 3)], 2, 1),
        canvas.polygon(np.array([(0.0, 0), (4, 0), (4, 4)]), 2),
        canvas.replace(0, 1),
    ):
        assert (edit.area, edit.box, edit.gained, edit.complete) == (0, (0, 0, 0, 0), {}, True)
    assert canvas.areas == {}
    assert canvas.undo() is None
    with pytest.raises(me.MaskError):
        canvas.fill((0, 0), 1)
