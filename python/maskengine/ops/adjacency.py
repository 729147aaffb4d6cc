"""Which labels of a map touch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine._backend import core


@dataclass(frozen=True, eq=False)
class Adjacency:
    """What :func:`adjacency` found: K pairs of labels that touch, in columns.

    Parameters
    ----------
    pairs : numpy.ndarray
        (K, 2): the labels a < b of each pair, in the dtype of the map, sorted.
    edges : numpy.ndarray
        int64 (K,): pixel edges with one label on either side.
    corners : numpy.ndarray
        int64 (K,): pairs of pixels, one of each label, that touch at a corner; 0 for
        ``connectivity=4``.

    Examples
    --------
    >>> import numpy as np
    >>> import maskengine as me
    >>> len(me.adjacency(np.array([[1, 2, 3]])))
    2
    """

    pairs: npt.NDArray[Any]
    edges: npt.NDArray[np.int64]
    corners: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.pairs)


def adjacency(label_map: Any, connectivity: Literal[4, 8] = 4) -> Adjacency:
    """Find the pairs of labels that touch, and how long their border is.

    Parameters
    ----------
    label_map : array_like
        Shape (H, W), any integer dtype, memory order and stride, without a copy. 0 is background,
        which touches nothing.
    connectivity : {4, 8}, default 4
        Whether labels touch by pixel edges alone (4) or at corners, too (8).

    Returns
    -------
    Adjacency

    Raises
    ------
    MaskTypeError
        If `label_map` is no array of integers.
    ShapeMismatch
        If it is not of two dimensions.
    MaskError
        If `connectivity` is another number.

    Notes
    -----
    The region adjacency graph (Rosenfeld and Kak, *Digital Picture Processing*, 1982), with the
    counts of ``cc3d.contacts`` for flat images: edges for connectivity 4.

    Examples
    --------
    >>> import numpy as np
    >>> import maskengine as me
    >>> found = me.adjacency(np.array([[1, 1, 2], [3, 3, 2]]), connectivity=8)
    >>> found.pairs.tolist()
    [[1, 2], [1, 3], [2, 3]]
    >>> found.edges.tolist(), found.corners.tolist()
    ([1, 2, 1], [1, 2, 1])
    """
    corners = _arrays.is_eight(connectivity)
    array = _arrays.as_label_map(label_map, "label_map")
    a, b, edges, corner_contacts = core.adjacency(array, corners)
    pairs = _arrays.from_bits(np.stack([a, b], axis=1), array.dtype)
    return Adjacency(pairs, edges, corner_contacts)
