"""Run lengths: texts and lists of counts that are cut, too long, out of range or of odd types."""

# A case is a line, and calls of wrong types are the point.
# ruff: noqa: E501
# mypy: ignore-errors

from __future__ import annotations

import random
from typing import Any

import numpy as np

import maskengine as me
from maskengine.errors import LimitExceeded, MalformedRLE, MaskError, ShapeMismatch
from maskengine.testing.hostile._case import Family, Holds, refused
from maskengine.testing.hostile._rle_text import number_text, rle, rle_text

CASES = Family("rle")
_SOUND = [2, 3, 1]  # of (2, 3): the last two of six pixels but one
_SOUND_ARRAY = np.array([[0, 1, 1], [0, 1, 0]], np.uint8)
_BAD = refused(MalformedRLE, "masks[0]")
_READERS = ("decode", "area", "bbox")
_LETTERS = "".join(chr(c) for c in range(48, 112))


def _texts() -> dict[str, Any]:
    """Give counts that are no mask of (10, 10), with what is wrong."""
    whole = rle_text([30, 40, 30])
    return {
        "empty-text": "",
        "empty-bytes": b"",
        "cut-in-half": whole[: len(whole) // 2],
        "one-short": rle_text([30, 40, 29]),
        "one-long": rle_text([30, 40, 31]),
        "cut-varint": "`",  # says that more follows
        "cut-varint-bytes": whole.encode()[:-1] + b"P",
        "varint-of-200-groups": "o" * 200,
        "run-of-2^32-and-more": rle_text([30, 2**32 + 40, 30]),
        "run-of-2^64-and-more": number_text(30) + number_text(2**64 + 40) + number_text(30),
        "run-of-minus-1": rle_text([30, -1, 71]),
        "first-run-of-minus-2^31": rle_text([-(2**31), 100]),
        "sum-wraps-32-bits": rle_text([2**32 - 1, 101]),
        "letter-before-the-alphabet": whole + "/",
        "letter-after-the-alphabet": whole + "p",
        "space": whole[:1] + " " + whole[1:],
        "newline-at-the-end": whole + "\n",
        "nul-then-junk": whole.encode() + b"\0junk",
        "nul-text": "\0",
        "high-bytes": b"\xff\xfe" * 8,
        "letters-not-ascii": "\u00e9\u4e2d",
        "lone-surrogate": "\ud800",
        "list-one-short": [30, 40, 29],
        "list-one-long": [30, 40, 31],
        "list-empty": [],
        "list-negative": [30, -40, 110],
        "list-2^32": [30, 2**32, 30],
        "list-2^64": [30, 2**64, 30],
        "list-10^400": [30, 10**400],
        "list-of-fractions": [30.5, 69.5],
        "list-of-nan": [float("nan"), 100],
        "list-of-inf": [float("inf")],
        "list-of-text": ["30", "40", "30"],
        "list-of-none": [None, 100],
        "list-of-lists": [[30], [40], [30]],
        "list-of-bools-too-short": [True, False],
        "none": None,
        "a-number": 100,
        "a-fraction": 1.5,
        "an-object": object(),
        "a-dictionary": {30: 40},
        "a-set": {30, 70},
    }


def _sizes() -> dict[str, Any]:
    """Give sizes that are none."""
    return {
        "negative-height": [-10, 10],
        "negative-both": [-10, -10],
        "2^31-high": [2**31, 1],
        "2^63-high": [2**63, 1],
        "10^400-wide": [1, 10**400],
        "fractions": [10.5, 10],
        "nan": [float("nan"), 10],
        "inf": [float("inf"), 10],
        "text": ["10", "10"],
        "a-text": "10",
        "one-side": [10],
        "three-sides": [10, 10, 1],
        "empty": [],
        "none": None,
        "none-in-it": [None, 10],
        "a-number": 100,
        "nested": [[10, 10]],
        "a-dictionary": {"h": 10, "w": 10},
    }


for _name, _text in _texts().items():
    for _reader in _READERS if not _name.startswith("list-of") else ("decode",):
        CASES.add(f"{_reader}-{_name}", _reader, lambda t=_text: (rle(10, 10, t),), _BAD)
for _name, _size in _sizes().items():
    CASES.add(
        f"decode-size-{_name}", "decode",
        lambda s=_size: ({"size": s, "counts": rle_text([100])},), refused(MaskError, "masks[0]"),
    )  # fmt: skip

for _name, _value in {
    "no-size": {"counts": "231"}, "no-counts": {"size": [2, 3]}, "empty-dictionary": {},
    "none": None, "a-number": 5, "a-text": "231", "a-list": [2, 3, 1],
}.items():  # fmt: skip
    CASES.add(
        f"decode-{_name}-as-rle", "decode", lambda v=_value: (v,), refused(MaskError, "masks")
    )

CASES.add("decode-ok-text", "decode", lambda: (rle(2, 3, "231"),), _SOUND_ARRAY)
CASES.add("decode-ok-bytes", "decode", lambda: (rle(2, 3, b"231"),), _SOUND_ARRAY)
CASES.add("decode-ok-list", "decode", lambda: (rle(2, 3, _SOUND),), _SOUND_ARRAY)
CASES.add(
    "decode-ok-tuple-size", "decode", lambda: ({"size": (2, 3), "counts": "231"},), _SOUND_ARRAY
)
CASES.add(
    "decode-bytearray", "decode", lambda: (rle(2, 3, bytearray(b"231")),), _SOUND_ARRAY, other=_BAD
)
CASES.add(
    "decode-zero-runs", "decode", lambda: (rle(2, 3, [0, 0, 2, 3, 0, 0, 1]),),
    np.array([[0, 1, 0], [0, 1, 0]], np.uint8) * 0 + np.array([[0, 1, 1], [0, 1, 0]], np.uint8),
)  # fmt: skip
for _height, _width in ((0, 0), (0, 7), (7, 0)):
    _none = rle(_height, _width, "")
    CASES.add(
        f"decode-{_height}x{_width}", "decode", lambda r=_none: (r,), np.zeros((_height, _width)),
        other=_BAD,
    )  # fmt: skip
    CASES.add(f"area-{_height}x{_width}", "area", lambda r=_none: (r,), 0, other=_BAD)
    CASES.add(f"bbox-{_height}x{_width}", "bbox", lambda r=_none: (r,), [0, 0, 0, 0], other=_BAD)
    CASES.add(
        f"decode-{_height}x{_width}-with-pixels", "decode",
        lambda h=_height, w=_width: (rle(h, w, "1"),), _BAD,
    )  # fmt: skip

# Far more pixels than memory: what is measured on runs is exact, what decodes is refused.


def _split(runs: list[int]) -> list[int]:
    """Give runs of any length as counts below 2^32, which runs of length zero part."""
    counts: list[int] = []
    for run in runs:
        pieces = [2**32 - 1] * (run // (2**32 - 1)) + [run % (2**32 - 1)]
        counts += [n for piece in pieces for n in (piece, 0)][:-1]
    return counts


def _tall(background: int, foreground: int, height: int, width: int) -> dict[str, Any]:
    """Give background, then foreground, then background to the end."""
    rest = height * width - background - foreground
    return rle(height, width, _split([background, foreground, rest]))


_2_40 = _tall(2**20, 2**40 - 2**21, 2**20, 2**20)  # all columns but the first and the last
CASES.add("area-of-2^40-pixels", "area", lambda: (_2_40,), 2**40 - 2**21)
CASES.add("bbox-of-2^40-pixels", "bbox", lambda: (_2_40,), [1, 0, 2**20 - 2, 2**20])
CASES.add(
    "decode-2^40-pixels", "decode", lambda: (_2_40,), refused(LimitExceeded, "MASKENGINE_MAX")
)
CASES.add(
    "decode-2^40-pixels-of-9-bytes", "decode",
    lambda: (rle(2**20, 2**20, _split([2**40])),), refused(LimitExceeded, "MASKENGINE_MAX"),
)  # fmt: skip
_2_33 = _tall(5, 2**33 - 12, 2**16, 2**17)
CASES.add("area-of-2^33-pixels", "area", lambda: (_2_33,), 2**33 - 12)
CASES.add("bbox-of-2^33-pixels", "bbox", lambda: (_2_33,), [0, 0, 2**17, 2**16])
CASES.add(
    "merge-of-2^40-pixels", "merge", lambda: ([_2_40, _tall(0, 2**39, 2**20, 2**20)], "intersection"),
    Holds(lambda counts: sum(counts[1::2]) == 2**39 - 2**20, "2^39 - 2^20 pixels in common"),
)  # fmt: skip
CASES.add("iou-of-2^40-pixels", "iou", lambda: ([_2_40], [_2_40], [0]), [[1.0]])


def _huge(extra: int) -> me.Masks:
    """Give a square of 2^27 + 1, past 2^54 pixels: all foreground but the first 5 + `extra`."""
    pixels = (2**27 + 1) ** 2 - 5 - extra
    whole, rest = divmod(pixels, 2**32 - 1)
    counts = np.zeros(2 * whole + 2, np.uint32)
    counts[0] = 5 + extra
    counts[1:-1:2] = 2**32 - 1
    counts[-1] = rest
    return me.Masks(counts, [0, len(counts)], [(2**27 + 1, 2**27 + 1)])


_2_54 = (2**27 + 1) ** 2
CASES.ours("area-past-2^54-pixels", lambda: int(me.area(_huge(0))[0]), _2_54 - 5, is_large=True)
CASES.ours(
    "bbox-past-2^54-pixels", lambda: me.bbox(_huge(2**27 - 4)).tolist(),
    [[1, 0, 2**27, 2**27 + 1]], is_large=True,
)  # fmt: skip
CASES.ours(
    "difference-past-2^54-pixels", lambda: int(me.area(me.difference(_huge(0), _huge(3)))[0]), 3,
    is_large=True,
)  # fmt: skip
CASES.ours(
    "complement-past-2^54-pixels", lambda: int(me.area(me.complement(_huge(0)))[0]), 5,
    is_large=True,
)  # fmt: skip
CASES.ours(
    "union-past-2^54-pixels", lambda: int(me.area(me.union(_huge(0), _huge(3)))[0]), _2_54 - 5,
    is_large=True,
)  # fmt: skip
CASES.ours(
    "iou-past-2^54-pixels", lambda: float(me.iou(_huge(0), _huge(0))[0, 0]), 1.0, is_large=True
)

CASES.add(
    "decode-text-of-64-MB", "decode", lambda: (rle(10, 10, "1" * (64 << 20)),), _BAD, is_large=True
)
CASES.add("area-of-10^6-runs", "area", lambda: (rle(1000, 2000, [1] * 2_000_000),), 1_000_000)
CASES.add("area-of-10^6-zero-runs", "area", lambda: (rle(1, 1, [0] * 1_000_000 + [1]),), 0)


def _random_texts(seed: int) -> list[dict[str, Any]]:
    draw = random.Random(seed)  # noqa: S311
    return [rle(10, 10, "".join(draw.choices(_LETTERS, k=draw.randrange(12)))) for _ in range(300)]


def _mutations(seed: int) -> list[dict[str, Any]]:
    draw = random.Random(seed)  # noqa: S311
    found = []
    for _ in range(400):
        letters = list(rle_text([13, 9, 30, 8, 21, 19]))
        for _ in range(draw.randrange(1, 4)):
            letters[draw.randrange(len(letters))] = draw.choice(_LETTERS)
        found.append(rle(10, 10, "".join(letters)))
    return found


def _by_definition(text: str, pixels: int) -> list[int] | None:
    """Read a text as its definition says; None where it is no mask of that many pixels."""
    counts: list[int] = []
    place = 0
    while place < len(text):
        value = shift = 0
        while True:
            if place == len(text):
                return None
            group = ord(text[place]) - 48
            place += 1
            value |= (group & 31) << shift
            shift += 5
            if not group & 32:
                break
        if group & 16:
            value -= 1 << shift
        counts.append(value + (counts[-2] if len(counts) > 2 else 0))
        if not 0 <= counts[-1] < 2**32:
            return None
    return counts if sum(counts) == pixels else None


def _agrees(texts: list[dict[str, Any]]) -> str:
    """Decode all and compare with the definition; the first that differs, or nothing."""
    for one in texts:
        counts = _by_definition(one["counts"], 100)
        try:
            ours = me.decode(me.Masks.from_coco([one]))[0].ravel("F")
        except MalformedRLE:
            if counts is not None:
                return f"refused {one['counts']!r}"
            continue
        if counts is None:
            return f"accepted {one['counts']!r}"
        if (ours != np.repeat(np.arange(len(counts)) % 2 == 1, counts)).any():
            return f"wrong {one['counts']!r}"
    return ""


for _seed in range(5):
    CASES.ours(f"300-random-texts-{_seed}", lambda s=_seed: _agrees(_random_texts(s)), "")
    CASES.ours(f"400-mutated-texts-{_seed}", lambda s=_seed: _agrees(_mutations(s)), "")

# Set algebra and IoU on what does not fit together, or is no mask.
_TEN, _WIDE = rle(10, 10, [30, 40, 30]), rle(10, 11, [30, 40, 40])
for _name, _other, _error in (
    ("sizes-differ", _WIDE, ShapeMismatch),
    ("short", rle(10, 10, [30, 40]), MalformedRLE),
    ("long", rle(10, 10, [30, 40, 300]), MalformedRLE),
    ("empty-counts", rle(10, 10, b""), MalformedRLE),
    ("cut-varint", rle(10, 10, b"`"), MalformedRLE),
    ("freed-memory", rle(10, 10, "7o77"), MalformedRLE),
):
    for _how in ("union", "intersection"):
        CASES.add(
            f"{_how}-{_name}", "merge", lambda o=_other, h=_how: ([_TEN, o], h), refused(_error)
        )
    CASES.add(f"iou-{_name}", "iou", lambda o=_other: ([_TEN], [o], [0]), refused(_error))
    CASES.add(
        f"iou-{_name}-both", "iou", lambda o=_other: ([o], [_TEN, o], [0, 0]), refused(_error)
    )
CASES.add(
    "iou-crowd-too-long", "iou", lambda: ([_TEN], [_TEN], [0, 0]), refused(MaskError, "crowd")
)
CASES.add("iou-crowd-of-text", "iou", lambda: ([_TEN], [_TEN], ["x"]), refused(MaskError, "crowd"))
CASES.add("iou-of-no-pixels", "iou", lambda: ([rle(0, 5, "")], [rle(0, 5, "")], [0]),
          Holds(lambda m: (np.asarray(m).shape == (1, 1) and np.asarray(m)[0, 0] in {0.0, 1.0}) or
                bool(np.isnan(m).all()), "one ratio"), other=refused(MaskError))  # fmt: skip
CASES.add("iou-of-empty-masks", "iou", lambda: ([rle(5, 5, [25])], [rle(5, 5, [25])], [0]),
          Holds(lambda m: float(np.asarray(m)[0, 0]) == 0 or bool(np.isnan(m).all()),
                "0 or no number"))  # fmt: skip
CASES.add("union-of-10^5-copies", "merge", lambda: ([_TEN] * 100_000, "union"), [30, 40, 30],
          is_large=True)  # fmt: skip
