"""A drop-in for ``pycocotools.mask``: the same names, arguments, results and bytes.

Use it in place of the module, or put it there for code that you cannot change::

    from maskengine import pycocotools as mask_utils

    mask_utils.area(mask_utils.encode(mask))

    mask_utils.install()  # now pycocotools.coco.COCO and COCOeval run on maskengine

Where pycocotools crashes, hangs, leaks or gives bytes of freed memory, this raises a
:class:`maskengine.MaskError`; docs/coming-from-pycocotools.md lists every difference.
"""

from maskengine.pycocotools._install import install, uninstall
from maskengine.pycocotools._masks import (
    _frString,
    _toString,
    area,
    decode,
    encode,
    merge,
    toBbox,
)
from maskengine.pycocotools._objects import frBbox, frPoly, frPyObjects, frUncompressedRLE
from maskengine.pycocotools._overlap import iou

__all__ = [
    "_frString",
    "_toString",
    "area",
    "decode",
    "encode",
    "frBbox",
    "frPoly",
    "frPyObjects",
    "frUncompressedRLE",
    "install",
    "iou",
    "merge",
    "toBbox",
    "uninstall",
]
