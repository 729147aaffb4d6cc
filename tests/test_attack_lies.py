"""Arguments that lie about themselves, found by tests/fuzz/odd_calls.py: each is refused by name.

Run: pytest tests/test_attack_lies.py
"""

import os
from typing import Any

import numpy as np
import pytest

import maskengine as me
from maskengine.errors import MaskError

MASK = me.encode(np.eye(6, 7, dtype=bool))
LABELS = (np.arange(42, dtype=np.uint8) % 4).reshape(6, 7)


class LyingList(list):
    """A list whose length is none, and whose items say so of their dimensions."""

    def __len__(self) -> Any:
        return NotImplemented


class LyingNumber:
    def __float__(self) -> Any:
        return "1"


class LyingRing:
    ndim = np.arange(3)

    def __len__(self) -> int:
        return 3


class LyingPath(os.PathLike):
    def __fspath__(self) -> Any:
        return 1.5


@pytest.mark.parametrize(
    "call",
    [
        lambda: me.Polygons.from_ragged([(0, 0)], LyingList([1.5])),
        lambda: me.quality.novelty(LyingPath()),
        lambda: me.contains(MASK, LyingNumber()),
        lambda: me.contains(MASK, [[LyingNumber(), 1]]),
        lambda: me.warp(MASK, LyingNumber()),
        lambda: me.stroke(LyingNumber(), 1, (5, 5)),
        lambda: me.flood(LABELS, (1, 1), LyingList([1, 2, 3])),
        lambda: me.Canvas(LABELS.copy()).erase([LyingRing(), 3]),
    ],
)
def test_lists_and_numbers_that_lie_are_refused(call: Any) -> None:
    with pytest.raises(MaskError):
        call()


def test_a_width_that_has_no_text_is_read() -> None:
    class Mute(int):
        __str__ = None

    with pytest.raises(MaskError, match="row of 9 pixels"):
        me.PackedBits(np.zeros((2, 1), np.uint8), Mute(9))
