"""What the documentation shows is what happens.

Covers: examples in docstrings of the package, Python blocks of README.md, docs/ and examples/.
Run: pytest tests/test_readme.py
"""

import doctest
import importlib
import inspect
import pkgutil
import re
from pathlib import Path

import pytest

import maskengine as me
from maskengine.testing import emulation

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = [ROOT / "docs", ROOT / "examples"]
PAGES = [ROOT / "README.md", *sorted(p for f in FOLDERS for p in f.rglob("*.md"))]
PAGES.append(ROOT / "CONTRIBUTING.md")
NATIVE = {"maskengine._core", "maskengine._cuda"}
MODULES = sorted(
    name
    for _, name, _ in pkgutil.walk_packages(me.__path__, "maskengine.")
    if name not in NATIVE and not name.endswith("__main__")
)
PYTHON_BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("name", ["maskengine", *MODULES])
def test_docstring_examples(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    module = importlib.import_module(name)
    if module is emulation:
        emulation.EmulatedDevice(
            "sequential"
        )  # without it, the reason is told and not a difference
    result = doctest.testmod(module, optionflags=doctest.ELLIPSIS, report=True)
    assert result.failed == 0, f"{result.failed} examples of {name} differ (see the output)"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_page_runs(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = page.read_text(encoding="utf-8")
    names = {}
    for found in PYTHON_BLOCK.finditer(text):
        # blank lines first, so that a traceback shows the line of the page
        blank = "\n" * text.count("\n", 0, found.start(1))
        exec(compile(blank + found[1], str(page), "exec"), names)  # noqa: S102 - our own pages
    assert text.startswith("# "), "a page starts with its title"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page):
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", page.read_text(encoding="utf-8"))
    dead = [link for link in links if not (page.parent / link).exists()]
    assert not dead, f"{page.name} links to nothing: {dead}"


def test_a_wrong_example_is_noticed():
    wrong = doctest.DocTestParser().get_doctest(">>> 1 + 1\n3\n", {}, "wrong", None, 0)
    assert doctest.DocTestRunner(verbose=False).run(wrong, out=lambda _: None).failed == 1


@pytest.mark.parametrize("name", sorted(set(me.__all__) - {"__version__"}))
def test_public_names_are_documented(name):
    thing = getattr(me, name)
    text = inspect.getdoc(thing)
    assert text, f"me.{name} has no docstring"
    if inspect.isfunction(thing):
        assert "Examples\n--------\n>>> " in text, f"me.{name} shows no example"
        parameters = inspect.signature(thing).parameters
        named = re.compile(r"^ *(\w+(?:, \w+)*) : ", re.MULTILINE)
        written = {one for found in named.findall(text) for one in found.split(", ")}
        missing = [parameter for parameter in parameters if parameter not in written]
        assert not missing, f"me.{name} says nothing of {missing}"
        returns = inspect.signature(thing).return_annotation
        assert returns is not inspect.Signature.empty
