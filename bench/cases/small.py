"""Small calls: what one 640 x 480 mask costs, Python and binding included."""

import numpy as np

import maskengine as me
import scenes
from harness import Job, Race


def rle():
    return scenes.instances()[7]


def tiny_rle():
    return scenes.as_rle(np.eye(4, dtype=np.uint8))


def pycocotools(function):
    def make(one):
        from pycocotools import mask as peer

        return Job(lambda: getattr(peer, function)(one))

    return make


def ours_area(one):
    mask = scenes.batch([one])
    return Job(lambda: me.area(mask), lambda areas: areas[0])


def ours_area_from_dict(one):
    return Job(lambda: me.area(me.Masks.from_coco(one)), lambda areas: areas[0])


def ours_bbox(one):
    mask = scenes.batch([one])
    return Job(lambda: me.bbox(mask), lambda boxes: boxes[0])


def rlemasklib(op):
    def make(one):
        from rlemasklib import RLEMask

        mask = RLEMask.from_dict(one)
        return Job(getattr(mask, op))

    return make


def ours_encode(mask):
    return Job(lambda: me.encode(mask), scenes.counts)


def pycocotools_encode(mask):
    from pycocotools import mask as peer

    return Job(lambda: peer.encode(mask), scenes.texts)


def rlemasklib_encode(mask):
    from rlemasklib import RLEMask

    return Job(lambda: RLEMask.from_array(mask), lambda rle: [rle.to_dict()["counts"]])


def tiny_mask():
    return np.asfortranarray(np.eye(8, dtype=np.uint8))


ENCODERS = {"pycocotools": pycocotools_encode, "rlemasklib": rlemasklib_encode}

RACES = [
    Race("small: encode 8 x 8", ("encode",), tiny_mask, ours_encode, ENCODERS),
    Race(
        "small: encode one 640 x 480",
        ("encode",),
        lambda: np.asfortranarray(scenes.instance_stack()[7]),
        ours_encode,
        ENCODERS,
        lambda mask: (mask.nbytes, 0),
    ),
    Race(
        "small: area",
        ("area",),
        rle,
        ours_area,
        {"pycocotools": pycocotools("area"), "rlemasklib": rlemasklib("area")},
    ),
    Race(
        "small: area of a dict",
        ("area",),
        rle,
        ours_area_from_dict,
        {"pycocotools": pycocotools("area")},
    ),
    Race(
        "small: bbox",
        ("bbox",),
        rle,
        ours_bbox,
        {"pycocotools": pycocotools("toBbox"), "rlemasklib": rlemasklib("bbox")},
    ),
    Race(
        "small: read a tiny dict",
        ("area",),
        tiny_rle,
        ours_area_from_dict,
        {"pycocotools": pycocotools("area")},
    ),
]
