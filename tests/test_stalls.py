"""Long calls hear a signal at any moment, not only while they look at pixels.

Judged by processor time of the thread: a busy machine makes nothing late. The driver
fuzz/stalls.py looks for such calls among all functions.

Covers: maskengine (absorb_small, adjacency, contains, fill_holes, joint, largest, split),
maskengine.Canvas (areas), maskengine.Polygons (from_arrays), maskengine.adapters
(to_detectron2, to_sam).
"""

import signal
import time

import numpy as np
import pytest

import maskengine as me
from maskengine import adapters

pytestmark = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="the system has no timers")

EVERY = 0.01
LATE = 0.2


@pytest.fixture(scope="module")
def labels():
    """Give a million labels without order."""
    return np.random.default_rng(7).integers(0, 2**20, (2048, 2048), dtype=np.uint32)


def longest_wait(call):
    """Give the longest time without the handler of a signal that is due all the time."""
    heard = [time.thread_time()]
    before = signal.signal(signal.SIGPROF, lambda *_: heard.append(time.thread_time()))
    try:
        signal.setitimer(signal.ITIMER_PROF, EVERY, EVERY)
        with me.use(threads=1):
            call()
        heard.append(time.thread_time())
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
    assert heard[-1] - heard[0] > LATE  # a call that is over before then shows nothing
    return max(np.diff(heard)) - EVERY


def contained(_):
    points = np.random.default_rng(7).uniform(0, 64, (4_000_000, 2))
    me.contains(me.encode(np.eye(64, dtype=bool)), points)


def triangles(n):
    return me.Polygons(np.tile([[1, 1], [9, 1], [9, 9]], (n, 1)), np.arange(n + 1) * 3)


def noise(_):
    return me.encode(np.random.default_rng(7).random((4096, 8192)) < 0.5)


def small_masks(_):
    return me.rasterize(triangles(400_000), (12, 12))


# From the map of labels, or from what is made of it before the clock runs.
PREPARED = {
    "fill_holes": noise,
    "from_arrays": lambda _: [np.zeros((3, 2))] * 800_000,
    "to_detectron2": small_masks,
    "to_sam": small_masks,
}
CALLS = {
    "absorb_small": lambda labels: me.absorb_small(labels, 3),
    "adjacency": lambda labels: me.adjacency(labels[:, :512], 8),
    "contains": contained,
    "joint": lambda labels: me.joint(labels, labels[::-1]),
    "fill_holes": me.fill_holes,
    "from_arrays": me.Polygons.from_arrays,
    "largest": lambda labels: me.largest(labels, kind="labels"),
    "split": me.split,
    "to_detectron2": lambda masks: adapters.to_detectron2(masks, 7),
    "to_sam": adapters.to_sam,
    "areas": lambda labels: me.Canvas(np.tile(labels % 9999, (4, 2))).areas,
}


@pytest.mark.parametrize("name", CALLS)
def test_a_signal_is_heard_soon_all_along(name, labels):
    given = PREPARED.get(name, lambda labels: labels)(labels)
    waits = []
    for _ in range(2):
        waits.append(longest_wait(lambda: CALLS[name](given)))
        if waits[-1] < LATE:
            return
    pytest.fail(f"{name} heard nothing for {min(waits):.2f} s of processor time")
