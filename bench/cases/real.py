"""Real annotation files: COCO results, LVIS polygons, nuclei under a microscope, COCO panoptic."""

import importlib
import json
from functools import cache
from pathlib import Path

import numpy as np

import maskengine as me
import scenes
from harness import MODULES, Job, Race

DATA = Path(__file__).resolve().parents[2] / "tests" / "data"
COCO = ("pycocotools", "faster-coco-eval", "hotcoco", "ultrafast-pycocotools")
CHUNK = 250  # pycocotools.mask.area fails on 256 masks and more


@cache
def results():
    """Give 734 segmentation results on 100 images of COCO: dicts with text, image by image."""
    rows = json.loads((DATA / "cocoapi/instances_val2014_fakesegm100_results.json").read_text())
    return sorted(rows, key=lambda row: row["image_id"])


def rles():
    return [row["segmentation"] for row in results()]


@cache
def per_image():
    """Give the results of each image with at least two, as one list each, with bytes."""
    found = {}
    for row in results():
        one = row["segmentation"]
        packed = {"size": one["size"], "counts": one["counts"].encode()}
        found.setdefault(row["image_id"], []).append(packed)
    return [group for group in found.values() if len(group) > 1]


@cache
def lvis():
    """Give the polygons of 977 LVIS annotations, and the size of the image of each."""
    data = json.loads((DATA / "lvis-api/lvis_val_100.json").read_text())
    sizes = {image["id"]: (image["height"], image["width"]) for image in data["images"]}
    return [(one["segmentation"], sizes[one["image_id"]]) for one in data["annotations"]]


@cache
def nuclei():
    """Give the 99 masks of nuclei of three images, as arrays."""
    from PIL import Image

    paths = sorted((DATA / "dsb2018-nuclei").rglob("*.png"))
    return [(np.asarray(Image.open(path).convert("L")) > 0).astype(np.uint8) for path in paths]


@cache
def fields():
    """Give one mask of all nuclei for each of the three images."""
    found = {}
    for mask in nuclei():
        found[mask.shape] = found.get(mask.shape, 0) | mask
    return list(found.values())


@cache
def panoptic():
    """Give the maps of segment ids of two COCO images, made of RGB as R + 256 G + 65536 B."""
    from PIL import Image

    paths = sorted((DATA / "panopticapi" / "panoptic_examples").glob("*.png"))
    maps = []
    for path in paths:
        red, green, blue = np.moveaxis(np.asarray(Image.open(path).convert("RGB"), np.uint32), 2, 0)
        maps.append(np.ascontiguousarray(red + 256 * green + 65536 * blue))
    return maps


def areas_and_boxes(data):
    def run():
        masks = me.Masks.from_coco(data)
        return me.area(masks), me.bbox(masks)

    return Job(run, lambda found: [found[0].tolist(), found[1].tolist()])


def areas_and_boxes_of(name):
    def make(data):
        peer = importlib.import_module(MODULES[name])
        chunks = [data[i : i + CHUNK] for i in range(0, len(data), CHUNK)]

        def answer(found):
            areas = np.concatenate([np.asarray(one) for one, _ in found])
            boxes = np.concatenate([np.asarray(one) for _, one in found])
            return [areas.astype(int).tolist(), boxes.astype(int).tolist()]

        return Job(lambda: [(peer.area(one), peer.toBbox(one)) for one in chunks], answer)

    return make


def ious(groups):
    batches = [me.Masks.from_coco(group) for group in groups]
    return Job(lambda: [me.iou(masks, masks) for masks in batches])


def ious_of(name):
    def make(groups):
        peer = importlib.import_module(MODULES[name])
        return Job(lambda: [peer.iou(group, group, [0] * len(group)) for group in groups])

    return make


def polygons(rows):
    parts, sizes = [one for one, _ in rows], np.array([size for _, size in rows])
    return Job(
        lambda: me.rasterize(me.Polygons.from_coco(parts), sizes, "coco").to_coco(), scenes.texts
    )


def polygons_of(name):
    def make(rows):
        peer = importlib.import_module(MODULES[name])
        return Job(
            lambda: [peer.merge(peer.frPyObjects(parts, *size)) for parts, size in rows],
            scenes.texts,
        )

    return make


def encode(masks):
    return Job(
        lambda: [me.encode(mask).to_coco()[0] for mask in masks],
        scenes.texts,
    )


def encode_of(name):
    def make(masks):
        peer = importlib.import_module(MODULES[name])
        if name == "pycocotools":  # takes columns alone
            return Job(
                lambda: [peer.encode(np.asfortranarray(mask)) for mask in masks], scenes.texts
            )
        return Job(lambda: [peer.encode(mask) for mask in masks], scenes.texts)

    return make


def components(masks):
    return Job(
        lambda: [me.label(mask, stats=True, output="none")[1] for mask in masks],
    )


def opencv_components(masks):
    import cv2

    return Job(
        lambda: [cv2.connectedComponentsWithStats(mask, 8)[0] for mask in masks],
        lambda found: [n - 1 for n in found],
    )


def scipy_components(masks):
    from scipy import ndimage

    return Job(lambda: [ndimage.label(mask, np.ones((3, 3)))[1] for mask in masks])


def skimage_components(masks):
    from skimage import measure

    return Job(lambda: [int(measure.label(mask, return_num=True)[1]) for mask in masks])


def segments(maps):
    return Job(
        lambda: [me.split(one)[0].to_coco() for one in maps],
        lambda found: [scenes.texts(one) for one in found],
    )


def segments_of(name):
    """Compare with each id in turn and encode, as code around panopticapi does."""

    def make(maps):
        peer = importlib.import_module(MODULES[name])

        def run():
            return [
                [peer.encode(np.asfortranarray(one == k, np.uint8)) for k in np.unique(one) if k]
                for one in maps
            ]

        return Job(run, lambda found: [scenes.texts(one) for one in found])

    return make


RACES = [
    Race("977 LVIS annotations to COCO", ("rasterize",), lvis, polygons,
         {name: polygons_of(name) for name in COCO}),
    Race("734 COCO results, text to areas and boxes", ("area",), rles, areas_and_boxes,
         {name: areas_and_boxes_of(name) for name in ("pycocotools", "faster-coco-eval")}),
    Race("IoU of the COCO results of each image", ("iou",), per_image, ious,
         {name: ious_of(name) for name in COCO}),
    Race("99 nuclei to COCO, one by one", ("encode",), nuclei, encode,
         {name: encode_of(name) for name in COCO}),
    Race("components of 3 images of nuclei", ("label",), fields, components,
         {"opencv": opencv_components, "scipy": scipy_components,
          "scikit-image": skimage_components}),
    Race("segments of 2 COCO panoptic maps to COCO", ("split",), panoptic, segments,
         {name: segments_of(name) for name in ("pycocotools", "ultrafast-pycocotools")}),
]  # fmt: skip
