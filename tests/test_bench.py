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
    done = run(*options, "--against", target)
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
        harness.race(entry, harness.Settings(0.0, 1), ("numpy",))


def test_slow_and_fast_jobs_get_their_rounds(bench):
    harness = bench("harness.py")
    calls = []
    jobs = {"a": lambda: calls.append("a"), "b": lambda: sum(range(300_000))}
    times = harness.interleave(jobs, harness.Settings(0.0, 3))
    assert [len(times[name]) for name in jobs] == [3, 3]
    assert 0 < min(times["a"]) < min(times["b"])


def test_readme_keeps_what_stands_around_the_table(bench, tmp_path):
    publish = bench("publish.py")
    readme = tmp_path / "README.md"
    readme.write_text(f"before\n{publish.START}\nold\n{publish.END}\nafter\n")
    publish.write_readme(readme, "| new |")
    assert readme.read_text() == f"before\n{publish.START}\n| new |\n{publish.END}\nafter\n"
    readme.write_text("no marks")
    with pytest.raises(SystemExit):
        publish.write_readme(readme, "| new |")


def test_page_holds_every_row_and_the_picture_the_first_of_each_case(bench, tmp_path):
    report, publish = bench("report.py"), bench("publish.py")
    rows = [row(name, 0.5, numpy=1.0) | {"case": name[:4]} for name in ("area a", "area b", "bbox")]
    assert [each["name"] for each in report.headlines(rows)] == ["area a", "bbox"]
    found = report.environment(1) | {"rows": rows}
    cores = {"rows": [row("area a", 0.25) | {"cores": {"4": 0.25, "1": 0.5}}]}
    publish.write_page(tmp_path / "speed.md", found, cores, ["one.svg", "two.svg"])
    lines = (tmp_path / "speed.md").read_text().splitlines()
    titles = ["Where others are faster", "How it is measured", "Size and density", "All cores"]
    titles = [f"## {title}" for title in (*titles, "area", "bbox")]
    assert [line for line in lines if line.startswith("## ")] == titles
    assert [line for line in lines if "numpy 2x" in line] == [
        "| area a | 500 ms | numpy 2x |  |",
        "| area b | 500 ms | numpy 2x |  |",
        "| bbox | 500 ms | numpy 2x |  |",
    ]
    assert "| area a | 500 ms | 250 ms | 2x |  |" in lines
    assert all(f"]({name})" in "".join(lines) for name in ("one.svg", "two.svg"))
    pictured = publish.picture(found, report.headlines(rows)).svg()
    assert ">area a<" in pictured
    assert ">area b<" not in pictured


def test_rows_of_another_environment_take_the_place_of_theirs(bench):
    publish = bench("publish.py")
    found = {"rows": [row("a", 1.0), row("b", 1.0)], "versions": {"numpy": "2"}}
    more = {"rows": [row("b", 1.0, datumaro=9.0), row("c", 1.0)], "versions": {"datumaro": "1"}}
    merged = publish.merged(found, more)
    assert [one["name"] for one in merged["rows"]] == ["a", "b", "c"]
    assert merged["rows"][1]["seconds"]["datumaro"] == 9
    assert merged["versions"] == {"numpy": "2", "datumaro": "1"}
    assert publish.merged(found, None) is found


def test_the_verdict_counts_and_lists_what_is_slower(bench):
    report = bench("report.py")
    assert report.verdict([row("a", 1.0, numpy=2.0, opencv=0.996)]) == (
        "1 rows, 2 comparisons with a peer: maskengine is as fast or faster in 2 of them, "
        "slower in 0."
    )
    text = report.verdict([row("a", 1.0, numpy=0.5, opencv=0.25, scipy=3.0)])
    assert text.splitlines()[-2:] == ["| a | opencv | 0.25 |", "| a | numpy | 0.5 |"]


def test_curves_have_a_panel_for_each_job_and_a_line_for_each_library(bench):
    plots, publish = bench("plots.py"), bench("publish.py")
    points = [
        {"seconds": {"maskengine": 1e-3 * n, "numpy": 2e-3 * n}, "limit": 5e-4 * n,
         "pixels": 10**6 * n, "run_length": 10.0 * n}
        for n in (1, 4, 16)
    ]  # fmt: skip
    environ = bench("report.py").environment(1)
    for title, across in publish.CURVES.values():
        chart = plots.curve_chart(environ, {"a job": points, "another": points[:2]}, title, across)
        text = chart.svg()
        assert text.count(">a job<") == text.count(">another<") == 1
        assert text.count('stroke-dasharray="4 3"') == 3  # the limit: legend and two panels
        assert text.count("<circle") == 2 * 3 + 2 * 2
        # a pixel costs the same at each size: the line is level
        level = [line for line in text.splitlines() if line.count(",") == 3 and "dc2626" in line]
        ys = {pair.split(",")[1] for pair in level[0].split('"')[1].split()}
        assert len(ys) == 1


def test_frames_of_all_sizes_are_one_picture(bench):
    curves = bench("curves.py")
    curves.SIDE = 64
    small = curves.frame(64)
    large = curves.frame(256)
    assert large.shape == (256, 256)
    assert (large[:64, :64] == small).all()
    assert (large[64:128, :64] == small[::-1]).all()
    assert (large[:64, 64:128] == small[:, ::-1]).all()
    assert (large[128:, 128:] == large[:128, :128]).all()
    board = np.indices((8, 8)).sum(0) % 2
    assert curves.run_length(board.astype(np.uint8)) == 1
    assert curves.run_length(np.zeros((4, 10), np.uint8)) == 10


SUITE = """<testsuites><testsuite tests="3" failures="1" errors="0" skipped="1">
<testcase classname="tests.test_gpu" name="test_a"><failure message="1 is not 2"/></testcase>
<testcase classname="tests.test_gpu" name="test_b"/>
<testcase classname="tests.test_gpu" name="test_c"><skipped message="one device"/></testcase>
</testsuite></testsuites>"""


def report_of(tmp_path):
    results = tmp_path / "results"
    results.mkdir(exist_ok=True)
    command = [sys.executable, BENCH / "gpu_report.py", tmp_path, results]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert not list(results.iterdir()) or not done.stdout.count("unavailable")
    return json.loads(done.stdout)


def test_the_report_of_a_gpu_says_what_failed(tmp_path):
    (tmp_path / "steps").write_text("build_exit=0\nmemcheck=exit 0: ERROR SUMMARY: 0 errors\n")
    (tmp_path / "gpu_tests.xml").write_text(SUITE)
    (tmp_path / "throughput.json").write_text('{"operations": {}}')
    report = report_of(tmp_path)
    assert report["steps"] == {"build_exit": 0, "memcheck": "exit 0: ERROR SUMMARY: 0 errors"}
    assert report["tests"] == {
        "tests": 3,
        "failures": 1,
        "errors": 0,
        "skipped": 1,
        "failed": ["tests.test_gpu::test_a: 1 is not 2"],
        "skipped_as": ["one device"],
    }
    assert report["throughput"] == {"operations": {}}


def test_the_report_of_a_gpu_is_written_where_steps_failed(tmp_path):
    (tmp_path / "steps").write_text("build_seconds=12\nbuild_exit=1\n")
    (tmp_path / "gpu_tests.xml").write_text("<testsuites><testsu")
    (tmp_path / "throughput.json").write_text('{"operations"')
    report = report_of(tmp_path)
    assert report["steps"] == {"build_seconds": 12, "build_exit": 1}
    assert report["tests"] is None
    assert report["throughput"] is None


def test_the_throughput_of_a_gpu_stops_in_time(bench, monkeypatch, capsys):
    throughput = bench("gpu_throughput.py")
    options = ["gpu_throughput.py", "--side", "128", "--emulated", "--seconds", "0"]
    monkeypatch.setattr(sys, "argv", options)
    throughput.main()
    report = json.loads(capsys.readouterr().out)
    assert report["stopped_after"] == "label"
    assert list(report["operations"]) == ["label"]


def test_the_throughput_of_a_gpu_prints_what_it_has(bench, monkeypatch, capsys):
    throughput = bench("gpu_throughput.py")

    def some(*_):
        yield "encode", lambda: np.array(1), np.array(2), 1
        throughput.stop()

    monkeypatch.setattr(throughput, "map_jobs", some)
    monkeypatch.setattr(throughput, "same", lambda _, ours, wanted: bool(ours == wanted))
    monkeypatch.setattr(sys, "argv", ["gpu_throughput.py", "--side", "128", "--emulated"])
    with pytest.raises(SystemExit, match="stopped before the end"):
        throughput.main()
    report = json.loads(capsys.readouterr().out)
    assert not report["operations"]["encode"]["equals_the_cpu"]
