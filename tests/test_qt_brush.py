"""The Canvas behind a Qt widget: what is painted, coloured and repainted.

Covers: examples/qt_brush.py; its widget where PySide6 is installed, on Qt's platform without a
window. Run: pytest tests/test_qt_brush.py
"""

import importlib.util
import os
from pathlib import Path

import numpy as np
import pytest

EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "qt_brush.py"
SIZE = (60, 90)


@pytest.fixture(scope="module")
def example():
    spec = importlib.util.spec_from_file_location("maskengine_qt_brush", EXAMPLE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def photograph():
    image = np.zeros((*SIZE, 3), np.uint8)
    image[10:30, 40:80] = 200
    return image


def capsule(points, radius):
    """Give the pixels whose centres lie within `radius` of a line, by looking at each of them."""
    y, x = np.mgrid[: SIZE[0], : SIZE[1]] + 0.5
    (ax, ay), (bx, by) = points[0], points[-1]
    along = ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2)
    t = np.clip(along, 0, 1)
    return (x - ax - t * (bx - ax)) ** 2 + (y - ay - t * (by - ay)) ** 2 <= radius**2


def test_a_stroke_is_coloured_and_undone(example):
    model = example.Model(photograph())
    model.label, model.radius = 2, 5.0
    model.press()
    assert model.move(20, 30) == (15, 25, 10, 10)
    box = model.move(36, 33)
    model.release()
    wanted = capsule([(20, 30), (36, 33)], 5.0)
    assert np.array_equal(model.labels == 2, wanted)
    assert np.array_equal((model.pixels == example.COLOURS[2]).all(2), wanted)
    assert box[0] + box[2] == np.flatnonzero(wanted.any(0))[-1] + 1
    assert model.undo()[2:] == (np.ptp(np.flatnonzero(wanted.any(0))) + 1, 13)
    assert not model.pixels.any()
    assert model.redo() is not None
    assert np.array_equal(model.labels == 2, wanted)


def test_a_flood_keeps_to_the_colour(example):
    model = example.Model(photograph())
    assert model.flood(50.2, 12.9) == (40, 10, 40, 20)
    assert model.flood(-3, 5) is None
    assert (model.labels == 1).sum() == 40 * 20


def test_the_mouse_without_a_stroke_does_nothing(example):
    model = example.Model(photograph())
    assert model.move(20, 30) is None
    model.release()
    assert model.undo() is None


def test_the_widget_draws_what_the_model_has(example, monkeypatch):
    if importlib.util.find_spec("PySide6") is None:
        pytest.skip("PySide6 is not installed")
    monkeypatch.setitem(os.environ, "QT_QPA_PLATFORM", "offscreen")
    from PySide6 import QtCore, QtGui, QtWidgets

    application = QtWidgets.QApplication.instance() or QtWidgets.QApplication([])
    widget = example.Painter(photograph())
    widget.model.radius = 5.0
    left, none = QtCore.Qt.MouseButton.LeftButton, QtCore.Qt.KeyboardModifier.NoModifier
    kinds = QtCore.QEvent.Type
    for kind, x, y in (
        (kinds.MouseButtonPress, 20, 30),
        (kinds.MouseMove, 36, 33),
        (kinds.MouseButtonRelease, 36, 33),
    ):
        place = QtCore.QPointF(x, y)
        event = QtGui.QMouseEvent(kind, place, place, left, left, none)
        application.sendEvent(widget, event)
    assert np.array_equal(widget.model.labels == 1, capsule([(20, 30), (36, 33)], 5.0))
    shown = widget.grab().toImage().convertToFormat(QtGui.QImage.Format.Format_RGB888)
    assert shown.pixelColor(28, 31).red() == 0
    assert shown.pixelColor(28, 31).green() > 80
    assert shown.pixelColor(60, 20).red() == 200
    assert shown.pixelColor(5, 5).red() == 0
