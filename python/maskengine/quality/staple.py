"""STAPLE: the truth behind several annotations, and how good each annotator is, found together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine._arrays import as_count, as_dtype, as_flag
from maskengine.errors import MaskTypeError
from maskengine.ops.joint import Joint, assign, joint
from maskengine.quality._labels import as_labels
from maskengine.quality._passes import Floats, Status, as_weight, divided
from maskengine.quality._raters import as_raters

_SETTLED = 1e-14  # of the square of a change, as in ITK


@dataclass(frozen=True, eq=False)
class Staple:
    """What :func:`staple` found.

    Parameters
    ----------
    probability : numpy.ndarray
        Of the shape of the maps, float32 or as asked: that a pixel is foreground.
    sensitivity, specificity : numpy.ndarray
        float64 (R,): of each annotator, how much of the foreground, and of the background, is
        marked as such.
    prior : float
        Probability of foreground, before looking at a pixel.
    iterations : int
        Passes that changed something.
    status : {"ok", "undefined", "not_converged"}
        ``"undefined"``: nobody marked anything, everybody marked everything, or there is no pixel.
        Then `probability` is the mean vote and both rates are 1: nobody disagrees.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import staple
    >>> staple([np.zeros((2, 2), int)] * 3).status
    'undefined'
    """

    probability: npt.NDArray[Any]
    sensitivity: Floats
    specificity: Floats
    prior: float
    iterations: int
    status: Status


def staple(
    maps: Any,
    foreground: int | None = None,
    *,
    weight: float = 1.0,
    max_iterations: int = 1000,
    near_disagreement: bool = False,
    dtype: npt.DTypeLike = np.float32,
) -> Staple:
    """Estimate the true mask, and the sensitivity and specificity of each annotator.

    Parameters
    ----------
    maps : sequence of array_like, Masks or PackedBits
        One for each annotator: masks of one shape, (H, W) or stacks (N, H, W).
    foreground : int, optional
        The label that is foreground; by default all but 0.
    weight : float, default 1
        Factor on the prior probability of foreground, ITK's confidence weight; above 0.
    max_iterations : int, default 1000
        Passes at most; ITK has no limit.
    near_disagreement : bool, default False
        Look only at the box around all pixels in which annotators differ. Far background then no
        longer makes everybody look specific; but the prior, and with it the result, is another one.
        Outside the box, where all agree, `probability` is the vote.
    dtype : {float32, float64}, default float32
        Of the probabilities.

    Returns
    -------
    Staple

    Raises
    ------
    MaskError
        If there is no map, or a number is out of range.
    MaskTypeError
        If a map is no array of integers.
    ShapeMismatch
        If a map is of another shape than the first.
    LimitExceeded
        If there are more than 62 maps.

    Notes
    -----
    Warfield, Zou and Wells, *Simultaneous Truth and Performance Level Estimation*, IEEE
    Transactions on Medical Imaging, 2004, as ITK's ``STAPLEImageFilter`` computes it: the mean vote
    first, then rates and probabilities in turn until no rate changes by more than 1e-7. Pixels with
    the same votes have the same probability, so that each pass looks at no more than 2^R numbers;
    that is exact.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import staple
    >>> raters = [[0, 0, 1, 1], [0, 1, 1, 1], [0, 0, 1, 0]]
    >>> found = staple([np.array([row]) for row in raters])
    >>> found.probability.round(3).tolist(), found.iterations
    ([[0.0, 0.0, 1.0, 1.0]], 21)
    >>> found.sensitivity.round(3).tolist(), found.specificity.round(3).tolist()
    ([1.0, 1.0, 0.5], [1.0, 0.5, 1.0])
    """
    arrays = as_raters(maps, least=1)
    most = as_count(max_iterations, "max_iterations")
    factor = as_weight(weight)
    kind = as_dtype(dtype)
    if kind not in {np.dtype(np.float32), np.dtype(np.float64)}:
        raise MaskTypeError(f"expected float32 or float64, got {kind}", parameter="dtype")
    wanted = None if foreground is None else as_labels([foreground], "foreground")[0]
    table = joint(*arrays)
    mark = _marks(table, wanted)
    box = _box(arrays, table, mark) if as_flag(near_disagreement, "near_disagreement") else None
    out = None
    if box is not None:
        out = assign(arrays, table, mark.mean(axis=1).astype(kind))
        arrays = [array[box] for array in arrays]
        table = joint(*arrays)
        mark = _marks(table, wanted)
    votes, pixels, row = _merged(mark, table.pixels)
    found = _rates(votes, pixels.astype(np.float64), factor, most)
    values = assign(arrays, table, found[0][row].astype(kind))
    if out is None or box is None:
        out = values
    else:
        out[box] = values
    return Staple(out, *found[1:])


def _marks(table: Joint, foreground: Any) -> npt.NDArray[np.bool_]:
    marked: npt.NDArray[np.bool_] = table.labels != (0 if foreground is None else foreground)
    return marked if foreground is None else ~marked


def _box(
    arrays: list[npt.NDArray[Any]], table: Joint, mark: npt.NDArray[np.bool_]
) -> tuple[Any, ...] | None:
    """Give the box, in rows and columns, around all pixels in which annotators differ."""
    differs = assign(arrays, table, mark.any(axis=1) & ~mark.all(axis=1))
    stack = differs if differs.ndim == 3 else differs[np.newaxis]
    rows, columns = (np.flatnonzero(stack.any(axis=axes)) for axes in ((0, 2), (0, 1)))
    if not rows.size or not columns.size:  # maps that change meanwhile have what they had not
        return None
    return (..., slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1))


def _merged(
    mark: npt.NDArray[np.bool_], pixels: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Add up pixels with the same votes; give the votes, and the place of each row in them."""
    keys = mark @ (1 << np.arange(mark.shape[1]))
    _, first, place = np.unique(keys, return_index=True, return_inverse=True)
    sums = np.zeros(len(first), np.int64)
    np.add.at(sums, place, pixels)
    return mark[first].astype(np.int64), sums, place


def _rates(
    votes: npt.NDArray[np.int64], pixels: Floats, factor: float, most: int
) -> tuple[Floats, Floats, Floats, float, int, Status]:
    """Run the passes over rows of votes; gives what Staple holds, the probability by row."""
    raters = votes.shape[1]
    probability = votes.mean(axis=1)
    total = float(pixels.sum())
    mean = float((probability * pixels).sum() / total) if total else 0.0
    if mean in {0.0, 1.0}:
        return probability, np.ones(raters), np.ones(raters), mean * factor, 0, "undefined"
    prior = mean * factor
    marked = votes == 1
    p, q = np.zeros(raters), np.zeros(raters)
    iterations = 0
    settled = False
    while iterations < most and not settled:
        inside, outside = probability * pixels, (1 - probability) * pixels
        before = p, q
        p = divided(inside @ votes, inside.sum(), p)
        q = divided(outside @ (1 - votes), outside.sum(), q)
        a = prior * np.where(marked, p, 1 - p).prod(axis=1)
        b = (1 - prior) * np.where(marked, 1 - q, q).prod(axis=1)
        probability = divided(a, a + b, np.zeros(len(a)))
        change = max(((new - old) ** 2).max() for new, old in zip((p, q), before, strict=True))
        settled = iterations > 0 and change <= _SETTLED
        iterations += not settled  # as ITK counts: without the pass that changes nothing
    return probability, p, q, prior, iterations, "ok" if settled else "not_converged"
