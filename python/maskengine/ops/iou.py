"""Intersection over union of masks."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from maskengine._arrays import is_one_of
from maskengine._backend import core
from maskengine.errors import MaskError, ShapeMismatch, shown
from maskengine.ops._pairs import as_crowd
from maskengine.values import DeviceRuns, Masks, common_device, runs_of


def iou(
    a: Masks,
    b: Masks,
    crowd: npt.ArrayLike | None = None,
    mode: Literal["matrix", "pairs"] = "matrix",
) -> npt.NDArray[np.float64]:
    """Measure the overlap of masks: shared pixels over pixels in either.

    Parameters
    ----------
    a, b : Masks
        Batches of A and B masks of one size (in pairs: each pair of one size).
    crowd : array_like of bool, optional
        Shape (B,): true where the mask of `b` stands for a crowd of objects. The overlap with it
        is shared pixels over the pixels of `a`.
    mode : {"matrix", "pairs"}, default "matrix"
        ``"matrix"``: every mask of `a` with every mask of `b`. ``"pairs"``: item by item; a batch
        of one pairs with every item of the other.

    Returns
    -------
    numpy.ndarray
        float64 in [0, 1], of shape (A, B) in C order, or (N,) for pairs. 0 where no pixel is
        shared, two empty masks included. A CuPy array for masks on a CUDA device.

    Raises
    ------
    ShapeMismatch
        If masks that meet differ in size, lengths do not pair, or `crowd` has another length.
    MaskError
        If `mode` is another word.
    MaskTypeError
        If `a` or `b` is not a :class:`Masks`, or `crowd` holds neither bool nor integers.

    Notes
    -----
    The definition of the COCO API (``maskApi.c``, ``rleIou``), equal to it bit for bit below 2^32
    pixels: both areas are whole numbers, divided once in double precision.

    Examples
    --------
    >>> import maskengine as me
    >>> masks = me.Masks([1, 2, 3, 2, 3, 1], [0, 3, 6], [(2, 3), (2, 3)])
    >>> me.iou(masks, masks)
    array([[1.  , 0.25],
           [0.25, 1.  ]])
    >>> me.iou(masks[0], masks[1], crowd=[True])
    array([[0.5]])
    """
    first, second = runs_of(a, "a", cuda=True), runs_of(b, "b", cuda=True)
    flags = None if crowd is None else as_crowd(crowd, len(second), "mask")
    if isinstance(first, DeviceRuns) or isinstance(second, DeviceRuns):
        return _iou_there(first, second, flags, mode)
    if is_one_of(mode, "matrix"):
        return core.iou_matrix(first, second, flags)
    if is_one_of(mode, "pairs"):
        return core.iou_pairs(first, second, flags)
    raise MaskError(f"expected 'matrix' or 'pairs', got {shown(mode)}", parameter="mode")


def _iou_there(a: DeviceRuns, b: DeviceRuns, flags: Any, mode: str) -> npt.NDArray[np.float64]:
    device = common_device(a=a, b=b)
    if not is_one_of(mode, "matrix", "pairs"):
        raise MaskError(f"expected 'matrix' or 'pairs', got {shown(mode)}", parameter="mode")
    if mode == "pairs" and len(a) != len(b) and 1 not in {len(a), len(b)}:
        raise ShapeMismatch(
            f"expected {len(a)} masks, as in a, or one, got {len(b)}", parameter="b"
        )
    diagonal = mode == "pairs" and len(a) == len(b)
    if len(a) and len(b):
        same = a.sizes if diagonal else a.sizes[:1]
        for name, sizes in (("a", a.sizes), ("b", b.sizes)):
            differing = np.flatnonzero((sizes != same).any(axis=1))
            if differing.size:
                i = int(differing[0])
                raise ShapeMismatch(
                    f"expected the size {tuple(same[i if diagonal else 0].tolist())} of a, "
                    f"got {tuple(sizes[i].tolist())}",
                    parameter=name,
                    index=i,
                )
    shape = (len(a), len(b)) if mode == "matrix" else (len(a) * len(b),)
    out: npt.NDArray[np.float64] = device.empty((len(a),) if diagonal else shape, np.float64)
    crowd = None if flags is None else device.upload(flags)
    with device.queue() as queue:
        device.native.iou(queue, a, b, crowd, diagonal, out)
    return out
