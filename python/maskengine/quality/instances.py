"""Instances of a class map: by their ids, or by what hangs together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine.errors import MaskError, MaskTypeError, ShapeMismatch, shown
from maskengine.ops.adjacency import adjacency
from maskengine.ops.area import area
from maskengine.ops.combine import intersection, union
from maskengine.ops.dilate import dilate
from maskengine.ops.joint import joint
from maskengine.ops.label import label
from maskengine.ops.occlusion import occlusion
from maskengine.ops.remap import remap
from maskengine.ops.split import split
from maskengine.quality._labels import as_labels, number_pairs
from maskengine.values import Masks


class InstanceWarning(NamedTuple):
    """Why instances may not be what was meant.

    Parameters
    ----------
    kind : str
        ``"parts"``: an instance has several components. ``"touch"``: two instances of one class
        share pixel edges. ``"unassigned"``: pixels of the class have no id. ``"merged"``: several
        ids are in one component. ``"connectivity"``: there are no ids, so that objects of the class
        that touch are one instance.
    category : int
        The class.
    instances : tuple of int
        Places of the instances in the result; empty for ``"unassigned"`` and ``"connectivity"``.
    amount : int
        Components, shared pixel edges, pixels without id, ids, or instances of the class.

    Examples
    --------
    >>> from maskengine.quality import InstanceWarning
    >>> InstanceWarning("parts", 26, (4,), 2).amount
    2
    """

    kind: str
    category: int
    instances: tuple[int, ...]
    amount: int


@dataclass(frozen=True, eq=False)
class Instances:
    """What :func:`instances` found, in columns.

    Parameters
    ----------
    masks : Masks
        N masks, by class and then by id, or by first pixel in raster order.
    category : numpy.ndarray
        int64 (N,): the class of each.
    ids : numpy.ndarray
        int64 (N,): its id in the instance map; 1 to N by connectivity.
    components : numpy.ndarray
        int64 (N,): components of each (connectivity as asked for).
    warnings : tuple of InstanceWarning
        By kind, as they are listed there.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import instances
    >>> len(instances(np.array([[3, 3, 0, 3]])))
    2
    """

    masks: Masks
    category: npt.NDArray[np.int64]
    ids: npt.NDArray[np.int64]
    components: npt.NDArray[np.int64]
    warnings: tuple[InstanceWarning, ...]

    def __len__(self) -> int:
        return len(self.masks)


def instances(
    class_map: Any,
    instance_map: Any | None = None,
    *,
    things: Iterable[int] | None = None,
    by: Literal["id", "connectivity"] | None = None,
    connectivity: Literal[4, 8] = 8,
    parts: Literal["join", "split"] = "join",
    gap: int | Mapping[int, int] = 0,
    void: int = 0,
) -> Instances:
    """Find the instances of each class of a map.

    Parameters
    ----------
    class_map : array_like
        Shape (H, W), integers below 2^31: the class of each pixel.
    instance_map : array_like, optional
        Shape (H, W), integers in [0, 2^32): the id of each pixel within its class; 0 where there is
        none. Class and id together name an instance.
    things : iterable of int, optional
        Classes that have instances; all but `void` by default.
    by : {"id", "connectivity"}, optional
        What makes an instance: its id, the default with `instance_map`, or that it hangs together.
    connectivity : {8, 4}, default 8
        Whether pixels that touch at a corner hang together.
    parts : {"join", "split"}, default "join"
        Whether components with one id are one instance, or one each.
    gap : int or mapping of int to int, default 0
        By connectivity: components of one class with at most so many pixels in between, along
        either axis, are one instance, as when a pole stands before a car. For all classes, or for
        each.
    void : int, default 0
        The class of pixels without one.

    Returns
    -------
    Instances

    Raises
    ------
    MaskTypeError
        If a map is no array of integers, or another argument of another type.
    ShapeMismatch
        If a map is not of two dimensions, or the maps differ in shape.
    MaskError
        If a class or an id is out of range, or an argument is none of its values.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import instances
    >>> cars = np.array([[26, 26, 26, 26]])
    >>> instances(cars).warnings
    (InstanceWarning(kind='connectivity', category=26, instances=(), amount=1),)
    >>> found = instances(cars, np.array([[1, 1, 2, 2]]))
    >>> len(found), found.warnings[0]
    (2, InstanceWarning(kind='touch', category=26, instances=(0, 1), amount=1))
    """
    classes = _as_classes(class_map)
    ids = None if instance_map is None else _as_ids(instance_map, classes.shape)
    corners: Literal[4, 8] = 8 if _arrays.is_eight(connectivity) else 4
    if not _arrays.is_whole(void):
        raise MaskTypeError(f"expected a label, got {shown(void)}", parameter="void")
    if by is None:
        by = "connectivity" if ids is None else "id"
    if not _arrays.is_one_of(by, "id", "connectivity") or (by == "id" and ids is None):
        raise MaskError(
            f"expected 'connectivity', or 'id' with ids, got {shown(by)}", parameter="by"
        )
    if not _arrays.is_one_of(parts, "join", "split"):
        raise MaskError(f"expected 'join' or 'split', got {shown(parts)}", parameter="parts")
    wanted = None if things is None else as_labels(things, "things")
    named, numbers = _numbered(classes, ids, wanted, void)
    if by == "id":
        return _by_id(named, numbers, corners, split_parts=parts == "split")
    return _by_connectivity(named, numbers, corners, gap, with_ids=ids is not None)


@dataclass(frozen=True, eq=False)
class _Named:
    """The pairs of class and id that occur, by the number that stands for each from 1 on."""

    category: npt.NDArray[np.int64]
    ids: npt.NDArray[np.int64]
    pixels: npt.NDArray[np.int64]


def _numbered(
    classes: npt.NDArray[Any],
    ids: npt.NDArray[Any] | None,
    things: npt.NDArray[np.int64] | None,
    void: int,
) -> tuple[_Named, npt.NDArray[Any]]:
    """Give each pair of class and id a number; others, and void, get 0."""
    counted = joint(classes) if ids is None else joint(classes, ids)
    category = counted.labels[:, 0]
    keep = category != void
    if things is not None:
        keep &= np.isin(category, things)
    pairs = counted.labels[keep]
    own = np.zeros(len(pairs), np.int64) if ids is None else pairs[:, 1]
    named = _Named(pairs[:, 0], own, counted.pixels[keep])
    numbers = np.arange(1, len(pairs) + 1)
    if ids is None:
        table = dict(zip(named.category.tolist(), numbers.tolist(), strict=True))
        return named, remap(classes, table, default=0)
    every = np.zeros(len(counted), np.int64)
    every[keep] = numbers
    return named, number_pairs(classes, ids, counted.labels, every)


def _by_id(
    named: _Named, numbers: npt.NDArray[Any], connectivity: Literal[4, 8], *, split_parts: bool
) -> Instances:
    warnings = [
        InstanceWarning("unassigned", int(category), (), int(pixels))
        for category, one, pixels in zip(named.category, named.ids, named.pixels, strict=True)
        if one == 0
    ]
    with_id = np.flatnonzero(named.ids != 0)
    if len(with_id) < len(named.ids):
        kept = {int(k) + 1: place for place, k in enumerate(with_id, 1)}
        numbers = remap(numbers, kept, default=0)
    category, ids = named.category[with_id], named.ids[with_id]
    masks, found = split(numbers)
    place = found.astype(np.int64) - 1
    if split_parts:
        pieces, counts = label(masks, connectivity)[:2]
        owner = np.repeat(place, counts)
        ones = np.ones(len(owner), np.int64)
        return Instances(pieces, category[owner], ids[owner], ones, tuple(warnings))
    category, ids = category[place], ids[place]
    each = np.asarray(label(masks, connectivity, output="none")[1], np.int64)
    several = [
        InstanceWarning("parts", int(category[i]), (i,), int(each[i]))
        for i in np.flatnonzero(each > 1).tolist()
    ]
    touching = _touching(numbers, found, category)
    return Instances(masks, category, ids, each, (*several, *touching, *warnings))


def _touching(
    numbers: npt.NDArray[Any], found: npt.NDArray[Any], category: npt.NDArray[np.int64]
) -> list[InstanceWarning]:
    near = adjacency(numbers)
    # a pair that another thread wrote over while it was counted has a number and no pixel
    pairs = np.searchsorted(found, near.pairs.reshape(-1, 2))
    same = category[pairs[:, 0]] == category[pairs[:, 1]]
    edges = near.edges[same].tolist()
    return [
        InstanceWarning("touch", int(category[i]), (i, j), count)
        for (i, j), count in zip(pairs[same].tolist(), edges, strict=True)
    ]


def _by_connectivity(
    named: _Named,
    numbers: npt.NDArray[Any],
    connectivity: Literal[4, 8],
    gap: int | Mapping[int, int],
    *,
    with_ids: bool,
) -> Instances:
    gaps = _as_gaps(gap)
    owned, found = split(numbers)
    place = found.astype(np.int64) - 1
    batches, category, components = [], [], []
    for one in np.unique(named.category).tolist():
        whole = union(owned[named.category[place] == one])
        pieces, _, stats = label(whole, connectivity, stats=True)
        order = np.lexsort((stats.first_pixel[:, 0], stats.first_pixel[:, 1]))
        groups = _near(pieces[order], gaps.get(one, gaps.get(None, 0)))
        joined = union(pieces[order], groups=groups) if len(groups) else pieces
        batches.append(joined)
        category += [one] * len(joined)
        components.append(np.bincount(groups, minlength=len(joined)))
    masks = Masks.concatenate(batches)
    classes = np.array(category, np.int64)
    warnings = (
        _merged(masks, classes, owned, (named.category[place], named.ids[place]))
        if with_ids
        else []
    )
    if not with_ids:
        seen, counts = np.unique(classes, return_counts=True)
        warnings = [
            InstanceWarning("connectivity", int(one), (), int(n))
            for one, n in zip(seen, counts, strict=True)
        ]
    each = np.concatenate([*components, np.zeros(0, np.int64)]).astype(np.int64)
    several = [
        InstanceWarning("parts", int(classes[i]), (i,), int(each[i]))
        for i in np.flatnonzero(each > 1).tolist()
    ]
    ids = np.arange(1, len(masks) + 1)
    return Instances(masks, classes, ids, each, (*several, *warnings))


def _near(pieces: Masks, gap: int) -> npt.NDArray[np.int64]:
    """Give the group of each mask, from 0 on, where masks at most `gap` pixels apart are of one."""
    n = len(pieces)
    parent = list(range(n))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    if gap > 0 and n > 1:
        near = occlusion(dilate(pieces, gap + 1), visible=pieces)
        for i, j in near.pairs[(near.seen > 0).any(axis=1)].tolist():
            first, second = sorted((root(i), root(j)))
            parent[second] = first
    _, groups = np.unique([root(i) for i in range(n)], return_inverse=True)
    return groups.reshape(-1).astype(np.int64)


def _merged(
    masks: Masks,
    category: npt.NDArray[np.int64],
    owned: Masks,
    named: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]],
) -> list[InstanceWarning]:
    """Warn of instances by connectivity that hold several ids, of masks named by class and id."""
    warnings = []
    for i, mask in enumerate(masks):
        rows = np.flatnonzero((named[0] == category[i]) & (named[1] != 0))
        count = int((area(intersection(owned[rows], mask)) > 0).sum()) if rows.size else 0
        if count > 1:
            warnings.append(InstanceWarning("merged", int(category[i]), (i,), count))
    return warnings


def _as_classes(class_map: Any) -> npt.NDArray[Any]:
    array = _arrays.as_label_map(class_map, "class_map")
    if array.size and (int(array.min()) < -(2**31) or int(array.max()) >= 2**31):
        raise MaskError("expected classes in [-2^31, 2^31)", parameter="class_map")
    return array


def _as_ids(instance_map: Any, shape: tuple[int, ...]) -> npt.NDArray[Any]:
    array = _arrays.as_labels(instance_map, "instance_map")
    if array.shape != shape:
        raise ShapeMismatch(
            f"expected the shape of the class map, {shape}, got {array.shape}",
            parameter="instance_map",
        )
    return array


def _as_gaps(gap: Any) -> dict[int | None, int]:
    given = dict(gap) if isinstance(gap, Mapping) else {None: gap}
    for value in given.values():
        if not _arrays.is_whole(value):
            raise MaskTypeError(f"expected a number of pixels, got {shown(value)}", parameter="gap")
        if value < 0:
            raise MaskError(
                f"expected a number of pixels >= 0, got {shown(value)}", parameter="gap"
            )
    return {None if key is None else int(key): int(value) for key, value in given.items()}
