"""Fill what is narrower than a footprint."""

from __future__ import annotations

from typing import Any, Literal, overload

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine._backend import core
from maskengine.ops import _morphology
from maskengine.ops._morphology import Border, Radius, Shape
from maskengine.values import Masks

_INTERSECTION = 1  # as cpu::SetOp


@overload
def close(
    masks: Masks, radius: Radius, shape: Shape = "square", border: Border = "foreground"
) -> Masks: ...
@overload
def close(
    masks: npt.NDArray[Any],
    radius: Radius,
    shape: Shape = "square",
    border: Border = "foreground",
    *,
    kind: Literal["mask", "labels"] = "mask",
    out: npt.NDArray[Any] | None = None,
) -> npt.NDArray[Any]: ...
def close(
    masks: Masks | npt.NDArray[Any],
    radius: Radius,
    shape: Shape = "square",
    border: Border = "foreground",
    *,
    kind: Literal["mask", "labels"] = "mask",
    out: npt.NDArray[Any] | None = None,
) -> Masks | npt.NDArray[Any]:
    r"""Close each mask: dilation, then erosion. Fills gaps that the footprint does not fit into.

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
    border : {"foreground", "background"}, default "foreground"
        What pixels outside the image are  to the erosion. ``"foreground"``: they
        never erode, as in OpenCV. ``"background"``: masks are eroded from the edge of the image,
        too, as in SciPy.
    kind : {"mask", "labels"}, default "mask"
        What an array of integers means: one mask, or a map of labels. Each label of a map is
        closed by itself as if it were the mask ``labels == i``, and what that adds is taken of the
        background alone; what several labels would take goes to the lowest.
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
    With a whole radius r, the kernel of ``cv2.morphologyEx`` is: square, ``numpy.ones((2 * r + 1,
    2 * r + 1))``; disk, ``skimage.morphology.disk(r)``, which is not OpenCV's ellipse; cross,
    OpenCV's ``MORPH_CROSS`` of that size. With ``border="foreground"`` no foreground is lost, and
    closing again changes nothing.

    Examples
    --------
    >>> import numpy as np
    >>> import maskengine as me
    >>> mask = np.array([[0, 0, 1, 1, 0, 1, 0, 0]], np.uint8)
    >>> me.close(mask, 1)
    array([[0, 0, 1, 1, 1, 1, 0, 0]], dtype=uint8)
    """
    reach = _morphology.reach_of(radius, shape)
    is_set = _morphology.is_foreground(border)
    if not _arrays.is_labels(kind):
        return _morphology.apply(core.close, core.close_array, masks, out, *reach, is_set)

    def change(labels: npt.NDArray[Any], to: npt.NDArray[Any]) -> None:
        before, values, _ = core.split(labels, False)
        closed = core.close(before, *reach, is_set)
        kept = core.combine_pairs(_INTERSECTION, closed, before)
        # Painted over each other: what is closed, the lowest label last; background where labels
        # were; and what these keep of it.
        n = len(values)
        order = np.concatenate([np.arange(n)[::-1], np.arange(n, 3 * n)])
        painted = np.concatenate([values, np.zeros_like(values), values])
        core.compose(core.concatenate([closed, before, kept]), painted, order, to)

    return _morphology.change_map(change, masks, out)
