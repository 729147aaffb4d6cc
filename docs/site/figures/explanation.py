"""Runs, columns and batches, as the pages that explain show them."""

import numpy as np

import maskengine as me
from scenes import art
from sheet import INDIGO, INK, ORANGE, PALE, TEAL, Panel, sheet

SMALL = art("..##..", ".####.", ".####.", "..##..")


def runs():
    masks = me.encode(SMALL)
    counts = masks.counts.tolist()
    height, width = SMALL.shape
    order = np.arange(SMALL.size).reshape(width, height).T
    panel = Panel(SMALL.shape, "pixels are read column by column", 44).pixels(SMALL)
    for (y, x), place in np.ndenumerate(order):
        colour = "#ffffff" if SMALL[y, x] else "#78909c"
        panel.text((x + 0.5, y + 0.62), place, colour, 0.34)
    for x in range(width - 1):
        panel.line([(x + 0.86, height - 0.12), (x + 1.14, 0.12)], "#b0bec5", 0.03)
    bar = Panel(
        (3, SMALL.size), "counts: " + ", ".join(map(str, counts)), 22, grid=False, ground=None
    )
    at = 0
    for number, count in enumerate(counts):
        bar.below.append(
            f"<rect x='{at}' y='0.6' width='{count}' height='1.3' "
            "stroke='#ffffff' stroke-width='0.08' "
            f"fill='{TEAL if number % 2 else PALE}'/>"
        )
        bar.text((at + count / 2, 1.5), count, "#ffffff" if number % 2 else INK, 0.8, bold=True)
        at += count
    bar.text((0, 2.7), "0", "#78909c", 0.6, "start").text((at, 2.7), at, "#78909c", 0.6, "end")
    return sheet(panel, bar)


def columns():
    one, two = art("..##", ".##.", "...."), art("#..", "#.#")
    masks = me.Masks.concatenate([me.encode(one), me.encode(two)])
    counts, offsets = masks.counts.tolist(), masks.offsets.tolist()
    shown = [
        Panel(one.shape, "mask 0", 30).pixels(one, TEAL),
        Panel(two.shape, "mask 1", 30).pixels(two, ORANGE),
    ]
    table = Panel((7.2, 18), "", 30, grid=False, ground=None)
    cell = 1.3
    rows = (
        ("counts", counts, lambda i: TEAL if i < offsets[1] else ORANGE),
        ("offsets", offsets, lambda _: INDIGO),
        ("sizes", [f"{h} x {w}" for h, w in masks.sizes.tolist()], lambda i: (TEAL, ORANGE)[i]),
    )
    for number, (name, values, colour) in enumerate(rows):
        y = number * 2.4 + 0.4
        wide = cell * 2 if name == "sizes" else cell
        table.text((3.4, y + 0.9), name, INK, 0.62, "end")
        for i, value in enumerate(values):
            x = 3.8 + i * wide
            table.below.append(
                f"<rect x='{x}' y='{y}' width='{wide - 0.08}' height='1.3' rx='0.12' "
                f"fill='{colour(i)}' fill-opacity='0.85'/>"
            )
            table.text((x + wide / 2, y + 0.88), value, "#ffffff", 0.6)
    for i, offset in enumerate(offsets):
        table.line(
            [(3.8 + i * cell + cell / 2, 2.75), (3.8 + offset * cell + 0.02, 1.85)],
            INDIGO,
            0.05,
            True,
        )
    return sheet(shown, table)


def size_of_runs():
    """Compare what a frame takes as runs and as pixels."""
    size = (60, 100)
    rng = np.random.default_rng(3)
    blob = me.stroke([(30, 30), (62, 26)], 17, size)
    noise = me.encode(rng.random(size) < 0.5)
    panels = []
    for masks, title in ((blob, "an object"), (noise, "noise")):
        runs = len(masks.counts)
        text = f"{title}: {runs} runs, {size[0] * size[1]} pixels"
        panels.append(Panel(size, text, 3, grid=False).pixels(masks))
    return sheet(panels)


FIGURES = [runs, columns, size_of_runs]
