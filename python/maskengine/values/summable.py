"""Counts that add up, over frames and over workers."""

from __future__ import annotations

from typing import Any, Self


class Summable:
    """Has a ``+``; :func:`sum` may begin with 0."""

    __slots__ = ()

    def __radd__(self, other: Any) -> Self:
        return self if isinstance(other, int) and other == 0 else NotImplemented
