"""hu_moments, largest_rectangle, tile, hstack, vstack beside rlemasklib and OpenCV."""

import numpy as np

import maskengine as me
import scenes
from harness import Job, Race


def hundred():
    return scenes.instances()[:100]


def blob():
    return [scenes.blob_rle()]


def ours(call, answer):
    def make(rles):
        masks = scenes.batch(rles)
        return Job(lambda: call(masks), answer)

    return make


def rlemasklib(call, answer):
    def make(rles):
        from rlemasklib import RLEMask

        masks = [RLEMask.from_dict(rle) for rle in rles]
        return Job(lambda: [call(mask) for mask in masks], answer)

    return make


def opencv_hu(rles):
    import cv2

    dense = [np.ascontiguousarray(scenes.peer.decode(rle)) for rle in rles]
    return Job(
        lambda: [cv2.HuMoments(cv2.moments(mask, binaryImage=True)) for mask in dense], first_hu
    )


def first_hu(rows):
    return np.round([float(np.ravel(row)[0]) for row in rows], 5).tolist()


def areas(boxes):
    return [int(box[2] * box[3]) for box in boxes]


def texts(masks):
    return [mask.to_dict()["counts"] for mask in masks]


RACES = [
    *(
        Race(
            f"hu_moments of {name}",
            ("hu_moments",),
            scene,
            ours(me.hu_moments, first_hu),
            {"rlemasklib": rlemasklib(lambda m: m.hu_moments(), first_hu), "opencv": opencv_hu},
        )
        for name, scene in (("100 instances", hundred), ("blob 4096", blob))
    ),
    *(
        Race(
            f"largest_rectangle of {name}",
            ("largest_rectangle",),
            scene,
            ours(me.largest_rectangle, areas),
            {"rlemasklib": rlemasklib(lambda m: m.largest_interior_rectangle(), areas)},
        )
        for name, scene in (("100 instances", hundred), ("blob 4096", blob))
    ),
    *(
        Race(
            f"{name} of blob 4096",
            (name,),
            blob,
            ours(call, scenes.counts),
            {"rlemasklib": rlemasklib(rival, texts)},
        )
        for name, call, rival in (
            ("tile", lambda m: me.tile(m, 2, 2), lambda m: m.tile(2, 2)),
            ("hstack", lambda m: me.hstack([m, m]), lambda m: m.hconcat([m, m])),
            ("vstack", lambda m: me.vstack([m, m]), lambda m: m.vconcat([m, m])),
        )
    ),
]
