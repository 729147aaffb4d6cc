"""compose: instances painted over each other into one label map."""

import numpy as np

import maskengine as me
import scenes
from harness import Job, Race


def ours(rles):
    masks = scenes.batch(rles)
    out = np.empty(scenes.SIZE, np.uint8)  # as rlemasklib has it
    return Job(lambda: me.compose(masks, out=out))


def by_columns(shape):
    """Give the job with the map that rlemasklib makes: bytes, column by column."""

    def make(rles):
        masks = scenes.batch(rles)
        out = np.empty(shape, np.uint8, order="F")
        return Job(lambda: me.compose(masks, out=out))

    return make


def pycocotools(rles):
    def run():
        out = np.zeros(scenes.SIZE, np.uint8)
        for label, rle in enumerate(rles, 1):
            out[scenes.peer.decode(rle) != 0] = label
        return out

    return Job(run)


def rlemasklib(rles):
    from rlemasklib import RLEMask

    masks = [RLEMask.from_dict(rle) for rle in rles]
    return Job(lambda: RLEMask.merge_to_label_map(masks))


def large(rles):
    masks = scenes.batch(rles)
    out = np.empty((scenes.SIDE, scenes.SIDE), np.uint8)
    return Job(lambda: me.compose(masks, out=out))


def large_pycocotools(rles):
    def run():
        out = np.zeros((scenes.SIDE, scenes.SIDE), np.uint8, order="F")
        for label, rle in enumerate(rles, 1):
            out[scenes.peer.decode(rle) != 0] = label
        return out

    return Job(run)


def noises():
    """Give three masks of noise, of which each covers half of the others."""
    noise = scenes.noise()
    return [np.ascontiguousarray(mask) for mask in (noise, noise.T, noise[::-1])]


def of_bits(dense):
    masks = me.flip(me.encode(np.stack([mask[:, ::-1] for mask in dense])))
    out = np.empty((scenes.SIDE, scenes.SIDE), np.uint8)
    return Job(lambda: me.compose(masks, out=out))


def painted_by_numpy(dense):
    masks = [mask.view(bool) for mask in dense]

    def run():
        out = np.zeros((scenes.SIDE, scenes.SIDE), np.uint8)
        for label, mask in enumerate(masks, 1):
            np.copyto(out, label, where=mask)
        return out

    return Job(run)


def painted_by_opencv(dense):
    import cv2

    labels = [np.full((scenes.SIDE, scenes.SIDE), k, np.uint8) for k in (1, 2, 3)]

    def run():
        out = np.zeros((scenes.SIDE, scenes.SIDE), np.uint8)
        for label, mask in zip(labels, dense, strict=True):
            cv2.copyTo(label, mask, out)
        return out

    return Job(run)


RACES = [
    Race(
        "compose 100 instances",
        ("compose",),
        lambda: scenes.instances()[:100],
        ours,
        {"pycocotools": pycocotools, "rlemasklib": rlemasklib},
    ),
    Race(
        "compose 20 blobs 4096",
        ("compose",),
        scenes.blob_variants,
        large,
        {"pycocotools": large_pycocotools, "rlemasklib": rlemasklib},
    ),
    Race(
        "compose 100 instances, Fortran order",
        ("compose",),
        lambda: scenes.instances()[:100],
        by_columns(scenes.SIZE),
        {"rlemasklib": rlemasklib},
    ),
    Race(
        "compose 20 blobs 4096, Fortran order",
        ("compose",),
        scenes.blob_variants,
        by_columns((scenes.SIDE, scenes.SIDE)),
        {"rlemasklib": rlemasklib},
    ),
    Race(
        "compose 3 noises 4096, held as bits",
        ("compose",),
        noises,
        of_bits,
        {"numpy": painted_by_numpy, "opencv": painted_by_opencv},
    ),
]
