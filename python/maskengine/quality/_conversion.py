"""What the conversions between kinds of label maps give, and what they all check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine.errors import MaskError, shown
from maskengine.ops.split import split
from maskengine.quality._labels import position


class ConversionLoss(NamedTuple):
    """Something that the target of a conversion cannot hold, or that was left out.

    Parameters
    ----------
    kind : str
        Which: each conversion says what it can lose.
    category : int
        The category; -1 when it is not about one.
    segments : tuple of int
        The ids of the segments, or the places of the instances, in the source.
    pixels : int
        How many pixels it is about.

    Examples
    --------
    >>> from maskengine.quality import ConversionLoss
    >>> ConversionLoss("crowd", 1, (7,), 250).pixels
    250
    """

    kind: str
    category: int
    segments: tuple[int, ...]
    pixels: int


@dataclass(frozen=True, eq=False)
class PanopticMap:
    """A panoptic map with its segments, and what was lost on the way to it.

    Parameters
    ----------
    label_map : numpy.ndarray
        uint32 (H, W): the segment id of each pixel; 0 is void.
    segments : list of dict
        COCO's ``segments_info``: ``id``, ``category_id``, ``area``, ``bbox`` (x, y, width, height)
        and ``iscrowd``, counted from the map.
    losses : tuple of ConversionLoss
        Empty when nothing was.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import maps_to_panoptic
    >>> found = maps_to_panoptic(np.array([[9, 9]]), np.array([[0, 0]]), {9: False})
    >>> found.segments
    [{'id': 1, 'category_id': 9, 'area': 2, 'bbox': [0, 0, 2, 1], 'iscrowd': 0}]
    """

    label_map: npt.NDArray[np.uint32]
    segments: list[dict[str, Any]]
    losses: tuple[ConversionLoss, ...]


def segments_of(
    label_map: npt.NDArray[Any], category: dict[int, int], crowd: dict[int, int] | None = None
) -> list[dict[str, Any]]:
    """Measure the segments of a map whose ids all have a category; those without pixels are out."""
    _, ids, stats = split(label_map, stats=True)
    return [
        {
            "id": int(one),
            "category_id": category[int(one)],
            "area": int(area),
            "bbox": [int(side) for side in box],
            "iscrowd": (crowd or {}).get(int(one), 0),
        }
        for one, area, box in zip(ids, stats.area, stats.bbox, strict=True)
    ]


def as_classes(value: Any, name: str = "class_map") -> npt.NDArray[Any]:
    """Check a class map of labels in int64."""
    array = _arrays.as_label_map(value, name)
    if array.dtype == np.uint64 and array.size and int(array.max()) >= 2**63:
        raise MaskError("expected labels in int64", parameter=name)
    return array


def check_known(
    found: npt.NDArray[np.int64], known: dict[int, Any], label_map: npt.NDArray[Any], name: str
) -> None:
    """Refuse a label that is not of a list; says where it lies."""
    for one in found.tolist():
        if one not in known:
            where = position(label_map, one)
            raise MaskError(
                f"expected labels of the list, got {shown(one)} at {where}", parameter=name
            )
