"""STAPLE of label maps: the truth behind them, and what each annotator makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine._arrays import as_count, as_flag
from maskengine.ops.joint import assign, joint
from maskengine.quality._decided import as_undecided, class_masks, first_of, narrow
from maskengine.quality._labels import as_void
from maskengine.quality._passes import Floats, Status, divided
from maskengine.quality._raters import as_raters, check_few, classes_of, winners
from maskengine.values import Masks

Longs = npt.NDArray[np.int64]
_Group = tuple[Longs, Longs, Longs]  # rows by label, labels, where each starts
_SETTLED = 1e-5  # of a change, as in ITK


@dataclass(frozen=True, eq=False)
class LabelStaple:
    """What :func:`staple_labels` found.

    Parameters
    ----------
    labels : numpy.ndarray
        The most probable label of each pixel, of the shape of the maps; undecided where several
        are.
    masks : Masks or None
        One mask of each class, in the order of `classes`; where asked for.
    classes : numpy.ndarray
        int64 (C,): the labels that somebody gave.
    confusion : numpy.ndarray
        float64 (R, C, C): of each annotator, row for row the label given, in columns the true one:
        how probable that label is for that truth.
    prior : numpy.ndarray
        float64 (C,): share of each label in all maps.
    confidence : numpy.ndarray or None
        float32: probability of the most probable label; where asked for.
    undecided : int
        Pixels without one most probable label.
    label_for_undecided : int
    iterations : int
        Passes that were needed.
    status : {"ok", "undefined", "not_converged"}
        ``"undefined"``: there is no pixel.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import staple_labels
    >>> staple_labels([np.array([[0, 3, 3]])] * 2).labels.tolist()
    [[0, 3, 3]]
    """

    labels: npt.NDArray[Any]
    masks: Masks | None
    classes: npt.NDArray[np.int64]
    confusion: Floats
    prior: Floats
    confidence: npt.NDArray[np.float32] | None
    undecided: int
    label_for_undecided: int
    iterations: int
    status: Status


def staple_labels(
    maps: Any,
    void: Any = (),
    *,
    undecided: int | None = None,
    max_iterations: int = 1000,
    confidence: bool = False,
    masks: bool = False,
) -> LabelStaple:
    """Estimate the true label map, and which labels each annotator gives for which.

    Parameters
    ----------
    maps : sequence of array_like, Masks or PackedBits
        Label maps of one shape, (H, W) or stacks (N, H, W), one for each annotator; or one mask for
        each of them.
    void : int or iterable of int, optional
        Labels that say that nothing was annotated. Where nobody did, the first of them is the
        result.
    undecided : int, optional
        The label of pixels without one most probable label; by default the greatest label of the
        maps plus one, as ITK has it.
    max_iterations : int, default 1000
        Passes at most, 0 or more; ITK has no limit.
    confidence : bool, default False
        Also give the probability of the most probable label.
    masks : bool, default False
        Also give the result as masks; for maps (H, W).

    Returns
    -------
    LabelStaple

    Raises
    ------
    MaskError
        If there is no map, or a number is out of range.
    MaskTypeError
        If a map is no array of integers.
    ShapeMismatch
        If a map is of another shape than the first.
    LimitExceeded
        If there are more than 62 maps, or 4096 labels.

    Notes
    -----
    Rohlfing, Russakoff and Maurer, *Performance-Based Classifier Combination in Atlas-Based Image
    Segmentation Using Expectation-Maximization Parameter Estimation*, IEEE Transactions on Medical
    Imaging, 2004, as ITK's ``MultiLabelSTAPLEImageFilter`` computes it: confusion matrices from the
    majority vote first, then probabilities and matrices in turn until no entry changes by 1e-5.
    Ties of that first vote are left out; ITK before 5.5 counts them for the next label.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import staple_labels
    >>> raters = [[0, 0, 5, 5, 7], [0, 0, 5, 5, 7], [0, 5, 5, 7, 7]]
    >>> staple_labels([np.array([row]) for row in raters]).labels.tolist()
    [[0, 0, 5, 5, 7]]
    """
    masks, confidence = as_flag(masks, "masks"), as_flag(confidence, "confidence")
    arrays = as_raters(maps, least=1)
    most = as_count(max_iterations, "max_iterations")
    ignored = as_void(void)
    table = joint(*arrays)
    own = as_undecided(undecided, table)
    classes, places = classes_of(table.labels, ignored)
    check_few(classes)
    pixels = table.pixels.astype(np.float64)
    rated = places >= 0
    each = np.broadcast_to(pixels[:, None], places.shape)
    shares: Floats = np.zeros(classes.size) + np.bincount(places[rated], each[rated], classes.size)
    prior = divided(shares, shares.sum(), shares)
    groups = _groups(places)
    confusion = _seed(places, groups, pixels, classes.size)
    truth = _truth(places, confusion, prior)
    iterations, settled = 0, False
    while iterations < most and not settled and classes.size:
        found = _expected(groups, truth * pixels[:, None], classes.size)
        totals = found.sum(axis=1, keepdims=True)
        found = divided(found, np.broadcast_to(totals, found.shape), found)
        settled = float(abs(found - confusion).max()) < _SETTLED
        confusion = found
        truth = _truth(places, confusion, prior)
        iterations += 1
    best = truth.max(axis=1, initial=0.0)
    tied = ((truth == best[:, None]).sum(axis=1) != 1) | (best == 0)
    labels = classes[truth.argmax(axis=1)] if classes.size else np.zeros(len(best), np.int64)
    labels = np.where(tied, own, labels)
    missing = (places < 0).all(axis=1)
    if missing.any():
        labels[missing] = first_of(ignored)
    out = assign(arrays, table, narrow(labels, own))
    return LabelStaple(
        out,
        class_masks(out, classes) if masks else None,
        classes,
        confusion,
        prior,
        assign(arrays, table, best.astype(np.float32)) if confidence else None,
        int(table.pixels[tied & ~missing].sum()),
        own,
        iterations,
        "undefined" if not classes.size else "ok" if settled else "not_converged",
    )


def _seed(places: Longs, groups: list[_Group], pixels: Floats, classes: int) -> Floats:
    """Give the confusion of each annotator with the majority; rows add up to 1."""
    chosen, equal, _ = winners(places, np.ones(places.shape[1]))
    truth = (np.arange(classes) == chosen[:, None]) & (equal == 1)[:, None]
    found = _expected(groups, truth * pixels[:, None], classes)
    totals = found.sum(axis=2, keepdims=True)
    return divided(found, np.broadcast_to(totals, found.shape), found)


def _groups(places: Longs) -> list[_Group]:
    """Sort the rows by the label that each annotator gave, once for all passes."""
    out = []
    for column in places.T:
        order = np.argsort(column, kind="stable")[np.count_nonzero(column < 0) :]
        labels, starts = np.unique(column[order], return_index=True)
        out.append((order, labels, starts))
    return out


def _expected(groups: list[_Group], truth: Floats, classes: int) -> Floats:
    """Add up truth, (K, C), by the label that each annotator gave: (R, C, C)."""
    out = np.zeros((len(groups), classes, classes))
    for matrix, (order, labels, starts) in zip(out, groups, strict=True):
        if order.size:
            matrix[labels] = np.add.reduceat(truth[order], starts, axis=0)
    return out


def _truth(places: Longs, confusion: Floats, prior: Floats) -> Floats:
    """Give the probability of each class, (K, C), for each row of labels."""
    out = np.tile(prior, (len(places), 1))
    missing = np.ones((1, prior.size))  # at place -1
    for matrix, column in zip(confusion, places.T, strict=True):
        out *= np.concatenate([matrix, missing])[column]
    totals = out.sum(axis=1, keepdims=True)
    return divided(out, np.broadcast_to(totals, out.shape), out)
