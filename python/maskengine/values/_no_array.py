"""What NumPy is told that takes a batch for an array."""

from __future__ import annotations

from typing import Any, ClassVar

from maskengine.errors import MaskTypeError


class NoArray:
    """A batch of which NumPy makes no array: it would nest the items of items without end."""

    __slots__ = ()
    _instead: ClassVar[str]  # what gives an array

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        raise MaskTypeError(f"expected an array, got {type(self).__name__}; {self._instead}")
