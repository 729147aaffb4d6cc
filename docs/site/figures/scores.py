"""What quality measures: bands, distances, disagreement, gaps."""

import numpy as np

import maskengine as me
from maskengine import quality
from scenes import fields, leaf
from sheet import COLOURS, INDIGO, INK, ORANGE, PINK, TEAL, Panel, sheet


def boundary_iou():
    a = leaf()
    b = np.roll(a, 2, 1)
    width = 2
    band_a, band_b = me.boundary(a, width), me.boundary(b, width)
    found = quality.boundary_iou(a, b, width=width)
    panels = []
    for one, two, title in (
        (a, b, f"iou {float(found.iou[0]):.2f}"),
        (band_a, band_b, f"boundary iou {float(found.boundary_iou[0]):.2f}"),
    ):
        panel = Panel(a.shape, title, 9).pixels(one & two, TEAL)
        panels.append(panel.pixels(one & ~two, ORANGE, 0.7).pixels(two & ~one, INDIGO, 0.7))
    return sheet(panels)


def trimap():
    labels = np.kron(leaf(), np.ones((3, 3), np.uint8))
    panels = []
    for width in (1, 3, 7):
        near = me.boundary(labels, width, "both")
        panel = Panel(labels.shape, f"width {width}", 2.2).pixels(labels == 1, TEAL, 0.4)
        panels.append(panel.pixels(near, ORANGE, 0.8))
    return sheet(panels)


def transition_band():
    labels = fields()
    band = quality.transition_band(labels, [(1, 2), (2, 4)], 4)
    panel = Panel(labels.shape, "the borders of 1 and 2, and of 2 and 4", 9).labels(
        labels, opacity=0.6
    )
    return sheet(panel.pixels(me.union(band.masks), INK, 0.75))


def coverage():
    labels = fields()
    labels[labels == 0] = 5
    for x, y, radius in ((16, 9, 2.6), (26, 19, 3.2), (4, 26, 1.6)):
        labels[me.decode(me.stroke([(x, y)], radius, labels.shape))[0]] = 0
    found = quality.coverage(labels)
    panels = [Panel(labels.shape, f"coverage {found.ratio:.3f}", 7).labels(labels)]
    filled = quality.fill_gaps(labels)
    panels[0].outline(me.polygonize(found.holes), INK, 0.3)
    panels.append(Panel(labels.shape, "fill_gaps", 7).labels(filled))
    panels[1].outline(me.polygonize(found.holes), "#ffffff", 0.2)
    return sheet(panels)


def disagreement():
    anna = fields((30, 40))
    ben = np.roll(anna, 2, 1)
    ben[:, :2] = anna[:, :2]
    carl = anna.copy()
    carl[carl == 5] = 0
    found = quality.disagreement_regions([anna, ben, carl], tau=2, split=True)
    panels = [
        Panel(anna.shape, name, 5.2).labels(drawn)
        for name, drawn in (("anna", anna), ("ben", ben), ("carl", carl))
    ]
    last = Panel(anna.shape, "pink: missing, orange: boundary", 9).labels(anna, opacity=0.15)
    shades = {"missing": PINK, "boundary": ORANGE, "class": INDIGO, "extent": TEAL}
    parts, _ = me.split(found.regions)
    for i, kind in enumerate(found.kind):
        last.pixels(parts[i], shades[str(kind)], 0.8)
    return sheet(panels, [last])


def edge_offset():
    first = fields()
    grown = me.dilate(first == 3, 2, "disk")
    second = np.where(grown & (first != 0), 3, first).astype(np.uint8)
    found = me.edge_offset(first, second)
    panel = Panel(first.shape, "mean offset of each edge, in pixels", 11).labels(
        second, opacity=0.5
    )
    panel.outline(me.polygonize(first == 3), INK, 0.2, dash="0.7 0.4")
    parts, ids = me.split(first)
    places = dict(zip(ids.tolist(), me.centroid(parts), strict=True))
    for (a, b), total, edges in zip(found.pairs.tolist(), found.sum, found.edges, strict=True):
        if 3 in (a, b) and a:
            panel.line([places[a], places[b]], INK, 0.1)
            panel.text((places[a] + places[b]) / 2 + (0, -0.5), f"{total / edges:+.1f}", INK, 1.6)
    for name, place in places.items():
        panel.dots([place], "#ffffff", 1.3)
        panel.text(place + np.array([0, 0.6]), name, INK, 1.6, bold=True)
    return sheet(panel)


def deviation():
    mask = leaf()
    drawn = me.simplify(me.polygonize(mask), max_vertices=12)
    found = quality.deviation(drawn, mask)
    panel = Panel(mask.shape, f"at most {float(found.max[0]):.2f} pixels apart", 11)
    panel.pixels(mask, TEAL, 0.45).outline(drawn, INK, 0.2, dots=0.35)
    return sheet(panel.outline(me.polygonize(mask), TEAL, 0.15))


def consensus():
    rng = np.random.default_rng(4)
    maps = []
    for _ in range(5):
        dy, dx = rng.integers(-2, 3, 2)
        maps.append(np.roll(leaf(), (int(dy), int(dx)), (0, 1)).astype(np.uint8))
    drawn = Panel(maps[0].shape, "five annotators", 9)
    for colour, each in zip(COLOURS, maps, strict=False):
        drawn.outline(me.polygonize(each), colour, 0.25)
    vote = quality.consensus(maps).labels
    return sheet([drawn, Panel(vote.shape, "consensus: the vote", 9).pixels(vote == 1)])


FIGURES = [
    boundary_iou, trimap, transition_band, coverage, disagreement, edge_offset, deviation,
    consensus,
]  # fmt: skip
