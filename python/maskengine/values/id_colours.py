"""Segment ids of panoptic maps as the three bytes of a pixel, and back."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine.errors import MaskError, MaskTypeError, ShapeMismatch

#: Ids end before this one: three bytes of a pixel.
ID_LIMIT = 2**24


def ids_to_rgb(label_map: Any) -> npt.NDArray[np.uint8]:
    """Write segment ids as colours: id = red + 256 green + 65536 blue.

    Parameters
    ----------
    label_map : array_like
        Shape (H, W), any integer dtype, with ids in [0, 2^24).

    Returns
    -------
    numpy.ndarray
        uint8 (H, W, 3): red, green, blue.

    Raises
    ------
    MaskTypeError
        If `label_map` is no array of integers.
    ShapeMismatch
        If it is not of two dimensions.
    MaskError
        If an id is out of range; says where.

    Notes
    -----
    The packing of COCO panoptic PNGs (``id2rgb`` of panopticapi).

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import ids_to_rgb
    >>> ids_to_rgb(np.array([[1, 256, 66051]])).tolist()
    [[[1, 0, 0], [0, 1, 0], [3, 2, 1]]]
    """
    array = _arrays.as_label_map(label_map, "label_map")
    if array.size and (int(array.min()) < 0 or int(array.max()) >= ID_LIMIT):
        y, x = np.argwhere((array < 0) | (array >= ID_LIMIT))[0].tolist()
        raise MaskError(
            f"expected ids in [0, {ID_LIMIT}), got {array[y, x]} at pixel (x, y) = ({x}, {y})",
            parameter="label_map",
        )
    wide = np.ascontiguousarray(array, "<u4").view(np.uint8).reshape(*array.shape, 4)
    out = np.empty((*array.shape, 3), np.uint8)
    for channel in range(3):  # three times as fast as to copy three values a pixel
        out[..., channel] = wide[..., channel]
    return out


def rgb_to_ids(image: Any) -> npt.NDArray[np.uint32]:
    """Read segment ids from colours: id = red + 256 green + 65536 blue.

    Parameters
    ----------
    image : array_like
        uint8 (H, W, 3): red, green, blue. OpenCV reads blue, green, red: turn it with
        ``image[..., ::-1]`` first.

    Returns
    -------
    numpy.ndarray
        uint32 (H, W).

    Raises
    ------
    MaskTypeError
        If `image` is no array of uint8.
    ShapeMismatch
        If it is not of shape (H, W, 3): an alpha channel or a palette is no part of an id.

    Notes
    -----
    The packing of COCO panoptic PNGs (``rgb2id`` of panopticapi).

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import rgb_to_ids
    >>> rgb_to_ids(np.array([[[3, 2, 1]]], np.uint8))
    array([[66051]], dtype=uint32)
    """
    array = _arrays.as_array(image, "image")
    if array.ndim != 3 or array.shape[2] != 3:
        raise ShapeMismatch(f"expected shape (H, W, 3), got {array.shape}", parameter="image")
    if array.dtype != np.uint8:
        raise MaskTypeError(f"expected uint8, got {array.dtype}", parameter="image")
    wide = np.empty((*array.shape[:2], 4), np.uint8)
    wide[..., 3] = 0
    for channel in range(3):
        wide[..., channel] = array[..., channel]
    return wide.view("<u4")[..., 0].astype(np.uint32, copy=False)
