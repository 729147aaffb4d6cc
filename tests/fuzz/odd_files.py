"""Try to break what reads and writes files: each argument replaced by odd values, one at a time.

    python tests/fuzz/odd_files.py --seed 1 --values 60

Covers maskengine.convert, maskengine.formats and what is written to panoptic and Cityscapes files,
in an empty folder. A finding is an error that is no `MaskError`, `OSError` or `MemoryError`, or a
call that took five seconds of processor time; each is shown once for a place and a parameter.
"""

import argparse
import os
import random
import shutil
import sys
import tempfile
import traceback
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import numpy as np
from odd_values import NUMBERS, OTHERS, Planted, odd
from time_limit import TooSlow, at_most

import maskengine as me
from maskengine import convert, formats

DATA = Path(__file__).resolve().parents[1] / "data"
SECONDS = 5  # of processor time of a call
MAP = np.pad(np.full((2, 3), 26, np.uint8), ((2, 2), (2, 2)))
SEGMENT = {"id": 26, "category_id": 1, "iscrowd": 0, "area": 6, "bbox": [2, 2, 3, 2]}
CATEGORY = {"id": 1, "name": "a", "isthing": 1, "supercategory": "b", "color": [1, 2, 3]}


def scene(**changed):
    """Give a panoptic annotation."""
    given = {"image_id": 1, "file_name": "a.png", "label_map": MAP, "segments": [SEGMENT]}
    return formats.PanopticImage(**(given | changed))


def panoptic(scenes, categories):
    """Write a panoptic file where there is none."""
    shutil.rmtree("scenes", ignore_errors=True)
    formats.write_panoptic("scenes.json", scenes, categories)


def conversion(dst, **more):
    """Give the arguments of a conversion."""
    flags = dict.fromkeys(["strict", "keep_vertices", "dry_run", "resume"], False)
    given = {"src": "source.json", "dst": dst, "from_": "coco", "to": None, "max_bad": 3}
    given |= {"on_error": "skip", "check": True, "limit": 3, "engine": "local", "address": None}
    return given | flags | more


def entries():
    """Give functions, and how their arguments are made."""
    frames = formats.read("source.json")
    image = frames.images()[0].id
    panoptic([scene()], [CATEGORY])
    shutil.copytree("scenes", "kept")
    shutil.copy("scenes.json", "kept.json")
    return {
        "read": (formats.read, {"path": "source.json", "format": "coco"}),
        "write": (formats.write, {"path": "o.json", "frames": frames, "format": "coco"}),
        "detect": (formats.detect, {"path": "source.json"}),
        "by_name": (formats.by_name, {"name": "coco"}),
        "check_writable": (formats.check_writable, {"name": "coco"}),
        "for_target": (formats.for_target, {"path": "o.json"}),
        "by_image": (
            lambda **given: list(formats.by_image(**given)),
            {"frames": frames, "ids": [image], "memory": 2**20, "folder": None},
        ),
        "read_cityscapes": (
            lambda **given: list(formats.read_cityscapes(**given)),
            {"folder": DATA / "cityscapes"},
        ),
        "write_cityscapes": (
            formats.write_cityscapes,
            {"folder": ".", "name": "a_b_c", "class_map": MAP, "instance_map": MAP},
        ),
        "write_panoptic": (
            lambda folder=None, tables=None, **given: formats.write_panoptic(
                **given, folder=folder, tables=tables
            ),
            {"path": "p.json", "images": [scene()], "categories": [CATEGORY]}
            | {"folder": None, "tables": {"info": {}}},
        ),
        "PanopticFile": (
            lambda **given: list(formats.PanopticFile(**given)),
            {"path": "kept.json", "folder": "kept"},
        ),
        "PanopticImage": (
            lambda **given: panoptic([scene(**given)], [CATEGORY]),
            {"image_id": 1, "file_name": "a.png", "label_map": MAP, "segments": [SEGMENT]},
        ),
        "a segment": (lambda **given: panoptic([scene(segments=[given])], [CATEGORY]), SEGMENT),
        "a category": (lambda **given: panoptic([scene()], [given]), CATEGORY),
        "convert": (convert.convert, conversion("o.parquet")),
        "convert, simplified": (convert.convert, conversion("s.json", simplify="min-iou=0.9")),
        "fill_counts": (
            lambda **given: sum(1 for _ in convert.fill_counts(**given)),
            {"frames": frames, "lenient": True},
        ),
        "from_supervision": (formats.from_supervision, {"items": {}, "sizes": {"a": (3, 4)}}),
    }


def broken(what, given):
    """Make one call; give its error if it is none of ours."""
    try:
        with at_most(SECONDS):
            what(**given)
    except (me.MaskError, OSError, MemoryError, Planted):
        return None
    except (Exception, TooSlow) as error:  # noqa: BLE001 - any other is what is looked for
        return error
    return None


def place_of(error):
    """Tell the last line of ours that an error went through."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "maskengine" in frame.filename]
    return f"{Path(ours[-1].filename).name}:{ours[-1].lineno}" if ours else "-"


def attack(rng, n_values, every):
    """Replace each argument by each odd value; give calls and what was found."""
    found, calls = {}, 0
    for name, (what, sound) in entries().items():
        what(**sound) if name != "write_panoptic" else None
        for parameter in sound:
            for value in [*NUMBERS, *OTHERS, *(odd(rng) for _ in range(n_values))][::every]:
                calls += 1
                error = broken(what, sound | {parameter: value})
                if error is None:
                    continue
                key = (name, parameter, type(error).__name__, place_of(error))
                if key not in found:
                    found[key] = str(error)[:100]
                    print(*key, ascii(found[key]), type(value).__name__, flush=True)
    return calls, found


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--values", type=int, default=60, help="odd values of each argument")
    parser.add_argument("--every", type=int, default=1, help="leave out all values but one in N")
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    np.seterr(all="ignore")
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        shutil.copy(min((DATA / "lvis-api").rglob("*.json")), "source.json")
        calls, found = attack(random.Random(given.seed), given.values, given.every)
        os.chdir("/")
    print(f"{calls} calls, {len(found)} findings")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
