"""nms of masks and boxes, IoU of boxes; beside supervision, OpenCV and the COCO API."""

import numpy as np

import maskengine as me
import scenes
from harness import Job, Race

THRESHOLD = 0.5


def masks_and_scores():
    rles = scenes.instances()[:200]
    return rles, np.random.default_rng(6).random(len(rles))


def boxes_and_scores(n=2000):
    rng = np.random.default_rng(7)
    boxes = np.concatenate([rng.uniform(0, 4000, (n, 2)), rng.uniform(5, 300, (n, 2))], 1)
    return boxes.round(1), rng.random(n)


def ours_masks(scene):
    rles, scores = scene
    masks = scenes.batch(rles)
    return Job(lambda: me.nms(masks, scores, THRESHOLD), lambda kept: np.sort(kept).tolist())


def supervision_masks(scene):
    import supervision as peer

    rles, scores = scene
    dense = np.stack([scenes.peer.decode(rle) for rle in rles]).astype(bool)
    predictions = np.concatenate([np.zeros((len(rles), 4)), scores[:, None]], 1)
    return Job(
        lambda: peer.mask_non_max_suppression(predictions, dense, THRESHOLD),
        lambda kept: np.flatnonzero(kept).tolist(),
    )


def matrix_masks(scene):
    """Strike out of a full IoU matrix."""
    rles, scores = scene
    order = np.argsort(-scores, kind="stable")

    def run():
        overlaps = scenes.peer.iou(rles, rles, [0] * len(rles)) > THRESHOLD
        alive = np.ones(len(rles), bool)
        for position, i in enumerate(order):
            if alive[i]:
                later = order[position + 1 :]
                alive[later[overlaps[i, later]]] = False
        return alive

    return Job(run, lambda kept: np.flatnonzero(kept).tolist())


def ours_boxes(scene):
    boxes, scores = scene
    return Job(lambda: me.nms(boxes, scores, THRESHOLD), lambda kept: np.sort(kept).tolist())


def opencv_boxes(scene):
    import cv2

    boxes, scores = (array.tolist() for array in scene)
    return Job(
        lambda: cv2.dnn.NMSBoxes(boxes, scores, 0.0, THRESHOLD),
        lambda kept: np.sort(np.asarray(kept).ravel()).tolist(),
    )


def supervision_boxes(scene):
    import supervision as peer

    boxes, scores = scene
    corners = np.concatenate([boxes[:, :2], boxes[:, :2] + boxes[:, 2:], scores[:, None]], 1)
    return Job(
        lambda: peer.box_non_max_suppression(corners, THRESHOLD),
        lambda kept: np.flatnonzero(kept).tolist(),
    )


def iou_of(call):
    def make(scene):
        boxes = scene[0][:1000]
        return Job(lambda: call(boxes), lambda matrix: np.asarray(matrix).tolist())

    return make


def module(path):
    def make(scene):
        import importlib

        peer = importlib.import_module(path)
        return iou_of(lambda boxes: peer.iou(boxes, boxes, [0] * len(boxes)))(scene)

    return make


RACES = [
    Race(
        "nms of 200 instances",
        ("nms",),
        masks_and_scores,
        ours_masks,
        {"pycocotools": matrix_masks, "supervision": supervision_masks},
    ),
    Race(
        "nms of 2000 boxes",
        ("nms",),
        boxes_and_scores,
        ours_boxes,
        {"opencv": opencv_boxes, "supervision": supervision_boxes},
    ),
    Race(
        "IoU of 1000 x 1000 boxes",
        ("box_iou",),
        boxes_and_scores,
        iou_of(lambda boxes: me.box_iou(boxes, boxes)),
        {
            "pycocotools": module("pycocotools.mask"),
            "faster-coco-eval": module("faster_coco_eval.core.mask"),
            "hotcoco": module("hotcoco.mask"),
        },
    ),
]
