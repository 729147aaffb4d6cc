"""What is measured of masks and label maps: moments, outlines, tables of labels."""

import numpy as np

import maskengine as me
from scenes import art, fields
from sheet import COLOURS, INK, ORANGE, TEAL, Panel, sheet, table


def _banana(size=(26, 34)):
    return me.stroke([(7, 18), (14, 10), (26, 8)], [5.5, 4.5, 3], size)


def moments():
    mask = _banana()
    found = me.moments(mask)[0]
    centre = me.centroid(mask)[0]
    spread = np.array([[found["mu20"], found["mu11"]], [found["mu11"], found["mu02"]]])
    variances, axes = np.linalg.eigh(spread / found["m00"])
    turns = np.linspace(0, 2 * np.pi, 73)
    around = np.stack([np.cos(turns), np.sin(turns)], 1) * 2 * np.sqrt(variances)
    panel = Panel(mask.sizes[0], "m00, the centroid, and the ellipse of mu20, mu11, mu02", 13)
    panel.pixels(mask, TEAL, 0.55).line(around @ axes.T + centre, INK, 0.15)
    for i in range(2):
        panel.line(
            [centre, centre + 2 * np.sqrt(variances[i]) * axes[:, i]], ORANGE, 0.3, arrow=True
        )
    panel.dots([centre], INK, 0.45)
    return sheet(panel)


def hu_moments():
    mask = _banana()
    large = me.resize(mask, (39, 51))
    panels = []
    for each, scale in (
        (mask, 9),
        (me.rot90(mask), 9),
        (large, 6),
        (me.flip(mask, "horizontal"), 9),
    ):
        first, last = me.hu_moments(each)[0, [0, 6]]
        panel = Panel(each.sizes[0], f"{first:.4f} ... {1e6 * last:+.2f}e-6", scale, grid=False)
        panels.append(panel.pixels(each))
    return sheet(panels)


def perimeter():
    ring = art(".......", ".#####.", ".#...#.", ".#.#.#.", ".#...#.", ".#####.", ".......")
    stairs = np.tri(7, dtype=bool)
    slope = f", its slope {np.hypot(7, 7):.1f}"
    panels = []
    for mask, words in ((ring, ""), (stairs, slope)):
        edges = int(me.perimeter(me.encode(mask))[0])
        panel = Panel(mask.shape, f"{edges} edges{words}", 30).pixels(mask, TEAL, 0.5)
        panels.append(panel.outline(me.polygonize(mask), INK, 0.14))
    panels[1].line([(0, 0), (7, 7)], ORANGE, 0.12)
    return sheet(panels)


def joint():
    first = np.array(
        [[1, 1, 1, 2, 2, 2], [1, 1, 1, 2, 2, 2], [1, 1, 3, 3, 2, 2], [3, 3, 3, 3, 3, 2]]
    )
    second = np.roll(first, 1, 1)
    second[:, 0] = 1
    found = me.joint(first, second)
    panels = [
        Panel(each.shape, title, 26).labels(each, opacity=0.6).numbers(each, size=0.5)
        for each, title in ((first, "one map"), (second, "another"))
    ]
    cells = np.full((4, 4), "", object)
    cells[0, 1:] = cells[1:, 0] = 1, 2, 3
    shades = {}
    for (a, b), pixels in zip(found.labels.tolist(), found.pixels.tolist(), strict=True):
        cells[a, b] = pixels
        shades[a, b] = pixels / found.pixels.max()
    return sheet([*panels, table(cells, "pixels of each pair", shades=shades)])


def frame_stats():
    labels = fields()
    labels[3:6, 28:32] = 1
    found = me.frame_stats([labels], void=0)
    panel = Panel(labels.shape, "a label map", 9).labels(labels, opacity=0.6)
    names = ["label", "area", "parts", "largest", "boundary"]
    cells = np.full((len(found.labels) + 1, len(names)), "", object)
    cells[0] = names
    columns = found.labels, found.area, found.components, found.largest, found.boundary
    for i, row in enumerate(zip(*(c.tolist() for c in columns), strict=True), 1):
        cells[i] = row
        left, top, width, height = found.bbox[i - 1].tolist()
        panel.box((left, top, left + width, top + height), COLOURS[row[0] - 1], 0.3, dash="0.9 0.6")
    parts, ids = me.split(me.largest(labels, kind="labels"))
    for name, place in zip(ids.tolist(), me.centroid(parts), strict=True):
        panel.text(place + np.array([0, 0.7]), name, INK, 2, bold=True)
    return sheet([panel], [table(cells, "what frame_stats says of it", width=4.2)])


FIGURES = [moments, hu_moments, perimeter, joint, frame_stats]
