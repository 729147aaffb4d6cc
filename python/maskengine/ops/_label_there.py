"""Connected components of arrays and batches on a CUDA device."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine._device import as_target, same_device
from maskengine.errors import MaskError, ShapeMismatch
from maskengine.values import DeviceRuns, wrap


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
    """Give an image, masks or None, the number of components, and what was measured of them."""
    array = _arrays.as_device_masks(device.view(source), "source")
    if output == "masks" and valued and array.ndim != 2:
        raise ShapeMismatch(
            f"expected a label map (H, W) for 'masks', got {array.shape}", parameter="source"
        )
    same_device(device, out=out)
    with_image = output is None or output == "image"
    image = _image(device, array.shape, out, dtype) if with_image else None
    items = array.shape[0] if array.ndim == 3 else 1
    with device.queue() as queue:
        found = device.native.label(queue, array, valued, corners)
        counts = device.from_memory(*found.counts, np.int64)
        columns = _measured(device, queue, found, array, items) if stats else {}
        if image is not None:
            _check_holds(image, found, queue, "dtype" if out is None else "out")
            found.paint(queue, image)
    n = counts if array.ndim == 3 else counts.reshape(())
    if output == "masks":
        sizes = np.tile(np.array(array.shape[-2:], np.int64), (items, 1))
        return _parts(device, found, counts, sizes), n, columns
    return image if out is None else out, n, columns


def label_masks_there(
    runs: DeviceRuns, *, corners: bool, stats: bool, output: str | None
) -> tuple[Any, Any, dict[str, Any]]:
    """Give the components of a batch as masks or None, their numbers, and what was measured."""
    device = runs.device
    with device.queue() as queue:
        found = device.native.label_masks(queue, runs, corners)
        counts = device.from_memory(*found.counts, np.int64)
        columns = _measured(device, queue, found, None, len(runs)) if stats else {}
    parts = None if output == "none" else _parts(device, found, counts, runs.sizes)
    return parts, counts, columns


def _parts(device: Any, found: Any, counts: Any, sizes: npt.NDArray[np.int64]) -> Any:
    """Give a mask for each component; waits for how many there are in each of the masks."""
    each = np.repeat(sizes, device.download(counts), axis=0)
    with device.queue() as queue:
        given = found.masks(queue, sizes, each)
    return wrap(DeviceRuns.from_native(device, given, each))


def _check_holds(image: Any, found: Any, queue: Any, name: str) -> None:
    height, width = image.shape[-2:]
    largest = int(np.iinfo(image.dtype).max)
    if largest < height * width and (most := found.most(queue)) > largest:
        raise MaskError(
            f"expected a dtype that holds {most} components, got {image.dtype}", parameter=name
        )


def _image(device: Any, shape: tuple[int, ...], out: Any, dtype: Any) -> Any:
    if out is None:
        kind = np.dtype(np.uint32) if dtype is None else _arrays.as_label_dtype(dtype)
        return device.empty(shape, kind)
    if dtype is not None:
        raise MaskError("expected no dtype= with out=", parameter="dtype")
    image = as_target(device, out)
    _arrays.check_out_there(image, shape)
    _arrays.as_label_dtype(image.dtype)
    return image


def _measured(device: Any, queue: Any, found: Any, array: Any, items: int) -> dict[str, Any]:
    n = found.total(queue)
    columns = {  # in the order of the native call
        "offsets": device.empty((items + 1,), np.int64),
        "area": device.empty((n,), np.int64),
        "bbox": device.empty((n, 4), np.int64),
        "centroid": device.empty((n, 2), np.float64),
        "first_pixel": device.empty((n, 2), np.int64),
        "touches_border": device.empty((n,), bool),
        "perimeter": device.empty((n,), np.int64),
        "holes": device.empty((n,), np.int64),
        "label": device.empty((n,), bool if array is None else array.dtype),
    }
    found.measure(queue, array, n, list(columns.values()))
    return columns
