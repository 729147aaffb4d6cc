"""What an edit of a canvas did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy.typing as npt

from maskengine._backend import core
from maskengine.values import Patch

if TYPE_CHECKING:
    from maskengine._core import CanvasEdit, CanvasPatch


class Edit:
    """What one call changed on a canvas. Immutable.

    Examples
    --------
    >>> import numpy as np
    >>> import maskengine as me
    >>> edit = me.Canvas(np.zeros((4, 6), np.uint8)).stroke([(2.5, 2.5)], 1, label=7)
    >>> edit
    Edit(5 pixels in (1, 1, 4, 4))
    >>> edit.gained, edit.lost
    ({7: 5}, {0: 5})
    >>> edit.spans
    array([[1, 2, 3],
           [2, 1, 4],
           [3, 2, 3]])
    """

    __slots__ = ("_native",)
    _native: CanvasEdit

    def __init__(self, native: CanvasEdit) -> None:
        self._native = native

    @property
    def box(self) -> tuple[int, int, int, int]:
        """(left, top, right, bottom), half-open, tight around what changed; zeros for nothing."""
        left, top, right, bottom = self._native.box
        return left, top, right, bottom

    @property
    def area(self) -> int:
        """Pixels that changed."""
        return self._native.area

    @property
    def complete(self) -> bool:
        """False when ``max_area`` refused the edit: then nothing changed."""
        return self._native.complete

    @property
    def gained(self) -> dict[int, int]:
        """Pixels that each label got; 0 included."""
        return self._native.counts()[0]  # type: ignore[no-any-return]

    @property
    def lost(self) -> dict[int, int]:
        """Pixels that were taken from each label; 0 included."""
        return self._native.counts()[1]  # type: ignore[no-any-return]

    @property
    def spans(self) -> npt.NDArray[Any]:
        """int64 (n, 3): y, begin and end of the maximal stretches of rows that changed."""
        return self._native.spans()

    @property
    def patch(self) -> Patch:
        """The change as a value."""
        return Patch(self._native.patch())

    @property
    def nbytes(self) -> int:
        """Bytes of memory of the patch: what the edit takes in the history."""
        return self._native.patch().nbytes

    def __repr__(self) -> str:
        refused = "" if self.complete else ", refused"
        return f"Edit({self.area} pixels in {self.box}{refused})"


def patch_of(value: Edit | Patch) -> CanvasPatch:
    """Give the patch of a value as the engine takes it."""
    native = value._native  # noqa: SLF001 - the one door to it
    return native.patch() if isinstance(native, core.CanvasEdit) else native
