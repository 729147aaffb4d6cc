"""Components, holes, and label maps."""

import numpy as np

import maskengine as me
from scenes import art, fields, islands
from sheet import AMBER, COLOURS, INK, ORANGE, PINK, TEAL, Panel, sheet

SCALE = 7.5


def label():
    mask = art(
        "###....##...",
        "####..###.#.",
        ".##.....#.#.",
        "....##....#.",
        "#...###..#..",
        "##....#.#...",
    )
    panels = []
    for connectivity in (8, 4):
        image, n = me.label(mask, connectivity)
        panel = Panel(mask.shape, f"connectivity {connectivity}: {n} components", 26)
        colours = [*COLOURS, "#455a64", "#9e9d24"]
        shown = np.where(image == 0, "", image.astype(object))
        panels.append(panel.labels(image, colours).numbers(shown, "#ffffff"))
    return sheet(*[[panel] for panel in panels])


def clean():
    mask = islands()
    results = {
        "remove_small(mask, 12)": me.remove_small(mask, 12),
        "fill_holes(mask)": me.fill_holes(mask),
        "largest(mask)": me.largest(mask),
    }
    panels = [Panel(mask.shape, "the mask", SCALE).pixels(mask)]
    for title, after in results.items():
        panel = Panel(mask.shape, title, SCALE).pixels(mask & after)
        panels.append(panel.pixels(mask & ~after, PINK, 0.3).pixels(after & ~mask, ORANGE))
    return sheet(panels[:2], panels[2:])


def hole_tree():
    mask = islands((30, 38))
    inside = me.decode(me.stroke([(12, 13)], 1.0, mask.shape))[0]
    mask |= inside
    tree = me.hole_tree(mask)
    image, _ = me.label(mask)
    panel = Panel(mask.shape, "components and, in orange, their holes", 12)
    panel.pixels(mask & (np.isin(image, np.flatnonzero(tree.depth == 0) + 1)))
    panel.pixels(mask & (np.isin(image, np.flatnonzero(tree.depth > 0) + 1)), AMBER)
    parts, _ = me.split(image)
    room = me.largest_rectangle(parts)  # where there is space for a number
    for number, (x, y, w, h) in enumerate(room, 1):
        if min(w, h) >= 3:
            panel.text((x + w / 2, y + h / 2 + 0.6), number, "#ffffff", 1.7, bold=True)
        else:
            panel.text((x + w + 0.3, y + h / 2 + 0.5), number, INK, 1.5, "start", bold=True)
    for number, (x, y, w, h) in enumerate(tree.hole_bbox, 1):
        panel.box((x, y, x + w, y + h), ORANGE, 0.15, "0.4 0.3")
        panel.text((x - 0.2, y + 1.0), number, ORANGE, 1.5, "end", bold=True)
    return sheet(panel)


def split():
    labels = fields()
    parts, ids = me.split(labels)
    whole = Panel(labels.shape, "a label map", 4.6).labels(labels)
    masks = [
        Panel(labels.shape, f"ids[{i}] = {name}", 4.6).pixels(
            me.decode(parts)[i], COLOURS[name - 1]
        )
        for i, name in enumerate(ids)
    ]
    return sheet([whole, *masks[:2]], masks[2:])


def adjacency():
    labels = fields()
    found = me.adjacency(labels)
    panel = Panel(labels.shape, "edges: how many sides of pixels two labels share", 12)
    panel.labels(labels, opacity=0.6)
    parts, ids = me.split(labels)
    places = dict(zip(ids.tolist(), me.centroid(parts), strict=True))
    for (a, b), edges in zip(found.pairs.tolist(), found.edges.tolist(), strict=True):
        if a and b:
            panel.line([places[a], places[b]], INK, 0.1)
            panel.text((places[a] + places[b]) / 2 + (0, -0.4), edges, INK, 1.3)
    for name, place in places.items():
        panel.dots([place], "#ffffff", 1.3)
        panel.text(place + np.array([0, 0.6]), name, INK, 1.6, bold=True)
    return sheet(panel)


def absorb_small():
    labels = fields()
    labels[6:8, 8:10] = 4
    labels[20, 30:33] = 1
    labels[14, 19] = 6
    cleaned = me.absorb_small(labels, 8)
    panels = []
    for each, title in ((labels, "before"), (cleaned, "min_area = 8")):
        panels.append(Panel(labels.shape, title, SCALE).labels(each))
    places = np.argwhere(labels != cleaned)
    for panel in panels:
        for group in ((8, 6, 10, 8), (30, 20, 33, 21), (19, 14, 20, 15)):
            left, top, right, bottom = group
            panel.box((left - 1, top - 1, right + 1, bottom + 1), INK, 0.25)
    assert len(places) == 8
    return sheet(panels)


def remap():
    labels = fields()
    merged = me.remap(labels, {1: 1, 2: 1, 3: 3, 4: 3, 5: 5, 0: 0})
    return sheet(
        [
            Panel(labels.shape, "before", SCALE).labels(labels),
            Panel(labels.shape, "{2: 1, 4: 3}", SCALE).labels(merged),
        ]
    )


def vote():
    size = (22, 28)
    drawn = me.Masks.concatenate(
        [me.stroke([(x, y)], 7.0, size) for x, y in ((10, 9), (17, 9), (13.5, 14))]
    )
    panels = []
    for k, title in (
        (1, "at_least(masks, 1)"),
        (2, "at_least(masks, 2)"),
        (3, "at_least(masks, 3)"),
    ):
        panel = Panel(size, title, SCALE).pixels(me.at_least(drawn, k), TEAL)
        panels.append(panel.outline(me.polygonize(drawn), INK, 0.22))
    return sheet(panels)


def combine():
    size = (16, 24)
    a, b = me.stroke([(9, 8)], 6.5, size), me.stroke([(15, 8)], 6.5, size)
    both = me.Masks.concatenate([a, b])
    answers = {
        "union": me.union(a, b),
        "intersection": me.intersection(a, b),
        "difference": me.difference(a, b),
        "symmetric_difference": me.symmetric_difference(a, b),
    }
    panels = [
        Panel(size, title, 9).pixels(mask).outline(me.polygonize(both), INK, 0.18)
        for title, mask in answers.items()
    ]
    return sheet(panels[:2], panels[2:])


def iou():
    size = (18, 26)
    a, b = me.stroke([(10, 9)], 7, size), me.stroke([(15, 9)], 7, size)
    shared, all_of = me.intersection(a, b), me.union(a, b)
    top, bottom = int(me.area(shared)[0]), int(me.area(all_of)[0])
    value = float(me.iou(a, b)[0, 0])
    panel = Panel(size, f"iou = {top} / {bottom} = {value:.3f}", 12)
    panel.pixels(all_of, TEAL, 0.4).pixels(shared, TEAL)
    return sheet(panel.outline(me.polygonize(me.Masks.concatenate([a, b])), INK, 0.15))


FIGURES = [
    label, clean, hole_tree, split, adjacency, absorb_small, remap, vote, combine, iou,
]  # fmt: skip
