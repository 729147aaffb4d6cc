"""Detections of FiftyOne."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from maskengine import _arrays
from maskengine._columns import column
from maskengine._listing import NOT_READ, each
from maskengine.errors import MaskTypeError, ShapeMismatch, shown
from maskengine.ops.bbox import bbox
from maskengine.ops.crop import crop
from maskengine.ops.decode import decode
from maskengine.ops.encode import encode
from maskengine.ops.pad import pad
from maskengine.values import Masks, runs_of


def from_fiftyone(detections: Iterable[Any], size: Any) -> Masks:
    """Take the masks of detections of FiftyOne, each of which covers its box.

    Parameters
    ----------
    detections : iterable of Detection
        With ``bounding_box`` (left, top, width, height in parts of the image) and ``mask``, an
        array of the box: ``sample.ground_truth.detections``.
    size : tuple of int
        Height and width of the image.

    Returns
    -------
    Masks
        One for each. A mask lies with its corner at the pixel nearest to that of its box, as many
        pixels large as its array: it is not scaled. What lies outside the image is cut off.

    Raises
    ------
    MaskTypeError
        If a detection has no mask (``fiftyone.utils.labels`` reads those on disk), but for one
        whose box is empty, or its box is none.
    ShapeMismatch
        If a mask is not of two dimensions.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> import numpy as np
    >>> from maskengine import adapters
    >>> cat = SimpleNamespace(bounding_box=[0.5, 0, 0.25, 1], mask=np.ones((2, 1), bool))
    >>> adapters.from_fiftyone([cat], (2, 4)).to_coco(compressed=False)
    [{'size': [2, 4], 'counts': [4, 2, 2]}]
    """
    height, width = _arrays.as_size(size)
    placed = []
    for index, one in enumerate(each(detections, "detections")):
        x, y, across, down = _box(one, index)
        mask = getattr(one, "mask", None)
        if mask is None and across == down == 0:  # as `to_fiftyone` gives a mask without pixels
            mask = np.zeros((0, 0), bool)
        if mask is None:
            raise MaskTypeError("expected a mask, got none", parameter="detections", index=index)
        array = _arrays.as_array(mask, "mask")
        if array.ndim != 2 or not np.isfinite([x, y]).all() or max(abs(x), abs(y)) > 1e6:
            raise ShapeMismatch(
                f"expected a mask of shape (h, w) at a box, got {array.shape} at {x}, {y}",
                parameter="detections",
                index=index,
            )
        left, top = round(x * width), round(y * height)
        inside = array[max(-top, 0) : max(height - top, 0), max(-left, 0) : max(width - left, 0)]
        left, top = min(max(left, 0), width), min(max(top, 0), height)
        below, beside = height - top - inside.shape[0], width - left - inside.shape[1]
        placed.append(pad(encode(inside), top, below, left, beside))
    return Masks.concatenate(placed)


def _box(one: Any, index: int) -> tuple[float, float, float, float]:
    box = getattr(one, "bounding_box", None)
    try:
        x, y, across, down = (float(side) for side in box)  # type: ignore[union-attr]
    except (*NOT_READ, AttributeError) as error:
        raise MaskTypeError(
            f"expected a bounding_box of four numbers, got {shown(box)}"[:300],
            parameter="detections",
            index=index,
        ) from error
    return x, y, across, down


def to_fiftyone(
    masks: Masks, detection: Callable[..., Any], labels: Sequence[str], *, confidence: Any = None
) -> list[Any]:
    """Give masks as detections of FiftyOne.

    Parameters
    ----------
    masks : Masks
        N masks.
    detection : callable
        ``fiftyone.Detection``.
    labels : sequence of str
        Class of each.
    confidence : array_like, shape (N,), optional
        Score of each.

    Returns
    -------
    list of Detection
        For ``fiftyone.Detections(detections=...)``. A mask without pixels has an empty box and no
        mask.

    Raises
    ------
    ShapeMismatch
        If there is not one label, or score, for each mask.

    Examples
    --------
    >>> import maskengine as me
    >>> from maskengine import adapters
    >>> (one,) = adapters.to_fiftyone(me.Masks([4, 2, 2], [0, 3], [(2, 4)]), dict, ["cat"])
    >>> one["label"], one["bounding_box"], one["mask"].tolist()
    ('cat', [0.5, 0.0, 0.25, 1.0], [[True], [True]])
    """
    n = len(runs_of(masks))
    labels = list(each(labels, "labels", "labels"))
    if len(labels) != n:
        raise ShapeMismatch(f"expected {n} labels, got {len(labels)}", parameter="labels")
    scores: list[float | None] = [None] * n
    if confidence is not None:
        scores = column(confidence, n, "confidence", float).tolist()
    boxes = bbox(masks, format="xyxy")
    cut = crop(masks, boxes)
    out = []
    for i, (left, top, right, bottom) in enumerate(boxes.tolist()):
        height, width = (max(int(side), 1) for side in masks.sizes[i])
        box = [left / width, top / height, (right - left) / width, (bottom - top) / height]
        mask = decode(cut[i])[0] if right > left else None
        out.append(
            detection(
                label=shown(labels[i]) if not isinstance(labels[i], str) else str(labels[i]),
                bounding_box=box,
                mask=mask,
                confidence=scores[i],
            )
        )
    return out
