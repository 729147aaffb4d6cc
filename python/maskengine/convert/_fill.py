"""Masks for annotations that a file gives as polygons, and polygons for masks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute

import maskengine as me
from maskengine import formats
from maskengine._arrays import as_flag
from maskengine.formats import KINDS, Frames, Part
from maskengine.formats._frames import check_frames, has_value
from maskengine.values import Masks


def fill_counts(
    frames: Frames, *, lenient: bool = False, sizes: ImageSizes | None = None
) -> Frames:
    """Give the same annotations with runs, their area and box for every mask that has a size.

    Polygons are rasterized at the size of their image, ``rule="coco"``. An annotation of an image
    that the file does not list, or whose size it does not tell, is refused. Without a table of
    images (results), polygons stay without runs.

    Parameters
    ----------
    frames : Frames
        As a format reads them.
    lenient : bool, default False
        Take annotations of categories that the file does not list, and masks of another size than
        their image, which else are refused, too: for those who look for them themselves.
    sizes : ImageSizes, optional
        Of the images, where they are at hand.

    Returns
    -------
    Frames
    """
    images = sizes or ImageSizes(frames, lenient=lenient)

    def parts() -> Iterator[Part]:
        for part in frames:
            yield fill_part(part, images, frames.rule)

    return replace(frames, parts=parts)


class ImageSizes:
    """Heights and widths by image id."""

    def __init__(self, frames: Frames, *, lenient: bool = False) -> None:
        check_frames(frames)
        images = frames.image_sizes()
        self.known = images is not None
        ids, sizes = images or (np.zeros(0, np.int64), np.zeros((0, 2), np.int64))
        sizes = sizes.copy()
        sizes[(sizes < 0) | (sizes >= 2**31)] = -1
        self._ids, first = np.unique(ids, return_index=True)  # the first of equals wins
        self._sizes = sizes[first]
        self._sizes[self._sizes.min(axis=1, initial=0) < 0] = -1
        self.lenient = as_flag(lenient, "lenient")
        self._categories = np.zeros(0, np.int64) if self.lenient else frames.category_ids()

    def lacks_category(self, records: pa.RecordBatch) -> npt.NDArray[np.bool_]:
        """Say which rows are of a category that the file does not list in its table."""
        categories = records.column("category_id")
        if not self._categories.size:
            return np.zeros(records.num_rows, np.bool_)
        told = None
        if categories.null_count:
            told = categories.is_valid().to_numpy(zero_copy_only=False)
            categories = categories.fill_null(0)
        strange = ~_found(self._categories, categories.to_numpy())[1]
        return strange if told is None else strange & told

    def of(self, ids: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Give (N, 2) sizes; -1 where the image tells none, -2 where there is no such image."""
        if not self._ids.size:
            return np.full((len(ids), 2), -2, np.int64)
        at, known = _found(self._ids, ids)
        sizes = self._sizes[at]
        sizes[~known] = -2
        return sizes


def _found(
    ids: npt.NDArray[np.int64], wanted: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.bool_]]:
    """Give where each id stands among some in ascending order, and whether it is there."""
    at = np.minimum(np.searchsorted(ids, wanted), ids.size - 1)
    return at, ids[at] == wanted


def fill_part(part: Part, images: ImageSizes, rule: str) -> Part:
    """Fill the runs of a part; see `fill_counts`."""
    records = part.records
    if records.column("pixel_area").null_count < records.num_rows:
        return part  # the store has them
    is_polygon = records.column("kind").indices.to_numpy() == KINDS.index("polygon")
    sizes = images.of(records.column("image_id").to_numpy())
    records, masks = _with_runs(records, sizes, is_polygon & (sizes[:, 0] >= 0), rule)
    return _checked(replace(part, records=records, masks=masks), images, sizes, is_polygon)


def check_part(part: Part, images: ImageSizes) -> Part:
    """Refuse annotations of images that the file does not list, or polygons of unknown size."""
    is_polygon = part.records.column("kind").indices.to_numpy() == KINDS.index("polygon")
    return _checked(part, images, images.of(part.records.column("image_id").to_numpy()), is_polygon)


def _checked(
    part: Part,
    images: ImageSizes,
    sizes: npt.NDArray[np.int64],
    is_polygon: npt.NDArray[np.bool_],
) -> Part:
    strange = images.lacks_category(part.records)
    if is_polygon.all() and sizes.min(initial=0) >= 0 and not strange.any():
        return part
    missing = images.known & (sizes[:, 0] == -2)
    own = formats.mask_sizes(part.records)
    told = has_value(part.records, "counts")
    other = (
        ~is_polygon & told & (not images.lenient) & (sizes[:, 0] >= 0) & (own != sizes).any(axis=1)
    )
    unsized = is_polygon & images.known & (sizes[:, 0] == -1)
    bad = missing | unsized | strange | other
    rows = np.flatnonzero(bad)
    if not rows.size:
        return part
    ids = part.records.column("image_id").to_numpy()
    reasons = {}
    for row in rows.tolist():
        if strange[row]:
            category = part.records.column("category_id")[row].as_py()
            reasons[row] = f"category {category} is not in 'categories'"
        elif other[row]:
            reasons[row] = f"a mask of {own[row].tolist()} on an image of {sizes[row].tolist()}"
        else:
            why = "is not in 'images'" if missing[row] else "has no height and width"
            reasons[row] = f"image {ids[row]} {why}"
    text, ends = formats.annotations_to_json(part.records.take(pa.array(rows)))
    starts = [0, *(ends[:-1] + 2)]  # ",\n" stands between them
    raw = [bytes(text[start:end]) for start, end in zip(starts, ends, strict=True)]
    return part.without(reasons, raw)


def _with_runs(
    records: pa.RecordBatch,
    sizes: npt.NDArray[np.int64],
    drawn: npt.NDArray[np.bool_],
    rule: str,
) -> tuple[pa.RecordBatch, Masks]:
    """Fill counts, height, width and the pixel columns; `drawn` rows are polygons with a size.

    Gives the masks of the rows that have some, too.
    """
    if drawn.all():
        masks = draw(records, sizes, rule)
        return replace_columns(records, _mask_columns(masks, drawn)), masks
    has_runs = has_value(records, "counts")
    masks = formats.masks_of(records)
    if drawn.any():
        polygons = draw(records, np.where(drawn[:, None], sizes, 0), rule)
        # rows in order: text and list masks come from `masks`, drawn ones from `polygons`
        source = np.where(has_runs, np.cumsum(has_runs) - 1, len(masks) + np.arange(len(drawn)))
        masks = Masks.concatenate([masks, polygons])[source[has_runs | drawn]]
    return replace_columns(records, _mask_columns(masks, has_runs | drawn)), masks


def _mask_columns(masks: Masks, valid: npt.NDArray[np.bool_]) -> dict[str, pa.Array]:
    every = len(masks) == len(valid)
    null = None if every else ~valid

    def spread(values: npt.NDArray[Any], dtype: Any) -> pa.Array:
        if every:
            return pa.array(values.astype(dtype, copy=False))
        full = np.zeros(len(valid), dtype)
        full[valid] = values
        return pa.array(full, mask=null)

    ends = masks.offsets
    if not every:
        ends = ends[np.concatenate([[0], np.cumsum(valid)])]  # a null is an empty stretch
    boxes = me.bbox(masks, format="xywh").astype(np.int32)
    columns = {
        "height": spread(masks.sizes[:, 0], np.int32),
        "width": spread(masks.sizes[:, 1], np.int32),
        "counts": pa.LargeListArray.from_arrays(
            pa.array(ends), pa.array(masks.counts), mask=None if every else pa.array(null)
        ),
        "pixel_area": spread(me.area(masks), np.int64),
    }
    for i, side in enumerate("xywh"):
        columns[f"pixel_{side}"] = spread(boxes[:, i], np.int32)
    return columns


def replace_columns(records: pa.RecordBatch, columns: dict[str, pa.Array]) -> pa.RecordBatch:
    """Give the batch with other columns under some names."""
    schema = records.schema
    for name, column in columns.items():
        i = schema.get_field_index(name)
        records = records.set_column(i, schema.field(i), column)
    return records


def draw(records: pa.RecordBatch, sizes: npt.NDArray[np.int64], rule: str) -> Masks:
    """Rasterize each row's rings at its own size, (N, 2), by a rule of `Frames`."""
    return draw_polygons(polygons_of_rows(records), sizes, rule)


def draw_polygons(polygons: me.Polygons, sizes: npt.NDArray[np.int64], rule: str) -> Masks:
    """Rasterize each item at its own size, (N, 2), by a rule of `Frames`."""
    if rule == "opencv_truncated":
        coords, offsets = polygons.to_ragged()
        polygons, rule = me.Polygons.from_ragged(np.trunc(coords), offsets), "opencv"
    if rule == "opencv_erased":
        return _erased(polygons, sizes)
    return me.rasterize(polygons, sizes, rule=cast("Any", rule))


def polygons_of_rows(records: pa.RecordBatch) -> me.Polygons:
    """Give the polygons of each row of a batch; rows without any are empty items."""
    coords, rings, parts = (records.column(name) for name in ("coords", "rings", "parts"))
    xy_ends = coords.offsets.to_numpy()  # a slice of a batch keeps the values of the whole
    item_rings = rings.offsets.to_numpy().astype(np.int64)
    lengths = rings.values.to_numpy()[item_rings[0] : item_rings[-1]]
    item_rings -= item_rings[0]
    ring_ends = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=ring_ends[1:])
    xy = coords.values.to_numpy()[xy_ends[0] : xy_ends[-1]].reshape(-1, 2)
    return me.Polygons.from_ragged(xy, (ring_ends, *_polygon_ends(item_rings, parts)))


def _erased(polygons: me.Polygons, sizes: npt.NDArray[np.int64]) -> Masks:
    """Draw exteriors, then interiors with 0, edges and all."""
    coords, (ring_ends, polygon_ends, item_ends) = polygons.to_ragged()
    is_first = np.zeros(len(ring_ends) - 1, bool)
    is_first[polygon_ends[:-1][np.diff(polygon_ends) > 0]] = True
    row = np.repeat(np.arange(len(polygons)), np.diff(polygon_ends[item_ends]))
    drawn = []
    for wanted in (is_first, ~is_first):
        lengths = np.diff(ring_ends)
        ends = np.concatenate([[0], np.cumsum(lengths[wanted])])
        each = np.arange(len(ends))
        counts = np.bincount(row[wanted], minlength=len(polygons))
        rings = me.Polygons.from_ragged(
            coords[np.repeat(wanted, lengths)], (ends, each, np.concatenate([[0], counts.cumsum()]))
        )
        drawn.append(me.rasterize(rings, sizes, rule="opencv"))
    return me.difference(*drawn)


def _polygon_ends(
    item_rings: npt.NDArray[np.int64], parts: pa.Array
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Give the first ring of each polygon and the first polygon of each row, and their ends."""
    if parts.null_count == len(parts):
        return np.arange(item_rings[-1] + 1, dtype=np.int64), item_rings
    told = parts.is_valid().to_numpy(zero_copy_only=False)
    part_ends = parts.offsets.to_numpy()
    n_polygons = np.where(told, np.diff(part_ends), np.diff(item_rings))
    item_ends = np.concatenate([[0], np.cumsum(n_polygons)])
    lengths = np.ones(item_ends[-1], np.int64)
    lengths[np.repeat(told, n_polygons)] = parts.values.to_numpy()[part_ends[0] : part_ends[-1]]
    return np.concatenate([[0], np.cumsum(lengths)]), item_ends
