"""The report of `compare`: one page of HTML that needs no other file."""

from __future__ import annotations

import math
from html import escape
from pathlib import Path

import numpy as np
import numpy.typing as npt

from maskengine import __version__
from maskengine.cli import _label_files
from maskengine.cli._compare_pictures import palette_of, panels
from maskengine.cli._compare_plot import COLOURS, offset_plot
from maskengine.cli._compare_style import STYLE
from maskengine.cli._compare_text import (
    label_name,
    label_rows,
    number,
    object_rows,
    place,
    plural,
    reference_name,
    systematic,
)
from maskengine.cli._comparison import Comparison, Region, regions_of
from maskengine.quality.disagreement import KINDS

_FRAMES = 20
_SHOWN = 20
_CONFUSED = 8
KIND_TEXTS = {
    "missing": "an object that some do not have",
    "class": "labels taken for each other",
    "extent": "drawn with another extent",
    "boundary": "outlines a little apart",
}


def page(found: Comparison, names: dict[int, str], images: Path | None) -> str:
    """Give the page.

    Parameters
    ----------
    found : Comparison
    names : dict
        Of labels.
    images : pathlib.Path or None
        Folder with photographs.
    """
    labels = found.scores.classes.tolist()
    palette = palette_of(labels, found.options.background)
    title = f"{', '.join(found.names[:-1])} and {found.names[-1]}"
    body = [
        _head(found, title),
        _tiles(found),
        _section("Annotators", _annotators(found)),
        _section("Pairs", _matrices(found), "Each pair of annotators, over all frames."),
        _section(
            "Habits", _habits(found, names),
            f"How far outlines lie outside (+) or inside (&minus;) those of "
            f"{escape(reference_name(found))}, with 95 % intervals. Strong dots are systematic. "
            "What is farther away than 10 pixels, or gone, counts as 10.",
        ),
        _section("Labels", _labels(found, names, palette), "The worst first."),
        _section("Objects", _objects(found, names, palette),
                 f"Two are one from an IoU of {found.options.min_iou:g} on; IoU is the mean over "
                 "all objects, and 0 for those that one annotator drew alone."),
        _section("Where they disagree", _regions(found, names, palette, images),
                 "The gravest first. Each picture is one annotator's; the region is outlined."),
        _section("Frames", _frames(found), "Those that differ most, first."),
    ]  # fmt: skip
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>"
        f"<body><main>{''.join(body)}<footer>maskengine {__version__}</footer></main></body>"
        "</html>\n"
    )


def _section(title: str, content: str, note: str = "") -> str:
    if not content:
        return ""
    note = f"<p class=note>{note}</p>" if note else ""
    return f"<section><h2>{title}</h2>{note}{content}</section>"


def _head(found: Comparison, title: str) -> str:
    pixels = sum(int(np.prod(row.size)) for row in found.rows)
    left = ""
    if found.files.left_out:
        listed = "".join(f"<li>{escape(name)}</li>" for name in found.files.left_out[:20])
        left = (
            f"<details class=warning><summary>{len(found.files.left_out)} left out"
            f"</summary><ul>{listed}</ul></details>"
        )
    counts = " &middot; ".join(
        plural(count, what)
        for count, what in (
            (len(found.rows), "frame"), (pixels, "pixel"), (found.scores.classes.size, "label")
        )
    )  # fmt: skip
    return f"<header><h1>{escape(title)}</h1><p class=note>{counts}</p>{left}</header>"


def _tiles(found: Comparison) -> str:
    scores = found.scores
    pixels = max(sum(int(np.prod(row.size)) for row in found.rows), 1)
    band = scores.band
    tiles = [
        ("mean IoU", number(scores.pair_iou)),
        ("boundary IoU", number(scores.pair_boundary_iou)),
        ("alpha, all pixels", number(scores.pixels.alpha)),
        ("alpha, near edges", number(math.nan if band is None else band.alpha)),
        ("pixels that differ", f"{100 * sum(found.pixels.values()) / pixels:.2f} %"),
        ("regions", f"{sum(found.kinds.values()):,}"),
    ]
    cells = (f"<div><b>{value}</b><span>{name}</span></div>" for name, value in tiles)
    return f"<div class=tiles>{''.join(cells)}</div>"


def _table(head: list[str], rows: list[list[str]], left: int = 1) -> str:
    """Give a table; the first `left` columns hold text, the others numbers."""
    top = "".join(f"<th{'' if i < left else ' class=n'}>{cell}</th>" for i, cell in enumerate(head))
    body = "".join(
        "<tr>"
        + "".join(
            cell if cell.startswith("<td") else f"<td{'' if i < left else ' class=n'}>{cell}</td>"
            for i, cell in enumerate(row)
        )
        + "</tr>"
        for row in rows
    )
    return (
        f"<div class=scroll><table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _folded(head: list[str], rows: list[list[str]]) -> str:
    """Give a table of the first rows, and one of the others that opens when it is asked for."""
    out = _table(head, rows[:_SHOWN])
    if len(rows) > _SHOWN:
        more = _table(head, rows[_SHOWN:])
        out += f"<details><summary>{len(rows) - _SHOWN:,} more</summary>{more}</details>"
    return out


def _who(found: Comparison, rater: int) -> str:
    colour = COLOURS[rater % len(COLOURS)]
    return f'<i style="background:{colour}"></i>{escape(found.names[rater])}'


def _annotators(found: Comparison) -> str:
    if len(found.names) == 2:
        return ""  # what there is to say is said of the pair
    scores = found.scores
    rows = []
    for r in range(len(found.names)):
        dissents = [f"{found.dissents[r, kind]:,}" for kind in KINDS]
        rows.append(
            [
                _who(found, r),
                _heat(float(scores.leave_one_out[r]), _lowest(scores.leave_one_out)),
                number(float(scores.leave_one_out_accuracy[r])),
                *dissents,
            ]
        )
    head = ["", "IoU with the others&rsquo; majority", "accuracy", *KINDS]
    note = "<p class=note>The last columns count regions in which this annotator is alone.</p>"
    return _table(head, rows) + note


def _heat(value: float, low: float) -> str:
    """Give a cell that is the darker the nearer to 1."""
    if math.isnan(value):
        return "<td class=n>-</td>"
    share = min(max((value - low) / (1 - low), 0), 1)
    return f'<td class=heat style="--s:{8 + 62 * share:.0f}%">{number(value)}</td>'


def _lowest(values: npt.NDArray[np.float64]) -> float:
    """Give the score from which on cells are coloured."""
    known = values[~np.isnan(values)]
    return min(float(known.min(initial=1.0)), 0.95)


def _bar(share: float) -> str:
    return (
        f'<td class="n bar"><span style="width:{100 * share:.1f}%"></span>{100 * share:.1f} %</td>'
    )


def _matrices(found: Comparison) -> str:
    scores = found.scores
    matrices: list[tuple[str, npt.NDArray[np.float64]]] = [("mean IoU", scores.mean_iou)]
    if scores.mean_boundary_iou is not None:
        matrices.append(("boundary IoU", scores.mean_boundary_iou))
    matrices.append(("Cohen&rsquo;s kappa", scores.pixels.cohen))
    if scores.band is not None:
        matrices.append(("kappa near edges", scores.band.cohen))
    blocks = (_matrix(title, matrix, found) for title, matrix in matrices)
    return f"<div class=matrices>{''.join(blocks)}</div>"


def _matrix(title: str, matrix: npt.NDArray[np.float64], found: Comparison) -> str:
    low = _lowest(matrix[~np.eye(len(matrix), dtype=bool)])
    rows = []
    for i in range(len(matrix)):
        cells = [_heat(float(value), low) for value in matrix[i]]
        cells[i] = "<td class=none></td>"
        rows.append([_who(found, i), *cells])
    head = ["", *(f"<span class=tip>{escape(name[:9])}</span>" for name in found.names)]
    return f"<figure><figcaption>{title}</figcaption>{_table(head, rows)}</figure>"


def _habits(found: Comparison, names: dict[int, str]) -> str:
    scores = found.by_class
    skipped = found.options.reference
    if skipped is None and len(found.names) == 2:
        skipped = 0
    labels = [label_name(int(key), names) for key in scores.keys[:, 0]]
    plot = offset_plot(scores, labels, found.names, skipped)
    if not plot:
        return ""
    legend = "".join(
        f"<span>{_who(found, r)}</span>" for r in range(len(found.names)) if r != skipped
    )
    listed = "".join(
        f"<li><b>{escape(found.names[r])}</b> draws <b>{escape(labels[k])}</b> "
        f"{abs(scores.mean[k, r]):.2f} pixels {'larger' if scores.mean[k, r] > 0 else 'smaller'} "
        f"<small>[{scores.low[k, r]:+.2f}, {scores.high[k, r]:+.2f}], "
        f"{scores.edges[k, r]:,} edges</small></li>"
        for k, r in systematic(scores)[:8]
    )
    once = ""
    if len(found.rows) == 1:
        once = "<p class=note>Of one frame alone, intervals are too narrow.</p>"
    listed = f"<ul>{listed}</ul>" if listed else "<p>No habit is systematic.</p>"
    return f"<div class=legend>{legend}</div>{plot}{listed}{once}"


def _swatch(label: int, names: dict[int, str], palette: dict[int, tuple[int, ...]]) -> str:
    colour = "#26292f" if label not in palette else "#{:02x}{:02x}{:02x}".format(*palette[label])
    return f'<i style="background:{colour}"></i>{escape(label_name(label, names))}'


def _labels(found: Comparison, names: dict[int, str], palette: dict[int, tuple[int, ...]]) -> str:
    classes = found.scores.classes.tolist()
    scores = label_rows(found)
    low = {name: _lowest(np.array([row[name] for row in scores])) for name in ("iou", "edges")}
    rows = [
        [
            _swatch(classes[row["place"]], names, palette),
            _heat(row["iou"], low["iou"]),
            _heat(row["edges"], low["edges"]),
            number(row["kappa"]),
            f"{100 * row['share']:.1f} %",
        ]
        for row in scores
    ]
    head = ["", "IoU of pairs", "boundary IoU", "kappa", "of all pixels"]
    return _folded(head, rows) + _confused(found, names, palette)


def _confused(found: Comparison, names: dict[int, str], palette: dict[int, tuple[int, ...]]) -> str:
    met = found.scores.pixels.coincidences
    classes = found.scores.classes.tolist()
    cells = [(float(met[a, b]), a, b) for a in range(len(classes)) for b in range(a)]
    cells = sorted((cell for cell in cells if cell[0] > 0), reverse=True)[:_CONFUSED]
    if not cells:
        return ""
    total = float(met.sum() - np.trace(met)) / 2
    rows = [
        [f"{_swatch(classes[b], names, palette)} &harr; {_swatch(classes[a], names, palette)}",
         _bar(value / total)]
        for value, a, b in cells
    ]  # fmt: skip
    return "<h3>Labels taken for each other</h3>" + _table(["", "share of all disagreement"], rows)


def _objects(found: Comparison, names: dict[int, str], palette: dict[int, tuple[int, ...]]) -> str:
    counts = found.objects
    if counts is None:
        return ""
    pairs = [
        [f"{_who(found, a)} &middot; {_who(found, b)}", *(f"{n:,}" for n in sums.objects),
         f"{sums.matched:,}", f"{counts.renamed_by[a, b]:,}", _heat(sums.f1, 0),
         _heat(sums.mean_iou, 0)]
        for (a, b), sums in counts.pairs.items()
    ]  # fmt: skip
    labels = [
        [_swatch(label, names, palette), f"{sum(sums.objects):,}", f"{sums.matched:,}",
         _heat(sums.f1, 0), _heat(sums.mean_iou, 0)]
        for label, sums in object_rows(found)
    ]  # fmt: skip
    renamed = [
        [f"{_swatch(a, names, palette)} &harr; {_swatch(b, names, palette)}", f"{count:,}"]
        for (a, b), count in counts.renamed.most_common(_CONFUSED)
    ]
    out = _table(["", "of first", "of second", "both", "two names", "F1", "IoU"], pairs)
    out += "<h3>By name, the worst first</h3>"
    out += _folded(["", "drawn", "matched", "F1", "IoU"], labels)
    if renamed:
        out += "<h3>Objects with two names</h3>" + _table(["", "objects"], renamed)
    return out


def _regions(
    found: Comparison,
    names: dict[int, str],
    palette: dict[int, tuple[int, ...]],
    images: Path | None,
) -> str:
    if not found.kinds:
        return "<p>Nowhere.</p>"
    rows = [
        [f"<b class={kind}>{kind}</b> {KIND_TEXTS[kind]}",
         f"{found.kinds[kind]:,}", f"{found.pixels[kind]:,}"]
        for kind in KINDS
    ]  # fmt: skip
    cards = {}
    chosen = sorted({region.frame for region in found.top})
    for at, frame in zip(chosen, found.files.read(chosen), strict=True):
        maps, regions = frame.maps, regions_of(frame, found.options)
        photo = None
        if images is not None:
            photo = _label_files.photo(images, found.files.frames[at], maps[0].shape)
        for region in found.top:
            if region.frame == at:
                inside = regions.regions == region.number
                pictures = panels(maps, inside, region.bbox, palette, photo)
                cards[region] = _card(found, region, pictures, (names, palette))
    ordered = "".join(cards[region] for region in found.top)
    return _table(["", "regions", "pixels"], rows) + f"<div class=cards>{ordered}</div>"


def _card(
    found: Comparison,
    region: Region,
    pictures: list[str],
    labels: tuple[dict[int, str], dict[int, tuple[int, ...]]],
) -> str:
    first, second = (_swatch(label, *labels) for label in region.labels)
    alone = "" if region.rater < 0 else f" &middot; {escape(found.names[region.rater])} alone"
    shown = "".join(
        f'<figure{" class=alone" if r == region.rater else ""}><img src="{address}" alt="">'
        f"<figcaption>{escape(found.names[r])}</figcaption></figure>"
        for r, address in enumerate(pictures)
    )
    return (
        f"<article><h3><b class={region.kind}>{region.kind}</b> {first} / {second}</h3>"
        f"<div class=panels>{shown}</div><p class=note>{region.area:,} px{alone} &middot; "
        f"{escape(place(found, region))}</p></article>"
    )


def _frames(found: Comparison) -> str:
    if len(found.rows) < 2:
        return ""
    ordered = sorted(found.rows, key=lambda row: (-row.differing, row.name))
    rows = [
        [escape(row.name), f"{100 * row.differing:.2f} %", number(row.pair_iou), number(row.alpha),
         *(f"{row.kinds[kind]:,}" for kind in KINDS)]
        for row in ordered[:_FRAMES]
    ]  # fmt: skip
    more = ""
    if len(ordered) > _FRAMES:
        more = f"<p class=note>and {len(ordered) - _FRAMES:,} more</p>"
    head = ["", "differing", "IoU of pairs", "alpha", *KINDS]
    return _table(head, rows) + more
