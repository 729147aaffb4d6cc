"""What a correction changed: pixels, transitions, regions, and a patch that makes it again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine._backend import core
from maskengine.errors import MaskTypeError, ShapeMismatch
from maskengine.ops.joint import Joint, joint
from maskengine.quality._changed_regions import (
    ChangedRegions,
    as_width,
    border_band,
    regions_of,
)
from maskengine.values import Patch, native_patch


@dataclass(frozen=True, eq=False)
class Difference:
    """What :func:`diff` found.

    Parameters
    ----------
    patch : Patch
        The change as a value: applied by :func:`apply_patch`, taken back by its inverse.
    transitions : Joint
        Pixels by label before and label after, those that stay included. Rows of one label before
        sum to its area before. Of several frames they add up.
    regions : ChangedRegions
        The changed regions, in raster order of their first pixels.
    boundary, interior : int
        Changed pixels that are within the width of a border between labels before, and the others.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import diff
    >>> found = diff(np.array([[1, 1, 2]]), np.array([[1, 2, 2]]))
    >>> found.changed, found.boundary, found.transitions.labels.tolist()
    (1, 1, [[1, 1], [1, 2], [2, 2]])
    """

    patch: Patch
    transitions: Joint
    regions: ChangedRegions
    boundary: int
    interior: int

    @property
    def changed(self) -> int:
        """Pixels that changed."""
        return self.patch.area

    @property
    def pixels(self) -> int:
        """Pixels of the map."""
        return self.patch.size[0] * self.patch.size[1]

    def matrix(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Give the transitions as a matrix.

        Returns
        -------
        labels : numpy.ndarray
            int64 (L,): all labels before or after, ascending.
        counts : numpy.ndarray
            int64 (L, L): row, label before; column, label after.

        Examples
        --------
        >>> import numpy as np
        >>> from maskengine.quality import diff
        >>> diff(np.array([[1, 1, 2]]), np.array([[1, 2, 2]])).matrix()[1].tolist()
        [[1, 1], [0, 1]]
        """
        labels, place = np.unique(self.transitions.labels, return_inverse=True)
        rows, columns = place.reshape(-1, 2).T
        counts = np.zeros((labels.size, labels.size), np.int64)
        counts[rows, columns] = self.transitions.pixels
        return labels, counts


def diff(pre: Any, post: Any, *, width: int = 2) -> Difference:
    """Compare a label map with what a correction made of it.

    Parameters
    ----------
    pre, post : array_like
        Label maps (H, W) of one shape and integer dtype, of any memory order and stride. 0 is a
        label like the others.
    width : int, default 2
        How near to a border between labels of `pre` a changed pixel is on the boundary: within so
        many rows and columns.

    Returns
    -------
    Difference

    Raises
    ------
    MaskTypeError
        If a map is no array of integers, or the dtypes differ.
    ShapeMismatch
        If a map is not of two dimensions, or the shapes differ.
    MaskError
        If `width` is no whole number of pixels, or a label is 2^63 or more.

    Notes
    -----
    The matrix of transitions is the joint histogram of the maps (:func:`maskengine.joint`); the
    band along borders is that of :func:`maskengine.boundary` with the Chebyshev distance, in which
    the edge of the frame is no border.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import apply_patch, diff
    >>> pre = np.zeros((20, 20), np.uint8)
    >>> pre[5:15, 5:15] = 1
    >>> post = np.roll(pre, 1, axis=1)
    >>> found = diff(pre, post)
    >>> found.changed, found.boundary, found.regions.kind
    (20, 20, ('boundary', 'boundary'))
    >>> bool((apply_patch(pre, found.patch) == post).all())
    True
    >>> bool((apply_patch(post, found.patch.inverted()) == pre).all())
    True
    """
    reach = as_width(width)
    before = _arrays.as_label_map(pre, "pre")
    after = _arrays.as_label_map(post, "post")
    if before.shape != after.shape:
        raise ShapeMismatch(
            f"expected the shape of pre, {before.shape}, got {after.shape}", parameter="post"
        )
    if before.dtype != after.dtype:
        raise MaskTypeError(
            f"expected the dtype of pre, {before.dtype}, got {after.dtype}", parameter="post"
        )
    transitions = joint(before, after)
    native = core.patch_between(before, after)
    patch = Patch(native)
    left, top, right, bottom = _around(patch, max(reach, 1))
    bits, numbers = core.patch_pairs(native, (left, top, right, bottom))
    part = before[top:bottom, left:right]
    pairs = _arrays.from_bits(bits, before.dtype)
    regions = regions_of(part, numbers, pairs, border_band(part, reach))
    regions.bbox[:, :2] += (left, top)
    regions.first_pixel[:] += (left, top)
    on_boundary = int(regions.near.sum())
    return Difference(patch, transitions, regions, on_boundary, patch.area - on_boundary)


def _around(patch: Patch, margin: int) -> tuple[int, int, int, int]:
    """Give the box of the changes and what is near them; nothing else needs a look."""
    left, top, right, bottom = patch.box
    if patch.area == 0:
        return 0, 0, 0, 0
    height, width = patch.size
    return (
        max(left - margin, 0),
        max(top - margin, 0),
        min(right + margin, width),
        min(bottom + margin, height),
    )


def apply_patch(
    label_map: Any, patch: Any, *, out: npt.NDArray[Any] | None = None
) -> npt.NDArray[Any]:
    """Make the change of a patch.

    Parameters
    ----------
    label_map : array_like
        Shape (H, W): the map that the patch was made for, or one that has the same labels where it
        changes.
    patch : Patch or bytes-like
        Of :func:`diff` or of a canvas; or what its ``to_bytes`` gave.
    out : numpy.ndarray, optional
        Written and returned: of the shape and dtype of the map; it may be the map itself. By
        default a new array.

    Returns
    -------
    numpy.ndarray

    Raises
    ------
    MaskError
        If the labels are not those from which the patch was made. Nothing is changed then.
    ShapeMismatch
        If the patch is of another shape or dtype.
    BadFile
        If the bytes are no patch.
    MaskTypeError
        If `label_map` is no array of integers.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import apply_patch, diff
    >>> pre, post = np.array([[1, 1, 2]]), np.array([[1, 2, 2]])
    >>> apply_patch(pre, diff(pre, post).patch.to_bytes())
    array([[1, 2, 2]])
    >>> apply_patch(post, diff(pre, post).patch)
    Traceback (most recent call last):
        ...
    maskengine.errors.MaskError: patch: expected labels as they were when it was made: the label map has others
    """  # noqa: E501 - the message of an example
    source = _arrays.as_label_map(label_map, "label_map")
    native = native_patch(patch)
    if out is not None:
        _arrays.check_out_like(out, source.shape)
        if out.dtype != source.dtype:
            raise MaskTypeError(
                f"expected the dtype of the map, {source.dtype}, got {out.dtype}", parameter="out"
            )
    changed = source if out is source else source.copy(order="K")
    core.apply_patch(changed, native)
    if out is None or out is changed:
        return changed
    np.copyto(out, changed)
    return out
