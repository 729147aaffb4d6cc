"""Slow truths about connected regions: plain searches, short enough to be read as definitions."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]
_SIDES = ((0, 1), (1, 0), (0, -1), (-1, 0))
_CORNERS = ((1, 1), (1, -1), (-1, 1), (-1, -1))


def components(values: npt.ArrayLike, connectivity: int) -> tuple[Numbers, int]:
    """Find the components of equal values that are not zero, numbered in raster order.

    Examples
    --------
    >>> components([[1, 0, 2], [1, 2, 0]], 8)
    (array([[1, 0, 2],
           [1, 2, 0]]), 2)
    """
    array = np.asarray(values)
    numbers = np.zeros(array.shape, np.int64)
    steps = _SIDES + (_CORNERS if connectivity == 8 else ())
    height, width = array.shape
    n = 0
    for y, x in zip(*np.nonzero(array), strict=True):
        if numbers[y, x]:
            continue
        n += 1
        numbers[y, x] = n
        found = [(int(y), int(x))]
        for py, px in found:
            for dy, dx in steps:
                qy, qx = py + dy, px + dx
                inside = 0 <= qy < height and 0 <= qx < width
                if inside and not numbers[qy, qx] and array[qy, qx] == array[py, px]:
                    numbers[qy, qx] = n
                    found.append((qy, qx))
    return numbers, n


def voxel_components(values: npt.ArrayLike, connectivity: int) -> tuple[Numbers, int]:
    """Find the components of equal values that are not zero in a volume, in raster order.

    Examples
    --------
    >>> voxel_components([[[1, 0]], [[0, 1]]], 6)[1], voxel_components([[[1, 0]], [[0, 1]]], 18)[1]
    (2, 1)
    """
    array = np.asarray(values)
    numbers = np.zeros(array.shape, np.int64)
    most = {6: 1, 18: 2, 26: 3}[connectivity]  # coordinates that may differ
    around = [
        step for step in itertools.product((-1, 0, 1), repeat=3) if 0 < sum(map(abs, step)) <= most
    ]
    n = 0
    for start in zip(*np.nonzero(array), strict=True):
        if numbers[start]:
            continue
        n += 1
        numbers[start] = n
        found = [start]
        for voxel in found:
            for step in around:
                other = tuple(int(a + b) for a, b in zip(voxel, step, strict=True))
                inside = all(0 <= a < n_a for a, n_a in zip(other, array.shape, strict=True))
                if inside and not numbers[other] and array[other] == array[voxel]:
                    numbers[other] = n
                    found.append(other)
    return numbers, n


def voxel_measures(numbers: Numbers, n: int) -> dict[str, list[Any]]:
    """Measure the components 1..n of a volume of their numbers."""
    out: dict[str, list[Any]] = {
        name: [] for name in ("voxels", "bbox", "centroid", "first_voxel", "touches_border")
    }
    for k in range(1, n + 1):
        places = np.argwhere(numbers == k)[:, ::-1]  # x, y, z
        low, high = places.min(axis=0), places.max(axis=0) + 1
        out["voxels"].append(len(places))
        out["bbox"].append([*low.tolist(), *(high - low).tolist()])
        out["centroid"].append((places + 0.5).mean(axis=0).tolist())
        out["first_voxel"].append(places[0].tolist())
        out["touches_border"].append(bool((low == 0).any() or (high == numbers.shape[::-1]).any()))
    return out


def holes(mask: npt.ArrayLike, connectivity: int) -> int:
    """Count the holes of a mask: components of the background that do not reach the outside.

    Examples
    --------
    >>> holes([[1, 1, 1], [1, 0, 1], [1, 1, 1]], 8)
    1
    """
    outside = np.pad(np.asarray(mask) == 0, 1, constant_values=True)
    return components(outside, 12 - connectivity)[1] - 1


def enclosed(values: npt.ArrayLike, component: npt.ArrayLike, connectivity: int) -> Numbers:
    """Find the pieces of what a component cuts off from the outside, numbered from 1.

    Ways lead over pixel edges; over corners for connectivity 4, and inside other components.

    Examples
    --------
    >>> ring = np.array([[1, 1, 1], [1, 0, 1], [1, 1, 1]])
    >>> enclosed(ring, ring == 1, 8)
    array([[0, 0, 0],
           [0, 1, 0],
           [0, 0, 0]])
    """
    array = np.pad(np.asarray(values), 1)
    free = ~np.pad(np.asarray(component) != 0, 1)
    height, width = array.shape
    numbers = np.where(free, -1, 0)

    def search(y: int, x: int, number: int) -> None:
        numbers[y, x] = number
        found = [(y, x)]
        for py, px in found:
            for dy, dx in _SIDES + _CORNERS:
                qy, qx = py + dy, px + dx
                if not (0 <= qy < height and 0 <= qx < width) or numbers[qy, qx] != -1:
                    continue
                inside = array[py, px] == array[qy, qx] != 0
                if 0 in {dy, dx} or connectivity == 4 or inside:
                    numbers[qy, qx] = number
                    found.append((qy, qx))

    search(0, 0, 0)
    n = 0
    for y, x in zip(*np.nonzero(numbers == -1), strict=True):
        if numbers[y, x] == -1:
            n += 1
            search(int(y), int(x), n)
    return numbers[1:-1, 1:-1]


def outline(mask: npt.ArrayLike) -> int:
    """Count the pixel edges between foreground and the rest.

    Examples
    --------
    >>> outline([[1, 1]])
    6
    """
    padded = np.pad(np.asarray(mask) != 0, 1)
    return int((padded[1:] != padded[:-1]).sum() + (padded[:, 1:] != padded[:, :-1]).sum())


def measures(numbers: Numbers, n: int, connectivity: int) -> dict[str, list[Any]]:
    """Measure the components 1..n of an image of their numbers."""
    out: dict[str, list[Any]] = {name: [] for name in _MEASURES}
    height, width = numbers.shape
    for k in range(1, n + 1):
        mask = numbers == k
        y, x = np.nonzero(mask)
        left, top, right, bottom = x.min(), y.min(), x.max() + 1, y.max() + 1
        out["area"].append(int(mask.sum()))
        out["bbox"].append([int(left), int(top), int(right - left), int(bottom - top)])
        out["centroid"].append([float((x + 0.5).mean()), float((y + 0.5).mean())])
        out["first_pixel"].append([int(x[0]), int(y[0])])
        out["touches_border"].append(
            bool(left == 0 or top == 0 or right == width or bottom == height)
        )
        out["perimeter"].append(outline(mask))
        out["holes"].append(holes(mask, connectivity))
    return out


_MEASURES = ("area", "bbox", "centroid", "first_pixel", "touches_border", "perimeter", "holes")
