"""Labels that a consensus has decided on -> label maps and masks."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine.errors import MaskError, MaskTypeError, ShapeMismatch, shown
from maskengine.ops.encode import encode
from maskengine.ops.joint import Joint
from maskengine.values import Masks


def class_masks(label_map: npt.NDArray[Any], classes: npt.NDArray[np.int64]) -> Masks:
    """Give one mask of each class of a label map (H, W)."""
    if label_map.ndim != 2:
        raise ShapeMismatch(
            f"expected maps (H, W) for masks, got {label_map.shape}", parameter="masks"
        )
    if not classes.size:
        return Masks.from_coco([])
    return Masks.concatenate([encode(label_map == label) for label in classes.tolist()])


def as_undecided(undecided: Any, table: Joint) -> int:
    """Check the label of undecided pixels; by default one that no map has."""
    if undecided is None:
        own = int(table.labels.max(initial=-1)) + 1
        if own == 2**63:
            raise MaskError(f"expected one, as a map has {own - 1}", parameter="undecided")
        return own
    if not _arrays.is_whole(undecided):
        raise MaskTypeError(
            f"expected an integer, got {shown(undecided)}"[:300], parameter="undecided"
        )
    if not -(2**63) <= undecided < 2**63:
        raise MaskError(f"expected a label in int64, got {shown(undecided)}", parameter="undecided")
    return int(undecided)


def first_of(void: npt.NDArray[np.int64]) -> int:
    """Give the label of pixels without one."""
    if not void.size:
        raise MaskError("expected a label for pixels without one, got none", parameter="void")
    return int(void[0])


def narrow(labels: npt.NDArray[np.int64], more: int | None) -> npt.NDArray[Any]:
    """Give labels in the narrowest dtype, which has room for one more."""
    low, high = int(labels.min(initial=0)), int(labels.max(initial=0))
    if more is not None:
        low, high = min(low, more), max(high, more)
    return labels.astype(_arrays.narrowest_dtype(low, high))
