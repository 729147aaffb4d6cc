"""The values that operations take and give: data only, nothing is computed here."""

from maskengine.values.label_runs import LabelRuns, label_columns_of, wrap_labels
from maskengine.values.masks import Masks, runs_of, wrap
from maskengine.values.polygons import Polygons, polygons_of, wrap_polygons

__all__ = [
    "LabelRuns",
    "Masks",
    "Polygons",
    "label_columns_of",
    "polygons_of",
    "runs_of",
    "wrap",
    "wrap_labels",
    "wrap_polygons",
]
