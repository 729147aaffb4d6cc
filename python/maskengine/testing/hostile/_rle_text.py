"""COCO's text form of run lengths, written by its definition and not by our kernels."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def number_text(value: int) -> str:
    """Give a signed number as groups of 5 bits, the lowest first; bit 5 says that more follow."""
    letters = ""
    while True:
        group = value & 31
        value >>= 5  # keeps the sign
        more = value != (-1 if group & 16 else 0)
        letters += chr(48 + group + (32 if more else 0))
        if not more:
            return letters


def rle_text(counts: Iterable[int]) -> str:
    """Give counts as text: from the third on the difference to the count before the last."""
    counts = list(counts)
    differences = [n - (counts[i - 2] if i > 2 else 0) for i, n in enumerate(counts)]
    return "".join(map(number_text, differences))


def rle(height: Any, width: Any, counts: Any) -> dict[str, Any]:
    """Give a COCO dictionary."""
    return {"size": [height, width], "counts": counts}
