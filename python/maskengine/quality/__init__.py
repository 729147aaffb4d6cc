"""How good annotations and predictions are: scores from counts that add up across frames."""

from __future__ import annotations

from maskengine.quality.agreement import Agreement, RaterScores, agreement, fleiss_kappa
from maskengine.quality.confusion import ClassScores, Confusion, confusion, miou
from maskengine.quality.consensus import Consensus, consensus
from maskengine.quality.disagreement import (
    DisagreementRegions,
    disagreement_map,
    disagreement_regions,
)
from maskengine.quality.matching import InstanceMatches, match_instances
from maskengine.quality.offsets import (
    BoundaryOffsets,
    OffsetScores,
    OffsetSums,
    boundary_offsets,
    offset_scores,
)
from maskengine.quality.panoptic import (
    PanopticAverage,
    PanopticMatches,
    PanopticScores,
    panoptic_matches,
    panoptic_quality,
)
from maskengine.quality.rater_counts import RaterCounts, rater_counts
from maskengine.quality.staple import Staple, staple
from maskengine.quality.staple_labels import LabelStaple, staple_labels

__all__ = [
    "Agreement",
    "BoundaryOffsets",
    "ClassScores",
    "Confusion",
    "Consensus",
    "DisagreementRegions",
    "InstanceMatches",
    "LabelStaple",
    "OffsetScores",
    "OffsetSums",
    "PanopticAverage",
    "PanopticMatches",
    "PanopticScores",
    "RaterCounts",
    "RaterScores",
    "Staple",
    "agreement",
    "boundary_offsets",
    "confusion",
    "consensus",
    "disagreement_map",
    "disagreement_regions",
    "fleiss_kappa",
    "match_instances",
    "miou",
    "offset_scores",
    "panoptic_matches",
    "panoptic_quality",
    "rater_counts",
    "staple",
    "staple_labels",
]
