"""Annotations of Detectron2's dataset dictionaries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from maskengine import _arrays
from maskengine._columns import column
from maskengine._listing import told
from maskengine.adapters._records import as_records, masks_of_records
from maskengine.errors import MaskTypeError, ShapeMismatch, shown
from maskengine.ops.bbox import bbox
from maskengine.values import Masks, runs_of

_XYWH_ABS = 1  # detectron2.structures.BoxMode


def from_detectron2(record: Any) -> Masks:
    """Take the masks of one dictionary of a Detectron2 dataset.

    Parameters
    ----------
    record : dict
        With ``height``, ``width`` and ``annotations``, each with ``segmentation``: polygons or run
        lengths. Of predictions, ``me.encode(instances.pred_masks)`` takes the masks.

    Returns
    -------
    Masks
        One for each annotation, in order; polygons by the rule of the COCO API, as Detectron2 does.

    Raises
    ------
    MaskTypeError
        If a key is missing.
    BadPolygon, MalformedRLE
        If a segmentation is malformed.
    ShapeMismatch
        If a mask is not of the size of the image.

    Notes
    -----
    Detectron2's "standard dataset dicts".

    Examples
    --------
    >>> from maskengine import adapters
    >>> one = {"segmentation": [[1, 1, 4, 1, 4, 3, 1, 3]], "category_id": 0}
    >>> adapters.from_detectron2({"height": 4, "width": 5, "annotations": [one]})
    Masks(1 mask, 7 runs, size (4, 5))
    """
    wanted = ("height", "width", "annotations")
    given = told(record, "record") if isinstance(record, Mapping) else {}
    if not all(key in given for key in wanted):
        raise MaskTypeError(
            f"expected a dict with {', '.join(wanted)}, got {shown(record)}", parameter="record"
        )
    record = given
    size = _arrays.as_size((record["height"], record["width"]))
    masks = masks_of_records(record["annotations"], "annotations", size)
    other = (masks.sizes != size).any(axis=1)
    if other.any():
        index = int(other.argmax())
        raise ShapeMismatch(
            f"expected a mask of the image's size {size}, got {tuple(masks.sizes[index].tolist())}",
            parameter="annotations",
            index=index,
        )
    return masks


def to_detectron2(masks: Masks, category_ids: Any, *, crowd: Any = 0) -> list[dict[str, Any]]:
    """Give masks as the annotations of a dictionary of a Detectron2 dataset.

    Parameters
    ----------
    masks : Masks
        N masks.
    category_ids : array_like of int, shape (N,), or int
        ``category_id`` of each, from 0, as Detectron2 counts.
    crowd : array_like, shape (N,), or bool
        ``iscrowd`` of each.

    Returns
    -------
    list of dict
        With run lengths, for ``cfg.INPUT.MASK_FORMAT = "bitmask"``; ``bbox_mode`` is
        ``BoxMode.XYWH_ABS``.

    Raises
    ------
    ShapeMismatch
        If there is not one value for each mask.

    Examples
    --------
    >>> import maskengine as me
    >>> from maskengine import adapters
    >>> (one,) = adapters.to_detectron2(me.Masks([2, 3, 1], [0, 3], [(2, 3)]), 7)
    >>> one["bbox"], one["bbox_mode"], one["segmentation"]
    ([1, 0, 2, 2], 1, {'size': [2, 3], 'counts': '231'})
    """
    n = len(runs_of(masks))
    return as_records(
        masks,
        {
            "bbox": bbox(masks),
            "bbox_mode": np.full(n, _XYWH_ABS, np.int64),
            "segmentation": None,
            "category_id": column(category_ids, n, "category_ids", np.int64),
            "iscrowd": column(crowd, n, "crowd", bool).astype(np.int64),
        },
    )
