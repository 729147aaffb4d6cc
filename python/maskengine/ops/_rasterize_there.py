"""Polygons filled on a CUDA device."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine._device import as_target, device_of
from maskengine.errors import LimitExceeded, MaskError, shown
from maskengine.values import DeviceRuns

_LIMITS = {"exact": 2.0**31, "coco": 1e300}


def fill_there(
    device: Any,
    columns: Any,
    sizes: npt.NDArray[np.int64],
    *,
    rule: str,
    numbers: tuple[int, int],
) -> DeviceRuns:
    """Check as rasterize does what goes to a device, and fill there; `numbers` name the rules."""
    if rule not in _LIMITS:
        raise MaskError(
            f"expected 'exact' or 'coco' on a CUDA device, got {shown(rule)}", parameter="rule"
        )
    coords, rings, polygons, items = _rebased(columns)
    _check_coordinates(coords, rings, polygons, items, _LIMITS[rule])
    one_each = bool((np.diff(items) == 1).all())
    there = [device.upload(np.ascontiguousarray(c)) for c in (coords, rings, polygons, items)]
    with device.queue() as queue:
        given = device.native.rasterize(queue, *there, one_each, sizes, *numbers)
    return DeviceRuns.from_native(device, given, sizes)


def formed_there(
    runs: DeviceRuns,
    size: tuple[int, int],
    out: Any,
    *,
    numbers: npt.NDArray[np.int64] | None,
    order: npt.NDArray[np.int64],
    value: Any,
) -> Any:
    """Give what was filled in the form asked for; with numbers, as a label map."""
    device = runs.device
    given = None if isinstance(out, str) else _checked(device, out)
    n = len(runs)
    if numbers is None:
        if given is None:
            _arrays.check_dense(n, *size, "polygons")
        stack = device.empty((n, *size), bool) if given is None else given
        if given is not None:
            _arrays.check_out_there(given, (n, *size), size if n == 1 else None)
        with device.queue() as queue:
            device.native.decode(queue, runs, stack, _arrays.as_value(value, stack.dtype))
        return stack if given is None else out
    if given is None:
        _arrays.check_dense(1, *size, "polygons")
        dtype = np.min_scalar_type(int(numbers.max(initial=0)))
        target = device.upload(np.zeros(size, dtype))
    else:
        target = given
        _arrays.check_out_there(target, size)
    low, high = (0, 2**32 - 1) if given is None else _arrays.value_range(target.dtype)
    bad = np.flatnonzero((numbers < low) | (numbers > high))
    if bad.size:
        raise MaskError(
            f"expected a label in [{low}, {high}], got {numbers[bad[0]]}",
            parameter="labels",
            index=int(bad[0]),
        )
    ranks = np.empty(n, np.uint32)
    ranks[order] = np.arange(1, n + 1)
    with device.queue() as queue:
        device.native.paint_labels(
            queue, runs, device.upload(ranks), device.upload(numbers[order]), target
        )
    return target if given is None else out


def _checked(device: Any, out: Any) -> Any:
    if device_of(out) is not device:
        raise MaskError(
            f"expected 'runs' or 'dense' or 'labels' or an array on {device.name}", parameter="out"
        )
    return as_target(device, out)


def _rebased(columns: Any) -> tuple[npt.NDArray[Any], ...]:
    """Give coordinates and offsets of a batch, all of which start at zero."""
    items = columns.item_offsets
    polygons = columns.polygon_offsets[items[0] : items[-1] + 1]
    rings = columns.ring_offsets[polygons[0] : polygons[-1] + 1]
    coords = columns.coords[rings[0] : rings[-1]]
    return coords, rings - rings[0], polygons - polygons[0], items - items[0]


def _check_coordinates(coords: Any, rings: Any, polygons: Any, items: Any, limit: float) -> None:
    if not coords.size or max(coords.max(), -coords.min()) <= limit:
        return
    vertex = int(np.flatnonzero((np.abs(coords) > limit).any(axis=1))[0])
    ring = int(np.searchsorted(rings, vertex, side="right")) - 1
    polygon = int(np.searchsorted(polygons, ring, side="right")) - 1
    item = int(np.searchsorted(items, polygon, side="right")) - 1
    first = int(polygons[items[item]])
    raise LimitExceeded(
        f"ring {ring - first}: expected coordinates within {limit:f} pixels of 0, "
        f"got {coords[vertex].tolist()}; clip the polygon to the image first"[:300],
        parameter="polygons",
        index=item,
    )
