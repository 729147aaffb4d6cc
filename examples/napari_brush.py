"""A Canvas behind a napari labels layer: python napari_brush.py [IMAGE].

Drag paints the layer's selected label with the layer's brush size, Shift and drag erases, Control
and click floods the image's colour, Control-Z and Control-Shift-Z undo and redo. The canvas edits
the layer's own array in place, and only the box that an edit changed is sent to the screen.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

import maskengine as me

TOLERANCE = 24  # of a flood, in the image's units


class Brush:
    """Edits the labels of a napari layer with a Canvas.

    Parameters
    ----------
    layer : napari.layers.Labels
        With a NumPy array (H, W) as data. It stays in the mode "pan_zoom", in which napari's own
        tools rest.
    image : numpy.ndarray, optional
        Shape (H, W) or (H, W, C): what floods compare. By default they compare labels.
    """

    def __init__(self, layer: Any, image: Any = None) -> None:
        self.layer, self.has_image = layer, image is not None
        self.canvas = me.Canvas(layer.data, image)
        layer.mode = "pan_zoom"
        layer.mouse_pan = False
        layer.mouse_drag_callbacks.append(self.drag)
        layer.bind_key("Control-Z", lambda _: self.show(self.canvas.undo()), overwrite=True)
        layer.bind_key("Control-Shift-Z", lambda _: self.show(self.canvas.redo()), overwrite=True)

    def drag(self, layer: Any, event: Any) -> Iterator[None]:
        """Follow the mouse from press to release, as napari calls it."""
        label = int(layer.selected_label)
        if "Control" in event.modifiers:
            self.flood(event, label)
            return
        self.canvas.begin(label, "erase" if "Shift" in event.modifiers else "paint")
        try:
            self.extend(event)
            yield
            while event.type == "mouse_move":
                self.extend(event)
                yield
        finally:  # also where the window is closed with the button held
            self.canvas.end()

    def extend(self, event: Any) -> None:
        """Draw on to where the mouse is."""
        self.show(self.canvas.extend([self.place(event)], self.layer.brush_size / 2))

    def flood(self, event: Any, label: int) -> None:
        """Fill from the pixel under the mouse."""
        x, y = (int(np.floor(each)) for each in self.place(event))
        height, width = self.canvas.size
        if 0 <= x < width and 0 <= y < height:
            on, tolerance = ("image", TOLERANCE) if self.has_image else ("labels", 0)
            self.show(self.canvas.fill((x, y), label, tolerance, on=on))

    def place(self, event: Any) -> tuple[float, float]:
        """Give x and y of the mouse; a pixel's centre, whole in napari, is at a half here."""
        row, column = self.layer.world_to_data(event.position)
        return float(column) + 0.5, float(row) + 0.5

    def show(self, edit: me.Edit | None) -> None:
        """Send the box of an edit to the screen, and nothing else."""
        if edit is None or not edit.area:
            return
        data = self.layer.data
        if data.dtype.itemsize > 2:  # napari draws a copy of these, with other numbers
            self.layer.refresh()
            return
        left, top, right, bottom = edit.box
        part = data[top:bottom, left:right].view(f"u{data.dtype.itemsize}")
        self.layer.events.labels_update(data=part, offset=[top, left])


def main() -> None:
    """Open a window with an image and an empty labels layer."""
    import napari  # noqa: PLC0415 - the class above does without

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("image", nargs="?", type=Path, help="picture; by default a sample")
    path = parser.parse_args().image
    if path is None:
        from skimage.data import coffee  # noqa: PLC0415 - napari brings it

        image = coffee()
    else:
        from imageio.v3 import imread  # noqa: PLC0415 - napari brings it

        try:
            image = imread(path)
        except OSError as error:
            parser.error(str(error))
    viewer = napari.Viewer(title="maskengine brush")
    viewer.add_image(image, name="image")
    layer = viewer.add_labels(np.zeros(image.shape[:2], np.uint8), name="labels")
    layer.brush_size, layer.selected_label = 24, 1
    Brush(layer, image)
    napari.run()


if __name__ == "__main__":
    main()
