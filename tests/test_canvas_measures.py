"""canvas: areas, boxes and components that are kept up to date, and calls from several threads.

Covers: me.Canvas.areas, box, components; the lock.
Compares against: scipy.ndimage.label, numpy.unique.
Run: pytest tests/test_canvas_measures.py
"""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import maskengine as me
from canvas_scenes import Chunks, drawn

SCENE = drawn(
    "11..2",
    "1..2.",
    "..1..",
    "....1",
).astype(np.uint8)


def test_drawn_components():
    canvas = me.Canvas(SCENE.copy())
    assert canvas.areas == {0: 13, 1: 5, 2: 2}
    four = canvas.components(1, connectivity=4)
    assert four.area.tolist() == [3, 1, 1]
    assert four.bbox.tolist() == [[0, 0, 2, 2], [2, 2, 1, 1], [4, 3, 1, 1]]
    assert four.first_pixel.tolist() == [[0, 0], [2, 2], [4, 3]]
    assert four.touches_border.tolist() == [True, False, True]
    assert four.centroid.tolist() == [[5 / 6, 5 / 6], [2.5, 2.5], [4.5, 3.5]]  # rounded once
    assert canvas.components(2).area.tolist() == [2]
    canvas.stroke((1.5, 1.5), 0)  # joins two of them at a corner
    assert canvas.components(1).area.tolist() == [5, 1]
    assert canvas.areas == {0: 12, 1: 6, 2: 2}
    canvas.replace(2, 0)
    assert canvas.areas == {0: 14, 1: 6}
    assert (canvas.box(1), canvas.box(2), len(canvas.components(2))) == ((0, 0, 5, 4), (0,) * 4, 0)
    canvas.undo()
    assert canvas.box(2) == (3, 0, 5, 2)


def test_open_strokes_count():
    canvas = me.Canvas(np.zeros((3, 3), np.int8))
    assert canvas.areas == {0: 9}
    canvas.begin(-4)
    canvas.extend([(0, 0.5), (3, 0.5)], 0.5)
    assert canvas.areas == {-4: 3, 0: 6}
    assert canvas.components(-4).area.tolist() == [3]
    canvas.cancel()
    assert canvas.areas == {0: 9}
    assert len(canvas.components(-4)) == 0


def expected(labels, label, connectivity):
    ndimage = pytest.importorskip("scipy.ndimage", reason="needs scipy")
    structure = np.ones((3, 3)) if connectivity == 8 else None
    numbers, n = ndimage.label(labels == label, structure)
    slices = ndimage.find_objects(numbers)
    boxes = [
        (s[1].start, s[0].start, s[1].stop - s[1].start, s[0].stop - s[0].start) for s in slices
    ]
    centres = ndimage.center_of_mass(numbers > 0, numbers, range(1, n + 1))
    area = np.bincount(numbers.ravel(), minlength=n + 1)[1:]
    return area.tolist(), boxes, [(x + 0.5, y + 0.5) for y, x in centres]


@pytest.mark.parametrize("kind", ["array", "tiles"])
@pytest.mark.parametrize("seed", range(3))
def test_components_across_tiles(kind, seed):
    """Components are joined across borders of tiles of 256 pixels, before and after edits."""
    rng = np.random.default_rng(seed)
    size = (530 + 10 * seed, 800)
    coarse = rng.random((size[0] // 10 + 1, size[1] // 10)) < [0.5, 0.6, 0.4][seed]
    labels = np.kron(coarse, np.ones((10, 10), np.uint16)).astype(np.uint16)[: size[0]].copy()
    labels[rng.random(size) < 0.01] = 1
    canvas = me.Canvas(Chunks(labels.copy()) if kind == "tiles" else labels.copy())
    for step in range(4):
        now = canvas.read((0, 0, *size[::-1]))
        for connectivity in (4, 8):
            for label in (0, 1):
                area, boxes, centres = expected(now, label, connectivity)
                found = canvas.components(label, connectivity)
                assert found.area.tolist() == area
                assert list(map(tuple, found.bbox.tolist())) == boxes
                assert np.allclose(found.centroid, centres)
        assert canvas.areas == dict(
            zip(*(a.tolist() for a in np.unique(now, return_counts=True)), strict=True)
        )
        canvas.stroke(rng.random((3, 2)) * size[::-1], 20.0, label=step % 2)


def test_only_touched_tiles_are_read_again():
    canvas = me.Canvas(np.zeros((1024, 1024), np.uint8))
    canvas.components(1)
    tracked = canvas._tracked[1, True]
    assert tracked.tiles_read == 16
    canvas.stroke((300, 300), 5)
    canvas.components(1)
    assert tracked.tiles_read == 17
    canvas.stroke((256, 700), 5, label=2)  # label 1 is not there
    canvas.components(1)
    assert tracked.tiles_read == 17
    canvas.stroke((256, 700), 5)
    canvas.box(1)
    assert tracked.tiles_read == 19


def test_bad_input():
    canvas = me.Canvas(np.zeros((3, 3), np.uint8))
    for call in (
        lambda: canvas.components(256),
        lambda: canvas.components(1, 6),
        lambda: canvas.box(-1),
    ):
        with pytest.raises(me.MaskError):
            call()


def test_threads_take_turns():
    labels = np.zeros((600, 600), np.int32)
    canvas = me.Canvas(labels)
    assert canvas.areas == {0: 360000}

    def work(number):
        rng = np.random.default_rng(number)
        for _ in range(40):
            canvas.stroke(rng.random((2, 2)) * 600, 250.0, label=number)
            canvas.undo()
            canvas.stroke(rng.random((1, 2)) * 600, 30.0, label=number)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(1, 5)))
    counts = np.unique(labels, return_counts=True)
    assert canvas.areas == dict(zip(*(a.tolist() for a in counts), strict=True))
    while canvas.undo():
        pass
    assert not labels.any()
