"""joint: pixels of each pair of labels."""

import numpy as np

import maskengine as me
import scenes
from harness import Job, Race


def classes():
    """Give a map of 30 classes and the same moved by a few pixels, as another annotator draws."""
    first = scenes.classes()
    return first, np.ascontiguousarray(np.roll(first, (1, 3), (0, 1)))


def segments():
    """Give two panoptic maps of 2048 x 1024 with some 300 segment ids each."""
    label_map = np.ascontiguousarray(scenes.classes()[:1024, :2048])
    ids = np.zeros(label_map.shape, np.uint32)
    for number, label in enumerate(np.unique(label_map)):
        parts, _ = me.label(label_map == label)
        inside = parts > 0
        ids[inside] = (parts[inside].astype(np.uint32) % 10 + 1) * 1000 + number
    return ids, np.ascontiguousarray(np.roll(ids, (1, 3), (0, 1)))


def ours(maps):
    return Job(
        lambda: me.joint(*maps),
        lambda found: (found.labels @ [1 << 32, 1], found.pixels),
    )


def numpy_unique(maps):
    a, b = maps
    return Job(
        lambda: np.unique(a.astype(np.uint64) << np.uint64(32) | b, return_counts=True),
        lambda found: (found[0].astype(np.int64), found[1]),
    )


def traffic(maps):
    return sum(one.nbytes for one in maps), 0


RACES = [
    Race("joint of 30 classes 4K", ("joint",), classes, ours, {"numpy": numpy_unique}, traffic),
    Race("joint of segment ids 2048", ("joint",), segments, ours, {"numpy": numpy_unique}, traffic),
]
