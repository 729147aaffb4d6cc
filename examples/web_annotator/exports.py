"""The label map as files: COCO JSON and a PNG with palette."""

from __future__ import annotations

import io
import json

import numpy as np
from drawing import Drawing
from PIL import Image

import maskengine as me


def coco(drawing: Drawing, file_name: str) -> bytes:
    """Write one annotation for each connected piece of each class.

    Holes are reached over bridges without width, so that each piece is one ring, and pycocotools
    decodes exactly the pixels of the label map.
    """
    height, width = drawing.size
    masks, _, pieces = me.label(drawing.labels, kind="labels", output="masks", stats=True)
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
        "categories": [{"id": each.label, "name": each.name} for each in drawing.classes],
        "annotations": annotations,
    }
    return json.dumps(tables).encode()


def label_png(drawing: Drawing) -> bytes:
    """Write the labels as they are, one byte a pixel, with the colours of the classes."""
    palette = np.zeros((256, 3), np.uint8)
    for each in drawing.classes:
        palette[each.label] = each.color
    picture = Image.fromarray(drawing.labels)
    picture.putpalette(palette.tobytes())  # a grey picture becomes one with a palette
    return _as_png(picture)


def image_png(drawing: Drawing) -> bytes:
    """Write the image that is annotated."""
    return _as_png(Image.fromarray(drawing.image))


def _as_png(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()
