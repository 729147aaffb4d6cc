"""What a target has a place for and the source had none: names, ids, boxes, areas."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa

from maskengine.convert._fill import ImageSizes, fill_part, replace_columns
from maskengine.formats import Format, Frames, Part


def with_images(frames: Frames) -> Frames:
    """Give results a table of images, of the ids and mask sizes they name."""
    if frames.images() is not None:
        return frames
    sizes: dict[int, tuple[int | None, int | None]] = {}
    for part in frames:
        columns = [part.records.column(name) for name in ("image_id", "height", "width")]
        for id_, height, width in zip(*(column.to_pylist() for column in columns), strict=True):
            if sizes.get(id_, (None, None))[0] is None:
                sizes[id_] = (height, width)
    rows = [
        {"id": id_, "height": height, "width": width}
        for id_, (height, width) in sorted(sizes.items())
    ]
    return replace(frames, tables={**frames.tables, "images": msgspec.json.encode(rows)})


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
