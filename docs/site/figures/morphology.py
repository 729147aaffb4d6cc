"""Shapes that grow, shrink and lose their outline."""

import numpy as np

import maskengine as me
from scenes import art, leaf
from sheet import AMBER, INDIGO, INK, ORANGE, PINK, TEAL, Panel, sheet

DOT = art(*["." * 11] * 5, "." * 5 + "#" + "." * 5, *["." * 11] * 5)


def changed(before, after, title, scale=7):
    """Show what stayed, what came (orange) and what went (pink)."""
    panel = Panel(before.shape, title, scale)
    panel.pixels(before & after)
    panel.pixels(after & ~before, ORANGE)
    return panel.pixels(before & ~after, PINK, 0.55)


def dilate():
    shapes = [
        changed(DOT, me.dilate(DOT, 4, shape), f"{shape}, radius 4", 13)
        for shape in ("square", "disk", "cross")
    ]
    mask = leaf()
    small, large = me.dilate(mask, 1, "disk"), me.dilate(mask, 3, "disk")
    lower = [changed(mask, small, "disk 1"), changed(mask, large, "disk 3")]
    return sheet(shapes, lower)


def erode():
    mask = leaf()
    return sheet(
        [changed(mask, me.erode(mask, radius, "disk"), f"disk {radius}") for radius in (1, 2)]
    )


def open():  # noqa: A001 - the word of the page
    mask = leaf()
    mask[12:14, 22:] = True
    mask[3, 3] = True
    opened = me.open(mask, 2, "disk")
    return sheet(
        [Panel(mask.shape, "before", 7).pixels(mask), changed(mask, opened, "open, disk 2")]
    )


def close():
    mask = leaf()
    mask[:, 18] = False
    mask[18:20, 8:11] = False
    mask = np.pad(mask, 3)[:, :-2]  # or it would be joined with the edge of the image
    closed = me.close(mask, 2, "disk")
    return sheet(
        [Panel(mask.shape, "before", 7).pixels(mask), changed(mask, closed, "close, disk 2")]
    )


def boundary():
    mask = leaf()
    panels = []
    for side in ("inner", "outer", "both"):
        band = me.boundary(mask, 2, side, "disk")
        panel = Panel(mask.shape, f'"{side}", width 2', 6.5).pixels(mask, TEAL, 0.35)
        panels.append(panel.pixels(band, ORANGE))
    return sheet(panels)


def distance_transform():
    mask = leaf((26, 28))
    distance = me.distance_transform(mask)
    signed = me.distance_transform(mask, signed=True)
    return sheet(
        [
            Panel(mask.shape, "the mask", 7).pixels(mask),
            heat(distance, "distance to the background"),
            heat(signed, "signed: below 0 outside", me.polygonize(mask)),
        ]
    )


def heat(values, title, outline=None):
    """Show numbers as colours from dark blue through teal to yellow."""
    stops = np.array([(26, 35, 126), (0, 137, 123), (255, 213, 79)], float)
    low, high = values.min(), values.max()
    at = (values - low) / (high - low) * (len(stops) - 1)
    left = np.minimum(at.astype(int), len(stops) - 2)
    colours = stops[left] + (stops[left + 1] - stops[left]) * (at - left)[..., None]
    panel = Panel(values.shape, title, 7, grid=False, ground=None)
    panel.image(np.rint(colours).astype(np.uint8))
    return panel.outline(outline, "#ffffff", 0.3) if outline is not None else panel


def border_distances():
    a = art("............", ".######.....", ".######.....", ".######.....", ".######.....",
            ".######.....", "............", "............")  # fmt: skip
    b = np.roll(a, (2, 3), (0, 1))
    panel = Panel(a.shape, "from each border pixel of a, the nearest of b", 30)
    panel.pixels(a, TEAL, 0.35).pixels(b, ORANGE, 0.35)
    from_a = np.argwhere(me.boundary(a, shape="cross"))
    to_b = np.argwhere(me.boundary(b, shape="cross"))
    for row in from_a:
        away = ((to_b - row) ** 2).sum(1)
        nearest = to_b[away.argmin()]
        if away.min():
            panel.line([row[::-1] + 0.5, nearest[::-1] + 0.5], INDIGO, 0.07)
    panel.dots(from_a[:, ::-1] + 0.5, TEAL, 0.2).dots(to_b[:, ::-1] + 0.5, ORANGE, 0.2)
    return sheet(panel)


def largest_rectangle():
    mask = leaf((26, 28))
    masks = me.encode(mask)
    free = me.largest_rectangle(masks, "xyxy")[0]
    square = me.largest_rectangle(masks, "xyxy", aspect=1.0)[0]
    around = me.largest_rectangle(masks, "xyxy", around=(18, 14))[0]
    panels = []
    for box, title in ((free, "the largest"), (square, "aspect=1"), (around, "around a point")):
        panel = Panel(mask.shape, title, 7).pixels(mask)
        panels.append(panel.box(box, INK, 0.35))
    panels[2].dots([(18, 14)], INK, 0.5)
    return sheet(panels)


def box_of(mask):
    return me.bbox(me.encode(mask), "xyxy")[0]


def bbox():
    mask = leaf()
    masks = me.encode(mask)
    x, y = me.centroid(masks)[0]
    left, top, right, bottom = box_of(mask)
    panel = Panel(mask.shape, "bbox, centroid", 10).pixels(mask).box((left, top, right, bottom))
    panel.outline(me.polygonize(mask), PINK, 0.25).dots([(x, y)], AMBER, 0.5)
    panel.text((left, top - 0.6), f"({left}, {top})", size=1.3, anchor="start")
    return sheet(panel.text((right, bottom + 1.6), f"({right}, {bottom})", size=1.3, anchor="end"))


def convex_hull():
    leaves = leaf((26, 28))
    pixels = art("..........", "......#...", "..........", ".#........", "........#.", "..........",
                 "..#.......", "..........")  # fmt: skip
    panels = []
    for mask, scale in ((leaves, 8), (pixels, 24)):
        hull = me.convex_hull(me.encode(mask))
        panel = Panel(mask.shape, f"{mask.sum()} pixels, the hull {me.area(hull)[0]}", scale)
        panels.append(panel.pixels(hull, TEAL, 0.35).pixels(mask))
    return sheet(panels)


FIGURES = [
    dilate, erode, open, close, boundary, distance_transform, border_distances,
    largest_rectangle, bbox, convex_hull,
]  # fmt: skip
