"""Small sound files of every format, made here, to be damaged."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import maskengine as me
from maskengine.testing.hostile._rle_text import rle, rle_text

WIDTH, HEIGHT = 20, 16
_SQUARE = [2, 3, 10, 3, 10, 9, 2, 9]
AREAS = (48, 32, 12)  # of the annotations below: 8 x 6, columns 4 and 5, a part of column 0


def coco() -> dict[str, Any]:
    """Give a COCO file: two images, three annotations."""
    images = [
        {"id": 1, "file_name": "a.jpg", "width": WIDTH, "height": HEIGHT},
        {"id": 2, "file_name": "b.jpg", "width": WIDTH, "height": HEIGHT},
    ]
    text = rle_text([4 * HEIGHT, 2 * HEIGHT, 14 * HEIGHT])
    listed = [2, 12, HEIGHT * WIDTH - 14]
    shapes: list[Any] = [[_SQUARE], rle(HEIGHT, WIDTH, text), rle(HEIGHT, WIDTH, listed)]
    annotations = [
        {"id": i + 1, "image_id": image, "category_id": 1 + i % 2, "iscrowd": int(i > 0),
         "segmentation": shape, "area": AREAS[i], "bbox": [2, 3, 8, 6]}
        for i, (shape, image) in enumerate(zip(shapes, (1, 1, 2), strict=True))
    ]  # fmt: skip
    categories = [{"id": 1, "name": "cat"}, {"id": 2, "name": "dog"}]
    return {"images": images, "annotations": annotations, "categories": categories}


def coco_bytes(**changes: Any) -> bytes:
    """Give the text of a COCO file, some of its tables replaced."""
    return json.dumps(coco() | changes).encode()


def write(name: str, place: Path) -> Path:
    """Write the sample in a format, by the converter; gives the file or folder."""
    source = place / "source.json"
    source.write_bytes(coco_bytes())
    module = me.formats.by_name(name)
    target = place / ("target" if module.FOLDER else f"target{(*module.EXTENSIONS, '.json')[0]}")
    me.convert(source, target, to=name, check=False)
    source.unlink()
    return target


def files(target: Path) -> list[Path]:
    """List the files of a target."""
    return [target] if target.is_file() else sorted(p for p in target.rglob("*") if p.is_file())


def read(path: Path, name: str) -> tuple[int, int]:
    """Read all; give how many annotations were taken, and how many refused."""
    taken = refused = 0
    for part in me.formats.read(path, name):
        me.formats.masks_of(part.records).validate()
        taken += part.records.num_rows
        refused += len(part.refused)
    return taken, refused


def spread(length: int, n: int = 24) -> Iterator[int]:
    """Give about n places in [0, length), the first and the last few among them."""
    step = max(1, length // n)
    chosen = {0, 1, length - 1, length - 2, length // 2, *range(0, length, step)}
    yield from sorted(chosen & set(range(length)))
