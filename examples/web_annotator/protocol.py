"""The messages between page and server: what is read is checked, what is sent is packed.

A page sends text, a JSON object with `type`, a number `n` of its own that comes back in the answer,
and the fields of `FIELDS`. The server answers with text, too; pixels go as binary rectangles.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

Box = tuple[int, int, int, int]  # left, top, right, bottom, half-open
Message = dict[str, Any]

NOTHING: Box = (0, 0, 0, 0)
LABELS, PREVIEW = 1, 2  # what the bytes of a rectangle are
MOST_POINTS = 4096
MOST_RADIUS = 2000.0
FARTHEST = 1e6  # pixels

_RECTANGLE = struct.Struct("<5i")  # kind, x, y, width, height; a byte for each pixel follows


class RefusedError(ValueError):
    """A message that is not carried out; its text says why."""


def _number(value: Any, name: str, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise RefusedError(f"{name}: expected a number, got {type(value).__name__}")
    if not low <= value <= high:
        raise RefusedError(
            f"{name}: expected a number in [{low:g}, {high:g}], got {str(value)[:12]}"
        )
    return float(value)


def _whole(value: Any, name: str, low: int, high: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise RefusedError(f"{name}: expected a whole number in [{low}, {high}]")
    return value


def _label(value: Any, name: str) -> int:
    return _whole(value, name, 1, 255)


def _labels(value: Any, name: str) -> tuple[int, ...]:
    if not isinstance(value, list):
        raise RefusedError(f"{name}: expected a list")
    return tuple(sorted({_label(each, name) for each in value[:256]}))


def _mode(value: Any, name: str) -> str:
    if value not in ("paint", "erase"):
        raise RefusedError(f"{name}: expected 'paint' or 'erase'")
    return str(value)


def _tolerance(value: Any, name: str) -> int:
    return _whole(value, name, 0, 255)


def _smart(value: Any, name: str) -> int | None:
    return None if value is None else _tolerance(value, name)


def _rows(value: Any, name: str, columns: int) -> npt.NDArray[np.float64]:
    """Take a list of points, each a list of so many numbers."""
    if not isinstance(value, list) or not 1 <= len(value) <= MOST_POINTS:
        raise RefusedError(f"{name}: expected a list of 1 to {MOST_POINTS} points")
    for row in value:
        if not isinstance(row, list) or len(row) != columns:
            raise RefusedError(f"{name}: expected {columns} numbers for each point")
        for each in row:
            _number(each, name, -FARTHEST, FARTHEST)
    return np.array(value, np.float64)


def _trace(value: Any, name: str) -> npt.NDArray[np.float64]:
    rows = _rows(value, name, 3)
    if not ((rows[:, 2] >= 0) & (rows[:, 2] <= MOST_RADIUS)).all():
        raise RefusedError(f"{name}: expected radii in [0, {MOST_RADIUS:g}]")
    return rows


def _corners(value: Any, name: str) -> npt.NDArray[np.float64]:
    corners = _rows(value, name, 2)
    if len(corners) < 3:
        raise RefusedError(f"{name}: expected 3 corners or more, got {len(corners)}")
    return corners


def _coordinate(value: Any, name: str) -> int:
    return math.floor(_number(value, name, -FARTHEST, FARTHEST))


FIELDS: dict[str, dict[str, Callable[[Any, str], Any]]] = {
    "begin": {"label": _label, "mode": _mode, "smart": _smart},
    "extend": {"points": _trace},  # each point x, y, radius: a pen's pressure is a radius
    "end": {},
    "cancel": {},
    "probe": {"x": _coordinate, "y": _coordinate, "tolerance": _tolerance},
    "tolerance": {"tolerance": _tolerance},
    "fill": {"label": _label},
    "drop": {},
    "polygon": {"points": _corners, "label": _label},
    "undo": {},
    "redo": {},
    "lock": {"labels": _labels},
}


def _no_constant(name: str) -> Any:
    raise RefusedError(f"{name} is no JSON")


def number_of(text: str | None) -> int | None:
    """Give the number `n` of a message that may be refused for its other parts."""
    try:
        n = json.loads(text or "").get("n")
    except (ValueError, AttributeError, RecursionError):
        return None
    return n if isinstance(n, int) else None


def parse(text: str | None) -> Message:
    """Check a message and give its type and its fields.

    Raises
    ------
    RefusedError
        If it is no JSON object, has an unknown `type`, lacks a field or has one too many, or if a
        value is out of range.
    """
    try:
        raw = json.loads(text or "", parse_constant=_no_constant)
    except RecursionError:
        raise RefusedError("too deep") from None
    except ValueError as error:
        raise RefusedError(f"expected a JSON object: {error}") from None
    if not isinstance(raw, dict):
        raise RefusedError(f"expected a JSON object, got {type(raw).__name__}")
    kind = raw.get("type")
    if not isinstance(kind, str) or kind not in FIELDS:
        raise RefusedError(f"type: expected one of {', '.join(FIELDS)}")
    checks = FIELDS[kind]
    wrong = sorted({"type", "n", *checks} ^ raw.keys())
    if wrong:
        raise RefusedError(f"{kind}: expected {', '.join(['n', *checks])}; not {wrong[0][:40]!r}")
    n = _whole(raw["n"], "n", 0, 2**53)
    return {
        "type": kind,
        "n": n,
        **{name: check(raw[name], name) for name, check in checks.items()},
    }


def rectangle(kind: int, box: Box, pixels: npt.NDArray[Any]) -> bytes:
    """Pack the pixels of a box, one byte each.

    Parameters
    ----------
    kind : int
        `LABELS` or `PREVIEW`.
    box : (left, top, right, bottom)
        Half-open.
    pixels : numpy.ndarray, shape of the box, uint8 or bool
        What is in it.
    """
    left, top, right, bottom = box
    return _RECTANGLE.pack(kind, left, top, right - left, bottom - top) + pixels.tobytes()


def around(a: Box, b: Box) -> Box:
    """Give the least box that holds two boxes, where one without pixels holds nothing."""
    if a[0] >= a[2]:
        return b
    if b[0] >= b[2]:
        return a
    return min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])
