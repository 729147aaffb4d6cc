"""iou: the 300 x 300 matrix of two sets of 640 x 480 instances."""

import maskengine as me
import scenes
from harness import Job, Race


def scene():
    rles = scenes.instances()
    return rles[:300], rles[300:600], [0] * 300


def crowd_scene():
    a, b, _ = scene()
    return a, b, [i % 3 == 0 for i in range(300)]


def ours(data):
    a, b, crowd = data
    left, right = scenes.batch(a), scenes.batch(b)
    flags = crowd if any(crowd) else None
    return Job(lambda: me.iou(left, right, crowd=flags))


def ours_from_dicts(data):
    a, b, crowd = data
    flags = crowd if any(crowd) else None
    return Job(lambda: me.iou(me.Masks.from_coco(a), me.Masks.from_coco(b), crowd=flags))


def module(path):
    def make(data):
        import importlib

        peer = importlib.import_module(path)
        a, b, crowd = data
        return Job(lambda: peer.iou(a, b, crowd))

    return make


def rlemasklib(data):
    from rlemasklib import RLEMask

    a, b = ([RLEMask.from_dict(rle) for rle in rles] for rles in data[:2])
    return Job(lambda: RLEMask.iou_matrix(a, b))


DICTS = {
    "pycocotools": module("pycocotools.mask"),
    "faster-coco-eval": module("faster_coco_eval.core.mask"),
    "hotcoco": module("hotcoco.mask"),
    "ultrafast-pycocotools": module("ultrafast_pycocotools.mask"),
}

RACES = [
    Race("iou 300 x 300", ("iou",), scene, ours, {**DICTS, "rlemasklib": rlemasklib}),
    Race("iou 300 x 300, crowds", ("iou",), crowd_scene, ours, DICTS),
    Race("iou 300 x 300 of COCO dicts", ("iou",), scene, ours_from_dicts, DICTS),
]
