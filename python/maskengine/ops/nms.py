"""Non-maximum suppression of masks and boxes."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine._arrays import as_number, as_rows, is_one_of
from maskengine._backend import core
from maskengine.errors import MaskError, MaskTypeError, ShapeMismatch, shown
from maskengine.values import Masks, runs_of


def nms(
    masks: Masks | npt.ArrayLike,
    scores: npt.ArrayLike,
    threshold: float,
    categories: npt.ArrayLike | None = None,
    metric: Literal["iou", "ios"] = "iou",
    *,
    format: Literal["xywh", "xyxy"] = "xywh",  # noqa: A002 - the word users know
) -> npt.NDArray[np.int64]:
    """Keep the best of overlapping masks (or boxes): non-maximum suppression.

    Parameters
    ----------
    masks : Masks or array_like of float
        A batch of N masks of one size; or boxes of shape (N, 4).
    scores : array_like of float
        Shape (N,). Of equal scores the item that comes first wins.
    threshold : float
        In [0, 1]. From the best score down, an item is dropped when its overlap with one already
        kept is above this (not: equal to it).
    categories : array_like of int, optional
        Shape (N,): only items of the same category compete. Default: all do.
    metric : {"iou", "ios"}, default "iou"
        The overlap: shared area over the area of either, or over that of the smaller one.
    format : {"xywh", "xyxy"}, default "xywh"
        What the numbers of a box are, as in :func:`box_iou`; masks have no use for it.

    Returns
    -------
    numpy.ndarray
        int64: indices of the kept items, by falling score.

    Raises
    ------
    ShapeMismatch
        If masks differ in size, or `scores` or `categories` have another length.
    MaskError
        If a score or a box is not finite, `threshold` lies outside [0, 1], or a word is unknown.
    MaskTypeError
        If an array holds another type.

    Notes
    -----
    The greedy algorithm of ``torchvision.ops.nms``, on pixels for masks. Items without area
    overlap nothing. Boxes around masks are compared first, and the most that two masks can share;
    only pairs that could pass the threshold are compared pixel by pixel.

    Examples
    --------
    >>> import maskengine as me
    >>> masks = me.Masks([1, 4, 1, 2, 4, 5, 1], [0, 3, 5, 7], [(2, 3)] * 3)
    >>> me.nms(masks, [0.8, 0.9, 0.7], 0.5)
    array([1, 2])
    >>> me.nms([[0, 0, 4, 4], [1, 0, 4, 4]], [0.8, 0.9], 0.5)
    array([1])
    """
    if not is_one_of(metric, "iou", "ios"):
        raise MaskError(f"expected 'iou' or 'ios', got {shown(metric)}", parameter="metric")
    if not is_one_of(format, "xywh", "xyxy"):
        raise MaskError(f"expected 'xywh' or 'xyxy', got {shown(format)}", parameter="format")
    limit = _threshold(threshold)
    if isinstance(masks, Masks):
        runs = runs_of(masks)
        contest = (*_contest(scores, categories, len(runs)), limit, metric == "ios")
        return core.nms_masks(runs, *contest)
    if isinstance(masks, (dict, str, bytes)) or masks is None:
        runs_of(masks)  # says what is expected
    boxes = as_rows(masks, "masks", 4)
    bad = np.flatnonzero(~np.isfinite(boxes).all(1))
    if bad.size:
        raise MaskError(
            f"expected finite boxes, got {boxes[bad[0]].tolist()}",
            parameter="masks",
            index=int(bad[0]),
        )
    contest = (*_contest(scores, categories, len(boxes)), limit, metric == "ios")
    return core.nms_boxes(boxes, format == "xyxy", *contest)


def _threshold(value: Any) -> float:
    limit = as_number(value, "threshold")
    if not 0 <= limit <= 1:
        raise MaskError(f"expected a number in [0, 1], got {shown(limit)}", parameter="threshold")
    return limit


def _contest(
    scores: Any, categories: Any, n: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], int]:
    """Give the items from the best down, the dense category of each, and their number."""
    array = _arrays.listed(scores, "scores")
    if array.dtype.kind not in "fuib":
        raise MaskTypeError(f"expected numbers, got dtype {array.dtype}", parameter="scores")
    if array.shape != (n,):
        raise ShapeMismatch(
            f"expected one score per item, shape ({n},), got {array.shape}", parameter="scores"
        )
    bad = np.flatnonzero(~np.isfinite(array))
    if bad.size:
        raise MaskError(
            f"expected finite scores, got {array[bad[0]]}", parameter="scores", index=int(bad[0])
        )
    # from behind and turned round, so that of equals the first comes first
    order = (n - 1 - np.argsort(array[::-1], kind="stable"))[::-1]
    if categories is None:
        return np.ascontiguousarray(order), np.zeros(n, np.int64), 1
    labels = _arrays.listed(categories, "categories")
    if labels.size and labels.dtype.kind not in "uib":
        raise MaskTypeError(f"expected integers, got dtype {labels.dtype}", parameter="categories")
    if labels.shape != (n,):
        raise ShapeMismatch(
            f"expected one category per item, shape ({n},), got {labels.shape}",
            parameter="categories",
        )
    names, dense = np.unique(labels, return_inverse=True)
    return (
        np.ascontiguousarray(order),
        np.ascontiguousarray(dense.reshape(n), np.int64),
        max(len(names), 1),
    )
