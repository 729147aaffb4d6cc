"""How the time of regions grows with pixels: `python bench/growth.py [operation ...]`.

Patterns that are hard on runs, each with four times the pixels of the one before. A row gives the
time at each side and how often the time before it that is. Linear is 4, and more than 5 is too
much, unless the smaller image fits a cache, or its scratch what a thread keeps, and the larger does
not. That is a step, and shows once or twice; what grows faster than the pixels goes on. So where a
ratio is more than 5, and more than that of reading and writing as many bytes and nothing else, the
row is measured once more at sides where both images are larger than the caches (--beyond). More
than 5 there, and more than that of reading and writing, ends with status 1.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

SIDES = (512, 1024, 2048, 4096)
BEYOND = (4096, 8192)  # masks of 17 and 67 MB, images of 67 and 268
LIMIT = 5.0


def checkerboard(side: int) -> Any:
    y, x = np.ogrid[:side, :side]
    return ((x + y) % 2).astype(np.uint8)


def noise(side: int) -> Any:
    return np.random.default_rng(side).integers(0, 2, (side, side), np.uint8)


def spiral(side: int) -> Any:
    """Give one line, three pixels wide and three apart, that winds from the rim to the middle."""
    mask = np.zeros((side, side), np.uint8)
    for low in range(0, side // 2 - 8, 6):
        high = side - 1 - low
        mask[low : low + 3, low:high] = mask[low:high, high - 2 : high + 1] = 1
        mask[high - 2 : high + 1, low : high + 1] = 1
        mask[low + 6 : high, low : low + 3] = mask[low + 6 : low + 9, low : low + 9] = 1
    return mask


def comb(side: int) -> Any:
    mask = np.zeros((side, side), np.uint8)
    mask[:, ::2] = 1
    mask[-1] = 1
    return mask


def star(side: int) -> Any:
    """Give rays from the middle, as many as there are pixels on a side."""
    centre = (side - 1) / 2 + 0.1
    y, x = np.ogrid[:side, :side]
    angle = np.arctan2(y - centre, x - centre) / (2 * np.pi)
    return (np.floor(angle * 2 * side) % 2).astype(np.uint8)


PATTERNS = (checkerboard, noise, spiral, comb, star)


def operations() -> dict[str, Callable[[Any], Callable[[], Any]]]:
    import maskengine as me

    def image(kind: str) -> Callable[[Any], Callable[[], Any]]:
        def make(mask: Any) -> Callable[[], Any]:
            out = np.ones(mask.shape, np.int32)
            return lambda: me.label(mask, kind=kind, out=out)

        return make

    def classes(mask: Any) -> Any:
        return mask + np.uint8(1)

    def batch(call: Callable[[Any], Any]) -> Callable[[Any], Callable[[], Any]]:
        def make(mask: Any) -> Callable[[], Any]:
            masks = me.encode(mask)
            return lambda: call(masks)

        return make

    return {
        "label stats": lambda m: lambda: me.label(m, stats=True, output="none"),
        "label stats 4": lambda m: lambda: me.label(m, 4, stats=True, output="none"),
        "label int32": image("mask"),
        "label map int32": lambda m: image("labels")(classes(m)),
        "label masks": batch(lambda m: me.label(m, stats=True, output="none")),
        "split": lambda m: lambda: me.split(m),
        "hole_tree": lambda m: lambda: me.hole_tree(m),
        "remove_small": lambda m: lambda: me.remove_small(m, 3),
        "fill_holes": lambda m: lambda: me.fill_holes(m),
        "dilate": lambda m: lambda: me.dilate(m, 3),
        "dilate masks": batch(lambda m: me.dilate(m, 3)),
        "boundary": lambda m: lambda: me.boundary(m, 2),
        "boundary masks": batch(lambda m: me.boundary(m, 2)),
        "boundary map": lambda m: lambda: me.boundary(m, 2, kind="labels"),
    }


def fill_image(mask: Any) -> Callable[[], Any]:
    """Read the mask and write an image that is there already."""
    out = np.ones(mask.shape, np.int32)
    return lambda: (mask.max(), out.fill(1))


def copy(mask: Any) -> Callable[[], Any]:
    """Read the mask and write an array that the system has to hand out."""
    return mask.copy


def read(mask: Any) -> Callable[[], Any]:
    return mask.max


def statistics(mask: Any) -> Callable[[], Any]:
    """Write what is gathered of 4-connected components and given of them, to new memory."""
    import maskengine as me

    _, n, _ = me.label(mask, 4, stats=True, output="none")
    words = 11 * int(np.sum(n))  # of 8 bytes: what the statistics of each take
    return lambda: [np.empty(words, np.uint64).fill(1) for _ in range(2)]


FLOORS = {
    "label stats 4": statistics,
    **dict.fromkeys(("label int32", "label map int32"), fill_image),
    **dict.fromkeys(("remove_small", "fill_holes", "dilate", "boundary", "boundary map"), copy),
    "split": read,
}


def seconds(job: Callable[[], Any], budget: float) -> float:
    """Give the least processor time of a call."""
    job()
    best, spent, rounds = float("inf"), 0.0, 0
    while spent < budget or rounds < 3:
        start = time.process_time()
        job()
        took = time.process_time() - start
        best, spent, rounds = min(best, took), spent + took, rounds + 1
    return best


def growth(times: list[float]) -> Iterator[float]:
    return (b / a for a, b in itertools.pairwise(times))


def line(name: str, times: list[float]) -> str:
    each = "".join(f"{1e3 * t:10.3f}" for t in times)
    return f"{name:<32}{each}   " + "".join(f"{r:6.2f}" for r in growth(times))


def measured(
    make: Callable[[Any], Callable[[], Any]],
    pattern: Callable[[int], Any],
    sides: tuple[int, ...],
    budget: float,
) -> list[float]:
    return [seconds(make(pattern(side)), budget) for side in sides]


def limit_beyond(
    name: str, pattern: Callable[[int], Any], sides: tuple[int, ...], budget: float
) -> float:
    """Give the limit, or what reading and writing alone come to: a mask may still fit a cache."""
    if name not in FLOORS:
        return LIMIT
    floor = measured(FLOORS[name], pattern, sides, budget)
    print(line(f"  {FLOORS[name].__name__} alone", floor), flush=True)
    return max(LIMIT, *growth(floor))


def _is_wanted(title: str, parts: list[str]) -> bool:
    return not parts or any(part in title for part in parts)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("operations", nargs="*", help="parts of names of operations or patterns")
    parser.add_argument("--seconds", type=float, default=0.1, help="spent on each time, about")
    parser.add_argument(
        "--beyond", type=int, nargs=2, default=BEYOND, help="sides of a pair beyond the caches"
    )
    options = parser.parse_args()
    beyond = tuple(options.beyond)
    import maskengine as me

    over = []
    print(f"{'milliseconds at side':<32}" + "".join(f"{side:10}" for side in SIDES))
    with me.use(threads=1):
        for name, make in operations().items():
            titles = {pattern: f"{name}, {pattern.__name__}" for pattern in PATTERNS}
            wanted = [p for p, t in titles.items() if _is_wanted(t, options.operations)]
            allowed = [LIMIT] * (len(SIDES) - 1)
            if wanted and name in FLOORS:
                floor = measured(FLOORS[name], noise, SIDES, options.seconds)
                print(line(f"  {FLOORS[name].__name__} alone", floor))
                allowed = [max(LIMIT, ratio) for ratio in growth(floor)]
            for pattern in wanted:
                times = measured(make, pattern, SIDES, options.seconds)
                print(line(titles[pattern], times), flush=True)
                if all(r <= a for r, a in zip(growth(times), allowed, strict=True)):
                    continue
                times = measured(make, pattern, beyond, options.seconds)
                print(line(f"  at {beyond[0]} and {beyond[1]}", times), flush=True)
                if max(growth(times)) > limit_beyond(name, pattern, beyond, options.seconds):
                    over.append(titles[pattern])
    print(f"more than {LIMIT:g} times as long: {', '.join(over) or 'none'}")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
