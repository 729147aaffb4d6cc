"""Flood fill: what can be reached from a seed within a tolerance."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import numpy.typing as npt

from maskengine import _arrays
from maskengine._backend import core
from maskengine._booleans import as_zero_and_one
from maskengine._device import device_of
from maskengine.ops import _flooding, _pixels
from maskengine.ops._flood_there import flood_there
from maskengine.ops._placed import placed, placed_masks
from maskengine.values import Masks, wrap


class Flooded(NamedTuple):
    """What :func:`flood` gives.

    Parameters
    ----------
    masks : Masks
        One mask: the pixels filled.
    box : tuple of int
        Left, top, right and bottom, half-open, of the smallest box around them: what a front end
        draws again. (0, 0, 0, 0) when there are none.
    area : int
        How many there are.
    complete : bool
        False when `max_area` would be passed. Then nothing was painted, and the mask is empty.

    Examples
    --------
    >>> import numpy as np
    >>> import maskengine as me
    >>> me.flood(np.zeros((3, 4), np.uint8), (0, 0)).box
    (0, 0, 4, 3)
    """

    masks: Masks
    box: tuple[int, int, int, int]
    area: int
    complete: bool


def flood(
    image: Any,
    seed: Any,
    tolerance: Any = 0,
    mode: Literal["fixed", "floating"] = "fixed",
    connectivity: Literal[4, 8] = 4,
    *,
    barrier: Any = None,
    region: Any = None,
    max_area: int | None = None,
    out: npt.NDArray[Any] | None = None,
    value: int = 1,
    device: str | None = None,
) -> Flooded:
    """Fill from one or more seeds over neighbours of nearly equal value.

    Parameters
    ----------
    image : array_like, shape (H, W) or (H, W, C) with C from 1 to 4
        Any bool, integer, float16, float32 or float64 dtype, any strides: it is read in place. A
        label map floods as an image does. Only a foreign byte order is copied.
    seed : (int, int) or array_like of int, shape (n, 2)
        Pixels (x, y) to start from. The result for several is the union of the results for each.
    tolerance : number, sequence of numbers, or (lower, upper), default 0
        How far a value may lie from another, inclusive; ``numpy.inf`` for any. A pair gives how far
        below and above, each a number or one per channel; C numbers (C not 2) or an array of C
        numbers give one per channel. Every channel must be within its own.
    mode : {"fixed", "floating"}, default "fixed"
        ``"fixed"`` compares a pixel with the seed, ``"floating"`` with the neighbour it is reached
        from: over a slope it goes on.
    connectivity : {4, 8}, default 4
        Whether pixels that share an edge alone are neighbours, or those that share a corner too.
    barrier : array_like (H, W), Masks of one, int or sequence of int, optional
        Pixels that are never filled: the nonzero ones of a bool or integer array, the foreground of
        a mask, or those of `image` (integers, one channel) that have one of these values.
    region : array_like (H, W), Masks of one, or (left, top, right, bottom), optional
        Pixels that alone may be filled: a mask, or a half-open box in pixels.
    max_area : int, optional
        Give up when more pixels than this can be reached.
    out : numpy.ndarray, shape (H, W), optional
        A bool or integer array, any strides, in which the filled pixels are set to `value`. May be
        `image`: all is read before anything is written.
    value : int, default 1
        What is written to `out`.
    device : str, optional
        ``"cuda"`` or ``"cuda:1"``: what lies on the host is copied to that device, where the result
        stays; ``"cpu"`` the other way. By default nothing is copied.

    Returns
    -------
    Flooded
        A named tuple of `masks`, `box`, `area` and `complete`.

    Raises
    ------
    MaskTypeError
        If a dtype is not one of those above, or an argument is none of what is expected.
    ShapeMismatch
        If the image has another number of dimensions or channels, or a mask not its size.
    MaskError
        If a seed lies outside of the image (naming it), a tolerance is negative or NaN, there is no
        such `mode` or `connectivity`, `value` does not fit `out`, or `out` is read-only.
    LimitExceeded
        If a side is 2^31 or more, or the mask has more runs than the limit ``mask_runs``.

    Notes
    -----
    Integers are compared exactly, 64-bit ones included. Floats are compared by their difference
    computed in float64; a value that is not finite matches nothing, so a seed there fills nothing,
    as does a seed behind a barrier or outside of `region`.

    ``"floating"`` is reachability: a pixel is filled when a path of neighbours leads to it from a
    seed on which every step from p to q has -lower <= q - p <= upper. This does not depend on the
    order in which pixels are visited.

    An image on a CUDA device is flooded there; masks and arrays given with it must lie there, too,
    and `masks` stays there. All of the region is then looked at, in the fixed mode once for each
    seed, so that a small `region` costs less.

    ``"fixed"`` with one seed is ``skimage.segmentation.flood`` and, without overflow or limits of
    size, ``cv2.floodFill`` with ``FLOODFILL_FIXED_RANGE | FLOODFILL_MASK_ONLY``. Whole stretches of
    a row are filled at a time (Smith, "Tint fill", SIGGRAPH 1979). What has been visited is
    remembered in tiles of bits that exist only where the fill went, so neither time nor memory
    depends on the size of the image.

    Examples
    --------
    >>> import numpy as np
    >>> import maskengine as me
    >>> image = np.array([[1, 1, 5], [9, 2, 1], [9, 9, 1]], np.uint8)
    >>> filled = me.flood(image, (0, 0), tolerance=1)
    >>> filled.area, filled.box
    (5, (0, 0, 3, 3))
    >>> me.decode(filled.masks).astype(int)[0]
    array([[1, 1, 0],
           [0, 1, 1],
           [0, 0, 1]])
    """
    if device is not None:
        image = placed(device, image, "image")
        barrier, region = placed_masks(device, barrier=barrier, region=region)
    there = device_of(image, "image")
    if there is not None:
        found = flood_there(
            there,
            image,
            seed,
            tolerance=tolerance,
            floating=_flooding.is_floating(mode),
            corners=_arrays.is_eight(connectivity),
            limits={"barrier": barrier, "region": region, "max_area": max_area},
            out=out,
            value=value,
        )
        return Flooded(*found)
    array = as_zero_and_one(_pixels.as_image(image, "image"))
    channels = 1 if array.ndim == 2 else array.shape[2]
    below, above = _flooding.as_sides(tolerance, channels, real=array.dtype.kind == "f")
    floating = _flooding.is_floating(mode)
    corners = _arrays.is_eight(connectivity)
    size = array.shape[:2]
    places = _pixels.as_pixels(seed, "seed", size)
    blocked, values = _flooding.as_barrier(barrier, array)
    box, inside = _pixels.as_region(region, size)
    bits = 0
    if out is not None:
        _arrays.check_out_like(out, size)
        bits = _arrays.as_value(value, out.dtype)
    runs, found, area, complete = core.flood(
        array,
        places,
        below,
        above,
        floating,
        corners,
        box,
        _pixels.as_max_area(max_area),
        blocked,
        inside,
        values,
        out,
        bits,
    )
    return Flooded(wrap(runs), found, area, complete)
