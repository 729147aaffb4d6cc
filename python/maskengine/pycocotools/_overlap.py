"""Intersection over union of masks or boxes."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine._backend import core
from maskengine._listing import NOT_READ
from maskengine.errors import MaskTypeError, ShapeMismatch
from maskengine.ops.bbox import bbox
from maskengine.ops.iou import iou as iou_of_masks
from maskengine.pycocotools._inputs import box_array
from maskengine.values import wrap


def iou(dt: Any, gt: Any, pyiscrowd: Any) -> Any:
    """Compare every region of `dt` with every one of `gt`.

    Parameters
    ----------
    dt, gt : list of dict, list of boxes, or array of boxes
        Masks on both sides, or boxes (left, top, width, height) on both.
    pyiscrowd : sequence of int
        One flag per region of `gt`: whether it is a crowd, for which the area of `dt` takes the
        place of the union.

    Returns
    -------
    numpy.ndarray or list
        float64 of shape (D, G) in Fortran order; an empty list when a side is empty. -1 for two
        masks of different sizes whose boxes overlap.

    Raises
    ------
    MaskError
        If a side is neither masks nor boxes, or the flags do not fit.

    Examples
    --------
    >>> from maskengine import pycocotools as mask_utils
    >>> mask_utils.iou([[0, 0, 2, 2]], [[0, 0, 2, 4], [1, 1, 9, 9]], [0, 1])
    array([[0.5 , 0.25]])
    """
    matrix = core.coco_iou(dt, gt, pyiscrowd)
    if matrix is not None:
        return matrix
    crowd = _flags(pyiscrowd, _count(gt, "gt"))
    if _count(dt, "dt") == 0 or len(gt) == 0:
        return []
    if _holds_dicts(dt) != _holds_dicts(gt):
        raise MaskTypeError("expected masks in dt and gt, or boxes in both", parameter="gt")
    if not _holds_dicts(dt):
        return core.box_iou(_boxes(dt, "dt"), _boxes(gt, "gt"), crowd)
    flags = crowd.tolist()
    matrix = core.coco_iou(dt, gt, flags)
    return _mixed_iou(dt, gt, crowd) if matrix is None else matrix


def _count(regions: Any, name: str) -> int:
    if type(regions) is not list and not isinstance(regions, np.ndarray):
        raise MaskTypeError(
            f"expected a list of masks, or boxes, got {type(regions).__name__}", parameter=name
        )
    if isinstance(regions, np.ndarray) and regions.ndim == 0:
        raise ShapeMismatch("expected boxes of shape (n, 4), got ()", parameter=name)
    return len(regions)


def _holds_dicts(regions: Any) -> bool:
    return type(regions) is list and type(regions[0]) is dict


def _boxes(boxes: Any, name: str) -> npt.NDArray[np.float64]:
    if isinstance(boxes, np.ndarray):
        return box_array(boxes, name)
    return core.boxes_from_list(boxes, name)


def _flags(flags: Any, n: int) -> npt.NDArray[np.uint8]:
    try:
        crowd = np.asarray(flags, np.uint8)
    except NOT_READ:
        raise MaskTypeError(
            f"expected flags of 0 and 1, got {type(flags).__name__}", parameter="pyiscrowd"
        ) from None
    if crowd.shape != (n,):
        raise ShapeMismatch(
            f"expected one flag per region of gt, shape ({n},), got {crowd.shape}",
            parameter="pyiscrowd",
        )
    return crowd


def _mixed_iou(
    dt: list[Any], gt: list[Any], crowd: npt.NDArray[np.uint8]
) -> npt.NDArray[np.float64]:
    """Compare masks of several sizes: -1 where sizes differ and boxes overlap."""
    left, right = wrap(core.from_coco(dt, "dt")), wrap(core.from_coco(gt, "gt"))
    boxes = [bbox(masks).astype(np.float64) for masks in (left, right)]
    near = core.box_iou(boxes[0], boxes[1], crowd) > 0
    result = np.where(near, -1.0, 0.0)
    for size in np.unique(np.concatenate([left.sizes, right.sizes]), axis=0):
        rows, columns = (np.flatnonzero((m.sizes == size).all(1)) for m in (left, right))
        if rows.size and columns.size:
            same = iou_of_masks(left[rows], right[columns], crowd[columns])
            result[np.ix_(rows, columns)] = same
    return np.asfortranarray(result)
