"""moments: of 100 instances of 640 x 480, and of one large blob; OpenCV starts from pixels."""

import numpy as np

import maskengine as me
import scenes
from harness import Job, Race


def ours(rles):
    masks = scenes.batch(rles)
    return Job(lambda: me.moments(masks), lambda found: [float(m) for m in found["m00"]])


def opencv(rles):
    import cv2

    dense = [np.ascontiguousarray(scenes.peer.decode(rle)) for rle in rles]
    return Job(
        lambda: [cv2.moments(mask, binaryImage=True) for mask in dense],
        lambda found: [m["m00"] for m in found],
    )


RACES = [
    Race(name, ("moments",), scene, ours, {"opencv": opencv})
    for name, scene in (
        ("moments of 100 instances", lambda: scenes.instances()[:100]),
        ("moments of blob 4096", lambda: [scenes.blob_rle()]),
    )
]
