"""Strategies of what a canvas takes, and the check that an edit is what the slow canvas says."""

import struct
import zlib

import numpy as np
from hypothesis import strategies as st

import maskengine as me
from maskengine.testing import oracles, strategies

SIZES = st.one_of(
    st.tuples(st.integers(1, 12), st.integers(1, 14)),
    st.sampled_from([(2, 130), (66, 3), (3, 64), (1, 260)]),
)
DTYPES = ["u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8"]


def few_labels(dtype):
    """Give the labels that are drawn: a few small ones, and both ends of the dtype."""
    ends = np.iinfo(dtype)
    return sorted({0, 1, 2, 3, 4, int(ends.max), int(ends.min)})


class Store:
    """An array that lies elsewhere: it is read and written in rectangles, and counts them."""

    def __init__(self, array):
        self.array = array
        self.shape, self.dtype, self.ndim = array.shape, array.dtype, array.ndim
        self.reads, self.writes = [], []

    def __getitem__(self, where):
        self.reads.append(where)
        return self.array[where].copy()

    def __setitem__(self, where, values):
        self.writes.append(where)
        self.array[where] = values


@st.composite
def label_maps(draw, size, dtype):
    """Draw patches of a few labels, in any memory layout."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    patch = draw(st.sampled_from([1, 2, 4]))
    coarse = rng.choice(np.array(few_labels(dtype), dtype), [-(-side // patch) for side in size])
    values = np.kron(coarse, np.ones((patch, patch), dtype))[: size[0], : size[1]]
    return draw(strategies.layouts(values.astype(dtype)))


@st.composite
def images(draw, size):
    """Draw a soft image of one or three channels, whole numbers or floats."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    channels = draw(st.sampled_from([(), (3,)]))
    dtype = draw(st.sampled_from(["u1", "i2", "u2", "f4", "f8"]))
    values = rng.integers(0, draw(st.sampled_from([3, 9, 120])), (*size, *channels))
    array = values.astype(dtype)
    return array if channels else draw(strategies.layouts(array))


def coordinates(side):
    """Draw a coordinate in or around [0, side], on a fine grid or anywhere."""
    low, high = -4, side + 4
    return st.one_of(
        st.integers(2 * low, 2 * high).map(lambda c: c / 2),
        st.integers(8 * low, 8 * high).map(lambda c: c / 8),
        st.floats(low, high),
    )


def points(size, most=4):
    """Draw points (x, y)."""
    return st.lists(
        st.tuples(coordinates(size[1]), coordinates(size[0])), min_size=1, max_size=most
    )


RADII = st.one_of(
    st.sampled_from([0.0, 0.5, 0.7, 1.0, 2.5, 20.0]), st.integers(0, 40).map(lambda r: r / 8)
)


@st.composite
def brushes(draw):
    """Draw what begin takes for the form of a brush, and a strategy of the radii to go with it.

    The radii of ellipses are such that no centre of a pixel on a grid lies on an outline, which is
    decided in floating point.
    """
    kind = draw(st.sampled_from(["disk", "disk", "disk", "square", "ellipse", "bitmap"]))
    if kind == "ellipse":
        odd = st.sampled_from([0.613, 1.377, 2.719, 4.241])
        angle = draw(st.sampled_from([0.0, 90.0, 31.7, -213.9]))
        return {"shape": kind, "angle": angle}, st.just((draw(odd), draw(odd)))
    if kind == "bitmap":
        size = draw(st.tuples(st.integers(1, 4), st.integers(1, 5)))
        return {"shape": draw(strategies.dense(size))}, st.none()
    return {"shape": kind}, RADII


@st.composite
def regions(draw, size):
    """Draw a region in each of the forms that rules take."""
    kind = draw(st.sampled_from(["masks", "array", "box"]))
    if kind == "box":
        x, y = (sorted(draw(st.tuples(*[st.integers(-2, side + 2)] * 2))) for side in size[::-1])
        return (x[0], y[0], x[1], y[1])
    mask = draw(strategies.dense(size))
    return oracles.encode([mask]) if kind == "masks" else mask


@st.composite
def rules(draw, size, labels):
    """Draw rules; most often none."""
    if draw(st.sampled_from([False, False, True])):
        return None
    label = st.sampled_from(labels)
    several = st.lists(label, max_size=3).map(tuple)
    return me.Rules(
        only=draw(st.one_of(st.none(), st.none(), label, several)),
        protect=draw(st.one_of(st.just(()), several)),
        region=draw(st.one_of(st.none(), regions(size))),
        max_area=draw(st.one_of(st.none(), st.none(), st.integers(0, 30))),
    )


@st.composite
def rings(draw, size):
    """Draw one polygon: a ring (N, 2), a list of rings, or Polygons of parts."""
    one = st.lists(st.tuples(coordinates(size[1]), coordinates(size[0])), min_size=3, max_size=6)
    kind = draw(st.sampled_from(["ring", "rings", "polygons"]))
    if kind == "ring":
        return np.array(draw(one), float)
    if kind == "rings":
        return [np.array(ring, float) for ring in draw(st.lists(one, min_size=1, max_size=2))]
    items = draw(st.lists(one, min_size=1, max_size=3))
    return me.Polygons.from_coco([[np.ravel(ring).tolist()] for ring in items])


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
