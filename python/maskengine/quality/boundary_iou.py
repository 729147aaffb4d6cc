"""Overlap of masks, and of the bands along their outlines: Boundary IoU."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from maskengine.errors import MaskError
from maskengine.ops.boundary_overlap import boundary_overlap
from maskengine.ops.joint import joint
from maskengine.quality._frames import (
    Frames,
    add_up,
    alike,
    as_frames,
    by_size,
    number_of,
    same_items,
)
from maskengine.quality._labels import places
from maskengine.quality._status import Status, check_profile, ratios, statuses
from maskengine.quality._tolerance import PairTolerances, band, check_single, pixels_of
from maskengine.values.summable import Summable

Profile = Literal["engine", "strict:boundary-iou-api"]
_PROFILES = ("engine", "strict:boundary-iou-api")


@dataclass(frozen=True, eq=False)
class BoundaryCounts(Summable):
    """What :func:`boundary_iou` counted: N pairs of masks, or N classes.

    Counts of several frames, or of several workers, add up item by item: ``a + b``, or
    ``sum(parts)``; the scores of a sum are those of all pixels together, not means over frames.

    Parameters
    ----------
    labels : numpy.ndarray or None
        int64 (N,): of classes; None for pairs of masks.
    counts : numpy.ndarray
        int64 (N, 6): pixels of the reference, of the prediction, of both; of the band of the
        reference, of that of the prediction, of both bands.
    profile : str
        What scores are where both sides are empty: 1 for ``"engine"``, 0 for
        ``"strict:boundary-iou-api"``.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import boundary_iou
    >>> a, b = np.zeros((2, 9, 9), bool)
    >>> a[:, :6], b[:, :7] = True, True
    >>> found = boundary_iou(a, b, width=1)
    >>> found.iou.round(3).tolist(), found.boundary_iou.round(3).tolist()
    ([0.857], [0.543])
    >>> (found + found).counts[0].tolist()
    [108, 126, 108, 52, 56, 38]
    """

    labels: npt.NDArray[np.int64] | None
    counts: npt.NDArray[np.int64]
    profile: str = "engine"

    @property
    def iou(self) -> npt.NDArray[np.float64]:
        """float64 (N,): of the masks."""
        return self._overlap(0)

    @property
    def boundary_iou(self) -> npt.NDArray[np.float64]:
        """float64 (N,): of the bands."""
        return self._overlap(3)

    @property
    def least_iou(self) -> npt.NDArray[np.float64]:
        """float64 (N,): the lesser of both, as boundary AP and boundary PQ take it."""
        return np.minimum(self.iou, self.boundary_iou)

    @property
    def dice(self) -> npt.NDArray[np.float64]:
        """float64 (N,): of the masks."""
        first, second, both = self.counts[:, 0], self.counts[:, 1], self.counts[:, 2]
        return ratios(2 * both, first + second, self._nothing)

    @property
    def status(self) -> tuple[Status, ...]:
        """Of each item: whether its masks hold any pixel."""
        return statuses(self.counts[:, 0] > 0, self.counts[:, 1] > 0)

    @property
    def thin(self) -> npt.NDArray[np.bool_]:
        """Bool (N,): the band of the reference is all of it, so that its width is too large."""
        whole = self.counts[:, 0] == self.counts[:, 3]
        return np.asarray(whole & (self.counts[:, 0] > 0))

    @property
    def _nothing(self) -> float:
        return 1.0 if self.profile == "engine" else 0.0

    def _overlap(self, k: int) -> npt.NDArray[np.float64]:
        first, second, both = (self.counts[:, k + j] for j in range(3))
        return ratios(both, first + second - both, self._nothing)

    def __len__(self) -> int:
        return len(self.counts)

    def __add__(self, other: BoundaryCounts) -> BoundaryCounts:
        if not isinstance(other, BoundaryCounts):
            return NotImplemented
        same_items(self.labels, other.labels)
        if len(self) != len(other) or self.profile != other.profile:
            raise MaskError("expected as many items and the same profile", parameter="other")
        return BoundaryCounts(self.labels, self.counts + other.counts, self.profile)


def boundary_iou(
    reference: Any,
    prediction: Any,
    width: float | PairTolerances = 0.02,
    *,
    classes: Any = None,
    void: Any = None,
    border: Literal["foreground", "background"] = "background",
    profile: Profile = "engine",
) -> BoundaryCounts:
    """Compare masks, or the classes of label maps, and the bands along their outlines.

    Parameters
    ----------
    reference, prediction : Masks, PackedBits or array_like
        N masks each, in pairs of one size, or a mask (H, W) or stack (N, H, W) of bool or integers,
        where nonzero is foreground; with `classes`, label maps (H, W), or (F, H, W) for F frames,
        whose counts are added up.
    width : float or PairTolerances, default 0.02
        Of the band. Below 1: a share of the image's diagonal, rounded to whole pixels and at least
        one pixel; else pixels. By pair of labels, with `classes`: a pixel is in the band of its
        class if a pixel of another label is so near as the width of their pair.
    classes : int, mapping or iterable of int, optional
        The classes, as in :func:`confusion`: what is given are label maps then.
    void : optional
        Pixels that are not counted: masks, as the masks are given; with `classes`, labels of the
        reference. Bands are those of whole masks; void is a label like any other to them.
    border : {"background", "foreground"}, default "background"
        ``"background"``: the edge of the image is a boundary.
    profile : {"engine", "strict:boundary-iou-api"}, default "engine"
        What scores are where both sides are empty: 1, or 0. One empty side gives 0 in both.

    Returns
    -------
    BoundaryCounts
        Its ``boundary_iou``, ``iou``, ``dice`` and ``status`` are arrays over pairs or classes.

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
    Cheng et al., *Boundary IoU: Improving Object-Centric Image Segmentation Evaluation*, CVPR 2021,
    with the width and the frame of its ``boundary-iou-api``. The width follows the size of the
    image, so that a crop has another score: give pixels to compare crops.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import boundary_iou
    >>> a, b = np.zeros((2, 200, 200), bool)
    >>> a[50:150, 50:150], b[50:150, 52:152] = True, True
    >>> found = boundary_iou(a, b)
    >>> found.iou.round(6).tolist(), found.boundary_iou.round(6).tolist()
    ([0.960784], [0.714286])
    """
    check_profile(profile, _PROFILES)
    if classes is not None:
        frames = as_frames(reference, prediction, classes, void)
        counts = add_up(
            [_class_counts(frames, *pair, width, border) for pair in frames],
            (len(frames.labels), 6),
        )
        return BoundaryCounts(frames.labels, counts, profile)
    check_single(width, "width", "as no classes are given")
    first, second, none = alike(reference, prediction, void)
    counts = np.zeros((number_of(first), 6), np.int64)
    for chosen, size in by_size(first):
        reach = pixels_of(width, size)
        if chosen is None:
            counts[:] = _mask_counts(first, second, none, reach, border)
            continue
        left_out = none if none is None or len(none) == 1 else none[chosen]
        counts[chosen] = _mask_counts(first[chosen], second[chosen], left_out, reach, border)
    return BoundaryCounts(None, counts, profile)


def _mask_counts(
    first: Any, second: Any, none: Any, reach: int, border: Literal["foreground", "background"]
) -> npt.NDArray[np.int64]:
    found = boundary_overlap(first, second, reach, void=none, border=border)
    masks = (found.reference, found.prediction, found.both)
    bands = (found.band_reference, found.band_prediction, found.band_both)
    return np.stack([*masks, *bands], axis=1)


def _class_counts(
    frames: Frames,
    first: npt.NDArray[Any],
    second: npt.NDArray[Any],
    width: Any,
    border: Literal["foreground", "background"],
) -> npt.NDArray[np.int64]:
    """Count pixels of all classes by whether they are in either band: one pass over both maps."""
    bands = band(first, width, border).view(np.uint8)
    bands |= band(second, width, border).view(np.uint8) << 1
    found = joint(first, second, bands)
    kept = ~np.isin(found.labels[:, 0], frames.ignored)
    pixels, code = found.pixels[kept], found.labels[kept, 2]
    g, p = (places(found.labels[kept, k], frames.labels) for k in (0, 1))
    out = np.zeros((len(frames.labels), 6), np.int64)
    both = (g == p) & (g >= 0)
    for column, at, chosen in (
        (0, g, g >= 0), (1, p, p >= 0), (2, g, both),
        (3, g, (g >= 0) & (code & 1 > 0)), (4, p, (p >= 0) & (code & 2 > 0)),
        (5, g, both & (code == 3)),
    ):  # fmt: skip
        np.add.at(out[:, column], at[chosen], pixels[chosen])
    return out
