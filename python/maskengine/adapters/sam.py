"""Masks of Segment Anything."""

from __future__ import annotations

from typing import Any

import numpy.typing as npt

from maskengine._columns import column
from maskengine.adapters._records import as_records, masks_of_records
from maskengine.ops.area import area
from maskengine.ops.bbox import bbox
from maskengine.values import Masks, runs_of


def from_sam(records: Any) -> Masks:
    """Take what an automatic mask generator of Segment Anything gives for an image.

    Parameters
    ----------
    records : iterable of dict
        Each with ``segmentation``: an array (H, W), or the run lengths of
        ``output_mode="uncompressed_rle"`` or ``"coco_rle"``.

    Returns
    -------
    Masks
        One for each record, in order.

    Raises
    ------
    MaskTypeError
        If a record has no segmentation, or it is none of these.
    ShapeMismatch
        If an array is not of two dimensions.
    MalformedRLE
        If run lengths do not fill their size; names the record.

    Notes
    -----
    The keys are those of ``SamAutomaticMaskGenerator.generate``; SAM 2 has the same.

    Examples
    --------
    >>> from maskengine import adapters
    >>> record = {"segmentation": {"size": [2, 3], "counts": [2, 3, 1]}, "predicted_iou": 0.9}
    >>> adapters.from_sam([record])
    Masks(1 mask, 3 runs, size (2, 3))
    """
    return masks_of_records(records, "records")


def to_sam(masks: Masks, *, scores: Any = None) -> list[dict[str, Any]]:
    """Give masks as the records of an automatic mask generator, ``"coco_rle"``.

    Parameters
    ----------
    masks : Masks
        N masks.
    scores : array_like, shape (N,), optional
        ``predicted_iou`` of each.

    Returns
    -------
    list of dict
        ``segmentation``, ``area`` and ``bbox`` (x, y, width, height), ready for JSON.

    Raises
    ------
    ShapeMismatch
        If there is not one score for each mask.

    Examples
    --------
    >>> import maskengine as me
    >>> from maskengine import adapters
    >>> adapters.to_sam(me.Masks([2, 3, 1], [0, 3], [(2, 3)]))
    [{'segmentation': {'size': [2, 3], 'counts': '231'}, 'area': 3, 'bbox': [1, 0, 2, 2]}]
    """
    runs_of(masks)
    columns: dict[str, npt.NDArray[Any] | None] = {
        "segmentation": None,
        "area": area(masks),
        "bbox": bbox(masks),
    }
    if scores is not None:
        columns["predicted_iou"] = column(scores, len(masks), "scores", float)
    return as_records(masks, columns)
