"""Turn masks by quarter turns."""

from __future__ import annotations

from operator import index
from typing import SupportsIndex

from maskengine._backend import core
from maskengine._listing import NOT_READ
from maskengine.errors import MaskTypeError
from maskengine.values import Masks, runs_of, wrap


def rot90(masks: Masks, k: SupportsIndex = 1) -> Masks:
    """Turn each mask counter-clockwise by quarter turns.

    Parameters
    ----------
    masks : Masks
        A batch of N masks.
    k : int, default 1
        Quarter turns; negative ones go clockwise.

    Returns
    -------
    Masks

    Raises
    ------
    MaskTypeError
        If `masks` is not a :class:`Masks` or `k` is not an integer.
    LimitExceeded
        If a result would have more runs than the limit ``mask_runs``, and more than four times
        those of the input.

    Notes
    -----
    ``numpy.rot90(mask, k)``.

    Examples
    --------
    >>> import maskengine as me
    >>> masks = me.Masks([2, 4], [0, 2], [(2, 3)])
    >>> me.rot90(masks).to_coco(compressed=False)
    [{'size': [3, 2], 'counts': [0, 2, 1, 2, 1]}]
    """
    try:
        turns = index(k) % 4
    except NOT_READ:
        raise MaskTypeError(f"expected an integer, got {type(k).__name__}", parameter="k") from None
    return wrap(core.rot90(runs_of(masks), turns))
