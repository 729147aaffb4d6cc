"""Many threads at once: the same answers as one alone, also while an input is being rewritten.

Covers: maskengine (thread pool, kernels), with and without the global interpreter lock.
Run: pytest tests/test_threads.py
"""

import os
import sys
import sysconfig
import threading
import time

import numpy as np
import pytest

import maskengine as me

N_THREADS = 8
ROUNDS = 4


def scene(seed=3):
    """Give a label map, a stack of masks and outlines that all operations take."""
    random = np.random.default_rng(seed)
    coarse = random.integers(0, 6, (9, 11), dtype=np.uint16)
    labels = np.kron(coarse, np.ones((14, 13), np.uint16))
    labels[random.random(labels.shape) < 0.02] = 0
    stack = np.stack([labels == k for k in range(1, 5)])
    return labels, stack


def calls(labels, stack):
    """Give what is called, each a function without arguments that returns something to compare."""
    masks = me.encode(stack)
    outlines = me.polygonize(masks)
    return {
        "encode": lambda: me.encode(stack),
        "decode": lambda: me.decode(masks),
        "area": lambda: me.area(masks),
        "bbox": lambda: me.bbox(masks),
        "union": lambda: me.union(masks),
        "iou": lambda: me.iou(masks, masks),
        "label": lambda: me.label(labels, kind="labels"),
        "dilate": lambda: me.dilate(masks, 3, "disk"),
        "dilate_array": lambda: me.dilate(stack, 2),
        "polygonize": lambda: me.polygonize(masks),
        "rasterize": lambda: me.rasterize(outlines, labels.shape),
        "simplify": lambda: me.simplify(outlines),
        "adjacency": lambda: me.adjacency(labels),
        "split": lambda: me.split(labels)[0],
        "joint": lambda: me.joint(labels, labels[::-1]),
    }


def plain(value):
    """Give what two equal values have in common, to compare."""
    if isinstance(value, np.ndarray):
        return value.shape, value.tobytes()
    if isinstance(value, tuple):
        return tuple(map(plain, value))
    if isinstance(value, me.Masks):
        return str(value.to_coco())
    if isinstance(value, me.Polygons):
        return plain((value.coords, value.ring_offsets))
    return plain(tuple(vars(value).values())) if hasattr(value, "__dict__") else value


def in_threads(work):
    """Run work(number) in all threads at once and raise what any of them raised."""
    failures = []
    start = threading.Barrier(N_THREADS)

    def body(number):
        start.wait()
        try:
            work(number)
        except BaseException as error:  # noqa: BLE001 - raised again below
            failures.append(error)

    threads = [threading.Thread(target=body, args=(n,)) for n in range(N_THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def test_threads_on_shared_inputs_get_the_answers_of_one():
    labels, stack = scene()
    named = calls(labels, stack)
    alone = {name: plain(call()) for name, call in named.items()}
    n_compared = []

    def work(number):
        names = list(named)[number % len(named) :] + list(named)[: number % len(named)]
        for _ in range(ROUNDS):
            for name in names:
                assert plain(named[name]()) == alone[name], name
                n_compared.append(name)

    in_threads(work)
    assert len(n_compared) == N_THREADS * ROUNDS * len(named)


def test_an_input_that_changes_during_the_call_breaks_nothing():
    """The answer is of no use, but it is a sound value, and nothing else is touched."""
    labels, stack = scene()
    steady = stack.copy()
    wanted = me.encode(steady)
    stop = threading.Event()

    def work(number):
        if number == 0:
            random = np.random.default_rng(1)
            for _ in range(60):
                labels[:] = random.integers(0, 6, labels.shape, dtype=np.uint16)
                stack[:] = random.random(stack.shape) < 0.5
            stop.set()
            return
        while not stop.is_set():
            masks = me.encode(stack)
            assert me.Masks.from_coco(masks.to_coco()) == masks  # checks its counts
            try:
                image, n = me.label(labels, kind="labels")
            except me.MaskError:  # the numbers may not fit
                continue
            assert image.shape == labels.shape
            assert n >= 0
            assert len(me.split(labels)[0].sizes) <= 65536
            assert me.dilate(stack, 1).shape == stack.shape
            assert me.encode(steady) == wanted

    in_threads(work)


def test_batches_on_many_threads_inside_of_threads():
    """Each call may use the pool: here from all threads at once, on batches worth splitting."""
    random = np.random.default_rng(5)
    stack = random.random((24, 200, 220)) < 0.5
    masks = me.encode(stack)
    areas = stack.sum(axis=(1, 2)).tolist()

    def work(_):
        assert me.encode(stack) == masks
        assert me.area(masks).tolist() == areas
        assert np.array_equal(me.decode(masks).astype(bool), stack)

    with me.use(threads=4):
        in_threads(work)


def busier(call):
    """Give the processor time of the caller or of its helpers, whichever is more."""
    own, whole = time.thread_time(), time.process_time()
    call()
    own = time.thread_time() - own
    return max(own, time.process_time() - whole - own)


def large_calls():
    random = np.random.default_rng(8)
    stack = (random.random((64, 60, 80)) < 0.4).repeat(9, axis=1).repeat(8, axis=2)
    masks, other = me.encode(stack), me.encode(stack[:, ::-1])
    many = me.Masks.concatenate([masks] * 60)
    mirrored = me.flip(many)
    outlines = me.polygonize(masks)
    out = np.empty_like(stack)
    return {
        "encode": lambda: me.encode(stack),
        "decode": lambda: me.decode(masks, out=out),
        "area": lambda: me.area(many),
        "iou": lambda: me.iou(masks, other),
        "label": lambda: me.label(masks[:24]),
        "rasterize": lambda: me.rasterize(outlines, stack.shape[1:]),
        "union": lambda: me.union(many, mirrored),
    }


@pytest.mark.skipif(len(getattr(os, "sched_getaffinity", lambda _: [0])(0)) < 2, reason="one core")
@pytest.mark.parametrize("name", ["encode", "decode", "area", "iou", "label", "rasterize", "union"])
def test_two_threads_share_the_work_of_a_batch(name):
    """The busier of two threads takes less than 1 / 1.5 of the processor time of one alone.

    Processor time does not know who else uses the machine, but which thread takes how many parts
    does: the best call of many seconds counts. bench/scaling.py measures time that passes (1.8).
    """
    call = large_calls()[name]
    alone, shared = [], []
    end = time.monotonic() + 30
    while len(shared) < 3 or time.monotonic() < end:
        with me.use(threads=1):
            alone.append(busier(call))
        with me.use(threads=2):
            shared.append(busier(call))
        if len(shared) >= 3 and min(alone) >= 1.5 * min(shared):
            break
    else:
        if os.getloadavg()[0] > 1.5 * len(os.sched_getaffinity(0)):
            pytest.skip(f"busy: {os.getloadavg()[0]} processes want to run")
        pytest.fail(f"one thread {min(alone):.4f} s, the busier of two {min(shared):.4f} s")


@pytest.mark.skipif(
    not sysconfig.get_config_var("Py_GIL_DISABLED"), reason="an interpreter with the lock"
)
def test_the_lock_stays_off():
    assert not sys._is_gil_enabled()
