"""Brushes, floods and the canvas."""

import numpy as np

import maskengine as me
from morphology import heat
from scenes import photograph
from sheet import AMBER, INDIGO, INK, ORANGE, PINK, TEAL, Panel, sheet

SEED = (40, 40)


def over(mask, title, colour=ORANGE):
    image = photograph()
    panel = Panel(image.shape, title, 3.4, grid=False, ground=None).image(image)
    return panel.pixels(mask, colour, 0.45).outline(me.polygonize(mask), colour, 0.5)


def flood():
    image = photograph()
    wall = me.stroke([(44, 0), (44, 60)], 0.6, image.shape)
    answers = [
        (me.flood(image, SEED, 25), "tolerance=25"),
        (me.flood(image, SEED, 60), "tolerance=60"),
        (me.flood(image, SEED, 14, "floating"), 'tolerance=14, "floating"'),
        (me.flood(image, SEED, 60, barrier=wall), "a barrier"),
    ]
    panels = [over(me.decode(found.masks)[0], title) for found, title in answers]
    for panel in panels:
        panel.dots([np.add(SEED, 0.5)], INK, 1.2)
    panels[3].pixels(wall, INK)
    return sheet(panels[:2], panels[2:])


def tolerance_map():
    image = photograph()
    least = me.tolerance_map(image, SEED)
    shown = heat(least.astype(float), "the least tolerance")
    shown.scale = 3.4
    panels = [over(least <= limit, f"map <= {limit}") for limit in (20, 45)]
    return sheet([shown, *panels])


def argmax():
    height, width = 40, 54
    y, x = np.mgrid[:height, :width] + 0.5
    scores = np.stack(
        [
            5 * np.exp(-(((x - a) / 16) ** 2) - ((y - b) / 14) ** 2)
            for a, b in ((11, 12), (42, 12), (27, 32))
        ]
    ).astype(np.float32)
    labels, doubt = me.argmax(scores, uncertainty="margin")
    margin = heat(doubt.astype(float), "uncertainty, by the margin")
    margin.scale = 5
    return sheet(
        [Panel(labels.shape, "the label with the best score", 5).labels(labels + 1), margin]
    )


def stroke():
    size = (12, 22)
    shapes = [
        (me.stroke([(4.5, 7.5), (17, 4)], 3.2, size), "disk", [(4.5, 7.5), (17, 4)], (3.2, 3.2)),
        (
            me.stroke([(4, 6), (18, 6)], [1, 4.4], size),
            "a radius per point",
            [(4, 6), (18, 6)],
            (1, 4.4),
        ),
    ]
    panels = []
    for mask, title, points, radii in shapes:
        panel = Panel(size, title, 13).pixels(mask).line(points, INK, 0.1).dots(points, INK, 0.22)
        for point, radius in zip(points, radii, strict=True):
            panel.circle(point, radius, INK, 0.1)
        panels.append(panel)
    others = [
        (me.stroke([(5, 7), (16, 5)], 3, size, "square"), 'shape="square"'),
        (me.stroke([(6, 7), (15, 5)], (4.5, 2), size, "ellipse", angle=60), '"ellipse", angle=60'),
    ]
    return sheet(panels, [Panel(size, title, 13).pixels(mask) for mask, title in others])


def stroke_pieces():
    size, points = (16, 46), [(5, 11), (15, 4), (27, 12), (41, 5)]
    panel = Panel(size, "three events, one stroke: no gap, nothing twice", 12)
    done = np.zeros(size, bool)
    for begin, colour in zip(range(3), (TEAL, ORANGE, INDIGO), strict=True):
        part = me.decode(me.stroke(points[begin : begin + 2], 3.2, size))[0]
        panel.pixels(part & ~done, colour)
        done |= part
    return sheet(panel.line(points, "#ffffff", 0.15).dots(points, "#ffffff", 0.3))


def canvas():
    size = (22, 34)
    labels = np.zeros(size, np.uint8)
    labels[3:19, 22:31] = 2
    before = labels.copy()
    canvas = me.Canvas(labels)
    canvas.begin(1, rules=me.Rules(protect=[2]))
    canvas.extend([(6, 8)], 4)
    edits = [(canvas.extend([point], 4), labels.copy()) for point in ((15, 12), (27, 10))]
    canvas.end()
    panels = []
    for (edit, after), title in zip(
        edits, ("extend: redraw the box", "label 2 is protected"), strict=True
    ):
        panel = Panel(size, title, 9.5).labels(before, [TEAL, AMBER])
        panel.pixels(after == 1, TEAL, 0.45)
        new = np.zeros(size, bool)
        for y, begin, end in edit.spans:
            new[y, begin:end] = True
        panels.append(panel.pixels(new, ORANGE).box(edit.box, PINK, 0.25, "0.7 0.5"))
    return sheet(panels)


FIGURES = [flood, tolerance_map, argmax, stroke, stroke_pieces, canvas]
