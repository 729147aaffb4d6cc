"""maskengine: the mask engine that a segmentation tool embeds.

Run-length masks in columns, polygons, set algebra and geometry on runs, as flat functions::

    import maskengine as me

    masks = me.encode(stack)  # (N, H, W) -> Masks
    me.area(masks), me.iou(masks, masks)
"""

import importlib
from typing import Any

from maskengine._backend import cpu_levels, devices, use
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
from maskengine.ops.arcs import Arcs, arcs
from maskengine.ops.area import area
from maskengine.ops.bbox import bbox
from maskengine.ops.centroid import centroid
from maskengine.ops.check_polygons import PolygonChecks, check_polygons
from maskengine.ops.combine import (
    complement,
    difference,
    intersection,
    symmetric_difference,
    union,
)
from maskengine.ops.contains import contains
from maskengine.ops.crop import crop
from maskengine.ops.decode import decode
from maskengine.ops.encode import encode
from maskengine.ops.flip import flip
from maskengine.ops.flood import Flooded, flood
from maskengine.ops.iou import iou
from maskengine.ops.moments import moments
from maskengine.ops.move_vertex import MovedVertex, move_vertex
from maskengine.ops.pad import pad
from maskengine.ops.perimeter import perimeter
from maskengine.ops.polygonize import polygonize
from maskengine.ops.rasterize import rasterize
from maskengine.ops.resize import resize
from maskengine.ops.rot90 import rot90
from maskengine.ops.shift import shift
from maskengine.ops.simplify import simplify
from maskengine.ops.stroke import stroke
from maskengine.ops.tolerance_map import tolerance_map
from maskengine.ops.transpose import transpose
from maskengine.values import Masks, Polygons

__version__ = "0.1.0"

__all__ = [
    "Arcs",
    "BackendUnavailable",
    "BadFile",
    "BadPolygon",
    "Flooded",
    "LimitExceeded",
    "MalformedRLE",
    "MaskError",
    "MaskTypeError",
    "Masks",
    "MovedVertex",
    "PolygonChecks",
    "Polygons",
    "ShapeMismatch",
    "__version__",
    "arcs",
    "area",
    "bbox",
    "centroid",
    "check_polygons",
    "complement",
    "contains",
    "cpu_levels",
    "crop",
    "decode",
    "devices",
    "difference",
    "encode",
    "flip",
    "flood",
    "intersection",
    "iou",
    "moments",
    "move_vertex",
    "pad",
    "perimeter",
    "polygonize",
    "rasterize",
    "resize",
    "rot90",
    "shift",
    "simplify",
    "stroke",
    "symmetric_difference",
    "tolerance_map",
    "transpose",
    "union",
    "use",
]


def __getattr__(name: str) -> Any:
    if name in {"convert", "formats"}:  # they need the extra "io", so not before they are asked for
        return importlib.import_module(f"maskengine.{name}")
    raise AttributeError(f"module 'maskengine' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, "convert", "formats"]
