"""Draws the masks of one image: fills, outlines, names."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

import maskengine as me
from maskengine._thumbnail import colours
from maskengine.errors import LimitExceeded
from maskengine.values import Masks

try:
    from PIL import Image, ImageDraw, ImageFont
except ImportError as error:  # pragma: no cover - depends on the install
    error.add_note("pictures need: pip install maskengine[io]")
    raise

_BACKGROUND = (27, 29, 34)
_WIDTH = 1280  # smaller images are enlarged by a whole factor, up to about this
_LIMIT = 1 << 26  # pixels of a picture


def draw(
    masks: Masks,
    names: list[str],
    photo: Image.Image | None = None,
    *,
    labels: bool = True,
    numbers: list[int] | None = None,
) -> Image.Image:
    """Draw masks of one size over each other, the large ones below.

    Parameters
    ----------
    masks : Masks
        At least one, all of one size.
    names : list of str
        One for each mask.
    photo : PIL.Image.Image, optional
        What lies below, of the size of the masks.
    labels : bool
        Whether names are written.
    numbers : list of int, optional
        What the colour of each mask depends on; its place in the batch by default.
    """
    hues = list(range(len(masks))) if numbers is None else numbers
    height, width = (int(side) for side in masks.sizes[0])
    if height * width > _LIMIT:
        raise LimitExceeded(
            f"a picture of {width} x {height} pixels is above the limit of {_LIMIT}",
            name="picture_pixels",
            value=height * width,
            limit=_LIMIT,
        )
    scale = max(1, min(4, _WIDTH // max(height, width, 1)))
    canvas = _ground(photo, (width * scale, height * scale))
    strength = 0.45 if photo is not None else 0.6
    areas = me.area(masks)
    order = [int(i) for i in np.argsort(-areas, kind="stable") if areas[i]]
    places = {}
    for i in order:
        top, left, dense = _cut(masks[i], scale)
        box = canvas[top : top + dense.shape[0], left : left + dense.shape[1]]
        edge = _inner_edge(dense)
        fill, line = colours(hues[i])
        box[dense] = box[dense] * (1 - strength) + np.array(fill, np.float32) * strength
        box[edge] = line
        places[i] = (*_centre(dense, top, left), *dense.shape)
    picture = Image.fromarray(canvas.astype(np.uint8))
    if labels:
        _write_names(picture, [(names[i], places[i], colours(hues[i])[1]) for i in order])
    return picture


def _ground(photo: Image.Image | None, size: tuple[int, int]) -> npt.NDArray[np.float32]:
    if photo is None:
        return np.full((size[1], size[0], 3), _BACKGROUND, np.float32)
    return np.asarray(photo.convert("RGB").resize(size, Image.Resampling.BICUBIC), np.float32)


def _cut(mask: Masks, scale: int) -> tuple[int, int, npt.NDArray[np.bool_]]:
    """Give the mask within its box, enlarged, and where that box starts."""
    x, y, w, h = (int(value) for value in me.bbox(mask)[0])
    dense = me.decode(mask)[0][y : y + h, x : x + w]
    return y * scale, x * scale, dense.repeat(scale, axis=0).repeat(scale, axis=1)


def _inner_edge(dense: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Give the pixels of a mask that touch the outside, two deep where there is room."""
    inner = dense
    for _ in range(2):
        around = np.pad(inner, 1)
        inner = inner & around[:-2, 1:-1] & around[2:, 1:-1] & around[1:-1, :-2] & around[1:-1, 2:]
    return dense & ~inner


def _centre(dense: npt.NDArray[np.bool_], top: int, left: int) -> tuple[int, int]:
    """Give the (x, y) of a mask's pixel that is nearest to its centre of mass."""
    rows, columns = np.nonzero(dense)
    step = max(1, len(rows) // 4096)
    rows, columns = rows[::step], columns[::step]
    nearest = np.argmin((rows - rows.mean()) ** 2 + (columns - columns.mean()) ** 2)
    return left + int(columns[nearest]), top + int(rows[nearest])


def _write_names(picture: Image.Image, names: list[tuple[str, tuple[int, ...], Any]]) -> None:
    """Write names where there is room, those of large masks first, those of small ones beside."""
    pen = ImageDraw.Draw(picture, "RGBA")
    font = ImageFont.load_default(size=max(11, min(15, picture.width // 80)))
    taken: list[tuple[float, float, float, float]] = []
    for name, (x, y, mask_h, mask_w), colour in names:
        text = name if len(name) <= 28 else name[:27] + "..."
        left, top, right, bottom = pen.textbbox((0, 0), text, font=font)
        w, h = right - left + 8, bottom - top + 6
        box_x = min(max(0.0, x - w / 2), picture.width - w)
        beside = (mask_h + h) / 2 + 3
        fits = mask_h > 1.5 * h and mask_w > w
        for shift in (0.0, beside, -beside) if fits else (beside, -beside, 0.0):
            box_y = min(max(0.0, y - h / 2 + shift), picture.height - h)
            box = (box_x, box_y, box_x + w, box_y + h)
            if not any(_overlap(box, other) for other in taken):
                taken.append(box)
                pen.rounded_rectangle(box, 3, fill=(12, 13, 16, 190))
                pen.text((box_x + 4 - left, box_y + 3 - top), text, fill=(*colour, 255), font=font)
                break


def _overlap(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
