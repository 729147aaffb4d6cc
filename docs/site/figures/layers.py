"""Masks over each other, and masks that are moved."""

import numpy as np

import maskengine as me
from scenes import leaf
from sheet import COLOURS, INK, ORANGE, PINK, TEAL, Panel, sheet

SIZE = (24, 34)


def three():
    return me.Masks.concatenate(
        [
            me.stroke([(10, 9)], 7, SIZE),
            me.stroke([(17, 15), (25, 15)], 5, SIZE),
            me.stroke([(21, 8)], 5.5, SIZE, "square"),
        ]
    )


def compose():
    masks = three()
    stack = Panel(SIZE, "three masks", 7)
    for i in range(3):
        stack.outline(me.polygonize(masks[i]), COLOURS[i], 0.45)
    return sheet(
        [
            stack,
            Panel(SIZE, "compose(masks)", 7).labels(me.compose(masks)),
            Panel(SIZE, "z=[2, 1, 0]", 7).labels(me.compose(masks, z=[2, 1, 0])),
        ]
    )


def occlusion():
    masks = three()
    found = me.occlusion(masks)
    panels = []
    for i in range(3):
        hidden = me.difference(masks[i], found.visible[i])
        panel = Panel(SIZE, f"layer {i}: {100 * found.rate[i]:.0f} % hidden", 7)
        panel.pixels(found.visible[i], COLOURS[i]).pixels(hidden, COLOURS[i], 0.3)
        panels.append(panel.outline(me.polygonize(masks[i]), INK, 0.2))
    return sheet(panels)


def nms():
    boxes = [(10, 11, 6.5), (12, 12, 6.5), (11, 9, 6), (24, 13, 5.5), (25.5, 12, 5.5)]
    scores = [0.9, 0.8, 0.75, 0.7, 0.85]
    masks = me.Masks.concatenate([me.stroke([(x, y)], r, SIZE) for x, y, r in boxes])
    kept = me.nms(masks, scores, 0.5)
    before, after = Panel(SIZE, "five detections", 9), Panel(SIZE, "nms(masks, scores, 0.5)", 9)
    for i in range(5):
        before.outline(me.polygonize(masks[i]), COLOURS[i], 0.3)
    for i in kept:
        after.pixels(masks[int(i)], COLOURS[int(i)], 0.5).text(
            (boxes[i][0], boxes[i][1] + 0.7), scores[i], INK, 1.8, bold=True
        )
    return sheet([before, after])


def small():
    return me.encode(leaf()[1:25, 2:28])


def turned(masks, title, colour=TEAL, scale=6):
    height, width = masks.sizes[0]
    return Panel((int(height), int(width)), title, scale).pixels(masks, colour)


def pair(after, title, scale=6):
    return sheet([turned(small(), "before", scale=scale), turned(after, title, ORANGE, scale)])


def crop():
    box = (8, 2, 24, 18)
    before = turned(small(), "the box (8, 2, 24, 18)", scale=7).box(box, INK, 0.3)
    return sheet([before, turned(me.crop(small(), box), "crop", ORANGE, 7)])


def pad():
    return pair(me.pad(small(), 2, 4, 6, 8), "pad(masks, 2, 4, 6, 8)")


def shift():
    return pair(me.shift(small(), 8, -5), "dx=8, dy=-5")


def flip():
    return sheet(
        [
            turned(small(), "before"),
            turned(me.flip(small()), '"horizontal"', ORANGE),
            turned(me.flip(small(), "vertical"), '"vertical"', ORANGE),
        ]
    )


def rot90():
    return sheet(
        [turned(me.rot90(small(), k), f"k = {k}", ORANGE if k else TEAL, 5) for k in range(4)]
    )


def transpose():
    return pair(me.transpose(small()), "transpose")


def resize():
    return sheet(
        [
            turned(small(), "24 x 26"),
            turned(me.resize(small(), (48, 52)), "48 x 52", ORANGE, 3),
            turned(me.resize(small(), (12, 26)), "12 x 26", ORANGE),
        ]
    )


def tile():
    return sheet(
        [
            turned(small(), "before", scale=5),
            turned(me.tile(small(), 2, 3), "tile(masks, 2, 3)", ORANGE, 3),
        ]
    )


def warp():
    angle = np.deg2rad(25)
    turn = np.array([[np.cos(angle), -np.sin(angle), 8], [np.sin(angle), np.cos(angle), -4]])
    lens = np.array([[1.0, 0.15, 0], [0.0, 1.0, 0], [0.0, 0.018, 1]])
    return sheet(
        [
            turned(small(), "before"),
            turned(me.warp(small(), turn), "turned by 25 degrees", ORANGE),
            turned(me.warp(small(), lens), "in perspective", ORANGE),
        ]
    )


def diff():
    before, after = leaf(), np.roll(leaf(), (1, 2), (0, 1))
    after[8:13, 8:17] = True
    panel = Panel(before.shape, "kept, gained, lost", 9).pixels(before & after)
    panel.pixels(after & ~before, ORANGE).pixels(before & ~after, PINK, 0.6)
    return sheet(
        [
            Panel(before.shape, "pre-label", 9).pixels(before),
            Panel(before.shape, "corrected", 9).pixels(after),
        ],
        [panel],
    )


FIGURES = [
    compose, occlusion, nms, crop, pad, shift, flip, rot90, transpose, resize, tile, warp, diff,
]  # fmt: skip
