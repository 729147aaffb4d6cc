"""The steps that can be taken back and made again, within a budget of bytes."""

from __future__ import annotations

from typing import Any

import numpy as np

from maskengine.canvas.edit import Edit
from maskengine.errors import MaskError, MaskTypeError, shown


class History:
    """Two stacks of edits. The oldest steps are dropped when both take more than the budget."""

    def __init__(self, budget: Any) -> None:
        if isinstance(budget, bool) or not isinstance(budget, (int, np.integer)):
            raise MaskTypeError(
                f"expected a number of bytes, got {shown(budget)}"[:200], parameter="history_bytes"
            )
        if budget < 0:
            raise MaskError(f"expected 0 or more, got {shown(budget)}", parameter="history_bytes")
        self.budget = int(budget)
        self.done: list[Edit] = []
        self.undone: list[Edit] = []
        self._bytes = 0

    def add(self, edit: Edit) -> None:
        """Add a step; what had been undone cannot be made again. One without changes is none."""
        if edit.area == 0:
            return
        self._bytes -= sum(old.nbytes for old in self.undone)
        self.undone.clear()
        self.done.append(edit)
        self._bytes += edit.nbytes
        self._drop_oldest()

    def replace_last(self, n: int, edit: Edit) -> None:
        """Put one step in the place of the last n; none for one without changes."""
        self._bytes -= sum(old.nbytes for old in self.done[-n:])
        del self.done[-n:]
        if edit.area:
            self.done.append(edit)
            self._bytes += edit.nbytes
            self._drop_oldest()  # a joint step can take more than its parts

    def _drop_oldest(self) -> None:
        first = 0
        while self._bytes > self.budget and first < len(self.done):
            self._bytes -= self.done[first].nbytes
            first += 1
        del self.done[:first]
