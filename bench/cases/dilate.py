"""dilate beside OpenCV with the same kernel, from arrays to arrays and from runs to runs."""

import numpy as np

import maskengine as me
import scenes
from harness import Job, Race

RADII = [("disk", 15), ("square", 1), ("square", 15), ("disk", 3)]


def kernel_of(shape, radius):
    if shape == "square":
        return np.ones((2 * radius + 1,) * 2, np.uint8)
    from skimage.morphology import disk

    return disk(radius)


def ours(shape, radius):
    def make(mask):
        out = np.empty_like(mask)
        return Job(lambda: me.dilate(mask, radius, shape, out=out))

    return make


def ours_of_runs(shape, radius):
    def make(mask):
        masks = me.encode(mask)
        return Job(
            lambda: me.dilate(masks, radius, shape), lambda found: me.decode(found, dtype="u1")[0]
        )

    return make


def opencv(shape, radius):
    def make(mask):
        import cv2

        kernel, out = kernel_of(shape, radius), np.empty_like(mask)
        return Job(lambda: cv2.dilate(mask, kernel, dst=out))

    return make


def traffic(mask):
    return mask.nbytes, mask.nbytes


RACES = [
    Race(
        f"dilate {name} 4096, {shape} {radius}",
        ("dilate",),
        scene,
        ours(shape, radius),
        {"opencv": opencv(shape, radius)},
        traffic,
    )
    for shape, radius in RADII
    for name, scene in (("blob", scenes.blob), ("noise", scenes.noise))
]
RACES += [
    Race(
        f"dilate blob 4096 as runs, {shape} {radius}",
        ("dilate",),
        scenes.blob,
        ours_of_runs(shape, radius),
        {"opencv": opencv(shape, radius)},
    )
    for shape, radius in RADII
]
