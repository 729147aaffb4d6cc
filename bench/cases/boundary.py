"""Bands of Boundary IoU: all segments of a map at once, and one mask."""

from functools import cache, partial

import numpy as np

import maskengine as me
import scenes
from harness import Job, Race

SEGMENTS = 70


@cache
def segments(height, width):
    """Give a uint32 map of 70 cells with wavy borders, as a panoptic annotation has."""
    rng = np.random.default_rng(5)
    y, x = np.indices((height, width), np.float32)
    nearest = np.full((height, width), np.inf, np.float32)
    labels = np.zeros((height, width), np.uint32)
    for label in range(1, SEGMENTS + 1):
        cy, cx = rng.random(2) * (height, width)
        waves = 3000 * (np.sin(x / 17 + label) + np.sin(y / 23 - label))
        distance = (y - cy) ** 2 + (x - cx) ** 2 + waves
        labels[distance < nearest] = label
        nearest = np.minimum(nearest, distance)
    return labels


def width_of(shape):
    return max(1, round(0.02 * float(np.hypot(*shape))))


def band(mask, width):
    """Give the band as the code of Boundary IoU does: framed, eroded 3 x 3 again and again."""
    import cv2

    framed = cv2.copyMakeBorder(mask, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    inside = cv2.erode(framed, np.ones((3, 3), np.uint8), iterations=width)
    return mask - inside[1:-1, 1:-1]


def ours_of_labels(labels):
    out = np.empty(labels.shape, bool)
    width = width_of(labels.shape)
    return Job(lambda: me.boundary(labels, width, kind="labels", out=out))


def opencv_of_labels(labels):
    masks = [(labels == label).astype(np.uint8) for label in range(1, SEGMENTS + 1)]
    width = width_of(labels.shape)
    return Job(
        lambda: [band(mask, width) for mask in masks],
        lambda bands: np.bitwise_or.reduce(bands).astype(bool),
    )


def ours(mask):
    return Job(lambda: me.boundary(mask, width_of(mask.shape)))


def opencv(mask):
    return Job(lambda: band(mask, width_of(mask.shape)))


def traffic(array):
    return array.nbytes, array.size


RACES = [
    Race(
        f"bands of {SEGMENTS} segments, {height} x {width}",
        ("boundary",),
        partial(segments, height, width),
        ours_of_labels,
        {"opencv": opencv_of_labels},
        traffic,
    )
    for height, width in ((512, 1024), (1024, 2048))
]
RACES.append(
    Race(
        "band of blob 4096",
        ("boundary",),
        scenes.blob,
        ours,
        {"opencv": opencv},
        traffic,
    )
)
