"""Draws offsets of outlines as SVG: a dot and an interval for each label and annotator."""

from __future__ import annotations

import math
from html import escape

import numpy as np

from maskengine.quality import OffsetScores

COLOURS = ("#3b82f6", "#f97316", "#10b981", "#a855f7", "#ef4444", "#eab308", "#06b6d4", "#ec4899")
_WIDTH, _LEFT, _RIGHT = 760, 150, 24
_LINE, _GAP, _FOOT = 13, 12, 34
_MOST = 14  # labels that are drawn


def offset_plot(
    scores: OffsetScores, labels: list[str], raters: list[str], skipped: int | None
) -> str:
    """Give an SVG element.

    Parameters
    ----------
    scores : OffsetScores
        By label.
    labels : list of str
        Their names, row by row.
    raters : list of str
    skipped : int or None
        The annotator from whose outlines offsets are measured.
    """
    shown = [r for r in range(len(raters)) if r != skipped]
    edges = np.nan_to_num(scores.edges).sum(axis=1)
    order: list[int] = np.argsort(-edges, kind="stable")[:_MOST].tolist()
    rows = [k for k in order if edges[k]]
    if not rows or not shown:
        return ""
    ends = np.concatenate([c[rows][:, shown].ravel() for c in (scores.low, scores.high)])
    reach = max(0.5, float(np.nanmax(np.abs(ends), initial=0.0)) * 1.08)
    height = len(rows) * (_LINE * len(shown) + _GAP) + _FOOT

    parts = _axis(reach, height)
    y = _GAP / 2
    for k in rows:
        band = _LINE * len(shown)
        parts.append(
            f'<text x="{_LEFT - 12}" y="{y + band / 2 + 4:.1f}" text-anchor="end" class="name">'
            f"{escape(labels[k][:20])}</text>"
        )
        for r in shown:
            parts.append(_dot(scores, (k, r), raters[r], (reach, y + _LINE / 2)))
            y += _LINE
        y += _GAP
        parts.append(
            f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y - _GAP / 2:.1f}" '
            f'y2="{y - _GAP / 2:.1f}" class="rule"/>'
        )
    return (
        f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" '
        f'aria-label="offsets of outlines">{"".join(parts)}</svg>'
    )


def _x(value: float, reach: float) -> float:
    middle = (_LEFT + _WIDTH - _RIGHT) / 2
    return middle + value / reach * (_WIDTH - _RIGHT - _LEFT) / 2


def _axis(reach: float, height: int) -> list[str]:
    step = next(s for s in (0.1, 0.2, 0.25, 0.5, 1, 2, 5, 10, 20) if reach / s <= 5)
    parts = []
    for i in range(-math.floor(reach / step), math.floor(reach / step) + 1):
        at = _x(i * step, reach)
        kind = "zero" if i == 0 else "tick"
        parts.append(
            f'<line x1="{at:.1f}" x2="{at:.1f}" y1="0" y2="{height - _FOOT}" class="{kind}"/>'
            f'<text x="{at:.1f}" y="{height - _FOOT + 16}" text-anchor="middle">'
            f"{i * step:+g}</text>".replace(">+0<", ">0<")
        )
    parts.append(
        f'<text x="{_x(0, reach):.1f}" y="{height - 3}" text-anchor="middle">'
        "pixels; to the right, drawn larger</text>"
    )
    return parts


def _dot(scores: OffsetScores, cell: tuple[int, int], rater: str, at: tuple[float, float]) -> str:
    mean, low, high = (float(column[cell]) for column in (scores.mean, scores.low, scores.high))
    if math.isnan(mean):
        return ""
    reach, y = at
    colour = COLOURS[cell[1] % len(COLOURS)]
    text = f"{rater}: {mean:+.2f} [{low:+.2f}, {high:+.2f}], {int(scores.edges[cell]):,} edges"
    kind = "sure" if scores.systematic[cell] else "unsure"
    bar = ""
    if not math.isnan(low):
        bar = (
            f'<line x1="{_x(low, reach):.1f}" x2="{_x(high, reach):.1f}" y1="{y:.1f}" '
            f'y2="{y:.1f}" stroke="{colour}" stroke-width="3" stroke-linecap="round"/>'
        )
    return (
        f'<g class="{kind}"><title>{escape(text)}</title>{bar}'
        f'<circle cx="{_x(mean, reach):.1f}" cy="{y:.1f}" r="4.5" fill="{colour}"/></g>'
    )
