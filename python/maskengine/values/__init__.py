"""The values that operations take and give: data only, nothing is computed here."""

from __future__ import annotations

from maskengine.values._device_runs import DeviceRuns, common_device, common_size
from maskengine.values.label_runs import LabelRuns, label_columns_of, wrap_labels
from maskengine.values.masks import Masks, runs_of, wrap
from maskengine.values.packed_bits import PackedBits
from maskengine.values.patch import Patch, native_patch
from maskengine.values.polygons import Polygons, polygons_of, wrap_polygons

__all__ = [
    "DeviceRuns",
    "LabelRuns",
    "Masks",
    "PackedBits",
    "Patch",
    "Polygons",
    "common_device",
    "common_size",
    "label_columns_of",
    "native_patch",
    "polygons_of",
    "runs_of",
    "wrap",
    "wrap_labels",
    "wrap_polygons",
]
