"""Every pair of formats: A to B and back gives the masks that both can hold, pixel by pixel.

Covers: maskengine.convert between all of maskengine.formats that are written.
Run: pytest tests/test_formats_pairs.py
"""

import json
import os
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

import maskengine as me
from maskengine import formats
from maskengine.convert import convert, fill_counts
from maskengine.formats import by_image

NAMES = formats.writable_names()
JSON = {"cvat_rest", "label_studio", "scalabel", "youtube_vis"}  # a name does not tell these
NO_CLASSES = {"kaggle", "sa1b"}  # a category is no part of them
EXTRAS = ("holes", "parts", "overlap")
DRAWN = {
    "base": """
        aaaa....bb..
        aaaa...bbb..
        .aaa..bbbb..
        ......bbb...
        .cc.........
        .ccc........""",
    "holes": """
        ............
        ............
        ............
        ............
        .....dddd...
        .....d..d...
        .....dddd...""",
    "parts": """
        ............
        ............
        ............
        ............
        ............
        ............
        ............
        ee........ee
        ee........ee""",
    "overlap": """
        ............
        .ff.........
        .ffff.......
        .ffff.......""",
}  # fmt: skip
SIZE = 9, 12


def drawn(what):
    """Give the masks of a drawing by letter."""
    lines = DRAWN[what].split()
    rows = [line.ljust(SIZE[1], ".") for line in lines] + ["." * SIZE[1]] * (SIZE[0] - len(lines))
    grid = np.array([list(row) for row in rows])
    return {letter: grid == letter for letter in sorted({*"".join(rows)} - {"."})}


def truth(extras):
    """Give each image's masks by category name; the second image has the first mask alone."""
    masks = {}
    for what in ("base", *extras):
        masks.update(drawn(what))
    return {"one": masks, "two": {"a": masks["a"]}}


def runs(mask):
    """Count runs down the columns, by the definition."""
    flat = mask.T.reshape(-1)
    ends = np.flatnonzero(np.diff(flat)) + 1
    counts = np.diff(np.concatenate([[0], ends, [flat.size]])).tolist()
    return [0, *counts] if flat[0] else counts


def write_coco(path, extras):
    content = truth(extras)
    letters = "abcdef"
    images = [
        {"id": n, "file_name": f"{stem}.png", "height": SIZE[0], "width": SIZE[1]}
        for n, stem in enumerate(content, 1)
    ]
    rows = []
    for image, masks in enumerate(content.values(), 1):
        for letter, mask in masks.items():
            segmentation = {"size": list(SIZE), "counts": runs(mask)}
            rows.append({"id": len(rows) + 1, "image_id": image, "iscrowd": 0,
                         "category_id": letters.index(letter) + 1,
                         "segmentation": segmentation})  # fmt: skip
    categories = [{"id": n, "name": letter} for n, letter in enumerate(letters, 1)]
    path.write_text(json.dumps({"images": images, "annotations": rows, "categories": categories}))


def masks_of(path, name):
    """Give what a dataset has: (stem of the image, name of the category, rows of pixels)."""
    frames = fill_counts(formats.read(path, name))
    names = frames.categories()
    out = []
    for image, records in by_image(frames):
        stem = Path(formats.image_name(image)).stem
        ids = records.column("category_id").to_pylist()
        dense = me.decode(formats.masks_of(records)) if len(ids) else []
        assert len(ids) == len(dense)
        out += [(stem, names.get(id_, ""), mask.tobytes())
                for id_, mask in zip(ids, dense, strict=True)]  # fmt: skip
    return sorted(out)


def expected(extras):
    return sorted((stem, letter, mask.tobytes()) for stem, masks in truth(extras).items()
                  for letter, mask in masks.items())  # fmt: skip


def without_names(found):
    return sorted((stem, pixels) for stem, _, pixels in found)


def target(folder, stem, name):
    ending = ".json" if name in JSON else (formats.by_name(name).EXTENSIONS or ("",))[0]
    return folder / (stem + ending)


@pytest.fixture(scope="module")
def datasets(tmp_path_factory):
    """Give the dataset of a format that holds some extras, written once."""
    folder = tmp_path_factory.mktemp("sets")
    made = {}

    def give(name, extras):
        if (name, extras) not in made:
            stem = "_".join([name, *extras])
            source = folder / f"{stem}.source.json"
            write_coco(source, extras)
            made[name, extras] = target(folder, stem, name)
            convert(source, made[name, extras], to=name, check=False)
        return made[name, extras]

    return give


def test_there_are_pairs():
    assert len(NAMES) >= 20
    assert {len(drawn(what)) for what in ("holes", "parts", "overlap")} == {1}
    assert len(drawn("base")) == 3


@pytest.mark.parametrize("first", NAMES)
def test_there_and_back_through_every_other_format(first, datasets, tmp_path, monkeypatch):
    monkeypatch.setattr(os, "fsync", lambda handle: None)  # what is slow here, and not tested
    for second in NAMES:
        holds = formats.by_name(first).HOLDS & formats.by_name(second).HOLDS
        extras = tuple(extra for extra in EXTRAS if extra in holds)
        source = datasets(first, extras)
        assert formats.detect(source) == first
        there, back = target(tmp_path, f"{second}.there", second), target(tmp_path, second, first)
        reports = [convert(source, there, to=second, from_=first, check=False),
                   convert(there, back, to=first, from_=second, check=False)]  # fmt: skip
        wanted = expected(extras)
        assert [(r.read, r.written, r.refused) for r in reports] == [(len(wanted),) * 2 + (0,)] * 2
        for path, name in ((there, second), (back, first)):
            found = masks_of(path, name)
            assert without_names(found) == without_names(wanted), (first, second, name)
            if not {first, second} & NO_CLASSES:
                assert found == wanted, (first, second, name)


def test_every_extra_is_held_by_some_pair():
    for extra in EXTRAS:
        pairs = [pair for pair in combinations(NAMES, 2)
                 if all(extra in formats.by_name(name).HOLDS for name in pair)]  # fmt: skip
        assert len(pairs) > 10
