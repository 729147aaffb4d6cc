"""``maskengine plan``."""

from __future__ import annotations

import csv
import json
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from maskengine import formats
from maskengine._arrow_files import to_write
from maskengine.cli import QUARANTINED
from maskengine.errors import BadFile, MaskError
from maskengine.quality.novelty import Novelty, novelty
from maskengine.quality.plan import Plan
from maskengine.quality.plan import plan as plan_frames
from maskengine.quality.tiers import Tier

_ENDINGS = (".csv", ".json", ".parquet")
_NUMBER = r"[0-9]+(?:\.[0-9]+)?"
_TIER = re.compile(rf"(?P<name>[^=]+)=(?P<minutes>{_NUMBER})(?::(?P<size>{_NUMBER})(?P<unit>%|h))?")
_USUAL = ("full=60:10%", "usual=30:30%", "light=10")


def plan(
    source: Path,
    *,
    output: Annotated[Path | None, Parameter(name=["--output", "-o"])] = None,
    tier: Annotated[tuple[str, ...], Parameter(negative=(), show_default=False)] = (),
    void: Annotated[tuple[int, ...], Parameter(negative=(), show_default=False)] = (),
    floor: int = 0,
    control: float = 0.0,
    duplicates: int | None = None,
    budget: float | None = None,
    min_edges: int = 1,
    seed: int = 0,
    statistics: Path | None = None,
) -> int:
    """Plan how deep to annotate which frame: most for those that are unlike the others.

    The exit code is 3 when a class has fewer frames in the first tier than its floor.

    Parameters
    ----------
    source
        A folder of label maps, PNG files of one channel or with a palette; an annotation file of
        any format that convert reads, such as a model's pre-labels; or a Parquet file of
        statistics that --statistics wrote.
    output
        The plan to write, a row for each frame: .csv, .json or .parquet.
    tier
        NAME=MINUTES:SHARE% or NAME=MINUTES:HOURSh, or NAME=MINUTES for all that are left; the
        deepest first. By default full=60:10% usual=30:30% light=10.
    void
        A label that is none.
    floor
        Frames with each class that the first tier must have.
    control
        Share of each tier that is drawn by lot, such as 0.05.
    duplicates
        How many near duplicates get into all tiers but the last.
    budget
        Hours in all, at most.
    min_edges
        Pixel edges from which two classes are neighbours.
    seed
        Of the lot.
    statistics
        Where to keep the statistics of the frames, a Parquet file.
    """
    tiers = [_as_tier(text) for text in tier or _USUAL]
    if output is not None and output.suffix.lower() not in _ENDINGS:
        raise MaskError(
            f"expected a name that ends in {', '.join(_ENDINGS)}, got {output}", parameter="output"
        )
    formats.check_target(output, "output", (source, statistics))
    formats.check_target(statistics, "statistics", (source,))
    with _statistics(source, void, statistics) as (path, classes, left_out):
        found = novelty(path, min_edges=min_edges)
    decided = plan_frames(
        found, tiers, floors=floor, control=control, duplicates=duplicates, budget=budget, seed=seed
    )
    if output is not None:
        with formats.replacing(output, "output") as temporary:
            _write(decided, temporary, output.suffix.lower())
    print("\n".join(summary(decided, found, classes)))
    if left_out:
        print(f"  annotations without a mask, left out: {left_out}")
    if output is not None:
        print(f"written to {output}")
    return QUARANTINED if decided.floors_missed else 0


def _as_tier(text: str) -> Tier:
    found = _TIER.fullmatch(text.strip())
    if found is None:
        raise MaskError(
            f"expected NAME=MINUTES, with :SHARE% or :HOURSh behind it perhaps, got {text!r}",
            parameter="tier",
        )
    size = None if found["size"] is None else float(found["size"])
    if size is None:
        return Tier(found["name"], float(found["minutes"]))
    if found["unit"] == "%":
        return Tier(found["name"], float(found["minutes"]), share=size / 100)
    return Tier(found["name"], float(found["minutes"]), hours=size)


@contextmanager
def _statistics(
    source: Path, void: tuple[int, ...], keep: Path | None
) -> Iterator[tuple[Path, dict[int, str], int]]:
    """Give a file of statistics, the source or one made of it, and the names of labels.

    And how many annotations have no mask, so that nothing counts them.
    """
    from maskengine.cli import _frame_statistics  # noqa: PLC0415 - Pillow is an extra

    if source.exists() and not source.is_dir() and not source.is_file():
        raise BadFile(f"{source} is neither a file nor a folder", parameter="source")
    annotated = _frame_statistics.are_annotations(source)
    if not source.is_dir() and not annotated:
        if keep is not None or void:
            name = "statistics" if keep is not None else "void"
            raise MaskError("expected none of it for a file of statistics", parameter=name)
        yield source, {}, 0
        return
    if annotated and void:
        raise MaskError("expected none of it for annotations", parameter="void")
    with tempfile.TemporaryDirectory() as folder:
        target = keep if keep is not None else Path(folder) / "frames.parquet"
        classes: dict[int, str] = {}
        left_out = 0
        if annotated:
            classes, left_out = _frame_statistics.count_annotations(target, source)
        else:
            _frame_statistics.count_maps(target, source, void)
        yield target, classes, left_out


def _rows(decided: Plan) -> Iterator[dict[str, Any]]:
    for i, frame in enumerate(decided.frames):
        t = int(decided.tier[i])
        yield {
            "frame": frame,
            "tier": decided.counts.tiers[t].name if t >= 0 else "",
            "minutes": float(decided.minutes[i]),
            "reason": decided.reason[i],
            "novelty": round(float(decided.novelty[i]), 6),
            "duplicate_of": decided.duplicate_of[i],
        }


def _write(decided: Plan, path: Path, ending: str) -> None:
    if ending == ".parquet":
        import pyarrow as pa  # noqa: PLC0415 - an extra
        import pyarrow.parquet as pq  # noqa: PLC0415

        with to_write(path) as sink:
            pq.write_table(pa.Table.from_pylist(list(_rows(decided))), sink)
        return
    with path.open("w", encoding="utf-8", newline="") as file:
        if ending == ".json":
            json.dump({"tiers": _tiers(decided), "frames": list(_rows(decided))}, file, indent=1)
            file.write("\n")
            return
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["frame", "tier", "minutes", "reason", "novelty", "duplicate_of"])
        writer.writerows(row.values() for row in _rows(decided))


def _tiers(decided: Plan) -> list[dict[str, Any]]:
    counts = decided.counts
    return [
        {"name": one.name, "minutes": one.minutes, "frames": frames, "hours": hours,
         "pixels": pixels}
        for one, frames, hours, pixels in zip(
            counts.tiers, counts.frames.tolist(), counts.hours.tolist(), decided.pixels.tolist(),
            strict=True,
        )
    ]  # fmt: skip


def summary(decided: Plan, found: Novelty, names: dict[int, str]) -> list[str]:
    """Give the lines of the report, none longer than 80 characters."""
    counts = decided.counts
    classes = found.corpus.labels.size
    pairs = len(found.corpus.pairs)
    lines = [
        f"frames {len(decided)}, classes {classes}, pairs of neighbours {pairs}",
        f"  {'tier':<16} {'minutes':>8} {'frames':>9} {'hours':>11} {'megapixels':>11}  by lot",
    ]
    for t, row in enumerate(_tiers(decided)):
        drawn = sum(
            reason == "control" and one == t
            for reason, one in zip(decided.reason, decided.tier.tolist(), strict=True)
        )
        lines.append(
            f"  {_short(row['name'], 16):<16} {row['minutes']:>8g} {row['frames']:>9} "
            f"{row['hours']:>11.1f} {row['pixels'] / 1e6:>11.1f}  {drawn:>6}"
        )
    low, high = counts.hours_with_prelabels()
    lines.append(f"  {'in all':<16} {'':>8} {counts.frames.sum():>9} {counts.total_hours:>11.1f}")
    lines.append(f"  correcting pre-labels in 0.3 to 0.5 of the time: {low:.1f} to {high:.1f} h")
    if counts.left_out:
        lines.append(f"  in no tier: {counts.left_out}")
    lines.append("  most novel:")
    for i in found.order[:5].tolist():
        alone = ", alone has a class" if found.sole[i] else ""
        lines.append(f"    {found.novelty[i]:.3f}  {_short(found.frames[i], 45)}{alone}")
    for label, (wanted, got) in sorted(decided.floors_missed.items())[:10]:
        name = _short(names.get(label, str(label)), 24)
        lines.append(f"  class {name}: {wanted} frames wanted in the first tier, got {got}")
    if len(decided.floors_missed) > 10:
        lines.append(f"  and {len(decided.floors_missed) - 10} more classes below their floor")
    return lines


def _short(text: str, width: int) -> str:
    return text if len(text) <= width else "..." + text[3 - width :]
