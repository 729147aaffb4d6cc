"""codec: COCO's compressed text -> runs, and back."""

import maskengine as me
import scenes
from harness import Job, Race


def ours_parse(rles):
    return Job(lambda: me.Masks.from_coco(rles), scenes.counts)


def ours_print(rles):
    masks = scenes.batch(rles)
    return Job(masks.to_coco, scenes.texts)


def pycocotools_parse(rles):
    from pycocotools import _mask as peer

    return Job(lambda: peer._frString(rles), lambda runs: scenes.texts(peer._toString(runs)))


def pycocotools_print(rles):
    from pycocotools import _mask as peer

    runs = peer._frString(rles)
    return Job(lambda: peer._toString(runs), scenes.texts)


def rlemasklib_parse(rles):
    from rlemasklib import RLEMask

    return Job(
        lambda: [RLEMask.from_dict(rle) for rle in rles],
        lambda masks: [mask.to_dict()["counts"] for mask in masks],
    )


def rlemasklib_print(rles):
    from rlemasklib import RLEMask

    masks = [RLEMask.from_dict(rle) for rle in rles]
    return Job(lambda: [mask.to_dict() for mask in masks], scenes.texts)


PARSE = {"pycocotools": pycocotools_parse, "rlemasklib": rlemasklib_parse}
PRINT = {"pycocotools": pycocotools_print, "rlemasklib": rlemasklib_print}


def one(scene):
    return lambda: [scene()]


RACES = [
    Race("parse text of blob 4096", (), one(scenes.blob_rle), ours_parse, PARSE),
    Race("print text of blob 4096", (), one(scenes.blob_rle), ours_print, PRINT),
    Race("parse text of 1000 instances", (), scenes.instances, ours_parse, PARSE),
    Race("print text of 1000 instances", (), scenes.instances, ours_print, PRINT),
    Race("parse text of noise 4096", (), one(scenes.noise_rle), ours_parse, PARSE),
]
