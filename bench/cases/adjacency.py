"""adjacency: which labels of a map touch."""

import importlib.util
from pathlib import Path

import numpy as np

import maskengine as me
from harness import Job, Race


def classes():
    """Give the 4K map of the races of `label`."""
    spec = importlib.util.spec_from_file_location("label", Path(__file__).with_name("label.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.classes() + np.uint8(1)


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
