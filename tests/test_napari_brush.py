"""The Canvas behind a napari layer: what is painted, and what is sent to the screen.

Covers: examples/napari_brush.py, on a stand-in for the layer and, where it is installed, on napari.
Run: pytest tests/test_napari_brush.py. Where napari is, PYTEST_DISABLE_PLUGIN_AUTOLOAD=1 keeps its
plugin out of pytest, which warns when it is loaded; warnings are errors here.
"""

import importlib.util
import warnings
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "napari_brush.py"
SIZE = (60, 90)


@pytest.fixture(scope="module")
def example():
    spec = importlib.util.spec_from_file_location("maskengine_napari_brush", EXAMPLE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class StandIn:
    """As much of napari's Labels layer as the example asks for."""

    def __init__(self, data):
        self.data, self.mode, self.mouse_pan = data, "paint", True
        self.selected_label, self.brush_size = 2, 9
        self.mouse_drag_callbacks, self.keys = [], {}
        self.sent, self.refreshed = [], 0
        self.events = SimpleNamespace(labels_update=lambda **sent: self.sent.append(sent))

    def bind_key(self, key, function, *, overwrite):
        assert overwrite
        self.keys[key] = function

    def press(self, key):
        self.keys[key](self)

    def refresh(self):
        self.refreshed += 1

    @staticmethod
    def world_to_data(position):
        return position


def napari_layer(data):
    """Give a layer of napari, in a viewer without a window, that tells what it sends."""
    if importlib.util.find_spec("napari") is None:
        pytest.skip("napari is not installed")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what napari imports
        from napari.components import ViewerModel
        from napari.utils.key_bindings import coerce_keybinding

    viewer = ViewerModel()
    layer = viewer.add_labels(data)
    layer.selected_label, layer.brush_size, layer.sent = 2, 9, []
    layer.events.labels_update.connect(
        lambda event: layer.sent.append({"data": event.data, "offset": event.offset})
    )
    layer.press = lambda key: layer.keymap[coerce_keybinding(key)](layer)
    return layer


LAYERS = {"stand-in": StandIn, "napari": napari_layer}


@pytest.fixture(params=LAYERS)
def layer(request):
    return LAYERS[request.param](np.zeros(SIZE, np.uint8))


def drag(layer, places, modifiers=()):
    """Press at the first place (row, column), move to the others, release."""
    event = SimpleNamespace(type="mouse_press", position=places[0], modifiers=modifiers)
    callback = layer.mouse_drag_callbacks[-1](layer, event)
    next(callback, None)
    event.type = "mouse_move"
    for event.position in places[1:]:
        next(callback)
    event.type = "mouse_release"
    assert next(callback, "ended") == "ended"


def swept(places, radius):
    """Give the pixels within a radius of a line of pixels (row, column), by their centres."""
    y, x = np.mgrid[: SIZE[0], : SIZE[1]]
    found = np.zeros(SIZE, bool)
    for (ay, ax), (by, bx) in pairwise(places):
        dx, dy = bx - ax, by - ay
        along = np.clip(((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy), 0, 1)
        found |= np.hypot(x - ax - along * dx, y - ay - along * dy) <= radius
    return found


def test_a_drag_paints_the_layers_array_and_sends_its_box(example, layer):
    data = layer.data
    example.Brush(layer)
    screen = data.copy()
    places = [(20, 15), (20, 40), (44, 58)]
    drag(layer, places)
    assert layer.data is data
    np.testing.assert_array_equal(data, 2 * swept(places, 4.5))
    for sent in layer.sent:
        (top, left), (height, width) = sent["offset"], sent["data"].shape
        assert height * width < 1500, "more than the box was sent"
        screen[top : top + height, left : left + width] = sent["data"]
    np.testing.assert_array_equal(screen, data)
    assert len(layer.sent) == 3


def test_erase_undo_and_redo(example, layer):
    example.Brush(layer)
    line, across = [(20, 15), (20, 70)], [(10, 40), (50, 40)]
    drag(layer, line)
    drag(layer, across, modifiers=("Shift",))
    painted, left = swept(line, 4.5), swept(line, 4.5) & ~swept(across, 4.5)
    np.testing.assert_array_equal(layer.data, 2 * left)
    steps = [("Z", painted), ("Z", painted & False), ("Shift-Z", painted), ("Shift-Z", left)]
    for key, expected in steps:
        layer.press(f"Control-{key}")
        np.testing.assert_array_equal(layer.data, 2 * expected)
    count = len(layer.sent)
    layer.press("Control-Shift-Z")  # nothing is left to redo
    assert len(layer.sent) == count


def test_flood(example, layer):
    image = np.full((*SIZE, 3), 100, np.uint8)
    image[:, 50:] = (100, 130, 100)
    image[30] += 20
    example.Brush(layer, image)
    drag(layer, [(5, 5)], modifiers=("Control",))
    expected = np.zeros(SIZE, np.uint8)
    expected[:, :50] = 2
    np.testing.assert_array_equal(layer.data, expected)
    drag(layer, [(-3, 5)], modifiers=("Control",))  # beside the image
    np.testing.assert_array_equal(layer.data, expected)
    assert len(layer.sent) == 1


def test_wide_labels_are_redrawn_by_napari(example):
    layer = StandIn(np.zeros(SIZE, np.int32))
    example.Brush(layer)
    drag(layer, [(20, 15), (20, 40)])
    assert (layer.refreshed, layer.sent) == (2, [])


def test_a_window_that_closes_ends_the_stroke(example):
    layer = StandIn(np.zeros(SIZE, np.uint8))
    brush = example.Brush(layer)
    event = SimpleNamespace(type="mouse_press", position=(20, 20), modifiers=())
    callback = brush.drag(layer, event)
    next(callback)
    callback.close()
    assert brush.canvas.can_undo
    drag(layer, [(40, 40)])
    assert set(np.unique(layer.data)) == {0, 2}
