"""The site is whole: figures are what the engine draws, commands exist, nothing is missing.

Covers: docs/site, docs/figures, docs/api. That mkdocs builds it without a warning is the step docs
of .ci/run. Run: pytest tests/test_docs_site.py
"""

import base64
import importlib
import importlib.util
import inspect
import io
import re
import shlex
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import yaml
from cyclopts import CycloptsError
from PIL import Image

import maskengine as me
from maskengine.cli import application

DOCS = Path(__file__).resolve().parents[1] / "docs"
FIGURES = DOCS / "figures"
PICTURE = re.compile(r"data:image/png;base64,([A-Za-z0-9+/=]+)")


@cache
def drawings():
    """Give the functions that draw; modules elsewhere have the names of theirs, too."""
    path = DOCS / "site" / "figures" / "__main__.py"
    spec = importlib.util.spec_from_file_location("maskengine_figures", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    names = [file.stem for file in path.parent.glob("*.py")]
    others = {name: sys.modules.pop(name) for name in names if name in sys.modules}
    try:
        return module.all_figures()
    finally:
        for name in names:
            sys.modules.pop(name, None)
        sys.modules.update(others)


def pixels_and_text(svg):
    """Tell the pixels of a drawing from its text: compressors write the same pixels otherwise."""
    pictures = [
        np.asarray(Image.open(io.BytesIO(base64.b64decode(data))), np.int16)
        for data in PICTURE.findall(svg)
    ]
    return PICTURE.sub("picture", svg), pictures


@pytest.mark.parametrize("name", sorted(path.stem for path in FIGURES.iterdir()))
def test_figure_is_what_is_drawn(name):
    stored = (FIGURES / f"{name}.svg").read_text(encoding="utf-8")
    assert name in drawings(), "no function draws it: python docs/site/figures"
    (text, pictures), (stored_text, stored_pictures) = map(
        pixels_and_text, (drawings()[name](), stored)
    )
    assert text == stored_text
    for picture, wanted in zip(pictures, stored_pictures, strict=True):
        assert np.abs(picture - wanted).max() <= 1  # exp and sin may differ in the last bit
    assert len(stored) < 40_000


def test_figures_are_shown():
    assert set(drawings()) == {path.stem for path in FIGURES.glob("*.svg")}
    text = "".join(path.read_text(encoding="utf-8") for path in DOCS.rglob("*.md"))
    unseen = [name for name in drawings() if f"figures/{name}.svg)" not in text]
    assert not unseen, f"on no page: {unseen}"


@pytest.mark.parametrize("folder", ["ops", "quality"])
def test_every_page_has_a_figure(folder):
    pages = {path.stem: path.read_text(encoding="utf-8") for path in (DOCS / folder).glob("*.md")}
    assert pages
    assert not [name for name, text in pages.items() if "](../figures/" not in text]


def test_another_drawing_is_noticed():
    stored = (FIGURES / "flood.svg").read_text(encoding="utf-8")
    assert len(pixels_and_text(stored)[1]) == 4
    assert pixels_and_text(drawings()["dilate"]())[0] != pixels_and_text(stored)[0]


def entries(nav):
    """Give the pages and words that a navigation names."""
    for entry in nav:
        if isinstance(entry, str):
            yield entry
        else:
            for value in entry.values():
                yield from [value] if isinstance(value, str) else entries(value)


def test_every_page_is_in_the_navigation():
    text = (DOCS / "site" / "mkdocs.yml").read_text(encoding="utf-8")
    named = list(entries(yaml.safe_load(text)["nav"]))
    assert len(named) == len(set(named))
    pages = {path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")}
    listed = {page for page in pages if Path(page).parent.name not in {"ops", "quality"}}
    hooks = (DOCS / "site" / "hooks.py").read_text(encoding="utf-8")
    elsewhere = set(re.findall(r'^    "(\w+\.md)": "', hooks, re.MULTILINE))
    words = {name for name in named if not name.endswith(".md")}
    assert listed | elsewhere | {"quality/index.md"} == set(named) - words
    assert {f"ops/{word}.md" for word in words} <= pages  # hooks.py adds what is in no group


def test_every_result_is_in_the_reference():
    page = (DOCS / "api" / "maskengine.md").read_text(encoding="utf-8")
    listed = re.search(r"members: \[([^]]+)\]", page)[1].split(", ")
    classes = {name for name in me.__all__ if inspect.isclass(getattr(me, name))}
    elsewhere = ("maskengine.values", "maskengine.canvas", "maskengine.errors")
    here = {n for n in classes if not getattr(me, n).__module__.startswith(elsewhere)}
    assert sorted(here) == sorted(listed)
    values = (DOCS / "api" / "values.md").read_text(encoding="utf-8")
    of_values = {n for n in classes if getattr(me, n).__module__.startswith(elsewhere[0])}
    assert of_values <= set(re.search(r"members: \[([^]]+)\]", values)[1].split(", "))


def commands():
    """Give every command of ours that a page shows, but its comment."""
    pages = [*DOCS.rglob("*.md"), DOCS.parent / "README.md"]
    text = "".join(path.read_text(encoding="utf-8") for path in sorted(pages))
    return sorted(set(re.findall(r"^maskengine [^\n#]*[^\s#]", text, re.MULTILINE)))


@pytest.mark.parametrize("command", commands())
def test_command_is_understood(command):
    application().parse_args(shlex.split(command)[1:], exit_on_error=False, print_error=False)


def test_a_wrong_command_is_noticed():
    assert len(commands()) > 15
    for wrong in ("convert a b --too yolo", "convert", "conver a b"):
        with pytest.raises(CycloptsError):
            application().parse_args(wrong.split(), exit_on_error=False, print_error=False)


def test_features_name_what_exists():
    """Rows F1 to F32: functions that exist, in files of tests that name the row."""
    text = (DOCS / "quality" / "features.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| F(\d+) \| .+? \| (.+) \| (.+) \|$", text, re.MULTILINE)
    assert [int(number) for number, _, _ in rows] == list(range(1, 33))
    for number, answers, tests in rows:
        for name in re.findall(r"`(me\.)?(\w+)`", answers):
            owner = me if name[0] else importlib.import_module("maskengine.quality")
            if name[1] == "frame_files":
                importlib.import_module("maskengine.quality.frame_files")
            else:
                assert hasattr(owner, name[1]), name
        files = [DOCS.parent / "tests" / name for name in re.findall(r"`(\w+\.py)`", tests)]
        named = re.compile(rf"test_f{number}_")
        assert any(named.search(path.read_text("utf-8")) for path in files), number
