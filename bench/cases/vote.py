"""at_least, vote, combine: of instances and of large blobs, beside rlemasklib."""

import numpy as np

import maskengine as me
import scenes
from harness import Job, Race


def function(a, b, c):
    return (a and b) or c


TABLE = np.fromfunction(lambda a, b, c: (a & b) | c, (2,) * 3, dtype=int)


def ours(call):
    def make(rles):
        masks = scenes.batch(rles)
        return Job(lambda: call(masks), scenes.counts)

    return make


def rlemasklib(call):
    def make(rles):
        from rlemasklib import RLEMask

        masks = [RLEMask.from_dict(rle) for rle in rles]
        return Job(lambda: call(RLEMask, masks), lambda mask: [mask.to_dict()["counts"]])

    return make


def numpy_sum(k):
    def make(rles):
        stack = np.stack([np.ascontiguousarray(scenes.peer.decode(rle)) for rle in rles])
        return Job(
            lambda: stack.sum(0, dtype=np.uint16) >= k,
            lambda dense: [scenes.as_rle(dense)["counts"]],
        )

    return make


def noises():
    noise = scenes.noise()
    return [scenes.as_rle(np.ascontiguousarray(m)) for m in (noise, noise.T, noise[::-1])]


RACES = [
    Race(
        "at least 10 of 100 instances",
        ("at_least",),
        lambda: scenes.instances()[:100],
        ours(lambda m: me.at_least(m, 10)),
        {
            "rlemasklib": rlemasklib(lambda peer, masks: peer.merge_count(masks, 10)),
            "numpy": numpy_sum(10),
        },
    ),
    Race(
        "at least 10 of 20 blobs 4096",
        ("at_least",),
        scenes.blob_variants,
        ours(lambda m: me.at_least(m, 10)),
        {"rlemasklib": rlemasklib(lambda peer, masks: peer.merge_count(masks, 10))},
    ),
    Race(
        "vote of 100 instances",
        ("vote",),
        lambda: scenes.instances()[:100],
        ours(lambda m: me.vote(m, np.full(len(m), 0.1), 1.0)),
        {"rlemasklib": rlemasklib(lambda peer, masks: peer.merge_count(masks, 10))},
    ),
    Race(
        "truth table of 3 blobs 4096",
        ("combine",),
        lambda: scenes.blob_variants()[:3],
        ours(lambda m: me.combine(m, TABLE)),
        {"rlemasklib": rlemasklib(lambda peer, masks: peer.merge_many_custom(masks, function))},
    ),
    Race(
        "at least 2 of 3 noises 4096, held as bits",
        ("at_least",),
        noises,
        ours(lambda m: me.at_least(m, 2)),
        {"numpy": numpy_sum(2)},
    ),
]
