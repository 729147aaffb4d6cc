"""Scores of boundaries: Boundary IoU and PQ, boundary F, surface distances."""

import math
from functools import cache, partial

import cv2
import numpy as np

from harness import Job, Race

SEGMENTS = 70
TOLERANCES = (1, 2, 4)


@cache
def annotators(height, width):
    """Give a mask as two annotators draw it: the second wavers by some pixels."""
    y, x = np.indices((height, width), np.float32)
    angle = np.arctan2(y - height / 2, x - width / 2)
    radius = np.hypot(y - height / 2, (x - width / 2) * height / width)
    outline = height * 0.35 * (1 + 0.15 * np.sin(5 * angle) + 0.05 * np.sin(23 * angle))
    return tuple(
        (radius < outline + waver * np.sin(40 * angle)).astype(np.uint8) for waver in (0, 3)
    )


@cache
def panoptic(height, width):
    """Give maps of 70 segments with wavy borders, and their categories."""
    rng = np.random.default_rng(5)
    y, x = np.indices((height, width), np.float32)
    centres = rng.random((SEGMENTS, 2)) * (height, width)
    maps = []
    for phase in (0.0, 0.3):
        nearest = np.full((height, width), np.inf, np.float32)
        labels = np.zeros((height, width), np.uint32)
        for k, (cy, cx) in enumerate(centres):
            waves = 3000 * (np.sin(x / 17 + k + phase) + np.sin(y / 23 - k))
            distance = (y - cy) ** 2 + (x - cx) ** 2 + waves
            labels[distance < nearest] = k + 1
            nearest = np.minimum(nearest, distance)
        maps.append(labels)
    return *maps, {k: k % 19 for k in range(1, SEGMENTS + 1)}


def width_of(shape):
    return max(1, round(0.02 * math.hypot(*shape)))


def band(mask, width):
    """Give the band as the code of Boundary IoU does: framed, eroded 3 x 3 again and again."""
    framed = cv2.copyMakeBorder(mask, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    inside = cv2.erode(framed, np.ones((3, 3), np.uint8), iterations=width)
    return mask - inside[1:-1, 1:-1]


def iou(masks):
    from maskengine.quality import boundary_iou

    return Job(lambda: boundary_iou(*masks), lambda found: found.boundary_iou.tolist())


def iou_by_erosion(masks):
    width = width_of(masks[0].shape)

    def run():
        a, b = (band(mask, width) for mask in masks)
        return float((a & b).sum() / (a | b).sum())

    return Job(run, lambda score: [score])


def surface(masks):
    from maskengine.quality import surface_distances, surface_scores

    def run():
        return surface_scores(surface_distances(*masks), tolerance=TOLERANCES)

    def answer(scores):
        values = [
            *scores.asd[0], scores.hausdorff[0], scores.hausdorff_percentile[0],
            *scores.surface_dice[0],
        ]  # fmt: skip
        return [round(float(value), 9) for value in values]

    return Job(run, answer)


def google(masks):
    import surface_distance as sd

    first, second = (mask > 0 for mask in masks)

    def run():
        found = sd.compute_surface_distances(first, second, (1, 1))
        return [
            *sd.compute_average_surface_distance(found),
            *(sd.compute_robust_hausdorff(found, percent) for percent in (100, 95)),
            *(sd.compute_surface_dice_at_tolerance(found, one) for one in TOLERANCES),
        ]

    return Job(run, lambda values: [round(float(value), 9) for value in values])


def pixel_surface(masks):
    from maskengine.quality import surface_distances, surface_scores

    def run():
        return surface_scores(surface_distances(*masks, profile="strict:medpy"))

    def answer(scores):
        values = (scores.hausdorff, scores.hausdorff_percentile, scores.assd)
        return [round(float(value[0]), 9) for value in values]

    return Job(run, answer)


def medpy(masks):
    from medpy.metric.binary import assd, hd, hd95

    def run():
        return [score(masks[1], masks[0]) for score in (hd, hd95, assd)]

    return Job(run, lambda values: [round(float(value), 9) for value in values])


def measure_f(masks):
    from maskengine.quality import boundary_f

    return Job(lambda: boundary_f(*masks), lambda found: round(float(found.f[0]), 12))


def border(mask):
    """Give the pixels unlike the next one to the right, below or both."""
    mask = mask > 0
    found = np.zeros(mask.shape, bool)
    here = mask[:-1, :-1]
    found[:-1, :-1] = (here ^ mask[:-1, 1:]) | (here ^ mask[1:, :-1]) | (here ^ mask[1:, 1:])
    found[-1, :-1] = mask[-1, :-1] ^ mask[-1, 1:]
    found[:-1, -1] = mask[:-1, -1] ^ mask[1:, -1]
    return found


def f_by_dilation(masks):
    reach = math.ceil(0.008 * math.hypot(*masks[0].shape))
    y, x = np.indices((2 * reach + 1,) * 2) - reach
    disk = (x**2 + y**2 <= reach**2).astype(np.uint8)

    def run():
        ours, theirs = (border(mask) for mask in masks)
        near = [cv2.dilate(one.astype(np.uint8), disk) > 0 for one in (ours, theirs)]
        precision = (theirs & near[0]).sum() / theirs.sum()
        recall = (ours & near[1]).sum() / ours.sum()
        return float(2 * precision * recall / (precision + recall))

    return Job(run, lambda score: round(score, 12))


def boundary_pq(scene):
    from maskengine.quality import panoptic_matches

    reference, prediction, categories = scene
    return Job(
        lambda: panoptic_matches(
            reference, prediction, categories, categories, range(19), boundary=0.02
        ),
        lambda found: round(float(found.iou.sum()), 9),
    )


def pq_by_erosion(scene):
    """Match as boundary-iou-api does: one band after another, two calls of np.unique."""
    reference, prediction, categories = scene
    width = width_of(reference.shape)

    def bands_of(labels):
        out = np.zeros(labels.shape, np.uint64)
        areas = {}
        for label in categories:
            near = band((labels == label).astype(np.uint8), width) > 0
            out[near] = label
            areas[label] = int(near.sum())
        return out, areas

    def joined(first, second):
        keys, counts = np.unique(first * np.uint64(1 << 24) + second, return_counts=True)
        return {divmod(int(k), 1 << 24): int(n) for k, n in zip(keys, counts, strict=True)}

    def run():
        areas = [
            dict(zip(*np.unique(labels, return_counts=True), strict=True))
            for labels in (reference, prediction)
        ]
        (near_g, band_g), (near_p, band_p) = bands_of(reference), bands_of(prediction)
        total = 0.0
        bands = joined(near_g, near_p)
        for (g, p), n in joined(reference.astype(np.uint64), prediction.astype(np.uint64)).items():
            if categories[g] != categories[p]:
                continue
            score = n / (areas[0][g] + areas[1][p] - n)
            common = bands.get((g, p), 0)
            score = min(score, common / (band_g[g] + band_p[p] - common))
            total += score if score > 0.5 else 0
        return float(total)

    return Job(run, lambda total: round(total, 9))


def traffic(masks):
    return masks[0].nbytes + masks[1].nbytes, 0


FRAMES = {"2048": (1024, 2048), "4K": (2160, 3840)}
RACES = [
    Race(
        f"boundary IoU of a pair {name}",
        ("quality.boundary_iou",),
        partial(annotators, *shape),
        iou,
        {"opencv": iou_by_erosion},
        traffic,
    )
    for name, shape in FRAMES.items()
]
RACES += [
    Race(
        "surface distances 2048",
        ("quality.surface_distances",),
        partial(annotators, 1024, 2048),
        surface,
        {"surface-distance": google},
        traffic,
    ),
    Race(
        "surface distances of pixels 2048",
        ("quality.surface_distances",),
        partial(annotators, 1024, 2048),
        pixel_surface,
        {"medpy": medpy},
        traffic,
    ),
    Race(
        "boundary F 2048",
        ("quality.boundary_f",),
        partial(annotators, 1024, 2048),
        measure_f,
        {"opencv": f_by_dilation},
        traffic,
    ),
    Race(
        f"boundary PQ of {SEGMENTS} segments 2048",
        ("quality.panoptic_matches",),
        partial(panoptic, 1024, 2048),
        boundary_pq,
        {"opencv": pq_by_erosion},
        traffic,
    ),
]
