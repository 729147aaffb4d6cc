"""rasterize: one polygon of 10,000 vertices on 4096 x 4096 -> runs and dense; a large label map."""

import numpy as np

import maskengine as me
import scenes
from harness import Job, Race

SIZE = (scenes.SIDE, scenes.SIDE)
VERTICES = 10_000


def star():
    rng = np.random.default_rng(8)
    angles = np.sort(rng.random(VERTICES)) * 2 * np.pi
    radii = rng.uniform(1500, 1900, VERTICES)
    return np.stack([2048 + radii * np.cos(angles), 2048 + radii * np.sin(angles)], 1)


def zigzag():
    """Edges that span the image from left to right."""
    rng = np.random.default_rng(9)
    x = np.where(np.arange(VERTICES) % 2, 4090.0, 5.0) + rng.random(VERTICES)
    return np.stack([x, np.linspace(0, 4095, VERTICES)], 1)


def ours(vertices):
    polygons = me.Polygons.from_coco([[vertices.ravel().tolist()]])
    return Job(lambda: me.rasterize(polygons, SIZE, "coco"), scenes.counts)


def pycocotools(vertices):
    from pycocotools import mask as peer

    ring = vertices.ravel().tolist()
    return Job(lambda: peer.frPyObjects([ring], *SIZE), scenes.texts)


def _known(points, size):
    """Pixels where OpenCV must agree: outlines, which it draws too, are left out."""
    import cv2

    known = np.ones(size, np.uint8)
    for ring in points:
        cv2.fillPoly(known, [ring], 1)
        cv2.polylines(known, [ring], True, 0, 5)
    # where it cuts outlines that leave the image, in rounded steps
    known[:, [0, -1]] = 0
    known[[0, -1]] = 0
    return known.astype(bool)


def _whole(vertices):
    return np.rint(vertices).astype(np.int32)


def ours_dense(vertices):
    points = _whole(vertices)
    polygons = me.Polygons(points + 0.5, [0, len(points)], [0, 1], [0, 1])
    out = np.empty(SIZE, np.uint8)
    known = _known([points], SIZE)
    return Job(lambda: me.rasterize(polygons, SIZE, out=out), lambda mask: mask * known)


def opencv_dense(vertices):
    import cv2

    cv2.setNumThreads(1)
    points = _whole(vertices)
    out = np.empty(SIZE, np.uint8)
    known = _known([points], SIZE)

    def run():
        out[:] = 0
        return cv2.fillPoly(out, [points], 1)

    return Job(run, lambda mask: mask * known)


def traffic_dense(vertices):
    return vertices.nbytes, SIZE[0] * SIZE[1]


MAP = (480, 640)


def many():
    """10,000 polygons of 30 vertices, about 100 pixels wide."""
    rng = np.random.default_rng(3)
    angles = np.sort(rng.random((10_000, 30)), 1) * 2 * np.pi
    radii = rng.uniform(25, 50, angles.shape)
    centres = rng.random((10_000, 1, 2)) * [MAP[1], MAP[0]]
    return centres + np.stack([radii * np.cos(angles), radii * np.sin(angles)], 2)


def ours_labels(vertices):
    points = _whole(vertices)
    n = len(points)
    polygons = me.Polygons(
        points.reshape(-1, 2) + 0.5, np.arange(n + 1) * 30, np.arange(n + 1), np.arange(n + 1)
    )
    labels = np.arange(1, n + 1)
    out = np.empty(MAP, np.int32)
    known = _known(points, MAP)

    def run():
        out[:] = 0
        return me.rasterize(polygons, MAP, out=out, labels=labels)

    return Job(run, lambda array: array * known)


def opencv_labels(vertices):
    import cv2

    cv2.setNumThreads(1)
    points = list(_whole(vertices))
    out = np.empty(MAP, np.int32)
    known = _known(points, MAP)

    def run():
        out[:] = 0
        for label, ring in enumerate(points, 1):
            cv2.fillPoly(out, [ring], label)
        return out

    return Job(run, lambda array: array * known)


def traffic_labels(vertices):
    return vertices.nbytes, 4 * MAP[0] * MAP[1]


def traffic(vertices):
    return vertices.nbytes, 0


RACES = [
    Race(
        f"{scene.__name__} 10k vertices to runs",
        ("rasterize",),
        scene,
        ours,
        {"pycocotools": pycocotools},
        traffic,
    )
    for scene in (star, zigzag)
]

RACES += [
    Race(
        f"{scene.__name__} 10k vertices to dense",
        ("rasterize",),
        scene,
        ours_dense,
        {"opencv": opencv_dense},
        traffic_dense,
    )
    for scene in (star,)  # of the zig-zag nothing is left between the outlines
]
RACES.append(
    Race(
        "10k polygons to a label map",
        ("rasterize",),
        many,
        ours_labels,
        {"opencv": opencv_labels},
        traffic_labels,
    )
)
