"""Geometry that a target can hold, with the pixels of the source."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

import maskengine as me
from maskengine import formats
from maskengine.convert._fill import (
    ImageSizes,
    check_part,
    draw_polygons,
    fill_counts,
    fill_part,
    polygons_of_rows,
    replace_columns,
)
from maskengine.convert._seams import join_rings, with_three
from maskengine.convert._simplify import Bound, chosen, has_holes
from maskengine.errors import MaskError
from maskengine.formats import KINDS, Format, Frames, Part
from maskengine.formats._frames import has_value
from maskengine.values import Masks, Polygons

_SHAPE = ("kind", "coords", "rings", "parts")
_POLYGON, _TEXT = KINDS.index("polygon"), KINDS.index("text")


def fit(
    frames: Frames,
    target: Format,
    *,
    keep_vertices: bool,
    bound: Bound | None = None,
    sizes: ImageSizes | None = None,
) -> Frames:
    """Give the annotations in the form that a format writes.

    Polygons stay as they are where the target draws them as the source does. Elsewhere they become
    the runs that the source's rule gives, and, for a target without runs, polygons that the
    target's rule draws alike. With a bound every mask becomes a polygon of few vertices, but for
    crowds and masks with holes that the target holds as runs alone.

    Parameters
    ----------
    frames : Frames
        As a format reads them.
    target : Format
        The module that will write them.
    keep_vertices : bool
        Keep polygons even where the target draws other pixels.
    bound : Bound, optional
        By how much polygons may differ from their masks.
    sizes : ImageSizes, optional
        Of the images of `frames`, where they are at hand.

    Returns
    -------
    Frames
    """
    sizes = sizes or ImageSizes(frames)
    if bound is not None:
        return _simplified(frames, target, bound, sizes)
    if target.RULE is None:
        return fill_counts(frames, sizes=sizes) if "counts" in target.NEEDS else frames
    same = keep_vertices or frames.rule == target.RULE
    needs_rings = "rings" in target.NEEDS

    def plain(records: pa.RecordBatch) -> npt.NDArray[np.bool_]:
        """Say which rows can stay."""
        kind: npt.NDArray[np.int8] = records.column("kind").indices.to_numpy()
        stays = kind != _POLYGON
        if needs_rings:
            stays = kind == KINDS.index("none")
        if same:
            stays |= (kind == _POLYGON) & _fits(records, target)
        return np.asarray(stays)

    by_images = target.FOLDER or "images" in target.NEEDS
    if same and not needs_rings and "interiors" in target.HOLDS and not by_images:
        return fill_counts(frames, sizes=sizes) if "counts" in target.NEEDS else frames
    # where pixels serve to trace rings alone, those of the other rows are not needed
    some_pixels = needs_rings and not (
        target.NEEDS & {"counts"} or target.HOLDS & {"runs", "box", "area"}
    )

    def traced(part: Part, stays: npt.NDArray[np.bool_]) -> Part:
        moved = pa.array(~stays)
        part_moved = Part(part.records.filter(moved), (), part.positions[~stays])
        records = fill_part(part_moved, sizes, frames.rule).records
        records = _with_rings(records, ~plain(records), target, frames)
        return replace(part, records=_put(part.records, records, ~stays))

    def fitted(part: Part) -> Part:
        if plain(part.records).all():
            part = check_part(part, sizes)
            return fill_part(part, sizes, frames.rule) if "counts" in target.NEEDS else part
        if some_pixels:
            part = check_part(part, sizes)
            stays = plain(part.records)
            return part if stays.all() else traced(part, stays)
        part = fill_part(part, sizes, frames.rule)
        stays = plain(part.records)
        if stays.all():
            return part
        if needs_rings:
            return replace(part, records=_with_rings(part.records, ~stays, target, frames))
        return replace(part, records=_as_runs(part.records, stays))

    return replace(frames, parts=lambda: map(fitted, frames))


def _simplified(frames: Frames, target: Format, bound: Bound, sizes: ImageSizes) -> Frames:
    """Give polygons within a bound of the masks that they stand for."""
    rule = target.RULE
    if rule is None or "polygons" not in target.HOLDS:
        raise MaskError("the target is not made of polygons", parameter="simplify")
    if frames.is_array and "images" not in target.NEEDS and not target.FOLDER:
        raise MaskError(
            "a list of results has no sizes of images, so polygons there have no pixels",
            parameter="simplify",
        )

    def fitted(part: Part) -> Part:
        part = fill_part(part, sizes, frames.rule)
        records = part.records
        wanted = has_value(records, "counts")
        if "runs" in target.HOLDS:  # readers want crowds so
            wanted &= records.column("iscrowd").fill_null(0).to_numpy(zero_copy_only=False) == 0
        own = wanted & (records.column("kind").indices.to_numpy() == _POLYGON)
        own &= _fits(records, target) if rule == frames.rule else False
        if own.any():
            given = records.filter(pa.array(own))
            polygons, masks = polygons_of_rows(given), formats.masks_of(given)
            few = bound.simplified(polygons)
            few = chosen(few, polygons, bound.holds(few, masks, rule))
            records = _interleave(records, few, own)
        if (wanted & ~own).any():
            records = _with_rings(records, wanted & ~own, target, frames, bound)
        return replace(part, records=records)

    return replace(frames, parts=lambda: map(fitted, frames))


def _fits(records: pa.RecordBatch, target: Format) -> npt.NDArray[np.bool_]:
    """Say whether the target has a place for the polygons of each row."""
    n_rings = np.diff(records.column("rings").offsets.to_numpy())
    n_parts = np.diff(records.column("parts").offsets.to_numpy())
    n_parts = np.where(records.column("parts").is_valid(), n_parts, n_rings)
    fits = np.ones(len(n_rings), bool)
    if "interiors" not in target.HOLDS:
        fits &= n_rings == n_parts
    if "parts" not in target.HOLDS:
        fits &= n_parts <= 1
    return fits


def _as_runs(records: pa.RecordBatch, stays: npt.NDArray[np.bool_]) -> pa.RecordBatch:
    kind = records.column("kind").indices.to_numpy().copy()
    has_runs = has_value(records, "counts")
    moved = ~stays & has_runs
    kind[moved] = _TEXT
    columns = {"kind": pa.DictionaryArray.from_arrays(kind, pa.array(KINDS))}
    for name in ("coords", "rings", "parts"):
        columns[name] = _where_null(records.column(name), moved)
    return replace_columns(records, columns)


def _with_rings(
    records: pa.RecordBatch,
    wanted: npt.NDArray[np.bool_],
    target: Format,
    frames: Frames,
    bound: Bound | None = None,
) -> pa.RecordBatch:
    """Trace the rows that are wanted so, where they have runs."""
    moved = wanted & has_value(records, "counts")
    masks = formats.masks_of(records.filter(pa.array(moved)))
    rule, interiors = target.RULE or "", "interiors" in target.HOLDS
    corners = rule in {"coco", "exact"}
    if corners:
        as_rings = interiors or (bound is not None and "runs" in target.HOLDS)
        traced = me.polygonize(masks, holes="rings" if as_rings else "bridge")
    else:
        traced = me.polygonize(masks, vertices="centres")
    seamed = has_holes(traced)
    if interiors and rule != "opencv_erased":
        seamed[:] = False
    few = None if bound is None else chosen(bound.simplified(traced), traced, ~seamed)
    joined = "parts" not in target.HOLDS
    if joined or (not corners and not interiors):
        traced, chained = join_rings(traced, parts=joined)
        few = None if few is None else join_rings(few, parts=joined)[0]
        frames.ledger.lose("parts", "masks whose parts were joined by a line", chained)
    elif not corners:
        traced, few = with_three(traced), few and with_three(few)
    alike = np.ones(len(masks), bool)
    if "runs" in target.HOLDS:
        # a mask with a hole is better held as such than as a polygon with a seam
        alike = _draws(traced, masks, rule) & ~seamed
    if bound is not None and few is not None:
        near = bound.holds(few, masks, rule) & ~seamed
        traced, alike = chosen(few, traced, near), alike | near
    if not alike.all():
        drawn = moved.copy()
        drawn[moved] = alike
        records = _as_runs(records, ~moved | drawn)
        traced, moved = traced[np.flatnonzero(alike)], drawn
    return _interleave(records, traced, moved)


def _draws(polygons: Polygons, masks: Masks, rule: str) -> npt.NDArray[np.bool_]:
    """Say of which polygons the target's rule draws the mask."""
    drawn = draw_polygons(polygons, masks.sizes, rule)
    if drawn == masks:
        return np.ones(len(masks), bool)
    alike: npt.NDArray[np.bool_] = me.area(me.symmetric_difference(drawn, masks)) == 0
    alike &= np.diff(drawn.offsets) == np.diff(masks.offsets)
    return alike


def _interleave(
    records: pa.RecordBatch, polygons: Polygons, moved: npt.NDArray[np.bool_]
) -> pa.RecordBatch:
    """Put the polygons in the rows that moved."""
    coords, (ring_ends, polygon_ends, item_ends) = polygons.to_ragged()
    xy_ends = 2 * ring_ends[polygon_ends[item_ends]]
    lists: dict[str, tuple[Any, Any]] = {
        "coords": (xy_ends, coords.reshape(-1)),
        "rings": (polygon_ends[item_ends], np.diff(ring_ends).astype(np.int32)),
        "parts": (item_ends, np.diff(polygon_ends).astype(np.int32)),
    }
    kind = records.column("kind").indices.to_numpy().copy()
    kind[moved] = _POLYGON
    columns = {"kind": pa.DictionaryArray.from_arrays(kind, pa.array(KINDS))}
    for name, (ends, values) in lists.items():
        new = pa.LargeListArray.from_arrays(pa.array(ends), pa.array(values))
        columns[name] = new if moved.all() else _mixed(records.column(name), new, moved)
    return replace_columns(records, columns)


def _put(
    records: pa.RecordBatch, others: pa.RecordBatch, moved: npt.NDArray[np.bool_]
) -> pa.RecordBatch:
    """Put the polygons of other rows in place of those that moved."""
    if moved.all():
        mixed = {name: others.column(name) for name in _SHAPE}
    else:
        mixed = {name: _mixed(records.column(name), others.column(name), moved) for name in _SHAPE}
    return replace_columns(records, mixed)


def _mixed(column: pa.Array, others: pa.Array, moved: npt.NDArray[np.bool_]) -> pa.Array:
    """Put the values or lists of other rows in place of those that moved."""
    if not pa.types.is_large_list(column.type):
        order = np.arange(len(moved))
        order[moved] = len(moved) + np.arange(int(moved.sum()))
        return pa.concat_arrays([column, others]).take(pa.array(order))
    lengths, news = (np.diff(array.offsets.to_numpy()) for array in (column, others))
    kept_values, new_values = _flat(column), _flat(others)
    if moved.any():
        kept_values = kept_values[np.repeat(~moved, lengths)]
    lengths = lengths.copy()
    lengths[moved] = news
    is_new = np.repeat(moved, lengths)
    values = np.empty(len(is_new), kept_values.dtype)
    values[~is_new], values[is_new] = kept_values, new_values
    null = np.asarray(column.is_null())
    null = null.copy()
    null[moved] = np.asarray(others.is_null())
    ends = np.concatenate([[0], np.cumsum(lengths)])
    mask = pa.array(null) if null.any() else None
    return pa.LargeListArray.from_arrays(pa.array(ends), pa.array(values), mask=mask)


def _flat(column: pa.Array) -> npt.NDArray[Any]:
    """Give the values of the lists, without what a slice leaves out."""
    ends = column.offsets
    values: npt.NDArray[Any] = column.values.to_numpy(zero_copy_only=False)
    return values[ends[0].as_py() : ends[-1].as_py()]


def _where_null(column: pa.Array, null: npt.NDArray[np.bool_]) -> pa.Array:
    index = np.arange(len(null))
    return column.take(pa.array(index, mask=null))
