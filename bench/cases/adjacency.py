"""adjacency: which labels of a map touch."""

import numpy as np

import maskengine as me
import scenes
from harness import Job, Race


def classes():
    """Give the map of 30 classes without background."""
    return scenes.classes() + np.uint8(1)


def ours(label_map):
    return Job(
        lambda: me.adjacency(label_map),
        lambda f: dict(zip(map(tuple, f.pairs.tolist()), f.edges.tolist(), strict=True)),
    )


def cc3d(label_map):
    import cc3d as peer

    return Job(
        lambda: peer.contacts(label_map, connectivity=4),
        lambda found: {(int(a), int(b)): int(n) for (a, b), n in found.items()},
    )


RACES = [
    Race(
        "adjacency of 30 classes 4K",
        ("adjacency",),
        classes,
        ours,
        {"cc3d": cc3d},
        lambda label_map: (label_map.nbytes, 0),
    ),
]
