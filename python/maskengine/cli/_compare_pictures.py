"""Draws what each annotator made of a region of disagreement."""

from __future__ import annotations

import base64
import io
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from maskengine._thumbnail import colours

_GROUND = (38, 41, 48)
_SIDE = 220  # pixels of a panel, at most
_CLOSE = 8  # times that small regions are enlarged, at most
_DIMMED = 0.5  # of what lies outside the region


def panels(
    maps: list[npt.NDArray[Any]],
    region: npt.NDArray[np.bool_],
    bbox: tuple[int, ...],
    palette: dict[int, tuple[int, ...]],
    photo: npt.NDArray[np.uint8] | None = None,
) -> list[str]:
    """Give a PNG, as a data address, of each annotator's labels around a region.

    Parameters
    ----------
    maps : list of numpy.ndarray
        Of each annotator, (H, W).
    region : numpy.ndarray
        The pixels of the region, (H, W).
    bbox : tuple of int
        Its left, top, width and height.
    palette : dict
        Colour of each label; others are ground.
    photo : numpy.ndarray, optional
        (H, W, 3), below the labels.
    """
    box = _box(bbox, region.shape)
    inside = _resized(region[box])
    line = _outline(inside)
    out = []
    for label_map in maps:
        labels = _resized(label_map[box])
        below = np.empty((*labels.shape, 3), np.float32)
        below[:] = _GROUND if photo is None else _resized(photo[box])
        strength = 0.9 if photo is None else 0.62
        for label in np.unique(labels).tolist():
            if label in palette:
                at = labels == label
                below[at] = below[at] * (1 - strength) + np.array(palette[label]) * strength
        below[~inside] *= _DIMMED
        below[line] = 255
        out.append(_address(below))
    return out


def palette_of(labels: list[int], background: int) -> dict[int, tuple[int, ...]]:
    """Give each label a colour, by its place among all."""
    return {label: colours(i)[0] for i, label in enumerate(labels) if label != background}


def _box(bbox: tuple[int, ...], size: tuple[int, ...]) -> tuple[slice, slice]:
    """Take some surroundings, in the shape of a square where the frame has room."""
    left, top, width, height = bbox
    side = round(max(width, height) * 1.5) + 12
    spans = []
    for start, length, most in ((top, height, size[0]), (left, width, size[1])):
        begin = max(0, min(start + length // 2 - side // 2, most - side))
        spans.append(slice(begin, min(most, begin + side)))
    return spans[0], spans[1]


def _resized(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Enlarge by a whole factor, or take every n-th pixel."""
    longest = max(array.shape[:2])
    if longest > _SIDE:
        step = -(-longest // _SIDE)
        return array[step // 2 :: step, step // 2 :: step]
    times = max(1, min(_CLOSE, _SIDE // longest))
    return array.repeat(times, axis=0).repeat(times, axis=1)


def _outline(inside: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Give the pixels outside that touch the inside."""
    around = np.pad(inside, 1)
    near = around[:-2, 1:-1] | around[2:, 1:-1] | around[1:-1, :-2] | around[1:-1, 2:]
    return near & ~inside


def _address(pixels: npt.NDArray[np.float32]) -> str:
    data = io.BytesIO()
    picture = Image.fromarray(pixels.astype(np.uint8))
    picture.save(data, format="PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(data.getvalue()).decode("ascii")
