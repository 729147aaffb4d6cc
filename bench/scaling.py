"""How much faster batches are on two threads: `python bench/scaling.py [operation ...]`.

Calls with one and two threads take turns; the ratio is of the best times. `ideal` is processor time
alone: of the call on one thread over that of the busier of two threads, so what two free cores
would give. `even` is twice the time on one thread over that of both, so what they would give if
each did half: it leaves out who waits for whom, which a busy machine decides. Less than 1.8 in the
first two ends with status 1.

Three references are what the machine gives: `alu` computes and touches no memory, `read` takes the
largest of as many bytes as `area` and `bbox` read, `copy` copies. Each is one call on all, or two
threads with half each. Where `read` is below 1.8, so are `area` and `bbox`, which read no less.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np

LIMIT = 1.8
SIZE = (1080, 1920)
N = 48
REFERENCES = ("alu", "read", "copy")


def blobs(n: int, seed: int) -> Any:
    """Give n images of a few hundred spots each."""
    random = np.random.default_rng(seed)
    coarse = random.random((n, SIZE[0] // 15, SIZE[1] // 15)) < 0.3
    stack = coarse.repeat(15, axis=1).repeat(15, axis=2)
    stack[random.random(stack.shape) < 1e-4] ^= True
    return stack


def stars(n: int, vertices: int) -> Any:
    import maskengine as me

    angle = np.linspace(0, 2 * np.pi, vertices, endpoint=False)
    far = np.where(np.arange(vertices) % 2, 500.0, 380.0)
    ring = np.stack([960 + 1.6 * far * np.cos(angle), 540 + far * np.sin(angle)], axis=1)
    return me.Polygons.from_coco([[(ring + i / n).ravel().tolist()] for i in range(n)])


def halves(work: Callable[[int, int], Any], n: int) -> Callable[[int], None]:
    """Give work(0, n) on one thread, or on each of two threads a half of it."""

    def call(threads: int) -> None:
        if threads == 1:
            work(0, n)
            return
        other = threading.Thread(target=work, args=(n // 2, n))
        other.start()
        work(0, n // 2)
        other.join()

    return call


def references(stack: Any, counts: Any) -> dict[str, Callable[[int], None]]:
    """Give what the machine does without the engine: each gives up the interpreter's lock."""
    out = np.empty_like(stack)
    rounds = 40_000
    return {
        "alu": halves(lambda a, b: hashlib.pbkdf2_hmac("sha256", b"a", b"b", b - a), rounds),
        "read": halves(lambda a, b: counts[a:b].max(), len(counts)),
        "copy": halves(lambda a, b: np.copyto(out[a:b], stack[a:b]), len(stack)),
    }


def operations() -> dict[str, Callable[[int], Any]]:
    import maskengine as me

    stack = blobs(N, 1)
    maps = np.ascontiguousarray(blobs(N, 2).astype(np.uint8))
    masks, many = me.encode(stack), me.Masks.concatenate([me.encode(blobs(N, 5))] * 40)
    some = masks[:24]
    outlines = stars(N, 600)
    large = np.ascontiguousarray(blobs(4, 7).reshape(2, 2, *SIZE).swapaxes(1, 2))
    large = large.reshape(2 * SIZE[0], 2 * SIZE[1]).view(np.uint8)
    out = np.empty_like(stack)

    def with_threads(call: Callable[[], Any]) -> Callable[[int], Any]:
        def run(threads: int) -> Any:
            with me.use(threads=threads):
                return call()

        return run

    calls = {
        "encode": lambda: me.encode(stack),
        "encode_one": lambda: me.encode(large),
        "decode": lambda: me.decode(masks, out=out),
        "area": lambda: me.area(many),
        "bbox": lambda: me.bbox(many),
        "iou": lambda: me.iou(some, masks),
        "union": lambda: me.union(masks, masks[::-1]),
        "label": lambda: [me.label(m, kind="labels") for m in maps[:4]],
        "label_large": lambda: me.label(large, kind="labels"),
        "label_masks": lambda: me.label(masks),
        "rasterize": lambda: me.rasterize(outlines, SIZE),
        "rasterize_dense": lambda: me.rasterize(outlines, SIZE, out="dense"),
        "polygonize": lambda: me.polygonize(masks),
        "dilate": lambda: me.dilate(masks, 5, "disk"),
    }
    ours = {name: with_threads(call) for name, call in calls.items()}
    return ours | references(stack, many.counts)


def timed(call: Callable[[int], Any], threads: int) -> tuple[float, float, float]:
    """Give wall time, processor time of this thread, and of the process."""
    wall, own, whole = time.perf_counter(), time.thread_time(), time.process_time()
    call(threads)
    return (
        time.perf_counter() - wall,
        time.thread_time() - own,
        time.process_time() - whole,
    )


def ratios(call: Callable[[int], Any], seconds: float) -> tuple[float, float, float, float]:
    """Give the best time of one thread in ms, and the three ratios."""
    call(1)
    call(2)
    one, two, one_busy, two_busy, both = [], [], [], [], []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(one) < 5:
        wall, _, whole = timed(call, 1)
        one.append(wall)
        one_busy.append(whole)
        wall, own, whole = timed(call, 2)
        two.append(wall)
        two_busy.append(max(own, whole - own))
        both.append(whole)
    busy = min(one_busy)
    return 1e3 * min(one), min(one) / min(two), busy / min(two_busy), 2 * busy / min(both)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("operations", nargs="*")
    parser.add_argument("--seconds", type=float, default=3.0, help="for each operation")
    chosen = parser.parse_args()
    if len(os.sched_getaffinity(0)) < 2:
        print("one core only: nothing to compare")
        return 2
    failed = []
    print(f"{'':18}{'one thread':>12} {'two':>7} {'ideal':>7} {'even':>7}")
    for name, call in operations().items():
        if chosen.operations and name not in chosen.operations:
            continue
        ms, ratio, ideal, even = ratios(call, chosen.seconds)
        print(f"{name:18}{ms:9.2f} ms {ratio:6.2f}x {ideal:6.2f}x {even:6.2f}x", flush=True)
        if name not in REFERENCES and max(ratio, ideal) < LIMIT:
            failed.append(name)
    if failed:
        print(f"less than {LIMIT}:", *failed)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
