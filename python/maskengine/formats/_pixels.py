"""Masks of formats that store pixels: crops, unions, arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from maskengine import _arrays
from maskengine._backend import core
from maskengine.formats._frames import masks_of
from maskengine.values import Masks, runs_of, wrap

_UNION = 0
_COUNT = 2**32 - 1  # the most that a count holds


def mask_from(array: npt.NDArray[Any]) -> Masks:
    """Give the mask of an array (H, W): where it is not 0."""
    return wrap(core.encode(np.ascontiguousarray(array)[None]))


def pasted(crop: npt.NDArray[Any], corner: tuple[int, int], size: tuple[int, int]) -> Masks:
    """Give the mask of an image from a crop of it; what lies outside is cut off.

    Parameters
    ----------
    crop : numpy.ndarray
        (h, w): not 0 where the mask is.
    corner : tuple of int
        Row and column of its upper left pixel.
    size : tuple of int
        Height and width of the image.
    """
    (top, left), (height, width) = corner, size
    rows = slice(max(-top, 0), max(min(crop.shape[0], height - top), 0))
    columns = slice(max(-left, 0), max(min(crop.shape[1], width - left), 0))
    inside = crop[rows, columns]
    if not inside.size:
        return nothing(size)
    return _placed(mask_from(inside), (max(top, 0), max(left, 0)), size)


def nothing(size: tuple[int, int]) -> Masks:
    """Give a mask without pixels."""
    counts = _long_run(size[0] * size[1])
    return Masks(counts, [0, len(counts)], [size])


def box_of(box: tuple[int, int, int, int], size: tuple[int, int]) -> Masks:
    """Give the mask of a filled box: left, top, and right and bottom, which it does not reach."""
    left, top = max(box[0], 0), max(box[1], 0)
    right, bottom = min(box[2], size[1]), min(box[3], size[0])
    if left >= right or top >= bottom:
        return nothing(size)
    counts = [0, *_long_run((bottom - top) * (right - left))]
    inside = Masks(counts, [0, len(counts)], [(bottom - top, right - left)])
    return _placed(inside, (top, left), size)


def _long_run(pixels: int) -> list[int]:
    """Give a run as counts of 32 bits each, with runs of no pixels between them."""
    return [_COUNT, 0] * (pixels // _COUNT) + [pixels % _COUNT]


def _placed(mask: Masks, corner: tuple[int, int], size: tuple[int, int]) -> Masks:
    """Surround a mask that lies inside the image."""
    (top, left), (height, width) = corner, mask.sizes[0].tolist()
    sides = [[top, size[0] - top - height, left, size[1] - left - width]]
    return wrap(core.pad(runs_of(mask), np.array(sides, np.int64)))


def pasted_rows(
    counts: npt.NDArray[np.int64], shape: tuple[int, int], corner: tuple[int, int],
    size: tuple[int, int],
) -> Masks:  # fmt: skip
    """Give the mask of an image from the run lengths, row by row, of a crop of it.

    Parameters
    ----------
    counts : numpy.ndarray
        Run lengths, background first, that fill the crop.
    shape : tuple of int
        Height and width of the crop.
    corner : tuple of int
        Row and column of its upper left pixel.
    size : tuple of int
        Height and width of the image; what lies outside is cut off.
    """
    mask = of_rows(counts, shape)
    (top, left), (height, width) = corner, size
    box = [max(-left, 0), max(-top, 0), min(shape[1], width - left), min(shape[0], height - top)]
    if box[0] >= box[2] or box[1] >= box[3]:
        return nothing(size)
    inside = wrap(core.crop(runs_of(mask), np.array([box], np.int64)))
    return _placed(inside, (max(top, 0), max(left, 0)), size)


def of_rows(counts: npt.NDArray[Any], size: tuple[int, int]) -> Masks:
    """Give the mask of run lengths, row by row, background first, that fill an image."""
    # rows of the image are columns of its transpose
    turned = Masks(counts, [0, len(counts)], [size[::-1]])
    return wrap(core.transpose(runs_of(turned)))


def mask_rows(mask: Masks) -> npt.NDArray[np.uint32]:
    """Give the run lengths of one mask, row by row, background first."""
    return wrap(core.transpose(runs_of(mask))).counts


def row_runs(pixels: npt.NDArray[np.bool_]) -> list[int]:
    """Give run lengths, row by row, background first."""
    flat = np.ascontiguousarray(pixels, bool).reshape(-1)
    ends = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    counts = np.diff(np.concatenate([[0], ends, [flat.size]])).tolist()
    return [0, *counts] if flat.size and flat[0] else counts


def union_of(masks: Masks) -> Masks:
    """Give the union of masks of one size, as a batch of one."""
    return wrap(core.combine_groups(_UNION, runs_of(masks), None, 1, None))


def crops_of(records: pa.RecordBatch) -> list[tuple[npt.NDArray[np.bool_], int, int] | None]:
    """Give each row's mask within its box, with the box's top and left; None without pixels."""
    has = records.column("counts").is_valid()
    masks = masks_of(records.filter(has))
    rows = np.flatnonzero(has.to_numpy(zero_copy_only=False))
    out: list[tuple[npt.NDArray[np.bool_], int, int] | None] = [None] * records.num_rows
    boxes = core.bbox(runs_of(masks), False)
    crops = core.crop(runs_of(masks), boxes)
    for number, (left, top, right, bottom) in enumerate(boxes.tolist()):
        height, width = bottom - top, right - left
        if not width:
            continue
        _arrays.check_dense(1, height, width, "mask")
        crop = np.zeros((1, height, width), bool)
        core.decode(runs_of(wrap(crops)[number]), crop, 1)
        out[rows[number]] = crop[0], top, left
    return out
