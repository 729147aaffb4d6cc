"""Label maps to masks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, overload

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine._backend import core
from maskengine.values import Masks, wrap


@dataclass(frozen=True, eq=False)
class LabelStats:
    """What :func:`split` measured of K labels, in columns.

    Parameters
    ----------
    area : numpy.ndarray
        int64 (K,): pixels.
    bbox : numpy.ndarray
        int64 (K, 4): left, top, width, height, in pixels.
    centroid : numpy.ndarray
        float64 (K, 2): mean of the pixel centres, x and y; pixel (x, y) has its centre at
        (x + 0.5, y + 0.5).
    first_pixel : numpy.ndarray
        int64 (K, 2): x and y of the first pixel in raster order (row by row).

    Examples
    --------
    >>> import numpy as np
    >>> import maskengine as me
    >>> me.split(np.array([[3, 3, 5]]), stats=True)[2].area
    array([2, 1])
    """

    area: npt.NDArray[np.int64]
    bbox: npt.NDArray[np.int64]
    centroid: npt.NDArray[np.float64]
    first_pixel: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.area)


@overload
def split(label_map: Any, *, stats: Literal[False] = False) -> tuple[Masks, npt.NDArray[Any]]: ...


@overload
def split(
    label_map: Any, *, stats: Literal[True]
) -> tuple[Masks, npt.NDArray[Any], LabelStats]: ...


def split(
    label_map: Any, *, stats: bool = False
) -> tuple[Masks, npt.NDArray[Any]] | tuple[Masks, npt.NDArray[Any], LabelStats]:
    """Split a label map into one mask for each label, in one pass.

    Parameters
    ----------
    label_map : array_like
        Shape (H, W), any integer dtype, memory order and stride, without a copy. 0 is background
        and gives no mask.
    stats : bool, default False
        Whether to measure the labels, too.

    Returns
    -------
    masks : Masks
        One for each of K labels, in canonical runs.
    ids : numpy.ndarray
        (K,): the labels, ascending, in the dtype of `label_map`.
    stats : LabelStats
        With ``stats=True`` alone.

    Raises
    ------
    MaskTypeError
        If `label_map` is no array of integers.
    ShapeMismatch
        If it is not of two dimensions.

    Notes
    -----
    The same as ``me.encode(label_map == label)`` for each label that occurs, but the cost does not
    grow with the number of labels: rows are compared with the row above, and where they differ a
    run begins. :func:`compose` puts the masks together again.

    Examples
    --------
    >>> import numpy as np
    >>> import maskengine as me
    >>> masks, ids = me.split(np.array([[7, 7], [0, 9]]))
    >>> ids
    array([7, 9])
    >>> me.area(masks)
    array([2, 1])
    """
    array = _arrays.as_label_map(label_map, "label_map")
    stats = _arrays.as_flag(stats, "stats")
    runs, values, columns = core.split(array, stats)
    ids = _arrays.from_bits(values, array.dtype)
    if not stats:
        return wrap(runs), ids
    return wrap(runs), ids, LabelStats(*columns[:4])
