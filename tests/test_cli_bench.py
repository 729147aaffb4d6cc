"""The command `bench`: what it measures is right, and what it shows fits.

Covers: maskengine.cli.bench, _bench_jobs, _bench_peers, _bench_text, _bench_plot, _chart, _race.
Run: pytest tests/test_cli_bench.py
"""

import contextlib
import io
import json
import os
import xml.etree.ElementTree as ET
from importlib.util import find_spec

import cv2
import numpy as np
import pytest
from PIL import Image

from maskengine.cli import _bench_jobs, _bench_plot, _bench_text, _chart, _race, bench, main
from maskengine.errors import MaskError

SVG = "{http://www.w3.org/2000/svg}"
QUICK = _race.Settings(0.0, 1)


def parsed(text):
    return ET.fromstring(text)  # noqa: S314 - our own


def row(name, ours, limit=None, left_out=None, **peers):
    found = {"name": name, "seconds": {"maskengine": ours, **peers}}
    found["cores"] = {"1": ours, "4": ours / 3}
    if limit is not None:
        found["limit"] = limit
    if left_out:
        found["left_out"] = left_out
    return found


def run_of(*rows):
    machine = {"cpu": "a processor", "system": "Linux", "arch": "x86_64"}
    versions = {"maskengine": "0", "numpy": "2.0"}
    return {"machine": machine, "level": "avx2", "date": "2026-01-01", "size": 64,
            "versions": versions, "rows": list(rows)}  # fmt: skip


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """Run the command once, with as few readings as there can be; give its lines and numbers."""
    folder = tmp_path_factory.mktemp("bench")
    numbers, plot = folder / "numbers.json", folder / "speed.svg"
    command = ["bench", "--size", "64", "--threads", "2"]
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(io.StringIO()) as out:
        patch.setattr(bench, "_SECONDS", 0.0)
        patch.setattr(bench, "_ROUNDS", 1)
        assert main([*command, "--json", str(numbers), "--plot", str(plot)]) == 0
    return out.getvalue().splitlines(), json.loads(numbers.read_text()), plot


def test_the_command_prints_a_table_that_fits_and_writes_both_files(measured):
    lines, numbers, plot = measured
    assert all(len(line) <= 80 for line in lines if not line.startswith("written: "))
    text = "\n".join(lines)
    assert "\033" not in text  # no colours where there is no terminal
    names = [one["name"] for one in numbers["rows"]]
    assert all(name in text for name in names)
    assert names == [race.name for race in _bench_jobs.races(64)]
    assert all(list(one["cores"]) == ["1", "2"] for one in numbers["rows"])
    assert all(0 < one["seconds"]["maskengine"] < 10 for one in numbers["rows"])
    words = [one.text for one in parsed(plot.read_text()).iter() if one.text]
    assert set(names) <= set(words)


def test_peers_that_are_here_took_part(measured):
    _, numbers, _ = measured
    here = {name for name, module in _race.MODULES.items() if find_spec(module.split(".")[0])}
    assert {"numpy", "pillow", "pycocotools", "opencv", "scipy"} <= here  # of the extra [test]
    raced = {name for one in numbers["rows"] for name in one["seconds"]}
    assert here <= raced
    assert [one for one in numbers["rows"] if "left_out" in one] == []


def test_the_process_is_left_as_it_was(monkeypatch):
    monkeypatch.setenv("RAYON_NUM_THREADS", "3")
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    threads = cv2.getNumThreads()
    with bench._one_core():
        assert os.environ["RAYON_NUM_THREADS"] == os.environ["OMP_NUM_THREADS"] == "1"
        assert cv2.getNumThreads() == 1
    assert os.environ["RAYON_NUM_THREADS"] == "3"
    assert "OMP_NUM_THREADS" not in os.environ
    assert cv2.getNumThreads() == threads


@pytest.mark.parametrize(("terminal", "variables", "wanted"), [
    (True, {}, True), (False, {}, False), (True, {"NO_COLOR": "1"}, False),
    (True, {"TERM": "dumb"}, False),
])  # fmt: skip
def test_colours_are_for_terminals(monkeypatch, terminal, variables, wanted):
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(bench.sys.stdout, "isatty", lambda: terminal, raising=False)
    assert bench._colours() is wanted


@pytest.mark.parametrize("arguments", [
    ["--size", "63"], ["--size", "40000"], ["--plot", "speed.jpg"], ["--threads", "0"],
])  # fmt: skip
def test_bad_options_are_refused_before_anything_is_measured(arguments, capsys, tmp_path):
    assert main(["bench", "--json", str(tmp_path / "x.json"), *arguments]) == 2
    printed = capsys.readouterr()
    assert arguments[0].strip("-") in printed.err
    assert not printed.out
    assert not list(tmp_path.iterdir())


def test_without_peers_every_job_still_runs():
    for entry in _bench_jobs.races(64):
        found = _race.race(entry, (), QUICK)
        assert list(found["seconds"]) == ["maskengine"]


def test_wrong_and_failing_peers_are_named_and_not_timed():
    def fails(_):
        raise TypeError("of another version")

    entry = _race.Race(
        "sum", (), lambda: np.arange(4), lambda data: _race.Job(data.sum),
        {"right": lambda data: _race.Job(lambda: int(data.sum())),
         "wrong": lambda data: _race.Job(data.max), "failing": fails},
    )  # fmt: skip
    found = _race.race(entry, ("right", "wrong", "failing"), QUICK)
    assert set(found["seconds"]) == {"maskengine", "right"}
    assert found["left_out"] == {
        "wrong": "gives another answer",
        "failing": "fails: TypeError: of another version",
    }


def test_jobs_take_turns_and_slow_ones_fewer():
    clock, order = [0.0], []

    def job(name, seconds):
        def run():
            order.append(name)
            clock[0] += seconds

        return run

    jobs = {"slow": job("slow", 2.0), "fast": job("fast", 0.125)}
    settings = _race.Settings(0.5, 3, clock=lambda: clock[0])
    times = _race.interleave(jobs, settings)
    assert times["slow"] == [2.0]
    assert times["fast"] == [0.125] * 4  # half a second
    assert order[:4] == ["slow", "fast", "slow", "fast"]  # a look at each, then in turn


def test_lines_of_a_row():
    one = row("masks", 2e-3, limit=1e-3, opencv=6e-3, left_out={"cc3d": "gives another answer"})
    assert list(_bench_text.lines(one, colours=False)) == [
        "masks                                  2 ms     667 us       2x",
        "    opencv 3x, cc3d gives another answer",
    ]
    [_, second] = _bench_text.lines(row("masks", 2e-3, slow=4e-3, fast=1e-3), colours=True)
    assert second == "    \033[32mslow 2x\033[0m, \033[33mfast 0.5x\033[0m"
    many = {f"a library with a long name {k}": 1.0 for k in range(9)}
    lines = list(_bench_text.lines(row("masks", 1.0, **many), colours=False))
    assert len(lines) == 6
    assert all(len(line) <= 80 for line in lines)
    long = list(_bench_text.lines(row("masks", 1.0, left_out={"a": "b" * 99}), colours=False))
    assert len(long[1]) <= 80
    assert long[1].endswith("...")


def test_the_ending_has_geometric_means():
    rows = [row("a", 1.0, opencv=2.0), row("b", 1.0, opencv=8.0, scipy=3.0)]
    with_peers = "\n".join(_bench_text.ending(run_of(*rows)))
    assert "opencv 4x, scipy 3x" in with_peers
    assert "where installed" not in with_peers
    alone = _bench_text.ending(run_of(row("a", 1.0, numpy=2.0)))
    assert "where installed" in "\n".join(alone)
    assert all(len(line) <= 80 for line in alone)


@pytest.mark.parametrize(("seconds", "text"), [
    (1234.5, "1234 s"), (1.2345, "1.23 s"), (0.0125, "12.5 ms"), (3e-6, "3 us"), (4.5e-8, "45 ns"),
])  # fmt: skip
def test_times_have_three_digits(seconds, text):
    assert _bench_text.human(seconds) == text


def test_dots_lie_where_the_ratios_are():
    chart = _bench_plot.ratio_chart(run_of(row("a", 1.0, limit=0.1, opencv=10.0, scipy=100.0)))
    tree = parsed(chart.svg())
    dots = list(tree.iter(f"{SVG}circle"))[3:]  # of the legend
    x = [float(one.get("cx")) for one in dots]
    assert x[1] - x[0] == pytest.approx(x[2] - x[1], abs=0.2)  # a decade each
    assert len({one.get("fill") for one in dots}) == 3


def test_a_run_without_peers_has_a_picture():
    tree = parsed(_bench_plot.ratio_chart(run_of(row("alone", 1.0))).svg())
    assert not list(tree.iter(f"{SVG}circle"))[2:]  # those of the legend


def test_a_chart_is_the_same_picture_as_svg_and_png(tmp_path):
    chart = _chart.Chart(40, 30, "a & b")
    chart.box(0, 0, 20, 30, "#ff0000")
    chart.dot((30, 10), "#0000ff", 5)
    chart.line([(22, 25), (38, 25)], "#00ff00", 4)
    chart.line([(1, 28), (39, 28)], "#000000", 1, dashed=True)
    chart.words((3, 12), "<x>", bold=True)
    chart.save(tmp_path / "a.png")
    image = Image.open(tmp_path / "a.png")
    assert image.size == (80, 60)
    pixels = np.asarray(image)
    assert pixels[40, 10].tolist() == [255, 0, 0]
    assert pixels[20, 60].tolist() == [0, 0, 255]
    assert pixels[50, 60].tolist() == [0, 255, 0]
    assert pixels[4, 70].tolist() == [255, 255, 255]
    dashed = (pixels[56, 44:78] < 128).all(1)
    assert 0 < dashed.sum() < dashed.size
    chart.save(tmp_path / "a.svg")
    tree = parsed((tmp_path / "a.svg").read_text())
    assert tree.get("aria-label") == "a & b"
    assert [one.text for one in tree.iter(f"{SVG}text")] == ["<x>"]
    with pytest.raises(MaskError, match=r"\.svg or \.png"):
        chart.save(tmp_path / "a.pdf")


def test_libraries_have_colours_of_their_own():
    names = [*_race.MODULES, "another"]
    shades = _chart.colours(names)
    assert len(set(shades.values())) == len(names)
    assert _chart.colours(["scipy"])["scipy"] == shades["scipy"]
