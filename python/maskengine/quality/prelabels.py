"""What a model gives -> labels or masks to be corrected, and where they are unsure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine.errors import MaskError, MaskTypeError, ShapeMismatch, shown
from maskengine.ops.absorb_small import absorb_small
from maskengine.ops.area import area
from maskengine.ops.argmax import Kind, Ties, Uncertainty, argmax
from maskengine.ops.clean import remove_small
from maskengine.ops.decode import decode
from maskengine.ops.encode import encode
from maskengine.ops.label import label
from maskengine.values import Masks


@dataclass(frozen=True, eq=False)
class PreLabels:
    """What :func:`prelabel` made of scores: a map, and K regions of it in columns.

    Parameters
    ----------
    label_map : numpy.ndarray
        (H, W): the labels.
    uncertainty : numpy.ndarray
        float32 (H, W): from 0, sure, to 1.
    label : numpy.ndarray
        (K,): of each region, in the dtype of the map. A region is connected and has one label that
        is not void; regions are in raster order of their first pixels.
    area : numpy.ndarray
        int64 (K,): pixels.
    bbox : numpy.ndarray
        int64 (K, 4): left, top, width, height, in pixels.
    mean_uncertainty : numpy.ndarray
        float64 (K,): over its pixels.
    absorbed : int
        Pixels that have another label than their best class, as their region was too small.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import prelabel
    >>> found = prelabel(np.array([[[0.75, 0.75]], [[0.25, 0.25]]]), kind="probabilities")
    >>> found.label, found.mean_uncertainty
    (array([0], dtype=uint8), array([0.5]))
    """

    label_map: npt.NDArray[Any]
    uncertainty: npt.NDArray[np.float32]
    label: npt.NDArray[Any]
    area: npt.NDArray[np.int64]
    bbox: npt.NDArray[np.int64]
    mean_uncertainty: npt.NDArray[np.float64]
    absorbed: int

    def __len__(self) -> int:
        return len(self.area)


@dataclass(frozen=True, eq=False)
class PreMasks:
    """What :func:`prelabel_masks` made of N planes of scores.

    Parameters
    ----------
    masks : Masks
        N masks.
    mean_uncertainty : numpy.ndarray
        float64 (N,): mean of ``1 - |2 p - 1|`` over the pixels of each mask; NaN without pixels.
    stability : numpy.ndarray
        float64 (N,): pixels above the threshold plus `offset`, divided by those above it minus
        `offset`; NaN without the latter.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import prelabel_masks
    >>> prelabel_masks(np.array([[[0.5, 1.0]]]), kind="probabilities").mean_uncertainty
    array([0.])
    """

    masks: Masks
    mean_uncertainty: npt.NDArray[np.float64]
    stability: npt.NDArray[np.float64]


def prelabel(
    scores: Any,
    *,
    kind: Kind = "logits",
    labels: Any = None,
    ties: Ties = "first",
    threshold: float = 0.0,
    void: int | None = None,
    min_area: Any = 0,
    uncertainty: Uncertainty = "margin",
    connectivity: Literal[4, 8] = 8,
) -> PreLabels:
    """Make a label map of the scores of classes, and measure how unsure its regions are.

    Parameters
    ----------
    scores : array_like
        Shape (C, H, W): float16, float32, float64, or uint8 for probabilities.
    kind, labels, ties, threshold, void, uncertainty
        As for :func:`maskengine.argmax`.
    min_area : int or mapping, default 0
        Regions of fewer pixels take the label with which they share the longest border, as
        :func:`maskengine.absorb_small` does: one number, or ``{label: pixels}``. Void is taken only
        by a region that touches nothing else; without one, such a region stays.
    connectivity : {8, 4}, default 8
        Whether pixels of one label that touch at a corner are of one region (8) or not (4).

    Returns
    -------
    PreLabels

    Raises
    ------
    MaskError
        If a score is NaN or infinite (names its index), or an argument none of its values.
    MaskTypeError
        If `scores` is of another dtype.
    ShapeMismatch
        If `scores` is not of three dimensions.

    Notes
    -----
    Uncertainty stays that of the scores, also of pixels that took another label.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import prelabel
    >>> wall = np.array([[0.75, 0.75, 0.25, 0.75, 0.75]] * 2)
    >>> found = prelabel(np.stack([wall, 1 - wall]), kind="probabilities", min_area=3)
    >>> found.label_map.tolist(), found.absorbed
    ([[0, 0, 0, 0, 0], [0, 0, 0, 0, 0]], 2)
    """
    scores = _arrays.as_array(scores, "scores")
    if scores.ndim != 3:
        raise ShapeMismatch(f"expected shape (C, H, W), got {scores.shape}", parameter="scores")
    if uncertainty is None:
        raise MaskTypeError("expected a measure, got None", parameter="uncertainty")
    best, measure = argmax(
        scores, kind=kind, labels=labels, ties=ties, threshold=threshold, void=void,
        uncertainty=uncertainty,
    )  # fmt: skip
    label_map, absorbed = best, 0
    if not (_arrays.is_whole(min_area) and min_area == 0):
        label_map, changes = _without_small(best, min_area, connectivity, void)
        absorbed = changes
    image, n, stats = label(_shifted(label_map, void), connectivity, kind="labels", stats=True)
    sums = np.bincount(image.ravel(), measure.ravel(), minlength=n + 1)[1:]
    first = stats.first_pixel
    return PreLabels(
        label_map,
        measure,
        label_map[first[:, 1], first[:, 0]],
        stats.area,
        stats.bbox,
        sums / stats.area,
        absorbed,
    )


def _shifted(label_map: npt.NDArray[Any], void: int | None) -> npt.NDArray[Any]:
    """Give a map in which 0 is void, and no label."""
    wide = label_map.astype(_arrays.narrowest_dtype(0, np.iinfo(label_map.dtype).max + 1))
    wide += 1
    if void is not None:
        wide[label_map == void] = 0
    return wide


def _without_small(
    best: npt.NDArray[Any], min_area: Any, connectivity: Literal[4, 8], void: int | None
) -> tuple[npt.NDArray[Any], int]:
    limits = min_area
    if isinstance(min_area, Mapping):
        limits = {
            key + 1 if _arrays.is_integer(key) else key: pixels for key, pixels in min_area.items()
        }
    cleaned = absorb_small(_shifted(best, void), limits, connectivity)
    if void is None:  # what became background was all of the map
        label_map = np.where(cleaned == 0, best, cleaned.astype(np.int64) - 1).astype(best.dtype)
    else:
        label_map = np.where(cleaned == 0, void, cleaned.astype(np.int64) - 1).astype(best.dtype)
    return label_map, int(np.count_nonzero(label_map != best))


def prelabel_masks(
    scores: Any,
    *,
    kind: Kind = "logits",
    threshold: float = 0.5,
    min_area: int = 0,
    offset: float = 0.05,
) -> PreMasks:
    """Make a mask of each plane of scores, and measure how unsure it is.

    Parameters
    ----------
    scores : array_like
        Shape (N, H, W): float16, float32, float64, or uint8 for probabilities, where 255 is 1.
    kind : {"logits", "probabilities"}, default "logits"
        What scores are: probabilities, or what the logistic function turns to them.
    threshold : float, default 0.5
        Pixels with a larger probability are foreground.
    min_area : int, default 0
        Components (8) with fewer pixels are removed.
    offset : float, default 0.05
        How far the threshold is moved for the stability, as a probability.

    Returns
    -------
    PreMasks

    Raises
    ------
    MaskError
        If a score is NaN (names its index), or `threshold` is not in (0, 1), or `offset` leads out
        of it.
    MaskTypeError
        If `scores` is of another dtype.
    ShapeMismatch
        If it is not of three dimensions.

    Notes
    -----
    Stability is the stability score of Kirillov et al., *Segment Anything*, 2023, with the offset
    in probabilities: the IoU of the masks at the two thresholds, one of which holds the other.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import prelabel_masks
    >>> scores = np.array([[[0.25, 0.75, 0.875]]], np.float32)
    >>> found = prelabel_masks(scores, kind="probabilities")
    >>> found.masks.to_coco(compressed=False)[0]["counts"], found.mean_uncertainty
    ([1, 2], array([0.375]))
    """
    if not _arrays.is_one_of(kind, "logits", "probabilities"):
        raise MaskError(
            f"expected 'logits' or 'probabilities', got {shown(kind)}"[:200], parameter="kind"
        )
    array = _arrays.as_array(scores, "scores")
    bytes_ = array.dtype == np.uint8 and kind == "probabilities"
    if not bytes_ and not (array.dtype.kind == "f" and array.dtype.itemsize in {2, 4, 8}):
        raise MaskTypeError(
            f"expected float16, float32 or float64, got {array.dtype}", parameter="scores"
        )
    if array.ndim != 3:
        raise ShapeMismatch(f"expected shape (N, H, W), got {array.shape}", parameter="scores")
    for name, value in (("threshold", threshold), ("offset", offset)):
        if not isinstance(value, (int, float)) or not 0 <= value < 1:
            raise MaskError(
                f"expected a number in [0, 1), got {shown(value)}"[:200], parameter=name
            )
    if not (threshold - offset > 0 and threshold + offset < 1):
        raise MaskError(
            f"expected thresholds in (0, 1), got {shown(threshold)} and {offset} more and less",
            parameter="offset",
        )
    _refuse_nan(array)
    masks, high, low = (
        _above(array, kind, one) for one in (threshold, threshold + offset, threshold - offset)
    )
    kept = remove_small(masks, min_area)
    below = area(low)
    stability = np.divide(area(high), below, out=np.full(len(array), np.nan), where=below > 0)
    return PreMasks(kept, _mean_uncertainty(array, kind, kept), stability)


def _refuse_nan(array: npt.NDArray[Any]) -> None:
    for i, plane in enumerate(array):
        if plane.dtype.kind == "f" and np.isnan(plane).any():
            y, x = np.argwhere(np.isnan(plane))[0].tolist()
            raise MaskError(f"expected numbers, got nan at [{i}, {y}, {x}]", parameter="scores",
                            index=i)  # fmt: skip


def _above(array: npt.NDArray[Any], kind: str, threshold: float) -> Masks:
    if array.dtype == np.uint8:
        return encode(array > 255 * threshold)
    limit = math.log(threshold / (1 - threshold)) if kind == "logits" else threshold
    return encode(array, threshold=limit)


def _mean_uncertainty(array: npt.NDArray[Any], kind: str, masks: Masks) -> npt.NDArray[np.float64]:
    found = np.full(len(array), np.nan)
    for i, plane in enumerate(array):
        values = plane[decode(masks[i])[0]].astype(np.float64)
        if array.dtype == np.uint8:
            values /= 255
        if values.size:
            lead = np.tanh(np.abs(values) / 2) if kind == "logits" else np.abs(2 * values - 1)
            found[i] = 1 - lead.mean()
    return found
