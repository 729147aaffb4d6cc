"""maskengine: the mask engine that a segmentation tool embeds.

Run-length masks in columns, polygons, set algebra and geometry on runs, as flat functions::

    import maskengine as me

    masks = me.encode(stack)  # (N, H, W) -> Masks
    me.area(masks), me.iou(masks, masks)
"""

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
from maskengine.ops.area import area
from maskengine.ops.decode import decode
from maskengine.ops.encode import encode
from maskengine.ops.rasterize import rasterize
from maskengine.values import Masks, Polygons

__version__ = "0.1.0"

__all__ = [
    "BackendUnavailable",
    "BadFile",
    "BadPolygon",
    "LimitExceeded",
    "MalformedRLE",
    "MaskError",
    "MaskTypeError",
    "Masks",
    "Polygons",
    "ShapeMismatch",
    "__version__",
    "area",
    "cpu_levels",
    "decode",
    "devices",
    "encode",
    "rasterize",
    "use",
]


def __dir__() -> list[str]:
    return __all__
