"""The least tolerance with which a flood reaches each pixel."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine._backend import core
from maskengine._booleans import as_zero_and_one
from maskengine.errors import LimitExceeded, MaskError
from maskengine.ops import _flooding, _pixels

_MOST = 2**28


def tolerance_map(
    image: Any,
    seed: Any,
    window: Any = None,
    connectivity: Literal[4, 8] = 4,
    mode: Literal["fixed", "floating"] = "fixed",
) -> npt.NDArray[Any]:
    """Give, for each pixel of a window, the least tolerance with which a flood reaches it.

    Computed once when the mouse goes down; each move of a tolerance slider is then one comparison.

    Parameters
    ----------
    image : array_like, shape (H, W) or (H, W, C) with C from 1 to 4
        Any bool, integer, float16, float32 or float64 dtype, any strides.
    seed : (int, int)
        The pixel (x, y) to start from, in the window.
    window : (left, top, right, bottom), optional
        Half-open box that the flood stays in, cut at the edges of the image. By default the whole
        image.
    connectivity : {4, 8}, default 4
        As in :func:`flood`.
    mode : {"fixed", "floating"}, default "fixed"
        As in :func:`flood`.

    Returns
    -------
    numpy.ndarray, shape (bottom - top, right - left)
        The tolerances: an unsigned dtype of the width of integers, float64 for floats, where no
        tolerance reaches a pixel infinite. With several channels, the tolerance is one for all.

    Raises
    ------
    MaskTypeError
        If the dtype is not one of those above.
    ShapeMismatch
        If the image has another number of dimensions or channels.
    MaskError
        If the seed lies outside of the window, or there is no such `mode` or `connectivity`.
    LimitExceeded
        If the window has more than 2^28 pixels.

    Notes
    -----
    ``tolerance_map(image, seed, window) <= t`` is the mask of ``flood(image, seed, t,
    region=window)`` within the window, for every t (below infinity). It is the minimax path: of
    all ways from the seed the one whose greatest difference is least, the difference being that
    from the seed (``"fixed"``) or of each step (``"floating"``). Pixels are taken in the order of
    that value (Dijkstra, *Numerische Mathematik* 1, 1959).

    Examples
    --------
    >>> import numpy as np
    >>> import maskengine as me
    >>> me.tolerance_map(np.array([[10, 14, 11, 10]], np.uint8), (0, 0))
    array([[0, 4, 4, 4]], dtype=uint8)
    """
    array = as_zero_and_one(_pixels.as_image(image, "image"))
    height, width = array.shape[:2]
    floating = _flooding.is_floating(mode)
    corners = _arrays.is_eight(connectivity)
    places = np.asarray(_pixels.as_pixels(seed, "seed", (height, width)))
    if places.size != 2:
        raise MaskError(f"expected one pixel, got {len(places)}", parameter="seed")
    x, y = (int(at) for at in places.ravel())
    left, top, right, bottom = 0, 0, width, height
    if window is not None:
        left, top, right, bottom = _pixels.as_box(window, "window")
        left, top, right, bottom = max(left, 0), max(top, 0), min(right, width), min(bottom, height)
    if not (left <= x < right and top <= y < bottom):
        raise MaskError(
            f"expected a pixel of the window {(left, top, right, bottom)}, got {(x, y)}",
            parameter="seed",
        )
    pixels = (right - left) * (bottom - top)
    if pixels > _MOST:
        raise LimitExceeded(
            f"expected at most {_MOST} pixels, got {pixels}",
            parameter="window",
            name="pixels",
            value=pixels,
            limit=_MOST,
        )
    found: npt.NDArray[Any] = core.tolerance_map(
        array, x, y, (left, top, right, bottom), floating, corners
    )
    return found
