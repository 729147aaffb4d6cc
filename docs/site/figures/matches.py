"""Predictions beside references: matched segments, boundaries and distances, confused classes."""

import numpy as np

import maskengine as me
from maskengine import quality
from scenes import fields, leaf
from sheet import INDIGO, INK, ORANGE, PINK, TEAL, Panel, sheet, table


def _guess():
    """Give a map of five regions and what a model might make of it: moved, one cut in two."""
    reference = fields()
    predicted = np.roll(reference, 2, 1)
    predicted[:, :2] = reference[:, :2]
    predicted[(predicted == 4) & (np.indices(predicted.shape)[1] > 9)] = 6
    return reference, predicted


def panoptic_quality():
    reference, predicted = _guess()
    segments = [{"id": i, "category_id": 1} for i in range(1, 6)]
    found = quality.panoptic_matches(
        reference, predicted, segments, dict.fromkeys(range(1, 7), 1), {1: True}
    )
    scores = quality.panoptic_quality(found)
    panels = [
        Panel(reference.shape, title, 7).labels(each, opacity=0.75)
        for each, title in ((reference, "reference"), (predicted, "prediction"))
    ]
    right, wrong, missed = int(found.tp[0]), int(found.fp[0]), int(found.fn[0])
    title = f"{right} matches, {wrong} wrong, {missed} missed: sq {scores.sq[0]:.2f}"
    last = Panel(reference.shape, f"{title}, rq {scores.rq[0]:.2f}, pq {scores.pq[0]:.2f}", 13)
    truth, _ = me.split(reference)
    guess, _ = me.split(predicted)
    void = me.encode(reference == 0)  # what is predicted there does not count
    iou = me.iou(me.difference(guess, void), truth)
    hit = iou > 0.5
    for i, place in enumerate(me.centroid(guess)):
        last.pixels(guess[i], TEAL if hit[i].any() else PINK, 0.55)
        words = f"IoU {iou[i].max():.2f}" if hit[i].any() else "wrong"
        last.text(place + np.array([0, 0.5]), words, INK, 1.5, bold=True)
    for i in range(len(truth)):
        last.outline(me.polygonize(truth[i]), INK if hit[:, i].any() else ORANGE, 0.25)
    assert hit.sum() == right
    assert np.isclose(iou[hit].mean(), scores.sq[0])
    return sheet(panels, [last])


def confusion():
    reference, predicted = _guess()
    predicted[predicted == 6] = 5
    names = {0: "ground", 1: "car", 2: "road", 3: "tree", 4: "wall", 5: "sky"}
    found = quality.confusion(reference, predicted, names)
    scores = quality.miou(found)
    panels = [
        Panel(reference.shape, title, 7).labels(each, opacity=0.75)
        for each, title in ((reference, "reference"), (predicted, "prediction"))
    ]
    n = len(names)
    cells = np.full((n + 1, n + 2), "", object)
    cells[0, 1:-1] = cells[1:, 0] = list(names.values())
    cells[0, -1] = "IoU"
    cells[1:, -1] = [f"{iou:.2f}" for iou in scores.iou]
    shades = {}
    for (a, b), pixels in np.ndenumerate(found.counts[:, :n]):
        cells[a + 1, b + 1] = int(pixels)
        shades[a + 1, b + 1] = pixels / found.counts.sum(axis=1)[a]
    return sheet(
        panels, [table(cells, "rows: reference, columns: prediction", shades=shades, width=3)]
    )


def boundary_f():
    reference, predicted = leaf(), np.roll(leaf(), (1, 2), (0, 1))
    drawn = [_boundary(each) for each in (reference, predicted)]
    panels = []
    for tolerance in (0, 1, 2):
        f = quality.boundary_f(reference, predicted, tolerance=tolerance).f[0]
        panel = Panel(reference.shape, f"tolerance {tolerance}: F {f:.2f}", 8)
        near = (
            me.decode(me.dilate(me.encode(drawn[0]), tolerance, "disk"))[0]
            if tolerance
            else drawn[0]
        )
        panel.pixels(near, TEAL, 0.25)
        panel.pixels(drawn[1] & near, TEAL).pixels(drawn[1] & ~near, PINK)
        panels.append(panel.outline(me.polygonize(reference), INK, 0.15))
    return sheet(panels)


def _boundary(mask):
    """Give the pixels unlike the one to the right, below, or below to the right."""
    padded = np.pad(mask, ((0, 1), (0, 1)), "edge")
    others = padded[:-1, 1:], padded[1:, :-1], padded[1:, 1:]
    return np.logical_or.reduce([mask != other for other in others])


def surface_distances():
    reference = leaf()
    predicted = np.roll(leaf(), 1, 1)
    y, x = np.mgrid[: reference.shape[0], : reference.shape[1]] + 0.5
    predicted |= np.hypot(x - 25, y - 15) < 3.4
    scores = quality.surface_scores(quality.surface_distances(reference, predicted))
    title = f"Hausdorff {scores.hausdorff[0]:.2f}, 95 %: {scores.hausdorff_percentile[0]:.2f}"
    panel = Panel(reference.shape, f"{title}, average {scores.assd[0]:.2f}", 13)
    outlines = [me.polygonize(each) for each in (reference, predicted)]
    panel.pixels(reference & predicted, TEAL, 0.3)
    panel.outline(outlines[0], INDIGO, 0.2).outline(outlines[1], ORANGE, 0.2)
    for line in _nearest(outlines[1].coords, outlines[0].coords):
        panel.line(line, INK, 0.08)
    return sheet(panel)


def _nearest(points, others):
    """Give lines of a pixel or more from corners of one outline to the nearest of the other."""
    far = np.hypot(*(points[:, None] - others[None]).transpose(2, 0, 1))
    nearest = far.argmin(axis=1)
    at = far.min(axis=1) >= 1
    return np.stack([points[at], others[nearest[at]]], axis=1)


FIGURES = [panoptic_quality, confusion, boundary_f, surface_distances]
