"""A run is compared with an older one by ratio to the peers: what fell is seen, noise is not.

Covers: bench/regression.py, and `against` of bench/run.py.
Run: pytest tests/test_bench_regression.py
"""

import argparse
import json
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).resolve().parents[1] / "bench"


@pytest.fixture
def regression(monkeypatch):
    monkeypatch.syspath_prepend(BENCH)
    import regression

    yield regression
    for name in ("regression", "harness", "report", "run"):
        sys.modules.pop(name, None)


def row(name, ours, noise=0.0, **peers):
    seconds = {"maskengine": ours, **peers}
    median = {key: value * (1 + noise) for key, value in seconds.items()}
    return {"name": name, "seconds": seconds, "median": median}


def run_of(*rows, **versions):
    return {"versions": {"maskengine": "1", "numpy": "2.0", **versions}, "rows": list(rows)}


OLD = run_of(row("x", 1.0, numpy=4.0, opencv=2.0), row("y", 1.0, numpy=1.0))


def test_another_machine_is_no_fall(regression):
    now = run_of(row("x", 3.0, numpy=12.0, opencv=6.0), row("y", 0.1, numpy=0.1))
    assert regression.falls(OLD, now) == {}
    assert regression.compared(OLD, now) == 3


def test_a_slower_row_falls_against_every_peer(regression):
    now = run_of(row("x", 2.0, numpy=4.0, opencv=2.0), row("y", 1.0, numpy=1.0))
    found = regression.falls(OLD, now)
    assert list(found) == [("x", "numpy"), ("x", "opencv")]
    assert str(found["x", "numpy"]) == "x: numpy 4x -> 2x (tolerance 10 %)"


@pytest.mark.parametrize(("ours", "fell"), [(1.0, False), (1.1, False), (1.12, True), (0.5, False)])
def test_a_tenth_is_allowed(regression, ours, fell):
    now = run_of(row("y", ours, numpy=1.0))
    assert bool(regression.falls(OLD, now)) == fell


def test_noise_that_a_run_tells_of_itself_is_allowed_up_to_two_fifths(regression):
    noisy = run_of(row("y", 1.0, noise=0.1, numpy=1.0))
    # four independent errors of a tenth: a fifth
    allowed = regression.tolerance(noisy["rows"][0], noisy["rows"][0], "numpy")
    assert allowed == pytest.approx(0.1 + 0.2)
    assert regression.falls(noisy, run_of(row("y", 1.4, noise=0.1, numpy=1.0))) == {}
    assert regression.falls(noisy, run_of(row("y", 1.5, noise=0.1, numpy=1.0)))
    wild = row("y", 1.7, noise=9.0, numpy=1.0)
    assert regression.falls(OLD, run_of(wild))["y", "numpy"].tolerance == 0.4


def test_a_peer_of_another_version_is_not_judged(regression):
    old = run_of(row("x", 1.0, numpy=4.0), opencv="4.1")
    now = run_of(row("x", 2.0, numpy=4.0), numpy="2.1")
    assert regression.falls(old, now) == {}
    assert regression.other_versions(old, now) == {"numpy": "numpy 2.0 -> 2.1"}
    assert regression.compared(old, now) == 0


def test_what_is_gone_is_told(regression):
    now = run_of(row("x", 1.0, numpy=4.0), row("new", 1.0, numpy=1.0))
    assert regression.missing(OLD, now) == ["x: no opencv any more", "y: gone"]
    assert regression.falls(OLD, now) == {}


@pytest.fixture
def against(regression, tmp_path):
    import run

    path = tmp_path / "old.json"
    path.write_text(json.dumps(OLD))

    def check(now, *tries, cases=()):
        options = argparse.Namespace(against=str(path), cases=list(cases), peers="all", threads="1")
        left = list(tries)

        def again(names):
            return [one for one in left.pop(0) if one["name"] in names]

        return run.against(options, now, again)

    return check


SLOW, FAST = row("y", 2.0, numpy=1.0), row("y", 1.0, numpy=1.0)
X = OLD["rows"][0]


def test_a_fall_that_stays_ends_with_status_1(against, capsys):
    assert against(run_of(X, SLOW), [SLOW], [SLOW]) == 1
    printed = capsys.readouterr().out
    assert "y: numpy 1x -> 0.5x" in printed
    assert "3 ratios compared with old.json" in printed


def test_a_busy_moment_is_no_fall(against, capsys):
    assert against(run_of(X, SLOW), [FAST]) == 0
    assert "no ratio fell" in capsys.readouterr().out
    assert against(run_of(X, SLOW), [SLOW], [FAST]) == 0


def test_a_row_that_is_gone_ends_with_status_1_unless_it_was_not_asked_for(against, capsys):
    assert against(run_of(X)) == 1
    assert "y: gone" in capsys.readouterr().out
    assert against(run_of(X), cases=["x"]) == 0
