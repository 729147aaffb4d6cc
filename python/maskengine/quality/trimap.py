"""Confusion near the boundaries of the reference: trimap curves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine._arrays import is_one_of
from maskengine._listing import each
from maskengine.errors import LimitExceeded, MaskError, shown
from maskengine.ops.decode import decode
from maskengine.ops.joint import joint
from maskengine.quality._frames import alike
from maskengine.quality._labels import as_classes, as_ignored, as_pair
from maskengine.quality._tolerance import PairTolerances, band
from maskengine.quality.confusion import Confusion, counted, miou
from maskengine.values import Masks
from maskengine.values.summable import Summable

_MOST = 32
_VOID = 2


@dataclass(frozen=True, eq=False)
class TrimapCurve(Summable):
    """What :func:`trimap_iou` counted: a confusion for each width.

    Counts of several frames, or of several workers, add up: ``a + b``, or ``sum(parts)``.

    Parameters
    ----------
    widths : tuple
        T widths, as they were given.
    counts : tuple of Confusion
        Of the pixels so near to a boundary of the reference.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import trimap_iou
    >>> a, b = np.zeros((2, 9, 9), int)
    >>> a[:, 4:], b[:, 5:] = 1, 1
    >>> curve = trimap_iou(a, b, (1, 2, 3), classes=2)
    >>> (curve + curve).miou.round(3).tolist()
    [0.25, 0.583, 0.708]
    """

    widths: tuple[float | PairTolerances, ...]
    counts: tuple[Confusion, ...]

    @property
    def miou(self) -> npt.NDArray[np.float64]:
        """float64 (T,): mean IoU over the classes near boundaries; NaN without such pixels."""
        return np.array([miou(one).miou for one in self.counts], np.float64)

    @property
    def iou(self) -> npt.NDArray[np.float64]:
        """float64 (T, C): of each class; NaN where it has no pixels near boundaries."""
        return np.stack([miou(one).iou for one in self.counts])

    def __len__(self) -> int:
        return len(self.widths)

    def __add__(self, other: TrimapCurve) -> TrimapCurve:
        if not isinstance(other, TrimapCurve):
            return NotImplemented
        if self.widths != other.widths:
            raise MaskError("expected counts of the same widths", parameter="other")
        sums = (a + b for a, b in zip(self.counts, other.counts, strict=True))
        return TrimapCurve(self.widths, tuple(sums))


def trimap_iou(
    reference: Any,
    prediction: Any,
    widths: Iterable[float | PairTolerances],
    classes: Any = None,
    void: Any = None,
    *,
    shape: Literal["square", "disk", "cross"] = "square",
    border: Literal["foreground", "background"] = "foreground",
    other: Literal["error", "miss"] = "error",
) -> TrimapCurve:
    """Count the confusion within several distances of the reference's boundaries.

    Parameters
    ----------
    reference, prediction : array_like or Masks
        Class maps or stacks of one shape, (H, W) or (N, H, W), of any integer dtype. Without
        `classes`: N masks each, or dense masks, where nonzero is foreground; foreground and
        background are the classes then, and all masks add up.
    widths : iterable of float or PairTolerances
        At most 32 distances, as :func:`boundary_iou` takes its width: pixels that have a pixel of
        another label so near, on either side of the boundary, are counted.
    classes : int, mapping or iterable of int, optional
        The classes, as in :func:`confusion`.
    void : optional
        With `classes`: labels of the reference whose pixels are left out; their boundaries are
        boundaries. Without: masks of pixels that are left out; boundaries
        are those of the whole masks.
    shape : {"square", "disk", "cross"}, default "square"
        What distance is, see :func:`maskengine.boundary`.
    border : {"foreground", "background"}, default "foreground"
        ``"background"``: pixels near the edge of the image are counted, too.
    other : {"error", "miss"}, default "error"
        What a predicted label is that is neither a class nor void.

    Returns
    -------
    TrimapCurve

    Raises
    ------
    MaskTypeError
        If maps are no arrays of integers, or a label or a width is of another type.
    ShapeMismatch
        If they differ in shape.
    MaskError
        If a label is neither a class nor void, or a parameter is out of range.
    LimitExceeded
        If there are more than 32 widths.

    Notes
    -----
    Kohli, Ladicky and Torr, *Robust higher order potentials for enforcing label consistency*, 2009;
    Kraehenbuehl and Koltun, *Efficient inference in fully connected CRFs*, 2011. One pass counts
    all widths.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import trimap_iou
    >>> a, b = np.zeros((2, 200, 200), np.uint8)
    >>> a[50:150, 50:150], b[50:150, 52:152] = 1, 1
    >>> trimap_iou(a, b, (2, 4, 8), classes=2).iou[:, 1].round(3).tolist()
    [0.593, 0.77, 0.873]
    """
    given = tuple(each(widths, "widths", "widths"))
    if len(given) > _MOST:
        raise LimitExceeded(
            f"expected at most {_MOST} widths, got {len(given)}",
            parameter="widths",
            name="widths",
            value=len(given),
            limit=_MOST,
        )
    if not given:
        raise MaskError("expected at least one width, got none", parameter="widths")
    outlined = None
    if classes is None:
        outlined, reference, prediction = _as_maps(*alike(reference, prediction, void))
        classes, void = 2, None if void is None else _VOID
    labels, names = as_classes(classes)
    ignored = as_ignored(void, labels)
    first, second = as_pair(reference, prediction)
    total = [
        Confusion(labels, names, np.zeros((len(labels), len(labels) + 1), np.int64), 0)
        for _ in given
    ]
    if not is_one_of(other, "error", "miss"):
        raise MaskError(f"expected 'error' or 'miss', got {shown(other)}"[:300], parameter="other")
    stacks = (first, second, first if outlined is None else outlined)
    frames = (one if one.ndim == 3 else one[np.newaxis] for one in stacks)
    for *pair, outline in zip(*frames, strict=True):
        maps = (pair[0], pair[1])
        code = np.zeros(maps[0].shape, np.uint8 if len(given) <= 8 else np.uint32)
        for k, width in enumerate(given):
            code |= band(outline, width, border, shape).astype(code.dtype) << code.dtype.type(k)
        found = joint(*maps, code)
        known = (labels, names, ignored)
        counted(found.labels, found.pixels, known, maps, other)  # also labels far from boundaries
        for k in range(len(given)):
            near = found.labels[:, 2] >> k & 1 > 0
            pairs, pixels = found.labels[near, :2], found.pixels[near]
            total[k] += counted(pairs, pixels, known, maps, other)
    return TrimapCurve(given, tuple(total))


def _as_maps(reference: Any, prediction: Any, void: Any) -> tuple[Any, Any, Any]:
    """Make maps of two classes of masks: the reference without and with void pixels, the other."""
    first, second, none = (
        decode(one) if isinstance(one, Masks) else one for one in (reference, prediction, void)
    )
    first, second = as_pair(first, second)
    outlined = (first != 0).astype(np.uint8)
    labels = outlined.copy()
    if none is not None:
        left_out = _arrays.listed(none, "void") != 0
        if left_out.shape[-2:] != labels.shape[-2:] or left_out.ndim > labels.ndim:
            raise MaskError(
                f"expected shape {labels.shape}, got {left_out.shape}", parameter="void"
            )
        labels[np.broadcast_to(left_out, labels.shape)] = _VOID
    return outlined, labels, (second != 0).astype(np.uint8)


def band_confusion(
    reference: Any,
    prediction: Any,
    width: float | PairTolerances,
    classes: Any = None,
    void: Any = None,
    *,
    shape: Literal["square", "disk", "cross"] = "square",
    border: Literal["foreground", "background"] = "foreground",
    other: Literal["error", "miss"] = "error",
) -> Confusion:
    """Count the confusion within one distance of the reference's boundaries.

    Parameters
    ----------
    reference, prediction, classes, void, shape, border, other
        As :func:`trimap_iou` takes them.
    width : float or PairTolerances
        The distance.

    Returns
    -------
    Confusion
        What :func:`miou` takes.

    Raises
    ------
    MaskError
        As :func:`trimap_iou` does.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import band_confusion
    >>> a, b = np.zeros((2, 3, 9), int)
    >>> a[:, 4:], b[:, 5:] = 1, 1
    >>> band_confusion(a, b, 1, classes=2).counts.tolist()
    [[3, 0, 0], [3, 0, 0]]
    """
    return trimap_iou(
        reference, prediction, [width], classes, void, shape=shape, border=border, other=other
    ).counts[0]
