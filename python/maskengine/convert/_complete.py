"""What a target has a place for and the source had none: names, ids, boxes, areas."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute

from maskengine.convert._fill import ImageSizes, fill_part, replace_columns
from maskengine.errors import MaskError, shown
from maskengine.formats import Format, Frames, Part


def with_tables(frames: Frames, *, only_used: bool = False) -> Frames:
    """Give results tables of images and categories, of the ids and mask sizes they name.

    Parameters
    ----------
    frames : Frames
        As a format reads them.
    only_used : bool
        Leave out categories that no annotation has.
    """
    lacks_images = frames.images() is None
    lacks_categories = "categories" not in frames.tables
    if not (lacks_images or lacks_categories or only_used):
        return frames
    sizes: dict[int, tuple[int | None, int | None]] = {}
    used: set[int] = set()
    for part in frames:
        columns = [part.records.column(name) for name in ("image_id", "height", "width")]
        used.update(pa.compute.unique(part.records.column("category_id")).drop_null().to_pylist())
        if not lacks_images:
            continue
        for id_, height, width in zip(*(column.to_pylist() for column in columns), strict=True):
            if sizes.get(id_, (None, None))[0] is None:
                sizes[id_] = (height, width)
    tables = dict(frames.tables)
    if lacks_images:
        tables["images"] = msgspec.json.encode(
            [{"id": id_, "height": h, "width": w} for id_, (h, w) in sorted(sizes.items())]
        )
    if lacks_categories:
        tables["categories"] = msgspec.json.encode(
            [{"id": id_, "name": str(id_)} for id_ in sorted(used)]
        )
    elif only_used:
        rows = msgspec.json.decode(tables["categories"], type=list[dict[str, Any]])
        tables["categories"] = msgspec.json.encode([row for row in rows if row["id"] in used])
    return replace(frames, tables=tables)


def limited(frames: Frames, limit: int) -> Frames:
    """Keep the first images of the table and their annotations."""
    if limit < 0:
        raise MaskError(f"expected a number from 0 on, got {shown(limit)}", parameter="limit")
    rows = msgspec.json.decode(frames.tables["images"], type=list[dict[str, Any]])[:limit]
    ids = pa.array([row["id"] for row in rows], pa.int64())

    def kept(part: Part) -> Part:
        wanted = pa.compute.is_in(part.records.column("image_id"), ids)
        positions = part.positions[wanted.to_numpy(zero_copy_only=False)]
        return replace(part, records=part.records.filter(wanted), positions=positions)

    tables = {**frames.tables, "images": msgspec.json.encode(rows)}
    return replace(frames, tables=tables, parts=lambda: map(kept, frames))


def complete(frames: Frames, source: Format, target: Format) -> Frames:
    """Fill ids, boxes, areas and crowd flags that the source's format has no place for.

    Parameters
    ----------
    frames : Frames
        As the target will write them.
    source, target : Format
        The modules at both ends.
    """
    lacking = (target.HOLDS - source.HOLDS) & {"id", "box", "area", "crowd"}
    if not lacking or frames.is_array:
        return frames
    sizes = ImageSizes(frames)

    def completed(part: Part) -> Part:
        if lacking & {"box", "area"}:
            pixels = fill_part(part, sizes, frames.rule).records
        else:
            pixels = part.records
        columns: dict[str, pa.Array] = {}
        if "id" in lacking:
            columns["id"] = _first(part.records, "id", pa.array(part.positions + 1))
        if "crowd" in lacking:
            none = pa.array(np.zeros(part.records.num_rows, np.uint8))
            columns["iscrowd"] = _first(part.records, "iscrowd", none)
        if "area" in lacking:
            columns["area"] = _first(part.records, "area", pixels.column("pixel_area"))
        for side in "xywh" if "box" in lacking else "":
            name = f"bbox_{side}"
            columns[name] = _first(part.records, name, pixels.column(f"pixel_{side}"))
        records = replace_columns(part.records, columns)
        return replace(part, records=records)

    return replace(frames, parts=lambda: map(completed, frames))


def _first(records: pa.RecordBatch, name: str, values: pa.Array) -> pa.Array:
    """Give a column with its nulls filled from another one."""
    column = records.column(name)
    if column.null_count == 0:
        return column
    wanted: Any = values.cast(column.type)
    if column.null_count == len(column):
        return wanted
    return pa.compute.coalesce(column, wanted)
