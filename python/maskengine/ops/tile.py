"""Masks repeated, and put side by side or below each other."""

from __future__ import annotations

from collections.abc import Sequence

from maskengine import _arrays
from maskengine._backend import core
from maskengine.errors import MaskError, MaskTypeError, shown
from maskengine.ops._parts import as_batches
from maskengine.values import Masks, runs_of, wrap


def tile(masks: Masks, rows: int = 1, columns: int = 1) -> Masks:
    """Repeat each mask below and beside itself.

    Parameters
    ----------
    masks : Masks
        A batch of N masks.
    rows, columns : int, default 1
        How often, at least 0.

    Returns
    -------
    Masks
        N masks of `rows` times the height and `columns` times the width.

    Raises
    ------
    MaskError
        If a number is negative.
    LimitExceeded
        If a side passes 2^31-1 or a result would have more runs than the limit ``mask_runs``, and
        more than four times those of its mask.
    MaskTypeError
        If `masks` is not a :class:`Masks` or a number is not an integer.

    Notes
    -----
    ``numpy.tile(mask, (rows, columns))``. To repeat pixels, ``numpy.repeat``, is what
    :func:`resize` does at a whole multiple of the size.

    Examples
    --------
    >>> import maskengine as me
    >>> me.tile(me.Masks([1, 1], [0, 2], [(2, 1)]), columns=2).counts.tolist()
    [1, 1, 1, 1]
    """
    runs = runs_of(masks)
    for name, value in (("rows", rows), ("columns", columns)):
        if not _arrays.is_whole(value):
            raise MaskTypeError(f"expected an integer, got {shown(value)}", parameter=name)
        if not 0 <= value < 2**31:
            raise MaskError(
                f"expected a number in [0, 2147483647], got {shown(value)}", parameter=name
            )
    return wrap(core.tile(runs, int(rows), int(columns)))


def hstack(masks: Masks | Sequence[Masks]) -> Masks:
    """Put masks side by side, from left to right.

    Parameters
    ----------
    masks : Masks or sequence of Masks
        One batch, all of whose masks become one; or K batches, put together item by item (a batch
        of one goes with every item of the others). Masks that meet have one height.

    Returns
    -------
    Masks
        One mask, or one per item.

    Raises
    ------
    ShapeMismatch
        If heights differ or lengths do not go together.
    MaskError
        If there is no mask at all.
    LimitExceeded
        If a side passes 2^31-1 or a result has more runs than the limit ``mask_runs``.
    MaskTypeError
        If `masks` holds something else.

    Notes
    -----
    ``numpy.hstack`` of dense masks.

    Examples
    --------
    >>> import maskengine as me
    >>> masks = me.Masks([2, 2, 1, 1], [0, 2, 4], [(2, 2), (2, 1)])
    >>> me.hstack(masks).to_coco(compressed=False)
    [{'size': [2, 3], 'counts': [2, 2, 1, 1]}]
    """
    return _stack(masks, below=False)


def vstack(masks: Masks | Sequence[Masks]) -> Masks:
    """Put masks below each other, from top to bottom.

    Parameters
    ----------
    masks : Masks or sequence of Masks
        As for :func:`hstack`; masks that meet have one width.

    Returns
    -------
    Masks
        One mask, or one per item.

    Raises
    ------
    ShapeMismatch, MaskError, LimitExceeded, MaskTypeError
        As for :func:`hstack`, for widths.

    Notes
    -----
    ``numpy.vstack`` of dense masks.

    Examples
    --------
    >>> import maskengine as me
    >>> masks = me.Masks([2, 2, 1, 1], [0, 2, 4], [(2, 2), (1, 2)])
    >>> me.vstack(masks).to_coco(compressed=False)
    [{'size': [3, 2], 'counts': [3, 3]}]
    """
    return _stack(masks, below=True)


def _stack(masks: Masks | Sequence[Masks], *, below: bool) -> Masks:
    if isinstance(masks, Masks):
        batches, n, parts = [runs_of(masks)], 1, len(masks)
    else:
        batches, n = as_batches(masks, "masks")
        parts = len(batches)
    if parts == 0:
        raise MaskError("expected at least one mask, got none", parameter="masks")
    return wrap(core.stack(batches, n, isinstance(masks, Masks), below))
