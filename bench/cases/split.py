"""split: a label map into masks, and adjacency of its labels."""

import numpy as np

import maskengine as me
import scenes
from harness import Job, Race


def classes():
    """Give the map of 30 classes without background."""
    return scenes.classes() + np.uint8(1)


def ours(label_map):
    return Job(lambda: me.split(label_map), lambda found: scenes.counts(found[0]))


def pycocotools(label_map):
    from pycocotools import mask as peer

    def run():
        return [
            peer.encode(np.asfortranarray(label_map == label)) for label in np.unique(label_map)
        ]

    return Job(run, scenes.texts)


def rlemasklib(label_map):
    from rlemasklib import RLEMask

    def answer(found):
        return scenes.texts([found[label].to_dict() for label in sorted(found)])

    return Job(lambda: RLEMask.from_label_map(label_map), answer)


RACES = [
    Race(
        "split 30 classes 4K",
        ("split",),
        classes,
        ours,
        {"pycocotools": pycocotools, "rlemasklib": rlemasklib},
        lambda label_map: (label_map.nbytes, 0),
    ),
]
