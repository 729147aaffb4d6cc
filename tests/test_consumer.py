"""The C++ core without Python: built, installed, found by another project, and run.

Covers: the install rules, maskengineConfig.cmake, tests/consumer.
Run: pytest tests/test_consumer.py
"""

import shutil
import subprocess
from pathlib import Path

import pytest

import maskengine as me

ROOT = Path(__file__).resolve().parents[1]
MISSING = [tool for tool in ("cmake", "c++") if shutil.which(tool) is None]


@pytest.mark.skipif(bool(MISSING), reason=f"not on PATH: {', '.join(MISSING)}")
def test_consumer_builds_and_runs(tmp_path):
    build, prefix, consumer = tmp_path / "build", tmp_path / "prefix", tmp_path / "consumer"
    options = ["-DME_PYTHON=OFF", "-DME_CUDA=OFF", "-DCMAKE_BUILD_TYPE=Debug"]
    run("cmake", "-S", ROOT, "-B", build, f"-DCMAKE_INSTALL_PREFIX={prefix}", *options)
    run("cmake", "--build", build, "--parallel", "2")
    run("cmake", "--install", build, "--component", "cpp")
    assert not list(prefix.rglob("*.cpp")), "sources are no part of the installed library"
    assert not list(prefix.rglob("pybind11*")), "Python is no part of the installed library"

    shutil.copytree(ROOT / "tests" / "consumer", tmp_path / "src")
    run("cmake", "-S", tmp_path / "src", "-B", consumer, f"-DCMAKE_PREFIX_PATH={prefix}")
    run("cmake", "--build", consumer)
    printed = run(consumer / "consumer")

    masks = [{"size": [2, 3], "counts": line.split()[1]} for line in printed.splitlines()]
    assert [line.split()[0] for line in printed.splitlines()] == ["4", "0"]
    assert me.Masks.from_coco(masks).counts.tolist() == [0, 3, 2, 1, 6]  # drawn in main.cpp


def run(*command):
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout
