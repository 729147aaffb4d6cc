"""A label map as files, COCO JSON and a PNG with palette; made of a copy, beside the edits."""

from __future__ import annotations

import io
import json

import numpy as np
import numpy.typing as npt
from drawing import Category
from PIL import Image

import maskengine as me

Labels = npt.NDArray[np.uint8]  # (H, W)


def coco(labels: Labels, classes: tuple[Category, ...], file_name: str) -> bytes:
    """Write one annotation for each connected piece of each class.

    Holes are reached over bridges without width, so that each piece is one ring, and pycocotools
    decodes exactly the pixels of the label map.
    """
    height, width = labels.shape
    masks, _, pieces = me.label(labels, kind="labels", output="masks", stats=True)
    rings = me.polygonize(masks, holes="bridge").to_coco()
    columns = zip(rings, pieces.label, pieces.area, pieces.bbox, strict=True)
    annotations = [
        {
            "id": number,
            "image_id": 1,
            "category_id": int(label),
            "segmentation": segmentation,
            "area": int(area),
            "bbox": box.tolist(),
            "iscrowd": 0,
        }
        for number, (segmentation, label, area, box) in enumerate(columns, 1)
    ]
    tables = {
        "images": [{"id": 1, "file_name": file_name, "width": width, "height": height}],
        "categories": [{"id": each.label, "name": each.name} for each in classes],
        "annotations": annotations,
    }
    return json.dumps(tables).encode()


def label_png(labels: Labels, classes: tuple[Category, ...]) -> bytes:
    """Write the labels as they are, one byte a pixel, with the colours of the classes."""
    palette = np.zeros((256, 3), np.uint8)
    for each in classes:
        palette[each.label] = each.color
    picture = Image.fromarray(labels)
    picture.putpalette(palette.tobytes())  # a grey picture becomes one with a palette
    return _as_png(picture)


def image_png(image: npt.NDArray[np.uint8]) -> bytes:
    """Write the image that is annotated, which goes to the page next door: time before size."""
    return _as_png(Image.fromarray(image), compress_level=1)


def _as_png(picture: Image.Image, **options: int) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG", **options)
    return file.getvalue()
