"""Set algebra: unions of many, pairs, complement; blobs and noise."""

import numpy as np

import maskengine as me
import scenes
from harness import Job, Race


def ours_union(rles):
    masks = scenes.batch(rles)
    return Job(lambda: me.union(masks), scenes.counts)


def ours_pair(op):
    def make(rles):
        a, b = scenes.batch(rles[:1]), scenes.batch(rles[1:2])
        return Job(lambda: getattr(me, op)(a, b), scenes.counts)

    return make


def ours_runs(op):
    """From runs to runs: masks that no call has packed yet, and the counts of the result."""

    def make(rles):
        a, b = scenes.batch(rles[:1]), scenes.batch(rles[1:2])
        return Job(lambda: scenes.with_counts(getattr(me, op)(a[:], b[:])), scenes.counts)

    return make


def ours_complement(rles):
    masks = scenes.batch(rles[:1])
    return Job(lambda: me.complement(masks), scenes.counts)


def module(path, *, intersect=False):
    def make(rles):
        import importlib

        peer = importlib.import_module(path)
        few = rles[:2] if intersect else rles
        return Job(lambda: peer.merge(few, intersect), scenes.texts)

    return make


def rlemasklib(op, n=None):
    def make(rles):
        import rlemasklib as peer

        masks = [peer.RLEMask.from_dict(rle) for rle in rles[:n]]
        jobs = {
            "union": lambda: peer.RLEMask.union(masks),
            "intersection": lambda: masks[0] & masks[1],
            "symmetric_difference": lambda: masks[0] ^ masks[1],
            "difference": lambda: masks[0] - masks[1],
            "complement": lambda: ~masks[0],
        }
        return Job(jobs[op], lambda mask: [mask.to_dict()["counts"]])

    return make


def numpy(op):
    def make(rles):
        from pycocotools import mask as peer

        a, b = (np.ascontiguousarray(peer.decode(rle)) for rle in rles[:2])
        return Job(lambda: op(a, b), lambda dense: [scenes.as_rle(dense)["counts"]])

    return make


def by_pixels(op):
    """Decode, combine with NumPy, encode: from the inputs that we have to what we give."""

    def make(rles):
        from pycocotools import mask as peer

        return Job(
            lambda: [peer.encode(op(peer.decode(rles[0]), peer.decode(rles[1])))], scenes.texts
        )

    return make


def merges(*, intersect=False):
    return {
        "pycocotools": module("pycocotools.mask", intersect=intersect),
        "faster-coco-eval": module("faster_coco_eval.core.mask", intersect=intersect),
        "hotcoco": module("hotcoco.mask", intersect=intersect),
        "ultrafast-pycocotools": module("ultrafast_pycocotools.mask", intersect=intersect),
    }


def hundred():
    return scenes.instances()[:100]


def noises():
    return [scenes.noise_rle(), scenes.as_rle(np.roll(scenes.noise(), 1, 0))]


RACES = [
    Race(
        "union of 100 instances",
        ("union",),
        hundred,
        ours_union,
        {**merges(), "rlemasklib": rlemasklib("union")},
    ),
    Race(
        "union of 20 blobs 4096",
        ("union",),
        scenes.blob_variants,
        ours_union,
        {**merges(), "rlemasklib": rlemasklib("union")},
    ),
    *(
        Race(
            f"{op} of 2 blobs 4096",
            (op,),
            scenes.blob_variants,
            ours_pair(op),
            {
                **(merges(intersect=True) if op == "intersection" else {}),
                "rlemasklib": rlemasklib(op, 2),
            },
        )
        for op in ("intersection", "difference", "symmetric_difference")
    ),
    *(
        Race(
            f"{op} of 2 noises",
            (op,),
            noises,
            ours_runs(op),
            {**more, "rlemasklib": rlemasklib(op, 2), "numpy": by_pixels(dense)},
        )
        for op, dense, more in (
            ("union", np.bitwise_or, merges()),
            ("intersection", np.bitwise_and, merges(intersect=True)),
            ("difference", lambda a, b: a & ~b, {}),
            ("symmetric_difference", np.bitwise_xor, {}),
        )
    ),
    *(
        Race(
            f"{op} of 2 noises, held as bits",
            (op,),
            noises,
            ours_pair(op),
            {"numpy": numpy(dense)},
        )
        for op, dense in (
            ("union", np.bitwise_or),
            ("intersection", np.bitwise_and),
            ("symmetric_difference", np.bitwise_xor),
        )
    ),
    Race(
        "complement of blob 4096",
        ("complement",),
        lambda: scenes.blob_variants()[:1],
        ours_complement,
        {"rlemasklib": rlemasklib("complement", 1)},
    ),
]
