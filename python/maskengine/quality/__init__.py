"""How good annotations and predictions are: scores from counts that add up across frames."""

from __future__ import annotations

from maskengine.quality._conversion import ConversionLoss, PanopticMap
from maskengine.quality._panoptic_rules import PanopticProblem
from maskengine.quality._tolerance import PairTolerances
from maskengine.quality.amodal import AmodalProblem, check_amodal
from maskengine.quality.boundary_f import BoundaryMatches, boundary_f
from maskengine.quality.boundary_iou import BoundaryCounts, boundary_iou
from maskengine.quality.boundary_pairs import BoundaryPairs, boundary_pairs
from maskengine.quality.confusion import ClassScores, Confusion, confusion, miou
from maskengine.quality.conversions import (
    maps_to_panoptic,
    panoptic_to_instances,
    panoptic_to_maps,
    panoptic_to_semantic,
)
from maskengine.quality.coverage import Coverage, coverage, fill_gaps
from maskengine.quality.fix_panoptic import PanopticChange, PanopticFix, fix_panoptic
from maskengine.quality.instance_iou import InstanceCounts, instance_iou
from maskengine.quality.instances import Instances, InstanceWarning, instances
from maskengine.quality.merge_panoptic import merge_panoptic
from maskengine.quality.panoptic import (
    PanopticAverage,
    PanopticMatches,
    PanopticScores,
    panoptic_matches,
    panoptic_quality,
)
from maskengine.quality.panoptic_checker import PanopticChecker
from maskengine.quality.segment_ids import SegmentIds, ids_to_rgb, rgb_to_ids
from maskengine.quality.surface import SurfaceDistances, surface_distances
from maskengine.quality.surface_scores import SurfaceScores, surface_scores
from maskengine.quality.transition_band import SoftBand, TransitionBand, transition_band
from maskengine.quality.trimap import TrimapCurve, band_confusion, trimap_iou
from maskengine.quality.validate_panoptic import validate_panoptic

__all__ = [
    "AmodalProblem",
    "BoundaryCounts",
    "BoundaryMatches",
    "BoundaryPairs",
    "ClassScores",
    "Confusion",
    "ConversionLoss",
    "Coverage",
    "InstanceCounts",
    "InstanceWarning",
    "Instances",
    "PairTolerances",
    "PanopticAverage",
    "PanopticChange",
    "PanopticChecker",
    "PanopticFix",
    "PanopticMap",
    "PanopticMatches",
    "PanopticProblem",
    "PanopticScores",
    "SegmentIds",
    "SoftBand",
    "SurfaceDistances",
    "SurfaceScores",
    "TransitionBand",
    "TrimapCurve",
    "band_confusion",
    "boundary_f",
    "boundary_iou",
    "boundary_pairs",
    "check_amodal",
    "confusion",
    "coverage",
    "fill_gaps",
    "fix_panoptic",
    "ids_to_rgb",
    "instance_iou",
    "instances",
    "maps_to_panoptic",
    "merge_panoptic",
    "miou",
    "panoptic_matches",
    "panoptic_quality",
    "panoptic_to_instances",
    "panoptic_to_maps",
    "panoptic_to_semantic",
    "rgb_to_ids",
    "surface_distances",
    "surface_scores",
    "transition_band",
    "trimap_iou",
    "validate_panoptic",
]
