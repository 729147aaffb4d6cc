"""What functions that clean regions share: their arguments, and the report of what changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine.errors import LimitExceeded, MaskError, MaskTypeError, shown

Limits = tuple[npt.NDArray[np.uint64], npt.NDArray[np.int64], int]


@dataclass(frozen=True, eq=False)
class RegionChanges:
    """Which components got another value, in columns: one row for each component.

    Of a stack or a batch, the components of mask i are rows ``offsets[i]`` to ``offsets[i + 1]``,
    in raster order of their first pixels.

    Parameters
    ----------
    offsets : numpy.ndarray
        int64 (N + 1,): where the components of each of N masks start and end.
    area : numpy.ndarray
        int64 (K,): pixels.
    bbox : numpy.ndarray
        int64 (K, 4): left, top, width, height, in pixels.
    centroid : numpy.ndarray
        float64 (K, 2): mean of the pixel centres, x and y.
    first_pixel : numpy.ndarray
        int64 (K, 2): x and y of the first pixel in raster order.
    before, after : numpy.ndarray
        (K,): the value of the first pixel before and after, in the dtype of the source.

    Examples
    --------
    >>> import numpy as np
    >>> import maskengine as me
    >>> specks = np.array([[1, 1, 0, 1], [1, 1, 0, 0]])
    >>> cleaned, changes = me.remove_small(specks, 2, report=True)
    >>> changes.pixels, changes.bbox.tolist()
    (1, [[3, 0, 1, 1]])
    """

    offsets: npt.NDArray[np.int64]
    area: npt.NDArray[np.int64]
    bbox: npt.NDArray[np.int64]
    centroid: npt.NDArray[np.float64]
    first_pixel: npt.NDArray[np.int64]
    before: npt.NDArray[Any]
    after: npt.NDArray[Any]

    @property
    def pixels(self) -> int:
        """How many pixels changed, in all."""
        return int(self.area.sum())

    def __len__(self) -> int:
        return len(self.area)


def changes_of(found: Any, dtype: np.dtype[Any]) -> RegionChanges:
    """Give what a kernel reports as columns."""
    counts, (area, bbox, centroid, first, *_), before, after = found
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    values = [_arrays.from_bits(bits, dtype) for bits in (before, after)]
    return RegionChanges(offsets, area, bbox, centroid, first, *values)


def target(source: npt.NDArray[Any], out: Any, name: str = "source") -> npt.NDArray[Any]:
    """Give the array to change: `out`, or a new one; it then holds a copy of `source`."""
    if max(source.shape[-2:]) >= 2**31:
        raise LimitExceeded(f"expected sides below 2^31, got {source.shape}", parameter=name)
    if out is None:
        return source.copy(order="K")
    _arrays.check_out_like(out, source.shape)
    result: npt.NDArray[Any] = out
    if out.dtype != source.dtype:
        raise MaskTypeError(
            f"expected the dtype of the source, {source.dtype}, got {out.dtype}", parameter="out"
        )
    if result is not source:
        np.copyto(result, source)
    return result


def as_pixels(value: Any, name: str) -> int:
    """Check a number of pixels."""
    if not _arrays.is_whole(value) or value < 0:
        raise MaskError(
            f"expected a number of pixels, 0 or more, got {shown(value)}", parameter=name
        )
    return min(int(value), 2**63 - 1)


def as_limits(value: Any, dtype: np.dtype[Any], *, valued: bool) -> Limits:
    """Check one number of pixels, or a mapping of labels to them: 0 for those it lacks."""
    none = np.empty(0, np.uint64), np.empty(0, np.int64)
    if not isinstance(value, Mapping):
        return *none, as_pixels(value, "min_area")
    if not valued:
        raise MaskError("expected one number for kind='mask'", parameter="min_area")
    low, high = _arrays.value_range(dtype)
    bits = {}
    for label, pixels in value.items():
        if not _arrays.is_whole(label):
            raise MaskError(f"expected integer labels, got {shown(label)}", parameter="min_area")
        if low <= label <= high:  # others cannot occur
            bits[int(label) % 2 ** (8 * dtype.itemsize)] = as_pixels(pixels, "min_area")
    labels = np.array(sorted(bits), np.uint64)
    return labels, np.array([bits[int(label)] for label in labels], np.int64), 0
