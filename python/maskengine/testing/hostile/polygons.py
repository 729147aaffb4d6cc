"""Polygons: coordinates that are none, far away or a million, rings without meaning, all rules."""

# A case is a line, and calls of wrong types are the point.
# ruff: noqa: E501
# mypy: ignore-errors

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable
from typing import Any

import numpy as np

import maskengine as me
from maskengine.errors import BadPolygon, LimitExceeded, MaskError
from maskengine.testing.hostile._case import Family, Holds, anything_sound, refused

CASES = Family("polygons")
_SIZE = (50, 50)
_BAD = refused(BadPolygon, "polygons")
_SQUARE = [10, 10, 30, 10, 30, 30, 10, 30]
_RULES = ("exact", "coco", "opencv", "pillow", "skimage", "gdal", "all_touched", "coverage")


def _cover(far: float) -> list[float]:
    """Give a square that reaches `far` on every side."""
    return [-far, -far, far, -far, far, far, -far, far]


def _between(low: int, high: int) -> Holds:
    return Holds(lambda area: low <= area <= high, f"{low} to {high} pixels")


# 20 x 20 pixels, for a rule that counts borders 21 x 21.
CASES.add("ok-square", "rasterize", lambda: ([_SQUARE], _SIZE), _between(400, 441))
for _what, _value in (("nan", math.nan), ("inf", math.inf), ("minus-inf", -math.inf)):
    for _place in (0, 3, 7):
        _ring = [*_SQUARE[:_place], _value, *_SQUARE[_place + 1 :]]
        CASES.add(f"{_what}-at-{_place}", "rasterize", lambda r=_ring: ([r], _SIZE), _BAD)
CASES.add("nan-alone", "rasterize", lambda: ([[math.nan] * 6], _SIZE), _BAD)
for _what, _far in (("1e9", 1e9), ("2^31", 2.0**31), ("2^31-1", 2.0**31 - 1), ("1e8", 1e8)):
    CASES.add(f"cover-{_what}", "rasterize", lambda f=_far: ([_cover(f)], _SIZE), 2500)
for _what, _far in (("2^32", 2.0**32), ("1e10", 1e10), ("1e30", 1e30), ("1e308", 1e308),
                    ("2^63", 2.0**63), ("largest", 1.7976931348623157e308)):  # fmt: skip
    CASES.add(f"cover-{_what}", "rasterize", lambda f=_far: ([_cover(f)], _SIZE), 2500,
              other=refused(MaskError, "polygons"))  # fmt: skip
for _what, _y in (("1e9", -1e9), ("2^31", -(2.0**31)), ("1e30", -1e30), ("1e300", -1e300)):
    # a spike up from the middle of the lower edge: as wide as the image at row 50
    _ring = [0, 50, 25, _y, 50, 50]
    CASES.add(f"one-vertex-at-{_what}", "rasterize", lambda r=_ring: ([r], _SIZE),
              _between(2400, 2550), other=refused(MaskError, "polygons"))  # fmt: skip
    _flat = [50, 0, _y, 25, 50, 50]
    CASES.add(f"one-vertex-left-at-{_what}", "rasterize", lambda r=_flat: ([r], _SIZE),
              _between(2400, 2550), other=refused(MaskError, "polygons"))  # fmt: skip
CASES.add("far-beside-the-image", "rasterize", lambda: ([[1e9, 0, 2e9, 0, 2e9, 50, 1e9, 50]], _SIZE),
          0)  # fmt: skip
CASES.add("coordinate-of-2e7", "rasterize", lambda: ([[0, 0, 2e7, 0, 2e7, 50, 0, 50]], _SIZE),
          _between(2450, 2500))  # fmt: skip
CASES.add("denormals", "rasterize", lambda: ([[5e-324, 5e-324, 1e-310, 0, 0, 1e-310]], _SIZE),
          _between(0, 1))  # fmt: skip
CASES.add("minus-zero", "rasterize", lambda: ([[-0.0, -0.0, 10, -0.0, 10, 10, -0.0, 10]], _SIZE),
          _between(100, 121))  # fmt: skip

for _what, _rings in {
    "odd-count": [[10, 10, 30, 10, 30, 30, 10]],
    "one-number": [[10]],
    "no-numbers": [[]],
    "one-point": [[10, 10]],
    "two-points": [[10, 10, 30, 30]],
    "empty-ring-after-a-ring": [_SQUARE, []],
    "empty-ring-first": [[], _SQUARE],
    "text": ["10,10,30,10,30,30"],
    "texts": [["10", "10", "30", "10", "30", "30"]],
    "none": [None],
    "none-in-it": [[10, 10, None, 10, 30, 30]],
    "an-object": [object()],
    "complex": [[1j, 10, 30, 10, 30, 30]],
    "a-set": [{10, 20, 30, 40, 50, 60}],
    "a-dictionary": [{10: 1, 20: 2, 30: 3, 40: 4, 50: 5, 60: 6}],
    "a-number": [10],
    "10^400": [[10**400, 10, 30, 10, 30, 30]],
    "deep": [[[[[10, 10, 30, 10, 30, 30]]]]],
    "bytes": [b"123456"],
}.items():
    CASES.add(f"ring-{_what}", "rasterize", lambda r=_rings: (r, _SIZE),
              refused(MaskError, "polygons"))  # fmt: skip

for _what, _size in {
    "negative": (-50, 50), "2^31": (2**31, 50), "2^63": (2**63, 2**63), "nan": (math.nan, 50),
    "fraction": (50.5, 50), "text": ("50", "50"), "none": None, "one": (50,), "three": (50, 50, 3),
    "a-number": 50, "objects": (object(), object()),
}.items():  # fmt: skip
    CASES.add(
        f"size-{_what}", "rasterize", lambda s=_size: ([_SQUARE], s), refused(MaskError, "size")
    )
CASES.add("size-0x0", "rasterize", lambda: ([_SQUARE], (0, 0)), 0, other=refused(MaskError))
CASES.add("size-0xN", "rasterize", lambda: ([_SQUARE], (0, 50)), 0, other=refused(MaskError))
CASES.add("small-on-10^5-square", "rasterize", lambda: ([_SQUARE], (10**5, 10**5)),
          _between(400, 441))  # fmt: skip
CASES.add("63246-square-on-10^5-square", "rasterize",
          lambda: ([[0, 0, 63246, 0, 63246, 63246, 0, 63246]], (10**5, 10**5)),
          _between(63246**2, 63247**2))  # fmt: skip
CASES.add("small-on-largest-image", "rasterize", lambda: ([_SQUARE], (2**31 - 1, 2**31 - 1)),
          refused(LimitExceeded, "mask_runs"))  # fmt: skip

# Degenerate, but polygons.
for _what, _rings in {
    "all-the-same-point": [[10, 10] * 5],
    "on-a-line": [[10, 10, 20, 20, 30, 30]],
    "there-and-back": [[10, 10, 30, 10, 30, 10, 10, 10]],
}.items():
    CASES.add(f"ok-{_what}", "rasterize", lambda r=_rings: (r, _SIZE), _between(0, 41))
CASES.add("ok-bow-tie", "rasterize", lambda: ([[10, 10, 30, 30, 30, 10, 10, 30]], _SIZE),
          _between(180, 260))  # fmt: skip
CASES.add("ok-explicitly-closed", "rasterize", lambda: ([[*_SQUARE, 10, 10]], _SIZE),
          _between(400, 441))  # fmt: skip
CASES.add("ok-integers-of-numpy", "rasterize",
          lambda: ([np.array(_SQUARE, np.int16).tolist()], _SIZE), _between(400, 441))  # fmt: skip


def _circle(n: int, radius: float = 900.0) -> list[float]:
    turn = np.linspace(0, 2 * np.pi, n, endpoint=False)
    return list(
        np.column_stack([1000 + radius * np.cos(turn), 1000 + radius * np.sin(turn)]).ravel()
    )


def _random(n: int, side: float) -> list[float]:
    return list(np.random.default_rng(5).uniform(0, side, 2 * n))


_CIRCLE = round(math.pi * 900**2)
CASES.add("10^6-vertices", "rasterize", lambda: ([_circle(1_000_000)], (2000, 2000)),
          _between(_CIRCLE - 3000, _CIRCLE + 6000), is_large=True)  # fmt: skip
CASES.add("10^5-random-vertices", "rasterize", lambda: ([_random(100_000, 1000)], (1000, 1000)),
          _between(300_000, 1_000_000), is_large=True)  # fmt: skip
CASES.add("10^4-rings", "rasterize",
          lambda: ([[x, y, x + 4, y, x + 4, y + 4, x, y + 4] for y in range(0, 800, 8)
                    for x in range(0, 800, 8)], (800, 800)), _between(160_000, 250_000),
          is_large=True)  # fmt: skip
CASES.add("comb-of-10^5-teeth", "rasterize",
          lambda: ([[c for i in range(100_000) for c in (i / 100, 0, i / 100 + 0.005, 1000)]
                    + [1000, 0]], (1000, 1000)), Holds(lambda a: 0 <= a <= 10**6, "some pixels"),
          is_large=True)  # fmt: skip


# --- ours alone: every rule, every door


def _area(coords: Any, rule: str, size: Any = _SIZE) -> int:
    polygons = me.Polygons.from_coco([[list(coords)]])
    if rule == "coverage":
        found = me.rasterize(polygons, size, rule="coverage", out="dense")
        return round(float(np.asarray(found).sum()))
    return int(me.area(me.rasterize(polygons, size, rule=rule))[0])


for _rule in _RULES:
    _either = refused(MaskError, "polygons")
    for _what, _far in (
        ("1e6", 1e6),
        ("1e9", 1e9),
        ("2^31", 2.0**31),
        ("1e30", 1e30),
        ("1e308", 1e308),
    ):
        CASES.ours(f"{_rule}-cover-{_what}", lambda f=_far, r=_rule: _area(_cover(f), r), 2500,
                   other=_either)  # fmt: skip
    CASES.ours(f"{_rule}-spike-of-1e9", lambda r=_rule: _area([0, 50, 25, -1e9, 50, 50], r),
               _between(2400, 2550), other=_either)  # fmt: skip
    CASES.ours(f"{_rule}-10^5-random-vertices", lambda r=_rule: _area(_random(100_000, 50), r),
               _between(0, 2500), other=refused(LimitExceeded, "crossings"), is_large=True)  # fmt: skip
    CASES.ours(f"{_rule}-zigzag-over-2^31", lambda r=_rule: _area(
        [c for i in range(200) for c in (i / 4, -(2.0**31) * (-1) ** i)], r), _between(0, 2500),
        other=_either)  # fmt: skip
    CASES.ours(f"{_rule}-0x0", lambda r=_rule: _area(_SQUARE, r, (0, 0)), 0)

_COORDS = [(10, 10), (30, 10), (30, 30)]
for _what, _build in {
    "offsets-decrease": lambda: me.Polygons(_COORDS, [0, 3, 0]),
    "offsets-past-the-end": lambda: me.Polygons(_COORDS, [0, 4]),
    "offsets-negative": lambda: me.Polygons(_COORDS, [-3, 3]),
    "offsets-of-2^62": lambda: me.Polygons(_COORDS, [0, 2**62]),
    "offsets-start-late": lambda: me.Polygons(_COORDS, [1, 3]),
    "offsets-empty": lambda: me.Polygons(_COORDS, []),
    "offsets-of-fractions": lambda: me.Polygons(_COORDS, [0, 3.5]),
    "offsets-of-texts": lambda: me.Polygons(_COORDS, ["0", "3"]),
    "offsets-two-dimensional": lambda: me.Polygons(_COORDS, [[0, 3]]),
    "offsets-of-2^63-unsigned": lambda: me.Polygons(_COORDS, np.array([0, 2**63], np.uint64)),
    "polygon-offsets-past-the-end": lambda: me.Polygons(_COORDS, [0, 3], [0, 2]),
    "item-offsets-past-the-end": lambda: me.Polygons(_COORDS, [0, 3], [0, 1], [0, 9]),
    "item-offsets-decrease": lambda: me.Polygons(_COORDS, [0, 3], [0, 1], [0, 1, 0]),
    "coords-of-three-columns": lambda: me.Polygons([(1, 2, 3)] * 3, [0, 3]),
    "coords-flat": lambda: me.Polygons([10, 10, 30, 10, 30, 30], [0, 3]),
    "coords-ragged": lambda: me.Polygons([(1, 2), (3,)], [0, 2]),
    "coords-of-texts": lambda: me.Polygons([("1", "2")] * 3, [0, 3]),
    "coords-of-objects": lambda: me.Polygons([(None, None)] * 3, [0, 3]),
    "coords-complex": lambda: me.Polygons(np.ones((3, 2), complex), [0, 3]),
    "coords-nan": lambda: me.Polygons([(math.nan, 0), (1, 1), (2, 0)], [0, 3]),
    "ring-of-two": lambda: me.Polygons(_COORDS[:2], [0, 2]),
    "ring-of-none": lambda: me.Polygons(_COORDS, [0, 0, 3]),
    "boxes-of-nan": lambda: me.Polygons.from_boxes([[0, 0, math.nan, 1]]),
    "boxes-that-overflow": lambda: me.Polygons.from_boxes([[1e308, 0, 1e308, 1]]),
    "boxes-of-three": lambda: me.Polygons.from_boxes([[0, 0, 1]]),
    "boxes-format": lambda: me.Polygons.from_boxes([[0, 0, 1, 1]], "cxcywh"),
    "ragged-of-no-offsets": lambda: me.Polygons.from_ragged(np.array(_COORDS, float), []),
    "ragged-offsets-past-the-end": lambda: me.Polygons.from_ragged(
        np.array(_COORDS, float), [[0, 9], [0, 1], [0, 1]]),
    "arrays-of-one-column": lambda: me.Polygons.from_arrays([np.zeros((3, 1))]),
    "arrays-of-none": lambda: me.Polygons.from_arrays(None),
    "shapely-none": lambda: me.Polygons.from_shapely(None),
    "shapely-numbers": lambda: me.Polygons.from_shapely([1, 2]),
    "arrow-of-numbers": lambda: me.Polygons.from_arrow([1, 2]),
    "coco-a-number": lambda: me.Polygons.from_coco(5),
    "coco-none": lambda: me.Polygons.from_coco(None),
    "coco-a-text": lambda: me.Polygons.from_coco("polygon"),
    "concatenate-none": lambda: me.Polygons.concatenate([None]),
    "concatenate-a-number": lambda: me.Polygons.concatenate(3),
    "item-past-the-end": lambda: me.Polygons(_COORDS, [0, 3])[5],
    "item-of-text": lambda: me.Polygons(_COORDS, [0, 3])["x"],
}.items():  # fmt: skip
    CASES.ours(f"columns-{_what}", _build, refused(MaskError), other=refused(IndexError))


def _coords_changed(call: Callable[[me.Polygons], Any]) -> Callable[[], Any]:
    """Make polygons over an array, write what is no polygon into it, and use them."""

    def run() -> None:
        coords = np.array([(5, 5), (45, 8), (40, 44), (8, 40)], float)
        polygons = me.Polygons(coords, [0, 4])
        for bad in (math.nan, math.inf, -math.inf, 1e300, -1e300, 2.0**40, 1e9):
            for place in ((0, 0), (2, 1)):
                coords[place] = bad
                with contextlib.suppress(MaskError):
                    call(polygons)
                coords[place] = 7

    return run


_USES: dict[str, Callable[[me.Polygons], Any]] = {
    f"rasterize-{rule}": lambda p, r=rule: me.rasterize(p, _SIZE, rule=r) for rule in _RULES
}
_USES |= {
    "rasterize-labels": lambda p: me.rasterize(p, _SIZE, out="labels"),
    "rasterize-dense": lambda p: me.rasterize(p, _SIZE, out="dense"),
    "simplify-lossless": lambda p: me.simplify(p, lossless=True),
    "simplify-distance": lambda p: me.simplify(p, max_distance=1),
    "simplify-iou": lambda p: me.simplify(p, min_iou=0.9),
    "simplify-vertices": lambda p: me.simplify(p, max_vertices=3),
    "check-polygons": me.check_polygons,
    "arcs": me.arcs,
    "deviation": lambda p: me.quality.deviation(p, p),
    "density": me.quality.vertex_density,
    "canvas": lambda p: me.Canvas(np.zeros(_SIZE, np.uint8)).polygon(p, 1),
    "to-coco": lambda p: p.to_coco(),
}
for _what, _use in _USES.items():
    CASES.ours(f"coords-overwritten-then-{_what}", _coords_changed(_use), anything_sound())

# Operations on polygons, at the edge of what they take.
_TRIANGLE = me.Polygons(_COORDS, [0, 3])
_FAR_TRIANGLE = me.Polygons([(0, 0), (1e300, 0), (0, 1e300)], [0, 3])
for _what, _call in {
    "simplify-two-asked": lambda: me.simplify(_TRIANGLE, lossless=True, max_distance=1),
    "simplify-distance-nan": lambda: me.simplify(_TRIANGLE, max_distance=math.nan),
    "simplify-distance-negative": lambda: me.simplify(_TRIANGLE, max_distance=-1),
    "simplify-distance-inf": lambda: me.simplify(_TRIANGLE, max_distance=math.inf),
    "simplify-iou-2": lambda: me.simplify(_TRIANGLE, min_iou=2),
    "simplify-iou-nan": lambda: me.simplify(_TRIANGLE, min_iou=math.nan),
    "simplify-vertices-2": lambda: me.simplify(_TRIANGLE, max_vertices=2),
    "simplify-vertices-text": lambda: me.simplify(_TRIANGLE, max_vertices="9"),
    "simplify-lossless-far": lambda: me.simplify(_FAR_TRIANGLE, lossless=True),
    "simplify-iou-far": lambda: me.simplify(_FAR_TRIANGLE, min_iou=0.5),
    "rule-none": lambda: me.rasterize(_TRIANGLE, _SIZE, rule=None),
    "rule-unknown": lambda: me.rasterize(_TRIANGLE, _SIZE, rule="round"),
    "rule-a-list": lambda: me.rasterize(_TRIANGLE, _SIZE, rule=["exact"]),
    "fill-unknown": lambda: me.rasterize(_TRIANGLE, _SIZE, fill="odd"),
    "fill-a-list": lambda: me.rasterize(_TRIANGLE, _SIZE, fill=[]),
    "out-unknown": lambda: me.rasterize(_TRIANGLE, _SIZE, out="image"),
    "out-none": lambda: me.rasterize(_TRIANGLE, _SIZE, out=None),
    "out-read-only": lambda: me.rasterize(
        _TRIANGLE, _SIZE, out=np.frombuffer(bytes(2500), np.uint8).reshape(50, 50)),
    "out-of-another-size": lambda: me.rasterize(_TRIANGLE, _SIZE, out=np.zeros((50, 49), np.uint8)),
    "out-of-floats": lambda: me.rasterize(_TRIANGLE, _SIZE, out=np.zeros(_SIZE)),
    "out-of-objects": lambda: me.rasterize(_TRIANGLE, _SIZE, out=np.zeros(_SIZE, object)),
    "value-300-of-8-bits": lambda: me.rasterize(
        _TRIANGLE, _SIZE, out=np.zeros(_SIZE, np.uint8), value=300),
    "value-nan": lambda: me.rasterize(_TRIANGLE, _SIZE, out="dense", value=math.nan),
    "labels-too-many": lambda: me.rasterize(_TRIANGLE, _SIZE, out="labels", labels=[1, 2]),
    "labels-2^40": lambda: me.rasterize(_TRIANGLE, _SIZE, out="labels", labels=[2**40]),
    "labels-nan": lambda: me.rasterize(_TRIANGLE, _SIZE, out="labels", labels=[math.nan]),
    "labels-text": lambda: me.rasterize(_TRIANGLE, _SIZE, out="labels", labels=["x"]),
    "z-too-many": lambda: me.rasterize(_TRIANGLE, _SIZE, out="labels", z=[1, 2]),
    "z-nan": lambda: me.rasterize(_TRIANGLE, _SIZE, out="labels", z=[math.nan]),
    "dtype-none-such": lambda: me.rasterize(_TRIANGLE, _SIZE, out="dense", dtype="q9"),
    "dtype-objects": lambda: me.rasterize(_TRIANGLE, _SIZE, out="dense", dtype=object),
    "device-unknown": lambda: me.rasterize(_TRIANGLE, _SIZE, device="tpu"),
    "polygons-none": lambda: me.rasterize(None, _SIZE),
    "polygons-a-list": lambda: me.rasterize([_SQUARE], _SIZE),
    "check-crossings-negative": lambda: me.check_polygons(_TRIANGLE, max_crossings=-1),
    "check-crossings-2^70": lambda: me.check_polygons(_TRIANGLE, max_crossings=2**70),
    "check-crossings-text": lambda: me.check_polygons(_TRIANGLE, max_crossings="9"),
    "check-none": lambda: me.check_polygons(None),
    "arcs-none": lambda: me.arcs(None),
    "deviation-step-0": lambda: me.quality.deviation(_TRIANGLE, _TRIANGLE, step=0),
    "deviation-step-tiny": lambda: me.quality.deviation(_FAR_TRIANGLE, _FAR_TRIANGLE),
    "dense-of-10^10-pixels": lambda: me.rasterize(_TRIANGLE, (10**5, 10**5), out="dense"),
    "labels-of-10^10-pixels": lambda: me.rasterize(_TRIANGLE, (10**5, 10**5), out="labels"),
    "coverage-of-10^10-pixels": lambda: me.rasterize(_TRIANGLE, (10**5, 10**5), rule="coverage", out="dense"),
}.items():  # fmt: skip
    CASES.ours(f"call-{_what}", _call, refused(MaskError, ":"))
