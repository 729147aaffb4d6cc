"""Members of annotations that a target has no place for."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from maskengine.formats import Ledger

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
