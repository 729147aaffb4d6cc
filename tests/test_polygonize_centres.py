"""polygonize(vertices="centres"): filled by OpenCV and Pillow, which include their outlines.

Covers: polygonize. Run: pytest tests/test_polygonize_centres.py
"""

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from pycocotools import mask as peer

import maskengine as me
from maskengine.testing import oracles
from maskengine.testing import polygons as shapes

cv2 = pytest.importorskip("cv2")
RESULTS = Path(__file__).parent / "data/cocoapi/instances_val2014_fakesegm100_results.json"


def filled(polygons, size):
    """Give what OpenCV makes of all rings of one item in one call."""
    image = np.zeros(size, np.uint8)
    coords, (rings, *_) = polygons.to_ragged()
    contours = [coords[a:b].astype(np.int32) for a, b in pairwise(rings)]
    if contours:
        cv2.fillPoly(image, contours, 1)
    return image.astype(bool)


def comes_back(mask):
    polygons = me.polygonize(mask, vertices="centres")
    return np.array_equal(filled(polygons, mask.shape), mask)


def test_drawn_rings():
    def rings(*rows):
        return shapes.rings_of(me.polygonize(oracles.art(*rows), vertices="centres"))[0]

    assert rings("...", "..#") == [[[(2, 1)]]]
    assert rings("###") == [[[(0, 0), (2, 0)]]]
    assert rings("###", "###") == [[[(0, 0), (2, 0), (2, 1), (0, 1)]]]
    assert rings("#..", ".#.", "..#") == [[[(0, 0), (2, 2)]]]
    # the hole runs from pixel to pixel beside it, across its corners
    assert rings("###", "#.#", "###") == [
        [[(0, 0), (2, 0), (2, 2), (0, 2)], [(0, 1), (1, 2), (2, 1), (1, 0)]]
    ]


@pytest.mark.parametrize("share", [0.05, 0.3, 0.5, 0.7, 0.95])
def test_noise_comes_back_from_opencv(share):
    rng = np.random.default_rng(1)
    for size in [(1, 40), (40, 1), (7, 9), (33, 64), (150, 170)]:
        for _ in range(20):
            assert comes_back(rng.random(size) < share)


def test_blobs_come_back_from_opencv():
    rng = np.random.default_rng(2)
    for sigma in (1, 2, 5):
        field = cv2.GaussianBlur(rng.standard_normal((200, 300)), (0, 0), sigma)
        for level in (-0.1, 0, 0.1):
            assert comes_back(field > level * field.std())


def test_real_masks_come_back_from_opencv():
    results = json.loads(RESULTS.read_text())
    for one in results:
        assert comes_back(peer.decode(one["segmentation"]).astype(bool))


def test_fewer_vertices_than_corners():
    mask = cv2.circle(np.zeros((99, 99), np.uint8), (50, 50), 40, 1, cv2.FILLED)
    contours, _ = cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    centres = me.polygonize(mask, vertices="centres").coords
    assert set(map(tuple, centres)) == set(map(tuple, contours[0][:, 0].astype(float)))


def test_empty_masks():
    for shape in [(0, 0), (0, 5), (4, 4)]:
        assert len(me.polygonize(np.zeros(shape, bool), vertices="centres").coords) == 0


@pytest.mark.parametrize("kind", ["noise", "blobs"])
def test_masks_without_holes_come_back_from_pillow(kind):
    image_module = pytest.importorskip("PIL.Image")
    draw_module = pytest.importorskip("PIL.ImageDraw")
    rng = np.random.default_rng(3)
    for _ in range(50):
        field = rng.standard_normal((40, 50))
        mask = field > 0.2 if kind == "noise" else cv2.GaussianBlur(field, (0, 0), 3) > 0
        # what background reaches from outside stays, holes and what lies in them are filled
        framed = np.pad(mask, 1).astype(np.uint8)
        cv2.floodFill(framed, None, (0, 0), 2, flags=4)
        mask = framed[1:-1, 1:-1] != 2
        image = image_module.new("1", mask.shape[::-1])
        (item,) = shapes.rings_of(me.polygonize(mask, vertices="centres"))
        for (ring,) in item:
            points = [tuple(map(int, vertex)) for vertex in ring]
            draw_module.Draw(image).polygon(points * (2 if len(points) == 1 else 1), 1, 1)
        assert np.array_equal(np.array(image), mask)
