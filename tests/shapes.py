"""Shapes that several tests measure, and masks as other libraries take them."""

import numpy as np

import maskengine as me
from maskengine.testing import oracles


def square(shift=0, side=100, size=200):
    """Give a mask (size, size) of a square whose corner is (50 + shift, 50)."""
    mask = np.zeros((size, size), bool)
    mask[50 : 50 + side, 50 + shift : 50 + shift + side] = True
    return mask


def round_ring(n, radius=100.0, at=(0.0, 0.0)):
    """Give n vertices on a circle, float64 (n, 2)."""
    angle = 2 * np.pi * np.arange(n) / n
    return radius * np.stack([np.cos(angle), np.sin(angle)], axis=1) + at


def circle(n, radius=100.0, at=(0.0, 0.0)):
    """Give the same as Polygons."""
    return me.Polygons(round_ring(n, radius, at), [0, n])


def boxes_of(masks):
    """Find the half-open box of each dense mask that has a pixel, float64 (N, 4)."""
    out = []
    for mask in masks:
        y, x = np.nonzero(mask)
        out.append([x.min(), y.min(), x.max() + 1, y.max() + 1])
    return np.array(out, float)


def coco_bytes(masks):
    """Give masks as pycocotools takes them, with the counts that they have."""
    return [{**one, "counts": one["counts"].encode()} for one in masks.to_coco()]


def canonical_bytes(masks):
    """Give the same without runs of length zero, which pycocotools misreads."""
    return coco_bytes(oracles.encode(oracles.decode(masks)))
