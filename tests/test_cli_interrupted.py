"""Ctrl-C while the command still loads: exit code 130, one line, no traceback.

Covers: maskengine_command, the script of pyproject.toml.
Run: pytest tests/test_cli_interrupted.py
"""

import signal
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from maskengine import __version__

ROOT = Path(__file__).resolve().parents[1]
SCRIPT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]["maskengine"]
# The script as pip writes it; Ctrl-C comes when a module of that name is looked for.
RUN = """
import signal, sys
class Interrupted:
    def find_spec(self, name, path=None, target=None):
        if name == moment:
            signal.raise_signal(signal.SIGINT)
moment, prepare = sys.argv[1:3]
del sys.argv[1:3]
sys.meta_path.insert(0, Interrupted())
exec(prepare)
from {module} import {name}
sys.exit({name}())
""".format(**dict(zip(("module", "name"), SCRIPT.split(":"), strict=True)))


def run(moment, prepare="", *arguments):
    command = [sys.executable, "-c", RUN, moment, prepare, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize(
    "moment", ["maskengine", "numpy", "numpy._core.multiarray", "cyclopts", "maskengine.cli.show"]
)
def test_no_traceback_while_modules_load(moment):
    done = run(moment, "", "show", "--help")
    assert done.returncode == 130
    assert done.stderr == "maskengine: interrupted, nothing was written\n"
    assert done.stdout == ""


def test_a_command_that_is_not_interrupted():
    done = run("nothing", "", "--version")
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, __version__, "")


def test_ctrl_c_that_was_ignored_stays_ignored():
    done = run("numpy", "signal.signal(signal.SIGINT, signal.SIG_IGN)", "--version")
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, __version__, "")


def test_the_work_itself_is_interrupted_as_before():
    work = "def demo(): signal.raise_signal(signal.SIGINT)"
    done = run("nothing", f"{work}\nimport maskengine.cli.demo as m; m.demo = demo", "demo")
    assert done.returncode == 130
    assert done.stderr == "maskengine: interrupted, nothing was written\n"
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
