"""Dense masks of a bit per pixel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine.errors import MaskError, MaskTypeError, ShapeMismatch, shown
from maskengine.values._pictured import Pictured

if TYPE_CHECKING:
    from maskengine._thumbnail import Thumbnail


class PackedBits(Pictured):
    """Masks of a bit per pixel, eight pixels of a row to a byte, as ``numpy.packbits`` packs them.

    :func:`maskengine.encode`, :func:`maskengine.joint` and all scores of
    :mod:`maskengine.quality` that take masks take these, too, without a byte per pixel in between.

    Parameters
    ----------
    bits : array_like
        uint8, shape (H, B) for one mask or (N, H, B) for a stack, B = ceil(W / 8): what
        ``numpy.packbits(masks, axis=-1)`` gives. Not copied where the bytes of a row lie side by
        side; do not change it afterwards.
    width : int
        W, in pixels: the bits of the last byte of a row beyond it are not read.
    bitorder : {"big", "little"}, default "big"
        Whether the first of eight pixels is the highest bit or the lowest.

    Raises
    ------
    MaskTypeError
        If `bits` is of another dtype, or `width` no integer.
    ShapeMismatch
        If `bits` has other dimensions, or not as many bytes in a row as `width` takes.
    MaskError
        If `width` is negative, or `bitorder` another word.

    Examples
    --------
    >>> import numpy as np
    >>> import maskengine as me
    >>> mask = np.array([[0, 1, 1], [0, 1, 0]], bool)
    >>> packed = me.PackedBits(np.packbits(mask, axis=-1), width=3)
    >>> packed
    PackedBits(1 mask of 2 x 3)
    >>> me.encode(packed) == me.encode(mask)
    True
    """

    __slots__ = ("_bitorder", "_bits", "_width")

    def __init__(self, bits: Any, width: int, bitorder: Literal["big", "little"] = "big") -> None:
        array = _arrays.as_array(bits, "bits")
        if array.dtype != np.uint8:
            raise MaskTypeError(f"expected uint8, got {array.dtype}", parameter="bits")
        if array.ndim not in {2, 3}:
            raise ShapeMismatch(
                f"expected shape (H, B) or (N, H, B), got {array.shape}", parameter="bits"
            )
        if not _arrays.is_whole(width):
            raise MaskTypeError(f"expected an integer, got {shown(width)}"[:300], parameter="width")
        if not 0 <= width < 2**31:
            raise MaskError(f"expected 0 to 2^31 - 1, got {shown(width)}", parameter="width")
        width = int(width)
        if array.shape[-1] != (width + 7) // 8:
            raise ShapeMismatch(
                f"expected {(width + 7) // 8} bytes in a row of {width} pixels, "
                f"got {array.shape[-1]}",
                parameter="bits",
            )
        if not _arrays.is_one_of(bitorder, "big", "little"):
            raise MaskError(
                f"expected 'big' or 'little', got {shown(bitorder)}"[:300], parameter="bitorder"
            )
        stack = array if array.ndim == 3 else array[np.newaxis]
        if stack.shape[2] > 1 and stack.strides[2] != 1:
            stack = np.ascontiguousarray(stack)
        self._bits: npt.NDArray[np.uint8] = stack.view()
        self._bits.flags.writeable = False
        self._width = width
        self._bitorder = bitorder

    @property
    def bits(self) -> npt.NDArray[np.uint8]:
        """The bytes, uint8, read-only, shape (N, H, B)."""
        return self._bits

    @property
    def width(self) -> int:
        """Width of all masks, in pixels."""
        return self._width

    @property
    def bitorder(self) -> str:
        """``"big"`` or ``"little"``."""
        return self._bitorder

    @property
    def shape(self) -> tuple[int, int, int]:
        """Number of masks, height and width."""
        return self._bits.shape[0], self._bits.shape[1], self._width

    def __len__(self) -> int:
        return len(self._bits)

    def __repr__(self) -> str:
        n, height, width = self.shape
        return f"PackedBits({n} mask{'' if n == 1 else 's'} of {height} x {width})"

    def _thumbnail(self) -> Thumbnail | None:
        from maskengine._thumbnail import of_bits  # noqa: PLC0415 - most programs never need it

        return of_bits(self)
