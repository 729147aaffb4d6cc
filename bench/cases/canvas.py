"""canvas: one mouse move of 40 pixels, undo and dirty box included, against arrays of NumPy.

`python bench/cases/canvas.py` prints the latency of single events, p50 and p99, and the bytes that
undo takes, on label maps of 4096 to 65536 pixels a side (the largest in a sparse file).
"""

from __future__ import annotations

import importlib.util
import itertools
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

import maskengine as me

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from harness import Job, Race

RADII = (10, 100, 500, 1000)
SIDES = (4096, 16384, 65536)


def zigzag(side, n):
    """Positions 40 px apart, to and fro in the middle of a map."""
    x = y = side / 2 + 0.3
    dx, dy = 32, 24
    for _ in range(n):
        yield x, y
        if abs(x + dx - side / 2) > 0.2 * side:
            dx = -dx
        if abs(y + dy - side / 2) > 0.2 * side:
            dy = -dy
        x, y = x + dx, y + dy


class Moves:
    """Positions without an end: after each pass over the way, the next label starts again."""

    def __init__(self, side, n=120):
        self.way = list(zigzag(side, n))
        self.at, self.label = 0, 1

    def step(self):
        """Give the next position, and the label when a stroke starts there."""
        starts = self.at == 0
        if starts:
            self.label = self.label % 200 + 1
        point = self.way[self.at]
        self.at = (self.at + 1) % len(self.way)
        return point, self.label if starts else None


def ours(radius):
    def make(side):
        labels = np.zeros((side, side), np.uint8)
        canvas = me.Canvas(labels, history_bytes=2**20)
        moves = Moves(side)
        canvas.begin(1)

        def run():
            point, label = moves.step()
            if label is not None:
                canvas.end()
                canvas.begin(label)
            return canvas.extend(point, radius).box

        return Job(run, lambda box: (box, labels.sum()))

    return make


def arrays(radius):
    """Test the distance to the segment in the box around it, keep the labels there, and paint."""

    def make(side):
        labels = np.zeros((side, side), np.uint8)
        moves = Moves(side)
        state = {"last": None, "label": 0}
        undo = []

        def run():
            (bx, by), label = moves.step()
            if label is not None:
                state.update(last=(bx, by), label=label)
                undo.clear()
            ax, ay = state["last"]
            state["last"] = bx, by
            left, right = int(min(ax, bx) - radius) - 1, int(max(ax, bx) + radius) + 2
            top, bottom = int(min(ay, by) - radius) - 1, int(max(ay, by) + radius) + 2
            y, x = (axis + 0.5 for axis in np.ogrid[top:bottom, left:right])
            u, v, du, dv = x - ax, y - ay, bx - ax, by - ay
            t = ((u * du + v * dv) / max(du * du + dv * dv, 1e-9)).clip(0, 1)
            window = labels[top:bottom, left:right]
            changed = (u - t * du) ** 2 + (v - t * dv) ** 2 <= radius**2
            changed &= window != state["label"]
            undo.append((top, left, changed, window[changed]))
            window[changed] = state["label"]
            rows, columns = (np.flatnonzero(changed.any(axis)) for axis in (1, 0))
            return (
                left + int(columns[0]),
                top + int(rows[0]),
                left + int(columns[-1]) + 1,
                top + int(rows[-1]) + 1,
            )

        return Job(run, lambda box: (box, labels.sum()))

    return make


RACES = [
    Race(
        f"canvas move, radius {radius}, 4K",
        ("Canvas",),
        lambda: 4096,
        ours(radius + 0.3),
        {"numpy": arrays(radius + 0.3)},
    )
    for radius in RADII
]


def events(labels, radius, moves=100):
    """Give the seconds of each event and what the last stroke takes in the history."""
    canvas = me.Canvas(labels)
    seconds = []
    for stroke in range(6):
        canvas.begin(stroke + 1)
        for i, point in enumerate(zigzag(labels.shape[0], moves)):
            start = time.process_time()
            box = canvas.extend(point, radius).box
            if i and stroke:  # not the first dab, nor the first touch of pages of memory
                seconds.append(time.process_time() - start)
            assert box[2] > box[0]
        edit = canvas.end()
    left, top, right, bottom = edit.box
    return seconds, edit.nbytes, (right - left) * (bottom - top) * labels.itemsize


def napari_events(side, radius, moves=40):
    """Give the seconds of each move of napari, nothing shown; its round stamps leave gaps."""
    from napari.layers import Labels

    layer = Labels(np.zeros((side, side), np.uint8))
    layer.mode = "paint"
    layer.brush_size = 2 * radius
    seconds = []
    for stroke in range(3):
        way = [(y, x) for x, y in zigzag(side, moves)]  # napari's coordinates
        with layer.block_history():
            layer._draw(stroke + 1, way[0], way[0])
            for last, point in itertools.pairwise(way):
                start = time.process_time()
                layer._draw(stroke + 1, last, point)
                if stroke:
                    seconds.append(time.process_time() - start)
    return seconds


def main():
    with_napari = importlib.util.find_spec("napari") is not None
    print("40 px a move                p50        p99    undo of a stroke   copy of its box")
    with tempfile.TemporaryDirectory() as folder:
        for side in SIDES:
            for radius in RADII:
                labels = np.memmap(Path(folder) / "labels", np.uint8, "w+", shape=(side, side))
                seconds, undo, box = events(labels, radius + 0.3)
                p50, p99 = (np.percentile(seconds, q) * 1e6 for q in (50, 99))
                print(
                    f"{side:6} px, radius {radius:4} {p50:7.1f} us {p99:7.1f} us"
                    f" {undo:12} bytes   {box / undo:6.0f} times as much",
                    flush=True,
                )
                if with_napari and side == SIDES[0]:
                    times = np.percentile(napari_events(side, radius), 50) * 1e6
                    print(f"{'':8} napari's paint {times:9.1f} us, {times / p50:.1f} times as long")


if __name__ == "__main__":
    main()
