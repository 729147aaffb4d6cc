"""Targets and predictions of torchvision's detection models."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from maskengine import _arrays
from maskengine._columns import column
from maskengine._listing import NOT_READ, told
from maskengine.errors import MaskTypeError, ShapeMismatch, shown
from maskengine.ops.area import area
from maskengine.ops.bbox import bbox
from maskengine.ops.decode import decode
from maskengine.ops.encode import encode
from maskengine.values import Masks, runs_of


def from_torchvision(target: Any, *, threshold: float = 0.5) -> Masks:
    """Take the masks of a target, or of a prediction, of a torchvision detection model.

    Parameters
    ----------
    target : dict
        With ``masks``: (N, H, W) of a target, or (N, 1, H, W) of a prediction; a tensor, on a CUDA
        device too, or an array.
    threshold : float, default 0.5
        What a probability must be above. Read for floating-point masks alone.

    Returns
    -------
    Masks
        N masks, on the device of the tensor.

    Raises
    ------
    MaskTypeError
        If there are no masks, or of a type that `maskengine.encode` does not take.
    ShapeMismatch
        If they are of another shape.

    Notes
    -----
    The dictionaries are those of ``torchvision.models.detection.MaskRCNN``.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine import adapters
    >>> adapters.from_torchvision({"masks": np.float32([[[[0.2, 0.7]]]])})
    Masks(1 mask, 2 runs, size (1, 2))
    """
    if not isinstance(target, Mapping):
        raise MaskTypeError("expected a dict with 'masks'", parameter="target")
    target = told(target, "target")
    if "masks" not in target:
        raise MaskTypeError("expected a dict with 'masks'", parameter="target")
    masks = target["masks"]
    if not hasattr(masks, "dtype"):
        masks = _arrays.as_array(masks, "masks")
    try:
        shape = tuple(np.shape(masks))
        if len(shape) == 4 and shape[1] == 1:
            masks, shape = masks[:, 0], (shape[0], *shape[2:])
    except NOT_READ as error:  # nested tensors, whose rows are of several lengths
        raise MaskTypeError(f"expected an array: {error}", parameter="masks") from error
    if len(shape) != 3:
        raise ShapeMismatch(
            f"expected shape (N, H, W) or (N, 1, H, W), got {shape}", parameter="masks"
        )
    floating = "float" in str(masks.dtype)  # of NumPy, CuPy and PyTorch
    return encode(masks, threshold=threshold if floating else None)


def to_torchvision(
    masks: Masks,
    labels: Any,
    *,
    image_id: int = 0,
    crowd: Any = 0,
    tensor: Callable[[Any], Any] | None = None,
) -> dict[str, Any]:
    """Give masks as the target of a torchvision detection model.

    Parameters
    ----------
    masks : Masks
        N masks of one size, each with a pixel at least: the models refuse boxes without an area.
    labels : array_like of int, shape (N,), or int
        Class of each, from 1; 0 is the background.
    image_id : int, default 0
        Number of the image.
    crowd : array_like, shape (N,), or bool
        Whether each is a crowd.
    tensor : callable, optional
        Makes a tensor of an array: ``torch.from_numpy``. Default: arrays.

    Returns
    -------
    dict
        ``boxes`` float32 (N, 4), left, top, right, bottom; ``labels`` int64; ``masks`` uint8
        (N, H, W); ``area`` float32; ``iscrowd`` int64; ``image_id`` int.

    Raises
    ------
    ShapeMismatch
        If the masks are not of one size, or there is not one value for each.

    Examples
    --------
    >>> import maskengine as me
    >>> from maskengine import adapters
    >>> target = adapters.to_torchvision(me.Masks([2, 3, 1], [0, 3], [(2, 3)]), [4])
    >>> target["boxes"].tolist(), target["labels"].tolist(), target["masks"].shape
    ([[1.0, 0.0, 3.0, 2.0]], [4], (1, 2, 3))
    """
    n = len(runs_of(masks))
    if not _arrays.is_whole(image_id):
        raise MaskTypeError(f"expected an integer, got {shown(image_id)}", parameter="image_id")
    arrays = {
        "boxes": bbox(masks, format="xyxy").astype(np.float32),
        "labels": column(labels, n, "labels", np.int64),
        "masks": decode(masks, dtype=np.uint8),
        "area": area(masks).astype(np.float32),
        "iscrowd": column(crowd, n, "crowd", bool).astype(np.int64),
    }
    made = arrays if tensor is None else {key: tensor(array) for key, array in arrays.items()}
    return {**made, "image_id": int(image_id)}
