"""argmax: label maps from scores of 19 classes."""

import numpy as np

import maskengine as me
from harness import Job, Race


def scores():
    """Give logits of 19 classes at 2048 x 1024."""
    return np.random.default_rng(0).normal(size=(19, 1024, 2048)).astype(np.float32)


def ours(logits):
    return Job(lambda: me.argmax(logits), lambda found: found)


def by_numpy(logits):
    return Job(lambda: np.argmax(logits, axis=0), lambda found: found.astype(np.uint8))


def margin(logits):
    return Job(
        lambda: me.argmax(logits, uncertainty="margin"),
        lambda found: [found[0], round(float(found[1].mean()), 4)],
    )


def margin_by_numpy(logits):
    def run():
        shares = np.exp(logits - logits.max(axis=0))
        shares /= shares.sum(axis=0)
        second, best = np.partition(shares, -2, axis=0)[-2:]
        return logits.argmax(axis=0).astype(np.uint8), 1 - (best - second)

    return Job(run, lambda found: [found[0], round(float(found[1].mean()), 4)])


RACES = [
    Race("argmax of 19 classes 2048", ("argmax",), scores, ours, {"numpy": by_numpy},
         lambda logits: (logits.nbytes, 0)),
    Race("argmax and margin of 19 classes 2048", ("argmax",), scores, margin,
         {"numpy": margin_by_numpy}, lambda logits: (logits.nbytes, 0)),
]  # fmt: skip
