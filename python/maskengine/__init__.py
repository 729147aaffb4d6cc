"""maskengine: the mask engine that a segmentation tool embeds.

Run-length masks in columns, polygons, set algebra and geometry on runs, as flat functions::

    import maskengine as me

    masks = me.encode(stack)  # (N, H, W) -> Masks
    me.area(masks), me.iou(masks, masks)
"""

import importlib
from typing import Any

from maskengine._backend import cpu_levels, devices, use
from maskengine.canvas import Canvas, Components, Edit, Patch, Rules
from maskengine.errors import (
    BackendUnavailable,
    BadFile,
    BadPolygon,
    LimitExceeded,
    MalformedRLE,
    MaskError,
    MaskTypeError,
    ShapeMismatch,
)
from maskengine.ops._region_changes import RegionChanges
from maskengine.ops.absorb_small import absorb_small
from maskengine.ops.adjacency import Adjacency, adjacency
from maskengine.ops.arcs import Arcs, arcs
from maskengine.ops.area import area
from maskengine.ops.argmax import argmax
from maskengine.ops.bbox import bbox
from maskengine.ops.border_distances import BorderDistances, border_distances
from maskengine.ops.boundary import boundary
from maskengine.ops.boundary_overlap import BoundaryOverlap, boundary_overlap
from maskengine.ops.box_iou import box_iou
from maskengine.ops.centroid import centroid
from maskengine.ops.check_polygons import PolygonChecks, check_polygons
from maskengine.ops.clean import fill_holes, largest, remove_small
from maskengine.ops.close import close
from maskengine.ops.combine import (
    complement,
    difference,
    intersection,
    symmetric_difference,
    union,
)
from maskengine.ops.compose import compose
from maskengine.ops.contains import contains
from maskengine.ops.convex_hull import convex_hull
from maskengine.ops.crop import crop
from maskengine.ops.decode import decode
from maskengine.ops.decode_labels import decode_labels
from maskengine.ops.dilate import dilate
from maskengine.ops.distance_transform import distance_transform
from maskengine.ops.edge_offset import EdgeOffsets, edge_offset
from maskengine.ops.encode import encode
from maskengine.ops.encode_labels import encode_labels
from maskengine.ops.erode import erode
from maskengine.ops.flip import flip
from maskengine.ops.flood import Flooded, flood
from maskengine.ops.frame_stats import FrameStats, frame_stats
from maskengine.ops.hole_tree import HoleTree, hole_tree
from maskengine.ops.hu_moments import hu_moments
from maskengine.ops.iou import iou
from maskengine.ops.joint import Joint, assign, joint
from maskengine.ops.label import ComponentStats, VolumeStats, label
from maskengine.ops.largest_rectangle import largest_rectangle
from maskengine.ops.moments import moments
from maskengine.ops.move_vertex import MovedVertex, move_vertex
from maskengine.ops.nms import nms
from maskengine.ops.occlusion import Occlusion, occlusion
from maskengine.ops.open import open  # noqa: A004 - the word of the field, in this namespace alone
from maskengine.ops.pad import pad
from maskengine.ops.perimeter import perimeter
from maskengine.ops.polygonize import polygonize
from maskengine.ops.rasterize import rasterize
from maskengine.ops.remap import remap
from maskengine.ops.resize import resize
from maskengine.ops.rot90 import rot90
from maskengine.ops.shift import shift
from maskengine.ops.simplify import simplify
from maskengine.ops.split import LabelStats, split
from maskengine.ops.stroke import stroke
from maskengine.ops.tile import hstack, tile, vstack
from maskengine.ops.tolerance_map import tolerance_map
from maskengine.ops.transpose import transpose
from maskengine.ops.vote import at_least, combine, convolve, vote
from maskengine.ops.warp import warp
from maskengine.values import LabelRuns, Masks, PackedBits, Polygons

__version__ = "0.1.0"

__all__ = [
    "Adjacency",
    "Arcs",
    "BackendUnavailable",
    "BadFile",
    "BadPolygon",
    "BorderDistances",
    "BoundaryOverlap",
    "Canvas",
    "ComponentStats",
    "Components",
    "EdgeOffsets",
    "Edit",
    "Flooded",
    "FrameStats",
    "HoleTree",
    "Joint",
    "LabelRuns",
    "LabelStats",
    "LimitExceeded",
    "MalformedRLE",
    "MaskError",
    "MaskTypeError",
    "Masks",
    "MovedVertex",
    "Occlusion",
    "PackedBits",
    "Patch",
    "PolygonChecks",
    "Polygons",
    "RegionChanges",
    "Rules",
    "ShapeMismatch",
    "VolumeStats",
    "__version__",
    "absorb_small",
    "adjacency",
    "arcs",
    "area",
    "argmax",
    "assign",
    "at_least",
    "bbox",
    "border_distances",
    "boundary",
    "boundary_overlap",
    "box_iou",
    "centroid",
    "check_polygons",
    "close",
    "combine",
    "complement",
    "compose",
    "contains",
    "convex_hull",
    "convolve",
    "cpu_levels",
    "crop",
    "decode",
    "decode_labels",
    "devices",
    "difference",
    "dilate",
    "distance_transform",
    "edge_offset",
    "encode",
    "encode_labels",
    "erode",
    "fill_holes",
    "flip",
    "flood",
    "frame_stats",
    "hole_tree",
    "hstack",
    "hu_moments",
    "intersection",
    "iou",
    "joint",
    "label",
    "largest",
    "largest_rectangle",
    "moments",
    "move_vertex",
    "nms",
    "occlusion",
    "open",
    "pad",
    "perimeter",
    "polygonize",
    "rasterize",
    "remap",
    "remove_small",
    "resize",
    "rot90",
    "shift",
    "simplify",
    "split",
    "stroke",
    "symmetric_difference",
    "tile",
    "tolerance_map",
    "transpose",
    "union",
    "use",
    "vote",
    "vstack",
    "warp",
]


_LATER = ("adapters", "convert", "formats", "quality")  # when asked for; two need the extra "io"


def __getattr__(name: str) -> Any:
    if name in _LATER:
        return importlib.import_module(f"maskengine.{name}")
    raise AttributeError(f"module 'maskengine' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, *_LATER]
