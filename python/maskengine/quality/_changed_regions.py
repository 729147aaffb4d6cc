"""Regions of pixels that go, or should go, from one label to another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine.errors import MaskError, shown
from maskengine.ops.boundary import boundary
from maskengine.ops.label import label

Kind = Literal["boundary", "interior"]

_SHARE = 0.9  # of a region near a border of labels, from which it is a matter of the boundary


@dataclass(frozen=True, eq=False)
class ChangedRegions:
    """K regions, in columns: each is connected (8), and has one label before and one after.

    Parameters
    ----------
    before, after : numpy.ndarray
        (K,): the labels, in the dtype of the map.
    area : numpy.ndarray
        int64 (K,): pixels.
    near : numpy.ndarray
        int64 (K,): those of them that are within the width of a border between labels before.
    mass : numpy.ndarray
        float64 (K,): how strongly the pixels speak for the change, added up; the area where they
        have changed.
    bbox : numpy.ndarray
        int64 (K, 4): left, top, width, height, in pixels.
    first_pixel : numpy.ndarray
        int64 (K, 2): x and y of the first pixel in raster order.
    kind : tuple of str
        ``"boundary"``: at least nine tenths of its pixels are near a border, and it is no whole
        region of its label before; else ``"interior"``.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import diff
    >>> before = np.zeros((9, 9), np.uint8)
    >>> after = before.copy()
    >>> after[2:7, 2:7] = 4
    >>> regions = diff(before, after).regions
    >>> len(regions), regions.area, regions.after, regions.kind
    (1, array([25]), array([4], dtype=uint8), ('interior',))
    """

    before: npt.NDArray[Any]
    after: npt.NDArray[Any]
    area: npt.NDArray[np.int64]
    near: npt.NDArray[np.int64]
    mass: npt.NDArray[np.float64]
    bbox: npt.NDArray[np.int64]
    first_pixel: npt.NDArray[np.int64]
    kind: tuple[Kind, ...]

    def __len__(self) -> int:
        return len(self.area)

    def take(self, rows: npt.NDArray[np.int64]) -> ChangedRegions:
        """Give some regions, in the order of `rows`."""
        return ChangedRegions(
            self.before[rows],
            self.after[rows],
            self.area[rows],
            self.near[rows],
            self.mass[rows],
            self.bbox[rows],
            self.first_pixel[rows],
            tuple(self.kind[row] for row in rows.tolist()),
        )


def as_width(width: Any) -> int:
    """Check the width of a band along borders, in pixels."""
    if not _arrays.is_whole(width):
        raise MaskError(f"expected a whole number, got {shown(width)}"[:200], parameter="width")
    if not 0 <= width < 2**20:
        raise MaskError(f"expected 0 to 1048575 pixels, got {shown(width)}", parameter="width")
    return int(width)


def border_band(label_map: npt.NDArray[Any], width: int) -> npt.NDArray[np.bool_]:
    """Say which pixels have another label within `width` rows and columns."""
    if width == 0 or label_map.size == 0:
        return np.zeros(label_map.shape, np.bool_)
    return boundary(label_map, width, "both", border="foreground", kind="labels")


def regions_of(
    before: npt.NDArray[Any],
    numbers: npt.NDArray[np.uint32],
    pairs: npt.NDArray[Any],
    near: npt.NDArray[np.bool_],
    weight: npt.NDArray[Any] | None = None,
) -> ChangedRegions:
    """Find the regions of pixels of one number; number n, from 1 on, is of the labels pairs[n - 1].

    ``weight`` of the pixels with a number, in raster order, is added up; 1 by default.
    """
    image, n, stats = label(numbers, 8, kind="labels", stats=True)
    at = np.flatnonzero(image)
    region = image.ravel()[at].astype(np.int64) - 1
    found = np.bincount(region[near.ravel()[at]], minlength=n).astype(np.int64)
    strength = np.ones(at.size) if weight is None else weight
    mass = np.bincount(region, strength, minlength=n).astype(np.float64)
    is_boundary = found >= _SHARE * stats.area
    asked = is_boundary[region]
    is_boundary &= ~_are_whole(before, image, at[asked], region[asked], n)
    labels = pairs[stats.label.astype(np.int64) - 1]
    kinds: tuple[Kind, ...] = tuple("boundary" if one else "interior" for one in is_boundary)
    return ChangedRegions(
        labels[:, 0], labels[:, 1], stats.area, found, mass, stats.bbox, stats.first_pixel, kinds
    )


def _are_whole(
    before: npt.NDArray[Any],
    image: npt.NDArray[Any],
    at: npt.NDArray[np.int64],
    region: npt.NDArray[np.int64],
    n: int,
) -> npt.NDArray[np.bool_]:
    """Say which regions no pixel touches that has their label and is not of them."""
    whole = np.ones(n, np.bool_)
    height, width = image.shape
    for dy, dx in ((0, 1), (1, -1), (1, 0), (1, 1), (0, -1), (-1, 1), (-1, 0), (-1, -1)):
        y, x = np.divmod(at, max(width, 1))
        inside = (x + dx >= 0) & (x + dx < width) & (y + dy >= 0) & (y + dy < height)
        y, x, own = y[inside], x[inside], region[inside]
        y1, x1 = y + dy, x + dx
        same = (before[y, x] == before[y1, x1]) & (image[y1, x1] != own + 1)
        whole[own[same]] = False
        left = whole[region]  # most regions are found out at the first looks
        at, region = at[left], region[left]
    return whole
