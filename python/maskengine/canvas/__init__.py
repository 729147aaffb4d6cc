"""The canvas that a front end holds: strokes, fills, undo and patches on a label map."""

from maskengine.canvas._measures import Components
from maskengine.canvas.canvas import Canvas
from maskengine.canvas.edit import Edit
from maskengine.canvas.rules import Rules
from maskengine.values import Patch

__all__ = ["Canvas", "Components", "Edit", "Patch", "Rules"]
