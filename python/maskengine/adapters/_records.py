"""What the adapters share: dictionaries with a segmentation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine._backend import core
from maskengine._listing import each, told
from maskengine.errors import LimitExceeded, MaskError, MaskTypeError, ShapeMismatch
from maskengine.ops.encode import encode
from maskengine.ops.rasterize import rasterize
from maskengine.values import Masks, Polygons, runs_of


def masks_of_records(records: Any, name: str, size: tuple[int, int] | None = None) -> Masks:
    """Give the masks of dictionaries whose ``segmentation`` is an RLE, an array or polygons.

    Parameters
    ----------
    records : iterable of mapping
        In any mixture.
    name : str
        Of the argument, for messages.
    size : tuple of int, optional
        Height and width for polygons, which become pixels by the rule of the COCO API.
    """
    if isinstance(records, Mapping):
        raise MaskTypeError(f"expected dicts, got {type(records).__name__}", parameter=name)
    coded, drawn, dense = {}, {}, {}
    total = 0
    for index, given in enumerate(each(records, name, "dicts")):
        total += 1
        record = told(given, name, index) if isinstance(given, Mapping) else given
        if not isinstance(record, Mapping) or "segmentation" not in record:
            raise MaskTypeError("expected a dict with 'segmentation'", parameter=name, index=index)
        value = record["segmentation"]
        if isinstance(value, Mapping):
            coded[index] = told(value, name, index)
        elif isinstance(value, (list, tuple)) and size is not None:
            drawn[index] = value
        else:
            dense[index] = _one_array(value, name, index)
    with _of_records(coded, name):
        batches = [Masks.from_coco(list(coded.values()))]
    if drawn:
        with _of_records(drawn, name):
            batches.append(rasterize(Polygons.from_coco(list(drawn.values())), size, "coco"))
    for index, array in dense.items():
        with _of_records([index], name):
            batches.append(encode(array))
    place = np.argsort(np.array([*coded, *drawn, *dense], np.int64))
    masks = Masks.concatenate(batches)
    return masks if len(coded) == total else masks[place]


@contextmanager
def _of_records(indices: Iterable[int], name: str) -> Iterator[None]:
    """Name the record in an error of a batch of some of them."""
    try:
        yield
    except MaskError as error:
        places = list(indices)
        index = places[0] if len(places) == 1 else None
        if error.index is not None and error.index < len(places):
            index = places[error.index]
        given = {"name": error.name, "value": error.value, "limit": error.limit} if isinstance(
            error, LimitExceeded) else {}  # fmt: skip
        raise type(error)(error.text, parameter=name, index=index, **given) from error


def _one_array(value: Any, name: str, index: int) -> npt.NDArray[Any]:
    array = _arrays.as_array(value, name)
    if array.ndim != 2:
        raise ShapeMismatch(
            f"expected a mask of shape (H, W), got {array.shape}", parameter=name, index=index
        )
    return array


def as_records(
    masks: Masks, columns: Mapping[str, npt.NDArray[Any] | None]
) -> list[dict[str, Any]]:
    """Make a dict for each mask: a number or a list of each column, the COCO dict where it is None.

    Columns are of int64 or float64.
    """
    values = tuple(None if one is None else np.ascontiguousarray(one) for one in columns.values())
    made: list[dict[str, Any]] = core.coco_records(runs_of(masks), tuple(columns), values)
    return made
