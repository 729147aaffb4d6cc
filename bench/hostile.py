"""The hostile corpus on this engine and on the peers, case by case.

Run: python bench/hostile.py --write   (docs/reliability.md between its marks, and the rows)

Each call is in a process of its own: 4 GiB of address space, 10 s of processor time. A peer gets
the cases whose operation it has, through the thin adapters below, as its users call it.
"""

import argparse
import json
import os
import sys
from collections import Counter
from importlib.metadata import version
from pathlib import Path

import numpy as np

from maskengine.testing import hostile

ROOT = Path(__file__).resolve().parents[1]
PAGE, ROWS = ROOT / "docs" / "reliability.md", ROOT / "bench" / "results" / "hostile.json"
MARKS = "<!-- table: begin -->", "<!-- table: end -->"
GOOD = {"OK", "ERR"}


def cocoapi(mask):
    """Give the operations of a module with the COCO API's functions."""

    def counts(rle):  # by the adapter: what the text says, read by ours, which is checked elsewhere
        import maskengine as me

        return me.Masks.from_coco([rle]).counts.tolist()

    def text(rle):
        counts = rle["counts"] if isinstance(rle, dict) else None
        if isinstance(counts, list):  # users call this first
            return mask.frPyObjects(rle, *rle["size"])
        if isinstance(counts, str):
            return {**rle, "counts": counts.encode()}
        return rle

    def array(value):
        is_whole = hasattr(value, "dtype") and value.dtype.kind in "bui"
        return np.asfortranarray(value, dtype=np.uint8) if is_whole else value

    def rasterize(rings, size):
        return int(mask.area(mask.merge(mask.frPyObjects(rings, *size))))

    return {
        "decode": lambda rle: mask.decode(text(rle)),
        "encode": lambda image: counts(mask.encode(array(image))),
        "area": lambda rle: int(mask.area(text(rle))),
        "bbox": lambda rle: np.asarray(mask.toBbox(text(rle))).tolist(),
        "merge": lambda rles, how: counts(mask.merge([text(r) for r in rles], how != "union")),
        "iou": lambda a, b, crowd: mask.iou([text(r) for r in a], [text(r) for r in b], crowd),
        "rasterize": rasterize,
    }


def rlemasklib():
    import rlemasklib as lib

    def text(rle):
        counts = rle["counts"] if isinstance(rle, dict) else None
        if isinstance(counts, list):
            return lib.RLEMask.from_counts(counts, rle["size"]).to_dict()
        return {**rle, "counts": counts.encode()} if isinstance(counts, str) else rle

    def rasterize(rings, size):
        masks = [lib.RLEMask.from_polygon(np.reshape(r, (-1, 2)), tuple(size)) for r in rings]
        return int(lib.RLEMask.union(masks).area())

    def label(image, connectivity):
        mask = lib.RLEMask.from_array(np.asarray(image) != 0)
        parts = mask.connected_components(connectivity)
        return None, len(parts)

    join = {"union": lib.union, "intersection": lib.intersection}
    return {
        "decode": lambda rle: lib.decode(text(rle)),
        "encode": lambda image: lib.RLEMask.from_array(image).counts.tolist(),
        "area": lambda rle: int(lib.area(text(rle))),
        "bbox": lambda rle: np.asarray(lib.to_bbox(text(rle))).tolist(),
        "merge": lambda rles, how: lib.RLEMask.from_dict(
            join[how]([text(r) for r in rles])).counts.tolist(),
        "iou": lambda a, b, crowd: np.asarray(lib.RLEMask.iou_matrix(  # noqa: ARG005 - has none
            [lib.RLEMask.from_dict(text(r)) for r in a],
            [lib.RLEMask.from_dict(text(r)) for r in b])),
        "rasterize": rasterize,
        "label": label,
        "dilate": lambda mask, radius: lib.RLEMask.from_array(mask).dilate(
            kernel_size=2 * radius + 1).to_array(),
    }  # fmt: skip


def opencv():
    import cv2

    def rasterize(rings, size):
        canvas = np.zeros(size, np.uint8)
        with np.errstate(invalid="ignore"):
            rounded = [np.asarray(ring, float).reshape(-1, 1, 2).astype(np.int32) for ring in rings]
        cv2.fillPoly(canvas, rounded, 1)
        return int(canvas.sum())

    def label(image, connectivity):
        n, labels = cv2.connectedComponents(image, connectivity=connectivity)
        return labels, n - 1

    def flood(image, seed, tolerance):
        seen = np.zeros((image.shape[0] + 2, image.shape[1] + 2), np.uint8)
        flags = 4 | cv2.FLOODFILL_FIXED_RANGE | cv2.FLOODFILL_MASK_ONLY
        return cv2.floodFill(image, seen, seed, 0, tolerance, tolerance, flags)[0]

    def dilate(mask, radius):
        side = 2 * radius + 1
        return cv2.dilate(mask, np.ones((side, side), np.uint8), borderValue=0)

    def outlines(mask):
        return len(cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)[0])

    def read_png(data):
        image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
        if image is None:  # as its users check
            raise ValueError("imdecode gave nothing")
        return image

    return {"rasterize": rasterize, "label": label, "flood": flood, "dilate": dilate,
            "outlines": outlines, "read_png": read_png}  # fmt: skip


def skimage():
    from skimage import draw, measure, morphology, segmentation

    def rasterize(rings, size):
        canvas = np.zeros(size, bool)
        for ring in rings:
            points = np.asarray(ring, float).reshape(-1, 2)
            canvas |= draw.polygon2mask(size, points[:, ::-1])
        return int(canvas.sum())

    def label(image, connectivity):
        return measure.label(image, connectivity=connectivity // 4, return_num=True)

    def flood(image, seed, tolerance):
        return int(segmentation.flood(image, seed[::-1], connectivity=1, tolerance=tolerance).sum())

    def dilate(mask, radius):
        return morphology.dilation(mask, morphology.footprint_rectangle((2 * radius + 1,) * 2))

    return {"rasterize": rasterize, "label": label, "flood": flood, "dilate": dilate,
            "outlines": lambda mask: len(measure.find_contours(np.pad(mask, 1), 0.5))}  # fmt: skip


def pycocotools():
    from pycocotools import mask

    return cocoapi(mask)


def faster_coco_eval():
    from faster_coco_eval.core import mask

    return cocoapi(mask)


def hotcoco():
    import hotcoco

    return cocoapi(hotcoco.mask)


PEERS = {  # name on PyPI -> adapters
    "pycocotools": pycocotools,
    "faster-coco-eval": faster_coco_eval,
    "rlemasklib": rlemasklib,
    "hotcoco": hotcoco,
    "opencv-python-headless": opencv,
    "scikit-image": skimage,
}


def installed(name):
    for distribution in (name, name.removesuffix("-headless"), "opencv-contrib-python"):
        try:
            return f"{name.split('-python')[0]} {version(distribution)}"
        except ImportError:
            continue
    raise SystemExit(f"{name} is not installed")


def run_all(jobs):
    """Give, engine by engine, the outcome of each case that it has."""
    found = {}
    engines = {"maskengine": (lambda: hostile.CALLS, True)}
    engines |= {name: (make, False) for name, make in PEERS.items()}
    for name, (make, is_ours) in engines.items():
        shown = f"maskengine {version_of_ours()}" if is_ours else installed(name)
        rows = list(hostile.run(hostile.cases(), make(), is_ours=is_ours, jobs=jobs))
        found[shown] = {row.name: [row.outcome, row.cpu, row.rss >> 20] for row in sorted(rows)}
        print(shown, Counter(row.outcome for row in rows), flush=True)
    return found


def version_of_ours():
    import maskengine as me

    return me.__version__


def lines_of(found):
    """Write the tables of the page."""
    yield f"Versions: {', '.join(found)}; Python {sys.version.split()[0]}."
    yield ""
    yield f"| engine | cases | {' | '.join(hostile.OUTCOMES)} | right or clear error |"
    yield "|---|" + "---:|" * (len(hostile.OUTCOMES) + 2)
    for engine, rows in found.items():
        counts = Counter(outcome for outcome, *_ in rows.values())
        good = sum(counts[outcome] for outcome in GOOD)
        cells = " | ".join(str(counts[outcome] or "") for outcome in hostile.OUTCOMES)
        yield f"| {engine} | {len(rows)} | {cells} | {100 * good / len(rows):.1f} % |"
    ours, *peers = found
    shared = [name for name in found[ours] if any(name in found[peer] for peer in peers)]
    differ = [n for n in shared if any(found[p].get(n, ["OK"])[0] not in GOOD for p in peers)]
    yield ""
    yield (f"{len(found[ours])} cases, of which {len(shared)} are of an operation that a peer has. "
           f"All that have it handle {len(shared) - len(differ)} of those rightly; these separate "
           "(a dash: no such operation):")  # fmt: skip
    yield ""
    yield "| case | " + " | ".join(engine.split()[0] for engine in found) + " |"
    yield "|---|" + "---|" * len(found)
    for name in differ:
        cells = (found[engine].get(name, ["-"])[0] for engine in found)
        yield f"| {name.replace('|', ' ')} | {' | '.join(cells)} |"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="write the page and the rows")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    found = run_all(options.jobs)
    text = "\n".join(lines_of(found))
    if not options.write:
        print(text)
        return
    ROWS.write_text(json.dumps(found, indent=0, sort_keys=True) + "\n", encoding="utf-8")
    before, rest = PAGE.read_text(encoding="utf-8").split(MARKS[0])
    after = rest.split(MARKS[1])[1]
    PAGE.write_text(f"{before}{MARKS[0]}\n{text}\n{MARKS[1]}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
