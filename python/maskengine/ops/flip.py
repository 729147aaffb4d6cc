"""Mirror masks."""

from __future__ import annotations

from typing import Literal

from maskengine._arrays import is_one_of
from maskengine._backend import core
from maskengine.errors import MaskError, shown
from maskengine.values import Masks, runs_of, wrap


def flip(masks: Masks, axis: Literal["horizontal", "vertical"] = "horizontal") -> Masks:
    """Mirror each mask.

    Parameters
    ----------
    masks : Masks
        A batch of N masks.
    axis : {"horizontal", "vertical"}, default "horizontal"
        The direction that is reversed. ``"horizontal"``: left and right are exchanged, as by
        ``numpy.fliplr``; ``"vertical"``: top and bottom, as by ``numpy.flipud``.

    Returns
    -------
    Masks

    Raises
    ------
    MaskTypeError
        If `masks` is not a :class:`Masks`.
    MaskError
        If `axis` is another word.

    Examples
    --------
    >>> import maskengine as me
    >>> masks = me.Masks([2, 4], [0, 2], [(2, 3)])
    >>> me.flip(masks).to_coco(compressed=False)
    [{'size': [2, 3], 'counts': [0, 4, 2]}]
    """
    if not is_one_of(axis, "horizontal", "vertical"):
        raise MaskError(f"expected 'horizontal' or 'vertical', got {shown(axis)}", parameter="axis")
    return wrap(core.flip(runs_of(masks), axis == "vertical"))
