"""Exchange rows and columns of masks."""

from __future__ import annotations

from maskengine._backend import core
from maskengine.values import Masks, runs_of, wrap


def transpose(masks: Masks) -> Masks:
    """Exchange the rows and columns of each mask.

    Parameters
    ----------
    masks : Masks
        A batch of N masks.

    Returns
    -------
    Masks
        A mask of height h and width w becomes one of height w and width h. Its runs are the
        row-major runs of the input.

    Raises
    ------
    MaskTypeError
        If `masks` is not a :class:`Masks`.
    LimitExceeded
        If a result would have more runs than the limit ``mask_runs``, and more than four times
        those of the input.

    Notes
    -----
    ``mask.T``.

    Examples
    --------
    >>> import maskengine as me
    >>> masks = me.Masks([2, 4], [0, 2], [(2, 3)])
    >>> me.transpose(masks).to_coco(compressed=False)
    [{'size': [3, 2], 'counts': [1, 2, 1, 2]}]
    """
    return wrap(core.transpose(runs_of(masks)))
