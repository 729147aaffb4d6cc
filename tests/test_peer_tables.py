"""docs/peers.md names every public mask function of three libraries, and what it says runs.

Covers: docs/peers.md. Compares against: rlemasklib; faster-coco-eval and supervision where they are
installed, and the lists of their functions in tests/data. Run: pytest tests/test_peer_tables.py
"""

import importlib
import inspect
import re
from pathlib import Path

import numpy as np
import pytest

import maskengine as me

PAGE = Path(__file__).resolve().parents[1] / "docs" / "peers.md"
DATA = Path(__file__).parent / "data"

# Public names of rlemasklib that are not in the tables, with the reason.
LEFT_OUT = {
    "rlemasklib.RLEMask": "the class has a table of its own",
    "rlemasklib.oop": "a module",
    "rlemasklib.oop_cython": "a module",
    "rlemasklib.rlemasklib_cython": "a module",
    "RLEMask.cy": "the native object inside",
}


def rows():
    """Give (their names, our cell) of every row of every table."""
    found = []
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split(" | ")]
        if not line.startswith("| `"):
            continue
        assert len(cells) in (2, 3), f"a cell holds a bar: {line}"
        found.append((re.findall(r"`([^`]+)`", cells[0]), cells[1].rstrip(" |")))
    return found


ROWS = rows()
NAMED = {name for names, _ in ROWS for name in names}


def stored(file):
    lines = (DATA / file).read_text(encoding="utf-8").splitlines()
    return {line for line in lines if line and line[0] not in "#-"}, {
        line[2:].split(":")[0] for line in lines if line.startswith("- ")
    }


def public(thing):
    return {name for name in dir(thing) if not name.startswith("_")}


def functions_of(module):
    return {
        name
        for name, value in vars(module).items()
        if inspect.isfunction(value) and not name.startswith("_")
    }


def check_complete(prefix, wanted):
    missing = {f"{prefix}.{name}" for name in wanted} - NAMED - set(LEFT_OUT)
    assert not missing, f"not in the tables: {sorted(missing)}"
    unknown = {name for name in NAMED if name.startswith(prefix + ".")}
    unknown -= {f"{prefix}.{name}" for name in wanted}
    assert not unknown, f"in the tables, and not in the library: {sorted(unknown)}"


def test_rlemasklib_is_complete():
    import rlemasklib

    assert len(public(rlemasklib.RLEMask)) > 80  # or the check below says nothing
    check_complete("RLEMask", public(rlemasklib.RLEMask))
    check_complete("rlemasklib", public(rlemasklib))


def test_faster_coco_eval_is_complete():
    wanted, _ = stored("faster_coco_eval_masks.txt")
    check_complete("mask", wanted)
    try:
        module = importlib.import_module("faster_coco_eval.core.mask")
    except ImportError:
        return  # the stored list stands for it
    own = {name for name, value in vars(module).items() if callable(value) and name[0].islower()}
    assert own == wanted


def test_supervision_is_complete():
    wanted, left_out = stored("supervision_masks.txt")
    check_complete("sv", wanted)
    try:
        modules = [
            importlib.import_module(f"supervision.detection.utils.{name}")
            for name in ("masks", "converters", "iou_and_nms", "polygons")
        ]
    except ImportError:
        return  # the stored list stands for it
    own = {
        name
        for module in modules
        for name in functions_of(module)
        if vars(module)[name].__module__ == module.__name__
    }
    assert own - left_out == wanted - {"CompactMask"}


@pytest.mark.parametrize("names", [" ".join(names) for names, _ in ROWS])
def test_our_side_of_a_row_runs(names):
    ours = {" ".join(theirs): cell for theirs, cell in ROWS}[names]
    if ours == "none":
        return
    code = re.fullmatch(r"`([^`]+)`", ours)
    assert code, f"{ours!r} is no single snippet"
    used = set(re.findall(r"\bme\.([a-z_0-9]+)", code[1]))
    absent = {name for name in used if not hasattr(me, name)}
    assert not absent, f"maskengine has no {sorted(absent)}"
    program = compile(code[1], str(PAGE), "eval")
    dense = np.zeros((6, 8), bool)
    dense[1:4, 2:6] = True
    a = me.encode(dense)
    b = me.shift(a, dx=1)
    ms = me.Masks.concatenate([a, b, me.complement(a)])
    boxes = [[0, 0, 4, 4], [1, 0, 4, 4]]
    eval(program, {"me": me, "np": np, "a": a, "b": b, "ms": ms, "dense": dense, "boxes": boxes})  # noqa: S307 - our own page


def test_answers_equal_rlemasklib():
    """The rows whose answer is a mask of the same size, on a mask with holes and parts."""
    from rlemasklib import RLEMask

    rng = np.random.default_rng(31)
    dense = np.kron(rng.random((7, 9)) < 0.6, np.ones((3, 2))) > 0
    ours, theirs = me.encode(dense), RLEMask.from_array(dense.astype(np.uint8))
    pairs = {
        "avg_pool2x2": me.convolve(ours, np.ones((2, 2)), 2, stride=2),
        "max_pool2x2": me.convolve(ours, np.ones((2, 2)), 1, stride=2),
        "min_pool2x2": me.convolve(ours, np.ones((2, 2)), 4, stride=2),
        "transpose": me.transpose(ours),
        "fliplr": me.flip(ours, "horizontal"),
        "flipud": me.flip(ours, "vertical"),
        "rot90": me.rot90(ours),
        "complement": me.complement(ours),
    }
    dense_of = {"tile": (me.tile(ours, 2, 3), theirs.tile(2, 3)),
                "repeat": (me.resize(ours, ours.sizes * (2, 3)), theirs.repeat(2, 3))}  # fmt: skip
    for name, mask in pairs.items():
        dense_of[name] = mask, getattr(theirs, name)()
    for name, (mask, wanted) in dense_of.items():
        height, width = wanted.shape
        shown = me.decode(mask)[0][:height, :width]  # it drops an odd last row or column
        assert np.array_equal(shown, np.asarray(wanted) > 0), name


# Rows of rlemasklib whose answer is a mask: what is called there for what our cell says.
CALLS = {
    "RLEMask.largest_connected_component": lambda mask: mask.largest_connected_component(),
    "RLEMask.remove_small_components": lambda mask: mask.remove_small_components(10),
    "RLEMask.fill_small_holes": lambda mask: mask.fill_small_holes(10),
    "RLEMask.dilate": lambda mask: mask.dilate(),
    "RLEMask.dilate3x3": lambda mask: mask.dilate3x3(),
    "RLEMask.dilate5x5": lambda mask: mask.dilate5x5(),
    "RLEMask.dilate_vertical": lambda mask: mask.dilate_vertical(up=1, down=2),
    "RLEMask.erode": lambda mask: mask.erode(),
    "RLEMask.erode3x3": lambda mask: mask.erode3x3(),
    "RLEMask.erode5x5": lambda mask: mask.erode5x5(),
    "RLEMask.opening": lambda mask: mask.opening(),
    "RLEMask.closing": lambda mask: mask.closing(),
    "RLEMask.contours": lambda mask: mask.contours(),
    "RLEMask.shift": lambda mask: mask.shift((1, 2)),
    "RLEMask.fill_circle": lambda mask: mask.fill_circle((4, 3), 2.5),
}
CALLS_ON_DICTIONARIES = {
    "largest_connected_component": {},
    "remove_small_components": {"min_size": 10},
    "fill_small_holes": {"min_size": 10},
    "shift": {"offset": (1, 2)},
} | {
    name + size: {} for name in ("dilate", "erode", "opening", "closing") for size in ("", "2")
}  # fmt: skip


def parts_and_holes(seed):
    """A mask of 6 x 8 whose largest part is one alone: the rows speak of no other size."""
    rng = np.random.default_rng(seed)
    while True:
        dense = rng.random((6, 8)) < 0.65
        areas = np.sort(me.label(dense, 4, stats=True)[2].area)
        if len(areas) > 1 and areas[-1] > areas[-2]:
            return dense


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("name", [*CALLS, *("rlemasklib." + one for one in CALLS_ON_DICTIONARIES)])
def test_a_row_gives_what_rlemasklib_gives(name, seed):
    import rlemasklib

    dense = parts_and_holes(seed)
    a = me.encode(dense)
    cell = next(cell for names, cell in ROWS if name in names)
    ours = eval(cell.strip("`"), {"me": me, "a": a})  # noqa: S307 - our own page
    if name in CALLS:
        wanted = CALLS[name](rlemasklib.RLEMask.from_array(dense.astype(np.uint8))).to_array()
    else:
        one = name.removeprefix("rlemasklib.")
        coco = a.to_coco()[0]
        theirs = getattr(rlemasklib, one)(
            coco | {"counts": coco["counts"].encode()}, **CALLS_ON_DICTIONARIES[one]
        )
        wanted = rlemasklib.decode(theirs)
    assert np.array_equal(me.decode(ours)[0], np.asarray(wanted) > 0)
