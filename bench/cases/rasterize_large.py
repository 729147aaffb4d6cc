"""rasterize: one polygon of 10,000 vertices on 4096 x 4096 -> runs."""

import numpy as np

import maskengine as me
import scenes
from harness import Job, Race

SIZE = (scenes.SIDE, scenes.SIDE)
VERTICES = 10_000


def star():
    rng = np.random.default_rng(8)
    angles = np.sort(rng.random(VERTICES)) * 2 * np.pi
    radii = rng.uniform(1500, 1900, VERTICES)
    return np.stack([2048 + radii * np.cos(angles), 2048 + radii * np.sin(angles)], 1)


def zigzag():
    """Edges that span the image from left to right."""
    rng = np.random.default_rng(9)
    x = np.where(np.arange(VERTICES) % 2, 4090.0, 5.0) + rng.random(VERTICES)
    return np.stack([x, np.linspace(0, 4095, VERTICES)], 1)


def ours(vertices):
    polygons = me.Polygons.from_coco([[vertices.ravel().tolist()]])
    return Job(lambda: me.rasterize(polygons, SIZE, "coco"), scenes.counts)


def pycocotools(vertices):
    from pycocotools import mask as peer

    ring = vertices.ravel().tolist()
    return Job(lambda: peer.frPyObjects([ring], *SIZE), scenes.texts)


def traffic(vertices):
    return vertices.nbytes, 0


RACES = [
    Race(
        f"{scene.__name__} 10k vertices to runs",
        ("rasterize",),
        scene,
        ours,
        {"pycocotools": pycocotools},
        traffic,
    )
    for scene in (star, zigzag)
]
