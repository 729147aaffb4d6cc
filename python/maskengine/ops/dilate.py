"""Grow masks."""

from __future__ import annotations

from typing import Any, Literal, overload

import numpy.typing as npt

from maskengine import _arrays
from maskengine._backend import core
from maskengine.ops import _morphology
from maskengine.ops._morphology import Radius, Shape
from maskengine.values import Masks


@overload
def dilate(masks: Masks, radius: Radius, shape: Shape = "square") -> Masks: ...
@overload
def dilate(
    masks: npt.NDArray[Any],
    radius: Radius,
    shape: Shape = "square",
    *,
    kind: Literal["mask", "labels"] = "mask",
    out: npt.NDArray[Any] | None = None,
) -> npt.NDArray[Any]: ...
def dilate(
    masks: Masks | npt.NDArray[Any],
    radius: Radius,
    shape: Shape = "square",
    *,
    kind: Literal["mask", "labels"] = "mask",
    out: npt.NDArray[Any] | None = None,
) -> Masks | npt.NDArray[Any]:
    r"""Grow each mask: a pixel is foreground if it reaches foreground.

    Parameters
    ----------
    masks : Masks or array_like
        A batch of N masks; or a dense mask (H, W) or stack (N, H, W) of bool or any integer dtype,
        where nonzero is foreground. With ``kind="labels"``: a label map (H, W) of any integer
        dtype; 0 is background.
    radius : float or (float, float)
        How far a pixel reaches, in pixels: r, or ry along y and rx along x. At least 0.
    shape : {"square", "disk", "cross"}, default "square"
        The offsets (dy, dx) that a pixel reaches, among those with \|dy\| <= ry and \|dx\| <= rx:
        all of them; those with (dy / ry)^2 + (dx / rx)^2 <= 1; or those with dy = 0 or dx = 0.
    kind : {"mask", "labels"}, default "mask"
        What an array of integers means: one mask, or a map of labels. Each label of a map grows
        into the background alone: a pixel of it takes the label of the nearest labelled pixel that
        it reaches, by the Euclidean distance of their centres, and of several as near the lowest
        label. All in one pass.
    out : numpy.ndarray, optional
        For an array: written and returned; its shape, bool or any integer dtype, any strides. May
        be the array itself.

    Returns
    -------
    Masks or numpy.ndarray
        `Masks` of the same sizes for `Masks`. For an array one of its shape, with 1 at foreground:
        `out`, else uint8 if the array is, else bool. For a label map a label map of its dtype.

    Raises
    ------
    MaskTypeError
        If `masks` is neither a :class:`Masks` nor an array of bool or integers; or no array of
        integers, for ``kind="labels"``.
    ShapeMismatch
        If an array is not of two or three dimensions, a label map not of two, or `out` has another
        shape.
    MaskError
        If another parameter is out of range, or `out` goes with `Masks`, is read-only or has
        another dtype than the label map.
    LimitExceeded
        If the box around the result of one mask has more than 2^33 pixels.

    Notes
    -----
    With a whole radius r, the kernel of ``cv2.dilate`` is: square, ``numpy.ones((2 * r + 1,
    2 * r + 1))``; disk, ``skimage.morphology.disk(r)``, which is not OpenCV's ellipse; cross,
    OpenCV's ``MORPH_CROSS`` of that size. The outside of the image is background. Labels grown by
    a disk are ``skimage.segmentation.expand_labels``, which leaves open what is as near to two.

    Examples
    --------
    >>> import numpy as np
    >>> import maskengine as me
    >>> mask = np.zeros((3, 5), np.uint8)
    >>> mask[1, 2] = 1
    >>> me.dilate(mask, 1, "cross")
    array([[0, 0, 1, 0, 0],
           [0, 1, 1, 1, 0],
           [0, 0, 1, 0, 0]], dtype=uint8)
    >>> me.dilate(np.array([[0, 5, 0, 0, 0, 3, 0]]), 2, kind="labels")
    array([[5, 5, 5, 3, 3, 3, 3]])
    """
    reach = _morphology.reach_of(radius, shape)
    if not _arrays.is_labels(kind):
        return _morphology.apply(core.dilate, core.dilate_array, masks, out, *reach)

    def change(labels: npt.NDArray[Any], to: npt.NDArray[Any]) -> None:
        _morphology.apply_to_map(core.dilate_labels, labels, to, reach)

    return _morphology.change_map(change, masks, out)
