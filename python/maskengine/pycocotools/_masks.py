"""Dense masks <-> dicts, and what is asked of dicts."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine._backend import core
from maskengine.errors import MaskTypeError, ShapeMismatch
from maskengine.ops.decode import decode as ops_decode
from maskengine.pycocotools._inputs import BYTES, as_list
from maskengine.values import wrap


def encode(bimask: Any) -> Any:
    """Encode a mask (H, W) as a dict, or masks (H, W, N) as a list of N dicts.

    Parameters
    ----------
    bimask : array
        bool or any integer dtype, any memory order; nonzero is foreground.

    Returns
    -------
    dict or list of dict
        ``{"size": [H, W], "counts": bytes}``.

    Raises
    ------
    MaskError
        If the array has another shape or dtype.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine import pycocotools as mask_utils
    >>> mask_utils.encode(np.eye(2, dtype=np.uint8))
    {'size': [2, 2], 'counts': b'0120'}
    """
    if (encoded := core.coco_encode(bimask)) is not None:
        return encoded
    array = _arrays.as_array(bimask, "bimask")
    if array.ndim not in {2, 3}:
        raise ShapeMismatch(
            f"expected shape (H, W) or (H, W, N), got {array.shape}", parameter="bimask"
        )
    return core.coco_encode(np.asarray(_arrays.as_masks(array, "bimask")))


def decode(rleObjs: Any) -> npt.NDArray[np.uint8]:  # noqa: N803 - pycocotools' name
    """Decode a dict to a mask (H, W), or a list of N dicts to masks (H, W, N).

    Parameters
    ----------
    rleObjs : dict or list of dict
        ``{"size": [H, W], "counts": str or bytes}``; the masks of a list have one size.

    Returns
    -------
    numpy.ndarray
        uint8 of 0 and 1, Fortran order.

    Raises
    ------
    MaskError
        If the counts do not fill the size, or the sizes differ.

    Examples
    --------
    >>> from maskengine import pycocotools as mask_utils
    >>> mask_utils.decode({"size": [2, 2], "counts": b"0120"})
    array([[1, 0],
           [0, 1]], dtype=uint8)
    """
    single = type(rleObjs) is not list
    rles = [rleObjs] if single else rleObjs
    small: npt.NDArray[np.uint8] | None = core.coco_decode(rles, single)
    if small is not None:
        return small
    return _dense(rles)[:, :, 0] if single else _dense(rles)


def merge(rleObjs: Any, intersect: Any = 0) -> dict[str, Any]:  # noqa: N803
    """Unite masks, or intersect them.

    Parameters
    ----------
    rleObjs : sequence of dict
        Masks of one size. None of them gives the size [0, 0] and empty counts, as in pycocotools.
    intersect : int or bool, default 0
        Whether to intersect.

    Returns
    -------
    dict

    Raises
    ------
    MaskError
        If a mask is malformed or the sizes differ.

    Examples
    --------
    >>> from maskengine import pycocotools as mask_utils
    >>> halves = [{"size": [2, 2], "counts": b"022"}, {"size": [2, 2], "counts": b"22"}]
    >>> mask_utils.merge(halves)
    {'size': [2, 2], 'counts': b'04'}
    """
    if not isinstance(intersect, (int, float, np.number, np.bool_)):
        raise MaskTypeError(
            f"expected 0 or 1, got {type(intersect).__name__}", parameter="intersect"
        )
    return core.coco_merge(as_list(rleObjs), bool(intersect))


def area(rleObjs: Any) -> Any:  # noqa: N803
    """Count the foreground pixels.

    Parameters
    ----------
    rleObjs : dict or list of dict

    Returns
    -------
    numpy.uint32 or numpy.ndarray
        A number for a dict, uint32 of shape (N,) for a list; uint64 when an area is 2^32 or more.

    Raises
    ------
    MaskError
        If a mask is malformed.

    Examples
    --------
    >>> from maskengine import pycocotools as mask_utils
    >>> int(mask_utils.area({"size": [2, 2], "counts": b"0120"}))
    2
    """
    return core.coco_area(rleObjs)


def toBbox(rleObjs: Any) -> Any:  # noqa: N802, N803
    """Find the tight boxes.

    Parameters
    ----------
    rleObjs : dict or list of dict

    Returns
    -------
    numpy.ndarray
        float64 (left, top, width, height) of shape (4,) for a dict, (N, 4) for a list.

    Raises
    ------
    MaskError
        If a mask is malformed.

    Examples
    --------
    >>> from maskengine import pycocotools as mask_utils
    >>> mask_utils.toBbox({"size": [2, 2], "counts": b"0120"})
    array([0., 0., 2., 2.])
    """
    return core.coco_bbox(rleObjs)


def _frString(rleObjs: Any) -> Any:  # noqa: N802, N803
    return core.from_coco(as_list(rleObjs), "rleObjs")


def _toString(Rs: Any) -> list[dict[str, Any]]:  # noqa: N802, N803
    return core.to_coco(Rs, BYTES)


def _dense(rles: list[Any]) -> npt.NDArray[np.uint8]:
    masks = wrap(core.from_coco(rles, "rleObjs"))
    if len(masks) == 0:
        return np.zeros((0, 0, 0), np.uint8, order="F")
    return ops_decode(masks, order="F", dtype=np.uint8).transpose(1, 2, 0)
