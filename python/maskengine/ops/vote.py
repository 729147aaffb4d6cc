"""Many masks combined by counting, by weight, or by any truth table."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine._arrays import as_int64, as_number, listed
from maskengine._backend import core
from maskengine.errors import LimitExceeded, MaskError, MaskTypeError, ShapeMismatch, shown
from maskengine.ops._groups import as_groups
from maskengine.ops._parts import as_parts
from maskengine.values import Masks, runs_of, wrap

_MAX_TABLE = 20  # masks; the table has 2^20 flags then
_MAX_BITS = 92  # of the sum of all weights, in units of the smallest bit that any of them uses


def at_least(
    masks: Masks,
    k: int,
    *,
    groups: npt.ArrayLike | None = None,
    size: tuple[int, int] | None = None,
) -> Masks:
    """Keep what at least `k` masks of a batch hold.

    Parameters
    ----------
    masks : Masks
        A batch of N masks of one size; any number of them.
    k : int
        Masks that must cover a pixel. 1 is the union, N the intersection, ``N // 2 + 1`` the
        majority; 0 or less gives foreground everywhere, more than N background.
    groups : array_like of int, optional
        Shape (N,): the group of each mask, counted from 0; the result has one mask per group.
        Default: all in one group.
    size : (int, int), optional
        Height and width of the result: what a group without masks needs. All masks must have it.

    Returns
    -------
    Masks
        One mask, or one per group, in canonical runs.

    Raises
    ------
    ShapeMismatch
        If masks of a group differ in size; names the mask and both sizes.
    MaskError
        If a group without masks needs `size`, or a group is negative.
    MaskTypeError
        If `masks` is not a :class:`Masks` or `k` is not an integer.

    Notes
    -----
    ``np.stack(dense).sum(0) >= k``. The cost is that of the runs of all masks, whatever `k` is.

    Examples
    --------
    >>> import maskengine as me
    >>> masks = me.Masks([1, 5, 2, 4, 3, 3], [0, 2, 4, 6], [(2, 3)] * 3)
    >>> me.at_least(masks, 2).counts.tolist()
    [2, 4]
    """
    runs = runs_of(masks)
    if not _arrays.is_whole(k):
        raise MaskTypeError(f"expected an integer, got {shown(k)}", parameter="k")
    numbers, count, pair = as_groups(groups, size, len(runs))
    limit = 2**31 - 1  # no sum reaches it
    return wrap(core.at_least(runs, min(max(int(k), 0), limit), numbers, count, pair))


def vote(
    masks: Masks,
    weights: npt.ArrayLike,
    threshold: float,
    *,
    groups: npt.ArrayLike | None = None,
    size: tuple[int, int] | None = None,
) -> Masks:
    """Keep pixels whose masks weigh at least `threshold` together.

    Parameters
    ----------
    masks : Masks
        A batch of N masks of one size.
    weights : array_like of float or int
        Shape (N,): what each mask adds where it is foreground; may be negative.
    threshold : float
        A pixel is kept when the sum of the weights of the masks that cover it is this or more
        (not: more alone). The sum of no weights is 0.
    groups, size : see :func:`at_least`

    Returns
    -------
    Masks
        One mask, or one per group, in canonical runs.

    Raises
    ------
    ShapeMismatch
        If there is not one weight per mask, or masks of a group differ in size.
    MaskError
        If a weight or the threshold is not finite, a group without masks needs `size`, or a group
        is negative.
    LimitExceeded
        If weights and threshold are so far apart that their exact sum needs more than 92 bits.
    MaskTypeError
        If `masks` is not a :class:`Masks` or the weights are not numbers.

    Notes
    -----
    ``np.tensordot(weights, dense, 1) >= threshold``, with sums of the float64 values that are
    never rounded: the order of the masks does not matter.

    Examples
    --------
    >>> import maskengine as me
    >>> masks = me.Masks([1, 5, 2, 4, 3, 3], [0, 2, 4, 6], [(2, 3)] * 3)
    >>> me.vote(masks, [0.5, 0.25, 0.25], 0.75).counts.tolist()
    [2, 4]
    """
    runs = runs_of(masks)
    numbers, count, pair = as_groups(groups, size, len(runs))
    return wrap(core.weigh(runs, _exact(weights, threshold, len(runs)), numbers, count, pair))


def combine(masks: Masks | Sequence[Masks], table: npt.ArrayLike) -> Masks:
    """Combine n masks by any Boolean function of n values, given as a truth table.

    Parameters
    ----------
    masks : Masks or sequence of Masks
        One batch of n masks, which gives one mask; or n batches, combined item by item (a batch
        of one goes with every item of the others). Masks that meet have one size.
    table : array_like of bool
        Shape ``(2,) * n``, n at most 20: ``table[a, b, ...]`` says whether a pixel is kept that
        has the value a in the first mask, b in the second, and so on.

    Returns
    -------
    Masks
        One mask, or one per item, in canonical runs.

    Raises
    ------
    ShapeMismatch
        If the table has another shape, lengths do not go together or sizes differ.
    MaskError
        If there is no mask at all, whose size would be that of the result.
    LimitExceeded
        If there are more than 20 masks to a table.
    MaskTypeError
        If `masks` holds something else or the table is of floats.

    Notes
    -----
    ``table[dense[0], dense[1], ...]`` in NumPy. ``np.fromfunction(f, (2,) * n, dtype=int)`` makes
    the table of a function of n values. The cost is that of the runs of all masks.

    Examples
    --------
    >>> import maskengine as me
    >>> import numpy as np
    >>> masks = me.Masks([1, 5, 2, 4, 3, 3], [0, 2, 4, 6], [(2, 3)] * 3)
    >>> first_and_not_both = np.fromfunction(lambda a, b, c: a & ~(b & c), (2,) * 3, dtype=int)
    >>> me.combine(masks, first_and_not_both).counts.tolist()
    [1, 2, 3]
    """
    runs, n, items, item_of = as_parts(masks, "masks")
    if n == 0:
        raise MaskError("expected at least one mask, got none", parameter="masks")
    if n > _MAX_TABLE:
        raise LimitExceeded(
            f"expected at most {_MAX_TABLE} masks to a table, got {shown(n)}",
            parameter="masks",
            name="masks",
            value=n,
            limit=_MAX_TABLE,
        )
    flags = listed(table, "table")
    if flags.dtype.kind not in "bui":
        raise MaskTypeError(f"expected bool, got dtype {flags.dtype}", parameter="table")
    if flags.shape != (2,) * n:
        raise ShapeMismatch(
            f"expected {n} axes of 2, one per mask, got shape {flags.shape}", parameter="table"
        )
    flat = np.ascontiguousarray(flags != 0).view(np.uint8).ravel()
    return wrap(core.look_up(runs, flat, n, item_of, items, None))


def convolve(
    masks: Masks,
    kernel: npt.ArrayLike,
    threshold: float,
    stride: int | tuple[int, int] = 1,
) -> Masks:
    """Slide a window of weights over each mask and keep where its sum is at least `threshold`.

    Parameters
    ----------
    masks : Masks
        A batch of N masks.
    kernel : array_like of float
        Shape (h, w): the weight of each pixel of the window, in the place where it lies.
    threshold : float
        A window is kept when the weights of its foreground pixels sum to this or more.
    stride : int or (int, int), default 1
        Rows and columns from one window to the next, at least 1.

    Returns
    -------
    Masks
        One pixel per window that lies in the mask: ``(height - h) // stride + 1`` rows, and so for
        columns; none where the mask is smaller than the kernel.

    Raises
    ------
    MaskError
        If a number is not finite, the kernel is empty, or the stride is below 1.
    LimitExceeded
        If weights and threshold are so far apart that their exact sum needs more than 92 bits.
    MaskTypeError
        If `masks` is not a :class:`Masks` or an array holds another type.
    ShapeMismatch
        If the kernel has not two axes.

    Notes
    -----
    The "valid" cross-correlation of ``scipy.signal.correlate2d`` and of neural networks,
    thresholded; sums are exact, as in :func:`vote`. A kernel of ones pools: with `threshold` 1 it
    takes the maximum, with the number of pixels the minimum, with half of it the average. The cost
    is that of the runs times the weights that are not zero.

    Examples
    --------
    >>> import maskengine as me
    >>> import numpy as np
    >>> masks = me.Masks([0, 2, 4, 2], [0, 4], [(2, 4)])
    >>> me.convolve(masks, np.ones((2, 2)), 2, stride=2).to_coco(compressed=False)
    [{'size': [1, 2], 'counts': [0, 2]}]
    """
    runs = runs_of(masks)
    weights = np.array(_arrays.listed(kernel, "kernel"))  # its own: read more than once
    if weights.ndim != 2:
        raise ShapeMismatch(f"expected shape (h, w), got {weights.shape}", parameter="kernel")
    if weights.dtype.kind not in "fuib":
        raise MaskTypeError(f"expected numbers, got dtype {weights.dtype}", parameter="kernel")
    if weights.size == 0:
        raise MaskError(f"expected at least one weight, got {weights.shape}", parameter="kernel")
    steps = (stride, stride) if listed(stride, "stride").ndim == 0 else stride
    down, right = (int(step) for step in as_int64(steps, "stride", (2,)))
    if not (1 <= down < 2**31 and 1 <= right < 2**31):
        raise MaskError(f"expected steps of at least 1, got {shown(stride)}", parameter="stride")
    windows = np.maximum((masks.sizes - weights.shape) // (down, right) + 1, 0)
    fits = windows.all(axis=1).any()  # nowhere: weights are only checked, a broad view in no time
    rows, columns = np.nonzero(weights if fits else ~np.isfinite(weights))
    if not rows.size:
        rows = columns = np.zeros(1, int)
    numbers = _exact(weights[rows, columns], threshold, rows.size)
    # The pixel that each weight falls on, window by window: padded to whole steps, a mask shows
    # the first pixel of each step where it is resized as OpenCV does.
    spans = windows[:, ::-1] * (right, down)
    seen = []
    for y, x in zip(rows.tolist(), columns.tolist(), strict=True):
        corner = np.broadcast_to((x, y), spans.shape)
        cut = core.crop(runs, np.ascontiguousarray(np.hstack([corner, spans + corner])))
        seen.append(cut if down == right == 1 else core.resize(cut, windows, True))
    items = len(runs)
    item_of = np.tile(np.arange(items, dtype=np.int64), rows.size)
    every = core.concatenate(seen)
    if (numbers[:-1] == numbers[0]).all() and 0 < numbers[0, 0] * 2**32 + numbers[0, 1] < 2**62:
        each = int(numbers[0, 0]) * 2**32 + int(numbers[0, 1])
        needed = -(-(int(numbers[-1, 0]) * 2**32 + int(numbers[-1, 1])) // each)
        needed = min(max(needed, 0), rows.size + 1)
        if needed in (1, rows.size):  # union, intersection
            return wrap(core.combine_groups(int(needed != 1), every, item_of, items, None))
        return wrap(core.at_least(every, needed, item_of, items, None))
    spread = np.concatenate([np.repeat(numbers[:-1], items, axis=0), numbers[-1:]])
    return wrap(core.weigh(every, spread, item_of, items, None))


def _exact(weights: Any, threshold: Any, n: int) -> npt.NDArray[np.int64]:
    """Give weights and threshold as whole multiples of one unit, high and low 32 bits apart."""
    array = listed(weights, "weights")
    if array.dtype.kind not in "fuib":
        raise MaskTypeError(f"expected numbers, got dtype {array.dtype}", parameter="weights")
    if array.shape != (n,):
        raise ShapeMismatch(
            f"expected one weight per mask, shape ({n},), got {array.shape}", parameter="weights"
        )
    values = array.astype(np.float64)
    bad = np.flatnonzero(~np.isfinite(values))
    if bad.size:
        raise MaskError(
            f"expected finite weights, got {values[bad[0]]}",
            parameter="weights",
            index=int(bad[0]),
        )
    limit = as_number(threshold, "threshold")
    if not math.isfinite(limit):
        raise MaskError(f"expected a finite number, got {shown(limit)}", parameter="threshold")
    pairs = [value.as_integer_ratio() for value in (*values.tolist(), limit)]
    unit = max(below for _, below in pairs)  # all are powers of two
    whole = [above * (unit // below) for above, below in pairs]
    zeros = min((value & -value).bit_length() for value in whole if value) - 1 if any(whole) else 0
    whole = [value >> zeros for value in whole]
    bits = max(sum(abs(value) for value in whole[:-1]), abs(whole[-1])).bit_length()
    if bits > _MAX_BITS:
        raise LimitExceeded(
            f"expected weights and a threshold whose exact sum has at most {_MAX_BITS} bits, "
            f"got {bits}",
            parameter="weights",
            name="bits",
            value=bits,
            limit=_MAX_BITS,
        )
    return np.array([(value >> 32, value & 0xFFFFFFFF) for value in whole], np.int64)
