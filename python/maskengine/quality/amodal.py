"""Whether stored visible and amodal masks contradict each other."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from maskengine._arrays import listed
from maskengine.errors import MaskTypeError, ShapeMismatch
from maskengine.ops.occlusion import occlusion
from maskengine.values import Masks, runs_of


class AmodalProblem(NamedTuple):
    """One contradiction between what is seen of layers and the layers.

    Parameters
    ----------
    kind : str
        ``"outside"``: pixels are seen of a layer that are not in it. ``"clash"``: pixels are seen
        of two layers. ``"unexplained"``: pixels of a layer are hidden where no layer is seen.
        ``"cycle"``: layers lie in front of each other in a ring.
    layers : tuple of int
        The layer, the two layers, or the ring, each in front of the next.
    pixels : int
        How many; 0 for a cycle.

    Examples
    --------
    >>> from maskengine.quality import AmodalProblem
    >>> AmodalProblem("outside", (3,), 12).pixels
    12
    """

    kind: str
    layers: tuple[int, ...]
    pixels: int


def check_amodal(
    amodal: Masks, visible: Masks, *, hidden_by_unlabeled: Any | None = None
) -> list[AmodalProblem]:
    """Find contradictions between masks of whole objects and masks of what is seen of them.

    Parameters
    ----------
    amodal, visible : Masks
        N masks each, all of one size (H, W).
    hidden_by_unlabeled : array_like of bool, optional
        Shape (N,): layers that may be hidden by something that is no layer; none by default.

    Returns
    -------
    list of AmodalProblem
        By kind, then by layer; empty when all is well.

    Raises
    ------
    MaskTypeError
        If `amodal` or `visible` is not a :class:`Masks`, or `hidden_by_unlabeled` not of bool.
    ShapeMismatch
        If masks differ in size, or there is not one item per layer.

    Notes
    -----
    What is seen must lie inside of the whole, nothing may be seen of two layers at one pixel, and
    a hidden pixel must be seen of another layer. A cycle is no error of pixels, two hands can hold
    each other, but no order of layers draws it.

    Examples
    --------
    >>> import maskengine as me
    >>> from maskengine.quality import check_amodal
    >>> whole = me.rasterize(me.Polygons.from_boxes([[0, 0, 4, 2]]), (4, 6))
    >>> seen = me.rasterize(me.Polygons.from_boxes([[1, 0, 4, 2]]), (4, 6))
    >>> for problem in check_amodal(whole, seen):
    ...     print(problem.kind, problem.pixels)
    outside 2
    unexplained 2
    """
    runs_of(visible, "visible")
    found = occlusion(amodal, visible=visible)
    allowed = np.zeros(len(found), bool)
    if hidden_by_unlabeled is not None:
        allowed = listed(hidden_by_unlabeled, "hidden_by_unlabeled")
        if allowed.dtype.kind != "b" and allowed.size:
            raise MaskTypeError(
                f"expected bool, got dtype {allowed.dtype}", parameter="hidden_by_unlabeled"
            )
        if allowed.shape != (len(found),):
            raise ShapeMismatch(
                f"expected shape ({len(found)},), got {allowed.shape}",
                parameter="hidden_by_unlabeled",
            )
        allowed = allowed.astype(np.bool_)  # an empty list is one of floats
    outside = np.flatnonzero(found.outside).tolist()
    clashes = np.flatnonzero(found.clash).tolist()
    bare = np.flatnonzero((found.unseen > 0) & ~allowed).tolist()
    return [
        *(AmodalProblem("outside", (i,), int(found.outside[i])) for i in outside),
        *(AmodalProblem("clash", tuple(found.pairs[k].tolist()), int(found.clash[k]))
          for k in clashes),
        *(AmodalProblem("unexplained", (i,), int(found.unseen[i])) for i in bare),
        *(AmodalProblem("cycle", tuple(ring), 0) for ring in found.cycles()),
    ]  # fmt: skip
