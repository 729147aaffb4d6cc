"""Systematic habits: how far each annotator draws the edges of labels inside or outside others."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine._booleans import as_numbered
from maskengine.errors import MaskError, MaskTypeError, ShapeMismatch, shown
from maskengine.ops.edge_offset import EdgeOffsets, edge_offset
from maskengine.quality._labels import as_void
from maskengine.quality._raters import as_raters
from maskengine.quality.consensus import consensus
from maskengine.values.summable import Summable

Longs = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
_SUMS = 9  # columns of OffsetSums after the keys


@dataclass(frozen=True, eq=False)
class OffsetSums:
    """Sums over edges, of K rows and R annotators; they add up over frames and workers.

    Parameters
    ----------
    keys : numpy.ndarray
        int64 (K, 2) or (K, 1): the pair of labels, or the label, of each row; sorted.
    sums : numpy.ndarray
        float64 (K, R, 9): edges n; of these, cut off at the limit; edges where the annotator has
        other labels; offsets s in pixels; their squares; frames with edges; and sums over frames f
        of n_f^2, n_f s_f and s_f^2, from which the confidence interval is made. All but the last
        two are exact, in any order of adding.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import boundary_offsets
    >>> maps = [np.array([[1, 1, 2, 2]]), np.array([[1, 1, 1, 2]])]
    >>> boundary_offsets(maps, 0).pairs.keys.tolist()
    [[1, 2]]
    """

    keys: Longs
    sums: Floats

    def __add__(self, other: OffsetSums) -> OffsetSums:
        if not isinstance(other, OffsetSums):
            return NotImplemented
        return _grouped(
            np.concatenate([self.keys, other.keys]), np.concatenate([self.sums, other.sums])
        )


@dataclass(frozen=True, eq=False)
class BoundaryOffsets(Summable):
    """Offsets of edges of R annotators; those of several frames add up: ``a + b``, ``sum(parts)``.

    Parameters
    ----------
    pairs : OffsetSums
        By pair of labels a < b that share an edge in the reference; positive where a has grown.
    classes : OffsetSums
        By label, over all its edges; positive where it has grown.
    raters : int
        R.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import boundary_offsets
    >>> maps = [np.array([[1, 1, 2, 2]]), np.array([[1, 1, 1, 2]])]
    >>> both = sum([boundary_offsets(maps, 0), boundary_offsets(maps, 0)])
    >>> both.pairs.sums[0, 1, 0].item()
    2.0
    """

    pairs: OffsetSums
    classes: OffsetSums
    raters: int

    def __add__(self, other: BoundaryOffsets) -> BoundaryOffsets:
        if not isinstance(other, BoundaryOffsets):
            return NotImplemented
        if self.raters != other.raters:
            raise MaskError("expected offsets of as many annotators", parameter="other")
        return BoundaryOffsets(self.pairs + other.pairs, self.classes + other.classes, self.raters)


@dataclass(frozen=True, eq=False)
class OffsetScores:
    """Means of the rows of :class:`OffsetSums`, K rows and R annotators; NaN without edges.

    Parameters
    ----------
    keys : numpy.ndarray
        int64 (K, 2) or (K, 1): as there.
    edges, clipped, elsewhere, frames : numpy.ndarray
        int64 (K, R): counts.
    mean, std : numpy.ndarray
        float64 (K, R): of the offsets, in pixels.
    low, high : numpy.ndarray
        float64 (K, R): the confidence interval of the mean. From two frames on, frames are the
        sample (edges of one frame are alike), with Student's t; in one frame edges are, and the
        interval is too narrow.
    systematic : numpy.ndarray
        bool (K, R): whether all of the interval lies beyond `at_least`, on one side.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import boundary_offsets, offset_scores
    >>> maps = [np.array([[1, 1, 2, 2]]), np.array([[1, 1, 1, 2]])]
    >>> offset_scores(boundary_offsets(maps, 0).classes).mean.tolist()
    [[0.0, 1.0], [0.0, -1.0]]
    """

    keys: Longs
    edges: Longs
    clipped: Longs
    elsewhere: Longs
    frames: Longs
    mean: Floats
    std: Floats
    low: Floats
    high: Floats
    systematic: npt.NDArray[np.bool_]


def boundary_offsets(
    maps: Any,
    reference: Any = None,
    void: Any = (),
    *,
    limit: float = 10.0,
    metric: Literal["euclidean", "chebyshev", "cityblock"] = "euclidean",
) -> BoundaryOffsets:
    """Measure where each annotator draws the edges between labels, against a reference.

    Parameters
    ----------
    maps : sequence of array_like, or Masks
        Label maps of one shape, (H, W) or stacks of N frames (N, H, W), of 2 to 62 annotators; or
        one mask of each.
    reference : array_like or int, optional
        A map, or stack, of that shape; or the place of an annotator in `maps`. By default the
        majority of three annotators or more; edges of what has none are left out.
    void : int or iterable of int, optional
        Labels that say that nothing was annotated: no edge of theirs is measured.
    limit : float, default 10
        Offsets are cut off here, in pixels: what is gone altogether has no edge nearby.
    metric : {"euclidean", "chebyshev", "cityblock"}, default "euclidean"
        How distances are measured, see :func:`maskengine.edge_offset`.

    Returns
    -------
    BoundaryOffsets

    Raises
    ------
    MaskError
        If there are two maps and no reference, or an option is out of range.
    MaskTypeError, ShapeMismatch, LimitExceeded
        As :func:`rater_counts`, of maps and reference.

    Notes
    -----
    For each edge between pixels of labels a and b of the reference, the signed distance to where
    the annotator has the edge of a and b.

    Examples
    --------
    >>> import numpy as np
    >>> import maskengine as me
    >>> from maskengine.quality import boundary_offsets, offset_scores
    >>> drawn = np.zeros((20, 20), np.uint8)
    >>> drawn[5:15, 5:15] = 1
    >>> found = boundary_offsets([drawn, drawn, me.dilate(drawn, 1)])
    >>> offset_scores(found.classes).mean[1].tolist()
    [0.0, 0.0, 1.0]
    """
    arrays = as_raters(maps)
    ignored = as_void(void)
    given, ignored = _reference(arrays, reference, ignored)
    stack = given if given.ndim == 3 else given[None]
    rows: list[tuple[Longs, Floats]] = []
    for n, frame in enumerate(stack):
        for r, array in enumerate(arrays):
            label_map = array if array.ndim == 2 else array[n]
            found = edge_offset(frame, label_map, limit, metric)
            keys = found.pairs.astype(np.int64)
            keep = ~np.any(np.isin(keys, ignored), axis=1, keepdims=True)[:, 0]
            rows.append(_by_pair(keys[keep], found, keep, (r, len(arrays))))
            rows.append(_by_class(*rows[-1]))
    return BoundaryOffsets(
        _collected(rows[::2], 2, len(arrays)), _collected(rows[1::2], 1, len(arrays)), len(arrays)
    )


def offset_scores(
    sums: OffsetSums, confidence: float = 0.95, at_least: float = 0.25
) -> OffsetScores:
    """Give means and confidence intervals of offsets.

    Parameters
    ----------
    sums : OffsetSums
        ``offsets.pairs`` or ``offsets.classes`` of :class:`BoundaryOffsets`, of one frame or the
        sum of many.
    confidence : float, default 0.95
        Of the interval, in (0, 1).
    at_least : float, default 0.25
        Means below this many pixels do not matter.

    Returns
    -------
    OffsetScores

    Raises
    ------
    MaskTypeError
        If `sums` is something else.
    MaskError
        If a number is out of range.

    Notes
    -----
    The mean is a ratio of sums over frames, and its variance that of a ratio estimator of clusters
    (Cochran, *Sampling Techniques*, 1977, section 6.3).

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import boundary_offsets, offset_scores
    >>> frame = boundary_offsets([np.array([[1, 1, 2, 2]]), np.array([[1, 1, 1, 2]])], 0)
    >>> offset_scores(sum([frame, frame, frame]).classes).systematic.tolist()
    [[False, True], [False, True]]
    """
    if not isinstance(sums, OffsetSums):
        raise MaskTypeError(f"expected OffsetSums, got {type(sums).__name__}", parameter="sums")
    for name, value, most in (("confidence", confidence, 1), ("at_least", at_least, math.inf)):
        good = isinstance(value, (int, float)) and not isinstance(value, bool)
        if not good or not (0 <= value < most) or (name == "confidence" and value == 0):
            raise MaskError(f"expected a number below {most}, got {shown(value)}", parameter=name)
    n, clipped, elsewhere, s, squares, frames, nn, ns, ss = np.moveaxis(sums.sums, -1, 0)
    some = np.where(n > 0, n, np.nan)
    mean = s / some
    variance = np.maximum(squares / some - mean**2, 0) * n / np.where(n > 1, n - 1, np.nan)
    between = np.maximum(ss - 2 * mean * ns + mean**2 * nn, 0) / some**2
    several = frames > 1
    spread = np.where(several, between * frames / np.maximum(frames - 1, 1), variance / some)
    half = np.sqrt(spread) * _factors(np.where(several, frames, 0), confidence)
    low, high = mean - half, mean + half
    return OffsetScores(
        sums.keys,
        n.astype(np.int64),
        clipped.astype(np.int64),
        elsewhere.astype(np.int64),
        frames.astype(np.int64),
        mean,
        np.sqrt(variance),
        low,
        high,
        (low > at_least) | (high < -at_least),
    )


def _reference(
    arrays: list[npt.NDArray[Any]], reference: Any, void: Longs
) -> tuple[npt.NDArray[Any], Longs]:
    """Give the reference, and labels whose edges are not measured."""
    if reference is None:
        if len(arrays) == 2:
            raise MaskError("expected one with two maps, got none", parameter="reference")
        found = consensus(arrays, void=void)
        return found.labels, np.append(void, found.label_for_undecided)
    if _arrays.is_whole(reference):
        if not 0 <= reference < len(arrays):
            raise MaskError(
                f"expected the place of one of {len(arrays)} maps, got {shown(reference)}",
                parameter="reference",
            )
        return arrays[int(reference)], void
    array = as_numbered(reference, "reference")
    if array.shape != arrays[0].shape:
        raise ShapeMismatch(
            f"expected {arrays[0].shape} as the maps, got {array.shape}", parameter="reference"
        )
    return array.view(np.uint8) if array.dtype.kind == "b" else array, void


def _by_pair(
    keys: Longs, found: EdgeOffsets, keep: npt.NDArray[np.bool_], place: tuple[int, int]
) -> tuple[Longs, Floats]:
    """Give the rows of one frame and annotator, among empty ones of the others."""
    rater, raters = place
    sums = np.zeros((len(keys), raters, _SUMS))
    columns = (found.edges, found.clipped, found.elsewhere, found.sum, found.squares)
    for at, column in enumerate(columns):
        sums[:, rater, at] = column[keep]
    return keys, _with_frame(sums)


def _with_frame(sums: Floats) -> Floats:
    """Fill the columns that are of a frame as a whole."""
    n, s = sums[..., 0], sums[..., 3]
    for at, column in enumerate((n > 0, n * n, n * s, s * s), 5):
        sums[..., at] = column
    return sums


def _by_class(keys: Longs, sums: Floats) -> tuple[Longs, Floats]:
    """Add up the pairs of each label; what one gains at an edge the other loses."""
    turned = sums.copy()
    turned[..., 3] *= -1
    both = _grouped(keys.T.reshape(-1, 1), np.concatenate([sums, turned]))
    return both.keys, _with_frame(both.sums)


def _collected(rows: list[tuple[Longs, Floats]], width: int, raters: int) -> OffsetSums:
    keys = [np.zeros((0, width), np.int64), *(each for each, _ in rows)]
    sums = [np.zeros((0, raters, _SUMS)), *(each for _, each in rows)]
    return _grouped(np.concatenate(keys), np.concatenate(sums))


def _grouped(keys: Longs, sums: Floats) -> OffsetSums:
    distinct, place = np.unique(keys, axis=0, return_inverse=True)
    out = np.zeros((len(distinct), *sums.shape[1:]))
    np.add.at(out, place.reshape(-1), sums)
    return OffsetSums(distinct, out)


def _factors(frames: Floats, confidence: float) -> Floats:
    """Give how many standard errors the interval reaches: Student's t, or normal for 0 frames."""
    normal = NormalDist().inv_cdf((1 + confidence) / 2)
    known = {0: normal}
    for degrees in np.unique(frames[frames > 1].astype(np.int64) - 1).tolist():
        known[degrees] = student(degrees, confidence) if degrees < 1000 else normal
    flat = [known[max(count - 1, 0)] for count in frames.astype(np.int64).ravel().tolist()]
    return np.array(flat, np.float64).reshape(frames.shape)


def student(degrees: int, confidence: float) -> float:
    """Give the t below whose absolute value Student's variable lies with this probability."""
    return _inverse(lambda t: _student_within(t, degrees), confidence)


def _inverse(function: Callable[[float], float], wanted: float) -> float:
    low, high = 0.0, 1.0
    while function(high) < wanted:
        high *= 2
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if function(middle) < wanted else (low, middle)
    return high


def _student_within(t: float, degrees: int) -> float:
    """Sum the finite series of Abramowitz and Stegun, 26.7.3 and 26.7.4."""
    angle = math.atan(t / math.sqrt(degrees))
    cosine, sine = math.cos(angle), math.sin(angle)
    odd = degrees % 2
    term = sine * (cosine if odd else 1.0)
    total = 0.0
    for k in range(2 + odd, degrees + 1, 2):
        total += term
        term *= cosine**2 * (k - 1) / k
    return (angle + total) * 2 / math.pi if odd else total
