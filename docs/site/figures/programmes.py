"""What is asked of whole annotations and of many frames: rules, conversions, plans."""

import numpy as np

import maskengine as me
from maskengine import quality
from maskengine.quality import Tier
from scenes import fields, leaf
from sheet import AMBER, INDIGO, INK, LINE, ORANGE, PINK, TEAL, Panel, sheet, table

CATEGORIES = {1: True, 7: False}  # cars are things, road is stuff
ROAD = 9


def _street():
    """Give a panoptic map of two cars, 5 and 6, on a road, and its segments."""
    y, x = np.mgrid[:34, :56] + 0.5
    scene = np.full(y.shape, ROAD)
    for one, middle, size in ((6, 37, 1.1), (5, 17, 1.0)):
        body = (np.abs(x - middle) / (13 * size)) ** 4 + (np.abs(y - 19) / (6 * size)) ** 4 < 1
        roof = (np.abs(x - middle) / (8 * size)) ** 4 + (np.abs(y - 14) / (7 * size)) ** 4 < 1
        scene[body | roof] = one
    return scene, {5: 1, 6: 1, ROAD: 7}


def _shown(labels, title, shades, scale=5):
    """Draw a map with the number of each label on it, that of the ground at its lower edge."""
    panel = Panel(labels.shape, title, scale, grid=False)
    for label, shade in shades.items():
        panel.pixels(labels == label, shade, 0.75)
        where = me.centroid(me.encode(labels == label))[0]
        place = where + np.array([0, 1]) if labels[0, 0] != label else (28, 32)
        panel.text(place, label, INK, 3.4, bold=True)
    return panel


def conversions():
    scene, segments = _street()
    classes, which, _ = quality.panoptic_to_maps(scene, segments, CATEGORIES)
    _, losses = quality.panoptic_to_semantic(scene, segments, CATEGORIES)
    back = quality.maps_to_panoptic(classes, which, CATEGORIES, segments=segments)
    assert (back.label_map == scene).all()
    kind, _, ids, pixels = losses[0]
    words = f"from classes alone {kind} {ids[0]} and {ids[1]} do not come back: {pixels} pixels"
    cars = {5: TEAL, 6: INDIGO}
    return sheet(
        [_shown(scene, "panoptic map", {**cars, ROAD: LINE})],
        [
            _shown(classes, "class map", {1: AMBER, 7: LINE}),
            _shown(which, "instance map", cars),
        ],
        [Panel((0.01, 40), words, 10, grid=False, ground=None)],
    )


def _broken():
    """Give a street with faults: pixels without a segment, an id that is not listed, a speck."""
    scene, segments = _street()
    scene[:10, 44:] = 0
    scene[26:31, 6:16] = 4
    scene[4, 26] = scene[29, 40:42] = 5
    return scene, [{"id": one, "category_id": c} for one, c in segments.items()]


def panoptic():
    scene, segments = _broken()
    found = quality.validate_panoptic(scene, segments, CATEGORIES, min_fragment=9)
    panel = _faults(scene, 8)
    rules = dict.fromkeys(problem.rule for problem in found)
    cells = np.full((len(rules) + 1, 2), "", object)
    cells[0] = "rule", "what validate_panoptic says of it"
    for i, rule in enumerate(rules, 1):
        texts = [problem.text for problem in found if problem.rule == rule]
        cells[i] = rule, texts[0]
    return sheet([panel], [_list(cells)])


def _list(cells):
    """Give a table of a narrow column of names and a wide one of sentences."""
    panel = Panel((len(cells) * 1.5, 33), "", 15, grid=False, ground="#ffffff")
    for row, (name, words) in enumerate(cells):
        panel.text((0.6, row * 1.5 + 1), name, INK, 0.85, "start", bold=True)
        panel.text((4.4, row * 1.5 + 1), words, INK, 0.85, "start", bold=not row)
        if row:
            panel.line([(0, row * 1.5), (33, row * 1.5)], LINE, 0.05)
    return panel


def _faults(scene, scale):
    panel = Panel(scene.shape, "", scale, grid=False)
    for label, shade in {5: TEAL, 6: INDIGO, ROAD: LINE}.items():
        panel.pixels(scene == label, shade, 0.75)
    panel.pixels(scene == 0, "#ffffff").pixels(scene == 4, PINK, 0.8)
    drawn = me.encode(scene == 5)
    parts = me.label(me.difference(drawn, me.largest(drawn)))[0]
    for middle in me.centroid(parts):
        panel.circle(middle, 2.4, PINK, 0.4)
    panel.text((50, 6), "void", INK, 2.2, bold=True).text((11, 29.3), "id 4", INK, 2.2, bold=True)
    return panel


def check():
    bow = [[2, 3, 11, 12, 11, 3, 2, 12], [15, 2, 24, 2, 24, 11, 19.5, 4, 15, 11]]
    spiked = [15, 15, 23, 15, 23, 19, 25.5, 13.2, 23, 19, 15, 19]
    polygons = me.Polygons.from_coco(
        [[bow[0]], [bow[1]], [spiked], [[3, 16, 10, 16, 10, 19, 3, 19]]]
    )
    checks = me.check_polygons(polygons)
    panel = Panel((21, 28), "outlines: check_polygons", 9.7, grid=False)
    for i in range(len(polygons)):
        shade = TEAL if checks.valid[i] else PINK
        panel.fill(polygons[i], shade, 0.3).outline(polygons[i], shade, 0.2, dots=0.3)
    said = {}
    for problem in checks.problems():
        said.setdefault(problem.item, []).append(problem.kind)
    tops = {0: (6.5, 2), 1: (19.5, 1.4), 2: (19, 20.3), 3: (6.5, 17.9)}
    for i, place in tops.items():
        panel.text(place, ", ".join(dict.fromkeys(said.get(i, ["valid"]))), INK, 1.1, bold=True)
    scene, segments = _broken()
    faults = quality.validate_panoptic(scene, segments, CATEGORIES, min_fragment=9)
    label_map = _faults(scene, 6)
    label_map.title = "label maps: rules " + ", ".join(dict.fromkeys(p.rule for p in faults))
    return sheet([label_map, panel])


def panoptic_files():
    ids = np.array([[0, 70_000, 70_000, 3_000_000], [0, 70_000, 3_000_000, 3_000_000]])
    colours = quality.ids_to_rgb(ids)
    numbers = Panel(ids.shape, "ids of segments", 74).numbers(ids, size=0.17)
    picture = Panel(ids.shape, "red, green and blue of the PNG", 74).image(colours)
    for (y, x), one in np.ndenumerate(ids):
        words = ", ".join(map(str, colours[y, x].tolist()))
        picture.text((x + 0.5, y + 0.57), words, "#ffffff", 0.14)
        assert colours[y, x].astype(int) @ (1, 256, 65536) == one
    return sheet([numbers, picture])


def _frames():
    """Give twelve label maps: one has a class of its own, one is laid out unlike the rest."""
    rng = np.random.default_rng(11)
    maps = []
    for i in range(12):
        y, x = np.mgrid[:24, :32] + 0.5
        sky = 8 + rng.normal(0, 1)
        frame = np.where(y < sky + np.sin(x / 4 + i), 1, 2).astype(np.uint8)
        for _ in range(2):
            cx, cy = rng.uniform(5, 27), rng.uniform(13, 20)
            frame[(np.abs(x - cx) < 4) & (np.abs(y - cy) < 2.2)] = 3
        maps.append(frame)
    maps[4][2:6, 22:28] = 4
    maps[9] = maps[9].T[:24].repeat(2, 1)[:, :32].copy()
    return maps


def planning():
    maps = _frames()
    names = [f"{i:02}" for i in range(len(maps))]
    tiers = [Tier("full", 60, share=0.15), Tier("usual", 30, share=0.35), Tier("light", 10)]
    found = quality.novelty(me.frame_stats(maps, names=names, void=0))
    decided = quality.plan(found, tiers, control=0.1)
    rows, ink = [], [PINK, ORANGE, TEAL]
    for at, name in enumerate(decided.frames):
        tier = int(decided.tier[at])
        words = f"{name}: {decided.minutes[at]:.0f} min"
        if decided.reason[at] == "control":
            words += ", by lot"
        panel = Panel((24, 32), words, 4.6, grid=False)
        panel.labels(maps[int(name)], ["#b3d4e8", "#c8c2b4", INDIGO, AMBER], 0.9)
        panel.box((0.5, 0.5, 31.5, 23.5), ink[tier], 1)
        if at % 4 == 0:
            rows.append([])
        rows[-1].append(panel)
    hours = f"{decided.counts.total_hours:.1f} hours in all, the most novel frame first"
    return sheet(*rows, [Panel((0.01, 40), hours, 10, grid=False, ground=None)])


def scores():
    reference = leaf()
    y, x = np.mgrid[: reference.shape[0], : reference.shape[1]] + 0.5
    predictions = {
        "a pixel aside": np.roll(reference, 1, 1),
        "a far speck": reference | (np.hypot(x - 27, y - 23) < 1.5),
        "a lobe less": reference & (x < 21.5),
    }
    columns = ["", "IoU", "boundary IoU", "boundary F", "Hausdorff", "mean distance"]
    cells = np.full((len(predictions) + 1, len(columns)), "", object)
    cells[0] = columns
    panels = []
    for row, (title, mask) in enumerate(predictions.items(), 1):
        panel = Panel(mask.shape, title, 7).pixels(mask & reference, TEAL, 0.6)
        panel.pixels(mask & ~reference, ORANGE).pixels(reference & ~mask, PINK, 0.7)
        panels.append(panel.outline(me.polygonize(reference), INK, 0.2))
        edge = quality.boundary_iou(reference, mask, width=2)
        f = quality.boundary_f(reference, mask, tolerance=1).f[0]
        far = quality.surface_scores(quality.surface_distances(reference, mask))
        found = edge.iou[0], edge.boundary_iou[0], f, far.hausdorff[0], far.assd[0]
        cells[row] = [title, *(f"{float(value):.2f}" for value in found)]
    return sheet(panels, [table(cells, "", width=6.2)])


def features():
    """Draw one panel for some rows of the table of features."""
    labels = fields()
    gaps = np.where(labels == 0, 5, labels)
    gaps[me.decode(me.stroke([(16, 9), (26, 19)], 2, gaps.shape))[0]] = 0
    covered = quality.coverage(gaps)
    masks = me.Masks.concatenate([me.stroke([at], 9, labels.shape) for at in ((14, 13), (25, 16))])
    hidden = me.difference(masks[0], me.occlusion(masks).visible[0])
    moved = np.roll(labels, 2, 1)
    moved[:, :2] = labels[:, :2]
    missing = np.where(labels == 5, 0, labels)
    regions = quality.disagreement_regions([labels, moved, missing], tau=2).regions
    band = quality.transition_band(labels, [(1, 2), (2, 4)], 3)

    def panel(title, shown=None, opacity=0.75, scale=5):
        empty = Panel((30, 40) if shown is None else shown.shape, title, scale, grid=False)
        return empty if shown is None else empty.labels(shown, opacity=opacity)

    first = panel(f"F1: {100 * covered.ratio:.1f} % covered", gaps)
    whole = me.decode(me.pad(me.encode(leaf()), 2, 5, 2, 5))[0]
    drawn = me.simplify(me.polygonize(whole), max_vertices=9)
    layers = panel("F13: who is in front").pixels(masks[0], TEAL, 0.6)
    outline = panel("F20: drawn finely enough?").pixels(whole, TEAL, 0.4)
    edge = panel("F4: boundaries alone").pixels(whole, TEAL, 0.4)
    return sheet(
        [
            first.outline(me.polygonize(covered.holes), INK, 0.5),
            edge.pixels(me.boundary(me.encode(whole), 2)),
            panel("F6: transitions", labels).pixels(me.union(band.masks), INK, 0.75),
        ],
        [
            layers.pixels(masks[1], INDIGO, 0.8).pixels(hidden, PINK, 0.7),
            outline.outline(drawn, INK, 0.3, dots=0.5),
            panel("F29: where they disagree", labels, 0.25).pixels(regions > 0, PINK, 0.8),
        ],
    )


FIGURES = [conversions, panoptic, check, panoptic_files, planning, scores, features]
