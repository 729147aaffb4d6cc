"""What is being annotated: an image, its label map, and the Canvas that edits it."""

from __future__ import annotations

import colorsys
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from protocol import NOTHING, Box, Message, RefusedError

import maskengine as me

WINDOW = 1024  # side of the box that a flood with preview stays in, in pixels


@dataclass(frozen=True)
class Category:
    """A class of objects: its label in the map, a name and a colour."""

    label: int
    name: str
    color: tuple[int, int, int]


def categories(names: list[str]) -> tuple[Category, ...]:
    """Give each name a number from 1 on, and a colour far from those before it."""
    found = []
    for label, name in enumerate(names, 1):
        hue = (0.57 + 0.618034 * label) % 1  # the golden ratio never comes near an earlier hue
        red, green, blue = colorsys.hsv_to_rgb(hue, 0.75, 0.98)
        color = (round(255 * red), round(255 * green), round(255 * blue))
        found.append(Category(label, name, color))
    return tuple(found)


class Preview:
    """A flood that is not yet painted: the least tolerance that reaches each pixel of a window.

    Computed once, where the mouse went down; a move of the slider is then one comparison.

    Parameters
    ----------
    seed : (int, int)
        The pixel (x, y) where the mouse went down.
    window : (left, top, right, bottom)
        Half-open box that the flood stays in.
    needed : numpy.ndarray, shape of the window
        What :func:`maskengine.tolerance_map` gives.

    Attributes
    ----------
    shown : numpy.ndarray, shape of the window
        Whether each pixel is reached.
    """

    def __init__(self, seed: tuple[int, int], window: Box, needed: npt.NDArray[Any]) -> None:
        self.seed, self.window = seed, window
        self._needed = needed
        self.shown = np.zeros(needed.shape, bool)

    def show(self, tolerance: int, locked: npt.NDArray[np.bool_]) -> Box:
        """Show another tolerance and give the box in which pixels changed."""
        reached = (self._needed <= tolerance) & ~locked
        changed = self._place(reached != self.shown)
        self.shown = reached
        return changed

    @property
    def box(self) -> Box:
        """The box of the pixels that are shown."""
        return self._place(self.shown)

    def pixels(self, box: Box) -> npt.NDArray[np.bool_]:
        """Give what is shown in a box, which may reach out of the window."""
        left, top, right, bottom = self.window
        shown = np.zeros((box[3] - box[1], box[2] - box[0]), bool)
        x0, y0 = max(left, box[0]), max(top, box[1])
        x1, y1 = min(right, box[2]), min(bottom, box[3])
        if x0 < x1 and y0 < y1:
            part = self.shown[y0 - top : y1 - top, x0 - left : x1 - left]
            shown[y0 - box[1] : y1 - box[1], x0 - box[0] : x1 - box[0]] = part
        return shown

    def _place(self, mask: npt.NDArray[np.bool_]) -> Box:
        left, top, right, bottom = (int(v) for v in me.bbox(me.encode(mask), "xyxy")[0])
        x, y = self.window[:2]
        return (x + left, y + top, x + right, y + bottom) if left < right else NOTHING


class Drawing:
    """An image with its labels. All pixels are made by the Canvas.

    Parameters
    ----------
    image : numpy.ndarray, shape (H, W, 3), uint8
        What is looked at, and what floods compare.
    labels : numpy.ndarray, shape (H, W), uint8
        The label map, edited in place; 0 is background.
    classes : tuple of Category
        What a person chooses from.
    """

    def __init__(
        self,
        image: npt.NDArray[np.uint8],
        labels: npt.NDArray[np.uint8],
        classes: tuple[Category, ...],
    ) -> None:
        self.image, self.labels, self.classes = image, labels, classes
        self.canvas = me.Canvas(labels, image)
        self.locked: tuple[int, ...] = ()
        self.steps = self.history_bytes = 0

    @property
    def size(self) -> tuple[int, int]:
        """Height and width."""
        height, width = self.labels.shape
        return height, width

    @property
    def whole(self) -> Box:
        """The box of the image."""
        height, width = self.size
        return 0, 0, width, height

    def state(self) -> dict[str, Any]:
        """Give what a page shows beside the pixels."""
        return {
            "areas": self.canvas.areas,
            "can_undo": self.canvas.can_undo,
            "can_redo": self.canvas.can_redo,
            "steps": self.steps,
            "history_bytes": self.history_bytes,
            "locked": self.locked,
        }

    def measure_history(self) -> None:
        """Count the steps that can be undone and their bytes."""
        history = self.canvas.history
        self.steps, self.history_bytes = len(history), sum(entry.nbytes for entry in history)

    def begin(self, message: Message) -> None:
        """Open a stroke; what it may change is settled now."""
        self._known(message["label"])
        options = {} if message["smart"] is None else {"tolerance": message["smart"]}
        self.canvas.begin(message["label"], message["mode"], rules=self._rules(), **options)

    def extend(self, message: Message) -> me.Edit:
        """Draw on to more points."""
        points = message["points"]
        return self.canvas.extend(points[:, :2], points[:, 2])

    def polygon(self, message: Message) -> me.Edit:
        """Fill a polygon."""
        self._known(message["label"])
        return self.canvas.polygon(message["points"], message["label"], rules=self._rules())

    def probe(self, message: Message) -> Preview:
        """Begin a flood that is only shown."""
        height, width = self.size
        x, y = message["x"], message["y"]
        if not (0 <= x < width and 0 <= y < height):
            raise RefusedError(f"the pixel ({x}, {y}) is outside of the image")
        left, top = max(0, x - WINDOW // 2), max(0, y - WINDOW // 2)
        window = (left, top, min(width, left + WINDOW), min(height, top + WINDOW))
        needed = me.tolerance_map(self.image, (x, y), window)
        return Preview((x, y), window, needed)

    def fill(self, message: Message, preview: Preview) -> me.Edit:
        """Paint what a preview shows."""
        self._known(message["label"])
        place, label = preview.window[:2], message["label"]
        return self.canvas.paste(preview.shown, label, offset=place, rules=self._rules())

    def lock(self, message: Message) -> None:
        """Set the labels that no edit may change."""
        self.locked = message["labels"]

    def locked_in(self, box: Box) -> npt.NDArray[np.bool_]:
        """Give the pixels of a box that no edit may change."""
        left, top, right, bottom = box
        return np.isin(self.labels[top:bottom, left:right], self.locked)

    def _rules(self) -> me.Rules:
        return me.Rules(protect=self.locked)

    def _known(self, label: int) -> None:
        if label > len(self.classes):
            raise RefusedError(f"label: there are {len(self.classes)} classes, got {label}")
