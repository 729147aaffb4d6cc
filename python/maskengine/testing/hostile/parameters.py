"""Every parameter of every operation, given what it never takes: each must be refused by name."""

# A case is a line, and calls of wrong types are the point.
# ruff: noqa: E501, PLW0108
# mypy: ignore-errors

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from typing import Any

import numpy as np

import maskengine as me
from maskengine.errors import MaskError
from maskengine.testing.hostile._case import Family, Holds

CASES = Family("parameters")

_MASK = np.zeros((6, 8), np.uint8)
_MASK[1:4, 2:6] = 1
_MAP = _MASK.astype(np.uint8)
_MASKS = me.encode(_MASK)
_POLYGONS = me.Polygons([(1, 1), (5, 1), (5, 5)], [0, 3])
_SCORES = np.linspace(0, 1, 2 * 48, dtype=np.float32).reshape(2, 6, 8)
_CATEGORIES = [{"id": 1, "name": "a", "isthing": 1}]
_SEGMENTS = [{"id": 1, "category_id": 1}]

_OBJECTS: dict[str, Any] = {
    "none": None, "object": object(), "text": "x", "bytes": b"\0", "set": {1}, "class": int,
    "function": len, "complex": 1j, "ellipsis": ...,
}  # fmt: skip
_NUMBERS: dict[str, Any] = {"nan": math.nan, "inf": math.inf, "minus-inf": -math.inf}
_ARRAYS: dict[str, Any] = {
    "array-of-objects": np.full((6, 8), None), "array-of-texts": np.full((6, 8), "x"),
    "array-of-dates": np.zeros((6, 8), "M8[s]"), "array-of-complex": np.ones((6, 8), complex),
    "array-of-structures": np.zeros((6, 8), [("a", "u1")]), "array-without-sides": np.array(1),
    "array-of-five-sides": np.ones((1, 1, 1, 6, 8), np.uint8), "array-of-voids": np.zeros((6, 8), "V3"),
}  # fmt: skip

#: What a parameter of a kind never takes.
KINDS: dict[str, dict[str, Any]] = {
    "masks": _OBJECTS | _NUMBERS | {"number": 3, "list": [1], "array": _MASK, "dictionary": {}},
    "source": _OBJECTS | _NUMBERS | _ARRAYS | {"number": 3, "array-of-floats": _MASK * 1.5},
    "map": _OBJECTS | _NUMBERS | _ARRAYS | {"number": 3, "array-of-floats": _MASK * 1.5},
    "image": _OBJECTS | _NUMBERS | _ARRAYS | {"number": 3},
    "polygons": _OBJECTS | _NUMBERS | {"number": 3, "list": [[1, 2, 3]], "array": _MASK},
    "integer": _OBJECTS | _NUMBERS | {"half": 1.5, "digits": "1"},
    "number": _OBJECTS | {"nan": math.nan, "list": ["x"], "digits": "1", "array-of-objects":
                          np.array([None])},
    "word": _OBJECTS | _NUMBERS | {"list": ["square"], "dictionary": {}, "number": 77, "empty": "",
                                   "nul": "\0", "long": "x" * 100_000, "array": _MASK},
    "size": _OBJECTS | _NUMBERS | {"number": 3, "one": (3,), "three": (3, 3, 3), "negative": (-1, 3),
                                   "2^31": (2**31, 3), "2^70": (2**70, 3), "half": (1.5, 3),
                                   "texts": ("3", "3"), "nan": (math.nan, 3)},
    "size-or-none": {},
    "pixel": _OBJECTS | _NUMBERS | {"number": 3, "outside": (8, 0), "negative": (-1, 0),
                                    "half": (1.5, 0), "nan": (math.nan, 0), "2^70": (2**70, 0),
                                    "texts": ("1", "1"), "three": (1, 1, 1), "ragged": [(1, 1), (1,)]},
    "box": _OBJECTS | _NUMBERS | {"number": 3, "three": (1, 1, 2), "nan": (math.nan, 0, 1, 1),
                                  "texts": ("0", "0", "1", "1"), "2^70": (0, 0, 2**70, 1)},
    "out": {key: value for key, value in _OBJECTS.items() if key != "none"} | _NUMBERS | _ARRAYS | {
        "number": 3, "list": [[0] * 8] * 6, "too-small": np.zeros((5, 8), np.uint8),
        "read-only": np.frombuffer(bytes(48), np.uint8).reshape(6, 8),
        "big-endian": np.zeros((6, 8), ">u2")},
    "dtype": {key: value for key, value in _OBJECTS.items() if key not in {"none", "class"}}
    | {"objects": object, "structure": [("a", "u1")], "unknown": "q9", "number": 3, "text-dtype": "U4",
       "date": "M8[s]"},
    "segments": {key: value for key, value in _OBJECTS.items() if key != "set"} | _NUMBERS | {
        "number": 3, "numbers": [3.5], "without-ids": [{}]},
    "sequence": {key: value for key, value in _OBJECTS.items() if key != "set"} | _NUMBERS,
}  # fmt: skip
KINDS["word-or-none"] = {k: v for k, v in KINDS["word"].items() if k != "none"}
KINDS["size-or-none"] = {k: v for k, v in KINDS["size"].items() if k != "none"}
KINDS["integer-or-none"] = {k: v for k, v in KINDS["integer"].items() if k != "none"}
KINDS["number-or-none"] = {k: v for k, v in KINDS["number"].items() if k != "none"}
KINDS["masks-or-none"] = {k: v for k, v in KINDS["masks"].items() if k != "none"}
KINDS["labels-or-none"] = (
    {key: value for key, value in _OBJECTS.items() if key not in {"none", "set"}}
    | _NUMBERS
    | {"too-many": [1, 2, 3], "texts": ["x"], "halves": [1.5], "2^70": [2**70]}
)
KINDS["points"] = (
    _OBJECTS
    | _NUMBERS
    | {
        "number": 3,
        "three": [(1, 1, 1)],
        "texts": [("1", "1")],
        "nan": [(math.nan, 1)],
        "ragged": [(1, 1), (1,)],
        "objects": [(None, None)],
    }
)
KINDS["radius"] = _OBJECTS | {"nan": math.nan, "negative": -1, "texts": ("1", "1"), "three": (1, 1, 1),
                              "digits": "1", "minus-inf": -math.inf}  # fmt: skip

#: Operation -> arguments that are right, and of which kind each is that is tried.
_Call = tuple[Callable[..., Any], dict[str, Any], dict[str, str]]


def _on_masks(call: Callable[..., Any], more: dict[str, Any] | None = None, **kinds: str) -> _Call:
    return call, {"masks": _MASKS} | (more or {}), {"masks": "masks"} | kinds


def _on_source(call: Callable[..., Any], name: str, more: dict[str, Any] | None = None,
               kind: str = "source", **kinds: str) -> _Call:  # fmt: skip
    return call, {name: _MAP} | (more or {}), {name: kind} | kinds


def _operations() -> dict[str, _Call]:
    word, out = "word", "out"
    return {
        "area": _on_masks(me.area),
        "bbox": _on_masks(me.bbox, format=word),
        "centroid": _on_masks(me.centroid),
        "moments": _on_masks(me.moments),
        "hu_moments": _on_masks(me.hu_moments),
        "perimeter": _on_masks(me.perimeter),
        "complement": _on_masks(me.complement),
        "transpose": _on_masks(me.transpose),
        "decode": _on_masks(me.decode, order=word, dtype="dtype", value="integer", out=out),
        "crop": _on_masks(me.crop, {"box": (0, 0, 2, 2)}, box="box"),
        "pad": _on_masks(me.pad, top="integer", bottom="integer", left="integer", right="integer"),
        "shift": _on_masks(me.shift, dx="integer", dy="integer"),
        "flip": _on_masks(me.flip, axis=word),
        "rot90": _on_masks(me.rot90, k="integer"),
        "resize": _on_masks(me.resize, {"size": (3, 3)}, size="size", method=word),
        "warp": _on_masks(me.warp, {"matrix": [[1, 0, 0], [0, 1, 0]]}, matrix="points",
                          size="size-or-none", coordinates=word),
        "contains": _on_masks(me.contains, {"points": [(1, 1)]}, points="points"),
        "compose": _on_masks(me.compose, labels="labels-or-none", z="labels-or-none", out=out,
                             dtype="dtype"),
        "occlusion": _on_masks(me.occlusion, z="labels-or-none", visible="masks-or-none", ties=word),
        "largest_rectangle": _on_masks(me.largest_rectangle, format=word, aspect="number-or-none"),
        "vote": _on_masks(me.vote, {"weights": [1.0], "threshold": 0.5}, weights="number",
                          threshold="number"),
        "at_least": _on_masks(me.at_least, {"k": 1}, k="integer"),
        "combine": _on_masks(me.combine, {"table": [0, 1]}, table="number"),
        "convolve": _on_masks(me.convolve, {"kernel": np.ones((3, 3)), "threshold": 2},
                              kernel="number", threshold="number", stride="integer"),
        "hstack": _on_masks(me.hstack),
        "vstack": _on_masks(me.vstack),
        "tile": _on_masks(me.tile, rows="integer", columns="integer"),
        "nms": _on_masks(me.nms, {"scores": [1.0], "threshold": 0.5}, scores="number",
                         threshold="number", metric=word),
        "move_vertex": _on_masks(me.move_vertex, {"polygons": _POLYGONS, "item": 0, "vertex": 0,
                                                  "to": (2, 2)}, polygons="polygons", item="integer",
                                 vertex="integer", to="points", rule=word),
        "iou": (me.iou, {"a": _MASKS, "b": _MASKS},
                {"a": "masks", "b": "masks", "crowd": "labels-or-none", "mode": word}),
        "box_iou": (me.box_iou, {"a": [[0, 0, 1, 1]], "b": [[0, 0, 1, 1]]},
                    {"a": "points", "b": "points", "format": word}),
        **{call.__name__: (call, {"a": _MASKS, "b": _MASKS},
                           {"a": "masks", "b": "masks-or-none", "size": "size-or-none"})
           for call in (me.union, me.intersection, me.difference, me.symmetric_difference)},
    }  # fmt: skip


def _on_arrays() -> dict[str, _Call]:
    word, out = "word", "out"
    return {
        "encode": _on_source(me.encode, "mask", threshold="number-or-none"),
        "encode_labels": _on_source(me.encode_labels, "label_map", kind="map"),
        "label": _on_source(me.label, "source", connectivity=word, out=out, dtype="dtype"),
        "polygonize": _on_source(me.polygonize, "masks", connectivity=word, holes=word, vertices=word),
        "hole_tree": _on_source(me.hole_tree, "source", connectivity=word),
        "remove_small": _on_source(me.remove_small, "source", {"min_area": 2}, min_area="integer",
                                   connectivity=word, out=out),
        "fill_holes": _on_source(me.fill_holes, "source", max_area="integer-or-none",
                                 connectivity=word, out=out),
        "largest": _on_source(me.largest, "source", k="integer", connectivity=word, out=out),
        "distance_transform": _on_source(me.distance_transform, "masks", spacing="radius", metric=word,
                                         dtype="dtype"),
        "boundary": _on_source(me.boundary, "masks", width="radius", side=word, shape=word,
                               border=word, out=out),
        **{call.__name__: _on_source(call, "masks", {"radius": 1}, radius="radius", shape=word, out=out)
           for call in (me.dilate, me.erode, me.open, me.close)},
        "absorb_small": _on_source(me.absorb_small, "label_map", {"min_area": 2}, kind="map",
                                   min_area="integer", connectivity=word, to=word, out=out),
        "adjacency": _on_source(me.adjacency, "label_map", kind="map", connectivity=word),
        "split": _on_source(me.split, "label_map", kind="map"),
        "remap": _on_source(me.remap, "label_map", {"table": {0: 1, 1: 2}}, kind="map", table="segments",
                            out=out, dtype="dtype"),
        "flood": _on_source(me.flood, "image", {"seed": (0, 0)}, kind="image", seed="pixel",
                            tolerance="number", mode=word, connectivity=word,
                            max_area="integer-or-none", out=out),
        "tolerance_map": _on_source(me.tolerance_map, "image", {"seed": (0, 0)}, kind="image",
                                    seed="pixel", mode=word, connectivity=word),
        "stroke": (me.stroke, {"points": [(1, 1)], "radius": 1, "size": (6, 8)},
                   {"points": "points", "radius": "radius", "size": "size", "shape": word,
                    "angle": "number"}),
        "rasterize": (me.rasterize, {"polygons": _POLYGONS, "size": (6, 8)},
                      {"polygons": "polygons", "size": "size", "rule": word, "fill": word}),
        "simplify": (me.simplify, {"polygons": _POLYGONS, "max_distance": 1},
                     {"polygons": "polygons", "max_distance": "number-or-none"}),
        "check_polygons": (me.check_polygons, {"polygons": _POLYGONS},
                           {"polygons": "polygons", "max_crossings": "integer", "max_pairs": "integer"}),
        "arcs": (me.arcs, {"polygons": _POLYGONS}, {"polygons": "polygons"}),
        "argmax": (me.argmax, {"scores": _SCORES},
                   {"scores": "map", "kind": word, "ties": word, "threshold": "number",
                    "void": "integer-or-none"}),
        "joint": (lambda a, b: me.joint(a, b), {"a": _MAP, "b": _MAP}, {"a": "map", "b": "map"}),
        "frame_stats": _on_source(me.frame_stats, "maps", kind="image", connectivity=word),
        "border_distances": (me.border_distances, {"reference": _MAP, "prediction": _MAP},
                             {"reference": "map", "prediction": "map", "elements": word,
                              "spacing": "radius"}),
        "boundary_overlap": (me.boundary_overlap, {"reference": _MAP, "prediction": _MAP},
                             {"reference": "map", "prediction": "map", "width": "integer",
                              "border": word}),
        "edge_offset": (me.edge_offset, {"reference": _MAP, "other": _MAP},
                        {"reference": "map", "other": "map", "limit": "number", "metric": word}),
        "decode_labels": (me.decode_labels, {"runs": me.encode_labels(_MAP)}, {"runs": "masks"}),
        "use": (lambda **how: me.use(**how).__enter__(), {},
                {"level": "word-or-none", "threads": "integer-or-none"}),
    }  # fmt: skip


def _quality() -> dict[str, _Call]:
    quality, word = me.quality, "word"
    two = {"reference": _MAP, "prediction": _MAP}
    both = {"reference": "map", "prediction": "map"}
    panoptic = {
        "label_map": _MAP.astype(np.uint32),
        "segments": _SEGMENTS,
        "categories": _CATEGORIES,
    }
    checked = {"label_map": "map", "segments": "segments", "categories": "segments"}
    return {
        "confusion": (quality.confusion, two | {"classes": [0, 1]}, both | {"classes": "sequence"}),
        "boundary_f": (quality.boundary_f, two, both | {"tolerance": "radius", "by": word}),
        "boundary_iou": (quality.boundary_iou, two, both | {"width": "radius"}),
        "surface_distances": (quality.surface_distances, two, both | {"spacing": "radius"}),
        "trimap_iou": (quality.trimap_iou, two | {"widths": [1]}, both | {"widths": "segments"}),
        "agreement": (quality.agreement, {"maps": [_MAP, _MAP]}, {"maps": "segments"}),
        "consensus": (quality.consensus, {"maps": [_MAP, _MAP]}, {"maps": "segments", "ties": word}),
        "staple": (quality.staple, {"maps": [_MAP, _MAP]},
                   {"maps": "segments", "weight": "number", "max_iterations": "integer"}),
        "staple_labels": (quality.staple_labels, {"maps": [_MAP, _MAP]},
                          {"maps": "segments", "max_iterations": "integer"}),
        "disagreement_map": (quality.disagreement_map, {"maps": [_MAP, _MAP]},
                             {"maps": "segments", "measure": word}),
        "fleiss_kappa": (quality.fleiss_kappa, {"maps": [_MAP, _MAP]}, {"maps": "segments"}),
        "coverage": (quality.coverage, {"label_map": _MAP}, {"label_map": "map", "void": "integer"}),
        "fill_gaps": (quality.fill_gaps, {"label_map": _MAP},
                      {"label_map": "map", "void": "integer", "method": word}),
        "diff": (quality.diff, {"pre": _MAP, "post": _MAP},
                 {"pre": "map", "post": "map", "width": "integer"}),
        "instances": (quality.instances, {"class_map": _MAP}, {"class_map": "map"}),
        "ids_to_rgb": (quality.ids_to_rgb, {"label_map": _MAP}, {"label_map": "map"}),
        "rgb_to_ids": (quality.rgb_to_ids, {"image": np.zeros((2, 2, 3), np.uint8)},
                       {"image": "map"}),
        "validate_panoptic": (quality.validate_panoptic, panoptic, checked | {"mode": word,
                              "void_limit": "number", "min_fragment": "integer"}),
        "fix_panoptic": (quality.fix_panoptic, panoptic, checked | {"mode": word}),
        "panoptic_to_maps": (quality.panoptic_to_maps, panoptic, checked),
        "panoptic_to_semantic": (quality.panoptic_to_semantic, panoptic, checked),
        "transition_band": (quality.transition_band, {"label_map": _MAP},
                            {"label_map": "map", "width": "radius", "shape": word}),
        "match_instances": (quality.match_instances, {"a": _MAP, "b": _MAP},
                            {"a": "map", "b": "map", "min_iou": "number", "method": word}),
        "deviation": (quality.deviation, {"polygons": _POLYGONS, "reference": _POLYGONS},
                      {"polygons": "polygons", "step": "number", "spacing": "radius"}),
        "needed_density": (quality.needed_density, {"radius": 3}, {"tolerance": "number"}),
        "check_amodal": (quality.check_amodal, {"amodal": _MASKS, "visible": _MASKS},
                         {"amodal": "masks", "visible": "masks"}),
        "prelabel": (quality.prelabel, {"scores": _SCORES}, {"scores": "map", "kind": word}),
    }  # fmt: skip


def _tried(call: Callable[..., Any], right: dict[str, Any], name: str, kind: str) -> dict[str, str]:
    """Give what was not refused by a MaskError, with what came instead."""
    bad: dict[str, str] = {}
    for what, value in KINDS[kind].items():
        try:
            call(**(right | {name: value}))
        except MaskError as error:
            if len(str(error)) > 2000:
                bad[what] = f"an error of {len(str(error))} letters"
        except Exception as error:  # noqa: BLE001 - any other is what is looked for
            bad[what] = f"{type(error).__name__}: {error}"[:120]
        else:
            bad[what] = "accepted"
    return bad


_CLEAN = Holds(lambda bad: bad == {}, "every value is refused by a MaskError")
for _operation, (_call, _right, _kinds) in (_operations() | _on_arrays() | _quality()).items():
    _names = inspect.signature(_call).parameters
    for _name, _kind in _kinds.items():
        if _name in _names or any(p.kind == p.VAR_KEYWORD for p in _names.values()):
            CASES.ours(f"{_operation}-{_name}",
                       lambda c=_call, r=_right, n=_name, k=_kind: _tried(c, r, n, k), _CLEAN)  # fmt: skip
        else:
            raise AssertionError(f"{_operation} has no parameter {_name}")
