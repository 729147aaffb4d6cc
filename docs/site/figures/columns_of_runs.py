"""From pixels to runs and back, and what is read off runs at once: areas, boxes."""

import numpy as np

import maskengine as me
from scenes import art
from sheet import COLOURS, INDIGO, INK, ORANGE, PALE, TEAL, Panel, sheet

GREY = "#78909c"
DRAWN = np.array(
    [
        [7, 7, 7, 0, 0, 9],
        [7, 7, 0, 0, 9, 9],
        [7, 7, 0, 3, 9, 9],
        [7, 0, 0, 3, 3, 9],
    ]
)
SHADES = {0: PALE, 3: ORANGE, 7: TEAL, 9: INDIGO}


def area():
    masks = me.encode(np.stack([art("##..", "#.##"), art(".###", "##.#")]))
    panels = []
    for i, pixels in enumerate(me.area(masks).tolist()):
        height, width = masks.sizes[i].tolist()
        counts = masks[i].counts.tolist()
        panel = Panel((height, width), f"{pixels} pixels", 44).pixels(masks[i], COLOURS[i])
        odd = counts[1::2]
        bar = strip(counts, [PALE, COLOURS[i]], f"{' + '.join(map(str, odd))} = {sum(odd)}")
        panels.append((panel, bar))
    return sheet(*panels)


def strip(lengths, shades, title, texts=None, scale=30):
    """Draw runs in a row, the shades in turn or one for each."""
    whole = sum(lengths)
    panel = Panel((1.3, whole), title, scale, grid=False, ground=None)
    at = 0
    for i, length in enumerate(lengths):
        shade = shades[i % len(shades)]
        if length:
            panel.below.append(
                f"<rect x='{at}' width='{length}' height='1.3' fill='{shade}' "
                "stroke='#ffffff' stroke-width='0.06'/>"
            )
        ink = INK if shade == PALE else "#ffffff"
        words = length if texts is None else texts[i]
        panel.text((at + length / 2, 0.9), words if length else "", ink, 0.66, bold=True)
        at += length
    return panel


def box_iou():
    a, others = [[2, 1, 10, 7]], [[7, 4, 9, 7], [5, 2, 4, 4]]
    panels = []
    for other, colour in zip(others, (ORANGE, INDIGO), strict=True):
        (left, top, width, height), (x, y, w, h) = a[0], other
        both = max(left, x), max(top, y), min(left + width, x + w), min(top + height, y + h)
        found = [me.box_iou(a, [other], crowd=[c]).item() for c in (False, True)]
        panel = Panel((12, 18), f"IoU {found[0]:.3f}; b a crowd: {found[1]:.3f}", 17)
        pixels = np.zeros((12, 18), bool)
        pixels[both[1] : both[3], both[0] : both[2]] = True
        panel.pixels(pixels, colour, 0.45)
        panel.box((left, top, left + width, top + height), TEAL, 0.22)
        panel.box((x, y, x + w, y + h), colour, 0.22)
        panel.text((left + 0.5, top + 1.2), "a", INK, 1.1, "start", bold=True)
        panel.text((x + w - 0.5, y + h - 0.5), "b", INK, 1.1, "end", bold=True)
        panels.append(panel)
    return sheet(panels)


def decode():
    masks = me.encode(art("..##..", ".####.", "##..##", ".#.##."))
    height, width = masks.sizes[0].tolist()
    runs = Panel((height, width), f"{len(masks.counts)} counts", 34)
    ends = np.cumsum(masks.counts.astype(int)).tolist()
    for begin, end in zip(ends[::2], ends[1::2], strict=False):
        for x in range(begin // height, (end - 1) // height + 1):
            top, bottom = max(begin - x * height, 0), min(end - x * height, height)
            runs.line([(x + 0.5, top + 0.22), (x + 0.5, bottom - 0.22)], TEAL, 0.3)
    frame = np.zeros((height, width), np.uint16)
    me.decode(masks, out=frame, value=500)
    panels = [runs]
    for pixels, title in (
        (me.decode(masks)[0].astype(int), "decode(masks)"),
        (frame, "out=frame, value=500"),
    ):
        panel = Panel(pixels.shape, title, 34).pixels(pixels != 0, TEAL, 0.55)
        panels.append(panel.numbers(pixels, size=0.42))
    return sheet(panels)


def decode_labels():
    runs = me.encode_labels(DRAWN)
    found = me.decode_labels(runs)[0]
    return sheet(_runs_of(runs), _map(found, "decode_labels(runs)"))


def encode_labels():
    return sheet(
        _map(DRAWN, "a label map, read column by column"), _runs_of(me.encode_labels(DRAWN))
    )


def _map(labels, title):
    panel = Panel(labels.shape, title, 40)
    for label in np.unique(labels).tolist():
        if label:
            panel.pixels(labels == label, SHADES[label])
    for (y, x), label in np.ndenumerate(labels):
        panel.text((x + 0.5, y + 0.65), label, "#ffffff" if label else INK, 0.42)
    return panel


def _runs_of(runs):
    labels, lengths = runs.labels.tolist(), runs.lengths.tolist()
    shades = [SHADES[label] for label in labels]
    words = ", ".join(f"{n} of {label}" for n, label in zip(lengths, labels, strict=True))
    return strip(lengths, shades, words, labels, 26)


FIGURES = [area, box_iou, decode, decode_labels, encode_labels]
