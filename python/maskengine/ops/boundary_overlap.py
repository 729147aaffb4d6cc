"""What pairs of masks, and the bands along their outlines, have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine._backend import core
from maskengine.errors import MaskError, shown
from maskengine.ops import _morphology
from maskengine.ops._morphology import Border
from maskengine.ops._pairs import as_pairs


@dataclass(frozen=True, eq=False)
class BoundaryOverlap:
    """What :func:`boundary_overlap` counted in N pairs of masks, in columns of int64 (N,).

    Parameters
    ----------
    reference, prediction, both : numpy.ndarray
        Pixels of either mask, and of both at once.
    band_reference, band_prediction, band_both : numpy.ndarray
        Pixels of either band, and of both at once.

    Examples
    --------
    >>> import numpy as np
    >>> import maskengine as me
    >>> len(me.boundary_overlap(np.ones((2, 3, 3), bool), np.zeros((2, 3, 3), bool)))
    2
    """

    reference: npt.NDArray[np.int64]
    prediction: npt.NDArray[np.int64]
    both: npt.NDArray[np.int64]
    band_reference: npt.NDArray[np.int64]
    band_prediction: npt.NDArray[np.int64]
    band_both: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.reference)


def boundary_overlap(
    reference: Any,
    prediction: Any,
    width: int = 1,
    *,
    void: Any = None,
    border: Border = "background",
) -> BoundaryOverlap:
    """Count the pixels that pairs of masks, and the bands along their outlines, have in common.

    Parameters
    ----------
    reference, prediction : Masks or array_like
        N masks each, in pairs of one size; or dense masks (H, W) or stacks (N, H, W) of one shape,
        of bool or any integer dtype, where nonzero is foreground.
    width : int, default 1
        Of the band, in pixels: the foreground that erosion by a square of side 2 `width` + 1 takes
        away. At least 0.
    void : Masks or array_like, optional
        Pixels that are not counted: one mask for all pairs, or one for each, of the same kind as
        the masks. Bands are those of the whole masks.
    border : {"foreground", "background"}, default "background"
        What pixels outside the image are, see :func:`boundary`.

    Returns
    -------
    BoundaryOverlap

    Raises
    ------
    MaskTypeError
        If masks are neither all :class:`Masks` nor all arrays of bool or integers.
    ShapeMismatch
        If the masks of a pair, or its void pixels, differ in size, or batches in length.
    MaskError
        If `width` or `border` is out of range.
    LimitExceeded
        If the box around one pair has more than 2^33 pixels.

    Notes
    -----
    The counts of Boundary IoU (Cheng et al., *Boundary IoU: Improving Object-Centric Image
    Segmentation Evaluation*, CVPR 2021), for which see :func:`maskengine.quality.boundary_iou`.

    Examples
    --------
    >>> import numpy as np
    >>> import maskengine as me
    >>> a, b = np.zeros((2, 5, 6), np.uint8)
    >>> a[:, :5], b[:, 1:] = 1, 1
    >>> found = me.boundary_overlap(a, b)
    >>> found.both.tolist(), found.band_reference.tolist(), found.band_both.tolist()
    ([20], [16], [8])
    """
    if not _arrays.is_whole(width) or width < 0:
        raise MaskError(f"expected an integer >= 0, got {shown(width)}"[:300], parameter="width")
    from_edge = not _morphology.is_foreground(border)
    are_runs, first, second, none = as_pairs(reference, prediction, void)
    kernel = core.boundary_overlap if are_runs else core.boundary_overlap_array
    counts = kernel(first, second, none, min(int(width), 2**32), from_edge)
    return BoundaryOverlap(*np.ascontiguousarray(counts.T))
