"""Components, flood, morphology, outlines, measures: seeds, radii, patterns that blow up."""

# A case is a line, and calls of wrong types are the point.
# ruff: noqa: E501, FURB171, PLW0108
# mypy: ignore-errors

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

import maskengine as me
from maskengine.errors import LimitExceeded, MaskError
from maskengine.testing.hostile._case import Family, Holds, anything_sound, refused

CASES = Family("regions")
_BLANK = np.zeros((40, 50), np.uint8)


def _board(side: int) -> Any:
    """Give a checkerboard."""
    return (np.indices((side, side)).sum(0) % 2).astype(np.uint8)


def _noise(side: int) -> Any:
    return np.random.default_rng(1).integers(0, 2, (side, side)).astype(np.uint8)


def _comb(side: int) -> Any:
    """Give columns that hang together at the top."""
    image = np.zeros((side, side), np.uint8)
    image[:, ::2] = 1
    image[0] = 1
    return image


def _spiral(side: int) -> Any:
    """Give one path that winds to the middle, a pixel wide."""
    image = np.zeros((side, side), np.uint8)
    low, high = 0, side - 1
    while low <= high:
        image[low, low : high + 1] = image[low : high + 1, high] = 1
        image[high, low : high + 1] = 1
        image[low + 2 : high + 1, low] = 1
        if low + 2 <= high:
            image[low + 2, low : low + 2] = 1
        low, high = low + 2, high - 2
    return image


def _n(wanted: int) -> Holds:
    return Holds(lambda found: found[1] == wanted, f"{wanted} components")


# Peers' known failures: exponential contours, too many labels, empty images.
for _side in (500, 1000):
    _cells = _side * _side // 2
    CASES.add(f"label-4-board-{_side}", "label", lambda s=_side: (_board(s), 4), _n(_cells))
    CASES.add(f"label-8-board-{_side}", "label", lambda s=_side: (_board(s), 8), _n(1))
    CASES.add(f"outlines-board-{_side}", "outlines", lambda s=_side: (_board(s),),
              Holds(lambda n: n >= 1, "outlines"), is_large=_side > 500)  # fmt: skip
CASES.add("label-4.5-million-components", "label", lambda: (_board(3000), 4), _n(4_500_000),
          is_large=True)  # fmt: skip
CASES.add("label-comb", "label", lambda: (_comb(2000), 8), _n(1))
CASES.add(
    "label-spiral", "label", lambda: (_spiral(801), 4), Holds(lambda f: f[1] >= 1, "components")
)
CASES.add("outlines-noise-2000", "outlines", lambda: (_noise(2000),),
          Holds(lambda n: n > 100_000, "many outlines"), is_large=True)  # fmt: skip
CASES.add("outlines-of-nothing", "outlines", lambda: (_BLANK,), 0)
CASES.add("outlines-of-a-square", "outlines", lambda: (np.ones((5, 5), np.uint8),), 1)
CASES.add("outlines-of-a-ring", "outlines",
          lambda: (np.pad(np.zeros((3, 3), np.uint8), 2, constant_values=1),), 2)  # fmt: skip
CASES.add(
    "label-nan", "label", lambda: (np.full((4, 4), math.nan), 8), refused(MaskError, "source")
)
CASES.add("label-connectivity-6-of-two-sides", "label", lambda: (_BLANK, 6),
          refused(MaskError))  # fmt: skip
CASES.add("label-connectivity-nan", "label", lambda: (_BLANK, math.nan),
          refused(MaskError, "connectivity"))  # fmt: skip
CASES.ours("label-90000-into-16-bits", lambda: me.label(
    _board(425), 4, out=np.zeros((425, 425), np.uint16)), refused(MaskError))  # fmt: skip
CASES.ours(
    "label-300-into-8-bits", lambda: me.label(_board(30), 4, dtype=np.uint8), refused(MaskError)
)
CASES.ours("label-unchanged-when-refused", lambda: _unchanged_when_refused(), True)


def _unchanged_when_refused() -> bool:
    """Say whether labels that do not fit leave the output as it was."""
    out = np.full((425, 425), 7, np.uint16)
    try:
        me.label(_board(425), 4, out=out)
    except MaskError:
        return bool((out == 7).all())
    return False


# --- flood

_SEED = refused(MaskError, "seed")
for _what, _seed in {
    "negative": (-1, 5), "past-the-edge": (50, 5), "far": (2**31, 5), "2^63": (2**63, 5),
    "2^70": (2**70, 5), "nan": (math.nan, 5), "inf": (math.inf, 5), "half": (4.5, 5),
    "text": ("4", "5"), "none": None, "one": (4,), "three": (4, 5, 6), "objects": (None, None),
    "complex": (1j, 0), "a-mask": _BLANK,
}.items():  # fmt: skip
    CASES.add(f"flood-seed-{_what}", "flood", lambda s=_seed: (_BLANK, s, 0), _SEED)
for _what, _tolerance in {
    "negative": -1, "nan": math.nan, "text": "1", "none": None, "complex": 1j,
    "minus-inf": -math.inf,
}.items():  # fmt: skip
    CASES.add(f"flood-tolerance-{_what}", "flood", lambda t=_tolerance: (_BLANK, (4, 5), t),
              refused(MaskError, "tolerance"))  # fmt: skip
CASES.add("flood-tolerance-inf", "flood", lambda: (_BLANK, (4, 5), math.inf), 2000,
          other=refused(MaskError, "tolerance"))  # fmt: skip
CASES.add("flood-tolerance-1e300", "flood", lambda: (_BLANK, (4, 5), 1e300), 2000,
          other=refused(MaskError, "tolerance"))  # fmt: skip
CASES.add("flood-blank-4000", "flood", lambda: (np.zeros((4000, 4000), np.uint8), (0, 0), 0),
          16_000_000)  # fmt: skip
CASES.add("flood-spiral", "flood", lambda: (_spiral(1001), (0, 0), 0),
          Holds(lambda n: n >= 1000, "the path"))  # fmt: skip
CASES.add("flood-comb", "flood", lambda: (_comb(2000), (0, 0), 0), 2000 * 1000 + 1000)
CASES.add("flood-board", "flood", lambda: (_board(1000), (0, 0), 0), 1)
CASES.add("flood-nan-image", "flood", lambda: (np.full((4, 4), math.nan), (0, 0), 1), 0,
          other=refused(MaskError))  # fmt: skip
CASES.add("flood-extremes-of-64-bits", "flood",
          lambda: (np.array([[-(2**63), 2**63 - 1]]), (0, 0), 2**63 - 1), 1,
          other=refused(MaskError))  # fmt: skip
CASES.ours("flood-value-300-into-8-bits", lambda: me.flood(
    _BLANK, (4, 5), out=_BLANK.copy(), value=300), refused(MaskError, "value"))  # fmt: skip
CASES.ours("flood-value-minus-1-into-8-bits", lambda: me.flood(
    _BLANK, (4, 5), out=_BLANK.copy(), value=-1), refused(MaskError, "value"))  # fmt: skip
CASES.ours("flood-strided-in-place", lambda: _strided_flood(), 20 * 25)
CASES.ours("flood-10^5-seeds", lambda: me.flood(
    _BLANK, np.tile(np.indices((50, 40)).reshape(2, -1).T, (50, 1))).area, 2000)  # fmt: skip
CASES.ours("flood-no-seeds", lambda: me.flood(_BLANK, np.zeros((0, 2), int)).area, 0,
           other=refused(MaskError, "seed"))  # fmt: skip
for _what, _how in {
    "five-channels": {"image": np.zeros((4, 4, 5))}, "region-inverted": {"region": (30, 30, 2, 2)},
    "region-nan": {"region": (0, 0, math.nan, 5)}, "region-of-another-size": {
        "region": np.ones((3, 3), bool)}, "barrier-of-another-size": {"barrier": np.ones((3, 3), bool)},
    "max-area-negative": {"max_area": -1}, "out-of-another-size": {"out": np.zeros((3, 3), np.uint8)},
}.items():  # fmt: skip
    CASES.ours(f"flood-{_what}", lambda h=_how: me.flood(
        **({"image": _BLANK, "seed": (4, 5)} | h)).area, refused(MaskError),
        other=0 if _what in {"region-inverted"} else None)  # fmt: skip


def _strided_flood() -> int:
    """Flood every second row and column of an array, in place; gives pixels written."""
    wide = np.zeros((40, 50), np.uint8)
    view = wide[::2, ::2]
    me.flood(view, (0, 0), out=view, value=9)
    return int((wide == 9).sum())


# --- morphology

for _what, _radius in {
    "minus-5": -5, "nan": math.nan, "inf": math.inf, "text": "1", "none": None, "complex": 1j,
    "three": (1, 1, 1), "empty": (),
}.items():  # fmt: skip
    CASES.add(f"dilate-radius-{_what}", "dilate", lambda r=_radius: (_BLANK, r),
              refused(MaskError, "radius"))  # fmt: skip
_DOT = np.zeros((40, 50), np.uint8)
_DOT[20, 25] = 1
for _radius in (10**3, 10**9, 2**62, 1e300):
    for _operation in (me.dilate, me.erode, me.open, me.close):
        _wanted = {"dilate": 2000, "close": 2000}.get(_operation.__name__, 0)
        for _shape in ("square", "disk", "cross"):
            if _shape == "cross" and _wanted:
                _wanted = 89 if _operation is me.dilate else -1
            CASES.ours(f"{_operation.__name__}-{_shape}-radius-{_radius:g}",
                       lambda o=_operation, r=_radius, s=_shape: int(np.asarray(o(_DOT, r, s)).sum()),
                       _wanted if _wanted >= 0 else anything_sound(),
                       other=refused(MaskError, "radius"))  # fmt: skip
CASES.add("dilate-radius-0", "dilate", lambda: (_DOT, 0), _DOT)
CASES.ours("dilate-masks-of-2^60-pixels", lambda: int(me.area(me.dilate(
    me.Masks([2**31, 1, 2**31], [0, 3], [(1, 2**32 + 1 - 2**31)]), 1))[0]),
    refused(MaskError))  # fmt: skip

_WIDE = me.Masks([10**9, 5, 2**31 - 1 - 10**9 - 5], [0, 3], [(1, 2**31 - 1)])
for _what, _call, _wanted in (
    ("area", lambda: int(me.area(_WIDE)[0]), 5),
    ("bbox", lambda: me.bbox(_WIDE).tolist(), [[10**9, 0, 5, 1]]),
    ("flip", lambda: me.bbox(me.flip(_WIDE)).tolist(), [[2**31 - 1 - 10**9 - 5, 0, 5, 1]]),
    ("transpose", lambda: me.bbox(me.transpose(_WIDE)).tolist(), [[0, 10**9, 1, 5]]),
    (
        "crop",
        lambda: me.bbox(me.crop(_WIDE, (10**9 - 1, 0, 10**9 + 9, 1))).tolist(),
        [[1, 0, 5, 1]],
    ),
    ("shift", lambda: me.bbox(me.shift(_WIDE, dx=7)).tolist(), [[10**9 + 7, 0, 5, 1]]),
    ("complement", lambda: int(me.area(me.complement(_WIDE))[0]), 2**31 - 6),
    ("dilate", lambda: int(me.area(me.dilate(_WIDE, 3))[0]), 11),
    ("label", lambda: len(me.label(_WIDE, output="masks")[0]), 1),
    ("polygonize", lambda: me.polygonize(_WIDE).coords.max(), 10**9 + 5),
    ("perimeter", lambda: int(me.perimeter(_WIDE)[0]), 12),
    ("contains", lambda: bool(me.contains(_WIDE, [(10**9 + 2.5, 0.5)])[0, 0]), True),
    (
        "resize",
        lambda: int(me.area(me.resize(_WIDE, (1, 2**30)))[0]),
        Holds(lambda n: 2 <= n <= 3, "2 or 3"),
    ),
):
    CASES.ours(f"wide-{_what}", _call, _wanted)
for _what, _call in {
    "pad-past-2^31": lambda: me.pad(_WIDE, right=1),
    "pad-2^62": lambda: me.pad(_WIDE, right=2**62),
    "pad-negative": lambda: me.pad(_WIDE, right=-(2**62)),
    "tile-past-2^31": lambda: me.tile(_WIDE, 1, 2),
    "tile-2^62": lambda: me.tile(_WIDE, 2**62, 2**62),
    "hstack-past-2^31": lambda: me.hstack([_WIDE, _WIDE]),
    "resize-2^31": lambda: me.resize(_WIDE, (2**31, 2**31)),
    "resize-negative": lambda: me.resize(_WIDE, (-1, 5)),
    "decode": lambda: me.decode(_WIDE),
    "distance-transform": lambda: me.distance_transform(_WIDE),
    "compose": lambda: me.compose(_WIDE),
    "crop-2^70": lambda: me.crop(_WIDE, (0, 0, 2**70, 1)),
    "crop-nan": lambda: me.crop(_WIDE, (0, 0, math.nan, 1)),
    "crop-three": lambda: me.crop(_WIDE, (0, 0, 1)),
    "shift-2^70": lambda: me.shift(_WIDE, dx=2**70),
    "warp-nan": lambda: me.warp(_WIDE, [[math.nan, 0, 0], [0, 1, 0]]),
    "warp-singular": lambda: me.warp(_WIDE, [[0, 0, 0], [0, 0, 0]], (5, 5)),
    "warp-inf": lambda: me.warp(_WIDE, [[math.inf, 0, 0], [0, 1, 0]]),
    "warp-1e300": lambda: me.warp(_WIDE, [[1e300, 0, 0], [0, 1e300, 0]]),
    "take-outside": lambda: _WIDE[[5]],
    "take-2^70": lambda: _WIDE[[2**70]],
    "take-halves": lambda: _WIDE[[0.5]],
    "take-bools-too-many": lambda: _WIDE[[True, False]],
    "take-none": lambda: _WIDE[None],
    "groups-negative": lambda: me.union(_WIDE, groups=[-1]),
    "groups-2^40": lambda: me.union(_WIDE, groups=[2**40]),
    "groups-too-many": lambda: me.union(_WIDE, groups=[0, 1]),
    "combine-table-of-another-size": lambda: me.combine(_WIDE, [0, 1, 1]),
    "vote-weights-too-many": lambda: me.vote(_WIDE, [1, 2], 1),
    "vote-weights-nan": lambda: me.vote(_WIDE, [math.nan], 1),
    "vote-weights-far-apart": lambda: me.vote(_WIDE, [1e300], 1e-300),
    "convolve-kernel-empty": lambda: me.convolve(_WIDE, np.zeros((0, 0)), 1),
    "move-vertex-outside": lambda: me.move_vertex(
        _WIDE, me.Polygons([(0, 0), (1, 0), (1, 1)], [0, 3]), 0, 9, (1, 1)
    ),
    "encode-labels-2^64": lambda: me.encode_labels(_BLANK, labels=[2**64]),
    "remap-2^64": lambda: me.remap(_BLANK, {0: 2**64}),
    "remap-missing": lambda: me.remap(_DOT, {0: 1}),
    "joint-of-none": lambda: me.joint(),
    "joint-sizes-differ": lambda: me.joint(_BLANK, _BLANK[:5]),
    "argmax-nan-threshold": lambda: me.argmax(np.zeros((2, 4, 4), np.float32), threshold=math.nan),
    "argmax-no-classes": lambda: me.argmax(np.zeros((0, 4, 4), np.float32)),
    "stroke-2^40": lambda: me.stroke([(2**40, 0)], 5, (50, 50)),
    "stroke-radius-nan": lambda: me.stroke([(5, 5)], math.nan, (50, 50)),
    "stroke-radius-1e300": lambda: me.stroke([(5, 5)], 1e300, (50, 50)),
    "stroke-nan": lambda: me.stroke([(math.nan, 5)], 5, (50, 50)),
    "threads-0": lambda: me.use(threads=0).__enter__(),
    "threads-10^6": lambda: me.use(threads=10**6).__enter__(),
    "limits-unknown": lambda: me.use(limits={"everything": 1}).__enter__(),
    "limits-negative": lambda: me.use(limits={"mask_runs": -1}).__enter__(),
    "limits-a-list": lambda: me.use(limits=[1]).__enter__(),
}.items():
    CASES.ours(f"call-{_what}", _call, refused(MaskError), other=refused(IndexError))
CASES.ours("limit-raised-and-back", lambda: _raised(), [True, False, True])


def _raised() -> list[bool]:
    """Say whether 10 x 10 pixels decode: as it is, with a limit of 99, and after that."""
    mask, found = me.Masks([100], [0, 1], [(10, 10)]), []
    for most in (None, 99, None):
        with me.use(limits={} if most is None else {"decode_pixels": most}):
            try:
                me.decode(mask)
                found.append(True)
            except LimitExceeded as error:
                found.append(error.name != "decode_pixels" or error.value != 100)
    return found


def _swept(call: Callable[[int], Any], wanted: Callable[[Any], bool]) -> Callable[[], bool]:
    return lambda: all(wanted(call(seed)) for seed in range(40))


def _sound_noise(seed: int) -> Any:
    draw = np.random.default_rng(seed)
    return me.encode(draw.integers(0, 2, tuple(draw.integers(1, 70, 2))).astype(bool))


CASES.ours("decode-of-encode-on-noise", _swept(
    lambda seed: (_sound_noise(seed), me.encode(me.decode(_sound_noise(seed)))),
    lambda both: both[0] == both[1]), True)  # fmt: skip
CASES.ours("results-are-sound-on-noise", _swept(
    lambda seed: [op(_sound_noise(seed)) for op in (
        me.complement, me.flip, me.rot90, me.transpose, me.fill_holes, me.largest,
        lambda m: me.dilate(m, 2), lambda m: me.erode(m, 1), lambda m: me.resize(m, (31, 17)))],
    lambda results: all(one.validate() == [] for one in results)), True)  # fmt: skip
