"""Class maps, instance maps and panoptic maps, each from the others, with a report of losses."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine.errors import ShapeMismatch
from maskengine.ops.joint import joint
from maskengine.ops.remap import remap
from maskengine.ops.split import split
from maskengine.quality._conversion import (
    ConversionLoss,
    PanopticMap,
    as_classes,
    check_known,
    segments_of,
)
from maskengine.quality._labels import number_pairs
from maskengine.quality._segments import as_categories, as_segments, check_void_class
from maskengine.quality.segment_ids import SegmentIds
from maskengine.values import Masks
from maskengine.values.id_colours import ID_LIMIT


def panoptic_to_maps(
    label_map: Any, segments: Any, categories: Any, *, void_class: int = 0
) -> tuple[npt.NDArray[Any], npt.NDArray[Any], tuple[ConversionLoss, ...]]:
    """Split a panoptic map into a class map and an instance map.

    Parameters
    ----------
    label_map : array_like
        Shape (H, W): segment ids; 0 is void.
    segments : mapping or iterable of mapping
        ``{id: category}``, or COCO's ``segments_info``.
    categories : mapping or iterable
        ``{category: is it of things}``, or COCO's ``categories``.
    void_class : int, default 0
        The class of void pixels; no category.

    Returns
    -------
    class_map : numpy.ndarray
        (H, W): the category of each pixel, in the narrowest dtype.
    instance_map : numpy.ndarray
        (H, W), like `label_map`: the segment id of things, 0 elsewhere.
    losses : tuple of ConversionLoss
        ``"crowd"``: a segment was a crowd, which neither map says. ``"stuff ids"``: a category of
        stuff had several segments, which the class map joins.

    Raises
    ------
    MaskError
        If a map has an id that is no segment, a category is unknown, or `void_class` is one.
    MaskTypeError
        If `label_map` is no array of integers, or a list not as described.
    ShapeMismatch
        If `label_map` is not of two dimensions.

    Notes
    -----
    :func:`maps_to_panoptic` puts them together again: the same map, given the segments.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import panoptic_to_maps
    >>> scene = np.array([[5, 5, 8, 6]])
    >>> panoptic_to_maps(scene, {5: 1, 6: 1, 8: 2}, {1: True, 2: False})[:2]
    (array([[1, 1, 2, 1]], dtype=uint8), array([[5, 5, 0, 6]]))
    """
    array = _arrays.as_label_map(label_map, "label_map")
    known, things = as_categories(categories)
    check_void_class(void_class, known)
    listed = as_segments(segments, "segments", known, 0)
    counted = joint(array)
    pixels = dict(zip(counted.labels[:, 0].tolist(), counted.pixels.tolist(), strict=True))
    category = dict(zip(listed.ids.tolist(), known[listed.category].tolist(), strict=True))
    check_known(counted.labels[:, 0], {0: None, **category}, array, "label_map")
    class_map = remap(array, {0: void_class, **category})
    is_thing = things[listed.category]
    kept = dict.fromkeys(listed.ids[is_thing].tolist(), 0)
    instance_map = remap(
        array, {0: 0, **{one: one if one in kept else 0 for one in category}}, dtype=array.dtype
    )
    losses = [
        ConversionLoss("crowd", category[one], (one,), pixels.get(one, 0))
        for one in listed.ids[listed.crowd].tolist()
    ]
    for c in known[~things].tolist():
        same = tuple(one for one in category if category[one] == c)
        if len(same) > 1:
            losses.append(ConversionLoss("stuff ids", c, same, sum(pixels.get(i, 0) for i in same)))
    return class_map, instance_map, tuple(losses)


def panoptic_to_semantic(
    label_map: Any, segments: Any, categories: Any, *, void_class: int = 0
) -> tuple[npt.NDArray[Any], tuple[ConversionLoss, ...]]:
    """Make a class map of a panoptic map.

    Parameters
    ----------
    label_map, segments, categories, void_class
        As :func:`panoptic_to_maps` takes them.

    Returns
    -------
    class_map : numpy.ndarray
        (H, W): the category of each pixel, in the narrowest dtype.
    losses : tuple of ConversionLoss
        ``"instances"``: a category of things had several segments, which are now one. ``"crowd"``
        and ``"stuff ids"`` as there.

    Raises
    ------
    MaskError, MaskTypeError, ShapeMismatch
        As there.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import panoptic_to_semantic
    >>> class_map, losses = panoptic_to_semantic(np.array([[5, 6]]), {5: 1, 6: 1}, {1: True})
    >>> class_map, losses[0].kind, losses[0].segments
    (array([[1, 1]], dtype=uint8), 'instances', (5, 6))
    """
    class_map, instance_map, losses = panoptic_to_maps(
        label_map, segments, categories, void_class=void_class
    )
    counted = joint(class_map, instance_map)
    merged = []
    rows = counted.labels[counted.labels[:, 1] != 0]
    pixels = counted.pixels[counted.labels[:, 1] != 0]
    for c in np.unique(rows[:, 0]).tolist():
        of_class = rows[:, 0] == c
        if of_class.sum() > 1:
            ids = tuple(rows[of_class, 1].tolist())
            merged.append(ConversionLoss("instances", c, ids, int(pixels[of_class].sum())))
    return class_map, (*merged, *losses)


def panoptic_to_instances(
    label_map: Any, segments: Any, categories: Any
) -> tuple[Masks, list[dict[str, Any]], tuple[ConversionLoss, ...]]:
    """Make a mask of each segment of things.

    Parameters
    ----------
    label_map, segments, categories
        As :func:`panoptic_to_maps` takes them.

    Returns
    -------
    masks : Masks
        One for each segment of things, by id.
    rows : list of dict
        ``id``, ``category_id``, ``area``, ``bbox`` and ``iscrowd`` of each.
    losses : tuple of ConversionLoss
        ``"stuff"``: a segment of stuff, which is left out.

    Raises
    ------
    MaskError, MaskTypeError, ShapeMismatch
        As there.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import panoptic_to_instances
    >>> scene = np.array([[5, 5, 8, 6]])
    >>> masks, rows, losses = panoptic_to_instances(
    ...     scene, {5: 1, 6: 1, 8: 2}, {1: True, 2: False})
    >>> len(masks), losses[0].kind, losses[0].segments
    (2, 'stuff', (8,))
    """
    array = _arrays.as_label_map(label_map, "label_map")
    known, things = as_categories(categories)
    listed = as_segments(segments, "segments", known, 0)
    category = dict(zip(listed.ids.tolist(), known[listed.category].tolist(), strict=True))
    crowd = dict(zip(listed.ids.tolist(), listed.crowd.astype(int).tolist(), strict=True))
    masks, ids = split(array)
    check_known(ids, category, array, "label_map")
    rows = segments_of(array, category, crowd)
    of_things = dict(zip(known.tolist(), things.tolist(), strict=True))
    keep = np.array([of_things[row["category_id"]] for row in rows], bool)
    losses = tuple(
        ConversionLoss("stuff", row["category_id"], (row["id"],), row["area"])
        for row, kept in zip(rows, keep, strict=True)
        if not kept
    )
    chosen = [row for row, kept in zip(rows, keep, strict=True) if kept]
    return masks[np.flatnonzero(keep)], chosen, losses


def maps_to_panoptic(
    class_map: Any,
    instance_map: Any,
    categories: Any,
    *,
    segments: Any | None = None,
    void_class: int = 0,
) -> PanopticMap:
    """Make a panoptic map of a class map and an instance map.

    Parameters
    ----------
    class_map : array_like
        Shape (H, W), integers: the category of each pixel.
    instance_map : array_like
        Shape (H, W), integers in [0, 2^32): the instance of each pixel, within its category; 0
        where there is none. Ids on stuff mean nothing.
    categories : mapping or iterable
        ``{category: is it of things}``, or COCO's ``categories``.
    segments : mapping or iterable of mapping, optional
        Segments that the map came from, as :func:`panoptic_to_maps` took them: stuff gets its id
        again, and crowds are crowds. Without them stuff gets the lowest ids that are free.
    void_class : int, default 0
        The class of void pixels; no category.

    Returns
    -------
    PanopticMap
        An instance keeps its id, if it is below 2^24 and no other category uses it; else, and where
        a thing has none, it gets the lowest one that is free. Losses: ``"no instance"``: pixels of
        things without an instance, which are one segment, a crowd. ``"renumbered"``: an instance
        with another id than before. ``"stuff instances"``: ids on stuff that were dropped.

    Raises
    ------
    MaskError
        If a category is unknown; says where.
    MaskTypeError
        If a map is no array of integers, or a list not as described.
    ShapeMismatch
        If a map is not of two dimensions, or the maps differ in shape.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import maps_to_panoptic
    >>> found = maps_to_panoptic(
    ...     np.array([[1, 1, 2, 1]]), np.array([[5, 5, 0, 6]]), {1: True, 2: False})
    >>> found.label_map
    array([[5, 5, 1, 6]], dtype=uint32)
    """
    classes = as_classes(class_map)
    instance_ids = _arrays.as_labels(instance_map, "instance_map")
    if instance_ids.shape != classes.shape:
        raise ShapeMismatch(
            f"expected the shape of the class map, {classes.shape}, got {instance_ids.shape}",
            parameter="instance_map",
        )
    known, things = as_categories(categories)
    check_void_class(void_class, known)
    of_things = dict(zip(known.tolist(), things.tolist(), strict=True))
    counted = joint(classes, instance_ids)
    check_known(counted.labels[:, 0], {void_class: None, **of_things}, classes, "class_map")
    given = None if segments is None else as_segments(segments, "segments", known, 0)
    stuff_ids: dict[int, int] = {}
    crowds: set[int] = set()
    if given is not None:
        for one, c in zip(given.ids.tolist(), known[given.category].tolist(), strict=True):
            if not of_things[c]:
                stuff_ids.setdefault(c, one)
        crowds = set(given.ids[given.crowd].tolist())
    rows = [
        (c, i, n)
        for (c, i), n in zip(counted.labels.tolist(), counted.pixels.tolist(), strict=True)
        if c != void_class
    ]
    table, losses = _assigned(rows, of_things, stuff_ids)
    numbers = [
        0 if c == void_class else table[c, i if of_things[c] else 0]
        for c, i in counted.labels.tolist()
    ]
    label_map = number_pairs(
        classes, instance_ids, counted.labels, np.array(numbers, np.int64), np.uint32
    )
    category = {one: c for (c, _), one in table.items()}
    crowd = {one: int(one in crowds or (i == 0 and of_things[c])) for (c, i), one in table.items()}
    return PanopticMap(label_map, segments_of(label_map, category, crowd), tuple(losses))


def _assigned(
    rows: list[tuple[int, int, int]], of_things: dict[int, bool], stuff_ids: dict[int, int]
) -> tuple[dict[tuple[int, int], int], list[ConversionLoss]]:
    """Give the segment id of each pair of category and instance, 0 for all of stuff."""
    pixels: dict[tuple[int, int], int] = {}
    losses: list[ConversionLoss] = []
    for c, i, n in rows:
        key = (c, i if of_things[c] else 0)
        pixels[key] = pixels.get(key, 0) + n
        if i and not of_things[c]:
            losses.append(ConversionLoss("stuff instances", c, (i,), n))
        elif i == 0 and of_things[c]:
            losses.append(ConversionLoss("no instance", c, (), n))
    table: dict[tuple[int, int], int] = {}
    ids = SegmentIds()
    wanted = {key: stuff_ids.get(key[0], 0) if key[1] == 0 else key[1] for key in pixels}
    for key, one in wanted.items():
        if 0 < one < ID_LIMIT and one not in ids:
            ids.take([one])
            table[key] = one
    missing = [key for key in pixels if key not in table]
    for key, one in zip(missing, ids.new(len(missing)).tolist(), strict=True):
        table[key] = one
        if key[1]:
            losses.append(ConversionLoss("renumbered", key[0], (key[1],), pixels[key]))
    return table, losses
