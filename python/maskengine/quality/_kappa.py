"""Coefficients of agreement from rows of labels: one row for each combination, with its pixels."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Longs = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def cohen(places: Longs, pixels: Longs, classes: int) -> Floats:
    """Give kappa of each pair of annotators, over what both annotated; NaN where undefined."""
    raters = places.shape[1]
    out = np.full((raters, raters), np.nan)
    for i in range(raters):
        for j in range(i, raters):
            a, b = places[:, i], places[:, j]
            both = (a >= 0) & (b >= 0)
            n = int(pixels[both].sum())
            rows, columns = (_sums(side[both], pixels[both], classes) for side in (a, b))
            same = int(pixels[both & (a == b)].sum())
            chance = sum(x * y for x, y in zip(rows.tolist(), columns.tolist(), strict=True))
            if n * n != chance:  # whole numbers: 1 / 0 is seen as such
                out[i, j] = out[j, i] = (n * same - chance) / (n * n - chance)
    return out


def fleiss(places: Longs, pixels: Longs, classes: int) -> tuple[float, Floats, int]:
    """Give Fleiss' kappa, that of each class against all others, and the pixels all annotated."""
    raters = places.shape[1]
    rated = (places >= 0).all(axis=1)
    rows, weights = places[rated], pixels[rated]
    n = int(weights.sum())
    by_class = np.full(classes, np.nan)
    if n == 0 or raters < 2:
        return np.nan, by_class, n
    equal = np.zeros(len(rows), np.int64)  # ordered pairs of annotators who agree
    apart = np.zeros(classes)  # ordered pairs of whom one has the class and the other has not
    for r in range(raters):
        same = (rows == rows[:, r : r + 1]).sum(axis=1)
        equal += same - 1
        apart += np.bincount(rows[:, r], weights * (raters - same), classes)
    shares = _sums(rows.T, weights, classes) / (n * raters)
    observed = int((equal * weights).sum()) / (n * raters * (raters - 1))
    chance = float((shares**2).sum())
    spread = shares * (1 - shares)
    some = np.count_nonzero(shares) > 1
    np.divide(apart, n * raters * (raters - 1) * spread, out=by_class, where=(shares > 0) & some)
    return (observed - chance) / (1 - chance) if some else np.nan, 1 - by_class, n


def coincidences(places: Longs, pixels: Longs, classes: int) -> Floats:
    """Give how often values meet in a pixel, (C, C), as Krippendorff counts them.

    A pixel with m annotators has m (m - 1) ordered pairs of values, each of weight 1 / (m - 1).
    """
    out = np.zeros((classes, classes))
    rated = (places >= 0).sum(axis=1)
    for i in range(places.shape[1]):
        for j in range(places.shape[1]):
            pairs = (places[:, i] >= 0) & (places[:, j] >= 0)
            if i == j or not pairs.any():
                continue
            cells = places[pairs, i] * classes + places[pairs, j]
            each = pixels[pairs] / (rated[pairs] - 1)
            out += np.bincount(cells, each, classes * classes).reshape(classes, classes)
    return out


def alpha(met: Floats) -> float:
    """Give Krippendorff's alpha for nominal data from coincidences; NaN where undefined."""
    totals = met.sum(axis=1)
    n = float(totals.sum())
    if np.count_nonzero(totals) < 2:
        return float("nan")
    expected = n * n - float((totals**2).sum())
    return 1 - (n - 1) * (n - float(np.trace(met))) / expected


def overlaps(places: Longs, pixels: Longs, classes: int) -> tuple[Longs, Longs]:
    """Give intersection and union of each class, (C, R, R), over what both annotated."""
    raters = places.shape[1]
    inside = np.zeros((classes, raters, raters), np.int64)
    either = np.zeros((classes, raters, raters), np.int64)
    for i in range(raters):
        for j in range(i, raters):
            a, b = places[:, i], places[:, j]
            both = (a >= 0) & (b >= 0)
            a, b, n = a[both], b[both], pixels[both]
            common = _sums(a[a == b], n[a == b], classes)
            inside[:, i, j] = inside[:, j, i] = common
            union = _sums(a, n, classes) + _sums(b, n, classes) - common
            either[:, i, j] = either[:, j, i] = union
    return inside, either


def _sums(places: Longs, pixels: Longs, classes: int) -> Longs:
    """Sum up pixels by class; `places` may have several rows."""
    out = np.zeros(classes, np.int64)
    np.add.at(out, places, np.broadcast_to(pixels, places.shape))
    return out
