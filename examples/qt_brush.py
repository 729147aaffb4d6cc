"""A Canvas behind a Qt widget: python qt_brush.py [IMAGE], with PySide6-Essentials and Pillow.

Drag paints, Shift and drag erases, Control and click floods the image's colour, 1 to 9 choose the
label, the brackets change the brush, the wheel zooms, Control-Z and Control-Shift-Z undo and redo.
A pen's pressure narrows the brush. Qt draws from the memory that is coloured here, and repaints the
box that an edit changed and nothing else.
"""

from __future__ import annotations

import argparse
import sys
from typing import Any

import numpy as np

import maskengine as me

try:
    from PySide6 import QtCore, QtGui, QtWidgets
except ImportError:  # the model does without
    QtCore = QtGui = QtWidgets = None

TOLERANCE = 24  # of a flood, in the image's units
# The labels' colours as the bytes of QImage.Format_ARGB32_Premultiplied: blue, green, red, alpha.
COLOURS = np.array(
    [[0, 0, 0, 0], [77, 85, 0, 160], [0, 68, 150, 160], [107, 46, 36, 160], [56, 17, 136, 160],
     [42, 112, 78, 160], [0, 112, 160, 160], [42, 48, 68, 160], [133, 108, 0, 160],
     [106, 23, 89, 160]], np.uint8,
)  # fmt: skip


class Model:
    """A label map, its canvas, and the pixels that show it. There is no Qt in it.

    Parameters
    ----------
    image : numpy.ndarray
        Shape (H, W, 3), uint8: what floods compare.
    """

    def __init__(self, image: np.ndarray) -> None:
        self.labels = np.zeros(image.shape[:2], np.uint8)
        self.pixels = np.zeros((*image.shape[:2], 4), np.uint8)
        self.canvas = me.Canvas(self.labels, image)
        self.label, self.radius, self.drawing = 1, 12.0, False

    def press(self, *, erase: bool = False) -> None:
        """Begin a stroke."""
        self.canvas.begin(self.label, "erase" if erase else "paint")
        self.drawing = True

    def move(self, x: float, y: float, pressure: float = 1.0) -> tuple[int, int, int, int] | None:
        """Draw on to a point; give the box (x, y, width, height) to repaint."""
        if not self.drawing:
            return None
        return self.show(self.canvas.extend([(x, y)], self.radius * pressure))

    def release(self) -> None:
        """End the stroke, which is one step to undo."""
        if self.drawing:
            self.canvas.end()
            self.drawing = False

    def flood(self, x: float, y: float) -> tuple[int, int, int, int] | None:
        """Fill from the pixel under a point."""
        height, width = self.canvas.size
        if not (0 <= x < width and 0 <= y < height):
            return None
        return self.show(self.canvas.fill((int(x), int(y)), self.label, TOLERANCE))

    def undo(self) -> tuple[int, int, int, int] | None:
        """Take the last step back."""
        return self.show(self.canvas.undo())

    def redo(self) -> tuple[int, int, int, int] | None:
        """Make it again."""
        return self.show(self.canvas.redo())

    def show(self, edit: me.Edit | None) -> tuple[int, int, int, int] | None:
        """Colour the box of an edit, and give it."""
        if edit is None or not edit.area:
            return None
        left, top, right, bottom = edit.box
        self.pixels[top:bottom, left:right] = COLOURS[self.labels[top:bottom, left:right]]
        return left, top, right - left, bottom - top


class Painter(QtWidgets.QWidget if QtWidgets else object):
    """Shows a picture with the labels of a model over it."""

    def __init__(self, image: np.ndarray) -> None:
        super().__init__()
        self.photo, self.model, self.zoom = image, Model(image), 1.0
        height, width = image.shape[:2]
        form = QtGui.QImage.Format
        self.below = QtGui.QImage(image.data, width, height, 3 * width, form.Format_RGB888)
        shared = self.model.pixels.data  # not copied: what is coloured there is drawn here
        premultiplied = form.Format_ARGB32_Premultiplied
        self.above = QtGui.QImage(shared, width, height, 4 * width, premultiplied)
        self.resize(width, height)

    def paintEvent(self, event: Any) -> None:  # noqa: N802 - Qt's name
        """Draw the part of both images that is asked for."""
        painter = QtGui.QPainter(self)
        painter.scale(self.zoom, self.zoom)
        box = QtCore.QRectF(event.rect())
        part = QtCore.QRectF(box.topLeft() / self.zoom, box.size() / self.zoom)
        painter.drawImage(part, self.below, part)
        painter.drawImage(part, self.above, part)

    def repaint_box(self, box: tuple[int, int, int, int] | None) -> None:
        """Ask Qt to paint a box of the image again."""
        if box is not None:
            x, y, width, height = (side * self.zoom for side in box)
            self.update(QtCore.QRectF(x, y, width, height).toAlignedRect().adjusted(-1, -1, 1, 1))

    def mousePressEvent(self, event: Any) -> None:  # noqa: N802
        """Begin a stroke, or flood."""
        keys, place = event.modifiers(), event.position() / self.zoom
        if keys & QtCore.Qt.KeyboardModifier.ControlModifier:
            self.repaint_box(self.model.flood(place.x(), place.y()))
            return
        erase = bool(keys & QtCore.Qt.KeyboardModifier.ShiftModifier)
        self.model.press(erase=erase)
        self.repaint_box(self.model.move(place.x(), place.y()))

    def mouseMoveEvent(self, event: Any) -> None:  # noqa: N802
        """Draw on."""
        place = event.position() / self.zoom
        self.repaint_box(self.model.move(place.x(), place.y()))

    def mouseReleaseEvent(self, _event: Any) -> None:  # noqa: N802
        """End the stroke."""
        self.model.release()

    def tabletEvent(self, event: Any) -> None:  # noqa: N802
        """Draw with the pressure of a pen."""
        place, kinds = event.position() / self.zoom, QtCore.QEvent.Type
        if event.type() == kinds.TabletPress:
            self.model.press()
        self.repaint_box(self.model.move(place.x(), place.y(), event.pressure()))
        if event.type() == kinds.TabletRelease:
            self.model.release()
        event.accept()

    def wheelEvent(self, event: Any) -> None:  # noqa: N802
        """Zoom."""
        steps = event.angleDelta().y() / 120
        self.zoom = min(max(self.zoom * 1.2**steps, 0.05), 40.0)
        self.update()

    def keyPressEvent(self, event: Any) -> None:  # noqa: N802
        """Undo, redo, choose a label or a radius."""
        undo, redo = QtGui.QKeySequence.StandardKey.Undo, QtGui.QKeySequence.StandardKey.Redo
        if event.matches(redo):
            self.repaint_box(self.model.redo())
        elif event.matches(undo):
            self.repaint_box(self.model.undo())
        elif event.text() in set("123456789"):
            self.model.label = int(event.text())
        elif event.text() in {"[", "]"}:
            self.model.radius = max(1.0, self.model.radius * (1.25 if event.text() == "]" else 0.8))


def main() -> None:
    """Open a window with a picture to draw on."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("image", nargs="?", help="picture; by default one is made")
    path = parser.parse_args().image
    if QtWidgets is None:
        parser.error("this needs PySide6: pip install PySide6-Essentials")
    if path is None:
        y, x = np.mgrid[:480, :640]
        image = np.stack([x * 0.3, y * 0.4, 96 + 60 * np.sin(x / 40) * np.cos(y / 30)], 2)
    else:
        from PIL import Image  # noqa: PLC0415

        try:
            image = np.asarray(Image.open(path).convert("RGB"))
        except OSError as error:
            parser.error(str(error))
    application = QtWidgets.QApplication(sys.argv[:1])
    window = Painter(np.ascontiguousarray(image, np.uint8))
    window.setWindowTitle("maskengine brush")
    window.show()
    sys.exit(application.exec())


if __name__ == "__main__":
    main()
