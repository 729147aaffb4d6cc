"""What changes in a label map, as a value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from maskengine._backend import core
from maskengine.errors import MaskTypeError

if TYPE_CHECKING:
    from maskengine._core import CanvasPatch


class Patch:
    """What an edit changed, as a value: run by run, reversible, and made into bytes and back.

    A patch says of stretches of rows which label they had and which they got. :meth:`Canvas.apply`
    makes the same change again, in another process too, where the labels are those from before.
    Immutable; two are equal when they make the same change to label maps of one size and dtype.

    Examples
    --------
    >>> import numpy as np
    >>> import maskengine as me
    >>> here, there = np.zeros((4, 6), np.uint8), np.zeros((4, 6), np.uint8)
    >>> edit = me.Canvas(here).stroke([(2.5, 2.5)], 1, label=7)
    >>> data = edit.patch.to_bytes()
    >>> me.Canvas(there).apply(data).area
    5
    >>> bool((here == there).all())
    True
    """

    __slots__ = ("_native",)
    _native: CanvasPatch

    def __init__(self, native: CanvasPatch) -> None:
        if not isinstance(native, core.CanvasPatch):
            raise MaskTypeError(
                f"expected what from_bytes makes a patch of, got {type(native).__name__}",
                parameter="native",
            )
        self._native = native

    @classmethod
    def from_bytes(cls, data: Any) -> Patch:
        """Read what :meth:`to_bytes` wrote; every byte is checked.

        Parameters
        ----------
        data : bytes-like

        Returns
        -------
        Patch

        Raises
        ------
        BadFile
            If the bytes are cut short, damaged, of another version, or no patch at all.
        MaskTypeError
            If `data` is not bytes-like.

        Examples
        --------
        >>> import maskengine as me
        >>> me.Patch.from_bytes(b"nonsense")
        Traceback (most recent call last):
            ...
        maskengine.errors.BadFile: data: expected the bytes of a patch
        """
        if not isinstance(data, (bytes, bytearray, memoryview)):
            raise MaskTypeError(f"expected bytes, got {type(data).__name__}", parameter="data")
        try:
            content = bytes(data)
        except ValueError as error:  # a view that was released
            raise MaskTypeError(f"expected bytes: {error}", parameter="data") from error
        return cls(core.CanvasPatch.from_bytes(content))

    def to_bytes(self) -> bytes:
        """Give the patch as bytes: a version, columns of variable-length integers, a checksum.

        Returns
        -------
        bytes
            One string for one patch, on every machine.

        Examples
        --------
        >>> import numpy as np
        >>> import maskengine as me
        >>> patch = me.Canvas(np.zeros((4, 6), np.uint8)).stroke([(2.5, 2.5)], 1).patch
        >>> me.Patch.from_bytes(patch.to_bytes()) == patch
        True
        """
        return self._native.to_bytes()

    def inverted(self) -> Patch:
        """Give the patch that takes this one back.

        Returns
        -------
        Patch

        Examples
        --------
        >>> import numpy as np
        >>> import maskengine as me
        >>> canvas = me.Canvas(np.zeros((4, 6), np.uint8))
        >>> patch = canvas.stroke([(2.5, 2.5)], 1).patch
        >>> canvas.apply(patch.inverted()).lost
        {1: 5}
        """
        return Patch(self._native.inverted())

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of the label map it is for."""
        height, width = self._native.size
        return height, width

    @property
    def box(self) -> tuple[int, int, int, int]:
        """(left, top, right, bottom), half-open, tight around what changes; zeros for nothing."""
        left, top, right, bottom = self._native.box
        return left, top, right, bottom

    @property
    def area(self) -> int:
        """Pixels that change."""
        return self._native.area

    @property
    def nbytes(self) -> int:
        """Bytes of memory that it takes."""
        return self._native.nbytes

    def __len__(self) -> int:
        """Give the number of stretches of rows."""
        return self._native.n

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Patch):
            return NotImplemented
        return self._native.equals(other._native)

    def __hash__(self) -> int:
        return hash((self.size, self.box, self.area, len(self)))

    def __reduce__(self) -> tuple[object, ...]:
        return Patch.from_bytes, (self.to_bytes(),)

    def __repr__(self) -> str:
        return f"Patch({self.area} pixels in {self.box}, {self.nbytes} bytes)"


def native_patch(value: Any, name: str = "patch") -> CanvasPatch:
    """Give a patch, or the bytes of one, as kernels take it."""
    if isinstance(value, (bytes, bytearray, memoryview)):
        value = Patch.from_bytes(value)
    if not isinstance(value, Patch):
        raise MaskTypeError(
            f"expected a Patch or the bytes of one, got {type(value).__name__}", parameter=name
        )
    return value._native  # noqa: SLF001 - the one door to it
