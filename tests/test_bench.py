"""The benchmark refuses wrong answers, keeps to its rows, and sees a lost ratio.

Covers: bench/. Run: pytest tests/test_bench.py
"""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

BENCH = Path(__file__).resolve().parents[1] / "bench"


@pytest.fixture
def bench(monkeypatch):
    monkeypatch.syspath_prepend(BENCH)

    def load(name):
        spec = importlib.util.spec_from_file_location(f"maskengine_bench_{name}", BENCH / name)
        module = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, spec.name, module)  # dataclasses look themselves up
        spec.loader.exec_module(module)
        return module

    return load


def run(*options):
    command = [sys.executable, BENCH / "run.py", *options]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def row(name, ours, **peers):
    return {"name": name, "seconds": {"maskengine": ours, **peers}}


def test_every_row_is_listed_once_or_said_to_be_skipped():
    done = run("--list")
    assert done.returncode == 0, done.stderr
    names = [line[:36].rstrip() for line in done.stdout.splitlines()]
    assert "area of 1,000,000 masks" in names
    assert len(names) == len(set(names))


def test_run_writes_and_compares(tmp_path):
    target = tmp_path / "numbers.json"
    options = ("small: area", "--quick", "--peers", "pycocotools")
    done = run(*options, "--json", target)
    assert done.returncode == 0, done.stderr
    numbers = json.loads(target.read_text())
    assert numbers["threads"] == 1
    assert set(numbers["rows"][0]["seconds"]) == {"maskengine", "pycocotools"}
    numbers["rows"][0]["seconds"]["pycocotools"] *= 1e6  # as if we had been far faster
    target.write_text(json.dumps(numbers))
    done = run(*options, "--compare", target)
    assert done.returncode == 1
    assert "small: area: pycocotools" in done.stdout


def test_wrong_answers_are_not_timed(bench):
    harness = bench("harness.py")
    entry = harness.Race(
        name="wrong",
        needs=(),
        scene=lambda: np.arange(3),
        ours=lambda data: harness.Job(data.sum),
        rivals={"numpy": lambda data: harness.Job(data.max)},
    )
    with pytest.raises(harness.WrongAnswer, match="numpy"):
        harness.race(entry, harness.Settings(("numpy",), 0.0, 1))


def test_slow_and_fast_jobs_get_their_rounds(bench):
    harness = bench("harness.py")
    calls = []
    jobs = {"a": lambda: calls.append("a"), "b": lambda: sum(range(300_000))}
    times = harness.interleave(jobs, harness.Settings((), 0.0, 3))
    assert [len(times[name]) for name in jobs] == [3, 3]
    assert 0 < min(times["a"]) < min(times["b"])


def test_compare_goes_by_ratio(bench):
    report = bench("report.py")
    old = {"rows": [row("x", 1.0, numpy=4.0), row("gone", 1.0, numpy=1.0)]}
    assert report.compare(old, [row("x", 2.0, numpy=8.0), row("new", 1.0, numpy=1.0)]) == []
    assert report.compare(old, [row("x", 2.0, numpy=4.0)]) == ["x: numpy 4x -> 2x"]


def test_readme_keeps_what_stands_around_the_table(bench, tmp_path):
    report = bench("report.py")
    readme = tmp_path / "README.md"
    readme.write_text(f"before\n{report.START}\nold\n{report.END}\nafter\n")
    report.write_readme(readme, "| new |")
    assert readme.read_text() == f"before\n{report.START}\n| new |\n{report.END}\nafter\n"
    readme.write_text("no marks")
    with pytest.raises(SystemExit):
        report.write_readme(readme, "| new |")


def test_page_holds_every_row_and_the_readme_the_first_of_each_case(bench, tmp_path):
    report = bench("report.py")
    rows = [row(name, 0.5, numpy=1.0) | {"case": name[:4]} for name in ("area a", "area b", "bbox")]
    assert [each["name"] for each in report.headlines(rows)] == ["area a", "bbox"]
    environ = report.environment("scalar")
    report.write_page(tmp_path / "speed.md", environ, rows)
    lines = (tmp_path / "speed.md").read_text().splitlines()
    assert [line for line in lines if line.startswith("## ")] == ["## area", "## bbox"]
    assert [line for line in lines if "numpy 2x" in line] == [
        "| area a | 500 ms | numpy 2x |  |",
        "| area b | 500 ms | numpy 2x |  |",
        "| bbox | 500 ms | numpy 2x |  |",
    ]
