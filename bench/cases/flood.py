"""flood: all of a large image, and a spot in a huge one."""

from functools import cache

import numpy as np

import maskengine as me
import scenes
from harness import Job, Race

SIDE = 16_384


@cache
def empty():
    return np.zeros((scenes.SIDE, scenes.SIDE), np.uint8), (2048, 2048)


@cache
def spot():
    """Give a disk of 293 pixels in 16,384 x 16,384."""
    image = np.zeros((SIDE, SIDE), np.uint8)
    y, x = np.ogrid[-12:13, -12:13]
    image[8000:8025, 9000:9025][y * y + x * x <= 95] = 5
    return image, (9012, 8012)


@cache
def photo(channels, dtype):
    """Give a 2048 x 2048 slope with noise."""
    rng = np.random.default_rng(6)
    slope = np.linspace(20, 235, 2048)[None, :] + rng.normal(0, 2, (2048, 2048))
    image = slope.clip(0, 255).astype(np.uint8)
    if channels == 3:
        image = np.ascontiguousarray(np.stack([image, image.T, 255 - image], -1))
    return image.astype(dtype), (1000, 1000)


@cache
def noise():
    rng = np.random.default_rng(7)
    image = (rng.random((2048, 2048)) < 0.35).astype(np.uint8)
    y, x = np.nonzero(image == 0)
    return image, (int(x[10**6]), int(y[10**6]))


def ours(tolerance, mode):
    def make(scene):
        image, seed = scene
        return Job(
            lambda: me.flood(image, seed, tolerance, mode),
            lambda found: (found.area, found.box),
        )

    return make


def opencv(tolerance, mode):
    def make(scene):
        import cv2

        image, seed = scene
        height, width = image.shape[:2]
        mask = np.zeros((height + 2, width + 2), np.uint8)
        flags = 4 | cv2.FLOODFILL_MASK_ONLY | 2 << 8
        if mode == "fixed":
            flags |= cv2.FLOODFILL_FIXED_RANGE
        sides = (tolerance,) * 3

        def run():
            # a new value each time would do as well; clearing what was filled is not timed apart
            area, _, _, box = cv2.floodFill(image, mask, seed, 0, sides, sides, flags)
            left, top, wide, high = box
            mask[top + 1 : top + high + 1, left + 1 : left + wide + 1] = 0
            return area, (left, top, left + wide, top + high)

        return Job(run)

    return make


def skimage(tolerance):
    def make(scene):
        from skimage.segmentation import flood

        image, seed = scene

        def answer(filled):
            y, x = np.nonzero(filled)
            box = (int(x.min()), int(y.min()), int(x.max()) + 1, int(y.max()) + 1)
            return int(filled.sum()), box

        return Job(lambda: flood(image, seed[::-1], tolerance=tolerance, connectivity=1), answer)

    return make


def race(name, scene, tolerance, mode, *, scikit=False):
    rivals = {"opencv": opencv(tolerance, mode)}
    if scikit:
        rivals["scikit-image"] = skimage(tolerance)
    return Race(name, ("flood",), scene, ours(tolerance, mode), rivals)


RACES = [
    race("flood 4096^2, all zero", empty, 0, "fixed", scikit=True),
    race("flood 293 px of 16,384^2", spot, 0, "fixed", scikit=True),
    race("flood bytes, fixed", lambda: photo(1, np.uint8), 40, "fixed"),
    race("flood bytes, floating", lambda: photo(1, np.uint8), 6, "floating"),
    race("flood RGB, fixed", lambda: photo(3, np.uint8), 60, "fixed"),
    race("flood RGB, floating", lambda: photo(3, np.uint8), 7, "floating"),
    race("flood float32, fixed", lambda: photo(1, np.float32), 40, "fixed"),
    race("flood float32, floating", lambda: photo(1, np.float32), 6, "floating"),
    race("flood noise", noise, 0, "fixed"),
]
