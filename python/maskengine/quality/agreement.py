"""How far several annotators agree: kappas, overlaps, and each one against the others."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from maskengine.quality import _kappa
from maskengine.quality._raters import check_few, classes_of, winners
from maskengine.quality.rater_counts import RaterCounts, rater_counts

Status = Literal["ok", "undefined"]


@dataclass(frozen=True, eq=False)
class RaterScores:
    """Coefficients of agreement over some pixels; NaN where chance explains everything.

    Parameters
    ----------
    pixels : int
        That all annotated: those of `fleiss`.
    observed : float
        Share of pairs of labels of one pixel that are equal: Krippendorff's, in which a pixel with
        m labels weighs m. Where annotators are missing, not all pairs count alike.
    cohen : numpy.ndarray
        float64 (R, R): Cohen's kappa of each pair, over what both annotated.
    fleiss : float
        Fleiss' kappa, over what all annotated.
    alpha : float
        Krippendorff's alpha for nominal data; annotators may be missing anywhere.
    class_kappa : numpy.ndarray
        float64 (C,): Fleiss' kappa of each class against all others.
    coincidences : numpy.ndarray
        float64 (C, C): values that meet in one pixel, from which `alpha` is made: which classes are
        taken for each other.
    status : {"ok", "undefined"}
        Of `fleiss` and `alpha`: without pixels, or with a single class, there is no chance to
        compare with.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import agreement
    >>> agreement([np.zeros((2, 2), int)] * 3).pixels.status
    'undefined'
    """

    pixels: int
    observed: float
    cohen: npt.NDArray[np.float64]
    fleiss: float
    alpha: float
    class_kappa: npt.NDArray[np.float64]
    coincidences: npt.NDArray[np.float64]
    status: Status


@dataclass(frozen=True, eq=False)
class Agreement:
    """What :func:`agreement` makes of :class:`RaterCounts`; R annotators, C classes.

    Parameters
    ----------
    classes : numpy.ndarray
        int64 (C,): the labels that somebody gave, without void.
    pixels : RaterScores
        Over all pixels.
    band : RaterScores or None
        Over the pixels near an edge of labels of any annotator: without the interior, on which
        everybody agrees and which inflates the coefficients of all pixels.
    iou, boundary_iou : numpy.ndarray
        float64 (C, R, R): of each class and pair, over what both annotated; NaN where neither has
        the class. `boundary_iou` is None without a band.
    mean_iou, mean_boundary_iou : numpy.ndarray
        float64 (R, R): means over the classes that one of the pair has.
    pair_iou, pair_boundary_iou : float
        Means of these over all pairs of different annotators.
    leave_one_out : numpy.ndarray
        float64 (R,): mean IoU of each annotator with the majority of the others; pixels where they
        have none are left out.
    leave_one_out_accuracy : numpy.ndarray
        float64 (R,): share of those pixels with the label of that majority.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import agreement
    >>> same = np.array([[0, 0, 1, 1]])
    >>> found = agreement([same, same, np.array([[0, 1, 1, 1]])])
    >>> found.leave_one_out_accuracy.tolist()
    [1.0, 1.0, 0.75]
    """

    classes: npt.NDArray[np.int64]
    pixels: RaterScores
    band: RaterScores | None
    iou: npt.NDArray[np.float64]
    boundary_iou: npt.NDArray[np.float64] | None
    mean_iou: npt.NDArray[np.float64]
    mean_boundary_iou: npt.NDArray[np.float64] | None
    pair_iou: float
    pair_boundary_iou: float
    leave_one_out: npt.NDArray[np.float64]
    leave_one_out_accuracy: npt.NDArray[np.float64]


def agreement(maps: Any, void: Any = (), width: int | None = None) -> Agreement:
    """Measure how far annotators agree, by coefficients and by overlap.

    Parameters
    ----------
    maps : RaterCounts, sequence of array_like, Masks or PackedBits
        Counts, of one frame or the sum of many; or maps, as :func:`rater_counts` takes them.
    void, width
        As there, for maps.

    Returns
    -------
    Agreement

    Raises
    ------
    MaskError, MaskTypeError, ShapeMismatch, LimitExceeded
        As :func:`rater_counts`; also if there are more than 4096 labels, as instances have.

    Notes
    -----
    Cohen (1960), Fleiss (1971), Krippendorff (*Computing Krippendorff's Alpha-Reliability*, 2011);
    boundary IoU as Cheng et al. (CVPR 2021). All are sums over the distinct combinations of labels,
    of which a frame has few: time is that of :func:`joint`.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import agreement
    >>> raters = [[0, 0, 1, 1], [0, 1, 1, 1], [0, 0, 1, 0]]
    >>> found = agreement([np.array([row]) for row in raters])
    >>> round(found.pixels.fleiss, 6), round(found.pixels.alpha, 6)
    (0.333333, 0.388889)
    """
    counts = maps if isinstance(maps, RaterCounts) else rater_counts(maps, void, width)
    raters = counts.raters
    labels, pixels = counts.table.labels[:, :raters], counts.table.pixels
    classes, places = classes_of(labels, counts.void)
    check_few(classes)
    inside, either = _kappa.overlaps(places, pixels, classes.size)
    iou = _ratio(inside, either)
    band = boundary_iou = mean_boundary = None
    pair_boundary = math.nan
    if counts.banded:
        bits = counts.table.labels[:, raters]
        near = (bits >> raters & 1) == 1
        band = _scores(places[near], pixels[near], classes.size)
        boundary_iou = _ratio(*_outline_overlaps(places, bits, pixels, classes.size))
        mean_boundary = _mean(boundary_iou)
        pair_boundary = _over_pairs(mean_boundary)
    alone, accuracy = _leave_one_out(places, pixels, classes.size)
    return Agreement(
        classes,
        _scores(places, pixels, classes.size),
        band,
        iou,
        boundary_iou,
        _mean(iou),
        mean_boundary,
        _over_pairs(_mean(iou)),
        pair_boundary,
        alone,
        accuracy,
    )


def fleiss_kappa(maps: Any, void: Any = ()) -> float:
    """Give Fleiss' kappa of several annotators, and nothing else of :func:`agreement`.

    Parameters
    ----------
    maps : RaterCounts, sequence of array_like, Masks or PackedBits
        As there.
    void : int or iterable of int, optional
        Labels that say that nothing was annotated; such pixels are left out.

    Returns
    -------
    float
        NaN without pixels, or with a single class.

    Raises
    ------
    MaskError, MaskTypeError, ShapeMismatch, LimitExceeded
        As :func:`rater_counts`.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import fleiss_kappa
    >>> fleiss_kappa([np.array([[0, 1, 1]]), np.array([[0, 1, 1]])])
    1.0
    """
    counts = maps if isinstance(maps, RaterCounts) else rater_counts(maps, void, 0)
    labels = counts.table.labels[:, : counts.raters]
    classes, places = classes_of(labels, counts.void)
    return float(_kappa.fleiss(places, counts.table.pixels, classes.size)[0])


def _scores(
    places: npt.NDArray[np.int64], pixels: npt.NDArray[np.int64], classes: int
) -> RaterScores:
    met = _kappa.coincidences(places, pixels, classes)
    kappa, by_class, n = _kappa.fleiss(places, pixels, classes)
    total = float(met.sum())
    alpha = _kappa.alpha(met)
    fine = not (math.isnan(kappa) and math.isnan(alpha))
    return RaterScores(
        n,
        float(np.trace(met)) / total if total else math.nan,
        _kappa.cohen(places, pixels, classes),
        float(kappa),
        alpha,
        by_class,
        met,
        "ok" if fine else "undefined",
    )


def _outline_overlaps(
    places: npt.NDArray[np.int64],
    bits: npt.NDArray[np.int64],
    pixels: npt.NDArray[np.int64],
    classes: int,
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Give intersection and union of the bands inside the outlines of each class."""
    raters = places.shape[1]
    own = bits[:, None] >> np.arange(raters) & 1 == 1
    # the rest of a frame is one more class, in which no pair counts
    rest = np.where((places >= 0) & ~own, classes, places)
    inside, either = _kappa.overlaps(rest, pixels, classes + 1)
    return inside[:classes], either[:classes]


def _leave_one_out(
    places: npt.NDArray[np.int64], pixels: npt.NDArray[np.int64], classes: int
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    raters = places.shape[1]
    score, accuracy = np.full(raters, np.nan), np.full(raters, np.nan)
    for r in range(raters):
        chosen, equal, _ = winners(np.delete(places, r, axis=1), np.ones(raters - 1))
        both = np.stack([np.where(equal == 1, chosen, -1), places[:, r]], axis=1)
        inside, either = _kappa.overlaps(both, pixels, classes)
        score[r] = _mean(_ratio(inside, either))[0, 1]
        rated = (both >= 0).all(axis=1)
        n = int(pixels[rated].sum())
        if n:
            accuracy[r] = int(pixels[rated & (both[:, 0] == both[:, 1])].sum()) / n
    return score, accuracy


def _ratio(part: npt.NDArray[np.int64], whole: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    out = np.full(part.shape, np.nan)
    np.divide(part, whole, out=out, where=whole > 0)
    return out


def _mean(iou: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Average over classes, (C, R, R) -> (R, R), those left out that nobody has."""
    counted = (~np.isnan(iou)).sum(axis=0)
    total = np.nansum(iou, axis=0)
    out = np.full(total.shape, np.nan)
    np.divide(total, counted, out=out, where=counted > 0)
    return out


def _over_pairs(matrix: npt.NDArray[np.float64]) -> float:
    pairs = matrix[np.triu_indices(len(matrix), 1)]
    pairs = pairs[~np.isnan(pairs)]
    return float(pairs.mean()) if pairs.size else math.nan
