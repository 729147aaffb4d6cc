"""Annotations as COCO's JSON text."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from maskengine._backend import core
from maskengine.formats._frames import KINDS, MEMBERS, has_value


def annotations_to_json(
    records: pa.RecordBatch,
) -> tuple[memoryview, npt.NDArray[np.int64]]:
    r"""Give annotations as JSON objects with ",\n" between them, and where each ends."""

    def column(name: str, dtype: Any) -> npt.NDArray[Any]:
        array = records.column(name)
        if array.null_count:
            array = array.fill_null(0)
        return np.ascontiguousarray(array.to_numpy(zero_copy_only=False), dtype=dtype)

    kind = records.column("kind").dictionary_decode()
    codes = pc.index_in(kind, pa.array(KINDS)).fill_null(0).to_numpy(zero_copy_only=False)
    present = np.where(codes > 0, MEMBERS["segmentation"], 0).astype(np.uint16)
    for name, bit in MEMBERS.items():
        if name != "segmentation":
            valid = has_value(records, "bbox_x" if name == "bbox" else name)
            present |= np.where(valid, bit, 0).astype(np.uint16)
    extra, extra_offsets = _text_columns(records.column("extra"))
    text, ends = core.write_annotations(
        present,
        column("id", np.int64),
        column("image_id", np.int64),
        column("category_id", np.int64),
        column("iscrowd", np.uint8),
        column("style", np.uint8),
        codes.astype(np.uint8),
        column("score", np.float64),
        column("area", np.float64),
        np.stack([column(f"bbox_{side}", np.float64) for side in "xywh"], axis=1),
        *_lists(records.column("coords"), np.float64),
        *_lists(records.column("rings"), np.int32),
        extra,
        extra_offsets,
        *_lists(records.column("counts"), np.uint32),
        np.stack([column("height", np.int64), column("width", np.int64)], axis=1),
    )
    return text.view(np.uint8).data, ends


def _lists(array: pa.Array, dtype: Any) -> tuple[npt.NDArray[Any], npt.NDArray[np.int64]]:
    """Give values and offsets of a list column."""
    values = array.values.to_numpy(zero_copy_only=False)
    offsets = array.offsets.to_numpy().astype(np.int64)
    return np.ascontiguousarray(values, dtype=dtype), offsets


def _text_columns(array: pa.Array) -> tuple[pa.Buffer, npt.NDArray[np.int64]]:
    array = array.cast(pa.large_string())
    _, offsets, text = array.buffers()
    ends = np.frombuffer(offsets, np.int64)[array.offset : array.offset + len(array) + 1]
    return text if text is not None else pa.py_buffer(b""), ends
