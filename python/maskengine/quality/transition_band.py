"""Pixels in transition between two labels: to leave out, or to weigh."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine._listing import NOT_READ, each
from maskengine.errors import MaskError, MaskTypeError, ShapeMismatch, shown
from maskengine.ops.adjacency import adjacency
from maskengine.ops.combine import union
from maskengine.ops.decode import decode
from maskengine.ops.remap import remap
from maskengine.quality._band_masks import band_masks, steps_within
from maskengine.values import Masks


@dataclass(frozen=True, eq=False)
class SoftBand:
    """The K pixels of a transition band, weighed between two labels, in columns.

    Parameters
    ----------
    points : numpy.ndarray
        int64 (K, 2): the pixels, x and y, in raster order.
    label : numpy.ndarray
        (K,): the label that the map has there.
    other : numpy.ndarray
        (K,): the nearest label that is in a pair with it, of equally near ones the lowest.
    weight : numpy.ndarray
        float32 (K,): share of `label`, in (0.5, 1]; that of `other` is the rest.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import transition_band
    >>> soft = transition_band(np.array([[1, 1, 1, 2, 2, 2]]), width=4).soft()
    >>> soft.weight
    array([0.875, 0.625, 0.625, 0.875], dtype=float32)
    """

    points: npt.NDArray[np.int64]
    label: npt.NDArray[Any]
    other: npt.NDArray[Any]
    weight: npt.NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.points)


@dataclass(frozen=True, eq=False)
class TransitionBand:
    """What :func:`transition_band` found.

    Parameters
    ----------
    label_map : numpy.ndarray
        The map, (H, W), not a copy.
    width : float
        Of the band, in pixels.
    pairs : numpy.ndarray
        int64 (P, 2): the pairs of labels.
    masks : Masks
        P masks: the band of each pair.
    shape : str
        How distances were taken to find the band.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import transition_band
    >>> transition_band(np.array([[1, 1, 1, 2, 2, 2]]), width=2).pairs.tolist()
    [[1, 2]]
    """

    label_map: npt.NDArray[Any]
    width: float
    pairs: npt.NDArray[np.int64]
    masks: Masks
    shape: Literal["square", "disk", "cross"] = "disk"

    def as_void(self, void: int = 0) -> npt.NDArray[Any]:
        """Give the map with the band left out.

        Parameters
        ----------
        void : int, default 0
            Written to the pixels of the band.

        Returns
        -------
        numpy.ndarray
            A new array like the map.

        Raises
        ------
        MaskError
            If `void` does not fit the dtype of the map.

        Examples
        --------
        >>> import numpy as np
        >>> from maskengine.quality import transition_band
        >>> transition_band(np.array([[1, 1, 1, 2, 2, 2]]), width=2).as_void()
        array([[1, 1, 0, 0, 2, 2]])
        """
        low, high = _arrays.value_range(self.label_map.dtype)
        if not _arrays.is_integer(void) or not low <= void <= high:
            raise MaskError(
                f"expected a label that fits {self.label_map.dtype}, got {shown(void)}",
                parameter="void",
            )
        out = self.label_map.copy()
        if len(self.masks):
            out[decode(union(self.masks))[0]] = void
        return out

    def soft(self) -> SoftBand:
        """Weigh each pixel of the band between its label and the nearest other one.

        Returns
        -------
        SoftBand
            The weight of the pixel's own label grows from 1/2 on the border between the labels,
            which runs half a pixel from the centres on either side, to 1 at half the width;
            by the Euclidean distance, whatever the shape of the band.

        Examples
        --------
        >>> import numpy as np
        >>> from maskengine.quality import transition_band
        >>> soft = transition_band(np.array([[7, 7, 9, 9]]), width=2).soft()
        >>> soft.points.tolist(), soft.other.tolist(), soft.weight.tolist()
        ([[1, 0], [2, 0]], [9, 7], [0.75, 0.75])
        """
        if not len(self.masks):
            none = np.zeros(0, self.label_map.dtype)
            return SoftBand(np.zeros((0, 2), np.int64), none, none, np.zeros(0, np.float32))
        y, x = np.nonzero(decode(union(self.masks))[0])
        known = np.unique(self.pairs)
        table = {int(one): k for k, one in enumerate(known, 1)}
        numbers = remap(self.label_map, table, default=0)
        found, far = _nearest(numbers, _Wanted(known, self.pairs), (y, x), self._reach())
        weight = np.minimum(0.5 + (far - 0.5) / self.width, 1)
        other = known[found - 1].astype(self.label_map.dtype)
        points = np.stack([x, y], axis=1)
        return SoftBand(points, self.label_map[y, x], other, weight.astype(np.float32))

    def _reach(self) -> dict[int, npt.NDArray[np.int64]]:
        """Give the steps (dy, dx) to pixels that one reaches, by square of their length."""
        steps = steps_within(self.width / 2, self.shape, self.label_map.shape)
        squares = (steps**2).sum(axis=1)
        return {int(s): steps[squares == s] for s in np.unique(squares)}


class _Wanted:
    """Tells which numbers of labels are in a pair."""

    def __init__(self, known: npt.NDArray[np.int64], pairs: npt.NDArray[np.int64]) -> None:
        first, second = (np.searchsorted(known, pairs) + 1).T
        self._width = len(known) + 1
        keys = np.concatenate([first * self._width + second, second * self._width + first])
        self._keys = np.unique(keys)

    def __call__(
        self, ours: npt.NDArray[np.int64], theirs: npt.NDArray[np.int64]
    ) -> npt.NDArray[np.bool_]:
        keys = ours * self._width + theirs
        at = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        return np.asarray(self._keys[at] == keys, np.bool_)


def _nearest(
    numbers: npt.NDArray[Any],
    wanted: _Wanted,
    pixels: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]],
    reach: dict[int, npt.NDArray[np.int64]],
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Give the nearest number that is in a pair with a pixel's own, and how far it is."""
    y, x = pixels
    height, width = numbers.shape
    found = np.zeros(len(y), np.int64)
    far = np.zeros(len(y), np.float64)
    left = np.arange(len(y))  # pixels for which none is found
    own = numbers[y, x].astype(np.int64)
    for square, steps in reach.items():
        best = np.full(len(left), np.iinfo(np.int64).max)
        for dy, dx in steps.tolist():
            j, i = y[left] + dy, x[left] + dx
            inside = (j >= 0) & (j < height) & (i >= 0) & (i < width)
            theirs = np.zeros(len(left), np.int64)
            theirs[inside] = numbers[j[inside], i[inside]]
            fits = (theirs > 0) & wanted(own[left], theirs)
            best[fits] = np.minimum(best[fits], theirs[fits])
        hit = best < np.iinfo(np.int64).max
        found[left[hit]] = best[hit]
        far[left[hit]] = np.sqrt(square)
        left = left[~hit]
        if left.size == 0:
            break
    return found, far


def transition_band(
    label_map: Any,
    pairs: Iterable[tuple[int, int]] | None = None,
    width: float = 2,
    *,
    shape: Literal["square", "disk", "cross"] = "disk",
) -> TransitionBand:
    """Find the pixels along the border of two labels, pair by pair.

    Parameters
    ----------
    label_map : array_like
        Shape (H, W), any integer dtype up to 63 bits, memory order and stride.
    pairs : iterable of (int, int), optional
        The pairs of labels; all that share a pixel edge, without 0, by default.
    width : float, default 2
        Of the band, in pixels: half of it lies on either side of the border.
    shape : {"disk", "square", "cross"}, default "disk"
        How distances between pixel centres are taken to find the band, see
        :func:`maskengine.dilate`.

    Returns
    -------
    TransitionBand
        A mask for each pair: ``.as_void()`` leaves the bands out of the map, ``.soft()`` weighs
        their pixels.

    Raises
    ------
    MaskTypeError
        If `label_map` is no array of integers, or a label of `pairs` no integer.
    ShapeMismatch
        If `label_map` is not of two dimensions, or `pairs` not of shape (P, 2).
    MaskError
        If a pair has one label twice, or another argument is none of its values.
    LimitExceeded
        If there are very many pairs of labels that are scattered all over the map.

    Notes
    -----
    The band of a pair (a, b): pixels of a that have one of b within ``width / 2``, and the other
    way round. Along a straight border of length L and for an even width it has ``width * L``
    pixels. Trimaps leave such bands out (Kohli, Ladicky and Torr, 2009); here each pair has its
    own, so that a blurred border does not cost the sharp ones.

    Examples
    --------
    >>> import numpy as np
    >>> import maskengine as me
    >>> from maskengine.quality import transition_band
    >>> stripes = np.repeat([[1, 2, 3]], [10, 10, 10], axis=1).repeat(5, axis=0)
    >>> band = transition_band(stripes, [(1, 2)], width=4)
    >>> me.area(band.masks)
    array([20])
    """
    array = _arrays.as_label_map(label_map, "label_map")
    if isinstance(width, bool) or not 0 < _arrays.as_number(width, "width") < np.inf:
        raise MaskError(f"expected a finite number > 0, got {shown(width)}", parameter="width")
    if not _arrays.is_one_of(shape, "square", "disk", "cross"):
        raise MaskError(
            f"expected 'square', 'disk' or 'cross', got {shown(shape)}", parameter="shape"
        )
    if pairs is None:
        wanted = adjacency(array).pairs.astype(np.int64).reshape(-1, 2)
    else:
        wanted = _as_pairs(pairs)
    if not wanted.size:
        return TransitionBand(array, float(width), wanted, Masks.concatenate([]), shape)
    masks = band_masks(array, wanted, float(width) / 2, shape)
    return TransitionBand(array, float(width), wanted, masks, shape)


def _as_pairs(pairs: Any) -> npt.NDArray[np.int64]:
    try:
        array = np.asarray(list(each(pairs, "pairs")))
    except NOT_READ as error:
        raise ShapeMismatch(
            f"expected pairs of labels, got {shown(pairs)}", parameter="pairs"
        ) from error
    if array.size == 0:
        return np.zeros((0, 2), np.int64)
    if array.ndim != 2 or array.shape[1] != 2:
        raise ShapeMismatch(f"expected shape (P, 2), got {array.shape}", parameter="pairs")
    if array.dtype.kind not in "ui":
        raise MaskTypeError(f"expected integers, got dtype {array.dtype}", parameter="pairs")
    same = np.flatnonzero(array[:, 0] == array[:, 1])
    if same.size:
        raise MaskError(
            f"expected two different labels, got {array[same[0]].tolist()}",
            parameter="pairs",
            index=int(same[0]),
        )
    return array.astype(np.int64)
