"""What `inspect` finds out about a file."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from maskengine.convert import fill_counts
from maskengine.formats import KINDS, Frames, Part, mask_sizes
from maskengine.formats._frames import has_value

_EXAMPLES = 3
_SLACK = 1.0  # pixels by which boxes and vertices may leave the image


@dataclass
class Problem:
    """How often something is wrong, and with which annotations, for example."""

    count: int = 0
    examples: list[str] = field(default_factory=list)

    def add(self, names: list[str], count: int) -> None:
        """Count more of it."""
        self.count += count
        self.examples += names[: _EXAMPLES - len(self.examples)]


@dataclass
class Survey:
    """Counts, distributions and problems of a file."""

    tables: dict[str, int | None] = field(default_factory=dict)
    image_sizes: Counter[tuple[int, int]] = field(default_factory=Counter)
    annotations: int = 0
    images_used: set[int] = field(default_factory=set)
    crowds: int = 0
    scores: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    categories: Counter[int] = field(default_factory=Counter)
    category_names: dict[int, str] = field(default_factory=dict)
    runs: list[npt.NDArray[np.int64]] = field(default_factory=list)
    vertices: list[npt.NDArray[np.int64]] = field(default_factory=list)
    areas: list[npt.NDArray[np.int64]] = field(default_factory=list)
    problems: dict[str, Problem] = field(default_factory=lambda: defaultdict(Problem))

    def problem(self, what: str, names: list[str], count: int | None = None) -> None:
        """Note that something is wrong."""
        n = len(names) if count is None else count
        if n:
            self.problems[what].add(names, n)


def survey(frames: Frames) -> Survey:
    """Read a whole file and say what is in it."""
    out = Survey(category_names=frames.categories())
    images = frames.images()
    if images is not None:
        out.tables["images"] = len(images)
        out.image_sizes.update((i.height or 0, i.width or 0) for i in images)
        repeated = [str(id_) for id_, n in Counter(i.id for i in images).items() if n > 1]
        out.problem("image id used more than once", [f"image {id_}" for id_ in repeated])
    if "categories" in frames.tables:
        out.tables["categories"] = len(out.category_names)
    sizes = {i.id: (i.height, i.width) for i in images or [] if i.height and i.width}
    for part in fill_counts(frames, lenient=True):
        _add(out, part, sizes)
    return out


def _add(out: Survey, part: Part, sizes: dict[int, Any]) -> None:
    records = part.records
    for bad in part.refused:
        name = f"number {bad.position}" if bad.id is None else f"id {bad.id}"
        out.problem(_general(bad.reason), [name])
    n = records.num_rows
    out.annotations += n + len(part.refused)
    if n == 0:
        return
    image_ids = records.column("image_id").to_numpy()
    out.images_used.update(np.unique(image_ids).tolist())
    out.crowds += int((_numbers(records, "iscrowd") == 1).sum())
    out.scores += n - records.column("score").null_count
    kinds = np.bincount(records.column("kind").indices.to_numpy(), minlength=len(KINDS))
    out.kinds.update({kind: int(c) for kind, c in zip(KINDS, kinds, strict=True) if c})
    for pair in records.column("category_id").value_counts():
        if pair["values"].is_valid:
            out.categories[pair["values"].as_py()] += pair["counts"].as_py()
    has_runs = has_value(records, "counts")
    out.runs.append(np.diff(records.column("counts").offsets.to_numpy())[has_runs])
    drawn = has_value(records, "coords")
    out.vertices.append(np.diff(records.column("coords").offsets.to_numpy())[drawn] // 2)
    out.areas.append(_numbers(records, "pixel_area")[has_runs].astype(np.int64))
    _check_rows(out, records, image_ids, sizes)


def _check_rows(
    out: Survey, records: pa.RecordBatch, image_ids: npt.NDArray[np.int64], sizes: dict[int, Any]
) -> None:
    def note(what: str, rows: npt.NDArray[np.bool_]) -> None:
        at = np.flatnonzero(rows)
        if at.size:
            out.problem(what, _names(records, at[:_EXAMPLES]), int(at.size))

    if "categories" in out.tables:
        known = np.array(sorted(out.category_names), np.int64)
        column = _numbers(records, "category_id").astype(np.int64)
        note(
            "category is not in 'categories'",
            ~np.isin(column, known) & has_value(records, "category_id"),
        )
    has_runs = has_value(records, "counts")
    note("mask without a pixel", has_runs & (_numbers(records, "pixel_area") == 0))
    x, y, w, h = (_numbers(records, f"bbox_{side}") for side in "xywh")
    note("bbox of negative width or height", np.minimum(w, h) < 0)
    if not sizes:
        return
    image = np.array([sizes.get(id_, (-1, -1)) for id_ in image_ids.tolist()], np.float64)
    known_size = image[:, 0] >= 0
    note(
        "size of the mask is not that of its image",
        has_runs & known_size & (mask_sizes(records) != image).any(axis=1),
    )
    outside = np.minimum(x, y) < -_SLACK
    outside |= (x + w > image[:, 1] + _SLACK) | (y + h > image[:, 0] + _SLACK)
    note("bbox leaves its image", outside & known_size & has_value(records, "bbox_x"))
    note("polygon leaves its image", known_size & _leaves(records, image))


def _leaves(records: pa.RecordBatch, image: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    coords = records.column("coords")
    offsets = coords.offsets.to_numpy()
    xy = coords.values.to_numpy()[offsets[0] : offsets[-1]].reshape(-1, 2)
    row = np.repeat(np.arange(len(coords)), np.diff(offsets) // 2)
    bad = (xy < -_SLACK).any(axis=1) | (xy > image[row][:, ::-1] + _SLACK).any(axis=1)
    return np.bincount(row[bad], minlength=len(coords)) > 0


def _general(reason: str) -> str:
    """Drop ids from a reason, so that equal ones are counted together."""
    if reason.startswith("image ") and reason.endswith("is not in 'images'"):
        return "image is not in 'images'"
    return reason


def _names(records: pa.RecordBatch, rows: npt.NDArray[np.int64]) -> list[str]:
    ids, images = records.column("id"), records.column("image_id")
    return [
        f"id {ids[int(row)].as_py()}"
        if ids[int(row)].is_valid
        else f"one of image {images[int(row)].as_py()}"
        for row in rows
    ]


def _numbers(records: pa.RecordBatch, name: str) -> npt.NDArray[Any]:
    column = records.column(name)
    values: npt.NDArray[Any] = column.fill_null(0).to_numpy(zero_copy_only=False)
    return values
