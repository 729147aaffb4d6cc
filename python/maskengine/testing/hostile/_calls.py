"""Our form of the operations that other engines have, too: plain arguments, plain answers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import maskengine as me

_MERGES = {"union": me.union, "intersection": me.intersection}


def _one(rle: Any) -> me.Masks:
    return me.Masks.from_coco([rle])


def _many(rles: Any) -> me.Masks:
    return me.Masks.from_coco(rles)


def _counts(masks: me.Masks) -> list[int]:
    counts: list[int] = masks.counts.tolist()
    return counts


def decode(rle: Any) -> Any:
    """COCO dictionary -> array (H, W), foreground 1."""
    return me.decode(_one(rle))[0]


def encode(array: Any) -> list[int]:
    """(H, W) -> counts, column by column."""
    return _counts(me.encode(array))


def area(rle: Any) -> int:
    """COCO dictionary -> pixels."""
    return int(me.area(_one(rle))[0])


def bbox(rle: Any) -> list[int]:
    """COCO dictionary -> [x, y, width, height]."""
    box: list[int] = me.bbox(_one(rle))[0].tolist()
    return box


def merge(rles: Any, how: str) -> list[int]:
    """COCO dictionaries -> counts of their union or intersection."""
    return _counts(_MERGES[how](_many(rles)))


def iou(a: Any, b: Any, crowd: Any) -> Any:
    """COCO dictionaries -> matrix of ratios."""
    return me.iou(_many(a), _many(b), crowd=crowd)


def rasterize(rings: Any, size: Any) -> int:
    """Flat rings [x0, y0, ...] of one item, filled together -> pixels."""
    return int(me.area(me.rasterize(me.Polygons.from_coco([rings]), size))[0])


def label(image: Any, connectivity: int) -> tuple[Any, int]:
    """(H, W) -> label map and number of components of what is not 0."""
    called: Any = me.label  # any number may come
    labels, found = called(image, connectivity)
    return labels, int(found)


def flood(image: Any, seed: Any, tolerance: Any) -> int:
    """(H, W), (x, y) -> pixels filled, 4-connected."""
    return me.flood(image, seed, tolerance).area


def dilate(mask: Any, radius: Any) -> Any:
    """(H, W) -> array (H, W) dilated by a square of 2 radius + 1."""
    return me.dilate(mask, radius)


def outlines(mask: Any) -> int:
    """(H, W) -> number of outlines, those of holes included."""
    polygons = me.polygonize(mask)
    return len(polygons.ring_offsets) - 1


def read_coco(data: bytes) -> list[int]:
    """Bytes of a COCO file -> pixels of each annotation, in order; one bad refuses all."""
    path, target = Path("annotations.json"), Path("annotations.parquet")
    path.write_bytes(data)
    me.convert(path, target, from_="coco", on_error="fail", check=False)
    found: list[int] = []
    for part in me.formats.read(target):
        found += part.records.column("pixel_area").to_pylist()
    return found


def read_png(data: bytes) -> Any:
    """Bytes of a PNG -> array (H, W) or (H, W, C)."""
    path = Path("image.png")
    path.write_bytes(data)
    return me.formats.read_id_png(path, indices=True)[0]


CALLS: dict[str, Callable[..., Any]] = {
    call.__name__: call
    for call in (
        decode, encode, area, bbox, merge, iou, rasterize, label, flood, dilate, outlines,
        read_coco, read_png,
    )
}  # fmt: skip
