"""hole_tree: what lies in what, beside OpenCV's hierarchy of contours."""

import numpy as np

import maskengine as me
import scenes
from harness import Job, Race


def noise():
    """Give 2048 x 2048 coin flips of which six in ten are foreground."""
    return (np.random.default_rng(7).random((2048, 2048)) < 0.6).astype(np.uint8)


def rings():
    """Give squares in squares, one pixel wide and one apart."""
    y, x = np.indices((2048, 2048))
    return (np.minimum(np.minimum(x, y), 2047 - np.maximum(x, y)) % 2 == 0).astype(np.uint8)


def answer(tree):
    return len(tree.parent), len(tree.hole_parent), int((tree.parent > 0).sum())


def ours(mask):
    return Job(lambda: me.hole_tree(mask), answer)


def runs(rle):
    masks = scenes.batch([rle])
    return Job(lambda: me.hole_tree(masks), answer)


def of_map(mask):
    return Job(lambda: me.hole_tree(mask, kind="labels"), answer)


def opencv(mode):
    def make(mask):
        import cv2

        def read(found):
            parents = found[1][0, :, 3]
            depth = np.zeros(len(parents), int)
            above = parents
            while (above >= 0).any():
                depth += above >= 0
                above = np.where(above >= 0, parents[above], -1)
            outer = depth % 2 == 0
            return int(outer.sum()), int((~outer).sum()), int((outer & (depth > 0)).sum())

        chosen = getattr(cv2, mode)
        return Job(lambda: cv2.findContours(mask, chosen, cv2.CHAIN_APPROX_SIMPLE), read)

    return make


def opencv_runs(rle):
    from pycocotools import mask as peer

    return opencv("RETR_TREE")(np.ascontiguousarray(peer.decode(rle)))


def read(mask):
    return mask.nbytes, 0


TREE = {"opencv": opencv("RETR_TREE")}
NEEDS = ("hole_tree",)
RACES = [
    Race("hole_tree blobs 4096", NEEDS, scenes.blob, ours, TREE, read),
    Race("hole_tree noise 2048", NEEDS, noise, ours, TREE, read),
    Race("hole_tree rings 2048", NEEDS, rings, ours, TREE, read),
    Race("hole_tree noise 2048, as labels", NEEDS, noise, of_map, TREE, read),
    Race("hole_tree blobs 4096, from runs", NEEDS, scenes.blob_rle, runs, {"opencv": opencv_runs}),
]
