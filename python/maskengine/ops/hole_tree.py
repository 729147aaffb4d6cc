"""Which hole lies in which component."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine._backend import core
from maskengine._booleans import as_numbered
from maskengine.errors import MaskError
from maskengine.values import Masks, runs_of

_Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class HoleTree:
    """What :func:`hole_tree` found, in columns: of K components and M holes.

    Components and holes are numbered from 1 in each mask, in raster order of their first pixels:
    components as :func:`label` numbers them. Of a stack or a batch, rows of mask i are
    ``offsets[i]`` to ``offsets[i + 1]`` of components, and ``hole_offsets[i]`` to
    ``hole_offsets[i + 1]`` of holes.

    Parameters
    ----------
    offsets, hole_offsets : numpy.ndarray
        int64 (N + 1,): where the components, and the holes, of each of N masks start and end.
    parent : numpy.ndarray
        int64 (K,): the hole that the component lies in, the innermost; 0 for none.
    depth : numpy.ndarray
        int64 (K,): how many components are around it.
    hole_parent : numpy.ndarray
        int64 (M,): the component that the hole is in.
    hole_area : numpy.ndarray
        int64 (M,): pixels of the hole and of all that lies in it.
    hole_bbox : numpy.ndarray
        int64 (M, 4): left, top, width, height, in pixels.
    hole_first_pixel : numpy.ndarray
        int64 (M, 2): x and y of its first pixel in raster order (row by row).
    holes : numpy.ndarray
        int64 (M,): numbers of holes, component by component: those of row k are ``holes[i:j]`` with
        ``i, j = holes_offsets[k : k + 2]``.
    holes_offsets : numpy.ndarray
        int64 (K + 1,).

    Examples
    --------
    >>> import numpy as np
    >>> import maskengine as me
    >>> mask = np.ones((5, 5), bool)
    >>> mask[1:4, 1:4] = [[0, 0, 0], [0, 1, 0], [0, 0, 0]]
    >>> tree = me.hole_tree(mask)
    >>> tree.depth, tree.hole_area
    (array([0, 1]), array([9]))
    """

    offsets: _Integers
    hole_offsets: _Integers
    parent: _Integers
    depth: _Integers
    hole_parent: _Integers
    hole_area: _Integers
    hole_bbox: _Integers
    hole_first_pixel: _Integers
    holes: _Integers
    holes_offsets: _Integers

    def __len__(self) -> int:
        return len(self.parent)


def hole_tree(
    source: Any,
    connectivity: Literal[4, 8] = 8,
    *,
    kind: Literal["mask", "labels"] = "mask",
) -> HoleTree:
    """Find the holes of components, and what lies in them.

    Parameters
    ----------
    source : array_like or Masks
        A mask (H, W) or a stack (N, H, W); bool or any integer dtype, any memory order and stride,
        without a copy. Or a batch of N masks, at a cost by its runs.
    connectivity : {8, 4}, default 8
        Of components, as :func:`label` takes it; holes are connected the other way (4 for 8, and 8
        for 4).
    kind : {"mask", "labels"}, default "mask"
        Whether nonzero pixels are one foreground, or components are of equal values.

    Returns
    -------
    HoleTree

    Raises
    ------
    MaskTypeError
        If `source` is no array of bool or integers.
    ShapeMismatch
        If it is not of two or three dimensions.
    MaskError
        If `connectivity` or `kind` is no such value.
    LimitExceeded
        If a side is 2^31 pixels or more, or there are 2^32 regions or more.

    Notes
    -----
    A hole of a component is a piece of what it encloses: of the pixels from which each way to the
    outside of the image crosses it. Ways lead over pixel edges for ``connectivity=8``, also over
    corners for 4, and through components as these are connected. For a mask, holes are thus the
    components of the background that do not reach the edge of the image, and the tree is the
    adjacency tree of Rosenfeld (*Adjacency in digital pictures*, Information and Control, 1974),
    the hierarchy of ``cv2.findContours`` for connectivity 8. In a label map, a hole may hold other
    labels alone; where two labels cross at a corner (connectivity 8), neither encloses the other.

    Examples
    --------
    >>> import numpy as np
    >>> import maskengine as me
    >>> labels = np.full((3, 4), 5)
    >>> labels[1, 1:3] = 0, 7
    >>> tree = me.hole_tree(labels, kind="labels")
    >>> tree.parent, tree.hole_parent, tree.hole_bbox
    (array([0, 1]), array([1]), array([[1, 1, 2, 1]]))
    >>> me.hole_tree(labels).hole_area
    array([1])
    """
    corners = _arrays.is_eight(connectivity)
    valued = _arrays.is_labels(kind)
    if isinstance(source, Masks):
        if valued:
            raise MaskError("expected 'mask' for a batch of masks", parameter="kind")
        found = core.hole_tree_masks(runs_of(source), corners)
    else:
        found = core.hole_tree(as_numbered(source, "source"), valued, corners)
    counts, hole_counts, parent, depth, hole_parent, area, bbox, first_pixel = found
    offsets, hole_offsets = _offsets(counts), _offsets(hole_counts)
    rows = hole_parent - 1 + np.repeat(offsets[:-1], hole_counts)
    order = np.argsort(rows, kind="stable")
    numbers = np.arange(1, len(rows) + 1) - np.repeat(hole_offsets[:-1], hole_counts)
    return HoleTree(
        offsets,
        hole_offsets,
        parent,
        depth,
        hole_parent,
        area,
        bbox,
        first_pixel,
        numbers[order],
        _offsets(np.bincount(rows, minlength=len(parent))),
    )


def _offsets(counts: _Integers) -> _Integers:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
