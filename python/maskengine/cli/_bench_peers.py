"""How other libraries do the jobs of ``maskengine bench``: a few lines each, as users write them.

A library is loaded when its job is made, so those that are not installed never are.
"""

from __future__ import annotations

from importlib import import_module as load
from typing import Any

import numpy as np

from maskengine.cli._race import Job


def texts(rles: Any) -> list[bytes]:
    """Give the text of each COCO dict as bytes."""
    rles = rles if isinstance(rles, list) else [rles]
    return [c if isinstance(c := one["counts"], bytes) else c.encode() for one in rles]


def squares(distances: Any) -> Any:
    """Give whole squares: roots may differ in their last bit."""
    return np.rint(np.square(distances, dtype=np.float64)).astype(np.int64)


def encode(module: Any, mask: Any) -> Job:
    """Encode a mask in C order, as images are."""
    return Job(lambda: module.encode(mask), texts)


def pycocotools_encode(mask: Any) -> Job:
    """Encode a mask in C order; it takes columns alone, so the copy belongs to it."""
    peer = load("pycocotools.mask")
    return Job(lambda: peer.encode(np.asfortranarray(mask)), texts)


def decode(module: Any, rles: Any) -> Job:
    """Decode a mask to columns, as these libraries do."""
    return Job(lambda: module.decode(rles[0]), lambda mask: mask[None])


def merge(module: Any, rles: Any) -> Job:
    """Unite masks."""
    return Job(lambda: module.merge(rles), texts)


def iou(module: Any, rles: Any) -> Job:
    """Give the IoU of each of 300 masks with each of 300 others."""
    a, b, crowd = rles[:300], rles[300:], [0] * (len(rles) - 300)
    return Job(lambda: module.iou(a, b, crowd))


def polygons(size: tuple[int, int], module: Any, rings: Any) -> Job:
    """Give each polygon as a mask."""
    return Job(lambda: module.frPyObjects(rings, *size), texts)


def sample(module: Any, rows: Any) -> Job:
    """Give each annotation, of one polygon or several, as a mask."""

    def run() -> Any:
        return [module.merge(module.frPyObjects(parts, *size)) for parts, size in rows]

    return Job(run, texts)


def rlemasklib_encode(mask: Any) -> Job:
    """Encode a mask."""
    RLEMask = load("rlemasklib").RLEMask  # noqa: N806 - a class
    return Job(lambda: RLEMask.from_array(mask), lambda rle: [rle.to_dict()["counts"]])


def rlemasklib_decode(rles: Any) -> Job:
    """Decode a mask to columns."""
    RLEMask = load("rlemasklib").RLEMask  # noqa: N806 - a class
    mask = RLEMask.from_dict(rles[0])
    return Job(lambda: mask.to_array(order="F"), lambda found: found[None])


def rlemasklib_union(rles: Any) -> Job:
    """Unite masks."""
    RLEMask = load("rlemasklib").RLEMask  # noqa: N806 - a class
    masks = [RLEMask.from_dict(rle) for rle in rles]
    return Job(lambda: RLEMask.union(masks), lambda mask: [mask.to_dict()["counts"]])


def rlemasklib_iou(rles: Any) -> Job:
    """Give the IoU of each of 300 masks with each of 300 others."""
    RLEMask = load("rlemasklib").RLEMask  # noqa: N806 - a class
    masks = [RLEMask.from_dict(rle) for rle in rles]
    return Job(lambda: RLEMask.iou_matrix(masks[:300], masks[300:]))


def opencv_label(mask: Any) -> Job:
    """Count components; the image and the measures come along."""
    cv2 = load("cv2")
    return Job(lambda: cv2.connectedComponentsWithStats(mask, 8), lambda found: found[0] - 1)


def cc3d_label(mask: Any) -> Job:
    """Count components."""
    cc3d = load("cc3d")
    return Job(
        lambda: cc3d.connected_components(mask, connectivity=8, return_N=True),
        lambda found: int(found[1]),
    )


def scipy_label(mask: Any) -> Job:
    """Count components."""
    ndimage = load("scipy.ndimage")
    return Job(lambda: ndimage.label(mask, np.ones((3, 3))), lambda found: int(found[1]))


def skimage_label(mask: Any) -> Job:
    """Count components."""
    measure = load("skimage.measure")
    return Job(lambda: measure.label(mask, return_num=True), lambda found: int(found[1]))


def opencv_outlines(mask: Any) -> Job:
    """Trace contours; they run through pixel centres, so what they fill is compared."""
    cv2 = load("cv2")

    def filled(found: Any) -> Any:
        image = np.zeros(mask.shape, np.uint8)
        cv2.drawContours(image, found[0], -1, 1, cv2.FILLED, hierarchy=found[1])
        return image.astype(bool)

    return Job(lambda: cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE), filled)


def opencv_dilate(radius: int, mask: Any) -> Job:
    """Dilate by the pixels within a radius."""
    cv2 = load("cv2")
    y, x = np.indices((2 * radius + 1,) * 2) - radius
    kernel = (x**2 + y**2 <= radius**2).astype(np.uint8)
    return Job(lambda: cv2.dilate(mask, kernel))


def opencv_distances(mask: Any) -> Job:
    """Give exact distances."""
    cv2 = load("cv2")
    return Job(lambda: cv2.distanceTransform(mask, cv2.DIST_L2, cv2.DIST_MASK_PRECISE), squares)


def scipy_distances(mask: Any) -> Job:
    """Give exact distances."""
    ndimage = load("scipy.ndimage")
    return Job(lambda: ndimage.distance_transform_edt(mask), squares)


def opencv_flood(scene: Any) -> Job:
    """Fill from a pixel into a mask beside the image."""
    cv2 = load("cv2")
    mask, seed = scene
    height, width = mask.shape
    flags = 4 | cv2.FLOODFILL_MASK_ONLY | 2 << 8 | cv2.FLOODFILL_FIXED_RANGE

    def run() -> Any:
        filled = np.zeros((height + 2, width + 2), np.uint8)
        return cv2.floodFill(mask, filled, seed, 0, (0,) * 3, (0,) * 3, flags)[0]

    return Job(run)


def skimage_flood(scene: Any) -> Job:
    """Fill from a pixel into a mask."""
    flood = load("skimage.segmentation").flood
    mask, (x, y) = scene
    return Job(lambda: flood(mask, (y, x), connectivity=1), np.count_nonzero)


def numpy_confusion(classes: int, maps: Any) -> Job:
    """Count pairs of labels."""
    first, second = maps

    def run() -> Any:
        cells = first.ravel().astype(np.int64) * classes + second.ravel()
        return np.bincount(cells, minlength=classes * classes)

    return Job(run, lambda counts: counts.reshape(classes, classes))


def sklearn_confusion(classes: int, maps: Any) -> Job:
    """Count pairs of labels."""
    confusion_matrix = load("sklearn.metrics").confusion_matrix
    first, second = (one.ravel() for one in maps)
    return Job(lambda: confusion_matrix(first, second, labels=range(classes)))


def _table(labels: Any) -> Any:
    table = np.zeros(256, np.uint8)
    known = np.unique(labels)
    table[known] = known.astype(int) * 37 % 251
    return table


def numpy_remap(maps: Any) -> Job:
    """Take from a table."""
    labels, table = maps[0], _table(maps[0])
    return Job(lambda: table[labels])


def opencv_remap(maps: Any) -> Job:
    """Take from a table."""
    cv2 = load("cv2")
    labels, table = maps[0], _table(maps[0])
    return Job(lambda: cv2.LUT(labels, table))


def pillow_fill(size: tuple[int, int], rings: Any) -> Job:
    """Fill polygon after polygon in an image that is emptied each time; areas are compared."""
    from PIL import Image, ImageDraw  # noqa: PLC0415

    image = Image.new("L", size[::-1])
    pen = ImageDraw.Draw(image)

    def drawn(ring: Any) -> None:
        image.paste(0, (0, 0, *image.size))
        pen.polygon(ring, 1)

    def run() -> None:
        for ring in rings:
            drawn(ring)

    def areas(_: None) -> Any:
        found = []
        for ring in rings:
            drawn(ring)
            found.append(int(np.count_nonzero(np.asarray(image))))
        return np.array(found)

    return Job(run, areas)
