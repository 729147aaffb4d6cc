"""How good annotations and predictions are: scores from counts that add up across frames."""

from __future__ import annotations

from maskengine.quality.amodal import AmodalProblem, check_amodal
from maskengine.quality.confusion import ClassScores, Confusion, confusion, miou
from maskengine.quality.coverage import Coverage, coverage, fill_gaps
from maskengine.quality.panoptic import (
    PanopticAverage,
    PanopticMatches,
    PanopticScores,
    panoptic_matches,
    panoptic_quality,
)
from maskengine.quality.transition_band import SoftBand, TransitionBand, transition_band

__all__ = [
    "AmodalProblem",
    "ClassScores",
    "Confusion",
    "Coverage",
    "PanopticAverage",
    "PanopticMatches",
    "PanopticScores",
    "SoftBand",
    "TransitionBand",
    "check_amodal",
    "confusion",
    "coverage",
    "fill_gaps",
    "miou",
    "panoptic_matches",
    "panoptic_quality",
    "transition_band",
]
