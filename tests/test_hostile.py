"""The hostile corpus: each call right or refused with a clear error, within a second and 256 MB.

Covers: maskengine.testing.hostile. Run: pytest tests/test_hostile.py -k polygons
"""

import faulthandler
import json
import os
import subprocess
import sys

import pytest

from maskengine.testing import hostile

CASES = hostile.cases()


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    path = tmp_path_factory.mktemp("hostile") / "rows.json"
    command = [sys.executable, "-m", "maskengine.testing.hostile", "--json", str(path)]
    # memory that is not set, and memory that is freed, has other bytes than zero
    environment = {**os.environ, "MALLOC_PERTURB_": "165", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, env=environment, timeout=600
    )
    assert path.exists(), done.stdout + done.stderr
    return {row["name"]: hostile.Row(**row) for row in json.loads(path.read_text())}


@pytest.mark.parametrize("family", hostile.families())
def test_family(family, rows):
    wanted = [case.name for case in CASES if case.name.startswith(f"{family}/")]
    assert wanted
    assert set(wanted) <= set(rows)
    bad = [rows[name] for name in wanted if not rows[name].is_good]
    assert not bad, "\n".join(
        f"{row.outcome} {row.cpu} s {row.rss >> 20} MB {row.name}: {row.detail}" for row in bad
    )


def test_names_and_number():
    names = [case.name for case in CASES]
    assert len(set(names)) == len(names) >= 500


def _right():
    return 7


def _hangs():
    while True:
        pass


def _grows():
    held = bytearray(300 << 20)
    held[::4096] = b"x" * len(held[::4096])
    return 7


def _dies():
    faulthandler.disable()  # the end is meant, and needs no report
    os.abort()


def _refuses():
    raise ValueError("expected another number")


@pytest.mark.parametrize(
    ("call", "right", "outcome"),
    [
        (_right, 7, "OK"),
        (_right, 8, "WRONG"),
        (_right, hostile.Refused(ValueError), "LAX"),
        (_refuses, hostile.Refused(ValueError, ("another",)), "ERR"),
        (_refuses, hostile.Refused(ValueError, ("something",)), "ODD"),
        (_refuses, hostile.Refused(TypeError), "ODD"),
        (_refuses, 7, "WRONG"),
        (_dies, 7, "CRASH"),
        (lambda: bytearray(1 << 40), 7, "OOM"),
        (sys.exit, 7, "CRASH"),
    ],
)
def test_outcomes(call, right, outcome):
    case = hostile.Hostile("test/one", "test", tuple, right, call=call)
    (row,) = hostile.run([case], {})
    assert row.outcome == outcome
    assert row.is_good == (outcome in {"OK", "ERR"})


def test_time_and_memory(monkeypatch):
    monkeypatch.setattr("maskengine.testing.hostile._run.CPU", 1)
    hangs = hostile.Hostile("test/hangs", "test", tuple, 7, call=_hangs)
    (row,) = hostile.run([hangs], {})
    assert row.outcome == "HANG"
    grows = hostile.Hostile("test/grows", "test", tuple, 7, call=_grows)
    (row,) = hostile.run([grows], {})
    assert row.outcome == "OK"
    assert row.rss >= 290 << 20
    assert not row.is_good


@pytest.mark.parametrize(
    ("row", "good", "slow"),
    [
        (("OK", "", 1.0, 256 << 20, False), True, False),
        (("ERR", "", 1.1, 0, False), False, True),
        (("OK", "", 1.1, 300 << 20, False), False, False),
        (("OK", "", 9.0, 300 << 20, True), True, False),
        (("CRASH", "", 1.1, 0, False), False, False),
    ],
)
def test_gate(row, good, slow):
    told = hostile.Row("test/one", "test", *row)
    assert (told.is_good, told.is_slow) == (good, slow)
