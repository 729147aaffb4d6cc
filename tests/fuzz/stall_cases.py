"""The calls of stalls.py: each function with a large input of a hard kind.

A case is a function that prepares the input and gives the call.
"""

import functools

import numpy as np
from stall_inputs import (
    SIDE,
    bits,
    blocks,
    boxes,
    checker,
    classes,
    comb,
    dicts,
    frames,
    huge,
    image,
    labels,
    long_dicts,
    lookup,
    many,
    millions,
    noise,
    other_classes,
    other_millions,
    other_noise,
    others,
    outlines,
    overlapping,
    panoptic,
    rings,
    scores,
    shifted_blocks,
    smooth,
    triangles,
    vertices,
    volume,
)

import maskengine as me
from maskengine import adapters, pycocotools, quality

CASES = {}


def case(name, prepare):
    """Add a case."""
    CASES[name] = prepare


def plain(name, function, *inputs, **named):
    """Add a case whose inputs are made by functions, or are given."""

    def prepare():
        made = [one() if callable(one) else one for one in inputs]
        chosen = {key: one() if callable(one) else one for key, one in named.items()}
        return lambda: function(*made, **chosen)

    case(name, prepare)


def arg(n):
    return lambda: np.arange(n)


POINTS = np.random.default_rng(3).uniform(0, 1000, (200_000, 2))
HALF = np.array([[0.5, 0.1, 3], [0.1, 0.7, 9]])
ROW = {"group": lambda: np.arange(1_000_000) // 50}

for name, function in {
    "area": me.area,
    "bbox": me.bbox,
    "centroid": me.centroid,
    "perimeter": me.perimeter,
    "hu_moments": me.hu_moments,
    "moments": me.moments,
    "transpose": me.transpose,
    "flip": me.flip,
    "rot90": me.rot90,
    "complement": me.complement,
    "label": me.label,
    "convex_hull": me.convex_hull,
    "polygonize": me.polygonize,
    "hole_tree": me.hole_tree,
    "largest_rectangle": me.largest_rectangle,
    "fill_holes": me.fill_holes,
    "largest": me.largest,
    "tile": functools.partial(me.tile, rows=2, columns=3),
    "pad": functools.partial(me.pad, top=1, left=3),
    "occlusion": me.occlusion,
    "shift": functools.partial(me.shift, dx=1, dy=2),
    "boundary": me.boundary,
    "crop": functools.partial(me.crop, box=(1, 1, 9, 9)),
    "resize": functools.partial(me.resize, size=(25, 25)),
    "warp": functools.partial(me.warp, matrix=HALF),
    "digest": me.Masks.digest,
    "erode": functools.partial(me.erode, radius=1),
    "to_arrow": me.Masks.to_arrow,
    "dilate": functools.partial(me.dilate, radius=1),
    "to_coco": me.Masks.to_coco,
    "open": functools.partial(me.open, radius=1),
    "validate": me.Masks.validate,
    "close": functools.partial(me.close, radius=1),
    "hstack": me.hstack,
    "remove_small": functools.partial(me.remove_small, min_area=3),
    "vstack": me.vstack,
    "take": lambda masks: masks[::-1],
    "decode": me.decode,
    "equal": lambda masks: [masks == masks[:] for _ in range(20)],
}.items():
    for kind in (huge, checker, many):
        if kind is not many or name not in {"hstack", "vstack", "occlusion"}:
            plain(f"{name} of {kind.__name__}", function, kind)
for name in ("union", "intersection", "difference", "symmetric_difference"):
    plain(f"{name} of noise", getattr(me, name), noise, other_noise)
    plain(f"{name} of groups", getattr(me, name), many, groups=ROW["group"])
plain("vote", me.vote, many, arg(1_000_000), 60, groups=ROW["group"])
plain("at_least", me.at_least, many, 3, groups=ROW["group"])
plain("convolve", me.convolve, noise, np.ones((5, 5)), 12)
plain("combine", me.combine, lambda: [many()[:100_000]] * 8, np.arange(256) % 3 == 0)
plain("occlusion of overlapping", me.occlusion, overlapping)
plain("compose of overlapping", me.compose, overlapping, arg(20_000))
plain("iou of overlapping", me.iou, overlapping, overlapping)
plain("iou of pairs", me.iou, many, many, mode="pairs")
plain("box_iou", me.box_iou, boxes, boxes)
plain("nms of overlapping", me.nms, overlapping, arg(20_000), 0.9)
plain("nms of boxes", me.nms, lambda: np.tile(boxes(), (8, 1)), arg(48_000), 0.99)
plain("contains", me.contains, overlapping, POINTS)
plain("contains of one", me.contains, lambda: noise()[:1], lambda: np.tile(POINTS, (50, 1)))
plain("encode", me.encode, bits)
plain("encode of scores", me.encode, scores, 0.1)
plain("encode_labels", me.encode_labels, labels)
plain("encode_labels of millions", me.encode_labels, millions)
plain("decode_labels", me.decode_labels, lambda: me.encode_labels(labels()))
plain("distance_transform", me.distance_transform, noise)
plain("distance_transform of comb", me.distance_transform, comb, signed=True)
plain("dilate of labels", me.dilate, labels, 5, "disk", kind="labels")
plain("erode of labels", me.erode, labels, 5, "disk", kind="labels")
plain("close of labels", me.close, lambda: labels()[:512], 2, kind="labels")
plain("open of labels", me.open, lambda: labels()[:512], 2, kind="labels")
plain("boundary of labels", me.boundary, labels, 3, kind="labels")
plain("tolerance_map", me.tolerance_map, image, (1, 1))
plain("flood", me.flood, image, (1, 1), 200)
plain("stroke", me.stroke, POINTS, 9, (1000, 1000))
plain("argmax", me.argmax, scores)
plain("argmax uncertain", me.argmax, scores, kind="logits", uncertainty="entropy")
for kind in (labels, millions, blocks):
    name = kind.__name__
    plain(f"adjacency of {name}", me.adjacency, kind, 8)
    plain(f"absorb_small of {name}", me.absorb_small, kind, 20)
    plain(f"remove_small of {name}", me.remove_small, kind, 2, kind="labels")
    plain(f"fill_holes of {name}", me.fill_holes, kind, kind="labels")
    plain(f"largest of {name}", me.largest, kind, kind="labels")
    plain(f"label of {name}", me.label, kind, kind="labels", stats=True)
    plain(f"hole_tree of {name}", me.hole_tree, kind, kind="labels")
    plain(f"polygonize of {name}", me.polygonize, kind, kind="labels")
    plain(f"split of {name}", me.split, kind, stats=True)
    plain(f"frame_stats of {name}", me.frame_stats, lambda kind=kind: kind()[None])
    plain(f"remap of {name}", me.remap, kind, lookup, "keep", dtype=np.uint32)
    plain(f"coverage of {name}", quality.coverage, kind)
    plain(f"fill_gaps of {name}", quality.fill_gaps, kind)
    plain(f"instances of {name}", quality.instances, lambda kind=kind: kind() % 8, kind)
    plain(f"ids_to_rgb of {name}", quality.ids_to_rgb, kind)
    plain(f"boundary_pairs of {name}", quality.boundary_pairs, kind)
    plain(f"transition_band of {name}", quality.transition_band, kind)
plain("rgb_to_ids", quality.rgb_to_ids, lambda: quality.ids_to_rgb(millions()))
for kind, other in ((labels, others), (millions, other_millions), (blocks, shifted_blocks)):
    name = kind.__name__
    plain(f"joint of {name}", me.joint, kind, other)
    plain(f"border_distances of {name}", me.border_distances, kind, other)
    plain(f"boundary_overlap of {name}", me.boundary_overlap, kind, other)
    plain(f"edge_offset of {name}", me.edge_offset, kind, other)
    plain(f"diff of {name}", quality.diff, kind, other)
    plain(f"match_instances of {name}", quality.match_instances, kind, other)
for name in ("boundary_f", "boundary_iou", "surface_distances"):
    plain(f"{name} of classes", getattr(quality, name), classes, other_classes)
    plain(f"{name} of blocks", getattr(quality, name), blocks, shifted_blocks)
RATERS = lambda: [classes(), other_classes(), classes()]  # noqa: E731 - an input like the others
for name in ("agreement", "boundary_offsets", "consensus", "disagreement_map", "fleiss_kappa"):
    plain(f"{name}", getattr(quality, name), RATERS)
for name in ("disagreement_regions", "rater_counts", "staple_labels"):
    plain(f"{name}", getattr(quality, name), RATERS)
plain("staple", quality.staple, lambda: [bits()[0], bits()[1], bits()[0]])
KNOWN = list(range(20))
plain("confusion", quality.confusion, classes, other_classes, KNOWN)
plain("band_confusion", quality.band_confusion, classes, other_classes, 3, KNOWN)
plain("trimap_iou", quality.trimap_iou, classes, other_classes, [1, 3, 9], KNOWN)
plain("review_queue", quality.review_queue, classes, other_classes)
plain("prelabel", quality.prelabel, scores)
plain("prelabel_masks", quality.prelabel_masks, scores)
plain("check_amodal", quality.check_amodal, overlapping, overlapping)
plain("class_totals", quality.class_totals, frames)
plain("novelty", quality.novelty, frames)


plain("assign", me.assign, lambda: [labels()], lambda: np.arange(60_000)[:, None], arg(60_000))
# polygons
for kind in (triangles, vertices, smooth, outlines):
    name = kind.__name__
    plain(f"arcs of {name}", me.arcs, kind)
    plain(f"check_polygons of {name}", me.check_polygons, kind)
    plain(f"simplify of {name}", me.simplify, kind, max_distance=1.0)
    plain(f"lossless simplify of {name}", me.simplify, kind, lossless=True)
    size = (12, 12) if kind is triangles else (SIDE, SIDE)
    if kind is not outlines:
        plain(f"rasterize of {name}", me.rasterize, kind, size)
        plain(f"coco rasterize of {name}", me.rasterize, kind, size, "coco")
        plain(f"coverage rasterize of {name}", me.rasterize, kind, size, "coverage", out="dense")
    plain(f"vertex_density of {name}", quality.vertex_density, kind)
    plain(f"deviation of {name}", quality.deviation, kind, kind)
    plain(f"to_coco of {name}", me.Polygons.to_coco, kind)
    plain(f"to_arrow of {name}", me.Polygons.to_arrow, kind)
    plain(f"to_shapely of {name}", me.Polygons.to_shapely, kind)
    plain(f"to_ragged of {name}", me.Polygons.to_ragged, kind)
    plain(f"take of {name}", lambda given: given[::-1], kind)
plain(
    "move_vertex",
    me.move_vertex,
    lambda: me.rasterize(vertices(), (SIDE, SIDE)),
    vertices,
    0,
    5,
    (9, 9),
)
plain("from_coco of polygons", me.Polygons.from_coco, rings)
plain(
    "from_arrays",
    me.Polygons.from_arrays,
    lambda: [np.asarray(r[0]).reshape(-1, 2) for r in rings()],
)
plain("from_boxes", me.Polygons.from_boxes, lambda: np.tile(boxes(), (300, 1)))
plain("from_boxes of a list", me.Polygons.from_boxes, lambda: np.tile(boxes(), (100, 1)).tolist())
plain("from_arrow of polygons", me.Polygons.from_arrow, lambda: triangles().to_arrow())
plain("from_shapely", me.Polygons.from_shapely, lambda: triangles().to_shapely())
plain(
    "from_ragged",
    me.Polygons.from_ragged,
    *(lambda k=k: triangles().to_ragged()[k] for k in (0, 1)),
)
plain("concatenate of polygons", me.Polygons.concatenate, lambda: [triangles()] * 9)
plain("concatenate of parts", me.Polygons.concatenate, lambda: [triangles()[:1]] * 300_000)
plain("concatenate of masks", me.Masks.concatenate, lambda: [many()] * 9)
plain("concatenate of small masks", me.Masks.concatenate, lambda: [many()[:1]] * 300_000)
plain("from_coco of masks", me.Masks.from_coco, dicts)
plain("from_coco of long counts", me.Masks.from_coco, long_dicts)
plain("from_arrow of masks", me.Masks.from_arrow, lambda: many().to_arrow())
plain("Masks", lambda made: me.Masks(made.counts, made.offsets, made.sizes), many)
plain(
    "Masks of a list",
    lambda given: me.Masks(*given),
    lambda: ([5] * 9_000_000, [0, 9_000_000], [[9000, 5000]]),
)
plain("take by a list", lambda m, order: m[order], many, lambda: list(range(1_000_000)))
plain(
    "LabelRuns",
    lambda r: me.LabelRuns(r.lengths, r.labels, r.offsets, r.sizes),
    lambda: me.encode_labels(labels()),
)
plain("PackedBits", lambda: me.encode(me.PackedBits(np.packbits(bits(), -1), SIDE)))
plain("label of volume", me.label, volume, 26, stats=True)
plain(
    "contains of a list",
    me.contains,
    lambda: noise()[:1],
    lambda: np.tile(POINTS, (10, 1)).tolist(),
)
plain("remap of a table", me.remap, millions, lambda: list(range(2**23)), dtype=np.uint32)
plain("joint with void", me.joint, labels, others, void=lambda: [list(range(60_000))] * 2)
plain(
    "frame_stats with void",
    me.frame_stats,
    lambda: labels()[None],
    void=lambda: list(range(2_000_000)),
)
# pycocotools
plain(
    "pycocotools.encode",
    pycocotools.encode,
    lambda: np.asfortranarray(bits().transpose(1, 2, 0), np.uint8),
)
for name in ("decode", "area", "toBbox", "merge"):
    plain(f"pycocotools.{name}", getattr(pycocotools, name), lambda: dicts()[:300_000])
plain(
    "pycocotools.iou", pycocotools.iou, lambda: dicts()[:4000], lambda: dicts()[:4000], [0] * 4000
)
for name in ("frPoly", "frPyObjects"):
    plain(
        f"pycocotools.{name}", getattr(pycocotools, name), lambda: [r[0] for r in rings()], 12, 12
    )
plain("pycocotools.frBbox", pycocotools.frBbox, lambda: np.tile(boxes(), (20, 1)), 1000, 1000)
plain("pycocotools.frUncompressedRLE", pycocotools.frUncompressedRLE, long_dicts, SIDE, SIDE)
# adapters
plain("to_sam", adapters.to_sam, many)
plain("from_sam", adapters.from_sam, lambda: adapters.to_sam(many()))
plain("to_detectron2", adapters.to_detectron2, many, arg(1_000_000))
plain(
    "from_detectron2",
    adapters.from_detectron2,
    lambda: {
        "annotations": adapters.to_detectron2(many(), np.arange(1_000_000)),
        "height": 12,
        "width": 12,
    },
)
plain("to_torchvision", adapters.to_torchvision, lambda: many()[:300_000], arg(300_000))


# panoptic maps
for name in (
    "validate_panoptic",
    "fix_panoptic",
    "panoptic_to_instances",
    "panoptic_to_maps",
    "panoptic_to_semantic",
):
    case(name, lambda name=name: functools.partial(getattr(quality, name), *panoptic()))
case(
    "panoptic_matches",
    lambda: functools.partial(quality.panoptic_matches, *(panoptic()[k] for k in (0, 0, 1, 1, 2))),
)
case(
    "maps_to_panoptic",
    lambda: functools.partial(
        quality.maps_to_panoptic, np.ones_like(blocks()), blocks(), panoptic()[2]
    ),
)
case("PanopticChecker", lambda: functools.partial(quality.PanopticChecker, *panoptic()))


# canvases
def canvas(start=labels):
    return me.Canvas(start().copy(), image())


def on_canvas(name, call, start=labels):
    case(f"Canvas.{name}", lambda: functools.partial(call, canvas(start)))


on_canvas("areas", lambda c: c.areas)
on_canvas("areas of millions", lambda c: c.areas, lambda: np.tile(millions(), (2, 1)))
on_canvas("replace", lambda c: c.replace(1, 2))
on_canvas("replace much", lambda c: c.replace(1, 2), lambda: (labels() % 2).astype(np.uint16))
on_canvas("box", lambda c: [c.box(k) for k in range(1, 60)])
on_canvas("components", lambda c: c.components(1), lambda: (labels() % 2).astype(np.uint16))
on_canvas("polygon", lambda c: c.polygon(vertices(), 3))
on_canvas("fill", lambda c: c.fill((5, 5), 3, 250))
on_canvas("stroke", lambda c: c.stroke(POINTS * 4, 30, 7))
on_canvas("smart_brush", lambda c: c.smart_brush(POINTS * 4, 30, 7, 100))
on_canvas("paste", lambda c: c.paste(me.encode(bits()[:, :, :2048]), [3, 4]))
on_canvas("erase", lambda c: c.erase(me.encode(bits()[:1].repeat(2, 1))))
on_canvas("read", lambda c: [c.read((0, 0, SIDE, SIDE)) for _ in range(20)])
case("Canvas", lambda: lambda: [canvas() for _ in range(9)])


def changed():
    made = canvas()
    made.stroke(POINTS[:2000] * 4, 300, 7)
    return made


plain("Canvas.undo", lambda made: (made.undo(), made.redo()), changed)
plain(
    "apply_patch",
    quality.apply_patch,
    labels,
    lambda: changed().stroke(POINTS[:9] * 4, 900, 9).patch,
)
