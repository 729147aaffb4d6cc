"""What a notebook shows of a batch."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from maskengine._thumbnail import Thumbnail


class Pictured:
    """A batch of which a notebook shows a small picture, and never an error."""

    __slots__ = ()

    if TYPE_CHECKING:

        def _thumbnail(self) -> Thumbnail | None: ...

    def _repr_png_(self) -> bytes | None:
        """Give a PNG file of the first items; None where there is nothing to draw."""
        from maskengine import _thumbnail  # noqa: PLC0415 - most programs never need it

        try:
            drawn = self._thumbnail()
            return None if drawn is None else _thumbnail.png_of(drawn)
        except Exception:  # noqa: BLE001 - the text is shown instead
            return None

    def _repr_html_(self) -> str:
        """Give the same as HTML, with a line that says what is seen."""
        from maskengine import _thumbnail  # noqa: PLC0415 - most programs never need it

        try:
            drawn = self._thumbnail()
        except Exception:  # noqa: BLE001 - the text is shown instead
            drawn = None
        return _thumbnail.html_of(repr(self), drawn)
