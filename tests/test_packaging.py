"""What installing and importing the package costs, and the tests that ship with it.

Covers: pyproject.toml, the import of maskengine, python -m maskengine.testing.
Run: pytest tests/test_packaging.py
"""

import importlib.metadata
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import maskengine as me
from maskengine.testing import selftest

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXTRAS = PROJECT["project"]["optional-dependencies"]
NAME = re.compile(r"[\w.-]+")


def test_a_plain_install_needs_numpy_alone():
    assert [NAME.match(need)[0] for need in PROJECT["project"]["dependencies"]] == ["numpy"]
    try:
        needs = importlib.metadata.requires("maskengine")
    except importlib.metadata.PackageNotFoundError:
        return  # run from the tree
    assert [NAME.match(need)[0] for need in needs if "extra ==" not in need] == ["numpy"]


def test_the_extras_are_there():
    assert {"io", "cli", "ray", "dask", "remote", "cuda12", "cuda13", "test"} <= set(EXTRAS)
    own = [need for needs in EXTRAS.values() for need in needs if need.startswith("maskengine")]
    assert {re.search(r"\[(\w+)\]", need)[1] for need in own} <= set(EXTRAS)


def test_extras_that_messages_name_exist():
    named = set()
    for path in [ROOT / "README.md", *ROOT.glob("docs/**/*.md"),
                 *ROOT.glob("python/**/*.py")]:  # fmt: skip
        for found in re.findall(r"maskengine\[([\w,]+)\]", path.read_text(encoding="utf-8")):
            named |= set(found.split(","))
    assert "io" in named
    assert named <= set(EXTRAS)


def test_every_python_has_a_wheel():
    oldest = int(PROJECT["project"]["requires-python"].removeprefix(">=3."))
    wanted = {f"cp3{minor}-*" for minor in range(oldest, 15)} | {"cp313t-*", "cp314t-*"}
    assert set(PROJECT["tool"]["cibuildwheel"]["build"]) == wanted
    assert "maskengine.testing" in PROJECT["tool"]["cibuildwheel"]["test-command"]


@pytest.mark.parametrize(
    ("platform", "machine", "ending"),
    [
        ("linux", "x86_64", "manylinux_x86_64"),
        ("linux", "aarch64", "manylinux_aarch64"),
        ("macos", "x86_64", "macosx_x86_64"),
        ("macos", "arm64", "macosx_arm64"),
        ("windows", "AMD64", "win_amd64"),
    ],
)
def test_what_cibuildwheel_makes_of_it(platform, machine, ending):
    command = [sys.executable, "-m", "cibuildwheel", "--print-build-identifiers"]
    command += ["--platform", platform, "--archs", machine]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    pythons = ["cp311", "cp312", "cp313", "cp313t", "cp314", "cp314t"]
    assert ran.stdout.split() == [f"{python}-{ending}" for python in pythons]


def test_the_workflow_has_that_cibuildwheel():
    pin = next(need for need in EXTRAS["test"] if need.startswith("cibuildwheel"))
    workflow = ROOT / ".github" / "workflows" / "wheels.yml"
    if workflow.exists():  # it is not in the source archive
        assert pin in workflow.read_text(encoding="utf-8")
    assert pin == f"cibuildwheel=={importlib.metadata.version('cibuildwheel')}"


def run(code, **environment):
    """Run a program that can import what this one can."""
    variables = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **environment}
    variables.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, "-c", code]
    ran = subprocess.run(command, env=variables, capture_output=True, text=True, check=True)
    return ran.stdout.split()


def test_the_import_is_light():
    code = (
        "import numpy, sys; before = set(sys.modules); import maskengine;"
        "print(*(set(sys.modules) - before))"
    )
    names = run(code)
    tops = {name.split(".")[0] for name in names}
    assert "maskengine" in tops
    # the name that tells interpreters apart before Python 3.13; built in, so it costs nothing
    known = sys.stdlib_module_names | {"_xxsubinterpreters"}
    assert tops - {"maskengine", "numpy"} <= known
    assert not tops & {"asyncio", "concurrent", "multiprocessing", "unittest", "xml", "ctypes"}
    parts = {name.split(".")[1] for name in run(code) if name.startswith("maskengine.")}
    assert not parts & {
        "adapters",
        "cli",
        "convert",
        "formats",
        "pycocotools",
        "quality",
        "testing",
    }


def test_the_import_costs_less_than_that_of_numpy(tmp_path):
    """NumPy takes 57 ms of processor time and the package 30 on the machine that set this."""
    code = (
        "import time; t = time.process_time; a = t(); import numpy; b = t(); import maskengine;"
        "print(b - a, t() - b)"
    )
    spent = [tuple(map(float, run(code, PYTHONPYCACHEPREFIX=str(tmp_path)))) for _ in range(6)]
    ratio = min(ours / numpys for numpys, ours in spent[1:])  # the first one compiles
    assert ratio < 0.85, f"{ratio:.2f} times the import of NumPy"


def test_the_self_test_passes(capsys):
    assert selftest.main([]) == 0
    shown = capsys.readouterr().out
    n = 2 * len(me.cpu_levels()) * len(selftest.KERNELS) + len(selftest.ONCE)
    assert f"{n} of {n} checks passed" in shown


@pytest.mark.parametrize(
    ("name", "check"),
    [
        ("area", selftest.measures),
        ("encode", selftest.codec),
        ("flood", selftest.editor),
        ("rasterize", selftest.coco_rule),
        ("label", selftest.components),
        ("union", selftest.set_algebra),
        ("flip", selftest.transforms),
        ("polygonize", selftest.polygons),
    ],
)
def test_the_self_test_can_fail(monkeypatch, capsys, name, check):
    """A function that answers for other input than it was given is found."""
    real = getattr(me, name)
    wrong = {
        "area": lambda masks: real(masks) + 1,
        "encode": lambda mask: real(mask)[::-1],
        "flood": lambda image, seeds, **rest: real(image.T, seeds, **rest),
        "rasterize": lambda polygons, *rest: real(polygons, *rest)[::-1],
        "label": lambda mask, connectivity: real(mask, 12 - connectivity),
        "union": me.intersection,
        "flip": lambda masks, axis: real(masks, "vertical"),
        "polygonize": lambda masks: real(masks)[::-1],
    }
    monkeypatch.setattr(me, name, wrong[name])
    monkeypatch.setattr(me, "cpu_levels", lambda: ("scalar",))
    monkeypatch.setattr(selftest, "KERNELS", (check,))
    monkeypatch.setattr(selftest, "ONCE", ())
    assert selftest.main([]) == 1
    shown = capsys.readouterr()
    assert f"FAILED   {check.__name__}" in shown.err
    assert "0 of 2 checks passed" in shown.out


def test_the_self_test_says_what_it_left_out(monkeypatch, capsys):
    def absent():
        raise selftest.Skipped("no such thing")

    monkeypatch.setattr(selftest, "KERNELS", ())
    monkeypatch.setattr(selftest, "ONCE", (absent, selftest.bad_input))
    assert selftest.main([]) == 0
    shown = capsys.readouterr().out
    assert "left out absent: no such thing" in shown
    assert "1 of 2 checks passed, 1 left out" in shown


@pytest.mark.parametrize("missing", ["msgspec", "pyarrow"])
@pytest.mark.parametrize("wanted", ["me.formats", "me.convert('a.json', 'b.json')"])
def test_what_needs_an_extra_says_which(missing, wanted):
    code = f"import sys; sys.modules[{missing!r}] = None; import maskengine as me; {wanted}"
    package = Path(me.__file__).parents[1]
    ran = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(package)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 1
    assert ran.stderr.endswith("reading and writing files needs: pip install 'maskengine[io]'\n")
