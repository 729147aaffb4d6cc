"""napari: a press, a drag of 25 moves of 40 pixels, and a fill, as its labels layer does them.

Both edit one array in place and record an undo step; each round paints another label, so that all
pixels change. napari paints discs at whole pixels every quarter of their width, we the swept disc:
of drags the boxes agree, of presses every pixel. A move shorter than an eighth of the brush napari
paints an event late; here it is handed the place itself.
"""

from itertools import cycle

import numpy as np

import maskengine as me
from harness import Job, Race

DRAG = [(1500 + 32 * i, 1500 + 24 * i) for i in range(26)]  # x, y


def canvas(side):
    return me.Canvas(np.zeros((side, side), np.uint8))


def layer(side, size=1):
    from napari.layers import Labels

    made = Labels(np.zeros((side, side), np.uint8))
    made.brush_size, made.mode = size, "paint"
    return made


def box_of(labels):
    """Give the box, and how many pixels, of what is not 0."""
    y, x = (np.flatnonzero(labels.any(axis)) for axis in (1, 0))
    box = (int(x[0]), int(y[0]), int(x[-1]) + 1, int(y[-1]) + 1)
    return box, int(np.count_nonzero(labels))


def ours(radius, points):
    def make(side):
        drawn, labels = canvas(side), cycle((1, 2))

        def run():
            drawn.begin(next(labels))
            for x, y in points:
                drawn.extend([(x + 0.5, y + 0.5)], radius + 0.5)
            return drawn.end()

        return Job(run, lambda edit: (edit.box, edit.area)[: len(points) % 2 + 1])

    return make


def stamps(start, end, width):
    """Give the places that napari paints between two events."""
    far = max(abs(b - a) for a, b in zip(start, end, strict=True))
    return np.linspace(start, end, max(1, round(4 * far / width)) + 1)[1:]


def napari(radius, points):
    def make(side):
        drawn, labels = layer(side, 2 * radius), cycle((1, 2))

        def run():
            label, last = next(labels), points[0]
            with drawn.block_history():
                for point in points:
                    *before, (x, y) = stamps(last, point, 2 * radius)
                    for at in before:
                        drawn.paint(at[::-1], label, refresh=False)
                    drawn.paint((y, x), label)
                    last = point
            return drawn.data

        return Job(run, lambda data: box_of(data)[: len(points) % 2 + 1])

    return make


def with_spot(labels):
    """Draw a disk of 709 pixels."""
    y, x = np.ogrid[-15:16, -15:16]
    labels[3000:3031, 2000:2031][y * y + x * x <= 225] = 3
    return labels


def our_fill(side):
    drawn, labels = me.Canvas(with_spot(np.zeros((side, side), np.uint8))), cycle((1, 2))
    return Job(
        lambda: drawn.fill((2015, 3015), next(labels), on="labels"),
        lambda edit: (edit.box, edit.area),
    )


def napari_fill(side):
    drawn, labels = layer(side), cycle((1, 2))
    with_spot(drawn.data)

    def run():
        drawn.fill((3015, 2015), next(labels))
        return drawn.data

    return Job(run, box_of)


RACES = [
    Race(
        f"brush {what}, radius {radius}",
        ("Canvas",),
        lambda: 4096,
        ours(radius, points),
        {"napari": napari(radius, points)},
    )
    for radius in (10, 100, 500, 1000)
    for what, points in (("press", DRAG[:1]), ("drag", DRAG))
] + [
    Race(
        f"fill 709 px of {side:,}^2 labels",
        ("Canvas",),
        lambda side=side: side,
        our_fill,
        {"napari": napari_fill},
    )
    for side in (4096, 16_384)
]
