"""Drawings of pixels as SVG: panels in rows on a light card, which also reads on a dark page.

Regions are drawn along the outlines that `me.polygonize` traces, so that a figure shows what the
engine answers and stays small.
"""

import base64
import io
from itertools import pairwise

import numpy as np
from PIL import Image

import maskengine as me

INK, PALE, LINE = "#263238", "#eceff1", "#cfd8dc"
TEAL, ORANGE, INDIGO, PINK, GREEN, AMBER = (
    "#00897b",
    "#ef6c00",
    "#3949ab",
    "#d81b60",
    "#7cb342",
    "#ffb300",
)
COLOURS = [TEAL, ORANGE, INDIGO, PINK, GREEN, AMBER, "#6d4c41", "#00acc1", "#8e24aa", "#546e7a"]
GAP, TITLE, EDGE = 18, 24, 12
FONT = "font-family='system-ui,sans-serif'"


def number(value):
    return f"{float(value):.2f}".rstrip("0").rstrip(".")


def path_of(polygons):
    """Give the rings of polygons as the commands of an SVG path."""
    coords, (rings, *_) = polygons.to_ragged()
    parts = []
    for begin, end in pairwise(rings):
        points = [" ".join(map(number, point)) for point in coords[begin:end]]
        parts.append("M" + "L".join(points) + "Z")
    return "".join(parts)


class Panel:
    """One picture: an image of `size` (height, width), each pixel `scale` wide."""

    def __init__(self, size, title="", scale=14, grid=None, ground=PALE):
        self.height, self.width = size
        self.title, self.scale = title, scale
        self.grid = scale >= 8 if grid is None else grid
        self.below, self.above = [], []
        if ground:
            self.below.append(
                f"<rect width='{self.width}' height='{self.height}' fill='{ground}'/>"
            )

    def pixels(self, mask, colour=TEAL, opacity=1.0):
        """Fill the foreground of a mask."""
        outlines = me.polygonize(mask if isinstance(mask, me.Masks) else np.asarray(mask, bool))
        return self.fill(outlines, colour, opacity)

    def fill(self, polygons, colour=TEAL, opacity=1.0):
        shade = "" if opacity == 1 else f" fill-opacity='{number(opacity)}'"
        path = path_of(polygons)
        self.below.append(f"<path d='{path}' fill='{colour}' fill-rule='evenodd'{shade}/>")
        return self

    def labels(self, label_map, colours=COLOURS, opacity=1.0):
        """Fill each label of a map with its colour; 0 stays empty."""
        for label in np.unique(label_map):
            if label:
                colour = colours[(int(label) - 1) % len(colours)]
                self.pixels(label_map == label, colour, opacity)
        return self

    def outline(self, polygons, colour=INK, width=0.12, dots=0.0, dash=""):
        """Draw the rings of polygons, with a dot on each vertex where `dots` is its radius."""
        dashes = f" stroke-dasharray='{dash}'" if dash else ""
        self.above.append(
            f"<path d='{path_of(polygons)}' fill='none' stroke='{colour}' "
            f"stroke-width='{number(width)}' stroke-linejoin='round'{dashes}/>"
        )
        if dots:
            self.dots(polygons.coords, colour, dots)
        return self

    def dots(self, points, colour=INK, radius=0.25):
        for x, y in np.asarray(points, float):
            place = f"cx='{number(x)}' cy='{number(y)}' r='{number(radius)}'"
            self.above.append(f"<circle {place} fill='{colour}'/>")
        return self

    def circle(self, centre, radius, colour=INK, width=0.12, dash=""):
        dashes = f" stroke-dasharray='{dash}'" if dash else ""
        place = f"cx='{number(centre[0])}' cy='{number(centre[1])}' r='{number(radius)}'"
        style = f"fill='none' stroke='{colour}' stroke-width='{number(width)}'{dashes}"
        self.above.append(f"<circle {place} {style}/>")
        return self

    def box(self, box, colour=INK, width=0.12, dash=""):
        """Draw a box (left, top, right, bottom)."""
        left, top, right, bottom = map(number, box)
        dashes = f" stroke-dasharray='{dash}'" if dash else ""
        self.above.append(
            f"<path d='M{left} {top}H{right}V{bottom}H{left}Z' fill='none' stroke='{colour}' "
            f"stroke-width='{number(width)}'{dashes}/>"
        )
        return self

    def line(self, points, colour=INK, width=0.12, arrow=False):
        points = np.asarray(points, float)
        path = "L".join(" ".join(map(number, point)) for point in points)
        self.above.append(
            f"<path d='M{path}' fill='none' stroke='{colour}' stroke-width='{number(width)}' "
            f"stroke-linecap='round' stroke-linejoin='round'/>"
        )
        if arrow:
            along = (points[-1] - points[-2]) / np.hypot(*(points[-1] - points[-2]))
            across, size = np.array([-along[1], along[0]]), width * 4
            tip = points[-1] + along * size * 0.6
            wings = [tip - along * size + side * across * size * 0.6 for side in (1, -1)]
            path = "L".join(" ".join(map(number, each)) for each in (tip, *wings))
            self.above.append(f"<path d='M{path}Z' fill='{colour}'/>")
        return self

    def text(self, place, words, colour=INK, size=0.7, anchor="middle", *, bold=False):
        weight = " font-weight='600'" if bold else ""
        self.above.append(
            f"<text x='{number(place[0])}' y='{number(place[1])}' font-size='{number(size)}' "
            f"fill='{colour}' text-anchor='{anchor}'{weight}>{escaped(words)}</text>"
        )
        return self

    def numbers(self, values, colour=INK, size=0.55):
        """Write a number in the middle of each pixel; empty text writes none."""
        for (y, x), value in np.ndenumerate(np.asarray(values, object)):
            if value != "":
                self.text((x + 0.5, y + 0.5 + size * 0.36), value, colour, size)
        return self

    def image(self, array):
        """Lay pixels (H, W) or (H, W, 3) of uint8 beneath."""
        memory = io.BytesIO()
        Image.fromarray(array).save(memory, "PNG", optimize=True)
        data = base64.b64encode(memory.getvalue()).decode()
        self.below.append(
            f"<image width='{self.width}' height='{self.height}' "
            f"style='image-rendering:pixelated' href='data:image/png;base64,{data}'/>"
        )
        return self

    def lines(self):
        across = "".join(f"M0 {i}H{self.width}" for i in range(self.height + 1))
        down = "".join(f"M{i} 0V{self.height}" for i in range(self.width + 1))
        stroke = f"stroke='#ffffff' stroke-width='{number(1 / self.scale)}'"
        return f"<path d='{down}{across}' fill='none' {stroke}/>"

    def drawn(self, x, y):
        """Give the elements of the panel, its upper left corner at x and y."""
        grid = [self.lines()] if self.grid else []
        frame = f"<g transform='translate({number(x)} {number(y)}) scale({number(self.scale)})'>"
        middle, under = x + self.width * self.scale / 2, y + self.height * self.scale + 17
        title = (
            f"<text x='{number(middle)}' y='{number(under)}' font-size='14' fill='{INK}' "
            f"text-anchor='middle'>{escaped(self.title)}</text>"
        )
        return "\n".join(
            [frame, *self.below, *grid, *self.above, "</g>", title if self.title else ""]
        )


def table(cells, title, *, shades=None, width=1.6):
    """Give a panel with a text in each cell, the first row and column of it bold.

    `shades` says how much of its colour a cell (row, column) has, from 0 to 1.
    """
    height = 1.5
    rows, columns = cells.shape
    panel = Panel((rows * height, columns * width), title, 18, grid=False, ground="#ffffff")
    for (row, column), share in (shades or {}).items():
        place = f"x='{number(column * width)}' y='{number(row * height)}'"
        size = f"width='{number(width)}' height='{number(height)}'"
        panel.below.append(f"<rect {place} {size} fill='{TEAL}' fill-opacity='{number(share)}'/>")
    for row in range(1, rows):
        panel.line([(0, row * height), (columns * width, row * height)], LINE, 0.06)
    for (row, column), words in np.ndenumerate(cells):
        place = (column + 0.5) * width, (row + 0.68) * height
        panel.text(place, words, INK, 0.75, bold=not row or not column)
    return panel


def escaped(words):
    return str(words).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def sheet(*rows):
    """Lay out rows of panels on one card, and give the SVG."""
    rows = [row if isinstance(row, (list, tuple)) else [row] for row in rows]
    widths = [sum(p.width * p.scale for p in row) + GAP * (len(row) - 1) for row in rows]
    heights = [max(p.height * p.scale + (TITLE if p.title else 0) for p in row) for row in rows]
    width = max(widths) + 2 * EDGE
    height = sum(heights) + GAP * (len(rows) - 1) + 2 * EDGE
    parts, y = [], EDGE
    for row, row_width, row_height in zip(rows, widths, heights, strict=True):
        x = (width - row_width) / 2
        for panel in row:
            parts.append(panel.drawn(x, y))
            x += panel.width * panel.scale + GAP
        y += row_height + GAP
    size = f"width='{number(width)}' height='{number(height)}'"
    view = f"viewBox='0 0 {number(width)} {number(height)}'"
    card = f"<rect {size} rx='8' fill='#ffffff'/>"
    inner = "\n".join(part.strip() for part in parts)
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' {size} {view} {FONT}>\n{card}\n{inner}\n</svg>\n"
    )
