"""centroid: of 1000 instances of 640 x 480, and of one large blob."""

import numpy as np

import maskengine as me
import scenes
from harness import Job, Race


def mean(points, shift=0.0):
    """Give the mean of all points, pixels numbered by their corners, to a tenth: a peer rounds."""
    return np.round(np.nanmean(np.asarray(points, np.float64).reshape(-1, 2), 0) + shift, 1)


def ours(rles):
    masks = scenes.batch(rles)
    return Job(lambda: me.centroid(masks), mean)


def rlemasklib(rles):
    from rlemasklib import RLEMask

    masks = [RLEMask.from_dict(rle) for rle in rles]
    return Job(lambda: [mask.centroid() for mask in masks], lambda found: mean(found, 0.5))


def opencv(rles):
    import cv2

    dense = [np.ascontiguousarray(scenes.peer.decode(rle)) for rle in rles]

    def points():
        found = [cv2.moments(mask, binaryImage=True) for mask in dense]
        return [(m["m10"] / m["m00"], m["m01"] / m["m00"]) if m["m00"] else NOWHERE for m in found]

    return Job(points, lambda found: mean(found, 0.5))


NOWHERE = (np.nan, np.nan)
RACES = [
    Race(name, ("centroid",), scene, ours, {"rlemasklib": rlemasklib, "opencv": opencv})
    for name, scene in (
        ("centroid of 1000 instances", scenes.instances),
        ("centroid of blob 4096", lambda: [scenes.blob_rle()]),
    )
]
