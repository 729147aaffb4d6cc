"""What a second hour of attacks from Python found (docs/reliability.md): each stays mended."""

from __future__ import annotations

import itertools
import signal
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import maskengine as me
from maskengine import quality
from maskengine.errors import MaskError

MASK = me.encode(np.eye(6, 7, dtype=bool))
LABELS = (np.arange(42, dtype=np.uint8) % 4).reshape(6, 7)
CATEGORIES = {1: True, 2: False}
NO_TIMER = not hasattr(signal, "setitimer")


class _StoppedError(Exception):
    pass


class _Window:
    """An image of which windows are read."""

    def __init__(self, pixels: np.ndarray[Any, Any]) -> None:
        self.pixels, self.shape, self.dtype = pixels, pixels.shape, pixels.dtype

    def __getitem__(self, key: Any) -> Any:
        return self.pixels[key]


def _on_alarm(handler: Callable[..., None]) -> Any:
    return signal.signal(signal.SIGALRM, handler)


@pytest.mark.skipif(NO_TIMER, reason="the system has no timers")
def test_no_signal_comes_between_an_edit_and_its_step() -> None:
    rng = np.random.default_rng(0)
    first = rng.integers(0, 4, (40, 50)).astype(np.uint8)
    labels, waits = first.copy(), np.linspace(1e-6, 2e-4, 150).tolist()
    canvas = me.Canvas(labels)
    armed = [False]

    def handler(*_: Any) -> None:
        if armed[0]:
            armed[0] = False
            raise _StoppedError

    before = _on_alarm(handler)
    try:
        for k, wait in enumerate(waits):
            try:
                armed[0] = True
                signal.setitimer(signal.ITIMER_REAL, wait)
                canvas.paste(rng.random((20, 20)) > 0.5, k % 5, offset=(k % 30, k % 20))
            except _StoppedError:
                pass
            armed[0] = False
            values, pixels = np.unique(labels, return_counts=True)
            assert canvas.areas == dict(zip(values.tolist(), pixels.tolist(), strict=True))
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    while canvas.undo():
        pass
    assert (labels == first).all()


@pytest.mark.skipif(NO_TIMER, reason="the system has no timers")
def test_handlers_may_call_what_they_interrupt() -> None:
    rng = np.random.default_rng(1)
    large, small = (me.encode(rng.random(size) < 0.4) for size in ((700, 800), (60, 70)))
    outlines = me.polygonize(large)
    wanted = me.polygonize(small).coords.tolist()
    found: list[Any] = []

    def handler(*_: Any) -> None:
        found.append(me.polygonize(small).coords.tolist())
        me.rasterize(me.polygonize(small), (60, 70), "coco")

    before = _on_alarm(handler)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.01, 0.06)
        for _ in range(3):
            assert me.polygonize(large).coords.tobytes() == outlines.coords.tobytes()
            assert me.rasterize(outlines, (700, 800), "coco") == large
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert found
    assert all(one == wanted for one in found)


@pytest.mark.skipif(NO_TIMER, reason="the system has no timers")
def test_filling_a_large_canvas_ends_when_a_handler_raises() -> None:
    labels = np.zeros((40000, 40000), np.uint8)
    canvas = me.Canvas(labels)

    def handler(*_: Any) -> None:
        raise _StoppedError

    before = _on_alarm(handler)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        with pytest.raises(_StoppedError):
            canvas.fill((5, 5), 3, on="labels")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert not canvas.can_undo
    assert labels[0, 0] == labels[-1, -1] == 0


def test_labels_that_were_locked_are_not_edited() -> None:
    labels = LABELS.copy()
    canvas = me.Canvas(labels)
    canvas.paste(MASK, 9)
    canvas.begin(8)
    labels.flags.writeable = False
    copy = labels.copy()
    for call in (
        lambda: canvas.extend([(3, 3)], 2),
        lambda: canvas.end(fill_inside=True),
        canvas.cancel,
    ):
        with pytest.raises(MaskError, match="no longer") as error:
            call()
        assert error.value.parameter == "labels"
    canvas.end()
    for call in (
        lambda: canvas.fill((0, 0), 7, on="labels"),
        canvas.undo,
        lambda: canvas.erase(MASK),
    ):
        with pytest.raises(MaskError, match="no longer"):
            call()
    assert (labels == copy).all()


def test_a_store_cannot_call_the_canvas_that_reads_it() -> None:
    class Store(_Window):
        def __getitem__(self, key: Any) -> Any:
            with pytest.raises(MaskError, match="at work") as error:
                canvas.apply(patch)
            refused.append(error.value.parameter)
            return self.pixels[key]

        def __setitem__(self, key: Any, value: Any) -> None:
            self.pixels[key] = value

    patch = me.Canvas(LABELS.copy()).paste(MASK, 9).patch
    refused: list[Any] = []
    canvas = me.Canvas(Store(LABELS.copy()))
    assert canvas.paste(MASK, 5).area == 6
    assert set(refused) == {"canvas"}


def test_barriers_of_runs_where_the_image_comes_by_windows() -> None:
    wall = np.zeros((1500, 1600), bool)
    wall[[900, 1100]] = wall[:, [1000, 1300]] = True
    for barrier in (wall, me.encode(wall)):
        canvas = me.Canvas(np.zeros(wall.shape, np.uint8), _Window(wall * np.uint8(0)))
        assert canvas.fill((1200, 1000), 3, barrier=barrier).box == (1001, 901, 1300, 1100)


def test_bands_of_pairs_are_found_block_by_block(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = quality.transition_band(LABELS, width=3).masks
    monkeypatch.setattr("maskengine.quality._band_masks._BLOCK", 7)
    assert quality.transition_band(LABELS, width=3).masks == wanted
    monkeypatch.setattr("maskengine.quality._band_masks._MOST_RUNS", 7)
    with pytest.raises(me.LimitExceeded) as error:
        quality.transition_band(LABELS)
    assert error.value.parameter == "pairs"


class _Number(float):
    def __float__(self) -> float:
        return float("nan")


class _Integer(int):
    def __int__(self) -> int:
        return -3


class _Mute:
    def __repr__(self) -> str:
        return None  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("call", "parameter"),
    [
        (lambda: me.erode(LABELS, _Number(1.5), kind="labels"), "radius"),
        (lambda: me.boundary_overlap(MASK, MASK, _Integer(2)), "width"),
        (lambda: me.at_least(MASK, np.timedelta64(1)), "k"),
        (lambda: me.flood(LABELS, (0, 0), connectivity=np.timedelta64(4)), "connectivity"),
        (lambda: me.vote(MASK, [1], np.complex64(1j)), "threshold"),
        (lambda: me.simplify(me.polygonize(MASK), max_distance=np.complex64(1j)), "max_distance"),
        (lambda: me.hole_tree(MASK, _Mute()), "connectivity"),  # type: ignore[arg-type]
        (lambda: me.flood(LABELS, (0, 0), region=itertools.count()), "region"),
        (lambda: me.stroke([(1, 1)], 1, (6, 7), device=np.ones(2)), "device"),  # type: ignore[arg-type]
        (lambda: me.compose(MASK, [[1], [1, 2]]), "labels"),
        (lambda: me.convolve(MASK, [[1], [1, 2]], 1), "kernel"),
        (
            lambda: quality.staple([LABELS] * 3, 1, near_disagreement=np.ones(2)),
            "near_disagreement",
        ),  # type: ignore[arg-type]
        (lambda: quality.maps_to_panoptic(LABELS, LABELS, CATEGORIES, void_class={}), "void_class"),  # type: ignore[arg-type]
        (lambda: quality.prelabel(np.zeros((2, 3, 4)), uncertainty=None), "uncertainty"),  # type: ignore[arg-type]
        (
            lambda: quality.panoptic_to_instances(
                np.full((2, 3), 2**63, np.uint64), [], CATEGORIES
            ),
            "label_map",
        ),
        (lambda: quality.panoptic_matches(LABELS, LABELS, [], [], np.array(5)), "categories"),
    ],
)
def test_what_is_none_is_refused_by_name(call: Any, parameter: str) -> None:
    with pytest.raises(MaskError) as error:
        call()
    assert error.value.parameter == parameter
