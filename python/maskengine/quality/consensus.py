"""One label map from those of several annotators, by vote."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine._booleans import as_numbered
from maskengine.errors import MaskError, MaskTypeError, ShapeMismatch, shown
from maskengine.ops.distance_transform import distance_transform
from maskengine.ops.joint import Joint, assign, joint
from maskengine.quality._decided import as_undecided, class_masks, first_of, narrow
from maskengine.quality._labels import as_void
from maskengine.quality._raters import as_raters, as_weights, classes_of, winners
from maskengine.values import Masks

Ties = Literal["undecided", "void", "lower", "previous", "nearest"]
_TIES = ("undecided", "void", "lower", "previous", "nearest")


@dataclass(frozen=True, eq=False)
class Consensus:
    """What :func:`consensus` decided.

    Parameters
    ----------
    labels : numpy.ndarray
        The label map, of the shape of the maps.
    masks : Masks or None
        One mask of each class, in the order of `classes`; where asked for.
    classes : numpy.ndarray
        int64 (C,): the labels that somebody gave, without void.
    soft : numpy.ndarray or None
        float32, of the shape of the maps: the share of the weight of the label that was asked for,
        or of the one with most weight; 0 where nobody annotated.
    undecided : int
        Pixels in which several labels had the most weight, whatever was made of them.
    label_for_undecided : int
        The label that they have with ``ties="undecided"``.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import consensus
    >>> found = consensus([np.array([[0, 1]]), np.array([[0, 0]])])
    >>> found.labels.tolist(), found.undecided, found.label_for_undecided
    ([[0, 2]], 1, 2)
    """

    labels: npt.NDArray[Any]
    masks: Masks | None
    classes: npt.NDArray[np.int64]
    soft: npt.NDArray[np.float32] | None
    undecided: int
    label_for_undecided: int


def consensus(
    maps: Any,
    weights: Any = None,
    void: Any = (),
    *,
    ties: Ties = "undecided",
    undecided: int | None = None,
    previous: Any = None,
    soft: int | Literal["most"] | None = None,
    masks: bool = False,
) -> Consensus:
    """Give each pixel the label that most annotators gave it.

    Parameters
    ----------
    maps : sequence of array_like, Masks or PackedBits
        Label maps of one shape, (H, W) or stacks (N, H, W), one for each annotator; or one mask for
        each of them.
    weights : array_like of float, optional
        Shape (R,): of each annotator, at least 0; 1 by default.
    void : int or iterable of int, optional
        Labels that say that nothing was annotated. Where nobody did, the first of them is the
        result.
    ties : {"undecided", "void", "lower", "previous", "nearest"}, default "undecided"
        What pixels become in which several labels have the most weight: a label of their own; the
        first of `void`; the lowest of those labels; the label in `previous`; or that of the nearest
        pixel that is decided, of equally near ones the lowest.
    undecided : int, optional
        The label of undecided pixels; by default the greatest label of the maps plus one, as ITK
        has it.
    previous : array_like, optional
        For ``ties="previous"``: a label map of the shape of the maps.
    soft : int or "most", optional
        Also give how much of the weight this label has, or the one with the most.
    masks : bool, default False
        Also give the result as masks; for maps (H, W).

    Returns
    -------
    Consensus

    Raises
    ------
    MaskError
        If there is no map, a weight is negative or not finite, or an option is another word or
        lacks what it needs.
    MaskTypeError
        If a map is no array of integers.
    ShapeMismatch
        If a map is of another shape than the first, or there is not a weight for each.
    LimitExceeded
        If there are more than 62 maps.

    Notes
    -----
    With equal weights, ITK's ``LabelVotingImageFilter``. Votes are counted once for each
    combination of labels, and written by :func:`maskengine.assign`.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import consensus
    >>> raters = [[0, 0, 1, 1], [0, 1, 1, 1], [0, 0, 1, 0]]
    >>> consensus([np.array([row]) for row in raters], soft=1).soft.round(2).tolist()
    [[0.0, 0.33000001311302185, 1.0, 0.6700000166893005]]
    """
    if not _arrays.is_one_of(ties, *_TIES):
        raise MaskError(
            f"expected one of {', '.join(_TIES)}, got {shown(ties)}"[:300], parameter="ties"
        )
    masks = _arrays.as_flag(masks, "masks")
    arrays = as_raters(maps, least=1)
    weight = as_weights(weights, len(arrays))
    ignored = as_void(void)
    table = joint(*arrays)
    classes, places = classes_of(table.labels, ignored)
    chosen, equal, _ = winners(places, weight)
    tied = equal > 1
    own = as_undecided(undecided, table)
    labels = np.where(chosen >= 0, classes[chosen] if classes.size else 0, 0)
    missing = chosen < 0
    if ties == "void" or missing.any():
        labels[missing | (tied if ties == "void" else False)] = first_of(ignored)
    if ties in {"undecided", "previous", "nearest"}:
        labels[tied] = own
    out = assign(arrays, table, narrow(labels, own if ties == "undecided" else None))
    if ties in {"previous", "nearest"}:
        at = assign(arrays, table, tied)
        if ties == "previous":
            out = _from_previous(out, at, previous)
        else:
            out = _nearest(out, at, assign(arrays, table, missing) if missing.any() else None)
    return Consensus(
        out,
        class_masks(out, classes) if masks else None,
        classes,
        None if soft is None else _share(arrays, table, places, weight, (soft, classes)),
        int(table.pixels[tied].sum()),
        own,
    )


def _from_previous(
    out: npt.NDArray[Any], at: npt.NDArray[np.bool_], previous: Any
) -> npt.NDArray[Any]:
    if previous is None:
        raise MaskError("expected a label map with ties='previous'", parameter="previous")
    array = as_numbered(previous, "previous")
    if array.shape != out.shape:
        raise ShapeMismatch(f"expected {out.shape}, got {array.shape}", parameter="previous")
    if array.dtype == np.uint64 and array.size and array.max() >= 2**63:
        raise MaskError("expected labels below 2^63", parameter="previous")
    labels = array[at].astype(np.int64)
    low = min(int(labels.min(initial=0)), int(out.min(initial=0)))
    high = max(int(labels.max(initial=0)), int(out.max(initial=0)))
    dtype = _arrays.narrowest_dtype(low, high)
    out = out if out.dtype == dtype else out.astype(dtype)
    out[at] = labels
    return out


def _nearest(
    out: npt.NDArray[Any], at: npt.NDArray[np.bool_], missing: npt.NDArray[np.bool_] | None
) -> npt.NDArray[Any]:
    """Give tied pixels the label of the nearest decided one, frame by frame."""
    stack, tied = (a if a.ndim == 3 else a[None] for a in (out, at))
    for i, frame in enumerate(stack):
        if not tied[i].any():
            continue
        decided = ~tied[i]
        if missing is not None:
            decided &= ~(missing if missing.ndim == 2 else missing[i])
        best = np.full(int(tied[i].sum()), np.inf)
        chosen = frame[tied[i]]
        for label in np.unique(frame[decided]):
            far = distance_transform((frame != label) | ~decided, dtype=np.float64)[tied[i]]
            closer = far < best  # labels come in order: the lowest of equals stays
            best[closer] = far[closer]
            chosen[closer] = label
        frame[tied[i]] = chosen
    return out


def _share(
    arrays: list[npt.NDArray[Any]],
    table: Joint,
    places: npt.NDArray[np.int64],
    weights: npt.NDArray[np.float64],
    asked: tuple[Any, npt.NDArray[np.int64]],
) -> npt.NDArray[np.float32]:
    soft, classes = asked
    total = np.where(places >= 0, weights, 0.0).sum(axis=1)
    if isinstance(soft, str) and soft == "most":
        values = winners(places, weights)[2]
    elif _arrays.is_whole(soft):
        at = np.flatnonzero(classes == soft)
        own = places == (at[0] if at.size else math.inf)
        values = np.where(own, weights, 0.0).sum(axis=1)
        values = np.divide(values, total, out=np.zeros(len(total)), where=total > 0)
    else:
        raise MaskTypeError(
            f"expected a label or 'most', got {shown(soft)}"[:300], parameter="soft"
        )
    return assign(arrays, table, values.astype(np.float32))
