"""stroke: one mouse move of 40 pixels, against filling every disc on the way."""

import numpy as np

import maskengine as me
import scenes
from harness import Job, Race

SIZE = (scenes.SIDE, scenes.SIDE)
MOVE = [(2000.5, 2000.5), (2032.5, 2024.5)]


def ours(radius):
    def make(points):
        return Job(lambda: me.stroke(points, radius, SIZE), scenes.counts)

    return make


def stamps(radius):
    """Test the distance to the segment in an array of the box around it, and encode."""

    def make(points):
        (ax, ay), (bx, by) = points
        left, right = int(ax - radius) - 1, int(bx + radius) + 2
        top, bottom = int(ay - radius) - 1, int(by + radius) + 2

        def run():
            y, x = (axis + 0.5 for axis in np.ogrid[top:bottom, left:right])
            u, v, du, dv = x - ax, y - ay, bx - ax, by - ay
            t = ((u * du + v * dv) / (du * du + dv * dv)).clip(0, 1)
            inside = (u - t * du) ** 2 + (v - t * dv) ** 2 <= radius**2
            whole = np.zeros(SIZE, bool)
            whole[top:bottom, left:right] = inside
            return whole

        return Job(run, lambda whole: scenes.texts(scenes.as_rle(whole.astype(np.uint8))))

    return make


RACES = [
    Race(
        f"stroke 40 px, radius {r}",
        ("stroke",),
        lambda: MOVE,
        ours(r + 0.3),
        {"numpy": stamps(r + 0.3)},
    )
    for r in (10, 100, 500, 1000)
]
