"""Where a pre-label should be looked at first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine._listing import each
from maskengine.errors import MaskError, MaskTypeError, ShapeMismatch, shown
from maskengine.ops.argmax import argmax
from maskengine.quality._changed_regions import (
    ChangedRegions,
    as_width,
    border_band,
    regions_of,
)
from maskengine.quality._labels import as_labels, places, position

# Pixels of the map, the strength of the objection to each, the label that is proposed; and what
# strengths are to be divided by: votes are added up as whole numbers, so that equal sums are equal.
_Objections = tuple[npt.NDArray[np.int64], npt.NDArray[np.float64], npt.NDArray[np.int64], int]


def review_queue(
    pre: Any,
    evidence: Any,
    *,
    kind: Literal["labels", "logits", "probabilities"] = "labels",
    labels: Any = None,
    threshold: float | None = None,
    void: int | Iterable[int] = (),
    width: int = 2,
) -> ChangedRegions:
    """Rank the regions of a pre-label that other evidence speaks against.

    Parameters
    ----------
    pre : array_like
        The label map (H, W), of any integer dtype.
    evidence : array_like
        An ensemble of label maps (K, H, W), of other models, augmentations or annotators; or
        scores of classes (C, H, W), as :func:`maskengine.argmax` takes them.
    kind : {"labels", "logits", "probabilities"}, default "labels"
        What `evidence` is.
    labels : array_like of int, optional
        (C,): the label of each class of scores; by default 0, 1, 2, ...
    threshold : float, optional
        Least strength of the objection to a pixel: by default above 0 for an ensemble, and 0.5 for
        scores. Strength is the share of maps with another label, or 1 minus the probability of
        the label in `pre`.
    void : int or iterable of int, optional
        Labels of `pre` that need no review.
    width : int, default 2
        How near to a border between labels of `pre` a pixel is on the boundary.

    Returns
    -------
    ChangedRegions
        Most urgent first: regions inside before those along the boundary, then by mass (strength,
        added up), then by area, then by the first pixel in raster order; no two are equal.
        `after` is the label proposed: of an ensemble the most frequent other one, the lower of
        equal ones; of scores the best other class.

    Raises
    ------
    MaskError
        If a score is refused, a label of `pre` is no class, or an argument none of its values.
    MaskTypeError
        If `pre` or an ensemble is not of integers, or scores of another dtype.
    ShapeMismatch
        If the shapes do not fit.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import review_queue
    >>> pre = np.zeros((20, 20), np.uint8)
    >>> pre[2:9, 2:9] = 1
    >>> pre[12:19, 5:12] = 2
    >>> moved = np.where(pre == 1, 0, pre)
    >>> moved[2:9, 3:10] = 1  # by a pixel
    >>> other = np.where(pre == 2, 3, pre)  # another class
    >>> found = review_queue(pre, [moved, other])
    >>> found.kind, found.before, found.after
    (('interior', 'boundary', 'boundary'), array([2, 1, 0], dtype=uint8), array([3, 0, 1]))
    """
    reach = as_width(width)
    before = _arrays.as_label_map(pre, "pre")
    if not _arrays.is_one_of(kind, "labels", "logits", "probabilities"):
        raise MaskError(
            f"expected 'labels', 'logits' or 'probabilities', got {shown(kind)}"[:200],
            parameter="kind",
        )
    least = _as_strength(threshold, 0.0 if kind == "labels" else 0.5)
    ignored = as_labels([void] if _arrays.is_integer(void) else void, "void")
    if kind == "labels":
        at, strength, proposed, of = _of_maps(before, evidence, least)
    else:
        at, strength, proposed, of = _of_scores(before, evidence, kind, labels, (least, ignored))
    keep = ~np.isin(before.ravel()[at], ignored)
    return _ranked(before, (at[keep], strength[keep], proposed[keep], of), reach)


def _as_strength(threshold: Any, default: float) -> float:
    if threshold is None:
        return default
    if isinstance(threshold, bool) or not isinstance(threshold, (int, float)):
        raise MaskTypeError(
            f"expected a number, got {shown(threshold)}"[:200], parameter="threshold"
        )
    if not 0 <= threshold <= 1:
        raise MaskError(
            f"expected a number in [0, 1], got {shown(threshold)}", parameter="threshold"
        )
    return float(threshold)


def _of_maps(before: npt.NDArray[Any], evidence: Any, least: float) -> _Objections:
    given = each(evidence, "evidence", "maps")
    maps = [_arrays.as_label_map(one, f"evidence[{i}]") for i, one in enumerate(given)]
    if not maps:
        raise MaskError("expected at least one map", parameter="evidence")
    for i, one in enumerate(maps):
        if one.shape != before.shape:
            raise ShapeMismatch(
                f"expected the shape of pre, {before.shape}, got {one.shape}",
                parameter="evidence",
                index=i,
            )
    others = np.zeros(before.shape, np.uint16 if len(maps) < 2**16 else np.uint32)
    for one in maps:
        others += one != before
    wanted = np.maximum(np.ceil(least * len(maps) - 1e-9), 1)
    at = np.flatnonzero(others >= wanted)
    votes = np.stack([one.ravel()[at].astype(np.int64) for one in maps])
    own = before.ravel()[at].astype(np.int64)
    return at, others.ravel()[at].astype(np.float64), _most_frequent(votes, own), len(maps)


def _most_frequent(
    votes: npt.NDArray[np.int64], own: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """Give the most frequent label of each column of (K, n) that is not its own."""
    ranked = np.sort(votes, axis=0)
    best = np.zeros(own.shape, np.int64)
    count = np.zeros(own.shape, np.int64)
    run = np.zeros(own.shape, np.int64)
    for k, row in enumerate(ranked):
        run = np.where((ranked[k - 1] == row) & (k > 0), run + 1, 1)
        better = (run > count) & (row != own)
        best[better], count[better] = row[better], run[better]
    return best


def _of_scores(
    before: npt.NDArray[Any],
    evidence: Any,
    kind: Literal["logits", "probabilities"],
    labels: Any,
    options: tuple[float, npt.NDArray[np.int64]],
) -> _Objections:
    least, ignored = options
    scores = _arrays.as_array(evidence, "evidence")
    if scores.ndim != 3 or scores.shape[1:] != before.shape:
        raise ShapeMismatch(
            f"expected shape (C, {before.shape[0]}, {before.shape[1]}), got {scores.shape}",
            parameter="evidence",
        )
    best, unsure = argmax(scores, kind=kind, uncertainty="confidence")  # checks every score
    given = np.arange(len(scores)) if labels is None else _arrays.listed(labels, "labels")
    if given.shape != (len(scores),):
        raise ShapeMismatch(
            f"expected a label of each of {len(scores)} classes, got {given.shape}",
            parameter="labels",
        )
    classes = as_labels(given.tolist(), "labels")
    present = np.unique(before)
    if before.dtype == np.uint64 and present.size and int(present[-1]) >= 2**63:
        raise MaskError("expected labels in int64", parameter="pre")
    present = present.astype(np.int64)
    strange = present[(places(present, classes) < 0) & ~np.isin(present, ignored)]
    if strange.size:
        raise MaskError(
            f"expected labels of a class or void, got {strange[0]} at "
            f"{position(before, int(strange[0]))}",
            parameter="pre",
        )
    # A pixel of the best class with at least half of the probability needs no other look.
    own = places(before.ravel().astype(np.int64), classes)
    some = np.flatnonzero(((best.ravel() != own) | (unsure.ravel() >= least)) & (own >= 0))
    shares = _shares(scores.reshape(len(scores), -1)[:, some], kind)
    strength = 1 - np.take_along_axis(shares, own[some][np.newaxis], 0)[0]
    np.put_along_axis(shares, own[some][np.newaxis], -1, 0)
    keep = strength >= least
    proposed = classes[shares.argmax(axis=0)]
    return some[keep], strength[keep], proposed[keep], 1


def _shares(scores: npt.NDArray[Any], kind: str) -> npt.NDArray[np.float64]:
    """Give probabilities of (C, n) scores."""
    values = scores.astype(np.float64)
    if kind == "logits":
        values = np.exp(values - values.max(axis=0, initial=-np.inf))
    total = values.sum(axis=0)
    out = np.zeros_like(values)
    np.divide(values, total, out=out, where=total > 0)
    return out


def _ranked(before: npt.NDArray[Any], objections: _Objections, width: int) -> ChangedRegions:
    at, strength, proposed, of = objections
    own = before.ravel()[at].astype(np.int64)
    pairs, number = np.unique(np.stack([own, proposed], axis=1), axis=0, return_inverse=True)
    numbers = np.zeros(before.shape, np.uint32)
    numbers.ravel()[at] = number.reshape(-1) + 1
    found = regions_of(before, numbers, pairs, border_band(before, width), strength)
    urgency = np.array([one == "boundary" for one in found.kind], np.int64)
    x, y = found.first_pixel.T
    order = np.lexsort((x, y, -found.area, -found.mass, urgency))
    found = found.take(order)
    return replace(found, before=found.before.astype(before.dtype), mass=found.mass / of)
