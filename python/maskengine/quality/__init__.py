"""How good annotations and predictions are: scores from counts that add up across frames."""

from __future__ import annotations

from maskengine.quality.confusion import ClassScores, Confusion, confusion, miou
from maskengine.quality.panoptic import (
    PanopticAverage,
    PanopticMatches,
    PanopticScores,
    panoptic_matches,
    panoptic_quality,
)

__all__ = [
    "ClassScores",
    "Confusion",
    "PanopticAverage",
    "PanopticMatches",
    "PanopticScores",
    "confusion",
    "miou",
    "panoptic_matches",
    "panoptic_quality",
]
