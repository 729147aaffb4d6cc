"""The C++ core without Python: built, installed, found by another project, and run.

Covers: the install rules, maskengineConfig.cmake, tests/consumer.
Run: pytest tests/test_consumer.py
"""

import platform
import shutil
import subprocess
import sysconfig
import tempfile
from pathlib import Path

import pytest

import maskengine as me
from simd_objects import CACHED, weak_symbols

ROOT = Path(__file__).resolve().parents[1]
# The quicker of the two to build; where a compiler cache is set, it holds the package's own build.
KIND = "Release" if CACHED else "Debug"
X86 = {"x86_64", "AMD64"}
# what scikit-build-core takes: the cache tells g++ from c++
COMPILER = (sysconfig.get_config_var("CXX") or "c++").split()[0]
NINJA = ["-G", "Ninja"] if shutil.which("ninja") else []
MISSING = [tool for tool in ("cmake", "c++") if shutil.which(tool) is None]


@pytest.fixture
def build(tmp_path):
    """Give a folder to build in: where the cache knows the files, beside the package's own build.

    A cache that several trees share goes by the way from the compiler's folder to the sources. It
    is the same from there, and Ninja, unlike Make, compiles all in one folder.
    """
    if not CACHED or not NINJA:
        yield tmp_path / "build"
        return
    (ROOT / "build").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="consumer-", dir=ROOT / "build") as folder:
        yield Path(folder)


@pytest.mark.skipif(bool(MISSING), reason=f"not on PATH: {', '.join(MISSING)}")
def test_consumer_builds_and_runs(build, tmp_path):
    prefix, consumer = tmp_path / "prefix", tmp_path / "consumer"
    options = [*NINJA, "-DME_PYTHON=OFF", "-DME_CUDA=OFF", f"-DCMAKE_BUILD_TYPE={KIND}"]
    if CACHED and shutil.which(COMPILER) is not None:
        options.append(f"-DCMAKE_CXX_COMPILER={COMPILER}")
    run("cmake", "-S", ROOT, "-B", build, f"-DCMAKE_INSTALL_PREFIX={prefix}", *options)
    run("cmake", "--build", build, "--parallel", "2")
    run("cmake", "--install", build, "--component", "cpp")
    assert not list(prefix.rglob("*.cpp")), "sources are no part of the installed library"
    assert not list(prefix.rglob("pybind11*")), "Python is no part of the installed library"
    if CACHED:
        check_levels(prefix)

    shutil.copytree(ROOT / "tests" / "consumer", tmp_path / "src")
    run("cmake", "-S", tmp_path / "src", "-B", consumer, f"-DCMAKE_PREFIX_PATH={prefix}")
    run("cmake", "--build", consumer)
    printed = run(consumer / "consumer")

    masks = [{"size": [2, 3], "counts": line.split()[1]} for line in printed.splitlines()]
    assert [line.split()[0] for line in printed.splitlines()] == ["4", "0"]
    assert me.Masks.from_coco(masks).counts.tolist() == [0, 3, 2, 1, 6]  # drawn in main.cpp


def check_levels(prefix):
    """Check that no object of one CPU level has what the linker may take for all."""
    (archive,) = prefix.rglob("*.a")
    objects = [name for name in run("ar", "t", archive).split() if "_avx" in name]
    sources = [*(ROOT / "cpp").rglob("*_avx*.cpp")] if platform.machine() in X86 else []
    assert len(objects) == len(sources)
    weak = {of: names for of, names in weak_symbols(archive).items() if "_avx" in of}
    assert not weak, f"the linker may spread {weak} to CPUs without that level"


def run(*command):
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout
