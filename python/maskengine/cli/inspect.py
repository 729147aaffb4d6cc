"""``maskengine inspect``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import numpy as np
import numpy.typing as npt
from cyclopts import Parameter

from maskengine import formats
from maskengine.cli import QUARANTINED
from maskengine.cli._format_names import Readable
from maskengine.cli._progress import bytes_of
from maskengine.cli._survey import Survey, survey
from maskengine.errors import MaskError


def inspect(
    file: Path,
    *,
    from_: Annotated[Readable | None, Parameter(name="--from")] = None,
    top: int = 10,
) -> int:
    """Say what is in an annotation file, and what is wrong with it.

    The exit code is 3 when there are problems.

    Parameters
    ----------
    file
        A file or folder of any format, or its URL.
    from_
        Format of FILE, when its content does not tell.
    top
        How many categories and image sizes to list.
    """
    if top < 0:
        raise MaskError(f"expected 0 or more, got {top}", parameter="top")
    with formats.local_copy(file) as here:
        name = from_ or formats.detect(here)
        found = survey(formats.read(here, name))
        print(f"{formats.url_of(file) or file}: {name}, {bytes_of(here)} bytes")
    print("\n".join(report(found, top)))
    return QUARANTINED if found.problems else 0


def report(found: Survey, top: int) -> list[str]:
    """Give the lines of the report."""
    lines = [f"  annotations  {found.annotations}"]
    if "images" in found.tables:
        n = found.tables["images"] or 0
        used = f"{len(found.images_used)} of {n} have annotations"
    else:
        n, used = len(found.images_used), "named by annotations; the file has no table of images"
    lines.append(f"  images       {n} ({used})")
    lines += _table("image sizes", [(f"{h} x {w}", c) for (h, w), c in found.image_sizes.items()],
                    top)  # fmt: skip
    kinds = {"none": "no mask", "polygon": "polygons", "text": "run lengths, compressed text",
             "list": "run lengths, list"}  # fmt: skip
    lines += _table("masks", [(kinds[kind], c) for kind, c in found.kinds.items()], top)
    for label, count in (("crowds", found.crowds), ("scores", found.scores)):
        if count:
            lines.append(f"  {label:<12} {count}")
    lines += _spread("runs of a mask", found.runs)
    lines += _spread("vertices of an annotation", found.vertices)
    lines += _spread("pixels of a mask", found.areas)
    if found.areas:
        areas = np.concatenate(found.areas)
        small, large = int((areas < 32**2).sum()), int((areas >= 96**2).sum())
        lines.append(
            f"  below 32^2 pixels {small}, up to 96^2 {len(areas) - small - large}, above {large}"
        )
    names = found.category_names
    listed = f" of {found.tables['categories']}" if "categories" in found.tables else ""
    lines += _table(
        f"categories used: {len(found.categories)}{listed}",
        [(f"{names.get(id_, 'category')} ({id_})", c) for id_, c in found.categories.items()],
        top,
    )
    if not found.problems:
        return [*lines, "  no problems found"]
    lines.append("  problems:")
    for what, problem in sorted(found.problems.items(), key=lambda item: -item[1].count):
        lines.append(f"    {problem.count:>9}  {what} ({', '.join(problem.examples)})")
    return lines


def _table(title: str, rows: list[tuple[str, int]], top: int) -> list[str]:
    if not rows:
        return []
    rows = sorted(rows, key=lambda row: (-row[1], row[0]))
    lines = [f"  {title}"] + [f"    {count:>9}  {name}" for name, count in rows[:top]]
    if len(rows) > top:
        rest = sum(count for _, count in rows[top:])
        lines.append(f"    {rest:>9}  in {len(rows) - top} more")
    return lines


def _spread(title: str, parts: list[npt.NDArray[np.int64]]) -> list[str]:
    values = np.concatenate(parts) if parts else np.zeros(0, np.int64)
    if not values.size:
        return []
    low, middle, high = np.percentile(values, [5, 50, 95])
    return [
        (
            f"  {title}: median {middle:.0f}, 5 % below {low:.0f}, 5 % above {high:.0f}, "
            f"most {values.max()}"
        )
    ]
