"""Polygons: to pixels, from pixels, with fewer vertices."""

import numpy as np

import maskengine as me
from scenes import art, fields, leaf, star
from sheet import COLOURS, GREEN, INDIGO, INK, ORANGE, PINK, TEAL, Panel, sheet

RULES = ("exact", "coco", "opencv", "pillow", "skimage", "gdal", "all_touched")


def ring(points):
    return me.Polygons.from_coco([[np.asarray(points, float).ravel().tolist()]])


def centres(size):
    y, x = np.mgrid[: size[0], : size[1]] + 0.5
    return np.stack([x.ravel(), y.ravel()], 1)


def rasterize():
    shape, size = ring([(1.2, 0.6), (7.6, 2.4), (3.4, 6.5)]), (8, 9)
    plain = me.decode(me.rasterize(shape, size))[0]
    panels = []
    for rule in RULES:
        mask = me.rasterize(shape, size, rule, out="dense")[0]
        count = int(mask.sum())
        panel = Panel(size, f"{rule}: {count}", 17).pixels(mask & plain)
        panel.pixels(mask & ~plain, ORANGE).pixels(plain & ~mask, PINK, 0.5)
        panels.append(panel.outline(shape, INK, 0.09))
    share = me.rasterize(shape, size, "coverage", out="dense")[0]
    last = Panel(size, f"coverage: {share.sum():.2f}", 17)
    for level in np.unique(share[share > 0]):
        last.pixels(share == level, TEAL, round(float(level), 2))
    panels.append(last.outline(shape, INK, 0.09))
    return sheet(panels[:3], panels[3:6], panels[6:])


def rasterize_holes():
    outer, inner, size = 2 * star(), 2 * star(outer=6, inner=2.6), (60, 64)
    both = me.Polygons.from_ragged(
        np.concatenate([outer, inner]), (np.array([0, 10, 20]), np.array([0, 2]))
    )
    pentagram = ring(2 * star()[::2][[0, 2, 4, 1, 3]])
    panels = [
        Panel(size, "an inner ring is a hole", 3).pixels(me.rasterize(both, size)),
        Panel(size, 'fill="even-odd"', 3).pixels(me.rasterize(pentagram, size)),
        Panel(size, 'fill="nonzero"', 3).pixels(me.rasterize(pentagram, size, fill="nonzero")),
    ]
    for panel, shape in zip(panels, (both, pentagram, pentagram), strict=True):
        panel.outline(shape, INK, 0.4)
    return sheet(panels)


def shared_edge():
    size = (10, 13)
    left = [(0.7, 0.8), (7.5, 0.5), (5.5, 9.5), (1, 9.0)]
    right = [(7.5, 0.5), (12.4, 1), (12, 9), (5.5, 9.5)]
    pair = me.Polygons.from_coco([[np.ravel(left).tolist()], [np.ravel(right).tolist()]])
    panels = []
    for rule in ("exact", "opencv", "pillow"):
        a, b = me.rasterize(pair, size, rule, out="dense")
        panel = Panel(size, f"{rule}: {int((a & b).sum())} claimed twice", 16)
        panel.pixels(a & ~b, TEAL).pixels(b & ~a, INDIGO).pixels(a & b, ORANGE)
        panels.append(panel.outline(pair, "#ffffff", 0.1))
    return sheet(panels)


def pixel_centre():
    size = (4, 6)
    shape = ring([(0.8, 0.9), (5.3, 0.4), (3.6, 3.7)])
    mask = me.rasterize(shape, size, out="dense")[0]
    panel = Panel(size, "", 64)
    panel.pixels(mask, TEAL, 0.55).outline(shape, INK, 0.03)
    inside = mask.ravel()
    panel.dots(centres(size)[inside], INK, 0.08).dots(centres(size)[~inside], "#90a4ae", 0.08)
    for x in range(1, 6):
        panel.text((x, 3.96), x, "#78909c", 0.18)
    for y in range(1, 4):
        panel.text((0.08, y + 0.06), y, "#78909c", 0.18, "start")
    panel.text((2.5, 1.36), "(2.5, 1.5)", INK, 0.19)
    return sheet(panel)


def polygonize():
    mask = art("..........", ".#####....", ".##..###..", ".##..###..", ".#######..",
               "...###..#.", "...###....", "..........")  # fmt: skip
    rings, bridge = me.polygonize(mask), me.polygonize(mask, holes="bridge")
    middle = me.polygonize(mask, vertices="centres")
    panels = []
    for shape, title in (
        (rings, 'holes="rings"'),
        (bridge, 'holes="bridge": one ring'),
        (middle, 'vertices="centres"'),
    ):
        panel = Panel(mask.shape, title, 20).pixels(mask, TEAL, 0.45)
        panels.append(panel.outline(shape, INK, 0.13, dots=0.2))
    return sheet(panels[:2], panels[2:])


def polygonize_labels():
    labels = fields((20, 26))
    outlines, _ = me.polygonize(labels, kind="labels")
    lean = me.simplify(outlines, max_distance=0.9, shared=True)
    panels = []
    for shape, title in ((outlines, "polygonize"), (lean, "simplify(shared=True)")):
        panel = Panel(labels.shape, f"{title}: {len(shape.coords)} vertices", 11)
        panel.labels(labels, opacity=0.45)
        panels.append(panel.outline(shape, INK, 0.16, dots=0.26))
    return sheet(panels)


def simplify():
    mask = leaf((26, 28))
    outline = me.polygonize(mask)
    answers = [
        ("polygonize", outline),
        ("lossless", me.simplify(outline)),
        ("max_distance=1", me.simplify(outline, max_distance=1)),
        ("min_iou=0.85", me.simplify(outline, min_iou=0.85)),
    ]
    panels = []
    for title, shape in answers:
        drawn = me.rasterize(shape, mask.shape, out="dense")[0]
        panel = Panel(mask.shape, f"{title}: {len(shape.coords)} vertices", 9.5)
        panel.pixels(mask & drawn, TEAL, 0.45).pixels(drawn & ~mask, ORANGE, 0.8)
        panel.pixels(mask & ~drawn, PINK, 0.6)
        panels.append(panel.outline(shape, INK, 0.18, dots=0.33))
    return sheet(panels[:2], panels[2:])


def arcs():
    labels = fields((20, 26))
    outlines, _ = me.polygonize(labels, kind="labels")
    shared = me.arcs(outlines)
    panel = Panel(labels.shape, f"{len(shared)} arcs, each stored once", 17).labels(
        labels, opacity=0.3
    )
    offsets = shared.arc_offsets
    for i in range(len(shared)):
        line = shared.coords[offsets[i] : offsets[i + 1]]
        panel.line(line, COLOURS[i % len(COLOURS)], 0.3)
        panel.dots(line[[0, -1]], INK, 0.35)
    return sheet(panel)


def move_vertex():
    size = (18, 26)
    shape = ring([(3, 3), (16, 2), (19, 12), (8, 16)])
    masks = me.rasterize(shape, size)
    edit = me.move_vertex(masks, shape, 0, 1, (23, 5))
    before, after = me.decode(masks)[0], me.decode(edit.masks)[0]
    x, y, w, h = edit.box
    panels = [Panel(size, "before", 11).pixels(before).outline(shape, INK, 0.14, dots=0.3)]
    panel = Panel(size, "vertex 1 dragged: redraw the box", 11)
    panel.pixels(before & after).pixels(after & ~before, ORANGE).pixels(before & ~after, PINK, 0.6)
    panel.outline(edit.polygons, INK, 0.14, dots=0.3).box(
        (x, y, x + w, y + h), INDIGO, 0.2, "0.6 0.4"
    )
    return sheet([*panels, panel])


def check_polygons():
    size = (16, 18)
    bowtie = ring([(2, 2), (15, 13), (15, 3), (3, 13)])
    spike = ring([(2, 4), (10, 4), (16.5, 4), (10, 4.02), (10, 13), (2, 13)])
    double = me.Polygons.from_coco([[[2, 2, 11, 2, 11, 10, 2, 10], [7, 6, 16, 6, 16, 14, 7, 14]]])
    panels = []
    for shape, title in ((bowtie, "crossing"), (spike, "spike"), (double, "rings that overlap")):
        panel = Panel(size, title, 11).fill(shape, TEAL, 0.35).outline(shape, INK, 0.16, dots=0.3)
        found = me.check_polygons(shape)
        panel.dots(found.places, PINK, 0.5)
        panel.dots(shape.coords[(found.flags & 4) > 0], PINK, 0.5)
        panels.append(panel)
    return sheet(panels)


def contains():
    mask = leaf()
    masks = me.encode(mask)
    y, x = np.mgrid[2:26:4, 3:30:4]
    points = np.stack([x.ravel(), y.ravel()], 1) + 0.25
    inside = me.contains(masks, points)[0]
    panel = Panel(mask.shape, "contains(masks, points)", 11).pixels(mask, TEAL, 0.5)
    panel.dots(points[inside], INK, 0.45)
    for point in points[~inside]:
        panel.circle(point, 0.4, PINK, 0.2)
    return sheet(panel)


def round_trip():
    mask = leaf((26, 28))
    outline = me.polygonize(mask)
    back = me.rasterize(outline, mask.shape)
    assert back == me.encode(mask)
    return sheet(
        [
            Panel(mask.shape, "a mask", 7).pixels(mask),
            Panel(mask.shape, "polygonize", 7).outline(outline, INK, 0.25, dots=0.35),
            Panel(mask.shape, "rasterize: the same mask", 7).pixels(back, GREEN),
        ]
    )


FIGURES = [
    rasterize, rasterize_holes, shared_edge, pixel_centre, polygonize, polygonize_labels,
    simplify, arcs, move_vertex, check_polygons, contains, round_trip,
]  # fmt: skip
