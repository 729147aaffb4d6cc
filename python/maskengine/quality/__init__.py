"""How good annotations and predictions are: scores from counts that add up across frames."""

from __future__ import annotations

from maskengine.quality._tolerance import PairTolerances
from maskengine.quality.boundary_f import BoundaryMatches, boundary_f
from maskengine.quality.boundary_iou import BoundaryCounts, boundary_iou
from maskengine.quality.boundary_pairs import BoundaryPairs, boundary_pairs
from maskengine.quality.confusion import ClassScores, Confusion, confusion, miou
from maskengine.quality.instance_iou import InstanceCounts, instance_iou
from maskengine.quality.panoptic import (
    PanopticAverage,
    PanopticMatches,
    PanopticScores,
    panoptic_matches,
    panoptic_quality,
)
from maskengine.quality.surface import SurfaceDistances, surface_distances
from maskengine.quality.surface_scores import SurfaceScores, surface_scores
from maskengine.quality.trimap import TrimapCurve, band_confusion, trimap_iou

__all__ = [
    "BoundaryCounts",
    "BoundaryMatches",
    "BoundaryPairs",
    "ClassScores",
    "Confusion",
    "InstanceCounts",
    "PairTolerances",
    "PanopticAverage",
    "PanopticMatches",
    "PanopticScores",
    "SurfaceDistances",
    "SurfaceScores",
    "TrimapCurve",
    "band_confusion",
    "boundary_f",
    "boundary_iou",
    "boundary_pairs",
    "confusion",
    "instance_iou",
    "miou",
    "panoptic_matches",
    "panoptic_quality",
    "surface_distances",
    "surface_scores",
    "trimap_iou",
]
