"""How far the borders of masks lie from those of other masks."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine._backend import core
from maskengine.errors import MaskError, shown
from maskengine.ops._pairs import as_pairs, as_spacing

Elements = Literal["corners", "pixels", "changes"]

_ELEMENTS = ("corners", "pixels", "changes")  # in the order of the native enum


@dataclass(frozen=True, eq=False)
class BorderDistances:
    """What :func:`border_distances` found: K rows, in columns.

    Parameters
    ----------
    item : numpy.ndarray
        int64 (K,): which pair; rows are sorted by it, then by side, distance and length, no two
        alike.
    side : numpy.ndarray
        uint8 (K,): 0 for elements of the reference, 1 for those of the prediction.
    distance : numpy.ndarray
        float64 (K,): to the nearest element of the other mask, in the unit of `spacing`; infinite
        if that has none.
    length : numpy.ndarray
        float64 (K,): of one element; 1 unless elements are corners.
    count : numpy.ndarray
        int64 (K,): elements, at least one.

    Examples
    --------
    >>> import numpy as np
    >>> import maskengine as me
    >>> len(me.border_distances(np.array([[0, 1]]), np.array([[1, 1]]), "pixels"))
    3
    """

    item: npt.NDArray[np.int64]
    side: npt.NDArray[np.uint8]
    distance: npt.NDArray[np.float64]
    length: npt.NDArray[np.float64]
    count: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.item)


def border_distances(
    reference: Any,
    prediction: Any,
    elements: Elements = "corners",
    spacing: float | tuple[float, float] = (1, 1),
    *,
    void: Any = None,
) -> BorderDistances:
    """Count border elements of pairs of masks by their distance from the other mask's border.

    Parameters
    ----------
    reference, prediction : Masks or array_like
        N masks each, in pairs of one size; or dense masks (H, W) or stacks (N, H, W) of one shape,
        of bool or any integer dtype, where nonzero is foreground.
    elements : {"corners", "pixels", "changes"}, default "corners"
        What a border is made of. ``"corners"``: points of the lattice between pixels whose four
        pixels are not all alike, each with its length of contour. ``"pixels"``: foreground pixels
        with background among their four neighbours. For both, pixels outside the image are
        background. ``"changes"``: pixels unlike their right, lower or lower right neighbour, in the
        last row and column unlike the one next to them there; the edge of the image is no border.
    spacing : float or (float, float), default (1, 1)
        From one row to the next and from one column to the next, in any unit; above 0.
    void : Masks or array_like, optional
        Pixels taken as background in both masks: one mask for all pairs, or one for each, of the
        same kind as the masks. Corners and pixels that touch them are no elements.

    Returns
    -------
    BorderDistances

    Raises
    ------
    MaskTypeError
        If masks are neither all :class:`Masks` nor all arrays of bool or integers.
    ShapeMismatch
        If the masks of a pair, or its void pixels, differ in size, or batches in length.
    MaskError
        If `elements` or `spacing` is out of range.

    Notes
    -----
    Corners, with their lengths, are those of the ``surface-distance`` package (Nikolov et al.,
    *Deep learning to achieve clinically applicable segmentation of head and neck anatomy*, 2018);
    pixels those of MedPy and MONAI; changes those of the boundary measure of DAVIS (Martin, Fowlkes
    and Malik, 2004; Perazzi et al., 2016). Distances are Euclidean and exact. Each element looks
    for the nearest one row by row, outwards; where the masks are far apart, one sweep serves all
    elements of a row, so that time is bounded by rows x columns that have elements.

    Examples
    --------
    >>> import numpy as np
    >>> import maskengine as me
    >>> a, b = np.zeros((2, 8, 8), bool)
    >>> a[2:6, 2:6], b[2:6, 3:7] = True, True
    >>> found = me.border_distances(a, b, "pixels")
    >>> found.side.tolist(), found.distance.tolist(), found.count.tolist()
    ([0, 0, 1, 1], [0.0, 1.0, 0.0, 1.0], [6, 6, 6, 6])
    """
    if not _arrays.is_one_of(elements, *_ELEMENTS):
        raise MaskError(
            f"expected 'corners', 'pixels' or 'changes', got {shown(elements)}",
            parameter="elements",
        )
    y, x = as_spacing(spacing)
    are_runs, first, second, none = as_pairs(reference, prediction, void)
    kernel = core.border_distances if are_runs else core.border_distances_array
    item, side, kind, squared, count = kernel(first, second, none, _ELEMENTS.index(elements), y, x)
    lengths = np.ones(4)
    if elements == "corners":
        half = 0.5 * math.sqrt(y**2 + x**2)
        lengths = np.array([half, x, y, 2 * half])
    length = lengths[kind]
    return added_up(BorderDistances(item, side, np.sqrt(squared), length, count))


def added_up(rows: BorderDistances) -> BorderDistances:
    """Sort rows and add up those that differ in nothing but their count."""
    order = np.lexsort((rows.length, rows.distance, rows.side, rows.item))
    item, side = rows.item[order], rows.side[order]
    distance, length = rows.distance[order], rows.length[order]
    first = np.ones(len(order), bool)
    first[1:] = (
        (item[1:] != item[:-1])
        | (side[1:] != side[:-1])
        | (distance[1:] != distance[:-1])
        | (length[1:] != length[:-1])
    )
    starts = np.flatnonzero(first)
    counts = rows.count[order]
    added = np.add.reduceat(counts, starts) if starts.size else counts
    return BorderDistances(item[starts], side[starts], distance[starts], length[starts], added)
