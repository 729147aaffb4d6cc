"""Makes the tables and pictures of README.md and docs/speed.md: `python bench/publish.py`.

From the newest files of bench/results: <date>.json (`run.py`), <date>-cores.json (`run.py --threads
all`), <date>-curves.json (`curves.py`), and <date>-more.json, rows that were run in another
environment, whose peers cannot be installed beside the others; they take the place of rows of the
same name.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import plots
import report

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "bench" / "results"
START, END = "<!-- bench:start -->", "<!-- bench:end -->"
README = (  # rows of the table in README.md
    "encode blob 4096, C order",
    "decode blob 4096, Fortran order",
    "734 COCO results, text to areas and boxes",
    "977 LVIS annotations to COCO",
    "iou 300 x 300",
    "union of 20 blobs 4096",
    "label blobs 4096, stats alone",
    "label blobs 4096, int32 image",
    "outlines of blobs 4096, none",
    "polygons 300 to runs, rule gdal",
    "dilate blob 4096, disk 15",
    "distances in blob 2048",
    "flood 4096^2, all zero",
    "confusion of 30 classes 4K",
    "surface distances 2048",
    "compose 100 instances",
    "symmetric_difference of 2 noises",
)
CURVES = {
    "size": ("What a pixel costs, by megapixels of the frame", lambda p: p["pixels"] / 1e6),
    "density": ("What a pixel costs, by mean length of the runs", lambda p: p["run_length"]),
}
METHOD = """\
Each row runs us and the peers in turn, in one process, after their answers were compared; a peer
with another answer stops the run. pycocotools encodes columns alone, so a copy is part of its time.
Of the peers,

- supervision takes part where it has an answer of its own (NMS, conversions of files);
- SimpleITK (STAPLE), surface-distance and MedPy have rows among agreement and boundary scores;
- datumaro asks for older versions of OpenCV and Pillow; it runs beside these if it is installed
  with `pip install --no-deps`, and what it imports as well;
- what is done to whole masks of noise was measured on another machine, one without AVX-512;
- ultralytics needs PyTorch and runs in an environment of its own:
  `python bench/run.py conversions --json bench/results/<date>-more.json`.

`python bench/run.py --against latest` measures again and compares every ratio to a peer with the
last file: it may shrink by a tenth and by the noise that both runs tell of themselves (how far
medians lie above the best), at most by two fifths; what fell is measured twice more, and only a
fall in all three is reported, with exit status 1.
"""
COSTS = """\
Frames of 1 to 268 megapixels are one picture, mirrored on and on; frames of 16.8 megapixels have
runs from 2 pixels (coin flips) to hundreds. Dashed: reading the input and writing the output once,
as pixels; an intersection of runs touches less than that. OpenCV's outlines of coin flips, a minute
a call, are left out (`python bench/curves.py`).
"""


def newest(kind: str) -> dict[str, Any] | None:
    """Read the newest results of a kind: "", "-cores", "-curves" or "-more"."""
    day = "20[0-9][0-9]-[0-9][0-9]-[0-9][0-9]"
    found = sorted(RESULTS.glob(f"{day}{kind}.json"))
    return json.loads(found[-1].read_text()) if found else None


def merged(found: dict[str, Any], more: dict[str, Any] | None) -> dict[str, Any]:
    """Put rows of another environment in the place of those of the same name, or at the end."""
    if more is None:
        return found
    rows = {row["name"]: row for row in found["rows"]}
    rows.update((row["name"], row) for row in more["rows"])
    versions = {**more["versions"], **found["versions"]}
    return {**found, "rows": list(rows.values()), "versions": versions}


def publish() -> None:
    """Write README.md's part, docs/speed.md and the pictures."""
    found = newest("")
    if found is None:
        raise SystemExit(f"no results in {RESULTS}")
    found = merged(found, newest("-more"))
    curves = newest("-curves")
    rows = found["rows"]
    picture(found, chosen(rows)).save(ROOT / "docs" / "speed.svg")
    pictures = ["speed_cases.svg"]
    picture(found, report.headlines(rows)).save(ROOT / "docs" / pictures[0])
    for kind, (title, across) in CURVES.items() if curves else ():
        pictures.append(f"speed_{kind}.svg")
        plots.curve_chart(curves, curves[kind], title, across).save(ROOT / "docs" / pictures[-1])
    write_page(ROOT / "docs" / "speed.md", found, newest("-cores"), pictures)
    write_readme(ROOT / "README.md", readme(found))
    written = ["README.md", *(f"docs/{name}" for name in ("speed.md", "speed.svg", *pictures))]
    print("\n".join(written))


def picture(found: dict[str, Any], rows: list[dict[str, Any]]) -> Any:
    from maskengine.cli._bench_plot import ratio_chart

    return ratio_chart({**found, "rows": rows})


def chosen(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give the rows for README.md."""
    known = {row["name"]: row for row in rows}
    return [known[name] for name in README if name in known]


def readme(found: dict[str, Any]) -> str:
    said = report.verdict(found["rows"]).splitlines()[0]
    return "\n\n".join([
        "![How many times longer the peers take](docs/speed.svg)",
        f"{said} `maskengine bench` measures your machine in ten seconds.",
        report.table(chosen(found["rows"])),
        report.note(found),
    ])  # fmt: skip


def write_readme(path: Path, text: str) -> None:
    old = path.read_text()
    if START not in old or END not in old:
        raise SystemExit(f"{path.name} has no {START} ... {END}")
    head, rest = old.split(START, 1)
    tail = rest.split(END, 1)[1]
    path.write_text(f"{head}{START}\n{text}\n{END}{tail}")


def write_page(
    path: Path, found: dict[str, Any], cores: dict[str, Any] | None, pictures: list[str]
) -> None:
    """Write all rows, case by case."""
    rows = found["rows"]
    parts = [
        "# Speed",
        "Made by `python bench/publish.py` from `bench/results`. On your machine, in ten seconds:",
        "```sh\nmaskengine bench --plot speed.png\n```",
        report.note(found),
        f"![The first row of each case]({pictures[0]})",
        f"## Where others are faster\n\n{report.verdict(rows)}",
        f"## How it is measured\n\n{METHOD.rstrip()}",
    ]
    if pictures[1:]:
        parts.append(f"## Size and density\n\n{COSTS.rstrip()}")
    parts += [f"![A panel for each job, a line for each library]({name})" for name in pictures[1:]]
    if cores is not None:
        text = "Time by the clock on the wall; peers may use all cores as well, most know one."
        parts.append(f"## All cores\n\n{text}\n\n{report.cores_table(cores['rows'])}")
    cases: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        cases.setdefault(row["case"], []).append(row)
    parts += [f"## {case}\n\n{report.table(of)}" for case, of in cases.items()]
    path.write_text("\n\n".join(parts) + "\n")


if __name__ == "__main__":
    sys.exit(publish())
