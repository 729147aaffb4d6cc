"""decode: runs -> dense masks in C or Fortran order."""

import numpy as np

import maskengine as me
import scenes
from harness import Job, Race


def ours(order):
    def make(rles):
        masks = scenes.batch(rles)
        # a slice of its own: masks that a call has packed are decoded faster by the next one
        return Job(lambda: me.decode(masks[:], order=order, dtype=np.uint8))

    return make


def ours_into(rles):
    masks = scenes.batch(rles)
    out = np.empty((len(rles), *rles[0]["size"]), np.uint8)
    return Job(lambda: me.decode(masks, out=out))


def ours_one_by_one(rles):
    masks = [scenes.batch([rle]) for rle in rles]
    return Job(lambda: [me.decode(mask, dtype=np.uint8)[0] for mask in masks], np.array)


def loop(decode_one):
    def make(rles):
        return Job(lambda: [decode_one(rle) for rle in rles], np.array)

    return make


def pycocotools(rle):
    from pycocotools import mask as peer

    return peer.decode(rle)


def pycocotools_c(rle):
    from pycocotools import mask as peer

    return np.ascontiguousarray(peer.decode(rle))


def faster_coco_eval(rle):
    from faster_coco_eval.core import mask as peer

    return peer.decode(rle)


def hotcoco(rle):
    from hotcoco import mask as peer

    return peer.decode(rle)


def ultrafast(rle):
    from ultrafast_pycocotools import mask as peer

    return peer.decode(rle)


def rlemasklib(order):
    def make(rles):
        from rlemasklib import RLEMask

        masks = [RLEMask.from_dict(rle) for rle in rles]
        return Job(lambda: [mask.to_array(order=order) for mask in masks], np.array)

    return make


FORTRAN = {
    "pycocotools": loop(pycocotools),
    "faster-coco-eval": loop(faster_coco_eval),
    "hotcoco": loop(hotcoco),
    "ultrafast-pycocotools": loop(ultrafast),
    "rlemasklib": rlemasklib("F"),
}
C = {"pycocotools": loop(pycocotools_c), "rlemasklib": rlemasklib("C")}


def traffic(rles):
    return 0, sum(int(np.prod(rle["size"])) for rle in rles)


NEEDS = ("decode",)
RACES = [
    Race("decode blob 4096, C order", NEEDS, lambda: [scenes.blob_rle()], ours("C"), C, traffic),
    Race(
        "decode blob 4096, Fortran order",
        NEEDS,
        lambda: [scenes.blob_rle()],
        ours("F"),
        FORTRAN,
        traffic,
    ),
    Race("decode noise 4096, C order", NEEDS, lambda: [scenes.noise_rle()], ours("C"), C, traffic),
    Race(
        "decode noise 4096, Fortran order",
        NEEDS,
        lambda: [scenes.noise_rle()],
        ours("F"),
        FORTRAN,
        traffic,
    ),
    Race("decode 1000 instances, C order", NEEDS, scenes.instances, ours("C"), C, traffic),
    Race("decode 1000 instances into out=", NEEDS, scenes.instances, ours_into, C, traffic),
    Race(
        "decode 1000 instances, one by one",
        NEEDS,
        scenes.instances,
        ours_one_by_one,
        {**FORTRAN, "rlemasklib": rlemasklib("C")},
        traffic,
    ),
]
