"""Draws what a canvas takes, and checks that an edit is what the slow canvas says.

Hypothesis draws seeds and the order of events, NumPy the rest: that is ten times as fast.
"""

import struct
import zlib

import numpy as np
from hypothesis import strategies as st

import maskengine as me
from maskengine.testing import oracles

SEEDS = st.integers(0, 2**32 - 1)
DTYPES = ["u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8"]
_SIZES = [(2, 130), (66, 3), (3, 64), (1, 260)]  # at the ends of words and tiles


def few_labels(dtype):
    """Give the labels that are drawn: small ones, 256, and both ends of the dtype."""
    ends = np.iinfo(dtype)
    return sorted({0, 1, 2, 3, min(256, int(ends.max)), int(ends.max), int(ends.min)})


class Draw:
    """Draws arguments for a canvas of one size and dtype."""

    def __init__(self, seed, size=None, dtype="u1"):
        self.rng = np.random.default_rng(seed)
        if size is None:
            size = tuple(self.rng.integers(1, 14, 2).tolist())
            size = self.one(_SIZES) if self.chance(0.2) else size
        self.size = size
        self.dtype = np.dtype(dtype)

    def chance(self, share):
        return self.rng.random() < share

    def whole(self, low, high):
        """Draw a whole number in [low, high]."""
        return int(self.rng.integers(low, high + 1))

    def one(self, choices):
        return choices[self.whole(0, len(choices) - 1)]

    def label(self):
        return self.one(few_labels(self.dtype))

    def labels(self, n):
        return [self.label() for _ in range(n)]

    def layout(self, array):
        """Lay an array out: in C or Fortran order, with gaps, backwards, or inside of another."""
        kind = self.whole(0, 4)
        if kind == 0:
            return np.asfortranarray(array)
        if kind == 1:
            return np.repeat(np.repeat(array, 2, axis=-1), 3, axis=-2)[..., ::3, ::2]
        if kind == 2:
            return array[::-1, ::-1].copy()[::-1, ::-1]
        if kind == 3:
            return np.pad(array, 2, constant_values=1)[2:-2, 2:-2]
        return array.copy()

    def label_map(self):
        """Draw patches of a few labels."""
        patch = self.one([1, 2, 4])
        choices = np.array(few_labels(self.dtype), self.dtype)
        coarse = self.rng.choice(choices, [-(-side // patch) for side in self.size])
        values = np.kron(coarse, np.ones((patch, patch), self.dtype))
        return self.layout(values[: self.size[0], : self.size[1]])

    def image(self):
        """Draw an image of one to four channels, of whole numbers."""
        channels = self.one([(), (), (), (2,), (3,), (4,)])
        values = self.rng.integers(0, self.one([3, 9, 120]), (*self.size, *channels))
        array = values.astype(self.one(["?", "u1", "i2", "u2", "u8", "f2", "f4", "f8"]))
        return array if channels else self.layout(array)

    def mask(self, size=None):
        size = self.size if size is None else size
        mask = self.rng.random(size) < self.one([0, 0.1, 0.5, 0.9, 1])
        if self.chance(0.5):
            top, left = (self.whole(0, side) for side in size)
            mask[:top, left:] ^= True
        return mask

    def points(self, most=4):
        """Draw points (x, y) in and around the map: of pixels, on a fine grid, or anywhere."""
        xy = self.rng.uniform(-4, np.array(self.size[::-1]) + 4, (self.whole(1, most), 2))
        grid = self.one([0, 0, 1 / 2, 1 / 8])
        xy = np.round(xy / grid) * grid if grid else xy
        return [(x, y) for x, y in xy.tolist()]

    def loop(self):
        """Draw a way that ends where it starts."""
        turns = np.sort(self.rng.random(self.whole(3, 7))) * 2 * np.pi
        middle = self.rng.random(2) * self.size[::-1]
        reach = self.rng.uniform(1, 6, 2)
        line = middle + reach * np.stack([np.cos(turns), np.sin(turns)], axis=1)
        return [(x, y) for x, y in [*line.tolist(), line[0].tolist()]]

    def points_from_inside(self, most=4):
        line = self.loop() if self.chance(0.3) else self.points(most)
        line[0] = tuple((self.rng.random(2) * self.size[::-1]).tolist())
        return line

    def brush(self):
        """Draw what begin takes for the form of a brush, and a function that draws its radii.

        The radii of ellipses are such that no centre of a pixel on a grid lies on an outline,
        which is decided in floating point.
        """
        kind = self.one(["disk", "disk", "disk", "square", "ellipse", "bitmap"])
        if kind == "ellipse":
            radii = (self.one([0.613, 1.377, 2.719]), self.one([0.613, 1.377, 4.241]))
            form = {"shape": kind, "angle": self.one([0.0, 90.0, 31.7, -213.9])}
            return form, lambda _draw, _n: radii
        if kind == "bitmap":
            form = {"shape": self.mask((self.whole(1, 4), self.whole(1, 5)))}
            return form, lambda _draw, _n: None
        return {"shape": kind}, lambda draw, n: draw.radius(n)

    def radius(self, n):
        """Draw one radius, or n of them."""
        radii = [self.one([0.0, 0.5, 0.7, 1.0, 2.5, 20.0, self.whole(0, 40) / 8]) for _ in range(n)]
        return radii if self.chance(0.5) else radii[0]

    def smart(self):
        tolerance = self.one([0, 1, 2, 30])
        return {"tolerance": tolerance, "reference": self.one(["press", "mean"])}

    def region(self):
        """Draw a region in one of the forms that rules take."""
        kind = self.whole(0, 2)
        if kind == 0:
            left, right = sorted(self.whole(-2, self.size[1] + 2) for _ in range(2))
            top, bottom = sorted(self.whole(-2, self.size[0] + 2) for _ in range(2))
            return (left, top, right, bottom)
        return self.mask() if kind == 1 else oracles.encode([self.mask()])

    def rules(self, *, limited=True):
        """Draw rules; most often none."""
        if self.chance(0.6):
            return None
        return me.Rules(
            only=self.one([None, None, self.label(), tuple(self.labels(self.whole(0, 3)))]),
            protect=self.one([(), tuple(self.labels(self.whole(1, 3)))]),
            region=self.region() if self.chance(0.5) else None,
            max_area=self.whole(0, 40) if limited and self.chance(0.3) else None,
        )

    def ring(self):
        return [point for _ in range(3) for point in self.points(2)]

    def polygon(self):
        """Draw one ring (N, 2), a list of rings, or Polygons."""
        kind = self.whole(0, 2)
        if kind == 0:
            return np.array(self.ring())
        rings = [np.array(self.ring()) for _ in range(self.whole(1, 3))]
        return rings if kind == 1 else me.Polygons.from_coco([[r.ravel().tolist()] for r in rings])

    def masks(self):
        size = self.size if self.chance(0.5) else (self.whole(0, 9), self.whole(0, 9))
        return oracles.encode([self.mask(size) for _ in range(self.whole(1, 3))])


def agree(edit, change):
    """Hold an edit to what the slow canvas says: box, counts, runs, and a patch that survives."""
    assert edit.complete == change.complete
    assert edit.box == change.box
    assert edit.gained == change.gained
    assert edit.lost == change.lost
    assert edit.area == change.area
    assert runs_of(edit.patch) == change.runs
    assert edit.spans.dtype == np.int64
    covered = np.zeros(change.before.shape, int)
    for y, begin, end in edit.spans.tolist():
        assert begin < end
        covered[y, begin:end] += 1
    assert np.array_equal(covered, change.pixels)
    assert edit.patch.size == change.before.shape
    assert me.Patch.from_bytes(edit.patch.to_bytes()) == edit.patch
    assert edit.patch.inverted().inverted() == edit.patch


def runs_of(patch):
    """Give the runs of a patch as tuples (y, begin, end, old, new), read from its bytes."""
    return read_patch(patch.to_bytes())[2]


_PATCH_DTYPES = ["u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8"]


def read_patch(data):
    """Read the bytes of a patch as its format is documented: dtype, size, runs."""
    magic, version, element, zero = struct.unpack_from("<4sHBB", data)
    height, width, n, n_pairs, n_bytes = struct.unpack_from("<IIQQQ", data, 8)
    assert (magic, version, zero) == (b"MECP", 1, 0)
    assert len(data) == 40 + 16 * n_pairs + n_bytes + 4
    assert zlib.crc32(data[:-4]) == int.from_bytes(data[-4:], "little")
    dtype = np.dtype(_PATCH_DTYPES[element])
    pairs = np.frombuffer(data, "<u8", 2 * n_pairs, 40).astype(dtype).reshape(-1, 2).tolist()
    numbers = iter(_variable_integers(data[40 + 16 * n_pairs : -4]))
    runs, y, begin, end, first, pair = [], 0, 0, 0, 0, None
    for _ in range(n):
        rows, other = divmod(next(numbers), 2)
        length = end - begin
        y += rows
        if rows == 0 and runs:
            begin = end + next(numbers)
        else:
            begin = first = first + _zigzag(next(numbers))
        end = begin + length + _zigzag(next(numbers))
        if other:
            pair = pairs[next(numbers)]
        runs.append((y, begin, end, *pair))
    assert next(numbers, None) is None
    return dtype, (height, width), runs


def _variable_integers(data):
    value = shift = 0
    for byte in data:
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            yield value
            value = shift = 0


def _zigzag(value):
    return value // 2 if value % 2 == 0 else -(value + 1) // 2
