"""What an attack from Python with unusual objects and moments found: each stays mended.

Covers: memory under batches, Ctrl-C, fork, empty maps, array-likes, numbers near their ends.
Compares against: NumPy, formulas, numbers counted by hand, the documented errors.
Run: pytest tests/test_attack_python.py
"""

from __future__ import annotations

import math
import os
import signal
import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image

import maskengine as me
from maskengine import quality

COLUMNS = (np.array([2, 3, 1, 0, 6], np.uint32), np.array([0, 3, 5]), np.array([[2, 3], [2, 3]]))
IMAGE = np.array([[0, 0, 1, 0], [0, 1, 1, 0], [0, 0, 1, 0]], np.uint8)
WALL = np.array([[0, 0, 5, 0], [0, 0, 5, 0], [0, 0, 5, 0]], np.int32)


def frozen_view(array: Any) -> tuple[Any, Any]:
    """Give an array that cannot be written to, and a writable one of the same memory."""
    memory = bytearray(array.tobytes())
    view = np.frombuffer(memoryview(memory).toreadonly(), array.dtype).reshape(array.shape)
    return view, np.frombuffer(memory, array.dtype).reshape(array.shape)


# --- memory


def test_offsets_and_sizes_that_change_are_not_those_of_the_batch() -> None:
    counts, offsets, sizes = (frozen_view(column) for column in COLUMNS)
    masks = me.Masks(counts[0], offsets[0], sizes[0])
    offsets[1][1] = 2**40
    sizes[1][:] = 2**30
    assert masks.validate() == []
    assert masks.offsets.tolist() == [0, 3, 5]
    assert me.area(masks).tolist() == [3, 6]
    assert me.transpose(masks).sizes.tolist() == [[3, 2], [3, 2]]


def test_counts_that_change_are_found() -> None:
    (counts, writable), offsets, sizes = frozen_view(COLUMNS[0]), *COLUMNS[1:]
    masks = me.Masks(counts, offsets, sizes)
    writable[4] = 7
    assert [index for index, _ in masks.validate()] == [1]


def test_labels_of_runs_stay_as_they_are() -> None:
    given = np.array([0, 7, 9])
    runs = me.LabelRuns([2, 3, 1], given, [0, 3], [(2, 3)])
    for one in (runs, runs[0], me.encode_labels(IMAGE)):
        with pytest.raises(ValueError, match="WRITEABLE"):
            one.labels.flags.writeable = True
    given[0] = 1
    assert runs.labels.tolist() == [0, 7, 9]


# --- Ctrl-C


class StoppedError(Exception):
    """What the handler raises."""


def noise(n: int, side: int, share: float) -> me.Masks:
    return me.encode(np.random.default_rng(n).random((n, side, side)) < share)


def outlines() -> me.Polygons:
    labels = np.random.default_rng(0).integers(0, 6, (900, 900)).astype(np.uint8)
    polygons, _ = me.polygonize(labels, kind="labels")
    return polygons


LONG: list[tuple[Callable[[], Any], Callable[[Any], Any]]] = [
    (lambda: noise(700, 20, 0.3), me.occlusion),
    (lambda: noise(700, 20, 0.3), lambda m: me.occlusion(m, visible=m)),
    (lambda: noise(3000, 40, 0.5), lambda m: me.nms(m, np.arange(len(m)), 0.9)),
    (outlines, me.arcs),
    (outlines, me.check_polygons),
    (outlines, lambda p: me.simplify(p, max_distance=2, shared=True)),
    (outlines, lambda p: me.Polygons.concatenate([p] * 40)),
    (lambda: noise(20, 900, 0.5), lambda m: me.Masks.concatenate([m] * 30)),
]


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="the system has no timers")
@pytest.mark.parametrize("k", range(len(LONG)))
def test_long_calls_can_be_ended(k: int) -> None:
    make, call = LONG[k]
    value = make()
    raised = []

    def handler(*_: Any) -> None:
        raised.append(time.process_time())
        raise StoppedError

    before = signal.signal(signal.SIGALRM, handler)
    sent = time.process_time() + 0.03
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.03)
        with me.use(threads=1), pytest.raises(StoppedError):
            call(value)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert raised[0] - sent < 0.3  # of processor time: asked every 50 ms


# --- fork


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system does not fork")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_settings_can_be_changed_after_a_fork() -> None:
    done = threading.Event()

    def change() -> None:
        while not done.is_set():
            with me.use(threads=2):
                pass

    others = [threading.Thread(target=change) for _ in range(3)]
    for other in others:
        other.start()
    try:
        for _ in range(20):
            child = os.fork()
            if child == 0:
                signal.alarm(20)  # ends a child that waits
                with me.use(threads=1):
                    os._exit(0 if me.devices()["cpu"].endswith(" 1 threads") else 1)
            assert os.waitpid(child, 0)[1] == 0
    finally:
        done.set()
        for other in others:
            other.join()


# --- maps without pixels


@pytest.mark.parametrize("shape", [(0, 2**31 - 1), (2**31 - 1, 0)])
def test_outlines_of_no_pixels_take_no_time(shape: tuple[int, int]) -> None:
    start = time.process_time()
    polygons, labels = me.polygonize(np.zeros(shape, np.uint8), kind="labels")
    assert (len(polygons), labels.tolist()) == (0, [])
    assert time.process_time() - start < 1


@pytest.mark.parametrize(
    "clean",
    [me.fill_holes, me.largest, lambda a: me.remove_small(a, 3), lambda a: me.absorb_small(a, 3)],
)
@pytest.mark.parametrize("shape", [(0, 2**31), (2**40, 0)])
def test_sides_that_cannot_be_cleaned(clean: Any, shape: tuple[int, int]) -> None:
    with pytest.raises(me.LimitExceeded, match=r"below 2\^31"):
        clean(np.zeros(shape, np.uint8))


# --- array-likes


class Holder:
    """Holds an array, as tensors and pictures do, and tells nothing else."""

    def __init__(self, array: Any) -> None:
        self._array = array

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        return np.array(self._array, dtype)


WALLS = [
    pytest.param(Holder(WALL), id="array"),
    pytest.param(Image.fromarray(WALL.astype(np.uint8)), id="pillow"),
]


@pytest.mark.parametrize("wall", WALLS)
def test_a_mask_as_barrier_is_no_list_of_values(wall: Any) -> None:
    left = [[True, True, False, False]] * 3  # what the wall shuts off
    flooded = me.flood(IMAGE, (0, 0), 255, barrier=wall)
    assert me.decode(flooded.masks)[0].tolist() == left
    canvas = me.Canvas(np.zeros((3, 4), np.uint8), IMAGE)
    canvas.fill((0, 0), 1, 255, barrier=wall)
    assert (canvas.labels != 0).tolist() == left


@pytest.mark.parametrize("wall", WALLS)
def test_a_mask_as_region_is_no_box(wall: Any) -> None:
    flooded = me.flood(IMAGE, (2, 0), 255, region=wall)
    assert me.decode(flooded.masks)[0].tolist() == (WALL != 0).tolist()
    canvas = me.Canvas(np.zeros((3, 4), np.uint8))
    canvas.stroke([(2, 1)], 9, rules=me.Rules(region=wall))
    assert (canvas.labels != 0).tolist() == (WALL != 0).tolist()


def test_rows_as_barrier_are_no_list_of_values() -> None:
    with pytest.raises(me.MaskTypeError, match="barrier: expected an array, got list"):
        me.flood(IMAGE, (0, 0), barrier=WALL.tolist())


def test_bytes_are_no_patch() -> None:
    with pytest.raises(me.MaskTypeError, match="from_bytes"):
        me.Patch(b"MECP")  # type: ignore[arg-type]


# --- numbers near their ends


def test_frames_of_endless_budgets() -> None:
    tiers = [quality.Tier("dear", 1.7e308, share=0.5), quality.Tier("cheap", 1e-6)]
    assert quality.tier_counts(10, tiers, budget=1.7e308).frames.tolist() == [5, 5]
    many = [quality.Tier("one", 1e-6, hours=1.7e308)]
    assert quality.tier_counts(10, many).frames.tolist() == [10]
    assert quality.tier_counts(10, [quality.Tier("one", 1e-6)], budget=1e307).frames[0] == 10
    with pytest.raises(me.MaskError, match="frames: expected a number of frames"):
        quality.tier_counts(10**400, many)


def test_weights_that_are_too_large_together() -> None:
    maps = [np.eye(3, dtype=np.uint8)] * 2
    with pytest.raises(me.MaskError, match="weights: expected weights with a finite sum"):
        quality.consensus(maps, [1.7e308, 1.7e308])


@pytest.mark.filterwarnings("error")
def test_needed_density_of_large_and_small_radii() -> None:
    radii = np.array([1e20, 1e200, 1.7e308])
    wanted = 50 / np.sqrt(radii)  # 100 / sqrt(8 radius tolerance), of which the rest is below 1e-9
    assert quality.needed_density(radii, 0.5) == pytest.approx(wanted, rel=1e-9, abs=0)
    assert quality.needed_density(1e-320, 0.5) == math.inf


@pytest.mark.filterwarnings("error")
def test_outlines_too_far_away_are_refused_without_a_warning() -> None:
    far = me.Polygons.from_arrays([np.array([[0, 0], [1, 0], [1, 1]]) * 1e200])
    with pytest.raises(me.LimitExceeded):
        quality.vertex_density(far)
