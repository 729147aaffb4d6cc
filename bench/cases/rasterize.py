"""rasterize: COCO's nested lists -> polygons -> runs, or COCO dicts."""

import numpy as np

import maskengine as me
import scenes
from harness import Job, Race


def ours_from_lists(rings):
    items = [[ring] for ring in rings]
    return Job(
        lambda: me.rasterize(me.Polygons.from_coco(items), scenes.SIZE, "coco").to_coco(),
        scenes.texts,
    )


def ours(rings):
    polygons = me.Polygons.from_coco([[ring] for ring in rings])
    return Job(lambda: me.rasterize(polygons, scenes.SIZE, "coco"), scenes.counts)


def ours_boxes(boxes):
    return Job(
        lambda: me.rasterize(me.Polygons.from_boxes(boxes), scenes.SIZE, "coco").to_coco(),
        scenes.texts,
    )


def pycocotools(shapes):
    from pycocotools import mask as peer

    return Job(lambda: peer.frPyObjects(shapes, *scenes.SIZE), scenes.texts)


def faster_coco_eval(shapes):
    from faster_coco_eval.core import mask as peer

    return Job(lambda: peer.frPyObjects(shapes, *scenes.SIZE), scenes.texts)


def rlemasklib(rings):
    from rlemasklib import RLEMask

    arrays = [np.array(ring).reshape(-1, 2) for ring in rings]
    return Job(
        lambda: [RLEMask.from_polygon(array, imshape=scenes.SIZE) for array in arrays],
        lambda masks: [mask.to_dict()["counts"] for mask in masks],
    )


def hotcoco(rings):
    from hotcoco import mask as peer

    return Job(lambda: peer.frPyObjects(rings, *scenes.SIZE), scenes.texts)


def ultrafast(rings):
    from ultrafast_pycocotools import mask as peer

    return Job(lambda: peer.frPyObjects(rings, *scenes.SIZE), scenes.texts)


def boxes():
    rng = np.random.default_rng(7)
    corners = rng.random((10_000, 2)) * [500, 380]
    return np.round(np.concatenate([corners, rng.random((10_000, 2)) * 140], axis=1), 2)


def traffic(shapes):
    return sum(8 * len(shape) for shape in shapes), 0


LISTS = {
    "pycocotools": pycocotools,
    "faster-coco-eval": faster_coco_eval,
    "hotcoco": hotcoco,
    "ultrafast-pycocotools": ultrafast,
}


def ours_by(rule):
    def ours_of(rings):
        polygons = me.Polygons.from_coco([[ring] for ring in rings])
        return Job(lambda: me.rasterize(polygons, scenes.SIZE, rule), me.area)

    return ours_of


def opencv(rings):
    import cv2

    shapes = [[np.rint(np.array(r).reshape(-1, 2)).astype(np.int32)] for r in rings]
    image = np.zeros(scenes.SIZE, np.uint8)

    def fill(shape):
        image.fill(0)
        return cv2.fillPoly(image, shape, 1)

    return one_by_one(shapes, fill)


def opencv_encoded(rings):
    """Make runs of polygons as is usual: an image each by OpenCV, encoded by pycocotools."""
    import cv2
    from pycocotools import mask as peer

    shapes = [[np.rint(np.array(r).reshape(-1, 2)).astype(np.int32)] for r in rings]
    image = np.zeros(scenes.SIZE, np.uint8)

    def encode(shape):
        image.fill(0)
        cv2.fillPoly(image, shape, 1)
        return peer.encode(np.asfortranarray(image))

    return Job(lambda: [encode(shape) for shape in shapes], scenes.texts)


def ours_as_opencv(rings):
    polygons = me.Polygons.from_coco([[ring] for ring in rings])
    return Job(lambda: me.rasterize(polygons, scenes.SIZE, "opencv"), scenes.counts)


def ours_in_a_stack(rings):
    polygons = me.Polygons.from_coco([[ring] for ring in rings])
    stack = np.zeros((len(rings), *scenes.SIZE), np.uint8)
    return Job(lambda: me.rasterize(polygons, scenes.SIZE, "opencv", out=stack), np.copy)


def opencv_in_a_stack(rings):
    import cv2

    shapes = [[np.rint(np.array(r).reshape(-1, 2)).astype(np.int32)] for r in rings]
    stack = np.zeros((len(rings), *scenes.SIZE), np.uint8)

    def run():
        for image, shape in zip(stack, shapes, strict=True):
            image.fill(0)
            cv2.fillPoly(image, shape, 1)
        return stack

    return Job(run, np.copy)


def one_by_one(shapes, fill):
    """Fill every shape in its own image; the answer is the areas."""

    def run():
        for shape in shapes:
            fill(shape)

    return Job(run, lambda _: np.array([np.count_nonzero(fill(shape)) for shape in shapes]))


def pillow(rings):
    from PIL import Image, ImageDraw

    def fill(ring):
        image = Image.new("L", scenes.SIZE[::-1])
        ImageDraw.Draw(image).polygon(ring, fill=1)
        return image

    return one_by_one(rings, fill)


def skimage(rings):
    from skimage.draw import polygon2mask

    shapes = [np.array(r).reshape(-1, 2)[:, ::-1] for r in rings]
    return one_by_one(shapes, lambda shape: polygon2mask(scenes.SIZE, shape))


def rasterio(all_touched):
    def job(rings):
        from affine import identity
        from rasterio.features import rasterize

        shapes = [np.array([*r, *r[:2]]).reshape(-1, 2).tolist() for r in rings]
        shapes = [{"type": "Polygon", "coordinates": [r]} for r in shapes]
        return one_by_one(
            shapes,
            lambda shape: rasterize(
                [shape], scenes.SIZE, transform=identity, all_touched=all_touched, dtype="uint8"
            ),
        )

    return job


def rule_race(rule, n, rivals):
    return Race(
        f"polygons {n} to runs, rule {rule}",
        ("rasterize",),
        lambda: scenes.polygons()[:n],
        ours_by(rule),
        rivals,
    )


RACES = [
    rule_race("opencv", 10_000, {"opencv": opencv}),
    Race(
        "polygons 1000 into a stack, rule opencv",
        ("rasterize",),
        lambda: scenes.polygons()[:1000],
        ours_in_a_stack,
        {"opencv": opencv_in_a_stack},
    ),
    rule_race("pillow", 10_000, {"pillow": pillow}),
    rule_race("skimage", 100, {"scikit-image": skimage}),
    rule_race("gdal", 300, {"rasterio": rasterio(all_touched=False)}),
    rule_race("all_touched", 300, {"rasterio": rasterio(all_touched=True)}),
    Race(
        "polygons 1000, filled and encoded",
        ("rasterize",),
        lambda: scenes.polygons()[:1000],
        ours_as_opencv,
        {"opencv, pycocotools": opencv_encoded},
    ),
    Race(
        "polygons 10k, lists to COCO",
        ("rasterize",),
        scenes.polygons,
        ours_from_lists,
        LISTS,
        traffic,
    ),
    Race(
        "polygons 10k to runs",
        ("rasterize",),
        scenes.polygons,
        ours,
        {**LISTS, "rlemasklib": rlemasklib},
        traffic,
    ),
    Race(
        "boxes 10k to COCO",
        ("rasterize",),
        boxes,
        ours_boxes,
        {"pycocotools": pycocotools, "faster-coco-eval": faster_coco_eval},
        traffic,
    ),
]
