"""Small regions of label maps go to their neighbours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, overload

import numpy.typing as npt

from maskengine import _arrays
from maskengine._backend import core
from maskengine._booleans import as_numbered
from maskengine.errors import MaskError, shown
from maskengine.ops import _region_changes
from maskengine.ops._region_changes import RegionChanges


@overload
def absorb_small(
    label_map: Any,
    min_area: int | Mapping[int, int],
    connectivity: Literal[4, 8] = 8,
    *,
    to: Literal["neighbour", "void"] = "neighbour",
    out: npt.NDArray[Any] | None = None,
    report: Literal[False] = False,
) -> npt.NDArray[Any]: ...


@overload
def absorb_small(
    label_map: Any,
    min_area: int | Mapping[int, int],
    connectivity: Literal[4, 8] = 8,
    *,
    to: Literal["neighbour", "void"] = "neighbour",
    out: npt.NDArray[Any] | None = None,
    report: Literal[True],
) -> tuple[npt.NDArray[Any], RegionChanges]: ...


def absorb_small(
    label_map: Any,
    min_area: int | Mapping[int, int],
    connectivity: Literal[4, 8] = 8,
    *,
    to: Literal["neighbour", "void"] = "neighbour",
    out: npt.NDArray[Any] | None = None,
    report: bool = False,
) -> Any:
    """Give regions that are too small to the neighbouring label with the longest shared border.

    Parameters
    ----------
    label_map : array_like
        A label map (H, W), or a stack (N, H, W) of them; any integer dtype, memory order and
        stride. 0 is background, which is no region.
    min_area : int or mapping of int to int
        Pixels that a region must have to stay, for all labels or for each; labels that a mapping
        lacks stay as they are.
    connectivity : {8, 4}, default 8
        Whether pixels of one label that touch at a corner are of one region (8) or not (4).
    to : {"neighbour", "void"}, default "neighbour"
        ``"void"``: they become background instead.
    out : numpy.ndarray, optional
        Written and returned: the shape and dtype of `label_map`, any strides. `label_map` itself is
        changed in place, without a copy.
    report : bool, default False
        Whether to give what changed, too.

    Returns
    -------
    cleaned : numpy.ndarray
        `out`, or a new array like `label_map`.
    changes : RegionChanges
        With ``report=True`` alone: the regions that got another label.

    Raises
    ------
    MaskTypeError
        If `label_map` is no array of integers, or `out` has another dtype.
    ShapeMismatch
        If `label_map` is not of two or three dimensions, or `out` has another shape.
    MaskError
        If another argument is none of its values; `out` is then unchanged.

    Notes
    -----
    The smallest region goes first, of equal ones the first in raster order. It takes the label
    with which it shares the most pixel edges, all regions of that label taken together; of equal
    ones the lower label. Background is taken only by a region that touches nothing else. It then
    is one region with those of its new label that it touches, and goes on if that is too small,
    until no region is. So doing it twice changes nothing more, and every pixel has a label that
    it or a neighbour had; but a region that is all of the map becomes background, too.

    Examples
    --------
    >>> import numpy as np
    >>> import maskengine as me
    >>> me.absorb_small(np.array([[1, 1, 1, 2], [1, 9, 2, 2], [1, 2, 2, 2]]), 2)
    array([[1, 1, 1, 2],
           [1, 1, 2, 2],
           [1, 2, 2, 2]])
    """
    array = as_numbered(label_map, "label_map")
    limits = _region_changes.as_limits(min_area, array.dtype, valued=True)
    if not _arrays.is_one_of(to, "neighbour", "void"):
        raise MaskError(f"expected 'neighbour' or 'void', got {shown(to)}", parameter="to")
    corners = _arrays.is_eight(connectivity)
    report = _arrays.as_flag(report, "report")
    cleaned = _region_changes.target(array, out, "label_map")
    found = core.absorb_small(cleaned, corners, to == "neighbour", *limits)
    return (cleaned, _region_changes.changes_of(found, array.dtype)) if report else cleaned
