"""How good annotations and predictions are: scores from counts that add up across frames."""

from __future__ import annotations

from maskengine.quality._changed_regions import ChangedRegions
from maskengine.quality.confusion import ClassScores, Confusion, confusion, miou
from maskengine.quality.corrections import Difference, apply_patch, diff
from maskengine.quality.panoptic import (
    PanopticAverage,
    PanopticMatches,
    PanopticScores,
    panoptic_matches,
    panoptic_quality,
)
from maskengine.quality.prelabels import PreLabels, PreMasks, prelabel, prelabel_masks
from maskengine.quality.review import review_queue

__all__ = [
    "ChangedRegions",
    "ClassScores",
    "Confusion",
    "Difference",
    "PanopticAverage",
    "PanopticMatches",
    "PanopticScores",
    "PreLabels",
    "PreMasks",
    "apply_patch",
    "confusion",
    "diff",
    "miou",
    "panoptic_matches",
    "panoptic_quality",
    "prelabel",
    "prelabel_masks",
    "review_queue",
]
