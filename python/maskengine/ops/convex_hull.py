"""Convex hulls of masks, as masks."""

from __future__ import annotations

from maskengine._backend import core
from maskengine.values import Masks, runs_of, wrap


def convex_hull(masks: Masks) -> Masks:
    """Grow each mask to the pixels in the convex hull of its foreground.

    Parameters
    ----------
    masks : Masks
        A batch of N masks.

    Returns
    -------
    Masks
        N masks of the same sizes. One without foreground stays so.

    Raises
    ------
    MaskTypeError
        If `masks` is not a :class:`Masks`.
    LimitExceeded
        If a hull has more runs than the limit ``mask_runs``, and more than four times those of its
        mask.

    Notes
    -----
    A pixel belongs where its centre lies in the convex hull of the centres of the foreground, or on
    its edge: the smallest digitally convex set that holds the mask [1]_. In whole numbers, so exact
    at any size. ``skimage.morphology.convex_hull_image`` gives the same with
    ``offset_coordinates=False`` where a mask is no line; its default, half a pixel larger on
    each side, grows again when it is applied again. The hull of pixels that do not touch need not
    be connected: a line of it can pass between two pixels.

    References
    ----------
    .. [1] C. E. Kim and A. Rosenfeld, "Digital straight lines and convexity of digital regions",
       IEEE Transactions on Pattern Analysis and Machine Intelligence 4(2), 1982.

    Examples
    --------
    >>> import maskengine as me
    >>> corner = me.Masks([0, 3, 2, 1, 2, 1], [0, 6], [(3, 3)])
    >>> me.decode(me.convex_hull(corner))[0]
    array([[ True, False, False],
           [ True,  True, False],
           [ True,  True,  True]])

    How much of its hull a mask fills (its solidity):

    >>> me.area(corner) / me.area(me.convex_hull(corner))
    array([0.83333333])
    """
    return wrap(core.convex_hull(runs_of(masks)))
