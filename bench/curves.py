"""What a pixel costs: against the size of a frame, and against the length of its runs.

`python bench/curves.py` measures frames of 1 to 268 megapixels of one picture, mirrored on and on,
and of 16.8 megapixels with runs from 2 pixels (coin flips) to hundreds, on one core, beside peers
and the memory limit: one read of the input, one write of the output. Answers are compared first.

    python bench/curves.py                     written to bench/results/<date>-curves.json
    python bench/curves.py --quick --json x    up to 16.8 megapixels and three lengths of runs
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

RESULTS = Path(__file__).resolve().parent / "results"
SIDES = (1024, 2048, 4096, 8192, 16_384)
SIDE = 4096  # of the frames of several densities
SIGMAS = (0, 1, 2, 4, 8, 16, 32, 64)  # of the blur of noise that makes blobs; 0 is coin flips
PEERS = ("pycocotools", "hotcoco", "rlemasklib", "opencv", "cc3d", "numpy")
LEFT_OUT = ("distance transform",)  # cost hardly depends on runs; 268 megapixels need 8 GB
SHORTEST = {"outlines": {"opencv": 3}}  # pixels of a run: coin flips take it a minute a call
LARGEST = {"numpy": 8192**2}  # pixels up to which a peer takes part: its cells take 16 bytes each


@cache
def picture() -> Any:
    """Give a mask (4096, 4096), uint8: blobs, half of it foreground."""
    from maskengine.cli._bench_jobs import blob

    return blob(SIDE)


def frame(side: int) -> Any:
    """Give a mask (side, side): a part of the picture, or the picture mirrored over and over."""
    if side <= SIDE:
        return np.ascontiguousarray(picture()[:side, :side])
    pair = np.concatenate([picture(), picture()[:, ::-1]], axis=1)
    four = np.concatenate([pair, pair[::-1]], axis=0)
    times = side // (2 * SIDE)
    return np.tile(four, (times, times))


@cache
def dense(sigma: int) -> Any:
    """Give a mask (4096, 4096) of blobs of a size: noise, blurred and cut at its mean."""
    import cv2

    noise = np.random.default_rng(8).standard_normal((SIDE, SIDE), np.float32)
    smooth = noise if sigma == 0 else cv2.GaussianBlur(noise, (0, 0), sigma)
    return (smooth > 0).astype(np.uint8)


def run_length(mask: Any) -> float:
    """Give the mean length of the runs of the rows."""
    runs = np.count_nonzero(mask[:, 1:] != mask[:, :-1]) + mask.shape[0]
    return float(mask.size / runs)


def subjects(mask: Callable[[], Any]) -> Iterator[Any]:
    from harness import Race
    from maskengine.cli import _bench_jobs

    yield from (one for one in _bench_jobs.frame_races(mask) if one.name not in LEFT_OUT)
    yield Race(
        "intersection of two",
        (),
        lambda: two(mask()),
        intersection,
        {"pycocotools": by_pycocotools, "rlemasklib": by_rlemasklib, "numpy": by_pixels},
        lambda masks: (2 * masks[0].size, masks[0].size),
    )


def two(mask: Any) -> Any:
    return mask, np.ascontiguousarray(np.roll(mask, (1, 3), (0, 1)))


def intersection(masks: Any) -> Any:
    import maskengine as me
    from harness import Job

    a, b = map(me.encode, masks)
    return Job(lambda: me.intersection(a, b), lambda found: me.area(found).tolist())


def by_pycocotools(masks: Any) -> Any:
    from pycocotools import mask as peer

    from harness import Job

    rles = [peer.encode(np.asfortranarray(mask)) for mask in masks]
    return Job(lambda: peer.merge(rles, intersect=True), lambda rle: [int(peer.area(rle))])


def by_rlemasklib(masks: Any) -> Any:
    from rlemasklib import RLEMask

    from harness import Job

    a, b = map(RLEMask.from_array, masks)
    return Job(lambda: a & b, lambda mask: [int(mask.area())])


def by_pixels(masks: Any) -> Any:
    from harness import Job

    a, b = masks
    return Job(lambda: a & b, lambda mask: [int(np.count_nonzero(mask))])


def points(places: Any, make: Callable[[Any], Any], settings: Any) -> dict[str, list[Any]]:
    """Race every subject at every place: `make` gives the mask of one."""
    import harness
    import report

    found: dict[str, list[Any]] = {}
    for place in places:
        mask = make(place)
        known = {"pixels": int(mask.size), "run_length": round(run_length(mask), 2)}
        able = tuple(p for p in PEERS if mask.size <= LARGEST.get(p, mask.size))
        for entry in subjects(lambda mask=mask: mask):
            least = SHORTEST.get(entry.name, {})
            peers = tuple(p for p in able if known["run_length"] >= least.get(p, 0))
            row = harness.race(entry, settings, peers)
            found.setdefault(entry.name, []).append({**row, **known})
            print(f"{known['pixels'] / 1e6:6.1f} MP, runs of {known['run_length']:6.1f}: ", end="")
            print(report.line(row), flush=True)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="fewer and smaller frames")
    parser.add_argument("--json", type=Path, help="where to write the numbers")
    parser.add_argument("--readme", action="store_true", help="publish.py afterwards")
    options = parser.parse_args()
    import run

    run.limit_cores(1)
    import json

    import cv2

    import harness
    import maskengine as me
    import report

    cv2.setNumThreads(1)
    settings = harness.Settings(*((0.02, 1) if options.quick else (0.1, 3)))
    sides, sigmas = (SIDES[:3], SIGMAS[::3]) if options.quick else (SIDES, SIGMAS)
    limits = {"decode_pixels": 2**30}
    with me.use(threads=1, limits=limits):
        found = report.environment(1)
        found["density"] = points(sigmas, dense, settings)
        dense.cache_clear()
        found["size"] = points(sides, frame, settings)
    target = options.json or RESULTS / f"{found['date']}-curves.json"
    target.write_text(json.dumps(found, indent=1) + "\n")
    print(f"wrote {target}")
    if options.readme:
        import publish

        publish.publish()
    return 0


if __name__ == "__main__":
    sys.exit(main())
