"""The rows about datasets of "Coming from datumaro": the same dataset through both.

Covers: docs/coming-from-datumaro.md, section Datasets. Compares against: what datumaro 1.13 made of
the dataset below, recorded; datumaro itself where it is installed with its extra `cli`.
Run: pytest tests/test_coming_from_datasets.py; `python tests/test_coming_from_datasets.py` records.
"""

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

ANSWERS = Path(__file__).parent / "data" / "datumaro_datasets.json"
STAR = [27, 3, 31, 16, 50, 15, 35, 23, 41, 38, 27, 29, 13, 38, 19, 23, 4, 15, 23, 16]
SHAPES = [
    (1, 1, STAR),
    (1, 2, [44, 25, 54, 25, 54, 39, 44, 39]),
    (2, 2, [2, 2, 15, 2, 15, 20, 2, 20]),
]
SIZES = {1: (40, 56), 2: (30, 20)}


def dataset(folder):
    """Write the dataset as datumaro wants COCO, with its photographs; give the file."""
    images = []
    for number, (height, width) in SIZES.items():
        name = f"{number}.png"
        path = folder / "images" / "default" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (width, height), (99, 99, 99)).save(path)
        images.append({"id": number, "file_name": name, "height": height, "width": width})
    annotations = []
    for number, (image, category, ring) in enumerate(SHAPES, 1):
        x, y = ring[::2], ring[1::2]
        box = [min(x), min(y), max(x) - min(x), max(y) - min(y)]
        annotations.append({
            "id": number, "image_id": image, "category_id": category, "segmentation": [ring],
            "bbox": box, "area": 1.0, "iscrowd": 0,
        })  # fmt: skip
    file = folder / "annotations" / "instances_default.json"
    file.parent.mkdir(parents=True)
    categories = [{"id": 1, "name": "cat"}, {"id": 2, "name": "dog"}]
    document = {"images": images, "annotations": annotations, "categories": categories}
    file.write_text(json.dumps(document))
    return file


def pictures(folder):
    """Give the class maps of a Pascal VOC folder as stretches of equal colours."""
    found = {}
    for path in sorted((folder / "SegmentationClass").glob("*.png")):
        with Image.open(path) as image:
            pixels = np.asarray(image.convert("RGB")).astype(int) @ [65536, 256, 1]
        flat = pixels.ravel()
        starts = np.flatnonzero(np.r_[True, flat[1:] != flat[:-1]])
        found[path.name] = [list(pixels.shape), starts.tolist(), flat[starts].tolist()]
    return found


def run(*command, cwd):
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def ask_datumaro(folder):
    """Do what the left column says, and give what it answered."""
    dataset(folder / "in")
    code = (
        "import datumaro; d = datumaro.Dataset.import_from('in', 'coco');"
        "print(sum(a.type.name == 'polygon' for item in d for a in item.annotations));"
        "d.transform('polygons_to_masks'); d.export('out', 'voc_segmentation')"
    )
    polygons = int(run(sys.executable, "-W", "ignore", "-c", code, cwd=folder))
    datum = [sys.executable, "-W", "ignore", "-m", "datumaro"]
    run(*datum, "stats", "in:coco", cwd=folder)
    run(*datum, "validate", "-t", "segmentation", "in:coco", cwd=folder)
    counted = json.loads((folder / "statistics.json").read_text())
    kinds = counted["annotations by type"]
    return {
        "polygons": polygons,
        "images": counted["images count"],
        "annotations": {kind: kinds[kind]["count"] for kind in ("polygon", "bbox", "mask")},
        "pictures": pictures(folder / "out"),
    }


@pytest.fixture
def recorded():
    return json.loads(ANSWERS.read_text())


def ours(*arguments):
    from maskengine.cli import main

    return main([str(argument) for argument in arguments])


def test_convert(tmp_path, recorded):
    out = tmp_path / "out"
    assert ours("convert", dataset(tmp_path / "in"), out, "--to", "voc") == 4  # boxes have no place
    assert pictures(out) == recorded["pictures"]


def test_inspect_and_check(tmp_path, recorded, capsys):
    file = dataset(tmp_path / "in")
    assert ours("inspect", file) == 0
    said = capsys.readouterr().out.split()
    assert said[said.index("annotations") + 1] == str(recorded["annotations"]["polygon"])
    assert said[said.index("images") + 1] == str(recorded["images"])
    assert recorded["annotations"]["bbox"] == 3  # each box of COCO counts for itself there
    assert ours("check", file) == 0
    assert "nothing to complain of" in capsys.readouterr().out


def test_read(tmp_path, recorded):
    from maskengine import formats

    parts = formats.read(dataset(tmp_path / "in"))
    assert sum(len(part.records) for part in parts) == recorded["polygons"]


def test_datumaro_still_says_so(tmp_path, recorded):
    needed = ("datumaro", "tensorboardX")  # the second comes with its extra `cli`
    if not all(map(importlib.util.find_spec, needed)) or os.name == "nt":
        pytest.skip("datumaro[cli] is not installed; its recorded answers were compared")
    assert json.loads(json.dumps(ask_datumaro(tmp_path))) == recorded


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        answers = ask_datumaro(Path(place))
    ANSWERS.write_text(json.dumps(answers, separators=(",", ":")) + "\n")
