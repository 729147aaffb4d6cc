"""Arrays: dtypes, strides, sides of zero, views that lie, and arrays that another thread changes."""

# A case is a line, and calls of wrong types are the point.
# ruff: noqa: E501
# mypy: ignore-errors

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np

import maskengine as me
from maskengine.errors import MaskError, MaskTypeError, ShapeMismatch
from maskengine.testing.hostile._case import Family, Holds, anything_sound, refused
from maskengine.testing.hostile._rle_text import rle

CASES = Family("arrays")
_SHAPE = refused(ShapeMismatch, "mask")
_DTYPE = refused(MaskTypeError, "mask")
_DRAWN = np.array([[0, 1, 0], [1, 0, 1]])
_COUNTS = [1, 2, 2, 1]  # of _DRAWN, column by column: 0 1 | 1 0 | 0 1


def _strided(dtype: Any) -> Any:
    wide = np.zeros((4, 9), dtype)
    wide[::-2, ::3] = _DRAWN
    return wide[::-2, ::3]


def _unaligned() -> Any:
    raw = np.zeros(6 * 4 + 1, np.uint8)
    view = raw[1:].view(np.uint32).reshape(2, 3)
    view[:] = _DRAWN
    return view


_VIEWS: dict[str, Callable[[], Any]] = {
    "transposed": lambda: np.ascontiguousarray(_DRAWN.T).T,
    "fortran": lambda: np.asfortranarray(_DRAWN),
    "negative-strides": lambda: np.ascontiguousarray(_DRAWN[::-1, ::-1])[::-1, ::-1],
    "unaligned": _unaligned,
    "big-endian": lambda: _DRAWN.astype(">i4"),
    "read-only": lambda: np.frombuffer(_DRAWN.astype(np.uint8).tobytes(), np.uint8).reshape(2, 3),
    "memory-map-like": lambda: np.asarray(memoryview(_DRAWN.astype(np.int16))),
    "subclass": lambda: np.asmatrix(_DRAWN),
    "masked-array": lambda: np.ma.array(_DRAWN),
    "record-field": lambda: np.array(
        [[(1, v) for v in row] for row in _DRAWN.tolist()], [("a", "i4"), ("b", "u1")]
    )["b"],
}
for _code in ("?", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8"):
    _VIEWS[f"strided-{_code.replace('?', 'bool')}"] = lambda c=_code: _strided(np.dtype(c))
for _name, _make in _VIEWS.items():
    CASES.add(f"encode-{_name}", "encode", lambda m=_make: (m(),), _COUNTS)

for _name, _make in {
    "values-of-1-to-255": lambda: np.arange(256, dtype=np.uint8).reshape(16, 16),
    "minus-1": lambda: np.where(np.arange(256).reshape(16, 16), -1, 0).astype(np.int8),
    "only-the-top-bit-of-64": lambda: np.where(np.arange(256).reshape(16, 16), -(2**63), 0),
    "2^32-of-64-bits": lambda: np.where(np.arange(256).reshape(16, 16), 2**32, 0),
    "bools-that-are-2": lambda: np.where(np.arange(256).reshape(16, 16), 2, 0)
    .astype(np.uint8).view(np.bool_),
}.items():  # fmt: skip
    CASES.add(f"encode-{_name}", "encode", lambda m=_make: (m(),), [1, 255])

for _name, _make, _right in (
    ("float", lambda: np.ones((2, 2)), _DTYPE),
    ("nan", lambda: np.full((2, 2), np.nan), _DTYPE),
    ("float16", lambda: np.ones((2, 2), np.float16), _DTYPE),
    ("long-double", lambda: np.ones((2, 2), np.longdouble), _DTYPE),
    ("complex", lambda: np.ones((2, 2), complex), _DTYPE),
    ("objects", lambda: np.full((2, 2), None), _DTYPE),
    ("texts", lambda: np.full((2, 2), "x"), _DTYPE),
    ("bytes", lambda: np.full((2, 2), b"x"), _DTYPE),
    ("dates", lambda: np.zeros((2, 2), "M8[s]"), _DTYPE),
    ("durations", lambda: np.zeros((2, 2), "m8[s]"), _DTYPE),
    ("structures", lambda: np.zeros((2, 2), [("a", "u1")]), _DTYPE),
    ("void", lambda: np.zeros((2, 2), "V3"), _DTYPE),
    ("no-dimensions", lambda: np.array(1), _SHAPE),
    ("one-dimension", lambda: np.ones(4, bool), _SHAPE),
    ("four-dimensions", lambda: np.ones((1, 1, 2, 2), bool), _SHAPE),
    ("thirty-dimensions", lambda: np.ones((1,) * 30, bool), _SHAPE),
    ("none", lambda: None, _DTYPE),
    ("a-list", lambda: [[0, 1], [1, 0]], _DTYPE),
    ("a-text", lambda: "mask", _DTYPE),
    ("bytes-object", lambda: b"\0\1", _DTYPE),
    ("a-number", lambda: 7, _DTYPE),
    ("ragged", lambda: [[0], [1, 0]], _DTYPE),
    ("a-side-of-2^31", lambda: np.lib.stride_tricks.as_strided(np.zeros(1, np.uint8), (2**31, 1), (0, 0)),
     refused(MaskError, "mask")),
):  # fmt: skip
    CASES.add(f"encode-{_name}", "encode", lambda m=_make: (m(),), _right)


class _Lies:
    """An array interface whose pointer, shape or strides lead nowhere."""

    def __init__(self, **what: Any) -> None:
        self.__array_interface__ = {
            "version": 3, "typestr": "|u1", "shape": (2, 2), "data": bytearray(4), **what,
        }  # fmt: skip


class _Raises:
    """Raises wherever it is looked at."""

    def __array__(self, *_: Any, **__: Any) -> Any:
        raise RuntimeError("no array today")

    def __len__(self) -> int:
        raise RuntimeError("no length today")

    def __iter__(self) -> Any:
        raise RuntimeError("no items today")


CASES.ours("interface-with-negative-side", lambda: me.encode(_Lies(shape=(-2, 2))),
           refused(MaskError, "mask"))  # fmt: skip
CASES.ours("interface-of-no-such-type", lambda: me.encode(_Lies(typestr="|q9")),
           refused(MaskError, "mask"))  # fmt: skip
CASES.ours("array-that-raises", lambda: me.encode(_Raises()),
           refused(MaskTypeError, "mask", "no array today"))  # fmt: skip
CASES.ours("cuda-interface-that-is-empty", lambda: me.encode(
    type("X", (), {"__cuda_array_interface__": {}})()), refused(MaskError))  # fmt: skip
CASES.ours("dlpack-that-is-none", lambda: me.encode(
    type("X", (), {"__dlpack__": lambda *_, **__: None, "__dlpack_device__": lambda _: (1, 0)})()),
    refused(MaskError, "mask"))  # fmt: skip

# Zero-stride views ask for any number of pixels with a few bytes.
_VIEW = np.lib.stride_tricks.as_strided
CASES.add("encode-3e9-pixels-of-zero-stride", "encode",
          lambda: (_VIEW(np.ones(1, np.uint8), (50_000, 60_000), (0, 0)),), [0, 3_000_000_000],
          other=refused(MaskError, "mask"), is_large=True)  # fmt: skip
CASES.add("label-1e8-pixels-of-zero-stride", "label",
          lambda: (_VIEW(np.zeros(1, np.uint8), (10_000, 10_000), (0, 0)), 8),
          Holds(lambda found: found[1] == 0, "no components"), is_large=True)  # fmt: skip

for _name, _shape in (("0xN", (0, 5)), ("Nx0", (5, 0)), ("0x0", (0, 0))):
    CASES.add(f"encode-{_name}", "encode", lambda s=_shape: (np.zeros(s, bool),),
              Holds(lambda counts: sum(counts) == 0, "no pixels"), other=_SHAPE)  # fmt: skip
    CASES.add(f"label-{_name}", "label", lambda s=_shape: (np.zeros(s, np.uint8), 8),
              Holds(lambda found: found[1] == 0, "no components"))  # fmt: skip
    CASES.add(f"dilate-{_name}", "dilate", lambda s=_shape: (np.zeros(s, np.uint8), 1),
              np.zeros(_shape))  # fmt: skip
    CASES.add(f"outlines-{_name}", "outlines", lambda s=_shape: (np.zeros(s, np.uint8),), 0)
    CASES.add(f"flood-{_name}", "flood", lambda s=_shape: (np.zeros(s, np.uint8), (0, 0), 0),
              refused(MaskError, "seed"))  # fmt: skip


def _image() -> Any:
    return (np.indices((300, 300)).sum(0) // 7 % 3).astype(np.uint8)


def _while_changed(call: Callable[[Any], Any]) -> Callable[[], Any]:
    """Call again and again while another thread writes other values into the array."""

    def run() -> None:
        array, stop = _image(), threading.Event()
        draw = np.random.default_rng(3)
        others = [draw.integers(0, 5, array.shape).astype(np.uint8) for _ in range(4)]

        def change() -> None:
            while not stop.is_set():
                for other in others:
                    array[:] = other

        thread = threading.Thread(target=change)
        thread.start()
        try:
            for _ in range(12):
                try:
                    call(array)
                except MaskError:
                    continue
        finally:
            stop.set()
            thread.join()

    return run


_SQUARE = me.Polygons([(10, 10), (250, 20), (240, 260), (30, 200)], [0, 4])
_CHANGED: dict[str, Callable[[Any], Any]] = {
    "encode": me.encode,
    "encode-labels": me.encode_labels,
    "label": me.label,
    "label-of-labels": lambda a: me.label(a, kind="labels", stats=True),
    "flood": lambda a: me.flood(a, (150, 150), 1),
    "flood-floating": lambda a: me.flood(a, (150, 150), 1, "floating"),
    "tolerance-map": lambda a: me.tolerance_map(a, (150, 150)),
    "polygonize": me.polygonize,
    "polygonize-labels": lambda a: me.polygonize(a, kind="labels"),
    "hole-tree": me.hole_tree,
    "hole-tree-labels": lambda a: me.hole_tree(a, kind="labels"),
    "dilate": lambda a: me.dilate(a, 3),
    "dilate-labels": lambda a: me.dilate(a, 3, kind="labels"),
    "erode": lambda a: me.erode(a, 2, "disk"),
    "open": lambda a: me.open(a, 2),
    "close": lambda a: me.close(a, 2),
    "boundary": lambda a: me.boundary(a, 2),
    "boundary-labels": lambda a: me.boundary(a, 2, kind="labels"),
    "distance-transform": me.distance_transform,
    "remove-small": lambda a: me.remove_small(a, 5),
    "remove-small-labels": lambda a: me.remove_small(a, 5, kind="labels"),
    "fill-holes": me.fill_holes,
    "largest": lambda a: me.largest(a, 2),
    "absorb-small": lambda a: me.absorb_small(a, 5),
    "adjacency": me.adjacency,
    "split": lambda a: me.split(a, stats=True),
    "remap": lambda a: me.remap(a, {0: 1, 1: 2, 2: 3, 3: 4, 4: 5}),
    "joint": lambda a: me.joint(a, a),
    "frame-stats": me.frame_stats,
    "border-distances": lambda a: me.border_distances(a, a),
    "boundary-overlap": lambda a: me.boundary_overlap(a, a, 2),
    "edge-offset": lambda a: me.edge_offset(a, a),
    "label-volume": lambda a: me.label(np.stack([a, a]), 26, output="image"),
    "coverage-out": lambda a: me.rasterize(_SQUARE, (300, 300), out=a),
    "decode-out": lambda a: me.decode(me.rasterize(_SQUARE, (300, 300)), out=a),
    "compose-out": lambda a: me.compose(me.rasterize(_SQUARE, (300, 300)), out=a),
    "canvas": lambda a: me.Canvas(a).stroke([(20, 20), (200, 250)], 9, 3),
    "canvas-fill": lambda a: me.Canvas(a).fill((20, 20), 4, on="labels"),
    "canvas-components": lambda a: me.Canvas(a).components(1),
    "argmax": lambda a: me.argmax(np.lib.stride_tricks.as_strided(a, (3, 100, 100), (0, 300, 1))
                                  .astype(np.float32)),
    "panoptic-check": lambda a: me.quality.validate_panoptic(
        a, [{"id": 1, "category_id": 1}], [{"id": 1, "name": "x", "isthing": 1}]),
    "agreement": lambda a: me.quality.agreement([a, a, a]),
    "diff": lambda a: me.quality.diff(a, a.copy()),
}  # fmt: skip
for _name, _run in _CHANGED.items():
    CASES.ours(f"changed-during-{_name}", _while_changed(_run), anything_sound(), is_large=True)


def _changed_counts(call: Callable[[me.Masks], Any]) -> Callable[[], Any]:
    """Make masks over an array, then write counts that are no mask into it, and use them."""

    def run() -> None:
        counts = np.array([30, 40, 30], np.uint32)
        masks = me.Masks(counts, [0, 3], [(10, 10)])
        for bad in ([2**32 - 1] * 3, [0, 0, 0], [30, 40, 31], [0, 2**31, 0], [101, 0, 0]):
            counts[:] = bad
            try:
                call(masks)
            except MaskError:
                continue

    return run


_ONE = rle(10, 10, [30, 40, 30])
_ON_MASKS: dict[str, Callable[[me.Masks], Any]] = {
    "decode": me.decode,
    "decode-fortran": lambda m: me.decode(m, order="F"),
    "area": me.area,
    "bbox": me.bbox,
    "centroid": me.centroid,
    "moments": me.moments,
    "hu-moments": me.hu_moments,
    "perimeter": me.perimeter,
    "iou": lambda m: me.iou(m, m),
    "union": lambda m: me.union(m, me.Masks.from_coco([_ONE])),
    "union-of-many": lambda m: me.union(me.Masks.concatenate([m] * 9)),
    "complement": me.complement,
    "crop": lambda m: me.crop(m, (1, 1, 9, 9)),
    "pad": lambda m: me.pad(m, 3, 3, 3, 3),
    "shift": lambda m: me.shift(m, 2, 2),
    "flip": me.flip,
    "flip-vertical": lambda m: me.flip(m, "vertical"),
    "rot90": me.rot90,
    "transpose": me.transpose,
    "resize": lambda m: me.resize(m, (7, 23)),
    "warp": lambda m: me.warp(m, [[1, 0.2, 0], [0, 1, 0]]),
    "dilate": lambda m: me.dilate(m, 2),
    "erode": lambda m: me.erode(m, 1),
    "open": lambda m: me.open(m, 1),
    "close": lambda m: me.close(m, 1),
    "boundary": me.boundary,
    "label": me.label,
    "largest": me.largest,
    "fill-holes": me.fill_holes,
    "remove-small": lambda m: me.remove_small(m, 3),
    "polygonize": me.polygonize,
    "polygonize-bridge": lambda m: me.polygonize(m, holes="bridge"),
    "hole-tree": me.hole_tree,
    "contains": lambda m: me.contains(m, [[4, 4]]),
    "compose": me.compose,
    "occlusion": me.occlusion,
    "nms": lambda m: me.nms(m, [1.0], 0.5),
    "distance-transform": me.distance_transform,
    "largest-rectangle": me.largest_rectangle,
    "vote": lambda m: me.vote(m, [1.0], 0.5),
    "at-least": lambda m: me.at_least(m, 1),
    "combine": lambda m: me.combine(m, [0, 1]),
    "convolve": lambda m: me.convolve(m, np.ones((3, 3)), 4),
    "hstack": me.hstack,
    "tile": lambda m: me.tile(m, 2, 2),
    "take": lambda m: m[[0, 0]],
    "to-coco": lambda m: m.to_coco(),
    "to-arrow": lambda m: m.to_arrow(),
    "canvas-paste": lambda m: me.Canvas(np.zeros((10, 10), np.uint8)).paste(m),
    "canvas-erase": lambda m: me.Canvas(np.zeros((10, 10), np.uint8)).erase(m),
    "flood-region": lambda m: me.flood(np.zeros((10, 10), np.uint8), (4, 4), region=m),
    "move-vertex": lambda m: me.move_vertex(
        m, me.Polygons([(1, 1), (8, 1), (8, 8)], [0, 3]), 0, 1, (9, 2)),
}  # fmt: skip
for _name, _use in _ON_MASKS.items():
    CASES.ours(f"counts-overwritten-then-{_name}", _changed_counts(_use), anything_sound())
