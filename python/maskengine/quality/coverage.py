"""Pixels of a label map without a label, and how to fill them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine.errors import MaskError, MaskTypeError, shown
from maskengine.ops.absorb_small import absorb_small
from maskengine.ops.combine import complement, union
from maskengine.ops.decode import decode
from maskengine.ops.dilate import dilate
from maskengine.ops.encode import encode
from maskengine.ops.joint import joint
from maskengine.ops.label import label
from maskengine.ops.remap import remap
from maskengine.values import Masks
from maskengine.values.summable import Summable

_ANY = float(2**32)  # a radius beyond any image


@dataclass(frozen=True, eq=False)
class Coverage(Summable):
    """What :func:`coverage` found; the numbers of several frames add up: ``sum(parts)``.

    Parameters
    ----------
    pixels : int
        Pixels of the map.
    unlabeled : int
        Those that are void.
    area : numpy.ndarray
        int64 (K,): pixels of each hole, a component of void pixels.
    holes : Masks
        K masks, one for each hole, in raster order of their first pixels.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import coverage
    >>> found = coverage(np.array([[1, 0, 2, 0]]))
    >>> found.components, found.ratio
    (2, 0.5)
    """

    pixels: int
    unlabeled: int
    area: npt.NDArray[np.int64]
    holes: Masks

    @property
    def components(self) -> int:
        """How many holes there are."""
        return len(self.area)

    @property
    def ratio(self) -> float:
        """Share of the pixels that have a label, in [0, 1]; 1 of no pixels."""
        return 1.0 - self.unlabeled / self.pixels if self.pixels else 1.0

    def __add__(self, other: Coverage) -> Coverage:
        if not isinstance(other, Coverage):
            return NotImplemented
        return Coverage(
            self.pixels + other.pixels,
            self.unlabeled + other.unlabeled,
            np.concatenate([self.area, other.area]),
            Masks.concatenate([self.holes, other.holes]),
        )


def coverage(label_map: Any, void: int = 0, connectivity: Literal[4, 8] = 8) -> Coverage:
    """Find the pixels of a label map that have no label.

    Parameters
    ----------
    label_map : array_like
        Shape (H, W), any integer dtype, memory order and stride, without a copy.
    void : int, default 0
        The label of pixels without one.
    connectivity : {8, 4}, default 8
        Whether void pixels that touch at a corner are of one hole (8) or not (4).

    Returns
    -------
    Coverage

    Raises
    ------
    MaskTypeError
        If `label_map` is no array of integers, or `void` no integer.
    ShapeMismatch
        If `label_map` is not of two dimensions.
    MaskError
        If `connectivity` is another number.

    Notes
    -----
    In run lengths after one pass over the map: the cost of counting holes follows their outlines.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import coverage
    >>> scene = np.ones((100, 100), np.uint8)
    >>> scene[10:13, 20:24] = 0
    >>> found = coverage(scene)
    >>> found.unlabeled, found.components, found.ratio
    (12, 1, 0.9988)
    """
    array = _arrays.as_label_map(label_map, "label_map")
    corners: Literal[4, 8] = 8 if _arrays.is_eight(connectivity) else 4
    empty = _void_mask(array, _as_void(void))
    holes, _, stats = label(empty, corners, stats=True, output="masks")
    return Coverage(int(array.size), int(stats.area.sum()), stats.area, holes)


def fill_gaps(
    label_map: Any,
    void: int = 0,
    method: Literal["nearest", "neighbour"] = "nearest",
    *,
    max_area: int | None = None,
    connectivity: Literal[4, 8] = 8,
) -> npt.NDArray[Any]:
    """Give the void pixels of a label map a label from around them.

    Parameters
    ----------
    label_map : array_like
        Shape (H, W), any integer dtype, memory order and stride.
    void : int, default 0
        The label of pixels without one.
    method : {"nearest", "neighbour"}, default "nearest"
        ``"nearest"``: each pixel takes the label of the nearest labelled pixel, by the Euclidean
        distance of their centres, of several as near the lowest label. ``"neighbour"``: each hole
        as a whole takes the label with which it shares the most pixel edges, of equal ones the
        lowest.
    max_area : int, optional
        Holes of more pixels stay as they are; by default every hole is filled.
    connectivity : {8, 4}, default 8
        Whether void pixels that touch at a corner are of one hole.

    Returns
    -------
    numpy.ndarray
        A new array like `label_map`. Without `max_area` no pixel of it is void.

    Raises
    ------
    MaskTypeError
        If `label_map` is no array of integers, or `void` or `max_area` no integer.
    ShapeMismatch
        If `label_map` is not of two dimensions.
    MaskError
        If there are void pixels only, or another argument is none of its values.

    Notes
    -----
    ``"nearest"`` is the growth of all labels into the rest, see :func:`maskengine.dilate`: a
    discrete Voronoi diagram (Rosenfeld and Pfaltz, 1968). ``"neighbour"`` is
    :func:`maskengine.absorb_small` with the holes as the only regions that are too small.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import fill_gaps
    >>> fill_gaps(np.array([[1, 0, 0, 0, 0, 2]]))
    array([[1, 1, 1, 2, 2, 2]])
    >>> fill_gaps(np.array([[1, 0, 0, 0, 0, 2]]), method="neighbour")
    array([[1, 1, 1, 1, 1, 2]])
    """
    array = _arrays.as_label_map(label_map, "label_map")
    value = _as_void(void)
    if not _arrays.is_one_of(method, "nearest", "neighbour"):
        raise MaskError(
            f"expected 'nearest' or 'neighbour', got {shown(method)}", parameter="method"
        )
    most = array.size if max_area is None else _as_pixels(max_area)
    found = coverage(array, value, connectivity)
    if found.unlabeled == 0 or not (found.area <= most).any():
        return array.copy()
    if found.unlabeled == found.pixels:
        raise MaskError("expected a pixel with a label, got void alone", parameter="label_map")
    ids = _labels(array, value)
    small = _numbered(array, ids, value)
    filled = _nearest(small) if method == "nearest" else _neighbour(small, len(ids), connectivity)
    out = remap(filled, dict(enumerate([value, *ids.tolist()])), dtype=array.dtype)
    if (found.area > most).any():
        out[decode(union(found.holes[found.area > most]))[0]] = value
    return out


def _labels(array: npt.NDArray[Any], void: int) -> npt.NDArray[Any]:
    ids: npt.NDArray[Any]
    ids = np.unique(array) if array.dtype == np.uint64 else joint(array).labels[:, 0]
    return ids[ids != np.asarray(void)] if _holds(ids.dtype, void) else ids


def _numbered(array: npt.NDArray[Any], ids: npt.NDArray[Any], void: int) -> npt.NDArray[Any]:
    """Give labels their number from 1 in ascending order, and void 0."""
    table = {int(label): k for k, label in enumerate(ids, 1)}
    return remap(array, {void: 0, **table}, dtype=_arrays.narrowest_dtype(0, len(ids) + 1))


def _nearest(numbered: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return dilate(numbered, _ANY, "disk", kind="labels")


def _neighbour(numbered: npt.NDArray[Any], n: int, connectivity: Any) -> npt.NDArray[Any]:
    """Let holes, as the label n + 1, be absorbed."""
    holes = remap(numbered, {0: n + 1}, "keep", dtype=numbered.dtype)
    return absorb_small(holes, {n + 1: numbered.size + 1}, connectivity)


def _void_mask(array: npt.NDArray[Any], void: int) -> Masks:
    if void == 0:
        return complement(encode(array))
    return encode(array == void if _holds(array.dtype, void) else np.zeros(array.shape, bool))


def _holds(dtype: np.dtype[Any], value: int) -> bool:
    low, high = _arrays.value_range(dtype)
    return low <= value <= high


def _as_void(void: Any) -> int:
    if not _arrays.is_whole(void):
        raise MaskTypeError(f"expected a label, got {shown(void)}"[:300], parameter="void")
    return int(void)


def _as_pixels(value: Any) -> int:
    if not _arrays.is_whole(value):
        raise MaskTypeError(
            f"expected a number of pixels, got {shown(value)}", parameter="max_area"
        )
    if value < 0:
        raise MaskError(
            f"expected a number of pixels >= 0, got {shown(value)}", parameter="max_area"
        )
    return int(value)
