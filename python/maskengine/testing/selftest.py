"""The tests that ship with the package: seconds, NumPy alone, on the machine where it will run.

Every operation that a front end or a converter rests on is compared with a slow NumPy truth, at
each CPU level that the machine has and on one and several threads. What the extra ``io`` brings is
checked where it is installed.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import platform
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

import maskengine as me
from maskengine.testing import editing, oracles, regions

#: SHA-256 of the compressed counts, one a line, that pycocotools 2.0.11 gives for the annotations
#: of the bundled sample: ``merge(frPyObjects(segmentation, height, width))``.
PYCOCOTOOLS_SAMPLE = "9a944ec340746c7811471da90cdbfd20e1e52e02ae183a042c6048b6e074acac"

Array = npt.NDArray[Any]


class Skipped(Exception):  # noqa: N818 - no error
    """A check that cannot be made here, with the reason."""


def check(condition: Any, what: str) -> None:
    """Fail, also where Python drops assertions, unless the condition holds."""
    if not condition:
        raise AssertionError(what)


def check_same(ours: Any, wanted: Any, what: str) -> None:
    """Fail unless both arrays are equal in shape and every value."""
    check(np.array_equal(np.asarray(ours), np.asarray(wanted)), what)


def scenes() -> Iterator[Array]:
    """Give stacks (N, H, W) of blobs, noise, stripes, nothing and all, of awkward sizes."""
    rng = np.random.default_rng(20)
    for height, width in ((1, 1), (1, 130), (65, 1), (7, 9), (64, 64), (63, 131), (200, 257)):
        y, x = np.mgrid[:height, :width]
        stack = [np.zeros((height, width), bool), np.ones((height, width), bool), (x + y) % 2 == 0,
                 rng.random((height, width)) < 0.5, x % 3 == 0]  # fmt: skip
        for _ in range(4):
            cy, cx, r = rng.random(3) * (height, width, max(height, width) / 2)
            stack.append((y - cy) ** 2 + (x - cx) ** 2 < r**2)
        yield np.array(stack)


def codec() -> None:
    """Check encode, decode, the text of COCO and what is read back from it."""
    for stack in scenes():
        masks = me.encode(stack)
        check(masks == oracles.encode(stack), "encode")
        for array in (np.ascontiguousarray(stack), np.asfortranarray(stack)):
            check(me.encode(array * np.uint8(255)) == masks, "encode of uint8")
        check_same(me.decode(masks), stack, "decode")
        check_same(me.decode(masks, order="F"), stack, "decode in column order")
        for compressed in (True, False):
            dicts = masks.to_coco(compressed=compressed)
            check(me.Masks.from_coco(json.loads(json.dumps(dicts))) == masks, "COCO dictionaries")
    known = {
        "size": [3, 4],
        "counts": "522N1",
    }  # by hand; from the fourth on: less the last but one
    lists = me.Masks.from_coco(known).to_coco(compressed=False)
    check(lists[0]["counts"] == [5, 2, 2, 0, 3], f"the text of COCO: {lists}")


def measures() -> None:
    """Check area, box, centroid, IoU and membership."""
    for stack in scenes():
        masks, flat = me.encode(stack), stack.reshape(len(stack), -1).astype(np.int64)
        areas = flat.sum(1)
        check_same(me.area(masks), areas, "area")
        check_same(me.bbox(masks, format="xyxy"), oracles.bbox(masks), "bbox")
        common = flat @ flat.T
        either = areas[:, None] + areas - common
        wanted = np.divide(common, either, out=np.zeros(common.shape), where=either > 0)
        check(np.allclose(me.iou(masks, masks), wanted, rtol=1e-12, atol=0), "iou")
        points = np.argwhere(stack[3])[:, ::-1][:50]
        if len(points):
            check(me.contains(masks[3], points + 0.5).all(), "contains")


def set_algebra() -> None:
    """Check union, intersection, difference, symmetric difference and complement."""
    functions: list[tuple[Callable[..., Any], Callable[..., Any]]] = [
        (me.union, np.logical_or),
        (me.intersection, np.logical_and),
        (me.symmetric_difference, np.logical_xor),
        (me.difference, lambda a, b: a & ~b),
    ]
    for stack in scenes():
        a, b = stack, np.roll(stack, 1, axis=0)
        first, second = me.encode(a), me.encode(b)
        for ours, slow in functions:
            check(ours(first, second) == oracles.encode(slow(a, b)), ours.__name__)
        check(me.complement(first) == oracles.encode(~a), "complement")
        check(me.union(first) == oracles.encode([a.any(axis=0)]), "union of a batch")


def transforms() -> None:
    """Check flip, rot90, transpose, crop, pad and shift."""
    for stack in scenes():
        masks = me.encode(stack)
        height, width = stack.shape[1:]
        check(me.transpose(masks) == oracles.encode(m.T for m in stack), "transpose")
        check(me.rot90(masks) == oracles.encode(np.rot90(m) for m in stack), "rot90")
        check(me.flip(masks, "horizontal") == oracles.encode(stack[:, :, ::-1]), "flip")
        box = [width // 3, height // 4, width, height - height // 5]
        cut = stack[:, box[1] : box[3], box[0] : box[2]]
        check(me.crop(masks, box) == oracles.encode(cut), "crop")
        padded = np.pad(stack, ((0, 0), (1, 2), (3, 4)))
        check(me.pad(masks, 1, 2, 3, 4) == oracles.encode(padded), "pad")


def components() -> None:
    """Check label, statistics and dilation."""
    numbered: Callable[..., Any] = me.label
    for stack in scenes():
        for connectivity in (4, 8):
            for mask in stack[:, :40, :67]:
                image, n = numbered(mask, connectivity)
                wanted, count = regions.components(mask, connectivity)
                check(n == count, f"components: {n}, expected {count}")
                check_same(image, wanted, "label")
        grown = np.pad(stack, ((0, 0), (1, 1), (1, 1)))
        shifted = [np.roll(grown, (dy, dx), (1, 2)) for dy in (-1, 0, 1) for dx in (-1, 0, 1)]
        wanted_masks = oracles.encode(np.any(shifted, axis=0)[:, 1:-1, 1:-1])
        check(me.dilate(me.encode(stack), 1, shape="square") == wanted_masks, "dilate")


def polygons() -> None:
    """Check the rule "exact" at pixel centres, and that polygonize and rasterize are inverse."""
    rng = np.random.default_rng(21)
    for size in ((20, 30), (65, 64), (128, 200)):
        rings = [rng.integers(-40, 8 * max(size), (n, 2)) / 8 + 1 / 16 for n in (3, 4, 7, 30)]
        masks = me.rasterize(me.Polygons.from_arrays(rings), size)
        check(masks == oracles.encode(even_odd(ring, size) for ring in rings), "rasterize")
    for stack in scenes():
        masks = me.encode(stack)
        again = me.rasterize(me.polygonize(masks), stack.shape[1:])
        check(again == masks, "rasterize of polygonize")


def even_odd(ring: Array, size: tuple[int, int]) -> Array:
    """Fill by crossings left of each pixel's centre; vertices lie off all centres' rows."""
    y, x = np.mgrid[: size[0], : size[1]] + 0.5
    inside = np.zeros(size, bool)
    for (x0, y0), (x1, y1) in zip(ring, np.roll(ring, -1, axis=0), strict=True):
        if y0 != y1:
            spans = (y0 > y) != (y1 > y)
            # exact: all are multiples of 1/16 below 2^11
            side = (x - x0) * (y1 - y0) - (x1 - x0) * (y - y0)
            inside ^= spans & ((side >= 0) if y1 > y0 else (side <= 0))
    return inside


def coco_rule() -> None:
    """Check the bundled sample of LVIS against what pycocotools makes of it."""
    document = json.loads((resources.files("maskengine") / "data/lvis_val_20.json").read_text())
    sizes = {image["id"]: (image["height"], image["width"]) for image in document["images"]}
    rows = document["annotations"]
    shapes = me.Polygons.from_coco([row["segmentation"] for row in rows])
    masks = me.rasterize(shapes, [sizes[row["image_id"]] for row in rows], "coco")
    text = hashlib.sha256()
    for row in masks.to_coco():
        text.update(row["counts"].encode() + b"\n")
    check(text.hexdigest() == PYCOCOTOOLS_SAMPLE, 'rule "coco": other masks than pycocotools')


def editor() -> None:
    """Check flood, a stroke of the brush, its undo and its redo."""
    rng = np.random.default_rng(22)
    image = rng.integers(0, 4, (40, 50)).astype(np.uint8)
    found = me.flood(image, [(20, 10)], tolerance=1)
    wanted = editing.flood(image, [(20, 10)], ([1], [1]), "fixed", 4)
    check_same(me.decode(found.masks)[0], wanted, "flood")
    label_map = np.zeros((60, 80), np.uint8)
    canvas = me.Canvas(label_map)
    points = [(5.5, 7.25), (30.0, 40.5), (70.25, 11.0)]
    canvas.begin(3)
    canvas.extend(points, 6.5)
    canvas.end()
    drawn = label_map.copy()
    check_same(drawn == 3, editing.stroke(points, [6.5] * 3, (60, 80), "disk"), "stroke")
    canvas.undo()
    check(not label_map.any(), "undo")
    canvas.redo()
    check_same(label_map, drawn, "redo")


def bad_input() -> None:
    """Check that malformed input is refused by name, and nothing else happens."""
    good = me.encode(np.ones((2, 3), bool))
    calls: list[Callable[[], Any]] = [
        lambda: me.Masks([2, 3], [0, 2], [(2, 3)]),
        lambda: me.Masks.from_coco({"size": [2, 3], "counts": "7~"}),
        lambda: me.Masks.from_coco({"size": [-2, 3], "counts": [6]}),
        lambda: me.Polygons([(0, 0), (1, np.nan), (2, 2)], [0, 3]),
        lambda: me.encode(np.array(["a"])),
        lambda: me.decode(good, out=np.zeros((1, 3, 3), bool)),
        lambda: me.union(good, me.encode(np.ones((3, 2), bool))),
        lambda: me.dilate(good, -1),
    ]
    for number, call in enumerate(calls):
        try:
            call()
        except me.MaskError:
            continue
        check(condition=False, what=f"bad input {number} was taken")


def files() -> None:
    """Convert the bundled sample to Parquet and back."""
    missing = [name for name in ("pyarrow", "msgspec", "PIL", "yaml")
               if importlib.util.find_spec(name) is None]  # fmt: skip
    if missing:
        raise Skipped(f"no {', '.join(missing)}: pip install maskengine[io]")
    from maskengine.convert import convert  # noqa: PLC0415 - an extra

    with (
        tempfile.TemporaryDirectory(prefix="maskengine-") as folder,
        resources.as_file(resources.files("maskengine") / "data/lvis_val_20.json") as source,
    ):
        store, back = Path(folder, "a.parquet"), Path(folder, "a.json")
        convert(source, store)
        convert(store, back)
        before, after = (json.loads(path.read_text()) for path in (Path(source), back))
        check(before == after, "a file came back changed")


KERNELS = (codec, measures, set_algebra, transforms, components, polygons, coco_rule, editor)
ONCE = (bad_input, files)


def main(arguments: list[str] | None = None) -> int:
    """Run all checks; give 1 when one failed."""
    parser = argparse.ArgumentParser(prog="python -m maskengine.testing", description=__doc__)
    parser.add_argument("--verbose", action="store_true", help="a line for each check")
    options = parser.parse_args(arguments)
    print(f"maskengine {me.__version__} in {Path(me.__file__).parent}")  # noqa: T201
    print(f"Python {platform.python_version()}, NumPy {np.__version__}, {platform.platform()}")  # noqa: T201
    started, results = time.perf_counter(), []
    for level in me.cpu_levels():
        for threads in (1, 3):
            where = f"{level}, {threads} threads"
            with me.use(level=level, threads=threads):
                results += [_outcome(one, where, options.verbose) for one in KERNELS]
    results += [_outcome(one, "", verbose=True) for one in ONCE]
    seconds = time.perf_counter() - started
    left_out = f", {results.count(None)} left out" if None in results else ""
    print(  # noqa: T201
        f"{results.count(True)} of {len(results)} checks passed{left_out} in {seconds:.1f} s"
    )
    return 1 if False in results else 0


def _outcome(one: Callable[[], None], where: str, verbose: bool) -> bool | None:
    """Run a check: True when it passed, None when it cannot be made here."""
    started = time.perf_counter()
    name = f"{one.__name__} ({where})" if where else one.__name__
    try:
        one()
    except Skipped as reason:
        print(f"left out {name}: {reason}")  # noqa: T201
        return None
    except Exception:  # noqa: BLE001 - whatever it is, the other checks go on
        print(f"FAILED   {name}", traceback.format_exc(), sep="\n", file=sys.stderr)  # noqa: T201
        return False
    if verbose:
        print(f"ok       {name}, {time.perf_counter() - started:.2f} s")  # noqa: T201
    return True
