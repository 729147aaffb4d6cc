"""Small pictures of batches, for notebooks: at a bounded cost, whatever the batch holds."""

from __future__ import annotations

import base64
import colorsys
import html
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from maskengine._backend import core
from maskengine._png_bytes import encode_png

SHOWN = 64  # items of a batch that are drawn
_SIDE = 512  # pixels of the longer side of a picture, at most
_SMALL = 256  # smaller pictures are enlarged by a whole factor, up to about this
_ELEMENTS = 1 << 22  # runs or vertices that are looked at
_CELL = 96  # pixels of the longer side of a mask among masks of other sizes
_CELLS = 24  # masks drawn side by side
_GROUND, _PAPER = 0, 2 * SHOWN + 1  # places in the palette
_GOLDEN = 0.6180339887498949  # turns of hue that keep neighbours in a list far apart

Pixels = npt.NDArray[np.uint8]


class Thumbnail(NamedTuple):
    """Places in the palette, shape (H, W), and what of the batch they show."""

    pixels: Pixels
    shows: str


def colours(i: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Give the fill and the brighter outline of instance, or class, number `i`."""
    hue = (0.04 + i * _GOLDEN) % 1.0
    fill = colorsys.hsv_to_rgb(hue, 0.75, 0.85)
    line = colorsys.hsv_to_rgb(hue, 0.45, 1.0)
    return tuple(round(255 * c) for c in fill), tuple(round(255 * c) for c in line)


def png_of(thumbnail: Thumbnail) -> bytes:
    """Give the picture as a PNG file."""
    fills, lines = zip(*map(colours, range(SHOWN)), strict=True)
    palette = np.array([(27, 29, 34), *fills, *lines, (40, 43, 50)], np.uint8)
    return encode_png(thumbnail.pixels, palette)


def html_of(title: str, thumbnail: Thumbnail | None) -> str:
    """Give the picture as HTML that needs no other file; the title alone where there is none."""
    text = html.escape(title)
    if thumbnail is None:
        return f"<pre>{text}</pre>"
    data = base64.b64encode(png_of(thumbnail)).decode()
    return (
        f'<figure style="margin:0"><img src="data:image/png;base64,{data}" alt="{text}" '
        'style="max-width:100%;image-rendering:pixelated">'
        '<figcaption style="font-family:monospace">'
        f"{text}<br>{html.escape(thumbnail.shows)}</figcaption></figure>"
    )


def of_masks(runs: Any, total: int | None = None) -> Thumbnail | None:
    """Draw the first masks of `total`: over each other where all are of a size, or side by side."""
    sizes = runs.sizes[:SHOWN]
    n = _within(runs.offsets[: len(sizes) + 1])
    if not n or not sizes[:n].all():
        return None
    same = bool((sizes[:n] == sizes[0]).all())
    n = n if same else min(n, _CELLS)
    first = runs.slice(0, n)
    shows = _first(n, len(runs) if total is None else total, "mask")
    if not same:
        return Thumbnail(_side_by_side(first), shows)
    size = tuple(int(side) for side in sizes[0])
    step = -(-max(size) // _SIDE)
    return Thumbnail(_outlined(_overlaid(first, step)), shows + _scale(step))


def of_polygons(columns: Any) -> Thumbnail | None:
    """Draw the first polygons within the box of their vertices."""
    rings, polygons, items = columns.ring_offsets, columns.polygon_offsets, columns.item_offsets
    n = _within(rings[polygons[items[: SHOWN + 1]]])
    last = polygons[items[n]]
    vertices = columns.coords[: rings[last]]
    if not len(vertices):
        return None
    low, high = vertices.min(axis=0), vertices.max(axis=0)
    with np.errstate(over="ignore"):  # corners as far away as numbers go
        span = float((high - low).max())
    if not np.isfinite(span):
        return None
    factor = (_SIDE - 8) / span if span > 0 else 1.0
    placed = (vertices - low) * factor + 4
    width, height = (int(side) + 8 for side in np.ceil((high - low) * factor))
    scaled = core.polygons_from_columns(
        np.ascontiguousarray(placed), rings[: last + 1], polygons[: items[n] + 1], items[: n + 1], 0
    )
    rule, fill = int(core.PixelRule.all_touched), int(core.FillRule.even_odd)
    pixels = _overlaid(core.rasterize(scaled, height, width, rule, fill), 1)
    x, y = placed.astype(np.int64).T  # corners of what has no area are seen, too
    of_item = np.repeat(np.arange(1, n + 1), np.diff(rings[polygons[items[: n + 1]]]))
    bare = pixels[y, x] == _GROUND
    pixels[y[bare], x[bare]] = of_item[bare]
    shows = _first(n, len(columns), "item")
    corners = zip("xy", low.tolist(), high.tolist(), strict=True)
    shows += "".join(f", {axis} {a:.6g} to {b:.6g}" for axis, a, b in corners)
    return Thumbnail(_outlined(pixels), shows)


def of_label_runs(runs: Any, labels: npt.NDArray[Any]) -> Thumbnail | None:
    """Draw the first label map."""
    if not len(runs) or not _within(runs.offsets[:2]) or not runs.sizes[0].all():
        return None
    height, width = (int(side) for side in runs.sizes[0])
    step = -(-max(height, width) // _SIDE)
    ends = np.cumsum(runs.counts[: runs.offsets[1]], dtype=np.int64)
    rows, columns = (_centres(side, step) for side in (height, width))
    found = labels[np.searchsorted(ends, columns * height + rows[:, np.newaxis], "right")]
    shows = _first(1, len(runs), "label map")
    return Thumbnail(_outlined(_coloured(found)), shows + _scale(step))


def of_labels(labels: npt.NDArray[Any]) -> Thumbnail | None:
    """Draw a label map that lies in memory, or in a file, by the pixels that are shown."""
    if not labels.size:
        return None
    step = -(-max(labels.shape) // _SIDE)
    rows, columns = (_centres(side, step) for side in labels.shape)
    found = labels[rows[:, np.newaxis], columns]
    return Thumbnail(_outlined(_coloured(found)), "labels" + _scale(step))


def of_bits(packed: Any) -> Thumbnail | None:
    """Draw the first masks of a bit per pixel, those whose bytes are few enough to be read."""
    n, height, width = packed.shape
    fit = min(n, SHOWN, _ELEMENTS // max(1, packed.bits[:1].size))
    if not fit or not height or not width:
        return None
    return of_masks(core.encode_bits(packed.bits[:fit], width, packed.bitorder == "big"), n)


def _coloured(labels: npt.NDArray[Any]) -> Pixels:
    """Give the places of labels in the palette."""
    numbers = labels.astype(np.int64)
    return np.where(numbers == 0, _GROUND, (numbers - 1) % SHOWN + 1).astype(np.uint8)


def _within(ends: npt.NDArray[np.int64]) -> int:
    """Say how many items, from the first, have no more elements than are looked at."""
    return int(np.searchsorted(ends - ends[0], _ELEMENTS, "right")) - 1


def _first(n: int, total: int, word: str) -> str:
    return f"{n} {word}{'' if n == 1 else 's'}" if n == total else f"the first {n} of {total:,}"


def _scale(step: int) -> str:
    return "" if step == 1 else f", at 1/{step} of the size"


def _centres(side: int, step: int) -> npt.NDArray[np.int64]:
    """Give the pixels that are shown of a side."""
    shown = -(-side // step)
    return (2 * np.arange(shown, dtype=np.int64) + 1) * side // (2 * shown)


def _overlaid(runs: Any, step: int) -> Pixels:
    """Paint masks of one size, the large ones first; nothing is so thin that it would not show."""
    n, (height, width) = len(runs), runs.sizes[0].tolist()
    size = -(-height // step), -(-width // step)
    small = core.resize(runs, np.tile(np.array(size, np.int64), (n, 1)), False)
    order = np.argsort(-core.area(runs), kind="stable")
    numbers = np.arange(1, n + 1, dtype=np.int64)
    pixels = np.zeros(size, np.uint8)
    core.paint_labels(small, order, numbers, pixels)
    if step > 1:
        for i in order.tolist():
            counts = runs.slice(i, i + 1).counts
            starts = np.cumsum(counts, dtype=np.int64)[:-1:2][counts[1::2] > 0]
            y, x = starts % height // step, starts // height // step
            bare = pixels[y, x] == _GROUND
            pixels[y[bare], x[bare]] = i + 1
    return pixels


def _side_by_side(runs: Any) -> Pixels:
    """Paint masks of several sizes, each on paper of its own."""
    columns = min(8, len(runs))
    rows = -(-len(runs) // columns)
    side = _CELL + 8
    sheet = np.zeros((rows * side, columns * side), np.uint8)
    for i in range(len(runs)):
        one = runs.slice(i, i + 1)
        cell = _overlaid(one, -(-int(one.sizes[0].max()) // _CELL))
        cell[cell == 1] = i + 1
        cell = _outlined(cell, _CELL)
        cell[cell == _GROUND] = _PAPER
        top, left = (4 + at * side for at in divmod(i, columns))
        sheet[top : top + cell.shape[0], left : left + cell.shape[1]] = cell
    return sheet


def _outlined(pixels: Pixels, small: int = _SMALL) -> Pixels:
    """Enlarge a small picture, and brighten the pixels at which a colour ends."""
    factor = max(1, small // max(pixels.shape))
    large = pixels.repeat(factor, axis=0).repeat(factor, axis=1)
    around = np.pad(large, 1)
    inner = np.ones(large.shape, bool)
    for other in (around[:-2, 1:-1], around[2:, 1:-1], around[1:-1, :-2], around[1:-1, 2:]):
        inner &= other == large
    large[~inner & (large != _GROUND)] += SHOWN
    return large
