"""The GPU module: honest about what there is. What it computes is in test_device.py.

Covers: me.devices(), maskengine._cuda. Run: pytest tests/test_cuda.py
"""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import maskengine as me
from maskengine.testing import emulation

BUILT = importlib.util.find_spec("maskengine._cuda") is not None
needs_module = pytest.mark.skipif(not BUILT, reason="built without the CUDA module")


def test_devices_say_what_there_is():
    text = me.devices()["cuda"]
    if not BUILT:
        assert text.startswith("unavailable: this build has no CUDA module")
    elif text.startswith("unavailable: "):
        assert any(word in text for word in ("driver", "device", "kernels", "cudaError")), text
    else:
        assert "compute capability" in text


@needs_module
def test_no_visible_device_is_a_reason():
    code = "import maskengine as me; print(me.devices()['cuda'])"
    environment = {**os.environ, "CUDA_VISIBLE_DEVICES": ""}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("unavailable: no "), done.stdout


@needs_module
def test_both_modules_have_the_same_operations():
    from maskengine import _cuda
    from maskengine.testing import _emulated

    assert set(dir(_cuda)) - set(dir(_emulated)) == {"status"}


@needs_module
def test_a_call_without_a_device_is_an_error():
    if not me.devices()["cuda"].startswith("unavailable: "):
        pytest.skip("this machine has a device")
    from maskengine import _cuda

    with emulation.emulated_cuda() as device:  # memory that no GPU is asked to reach
        array = device.upload(np.ones((2, 2), bool))
        with pytest.raises(RuntimeError, match="cudaError"):
            _cuda.encode(_cuda.Queue.make(device._allocate, 0, 0), array)


@pytest.mark.skipif(shutil.which("cmake") is None, reason="no cmake on PATH")
@pytest.mark.parametrize(
    "says",
    ["exit 1", "echo release 13.0; exit 0", "echo release 12.6; exit 0"],
    ids=["dead", "liar", "old"],
)
def test_a_broken_compiler_is_no_compiler(says, tmp_path):
    nvcc = tmp_path / "nvcc"
    works = shutil.which("nvcc", path="/usr/local/cuda/bin") if "12.6" in says else None
    rest = f'exec {works} "$@"' if works else "exit 1"
    nvcc.write_text(f'#!/bin/sh\n[ "$1" = --version ] && {{ {says}; }}\n{rest}\n')
    nvcc.chmod(0o755)
    done = configure("AUTO", nvcc, tmp_path)
    assert done.returncode == 0, done.stderr
    assert "CUDA module: not built" in done.stdout
    done = configure("ON", nvcc, tmp_path)
    assert done.returncode != 0
    assert "ME_CUDA=ON needs a working CUDA compiler" in done.stderr


@pytest.mark.skipif(shutil.which("cmake") is None, reason="no cmake on PATH")
def test_a_compiler_in_wheels_is_found(tmp_path):
    nvcc = tmp_path / "site" / "nvidia" / "cu13" / "bin" / "nvcc"
    nvcc.parent.mkdir(parents=True)
    nvcc.write_text("#!/bin/sh\nexit 1\n")
    nvcc.chmod(0o755)
    elsewhere = {found for found in map(shutil.which, ["nvcc"]) if found}
    ignored = ";".join({"/usr/local/cuda/bin", *(str(Path(one).parent) for one in elsewhere)})
    options = [f"-DPython_EXECUTABLE={sys.executable}", f"-DCMAKE_IGNORE_PATH={ignored}"]
    done = configure("ON", None, tmp_path, *options)
    assert done.returncode != 0
    assert f"found: '{nvcc}'" in " ".join(done.stderr.split())


def configure(wanted, nvcc, tmp_path, *options):
    root = Path(__file__).resolve().parents[1]
    options = ["-DME_PYTHON=OFF", f"-DME_CUDA={wanted}", *options]
    known = {"CUDACXX", "CUDA_HOME", "CUDA_PATH"}
    environment = {name: value for name, value in os.environ.items() if name not in known}
    environment |= (
        {"PYTHONPATH": str(tmp_path / "site")} if nvcc is None else {"CUDACXX": str(nvcc)}
    )
    return subprocess.run(
        ["cmake", "-S", root, "-B", tmp_path / wanted, *options],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
