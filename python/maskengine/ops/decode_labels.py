"""Runs of labels to label maps."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine._backend import core
from maskengine.errors import MaskTypeError, ShapeMismatch
from maskengine.values import LabelRuns, label_columns_of


def decode_labels(runs: LabelRuns) -> npt.NDArray[Any]:
    """Decode runs of labels to label maps.

    Parameters
    ----------
    runs : LabelRuns
        N label maps of one size.

    Returns
    -------
    numpy.ndarray
        (N, H, W), in the dtype of the labels; each map in Fortran order.

    Raises
    ------
    MaskTypeError
        If `runs` is not a :class:`LabelRuns`.
    ShapeMismatch
        If the maps differ in size; names the first that does.

    Notes
    -----
    ``numpy.repeat`` of the labels by the lengths, column by column.

    Examples
    --------
    >>> import maskengine as me
    >>> me.decode_labels(me.LabelRuns([3, 1, 2], [7, 9, 0], [0, 3], [(2, 3)]))[0]
    array([[7, 7, 0],
           [7, 9, 0]])
    """
    if not isinstance(runs, LabelRuns):
        raise MaskTypeError(f"expected LabelRuns, got {type(runs).__name__}", parameter="runs")
    sizes = runs.sizes
    height, width = (0, 0) if len(sizes) == 0 else sizes[0].tolist()
    other = np.flatnonzero((sizes != (height, width)).any(axis=1))
    if other.size:
        i = int(other[0])
        raise ShapeMismatch(
            f"expected {height} x {width} as the first map, got {sizes[i, 0]} x {sizes[i, 1]}",
            parameter="runs",
            index=i,
        )
    columns: npt.NDArray[Any] = core.decode_labels(*label_columns_of(runs), height, width)
    return columns.transpose(0, 2, 1)
