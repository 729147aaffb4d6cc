"""Exact Euclidean distances beside OpenCV and SciPy."""

from functools import cache

import numpy as np

import maskengine as me
import scenes
from harness import Job, Race


@cache
def holes():
    """Give a 2048 x 2048 mask with a background pixel in a thousand."""
    return (np.random.default_rng(7).random((2048, 2048)) < 0.999).astype(np.uint8)


def quarter_blob():
    return np.ascontiguousarray(scenes.blob()[:2048, :2048])


def quarter_noise():
    return np.ascontiguousarray(scenes.noise()[:2048, :2048])


def rounded(distances):
    """Give squares: OpenCV's roots may differ in the last bit."""
    return np.rint(np.square(distances, dtype=np.float64)).astype(np.int64)


def ours(mask):
    out = np.empty(mask.shape, np.float32)
    return Job(lambda: me.distance_transform(mask, out=out), rounded)


def opencv(mask):
    import cv2

    out = np.empty(mask.shape, np.float32)
    return Job(
        lambda: cv2.distanceTransform(mask, cv2.DIST_L2, cv2.DIST_MASK_PRECISE, dst=out), rounded
    )


def scipy(mask):
    from scipy import ndimage

    return Job(lambda: ndimage.distance_transform_edt(mask), rounded)


def traffic(mask):
    return mask.nbytes, 4 * mask.size


RACES = [
    Race(
        f"distances in {name}",
        ("distance_transform",),
        scene,
        ours,
        {"opencv": opencv, **({"scipy": scipy} if "2048" in name else {})},
        traffic,
    )
    for name, scene in (
        ("blob 2048", quarter_blob),
        ("noise 2048", quarter_noise),
        ("holes 2048", holes),
        ("blob 4096", scenes.blob),
    )
]
