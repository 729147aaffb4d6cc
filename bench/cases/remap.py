"""remap: other labels in place of those of a map."""

import numpy as np

import maskengine as me
import scenes
from harness import Job, Race

TABLE = {label: label * 37 % 251 for label in range(30)}


def ours(label_map):
    return Job(lambda: me.remap(label_map, TABLE, 0))


def opencv(label_map):
    import cv2

    table = np.zeros(256, np.uint8)
    table[list(TABLE)] = list(TABLE.values())
    return Job(lambda: cv2.LUT(label_map, table))


def numpy(label_map):
    table = np.zeros(256, np.uint8)
    table[list(TABLE)] = list(TABLE.values())
    return Job(lambda: table[label_map])


RACES = [
    Race(
        "remap 30 classes 4K",
        ("remap",),
        scenes.classes,
        ours,
        {"opencv": opencv, "numpy": numpy},
        lambda label_map: (label_map.nbytes, label_map.nbytes),
    ),
]
