"""Pairs of masks for operations that compare two of them: strategies, and the slow truth."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from maskengine.testing import oracles, strategies
from maskengine.values import Masks


@st.composite
def mask_pairs(draw: st.DrawFn, max_side: int = 40) -> Any:
    """Draw (reference, prediction, void), as runs or as arrays of any dtype and layout."""
    n = draw(st.integers(0, 3))
    size = draw(strategies.sizes(max_side))
    each = [[draw(strategies.dense(size)) for _ in range(n)] for _ in range(2)]
    if draw(st.booleans()):  # as another annotator draws: the same, moved a little
        each[1] = [np.roll(mask, (1, 2), (0, 1)) for mask in each[0]]
    number = draw(st.sampled_from([None, 1, n]))
    none = None
    if number is not None and (number == n or n > 0):
        none = [
            draw(strategies.dense(size)) & (np.indices(size)[0] % 3 == 0) for _ in range(number)
        ]
    given = [*each, none]
    if draw(st.booleans()):
        return tuple(None if masks is None else _runs(masks, size) for masks in given)
    flat = n == 1 and draw(st.booleans())
    return tuple(None if masks is None else draw(_arrays(masks, size, flat)) for masks in given)


def _runs(masks: list[Any], size: tuple[int, int]) -> Masks:
    return oracles.from_lists([oracles.counts_of(mask) for mask in masks], [size] * len(masks))


@st.composite
def _arrays(draw: st.DrawFn, masks: list[Any], size: tuple[int, int], flat: bool) -> Any:
    stack = np.stack(masks) if masks else np.zeros((0, *size), bool)
    dtype = draw(st.sampled_from(["?", "u1", "i2", "u4", "i8"]))
    return draw(strategies.layouts((stack[0] if flat else stack).astype(dtype)))


def dense_of(masks: Any) -> list[Any]:
    """Give bool arrays, one for each mask of a batch or an array."""
    if isinstance(masks, Masks):
        return oracles.decode(masks)
    return [mask != 0 for mask in (masks if masks.ndim == 3 else masks[None])]


def each_pair(reference: Any, prediction: Any, void: Any) -> list[tuple[Any, Any, Any]]:
    """Give (reference, prediction, void) of each pair as bool arrays."""
    first, second = dense_of(reference), dense_of(prediction)
    if void is None:
        return [(a, b, np.zeros_like(a)) for a, b in zip(first, second, strict=True)]
    none = dense_of(void)
    none = none * len(first) if len(none) == 1 else none
    return list(zip(first, second, none, strict=True))


def border_elements(mask: Any, void: Any, elements: str) -> list[tuple[int, int, str]]:
    """List (row, column, kind) of each border element, looking at one place after another.

    A corner at (y, x) is the upper left corner of pixel (y, x). Its kind is ``"odd"`` (one or three
    of its four pixels set), ``"along"`` a row, ``"across"`` rows or ``"both"`` (two that touch at
    it); that of other elements is ``"one"``.
    """
    height, width = mask.shape
    if elements == "changes":
        inside = mask & ~void
        return [(y, x, "one") for y, x in np.ndindex(height, width) if _changes(inside, y, x)]
    framed = np.pad(mask & ~void, 1)
    none = np.pad(void, 1)
    found = []
    if elements == "pixels":
        for y, x in np.ndindex(height, width):
            beside = [(y, x + 1), (y + 2, x + 1), (y + 1, x), (y + 1, x + 2)]
            is_border = framed[y + 1, x + 1] and not all(framed[at] for at in beside)
            if is_border and not any(none[at] for at in beside):
                found.append((y, x, "one"))
        return found
    for y, x in np.ndindex(height + 1, width + 1):
        four = framed[y : y + 2, x : x + 2]
        n = int(four.sum())
        if n in {0, 4} or none[y : y + 2, x : x + 2].any():
            continue
        kind = "odd"
        if n == 2:
            rows, columns = four.sum(1).max() == 2, four.sum(0).max() == 2
            kind = "along" if rows else "across" if columns else "both"
        found.append((y, x, kind))
    return found


def _changes(mask: Any, y: int, x: int) -> bool:
    height, width = mask.shape
    last_row, last_column = y == height - 1, x == width - 1
    beside = [(0, 1), (1, 0), (1, 1)]
    if last_row:
        beside = [] if last_column else [(0, 1)]
    elif last_column:
        beside = [(1, 0)]
    return any(mask[y + dy, x + dx] != mask[y, x] for dy, dx in beside)
