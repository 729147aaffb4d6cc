"""How good annotations and predictions are: scores from counts that add up across frames."""

from __future__ import annotations

from maskengine.quality._changed_regions import ChangedRegions
from maskengine.quality._corpus import Corpus
from maskengine.quality.class_totals import ClassTotals, class_totals
from maskengine.quality.confusion import ClassScores, Confusion, confusion, miou
from maskengine.quality.corrections import Difference, apply_patch, diff
from maskengine.quality.novelty import Novelty, novelty
from maskengine.quality.panoptic import (
    PanopticAverage,
    PanopticMatches,
    PanopticScores,
    panoptic_matches,
    panoptic_quality,
)
from maskengine.quality.plan import Plan, plan
from maskengine.quality.prelabels import PreLabels, PreMasks, prelabel, prelabel_masks
from maskengine.quality.review import review_queue
from maskengine.quality.tiers import Tier, TierCounts, tier_counts

__all__ = [
    "ChangedRegions",
    "ClassScores",
    "ClassTotals",
    "Confusion",
    "Corpus",
    "Difference",
    "Novelty",
    "PanopticAverage",
    "PanopticMatches",
    "PanopticScores",
    "Plan",
    "PreLabels",
    "PreMasks",
    "Tier",
    "TierCounts",
    "apply_patch",
    "class_totals",
    "confusion",
    "diff",
    "miou",
    "novelty",
    "panoptic_matches",
    "panoptic_quality",
    "plan",
    "prelabel",
    "prelabel_masks",
    "review_queue",
    "tier_counts",
]
