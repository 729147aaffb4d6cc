"""warp: a turn and a tilt of blob, noise and instances; answers agree but for ties."""

import numpy as np

import maskengine as me
import scenes
from harness import Job, Race


def turn(size, angle=17, scale=1.1):
    import cv2

    return cv2.getRotationMatrix2D((size[1] / 2, size[0] / 2), angle, scale)


def tilt(size):
    return np.vstack([turn(size), [0.05 / size[1], 0.02 / size[0], 1]])


def rough(masks):
    """Compare areas to a thousandth: the others round coordinates, so ties fall differently."""
    return np.round(np.asarray(masks, float) / max(1, np.max(masks)), 2).tolist()


def ours(matrix_of, size):
    def make(rles):
        masks = scenes.batch(rles)
        matrix = matrix_of(size)
        return Job(
            lambda: me.warp(masks, matrix, coordinates="centres"), lambda out: rough(me.area(out))
        )

    return make


def rlemasklib(matrix_of, size):
    def make(rles):
        from rlemasklib import RLEMask

        masks = [RLEMask.from_dict(rle) for rle in rles]
        matrix = matrix_of(size)
        call = RLEMask.warp_affine if len(matrix) == 2 else RLEMask.warp_perspective
        return Job(
            lambda: [call(mask, matrix, size) for mask in masks],
            lambda out: rough([mask.area() for mask in out]),
        )

    return make


def opencv(matrix_of, size):
    def make(rles):
        import cv2

        stack = [np.ascontiguousarray(scenes.peer.decode(rle)) for rle in rles]
        matrix = matrix_of(size)
        call = cv2.warpAffine if len(matrix) == 2 else cv2.warpPerspective
        return Job(
            lambda: [call(mask, matrix, size[::-1], flags=cv2.INTER_NEAREST) for mask in stack],
            lambda out: rough([int(mask.sum()) for mask in out]),
        )

    return make


SQUARE = (scenes.SIDE, scenes.SIDE)
RACES = [
    Race(
        f"{name} {thing}",
        ("warp",),
        scene,
        ours(matrix_of, size),
        {"rlemasklib": rlemasklib(matrix_of, size), "opencv": opencv(matrix_of, size)},
    )
    for name, matrix_of in (("turn", turn), ("tilt", tilt))
    for thing, scene, size in (
        ("blob 4096", lambda: [scenes.blob_rle()], SQUARE),
        ("noise 4096", lambda: [scenes.noise_rle()], SQUARE),
        ("100 instances", lambda: scenes.instances()[:100], scenes.SIZE),
    )
]
