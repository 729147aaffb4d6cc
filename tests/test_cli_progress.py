"""A bar on a terminal of 80 columns, nothing elsewhere; Ctrl-C leaves what can be gone on with.

Covers: maskengine.cli._progress, maskengine.cli.convert.
Run: pytest tests/test_cli_progress.py
"""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from maskengine.cli._progress import progress_bar, rate

pty = pytest.importorskip("pty", reason="needs a POSIX terminal")
LVIS = Path(__file__).parent / "data" / "lvis-api" / "lvis_val_100.json"
BAR = """
import time
from maskengine.cli._progress import progress_bar
with progress_bar("converting " + "a_long_name" * 9 + ".json", 1 << 30) as update:
    for done in range(12):
        update(done << 26, 1 << 30)
        time.sleep(0.12)
"""
CONVERT = """
import sys, time
from maskengine.cli import main
from maskengine.convert import _spool
real = _spool.Spool.note
_spool._IMAGES = 12
def slow(spool, entry):
    real(spool, entry)
    time.sleep(float(sys.argv[1]))
_spool.Spool.note = slow
sys.exit(main(sys.argv[2:]))
"""


def on_terminal(script):
    """Run a script on a terminal of 80 columns; give what it shows."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "COLUMNS": "80", "LINES": "24", "TERM": "xterm"}
    process = subprocess.Popen(
        [sys.executable, "-c", script], stdin=theirs, stdout=theirs, stderr=theirs, env=environment
    )
    os.close(theirs)
    out = b""
    try:
        while chunk := os.read(ours, 4096):
            out += chunk
    except OSError:  # the other end is closed
        pass
    os.close(ours)
    assert process.wait() == 0
    return out.decode()


def test_rate_and_time_left_fit_80_columns():
    shown = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", on_terminal(BAR))
    lines = [line for line in re.split(r"[\r\n]+", shown) if line.strip()]
    assert max(map(len, lines)) <= 80
    full = [line for line in lines if re.search(r"\d+% \d+\.\d MB/s +\d+:\d\d", line)]
    assert full
    assert all(line.startswith("converting a_long_name") and "..." in line for line in full)


def test_errors_break_between_words():
    script = "from maskengine.cli import main; main(['convert', 'a.b', 'c', '--to', 'coco2'])"
    lines = on_terminal(script).replace("\r", "").rstrip().split("\n")
    assert len(lines) > 2
    assert max(map(len, lines)) <= 80
    assert lines[0].startswith('maskengine: Invalid value "coco2" for --to.')
    assert all(line.startswith("  ") for line in lines[1:])


def test_nothing_is_shown_elsewhere(capfd):
    with progress_bar("converting", 1 << 30) as update:
        assert update is None
    assert capfd.readouterr() == ("", "")


def test_rates():
    assert rate(2.5e6, 1 << 30) == "2.5 MB/s"
    assert rate(12.34, 700) == "12.3/s"
    assert rate(0.05, 7) == "3/min"


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_ctrl_c_leaves_what_can_be_gone_on_with(jobs, tmp_path):
    def arguments(pause, target, *more):
        words = [
            "convert",
            LVIS,
            tmp_path / target,
            "--to",
            "yolo",
            "--limit",
            "48",
            "--jobs",
            jobs,
            *more,
        ]
        return [sys.executable, "-c", CONVERT, pause, *map(str, words)]

    process = subprocess.Popen(arguments("30", "out"), stderr=subprocess.PIPE, text=True)
    journal = tmp_path / ".out.maskengine" / "journal"
    deadline = time.monotonic() + 60
    while not (journal.exists() and journal.read_bytes()) and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "interrupted, go on with --resume" in error
    assert error.count("\n") == 1
    assert not (tmp_path / "out").exists()
    assert subprocess.run(arguments("0", "out", "--resume"), check=False).returncode == 4
    assert subprocess.run(arguments("0", "whole"), check=False).returncode == 4
    files = {name: {path.relative_to(tmp_path / name): path.read_bytes()
                    for path in (tmp_path / name).rglob("*") if path.is_file()}
             for name in ("out", "whole")}  # fmt: skip
    assert files["out"] == files["whole"]
    assert len(files["out"]) == 48 + 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "whole"]
