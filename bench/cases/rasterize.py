"""rasterize: COCO's nested lists -> polygons -> runs, or COCO dicts."""

import numpy as np

import maskengine as me
import scenes
from harness import Job, Race


def ours_from_lists(rings):
    items = [[ring] for ring in rings]
    return Job(
        lambda: me.rasterize(me.Polygons.from_coco(items), scenes.SIZE, "coco").to_coco(),
        scenes.texts,
    )


def ours(rings):
    polygons = me.Polygons.from_coco([[ring] for ring in rings])
    return Job(lambda: me.rasterize(polygons, scenes.SIZE, "coco"), scenes.counts)


def ours_boxes(boxes):
    return Job(
        lambda: me.rasterize(me.Polygons.from_boxes(boxes), scenes.SIZE, "coco").to_coco(),
        scenes.texts,
    )


def pycocotools(shapes):
    from pycocotools import mask as peer

    return Job(lambda: peer.frPyObjects(shapes, *scenes.SIZE), scenes.texts)


def faster_coco_eval(shapes):
    from faster_coco_eval.core import mask as peer

    return Job(lambda: peer.frPyObjects(shapes, *scenes.SIZE), scenes.texts)


def rlemasklib(rings):
    from rlemasklib import RLEMask

    arrays = [np.array(ring).reshape(-1, 2) for ring in rings]
    return Job(
        lambda: [RLEMask.from_polygon(array, imshape=scenes.SIZE) for array in arrays],
        lambda masks: [mask.to_dict()["counts"] for mask in masks],
    )


def hotcoco(rings):
    from hotcoco import mask as peer

    return Job(lambda: peer.frPyObjects(rings, *scenes.SIZE), scenes.texts)


def boxes():
    rng = np.random.default_rng(7)
    corners = rng.random((10_000, 2)) * [500, 380]
    return np.round(np.concatenate([corners, rng.random((10_000, 2)) * 140], axis=1), 2)


def traffic(shapes):
    return sum(8 * len(shape) for shape in shapes), 0


LISTS = {"pycocotools": pycocotools, "faster-coco-eval": faster_coco_eval, "hotcoco": hotcoco}

RACES = [
    Race(
        "polygons 10k, lists to COCO",
        ("rasterize",),
        scenes.polygons,
        ours_from_lists,
        LISTS,
        traffic,
    ),
    Race(
        "polygons 10k to runs",
        ("rasterize",),
        scenes.polygons,
        ours,
        {**LISTS, "rlemasklib": rlemasklib},
        traffic,
    ),
    Race(
        "boxes 10k to COCO",
        ("rasterize",),
        boxes,
        ours_boxes,
        {"pycocotools": pycocotools, "faster-coco-eval": faster_coco_eval},
        traffic,
    ),
]
