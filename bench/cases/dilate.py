"""dilate beside OpenCV with the same kernel, from arrays to arrays, runs to runs, bits to bits."""

from functools import cache

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


def ours_of_masks(shape, radius):
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


@cache
def cells():
    """Give a uint16 map of 100 disks on 1024 x 1024, as microscopy has; some lie over others."""
    rng = np.random.default_rng(5)
    y, x = np.indices((81, 81)) - 40
    labels = np.zeros((1024, 1024), np.uint16)
    for label in range(1, 101):
        top, left = rng.integers(0, 1024 - 81, 2)
        disk = y**2 + x**2 <= rng.integers(15, 41) ** 2
        labels[top : top + 81, left : left + 81][disk] = label
    return labels


def ours_of_labels(operation):
    def make(labels):
        out = np.empty_like(labels)
        change = getattr(me, operation)
        return Job(lambda: change(labels, 7, "disk", kind="labels", out=out), np.count_nonzero)

    return make


def expand_labels(labels):
    from skimage.segmentation import expand_labels as peer

    return Job(lambda: peer(labels, 7), np.count_nonzero)


def opencv_per_label(operation):
    def make(labels):
        import cv2

        kernel = kernel_of("disk", 7)

        def run():
            out = np.zeros_like(labels)
            for label in np.unique(labels[labels != 0])[::-1]:
                mask = (labels == label).astype(np.uint8)
                changed = cv2.morphologyEx(mask, operation, kernel)
                out[(changed != 0) & ((labels == 0) | (mask != 0))] = label
            return out

        return Job(run, np.count_nonzero)

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
        f"dilate {name}, {shape} {radius}",
        ("dilate",),
        scene,
        ours_of_masks(shape, radius),
        {"opencv": opencv(shape, radius)},
    )
    for shape, radius in RADII
    for name, scene in (
        ("blob 4096 as runs", scenes.blob),
        ("noise 4096 as bits", scenes.noise),
    )
]
RACES += [
    Race(
        f"{operation} labels of 100 cells 1024, disk 7",
        (operation,),
        cells,
        ours_of_labels(operation),
        peers,
    )
    for operation, peers in (
        ("dilate", {"scikit-image": expand_labels}),
        ("open", {"opencv per label": opencv_per_label(2)}),
        ("close", {"opencv per label": opencv_per_label(3)}),
    )
]
