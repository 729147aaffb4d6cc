"""What `check` asks of annotation files: polygons, small regions, and what `inspect` finds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa

import maskengine as me
from maskengine import formats
from maskengine.cli._check_maps import Limits
from maskengine.cli._findings import EXAMPLES, Findings, Severity
from maskengine.cli._survey import survey
from maskengine.convert import fill_counts, polygons_of_rows
from maskengine.formats import Part, masks_of
from maskengine.formats._frames import has_value
from maskengine.quality import DensityRule, vertex_density

_FLAWS: dict[str, tuple[Severity, str]] = {
    "no area": ("error", "a ring has no area"),
    "crossing": ("error", "an outline crosses itself"),
    "outside": ("error", "a hole lies outside of its exterior"),
    "disconnected": ("error", "rings cut the inside of their polygon in two"),
    "rings cross": ("warning", "rings of one annotation cross"),
    "nested": ("warning", "a ring lies inside of another of its annotation"),
    "spike": ("warning", "an outline turns back on itself"),
    "duplicate": ("warning", "a vertex repeats the one before"),
}


def check_annotations(path: Path, name: str, limits: Limits) -> Findings:
    """Look for flaws in an annotation file of a format that `convert` reads."""
    frames = fill_counts(formats.read(path, name), lenient=True)
    found = Findings(path, name)

    def parts() -> Iterator[Part]:
        for part in frames:
            for check in CHECKS:
                check(found, part.records, limits)
            yield part

    surveyed = survey(replace(frames, parts=parts))
    images = surveyed.tables.get("images")
    found.count("images", len(surveyed.images_used) if images is None else images)
    found.count("annotations", surveyed.annotations)
    for what, problem in surveyed.problems.items():
        found.add(what, "error", what, problem.examples, problem.count)
        found.found[what].what = "see maskengine inspect"
    return found


def check_outlines(found: Findings, records: pa.RecordBatch, limits: Limits) -> None:
    """Look for flaws of polygons: crossings, spikes, rings at odds."""
    del limits
    polygons = polygons_of_rows(records)
    examples: dict[str, dict[int, str]] = defaultdict(dict)
    for problem in me.check_polygons(polygons).problems():
        x, y = problem.place
        text = f"{_name(records, problem.item)}: ring {problem.ring} at ({x:g}, {y:g})"
        examples[problem.kind].setdefault(problem.item, text)
    for kind, items in examples.items():
        severity, what = _FLAWS[kind]
        found.add(kind, severity, what, list(items.values())[:EXAMPLES], len(items))


def check_regions(found: Findings, records: pa.RecordBatch, limits: Limits) -> None:
    """Look for components of few pixels; crowds may have them."""
    if limits.min_region <= 1:
        return
    counts = has_value(records, "counts")
    crowd = records.column("iscrowd").fill_null(0).to_numpy(zero_copy_only=False) == 1
    rows = np.flatnonzero(counts)
    _, n, stats = me.label(masks_of(records), output="none", stats=True)
    owner = np.repeat(rows, n)
    small = np.flatnonzero((stats.area < limits.min_region) & ~crowd[owner])
    texts = []
    for k in small[:EXAMPLES].tolist():
        x, y = stats.first_pixel[k].tolist()
        texts.append(f"{_name(records, int(owner[k]))}: {stats.area[k]} pixels at ({x}, {y})")
    found.add("small regions", "warning", "a region is small", texts, int(small.size))


def check_density(found: Findings, records: pa.RecordBatch, limits: Limits) -> None:
    """Look for outlines of too few vertices; straight edges may be long."""
    if limits.min_density == 0:
        return
    rule = DensityRule(least=limits.min_density, straight_ok=True)
    verdict = vertex_density(polygons_of_rows(records)).check(rule)
    first = np.unique(verdict.items, return_index=True)[1][:EXAMPLES]
    texts = [
        f"{_name(records, int(verdict.items[k]))}: an edge of {verdict.lengths[k]:.1f} px after "
        f"vertex {verdict.arcs[k, 1]}, at most {verdict.bounds[k]:.1f}"
        for k in first.tolist()
    ]
    count = int((~verdict.passed).sum())
    found.add("vertex density", "warning", "an outline has too few vertices", texts, count)


#: Each looks at a batch of annotations with runs.
CHECKS: list[Callable[[Findings, pa.RecordBatch, Limits], None]] = [
    check_outlines,
    check_regions,
    check_density,
]


def _name(records: pa.RecordBatch, row: int) -> str:
    one = records.column("id")[row].as_py()
    image = records.column("image_id")[row].as_py()
    return f"one of image {image}" if one is None else f"id {one} of image {image}"
