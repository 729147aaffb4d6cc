"""The canvas: strokes, fills, patches and histories that lie, and files of patches cut anywhere."""

# A case is a line, and calls of wrong types are the point.
# ruff: noqa: ARG005, E501, PLW0108
# mypy: ignore-errors

from __future__ import annotations

import math
import pickle
import random
import threading
from collections.abc import Callable
from typing import Any

import numpy as np

import maskengine as me
from maskengine.errors import MaskError
from maskengine.testing.hostile._case import Family, anything_sound, refused

CASES = Family("canvas")
_BAD = refused(MaskError)


def _canvas(dtype: Any = np.uint8) -> me.Canvas:
    image = (np.indices((40, 50)).sum(0) * 2).astype(np.uint8)
    return me.Canvas(np.zeros((40, 50), dtype), image)


def _edited() -> me.Canvas:
    canvas = _canvas()
    canvas.stroke([(5, 5), (30, 20)], 4, 3)
    canvas.polygon([(10, 10), (40, 12), (30, 35)], 5)
    return canvas


for _what, _make in {
    "floats": lambda: me.Canvas(np.zeros((4, 4))), "objects": lambda: me.Canvas(np.zeros((4, 4), object)),
    "three-sides": lambda: me.Canvas(np.zeros((4, 4, 3), np.uint8)),
    "one-side": lambda: me.Canvas(np.zeros(4, np.uint8)), "none": lambda: me.Canvas(None),
    "text": lambda: me.Canvas("labels"), "list": lambda: me.Canvas([[0]]),
    "read-only": lambda: me.Canvas(np.frombuffer(bytes(16), np.uint8).reshape(4, 4)).stroke([(1, 1)], 1),
    "big-endian": lambda: me.Canvas(np.zeros((4, 4), ">u2")),
    "image-of-another-size": lambda: me.Canvas(np.zeros((4, 4), np.uint8), np.zeros((5, 4), np.uint8)),
    "image-of-texts": lambda: me.Canvas(np.zeros((4, 4), np.uint8), np.full((4, 4), "x")),
    "history-negative": lambda: me.Canvas(np.zeros((4, 4), np.uint8), history_bytes=-1),
    "history-text": lambda: me.Canvas(np.zeros((4, 4), np.uint8), history_bytes="x"),
}.items():  # fmt: skip
    CASES.ours(f"labels-{_what}", _make, _BAD)
CASES.ours("labels-0x0", lambda: me.Canvas(np.zeros((0, 0), np.uint8)).stroke([(1, 1)], 5).area, 0,
           other=_BAD)  # fmt: skip

_TRIES: dict[str, Callable[[me.Canvas], Any]] = {
    "stroke-nan": lambda c: c.stroke([(math.nan, 1)], 2),
    "stroke-inf": lambda c: c.stroke([(math.inf, 1)], 2),
    "stroke-1e300": lambda c: c.stroke([(1e300, 1)], 2),
    "stroke-2^40": lambda c: c.stroke([(2.0**40, 1)], 2),
    "stroke-radius-nan": lambda c: c.stroke([(1, 1)], math.nan),
    "stroke-radius-negative": lambda c: c.stroke([(1, 1)], -1),
    "stroke-radius-1e300": lambda c: c.stroke([(1, 1)], 1e300),
    "stroke-no-radius": lambda c: c.stroke([(1, 1)]),
    "stroke-radii-too-many": lambda c: c.stroke([(1, 1)], [1, 2]),
    "stroke-of-texts": lambda c: c.stroke([("1", "1")], 2),
    "stroke-of-none": lambda c: c.stroke(None, 2),
    "stroke-three-numbers": lambda c: c.stroke([(1, 1, 1)], 2),
    "stroke-label-300": lambda c: c.stroke([(1, 1)], 2, 300),
    "stroke-label-negative": lambda c: c.stroke([(1, 1)], 2, -1),
    "stroke-label-2^70": lambda c: c.stroke([(1, 1)], 2, 2**70),
    "stroke-label-half": lambda c: c.stroke([(1, 1)], 2, 1.5),
    "stroke-label-text": lambda c: c.stroke([(1, 1)], 2, "1"),
    "stroke-mode": lambda c: c.stroke([(1, 1)], 2, 1, "draw"),
    "stroke-shape": lambda c: c.stroke([(1, 1)], 2, shape="star"),
    "stroke-shape-array-of-texts": lambda c: c.stroke([(1, 1)], shape=np.full((3, 3), "x")),
    "stroke-angle-nan": lambda c: c.stroke([(1, 1)], (2, 1), shape="ellipse", angle=math.nan),
    "begin-twice": lambda c: (c.begin(), c.begin()),
    "extend-without-begin": lambda c: c.extend([(1, 1)], 2),
    "end-without-begin": lambda c: c.end(),
    "cancel-without-begin": lambda c: c.cancel(),
    "fill-outside": lambda c: c.fill((99, 1), 1),
    "fill-negative": lambda c: c.fill((-1, 1), 1),
    "fill-nan": lambda c: c.fill((math.nan, 1), 1),
    "fill-tolerance-negative": lambda c: c.fill((1, 1), 1, -1),
    "fill-mode": lambda c: c.fill((1, 1), 1, 1, "other"),
    "fill-on": lambda c: c.fill((1, 1), 1, on="paper"),
    "polygon-nan": lambda c: c.polygon([(math.nan, 1), (5, 5), (1, 5)], 1),
    "polygon-two-points": lambda c: c.polygon([(1, 1), (5, 5)], 1),
    "polygon-1e300": lambda c: c.polygon([(1, 1), (1e300, 5), (1, 5)], 1),
    "polygon-rule": lambda c: c.polygon([(1, 1), (5, 5), (1, 5)], 1, rule="other"),
    "polygon-none": lambda c: c.polygon(None, 1),
    "paste-another-size": lambda c: c.paste(me.Masks([9], [0, 1], [(3, 3)]), 300),
    "paste-offset-2^70": lambda c: c.paste(me.Masks([0, 9], [0, 2], [(3, 3)]), offset=(2**70, 0)),
    "paste-offset-nan": lambda c: c.paste(me.Masks([0, 9], [0, 2], [(3, 3)]), offset=(math.nan, 0)),
    "paste-labels-too-many": lambda c: c.paste(me.Masks([0, 9], [0, 2], [(3, 3)]), [1, 2]),
    "paste-none": lambda c: c.paste(None),
    "erase-text": lambda c: c.erase("all"),
    "erase-nan": lambda c: c.erase([(math.nan, 1), (5, 5), (1, 5)]),
    "replace-300": lambda c: c.replace(0, 300),
    "replace-text": lambda c: c.replace("0", 1),
    "apply-none": lambda c: c.apply(None),
    "apply-empty": lambda c: c.apply(b""),
    "apply-text": lambda c: c.apply("patch"),
    "apply-zeros": lambda c: c.apply(bytes(1000)),
    "apply-to-another-size": lambda c: me.Canvas(np.zeros((9, 9), np.uint8)).apply(
        _edited().stroke([(9, 9)], 3, 9).patch),
    "apply-to-another-dtype": lambda c: _canvas(np.uint16).apply(_edited().stroke([(9, 9)], 3, 9).patch),
    "apply-to-other-labels": lambda c: _canvas().apply(_edited().stroke([(20, 15)], 3, 9).patch),
    "rules-only-text": lambda c: c.fill((1, 1), 1, rules=me.Rules(only="x")),
    "rules-none-such": lambda c: c.fill((1, 1), 1, rules=3),
    "rules-region-of-another-size": lambda c: c.fill(
        (1, 1), 1, rules=me.Rules(region=np.ones((3, 3), bool))),
    "rules-max-area-negative": lambda c: c.fill((1, 1), 1, rules=me.Rules(max_area=-1)),
    "smart-tolerance-nan": lambda c: c.smart_brush([(1, 1)], 2, 1, math.nan),
    "coalesce-negative": lambda c: c.coalesce(-1),
    "coalesce-too-many": lambda c: c.coalesce(10**9),
    "coalesce-text": lambda c: c.coalesce("2"),
    "components-connectivity": lambda c: c.components(1, 5),
    "read-nan": lambda c: c.read((0, 0, math.nan, 1)),
    "read-three": lambda c: c.read((0, 0, 1)),
    "box-text": lambda c: c.box("1"),
}  # fmt: skip


def _state_kept(call: Callable[[me.Canvas], Any]) -> None:
    """Make a call that must fail; the labels, and what can be undone, stay."""
    canvas = _edited()
    before = canvas.labels.copy()
    try:
        call(canvas)
    except MaskError as error:
        if canvas._pen is not None:  # noqa: SLF001 - a stroke was begun on purpose
            canvas.cancel()
        if (canvas.labels != before).any():
            raise AssertionError("the labels changed") from error
        for _ in range(2):
            if canvas.undo() is None:
                raise AssertionError("an undo was lost") from error
        if canvas.labels.any():
            raise AssertionError("undo does not lead back") from error
        raise


for _what, _try in _TRIES.items():
    CASES.ours(f"{_what}-keeps-the-state", lambda t=_try: _state_kept(t), _BAD)
for _what, _calls in {
    "undo-of-nothing": lambda c: [c.undo() for _ in range(5)][-1],
    "redo-of-nothing": lambda c: c.redo(),
}.items():
    CASES.ours(_what, lambda f=_calls: f(_canvas()), anything_sound())
CASES.ours("stroke-outside", lambda: _canvas().stroke([(10**6, 10**6)], 9).area, 0)
CASES.ours(
    "stroke-from-far-to-far", lambda: _canvas().stroke([(-1e6, 20), (1e6, 20)], 1).area > 0, True
)
CASES.ours("stroke-of-10^5-points", lambda: _canvas().stroke(
    np.random.default_rng(0).uniform(0, 50, (100_000, 2)), 1).area <= 2000, True, is_large=True)  # fmt: skip
CASES.ours("10^4-edits-in-64-KB", lambda: _budget(), True)


def _budget() -> bool:
    """Say whether a small budget of history holds however many edits there are."""
    canvas = me.Canvas(np.zeros((200, 200), np.uint8), history_bytes=1 << 16)
    for i in range(10_000):
        canvas.stroke([(i * 7 % 200, i * 13 % 200)], 3, i % 250 + 1)
    undone = 0
    while canvas.undo() is not None:
        undone += 1
    return 0 < undone < 10_000


# --- patches as bytes

_PATCH = _edited().stroke([(9, 9), (30, 30)], 3, 9).patch.to_bytes()


def _survivors(changed: list[bytes]) -> list[int]:
    """Give which of the bytes were taken as a patch."""
    taken = []
    for i, data in enumerate(changed):
        try:
            patch = me.Patch.from_bytes(data)
        except MaskError:
            continue
        taken.append(i)
        try:
            _canvas().apply(patch)
        except MaskError:
            continue
    return taken


CASES.ours(
    "patch-cut-at-each-byte", lambda: _survivors([_PATCH[:i] for i in range(len(_PATCH))]), []
)
CASES.ours("patch-each-bit-flipped", lambda: _survivors(
    [_PATCH[:i] + bytes([_PATCH[i] ^ 1 << b]) + _PATCH[i + 1 :] for i in range(len(_PATCH))
     for b in range(8)]), [])  # fmt: skip
CASES.ours(
    "patch-bytes-added", lambda: _survivors([_PATCH + b"\0", _PATCH + _PATCH, b"\0" + _PATCH]), []
)
CASES.ours("patch-random-bytes", lambda: _survivors(
    [random.Random(i).randbytes(i) for i in range(2000)]), [])  # noqa: S311  # fmt: skip
for _what, _value in {
    "none": None, "text": "patch", "number": 3, "list": [1], "floats": np.zeros(9), "object": object(),
}.items():  # fmt: skip
    CASES.ours(f"patch-{_what}", lambda v=_value: me.Patch.from_bytes(v), _BAD)
CASES.ours("patch-there-and-back", lambda: me.Patch.from_bytes(_PATCH).to_bytes() == _PATCH, True)

# --- values that are stored

_STORED = pickle.dumps(me.encode(np.eye(20, dtype=bool)), protocol=4)


def _pickles() -> list[str]:
    """Cut and change a pickle of masks; give what is neither an error nor sound masks."""
    bad = []
    for i in range(0, len(_STORED), 3):
        for data in (_STORED[:i], _STORED[:i] + bytes([_STORED[i] ^ 1]) + _STORED[i + 1 :]):
            try:
                found = pickle.loads(data)  # noqa: S301 - ours, with one bit changed
            except Exception:  # noqa: BLE001, S112 - of pickle
                continue
            if isinstance(found, me.Masks) and found.validate():
                bad.append(f"byte {i}")
    return bad


CASES.ours("pickle-of-masks-damaged", _pickles, [])
CASES.ours("canvas-of-two-threads", lambda: _together(), True)


def _together() -> bool:
    """Draw from four threads at once; all strokes are in the history."""
    canvas = me.Canvas(np.zeros((300, 300), np.uint16))

    def draw(label: int) -> None:
        for i in range(100):
            canvas.stroke([(i * 3, label * 60)], 2, label)

    threads = [threading.Thread(target=draw, args=(label,)) for label in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    undone = 0
    while canvas.undo() is not None:
        undone += 1
    return undone == 400 and not canvas.labels.any()
