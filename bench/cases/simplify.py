"""simplify: contours within a distance, beside a loop over cv2.approxPolyDP."""

import itertools
from functools import cache

import numpy as np

import maskengine as me
import scenes
from harness import Job, Race


@cache
def contours(sigma):
    """Give the contours of 4096 x 4096 blobs, every boundary pixel a vertex."""
    import cv2

    field = np.random.default_rng(8).standard_normal((scenes.SIDE, scenes.SIDE))
    mask = (cv2.GaussianBlur(field.astype(np.float32), (0, 0), sigma) > 0).astype(np.uint8)
    found = cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)[0]
    return mask, [contour for contour in found if len(contour) >= 3]


def rings(found):
    coords = np.concatenate(found)[:, 0].astype(float)
    return me.Polygons(coords, np.cumsum([0, *(len(contour) for contour in found)]))


def ours(distance):
    def make(scene):
        polygons = rings(scene[1])
        return Job(lambda: me.simplify(polygons, max_distance=distance), lambda _: None)

    return make


def ours_lossless(scene):
    polygons = me.polygonize(scene[0])
    return Job(lambda: me.simplify(polygons), lambda _: None)


@cache
def outlines():
    """Give the outlines of 1000 stars, along pixel edges and for OpenCV."""
    polygons = me.polygonize(me.encode(scenes.instance_stack()))
    coords, rings = polygons.coords.astype(np.int32), polygons.ring_offsets
    return polygons, [coords[a:b, None] for a, b in itertools.pairwise(rings)]


def ours_by(**bound):
    def make(scene):
        return Job(lambda: me.simplify(scene[0], **bound), lambda _: None)

    return make


def opencv(distance):
    """Vertices differ, and OpenCV's may be farther away than asked: there is no equal answer."""

    def make(scene):
        import cv2

        return Job(
            lambda: [cv2.approxPolyDP(contour, distance, True) for contour in scene[1]],
            lambda _: None,
        )

    return make


def blobs(sigma):
    return lambda: contours(sigma)


RACES = [
    Race(
        f"simplify blobs of sigma {sigma} within {distance} px",
        ("simplify",),
        blobs(sigma),
        ours(distance),
        {"opencv": opencv(distance)},
    )
    for sigma in (8, 2)
    for distance in (1.0, 2.0)
]
RACES += [
    Race(
        f"simplify blobs of sigma {sigma}, lossless (OpenCV: within 1 px)",
        ("simplify",),
        blobs(sigma),
        ours_lossless,
        {"opencv": opencv(1.0)},
    )
    for sigma in (8, 2)
]
RACES += [
    Race(
        f"simplify outlines of 1000 stars, {name} (OpenCV: within 1 px)",
        ("simplify",),
        outlines,
        ours_by(**bound),
        {"opencv": opencv(1.0)},
    )
    for name, bound in (
        ("within 1.0 px", {"max_distance": 1.0}),
        ("lossless", {}),
        ("IoU 0.95", {"min_iou": 0.95}),
        ("16 vertices", {"max_vertices": 16}),
    )
]
