"""How good annotations and predictions are: scores from counts that add up across frames."""

from __future__ import annotations

from maskengine.quality.confusion import ClassScores, Confusion, confusion, miou
from maskengine.quality.density import (
    DensityReport,
    DensityRule,
    DensityVerdict,
    density_report,
    needed_density,
)
from maskengine.quality.deviation import Deviation, deviation
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
    "DensityReport",
    "DensityRule",
    "DensityVerdict",
    "Deviation",
    "PanopticAverage",
    "PanopticMatches",
    "PanopticScores",
    "confusion",
    "density_report",
    "deviation",
    "miou",
    "needed_density",
    "panoptic_matches",
    "panoptic_quality",
]
