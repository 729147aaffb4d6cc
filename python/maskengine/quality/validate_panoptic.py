"""Whether a panoptic annotation is sound: the rules P1 to P12."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine.errors import MaskError, MaskTypeError, ShapeMismatch
from maskengine.ops.area import area
from maskengine.ops.bbox import bbox
from maskengine.ops.combine import union
from maskengine.ops.joint import joint
from maskengine.ops.label import label
from maskengine.ops.occlusion import occlusion
from maskengine.ops.split import split
from maskengine.quality._panoptic_rules import (
    RULES,
    Counted,
    PanopticProblem,
    Rules,
    as_rows,
    in_order,
    judge,
)
from maskengine.values import Masks

__all__ = ["RULES", "validate_panoptic"]


def validate_panoptic(
    label_map: Any,
    segments: Any,
    categories: Any,
    *,
    mode: Literal["full", "partial"] = "full",
    void_limit: float = 0.0,
    min_fragment: int = 0,
    connectivity: Literal[4, 8] = 8,
    size: tuple[int, int] | None = None,
    pixel_format: str = "RGB",
    class_map: Any | None = None,
) -> list[PanopticProblem]:
    """List the rules that a panoptic annotation breaks.

    Parameters
    ----------
    label_map : array_like or Masks
        Shape (H, W): segment ids, any integer dtype; 0 is void. Or masks of one size, one for each
        entry of `segments`, as polygons give them: these may overlap, which is then a problem.
    segments : iterable of mapping, or mapping
        COCO's ``segments_info``: ``id`` and ``category_id``, and where they are there ``area``,
        ``bbox`` and ``iscrowd``; or ``{id: category}``.
    categories : mapping or iterable
        ``{category: is it of things}``, or COCO's ``categories``.
    mode : {"full", "partial"}, default "full"
        ``"partial"``: pixels may be void, as where only chosen objects are drawn: P2 is left out,
        and all others hold.
    void_limit : float, default 0
        The share of void pixels that P2 allows.
    min_fragment : int, default 0
        Pixels that a component of a segment has at least (P12, a warning).
    connectivity : {8, 4}, default 8
        Of components.
    size : (int, int), optional
        Height and width of the image (P11).
    pixel_format : str, default "RGB"
        What the PNG of the map holds, as :mod:`maskengine.formats` tells: anything but three
        channels of 8 bits, ``"RGB"``, breaks P11.
    class_map : array_like, optional
        Shape (H, W): the category of each pixel; ids on pixels of another one than theirs break P9.

    Returns
    -------
    list of PanopticProblem
        By rule, then by id; empty when all is well.

    Raises
    ------
    MaskTypeError
        If `label_map` is neither an array of integers nor :class:`Masks`, or a list not as
        described.
    ShapeMismatch
        If `label_map` is not of two dimensions, masks differ in size or in number from `segments`,
        or `class_map` differs in shape.
    MaskError
        If another argument is none of its values.

    Notes
    -----
    ======  ================================================================
    P1      every pixel belongs to one segment, with an id in [1, 2^24)
    P2      no more pixels are void than the limit
    P3      the ids of the map are those of the list, both ways
    P4      no id is listed twice
    P5      every category is known
    P6      the area is the number of pixels
    P7      a category of stuff has one segment
    P8      the box is tight
    P9      an id has one category
    P10     only things are crowds
    P11     the map has the size of its image, its PNG 3 channels of 8 bits
    P12     no fragment is smaller than the limit (a warning)
    ======  ================================================================

    Area and box (P6, P8) are not asked of an entry without pixels, which breaks P3.

    The rules of the COCO panoptic format (Kirillov et al., *Panoptic segmentation*, 2019), which
    its reference code asks of predictions alone and in part.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import validate_panoptic
    >>> scene = np.array([[5, 5, 9, 9]])
    >>> listed = [{"id": 5, "category_id": 1, "area": 3}, {"id": 9, "category_id": 7}]
    >>> for problem in validate_panoptic(scene, listed, {1: True, 7: False}):
    ...     print(problem.rule, problem.text)
    P6 segment 5: area 3, counted 2
    """
    rules = Rules.of(categories, mode, void_limit, min_fragment)
    rows = as_rows(segments)
    corners: Literal[4, 8] = 8 if _arrays.is_eight(connectivity) else 4
    if isinstance(label_map, Masks):
        counted, shape = _count_masks(label_map, rows, rules.min_fragment, corners), None
        if len(label_map):
            shape = tuple(label_map.sizes[0].tolist())
    else:
        array = _arrays.as_label_map(label_map, "label_map")
        counted, shape = count_map(array, rules.min_fragment, corners), array.shape
    problems = judge(rows, counted, rules)
    wanted = shape if size is None else _arrays.as_size(size)
    if wanted is not None and shape is not None and shape != wanted:
        text = f"a map of {shape[0]} x {shape[1]} for an image of {wanted[0]} x {wanted[1]}"
        problems.append(PanopticProblem("P11", (), 0, text))
    if not isinstance(pixel_format, str):
        raise MaskTypeError(
            f"expected a text, got {type(pixel_format).__name__}", parameter="pixel_format"
        )
    if pixel_format != "RGB":
        text = f"a PNG of {pixel_format}, where three channels of 8 bits are expected"
        problems.append(PanopticProblem("P11", (), 0, text))
    if class_map is not None:
        if isinstance(label_map, Masks):
            raise MaskError("expected no class map with Masks", parameter="class_map")
        problems += _of_classes(array, class_map, rows)
    return in_order(problems)


def count_map(array: npt.NDArray[Any], min_fragment: int, connectivity: Literal[4, 8]) -> Counted:
    """Count what is on a map."""
    _, ids, stats = split(array, stats=True)
    void = int(array.size) - int(stats.area.sum())
    found = fragments_in(array, min_fragment, connectivity)
    rows = sorted(row[:4] for row in found)
    return Counted(int(array.size), void, as_ids(ids), stats.area, stats.bbox, rows, [])


def fragments_in(
    array: npt.NDArray[Any], min_fragment: int, connectivity: Literal[4, 8]
) -> list[tuple[int, int, int, int, tuple[int, int, int, int]]]:
    """Find the components below a limit: y and x of the first pixel, id, pixels, box (xyxy)."""
    if min_fragment <= 1 or array.size == 0:
        return []
    stats = label(array, connectivity, kind="labels", output="none", stats=True)[2]
    small = np.flatnonzero((stats.area < min_fragment) & (stats.label != 0))
    return [
        (y, x, one, pixels, (left, top, left + width, top + height))
        for (x, y), one, pixels, (left, top, width, height) in zip(
            stats.first_pixel[small].tolist(),
            stats.label[small].tolist(),
            stats.area[small].tolist(),
            stats.bbox[small].tolist(),
            strict=True,
        )
    ]


def _count_masks(
    masks: Masks, rows: list[dict[str, Any]], min_fragment: int, connectivity: Literal[4, 8]
) -> Counted:
    n = len(masks)
    if len(rows) != n:
        raise ShapeMismatch(f"expected {n} segments, got {len(rows)}", parameter="segments")
    listed = np.array([row["id"] for row in rows], np.int64)
    found = occlusion(masks)
    pixels = int(masks.sizes[0].prod()) if n else 0
    void = pixels - int(found.visible_area.sum())
    ids, group = np.unique(listed, return_inverse=True)
    whole = union(masks, groups=group) if n else masks
    areas = area(whole)
    keep = areas > 0
    pairs = [
        (int(listed[i]), int(listed[j]), pixels_shared)
        for (i, j), pixels_shared in zip(found.pairs.tolist(), found.shared.tolist(), strict=True)
    ]
    fragments = []
    if min_fragment > 1 and n:
        _, counts, stats = label(whole, connectivity, stats=True, output="none")
        owner = np.repeat(ids, counts)
        for k in np.flatnonzero(stats.area < min_fragment).tolist():
            x, y = stats.first_pixel[k].tolist()
            fragments.append((y, x, int(owner[k]), int(stats.area[k])))
    return Counted(
        pixels, void, ids[keep], areas[keep], bbox(whole)[keep], sorted(fragments), sorted(pairs)
    )


def _of_classes(
    array: npt.NDArray[Any], class_map: Any, rows: list[dict[str, Any]]
) -> list[PanopticProblem]:
    """List ids on pixels of another category than theirs."""
    classes = _arrays.as_label_map(class_map, "class_map")
    if classes.shape != array.shape:
        raise ShapeMismatch(
            f"expected the shape of the map, {array.shape}, got {classes.shape}",
            parameter="class_map",
        )
    counted = joint(array, classes)
    category = {row["id"]: row["category_id"] for row in rows}
    strange: dict[int, dict[int, int]] = {}
    for (one, c), pixels in zip(counted.labels.tolist(), counted.pixels.tolist(), strict=True):
        if one in category and c != category[one]:
            strange.setdefault(one, {})[c] = pixels
    problems = []
    for one, others in sorted(strange.items()):
        named = ", ".join(f"{c} ({pixels} pixels)" for c, pixels in others.items())
        text = f"id {one} of category {category[one]} is on pixels of category {named}"
        problems.append(PanopticProblem("P9", (one,), sum(others.values()), text))
    return problems


def as_ids(ids: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """Check the ids of a map."""
    if ids.dtype == np.uint64 and ids.size and int(ids.max()) >= 2**63:
        raise MaskError(f"expected ids in int64, got {ids.max()}", parameter="label_map")
    return ids.astype(np.int64)
