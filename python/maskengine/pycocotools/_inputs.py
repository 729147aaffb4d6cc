"""What callers hand in -> lists of dicts, boxes, sides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine._listing import NOT_READ, each
from maskengine.errors import MaskError, MaskTypeError, ShapeMismatch, shown

BYTES = 1  # the form of core.to_coco: counts as bytes


def as_list(value: Any, name: str = "rleObjs") -> list[Any]:
    if type(value) is list:
        return value
    if isinstance(value, (dict, memoryview)) or not isinstance(value, Sequence):
        raise MaskTypeError(f"expected a list, got {type(value).__name__}", parameter=name)
    return list(each(value, name, "a list"))


def kind_of(value: Any) -> str:
    if type(value) is list:
        return f"a list of {type(value[0]).__name__}" if value else "an empty list"
    return type(value).__name__


def as_side(value: Any, name: str) -> int:
    """Read h or w as pycocotools does: cut to an integer."""
    try:
        number: Any = None if isinstance(value, (str, bytes, bytearray)) else value
        side = int(number)
    except TypeError as error:
        text = f"expected an integer, got {shown(value)}"
        raise MaskTypeError(text, parameter=name) from error
    except NOT_READ:
        side = -1
    if not 0 <= side < 2**31:
        raise MaskError(
            f"expected an integer in [0, 2147483647], got {shown(value)}", parameter=name
        )
    return side


def box_array(boxes: npt.NDArray[Any], name: str) -> npt.NDArray[np.float64]:
    if boxes.ndim != 2 or boxes.shape[1] != 4:
        raise ShapeMismatch(f"expected boxes of shape (n, 4), got {boxes.shape}", parameter=name)
    if boxes.dtype.kind not in "fiub":
        raise MaskTypeError(f"expected numbers, got dtype {boxes.dtype}", parameter=name)
    return np.ascontiguousarray(boxes, np.float64)
