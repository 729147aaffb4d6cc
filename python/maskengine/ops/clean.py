"""Masks and label maps without specks, holes, or all but the largest components."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, overload

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine._backend import core
from maskengine._booleans import as_numbered
from maskengine.errors import MaskError, shown
from maskengine.ops import _region_changes
from maskengine.ops._region_changes import RegionChanges
from maskengine.values import Masks, runs_of, wrap

Kind = Literal["mask", "labels"]
_NO_LIMITS = (np.empty(0, np.uint64), np.empty(0, np.int64), 0)


@overload
def remove_small(
    source: Any,
    min_area: int | Mapping[int, int],
    connectivity: Literal[4, 8] = 8,
    *,
    kind: Kind = "mask",
    out: npt.NDArray[Any] | None = None,
    report: Literal[False] = False,
) -> Any: ...


@overload
def remove_small(
    source: Any,
    min_area: int | Mapping[int, int],
    connectivity: Literal[4, 8] = 8,
    *,
    kind: Kind = "mask",
    out: npt.NDArray[Any] | None = None,
    report: Literal[True],
) -> tuple[Any, RegionChanges]: ...


def remove_small(
    source: Any,
    min_area: int | Mapping[int, int],
    connectivity: Literal[4, 8] = 8,
    *,
    kind: Kind = "mask",
    out: npt.NDArray[Any] | None = None,
    report: bool = False,
) -> Any:
    """Turn components of fewer than `min_area` pixels to background.

    Parameters
    ----------
    source : array_like or Masks
        A mask (H, W), a stack (N, H, W) or a batch of run-length masks, each mask of which is
        cleaned by itself, or label maps. Arrays are of bool or any integer dtype, any memory order
        and stride. Nonzero is foreground.
    min_area : int or mapping of int to int
        Pixels that a component must have to stay. With ``kind="labels"`` it may be a mapping from
        labels; labels that it lacks stay as they are.
    connectivity : {8, 4}, default 8
        Whether pixels that touch at a corner are connected (8) or not (4).
    kind : {"mask", "labels"}, default "mask"
        ``"mask"``: pixels are connected where both are foreground. ``"labels"``: where both have
        the same value, which is not 0.
    out : numpy.ndarray, optional
        Written and returned: the shape and dtype of `source`, any strides. `source` itself is
        changed in place, without a copy. Not for Masks.
    report : bool, default False
        Whether to give what changed, too.

    Returns
    -------
    cleaned : numpy.ndarray or Masks
        `out`, or a new array or batch like `source`; pixels that stay keep their value.
    changes : RegionChanges
        With ``report=True`` alone: the components that went.

    Raises
    ------
    MaskTypeError
        If `source` is no Masks and no array of bool or integers, or `out` has another dtype.
    ShapeMismatch
        If `source` is not of two or three dimensions, or `out` has another shape.
    MaskError
        If another argument is none of its values; `out` is then unchanged.

    Notes
    -----
    What ``skimage.morphology.remove_small_objects`` removes with ``max_size=min_area - 1`` and a
    full footprint. The pixels are read once for their runs, and only what changes is written.
    Cleaning twice changes nothing more.

    Examples
    --------
    >>> import numpy as np
    >>> import maskengine as me
    >>> me.remove_small(np.array([[1, 1, 0, 1], [1, 1, 0, 0]]), 2)
    array([[1, 1, 0, 0],
           [1, 1, 0, 0]])
    >>> me.remove_small(np.array([[3, 3, 0, 5]]), {3: 4}, kind="labels")
    array([[0, 0, 0, 5]])
    """
    valued = _arrays.is_labels(kind)
    array = source if isinstance(source, Masks) else as_numbered(source, "source")
    dtype = np.dtype(bool) if isinstance(array, Masks) else array.dtype
    limits = _region_changes.as_limits(min_area, dtype, valued=valued)
    return _clean(
        "small", array, connectivity, valued=valued, out=out, report=report, limits=limits
    )


@overload
def fill_holes(
    source: Any,
    max_area: int | None = None,
    connectivity: Literal[4, 8] = 8,
    *,
    kind: Kind = "mask",
    out: npt.NDArray[Any] | None = None,
    report: Literal[False] = False,
) -> Any: ...


@overload
def fill_holes(
    source: Any,
    max_area: int | None = None,
    connectivity: Literal[4, 8] = 8,
    *,
    kind: Kind = "mask",
    out: npt.NDArray[Any] | None = None,
    report: Literal[True],
) -> tuple[Any, RegionChanges]: ...


def fill_holes(
    source: Any,
    max_area: int | None = None,
    connectivity: Literal[4, 8] = 8,
    *,
    kind: Kind = "mask",
    out: npt.NDArray[Any] | None = None,
    report: bool = False,
) -> Any:
    """Fill the holes of masks, or of the labels of a map.

    A hole is a component of the background that no pixel of the first or last row or column is of.
    It is connected the other way than the foreground: by sides where that is by corners, too.

    Parameters
    ----------
    source : array_like or Masks
        A mask (H, W), a stack (N, H, W) or a batch of run-length masks, each mask of which is
        filled by itself, or label maps. Arrays are of bool or any integer dtype, any memory order
        and stride. Nonzero is foreground.
    max_area : int, optional
        Holes of more pixels stay; by default none does.
    connectivity : {8, 4}, default 8
        Of the foreground; holes are connected by the other one.
    kind : {"mask", "labels"}, default "mask"
        ``"mask"``: all holes are filled, each with the value to the left of its first pixel.
        ``"labels"``: those are that touch one label alone, with that label; pixels touch by sides.
    out : numpy.ndarray, optional
        Written and returned: the shape and dtype of `source`, any strides. `source` itself is
        changed in place, without a copy. Not for Masks.
    report : bool, default False
        Whether to give what changed, too.

    Returns
    -------
    filled : numpy.ndarray or Masks
        `out`, or a new array or batch like `source`.
    changes : RegionChanges
        With ``report=True`` alone: the holes that were filled.

    Raises
    ------
    MaskTypeError
        If `source` is no Masks and no array of bool or integers, or `out` has another dtype.
    ShapeMismatch
        If `source` is not of two or three dimensions, or `out` has another shape.
    MaskError
        If another argument is none of its values; `out` is then unchanged.

    Notes
    -----
    ``fill_holes(mask)`` is ``scipy.ndimage.binary_fill_holes``, and ``connectivity=4`` is that with
    a full structuring element.

    Examples
    --------
    >>> import numpy as np
    >>> import maskengine as me
    >>> ring = np.array([[7, 7, 7], [7, 0, 7], [7, 7, 7]])
    >>> me.fill_holes(ring)
    array([[7, 7, 7],
           [7, 7, 7],
           [7, 7, 7]])
    """
    valued = _arrays.is_labels(kind)
    array = source if isinstance(source, Masks) else as_numbered(source, "source")
    most = 2**63 - 1 if max_area is None else _region_changes.as_pixels(max_area, "max_area")
    limits = (*_NO_LIMITS[:2], most)
    return _clean(
        "holes", array, connectivity, valued=valued, out=out, report=report, limits=limits
    )


@overload
def largest(
    source: Any,
    k: int = 1,
    connectivity: Literal[4, 8] = 8,
    *,
    kind: Kind = "mask",
    out: npt.NDArray[Any] | None = None,
    report: Literal[False] = False,
) -> Any: ...


@overload
def largest(
    source: Any,
    k: int = 1,
    connectivity: Literal[4, 8] = 8,
    *,
    kind: Kind = "mask",
    out: npt.NDArray[Any] | None = None,
    report: Literal[True],
) -> tuple[Any, RegionChanges]: ...


def largest(
    source: Any,
    k: int = 1,
    connectivity: Literal[4, 8] = 8,
    *,
    kind: Kind = "mask",
    out: npt.NDArray[Any] | None = None,
    report: bool = False,
) -> Any:
    """Keep the k largest components of masks, or of each label of a map.

    Parameters
    ----------
    source : array_like or Masks
        A mask (H, W), a stack (N, H, W) or a batch of run-length masks, each mask of which is
        cleaned by itself, or label maps. Arrays are of bool or any integer dtype, any memory order
        and stride. Nonzero is foreground.
    k : int, default 1
        How many components stay, those of the most pixels; of equal ones the first in raster order.
    connectivity : {8, 4}, default 8
        Whether pixels that touch at a corner are connected (8) or not (4).
    kind : {"mask", "labels"}, default "mask"
        ``"labels"``: pixels are connected where they have the same value, which is not 0, and k
        components of each label stay.
    out : numpy.ndarray, optional
        Written and returned: the shape and dtype of `source`, any strides. `source` itself is
        changed in place, without a copy. Not for Masks.
    report : bool, default False
        Whether to give what changed, too.

    Returns
    -------
    cleaned : numpy.ndarray or Masks
        `out`, or a new array or batch like `source`; pixels that stay keep their value.
    changes : RegionChanges
        With ``report=True`` alone: the components that went.

    Raises
    ------
    MaskTypeError
        If `source` is no Masks and no array of bool or integers, or `out` has another dtype.
    ShapeMismatch
        If `source` is not of two or three dimensions, or `out` has another shape.
    MaskError
        If another argument is none of its values; `out` is then unchanged.

    Notes
    -----
    For masks, what is left of ``cc3d.largest_k`` when its numbers are set to 1.

    Examples
    --------
    >>> import numpy as np
    >>> import maskengine as me
    >>> me.largest(np.array([[1, 1, 0, 1], [1, 1, 0, 0]]))
    array([[1, 1, 0, 0],
           [1, 1, 0, 0]])
    """
    valued = _arrays.is_labels(kind)
    array = source if isinstance(source, Masks) else as_numbered(source, "source")
    if not _arrays.is_whole(k) or k < 0:
        raise MaskError(
            f"expected a number of components, 0 or more, got {shown(k)}", parameter="k"
        )
    return _clean(
        "largest", array, connectivity, valued=valued, out=out, report=report, k=min(int(k), 2**62)
    )


def _clean(
    rule: str,
    source: Any,
    connectivity: Any,
    valued: bool,
    out: Any,
    *,
    report: bool,
    limits: _region_changes.Limits = _NO_LIMITS,
    k: int = 1,
) -> Any:
    corners = _arrays.is_eight(connectivity)
    report = _arrays.as_flag(report, "report")
    if isinstance(source, Masks):
        if valued:
            raise MaskError("expected 'mask' for a batch of masks", parameter="kind")
        if out is not None:
            raise MaskError("expected none for a batch of masks", parameter="out")
        runs, found = core.clean_masks(runs_of(source), rule, corners, limits[2], k, report)
        masks = wrap(runs)
        return (masks, _region_changes.changes_of(found, np.dtype(bool))) if report else masks
    cleaned = _region_changes.target(source, out)
    found = core.clean(cleaned, rule, corners, valued, *limits, k, report)
    return (cleaned, _region_changes.changes_of(found, source.dtype)) if report else cleaned
