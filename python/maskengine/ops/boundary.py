"""The pixels along the outline."""

from __future__ import annotations

from typing import Any, Literal, overload

import numpy as np
import numpy.typing as npt

from maskengine import _arrays, _memory
from maskengine._backend import core
from maskengine._device import as_target, device_of
from maskengine.errors import MaskError, MaskTypeError, ShapeMismatch, shown
from maskengine.ops import _morphology
from maskengine.ops._morphology import Border, Radius, Shape
from maskengine.ops._placed import placed
from maskengine.values import DeviceRuns, Masks, runs_of, wrap

Side = Literal["inner", "outer", "both"]

_SIDES = ("inner", "outer", "both")  # in the order of the native enum


@overload
def boundary(
    masks: Masks,
    width: Radius = 1,
    side: Side = "inner",
    shape: Shape = "square",
    border: Border = "background",
    *,
    device: str | None = None,
) -> Masks: ...
@overload
def boundary(
    masks: npt.NDArray[Any],
    width: Radius = 1,
    side: Side = "inner",
    shape: Shape = "square",
    border: Border = "background",
    *,
    kind: Literal["mask", "labels"] = "mask",
    out: npt.NDArray[Any] | None = None,
    device: str | None = None,
) -> npt.NDArray[Any]: ...
def boundary(
    masks: Masks | npt.NDArray[Any],
    width: Radius = 1,
    side: Side = "inner",
    shape: Shape = "square",
    border: Border = "background",
    *,
    kind: Literal["mask", "labels"] = "mask",
    out: npt.NDArray[Any] | None = None,
    device: str | None = None,
) -> Masks | npt.NDArray[Any]:
    """Find the pixels within a distance of the outline, of masks or of all labels of a map at once.

    Parameters
    ----------
    masks : Masks or array_like
        A batch of N masks; or a dense mask (H, W) or stack
        (N, H, W) of bool or any integer dtype, where nonzero is foreground. With
        ``kind="labels"``: a label map (H, W) of any integer dtype; 0 is background.
    width : float or (float, float), default 1
        How far a pixel reaches, in pixels: d, or dy along y and dx along x. At least 0.
    side : {"inner", "outer", "both"}, default "inner"
        ``"inner"``: foreground that reaches background, ``mask & ~erode(mask, width)``.
        ``"outer"``: background that reaches foreground, ``dilate(mask, width) & ~mask``.
        ``"both"``: all of these.
    shape : {"square", "disk", "cross"}, default "square"
        The offsets that a pixel reaches, see :func:`dilate`. ``"square"`` is the Chebyshev distance
        of Boundary IoU, ``"disk"`` the Euclidean distance between pixel centres.
    border : {"foreground", "background"}, default "background"
        What pixels outside the image are. ``"background"``: foreground that reaches out of the
        image is on the boundary. ``"foreground"``: the edge of the image is no boundary.
    kind : {"mask", "labels"}, default "mask"
        What an array of integers means: one mask, or a map of labels. A pixel of a map is on the
        boundary if it reaches another label or 0: the band of label i is ``(labels == i) & band``,
        and equals the boundary of the mask ``labels == i``. ``"outer"`` is then the background that
        reaches any label.
    out : numpy.ndarray, optional
        For an array: written and returned; its shape, bool or any integer dtype, any strides.
    device : str, optional
        ``"cuda"`` or ``"cuda:1"``: what lies on the host is copied to that device, where the result
        stays; ``"cpu"`` the other way. By default nothing is copied.

    Returns
    -------
    Masks or numpy.ndarray
        `Masks` of the same sizes for `Masks`. For an array one of its shape, with 1 on the
        boundary: `out`, else uint8 if the array is and is no label map, else bool.

    Raises
    ------
    MaskTypeError
        If `masks` is neither a :class:`Masks` nor an array of bool or integers; or no array of
        integers, for ``kind="labels"``.
    ShapeMismatch
        If an array is not of two or three dimensions, a label map not of two, or `out` has another
        shape.
    MaskError
        If another parameter is out of range, or `out` goes with `Masks` or is read-only.
    LimitExceeded
        If the box around one mask has more than 2^33 pixels.

    Notes
    -----
    The band of Boundary IoU (Cheng et al., *Boundary IoU: Improving Object-Centric Image
    Segmentation Evaluation*, CVPR 2021) is the default with ``width=d``: there, 3 x 3 erosions are
    iterated d times inside a frame of background, which is one erosion by the square of side
    2 d + 1. All labels of a map take one pass, whatever their number.

    Examples
    --------
    >>> import numpy as np
    >>> import maskengine as me
    >>> labels = np.array([[1, 1, 1, 2, 2], [1, 1, 1, 2, 2], [1, 1, 1, 2, 2]], np.uint8)
    >>> me.boundary(labels, kind="labels", border="foreground").astype(int)
    array([[0, 0, 1, 1, 0],
           [0, 0, 1, 1, 0],
           [0, 0, 1, 1, 0]])
    >>> me.boundary(labels == 1).astype(int)
    array([[1, 1, 1, 0, 0],
           [1, 0, 1, 0, 0],
           [1, 1, 1, 0, 0]])
    """
    reach = _morphology.reach_of(width, shape, "width")
    if not _arrays.is_one_of(side, *_SIDES):
        raise MaskError(f"expected 'inner', 'outer' or 'both', got {shown(side)}", parameter="side")
    rule = (_SIDES.index(side), _morphology.is_foreground(border))
    valued = _arrays.is_labels(kind)
    if device is not None:
        masks = placed(device, masks, "masks")
    if isinstance(masks, Masks) and not valued and masks.device != "cpu":
        return _of_masks_there(masks, out, *reach, *rule)
    there = None if isinstance(masks, Masks) else device_of(masks, "masks")
    if there is not None:
        return _there(there, masks, valued, out, *reach, *rule)
    if not valued:
        return _morphology.apply(core.boundary, core.boundary_array, masks, out, *reach, *rule)
    labels = _morphology.as_map(masks)
    if out is None:
        out = np.empty_like(labels, dtype=bool, subok=False)
    else:
        _arrays.check_out_like(out, labels.shape)
    _morphology.apply_to_map(core.boundary_labels, labels, out, reach, *rule)
    return out


def _of_masks_there(masks: Masks, out: Any, *how: Any) -> Masks:
    if out is not None:
        raise MaskError("expected None, as masks are Masks", parameter="out")
    runs = runs_of(masks, cuda=True)
    with runs.device.queue() as queue:
        given = runs.device.native.boundary(queue, runs, *how)
    return wrap(DeviceRuns.from_native(runs.device, given, runs.sizes))


def _there(device: Any, masks: Any, valued: bool, out: Any, *how: Any) -> npt.NDArray[Any]:
    array = _arrays.as_device_masks(device.view(masks), "masks")
    if valued and array.ndim != 2:
        raise ShapeMismatch(f"expected a label map (H, W), got {array.shape}", parameter="masks")
    if valued and array.dtype.kind not in "ui":
        raise MaskTypeError(f"expected integer labels, got {array.dtype}", parameter="masks")
    if out is None:
        is_bytes = not valued and array.dtype == np.uint8
        target: npt.NDArray[Any] = device.empty(array.shape, np.uint8 if is_bytes else bool)
    else:
        target = as_target(device, out)
        _arrays.check_out_there(target, array.shape)
        if _memory.may_overlap(target, array):
            raise MaskError("expected memory apart from that of masks", parameter="out")
    with device.queue() as queue:
        device.native.boundary_array(queue, array, valued, target, *how)
    return target if out is None else out
