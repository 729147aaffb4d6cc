"""Members of annotations that a target has no place for."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from maskengine.formats import Format, Frames, Ledger

# What a format must hold, the column that has it, and how it is called.
_MEMBERS = (
    ("id", "id", "ids", "annotation ids dropped"),
    ("score", "score", "scores", "dropped"),
    ("box", "bbox_x", "boxes", "boxes of the source dropped"),
    ("area", "area", "areas", "areas of the source dropped"),
    ("extra", "extra", "attributes", "annotations lost other keys"),
)


def count_losses(ledger: Ledger, records: pa.RecordBatch, holds: frozenset[str]) -> None:
    """Note what annotations have and a format that holds only this does not.

    Boxes and areas that are those of the pixels are no loss.
    """
    if records.num_rows == 0:
        return
    for member, column, what, how in _MEMBERS:
        if member not in holds:
            told = _has_value(records, column)
            if member == "box" and "bare_box" in holds:
                told &= _has_value(records, "coords") | _has_value(records, "counts")
            ledger.lose(what, how, int(np.count_nonzero(told)))
    if "crowd" not in holds:
        flags = records.column("iscrowd").fill_null(0).to_numpy(zero_copy_only=False)
        ledger.lose("iscrowd", "crowds written as objects", int(np.count_nonzero(flags)))


def _has_value(records: pa.RecordBatch, column: str) -> npt.NDArray[np.bool_]:
    valid: npt.NDArray[np.bool_] = records.column(column).is_valid().to_numpy(zero_copy_only=False)
    return valid.copy()


def count_table_losses(frames: Frames, source: Format, target: Format) -> None:
    """Note tables, and members of rows of images and categories, that have no place in a target.

    Ids of rows are no loss where the source has none of its own, so that its reader counted.
    """
    if "tables" in target.HOLDS:
        return
    ledger = frames.ledger
    others = frames.tables.keys() - {"images", "annotations", "categories"}
    ledger.lose("other tables", "dropped", sum(_is_told(frames.tables[key]) for key in others))
    for table, kept in getattr(target, "ROWS", {}).items():
        rows = msgspec.json.decode(frames.tables.get(table, b"[]"), type=list[dict[str, Any]])
        if "id" not in kept and "tables" in source.HOLDS:
            ledger.lose(table, "ids dropped", len(rows))
        if "name" not in kept and table == "categories":
            ledger.lose(table, "names dropped", _names(rows))
        own = {"id", "name", *kept}
        more = sum(any(v not in (None, "", []) for k, v in r.items() if k not in own) for r in rows)
        ledger.lose(table, "lost other keys", more)


def _is_told(text: bytes) -> bool:
    return msgspec.json.decode(text) not in (None, [], {}, "")


def _names(rows: list[dict[str, Any]]) -> int:
    """Count names of categories but their numbers, and that of objects of no category."""
    names = [row["name"] for row in rows if row.get("name") not in (None, str(row["id"]))]
    return 0 if len(rows) == 1 and names == ["object"] else len(names)
