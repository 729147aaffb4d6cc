"""Flood fill of images on a CUDA device."""

from __future__ import annotations

from typing import Any

import numpy as np

from maskengine import _arrays
from maskengine._device import as_target, device_of
from maskengine._listing import dimensions
from maskengine.errors import MaskTypeError, ShapeMismatch, shown
from maskengine.ops import _flooding, _pixels
from maskengine.values import DeviceRuns, Masks, common_size, runs_of, wrap


def flood_there(
    device: Any,
    image: Any,
    seed: Any,
    *,
    tolerance: Any,
    floating: bool,
    corners: bool,
    limits: dict[str, Any],
    out: Any,
    value: int,
) -> tuple[Masks, tuple[int, int, int, int], int, bool]:
    """Check as flood does and give its masks, box, area, and whether it is complete."""
    array = device.view(image)
    _pixels.check_image(array, "image")
    _arrays.check_aligned(array, "image")
    channels = 1 if array.ndim == 2 else array.shape[2]
    below, above = _flooding.as_sides(tolerance, channels, real=array.dtype.kind == "f")
    size = tuple(array.shape[:2])
    places = np.array(_pixels.as_pixels(seed, "seed", size), np.int64).reshape(-1, 2)
    blocked, values = _as_barrier(device, limits["barrier"], array, size)
    box, inside = _as_region(device, limits["region"], size)
    target, bits = None, 0
    if out is not None:
        target = as_target(device, out)
        _arrays.check_out_there(target, size)
        bits = _arrays.as_value(value, target.dtype)
    left, top, right, bottom = box
    box = (max(left, 0), max(top, 0), min(right, size[1]), min(bottom, size[0]))
    box = (box[0], box[1], max(box[0], box[2]), max(box[1], box[3]))
    ranges = device.upload(np.array(values, np.uint64).reshape(-1, 2)) if values else None
    with device.queue() as queue:
        given, found, area, complete = device.native.flood(
            queue,
            array,
            device.upload(places),
            below,
            above,
            floating,
            corners,
            box,
            _pixels.as_max_area(limits["max_area"]),
            blocked,
            inside,
            ranges,
            target,
            bits,
        )
    if area:
        found = tuple(side + box[k % 2] for k, side in enumerate(found))
    return wrap(DeviceRuns.from_native(device, given, [size])), found, area, complete


def _on(device: Any, value: Any, name: str) -> Any:
    other = device_of(value)
    if other is not device:
        raise MaskTypeError(f"expected an array on {device.name}", parameter=name)
    return device.view(value)


def _as_mask(device: Any, mask: Any, name: str, size: tuple[int, ...]) -> Any:
    if isinstance(mask, Masks):
        runs = runs_of(mask, name, cuda=True)
        if not isinstance(runs, DeviceRuns) or runs.device is not device:
            raise MaskTypeError(f"expected masks on {device.name}", parameter=name)
        if len(runs) != 1 or common_size(runs, name) != size:
            raise ShapeMismatch(
                f"expected one mask of size {size}, got {shown(mask)}", parameter=name
            )
        dense = device.empty((1, *size), np.uint8)
        with device.queue() as queue:
            device.native.decode(queue, runs, dense, 1)
        return dense
    array = _arrays.as_device_masks(_on(device, mask, name), name)
    if tuple(array.shape) != size:
        raise ShapeMismatch(f"expected shape {size}, got {array.shape}", parameter=name)
    return array


def _as_barrier(
    device: Any, barrier: Any, image: Any, size: tuple[int, ...]
) -> tuple[Any, list[tuple[int, int]]]:
    if isinstance(barrier, Masks) or dimensions(barrier, "barrier") >= 2:
        return _as_mask(device, barrier, "barrier", size), []
    return _flooding.as_barrier(barrier, image)


def _as_region(
    device: Any, region: Any, size: tuple[int, ...]
) -> tuple[tuple[int, int, int, int], Any]:
    if isinstance(region, Masks) or dimensions(region, "region") >= 2:
        return (0, 0, size[1], size[0]), _as_mask(device, region, "region", size)
    if region is None:
        return (0, 0, size[1], size[0]), None
    return _pixels.as_box(region, "region"), None
