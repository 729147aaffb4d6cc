"""area and bbox of very many masks, from COCO dicts, and bbox of one of noise."""

import numpy as np

import maskengine as me
import scenes
from harness import Job, Race

CHUNK = 250  # pycocotools.mask.area fails on 256 masks and more


def ours(op):
    def make(masks):
        return Job(lambda: getattr(me, op)(masks))

    return make


def ours_from_dicts(op):
    return lambda rles: Job(lambda: getattr(me, op)(me.Masks.from_coco(rles)))


def pycocotools_area(rles):
    from pycocotools import mask as peer

    return Job(
        lambda: [peer.area(rles[i : i + CHUNK]) for i in range(0, len(rles), CHUNK)],
        np.concatenate,
    )


def pycocotools_bbox(rles):
    from pycocotools import mask as peer

    return Job(lambda: peer.toBbox(rles))


def faster_coco_eval(op):
    def make(rles):
        from faster_coco_eval.core import mask as peer

        return Job(lambda: getattr(peer, op)(rles))

    return make


def hotcoco(op):
    def make(rles):
        from hotcoco import mask as peer

        return Job(lambda: getattr(peer, op)(rles), np.asarray)

    return make


def rlemasklib(op):
    def make(masks):
        from rlemasklib import RLEMask

        thousand = [RLEMask.from_dict(rle) for rle in masks[:1000].to_coco()]
        method = getattr(RLEMask, op)
        times = len(masks) // 1000
        return Job(
            lambda: [method(mask) for mask in thousand for _ in range(times)],
            lambda values: np.tile(np.array(values[::times]), (times, 1)[: np.ndim(values)]),
        )

    return make


def framed_noise():
    """Give noise of which no row or column at the edge has foreground."""
    return np.pad(scenes.noise()[3:-2, 4:-1], ((3, 2), (4, 1)))


def ours_of_bits(mask):
    masks = me.flip(me.encode(mask[:, ::-1]))
    return Job(lambda: me.bbox(masks))


def opencv(mask):
    import cv2

    return Job(lambda: cv2.boundingRect(mask), lambda box: np.array([box]))


def traffic(masks):
    out = 8 * len(masks)
    return masks.counts.nbytes + masks.offsets.nbytes, out


def traffic_boxes(masks):
    read = masks.counts.nbytes + masks.offsets.nbytes + masks.sizes.nbytes
    return read, 4 * 8 * len(masks)


RACES = [
    Race(
        "area of 1,000,000 masks",
        ("area",),
        scenes.million,
        ours("area"),
        {"rlemasklib": rlemasklib("area")},
        traffic,
    ),
    Race(
        "bbox of 1,000,000 masks",
        ("bbox",),
        scenes.million,
        ours("bbox"),
        {"rlemasklib": rlemasklib("bbox")},
        traffic_boxes,
    ),
    Race(
        "area of 1000 COCO dicts",
        ("area",),
        scenes.instances,
        ours_from_dicts("area"),
        {
            "pycocotools": pycocotools_area,
            "faster-coco-eval": faster_coco_eval("area"),
            "hotcoco": hotcoco("area"),
        },
    ),
    Race(
        "bbox of 1000 COCO dicts",
        ("bbox",),
        scenes.instances,
        ours_from_dicts("bbox"),
        {
            "pycocotools": pycocotools_bbox,
            "faster-coco-eval": faster_coco_eval("toBbox"),
            "hotcoco": hotcoco("toBbox"),
        },
    ),
    Race(
        "bbox of noise 4096, held as bits",
        ("bbox",),
        framed_noise,
        ours_of_bits,
        {"opencv": opencv},
    ),
]
