"""Label maps, and the masks in them."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from maskengine import _arrays
from maskengine._backend import core
from maskengine.errors import BadFile
from maskengine.formats._folder import size_of
from maskengine.formats._frames import ImageRow, masks_of
from maskengine.formats._ledger import Ledger
from maskengine.values import Masks, runs_of, wrap

NOTED = -1  # instead of the value of an annotation that is left out


def split_map(label_map: npt.NDArray[Any]) -> tuple[Masks, npt.NDArray[Any]]:
    """Give a mask for each label but 0 of a map, and the labels, ascending."""
    array = _arrays.as_label_map(label_map, "label_map")
    runs, values, _ = core.split(array, measured=False)
    return wrap(runs), _arrays.from_bits(values, array.dtype)


def paint_rows(
    image: ImageRow,
    records: pa.RecordBatch,
    values: npt.NDArray[np.int64],
    dtype: Any,
    ledger: Ledger,
) -> npt.NDArray[Any]:
    """Paint the annotations of an image over each other, the later in front.

    Parameters
    ----------
    image : ImageRow
        Its size is that of the map.
    records : pyarrow.RecordBatch
        Its annotations.
    values : numpy.ndarray
        (N,): what is written for each of them; 0 for one that is left out, `NOTED` for one of which
        the ledger knows why.
    dtype : dtype
        Of the map; it must hold the values.
    ledger : Ledger
        Told what is lost, and which annotation became which of those that the values of the map
        make, in ascending order.

    Returns
    -------
    numpy.ndarray
        (H, W): 0 where there is none of them.
    """
    size = size_of(image)
    _arrays.check_dense(1, *size, "image")
    valid = records.column("counts").is_valid().to_numpy(zero_copy_only=False)
    has = valid & (values > 0)
    masks = masks_of(records)
    if not has[valid].all():
        masks = masks[np.flatnonzero(has[valid])]
    if (masks.sizes != size).any():
        raise BadFile(f"a mask of image {image.id} is not of its size", parameter="segmentation")
    out = np.zeros(size, dtype)
    if len(masks):
        order = np.arange(len(masks), dtype=np.int64)
        core.compose(runs_of(masks), values[has].astype(np.uint64), order, out)
    total = int(np.asarray(core.area(runs_of(masks))).sum()) if len(masks) else 0
    labels, pixels = joint_labels(out)
    present, pixels = labels[labels[:, 0] > 0, 0], pixels[labels[:, 0] > 0]
    ledger.lose("overlaps", "pixels overwritten by later annotations", total - int(pixels.sum()))
    unknown = ~has & (values != NOTED)
    ledger.lose("annotations without pixels or category", "dropped", int(unknown.sum()))
    at = np.minimum(np.searchsorted(present, values), max(len(present) - 1, 0))
    found = has & (present[at] == values) if len(present) else np.zeros(len(values), bool)
    ledger.became(image.id, np.where(found, at, -1))
    return out


def joint_labels(*maps: npt.NDArray[Any]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Give the combinations of labels in several maps, ascending, and the pixels of each.

    Returns
    -------
    labels, pixels : numpy.ndarray
        int64 of shape (K, maps) and (K,).
    """
    labels, pixels = core.joint(tuple(np.ascontiguousarray(array) for array in maps))
    return labels.reshape(-1, len(maps)), pixels


@cache
def palette() -> npt.NDArray[np.uint8]:
    """Give the 256 colours of Pascal VOC.

    In eight rounds three bits of the index go to red, green and blue, the highest place first:
    http://host.robots.ox.ac.uk/pascal/VOC/voc2012/htmldoc/devkit_doc.html
    """
    index = np.arange(256)
    colours = np.zeros((256, 3), np.uint8)
    for round_ in range(8):
        for channel in range(3):
            bit = (index >> (3 * round_ + channel)) & 1
            colours[:, channel] |= (bit << (7 - round_)).astype(np.uint8)
    colours.flags.writeable = False
    return colours
