"""A drawing of lines, dots, boxes and words that becomes SVG text or a PNG."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from maskengine import formats
from maskengine.cli._race import MODULES
from maskengine.errors import MaskError

Point = tuple[float, float]
GROUND, INK, SOFT, RULE = "#ffffff", "#1b1e24", "#667085", "#e3e6eb"
OURS_COLOUR, LIMIT_COLOUR = "#dc2626", "#9aa3b2"
_COLOURS = (
    *("#2563eb", "#f97316", "#059669", "#a855f7", "#0891b2", "#ca8a04", "#65a30d", "#db2777"),
    *("#78350f", "#0f766e", "#334155", "#7c3aed", "#4d7c0f", "#1d4ed8", "#86198f", "#57534e"),
)
_FONTS = "system-ui,-apple-system,Segoe UI,Helvetica,Arial,sans-serif"
_FINER = 4  # pixels of a PNG for one of the drawing, of which half are left after smoothing


def colours(names: Iterable[str]) -> dict[str, str]:
    """Give each library its colour, one and the same in all pictures."""
    names, known = list(names), list(MODULES)
    places = [*known, *sorted(set(names) - set(known))]
    return {name: _COLOURS[places.index(name) % len(_COLOURS)] for name in names}


class _Line(NamedTuple):
    points: list[Point]
    colour: str
    width: float
    dashed: bool


class _Dot(NamedTuple):
    at: Point
    radius: float
    colour: str


class _Box(NamedTuple):
    corners: tuple[float, float, float, float]
    colour: str


class _Words(NamedTuple):
    at: Point
    text: str
    colour: str
    size: float
    anchor: str
    bold: bool


class Chart:
    """A drawing of `width` x `height` pixels, on white so that it can lie on any page."""

    def __init__(self, width: int, height: int, title: str) -> None:
        self.width, self.height, self.title = width, height, title
        self.shapes: list[_Line | _Dot | _Box | _Words] = []

    def line(
        self, points: list[Point], colour: str = RULE, width: float = 1, *, dashed: bool = False
    ) -> None:
        """Draw a line through points."""
        self.shapes.append(_Line(points, colour, width, dashed))

    def dot(self, at: Point, colour: str, radius: float = 4) -> None:
        """Draw a filled circle."""
        self.shapes.append(_Dot(at, radius, colour))

    def box(self, left: float, top: float, right: float, bottom: float, colour: str) -> None:
        """Draw a filled rectangle."""
        self.shapes.append(_Box((left, top, right, bottom), colour))

    def words(
        self,
        at: Point,
        text: str,
        *,
        colour: str = SOFT,
        size: float = 12,
        anchor: str = "start",
        bold: bool = False,
    ) -> None:
        """Write a text on the line y = at[1]; `anchor` is start, middle or end."""
        self.shapes.append(_Words(at, text, colour, size, anchor, bold))

    def save(self, path: Path) -> None:
        """Write a file, by its ending .svg or .png."""
        ending = path.suffix.lower()
        if ending not in {".svg", ".png"}:
            raise MaskError(
                f"expected a name that ends in .svg or .png, got {path}", parameter="plot"
            )
        with formats.replacing(path) as temporary:
            if ending == ".svg":
                temporary.write_text(self.svg(), encoding="utf-8")
            else:
                self._save_png(temporary)

    def svg(self) -> str:
        """Give an SVG document."""
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}"',
            f'width="{self.width}" height="{self.height}" role="img"',
            f'aria-label="{escape(self.title)}" font-family="{_FONTS}">',
            f'<rect width="{self.width}" height="{self.height}" rx="8" fill="{GROUND}"/>',
            *map(_element, self.shapes),
            "</svg>",
        ]
        return "\n".join(parts) + "\n"

    def _save_png(self, path: Path) -> None:
        from PIL import Image, ImageDraw, ImageFont  # noqa: PLC0415 - an extra

        size = self.width * _FINER, self.height * _FINER
        image = Image.new("RGB", size, GROUND)
        pen = ImageDraw.Draw(image)
        for shape in self.shapes:
            match shape:
                case _Line(points, colour, width, dashed):
                    for a, b in _dashes(points) if dashed else pairwise(points):
                        pen.line([*_finer(a), *_finer(b)], colour, round(width * _FINER))
                case _Dot((x, y), radius, colour):
                    box = (x - radius, y - radius, x + radius, y + radius)
                    pen.ellipse([v * _FINER for v in box], colour)
                case _Box(corners, colour):
                    pen.rectangle([v * _FINER for v in corners], colour)
                case _Words(at, text, colour, size_, anchor, bold):
                    font = ImageFont.load_default(size=size_ * _FINER)
                    where = {"start": "ls", "middle": "ms", "end": "rs"}[anchor]
                    stroke = _FINER / 4 if bold else 0
                    pen.text(_finer(at), text, colour, font, where,
                             stroke_width=stroke, stroke_fill=colour)  # fmt: skip
        half = self.width * _FINER // 2, self.height * _FINER // 2
        image.resize(half, Image.Resampling.LANCZOS).save(path, "PNG", optimize=True)


def _finer(at: Point) -> Point:
    return at[0] * _FINER, at[1] * _FINER


def _dashes(points: list[Point]) -> list[tuple[Point, Point]]:
    """Cut lines into dashes of 4 pixels, 3 apart."""
    found = []
    for (x0, y0), (x1, y1) in pairwise(points):
        length = max(((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5, 1e-9)
        for k in range(int(length / 7) + 1):
            a, b = (min(v, length) / length for v in (7 * k, 7 * k + 4))
            found.append(
                ((x0 + a * (x1 - x0), y0 + a * (y1 - y0)), (x0 + b * (x1 - x0), y0 + b * (y1 - y0)))
            )
    return found


def _element(shape: _Line | _Dot | _Box | _Words) -> str:
    match shape:
        case _Line(points, colour, width, dashed):
            text = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
            dash = ' stroke-dasharray="4 3"' if dashed else ""
            return (
                f'<polyline points="{text}" fill="none" stroke="{colour}" '
                f'stroke-width="{width:g}" stroke-linejoin="round"{dash}/>'
            )
        case _Dot((x, y), radius, colour):
            return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}" fill="{colour}"/>'
        case _Box((left, top, right, bottom), colour):
            return (
                f'<rect x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" '
                f'height="{bottom - top:.1f}" fill="{colour}"/>'
            )
        case _Words((x, y), text, colour, size, anchor, bold):
            weight = ' font-weight="600"' if bold else ""
            return (
                f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" fill="{colour}" '
                f'text-anchor="{anchor}"{weight}>{escape(text)}</text>'
            )
