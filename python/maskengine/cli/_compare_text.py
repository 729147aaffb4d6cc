"""What `compare` prints: at most 80 columns."""

from __future__ import annotations

import math
from pathlib import PurePosixPath
from typing import Any

import numpy as np

from maskengine.cli._compare_objects import PairSums
from maskengine.cli._comparison import Comparison, Region
from maskengine.quality import OffsetScores
from maskengine.quality.disagreement import KINDS

WIDTH = 80
_NAME = 14
_PAIRS = 8  # annotators up to which all pairs fit
_ROWS = 12


def summary(found: Comparison, names: dict[int, str]) -> list[str]:
    """Give the lines of the summary."""
    pixels = sum(int(np.prod(row.size)) for row in found.rows)
    scores = found.scores
    lines = [
        (
            f"{len(found.names)} annotators, {plural(len(found.rows), 'frame')}, "
            f"{plural(pixels, 'pixel')}, {plural(scores.classes.size, 'label')}"
        )
    ]
    lines += [f"  {cut(name, 20):<20} {_path(found, r)}" for r, name in enumerate(found.names)]
    lines += _left_out(found.files.left_out)
    lines += ["", f"{'agreement':<28}{'all pixels':>12}{'near edges':>12}"]
    band = scores.band
    for title, name in (("Fleiss' kappa", "fleiss"), ("Krippendorff's alpha", "alpha"),
                        ("equal pairs of labels", "observed")):  # fmt: skip
        second = math.nan if band is None else getattr(band, name)
        lines.append(f"  {title:<26}{number(getattr(scores.pixels, name)):>12}{number(second):>12}")
    lines.append(
        f"  {'mean IoU of pairs':<26}{number(scores.pair_iou):>12}"
        f"{number(scores.pair_boundary_iou):>12}"
    )
    lines += _annotators(found)
    lines += _pairs(found)
    lines += _labels(found, names)
    lines += _offsets(found, names)
    lines += _objects(found, names)
    lines += _regions(found, names)
    return lines


def number(value: float) -> str:
    """Give a score with three digits; what is not defined has none."""
    return "-" if math.isnan(value) else f"{value:.3f}".replace("-0.000", "0.000")


def plural(count: int, what: str) -> str:
    """Give a number of things."""
    return f"{count:,} {what}" + ("" if count == 1 else "s")


def cut(text: str, width: int) -> str:
    """Shorten a name."""
    return text if len(text) <= width else text[: width - 2] + ".."


def end_of(frame: str, width: int) -> str:
    """Shorten the name of a frame to its end, where names of one folder differ."""
    name = PurePosixPath(frame).stem if len(frame) > width else frame
    return name if len(name) <= width else ".." + name[2 - width :]


def label_name(label: int, names: dict[int, str]) -> str:
    """Give the name of a label, or its number."""
    return names.get(label, str(label))


def place(found: Comparison, region: Region) -> str:
    """Say where a region lies."""
    left, top, width, height = region.bbox
    return f"{found.files.frames[region.frame]} at {left},{top} {width} x {height}"


def spot(found: Comparison, region: Region, width: int) -> str:
    """Say in few characters where a region begins."""
    left, top = region.bbox[:2]
    corner = f" {left},{top}"
    return end_of(found.files.frames[region.frame], width - len(corner)) + corner


def systematic(scores: OffsetScores) -> list[tuple[int, int]]:
    """Give rows and annotators of offsets that are systematic, the greatest first."""
    at = [(int(k), int(r)) for k, r in zip(*np.nonzero(scores.systematic), strict=True)]
    return sorted(at, key=lambda cell: (-abs(scores.mean[cell]), cell))


def reference_name(found: Comparison) -> str:
    """Say from whose outlines offsets are measured."""
    against = found.options.reference
    if against is None and len(found.names) == 2:
        against = 0
    return "the majority" if against is None else found.names[against]


def _path(found: Comparison, rater: int) -> str:
    text = found.files.places[rater]
    return text if len(text) <= WIDTH - 24 else ".." + text[-(WIDTH - 26) :]


def _left_out(names: list[str]) -> list[str]:
    if not names:
        return []
    lines = [f"  {len(names)} left out:"]
    lines += [f"    {cut(name, WIDTH - 4)}" for name in names[:3]]
    return lines + ([f"    and {len(names) - 3} more"] if len(names) > 3 else [])


def _annotators(found: Comparison) -> list[str]:
    if len(found.names) == 2:
        return []  # what there is to say is said of the pair
    scores = found.scores
    boundary = scores.mean_boundary_iou
    head = "".join(f"{kind:>{len(kind) + 2}}" for kind in KINDS)
    lines = ["", f"{'against the others':<22}{'IoU':>7}{'accuracy':>10}{'edges':>7}{head}"]
    for r, name in enumerate(found.names):
        edges = math.nan
        if boundary is not None:
            others = np.delete(boundary[r], r)
            edges = (
                float(np.mean(others[~np.isnan(others)])) if not np.isnan(others).all() else edges
            )
        counted = "".join(f"{found.dissents[r, kind]:>{len(kind) + 2}}" for kind in KINDS)
        lines.append(
            f"  {cut(name, 20):<20}{number(scores.leave_one_out[r]):>7}"
            f"{number(scores.leave_one_out_accuracy[r]):>10}{number(edges):>7}{counted}"
        )
    return [*lines, "  (the last columns: regions in which that annotator is alone)"]


def _pairs(found: Comparison) -> list[str]:
    n = len(found.names)
    if n < 3 or n > _PAIRS:
        return []
    short = [cut(name, 7) for name in found.names]
    lines = ["", f"{'mean IoU of pairs':<{_NAME + 4}}" + "".join(f"{name:>7} " for name in short)]
    for i, name in enumerate(found.names):
        row = [number(found.scores.mean_iou[i, j]) if i != j else "." for j in range(n)]
        lines.append(f"  {cut(name, _NAME):<{_NAME + 2}}" + "".join(f"{cell:>7} " for cell in row))
    return lines


def _labels(found: Comparison, names: dict[int, str]) -> list[str]:
    scores = found.scores
    rows = label_rows(found)
    lines = ["", f"{'labels, the worst first':<26}{'IoU':>8}{'edges':>8}{'kappa':>8}{'share':>8}"]
    for row in rows[:_ROWS]:
        name = label_name(int(scores.classes[row["place"]]), names)
        lines.append(
            f"  {cut(name, 24):<24}{number(row['iou']):>8}{number(row['edges']):>8}"
            f"{number(row['kappa']):>8}{100 * row['share']:>7.1f}%"
        )
    return lines + ([f"  and {len(rows) - _ROWS} more"] if len(rows) > _ROWS else [])


def label_rows(found: Comparison) -> list[dict[str, Any]]:
    """Give scores of each label, over all pairs of annotators; the worst first."""
    scores = found.scores
    upper = np.triu_indices(len(found.names), 1)
    shares = scores.pixels.coincidences.sum(axis=1)
    rows = []
    for c in range(scores.classes.size):
        values = {"iou": scores.iou[c][upper]}
        values["edges"] = (
            np.full(1, np.nan) if scores.boundary_iou is None else scores.boundary_iou[c][upper]
        )
        mean = {
            name: float(np.mean(cells[~np.isnan(cells)])) if not np.isnan(cells).all() else math.nan
            for name, cells in values.items()
        }
        share = float(shares[c] / shares.sum()) if shares.sum() else 0.0
        kappa = float(scores.pixels.class_kappa[c])
        rows.append({"place": c, "share": share, "kappa": kappa, **mean})
    return sorted(rows, key=lambda row: (math.isnan(row["iou"]), row["iou"], row["place"]))


def _offsets(found: Comparison, names: dict[int, str]) -> list[str]:
    scores = found.by_class
    cells = systematic(scores)
    whom = reference_name(found)
    alike = " (one frame: interval too narrow)" if len(found.rows) == 1 else ""
    lines = ["", f"offsets in pixels from outlines of {cut(whom, 12)}{alike}"]
    for k, r in cells[:_ROWS]:
        label = label_name(int(scores.keys[k, 0]), names)
        lines.append(
            f"  {cut(found.names[r], 20):<20} draws {cut(label, 20):<20}"
            f" {scores.mean[k, r]:+6.2f}  [{scores.low[k, r]:+.2f}, {scores.high[k, r]:+.2f}]"
        )
    if len(cells) > _ROWS:
        lines.append(f"  and {len(cells) - _ROWS} more")
    return lines if cells else [*lines, "  none is systematic"]


def _objects(found: Comparison, names: dict[int, str]) -> list[str]:
    counts = found.objects
    if counts is None:
        return []
    short = [cut(name, 11) for name in found.names]
    heads = "".join(f"{head:>9}" for head in ("first", "second", "both", "2 names", "F1", "IoU"))
    lines = ["", f"{'objects, by pair':<26}{heads}"]
    for (a, b), sums in list(counts.pairs.items())[:_ROWS]:
        figures = (*sums.objects, sums.matched, counts.renamed_by[a, b])
        lines.append(
            f"  {short[a]:<12}{short[b]:<12}" + "".join(f"{figure:>9,}" for figure in figures)
            + f"{number(sums.f1):>9}{number(sums.mean_iou):>9}"
        )  # fmt: skip
    lines += _more(len(counts.pairs))
    heads = "".join(f"{head:>9}" for head in ("drawn", "matched", "F1", "IoU"))
    lines += ["", f"{'objects, the worst name first':<44}{heads}"]
    rows = object_rows(found)
    for label, sums in rows[:_ROWS]:
        lines.append(
            f"  {cut(label_name(label, names), 40):<42}{sum(sums.objects):>9,}{sums.matched:>9,}"
            f"{number(sums.f1):>9}{number(sums.mean_iou):>9}"
        )
    lines += _more(len(rows))
    lines += ["", "objects that are missing or have two names, the largest first"]
    for odd in counts.odd[:_ROWS]:
        first, second = (found.names[r] for r in odd.raters)
        labels = " / ".join(label_name(label, names) for label in odd.labels if label)
        who = f"{cut(first, 9)}, not {cut(second, 9)}" if odd.kind == "missing" else ""
        lines.append(
            f"  {odd.kind:<8}{odd.area:>8} px  {cut(labels, 18):<18} {who:<24}"
            f"{end_of(found.files.frames[odd.frame], 18)}".rstrip()
        )
    return lines if counts.odd else [*lines, "  none"]


def object_rows(found: Comparison) -> list[tuple[int, PairSums]]:
    """Give sums of each label over all pairs of annotators; the worst first."""
    labels = {} if found.objects is None else found.objects.labels
    return sorted(labels.items(), key=lambda row: (row[1].f1, row[1].mean_iou, row[0]))


def _more(count: int) -> list[str]:
    return [f"  and {count - _ROWS:,} more"] if count > _ROWS else []


def _regions(found: Comparison, names: dict[int, str]) -> list[str]:
    total = sum(found.kinds.values())
    kinds = ", ".join(f"{found.kinds[kind]:,} {kind}" for kind in KINDS if found.kinds[kind])
    lines = ["", f"regions of disagreement: {total:,}" + (f" ({kinds})" if kinds else "")]
    for region in found.top[:_ROWS]:
        first, second = (label_name(label, names) for label in region.labels)
        who = found.names[region.rater] if region.rater >= 0 else "-"
        lines.append(
            f"  {region.kind:<9}{region.area:>8} px  {cut(f'{first} / {second}', 20):<20} "
            f"{cut(who, 10):<10} {spot(found, region, WIDTH - 56)}"
        )
    if total > min(len(found.top), _ROWS):
        lines.append(f"  and {total - min(len(found.top), _ROWS):,} more")
    return lines
