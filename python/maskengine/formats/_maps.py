"""Label maps, and the masks in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from maskengine import _arrays
from maskengine._backend import core
from maskengine.errors import BadFile
from maskengine.formats._by_image import Lot
from maskengine.formats._folder import size_of
from maskengine.formats._frames import ImageRow, has_value, masks_of
from maskengine.formats._ledger import Ledger
from maskengine.values import Masks, runs_of, wrap

NOTED = -1  # instead of the value of an annotation that is left out
_AT_ONCE = 1 << 26  # pixels of the images whose maps are made in one call


def split_map(label_map: npt.NDArray[Any]) -> tuple[Masks, npt.NDArray[Any]]:
    """Give a mask for each label but 0 of a map, and the labels, ascending."""
    array = _arrays.as_label_map(label_map, "label_map")
    runs, values, _ = core.split(array, False)
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
    valid = has_value(records, "counts")
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
    areas = _areas(masks)
    labels, pixels = joint_labels(out)
    present, pixels = labels[labels[:, 0] > 0, 0], pixels[labels[:, 0] > 0]
    ledger.lose("overlaps", "pixels overwritten by later annotations",
                int(areas.sum()) - int(pixels.sum()))  # fmt: skip
    unknown = ~has & (values != NOTED)
    ledger.drop("annotations without pixels or category", int(unknown.sum()))
    at = np.minimum(np.searchsorted(present, values), max(len(present) - 1, 0))
    found = has & (present[at] == values) if len(present) else np.zeros(len(values), bool)
    ledger.became(image.id, np.where(found, at, -1))
    _drop_unseen(areas[~found[has]], ledger)
    return out


def map_streams(
    lot: Lot,
    layers: Sequence[npt.NDArray[np.int64]],
    pixel_bytes: npt.NDArray[np.int64],
    ledger: Ledger,
) -> Iterator[tuple[ImageRow, list[memoryview]]]:
    """Paint the annotations of many images as `paint_rows` does, and deflate the maps.

    Parameters
    ----------
    lot : tuple
        Images, the rows of each and the rows, as `many_by_image` gives them.
    layers : sequence of numpy.ndarray
        (N,) each: what is written for each annotation in the first map of its image, 0 or `NOTED`
        for one that is left out (see `paint_rows`), in the second one, and so on.
    pixel_bytes : numpy.ndarray
        (I,): bytes of a pixel in the maps of each image, 1 or 2.
    ledger : Ledger
        See `paint_rows`; the first layer counts.

    Yields
    ------
    image : ImageRow
        Each of the images.
    streams : list of memoryview
        For each layer the data of a PNG file (`_png.framed`).
    """
    images, ends, records = lot
    sizes = _sizes_of(images)
    valid = has_value(records, "counts")
    has = valid & (layers[0] > 0)
    masks = masks_of(records)
    if not has[valid].all():
        masks = masks[np.flatnonzero(has[valid])]
    image_of = np.repeat(np.arange(len(images)), np.diff(ends))
    other = np.flatnonzero((masks.sizes != sizes[image_of[has]]).any(axis=1))
    if other.size:
        bad = images[image_of[has][other[0]]].id
        raise BadFile(f"a mask of image {bad} is not of its size", parameter="segmentation")
    labels = [layer[has].astype(np.uint64) for layer in layers]
    mask_ends = np.concatenate([[0], np.cumsum(has)])[ends]
    rows = np.flatnonzero(has)
    unknown = ~has & (layers[0] != NOTED)
    ledger.drop("annotations without pixels or category", int(unknown.sum()))
    became = np.full(len(has), -1, np.int64)
    for begin, end in _stretches(sizes):
        first, last = mask_ends[begin], mask_ends[end]
        text, stops, places, covered = core.map_streams(
            runs_of(masks[first:last]),
            mask_ends[begin : end + 1] - first,
            sizes[begin:end],
            pixel_bytes[begin:end],
            [label[first:last] for label in labels],
        )
        ledger.lose("overlaps", "pixels overwritten by later annotations", int(covered.sum()))
        became[rows[first:last]] = places
        _drop_unseen(_areas(masks[first:last])[np.asarray(places) < 0], ledger)
        cuts = [0, *stops.tolist()]
        for number in range(begin, end):
            ledger.became(images[number].id, became[ends[number] : ends[number + 1]])
            at = len(layers) * (number - begin)
            yield images[number], [text[cuts[k] : cuts[k + 1]].data
                                   for k in range(at, at + len(layers))]  # fmt: skip


def _areas(masks: Masks) -> npt.NDArray[np.int64]:
    return np.asarray(core.area(runs_of(masks))) if len(masks) else np.zeros(0, np.int64)


def _drop_unseen(areas: npt.NDArray[np.int64], ledger: Ledger) -> None:
    """Note masks of which nothing is on the map: covered by others, or without any pixel."""
    covered = int((areas > 0).sum())
    ledger.drop("overlaps", covered)
    ledger.drop("annotations without pixels or category", len(areas) - covered)


def _sizes_of(images: Sequence[ImageRow]) -> npt.NDArray[np.int64]:
    """Give heights and widths, (I, 2), none of which is too large to paint."""
    sizes = [size_of(image) for image in images]
    for size in set(sizes):
        _arrays.check_dense(1, *size, "image")
    return np.array(sizes, np.int64).reshape(-1, 2)


def _stretches(sizes: npt.NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Cut images into stretches of a limited number of pixels, or of one image."""
    begin = pixels = 0
    for number, more in enumerate(sizes.prod(axis=1).tolist()):
        if pixels and pixels + more > _AT_ONCE:
            yield begin, number
            begin, pixels = number, 0
        pixels += more
    if begin < len(sizes):
        yield begin, len(sizes)


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
