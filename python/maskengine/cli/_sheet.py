"""A sheet of images with their masks, coloured by category, and a legend."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFont

from maskengine._thumbnail import colours
from maskengine.cli import _picture
from maskengine.values import Masks

_GROUND, _TEXT = (18, 19, 22), (210, 213, 219)
_TILE, _GAP, _LINE = 320, 12, 22  # pixels: the longer side of an image, between them, a line
_COLUMNS, _LISTED = 4, 32  # of images; of categories in the legend


class Tile(NamedTuple):
    """An image of the sheet."""

    title: str
    masks: Masks
    names: list[str]
    photo: Image.Image | None


def draw(tiles: list[Tile]) -> Image.Image:
    """Draw a sheet, four images to a row.

    Parameters
    ----------
    tiles : list of Tile
        At least one. A category has one colour in all of them.
    """
    counts = Counter(name for tile in tiles for name in tile.names)
    numbers = {name: number for number, (name, _) in enumerate(counts.most_common())}
    pictures = [_small(tile, numbers) for tile in tiles]
    columns = min(_COLUMNS, len(tiles))
    width = columns * (_TILE + _GAP) + _GAP
    rows = [pictures[i : i + columns] for i in range(0, len(pictures), columns)]
    heights = [max(picture.height for picture in row) + _LINE + _GAP for row in rows]
    legend = [(f"{name or 'no category'} ({n})", numbers[name])
              for name, n in counts.most_common(_LISTED)]  # fmt: skip
    if len(counts) > _LISTED:
        legend.append((f"and {len(counts) - _LISTED} more", -1))
    per_row = max(1, width // 200)
    lines = (len(legend) + per_row - 1) // per_row
    sheet = Image.new("RGB", (width, sum(heights) + 2 * _GAP + lines * _LINE), _GROUND)
    pen = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(size=13)
    top = _GAP
    for r, row in enumerate(rows):
        for c, picture in enumerate(row):
            left = _GAP + c * (_TILE + _GAP)
            sheet.paste(picture, (left, top))
            tile = tiles[r * columns + c]
            text = _fitting(f"{tile.title}: {len(tile.masks)}", font, _TILE)
            pen.text((left, top + picture.height + 3), text, fill=_TEXT, font=font)
        top += heights[r]
    for k, (text, number) in enumerate(legend):
        left = _GAP + k % per_row * (width - _GAP) // per_row
        y = top + k // per_row * _LINE
        if number >= 0:
            pen.rectangle((left, y + 3, left + 12, y + 15), fill=colours(number)[0])
        room = (width - _GAP) // per_row - 30
        pen.text((left + 18, y + 1), _fitting(text, font, room), fill=_TEXT, font=font)
    return sheet


def _small(tile: Tile, numbers: dict[str, int]) -> Image.Image:
    """Draw an image, its longer side as long as a tile."""
    hues = [numbers[name] for name in tile.names]
    picture = _picture.draw(tile.masks, tile.names, tile.photo, labels=False, numbers=hues)
    scale = _TILE / max(picture.size)
    size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    return picture.resize(size, Image.Resampling.LANCZOS)


def _fitting(text: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, room: int) -> str:
    """Cut a text in the middle where there is no room for it."""
    if font.getlength(text) <= room:
        return text
    keep = len(text)
    while keep > 4 and font.getlength(f"{text[: keep // 2]}...{text[-(keep // 2) :]}") > room:
        keep -= 2
    return f"{text[: keep // 2]}...{text[-(keep // 2) :]}"
