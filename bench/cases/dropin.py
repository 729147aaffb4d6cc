"""The drop-in: the same call on the same objects as pycocotools.mask, large and small."""

import importlib

import numpy as np

import scenes
from harness import Job, Race

MODULES = {
    "pycocotools": "pycocotools.mask",
    "faster-coco-eval": "faster_coco_eval.core.mask",
    "hotcoco": "hotcoco.mask",
    "ultrafast-pycocotools": "ultrafast_pycocotools.mask",
}
NEEDS = ("bbox", "union", "iou", "rasterize")  # what the drop-in is made of
CHUNK = 250  # pycocotools.mask.area fails on 256 masks and more


def call(path, function, answer):
    def make(arguments):
        peer = importlib.import_module(path)
        method = getattr(peer, function)
        return Job(lambda: method(*arguments), answer)

    return make


def entry(name, function, scene, answer=np.asarray, peers=tuple(MODULES)):
    return Race(
        name=f"drop-in {name}",
        needs=NEEDS,
        scene=scene,
        ours=call("maskengine.pycocotools", function, answer),
        rivals={peer: call(MODULES[peer], function, answer) for peer in peers},
    )


def one():
    return scenes.instances()[7]


def boxes(n):
    rng = np.random.default_rng(6)
    return rng.random((n, 4)) * (600, 400, 100, 100)


def stack(n):
    return np.asfortranarray(scenes.instance_stack()[:n].transpose(1, 2, 0))


def crowd_json():
    one = scenes.instances()[7]
    counts = scenes.batch([one]).counts.tolist()
    return ({"size": one["size"], "counts": counts}, 480, 640)


RACES = [
    entry(
        "frPyObjects 10,000 polygons",
        "frPyObjects",
        lambda: (scenes.polygons(), *scenes.SIZE),
        scenes.texts,
    ),
    entry(
        "frPyObjects 1 polygon",
        "frPyObjects",
        lambda: (scenes.polygons()[:1], *scenes.SIZE),
        scenes.texts,
    ),
    entry("frPyObjects 1 uncompressed", "frPyObjects", crowd_json, scenes.texts),
    entry(
        "frPyObjects 1000 boxes",
        "frPyObjects",
        lambda: (boxes(1000), *scenes.SIZE),
        scenes.texts,
        peers=("pycocotools", "faster-coco-eval"),
    ),
    entry(
        "encode one 640 x 480",
        "encode",
        lambda: (np.asfortranarray(scenes.instance_stack()[7]),),
        scenes.texts,
    ),
    entry("encode (480, 640, 200)", "encode", lambda: (stack(200),), scenes.texts),
    entry("decode one 640 x 480", "decode", lambda: (one(),)),
    entry("decode 200 at once", "decode", lambda: (scenes.instances()[:200],)),
    entry("area of one", "area", lambda: (one(),)),
    entry("area of 250", "area", lambda: (scenes.instances()[:CHUNK],)),
    entry("toBbox of one", "toBbox", lambda: (one(),)),
    entry("toBbox of 1000", "toBbox", lambda: (scenes.instances(),)),
    entry("merge 2", "merge", lambda: (scenes.instances()[:2],), scenes.texts),
    entry("merge 100", "merge", lambda: (scenes.instances()[:100],), scenes.texts),
    entry("iou 1 x 1", "iou", lambda: (scenes.instances()[:1], scenes.instances()[1:2], [0])),
    entry(
        "iou 10 x 10", "iou", lambda: (scenes.instances()[:10], scenes.instances()[10:20], [0] * 10)
    ),
    entry(
        "iou 300 x 300",
        "iou",
        lambda: (scenes.instances()[:300], scenes.instances()[300:600], [0] * 300),
    ),
    entry(
        "iou 10 x 10 boxes in lists",
        "iou",
        lambda: (boxes(10).tolist(), boxes(20)[10:].tolist(), [0] * 10),
    ),
    entry("iou 1000 x 1000 boxes", "iou", lambda: (boxes(1000), boxes(2000)[1000:], [0] * 1000)),
]
