"""How good annotations and predictions are: scores from counts that add up across frames."""

from __future__ import annotations

from maskengine.quality._changed_regions import ChangedRegions
from maskengine.quality._conversion import ConversionLoss, PanopticMap
from maskengine.quality._corpus import Corpus
from maskengine.quality._panoptic_rules import PanopticProblem
from maskengine.quality._tolerance import PairTolerances
from maskengine.quality.agreement import Agreement, RaterScores, agreement, fleiss_kappa
from maskengine.quality.amodal import AmodalProblem, check_amodal
from maskengine.quality.boundary_f import BoundaryMatches, boundary_f
from maskengine.quality.boundary_iou import BoundaryCounts, boundary_iou
from maskengine.quality.boundary_pairs import BoundaryPairs, boundary_pairs
from maskengine.quality.class_totals import ClassTotals, class_totals
from maskengine.quality.confusion import ClassScores, Confusion, confusion, miou
from maskengine.quality.consensus import Consensus, consensus
from maskengine.quality.conversions import (
    maps_to_panoptic,
    panoptic_to_instances,
    panoptic_to_maps,
    panoptic_to_semantic,
)
from maskengine.quality.corrections import Difference, apply_patch, diff
from maskengine.quality.coverage import Coverage, coverage, fill_gaps
from maskengine.quality.density import (
    DensityReport,
    DensityRule,
    DensityVerdict,
    needed_density,
    vertex_density,
)
from maskengine.quality.deviation import Deviation, deviation
from maskengine.quality.disagreement import (
    DisagreementRegions,
    disagreement_map,
    disagreement_regions,
)
from maskengine.quality.fix_panoptic import PanopticChange, PanopticFix, fix_panoptic
from maskengine.quality.instance_iou import InstanceCounts, instance_iou
from maskengine.quality.instances import Instances, InstanceWarning, instances
from maskengine.quality.matching import InstanceMatches, match_instances
from maskengine.quality.merge_panoptic import merge_panoptic
from maskengine.quality.novelty import Novelty, novelty
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
from maskengine.quality.panoptic_checker import PanopticChecker
from maskengine.quality.plan import Plan, plan
from maskengine.quality.prelabels import PreLabels, PreMasks, prelabel, prelabel_masks
from maskengine.quality.rater_counts import RaterCounts, rater_counts
from maskengine.quality.review import review_queue
from maskengine.quality.segment_ids import SegmentIds, ids_to_rgb, rgb_to_ids
from maskengine.quality.staple import Staple, staple
from maskengine.quality.staple_labels import LabelStaple, staple_labels
from maskengine.quality.surface import SurfaceDistances, surface_distances
from maskengine.quality.surface_scores import SurfaceScores, surface_scores
from maskengine.quality.tiers import Tier, TierCounts, tier_counts
from maskengine.quality.transition_band import SoftBand, TransitionBand, transition_band
from maskengine.quality.trimap import TrimapCurve, band_confusion, trimap_iou
from maskengine.quality.validate_panoptic import validate_panoptic

__all__ = [
    "Agreement",
    "AmodalProblem",
    "BoundaryCounts",
    "BoundaryMatches",
    "BoundaryOffsets",
    "BoundaryPairs",
    "ChangedRegions",
    "ClassScores",
    "ClassTotals",
    "Confusion",
    "Consensus",
    "ConversionLoss",
    "Corpus",
    "Coverage",
    "DensityReport",
    "DensityRule",
    "DensityVerdict",
    "Deviation",
    "Difference",
    "DisagreementRegions",
    "InstanceCounts",
    "InstanceMatches",
    "InstanceWarning",
    "Instances",
    "LabelStaple",
    "Novelty",
    "OffsetScores",
    "OffsetSums",
    "PairTolerances",
    "PanopticAverage",
    "PanopticChange",
    "PanopticChecker",
    "PanopticFix",
    "PanopticMap",
    "PanopticMatches",
    "PanopticProblem",
    "PanopticScores",
    "Plan",
    "PreLabels",
    "PreMasks",
    "RaterCounts",
    "RaterScores",
    "SegmentIds",
    "SoftBand",
    "Staple",
    "SurfaceDistances",
    "SurfaceScores",
    "Tier",
    "TierCounts",
    "TransitionBand",
    "TrimapCurve",
    "agreement",
    "apply_patch",
    "band_confusion",
    "boundary_f",
    "boundary_iou",
    "boundary_offsets",
    "boundary_pairs",
    "check_amodal",
    "class_totals",
    "confusion",
    "consensus",
    "coverage",
    "deviation",
    "diff",
    "disagreement_map",
    "disagreement_regions",
    "fill_gaps",
    "fix_panoptic",
    "fleiss_kappa",
    "ids_to_rgb",
    "instance_iou",
    "instances",
    "maps_to_panoptic",
    "match_instances",
    "merge_panoptic",
    "miou",
    "needed_density",
    "novelty",
    "offset_scores",
    "panoptic_matches",
    "panoptic_quality",
    "panoptic_to_instances",
    "panoptic_to_maps",
    "panoptic_to_semantic",
    "plan",
    "prelabel",
    "prelabel_masks",
    "rater_counts",
    "review_queue",
    "rgb_to_ids",
    "staple",
    "staple_labels",
    "surface_distances",
    "surface_scores",
    "tier_counts",
    "transition_band",
    "trimap_iou",
    "validate_panoptic",
    "vertex_density",
]
