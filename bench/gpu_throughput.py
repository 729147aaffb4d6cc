"""How fast operations run on a CUDA device: bytes per second, over what a copy there reaches.

Checks each answer against the CPU first. Prints JSON; `bench/gpu_check.sh` stores it. After so many
seconds it begins no more operations and says which it left out; stopped, it prints what it has.

Run: python bench/gpu_throughput.py [--side 8192] [--seconds 600] [--emulated]
`--emulated` runs the same on the host's stand-in, to try this file where there is no GPU: its times
mean nothing.
"""

import argparse
import json
import signal
import sys
import time

import numpy as np

import maskengine as me
from maskengine import _device
from maskengine.testing import emulation


class Clock:
    """Times a call on the device: the median of several, each between two events."""

    def __init__(self, device):
        self.device = device
        self.emulated = isinstance(device, emulation.EmulatedDevice)

    def seconds(self, call, repeat=10):
        call()  # memory into the pool, kernels onto the device
        return float(np.median([self._once(call) for _ in range(1 if self.emulated else repeat)]))

    def _once(self, call):
        if self.emulated:
            start = time.perf_counter()
            call()
            return time.perf_counter() - start
        import cupy

        begin, end = cupy.cuda.Event(), cupy.cuda.Event()
        begin.record()
        call()
        end.record()
        end.synchronize()
        return cupy.cuda.get_elapsed_time(begin, end) / 1e3


def blobs(side, seed=0):
    """Draw a mask of round patches, about half foreground."""
    rng = np.random.default_rng(seed)
    coarse = rng.random((side // 64 + 2, side // 64 + 2))
    y = np.arange(side) / 64
    rows = (1 - y % 1)[:, None] * coarse[y.astype(int)] + (y % 1)[:, None] * coarse[
        y.astype(int) + 1
    ]
    columns = rows.T
    fine = (1 - y % 1)[:, None] * columns[y.astype(int)] + (y % 1)[:, None] * columns[
        y.astype(int) + 1
    ]
    return (fine.T > 0.5).astype(np.uint8)


def copy_speed(clock, device, size):
    """Give bytes read and written per second by a plain copy."""
    source = device.upload(np.zeros(size, np.uint8))
    if clock.emulated:
        return 2 * size / clock.seconds(source.get)
    target = device.empty((size,), np.uint8)

    def copy():
        target[...] = source

    return 2 * size / clock.seconds(copy)


def same(device, ours, wanted):
    if isinstance(wanted, me.Masks):
        return ours.to("cpu") == wanted
    return bool(np.array_equal(device.download(ours), wanted))


def mask_jobs(device, side):
    """Give name, call on the device, the CPU's answer, and the least bytes to read and write."""
    mask = blobs(side)
    there = device.upload(mask)
    masks = me.encode(mask)
    runs = 4 * masks.counts.size
    masks_there = masks.to("cuda")
    yield "encode", lambda: me.encode(there), masks, mask.size + runs
    yield "decode", lambda: me.decode(masks_there, dtype="u1"), mask[None], mask.size + runs
    yield "area", lambda: me.area(masks_there), me.area(masks), runs
    yield "bbox", lambda: me.bbox(masks_there), me.bbox(masks), runs
    stack = np.stack([blobs(side // 4, seed) for seed in range(8)])
    stack_there = device.upload(stack)
    logits = (stack.astype(np.float16) - np.float16(0.5)) * 4
    logits_there = device.upload(logits)
    many = me.encode(stack)
    many_there = many.to("cuda")
    many_runs = 4 * many.counts.size
    least = 2 * stack.size + many_runs
    yield "encode float16 logits", lambda: me.encode(logits_there, threshold=0.0), many, least
    yield "encode a stack", lambda: me.encode(stack_there), many, stack.size + many_runs
    yield "iou", lambda: me.iou(many_there, many_there), me.iou(many, many), many_runs
    yield "union", lambda: me.union(many_there), me.union(many), many_runs
    least = stack[0].size + many_runs
    yield "compose", lambda: me.compose(many_there), me.compose(many), least
    # 64 frames of half the side: one, moved along
    frame = blobs(side // 2, 9)
    batch = np.stack([np.roll(frame, 61 * k, axis=1) for k in range(64)])
    batch_there = device.upload(batch)
    batch_masks = me.encode(batch)
    batch_masks_there = batch_masks.to("cuda")
    batch_runs = 4 * batch_masks.counts.size
    least = batch.size + batch_runs
    yield "encode 64 frames", lambda: me.encode(batch_there), batch_masks, least
    yield "decode 64 frames", lambda: me.decode(batch_masks_there, dtype="u1"), batch, least


def map_jobs(device, side):
    """Give the same for label maps and images."""
    mask = blobs(side)
    n = mask.size
    there = device.upload(mask)
    classes = (mask + blobs(side, 1) * 2 + blobs(side, 2) * 4).astype(np.uint8)
    guess = np.where(blobs(side, 3) > 0, classes, 0).astype(np.uint8)
    classes_there, guess_there = device.upload(classes), device.upload(guess)
    names = {"dtype": np.uint32}
    yield "label", lambda: me.label(there, **names)[0], me.label(mask, **names)[0], 5 * n
    names = {"dtype": np.uint32, "kind": "labels"}
    wanted = me.label(classes, **names)[0]
    yield "label of a map", lambda: me.label(classes_there, **names)[0], wanted, 5 * n
    wanted = me.joint(classes, guess).pixels
    yield "joint", lambda: me.joint(classes_there, guess_there).pixels, wanted, 2 * n
    wanted = me.boundary(classes, 5, kind="labels")
    yield (
        "boundary of labels",
        lambda: me.boundary(classes_there, 5, kind="labels"),
        wanted,
        2 * n,
    )
    yield "flood", lambda: me.flood(there, (0, 0)).masks, me.flood(mask, (0, 0)).masks, n


def shape_jobs(side):
    """Give the same for polygons and strokes; polygons come from the host with each call."""
    rng = np.random.default_rng(0)
    line = rng.uniform(0, side, (30, 2))
    wanted = me.stroke(line, 40, (side, side))
    yield (
        "stroke",
        lambda: me.stroke(line, 40, (side, side), device="cuda"),
        wanted,
        side * side // 8,
    )
    n = max(side * side // 64, 100)  # a million at 8192
    turn = np.linspace(0, 2 * np.pi, 30, endpoint=False)
    reach = rng.uniform(20, 50, (n, 30))
    middle = rng.uniform(50, 430, (n, 1, 2))
    coords = middle + np.stack([np.cos(turn) * reach, np.sin(turn) * reach], axis=2)
    each = np.arange(n + 1)
    polygons = me.Polygons(coords.reshape(-1, 2), 30 * each, each, each)
    size = (480, 640)
    for rule in ("exact", "coco"):
        wanted = me.rasterize(polygons, size, rule)
        yield (
            f"{n} polygons, {rule}",
            lambda rule=rule: me.rasterize(polygons, size, rule, device="cuda"),
            wanted,
            coords.nbytes + 4 * wanted.counts.size,
        )


def peers(clock, device, side):
    """Give seconds of what others offer on the same device, beside ours on the same input.

    A peer that gives another answer is named, with no time.
    """
    if clock.emulated:
        return {}
    import cupyx.scipy.ndimage

    there = device.upload(blobs(side))
    structure = np.ones((3, 3), bool)
    theirs = cupyx.scipy.ndimage.label(there, structure)[0]
    if not bool((me.label(there, dtype=np.int32)[0] == theirs).all()):
        return {"cupyx.scipy.ndimage.label differs": 0.0}
    found = {
        "cupyx.scipy.ndimage.label": clock.seconds(
            lambda: cupyx.scipy.ndimage.label(there, structure), 3
        )
    }
    try:
        import torch
    except ImportError:
        return found
    stack = torch.from_numpy(np.stack([blobs(1024, seed) for seed in range(8)])).cuda()
    masks = me.encode(stack).to("cpu")
    for k, mask in enumerate(stack):
        counts = masks[k].counts.tolist()
        if _changes_in_torch(mask).tolist() != (counts if counts[0] else counts[1:]):
            return found | {"the counts in PyTorch differ": 0.0}
    stack = stack.repeat(125, 1, 1)
    found["1000 masks of 1024 x 1024: ours"] = clock.seconds(lambda: me.encode(stack), 3)
    found["1000 masks of 1024 x 1024: one by one in PyTorch"] = clock.seconds(
        lambda: [_changes_in_torch(mask) for mask in stack], 3
    )
    return found


def _changes_in_torch(mask):
    """Find the counts of one mask as the code of Segment Anything does."""
    import torch

    flat = mask.t().reshape(-1)
    change = torch.nonzero(flat[1:] ^ flat[:-1])[:, 0] + 1
    ends = torch.cat([change.new_zeros(1), change, change.new_full((1,), flat.numel())])
    return (ends[1:] - ends[:-1]).cpu()


def stop(*_):
    sys.exit("stopped before the end")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--side", type=int, default=8192)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--emulated", action="store_true")
    options = parser.parse_args()
    end = time.monotonic() + options.seconds
    signal.signal(signal.SIGTERM, stop)  # as `timeout` does
    report = {"operations": {}, "peers_milliseconds": {}}
    try:
        if options.emulated:
            with emulation.emulated_cuda("sequential") as device:
                measure(device, options.side, end, report)
        else:
            measure(_device.cuda(), options.side, end, report)
    finally:
        print(json.dumps(report, indent=2))
    wrong = [name for name, row in report["operations"].items() if not row["equals_the_cpu"]]
    if wrong:
        sys.exit(f"differs from the CPU: {', '.join(wrong)}")
    if 0.0 in report["peers_milliseconds"].values():
        sys.exit("differs from a peer")


def measure(device, side, end, report):
    """Fill in a report, row by row, until the time `end`."""
    clock = Clock(device)
    copy = copy_speed(clock, device, min(2**30, 16 * side * side))
    report |= {"device": me.devices()["cuda"], "side": side, "copy_bytes_per_second": round(copy)}
    for jobs in (map_jobs(device, side), mask_jobs(device, side), shape_jobs(side)):
        for name, call, wanted, least in jobs:
            row = report["operations"][name] = {"equals_the_cpu": same(device, call(), wanted)}
            seconds = clock.seconds(call)
            row["milliseconds"] = round(1e3 * seconds, 4)
            row["share_of_copy"] = round(least / seconds / copy, 4)
            if time.monotonic() > end:
                report["stopped_after"] = name
                return
    for name, seconds in peers(clock, device, side).items():
        report["peers_milliseconds"][name] = round(1e3 * seconds, 4)


if __name__ == "__main__":
    main()
