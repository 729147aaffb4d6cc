"""Label maps to runs of labels."""

from __future__ import annotations

from typing import Any

from maskengine._booleans import as_numbered
from maskengine.errors import MaskTypeError
from maskengine.ops._label_maps import of_array, of_masks
from maskengine.values import LabelRuns, Masks


def encode_labels(label_map: Any, labels: Any = None) -> LabelRuns:
    """Encode label maps as runs of labels.

    Parameters
    ----------
    label_map : array_like or Masks
        A label map (H, W), or a stack (N, H, W), of bool or any integer dtype, memory order and
        stride, without a copy; or the N masks of one label map, which share no pixel, as
        :func:`split` gives them.
    labels : array_like of int, optional
        (N,): the label of each mask, of any integer dtype, with :class:`Masks`. 0 is what lies in
        no mask.

    Returns
    -------
    LabelRuns
        One item a map, in runs as long as can be; labels keep their dtype, bool becomes uint8.

    Raises
    ------
    MaskTypeError
        If `label_map` or `labels` is no array of integers, or `labels` comes with an array or is
        missing with masks.
    ShapeMismatch
        If an array is not of two or three dimensions, `labels` has not one label per mask, or the
        masks differ in size.
    MaskError
        If masks overlap (names the later one), or there is none: then nothing tells the size.

    Notes
    -----
    ``LabelRuns`` have the pixels of ``label_map.ravel(order="F")``. Time follows the pixels of an
    array, the runs of masks. :func:`decode_labels` is the inverse.

    Examples
    --------
    >>> import numpy as np
    >>> import maskengine as me
    >>> runs = me.encode_labels(np.array([[7, 7, 0], [7, 9, 0]]))
    >>> runs.lengths.tolist(), runs.labels.tolist()
    ([3, 1, 2], [7, 9, 0])
    >>> me.encode_labels(*me.split(np.array([[7, 7, 0], [7, 9, 0]]))) == runs
    True
    """
    if isinstance(label_map, Masks):
        return of_masks(label_map, labels)
    if labels is not None:
        raise MaskTypeError("expected none with an array", parameter="labels")
    return of_array(as_numbered(label_map, "label_map"))
