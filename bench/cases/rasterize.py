"""rasterize: 10,000 polygons of about 30 vertices by COCO's rule, to runs and to COCO dicts."""

import maskengine as me
import scenes
from harness import Job, Race

SIZE = scenes.SIZE


def nested():
    return [[ring] for ring in scenes.polygons()]


def ours(items):
    polygons = me.Polygons.from_coco(items)
    return Job(lambda: me.rasterize(polygons, SIZE, rule="coco"), scenes.counts)


def ours_from_lists(items):
    return Job(
        lambda: me.rasterize(me.Polygons.from_coco(items), SIZE, rule="coco").to_coco(),
        scenes.texts,
    )


def module(path):
    def make(items):
        import importlib

        peer = importlib.import_module(path)
        rings = [item[0] for item in items]
        return Job(lambda: peer.frPyObjects(rings, *SIZE), scenes.texts)

    return make


def rlemasklib(items):
    from rlemasklib import RLEMask

    rings = [item[0] for item in items]
    return Job(
        lambda: [RLEMask.from_polygon(ring, imshape=SIZE) for ring in rings],
        lambda masks: [mask.to_dict()["counts"] for mask in masks],
    )


RIVALS = {
    "pycocotools": module("pycocotools.mask"),
    "faster-coco-eval": module("faster_coco_eval.core.mask"),
    "rlemasklib": rlemasklib,
    "hotcoco": module("hotcoco.mask"),
}
NEEDS = ("rasterize", "Polygons.from_coco")

RACES = [
    Race("rasterize 10,000 polygons", NEEDS, nested, ours, RIVALS),
    Race("10,000 COCO lists to COCO dicts", NEEDS, nested, ours_from_lists, RIVALS),
]
