"""Connected components of arrays on a CUDA device."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine._device import same_device
from maskengine.errors import MaskError


def label_there(
    device: Any,
    source: Any,
    *,
    valued: bool,
    corners: bool,
    stats: bool,
    output: str | None,
    out: Any,
    dtype: npt.DTypeLike | None,
) -> tuple[Any, Any, dict[str, Any]]:
    """Give the image or None, the number of components, and what was measured of them."""
    if output == "masks":
        raise MaskError("expected 'image' or 'none' on a CUDA device", parameter="output")
    array = _arrays.as_device_masks(device.view(source), "source")
    same_device(device, out=out)
    image = None if output == "none" else _image(device, array.shape, out, dtype)
    with device.queue() as queue:
        found = device.native.label(queue, array, valued, corners)
        columns = _measured(device, queue, found, array) if stats else {}
        if image is not None:
            height, width = array.shape[-2:]
            largest = int(np.iinfo(image.dtype).max)
            if largest < height * width and found.most(queue) > largest:
                raise MaskError(
                    f"expected a dtype that holds {found.most(queue)} components, "
                    f"got {image.dtype}",
                    parameter="dtype" if out is None else "out",
                )
            found.paint(queue, image)
        counts = device.from_memory(*found.counts, np.int64)
    n = counts if array.ndim == 3 else counts.reshape(())
    return image if out is None else out, n, columns


def _image(device: Any, shape: tuple[int, ...], out: Any, dtype: Any) -> Any:
    if out is None:
        kind = np.dtype(np.uint32) if dtype is None else _arrays.as_label_dtype(dtype)
        return device.empty(shape, kind)
    if dtype is not None:
        raise MaskError("expected no dtype= with out=", parameter="dtype")
    image = device.view(out)
    _arrays.check_out_there(image, shape)
    _arrays.as_label_dtype(image.dtype)
    return image


def _measured(device: Any, queue: Any, found: Any, array: Any) -> dict[str, Any]:
    n = found.total(queue)
    items = array.shape[0] if array.ndim == 3 else 1
    columns = {  # in the order of the native call
        "offsets": device.empty((items + 1,), np.int64),
        "area": device.empty((n,), np.int64),
        "bbox": device.empty((n, 4), np.int64),
        "centroid": device.empty((n, 2), np.float64),
        "first_pixel": device.empty((n, 2), np.int64),
        "touches_border": device.empty((n,), bool),
        "perimeter": device.empty((n,), np.int64),
        "holes": device.empty((n,), np.int64),
        "label": device.empty((n,), array.dtype),
    }
    found.measure(queue, array, n, list(columns.values()))
    return columns
