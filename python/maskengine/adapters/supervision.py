"""Detections of supervision."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from maskengine import _arrays
from maskengine._backend import core
from maskengine._columns import column
from maskengine.errors import MaskTypeError, ShapeMismatch, shown
from maskengine.ops.bbox import bbox
from maskengine.ops.decode import decode
from maskengine.ops.encode import encode
from maskengine.ops.pad import pad
from maskengine.values import Masks, runs_of


def from_supervision(detections: Any) -> Masks:
    """Take the masks of ``supervision.Detections``.

    Parameters
    ----------
    detections : Detections
        With ``mask``: an array (N, H, W) or a ``CompactMask``, which is read crop by crop.

    Returns
    -------
    Masks
        N masks.

    Raises
    ------
    MaskTypeError
        If there are no masks.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> import numpy as np
    >>> from maskengine import adapters
    >>> adapters.from_supervision(SimpleNamespace(mask=np.ones((2, 4, 5), bool)))
    Masks(2 masks, 4 runs, size (4, 5))
    """
    mask = getattr(detections, "mask", None)
    if mask is None:
        raise MaskTypeError("expected detections with masks, got none", parameter="detections")
    if isinstance(mask, np.ndarray) or not hasattr(mask, "crop"):
        return encode(mask)
    height, width = _arrays.as_size(tuple(mask.shape)[1:])
    offsets = _arrays.as_whole(mask.offsets, "detections")
    if offsets.shape != (offsets.size // 2, 2) or offsets.dtype.kind not in "iu":
        raise MaskTypeError(f"expected offsets (N, 2), got {offsets.shape}", parameter="detections")
    placed = []
    for number, (left, top) in enumerate(offsets.tolist()):
        crop = _arrays.as_array(mask.crop(number), "detections")
        below, beside = height - top - crop.shape[0], width - left - crop.shape[1]
        if min(top, left, below, beside) < 0:
            raise ShapeMismatch(
                f"expected crops within ({height}, {width}), got {crop.shape} at {left}, {top}",
                parameter="detections",
                index=number,
            )
        placed.append(pad(encode(crop), top, below, left, beside))
    return Masks.concatenate(placed)


def to_supervision(
    masks: Masks,
    detections: Callable[..., Any],
    *,
    compact: Any = None,
    class_id: Any = None,
    confidence: Any = None,
    tracker_id: Any = None,
    data: dict[str, Any] | None = None,
) -> Any:
    """Give masks as ``supervision.Detections``.

    Parameters
    ----------
    masks : Masks
        N masks of one size.
    detections : callable
        ``supervision.Detections``.
    compact : type, optional
        ``supervision.CompactMask``: its crops are cut from the runs, and no pixel is made. Default:
        an array (N, H, W).
    class_id, confidence, tracker_id : array_like, shape (N,), optional
        What else is known of each.
    data : dict, optional
        Passed on.

    Returns
    -------
    Detections
        Boxes are those of the pixels.

    Raises
    ------
    ShapeMismatch
        If the masks are not of one size, or there is not one value for each.
    MaskTypeError
        If `compact` is no such type.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> import maskengine as me
    >>> from maskengine import adapters
    >>> masks = me.Masks([2, 3, 1], [0, 3], [(2, 3)])
    >>> adapters.to_supervision(masks, SimpleNamespace, class_id=[7]).xyxy.tolist()
    [[1.0, 0.0, 3.0, 2.0]]
    """
    n = len(runs_of(masks))
    if compact is not None and not hasattr(compact, "from_coco_rle"):
        raise MaskTypeError(f"expected CompactMask, got {shown(compact)}", parameter="compact")
    boxes = bbox(masks, format="xyxy").astype(np.float64)
    if compact is None:
        mask = decode(masks)
    else:  # the last row and column of its boxes are inside
        size = core.common_size(runs_of(masks))[1:]
        if not all(size):
            raise ShapeMismatch(f"CompactMask has no images of {size}", parameter="masks")
        ends = np.maximum(boxes - [0, 0, 1, 1], 0)
        mask = compact.from_coco_rle(masks.to_coco(), ends, size)
    given = {"class_id": (class_id, int), "confidence": (confidence, float),
             "tracker_id": (tracker_id, int)}  # fmt: skip
    columns = {
        name: None if values is None else column(values, n, name, dtype)
        for name, (values, dtype) in given.items()
    }
    return detections(xyxy=boxes, mask=mask, data={} if data is None else data, **columns)
