"""Polygons, boxes and uncompressed run lengths -> dicts."""

from __future__ import annotations

from typing import Any

import numpy as np

from maskengine._arrays import as_array, is_single
from maskengine._backend import core
from maskengine._listing import has, held
from maskengine.errors import MaskTypeError
from maskengine.pycocotools._inputs import BYTES, as_list, as_side, box_array, kind_of

_PLAIN = {list, tuple, np.ndarray, str, bytes, bytearray}  # what the core reads as it is


def frPyObjects(pyobj: Any, h: Any, w: Any) -> Any:  # noqa: N802
    """Encode polygons, boxes or uncompressed run lengths.

    What comes is decided by the first element, as in pycocotools.

    Parameters
    ----------
    pyobj : list of lists, array, dict, or list of dict
        Polygons ``[x, y, x, y, ...]``, one mask each; an array (N, 4) of boxes (left, top, width,
        height); or dicts ``{"size": [H, W], "counts": [...]}``, whose own size counts.
    h, w : int
        Height and width of the masks, for polygons and boxes.

    Returns
    -------
    list of dict, or dict
        A dict for a dict.

    Raises
    ------
    MaskError
        If it is none of these. Four numbers in a list are refused, as they may be a box or a
        polygon of two vertices: pass an array for boxes.

    Examples
    --------
    >>> from maskengine import pycocotools as mask_utils
    >>> mask_utils.frPyObjects([[0, 0, 2, 0, 2, 2, 0, 2]], 4, 4)
    [{'size': [4, 4], 'counts': b'02208'}]
    """
    if isinstance(pyobj, np.ndarray):
        return frBbox(pyobj, h, w)
    if type(pyobj) is dict:
        return frUncompressedRLE([pyobj], h, w)[0]
    if type(pyobj) is list and pyobj:
        first = held(_plain(pyobj[0], "pyobj"))
        if type(first) is dict:
            return frUncompressedRLE(pyobj, h, w)
        listed = isinstance(first, (list, tuple, np.ndarray)) and not is_single(first)
        if listed and len(first) > 4:
            return frPoly(pyobj, h, w)
        if listed and len(first) == 4:
            raise MaskTypeError(
                "four numbers may be a box or a polygon of two vertices; "
                "pass boxes as an array of shape (n, 4)",
                parameter="pyobj",
                index=0,
            )
    raise MaskTypeError(
        "expected polygons of more than four numbers, an array of boxes, or dicts with 'size' and "
        f"'counts', got {kind_of(pyobj)}",
        parameter="pyobj",
    )


def frPoly(poly: Any, h: Any, w: Any) -> list[dict[str, Any]]:  # noqa: N802
    """Encode polygons ``[x, y, x, y, ...]``, one mask each.

    An odd number at the end is dropped, and fewer than three vertices give an empty mask, as in
    pycocotools.

    Parameters
    ----------
    poly : list of lists of float
    h, w : int

    Returns
    -------
    list of dict

    Raises
    ------
    MaskError
        If a coordinate is no finite number.

    Notes
    -----
    The rule is ``rule="coco"`` of :func:`maskengine.rasterize`.

    Examples
    --------
    >>> from maskengine import pycocotools as mask_utils
    >>> mask_utils.frPoly([[0, 0, 2, 0, 2, 2]], 2, 3)
    [{'size': [2, 3], 'counts': b'213'}]
    """
    given = as_list(poly, "poly")
    if not all(type(ring) in _PLAIN for ring in given):
        given = [_plain(ring, "poly") for ring in given]
    rings = core.rings_from_list(given, "poly")
    return _fill(rings, h, w)


def frBbox(bb: Any, h: Any, w: Any) -> list[dict[str, Any]]:  # noqa: N802
    """Encode boxes (left, top, width, height), one mask each.

    Parameters
    ----------
    bb : array of shape (N, 4)
    h, w : int

    Returns
    -------
    list of dict

    Raises
    ------
    MaskError
        If the shape is another or a number is not finite.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine import pycocotools as mask_utils
    >>> mask_utils.frBbox(np.array([[0.0, 0.0, 1.0, 2.0]]), 2, 2)
    [{'size': [2, 2], 'counts': b'022'}]
    """
    if not isinstance(bb, np.ndarray):
        raise MaskTypeError(f"expected an array of boxes, got {type(bb).__name__}", parameter="bb")
    return _fill(core.rings_from_boxes(box_array(bb, "bb"), "bb"), h, w)


def frUncompressedRLE(ucRles: Any, h: Any, w: Any) -> list[dict[str, Any]]:  # noqa: N802, N803
    """Encode dicts whose counts are lists of whole numbers; `h` and `w` are checked alone.

    Parameters
    ----------
    ucRles : list of dict
    h, w : int

    Returns
    -------
    list of dict

    Raises
    ------
    MaskError
        If counts do not fill the size, or a number has a fraction.

    Examples
    --------
    >>> from maskengine import pycocotools as mask_utils
    >>> mask_utils.frUncompressedRLE([{"size": [2, 2], "counts": [1, 3]}], 2, 2)
    [{'size': [2, 2], 'counts': b'13'}]
    """
    as_side(h, "h")
    as_side(w, "w")
    given = as_list(ucRles, "ucRles")
    for index, rle in enumerate(given):
        if type(rle) is dict and type(rle.get("counts")) not in _PLAIN:
            given = given.copy() if given is ucRles else given
            given[index] = {**rle, "counts": _plain(rle.get("counts"), "ucRles")}
    return core.to_coco(core.from_coco(given, "ucRles"), BYTES)


def _plain(numbers: Any, name: str) -> Any:
    """Give a tensor, or what else NumPy makes an array of, as that array, as pycocotools does."""
    if isinstance(numbers, (list, tuple, np.ndarray)) or not has(numbers, "__array__", name):
        return numbers
    return as_array(numbers, name)


def _fill(rings: Any, h: Any, w: Any) -> list[dict[str, Any]]:
    height, width = as_side(h, "h"), as_side(w, "w")
    even_odd, rule = core.FillRule.even_odd, core.PixelRule.coco
    return core.to_coco(core.rasterize(rings, height, width, rule, even_odd), BYTES)
