"""Disks as Pillow's ``ImageDraw.ellipse`` draws them, as runs: no picture of the frame is made.

Pillow follows the outline of a quarter from pixel to pixel, always to the one that fits the
equation of the ellipse best; a row goes as far as the first of its pixels.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from maskengine import _limits
from maskengine.formats._pixels import nothing, pasted_rows
from maskengine.values import Masks

_WALKED = 50_000  # sides; of longer ones the terms of the equation pass Pillow's 64 bits
_MOST = 2**31  # sides: beyond it Pillow has no coordinates


def disk(box: tuple[float, float, float, float], size: tuple[int, int]) -> Masks:
    """Give the mask of a filled ellipse, near to a circle.

    Parameters
    ----------
    box : tuple of float
        Left, top, right and bottom of its outermost pixels; fractions are cut off, as by Pillow.
    size : tuple of int
        Height and width of the image; what lies outside is cut off.

    Raises
    ------
    LimitExceeded
        If its rows within the image have too many runs.
    """
    left, top, right, bottom = map(int, box)
    across, down = right - left, bottom - top
    first, last = max(top, 0), min(bottom, size[0] - 1)
    if max(across, down) >= _MOST:
        raise ValueError(f"a circle {max(across, down)} pixels wide")
    if first > last or across == down == 0:  # of one pixel, too, Pillow draws nothing
        return nothing(size)
    if min(right, size[1] - 1) < max(left, 0):
        return nothing(size)
    _limits.check("mask_runs", 2 * (last - first + 1), parameter="shapes")
    away = np.abs(2 * np.arange(first - top, last - top + 1, dtype=np.int64) - down)
    reach = _reach(away, across, down)
    start = np.maximum((across - reach) // 2 + left, 0)
    end = np.minimum((across + reach) // 2 + left + 1, size[1])
    width = int(min(right, size[1] - 1) - max(left, 0)) + 1
    start, end = start - max(left, 0), np.maximum(end - max(left, 0), 0)
    start = np.minimum(start, end)
    rows = np.arange(len(away), dtype=np.int64) * width
    edges = np.stack([rows + start, rows + end], axis=1).ravel()
    counts = np.diff(edges, prepend=0, append=len(away) * width)
    return pasted_rows(counts, (len(away), width), (first, max(left, 0)), size)


def _reach(away: npt.NDArray[np.int64], across: int, down: int) -> npt.NDArray[np.int64]:
    """Give how far rows go from the middle; all is counted in halves of pixels."""
    if max(across, down) <= _WALKED:
        return np.array(_walked(across, down), np.int64)[away // 2]
    # the column nearest to the outline, or where it is flat the farthest that is nearest to the row
    nearest = np.rint((across - _outline(away, across, down)) / 2)
    farthest = np.ceil((across - _outline(np.maximum(away - 1, 0), across, down)) / 2)
    return across - 2 * np.minimum(nearest, farthest).astype(np.int64)


def _outline(away: npt.NDArray[np.int64], across: int, down: int) -> npt.NDArray[np.float64]:
    inner, outer = down - away.astype(float), down + away.astype(float)
    return np.asarray(across * (np.sqrt(inner * outer) / max(down, 1)))


def _walked(across: int, down: int) -> list[int]:
    """Give how far each row of a quarter goes, from the middle one on."""
    wide, high = across**2, down**2
    x, y = across, down % 2
    found = [x]
    while x > across % 2 or y < down:
        best = x, y + 2
        if x > 1:
            # the misses of the three next pixels; of equals the first
            places = (best, (x - 2, y + 2), (x - 2, y))
            best = min(
                places, key=lambda at: abs(wide * at[1] ** 2 + high * at[0] ** 2 - wide * high)
            )
        x, y = best
        if y // 2 == len(found):
            found.append(x)
    return found
