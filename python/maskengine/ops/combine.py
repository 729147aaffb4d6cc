"""Set algebra on foregrounds: item by item over two batches, or reducing one batch."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine._backend import core
from maskengine.errors import MaskError, ShapeMismatch
from maskengine.ops._groups import as_groups
from maskengine.values import DeviceRuns, Masks, common_device, runs_of, wrap

_UNION, _INTERSECTION, _DIFFERENCE, _SYMMETRIC_DIFFERENCE = range(4)  # as cpu::SetOp


def union(
    a: Masks,
    b: Masks | None = None,
    *,
    groups: npt.ArrayLike | None = None,
    size: tuple[int, int] | None = None,
) -> Masks:
    """Join foregrounds: of two batches item by item, or of all masks of one batch.

    Parameters
    ----------
    a : Masks
        A batch of N masks; of one on a CUDA device, the result stays there.
    b : Masks, optional
        A batch of N masks, paired with `a` item by item; a batch of one on either side pairs with
        every item of the other. Without it `a` is reduced over the batch.
    groups : array_like of int, optional
        Shape (N,), only for a reduction: the group of each mask, counted from 0. The result has
        one mask per group, 0 to the largest. Default: all in one group.
    size : (int, int), optional
        Height and width of the result, only for a reduction: what a group (or a batch) without
        masks gives is background of this size. All masks must have it.

    Returns
    -------
    Masks
        N masks for pairs; one mask, or one per group, for a reduction. Canonical runs.

    Raises
    ------
    ShapeMismatch
        If lengths do not pair, or masks that meet differ in size; names the mask and both sizes.
    MaskError
        If a group without masks needs `size`, a group is negative, or `groups` or `size` come with
        `b`.

    Notes
    -----
    A pixel is foreground where any mask is: the COCO API's ``merge(..., intersect=False)``.
    Many masks are joined at once, which costs far less than one after the other.

    Examples
    --------
    >>> import maskengine as me
    >>> masks = me.Masks([1, 2, 3, 2, 3, 1], [0, 3, 6], [(2, 3), (2, 3)])
    >>> me.union(masks[0], masks[1]).counts.tolist()
    [1, 4, 1]
    >>> len(me.union(masks)), len(me.union(masks, groups=[0, 1]))
    (1, 2)
    """
    if b is not None and groups is None and size is None:
        return _pairs(_UNION, a, b)
    return _reduce(_UNION, a, b, groups, size)


def intersection(
    a: Masks,
    b: Masks | None = None,
    *,
    groups: npt.ArrayLike | None = None,
    size: tuple[int, int] | None = None,
) -> Masks:
    """Keep what is foreground in both of a pair, or in all masks of one batch.

    Parameters
    ----------
    a, b, groups, size : see :func:`union`
        As there, but a group without masks gives foreground of `size`: what is in all
        of no masks.

    Returns
    -------
    Masks
        As for :func:`union`.

    Raises
    ------
    ShapeMismatch, MaskError
        As for :func:`union`.

    Notes
    -----
    The COCO API's ``merge(..., intersect=True)``.

    Examples
    --------
    >>> import maskengine as me
    >>> masks = me.Masks([1, 2, 3, 2, 3, 1], [0, 3, 6], [(2, 3), (2, 3)])
    >>> me.intersection(masks).counts.tolist()
    [2, 1, 3]
    """
    if b is not None and groups is None and size is None:
        return _pairs(_INTERSECTION, a, b)
    return _reduce(_INTERSECTION, a, b, groups, size)


def difference(
    a: Masks,
    b: Masks | None = None,
    *,
    groups: npt.ArrayLike | None = None,
    size: tuple[int, int] | None = None,
) -> Masks:
    """Keep what is foreground in `a` and not in `b`, or in the first mask of a batch and no other.

    Parameters
    ----------
    a, b, groups, size : see :func:`union`
        As there. A reduction is a left fold: the first mask of each group, in batch
        order, loses what any later one holds.

    Returns
    -------
    Masks
        As for :func:`union`.

    Raises
    ------
    ShapeMismatch, MaskError
        As for :func:`union`.

    Notes
    -----
    Set difference of the foregrounds; ``np.logical_and(a, np.logical_not(b))`` on dense masks.

    Examples
    --------
    >>> import maskengine as me
    >>> masks = me.Masks([1, 2, 3, 2, 3, 1], [0, 3, 6], [(2, 3), (2, 3)])
    >>> me.difference(masks[0], masks[1]).counts.tolist()
    [1, 1, 4]
    """
    if b is not None and groups is None and size is None:
        return _pairs(_DIFFERENCE, a, b)
    return _reduce(_DIFFERENCE, a, b, groups, size)


def symmetric_difference(
    a: Masks,
    b: Masks | None = None,
    *,
    groups: npt.ArrayLike | None = None,
    size: tuple[int, int] | None = None,
) -> Masks:
    """Keep what is foreground in one of a pair, or in an odd number of masks of one batch.

    Parameters
    ----------
    a, b, groups, size : see :func:`union`

    Returns
    -------
    Masks
        As for :func:`union`.

    Raises
    ------
    ShapeMismatch, MaskError
        As for :func:`union`.

    Notes
    -----
    ``np.logical_xor`` on dense masks; reduced in a left fold, so parity. The rings of one polygon
    combined in this way give its even-odd filling.

    Examples
    --------
    >>> import maskengine as me
    >>> masks = me.Masks([1, 2, 3, 2, 3, 1], [0, 3, 6], [(2, 3), (2, 3)])
    >>> me.symmetric_difference(masks).counts.tolist()
    [1, 1, 1, 2, 1]
    """
    if b is not None and groups is None and size is None:
        return _pairs(_SYMMETRIC_DIFFERENCE, a, b)
    return _reduce(_SYMMETRIC_DIFFERENCE, a, b, groups, size)


def complement(masks: Masks) -> Masks:
    """Exchange foreground and background.

    Parameters
    ----------
    masks : Masks
        A batch of N masks.

    Returns
    -------
    Masks
        N masks, in canonical runs.

    Raises
    ------
    MaskTypeError
        If `masks` is not a :class:`Masks`.

    Notes
    -----
    ``np.logical_not`` on dense masks.

    Examples
    --------
    >>> import maskengine as me
    >>> me.complement(me.Masks([2, 3, 1], [0, 3], [(2, 3)])).counts.tolist()
    [0, 2, 3, 1]
    """
    runs = runs_of(masks, cuda=True)
    if isinstance(runs, DeviceRuns):
        with runs.device.queue() as queue:
            given = runs.device.native.complement(queue, runs)
        return wrap(DeviceRuns.from_native(runs.device, given, runs.sizes))
    return wrap(core.complement(runs))


def _pairs(op: int, a: Masks, b: Masks) -> Masks:
    first, second = runs_of(a, "a", cuda=True), runs_of(b, "b", cuda=True)
    if isinstance(first, DeviceRuns) or isinstance(second, DeviceRuns):
        return _pairs_there(op, first, second)
    return wrap(core.combine_pairs(op, first, second))


def _pairs_there(op: int, a: DeviceRuns, b: DeviceRuns) -> Masks:
    device = common_device(a=a, b=b)
    if len(a) != len(b) and 1 not in {len(a), len(b)}:
        raise ShapeMismatch(
            f"expected {len(a)} masks, as in a, or one, got {len(b)}", parameter="b"
        )
    sizes = np.broadcast_arrays(a.sizes, b.sizes)
    differing = np.flatnonzero((sizes[0] != sizes[1]).any(axis=1))
    if differing.size:
        i = int(differing[0])
        of_a, of_b = (i if len(batch) > 1 else 0 for batch in (a, b))
        raise _mismatch("b", of_b, sizes[0][i], f"a[{of_a}]", sizes[1][i])
    with device.queue() as queue:
        given = device.native.combine_pairs(queue, op, a, b)
    return wrap(DeviceRuns.from_native(device, given, sizes[0]))


def _mismatch(name: str, index: int, wanted: Any, source: str, got: Any) -> ShapeMismatch:
    return ShapeMismatch(
        f"expected the size {tuple(map(int, wanted))} of {source}, got {tuple(map(int, got))}",
        parameter=name,
        index=index,
    )


def _reduce_there(op: int, runs: DeviceRuns, groups: Any, count: int, pair: Any) -> Masks:
    numbers = np.zeros(len(runs), np.int64) if groups is None else groups
    if numbers.size and numbers.min() < 0:
        i = int(np.flatnonzero(numbers < 0)[0])
        raise MaskError(
            f"expected group numbers in [0, {count}), got {numbers[i]}", parameter="groups", index=i
        )
    members = np.argsort(numbers, kind="stable").astype(np.int64)
    begins = np.searchsorted(numbers[members], np.arange(count + 1)).astype(np.int64)
    sizes = _sizes_of_groups(runs, numbers, members, begins, pair)
    device = runs.device
    with device.queue() as queue:
        given = device.native.combine_groups(
            queue, op, runs, device.upload(members), device.upload(begins), sizes
        )
    return wrap(DeviceRuns.from_native(device, given, sizes))


def _sizes_of_groups(
    runs: DeviceRuns, numbers: Any, members: Any, begins: Any, pair: Any
) -> npt.NDArray[np.int64]:
    """Give the size of each group, which all its masks have; `pair` where it is given."""
    count = len(begins) - 1
    filled = np.diff(begins) > 0
    sizes = np.zeros((count, 2), np.int64)
    sizes[filled] = runs.sizes[members[begins[:-1][filled]]]
    if pair is not None:
        sizes[:] = pair
    empty = count if pair is not None or filled.all() else int(np.argmin(filled))
    differing = (runs.sizes != sizes[numbers]).any(axis=1)
    group = int(numbers[differing].min(initial=count))
    if empty < group:
        raise MaskError(
            f"expected the size of the result of group {empty}, which has no masks, got none",
            parameter="size",
        )
    if group < count:
        i = int(np.flatnonzero(differing & (numbers == group))[0])
        source = "size=" if pair is not None else f"masks[{members[begins[group]]}]"
        raise _mismatch("masks", i, sizes[group], source, runs.sizes[i])
    return sizes


def _reduce(op: int, a: Masks, b: Masks | None, groups: Any, size: Any) -> Masks:
    runs = runs_of(a, "a", cuda=True)
    if b is not None:
        name = "groups" if groups is not None else "size"
        raise MaskError("expected it only without b, to reduce one batch", parameter=name)
    numbers, count, pair = as_groups(groups, size, len(runs))
    if isinstance(runs, DeviceRuns):
        return _reduce_there(op, runs, numbers, count, pair)
    return wrap(core.combine_groups(op, runs, numbers, count, pair))
