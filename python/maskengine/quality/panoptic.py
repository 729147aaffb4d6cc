"""Panoptic quality: segments of a prediction matched with those of a reference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine._backend import core
from maskengine.errors import MaskError, MaskTypeError, ShapeMismatch
from maskengine.ops._label_maps import LabelMap, as_label_list
from maskengine.ops.joint import joint
from maskengine.quality._labels import as_array, as_map_pair
from maskengine.quality._segments import as_categories, as_segments, strange_label
from maskengine.quality._status import Status, statuses
from maskengine.quality._tolerance import PairTolerances, band
from maskengine.values import LabelRuns
from maskengine.values.summable import Summable

_UNIT = 53  # an IoU above 0.5 is a whole multiple of 2^-53, so sums of integers are exact
_LOW = 27  # bits of it that are summed apart: iou_low_bits in C++


@dataclass(frozen=True, eq=False)
class PanopticMatches(Summable):
    """Matched and unmatched segments of each category.

    Counts of several frames, or of several workers, add up, whatever their order, to the same
    bits: ``a + b``, or ``sum(parts)``.

    Parameters
    ----------
    categories : numpy.ndarray
        int64 (C,): category ids.
    things : numpy.ndarray
        bool (C,): whether the category is of things.
    tp, fp, fn : numpy.ndarray
        int64 (C,): matched segments; unmatched ones of the prediction, and of the reference.
    iou_units : numpy.ndarray
        int64 (C, 2): sum of the IoU of matched segments, exactly: the columns, times 2^27 and 1,
        add up to it in units of 2^-53.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import panoptic_matches
    >>> frame = panoptic_matches(np.array([[5, 5, 5]]), np.array([[7, 7, 0]]), {5: 1}, {7: 1}, [1])
    >>> (frame + frame).tp.tolist(), (frame + frame).iou.round(3).tolist()
    ([2], [1.333])
    """

    categories: npt.NDArray[np.int64]
    things: npt.NDArray[np.bool_]
    tp: npt.NDArray[np.int64]
    fp: npt.NDArray[np.int64]
    fn: npt.NDArray[np.int64]
    iou_units: npt.NDArray[np.int64]

    @property
    def iou(self) -> npt.NDArray[np.float64]:
        """float64 (C,): sum of the IoU of matched segments."""
        exact = [(int(high) << _LOW) + int(low) for high, low in self.iou_units.tolist()]
        return np.array([units / 2**_UNIT for units in exact], np.float64)

    def __add__(self, other: PanopticMatches) -> PanopticMatches:
        if not isinstance(other, PanopticMatches):
            return NotImplemented
        if not np.array_equal(self.categories, other.categories) or not np.array_equal(
            self.things, other.things
        ):
            raise MaskError("expected counts of the same categories", parameter="other")
        return PanopticMatches(
            self.categories,
            self.things,
            self.tp + other.tp,
            self.fp + other.fp,
            self.fn + other.fn,
            self.iou_units + other.iou_units,
        )


@dataclass(frozen=True)
class PanopticAverage:
    """Means over the categories that have segments.

    Parameters
    ----------
    pq, sq, rq : float
        Panoptic, segmentation and recognition quality; NaN without such a category.
    counted : int
        Categories in the means.

    Examples
    --------
    >>> from maskengine.quality import PanopticAverage
    >>> PanopticAverage(pq=0.5, sq=1.0, rq=0.5, counted=3).pq
    0.5
    """

    pq: float
    sq: float
    rq: float
    counted: int


@dataclass(frozen=True, eq=False)
class PanopticScores:
    """What :func:`panoptic_quality` makes of :class:`PanopticMatches`.

    Parameters
    ----------
    pq, sq, rq : numpy.ndarray
        float64 (C,): of each category; NaN where its status is ``"both_empty"``.
    status : tuple of str
        Of each category: ``"ok"``; ``"both_empty"``, without segments to count; ``"ref_empty"`` and
        ``"pred_empty"``, without such on one side (its scores are 0).
    all, things, stuff : PanopticAverage
        Means over categories.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import panoptic_matches, panoptic_quality
    >>> scene = np.array([[5, 5, 6]])
    >>> found = panoptic_matches(scene, scene, {5: 1, 6: 2}, {5: 1, 6: 2}, {1: True, 2: False})
    >>> panoptic_quality(found).stuff
    PanopticAverage(pq=1.0, sq=1.0, rq=1.0, counted=1)
    """

    pq: npt.NDArray[np.float64]
    sq: npt.NDArray[np.float64]
    rq: npt.NDArray[np.float64]
    status: tuple[Status, ...]
    all: PanopticAverage
    things: PanopticAverage
    stuff: PanopticAverage


def panoptic_matches(
    reference: Any,
    prediction: Any,
    reference_segments: Any,
    prediction_segments: Any,
    categories: Any,
    *,
    void: int = 0,
    boundary: float | PairTolerances | None = None,
) -> PanopticMatches:
    """Match the segments of two panoptic maps.

    Parameters
    ----------
    reference, prediction : array_like
        Panoptic maps (H, W) of segment ids, of any integer dtype, memory order and stride; or as
        runs, as :func:`confusion` takes them.
    reference_segments, prediction_segments : mapping or iterable of mapping
        The segments: ``{id: category id}``, or COCO's ``segments_info`` with ``"id"``,
        ``"category_id"`` and, for the reference, ``"iscrowd"``. Areas are counted, not read.
    categories : mapping or iterable
        ``{category id: is it of things}``, COCO's ``categories`` with ``"id"`` and ``"isthing"``,
        or ids, which then are of things.
    void : int, default 0
        The id of pixels without a segment.
    boundary : float or PairTolerances, optional
        For boundary PQ: the width of bands along outlines, as :func:`boundary_iou` takes it (0.02
        is usual; pairs are those of segment ids). The IoU of two segments is then the lesser of
        that of their pixels and that of their bands.

    Returns
    -------
    PanopticMatches

    Raises
    ------
    MaskError
        If a map has an id that is no segment (names the first pixel), a segment of the prediction
        has no pixel, an id or a category is listed twice, or a category is unknown.
    MaskTypeError
        If a map is no array of integers, or a list not as described.
    ShapeMismatch
        If the maps differ in shape.

    Notes
    -----
    Kirillov et al., *Panoptic segmentation*, 2019, with void and crowd as in ``panopticapi``:
    segments of one category match when their IoU exceeds 0.5, where pixels of the predicted
    segment on void leave the union; a crowd matches nothing and is missed by nobody; an unmatched
    predicted segment is forgiven when more than half of it lies on void and on crowds of its
    category. A listed segment of the reference without pixels counts as missed. Boundary PQ as in
    ``boundary-iou-api`` (Cheng et al., CVPR 2021), whatever the ids of segments are. All crowds of
    a category count, where ``panopticapi`` sees the last one alone.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import panoptic_matches
    >>> reference = np.array([[5, 5, 5, 6, 6, 0]])
    >>> prediction = np.array([[1, 1, 1, 1, 2, 2]])
    >>> found = panoptic_matches(reference, prediction, {5: 1, 6: 2}, {1: 1, 2: 2}, [1, 2])
    >>> found.tp.tolist(), found.fp.tolist(), found.fn.tolist(), found.iou.tolist()
    ([1, 0], [0, 1], [0, 1], [0.75, 0.0])
    """
    void = int(as_label_list([void], "void")[0])
    ids, things = as_categories(categories)
    ours = as_segments(reference_segments, "reference_segments", ids, void)
    theirs = as_segments(prediction_segments, "prediction_segments", ids, void)
    first, second = as_map_pair(reference, prediction)
    if isinstance(first, LabelRuns):
        if len(first) != 1:
            raise ShapeMismatch(f"expected one map, got {len(first)}", parameter="reference")
    elif first.ndim != 2:
        raise ShapeMismatch(f"expected shape (H, W), got {first.shape}", parameter="reference")
    met, pixels, bands = _joint_of(first, second, boundary)
    found = core.match_segments(
        met,
        pixels,
        bands,
        (ours.ids, ours.category),
        ours.crowd,
        (theirs.ids, theirs.category),
        void,
        ids.size,
    )
    strange, strange_there, unseen, *counts = found
    if strange >= 0:
        raise strange_label(int(met[strange, 0]), "reference", first)
    if strange_there >= 0:
        raise strange_label(int(met[strange_there, 1]), "prediction", second)
    if unseen >= 0:
        raise MaskError(
            f"expected segments with pixels, got id {theirs.ids[unseen]} without",
            parameter="prediction_segments",
            index=unseen,
        )
    return PanopticMatches(ids, things, *counts)


def _joint_of(
    first: LabelMap, second: LabelMap, width: Any
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64] | None]:
    """Give pairs of ids, their pixels and, where a width is given, the pixels in bands."""
    if width is None:
        if isinstance(first, LabelRuns):
            found = joint(first, second)
            return found.labels, found.pixels, None
        return *core.joint((first, second)), None
    maps = as_array(first), as_array(second)
    code = band(maps[0], width, "background").view(np.uint8)
    code |= band(maps[1], width, "background").view(np.uint8) << 1
    found = joint(*maps, code)
    pairs, bits, pixels = found.labels[:, :2], found.labels[:, 2], found.pixels
    if not len(pixels):
        return pairs, pixels, np.zeros((0, 3), np.int64)
    starts = np.flatnonzero(np.r_[True, (pairs[1:] != pairs[:-1]).any(axis=1)])
    in_bands = np.stack([pixels * (bits & 1 > 0), pixels * (bits & 2 > 0), pixels * (bits == 3)], 1)
    return (
        pairs[starts], np.add.reduceat(pixels, starts), np.add.reduceat(in_bands, starts)
    )  # fmt: skip


def panoptic_quality(matches: PanopticMatches) -> PanopticScores:
    """Give panoptic, segmentation and recognition quality from matches.

    Parameters
    ----------
    matches : PanopticMatches
        Of one frame, or the sum over many.

    Returns
    -------
    PanopticScores

    Raises
    ------
    MaskTypeError
        If `matches` is no :class:`PanopticMatches`.

    Notes
    -----
    SQ = sum of IoU / TP (0 without TP), RQ = TP / (TP + FP / 2 + FN / 2), PQ = SQ RQ; means over
    the categories with any segment (Kirillov et al., *Panoptic segmentation*, 2019).

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import panoptic_matches, panoptic_quality
    >>> reference, prediction = np.array([[5, 5, 5, 5, 6]]), np.array([[1, 1, 1, 3, 2]])
    >>> found = panoptic_matches(reference, prediction, {5: 1, 6: 1}, {1: 1, 2: 1, 3: 1}, [1])
    >>> scores = panoptic_quality(found)
    >>> scores.sq.tolist(), scores.rq.tolist(), scores.pq.tolist()
    ([0.875], [0.8], [0.7000000000000001])
    """
    if not isinstance(matches, PanopticMatches):
        raise MaskTypeError(
            f"expected PanopticMatches, got {type(matches).__name__}", parameter="matches"
        )
    tp, fp, fn = matches.tp, matches.fp, matches.fn
    present = tp + fp + fn > 0
    nothing = np.where(present, 0.0, np.nan)
    sq = np.divide(matches.iou, tp, out=nothing.copy(), where=tp > 0)
    rq = np.divide(tp, tp + fp / 2 + fn / 2, out=nothing, where=present)
    pq = sq * rq
    means = [
        _average(pq, sq, rq, present & chosen)
        for chosen in (np.ones_like(matches.things), matches.things, ~matches.things)
    ]
    return PanopticScores(pq, sq, rq, statuses(tp + fn > 0, tp + fp > 0), *means)


def _average(
    pq: npt.NDArray[np.float64],
    sq: npt.NDArray[np.float64],
    rq: npt.NDArray[np.float64],
    chosen: npt.NDArray[np.bool_],
) -> PanopticAverage:
    n = int(chosen.sum())
    if n == 0:
        return PanopticAverage(float("nan"), float("nan"), float("nan"), 0)
    p, s, r = (float(column[chosen].mean()) for column in (pq, sq, rq))
    return PanopticAverage(p, s, r, n)
