"""Distances between the outlines of masks: Hausdorff, average surface distance, surface Dice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from maskengine.errors import MaskError, shown
from maskengine.ops._pairs import as_spacing
from maskengine.ops.border_distances import BorderDistances, added_up, border_distances
from maskengine.quality._frames import (
    alike,
    as_frames,
    by_pairs,
    class_masks,
    number_of,
    pairs_of_both,
    same_items,
)
from maskengine.quality._profiles import PROFILES, ProfileName
from maskengine.quality._status import check_profile
from maskengine.quality.boundary_pairs import pair_distances
from maskengine.values.summable import Summable


@dataclass(frozen=True, eq=False)
class SurfaceDistances(Summable):
    """What :func:`surface_distances` measured: N pairs of masks, N classes, or N pairs of classes.

    Counts of several frames, or of several workers, add up item by item: ``a + b``, or
    ``sum(parts)``; pairs of classes that only one of them has are kept. The scores of a sum are
    those of all outlines together; means over frames are other numbers.

    Parameters
    ----------
    labels : numpy.ndarray or None
        int64 (N,) of classes, or (N, 2) of pairs of classes; None for pairs of masks.
    n : int
        Items.
    rows : BorderDistances
        How many elements of which length lie at which distance, on either side of each item.
    profile : str
        Whose elements these are.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import surface_distances, surface_scores
    >>> a, b = np.zeros((2, 9, 9), bool)
    >>> a[2:6, 2:6], b[2:6, 3:7] = True, True
    >>> found = surface_distances(a, b)
    >>> surface_scores(found + found).hausdorff.tolist()
    [1.0]
    """

    labels: npt.NDArray[np.int64] | None
    n: int
    rows: BorderDistances
    profile: str

    def __len__(self) -> int:
        return self.n

    def __add__(self, other: SurfaceDistances) -> SurfaceDistances:
        if not isinstance(other, SurfaceDistances):
            return NotImplemented
        if self.profile != other.profile:
            raise MaskError("expected distances of the same profile", parameter="other")
        ours, theirs = self.labels, other.labels
        both = pairs_of_both(ours, theirs)
        if both is not None:
            pairs, our_places, their_places = both
            rows = _joined(self.rows, other.rows, our_places, their_places)
            return SurfaceDistances(pairs, len(pairs), rows, self.profile)
        same_items(ours, theirs)
        if self.n != other.n:
            raise MaskError("expected as many items", parameter="other")
        same = np.arange(self.n)
        return SurfaceDistances(
            ours, self.n, _joined(self.rows, other.rows, same, same), self.profile
        )


def _joined(
    a: BorderDistances,
    b: BorderDistances,
    items_a: npt.NDArray[np.int64],
    items_b: npt.NDArray[np.int64],
) -> BorderDistances:
    return added_up(
        BorderDistances(
            np.concatenate([items_a[a.item], items_b[b.item]]),
            np.concatenate([a.side, b.side]),
            np.concatenate([a.distance, b.distance]),
            np.concatenate([a.length, b.length]),
            np.concatenate([a.count, b.count]),
        )
    )


def surface_distances(
    reference: Any,
    prediction: Any,
    *,
    spacing: float | tuple[float, float] = (1, 1),
    classes: Any = None,
    by: Literal["class", "pair"] = "class",
    void: Any = None,
    profile: ProfileName = "engine",
) -> SurfaceDistances:
    """Measure how far the outlines of masks, or of labels, lie apart: one pass for all scores.

    Parameters
    ----------
    reference, prediction : Masks, PackedBits or array_like
        N masks each, in pairs of one size, or a mask (H, W) or stack (N, H, W) of bool or integers,
        where nonzero is foreground; with `classes`, label maps (H, W), or (F, H, W) for F frames,
        whose distances are put together.
    spacing : float or (float, float), default (1, 1)
        From one row to the next and from one column to the next, in any unit; distances and
        tolerances are in that unit.
    classes : int, mapping or iterable of int, optional
        The classes, as in :func:`confusion`: what is given are label maps then.
    by : {"class", "pair"}, default "class"
        With `classes`: the outline of each class, or the boundary between each pair of classes,
        each measured to the nearest boundary of the same pair.
    void : optional
        Pixels whose outlines do not count: masks, as the masks are given; with `classes`, labels of
        the reference.
    profile : str, default "engine"
        Whose outlines these are: see :func:`surface_scores`. By pair of classes, outlines are the
        edges of pixels, which no other profile knows.

    Returns
    -------
    SurfaceDistances
        What :func:`surface_scores` takes.

    Raises
    ------
    MaskTypeError
        If masks or labels are of another type.
    ShapeMismatch
        If shapes or sizes differ.
    MaskError
        If a label is neither a class nor void, or another parameter is out of range.

    Notes
    -----
    See :func:`maskengine.border_distances` for what outlines are made of. Void pixels are taken out
    of both masks, and what touches them is no outline.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import surface_distances, surface_scores
    >>> a = np.array([[0, 0, 1, 1, 2], [0, 0, 1, 1, 2]])
    >>> b = np.array([[0, 1, 1, 1, 2], [0, 1, 1, 1, 2]])
    >>> found = surface_distances(a, b, classes=3, by="pair")
    >>> found.labels.tolist(), surface_scores(found).hausdorff.tolist()
    ([[0, 1], [1, 2]], [1.0, 0.0])
    """
    elements = PROFILES[check_profile(profile, tuple(PROFILES))].elements
    pairwise = by_pairs(by, classes)
    if classes is None:
        first, second, none = alike(reference, prediction, void)
        rows = border_distances(first, second, elements, spacing, void=none)
        return SurfaceDistances(None, number_of(first), rows, profile)
    if pairwise and profile != "engine":
        raise MaskError(
            f"expected 'engine', as outlines are edges between labels, got {shown(profile)}",
            parameter="profile",
        )
    y, x = as_spacing(spacing)
    frames = as_frames(reference, prediction, classes, void)
    parts: list[SurfaceDistances] = []
    if pairwise:
        for pair in frames:
            pairs, rows = pair_distances(*pair, frames.ignored, (y, x))
            parts.append(SurfaceDistances(pairs, len(pairs), rows, profile))
    else:
        labels = frames.labels
        for ours, theirs, none in class_masks(frames):
            rows = border_distances(ours, theirs, elements, (y, x), void=none)
            parts.append(SurfaceDistances(labels, len(labels), rows, profile))
    empty = np.zeros((0, 2), np.int64) if pairwise else frames.labels
    nothing = BorderDistances(*(np.zeros(0, kind) for kind in ("i8", "u1", "f8", "f8", "i8")))
    return sum(parts, SurfaceDistances(empty, len(empty), nothing, profile))
