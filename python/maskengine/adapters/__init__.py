"""Masks of one image <-> the objects that other libraries hold; none of them is imported for it.

Whole datasets of supervision and FiftyOne become files by `maskengine.formats.from_supervision`
and `maskengine.formats.from_fiftyone`.
"""

from maskengine.adapters.detectron2 import from_detectron2, to_detectron2
from maskengine.adapters.fiftyone import from_fiftyone, to_fiftyone
from maskengine.adapters.sam import from_sam, to_sam
from maskengine.adapters.supervision import from_supervision, to_supervision
from maskengine.adapters.torchvision import from_torchvision, to_torchvision

__all__ = [
    "from_detectron2",
    "from_fiftyone",
    "from_sam",
    "from_supervision",
    "from_torchvision",
    "to_detectron2",
    "to_fiftyone",
    "to_sam",
    "to_supervision",
    "to_torchvision",
]
