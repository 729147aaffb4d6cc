"""move_vertex: one vertex of 10,000 dragged, against filling the polygon again."""

from functools import cache

import numpy as np

import maskengine as me
import scenes
from harness import Job, Race

SIZE = (scenes.SIDE, scenes.SIDE)
VERTEX = 2500


@cache
def coast(n=10_000):
    """Give a ring of `n` vertices around most of a 4096 x 4096 image, rough as a coast."""
    rng = np.random.default_rng(11)
    angles = np.sort(rng.random(n)) * 2 * np.pi
    radius = 1700 + 200 * np.sin(13 * angles) + rng.normal(0, 3, n)
    return np.round(2048 + radius[:, None] * np.stack([np.cos(angles), np.sin(angles)], 1), 2)


def dragged(ring):
    moved = ring.copy()
    moved[VERTEX] += [3, 4]
    return moved


def ours(rule):
    def make(ring):
        polygons = me.Polygons(ring, [0, len(ring)])
        masks = me.rasterize(polygons, SIZE, rule)
        to = tuple(dragged(ring)[VERTEX].tolist())
        return Job(
            lambda: me.move_vertex(masks, polygons, 0, VERTEX, to, rule),
            lambda found: scenes.counts(found.masks),
        )

    return make


def again(rule):
    def make(ring):
        polygons = me.Polygons(dragged(ring), [0, len(ring)])
        return Job(lambda: me.rasterize(polygons, SIZE, rule), scenes.counts)

    return make


def pycocotools(ring):
    from pycocotools import mask as peer

    flat = [dragged(ring).ravel().tolist()]
    return Job(lambda: peer.frPyObjects(flat, *SIZE), scenes.texts)


RACES = [
    Race(
        f"drag 1 vertex of 10k, {rule}",
        ("move_vertex",),
        coast,
        ours(rule),
        {"full rasterize": again(rule), **peers},
    )
    for rule, peers in (("exact", {}), ("coco", {"pycocotools": pycocotools}))
]
