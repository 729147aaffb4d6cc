"""Calls that copy, check or hand out whole batches let other threads and signals have their turn.

Covers: maskengine (Masks, Polygons: slices, concatenation, COCO's forms, checks).
"""

import gc
import signal
import threading
import time

import numpy as np
import pytest

import maskengine as me


@pytest.fixture(scope="module")
def masks():
    """Give 200,000 masks of a triangle, and a few that are all runs."""
    triangles = me.Polygons.from_coco([[[1, 1, 9, 1, 9, 9]]] * 200_000)
    noise = np.random.default_rng(7).random((8, 1024, 1024)) < 0.5
    return me.Masks.concatenate([me.rasterize(triangles, (12, 12)), me.encode(noise)])


@pytest.fixture(scope="module")
def polygons():
    points = np.random.default_rng(7).random((60_000, 40)).tolist()
    return me.Polygons.from_coco([[ring] for ring in points])


CALLS = {
    "take": lambda masks, _: me.Masks.concatenate([masks] * 10)[::-1],
    "concatenate": lambda masks, _: me.Masks.concatenate([masks] * 12),
    "to_coco": lambda masks, _: masks.to_coco(),
    "from_coco": lambda masks, _: me.Masks.from_coco(masks[:100_000].to_coco()),
    "take polygons": lambda _, polygons: me.Polygons.concatenate([polygons] * 10)[::-1],
    "concatenate polygons": lambda _, polygons: me.Polygons.concatenate([polygons] * 12),
    "polygons to_coco": lambda _, polygons: polygons.to_coco(),
    "polygons from_coco": lambda _, polygons: me.Polygons.from_coco(polygons.to_coco()),
}


@pytest.mark.parametrize("name", CALLS)
def test_another_thread_goes_on_meanwhile(name, masks, polygons):
    done = threading.Event()
    turns = 0

    def call():
        try:
            CALLS[name](masks, polygons)
        finally:
            done.set()

    worker = threading.Thread(target=call)
    worker.start()
    while not done.is_set():
        turns += 1
        time.sleep(0.001)
    worker.join()
    assert turns >= 3  # a call that keeps the lock to its end leaves one, or two


@pytest.fixture
def quiet_collector():
    """Take away what is called with each collection: Python ignores what a signal raises there."""
    kept = gc.callbacks[:]
    gc.callbacks.clear()
    yield
    gc.callbacks.extend(kept)


@pytest.mark.usefixtures("quiet_collector")
@pytest.mark.parametrize("name", ["to_coco", "polygons to_coco"])
def test_a_signal_ends_what_makes_many_objects(name, masks, polygons):
    many = me.Masks.concatenate([masks] * 5), me.Polygons.concatenate([polygons] * 5)
    late = []

    def handler(number, frame):
        late.append(time.perf_counter() - due)
        raise InterruptedError

    before = signal.signal(signal.SIGALRM, handler)
    try:
        due = time.perf_counter() + 0.05
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        with pytest.raises(InterruptedError):
            CALLS[name](*many)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert late[0] < 0.2


def test_the_collector_knows_what_was_made(masks, polygons):
    dicts = masks[:3].to_coco()
    items = polygons[:3].to_coco()
    made = [*dicts, *(mask["size"] for mask in dicts), *items, *(rings[0] for rings in items)]
    assert all(map(gc.is_tracked, made))

    class Sentinel:
        """Say when it goes."""

        def __del__(self):
            gone.append(True)

    gone = []
    dicts[0]["size"].append([dicts[0], Sentinel()])  # a circle that reference counts never end
    del made, dicts
    gc.collect()
    assert gone == [True]
