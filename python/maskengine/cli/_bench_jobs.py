"""The jobs of ``maskengine bench``: a frame, a batch, a real file; NumPy alone makes the data."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable
from functools import cache, partial
from importlib import resources
from typing import Any

import numpy as np

import maskengine as me
from maskengine import quality
from maskengine.cli import _bench_peers as peers
from maskengine.cli._race import MODULES, Job, Race

CLASSES = 30
_BATCH_SIZE = (480, 640)
_DISK = 15  # pixels, radius
_COCO = ("pycocotools", "faster-coco-eval", "hotcoco", "ultrafast-pycocotools")
Maker = Callable[[Any], Job]


@cache
def field(side: int, seed: int) -> Any:
    """Give smooth float values (side, side) around 0, waves of some 60 pixels."""
    rng = np.random.default_rng(seed)
    knots = np.arange(-8, side // 32 + 8) * 32.0
    weights = np.exp(-(((np.arange(side)[:, None] - knots[None]) / 60.0) ** 2) / 2)
    return weights @ rng.standard_normal((knots.size, knots.size)) @ weights.T


@cache
def blob(side: int) -> Any:
    """Give a mask (side, side), uint8: half of it foreground."""
    return (field(side, 1) > 0).astype(np.uint8)


@cache
def region(side: int) -> Any:
    """Give a mask (side, side), uint8, most of which is one region, and a pixel (x, y) of it."""
    values = field(side, 1)
    y, x = np.unravel_index(values.argmax(), values.shape)
    return (values > np.quantile(values[::16, ::16], 0.25)).astype(np.uint8), (int(x), int(y))


@cache
def classes(side: int) -> Any:
    """Give two maps (side, side), uint8, of 30 classes, the second moved by some pixels."""
    cuts = np.quantile(field(side, 1)[::16, ::16], [0.2, 0.4, 0.6, 0.8])
    more = np.quantile(field(side, 2)[::16, ::16], [1 / 6, 2 / 6, 3 / 6, 4 / 6, 5 / 6])
    first = np.digitize(field(side, 1), cuts) * 6 + np.digitize(field(side, 2), more)
    first = first.astype(np.uint8)
    return first, np.ascontiguousarray(np.roll(first, (1, 3), (0, 1)))


@cache
def stars(n: int, seed: int) -> Any:
    """Give `n` polygons of 25 to 35 vertices on 640 x 480, as COCO holds them."""
    rng = np.random.default_rng(seed)
    height, width = _BATCH_SIZE
    rings = []
    for _ in range(n):
        k = int(rng.integers(25, 36))
        angles = np.sort(rng.random(k)) * 2 * np.pi
        radii = rng.uniform(5, 200) * rng.uniform(0.6, 1.0, k)
        x = np.clip(rng.uniform(0, width) + radii * np.cos(angles), 0, width)
        y = np.clip(rng.uniform(0, height) + radii * np.sin(angles), 0, height)
        rings.append(np.round(np.stack([x, y], 1), 2).ravel().tolist())
    return rings


@cache
def instances(n: int) -> Any:
    """Give `n` masks of 640 x 480 as COCO dicts with bytes."""
    polygons = me.Polygons.from_coco([[ring] for ring in stars(n, 4)])
    found = me.rasterize(polygons, _BATCH_SIZE, "coco").to_coco()
    return [{"size": one["size"], "counts": one["counts"].encode()} for one in found]


@cache
def sample() -> Any:
    """Give the polygons of the LVIS sample of the package by the size of their image."""
    text = resources.files("maskengine").joinpath("data/lvis_val_20.json").read_text("utf-8")
    data = json.loads(text)
    sizes = {image["id"]: (image["height"], image["width"]) for image in data["images"]}
    return [(one["segmentation"], sizes[one["image_id"]]) for one in data["annotations"]]


def rle_of(mask: Any) -> Any:
    """Give a mask as a list of one COCO dict with bytes."""
    [one] = me.encode(mask).to_coco()
    return [{"size": one["size"], "counts": one["counts"].encode()}]


def _counts(masks: me.Masks) -> list[bytes]:
    return [one["counts"].encode() for one in masks.to_coco()]


def _encode(mask: Any) -> Job:
    return Job(lambda: me.encode(mask), _counts)


def _decode(rles: Any) -> Job:
    masks = me.Masks.from_coco(rles)
    return Job(lambda: me.decode(masks, order="F", dtype=np.uint8))


def _union(rles: Any) -> Job:
    masks = me.Masks.from_coco(rles)
    return Job(lambda: me.union(masks), _counts)


def _iou(rles: Any) -> Job:
    a, b = (me.Masks.from_coco(half) for half in (rles[:300], rles[300:]))
    return Job(lambda: me.iou(a, b))


def _polygons(rings: Any) -> Job:
    items = [[ring] for ring in rings]
    return Job(
        lambda: me.rasterize(me.Polygons.from_coco(items), _BATCH_SIZE, "coco").to_coco(),
        peers.texts,
    )


def _polygons_pillow(rings: Any) -> Job:
    polygons = me.Polygons.from_coco([[ring] for ring in rings])
    return Job(lambda: me.rasterize(polygons, _BATCH_SIZE, "pillow"), me.area)


def _sample(rows: Any) -> Job:
    parts = [segmentation for segmentation, _ in rows]
    sizes = [size for _, size in rows]

    def run() -> Any:
        return me.rasterize(me.Polygons.from_coco(parts), np.array(sizes), "coco").to_coco()

    return Job(run, peers.texts)


def _label(mask: Any) -> Job:
    return Job(lambda: me.label(mask, 8, stats=True, output="none"), lambda found: found[1])


def _dilate(mask: Any) -> Job:
    return Job(lambda: me.dilate(mask, _DISK, "disk"))


def _outlines(mask: Any) -> Job:
    return Job(
        lambda: me.polygonize(mask),
        lambda found: me.rasterize(found, mask.shape, out="dense")[0].astype(bool),
    )


def _distances(mask: Any) -> Job:
    return Job(lambda: me.distance_transform(mask), peers.squares)


def _flood(scene: Any) -> Job:
    return Job(lambda: me.flood(scene[0], scene[1], 0, "fixed"), lambda found: found.area)


def _confusion(maps: Any) -> Job:
    return Job(
        lambda: quality.confusion(maps[0], maps[1], CLASSES),
        lambda found: np.asarray(found.counts)[:, :CLASSES],
    )


def _remap(maps: Any) -> Job:
    table = {label: label * 37 % 251 for label in range(CLASSES)}
    return Job(lambda: me.remap(maps[0], table, 0))


def _by_module(make: Callable[[Any, Any], Job]) -> dict[str, Maker]:
    """Give a rival for each library that has the functions of pycocotools.mask."""

    def rival(name: str) -> Maker:
        return lambda data: make(importlib.import_module(MODULES[name]), data)

    return {name: rival(name) for name in _COCO}


def _reads(mask: Any) -> tuple[int, int]:
    return mask.nbytes, 0


def _copies(mask: Any) -> tuple[int, int]:
    return mask.nbytes, mask.nbytes


def _writes(rles: Any) -> tuple[int, int]:
    return 0, int(np.prod(rles[0]["size"]))


def _distances_of(mask: Any) -> tuple[int, int]:
    return mask.nbytes, 4 * mask.size


def frame_races(mask: Callable[[], Any]) -> list[Race]:
    """Give the rows of a mask (H, W), uint8, of any size and density."""
    return [
        Race("mask to runs", (), mask, _encode,
             {**_by_module(peers.encode), "pycocotools": peers.pycocotools_encode,
              "rlemasklib": peers.rlemasklib_encode}, _reads),
        Race("runs to mask", (), lambda: rle_of(mask()), _decode,
             {**_by_module(peers.decode), "rlemasklib": peers.rlemasklib_decode}, _writes),
        Race("components and measures", (), mask, _label,
             {"opencv": peers.opencv_label, "cc3d": peers.cc3d_label,
              "scipy": peers.scipy_label, "scikit-image": peers.skimage_label}, _reads),
        Race("outlines", (), mask, _outlines, {"opencv": peers.opencv_outlines}, _reads),
        Race(f"dilate, disk of {_DISK}", (), mask, _dilate,
             {"opencv": partial(peers.opencv_dilate, _DISK)}, _copies),
        Race("distance transform", (), mask, _distances,
             {"opencv": peers.opencv_distances, "scipy": peers.scipy_distances}, _distances_of),
    ]  # fmt: skip


def races(side: int) -> list[Race]:
    """Give the rows: of frames of `side` x `side` pixels, of batches on 640 x 480, of real data."""
    maps = partial(classes, side)
    few, many = partial(instances, 100), partial(instances, 600)

    def copied(_: Any) -> tuple[int, int]:
        return side * side, side * side

    def both(_: Any) -> tuple[int, int]:
        return 2 * side * side, 0

    return [
        *frame_races(partial(blob, side)),
        Race("flood fill", (), partial(region, side), _flood,
             {"opencv": peers.opencv_flood, "scikit-image": peers.skimage_flood}),
        Race(f"confusion, {CLASSES} classes", (), maps, _confusion,
             {"numpy": partial(peers.numpy_confusion, CLASSES),
              "scikit-learn": partial(peers.sklearn_confusion, CLASSES)}, both),
        Race("other labels", (), maps, _remap,
             {"numpy": peers.numpy_remap, "opencv": peers.opencv_remap}, copied),
        Race("union of 100 masks", (), few, _union,
             {**_by_module(peers.merge), "rlemasklib": peers.rlemasklib_union}),
        Race("IoU, 300 x 300 masks", (), many, _iou,
             {**_by_module(peers.iou), "rlemasklib": peers.rlemasklib_iou}),
        Race("1000 polygons to COCO", (), partial(stars, 1000, 3), _polygons,
             _by_module(partial(peers.polygons, _BATCH_SIZE))),
        Race("1000 polygons, Pillow's rule", (), partial(stars, 1000, 3), _polygons_pillow,
             {"pillow": partial(peers.pillow_fill, _BATCH_SIZE)}),
        Race("249 LVIS objects to COCO", (), sample, _sample, _by_module(peers.sample)),
    ]  # fmt: skip
