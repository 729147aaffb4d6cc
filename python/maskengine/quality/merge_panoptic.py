"""A panoptic map of instances with scores and of a class map, as predictions give them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine._listing import NOT_READ, countable
from maskengine.errors import MaskError, MaskTypeError, ShapeMismatch
from maskengine.ops._label_maps import as_label_list
from maskengine.ops.area import area
from maskengine.ops.combine import difference, intersection, union
from maskengine.ops.compose import compose
from maskengine.ops.split import split
from maskengine.quality._conversion import (
    ConversionLoss,
    PanopticMap,
    as_classes,
    check_known,
    segments_of,
)
from maskengine.quality._segments import as_categories, check_void_class
from maskengine.values import Masks, runs_of


def merge_panoptic(
    class_map: Any,
    masks: Masks,
    category: Any,
    score: Any,
    categories: Any,
    *,
    overlap: float = 0.5,
    min_stuff: int = 64 * 64,
    min_score: float = 0.0,
    void_class: int = 0,
) -> PanopticMap:
    """Merge predicted instances and a predicted class map into a panoptic map.

    Parameters
    ----------
    class_map : array_like
        Shape (H, W), integers: the category of each pixel. Pixels of things count only where an
        instance covers them.
    masks : Masks
        N instances of the size of the map; they may overlap.
    category : array_like of int
        Shape (N,): their categories, of things.
    score : array_like of float
        Shape (N,): the higher ones come first, of equal ones the earlier.
    categories : mapping or iterable
        ``{category: is it of things}``, or COCO's ``categories``.
    overlap : float, default 0.5
        An instance of which more than this share, or all, is taken already is dropped.
    min_stuff : int, default 4096
        A category of stuff of which less pixels are left is dropped.
    min_score : float, default 0
        Instances below it are dropped.
    void_class : int, default 0
        The class of void pixels; no category.

    Returns
    -------
    PanopticMap
        Ids from 1 on: instances by score, then stuff by category. Losses, each with the pixels that
        are void because of it: ``"overlap"`` and ``"score"``: an instance, by its place, that was
        dropped; ``"small stuff"``: a category that was; ``"no instance"``: pixels of things that no
        instance covers.

    Raises
    ------
    MaskError
        If a category is unknown, or of stuff where one of things is expected; or `void_class` is a
        category.
    MaskTypeError
        If `class_map` is no array of integers, or `masks` no :class:`Masks`.
    ShapeMismatch
        If sizes differ, or there is not one category and score per instance.

    Notes
    -----
    The rules of ``combine_semantic_and_instance_predictions`` of panopticapi; there, pixels that
    were dropped vanish without a word. A pixel that several losses are about counts for the first.

    Examples
    --------
    >>> import numpy as np
    >>> import maskengine as me
    >>> from maskengine.quality import merge_panoptic
    >>> cars = me.encode(np.array([[[1, 1, 0, 0]], [[0, 1, 1, 0]]]))
    >>> road = np.array([[7, 7, 7, 7]])
    >>> found = merge_panoptic(
    ...     road, cars, [1, 1], [0.9, 0.8], {1: True, 7: False}, min_stuff=1)
    >>> found.label_map
    array([[1, 1, 2, 3]], dtype=uint32)
    """
    classes = as_classes(class_map)
    known, things = as_categories(categories)
    of_things = dict(zip(known.tolist(), things.tolist(), strict=True))
    check_void_class(void_class, of_things)
    runs_of(masks)
    n = len(masks)
    _check_sizes(masks, classes.shape)
    owner = _checked_categories(category, n, of_things)
    scores = _checked_scores(score, n)
    regions, found = split(classes)
    check_known(found.astype(np.int64), {void_class: None, **of_things}, classes, "class_map")
    kept, dropped, used = _place_instances(masks, scores, overlap, min_score)
    parts, names = [piece for _, piece in kept], [int(owner[i]) for i, _ in kept]
    losses: list[ConversionLoss] = []
    lost: list[tuple[ConversionLoss, Masks]] = [
        (ConversionLoss(kind, int(owner[i]), (i,), 0), masks[i : i + 1]) for kind, i in dropped
    ]
    for c, region in zip(found.tolist(), regions, strict=True):
        if c == void_class:
            continue
        left = region if used is None else difference(region, used)
        pixels = int(area(left)[0])
        if of_things[c]:
            lost.append((ConversionLoss("no instance", c, (), 0), left))
        elif pixels < max(min_stuff, 1):
            lost.append((ConversionLoss("small stuff", c, (), 0), left))
        else:
            parts.append(left)
            names.append(c)
    label_map = np.zeros(classes.shape, np.uint32)
    if parts:
        compose(Masks.concatenate(parts), out=label_map)
    taken = union(Masks.concatenate(parts)) if parts else None
    for loss, mask in lost:
        bare = mask if taken is None else difference(mask, taken)
        pixels = int(area(bare)[0])
        taken = bare if taken is None else union(taken, bare)
        if area(mask)[0] > 0:
            losses.append(loss._replace(pixels=pixels))
    segments = segments_of(label_map, dict(enumerate(names, 1)))
    return PanopticMap(label_map, segments, tuple(losses))


def _place_instances(
    masks: Masks, scores: npt.NDArray[np.float64], overlap: float, min_score: float
) -> tuple[list[tuple[int, Masks]], list[tuple[str, int]], Masks | None]:
    """Give the instances that are kept with what is left of them, those dropped, and all pixels."""
    kept: list[tuple[int, Masks]] = []
    dropped: list[tuple[str, int]] = []
    used: Masks | None = None
    pixels = area(masks)
    for i in np.argsort(-scores, kind="stable").tolist():
        mask = masks[i : i + 1]
        if scores[i] < min_score:
            dropped.append(("score", i))
            continue
        if pixels[i] == 0:
            continue
        taken = 0 if used is None else int(area(intersection(mask, used))[0])
        if taken / pixels[i] > overlap or taken == pixels[i]:  # no segment is without pixels
            dropped.append(("overlap", i))
            continue
        kept.append((i, mask if used is None or taken == 0 else difference(mask, used)))
        used = mask if used is None else union(used, mask)
    return kept, dropped, used


def _check_sizes(masks: Masks, shape: tuple[int, ...]) -> None:
    other = np.flatnonzero((masks.sizes != np.array(shape)).any(axis=1))
    if other.size:
        raise ShapeMismatch(
            f"expected the size of the class map, {shape}, got {masks.sizes[other[0]].tolist()}",
            parameter="masks",
            index=int(other[0]),
        )


def _checked_categories(category: Any, n: int, of_things: dict[int, bool]) -> npt.NDArray[np.int64]:
    listed = as_label_list(category, "category")
    if len(listed) != n:
        raise ShapeMismatch(f"expected {n} categories, got {len(listed)}", parameter="category")
    for i, c in enumerate(listed):
        if not of_things.get(int(c), False):
            raise MaskError(
                f"expected a category of things, got {c}", parameter="category", index=i
            )
    return np.array(listed, np.int64)


def _checked_scores(score: Any, n: int) -> npt.NDArray[np.float64]:
    try:
        scores = np.asarray(countable(score, "score"), np.float64)
    except NOT_READ as error:
        raise MaskTypeError(f"expected numbers: {error}", parameter="score") from error
    if scores.shape != (n,):
        raise ShapeMismatch(f"expected shape ({n},), got {scores.shape}", parameter="score")
    if np.isnan(scores).any():
        i = int(np.flatnonzero(np.isnan(scores))[0])
        raise MaskError("expected a number, got NaN", parameter="score", index=i)
    return scores
