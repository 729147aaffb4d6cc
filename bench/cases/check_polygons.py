"""check_polygons: is each ring simple, and how long is it."""

from functools import cache

import numpy as np

import maskengine as me
import scenes
from harness import Job, Race


@cache
def coast():
    rng = np.random.default_rng(11)
    angles = np.sort(rng.random(10_000)) * 2 * np.pi
    radius = 1700 + 200 * np.sin(13 * angles) + rng.normal(0, 3, 10_000)
    return [(2048 + radius[:, None] * np.stack([np.cos(angles), np.sin(angles)], 1))]


@cache
def stars():
    return [np.reshape(ring, (-1, 2)) for ring in scenes.polygons()]


def ours(rings):
    batch = me.Polygons.from_arrays(rings)

    def simple(checks):
        spoilt = [p.item for p in checks.problems() if p.kind in {"crossing", "spike"}]
        found = np.ones(len(rings), bool)
        found[spoilt] = False
        return found, np.round(checks.perimeter, 6)

    return Job(lambda: me.check_polygons(batch), simple)


def shapely(rings):
    import shapely as peer

    made = np.array([peer.LinearRing(ring) for ring in rings])
    return Job(
        lambda: (peer.is_simple(made), peer.length(made), peer.area(made)),
        lambda found: (found[0], np.round(found[1], 6)),
    )


RACES = [
    Race(f"check {name}", ("check_polygons",), scene, ours, {"shapely": shapely})
    for name, scene in (("1 ring of 10k vertices", coast), ("10k rings", stars))
]
