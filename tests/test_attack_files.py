"""What an attack on reading and writing of files found: odd arguments are named.

Covers: maskengine.convert, maskengine.formats, maskengine.cli; tests/fuzz for a few seconds.
Compares against: the documented errors.
Run: pytest tests/test_attack_files.py
"""

import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import maskengine as me
from maskengine import formats
from maskengine.convert import convert, fill_counts
from maskengine.errors import BadFile, MaskTypeError
from maskengine.formats import PanopticFile, PanopticImage, write_panoptic

MAP = np.full((2, 3), 26, np.uint8)
CATEGORY = {"id": 1, "name": "a", "isthing": 1}
NO_PATHS = {"number": 0, "bytes": b"a", "none": None, "array": np.zeros(2), "object": object()}
SPEECHLESS = 10**5000  # an integer that has no text
NO_WORDS = {"array": np.zeros(3), "bytes": np.void(b"abc"), "number": SPEECHLESS, "nothing": ""}


def scene(**changed):
    given = {"image_id": 1, "file_name": "a.png", "label_map": MAP, "segments": []}
    return PanopticImage(**(given | changed))


def there():
    return sorted(path.name for path in Path().iterdir())


PLACES = {
    "read": formats.read,
    "write": lambda path: formats.write(path, formats.from_supervision({}), "coco"),
    "detect": formats.detect,
    "for_target": formats.for_target,
    "read_cityscapes": lambda path: list(formats.read_cityscapes(path)),
    "write_cityscapes": lambda path: formats.write_cityscapes(path, "a_0_0", MAP),
    "write_panoptic": lambda path: write_panoptic(path, [scene()], [CATEGORY]),
    "PanopticFile": PanopticFile,
    "convert": lambda path: convert(path, "o.parquet"),
    "convert to": lambda path: convert("a.json", path),
}


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("call", PLACES.values(), ids=PLACES)
@pytest.mark.parametrize("path", NO_PATHS.values(), ids=NO_PATHS)
def test_what_is_no_path_is_named(call, path):
    with pytest.raises(MaskTypeError, match="expected a path"):
        call(path)
    assert there() == []


@pytest.mark.parametrize("call", PLACES.values(), ids=PLACES)
def test_a_nul_in_a_path_is_named(call):
    with pytest.raises(me.MaskError, match="without NUL"):
        call("a\0b")
    assert there() == []


@pytest.mark.parametrize("name", NO_WORDS.values(), ids=NO_WORDS)
def test_a_format_that_is_no_word(name):
    Path("a.json").write_text('{"images": [], "annotations": [], "categories": []}')
    for call in (
        lambda: formats.by_name(name),
        lambda: formats.read("a.json", name),
        lambda: formats.write("b.json", formats.read("a.json"), name),
        lambda: convert("a.json", "b.json", from_=name),
        lambda: convert("a.json", "b.json", to=name),
    ):
        with pytest.raises(me.MaskError, match="expected one of"):
            call()


REFUSED = {
    "frames to write": lambda: formats.write("b.json", 3, "coco"),
    "frames to fill": lambda: fill_counts(3),
    "frames by image": lambda: list(formats.by_image([])),
    "ids": lambda: list(formats.by_image(formats.from_supervision({}), ids=[7])),
    "ids of text": lambda: list(formats.by_image(formats.from_supervision({}), ids="a")),
    "memory": lambda: list(formats.by_image(formats.from_supervision({}), memory=None)),
    "folder": lambda: list(formats.by_image(formats.from_supervision({}), folder=3)),
    "items": lambda: formats.from_supervision(3),
    "items of others": lambda: formats.from_supervision({"a": SimpleNamespace(mask=None)}),
    "strict": lambda: convert("a.json", "b.parquet", strict=np.zeros(3)),
    "check": lambda: convert("a.json", "b.parquet", check=np.zeros(3)),
    "progress": lambda: convert("a.json", "b.parquet", progress=3),
    "engine": lambda: convert("a.json", "b.parquet", engine=np.zeros(3)),
    "jobs": lambda: convert("a.json", "b.parquet", jobs=np.array(["auto"])),
    "simplify": lambda: convert("a.json", "b.json", simplify=SPEECHLESS),
    "on_error": lambda: convert("a.json", "b.json", on_error=SPEECHLESS),
    "images": lambda: write_panoptic("p.json", 3, []),
    "images of others": lambda: write_panoptic("p.json", ["a"], []),
    "segments": lambda: write_panoptic("p.json", [scene(segments=3)], []),
    "segments of others": lambda: write_panoptic("p.json", [scene(segments=["a"])], []),
    "an id": lambda: write_panoptic("p.json", [scene(segments=[{"id": SPEECHLESS}])], []),
    "a category": lambda: write_panoptic("p.json", [scene()], [{"id": 1j}]),
    "a category of itself": lambda: write_panoptic("p.json", [scene()], [cycle()]),
    "a name that is no text": lambda: write_panoptic("p.json", [scene(file_name="\udcff")], []),
    "a name without a text": lambda: write_panoptic("p.json", [scene(file_name=SPEECHLESS)], []),
    "the folder": lambda: write_panoptic("p.json", [scene()], [], folder=3),
}


def cycle():
    category = dict(CATEGORY)
    category["supercategory"] = category
    return category


@pytest.mark.parametrize("call", REFUSED.values(), ids=REFUSED)
def test_odd_arguments_are_refused_and_leave_nothing(call):
    Path("a.json").write_text('{"images": [], "annotations": [], "categories": []}')
    with pytest.raises(me.MaskError) as told:
        call()
    assert re.search(r"[a-z_]+(\[\d+\])?: ", str(told.value))
    assert there() == ["a.json"]


@pytest.mark.skipif(sys.platform != "linux", reason="names of other bytes are Linux's")
def test_a_folder_of_names_that_are_no_text():
    Path("masks").mkdir()
    formats.write_id_png(Path("masks/\udcff.png"), MAP)
    with pytest.raises(BadFile, match="file_name"):
        list(formats.read("masks", "labelmap"))


def test_a_broad_volume_is_not_copied():
    broad = np.broadcast_to(np.uint8(1), (2, 2, 2**31))
    with pytest.raises(me.LimitExceeded, match="below 2"):
        me.label(broad, 6)


def test_a_kernel_that_fits_nowhere_is_not_gone_through():
    masks = me.Masks([3, 2], [0, 2], [(1, 5)])
    broad = np.broadcast_to(np.uint8(1), (2**14, 2**13))
    assert me.convolve(masks, broad, 1).sizes.tolist() == [[0, 0]]
    with pytest.raises(me.MaskError, match="weights"):
        me.convolve(masks, np.full((9, 9), np.nan), 1)


DRIVERS = {
    "odd_files": ("--values", "9", "--every", "16"),
    "odd_commands": ("--seconds", "3"),
    "each_parameter": ("--every", "40"),
}


@pytest.mark.parametrize("name", DRIVERS)
def test_an_attack_of_a_few_seconds_finds_nothing(name):
    driver = Path(__file__).parent / "fuzz" / f"{name}.py"
    command = [sys.executable, str(driver), "--seed", "31", *DRIVERS[name]]
    paths = os.pathsep.join(path for path in sys.path if path)
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        env=os.environ | {"PYTHONPATH": paths},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"\d{2,} (calls|commands), 0 findings\n$", done.stdout)
